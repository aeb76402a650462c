"""A sweep as Parquet, as JSON, and as small maps of one view with a curve below."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from wayaround.closures.closure import read_closure
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.closures.zone import Zone
from wayaround.reports.basemap import BORDERS, View, draw_ground, draw_scale, fit_view
from wayaround.reports.closed import area_style, draw_closure, list_closure_points, mark_style
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import MOST_NAMED, printable, shorten
from wayaround.reports.lettering import Labels, draw_legend, write_title
from wayaround.reports.maps import AFTER, BEFORE, DASHES, DPI, EDGE, FOOT, HEIGHT_IN, INK, WIDTH_IN
from wayaround.reports.sweep import say_result, summarise_sweep
from wayaround.sweep.result import Sweep
from wayaround.sweep.values import Kind, Value, say_value
from wayaround.units import FloatArray, hours

MOST_MAPS, MOST_ACROSS = 12, 4
MAP_ASPECT, MAP_GAP_IN, MAP_TITLE_IN = 1.25, 0.12, 0.36
HEAD_IN, FEET_IN, CHART_IN = 0.72, 0.72, 2.3
SMALL = 0.6
"""Marks and lines of a small map, against those of a large one."""

REACH = 3.0
"""A view holds closures that lie so many times its own extent away; others it leaves out."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Of the palette of Okabe and Ito, one a journey."""


