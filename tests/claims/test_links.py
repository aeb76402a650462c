"""Who disputes and who corrects whom."""

import time

import pytest

from wayaround.claims.claim import Attribution, Block, Claim, Document, Mention, Quantity, Relation, Statement
from wayaround.claims.finding import Finding, Tolerance
from wayaround.claims.keeping.links import Links, link_statements


def quantity(start: int, low: float, high: float | None = None, **changes: object) -> Quantity:
    fields = {"measure": "distance", "rounding": 0.5, **changes}
    return Quantity(start, start + 6, low=low, high=low if high is None else high, **fields)  # type: ignore[arg-type]


def claim(value: Quantity, relation: Relation | None = "route", **slots: str) -> Claim:
    named = slots or {"origin": "Aville", "destination": "Dtown"}
    return Claim(relation, "distance", value, slots={name: Mention(text, 0, 1) for name, text in named.items()})


def say(block: int, *claims: Claim, text: str = "…", corrects: bool = False) -> Statement:
    start = 100 * block + (claims[0].quantity.start if claims else 50)
    return Statement(block, start, start + 20, text, Attribution(), claims, corrects=corrects)


def link(
    *statements: Statement, answers: tuple[int | None, ...] = (None, 0), findings: tuple[Finding, ...] = ()
) -> Links:
    blocks = tuple(Block("comment", 100 * row, 100 * row + 100, answers=each) for row, each in enumerate(answers))
    return link_statements(Document("…", blocks), statements, findings)


@pytest.mark.parametrize(
    ("one", "other", "disputes"),
    [
        (claim(quantity(0, 155)), claim(quantity(9, 200)), True),
        (claim(quantity(0, 155)), claim(quantity(9, 150, rounding=5)), False),
        (claim(quantity(0, 155)), claim(quantity(9, 100, bound="at least")), False),
        (claim(quantity(0, 155)), claim(quantity(9, 200, bound="at least")), True),
        (claim(quantity(0, 155)), claim(quantity(9, 200, bound="at most")), False),
        (claim(quantity(0, 155)), claim(quantity(9, 150, 160)), False),
        (claim(quantity(0, 155)), claim(quantity(9, 200), origin="Btown", destination="Dtown"), False),
        (claim(quantity(0, 155), origin="The Town"), claim(quantity(9, 200), origin="town"), True),
        (claim(quantity(0, 155)), claim(quantity(9, 200), "apart"), False),
        (claim(quantity(0, 155), None), claim(quantity(9, 200), None), False),
        (
            claim(quantity(0, 155), "apart", origin="A", destination="B"),
            claim(quantity(9, 200), "apart", origin="B", destination="A"),
            True,
        ),
        (
            claim(quantity(0, 55, measure="radius"), "zone", place="C"),
            claim(quantity(9, 110, measure="diameter"), "zone", place="C"),
            False,
        ),
    ],
)
def test_another_value_for_the_same_slots_disputes(one: Claim, other: Claim, disputes: bool) -> None:
    assert link(say(0, one), say(1, other)).disputes == ({(1, 0): [(0, 0)]} if disputes else {})


def test_without_slots_nobody_knows_whether_it_is_the_same() -> None:
    nothing = Claim("route", "distance", quantity(0, 155)), Claim("route", "distance", quantity(9, 200))
    assert link(*(say(row, each) for row, each in enumerate(nothing))).disputes == {}


def test_a_hedge_widens_as_far_as_the_finding_says() -> None:
    statements = say(0, claim(quantity(0, 155))), say(1, claim(quantity(9, 170, hedge="about")))
    finding = Finding(statements[1], statements[1].claims[0], "supported", "", 160.0, Tolerance(0.5, 17.0, 1.0))
    assert link(*statements).disputes
    assert not link(*statements, findings=(finding,)).disputes


def test_only_the_block_that_is_answered_counts() -> None:
    statements = [say(row, claim(quantity(9 * row, 100 + 50 * row))) for row in range(3)]
    assert link(*statements, answers=(None, None, 1)).disputes == {(2, 0): [(1, 0)]}
    assert link(*statements, answers=(0, 1, 2)).disputes == {}  # a block that answers itself
    assert link(*statements, answers=(None, 7, -3)).disputes == {}


def test_a_comment_that_answers_no_other_answers_the_article() -> None:
    blocks = Block("title", 0, 100), Block("article", 100, 200), Block("comment", 200, 300), Block("comment", 300, 400)
    statements = [say(row, claim(quantity(9 * row, 100 + 50 * (row // 2 * row)))) for row in range(4)]
    links = link_statements(Document("…", blocks), statements)
    assert links.disputes == {(2, 0): [(1, 0)], (3, 0): [(1, 0)]}


def test_a_correction_names_what_it_corrects() -> None:
    politics = say(0, text="The ministry of Btown confirmed the closure.")
    first = say(0, claim(quantity(0, 155)), text="It is 155 km.")
    value = say(1, claim(quantity(9, 200)), corrects=True)
    assert link(politics, first, value).corrects == {(2, 0): [(1, 0)]}
    assert link(politics, first, value).disputes == {}
    kind = say(1, claim(quantity(9, 200), origin="Ctown"), corrects=True)
    assert link(politics, first, kind).corrects == {(2, 0): [(1, 0)]}
    name = say(1, text="Correction: the ministry sits in Ctown.", corrects=True)
    assert link(politics, first, name).corrects == {(2, None): [(0, None)]}
    only = say(1, text="No.", corrects=True)
    assert link(first, only).corrects == {(1, None): [(0, 0)]}
    assert link(politics, first, only).corrects == {}


def test_crowds_are_linked_in_time_in_proportion() -> None:
    def seconds(crowd: int) -> float:
        said = [say(0, claim(quantity(row, row)), text="the same words again and again") for row in range(crowd)]
        replies = [
            say(1, claim(quantity(row, 5 * crowd)), text="again the same words", corrects=row % 2 == 0)
            for row in range(crowd)
        ]
        began = time.perf_counter()
        link(*said, *replies)
        return time.perf_counter() - began

    seconds(100)
    assert seconds(8000) < 30 * max(seconds(1000), 0.01)
