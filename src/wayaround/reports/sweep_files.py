"""A sweep as Parquet, as JSON, and as small maps of one view with a curve below."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from wayaround.closures.match import match_closure
from wayaround.closures.reading import read_entry
from wayaround.closures.zone import Zone
from wayaround.reports.basemap import BORDERS
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import MOST_NAMED, printable, shorten
from wayaround.reports.maps import DPI, EDGE, INK
from wayaround.reports.small_maps import COLOURS, MOST_MAPS, Below, SmallMap, draw_small_maps
from wayaround.reports.sweep import say_result, summarise_sweep
from wayaround.sweep.result import Sweep
from wayaround.sweep.values import Kind, Value, say_value
from wayaround.units import FloatArray, hours

CHART_IN = 2.3


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
    keys = " and ".join(axis.key for axis in sweep.axes)
    shown = f"{len(rows)} of {len(sweep):,} points" if len(rows) < len(sweep) else f"{len(sweep):,} points"
    below = None
    if _has_curve(sweep):
        line = Line2D([], [], color=INK, linewidth=0.8, linestyle=":")
        below = Below(
            CHART_IN,
            lambda figure, top, bottom: _draw_curves(figure, sweep, top=top, bottom=bottom),
            [(line, "A way changes")] if sweep.flips else [],
        )
    maps = [_map_of(sweep, row) for row in rows]
    return draw_small_maps(maps, title=sweep.title, sentence=f"{shown}, varying {keys}.", below=below)


def _map_of(sweep: Sweep, row: int) -> SmallMap:
    point = sweep.points[row]
    day = point.whole.date or sweep.day
    matched = [match_closure(sweep.network, each) for row in point.applied for each in read_entry(point.whole, row)]
    journeys = range(min(len(sweep.journeys), MOST_NAMED))
    before, after = (
        [
            line
            for journey in journeys
            if (line := sweep.ways[journey][way[row, journey]].line(sweep.network)) is not None
        ]
        for way in (sweep.way_before, sweep.way_after)
    )
    ends: dict[str, FloatArray] = {}
    for journey in journeys:
        way = sweep.ways[journey][sweep.way_after[row, journey]]
        places = way.trips.snapped
        for name, place in zip(sweep.journeys[journey], (way.trips.origin, way.trips.destination), strict=True):
            ends[name] = np.array([places.lon[place[way.pair]], places.lat[place[way.pair]]])
    return SmallMap(
        title=_say_point(sweep, point.values),
        result=say_result(sweep, row, 0) if len(sweep.journeys) == 1 else _say_totals(sweep, row),
        network=sweep.network,
        closures=[
            each
            for each in matched
            if (len(each.links) or isinstance(each.closure.target, Zone))
            and each.closure.reason_not_in_force(day, point.whole.party) is None
        ],
        before=before,
        after=after,
        ends=ends,
    )


def _say_point(sweep: Sweep, values: tuple[Value, ...]) -> str:
    said = [f"{say_value(value)} {axis.unit}".strip() for axis, value in zip(sweep.axes, values, strict=True)]
    return shorten(", ".join(said), letters=34)


def _say_totals(sweep: Sweep, row: int) -> str:
    return f"{sweep.extra_weighted_h[row]:,.1f} weighted h, {sweep.cut_off_weight[row]:,.1f} cut off"


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
