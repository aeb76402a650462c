"""The map: closures, and the routes before and after, on coasts, borders and roads."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from wayaround.closures.closure import CrossingName
from wayaround.closures.zone import Zone
from wayaround.impact.detours import ALREADY_CUT_OFF, CUT_OFF, INSIDE_ZONE, Journey, route_line
from wayaround.impact.result import ClosureReport, Impact
from wayaround.network.road_network import Crossing
from wayaround.network.shapes import points_on_links
from wayaround.reports.basemap import (
    BORDERS,
    ROADS,
    View,
    boundary_lines,
    draw_ground,
    draw_scale,
    fit_view,
    merge_lines,
)
from wayaround.reports.closed import (
    area_style,
    draw_closure,
    is_small,
    list_closure_points,
    list_stretches,
    mark_style,
    road_style,
)
from wayaround.reports.headline import (
    describe_effect,
    headline,
    headline_journeys,
    printable,
    say_routes,
    shorten,
)
from wayaround.reports.lettering import Labels, draw_legend, name_cities, write_title
from wayaround.routing.terminals import Route
from wayaround.units import FloatArray

BEFORE, AFTER = "#0072B2", "#D55E00"
"""Blue and vermillion of the palette of Okabe and Ito, which all kinds of colour vision tell apart."""

INK = "#222222"
DASHES = (0, (4, 2))
CROSSING: dict[str, Any] = {"marker": "s", "markersize": 5, "color": "white", "markeredgecolor": INK}
WIDTH_IN, HEIGHT_IN, DPI = 10.0, 6.875, 160
EDGE = 0.015
"""Margin around everything, as a share of the figure."""

FOOT = 0.04
"""Where the legend and the scale begin, above the line that names the sources."""

LISTED_CLOSURES = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A journey and its two routes in longitude and latitude, None where there is no way."""

    journey: Journey
    status: int
    before: FloatArray | None
    after: FloatArray | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where and what is drawn."""

    impact: Impact
    axes: Axes
    labels: Labels
    view: View

    def mark(self, x: float, y: float, **style: Any) -> None:
        self.axes.plot(x, y, linestyle="none", **style)
        self.labels.keep_marker_clear(x, y, radius_pt=style["markersize"] / 2)


def draw_map(impact: Impact) -> Figure:
    """Draw the closures in force and the headline journeys before and after.

    These are up to six named journeys, or else the ten worst. The figure has an Agg canvas of its own and touches
    no state of pyplot, so it may be drawn in any thread.

    Parameters
    ----------
    impact : Impact
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1600 by 1100 pixels. Texts with the gid "label" never overlap one another.
    """
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    lines = [_line(impact, journey) for journey in headline_journeys(impact)]
    closures = [report for report in impact.closures if report.in_force and len(report.matched.links)]
    top = write_title(figure, printable(impact.title), f"{headline(impact)}.", left=EDGE)
    nearly = _frame(impact, lines, closures, aspect=1.7)
    bottom = draw_legend(figure, _legend_entries(impact, lines, closures, nearly), left=EDGE, bottom=FOOT)
    view = _frame(impact, lines, closures, aspect=WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - bottom)))
    axes = draw_ground(figure, impact.network, view, edge=EDGE, bottom=bottom, top=top)
    sheet = _Sheet(impact, axes, Labels(axes), view)
    for report in closures:
        draw_closure(axes, view, impact.network, report.matched, sheet.mark)
    _draw_routes(sheet, lines)
    for line in lines:
        _mark_stop(sheet, line, closures)
    ends, posts = _mark_ends(sheet, lines), _mark_crossings(sheet, lines)
    for name, x, y in ends:
        sheet.labels.place(name, x, y, reach_pt=4, fontsize=9, fontweight="bold", color="black")
    for name, x, y in posts:
        sheet.labels.place(name, x, y, reach_pt=3, fontsize=7.5, fontstyle="italic", color="black")
    cities = name_cities(axes, sheet.labels, view)
    draw_scale(figure, view, axes, bottom=FOOT)
    figure.text(EDGE, EDGE, _sources(impact, cities=cities > 0), fontsize=6.5, color="#555555", parse_math=False)
    return figure


def render_map(impact: Impact) -> bytes:
    """The map as PNG, 1600 by 1100 pixels; the same bytes for the same result."""
    content = io.BytesIO()
    draw_map(impact).savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()


def write_map(impact: Impact, path: Path) -> None:
    """Write the map as PNG; the file is touched only once the picture is complete."""
    path.write_bytes(render_map(impact))


def frame_impact(impact: Impact, *, aspect: float) -> View:
    """The view of the map: the headline journeys, and the closures in force as far as they lie near them.

    Parameters
    ----------
    impact : Impact
        The result.
    aspect : float
        Width over height.

    Returns
    -------
    View
    """
    lines = [_line(impact, journey) for journey in headline_journeys(impact)]
    closures = [report for report in impact.closures if report.in_force and len(report.matched.links)]
    return _frame(impact, lines, closures, aspect=aspect)


def _line(impact: Impact, journey: Journey) -> _Line:
    def points(route: Route | None) -> FloatArray | None:
        line = None if route is None else route_line(impact.network, impact.trips, journey.pair, route)
        return None if line is None else np.asarray(line.coords)

    return _Line(journey, int(impact.status[journey.pair]), points(journey.before), points(journey.after))


def _ends(impact: Impact, lines: list[_Line]) -> list[int]:
    """Rows of the places where the journeys begin and end, each once."""
    trips = impact.trips
    rows = [int(row[line.journey.pair]) for line in lines for row in (trips.origin, trips.destination)]
    return list(dict.fromkeys(rows))


def _frame(impact: Impact, lines: list[_Line], closures: list[ClosureReport], *, aspect: float) -> View:
    """View of the journeys, and of the closures as far as they lie near them."""
    places, ends = impact.trips.snapped, _ends(impact, lines)
    closed = [list_closure_points(impact.network, report.matched) for report in closures]
    if not ends:
        if not closed:
            return fit_view(places.lon, places.lat, aspect=aspect)
        return fit_view(*np.concatenate(closed).T, aspect=aspect, margin=0.5)
    routes = [route for line in lines for route in (line.before, line.after) if route is not None]
    points = np.concatenate([np.column_stack([places.lon[ends], places.lat[ends]]), *routes])
    near = fit_view(*points.T, aspect=1.0, margin=0.0)
    reach = 3 * near.half_height
    closed = [each[(np.abs(near.x(each[:, 0])) <= reach) & (np.abs(each[:, 1] - near.lat) <= reach)] for each in closed]
    return fit_view(*np.concatenate([points, *closed]).T, aspect=aspect)


def _draw_routes(sheet: _Sheet, lines: list[_Line]) -> None:
    few = len(lines) <= 3
    for line in lines:
        if line.status == ALREADY_CUT_OFF:
            ends, places = _ends(sheet.impact, [line]), sheet.impact.trips.snapped
            points = sheet.view.line(places.lon[ends], places.lat[ends])
            sheet.axes.plot(*points.T, color=INK, linewidth=1.0, linestyle=":", zorder=4)
    before: dict[str, Any] = {"color": BEFORE, "linewidth": 5.5 if few else 3.4, "zorder": 4}
    after: dict[str, Any] = {"color": AFTER, "linewidth": 2 if few else 1.4, "linestyle": DASHES, "zorder": 5}
    for routes, style in (([line.before for line in lines], before), ([line.after for line in lines], after)):
        for points in merge_lines([sheet.view.line(*route.T) for route in routes if route is not None]):
            sheet.axes.plot(*points.T, solid_capstyle="round", solid_joinstyle="round", **style)
            sheet.labels.keep_line_clear(points)


def _mark_stop(sheet: _Sheet, line: _Line, closures: list[ClosureReport]) -> None:
    """Mark where a journey that has no way after first meets what is shut."""
    route = line.journey.before
    if route is None or line.status not in (CUT_OFF, INSIDE_ZONE):
        return
    met: dict[int, list[tuple[float, float]]] = {}
    for matched in [report.matched for report in closures if report.matched.closure.is_shut]:
        for link, *stretch in zip(matched.links.tolist(), matched.start, matched.end, strict=True):
            met.setdefault(link, []).append((float(stretch[0]), float(stretch[1])))
    origin = int(sheet.impact.trips.origin[line.journey.pair])
    first, begins = (getattr(sheet.impact.trips.snapped, name)[origin] for name in ("link", "position"))
    for link, forward in zip(route.links.tolist(), route.forward.tolist(), strict=True):
        if link in met:
            at = min(start for start, _ in met[link]) if forward else max(end for _, end in met[link])
            if link == first:
                at = max(at, begins) if forward else min(at, begins)
            point = points_on_links(sheet.impact.network, [link], at)[0]
            sheet.mark(float(sheet.view.x(point[0])), float(point[1]), zorder=7, **mark_style(shut=True))
            return


def _mark_ends(sheet: _Sheet, lines: list[_Line]) -> list[tuple[str, float, float]]:
    """Mark origins and destinations, and the way from each to its road; give their names."""
    places, view = sheet.impact.trips.snapped, sheet.view
    named: dict[str, tuple[float, float]] = {}
    for row in _ends(sheet.impact, lines):
        x, y = float(view.x(places.lon[row])), float(places.lat[row])
        road = float(view.x(places.road_lon[row])), float(places.road_lat[row])
        sheet.axes.plot([x, road[0]], [y, road[1]], color=INK, linewidth=0.9, linestyle=":", zorder=6)
        style = {"markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.6}
        sheet.mark(x, y, marker="o", markersize=7, zorder=8, **style)
        named.setdefault(printable(sheet.impact.trips.places[row].name), (x, y))
    return [(name, *at) for name, at in named.items()]


def _mark_crossings(sheet: _Sheet, lines: list[_Line]) -> list[tuple[str, float, float]]:
    """Mark the crossings that the routes use; give the names of those that have one."""
    named = []
    for link, crossing in _crossings(sheet.impact, lines):
        point = points_on_links(sheet.impact.network, [link], 0.5)[0]
        x, y = float(sheet.view.x(point[0])), float(point[1])
        sheet.mark(x, y, zorder=6.5, **CROSSING)
        if crossing.name != crossing.id:
            named.append((crossing.name, x, y))
    return named


def _crossings(impact: Impact, lines: list[_Line]) -> Iterator[tuple[int, Crossing]]:
    """Crossings on the routes, each once, with a link of it that is driven."""
    routes = [route for line in lines for route in (line.journey.before, line.journey.after) if route is not None]
    seen = set()
    for link in (link for route in routes for link in route.links.tolist()):
        crossing = impact.network.crossing_of_link.get(link)
        if crossing is not None and crossing.id not in seen:
            seen.add(crossing.id)
            yield link, crossing


def _mark(**style: Any) -> Line2D:
    return Line2D([], [], linestyle="none", **style)


def _legend_entries(
    impact: Impact, lines: list[_Line], closures: list[ClosureReport], view: View
) -> list[tuple[Artist, str]]:
    """Symbols and their words, of what the map shows and of nothing else."""
    entries: list[tuple[Artist, str]] = []
    before, after = say_routes(impact, [line.journey for line in lines])
    if any(line.before is not None for line in lines):
        entries.append((Line2D([], [], color=BEFORE, linewidth=5, solid_capstyle="butt"), before))
    if any(line.after is not None for line in lines):
        entries.append((Line2D([], [], color=AFTER, linewidth=2, linestyle=DASHES), after))
    statuses = {line.status for line in lines}
    if CUT_OFF in statuses:
        entries.append((_mark(**mark_style(shut=True)), "No way left after"))
    if INSIDE_ZONE in statuses:
        entries.append((_mark(**mark_style(shut=True)), "Begins or ends inside what is shut"))
    if ALREADY_CUT_OFF in statuses:
        entries.append((Line2D([], [], color=INK, linestyle=":"), "No way, before or after"))
    seen = [report for report in closures if _is_seen(impact, report, view)]
    for report in seen[:LISTED_CLOSURES]:
        closure = report.matched.closure
        entries.append((_symbol(impact, report, view), f"{shorten(closure.id)}: {describe_effect(closure)}"))
    if len(seen) > LISTED_CLOSURES:
        more = f"and {len(seen) - LISTED_CLOSURES:,} more closures"
        rest = [report.matched.closure.is_shut for report in seen[LISTED_CLOSURES:]]
        entries.append((_mark(**mark_style(shut=all(rest))) if len(set(rest)) == 1 else _mark(), more))
    if len(seen) < len(closures):
        entries.append((_mark(), f"(closures off this map: {len(closures) - len(seen):,})"))
    if any(True for _ in _crossings(impact, lines)):
        entries.append((_mark(**CROSSING), "Border crossing on a route"))
    entries.append((Line2D([], [], color=ROADS, linewidth=1.5), "Road network"))
    if boundary_lines(view):
        entries.append((Line2D([], [], color=BORDERS, linewidth=0.9), "Border or coast"))
    return entries


def _symbol(impact: Impact, report: ClosureReport, view: View) -> Artist:
    """How a closure is drawn on a view."""
    closure = report.matched.closure
    zone = isinstance(closure.target, Zone)
    drawn = (
        [list_closure_points(impact.network, report.matched)]
        if zone
        else list(list_stretches(impact.network, report.matched))
    )
    if isinstance(closure.target, CrossingName) or all(is_small(view.line(*each.T), view) for each in drawn):
        return _mark(**mark_style(shut=closure.is_shut))
    if zone:
        return Patch(**area_style(shut=closure.is_shut))
    return LineCollection([], **road_style(shut=closure.is_shut))


def _is_seen(impact: Impact, report: ClosureReport, view: View) -> bool:
    points = list_closure_points(impact.network, report.matched)
    x, y = view.x(points[:, 0]), points[:, 1] - view.lat
    reach_x, reach_y = view.half_width, view.half_height
    return bool(x.min() <= reach_x and x.max() >= -reach_x and y.min() <= reach_y and y.max() >= -reach_y)


def _sources(impact: Impact, *, cities: bool) -> str:
    network = impact.network
    roads = f"Roads: {network.attribution.replace('(c)', '©')} ({network.licence})." if network.attribution else ""
    names = "Cities: GeoNames (CC BY 4.0)." if cities else ""
    return f"{roads} Borders and coasts, simplified: Natural Earth. {names}".strip()
