"""The report on a text: marks, cards, maps drawn once, and nothing in it acts."""

import base64
import hashlib
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import extruct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_maps import small_country

import wayaround as wa
from wayaround.claims.claim import Attribution, Block, Claim, Document, Mention, Quantity, Statement
from wayaround.claims.claimreview import claim_reviews
from wayaround.claims.finding import Case, Evidence, Finding, Tolerance
from wayaround.errors import FileUnreadable
from wayaround.reports import claims as report
from wayaround.reports.claim_maps import draw_evidence
from wayaround.reports.claims import render_claims_report, write_claims_report
from wayaround.reports.marked_text import mark_blocks, showable

HOSTILE = (
    "</script><script>alert(1)</script><img src=//x.example onerror=alert(2)>\"'{{ 7*7 }}<!--\u2028\u202e\x00]]>&lt;"
)
WAY = Evidence("Aville to Dtown", 99.0, 1.32, (), ("AA",), (), ((30.0, 10.0), (30.3, 10.0), (30.9, 10.0)))
ROUND = Evidence(
    "Aville to Dtown via Btown", 136.0, 1.8, (), ("AA",), ("shut",), ((30.0, 10.0), (30.5, 10.3), (30.9, 10.0))
)
LINE = Evidence("straight line from Aville to Dtown", 98.0, None, line=((30.0, 10.0), (30.9, 10.0)))
TEXT = "From Aville to Dtown it is 99 km. Talks go on."


