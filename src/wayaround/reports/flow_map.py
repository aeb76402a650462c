"""The flow map: what drives each road before and after, as widths, and what it loses and wins, as colours."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from wayaround.closures.zone import Zone
from wayaround.impact.result import ClosureReport, Impact
from wayaround.impact.traffic import LEAST_CHANGE, CrossingTraffic
from wayaround.network.shapes import points_on_links
from wayaround.reports.basemap import BORDERS, ROADS, View, boundary_lines, draw_ground, draw_scale, fit_view
from wayaround.reports.closed import area_style, draw_closure, list_closure_points, mark_style
from wayaround.reports.headline import printable, say_weight
from wayaround.reports.lettering import Labels, draw_legend, name_cities, write_title
from wayaround.reports.maps import AFTER, BEFORE, CROSSING, DPI, EDGE, FOOT, HEIGHT_IN, WIDTH_IN
from wayaround.reports.route_choice import say_best
from wayaround.scenario_asks import ALL_OR_NOTHING
from wayaround.units import FloatArray, Int64Array

STAYS, STAYS_BELOW = "#5A636B", "#A9B1B8"
WIDEST_PT, NARROWEST_PT = 11.0, 0.5
"""Widths of the busiest road, and of one that is hardly driven."""

ONE_SCALE = 0.2
"""Where no road's change is this part of the most traffic, changes have a scale of their own, on top of the traffic."""

BELOW_PT = 5.0
"""The width of the busiest road below them."""

HARDLY = 0.01
"""A change of less than this part of the largest is none to the eye."""

POSTS_NAMED, NAMED_PAIRS, MOST_DRAWN = 6, 6, 60_000
REACH = 3.0
"""The view holds closures that lie so many times its own extent away."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flows:
    """The links drawn: what each carries, in quanta, and its points."""

    links: Int64Array
    before: Int64Array
    after: Int64Array

    @property
    def change(self) -> Int64Array:
        return self.after - self.before

    @property
    def most(self) -> int:
        return int(np.maximum(self.before, self.after).max(initial=1))

    @property
    def most_changed(self) -> int:
        return int(np.abs(self.change).max(initial=0))

    @property
    def has_one_scale(self) -> bool:
        return self.most_changed >= ONE_SCALE * self.most or not self.most_changed

    @property
    def widest_pt(self) -> float:
        """Width of the most traffic."""
        return WIDEST_PT if self.has_one_scale else BELOW_PT

    def width_pt(self, quanta: Int64Array) -> FloatArray:
        """Width of traffic, in proportion to it from the narrowest on."""
        width: FloatArray = np.maximum(self.widest_pt * quanta / self.most, NARROWEST_PT)
        return width

    def change_width_pt(self, quanta: Int64Array) -> FloatArray:
        """Width of traffic that is lost or won, where it has a scale of its own."""
        width: FloatArray = np.maximum(WIDEST_PT * quanta / self.most_changed, NARROWEST_PT)
        return width


def draw_flow_map(impact: Impact) -> Figure:
    """Draw the traffic of each link before and after.

    Grey is what drives a road before and after, blue what leaves it, vermillion what comes to it. Where no change is a
    fifth of the most traffic, changes are drawn on top of the traffic, to a scale of their own. The figure has an Agg
    canvas of its own and touches no state of pyplot, so it may be drawn in any thread.

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
    flows = _list_flows(impact)
    closures = [report for report in impact.closures if report.in_force and len(report.matched.links)]
    top = write_title(figure, printable(impact.title), say_traffic(impact), left=EDGE)
    bottom = draw_legend(
        figure, _legend_entries(impact, flows, closures, _frame(impact, flows, closures, 1.7)), left=EDGE, bottom=FOOT
    )
    view = _frame(impact, flows, closures, WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - bottom)))
    axes = draw_ground(figure, impact.network, view, edge=EDGE, bottom=bottom, top=top)
    labels = Labels(axes)

    def mark(x: float, y: float, **style: Any) -> None:
        axes.plot(x, y, linestyle="none", **style)
        labels.keep_marker_clear(x, y, radius_pt=style["markersize"] / 2)

    for report in closures:
        draw_closure(axes, view, impact.network, report.matched, mark)
    _draw_flows(impact, axes, labels, view, flows)
    _name_ends(impact, labels, mark, view)
    _name_posts(impact, labels, mark, view)
    cities = name_cities(axes, labels, view)
    draw_scale(figure, view, axes, bottom=FOOT)
    figure.text(EDGE, EDGE, _sources(impact, cities=cities > 0), fontsize=6.5, color="#555555", parse_math=False)
    return figure


