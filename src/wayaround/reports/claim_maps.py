"""The map of a claim: the routes that decide it, on coasts, borders and roads."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

from wayaround.claims.finding import Evidence
from wayaround.closures.closure import Closure
from wayaround.closures.zone import Zone
from wayaround.errors import CrossingNotFound
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import points_on_links
from wayaround.reports.basemap import ROADS, View, draw_ground, draw_scale, fit_view
from wayaround.reports.closed import SHUT
from wayaround.reports.headline import duration, printable, shorten
from wayaround.reports.lettering import Labels, draw_legend, name_cities
from wayaround.reports.maps import AFTER, BEFORE, CROSSING, DASHES, INK
from wayaround.units import FloatArray

ROUTE_COLORS = (BEFORE, AFTER, "#009E73", "#CC79A7", "#E69F00")
"""Of the palette of Okabe and Ito; later routes are drawn thinner, so that where they coincide all are seen."""

WIDEST_PT, NARROWEST_PT = 6.5, 1.4
WIDTH_IN, HEIGHT_IN, DPI = 8.4, 5.6, 130
EDGE, FOOT = 0.015, 0.045
STRAIGHT = "straight line from "


def render_evidence(
    network: RoadNetwork, evidence: Sequence[Evidence], *, closures: Sequence[Closure] = ()
) -> bytes | None:
    """Draw the routes and straight lines that decide a claim as PNG.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    evidence : sequence of Evidence
        Those without a line are not drawn.
    closures : sequence of Closure
        Their zones are drawn, where the evidence names them.

    Returns
    -------
    bytes or None
        1092 by 728 pixels, the same for the same evidence; None where there is nothing to draw.
    """
    figure = draw_evidence(network, evidence, closures=closures)
    if figure is None:
        return None
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()


def draw_evidence(
    network: RoadNetwork, evidence: Sequence[Evidence], *, closures: Sequence[Closure] = ()
) -> Figure | None:
    """The map as a figure with an Agg canvas of its own, or None where there is nothing to draw."""
    named = {name for each in evidence for name in each.closures}
    zones = {closure.id: closure.target for closure in closures if closure.id in named}
    shown = {name: zone for name, zone in zones.items() if isinstance(zone, Zone)}
    once: dict[tuple[tuple[float, float], ...], Evidence] = {}
    for each in evidence:  # a way is often the same under several closures
        if each.line and not (_is_area(each) and shown.keys() >= {*each.closures}):
            once.setdefault(each.line, each)
    drawn = sorted(once.values(), key=_is_area, reverse=True)
    if not any(each.line for each in evidence):
        return None
    lines = [np.asarray(each.line, dtype=np.float64) for each in drawn]
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    areas = sum(map(_is_area, drawn))
    styles = [_style(row - areas, each) for row, each in enumerate(drawn)]
    entries: list[tuple[Artist, str]] = [
        (Patch(**ZONE) if _is_area(each) else Line2D([], [], **style), _say(each))
        for style, each in zip(styles, drawn, strict=True)
    ]
    entries += [(Patch(**ZONE), shorten(f"{name}: {zone.label}", letters=60)) for name, zone in shown.items()]
    entries.append((Line2D([], [], color=ROADS, linewidth=1.5), "Road network"))
    bottom = draw_legend(figure, entries, left=EDGE, bottom=FOOT, width=0.78)
    top = 1 - EDGE
    aspect = WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - bottom))
    corners = [shapely.get_coordinates(zone.area) for zone in shown.values()]
    view = fit_view(*np.concatenate([*lines, *corners]).T, aspect=aspect)
    axes = draw_ground(figure, network, view, edge=EDGE, bottom=bottom, top=top, detail=1000, road_width=0.7)
    labels = Labels(axes)
    for zone in shown.values():
        for part in shapely.get_parts(zone.area):
            rings = [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
            _draw_area(axes, [view.line(*ring.T) for ring in rings])
    for each, line, style in zip(drawn, lines, styles, strict=True):
        points = view.line(*line.T)
        if _is_area(each):
            _draw_area(axes, [points])
        else:
            axes.plot(*points.T, solid_capstyle="round", solid_joinstyle="round", zorder=4, **style)
        labels.keep_line_clear(points)
    ends = _mark_ends(axes, labels, view, drawn, lines)
    posts = _mark_crossings(axes, labels, view, network, drawn)
    for name, x, y in ends:
        labels.place(name, x, y, reach_pt=3.5, fontsize=9, fontweight="bold", color="black")
    for name, x, y in posts:
        labels.place(name, x, y, reach_pt=3, fontsize=7.5, fontstyle="italic", color="black")
    name_cities(axes, labels, view)
    draw_scale(figure, view, axes, bottom=FOOT)
    figure.text(EDGE, EDGE, _sources(network), fontsize=6, color="#555555", parse_math=False)
    return figure


ZONE: dict[str, Any] = {"facecolor": f"{SHUT}2E", "edgecolor": SHUT, "hatch": "////", "linewidth": 1.1}


def _style(row: int, evidence: Evidence) -> dict[str, Any]:
    if evidence.h is None:
        return {"color": INK, "linewidth": 1.2, "linestyle": ":"}
    width = max(WIDEST_PT / 1.8**row, NARROWEST_PT)
    style = {"color": ROUTE_COLORS[row % len(ROUTE_COLORS)], "linewidth": width}
    return style if row == 0 else {**style, "linestyle": DASHES if row % 2 else "-"}


def _is_area(evidence: Evidence) -> bool:
    """Whether the line of a piece of evidence is the rim of a zone."""
    return evidence.h is None and len(evidence.line) > 3 and evidence.line[0] == evidence.line[-1]


def _say(evidence: Evidence) -> str:
    under = (
        f" ({shorten(', '.join(evidence.closures), letters=40)})"
        if evidence.h is not None and evidence.closures
        else ""
    )
    km = "" if evidence.km is None or _is_area(evidence) else f"{evidence.km:,.0f} km"
    hours = "" if evidence.h is None else duration(evidence.h)
    return f"{shorten(evidence.label, letters=60)}{under}: {', '.join(filter(None, (km, hours)))}".removesuffix(": ")


def _mark_ends(
    axes: Axes, labels: Labels, view: View, evidence: Sequence[Evidence], lines: Sequence[FloatArray]
) -> list[tuple[str, float, float]]:
    """Mark where routes begin and end; give the names that their labels have for it."""
    named: dict[str, tuple[float, float]] = {}
    for each, line in zip(evidence, lines, strict=True):
        if _is_area(each):
            continue
        for name, (lon, lat) in zip(_ends(each.label), (line[0], line[-1]), strict=True):
            at = float(view.x(lon)), float(lat)
            style: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.5}
            axes.plot(*at, linestyle="none", marker="o", markersize=6.5, zorder=8, **style)
            labels.keep_marker_clear(*at, radius_pt=3.5)
            if name:
                named.setdefault(name, at)
    return [(name, *at) for name, at in named.items()]


def _ends(label: str) -> tuple[str, str]:
    """Names of the two ends in a label such as "Damascus, SY to Baghdad, IQ via al-Qaim".

    Examples
    --------
    >>> _ends("Damascus, SY to Baghdad, IQ via al-Qaim after")
    ('Damascus, SY', 'Baghdad, IQ')
    >>> _ends("straight line from Aville to Btown to Dtown")
    ('Aville', 'Dtown')
    """
    ways = printable(label).removeprefix(STRAIGHT).removesuffix(" before").removesuffix(" after")
    names = ways.split(" to ")
    return (shorten(names[0]), shorten(names[-1].partition(" via ")[0])) if len(names) > 1 else ("", "")


def _mark_crossings(
    axes: Axes, labels: Labels, view: View, network: RoadNetwork, evidence: Sequence[Evidence]
) -> list[tuple[str, float, float]]:
    named = []
    for name in dict.fromkeys(name for each in evidence for name in each.crossings):
        try:
            crossing = network.find_crossing(name)
        except CrossingNotFound:
            continue
        lon, lat = points_on_links(network, [crossing.links[0]], 0.5)[0]
        x, y = float(view.x(lon)), float(lat)
        axes.plot(x, y, linestyle="none", zorder=6.5, **CROSSING)
        labels.keep_marker_clear(x, y, radius_pt=2.5)
        if crossing.name != crossing.id:
            named.append((crossing.name, x, y))
    return named


def _draw_area(axes: Axes, rings: Sequence[FloatArray]) -> None:
    outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
    axes.add_patch(PathPatch(outline, zorder=3, **ZONE))


def _sources(network: RoadNetwork) -> str:
    roads = f"Roads: {network.attribution.replace('(c)', '©')}. " if network.attribution else ""
    return f"{roads}Borders and coasts: Natural Earth. Cities: GeoNames (CC BY 4.0)."