ELEMENTS = {
    *("html", "head", "meta", "title", "style", "script", "body", "main", "h1", "h2", "h3", "p", "ul", "li", "span"),
    *("section", "header", "div", "a", "bdi", "article", "blockquote", "dl", "dt", "dd", "figure", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}
"""All that the page may hold."""


class Page(HTMLParser):
    """Elements with their attributes, texts by id of the card or block around, and the data blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.by_id: dict[str, str] = {}
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag in ("article", "section"):
            self._inside = attributes["id"]
        if tag == "h2":
            self._inside = ""
        if tag in ("td", "dd"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        self.text += data
        self.by_id[self._inside] = self.by_id.get(self._inside, "") + data

    def named(self, tag: str, *, style: str = "") -> list[dict[str, str]]:
        return [
            found for name, found in self.elements if name == tag and style in ("", *found.get("class", "").split())
        ]


def claim_at(text: str, words: str, *, km: float = 99.0) -> Claim:
    at = text.index(words)
    slots = {"origin": Mention("Aville", 5, 11), "destination": Mention("Dtown", 15, 20, inherited=True)}
    return Claim("route", "distance", Quantity(at, at + len(words), "distance", km, km, 0.5, "just"), slots=slots)


def said(
    text: str = TEXT, *, author: str | None = "A. Writer", **changes: str
) -> tuple[Document, list[Statement], list[Finding]]:
    """One article of two statements, the first with a claim."""
    document = Document(text, (Block("article", 0, len(text), author),), "talks.txt")
    claim = claim_at(text, "99 km")
    first = Statement(0, 0, 33, text[:33], Attribution(author), (claim,))
    second = Statement(0, 34, len(text), text[34:], Attribution("The minister", ("A. Writer",)))
    finding = Finding(
        first,
        claim,
        changes.get("verdict", "supported"),
        changes.get("reason", "The fastest way has 99 km."),
        99.0,
        Tolerance(0.5, 0.25, 1.98),
        (Case("with every crossing open", 99.0, True), Case("with shut in force", None, False)),
        (WAY, ROUND),
        ("Speeds are those of a lorry.",),
    )
    return document, [first, second], [finding]


def test_each_claim_is_marked_and_has_its_card() -> None:
    page = Page(render_claims_report(*said(), small_country()))
    (mark,) = page.named("a", style="mark")
    assert mark["class"] == "mark supported"
    assert mark["href"] == "#claim-1"
    assert "From Aville to Dtown it is 99 km✓1. Talks go on." in page.by_id["block-1"]
    card = re.sub(r"\s+", " ", page.by_id["claim-1"])
    for words in (
        "✓ supportedroute: just 99 km",
        "A. Writer, in article 1",
        "The fastest way has 99 km.",
        "Dtown (from what it answers)",
        "± 2 km, the largest of: digits 0.5 km, hedge 0.2 km, network 2 km",
        "with shut in force – no",
        "Aville to Dtown via Btown 136.0 1 h 48 min – AA shut",
        "Speeds are those of a lorry.",
    ):
        assert words in card
    assert "1 claim about ways: 1 supported. 1 statement gets no verdict" in page.text
    assert "The minister, as told by A. Writer" in page.by_id[""]


def test_the_markup_in_the_page_is_read_back_unchanged() -> None:
    document, statements, findings = said()
    findings.append(replace(findings[0], verdict="not checkable", reason=HOSTILE))
    html = render_claims_report(
        document, statements, findings, small_country(), url="https://example.org/a", reviewer=HOSTILE
    )
    found = extruct.extract(html, base_url="https://example.org/a", syntaxes=["json-ld"])["json-ld"]
    assert found == claim_reviews(document, findings, url="https://example.org/a", reviewer=HOSTILE)


def assert_nothing_acts(html: str) -> None:
    page = Page(html)
    assert [each for each in page.named("script") if each.get("type") != "application/ld+json"] == []
    assert len(page.named("script")) == 1
    policy = next(each["content"] for each in page.named("meta") if each.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; script-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    for tag, attributes in page.elements:
        assert tag in ELEMENTS
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name == "src":
                assert value.startswith("data:image/png;base64,")
            if name == "href":
                assert re.fullmatch(r"#(claim|block)-\d+", value)
    assert not re.search("[\x00\u202a-\u202e\u2066-\u2069]", html)


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "depends", "not checkable"])
def test_hostile_text_stays_text(verdict: str) -> None:
    text = f"{HOSTILE} 99 km {HOSTILE} — المسافة {HOSTILE}"
    document, statements, findings = said(text, author=HOSTILE, verdict=verdict, reason=HOSTILE)
    claim = replace(
        findings[0].claim,
        quantity=replace(findings[0].claim.quantity, hedge=HOSTILE),
        slots={HOSTILE: Mention(HOSTILE, 0, 1)},
    )
    evidence = (Evidence(HOSTILE, 99.0, 1.0, (HOSTILE,), (HOSTILE,), (HOSTILE,), WAY.line),)
    statement = replace(
        statements[0], claims=(claim,), judgements=(HOSTILE,), attribution=Attribution(HOSTILE, (HOSTILE,))
    )
    finding = replace(
        findings[0],
        statement=statement,
        claim=claim,
        cases=(Case(HOSTILE, 1.0, True),),
        evidence=evidence,
        assumptions=(HOSTILE,),
    )
    document = replace(document, source=HOSTILE, outlet=HOSTILE, title=HOSTILE)
    html = render_claims_report(document, [statement, statements[1]], [finding], small_country(), reviewer=HOSTILE)
    assert_nothing_acts(html)
    assert "alert(1)" in Page(html).by_id["block-1"]
    assert "{{ 7*7 }}" in Page(html).by_id["block-1"]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 30)), max_size=6))
@settings(max_examples=60)
def test_whatever_the_spans_the_text_is_whole_and_each_claim_has_its_number(
    text: str, spans: list[tuple[int, int]]
) -> None:
    document, statements, findings = said()
    shown = replace(document, text=text, blocks=(Block("comment", 0, len(text)),))
    many = [
        replace(
            findings[0],
            claim=replace(
                findings[0].claim, quantity=replace(findings[0].claim.quantity, start=start, end=start + letters)
            ),
        )
        for start, letters in spans
    ]
    ((_, _, pieces),) = mark_blocks(shown, statements, many)
    assert "".join(piece.text for piece in pieces) == showable(text)
    assert sorted(number for piece in pieces for number, _ in piece.numbers) == list(range(1, len(spans) + 1))


def test_each_set_of_evidence_is_drawn_once_and_shown_once() -> None:
    document, statements, findings = said()
    findings = [
        *findings * 3,
        replace(findings[0], evidence=(LINE,)),
        replace(findings[0], evidence=(), assumptions=()),
    ]
    page = Page(render_claims_report(document, statements, findings, small_country()))
    assert len(page.named("img")) == 2
    assert "Ways and map: as for claim 1." in page.by_id["claim-2"]
    assert "Rests on the same as claim 1." in page.by_id["claim-4"]
    assert "as for" not in page.by_id["claim-5"]


def test_maps_beyond_the_limit_are_said_to_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAPS_DRAWN", 1)
    document, statements, findings = said()
    findings = [replace(findings[0], evidence=(LINE,)), *findings * 2]
    page = Page(render_claims_report(document, statements, findings, small_country()))
    assert len(page.named("img")) == 1
    assert "Only the 1 maps" in page.by_id["claim-1"]
    assert "Only the" not in page.by_id["claim-2"]


def test_a_text_without_claims_says_so() -> None:
    document, statements, _ = said()
    page = Page(render_claims_report(document, statements[1:], [], small_country()))
    assert "No claim about ways. 1 statement gets no verdict" in page.text
    assert "None: the text states no quantity about a way." in page.text


def crowd(comments: int) -> tuple[Document, list[Statement], list[Finding]]:
    document, _, (finding,) = said()
    blocks, statements, findings, pieces, at = [], [], [], [], 0
    for row in range(comments):
        text = f"Comment {row}: from Aville to Dtown it is 99 km. {'Nothing. ' * 40}\n"
        start, claim = at, finding.claim
        quantity = replace(claim.quantity, start=start + text.index("99 km"), end=start + text.index("99 km") + 5)
        claim = replace(claim, quantity=quantity)
        statement = Statement(
            row, start, start + text.index("Nothing"), text[: text.index("Nothing")], Attribution(), (claim,)
        )
        blocks.append(Block("comment", start, start + len(text)))
        statements.append(statement)
        findings.append(replace(finding, statement=statement, claim=claim))
        pieces.append(text)
        at += len(text)
    return replace(document, text="".join(pieces), blocks=tuple(blocks)), statements, findings


def test_thousands_of_claims_take_time_and_room_in_proportion() -> None:
    network, sizes, times = small_country(), [], []
    for comments in (1000, 4000):
        began = time.perf_counter()
        sizes.append(len(render_claims_report(*crowd(comments), network)))
        times.append(time.perf_counter() - began)
    assert sizes[1] < 4.5 * sizes[0]
    assert times[1] < 16 * times[0]


def test_of_a_long_text_the_surroundings_of_statements_are_shown() -> None:
    document, statements, findings = said(f"{TEXT}{' Blah.' * 50_000}")
    blocks = (*document.blocks, Block("comment", len(document.text), len(document.text)))
    html = render_claims_report(replace(document, blocks=blocks), statements[:1], findings, small_country())
    page = Page(html)
    assert "letters left out" in page.by_id["block-1"]
    assert "99 km" in page.by_id["block-1"]
    assert "1 parts without any are left out" in page.text
    assert len(page.by_id["block-1"]) < 2000


def test_both_files_are_written_or_none(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_claims_report(folder, *said(), small_country())
    assert sorted(path.name for path in folder.iterdir()) == ["claims.jsonld", "report.html"]
    reviews = json.loads((folder / "claims.jsonld").read_text())
    assert [review["url"] for review in reviews] == ["#claim-1"]
    before = (folder / "report.html").read_bytes()
    (folder / "claims.jsonld").unlink()
    (folder / "claims.jsonld").mkdir()
    with pytest.raises(FileUnreadable, match="folder of that name"):
        write_claims_report(folder, *said("From Aville to Dtown it is 99 km! Other words."), small_country())
    assert (folder / "report.html").read_bytes() == before


def test_real_routes_are_drawn(world: wa.RoadNetwork) -> None:
    zone = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="tanf-zone")
    evidence = []
    for closures, via in (((), "al-Tanf"), ((zone,), "Nasib")):
        way = wa.find_alternatives(world, "Damascus, SY", "Baghdad, IQ", count=1, closures=closures).iloc[0]
        line = tuple((float(lon), float(lat)) for lon, lat in way.geometry.coords)
        names = tuple(closure.id for closure in closures)
        label = f"Damascus, SY to Baghdad, IQ via {via}"
        evidence.append(Evidence(label, way.km, way.h, tuple(way.crossings), tuple(way.countries), names, line))
    figure = draw_evidence(world, evidence, closures=[zone])
    assert figure is not None
    (legend,) = figure.legends
    words = [text.get_text() for text in legend.get_texts()]
    assert words[0].startswith("Damascus, SY to Baghdad, IQ via al-Tanf: 802 km, 10 h")
    assert words[1].startswith("Damascus, SY to Baghdad, IQ via Nasib (tanf-zone): 936 km")
    assert words[2:] == ["tanf-zone: 55 km around 33.5085, 38.62", "Road network"]
    labels = [text for text in figure.axes[0].texts if text.get_gid() == "label"]
    names = {text.get_text() for text in labels}
    assert {"Damascus, SY", "Baghdad, IQ", "al-Tanf-al-Walid", "Nasib-Jaber"} <= names
    boxes = [text.get_window_extent() for text in labels]
    assert not any(one.overlaps(other) for row, one in enumerate(boxes) for other in boxes[:row])


def legend_of(*evidence: Evidence, closures: tuple[wa.Closure, ...] = ()) -> list[str]:
    figure = draw_evidence(small_country(), evidence, closures=closures)
    assert figure is not None
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_same_way_under_two_closures_is_drawn_once() -> None:
    assert legend_of(WAY, replace(WAY, closures=("shut",)), ROUND) == [
        "Aville to Dtown: 99 km, 1 h 19 min",
        "Aville to Dtown via Btown (shut): 136 km, 1 h 48 min",
        "Road network",
    ]


def test_the_rim_of_a_zone_is_an_area_and_has_no_ends() -> None:
    rim = ((30.0, 10.0), (30.4, 10.0), (30.4, 10.2), (30.0, 10.0))
    zone = Evidence("camp to post: 20 km around 10.1, 30.2", 20.0, None, closures=("camp",), line=rim)
    figure = draw_evidence(small_country(), (zone,))
    assert figure is not None
    assert "camp to post" not in {text.get_text() for text in figure.axes[0].texts}
    assert len(figure.axes[0].patches) == 1
    known = wa.Closure(wa.Zone.circle(lat=10.1, lon=30.2, radius_km=20), id="camp")
    assert legend_of(zone, closures=(known,)) == ["camp: 20 km around 10.1, 30.2", "Road network"]


def test_without_a_line_there_is_no_map() -> None:
    assert draw_evidence(small_country(), (replace(WAY, km=None, h=None, line=()),)) is None


def test_replies_are_linked_to_what_they_dispute_or_correct() -> None:
    document, (first, _), (finding,) = said()
    text, at = f"{TEXT} No, 120 km. Correction: Dtown is spelt Dton.", len(TEXT) + 1
    blocks = (
        *document.blocks,
        Block("comment", at, at + 11, answers=0),
        Block("comment", at + 12, len(text), answers=0),
    )
    claim = replace(
        finding.claim, quantity=replace(finding.claim.quantity, start=at + 4, end=at + 10, low=120, high=120)
    )
    reply = Statement(1, at, at + 11, text[at : at + 11], Attribution(), (claim,))
    spelling = Statement(2, at + 12, len(text), text[at + 12 :], Attribution(), corrects=True)
    findings = [finding, replace(finding, statement=reply, claim=claim, verdict="contradicted")]
    html = render_claims_report(
        replace(document, text=text, blocks=blocks), [first, reply, spelling], findings, small_country()
    )
    page = Page(html)
    assert "Disputed by claim 2." in page.by_id["claim-1"]
    assert "Corrected by comment 3." in page.by_id["claim-1"]
    assert "Disputes claim 1." in page.by_id["claim-2"]
