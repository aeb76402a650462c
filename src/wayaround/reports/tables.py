"""What `run` prints for a person."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.costs import Costs
from wayaround.impact.detours import LONGER, STATUSES, Journey
from wayaround.impact.result import ClosureReport, Impact
from wayaround.impact.using import Use
from wayaround.reports.access import print_access
from wayaround.reports.burden import print_burden
from wayaround.reports.headline import describe_effect, duration, headline, pairs_sentence, printable, say_money
from wayaround.reports.money import COMPONENTS, describe_components, list_income_by_owner
from wayaround.reports.route_choice import print_choice
from wayaround.reports.summary import list_assumptions
from wayaround.reports.uncertainty import print_uncertainty, say_turnings
from wayaround.units import hours, kilometres

CLOSURES_SHOWN = 40
OTHERS_SHOWN = 8
USED_WHEN = {(True, True): "before and after", (True, False): "before", (False, True): "after"}
STATUS_WORDS = {
    "unchanged": "unchanged",
    "longer": "longer",
    "cut_off": "CUT OFF",
    "already_cut_off": "no way before either",
    "inside_zone": "ends inside the closure",
}


def print_impact(impact: Impact, console: Console, *, uses: Sequence[Use] = ()) -> None:
    """Print closures, journeys, crossings, who uses the roads asked for, and assumptions."""
    if impact.title:
        console.print(f"\n[bold]{escape(printable(impact.title))}[/bold]")
    console.print(escape(f"{headline(impact)}."), highlight=False)
    for sentence in say_turnings(impact):
        console.print(escape(f"{sentence}."), highlight=False)
    if impact.closures:
        console.print(closures_table(impact.closures))
    console.print(journeys_table(impact))
    console.print(escape(f"{pairs_sentence(impact)}."), highlight=False)
    if impact.trips.off_network:
        left_out = ", ".join(impact.trips.off_network[:5])
        console.print(escape(f"Left out, no road within 20 km: {len(impact.trips.off_network)} ({left_out})."))
    if impact.costs is not None:
        console.print(costs_table(impact, impact.costs))
        if impact.costs.income:
            console.print(income_table(impact))
    print_choice(impact, console)
    print_uncertainty(impact, console)
    print_burden(impact, console)
    if impact.access is not None:
        print_access(impact.access, console)
    if impact.crossings:
        console.print(crossings_table(impact))
    for use in uses:
        console.print(use_table(impact, use))
    console.print("[bold]Assumptions[/bold]")
    for sentence in list_assumptions(impact):
        console.print(f"  {escape(sentence)}", highlight=False)


def closures_table(closures: Sequence[ClosureReport]) -> Table:
    """Table of the closures and what they shut."""
    table = Table(title="Closures", title_justify="left")
    table.add_column("closure")
    table.add_column("effect")
    table.add_column("links", justify="right")
    table.add_column("km", justify="right")
    table.add_column("remarks")
    shown = sorted(closures, key=lambda report: not report.in_force)[:CLOSURES_SHOWN]
    for report in closures if len(closures) <= CLOSURES_SHOWN else shown:
        closure = report.matched.closure
        remarks = list(report.warnings)
        if report.verified_shut is not None:
            remarks.append(
                "verified: no open road leads through" if report.verified_shut else "AN OPEN ROAD LEADS THROUGH"
            )
        if closure.baseline:
            remarks.append("in force before as well")
        table.add_row(
            escape(closure.id),
            describe_effect(closure) if report.in_force else "not in force",
            str(report.links_closed),
            f"{report.km_closed:,.0f}",
            escape("; ".join(remarks)),
        )
    left_out = len(closures) - len(shown)
    if left_out:
        in_force = sum(report.in_force for report in closures) - sum(report.in_force for report in shown)
        table.add_row(f"{left_out:,} more", f"{in_force:,} in force", "", "", "--json lists all with their reasons")
    return table


def journeys_table(impact: Impact) -> Table:
    """Table of the named pairs and the worst others; a way back that fares alike is not repeated."""
    table = Table(title="Journeys", title_justify="left")
    table.add_column("from and to", overflow="fold")
    for heading in ("before", "after", "extra"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("result, crossings now", overflow="fold")
    named = [journey for journey in impact.journeys if impact.trips.named[journey.pair]]
    others = [journey for journey in impact.journeys if not impact.trips.named[journey.pair]]
    for journey in named:
        table.add_row(*_journey_cells(impact, journey))
    if named and others:
        table.add_section()
    for journey in _one_direction(impact, others)[:OTHERS_SHOWN]:
        table.add_row(*_journey_cells(impact, journey))
    return table


def _one_direction(impact: Impact, journeys: Sequence[Journey]) -> list[Journey]:
    seen: set[tuple[int, ...]] = set()
    kept = []
    for journey in journeys:
        pair = journey.pair
        ends = sorted([int(impact.trips.origin[pair]), int(impact.trips.destination[pair])])
        fares = (*ends, *(int(measure[pair]) for measure in impact.routed))
        if fares not in seen:
            seen.add(fares)
            kept.append(journey)
    return kept


def costs_table(impact: Impact, costs: Costs) -> Table:
    """Table of what the named journeys, or else the worst of the others, cost before and after."""
    table = Table(title=f"Costs in {costs.rates.currency}", title_justify="left")
    table.add_column("from and to", overflow="fold")
    table.add_column("")
    for heading in ("cost", *COMPONENTS):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = list(enumerate(impact.journeys))
    named = [(row, journey) for row, journey in rows if impact.trips.named[journey.pair]]
    for row, journey in (named or rows)[:OTHERS_SHOWN]:
        names = [
            impact.trips.places[ends[journey.pair]].name for ends in (impact.trips.origin, impact.trips.destination)
        ]
        cell = escape("\n".join(names))
        for after, route in enumerate(costs.journeys[row]):
            parts = None if route is None else describe_components(costs, route, after=bool(after))
            amounts = (
                ["-"] * 6 if parts is None else [sum(parts[key] for key in COMPONENTS), *map(parts.get, COMPONENTS)]
            )
            said = [each if isinstance(each, str) else f"{each:,.2f}" for each in amounts]
            table.add_row(cell, "after" if after else "before", *said)
            cell = ""
    return table


def income_table(impact: Impact) -> Table:
    """Table of what each owner of tolls takes, before and after."""
    title = "Toll income of all trips together, by owner"
    table = Table(title=title, title_justify="left")
    table.add_column("owner")
    for heading in ("before", "after", "change"):
        table.add_column(heading, justify="right")
    for row in list_income_by_owner(impact):
        owner = escape(printable(row["owner"])) if row["owner"] else "not stated"
        table.add_row(owner, f"{row['before']:,.2f}", f"{row['after']:,.2f}", f"{row['change']:+,.2f}")
    return table


def crossings_table(impact: Impact) -> Table:
    """Table of the crossings with a name and of those whose use changes."""
    shown = [
        report
        for report in impact.crossings
        if report.crossing.variants or report.state != "open" or report.pairs_before != report.pairs_after
    ]
    silent = len(impact.crossings) - len(shown)
    caption = f"and {silent} unnamed border links in use, open, unchanged" if silent else None
    table = Table(title="Border crossings", title_justify="left", caption=caption, caption_justify="left")
    table.add_column("crossing")
    table.add_column("countries")
    table.add_column("state")
    table.add_column("pairs before", justify="right")
    table.add_column("pairs after", justify="right")
    for report in shown:
        table.add_row(
            escape(report.crossing.name),
            "-".join(report.crossing.countries),
            report.state,
            f"{report.pairs_before:,}",
            f"{report.pairs_after:,}",
        )
    return table


def use_table(impact: Impact, use: Use) -> Table:
    """Table of the counts and weights, and of the heaviest journeys."""
    trips = impact.trips
    rows = use.rows(trips)
    more = len(rows) - OTHERS_SHOWN
    table = Table(
        title=f"Journeys by {escape(printable(use.said))}",
        title_justify="left",
        caption=f"and {more:,} more" if more > 0 else None,
        caption_justify="left",
    )
    table.add_column("from and to", overflow="fold")
    table.add_column("weight", justify="right")
    table.add_column("uses it")
    pairs = int(use.before.sum()), int(use.after.sum())
    for when, count, weight in zip(("before", "after"), pairs, (use.weight_before, use.weight_after), strict=True):
        table.add_row("1 pair" if count == 1 else f"{count:,} pairs", f"{weight:,.2f}", when)
    table.add_section()
    for row in rows[:OTHERS_SHOWN].tolist():
        names = [trips.places[int(column[row])].name for column in (trips.origin, trips.destination)]
        when = USED_WHEN[bool(use.before[row]), bool(use.after[row])]
        table.add_row(escape(printable(" - ".join(names))), f"{trips.weight[row] / trips.quanta:,.2f}", when)
    return table


def _journey_cells(impact: Impact, journey: Journey) -> list[str]:
    pair = journey.pair
    before, after = impact.before, impact.after
    km = [float(kilometres(skim.length_m[pair])) for skim in (before, after)]
    h = [float(hours(skim.time_ds[pair])) for skim in (before, after)]
    cells = [*(_km_and_time(*each) for each in zip(km, h, strict=True))]
    cells.append(_km_and_time(km[1] - km[0], h[1] - h[0], sign="+"))
    if impact.costs is not None:
        money = [float(impact.costs.money(units)[pair]) for units in impact.routed]
        said = [say_money(amount, impact.costs.rates.currency) for amount in (*money, money[1] - money[0])]
        cells = [cell if cell == "-" else f"{cell}\n{amount}" for cell, amount in zip(cells, said, strict=True)]
    names = [impact.trips.places[rows[pair]].name for rows in (impact.trips.origin, impact.trips.destination)]
    result = STATUS_WORDS[STATUSES[int(impact.status[pair])]]
    if impact.costs is not None and int(impact.status[pair]) == LONGER:
        result = "dearer"
    if journey.crossings_after:
        result += f"\nby {', '.join(journey.crossings_after)}"
    return [escape(f"{names[0]}\n{names[1]}"), *cells, escape(result)]


def _km_and_time(km: float, h: float, *, sign: str = "") -> str:
    return "-" if np.isnan(km) else f"{km:{sign},.0f} km\n{'-' if h < 0 else sign}{duration(abs(h))}"
