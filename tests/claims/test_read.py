"""The whole reading of a text: what replies take over, judgements, corrections, statements without a quantity."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.claim import SLOTS, Block, Claim, Document, Quantity, Statement
from wayaround.claims.inheritance import Ground, adopt_relation, find_ground, inherit_slots, lacks_slots
from wayaround.claims.mentions import find_mentions
from wayaround.claims.read import read_claims
from wayaround.claims.wording.remarks import find_judgements, is_bare_value, is_correction


def thread(article: str, *comments: tuple[str, int | None]) -> Document:
    """An article and comments, each with the block that it answers."""
    text, blocks = article, [Block("article", 0, len(article), "Anna Berg")]
    for number, (comment, answers) in enumerate(comments):
        start = len(text) + 2
        text = f"{text}\n\n{comment}"
        blocks.append(Block("comment", start, len(text), f"Reader {number + 1}", answers=answers))
    return Document(text, tuple(blocks))


ARTICLE = "A 55-kilometre zone around al-Tanf closes the highway from Damascus to Baghdad."


def slots(statement: Statement, claim: int = 0) -> dict[str, tuple[str, bool]]:
    return {slot: (m.text, m.inherited) for slot, m in statement.claims[claim].slots.items()}


def test_a_reply_takes_over_ends_and_alternatives() -> None:
    document = thread(
        ARTICLE,
        ("Damascus to Baghdad via al-Tanf versus al-Qaim is just 155 km.", None),
        ("10.4 hours vs. 13.1 hours is anything but minor.", 1),
    )
    *_, asked, reply = read_claims(document)
    assert all(not inherited for _, inherited in slots(asked).values())
    assert slots(reply) == {
        "origin": ("Damascus", True),
        "destination": ("Baghdad", True),
        "via": ("al-Tanf", True),
        "via_other": ("al-Qaim", True),
    }
    assert reply.judgements == ("anything but minor",)


def test_a_comment_takes_over_what_the_article_speaks_of() -> None:
    document = thread(ARTICLE, ("The way round is 155 km longer.", None), ("Nobody gets within 50 km.", None))
    _, detour, within = read_claims(document)
    assert detour.claims[0].relation == "detour"
    assert slots(within) == {"place": ("al-Tanf", True)}


def test_a_sentence_takes_over_from_the_one_before() -> None:
    _, second = read_claims("The pass between Sion and Thun is shut, 30 km of it. The detour is 90 km.", names=())
    assert slots(second)["origin"] == ("Sion", True)
    assert slots(second)["destination"] == ("Thun", True)


def test_a_bare_value_takes_the_meaning_of_what_it_answers() -> None:
    document = thread("Bari to Rome takes 4 hours.", ("No way, it's 5 hours at least.", 0))
    _, reply = read_claims(document)
    assert reply.claims[0].relation == "route"
    assert slots(reply) == {"origin": ("Bari", True), "destination": ("Rome", True)}


def test_a_claim_about_another_place_inherits_no_ends() -> None:
    document = thread(ARTICLE, ("In Texas it takes three hours to buy bread.", 0))
    reply = read_claims(document)[-1]
    assert "origin" not in slots(reply)


def test_what_is_said_is_never_replaced() -> None:
    document = thread("Amman to Irbid is 90 km.", ("From Zarqa it is 70 km to Irbid.", 0))
    assert slots(read_claims(document)[-1]) == {"origin": ("Zarqa", False), "destination": ("Irbid", False)}


def test_one_end_that_agrees_brings_the_other() -> None:
    document = thread("Amman to Irbid is 90 km.", ("The drive to Irbid takes two hours.", 0))
    assert slots(read_claims(document)[-1]) == {"origin": ("Amman", True), "destination": ("Irbid", False)}


def test_statements_without_quantity_are_listed_by_speaker() -> None:
    statements = read_claims(thread("The talks came to nothing, according to Tom Hill. It rained."))
    assert [(s.attribution.speaker, s.claims) for s in statements] == [("Tom Hill", ())]


def test_an_answer_takes_over_from_the_question_before_it() -> None:
    [statement] = read_claims("Bishkek to Osh? 11 hours if you hold 75.")
    assert slots(statement) == {"origin": ("Bishkek", True), "destination": ("Osh", True)}


@pytest.mark.parametrize(
    "text",
    [
        "Correction: the zone is 55 km.",
        "I meant 155 km.",
        "That should read al-Tanf.",
        "It is spelled al-Qaim.",
        "It is al-Tanf, not al-Tamf.",
        "It is not 150 km but 155 km.",
    ],
)
def test_corrections_are_known(text: str) -> None:
    assert is_correction(text)


@pytest.mark.parametrize("text", ["The zone is not small.", "It is 155 km.", "That is not but a dream.", ""])
def test_what_corrects_nothing(text: str) -> None:
    assert not is_correction(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A minor inconvenience.", ("minor inconvenience",)),
        ("It's not a big deal.", ("not a big deal",)),
        ("An enormous, trivial matter", ("enormous", "trivial matter")),
        ("That is hardly negligible", ("hardly negligible",)),
        ("The road is 155 km long.", ()),
    ],
)
def test_judgements_are_collected(text: str, expected: tuple[str, ...]) -> None:
    assert find_judgements(text) == expected


def test_bare_values() -> None:
    assert is_bare_value("It's 155 km at the very most.")
    assert not is_bare_value("It's shut for 3 hours.")


def test_grounds() -> None:
    text = "The zone cuts the road from Damascus to Baghdad via al-Tanf."
    ground = find_ground(text, find_mentions(text), [])
    assert (ground.origin, ground.destination, ground.closure) != (None, None, None)
    assert [way.text for way in ground.ways] == ["al-Tanf"]
    assert Ground().is_empty
    assert not ground.is_empty


def test_a_claim_without_relation_inherits_nothing() -> None:
    text = "From Damascus to Baghdad via al-Tanf"
    ground = find_ground(text, find_mentions(text), [])
    claim = Claim(None, "distance", Quantity(0, 4, "distance", 5, 5, 0.5))
    assert inherit_slots(claim, [ground]) == claim
    assert adopt_relation(claim, [ground]) == claim
    assert not lacks_slots(claim)


def test_a_table_of_numbers_tells_nothing() -> None:
    [statement] = read_claims("Distances: " + ", ".join(f"{n} km" for n in range(10, 60)))
    assert {claim.relation for claim in statement.claims} == {None}


@given(st.text(min_size=1, max_size=400).filter(str.strip))
def test_any_document_is_read(text: str) -> None:
    document = Document(text, (Block("article", 0, len(text)),))
    for statement in read_claims(document):
        assert text[statement.start : statement.end] == statement.text
        for claim in statement.claims:
            assert set(claim.slots) <= set(SLOTS[claim.relation] if claim.relation else ())


@pytest.mark.parametrize(
    "text",
    [
        "from to " * 20_000,
        " ".join(f"{n} km" for n in range(1, 20_000)),
        " ".join(f"from Homs to Hama via Rutba it is {n} km," for n in range(1, 4_000)),
        "al-" * 50_000,
        "the closure of " * 12_000,
        "(" * 100_000,
        "Deir ez-Zor de la " * 10_000,
        "not X but " * 15_000,
    ],
)
def test_hostile_texts_take_no_longer_than_their_length(text: str) -> None:
    document = Document(text, (Block("article", 0, len(text)),))
    before = time.process_time()
    read_claims(document)
    assert time.process_time() - before < 20
