"""The burden and how evenly it falls: JSON, tables and cells."""

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table

from wayaround.demand.countries import country_name
from wayaround.impact.equity import Spread
from wayaround.impact.result import Impact
from wayaround.reports.cells import Cell, Column, measure_cell, number_cell, word_cell

COUNTRIES_SHOWN = 12


def summarise_burden(impact: Impact) -> list[dict[str, Any]]:
    """One entry for each account and country."""
    per_one = None if impact.costs is None else float(impact.costs.scale.per_one)
    return [
        {
            "by": row.by,
            "country": row.country,
            "extra_weighted_h": round(row.extra_weighted_h, 6),
            "cut_off_weight": row.cut_off_weight,
            "extra_weighted_cost": None
            if per_one is None or row.extra_weighted_units is None
            else round(row.extra_weighted_units / per_one, 6),
            "extra_weighted_km": round(row.extra_weighted_km, 6),
            "people": row.people or None,
            "extra_h_per_head": row.extra_h_per_head,
            "median_h": row.median_h,
            "p90_h": row.p90_h,
        }
        for row in impact.burdens
    ]


def summarise_equity(impact: Impact) -> dict[str, Any] | None:
    """How unevenly the burden falls; None where it was not measured."""
    equity = impact.equity
    if equity is None:
        return None
    return {
        "measure": "h" if impact.costs is None else impact.costs.rates.currency,
        "journeys": _spread(equity.journeys),
        "people": _spread(equity.people) | {"places_unknown": equity.people_unknown},
        "cut_off_share": equity.cut_off_share,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "worst_tenth_share": None if spread.worst_tenth is None else round(spread.worst_tenth, 6),
        "gini": None if spread.gini is None else round(spread.gini, 6),
        "bearers": spread.bearers,
        "hit": spread.hit,
    }


def say_equity(impact: Impact) -> str | None:
    """The share of the worst-hit tenth in a sentence; None where nobody bears anything."""
    equity = impact.equity
    if equity is None or equity.journeys.worst_tenth is None or equity.journeys.gini is None:
        return None
    what = "hours" if impact.costs is None else "costs"
    said = (
        f"The worst-hit tenth of the journeys bears {_percent(equity.journeys.worst_tenth)} of the extra {what} "
        f"(Gini {equity.journeys.gini:.2f})"
    )
    if equity.people.worst_tenth is not None and equity.people.gini is not None:
        said += (
            f"; the worst-hit tenth of the people of the places of origin "
            f"{_percent(equity.people.worst_tenth)} (Gini {equity.people.gini:.2f})"
        )
    if equity.cut_off_share:
        said += f"; besides, {_percent(equity.cut_off_share)} of the weight has no way left"
    return f"{said}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.2g} %"


BURDEN_COLUMNS = (
    Column("Country"),
    Column("Extra hours, by origin", number=True),
    Column("Extra hours, by destination", number=True),
    Column("Extra hours driven on its roads", number=True),
    Column("Extra km driven on its roads", number=True),
    Column("Weight cut off, by origin", number=True),
    Column("Weight cut off, by destination", number=True),
    Column("Median extra hours, by origin", number=True),
    Column("90 % have at most, hours", number=True),
    Column("Extra hours by origin, per 1,000 people", number=True),
)


def list_burdens(impact: Impact) -> list[list[Cell]]:
    """One row a country, the one whose journeys bear most first; countries that bear nothing are left out."""
    own: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in impact.burdens:
        own[row.country][row.by] = row
    rows = []
    for country, by in own.items():
        origin, destination, roads = (by.get(name) for name in ("origin", "destination", "roads"))
        values = [
            *(None if each is None else each.extra_weighted_h for each in (origin, destination, roads)),
            None if roads is None else roads.extra_weighted_km,
            *(None if each is None else each.cut_off_weight for each in (origin, destination)),
        ]
        if any(values):
            per_head = None if origin is None else origin.extra_h_per_head
            middle = [None, None] if origin is None else [origin.median_h, origin.p90_h]
            rows.append((country, values, middle, per_head))
    rows.sort(key=lambda row: (-(row[1][0] or 0), -(row[1][4] or 0), -(row[1][2] or 0), row[0]))
    return [
        [
            word_cell(f"{country_name(country)} ({country})"),
            *(measure_cell(value) for value in (*values, *middle)),
            measure_cell(None)
            if per_head is None
            else number_cell(1000 * per_head, f"{1000 * per_head:,.3g}" if per_head else "0"),
        ]
        for country, values, middle, per_head in rows
    ]


def print_burden(impact: Impact, console: Console) -> None:
    """Print who bears most, and how unevenly it falls."""
    rows = list_burdens(impact)
    if not rows:
        return
    table = Table(
        title="Who bears it (weighted)",
        title_justify="left",
        caption=f"and {len(rows) - COUNTRIES_SHOWN} more countries" if len(rows) > COUNTRIES_SHOWN else None,
        caption_justify="left",
    )
    table.add_column("country")
    for heading in ("h by origin", "h by destination", "h on its roads", "km on its roads", "cut off by origin"):
        table.add_column(heading, justify="right")
    for row in rows[:COUNTRIES_SHOWN]:
        table.add_row(*(cell.text for cell in row[:6]))
    console.print(table)
    sentence = say_equity(impact)
    if sentence is not None:
        console.print(sentence, highlight=False)
