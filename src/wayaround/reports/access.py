"""Access as JSON, in tables and in words."""

from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.demand.countries import country_name
from wayaround.impact.access import NOBODY, Access, Reach
from wayaround.reports.cells import Cell, Column, number_cell, word_cell
from wayaround.reports.headline import duration, printable
from wayaround.units import UNREACHABLE, BoolArray, Int64Array, hours

PLACES_SHOWN = 8
MOST_PLACES = 1000
NAMED_IN_WARNING = 3


def summarise_access(access: Access | None) -> dict[str, Any] | None:
    """Everything about access, ready for `json.dumps`; None where the scenario does not ask.

    `loses` counts people who reached a facility within the limit before and do not after; `cut_off` those who reached
    one at all before and reach none after. Hours are None where there is no way.
    """
    if access is None:
        return None
    return {
        "direction": "from the place to the facility",
        "people": int(access.population.sum()),
        "places": len(access.places),
        "within_h": list(access.within_h),
        "kinds": [_summarise_reach(access, reach) for reach in access.reaches],
        "warnings": warn_of_access(access),
    }


def _summarise_reach(access: Access, reach: Reach) -> dict[str, Any]:
    countries = np.array(access.countries)
    everybody = np.ones(len(access.places), dtype=bool)
    changed = _worst_first(access, reach)
    return {
        "kind": reach.kind,
        "facilities": [
            {"name": each.place.name, "lat": each.place.lat, "lon": each.place.lon}
            for each in access.facilities
            if each.kind == reach.kind
        ],
        **_count(access, reach, everybody),
        "by_country": [
            {"country": code, **_count(access, reach, countries == code)} for code in np.unique(countries).tolist()
        ],
        "places_changed": len(changed),
        "changed": [_changed(access, reach, row) for row in changed[:MOST_PLACES].tolist()],
    }


def _count(access: Access, reach: Reach, among: BoolArray) -> dict[str, Any]:
    limits = []
    for limit_h in access.within_h:
        before, after = (side & among for side in reach.within(limit_h))
        limits.append(
            {
                "h": limit_h,
                "people_before": access.people(before),
                "people_after": access.people(after),
                "loses": access.people(before & ~after),
            }
        )
    return {
        "people": access.people(among),
        "within": limits,
        "cut_off": access.people(reach.cut_off & among),
        "no_way_before": access.people((reach.before >= UNREACHABLE) & among),
    }


def _worst_first(access: Access, reach: Reach) -> Int64Array:
    """Places that change: cut off first, then by added time, then by people."""
    rows = np.flatnonzero(reach.changed)
    added = np.where(reach.after >= UNREACHABLE, UNREACHABLE, reach.after - reach.before)
    return rows[np.lexsort((rows, -access.population[rows], -added[rows]))]


def _changed(access: Access, reach: Reach, row: int) -> dict[str, Any]:
    near = [int(nearest[row]) for nearest in (reach.nearest_before, reach.nearest_after)]
    time_h = [float(hours(time_ds[row])) for time_ds in (reach.before, reach.after)]
    names = [None if each == NOBODY else access.facilities[each].place.name for each in near]
    said = [None if np.isnan(each) else round(each, 6) for each in time_h]
    return {
        "place": access.places[row].name,
        "country": access.countries[row],
        "people": int(access.population[row]),
        "nearest_before": names[0],
        "nearest_after": names[1],
        "before_h": said[0],
        "after_h": said[1],
    }


def warn_of_access(access: Access) -> list[str]:
    """What is left out, one sentence each."""
    said = []
    for what, names in (("Facilities", access.facilities_off_network), ("Places", access.places_off_network)):
        if names:
            listed = ", ".join(map(printable, names[:NAMED_IN_WARNING]))
            more = f" and {len(names) - NAMED_IN_WARNING:,} more" if len(names) > NAMED_IN_WARNING else ""
            said.append(f"{what} left out of access, no road within 20 km: {len(names):,} ({listed}{more}).")
    return said


