"""Small maps of one view side by side: closures, and ways before and after, of one case each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from wayaround.closures.match import MatchedClosure
from wayaround.closures.zone import Zone
from wayaround.network.road_network import RoadNetwork
from wayaround.reports.basemap import View, draw_ground, draw_scale, fit_view
from wayaround.reports.closed import area_style, draw_closure, list_closure_points, mark_style
from wayaround.reports.headline import printable
from wayaround.reports.lettering import Labels, draw_legend, write_title
from wayaround.reports.maps import AFTER, BEFORE, DASHES, DPI, EDGE, FOOT, HEIGHT_IN, WIDTH_IN
from wayaround.units import FloatArray

MOST_MAPS, MOST_ACROSS = 12, 4
MAP_ASPECT, MAP_GAP_IN, MAP_TITLE_IN = 1.25, 0.12, 0.36
HEAD_IN, FEET_IN = 0.72, 0.72
SMALL = 0.6
"""Marks and lines of a small map, against those of a large one."""

REACH = 3.0
"""A view holds closures that lie so many times its own extent away; others it leaves out."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Of the palette of Okabe and Ito, one a journey."""


@dataclass(frozen=True, slots=True, eq=False)
class SmallMap:
    """What one small map shows.

    Parameters
    ----------
    title, result : str
        Two lines above it.
    network : RoadNetwork
        The roads.
    closures : sequence of MatchedClosure
        Those in force.
    before, after : sequence of ndarray
        Ways as longitudes and latitudes, (n, 2).
    ends : mapping of str to ndarray
        Names of places, and where they are: longitude and latitude.
    """

    title: str
    result: str
    network: RoadNetwork
    closures: Sequence[MatchedClosure]
    before: Sequence[FloatArray]
    after: Sequence[FloatArray]
    ends: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Below:
    """A chart below the maps.

    `draw` is given the figure, and top and bottom as shares of its height; `entries` go into the legend.
    """

    height_in: float
    draw: Callable[[Figure, float, float], None]
    entries: Sequence[tuple[Artist, str]] = ()


