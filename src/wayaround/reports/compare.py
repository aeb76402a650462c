"""A comparison as tables and as JSON."""

import math
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.compare.result import Case, Comparison, Ends
from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER, STATUSES
from wayaround.reports.headline import duration, isolate, printable, say_km
from wayaround.reports.network import summarise_network
from wayaround.reports.tables import STATUS_WORDS

JOURNEYS_SHOWN = 20


def summarise_comparison(comparison: Comparison) -> dict[str, Any]:
    """All cases side by side, ready for `json.dumps`.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    dict
        Keys totals_compared, remarks, journeys_left_out, cases and seconds. Where there is no way a number is None.
    """
    return {
        "totals_compared": comparison.totals_alike,
        "remarks": list(comparison.remarks),
        "journeys_left_out": [
            {"origin": origin, "destination": destination, "in": list(names)}
            for (origin, destination), names in comparison.left_out.items()
        ],
        "cases": summarise_cases(comparison),
        "seconds": comparison.seconds,
    }


def summarise_cases(comparison: Comparison) -> list[dict[str, Any]]:
    """Each case with its journeys and totals, and their differences against the first."""
    return [_case(comparison, case) for case in comparison.cases]


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print journeys and totals of all cases, how the cases are unlike, and what they rest on."""
    console.print()
    for case in comparison.cases:
        console.print(f"[bold]{escape(printable(case.name))}[/bold]: {escape(printable(case.title))}", highlight=False)
    print_cases(comparison, console)
    for (origin, destination), names in comparison.left_out.items():
        sentence = f"Not compared: {isolate(origin)} to {isolate(destination)}, only in {', '.join(names)}."
        console.print(escape(sentence), highlight=False)
    for sentence in comparison.remarks:
        console.print(escape(printable(sentence)), highlight=False)
    first = comparison.cases[0]
    console.print(f"[bold]Assumptions of {escape(printable(first.name))}[/bold]")
    for sentence in _assumptions(first):
        console.print(f"  {escape(sentence)}", highlight=False)


def print_cases(comparison: Comparison, console: Console) -> None:
    """Print the table of journeys and, where they can be compared, that of totals."""
    if comparison.journeys:
        console.print(fares_table(comparison))
        more = len(comparison.journeys) - JOURNEYS_SHOWN
        if more > 0:
            console.print(f"and {more:,} journeys more: --json has all")
    if comparison.totals_alike:
        console.print(totals_table(comparison))


def fares_table(comparison: Comparison) -> Table:
    """Table of the journeys, a row for each case."""
    table = Table(title="The same journeys", title_justify="left")
    table.add_column("case", overflow="fold")
    table.add_column("km", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("against the first", justify="right", overflow="fold")
    table.add_column("result, crossings", overflow="fold")
    for ends in comparison.journeys[:JOURNEYS_SHOWN]:
        table.add_section()
        table.add_row(f"[bold]{escape(' to '.join(map(isolate, ends)))}[/bold]")
        for case in comparison.cases:
            table.add_row(*map(escape, _fare_cells(comparison, case, ends)))
    return table


def totals_table(comparison: Comparison) -> Table:
    """Table of what all counted pairs lose, a row for each case."""
    table = Table(title="All counted pairs", title_justify="left")
    table.add_column("case", overflow="fold")
    for heading in ("pairs", "longer", "cut off", "inside", "extra weighted h", "against the first"):
        table.add_column(heading, justify="right")
    first = comparison.cases[0].measured
    for case in comparison.cases:
        measured = case.measured
        counts = [int(measured.counts.sum()), *(int(measured.counts[row]) for row in (LONGER, CUT_OFF, INSIDE_ZONE))]
        more = "" if measured is first else f"{measured.extra_weighted_h - first.extra_weighted_h:+,.1f}"
        cells = [*(f"{count:,}" for count in counts), f"{measured.extra_weighted_h:,.1f}", more]
        table.add_row(escape(printable(case.name)), *cells)
    return table


def say_fare(case: Case, ends: Ends) -> str:
    """How a journey fares, such as "929 km, 12 h 23 min"."""
    _, after_km, _, after_h = case.fare(ends)
    if math.isnan(after_km):
        return STATUS_WORDS[case.status(ends)]
    return f"{say_km(after_km, whole=after_km >= 100)}, {duration(after_h)}"


def _fare_cells(comparison: Comparison, case: Case, ends: Ends) -> list[str]:
    _, after_km, _, after_h = case.fare(ends)
    _, first_km, _, first_h = comparison.cases[0].fare(ends)
    km, h = after_km - first_km, after_h - first_h
    result = STATUS_WORDS[case.status(ends)]
    if crossings := case.crossings_of(ends)[1]:
        result += f"\nby {', '.join(crossings)}"
    against = ""
    if case is not comparison.cases[0] and not math.isnan(km):
        against = "the same" if not km and not h else f"{km:+,.0f} km\n{'-' if h < 0 else '+'}{duration(abs(h))}"
    gone = math.isnan(after_km)
    own = ["-", "-"] if gone else [say_km(after_km, whole=after_km >= 100), duration(after_h)]
    return [printable(case.name), *own, against, result]


def _case(comparison: Comparison, case: Case) -> dict[str, Any]:
    measured, first = case.measured, comparison.cases[0].measured
    against = None
    if comparison.totals_alike:
        more = (measured.counts - first.counts).tolist()
        against = {
            "pairs": dict(zip(STATUSES, more, strict=True)),
            "extra_weighted_h": round(measured.extra_weighted_h - first.extra_weighted_h, 6),
            "cut_off_weight": measured.cut_off_weight - first.cut_off_weight,
        }
    return {
        "name": case.name,
        "title": case.title,
        "network": summarise_network(case.network),
        "profile": case.profile.name,
        "profile_overridden": dict(case.profile.overridden),
        "date": case.day.isoformat(),
        "party": case.party,
        "closures": [matched.closure.id for matched in case.in_force],
        "pairs": {"total": int(measured.counts.sum())}
        | {name: int(count) for name, count in zip(STATUSES, measured.counts, strict=True)},
        "extra_weighted_h": round(measured.extra_weighted_h, 6),
        "cut_off_weight": measured.cut_off_weight,
        "against_first": against,
        "journeys": [_journey(comparison, case, ends) for ends in comparison.journeys],
        "assumptions": list(_assumptions(case)),
    }


def _journey(comparison: Comparison, case: Case, ends: Ends) -> dict[str, Any]:
    before_km, after_km, before_h, after_h = case.fare(ends)
    _, first_km, _, first_h = comparison.cases[0].fare(ends)
    crossings_before, crossings_after = case.crossings_of(ends)
    return {
        "origin": ends[0],
        "destination": ends[1],
        "status": case.status(ends),
        "before_km": _number(before_km),
        "after_km": _number(after_km),
        "extra_km": _number(after_km - before_km),
        "before_h": _number(before_h),
        "after_h": _number(after_h),
        "extra_h": _number(after_h - before_h),
        "crossings_before": list(crossings_before),
        "crossings_after": list(crossings_after),
        "against_first_km": _number(after_km - first_km),
        "against_first_h": _number(after_h - first_h),
    }


def _assumptions(case: Case) -> tuple[str, ...]:
    weights = f"Weights: {case.measured.trips.weighting}."
    return state_assumptions(case.network, case.profile, case.day, case.party, weights)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
