"""A comparison as tables."""

import math

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.compare.result import Case, Comparison, Ends
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER
from wayaround.reports.compare_summary import state_case
from wayaround.reports.headline import duration, isolate, printable, say_km
from wayaround.reports.tables import STATUS_WORDS

JOURNEYS_SHOWN = 20


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
    for sentence in state_case(first):
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
