"""Measure how well claims are read and checked, stage by stage, on sentences that were labelled before any tuning.

    python validation/evaluate_claims.py [--half tuning|held_out] [--stage STAGE ...] [--errors]

Without options: both halves, all stages and the peers, and the page docs/claims-evaluation.md is written. With any
option, totals are printed and nothing is written. Misses are listed for the tuning half alone: whoever sees those of
the other half tunes to it.
"""

import argparse
import datetime
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claims_counting import (
    Count,
    Label,
    Reading,
    count_claims,
    count_matches,
    overlap,
    precision_text,
    recall_text,
    same_quantity,
    same_speaker,
    verdict_lines,
)
from claims_peers import PEERS_INTRODUCTION, compare_with_peers

import wayaround as wa
from wayaround.claims.check import check_claims
from wayaround.claims.claim import Block, Claim, Document, Statement
from wayaround.claims.quantities import find_quantities
from wayaround.claims.read import read_claims
from wayaround.network.road_network import RoadNetwork

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = ROOT / "validation" / "claims"
PAGE = ROOT / "docs" / "claims-evaluation.md"
HALVES = ("tuning", "held_out")
NOTHING_READ = "nothing read"


@dataclass(slots=True)
class Outcome:
    """What a stage counted on one half."""

    count: Count = field(default_factory=Count)
    errors: list[str] = field(default_factory=list)