def write_sweep(sweep: Sweep, folder: Path) -> None:
    """Write sweep.parquet, summary.json and sweep.png.

    All are written beside the folder first and moved in when all are complete, so a fault leaves what was there.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        sweep.table().to_parquet(draft / "sweep.parquet", index=False)
        summary = json.dumps(summarise_sweep(sweep), ensure_ascii=False, indent=1, allow_nan=False)
        (draft / "summary.json").write_text(summary + "\n", encoding="utf-8")
        draw_sweep(sweep).savefig(draft / "sweep.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def draw_sweep(sweep: Sweep) -> Figure:
    """Draw up to twelve points as maps of one view, and below them curves where one axis of numbers or days is varied.

    Each map has the closures in force at its point, and the ways before and after of up to six named journeys.

    Parameters
    ----------
    sweep : Sweep
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1600 pixels wide.
    """
    rows = np.unique(np.linspace(0, len(sweep) - 1, min(len(sweep), MOST_MAPS)).round()).astype(int).tolist()
    across = min(len(rows), 3 if len(rows) in (5, 6, 9) else MOST_ACROSS)
    down = -(-len(rows) // across)
    cell_in = (WIDTH_IN * (1 - 2 * EDGE) - MAP_GAP_IN * (across - 1)) / across
    map_in = min(cell_in / MAP_ASPECT, 3.6)
    chart_in = CHART_IN if _has_curve(sweep) else 0.0
    keys = " and ".join(axis.key for axis in sweep.axes)
    shown = f"{len(rows)} of {len(sweep):,} points" if len(rows) < len(sweep) else f"{len(sweep):,} points"
    words = printable(sweep.title), f"{shown}, varying {printable(keys)}."
    below_in = down * (map_in + MAP_TITLE_IN) + chart_in + FEET_IN
    # How tall the title is shows once it is written, and the figure is made so much taller.
    height_in = below_in + HEAD_IN
    height_in += max(0.0, _write_head(_make_figure(height_in), words) - HEAD_IN)
    figure = _make_figure(height_in)
    head_in = max(HEAD_IN, _write_head(figure, words))
    drawn = [_Map(sweep, row) for row in rows]
    view = _frame(drawn, aspect=cell_in / map_in)
    top_in = height_in - head_in
    axes: Axes | None = None
    for number, each in enumerate(drawn):
        step_down, step_across = divmod(number, across)
        left_in = WIDTH_IN * EDGE + step_across * (cell_in + MAP_GAP_IN)
        upper_in = top_in - step_down * (map_in + MAP_TITLE_IN) - MAP_TITLE_IN
        axes = draw_ground(
            figure, sweep.network, view, edge=EDGE, bottom=0.4, top=0.6, detail=400, road_width=0.4, border_width=0.5
        )
        axes.set_position((left_in / WIDTH_IN, (upper_in - map_in) / height_in, cell_in / WIDTH_IN, map_in / height_in))
        _draw_map(axes, view, each, named=number == 0)
    bottom_in = top_in - down * (map_in + MAP_TITLE_IN)
    if chart_in:
        _draw_curves(figure, sweep, top=bottom_in / height_in, bottom=(bottom_in - chart_in) / height_in)
    foot = FOOT * HEIGHT_IN / height_in
    entries = _legend_entries(drawn)
    if chart_in and sweep.flips:
        entries.append((Line2D([], [], color=INK, linewidth=0.8, linestyle=":"), "A way changes"))
    draw_legend(figure, entries, left=EDGE, bottom=foot)
    if axes is not None:
        draw_scale(figure, view, axes, bottom=foot)
    network = sweep.network
    source = f"Roads: {network.attribution} ({network.licence}). Borders and coasts, simplified: Natural Earth."
    figure.text(EDGE, EDGE / 2, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def _make_figure(height_in: float) -> Figure:
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _write_head(figure: Figure, words: tuple[str, str]) -> float:
    """Write title and sentence; how many inches they take."""
    return float((1 - write_title(figure, *words, left=EDGE)) * figure.get_figheight())


class _Map:
    """What one small map shows."""

    def __init__(self, sweep: Sweep, row: int) -> None:
        point = sweep.points[row]
        day = point.whole.date or sweep.day
        matched = [match_closure(sweep.network, read_closure(point.whole, each)) for each in point.applied]
        self.closures: list[MatchedClosure] = [
            each
            for each in matched
            if (len(each.links) or isinstance(each.closure.target, Zone))
            and each.closure.reason_not_in_force(day, point.whole.party) is None
        ]
        journeys = range(min(len(sweep.journeys), MOST_NAMED))
        self.network = sweep.network
        self.before, self.after = (
            [
                line
                for journey in journeys
                if (line := sweep.ways[journey][way[row, journey]].line(sweep.network)) is not None
            ]
            for way in (sweep.way_before, sweep.way_after)
        )
        self.title = _say_point(sweep, point.values)
        self.result = say_result(sweep, row, 0) if len(sweep.journeys) == 1 else _say_totals(sweep, row)
        self.ends: dict[str, FloatArray] = {}
        for journey in journeys:
            way = sweep.ways[journey][sweep.way_after[row, journey]]
            places = way.trips.snapped
            for name, place in zip(sweep.journeys[journey], (way.trips.origin, way.trips.destination), strict=True):
                self.ends[name] = np.array([places.lon[place[way.pair]], places.lat[place[way.pair]]])


def _say_point(sweep: Sweep, values: tuple[Value, ...]) -> str:
    said = [f"{say_value(value)} {axis.unit}".strip() for axis, value in zip(sweep.axes, values, strict=True)]
    return shorten(", ".join(said), letters=34)


def _say_totals(sweep: Sweep, row: int) -> str:
    return f"{sweep.extra_weighted_h[row]:,.1f} weighted h, {sweep.cut_off_weight[row]:,.1f} cut off"


def _frame(drawn: Sequence[_Map], *, aspect: float) -> View:
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


def _draw_map(axes: Axes, view: View, each: _Map, *, named: bool) -> None:
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


def _legend_entries(drawn: Sequence[_Map]) -> list[tuple[Artist, str]]:
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
        elif own:
            entries.append((Line2D([], [], linestyle="none", **mark_style(shut=shut)), words))
    return entries


def _has_curve(sweep: Sweep) -> bool:
    return len(sweep.axes) == 1 and len(sweep) > 1 and sweep.axes[0].kind in (Kind.NUMBER, Kind.DAY)


def _draw_curves(figure: Figure, sweep: Sweep, *, top: float, bottom: float) -> None:
    """Hours of the named journeys, what all pairs lose together, and lines where a way changes."""
    axis = sweep.axes[0]
    at = [_coordinate(point.values[0]) for point in sweep.points]
    panels: list[tuple[str, list[tuple[str, FloatArray, str]]]] = []
    if sweep.journeys:
        shown = range(min(len(sweep.journeys), MOST_NAMED))
        names = [" to ".join(shorten(name, letters=16) for name in sweep.journeys[each]) for each in shown]
        curves = [(names[each], hours(sweep.after_ds[:, each]), COLOURS[each]) for each in shown]
        panels.append(("hours after", curves))
    panels.append(("extra weighted hours", [("", sweep.extra_weighted_h, INK)]))
    if sweep.cut_off_weight.any():
        panels.append(("weight without a way", [("", sweep.cut_off_weight, INK)]))
    flips = {_coordinate(stretch.values[0]) for flip in sweep.flips for stretch in flip.stretches[1:]}
    width, gap = 1 - 2 * EDGE, 0.055
    each_wide = (width - gap * len(panels)) / len(panels)
    order = np.argsort(np.array(at), kind="stable")
    for number, (words, curves) in enumerate(panels):
        left = EDGE + gap + number * (each_wide + gap)
        height = top - bottom
        axes = figure.add_axes((left, bottom + 0.2 * height, each_wide, 0.66 * height))
        for spine in axes.spines.values():
            spine.set(color=BORDERS, linewidth=0.8)
        for name, values, colour in curves:
            _draw_curve(axes, np.array(at)[order], values[order], colour, name)
        for flip in sorted(flips):
            axes.axvline(flip, color=INK, linewidth=0.8, linestyle=":", zorder=1)
        axes.set_title(words, fontsize=8, loc="left", pad=3)
        axes.set_xlabel(printable(axis.key) + (f" ({axis.unit})" if axis.unit else ""), fontsize=7.5, parse_math=False)
        axes.tick_params(labelsize=7)
        axes.grid(axis="y", color=BORDERS, linewidth=0.3)
        if axis.kind is Kind.DAY:
            axes.xaxis_date()
            axes.tick_params(axis="x", labelrotation=30, labelsize=6)
        if len(curves) > 1:
            axes.legend(frameon=False, fontsize=6)


def _draw_curve(axes: Axes, at: npt.NDArray[Any], values: FloatArray, colour: str, name: str) -> None:
    axes.plot(at, values, color=colour, linewidth=0.8, marker="o", markersize=2.5, label=name)


def _coordinate(value: Value) -> Any:
    return float(value) if isinstance(value, Decimal) else value
