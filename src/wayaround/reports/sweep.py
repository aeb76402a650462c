"""A sweep as a table and as JSON."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER, STATUSES
from wayaround.network.profiles import describe_overridden
from wayaround.reports.headline import duration, isolate, printable, say_km, say_money, shorten
from wayaround.reports.network import summarise_network
from wayaround.reports.tables import STATUS_WORDS
from wayaround.sweep.axes import Axis, find_tolerance
from wayaround.sweep.result import Flip, Stretch, Sweep, Way
from wayaround.sweep.values import Value, say_value
from wayaround.units import hours, kilometres

POINTS_SHOWN, WAYS_SHOWN, FLIPS_SHOWN, WAY_LETTERS = 40, 12, 20, 60
ColumnOfPoints = tuple[str, list[str]]
"""Heading and cells, a cell each point."""

JOURNEY_WIDTH, BORDER_WIDTH = 27, 3
"""Columns of the terminal that a journey takes in the table, and the border of each column."""


def summarise_sweep(sweep: Sweep) -> dict[str, Any]:
    """All points, where ways change, and what it rests on, ready for `json.dumps`.

    Parameters
    ----------
    sweep : Sweep
        The result.

    Returns
    -------
    dict
        Keys title, network, profile, profile_overridden, date, party, paired, axes, pairs, journeys, points, flips,
        named_pairs_left_out, weighting, assumptions and seconds. Where there is no way a number is None.
    """
    network = sweep.network
    return {
        "title": sweep.title,
        "network": summarise_network(network),
        "profile": sweep.profile.name,
        "profile_overridden": describe_overridden(sweep.profile),
        "date": sweep.day.isoformat(),
        "party": sweep.party,
        "paired": sweep.paired,
        "axes": [_axis(axis, paired=sweep.paired) for axis in sweep.axes],
        "pairs": sweep.pairs,
        "journeys": summarise_ways(sweep),
        "points": [_point(sweep, row) for row in range(len(sweep))],
        "flips": [_flip(sweep, flip) for flip in sweep.flips],
        "named_pairs_left_out": sweep.named - len(sweep.journeys),
        "weighting": sweep.weighting,
        "assumptions": list(_assumptions(sweep)),
        "seconds": sweep.seconds,
    }


def print_sweep(sweep: Sweep, console: Console) -> None:
    """Print the points, where ways change, and what it rests on."""
    console.print(f"\n[bold]{escape(printable(sweep.title))}[/bold]")
    print_points(sweep, console, own=_axis_columns(sweep), words="points")
    if sweep.journeys:
        console.print("[bold]Where ways change[/bold]")
        sentences = [sentence for flip in sweep.flips for sentence in say_flip(sweep, flip)]
        for sentence in sentences[:FLIPS_SHOWN] or ["Nowhere: each journey takes one way at all points."]:
            console.print(escape(f"  {sentence}"), highlight=False)
        if len(sentences) > FLIPS_SHOWN:
            console.print(f"  and {len(sentences) - FLIPS_SHOWN:,} more")
    console.print("[bold]Assumptions[/bold]")
    for sentence in _assumptions(sweep):
        console.print(f"  {escape(sentence)}", highlight=False)


def print_points(sweep: Sweep, console: Console, *, own: Sequence[ColumnOfPoints], words: str) -> None:
    """Print a table of the points, the ways that its numbers stand for, and how many journeys it leaves out.

    Parameters
    ----------
    sweep : Sweep
        The result.
    console : Console
        As wide as the table may be.
    own : sequence of (str, list of str)
        Heading and cells of the columns that say what a point is.
    words : str
        What points are called.
    """
    table, shown = points_table(sweep, width=console.width, own=own, words=words)
    console.print(table)
    for (origin, destination), ways in list(zip(sweep.journeys, sweep.ways, strict=True))[:shown]:
        console.print(escape(f"Ways from {isolate(origin)} to {isolate(destination)}:"), highlight=False)
        for number, way in enumerate(ways[:WAYS_SHOWN], start=1):
            console.print(escape(f"  {number}  {say_way(way)}"), highlight=False)
        if len(ways) > WAYS_SHOWN:
            console.print(f"  and {len(ways) - WAYS_SHOWN:,} more")
    more = sweep.named - min(len(sweep.journeys), shown)
    if more > 0:
        console.print(f"Named journeys not shown: {more:,}; --json has {len(sweep.journeys):,} of {sweep.named:,}.")


def points_table(sweep: Sweep, *, width: int, own: Sequence[ColumnOfPoints], words: str) -> tuple[Table, int]:
    """Table of the points, with as many named journeys as its width lets it show, and how many these are."""
    more = len(sweep) - POINTS_SHOWN
    table = Table(
        title=f"{len(sweep):,} {words}; longer, cut off, inside and extra weighted hours of {sweep.pairs:,} pairs",
        title_justify="left",
        caption=f"and {more:,} more: --json and --out have all" if more > 0 else None,
        caption_justify="left",
    )
    points = range(min(len(sweep), POINTS_SHOWN))
    totals = [
        (words, [f"{int(count):,}" for count in sweep.counts[points, status]])
        for words, status in (("longer", LONGER), ("cut off", CUT_OFF), ("inside", INSIDE_ZONE))
        if status == LONGER or sweep.counts[:, status].any()
    ]
    totals.append(("extra h", [f"{value:,.1f}" for value in sweep.extra_weighted_h[points]]))
    taken = 1 + sum(BORDER_WIDTH + max(map(len, (*heading.split("\n"), *cells))) for heading, cells in (*own, *totals))
    shown = min(len(sweep.journeys), max(1, (width - taken) // JOURNEY_WIDTH))
    journeys = []
    for journey, (origin, destination) in enumerate(sweep.journeys[:shown]):
        journeys.append(
            (f"{isolate(origin)}\n{isolate(destination)}", [say_result(sweep, point, journey) for point in points])
        )
        journeys.append(("way", [str(int(way) + 1) for way in sweep.way_after[points, journey]]))
    columns = [*own, *journeys, *totals]
    for heading, _ in columns:
        table.add_column(escape(heading), justify="right", overflow="fold")
    for cells in zip(*(cells[: len(points)] for _, cells in columns), strict=True):
        table.add_row(*map(escape, cells))
    return table, shown


def _axis_columns(sweep: Sweep) -> list[ColumnOfPoints]:
    columns = []
    for row, axis in enumerate(sweep.axes):
        of, _, name = axis.key.removeprefix("closures.").rpartition(".")
        heading = f"{printable(of)}\n{printable(name)}".strip()
        values = [point.values[row] for point in sweep.points[:POINTS_SHOWN]]
        columns.append((heading, [printable(say_value(value)) for value in values]))
    return columns


def say_result(sweep: Sweep, row: int, journey: int) -> str:
    """How a journey fares at a point, such as "929 km +1 h 49 min", or what its way costs."""
    km = float(kilometres(sweep.after_m[row, journey]))
    if math.isnan(km):
        return STATUS_WORDS[STATUSES[int(sweep.status[row, journey])]]
    extra_h = float(hours(sweep.after_ds[row, journey]) - hours(sweep.before_ds[row, journey]))
    said = f"{say_km(km, whole=km >= 100)} "
    if sweep.after_cost is not None and not math.isnan(sweep.after_cost[row, journey]):
        return said + say_money(float(sweep.after_cost[row, journey]), sweep.profile.currency or "")
    return said + (f"+{duration(extra_h)}" if extra_h else "unchanged")


def say_way(way: Way) -> str:
    """A way in words, such as "929 km by Nasib-Jaber, Karameh-Trebil"."""
    if way.route is None:
        return f"no way: {STATUS_WORDS[way.status]}"
    km = say_km(way.length_m / 1000, whole=way.length_m >= 100_000)
    return f"{km} by {shorten(', '.join(way.crossings), letters=WAY_LETTERS)}" if way.crossings else km


def say_flip(sweep: Sweep, flip: Flip) -> Iterator[str]:
    """How the way of a journey changes along an axis, a sentence a change."""
    axis, ways = sweep.axes[flip.axis], sweep.ways[flip.journey]
    origin, destination = map(isolate, sweep.journeys[flip.journey])
    still = [
        f"{other.key} = {say_value(value)}"
        for row, (other, value) in enumerate(zip(sweep.axes, flip.others, strict=True))
        if row != flip.axis and not sweep.paired
    ]
    where = f"{origin} to {destination}, {axis.key}" + (f" ({', '.join(still)})" if still else "")
    if not axis.is_ordered:
        each = [f"{say_way(ways[way])} at {'; '.join(map(say_value, values))}" for values, way in flip.stretches]
        yield f"{where}: {', '.join(each)}."
        return
    unit = f" {axis.unit}" if axis.unit else ""
    for one, other in zip(flip.stretches, flip.stretches[1:], strict=False):
        between = f"between {say_value(one.values[-1])} and {say_value(other.values[0])}{unit}"
        yield f"{where}, {between}: from {say_way(ways[one.way])} to {say_way(ways[other.way])}."


def _assumptions(sweep: Sweep) -> tuple[str, ...]:
    keys = ", ".join(axis.key for axis in sweep.axes)
    rates = sweep.profile.rates
    return state_assumptions(
        sweep.network,
        sweep.profile,
        sweep.day,
        sweep.party,
        f"Varied: {keys}{', together' if sweep.paired else ''}; what is said here of these is the scenario's own.",
        f"Weights: {sweep.weighting}.",
        costs=[] if rates is None else [f"Ways are the cheapest at {rates}, with the tolls and risks of the scenario."],
    )


def _axis(axis: Axis, *, paired: bool) -> dict[str, Any]:
    tolerance = None if paired else find_tolerance(axis)
    return {
        "key": axis.key,
        "kind": axis.kind.value,
        "unit": axis.unit or None,
        "values": [_json(value) for value in axis.values],
        "never_returns": axis.never_returns,
        "tolerance": None if tolerance is None else float(tolerance),
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "km": None if way.route is None else way.length_m / 1000,
        "crossings": list(way.crossings),
        "why_none": way.status or None,
    }


def _point(sweep: Sweep, row: int) -> dict[str, Any]:
    values = sweep.points[row].values
    said = {axis.key: _json(value) for axis, value in zip(sweep.axes, values, strict=True)}
    return {"values": said} | summarise_state(sweep, row)


def summarise_ways(sweep: Sweep) -> list[dict[str, Any]]:
    """All ways of each journey, with km and crossings."""
    return [
        {"origin": origin, "destination": destination, "ways": [_way(way) for way in ways]}
        for (origin, destination), ways in zip(sweep.journeys, sweep.ways, strict=True)
    ]


def summarise_state(sweep: Sweep, row: int) -> dict[str, Any]:
    """What all pairs and each journey do at a point: keys pairs, extra_weighted_h, cut_off_weight and journeys."""
    return {
        "pairs": {name: int(count) for name, count in zip(STATUSES, sweep.counts[row], strict=True)},
        "extra_weighted_h": round(float(sweep.extra_weighted_h[row]), 6),
        "cut_off_weight": float(sweep.cut_off_weight[row]),
        "journeys": [summarise_fare(sweep, row, journey) for journey in range(len(sweep.journeys))],
    }


def summarise_fare(sweep: Sweep, row: int, journey: int) -> dict[str, Any]:
    """How one journey fares at a point, before and after."""
    origin, destination = sweep.journeys[journey]
    km = [float(kilometres(each[row, journey])) for each in (sweep.before_m, sweep.after_m)]
    h = [float(hours(each[row, journey])) for each in (sweep.before_ds, sweep.after_ds)]
    before, after = int(sweep.way_before[row, journey]), int(sweep.way_after[row, journey])
    return {
        "origin": origin,
        "destination": destination,
        "status": STATUSES[int(sweep.status[row, journey])],
        "before_km": _number(km[0]),
        "after_km": _number(km[1]),
        "extra_km": _number(km[1] - km[0]),
        "before_h": _number(h[0]),
        "after_h": _number(h[1]),
        "extra_h": _number(h[1] - h[0]),
        **_costs(sweep, row, journey),
        "crossings_before": list(sweep.ways[journey][before].crossings),
        "crossings_after": list(sweep.ways[journey][after].crossings),
        "way": after,
    }


def _costs(sweep: Sweep, row: int, journey: int) -> dict[str, float | None]:
    costs = [math.nan if each is None else float(each[row, journey]) for each in (sweep.before_cost, sweep.after_cost)]
    named = zip(("before_cost", "after_cost", "extra_cost"), (*costs, costs[1] - costs[0]), strict=True)
    return {key: _number(value) for key, value in named}


def _flip(sweep: Sweep, flip: Flip) -> dict[str, Any]:
    axis = sweep.axes[flip.axis]
    origin, destination = sweep.journeys[flip.journey]
    still = zip(sweep.axes, flip.others, strict=True)
    return {
        "origin": origin,
        "destination": destination,
        "axis": axis.key,
        "others": {
            other.key: _json(value) for row, (other, value) in enumerate(still) if row != flip.axis and not sweep.paired
        },
        "stretches": [_stretch(sweep, flip, stretch) for stretch in flip.stretches],
    }


def _stretch(sweep: Sweep, flip: Flip, stretch: Stretch) -> dict[str, Any]:
    values = [_json(value) for value in stretch.values]
    ordered = sweep.axes[flip.axis].is_ordered
    ends: dict[str, Any] = {"from": values[0], "to": values[-1]} if ordered else {"values": values}
    return ends | {"way": stretch.way} | _way(sweep.ways[flip.journey][stretch.way])


def _json(value: Value) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | bool) else value.isoformat()


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