def read_labels(name: str) -> list[dict[str, Any]]:
    """The labelled sentences of a file."""
    return [json.loads(line) for line in (CLAIMS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def as_document(row: Label) -> tuple[Document, int]:
    """A labelled sentence as a document with what it answers or follows, and where it begins."""
    text, before = row["text"], row.get("context", "")
    published = datetime.date.fromisoformat(row["published"]) if row.get("published") else None
    kind: Any = "comment" if row["register"] == "forum" else "article"
    if not before:
        return Document(text, (Block(kind, 0, len(text), row.get("author"), published),)), 0
    start = len(before) + (2 if row["context_kind"] == "answered" else 1)
    if row["context_kind"] == "before":
        whole = f"{before} {text}"
        return Document(whole, (Block(kind, 0, len(whole), row.get("author"), published),)), start
    whole = f"{before}\n\n{text}"
    answered = Block("comment", 0, len(before))
    answer = Block("comment", start, len(whole), row.get("author"), published, answers=0)
    return Document(whole, (answered, answer)), start


def read_statements(row: Label, names: Sequence[str] = ()) -> tuple[list[Statement], int]:
    """The statements of a labelled sentence alone, and where it begins."""
    document, start = as_document(row)
    return [each for each in read_claims(document, names=names) if each.start >= start], start


def as_label(claim: Claim) -> dict[str, Any]:
    """A claim in the words of the labels."""
    label: dict[str, Any] = {
        "relation": claim.relation,
        "measure": claim.measure,
        "low": claim.quantity.low,
        "high": claim.quantity.high,
        "slots": {slot: mention.text for slot, mention in claim.slots.items()},
        "ordered": claim.ordered,
        "inherited": [slot for slot, mention in claim.slots.items() if mention.inherited],
    }
    if claim.other is not None:
        label |= {"other_low": claim.other.low, "other_high": claim.other.high}
    return label


def measure_quantities(rows: Sequence[Label]) -> Outcome:
    """Place, measure, values and bound of each quantity."""
    outcome = Outcome()
    for row in rows:
        readings = [Reading(q.start, q.end, q.measure, q.low, q.high, q.bound) for q in find_quantities(row["text"])]
        count, missed, wrong = count_matches(row["quantities"], readings, same_quantity)
        outcome.count += count
        if missed or wrong:
            outcome.errors.append(_error(row, missed, wrong))
    return outcome


def measure_slots(rows: Sequence[Label]) -> Outcome:
    """Relation, values and every slot of each claim."""
    outcome = Outcome()
    for row in rows:
        statements, _ = read_statements(row)
        claims = [as_label(claim) for statement in statements for claim in statement.claims]
        count, missed, wrong = count_claims(row["claims"], claims)
        outcome.count += count
        if missed or wrong:
            outcome.errors.append(_error(row, missed, wrong))
    return outcome


def measure_attribution(rows: Sequence[Label]) -> Outcome:
    """Speaker, chain and day of each sentence that has a labelled one."""
    outcome = Outcome()
    for row in rows:
        if "attribution" not in row:
            continue
        want = row["attribution"]
        got = [
            {
                "speaker": each.attribution.speaker,
                "through": list(each.attribution.through),
                "said_on": each.attribution.said_on and each.attribution.said_on.isoformat(),
            }
            for each in read_statements(row)[0]
        ]
        right = any(same_speaker(want, each) for each in got)
        named = right or any(each["speaker"] for each in got)
        outcome.count += Count(int(right), int(named), 1)
        if not right:
            outcome.errors.append(_error(row, [want], got))
    return outcome


def measure_verdicts(rows: Sequence[Label], network: RoadNetwork) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How often each labelled verdict was answered by each."""
    pairs: Counter[tuple[str, str]] = Counter()
    errors: list[str] = []
    scenarios: dict[str, wa.Scenario] = {}
    for row in rows:
        if "verdict" not in row:
            continue
        name = row["scenario"]
        if name not in scenarios:
            scenarios[name] = wa.read_scenario(CLAIMS / "scenarios" / name)
        scenario = scenarios[name]
        statements, start = read_statements(row, tuple(scenario.aliases))
        given, reason = NOTHING_READ, ""
        for finding in check_claims(statements, network, scenario):
            quantity = finding.claim.quantity
            place = Reading(quantity.start - start, quantity.end - start, "", 0, 0)
            if overlap(row["quantities"][0], place):
                given, reason = finding.verdict, finding.reason
                break
        pairs[row["verdict"], given] += 1
        if row["verdict"] != given:
            errors.append(
                f"{row['id']} {row['text']}\n    {row['verdict']}, not {given}: {reason} {row.get('truth', '')}"
            )
    return pairs, errors


def _error(row: Label, missed: Sequence[object], wrong: Sequence[object]) -> str:
    lines = [f"{row['id']} {row['text']}"]
    lines += [f"    missed {each}" for each in missed]
    lines += [f"    read   {each}" for each in wrong]
    return "\n".join(lines)


STAGES: dict[str, Callable[[Sequence[Label]], Outcome]] = {
    "quantity": measure_quantities,
    "slots": measure_slots,
    "attribution": measure_attribution,
}
WHAT_IS_RIGHT = {
    "quantity": "place, measure, low, high and bound",
    "slots": "relation, values, every slot, which are inherited",
    "attribution": "speaker, chain and day",
}


def half_lines(
    half: str, rows: Sequence[Label], stages: Sequence[str], network: RoadNetwork | None, *, errors: bool
) -> list[str]:
    """The tables of one half; with `errors` what was missed goes to standard output."""
    lines: list[str] = []
    by_table = [stage for stage in STAGES if stage in stages]
    if by_table:
        lines += ["| stage | right if all are | precision | recall |", "|---|---|---|---|"]
    for stage in by_table:
        outcome = STAGES[stage](rows)
        count = outcome.count
        lines.append(f"| {stage} | {WHAT_IS_RIGHT[stage]} | {precision_text(count)} | {recall_text(count)} |")
        if errors:
            print(f"--- {stage}", *outcome.errors, sep="\n")
    if network is not None:
        made = read_labels(f"verdicts_{half}")
        for title, labelled in (
            ("Verdicts on the sentences of this half:", rows),
            (f"Verdicts on {len(made)} sentences of fixed wording:", made),
        ):
            pairs, wrong = measure_verdicts(labelled, network)
            lines += ["", title, "", *verdict_lines(pairs)]
            if errors:
                print(f"--- verdict {title}", *wrong, sep="\n")
    return lines


def describe(half: str, rows: Sequence[Label]) -> str:
    """How many sentences a half has, and of what kind."""
    route = sum(row["route"] for row in rows)
    claims = sum(bool(claim["relation"]) for row in rows for claim in row["claims"])
    return (
        f"{len(rows)} sentences, {route} of them with a route quantity and {len(rows) - route} without; "
        f"{claims} claims, {sum('attribution' in row for row in rows)} attributions, "
        f"{sum('verdict' in row for row in rows)} verdicts."
    )


INTRODUCTION = """\
# How well claims are read

Written by `make evaluate-claims`; what a claim is and how it is checked says the page on claims.

The sentences were written for this purpose and labelled before any part was tuned to them: {total}, as in news,
forums, reports of agencies, travel pages, logistics, notices of road agencies, blogs, and by people whose first
language is not English; about roads of every inhabited continent. One random split with a fixed seed made two halves.
The first, `validation/claims/tuning.jsonl`, was open to whoever improved the reading; of the second,
`validation/claims/held_out.jsonl`, the program prints totals and nothing else. One writer made all sentences and all
labels, so the figures say how the software does on such sentences, not on whatever the world writes.

Each figure is a share with its counts and its 95 % interval by Wilson's score. A quantity, a claim or an attribution
is right only if all its parts are. Articles, case and marks at the ends of names are not compared; neither is the
order of the two ends of a straight line or of "A is 40 km by road from B", nor of the two ways of a difference that
does not say which is longer. Heights, depths, sizes and times of other things are labelled as optional: whether they
are read is not counted, but a claim about a way that is made of them is wrong. Precision of attribution is over
sentences that have one.

Verdicts are plain by construction: a supported value lies within 2 % of the computed one (a straight line: within
what was rounded), a contradicted one is 40 % off or more (a bound: 30 %), and "depends" turns on a closure that
changes the way by 40 % or more, or on a border. The label holds the command that computed it; the scenarios are in
`validation/claims/scenarios/`. "Not checkable" is also the answer where a claim was not read, so its precision falls
with the recall of slots. The verdicts on free sentences are too few to show a rate of errors of 2 in 100.
`verdicts_tuning.jsonl` and `verdicts_held_out.jsonl` are more: places, values and closures drawn at random, in
wordings that are plain, of which each is in one of the two files alone. They test the checking more than the reading.
Both were drawn once more, before any use of the second, when straight lines turned out to be labelled by 2 % as well.

After the split, four corrections of labels were made, each by a rule that ran over both halves without showing the
second: unlabelled days, hours and feet became optional; "A is 40 km by road from B" may be read from either end; a
slot that an earlier sentence of the same text fills is inherited; the way round from Bishkek to Osh leads through
Kazakhstan, so what it adds depends on a border (four labels, all of them open). In the tuning half two labels were
corrected by hand. Totals of the second half were printed several times while parts were improved.

Network world-highways, digest `{digest}`.
"""


def write_page(halves: dict[str, list[dict[str, Any]]], network: RoadNetwork) -> None:
    """Measure everything and write docs/claims-evaluation.md."""
    total = sum(len(rows) for rows in halves.values())
    parts = [INTRODUCTION.format(total=total, digest=network.digest)]
    for half, rows in halves.items():
        lines = half_lines(half, rows, tuple(STAGES), network, errors=False)
        parts.append("\n".join([f"## The {half.replace('_', '-')} half", "", describe(half, rows), "", *lines, ""]))
    lines, versions = compare_with_peers(halves)
    parts.append("\n".join([PEERS_INTRODUCTION.format(versions=versions), *lines, ""]))
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--stage", choices=(*STAGES, "verdict", "peers"), action="append")
    parser.add_argument("--errors", action="store_true", help="list what was missed; tuning half only")
    options = parser.parse_args()
    if options.errors and options.half != "tuning":
        parser.error("--errors goes with --half tuning: the held-out half shows totals alone")
    halves = {half: read_labels(half) for half in HALVES if options.half in (None, half)}
    stages = options.stage or [*STAGES, "verdict"]
    if options.half is None and not options.stage:
        write_page(halves, wa.open_network("world-highways"))
        print(PAGE.read_text(encoding="utf-8"))
        return
    network = wa.open_network("world-highways") if "verdict" in stages else None
    for half, rows in halves.items():
        print(
            f"{half}: {describe(half, rows)}", *half_lines(half, rows, stages, network, errors=options.errors), sep="\n"
        )
    if "peers" in stages:
        print(*compare_with_peers(halves)[0], sep="\n")


if __name__ == "__main__":
    main()
