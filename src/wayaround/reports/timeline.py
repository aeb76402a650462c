"""A timeline as a table and as JSON."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import STATUSES
from wayaround.reports.headline import duration, isolate, printable
from wayaround.reports.network import summarise_network
from wayaround.reports.sweep import (
    print_points,
    say_way,
    summarise_fare,
    summarise_state,
    summarise_ways,
)
from wayaround.timeline.result import Change, Timeline
from wayaround.units import hours

CHANGES_SHOWN, JOURNEYS_SHOWN, CLOSURES_NAMED = 30, 4, 6


def summarise_timeline(timeline: Timeline) -> dict[str, Any]:
    """All spans, what begins and ends with each and what that changes, ready for `json.dumps`.

    Parameters
    ----------
    timeline : Timeline
        The result.

    Returns
    -------
    dict
        Keys title, network, profile, profile_overridden, party, from, until, closures, pairs, journeys, spans, changes,
        named_pairs_left_out, weighting, assumptions and seconds. Where there is no way a number is None.
    """
    states = timeline.states
    return {
        "title": states.title,
        "network": summarise_network(states.network),
        "profile": states.profile.name,
        "profile_overridden": dict(states.profile.overridden),
        "party": states.party,
        "from": timeline.first.isoformat(),
        "until": timeline.last.isoformat(),
        "closures": [
            {
                "id": closure.id,
                "from": None if closure.from_date is None else closure.from_date.isoformat(),
                "until": None if closure.until_date is None else closure.until_date.isoformat(),
                "effect": "none"
                if closure.idle
                else "shut"
                if closure.is_shut
                else "delay"
                if closure.delays
                else "slow",
                "baseline": closure.baseline,
                "days_in_force": sum(span.days for span in timeline.spans if row in span.in_force),
            }
            for row, closure in enumerate(timeline.closures)
        ],
        "pairs": states.pairs,
        "journeys": summarise_ways(states),
        "spans": [
            {
                "from": span.first.isoformat(),
                "until": span.last.isoformat(),
                "days": span.days,
                "closures": _ids(timeline, span.in_force),
            }
            | summarise_state(states, row)
            for row, span in enumerate(timeline.spans)
        ],
        "changes": [_change(timeline, change) for change in timeline.changes()],
        "named_pairs_left_out": states.named - len(states.journeys),
        "weighting": states.weighting,
        "assumptions": list(_assumptions(timeline)),
        "seconds": states.seconds,
    }


def print_timeline(timeline: Timeline, console: Console) -> None:
    """Print the spans, what each change does, and what it rests on."""
    states, spans = timeline.states, timeline.spans
    console.print(f"\n[bold]{escape(printable(states.title))}[/bold]")
    own = [
        ("from", [span.first.isoformat() for span in spans]),
        ("days", [f"{span.days:,}" for span in spans]),
        ("in\nforce", [str(len(span.in_force)) for span in spans]),
    ]
    print_points(states, console, own=own, words="spans of days" if len(spans) > 1 else "span of days")
    if len(spans) > 1:
        console.print("[bold]What changes[/bold]")
    changes = timeline.changes()
    for change in changes[:CHANGES_SHOWN]:
        for row, sentence in enumerate(say_change(timeline, change)):
            console.print(escape(f"{'    ' if row else '  '}{sentence}"), highlight=False)
    if len(changes) > CHANGES_SHOWN:
        console.print(f"  and {len(changes) - CHANGES_SHOWN:,} more")
    console.print("[bold]Assumptions[/bold]")
    for sentence in _assumptions(timeline):
        console.print(f"  {escape(sentence)}", highlight=False)


def say_change(timeline: Timeline, change: Change) -> list[str]:
    """What a day changes: "2018-03-01: zone begins", "A to B: from 793 km, 10 h 34 min to 929 km, 12 h 23 min"."""
    states, span = timeline.states, timeline.spans[change.span]
    what = [
        f"{_name(timeline, rows)} {verb}{'' if len(rows) > 1 else 's'}"
        for rows, verb in ((span.ended, "end"), (span.begun, "begin"))
        if rows
    ]
    said = [f"{span.first}: {', '.join(what)}"]
    for journey in change.journeys[:JOURNEYS_SHOWN]:
        origin, destination = map(isolate, states.journeys[journey])
        one, other = (_say_fare(timeline, row, journey) for row in (change.span - 1, change.span))
        fare = f"from {one} to {other}" if one != other else f"{other}; what it is compared with changes"
        said.append(f"{origin} to {destination}: {fare}")
    if len(change.journeys) > JOURNEYS_SHOWN:
        said.append(f"and {len(change.journeys) - JOURNEYS_SHOWN:,} more journeys")
    totals = [
        f"{words} {more:+,.{digits}f}"
        for words, more, digits in (
            *((status.replace("_", " "), count, 0) for status, count in zip(STATUSES, change.counts, strict=True)),
            ("extra weighted hours", change.extra_weighted_h, 1),
        )
        if round(more, digits)
    ]
    if totals:
        said.append(f"all pairs: {', '.join(totals)}")
    if not change.is_something:
        said.append("changes nothing")
    return said


def _say_fare(timeline: Timeline, span: int, journey: int) -> str:
    states = timeline.states
    way = states.ways[journey][int(states.way_after[span, journey])]
    time_h = float(hours(states.after_ds[span, journey]))
    return say_way(way) if way.route is None else f"{say_way(way)}, {duration(time_h)}"


def _name(timeline: Timeline, rows: tuple[int, ...]) -> str:
    names = [printable(name) for name in _ids(timeline, rows)]
    if len(names) > CLOSURES_NAMED:
        return f"{', '.join(names[:CLOSURES_NAMED])} and {len(names) - CLOSURES_NAMED:,} more"
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def _ids(timeline: Timeline, rows: tuple[int, ...]) -> list[str]:
    return [timeline.closures[row].id for row in rows]


def _change(timeline: Timeline, change: Change) -> dict[str, Any]:
    span, states = timeline.spans[change.span], timeline.states
    return {
        "date": span.first.isoformat(),
        "begin": _ids(timeline, span.begun),
        "end": _ids(timeline, span.ended),
        "pairs": dict(zip(STATUSES, change.counts, strict=True)),
        "extra_weighted_h": round(change.extra_weighted_h, 6),
        "cut_off_weight": change.cut_off_weight,
        "journeys": [
            {"before": summarise_fare(states, change.span - 1, row), "after": summarise_fare(states, change.span, row)}
            for row in change.journeys
        ],
    }


def _assumptions(timeline: Timeline) -> tuple[str, ...]:
    states = timeline.states
    return state_assumptions(
        states.network,
        states.profile,
        f"each day from {timeline.first} until {timeline.last}",
        states.party,
        f"Weights: {states.weighting}.",
    )