def render_flow_map(impact: Impact) -> bytes:
    """The flow map as PNG, 1600 by 1100 pixels; the same bytes for the same result."""
    content = io.BytesIO()
    draw_flow_map(impact).savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()


def say_traffic(impact: Impact) -> str:
    """Who loses and wins most, in a sentence."""
    model = impact.choice.model.name
    how = f"each journey on its {say_best(impact)} way" if model == ALL_OR_NOTHING else f"journeys divided by {model}"
    said = []
    for each in _posts(impact)[:3]:
        change = each.after - each.before
        verb = "wins" if change > 0 else "loses" if each.after else "loses all"
        if change:
            said.append(f"{each.crossing.name} {verb} {say_weight(abs(change) / impact.trips.quanta)}")
    changes = "; ".join(said) if said else "no crossing with a name loses or wins any"
    return f"Traffic before and after, {how}: {printable(changes)} (weight)."


def _posts(impact: Impact) -> list[CrossingTraffic]:
    """Crossings with a name of their own that change, the largest change first."""
    named = [each for each in impact.traffic.crossings if each.crossing.name != each.crossing.id]
    most = max((abs(each.after - each.before) for each in named), default=0)
    return [each for each in named if abs(each.after - each.before) >= max(HARDLY * most, 1)]


def _list_flows(impact: Impact) -> _Flows:
    traffic = impact.traffic
    before, after = traffic.before.sum(axis=0), traffic.after.sum(axis=0)
    kept = np.argsort(-np.maximum(before, after), kind="stable")[:MOST_DRAWN]
    return _Flows(traffic.links[kept], before[kept], after[kept])


def _frame(impact: Impact, flows: _Flows, closures: Sequence[ClosureReport], aspect: float) -> View:
    """View of the links whose traffic changes, or else of those with most, and of the closures near them."""
    places = impact.trips.snapped
    closed = [list_closure_points(impact.network, report.matched) for report in closures]
    size = np.abs(flows.change) if flows.change.any() else np.maximum(flows.before, flows.after)
    links = flows.links[size >= LEAST_CHANGE * size.max(initial=0)]
    if not len(links):
        points = np.concatenate(closed) if closed else np.column_stack([places.lon, places.lat])
        return fit_view(*points.T, aspect=aspect, margin=0.5 if closed else 0.09)
    ends = _ends(impact)
    points = np.concatenate(
        [
            np.column_stack([places.lon[ends], places.lat[ends]]),
            *(points_on_links(impact.network, links, at) for at in (0.0, 0.5, 1.0)),
        ]
    )
    near = fit_view(*points.T, aspect=1.0, margin=0.0)
    reach = REACH * near.half_height
    closed = [each[(np.abs(near.x(each[:, 0])) <= reach) & (np.abs(each[:, 1] - near.lat) <= reach)] for each in closed]
    return fit_view(*np.concatenate([points, *closed]).T, aspect=aspect)


def _draw_flows(impact: Impact, axes: Axes, labels: Labels, view: View, flows: _Flows) -> None:
    lines = [view.line(*np.asarray(line.coords).T) for line in impact.network.lines(flows.links)]
    caps: dict[str, Any] = {"capstyle": "round", "joinstyle": "round"}
    seen = np.abs(flows.change) >= HARDLY * max(flows.most_changed, 1)
    lost, won = seen & (flows.change < 0), seen & (flows.change > 0)
    stays = np.minimum(flows.before, flows.after) if flows.has_one_scale else np.maximum(flows.before, flows.after)
    # A hairline of grey on a broad band of colour would say nothing.
    kept = (stays > 0) & ~(seen & (stays < HARDLY * flows.most)) if flows.has_one_scale else stays > 0
    width = flows.width_pt if flows.has_one_scale else flows.change_width_pt
    size = np.maximum(flows.before, flows.after) if flows.has_one_scale else np.abs(flows.change)
    colour = STAYS if flows.has_one_scale else STAYS_BELOW
    for rows, width_pt, color, order in (
        (kept, flows.width_pt(stays), colour, 4.2 if flows.has_one_scale else 3.9),
        (lost, width(size), BEFORE, 4.0),
        (won, width(size), AFTER, 4.1),
    ):
        own = [lines[row] for row in np.flatnonzero(rows)]
        axes.add_collection(LineCollection(own, colors=color, linewidths=width_pt[rows], zorder=order, **caps))
    busy = np.flatnonzero(size >= LEAST_CHANGE * size.max(initial=1))
    for row in busy.tolist():
        labels.keep_line_clear(lines[row])