def say_access(access: Access, reach: Reach) -> str:
    """Who loses the nearest facility, in one sentence."""
    lost = []
    for limit_h in access.within_h:
        before, after = reach.within(limit_h)
        lost.append((access.people(before & ~after), limit_h))
    gone = access.people(reach.cut_off)
    most, limit_h = max(lost, key=lambda each: each[0])
    if not most and not gone:
        slower = access.people(reach.changed)
        rest = f", though {slower:,} drive longer or elsewhere" if slower else ""
        return f"Nobody loses the nearest {printable(reach.kind)} within any of the limits{rest}"
    everybody = int(access.population.sum())
    return (
        f"{most:,} of {everybody:,} people no longer reach the nearest {printable(reach.kind)} within {limit_h:g} h; "
        + (f"{gone:,} are cut off from all" if gone else "none is cut off from all")
    )


LIMIT_COLUMNS = (
    Column("Within, h", number=True),
    Column("People before", number=True),
    Column("People after", number=True),
    Column("Lose it", number=True),
)
CHANGED_COLUMNS = (
    Column("Place"),
    Column("People", number=True),
    Column("Nearest before"),
    Column("Before", number=True),
    Column("Nearest after"),
    Column("After", number=True),
)


def list_limits(access: Access, reach: Reach) -> list[list[Cell]]:
    """One row a limit."""
    counted = _count(access, reach, np.ones(len(access.places), dtype=bool))
    keys = ("people_before", "people_after", "loses")
    return [
        [number_cell(row["h"], f"{row['h']:g}"), *(number_cell(row[key], f"{row[key]:,}") for key in keys)]
        for row in counted["within"]
    ]


def list_changed(access: Access, reach: Reach) -> list[list[Cell]]:
    """One row for each place that changes, the worst first."""
    rows = []
    for row in _worst_first(access, reach)[:MOST_PLACES].tolist():
        said = _changed(access, reach, row)
        time_h = [np.nan if said[key] is None else said[key] for key in ("before_h", "after_h")]
        rows.append(
            [
                word_cell(said["place"]),
                number_cell(said["people"], f"{said['people']:,}"),
                word_cell(said["nearest_before"] or "none"),
                number_cell(time_h[0], duration(time_h[0])),
                word_cell(said["nearest_after"] or "none"),
                number_cell(time_h[1], duration(time_h[1])),
            ]
        )
    return rows


def list_losers(access: Access, reach: Reach) -> list[tuple[str, int, int]]:
    """Country, people who lose the facility within some limit, and people cut off; the most first."""
    lost = np.zeros(len(access.places), dtype=bool)
    for limit_h in access.within_h:
        before, after = reach.within(limit_h)
        lost |= before & ~after
    countries = np.array(access.countries)
    rows = []
    for code in np.unique(countries).tolist():
        own = countries == code
        rows.append((code, access.people(lost & ~reach.cut_off & own), access.people(reach.cut_off & own)))
    return sorted((row for row in rows if row[1] or row[2]), key=lambda row: (-row[1] - row[2], row[0]))


def print_access(access: Access, console: Console) -> None:
    """Print who reaches the nearest facility of each kind, by limit and by country, and the places that change."""
    for reach in access.reaches:
        table = Table(title=f"People who reach the nearest {escape(printable(reach.kind))}", title_justify="left")
        for column in LIMIT_COLUMNS:
            table.add_column(column.heading.lower(), justify="right")
        for row in list_limits(access, reach):
            table.add_row(*(cell.text for cell in row))
        console.print(table)
        console.print(escape(f"{say_access(access, reach)}."), highlight=False)
        for code, lost, gone in list_losers(access, reach):
            sentence = f"  {country_name(code)}: {lost + gone:,} lose it, {gone:,} of them cut off"
            console.print(escape(sentence), highlight=False)
        changed = list_changed(access, reach)
        if changed:
            places = Table(
                title="Places whose nearest is another, or further",
                title_justify="left",
                caption=f"and {len(changed) - PLACES_SHOWN:,} more" if len(changed) > PLACES_SHOWN else None,
                caption_justify="left",
            )
            for column in CHANGED_COLUMNS:
                places.add_column(column.heading.lower(), justify="right" if column.number else "left")
            for row in changed[:PLACES_SHOWN]:
                places.add_row(*(escape(cell.text) for cell in row))
            console.print(places)
    for sentence in warn_of_access(access):
        console.print(escape(sentence), highlight=False)