def draw_small_maps(drawn: Sequence[SmallMap], *, title: str, sentence: str, below: Below | None = None) -> Figure:
    """Draw up to twelve maps of one view.

    Parameters
    ----------
    drawn : sequence of SmallMap
        At least one.
    title, sentence : str
        What stands above all of them.
    below : Below, optional
        What stands below them.

    Returns
    -------
    matplotlib.figure.Figure
        1600 pixels wide.
    """
    across = min(len(drawn), 3 if len(drawn) in (5, 6, 9) else MOST_ACROSS)
    down = -(-len(drawn) // across)
    cell_in = (WIDTH_IN * (1 - 2 * EDGE) - MAP_GAP_IN * (across - 1)) / across
    map_in = min(cell_in / MAP_ASPECT, 3.6)
    chart_in = 0.0 if below is None else below.height_in
    words = printable(title), printable(sentence)
    below_in = down * (map_in + MAP_TITLE_IN) + chart_in + FEET_IN
    # How tall the title is shows once it is written, and the figure is made so much taller.
    height_in = below_in + HEAD_IN
    height_in += max(0.0, write_head(make_figure(height_in), words) - HEAD_IN)
    figure = make_figure(height_in)
    head_in = max(HEAD_IN, write_head(figure, words))
    view = _frame(drawn, aspect=cell_in / map_in)
    top_in = height_in - head_in
    axes: Axes | None = None
    for number, each in enumerate(drawn):
        step_down, step_across = divmod(number, across)
        left_in = WIDTH_IN * EDGE + step_across * (cell_in + MAP_GAP_IN)
        upper_in = top_in - step_down * (map_in + MAP_TITLE_IN) - MAP_TITLE_IN
        axes = draw_ground(
            figure, each.network, view, edge=EDGE, bottom=0.4, top=0.6, detail=400, road_width=0.4, border_width=0.5
        )
        axes.set_position((left_in / WIDTH_IN, (upper_in - map_in) / height_in, cell_in / WIDTH_IN, map_in / height_in))
        _draw_map(axes, view, each, named=number == 0)
    bottom_in = top_in - down * (map_in + MAP_TITLE_IN)
    if below is not None:
        below.draw(figure, bottom_in / height_in, (bottom_in - chart_in) / height_in)
    foot = FOOT * HEIGHT_IN / height_in
    entries = [*_legend_entries(drawn), *([] if below is None else below.entries)]
    draw_legend(figure, entries, left=EDGE, bottom=foot)
    if axes is not None:
        draw_scale(figure, view, axes, bottom=foot)
    roads = "; ".join(dict.fromkeys(f"{each.network.attribution} ({each.network.licence})" for each in drawn))
    source = f"Roads: {roads}. Borders and coasts, simplified: Natural Earth."
    figure.text(EDGE, EDGE / 2, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def make_figure(height_in: float) -> Figure:
    """An empty figure as wide as a map, with a canvas of its own."""
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def write_head(figure: Figure, words: tuple[str, str]) -> float:
    """Write title and sentence; how many inches they take."""
    return float((1 - write_title(figure, *words, left=EDGE)) * figure.get_figheight())


def _frame(drawn: Sequence[SmallMap], *, aspect: float) -> View:
    """The view that all maps share: of the ways, and of the closures as far as they lie near them."""
    closed = [list_closure_points(each.network, matched) for each in drawn for matched in each.closures]
    ways = [line for each in drawn for line in (*each.before, *each.after)]
    ends = [at.reshape(1, 2) for each in drawn for at in each.ends.values()]
    if not ends:
        network = drawn[0].network
        around = np.column_stack([network.node_lon, network.node_lat])
        return fit_view(*(np.concatenate(closed) if closed else around).T, aspect=aspect, margin=0.5)
    points = np.concatenate([*ends, *ways])
    near = fit_view(*points.T, aspect=1.0, margin=0.0)
    reach = REACH * near.half_height
    closed = [each[(np.abs(near.x(each[:, 0])) <= reach) & (np.abs(each[:, 1] - near.lat) <= reach)] for each in closed]
    return fit_view(*np.concatenate([points, *closed]).T, aspect=aspect)


def _draw_map(axes: Axes, view: View, each: SmallMap, *, named: bool) -> None:
    corner: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "fontsize": 7.5,
        "parse_math": False,
    }
    axes.annotate(each.title, (0, 1), xytext=(0, 13), fontweight="bold", **corner)
    axes.annotate(each.result, (0, 1), xytext=(0, 3), color="#333333", **corner)

    def mark(x: float, y: float, **marker: Any) -> None:
        axes.plot(x, y, linestyle="none", **marker | {"markersize": marker["markersize"] * SMALL})

    for matched in each.closures:
        draw_closure(axes, view, each.network, matched, mark)
    labels = Labels(axes)
    caps: dict[str, Any] = {"solid_capstyle": "round", "solid_joinstyle": "round"}
    for lines, colour, width, dashes in ((each.before, BEFORE, 3.2, "-"), (each.after, AFTER, 1.3, DASHES)):
        for line in lines:
            points = view.line(*line.T)
            axes.plot(*points.T, color=colour, linewidth=width, linestyle=dashes, zorder=4, **caps)
            labels.keep_line_clear(points)
    for name, (lon, lat) in each.ends.items():
        x, y = float(view.x(lon)), float(lat)
        mark(x, y, marker="o", markersize=7, zorder=8, markerfacecolor="white", markeredgecolor="black")
        if named:
            labels.place(printable(name), x, y, reach_pt=2.5, fontsize=6.5, fontweight="bold", color="black")


def _legend_entries(drawn: Sequence[SmallMap]) -> list[tuple[Artist, str]]:
    entries: list[tuple[Artist, str]] = []
    if any(each.before for each in drawn):
        entries.append((Line2D([], [], color=BEFORE, linewidth=4, solid_capstyle="butt"), "Before"))
    if any(each.after for each in drawn):
        entries.append((Line2D([], [], color=AFTER, linewidth=1.6, linestyle=DASHES), "After"))
    closures = [matched.closure for each in drawn for matched in each.closures]
    for shut, words in ((True, "Shut"), (False, "Slow, or with a wait")):
        own = [closure for closure in closures if closure.is_shut == shut]
        if any(isinstance(closure.target, Zone) for closure in own):
            entries.append((Patch(**area_style(shut=shut)), words))
        if not all(isinstance(closure.target, Zone) for closure in own):
            entries.append((Line2D([], [], linestyle="none", **mark_style(shut=shut)), words))
    return entries
