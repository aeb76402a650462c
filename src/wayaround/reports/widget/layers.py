"""What the widget shows: places, journeys, crossings and closures as columns, and their lines."""

from typing import Any

import numpy as np
import shapely

from wayaround.closures.zone import Zone
from wayaround.impact.detours import STATUSES, Journey, route_line
from wayaround.impact.place_losses import measure_place_losses
from wayaround.impact.result import ClosureReport, Impact
from wayaround.network.road_network import Crossing
from wayaround.network.shapes import cut_links, points_on_links
from wayaround.reports.document import STATUS_WORDS
from wayaround.reports.headline import describe_effect, describe_target, headline, printable
from wayaround.reports.summary import list_assumptions
from wayaround.reports.widget.ground import pack_lines
from wayaround.routing.terminals import Route
from wayaround.units import FloatArray, hours, kilometres

__all__ = ["describe_layers"]


def describe_layers(impact: Impact, *, middle_lon: float) -> dict[str, Any]:
    """Everything that the widget shows above its ground.

    Parameters
    ----------
    impact : Impact
        The result.
    middle_lon : float
        Longitude of the map's middle; lines lie within half a turn of it.

    Returns
    -------
    dict
        `about`, texts and counts; `places`, `journeys`, `crossings`, `closures`, columns of equal length, None where
        there is no figure; `before` and `after`, a line a journey; `areas`, rings of zones, and `stretches`,
        roads that other closures concern, each with its closure's row in `area_of` and `stretch_of`.
    """
    journeys = impact.journeys
    areas, stretches = _closure_lines(impact)
    return {
        "about": _about(impact),
        "places": _places(impact, middle_lon),
        "journeys": _journeys(impact),
        "crossings": _crossings(impact, middle_lon),
        "closures": _closures(impact),
        "before": pack_lines([_route(impact, each, each.before, middle_lon) for each in journeys]),
        "after": pack_lines([_route(impact, each, each.after, middle_lon) for each in journeys]),
        "areas": pack_lines([_near(ring, middle_lon) for _, ring in areas]),
        "area_of": [row for row, _ in areas],
        "stretches": pack_lines([_near(stretch, middle_lon) for _, stretch in stretches]),
        "stretch_of": [row for row, _ in stretches],
    }


def _about(impact: Impact) -> dict[str, Any]:
    return {
        "title": printable(impact.title),
        "headline": f"{headline(impact)}.",
        "pairs": int(np.count_nonzero(impact.trips.counted)),
        **{name: impact.count(status) for status, name in enumerate(STATUSES)},
        "status_words": STATUS_WORDS,
        "assumptions": list(list_assumptions(impact)),
        "sources": f"{impact.network.attribution}; places: GeoNames; coasts and borders: Natural Earth",
    }


def _places(impact: Impact, middle_lon: float) -> dict[str, list[Any]]:
    losses, trips = measure_place_losses(impact), impact.trips
    return {
        "name": [printable(place.name) for place in trips.places],
        "people": [place.population for place in trips.places],
        "lon": _short_way(trips.snapped.lon, middle_lon).tolist(),
        "lat": trips.snapped.lat.tolist(),
        "extra_h": _figures(losses.extra_h),
        "lost": _figures(losses.lost),
        "inside": losses.inside.tolist(),
        "journeys": losses.journeys.tolist(),
    }


def _journeys(impact: Impact) -> dict[str, list[Any]]:
    trips = impact.trips
    rows = np.array([journey.pair for journey in impact.journeys], dtype=np.int64)
    km = [kilometres(skim.length_m[rows]) for skim in (impact.before, impact.after)]
    h = [hours(skim.time_ds[rows]) for skim in (impact.before, impact.after)]
    return {
        "pair": rows.tolist(),
        "origin": trips.origin[rows].tolist(),
        "destination": trips.destination[rows].tolist(),
        "before_km": _figures(km[0]),
        "after_km": _figures(km[1]),
        "extra_km": _figures(km[1] - km[0]),
        "before_h": _figures(h[0]),
        "after_h": _figures(h[1]),
        "extra_h": _figures(h[1] - h[0]),
        "status": [STATUSES[status] for status in impact.status[rows].tolist()],
        "crossings_before": [list(journey.crossings_before) for journey in impact.journeys],
        "crossings_after": [list(journey.crossings_after) for journey in impact.journeys],
    }


def _crossings(impact: Impact, middle_lon: float) -> dict[str, list[Any]]:
    reports = impact.crossings
    at = np.array([_middle(impact, report.crossing) for report in reports]).reshape(-1, 2)
    return {
        "name": [printable(report.crossing.name) for report in reports],
        "countries": ["-".join(report.crossing.countries) for report in reports],
        "lon": _short_way(at[:, 0], middle_lon).tolist(),
        "lat": at[:, 1].tolist(),
        "state": [report.state for report in reports],
        "pairs_before": [report.pairs_before for report in reports],
        "pairs_after": [report.pairs_after for report in reports],
    }


def _middle(impact: Impact, crossing: Crossing) -> tuple[float, float]:
    (point,) = points_on_links(impact.network, [crossing.links[0]], 0.5)
    return float(point[0]), float(point[1])


def _closures(impact: Impact) -> dict[str, list[Any]]:
    reports = impact.closures
    return {
        "id": [printable(report.matched.closure.id) for report in reports],
        "target": [printable(describe_target(report.matched.closure)) for report in reports],
        "effect": [describe_effect(report.matched.closure) for report in reports],
        "shut": [report.matched.closure.is_shut for report in reports],
        "in_force": [report.in_force for report in reports],
        "links_closed": [report.links_closed for report in reports],
        "km_closed": [float(report.km_closed) for report in reports],
        "warnings": [list(report.warnings) for report in reports],
    }


def _closure_lines(impact: Impact) -> tuple[list[tuple[int, FloatArray]], list[tuple[int, FloatArray]]]:
    """Rings of zones and stretches of other closures in force, each with the row of its closure."""
    areas: list[tuple[int, FloatArray]] = []
    stretches: list[tuple[int, FloatArray]] = []
    for row, report in enumerate(impact.closures):
        target = report.matched.closure.target
        if not report.in_force:
            continue
        if isinstance(target, Zone):
            for part in shapely.get_parts(target.area):
                areas += [(row, shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)]
        else:
            stretches += [(row, stretch) for stretch in _stretches(impact, report)]
    return areas, stretches


def _stretches(impact: Impact, report: ClosureReport) -> list[FloatArray]:
    return cut_links(impact.network, report.matched.links, report.matched.start, report.matched.end)


def _route(impact: Impact, journey: Journey, route: Route | None, middle_lon: float) -> FloatArray:
    if route is None:
        return np.zeros((0, 2))
    return _near(np.asarray(route_line(impact.network, impact.trips, journey.pair, route).coords), middle_lon)


def _near(line: FloatArray, middle_lon: float) -> FloatArray:
    """A line in one piece, also across the antimeridian, by whole turns as near to a longitude as can be."""
    lon = np.unwrap(line[:, 0], period=360)
    return np.column_stack([lon - 360 * np.round((lon.mean() - middle_lon) / 360), line[:, 1]])


def _short_way(lon: FloatArray, middle_lon: float) -> FloatArray:
    near: FloatArray = (lon - middle_lon + 180) % 360 - 180 + middle_lon
    return near


def _figures(column: FloatArray) -> list[float | None]:
    """Figures as JSON has them, None for NaN."""
    return [None if np.isnan(figure) else float(figure) for figure in column]