def _ends(impact: Impact) -> list[int]:
    """Places where the first named journeys begin and end, each once."""
    trips = impact.trips
    pairs = np.flatnonzero(trips.named)[:NAMED_PAIRS]
    return list(dict.fromkeys(np.stack([trips.origin[pairs], trips.destination[pairs]], axis=1).ravel().tolist()))


def _name_ends(impact: Impact, labels: Labels, mark: Any, view: View) -> None:
    """Mark and name where the named journeys begin and end."""
    trips = impact.trips
    ends = [(row, float(view.x(trips.snapped.lon[row])), float(trips.snapped.lat[row])) for row in _ends(impact)]
    for _, x, y in ends:
        style = {"markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 1.6}
        mark(x, y, marker="o", markersize=7, zorder=8, **style)
    for row, x, y in ends:
        name = printable(trips.places[row].name)
        labels.place(name, x, y, reach_pt=4, fontsize=9, fontweight="bold", color="black")


def _name_posts(impact: Impact, labels: Labels, mark: Any, view: View) -> None:
    """Mark the crossings with a name whose traffic changes most, and write the change beside them."""
    named = []
    for each in _posts(impact)[:POSTS_NAMED]:
        point = points_on_links(impact.network, [min(each.crossing.links)], 0.5)[0]
        x, y = float(view.x(point[0])), float(point[1])
        if abs(x) <= view.half_width and abs(y - view.lat) <= view.half_height:
            mark(x, y, zorder=6.5, **CROSSING)
            change = each.after - each.before
            said = f"{'+' if change > 0 else '−'}{say_weight(abs(change) / impact.trips.quanta)}"
            named.append((f"{each.crossing.name} {said}", x, y))
    for name, x, y in named:
        labels.place(name, x, y, reach_pt=4, fontsize=8, fontstyle="italic", color="black")


def _legend_entries(
    impact: Impact, flows: _Flows, closures: Sequence[ClosureReport], view: View
) -> list[tuple[Artist, str]]:
    entries: list[tuple[Artist, str]] = []
    stays = "Traffic that stays" if flows.has_one_scale else "Traffic"
    for shown, color, words in (
        ((flows.change < 0).any(), BEFORE, "Traffic lost"),
        ((flows.change > 0).any(), AFTER, "Traffic won"),
        (len(flows.links) > 0, STAYS if flows.has_one_scale else STAYS_BELOW, stays),
    ):
        if shown:
            entries.append((Line2D([], [], color=color, linewidth=5, solid_capstyle="butt"), words))
    if len(flows.links):
        colour = "black" if flows.has_one_scale else STAYS_BELOW
        scales = [(colour, flows.width_pt, flows.most, "Weight")]
        if not flows.has_one_scale:
            scales.append(("black", flows.change_width_pt, flows.most_changed, "Lost or won: weight"))
        for color, width_pt, most, words in scales:
            for size in (most, -(-most // 4)):
                width = float(width_pt(np.array([size]))[0])
                sample = Line2D([], [], color=color, linewidth=width, solid_capstyle="butt")
                entries.append((sample, f"{words} {say_weight(size / impact.trips.quanta)}"))
    for shut, words in ((True, "Shut"), (False, "Slow, or with a wait")):
        own = [report.matched.closure for report in closures if report.matched.closure.is_shut == shut]
        if any(isinstance(closure.target, Zone) for closure in own):
            entries.append((Patch(**area_style(shut=shut)), words))
        if not all(isinstance(closure.target, Zone) for closure in own):
            entries.append((Line2D([], [], linestyle="none", **mark_style(shut=shut)), words))
    if _posts(impact):
        entries.append((Line2D([], [], linestyle="none", **CROSSING), "Border crossing, and its change"))
    entries.append((Line2D([], [], color=ROADS, linewidth=1.5), "Road network"))
    if boundary_lines(view):
        entries.append((Line2D([], [], color=BORDERS, linewidth=0.9), "Border or coast"))
    return entries


def _sources(impact: Impact, *, cities: bool) -> str:
    network = impact.network
    roads = f"Roads: {network.attribution.replace('(c)', '©')} ({network.licence})." if network.attribution else ""
    names = "Cities: GeoNames (CC BY 4.0)." if cities else ""
    return f"{roads} Borders and coasts, simplified: Natural Earth. {names}".strip()
