"""Routes as links and lines, and the alternatives to them, for the screen and as JSON."""

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from shapely.geometry import mapping

from wayaround.impact.detours import Journey, countries_of_route, route_line
from wayaround.impact.result import Impact
from wayaround.reports.headline import duration
from wayaround.routing.terminals import Route

if TYPE_CHECKING:
    import geopandas as gpd


def summarise_routes(impact: Impact) -> list[dict[str, Any]]:
    """The routes of the listed journeys, before and after, in the order of `journeys`, ready for `json.dumps`."""
    trips = impact.trips
    return [
        {
            "origin": trips.places[trips.origin[journey.pair]].name,
            "destination": trips.places[trips.destination[journey.pair]].name,
            "before": _route(impact, journey, journey.before, journey.crossings_before),
            "after": _route(impact, journey, journey.after, journey.crossings_after),
        }
        for journey in impact.journeys
    ]


def summarise_alternatives(found: "gpd.GeoDataFrame") -> list[dict[str, Any]]:
    """What `find_alternatives` found, ready for `json.dumps`."""
    return [
        {
            "km": round(row.km, 6),
            "h": round(row.h, 6),
            "extra_km": round(row.km - found["km"].iloc[0], 6),
            "extra_h": round(row.h - found["h"].iloc[0], 6),
            "shared_with_fastest": round(row.shared_with_fastest, 6),
            "crossings": row.crossings,
            "countries": row.countries,
            "links": row.links,
            "forward": row.forward,
            "line": _line(row.geometry),
        }
        for row in found.itertuples()
    ]


def print_alternatives(found: "gpd.GeoDataFrame", title: str, console: Console) -> None:
    """Print what `find_alternatives` found."""
    if len(found) == 0:
        console.print(f"{title}: no way is left.")
        return
    table = Table(title=title, title_justify="left")
    table.add_column("route")
    for heading in ("km", "time", "extra", "in common"):
        table.add_column(heading, justify="right")
    table.add_column("by", overflow="fold")
    for number, row in enumerate(found.itertuples()):
        extra_h = row.h - found["h"].iloc[0]
        table.add_row(
            f"{number}" if number else "fastest",
            f"{row.km:,.0f}",
            duration(row.h),
            f"+{duration(extra_h)}" if number else "",
            f"{100 * row.shared_with_fastest:.0f} %" if number else "",
            escape(", ".join(row.crossings) or "-".join(row.countries)),
        )
    console.print(table)
    if len(found) == 1:
        console.print("No other way is at most a quarter longer where it differs, and different enough.")


def _route(impact: Impact, journey: Journey, route: Route | None, crossings: tuple[str, ...]) -> dict[str, Any] | None:
    if route is None:
        return None
    return {
        "crossings": list(crossings),
        "countries": list(countries_of_route(impact.network, route)),
        "links": route.links.tolist(),
        "forward": route.forward.tolist(),
        "line": _line(route_line(impact.network, impact.trips, journey.pair, route)),
    }


def _line(line: shapely.LineString) -> dict[str, Any]:
    """A line as GeoJSON; six decimals are a tenth of a metre."""
    rounded: dict[str, Any] = mapping(shapely.transform(line, lambda xy: np.round(xy, 6)))
    return rounded
