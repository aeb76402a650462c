"""The report on a text: each claim marked, its verdict, and the routes that decide it, in one HTML file."""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import jinja2
from markupsafe import Markup

from wayaround.claims.claim import Claim, Document, Statement
from wayaround.claims.claimreview import claim_reviews, embed_claim_reviews, write_claim_reviews
from wayaround.claims.finding import Evidence, Finding, Tolerance, Verdict
from wayaround.claims.keeping.links import Place, link_statements
from wayaround.closures.closure import Closure
from wayaround.network.road_network import RoadNetwork
from wayaround.reports.claim_maps import render_evidence
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import duration, printable, shorten
from wayaround.reports.marked_text import mark_blocks, showable

SIGNS: dict[Verdict, str] = {"supported": "✓", "contradicted": "✗", "depends": "±", "not checkable": "?"}
MAPS_DRAWN = 20
QUOTED_LETTERS = 600
UNJUDGED_SHOWN = 500
NO_VALUE = "–"
SLOT_WORDS = {
    "origin": "From",
    "destination": "To",
    "via": "By way of",
    "via_other": "Or by way of",
    "closure": "What is closed",
    "place": "Place",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the report shows of one finding; of ways and assumptions that an earlier card has, only its number."""

    number: int
    verdict: Verdict
    claimed: str
    text: str
    who: str
    block: int | None
    kind: str
    reason: str
    facts: list[tuple[str, str]]
    cases: list[dict[str, str]]
    ways: list[list[str]] = field(default_factory=list)
    ways_as: int | None = None
    map_url: str = ""
    map_left_out: bool = False
    assumptions: list[str] = field(default_factory=list)
    assumptions_as: int | None = None
    links: list[tuple[str, str, str]] = field(default_factory=list)


def write_claims_report(
    folder: Path,
    document: Document,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    network: RoadNetwork,
    *,
    closures: Sequence[Closure] = (),
    url: str = "",
    reviewer: str = "wayaround",
) -> None:
    """Write report.html and claims.jsonld.

    The page loads nothing and runs no script; all that comes from the text is shown as text. Both files are written
    beside the folder first and moved in when they are complete.

    Parameters
    ----------
    folder : Path
        Is made if it does not exist; other files in it stay.
    document, statements, findings
        As read and checked; findings are numbered from 1 in the order given.
    network : RoadNetwork
        The roads they were checked against.
    closures : sequence of Closure
        Zones to draw where the evidence names them.
    url, reviewer : str
        For the markup, as in `claim_reviews`.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    ScenarioError
        As for `claim_reviews`.
    """

    def write(draft: Path) -> None:
        page = render_claims_report(
            document, statements, findings, network, closures=closures, url=url, reviewer=reviewer
        )
        (draft / "report.html").write_text(page, encoding="utf-8", errors="replace")
        write_claim_reviews(draft / "claims.jsonld", claim_reviews(document, findings, url=url, reviewer=reviewer))

    fill_folder(folder, write)


def render_claims_report(
    document: Document,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    network: RoadNetwork,
    *,
    closures: Sequence[Closure] = (),
    url: str = "",
    reviewer: str = "wayaround",
) -> str:
    """The report as HTML."""
    folder = files("wayaround.reports") / "templates"
    style = "".join((folder / name).read_text(encoding="utf-8") for name in ("report.css", "claims.css"))
    pages = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(
        style=lambda verdict: verdict.replace(" ", "-"),
        sign=SIGNS.__getitem__,
        shown=lambda name: printable(name or ""),
    )
    blocks = mark_blocks(document, statements, findings)
    unjudged = [each for each in statements if not each.claims or each.judgements]
    counts = Counter(finding.verdict for finding in findings)
    return pages.get_template("claims.html.j2").render(
        title=printable(document.title or "") or "What is said, and what the roads say",
        headline=_headline(counts, len(unjudged)),
        style=Markup(style),
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii"),
        claim_reviews=Markup(embed_claim_reviews(claim_reviews(document, findings, url=url, reviewer=reviewer))),
        legend=[
            {"word": verdict, "sign": sign, "style": verdict.replace(" ", "-"), "count": f"{counts[verdict]:,}"}
            for verdict, sign in SIGNS.items()
        ],
        blocks=blocks,
        blocks_left_out=len(document.blocks) - len(blocks),
        cards=_cards(
            document,
            findings,
            {number for number, _, _ in blocks},
            _map_urls(findings, network, closures),
            _links(document, statements, findings),
        ),
        maps_drawn=MAPS_DRAWN,
        unjudged=[
            (_who(each), _quote(each.text), ", ".join(map(printable, each.judgements)) or NO_VALUE)
            for each in unjudged[:UNJUDGED_SHOWN]
        ],
        unjudged_left_out=max(0, len(unjudged) - UNJUDGED_SHOWN),
        facts=[
            ("Text", f"{printable(document.source) or 'no name given'}, {len(document.text):,} letters"),
            ("SHA-256 of it", hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()),
            ("Outlet", printable(document.outlet or "") or "not stated"),
            ("Network", f"{network.name}, digest {network.digest}"),
        ],
        network=network,
        attribution=network.attribution.replace("(c)", "©"),
        version=version("wayaround"),
    )


def _headline(counts: Counter[Verdict], unjudged: int) -> str:
    total = counts.total()
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in SIGNS if counts[verdict])
    words = (
        f"{total:,} {'claim' if total == 1 else 'claims'} about ways: {verdicts}." if total else "No claim about ways."
    )
    if unjudged:
        words += f" {unjudged:,} {'statement gets' if unjudged == 1 else 'statements get'} no verdict, or only in part."
    return words


def _map_urls(
    findings: Sequence[Finding], network: RoadNetwork, closures: Sequence[Closure]
) -> dict[tuple[Evidence, ...], str]:
    """The maps of the sets of evidence that most claims share."""
    sets = Counter(finding.evidence for finding in findings if any(each.line for each in finding.evidence))
    urls: dict[tuple[Evidence, ...], str] = {}
    for evidence, _ in sets.most_common(MAPS_DRAWN):
        png = render_evidence(network, evidence, closures=closures)
        if png is not None:
            urls[evidence] = Markup("data:image/png;base64,") + base64.b64encode(png).decode("ascii")
    return urls


def _links(
    document: Document, statements: Sequence[Statement], findings: Sequence[Finding]
) -> dict[int, list[tuple[str, str, str]]]:
    """Of each finding what it disputes or corrects, and by what it is: words, and where they lead."""
    numbers = {
        (finding.statement.start, finding.statement.end, finding.claim.quantity.start): number
        for number, finding in enumerate(findings, start=1)
    }

    def find(place: Place) -> tuple[int | None, str, str]:
        statement, at = statements[place[0]], place[1]
        claim = None if at is None else statement.claims[at]
        number = None if claim is None else numbers.get((statement.start, statement.end, claim.quantity.start))
        if number is not None:
            return number, f"#claim-{number}", f"claim {number}"
        kind = document.blocks[statement.block].kind
        return None, f"#block-{statement.block + 1}", f"{kind} {statement.block + 1}"

    links = link_statements(document, statements, findings)
    said: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for active, passive, pairs in (
        ("Disputes", "Disputed by", links.disputes),
        ("Corrects", "Corrected by", links.corrects),
    ):
        for place, targets in pairs.items():
            for target in targets:
                one, other = find(place), find(target)
                if one[0] is not None:
                    said[one[0]].append((active, *other[1:]))
                if other[0] is not None:
                    said[other[0]].append((passive, *one[1:]))
    return said


def _cards(
    document: Document,
    findings: Sequence[Finding],
    shown: set[int],
    map_urls: dict[tuple[Evidence, ...], str],
    links: dict[int, list[tuple[str, str, str]]],
) -> list[Card]:
    ways_at: dict[tuple[Evidence, ...], int] = {}
    assumptions_at: dict[tuple[str, ...], int] = {}
    cards = []
    for number, finding in enumerate(findings, start=1):
        statement, claim = finding.statement, finding.claim
        say = _measure(claim)
        ways_as = ways_at.setdefault(finding.evidence, number)
        assumptions_as = assumptions_at.setdefault(finding.assumptions, number)
        first_ways, first_assumptions = ways_as == number, assumptions_as == number
        cards.append(
            Card(
                number=number,
                verdict=finding.verdict,
                claimed=_claimed(document, claim),
                text=_quote(statement.text),
                who=_who(statement),
                block=statement.block + 1 if statement.block + 1 in shown else None,
                kind=document.blocks[statement.block].kind,
                reason=_quote(finding.reason),
                facts=_facts(finding, say),
                cases=[
                    {
                        "assumption": printable(case.assumption),
                        "computed": _say_computed(case.computed, case.computed_other, say),
                        "agrees": "yes" if case.agrees else "no",
                    }
                    for case in finding.cases
                ],
                ways=[_way(each) for each in finding.evidence] if first_ways else [],
                ways_as=None if first_ways or not finding.evidence else ways_as,
                map_url=map_urls.get(finding.evidence, "") if first_ways else "",
                map_left_out=finding.evidence not in map_urls and any(each.line for each in finding.evidence),
                assumptions=[printable(each) for each in finding.assumptions] if first_assumptions else [],
                assumptions_as=None if first_assumptions or not finding.assumptions else assumptions_as,
                links=links.get(number, []),
            )
        )
    return cards


def _claimed(document: Document, claim: Claim) -> str:
    words = []
    for quantity in (claim.quantity, claim.other):
        if quantity is not None:
            written = printable(document.text[quantity.start : quantity.end])
            words.append(f"{printable(quantity.hedge)} {written}" if quantity.hedge else written)
    return f"{claim.relation or 'no relation told'}: {' against '.join(words)}"


def _facts(finding: Finding, say: Callable[[float], str]) -> list[tuple[str, str]]:
    facts = [
        (
            SLOT_WORDS.get(name) or printable(name),
            f"{shorten(mention.text, letters=80)}{' (from what it answers)' * mention.inherited}",
        )
        for name, mention in finding.claim.slots.items()
    ]
    quantity = finding.claim.quantity
    span = say(quantity.low) if quantity.low == quantity.high else f"{say(quantity.low)} to {say(quantity.high)}"
    facts.append(("Claimed", span if quantity.bound == "exactly" else f"{quantity.bound} {span}"))
    if finding.claim.other is not None:
        facts.append(("Against", say(finding.claim.other.low)))
    if finding.computed is not None:
        facts.append(("Computed", _say_computed(finding.computed, finding.computed_other, say)))
    if finding.tolerance is not None:
        facts.append(("Tolerance", _say_tolerance(finding.tolerance, say)))
    return facts


def _say_computed(value: float | None, other: float | None, say: Callable[[float], str]) -> str:
    words = NO_VALUE if value is None else say(value)
    return words if other is None else f"{words} against {say(other)}"


def _say_tolerance(tolerance: Tolerance, say: Callable[[float], str]) -> str:
    parts = f"digits {say(tolerance.rounding)}, hedge {say(tolerance.hedge)}, network {say(tolerance.network)}"
    return f"± {say(tolerance.used)}, the largest of: {parts}"


def _way(evidence: Evidence) -> list[str]:
    return [
        printable(evidence.label),
        NO_VALUE if evidence.km is None else f"{evidence.km:,.1f}",
        NO_VALUE if evidence.h is None else duration(evidence.h),
        *(
            ", ".join(map(printable, names)) or NO_VALUE
            for names in (evidence.crossings, evidence.countries, evidence.closures)
        ),
    ]


def _measure(claim: Claim) -> Callable[[float], str]:
    """How to say a value of a claim's measure."""
    if claim.measure == "duration":
        return lambda value: f"{f'{value:,.2f}'.rstrip('0').rstrip('.')} h"
    return lambda value: f"{value:,.1f}".removesuffix(".0") + " km"


def _who(statement: Statement) -> str:
    said = statement.attribution
    who = [printable(said.speaker or "") or "unknown speaker"]
    if said.through:
        who.append(f"as told by {', then '.join(map(printable, said.through))}")
    if said.said_on is not None:
        who.append(f"on {said.said_on.isoformat()}")
    return ", ".join(who)


def _quote(text: str) -> str:
    shown = showable(text[: QUOTED_LETTERS + 1]).strip()
    return shown if len(text) <= QUOTED_LETTERS else f"{shown[:QUOTED_LETTERS]}…"
