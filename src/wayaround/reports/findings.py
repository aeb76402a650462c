"""What a text says and what the roads say to it: as one JSON object, and as tables for a person."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.claims.claim import Attribution, Block, Claim, Document, Mention, Quantity, Statement
from wayaround.claims.finding import Evidence, Finding, Tolerance
from wayaround.claims.roads.measured import say, say_quantity
from wayaround.network.road_network import RoadNetwork
from wayaround.reports.headline import printable

NOTHING_TO_SAY = "the roads have nothing to say about it"
LONGEST_SHOWN = 160


def summarise_check(
    document: Document,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    network: RoadNetwork,
    *,
    scenario: str | None = None,
    profile: str = "truck",
) -> dict[str, Any]:
    """Everything that a check found, ready for `json.dumps`.

    Parameters
    ----------
    document : Document
        The text.
    statements : sequence of Statement
        What it says.
    findings : sequence of Finding
        One for each claim.
    network : RoadNetwork
        The roads.
    scenario : str, optional
        Title of the scenario.
    profile : str
        Name of the vehicle.

    Returns
    -------
    dict
        `source`, `outlet`, `title`, `network`, `scenario`, `profile`, `claims` and `statements`; the latter are those
        without a quantity, which get no verdict.
    """
    return {
        "source": document.source,
        "outlet": document.outlet,
        "title": document.title,
        "network": {
            "name": network.name,
            "digest": network.digest,
            "nodes": network.nodes,
            "links": network.links - len(network.joins),
            "joins": len(network.joins),
        },
        "scenario": scenario,
        "profile": profile,
        "claims": [summarise_finding(finding, _author(document, finding.statement)) for finding in findings],
        "statements": [
            _said(each, _author(document, each)) | {"corrects": each.corrects, "remark": NOTHING_TO_SAY}
            for each in statements
            if not each.claims
        ],
    }


def summarise_finding(finding: Finding, author: str | None = None) -> dict[str, Any]:
    """One claim and its verdict, ready for `json.dumps`.

    Parameters
    ----------
    finding : Finding
        The claim with its verdict.
    author : str, optional
        Who wrote the block that it stands in.
    """
    statement, claim = finding.statement, finding.claim
    return _said(statement, author) | {
        "corrects": statement.corrects,
        "relation": claim.relation,
        "measure": claim.measure,
        "slots": {slot: mention.text for slot, mention in claim.slots.items()},
        "slot_spans": {slot: _span(mention) for slot, mention in claim.slots.items()},
        "inherited": [slot for slot, mention in claim.slots.items() if mention.inherited],
        "claimed": _quantity(claim.quantity),
        "claimed_other": None if claim.other is None else _quantity(claim.other),
        "ordered": claim.ordered,
        "computed": _number(finding.computed),
        "computed_other": _number(finding.computed_other),
        "tolerance": None if finding.tolerance is None else _tolerance(finding.tolerance),
        "verdict": finding.verdict,
        "reason": finding.reason,
        "cases": [
            {
                "assumption": case.assumption,
                "computed": _number(case.computed),
                "computed_other": _number(case.computed_other),
                "agrees": case.agrees,
            }
            for case in finding.cases
        ],
        "evidence": [_evidence(each) for each in finding.evidence],
        "assumptions": list(finding.assumptions),
    }


def print_findings(
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    console: Console,
    *,
    document: Document | None = None,
    title: str = "Claims",
) -> None:
    """Print the claims with their verdicts, and after them what has no quantity."""
    if findings:
        console.print(findings_table(findings, document=document, title=title))
    silent = [each for each in statements if not each.claims]
    if silent:
        console.print(statements_table(silent, document=document))
    if not findings and not silent:
        console.print("Nothing in the text says how far or how long a way is.", highlight=False)


def findings_table(findings: Sequence[Finding], *, document: Document | None = None, title: str = "Claims") -> Table:
    """Table of who claims what, and what the roads say."""
    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("who, what", overflow="fold", ratio=2)
    table.add_column("claimed", justify="right", no_wrap=True)
    table.add_column("computed", justify="right", no_wrap=True)
    table.add_column("verdict, reason", overflow="fold", ratio=3)
    for finding in findings:
        claim = finding.claim
        claimed = [say_quantity(each) for each in (claim.quantity, claim.other) if each is not None]
        table.add_row(
            _cell(f'{_who(finding.statement, document)}:\n"{_shortened(finding.statement.text)}"\n{say_claim(claim)}'),
            _cell("\n".join(claimed)),
            _cell(_computed(finding)),
            f"[bold {_COLOURS[finding.verdict]}]{finding.verdict}[/]\n{_cell(finding.reason)}",
        )
    return table


def statements_table(statements: Sequence[Statement], *, document: Document | None = None) -> Table:
    """Table of what is said without a quantity, which gets no verdict."""
    table = Table(
        title="Said without a quantity",
        title_justify="left",
        caption=f"No verdict: {NOTHING_TO_SAY}.",
        caption_justify="left",
    )
    table.add_column("who", overflow="fold", max_width=24)
    table.add_column("when")
    table.add_column("what", overflow="fold")
    for each in statements:
        day = each.attribution.said_on
        table.add_row(_cell(_who(each, document)), str(day) if day else "", _cell(f'"{_shortened(each.text)}"'))
    return table


_COLOURS = {"supported": "green", "contradicted": "red", "depends": "yellow", "not checkable": "dim"}


def say_claim(claim: Claim) -> str:
    """What a claim is about, in one line.

    Examples
    --------
    >>> slots = {"origin": Mention("Homs", 0, 4), "destination": Mention("Aleppo", 8, 14, inherited=True)}
    >>> say_claim(Claim("route", "distance", Quantity(0, 6, "distance", 190.0, 190.0, 5.0), slots=slots))
    'route, distance: origin Homs; destination Aleppo (inherited)'
    """
    slots = "; ".join(
        f"{slot.replace('_', ' ')} {mention.text}{' (inherited)' if mention.inherited else ''}"
        for slot, mention in claim.slots.items()
    )
    return f"{claim.relation or 'no way named'}, {claim.measure}" + (f": {slots}" if slots else "")


def _computed(finding: Finding) -> str:
    if finding.computed is None:
        return "-"
    lines = [
        say(each, finding.claim.measure) for each in (finding.computed, finding.computed_other) if each is not None
    ]
    if finding.tolerance is not None:
        lines.append(f"± {say(finding.tolerance.used, finding.claim.measure)}")
    return "\n".join(lines)


def _who(statement: Statement, document: Document | None) -> str:
    said_by, author = statement.attribution, _author(document, statement)
    first = said_by.speaker or author or "unknown author"
    through = [name for name in said_by.through if name != first]
    return f"{first} (through {', '.join(through)})" if through else first


def _author(document: Document | None, statement: Statement) -> str | None:
    block = _block(document, statement)
    return None if block is None else block.author


def _block(document: Document | None, statement: Statement) -> Block | None:
    if document is None or statement.block >= len(document.blocks):
        return None
    return document.blocks[statement.block]


def _said(statement: Statement, author: str | None) -> dict[str, Any]:
    said_by: Attribution = statement.attribution
    return {
        "text": statement.text,
        "speaker": said_by.speaker,
        "through": list(said_by.through),
        "said_on": None if said_by.said_on is None else said_by.said_on.isoformat(),
        "author": author,
        "block": statement.block,
        "span": [statement.start, statement.end],
        "judgements": list(statement.judgements),
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "low": quantity.low,
        "high": quantity.high,
        "unit": "h" if quantity.measure == "duration" else "km",
        "measure": quantity.measure,
        "rounding": quantity.rounding,
        "hedge": quantity.hedge,
        "bound": quantity.bound,
        "span": _span(quantity),
    }


def _tolerance(tolerance: Tolerance) -> dict[str, float]:
    kinds = ("rounding", "hedge", "network", "used")
    return {kind: round(float(getattr(tolerance, kind)), 6) for kind in kinds}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "label": evidence.label,
        "km": _number(evidence.km),
        "h": _number(evidence.h),
        "crossings": list(evidence.crossings),
        "countries": list(evidence.countries),
        "closures": list(evidence.closures),
        "line": [[round(lon, 5), round(lat, 5)] for lon, lat in evidence.line],
    }


def _span(spanned: Mention | Quantity) -> list[int]:
    return [spanned.start, spanned.end]


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 3]}..."


def _cell(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.split("\n")))
