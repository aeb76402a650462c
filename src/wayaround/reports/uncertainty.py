"""Intervals, and what 5 % would overturn: JSON, tables and sentences."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.impact.detours import STATUSES, UNCHANGED
from wayaround.impact.result import Impact
from wayaround.impact.turning import Turning
from wayaround.impact.uncertainty import Interval, JourneyInterval, Uncertainty
from wayaround.reports.cells import NO_VALUE, Cell, Column, word_cell
from wayaround.reports.headline import isolate, printable

FIGURES = ("extra_km", "extra_h", "extra_cost")
TOTALS = ("extra_weighted_km", "extra_weighted_h", "extra_weighted_cost")


def summarise_uncertainty(impact: Impact) -> dict[str, Any] | None:
    """Intervals of the headline figures; None where the scenario does not ask for them."""
    found = impact.uncertainty
    if found is None:
        return None
    model = found.model
    return {
        "speed": model.speed,
        "wait": model.wait,
        "length": model.length,
        "samples": model.samples,
        "seed": model.seed,
        "quantiles": [0.05, 0.95],
        "journeys": [
            {
                **_ends(impact, row.pair),
                **{name: _interval(getattr(row, name)) for name in FIGURES},
                "longer_share": row.longer_share,
            }
            for row in found.journeys
        ],
        "totals": {name: _interval(getattr(found, name)) for name in TOTALS},
    }


def summarise_turnings(impact: Impact) -> list[dict[str, Any]]:
    """What a change of 5 % would overturn of each journey that was checked."""
    return [
        {
            **_ends(impact, each.pair),
            "overturns": each.overturns,
            "status": None if each.status is None else STATUSES[each.status],
            "crossings_before": None if each.way_before is None else list(each.way_before),
            "crossings_after": None if each.way_after is None else list(each.way_after),
            "length": each.length,
            "sentence": say_turning(impact, each),
        }
        for each in impact.turnings
    ]


def _ends(impact: Impact, pair: int) -> dict[str, str]:
    trips = impact.trips
    return {
        "origin": trips.places[trips.origin[pair]].name,
        "destination": trips.places[trips.destination[pair]].name,
    }


def _interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"point": round(interval.point, 6), "low": round(interval.low, 6), "high": round(interval.high, 6)}


def say_turnings(impact: Impact) -> list[str]:
    """One sentence for each journey of the headline that 5 % would overturn."""
    sentences = [say_turning(impact, each) for each in impact.turnings]
    return [sentence for sentence in sentences if sentence is not None]


def say_turning(impact: Impact, turning: Turning) -> str | None:
    """What 5 % would overturn of one journey; None where nothing."""
    if not turning.overturns:
        return None
    told = []
    if turning.status is not None:
        nothing = turning.status == UNCHANGED
        told.append("the closures would change nothing" if nothing else "the closures would make it worse")
    for when, crossings in (("before", turning.way_before), ("after", turning.way_after)):
        if crossings is not None:
            by = f", by {', '.join(map(isolate, crossings))}" if crossings else ""
            told.append(f"its way {when} would be another{by}")
    if turning.length:
        told.append("more kilometres would become fewer, or fewer more")
    names = _ends(impact, turning.pair)
    measure = "take 5 % longer or less" if impact.costs is None else "cost 5 % more or less"
    return (
        f"{isolate(names['origin'])} to {isolate(names['destination'])}: a change of 5 % would overturn this. Should "
        f"one of two ways {measure} where they differ, {'; '.join(told)}"
    )


def say_model(found: Uncertainty) -> str:
    """What was drawn, in one sentence."""
    model = found.model
    return (
        f"Intervals hold 90 % of {model.samples:,} samples (seed {model.seed}): speeds and lengths of each class of "
        f"roads in each country, and the waits of each closure, times log-normal factors of median 1 and deviation "
        f"{model.speed:g}, {model.length:g} and {model.wait:g}; one draw holds before and after."
    )


COST_COLUMN = Column("Extra cost", number=True)
INTERVAL_COLUMNS = (
    Column("From"),
    Column("To"),
    Column("Extra km", number=True),
    Column("Extra hours", number=True),
    COST_COLUMN,
    Column("Worse after in", number=True),
)


def interval_columns(impact: Impact) -> tuple[Column, ...]:
    """Columns of the intervals; no cost where the vehicle has no rates."""
    return tuple(each for each in INTERVAL_COLUMNS if impact.costs is not None or each is not COST_COLUMN)


def list_intervals(impact: Impact) -> list[list[Cell]]:
    """One row for each named journey, and one for all pairs together."""
    found = impact.uncertainty
    if found is None:
        return []
    rows = [_row(impact, row) for row in found.journeys]
    totals = [found.extra_weighted_km, found.extra_weighted_h, found.extra_weighted_cost]
    if any(totals):
        cells = [_cell(each, digits=1) for each in totals]
        rows.append([word_cell("all counted pairs"), word_cell("weighted"), *cells, Cell(NO_VALUE)])
    shown = [INTERVAL_COLUMNS.index(column) for column in interval_columns(impact)]
    return [[cells[row] for row in shown] for cells in rows]


def _row(impact: Impact, row: JourneyInterval) -> list[Cell]:
    figures = [_cell(row.extra_km, digits=0), _cell(row.extra_h, digits=2), _cell(row.extra_cost, digits=0)]
    share = Cell(NO_VALUE) if row.longer_share is None else Cell(f"{100 * row.longer_share:.0f} %", row.longer_share)
    return [*map(word_cell, _ends(impact, row.pair).values()), *figures, share]


def _cell(interval: Interval | None, *, digits: int) -> Cell:
    if interval is None:
        return Cell(NO_VALUE)
    point, low, high = (f"{value:,.{digits}f}" for value in (interval.point, interval.low, interval.high))
    return Cell(f"{point} ({low} to {high})", round(interval.point, 6))


def print_uncertainty(impact: Impact, console: Console) -> None:
    """Print the intervals, if any were asked for."""
    found = impact.uncertainty
    if found is None:
        return
    table = Table(title="How sure the figures are", title_justify="left")
    for column in interval_columns(impact):
        table.add_column(column.heading.lower(), justify="right" if column.number else "left")
    for cells in list_intervals(impact):
        table.add_row(*(escape(printable(cell.text)) for cell in cells))
    console.print(table)
    console.print(escape(say_model(found)), highlight=False)
