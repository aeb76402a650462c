"""A ranking as GeoParquet and as a map coloured by loss."""

from pathlib import Path

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from wayaround.impact.joint_losses import JointRanking
from wayaround.impact.ranking import Ranking
from wayaround.reports.basemap import draw_ground, draw_scale, fit_view
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import shorten
from wayaround.reports.lettering import Labels, write_title
from wayaround.reports.maps import DPI, EDGE, FOOT, HEIGHT_IN, WIDTH_IN

NUMBERED = 10
COLOURS = "viridis_r"
CUT_OFF, JOINED = "#D55E00", "#0072B2"
ALMOST_ALL = 0.999
"""The view shows what makes up this share of the loss."""


def write_ranking(ranking: Ranking, folder: Path) -> None:
    """Write ranking.parquet, every row with its geometry, and ranking.png.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """
    fill_folder(folder, lambda draft: _write_all(ranking, draft))


def write_joint_ranking(ranking: JointRanking, folder: Path) -> None:
    """Write pairs.parquet, every pair with both its roads, pairs.png, and the files of the ranking of each alone.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        _write_all(ranking.alone, draft)
        ranking.table().to_parquet(draft / "pairs.parquet", index=False)
        draw_joint_ranking(ranking).savefig(draft / "pairs.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def _write_all(ranking: Ranking, folder: Path) -> None:
    ranking.table().to_parquet(folder / "ranking.parquet", index=False)
    draw_ranking(ranking).savefig(folder / "ranking.png", dpi=DPI, metadata={"Software": None})


def draw_ranking(ranking: Ranking) -> Figure:
    """Draw the roads coloured by what losing each costs; those that cut journeys off in a colour of their own.

    Parameters
    ----------
    ranking : Ranking
        The ranking.

    Returns
    -------
    matplotlib.figure.Figure
        1600 by 1100 pixels, the ten worst rows numbered.
    """
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    verb = "reopening each gives back" if ranking.unit == "closure" else "losing each alone costs"
    vehicle = ranking.profile.name + (" with values of its own" if ranking.profile.overridden else "")
    sentence = f"{len(ranking):,} rows over {ranking.pairs:,} journeys; {vehicle}, {ranking.day}."
    top = write_title(figure, f"What {verb}, by {ranking.unit}", sentence, left=EDGE)
    bottom = FOOT + 0.075
    network = ranking.network
    loss = ranking.extra_weighted_h
    size = np.diff(ranking.first)
    own = list(network.lines(ranking.link)) if len(ranking.link) else []
    row = np.repeat(np.arange(len(ranking)), size)
    seen = _matters(ranking)[row]
    points = (
        shapely.get_coordinates(np.array(own, dtype=object)[seen])
        if seen.any()
        else np.column_stack([network.node_lon, network.node_lat])
    )
    view = fit_view(*points.T, aspect=WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - bottom)), margin=0.03)
    axes = draw_ground(figure, network, view, edge=EDGE, bottom=bottom, top=top, road_width=0.3, border_width=0.5)
    if len(ranking):
        lines = [view.line(*np.asarray(line.coords).T) for line in own]
        worst_last = np.argsort(-row, kind="stable")
        positive = loss[loss > 0]
        most = float(np.max(positive, initial=1e-3))
        norm = LogNorm(most / 1e4, most)
        cuts = ranking.cut_off_pairs[row] > 0
        costly = [each for each in worst_last if not cuts[each]]
        coloured = LineCollection(
            [lines[each] for each in costly], cmap=COLOURS, norm=norm, linewidths=1.4, capstyle="round"
        )
        coloured.set_array(np.maximum(loss[row[costly]], most / 1e4))
        axes.add_collection(coloured)
        axes.add_collection(
            LineCollection([lines[each] for each in np.flatnonzero(cuts)], colors=CUT_OFF, linewidths=2)
        )
        scale = figure.add_axes((EDGE + 0.01, FOOT + 0.035, 0.3, 0.015))
        bar = figure.colorbar(coloured, cax=scale, orientation="horizontal")
        bar.ax.tick_params(labelsize=7)
        words = "weighted hours given back" if ranking.unit == "closure" else "extra weighted hours"
        figure.text(EDGE + 0.33, FOOT + 0.035, words, fontsize=8)
        figure.text(EDGE + 0.33, FOOT + 0.012, "orange: cuts journeys off", fontsize=8, color=CUT_OFF)
        labels = Labels(axes)
        for rank in range(min(NUMBERED, len(ranking))):
            middle = lines[int(ranking.first[rank])].mean(axis=0)
            name = f"{rank + 1}" if ranking.unit in ("link", "section") else f"{rank + 1} {ranking.names[rank]}"
            labels.place(name, *middle, reach_pt=4, fontsize=8, fontweight="bold", color="black")
    draw_scale(figure, view, axes, bottom=FOOT)
    source = f"Roads: {network.attribution} ({network.licence}). Borders and coasts, simplified: Natural Earth."
    figure.text(EDGE, EDGE, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def _matters(ranking: Ranking) -> np.ndarray:
    """Rows that together make up nearly all of the loss, and those that cut journeys off."""
    hours = np.maximum(ranking.extra_weighted_h, 0)
    order = np.argsort(-hours, kind="stable")
    total = np.cumsum(hours[order])
    chosen = ranking.cut_off_pairs > 0
    if len(total) and total[-1] > 0:
        chosen[order[: int(np.searchsorted(total, ALMOST_ALL * total[-1])) + 1]] = True
    return chosen


def draw_joint_ranking(ranking: JointRanking) -> Figure:
    """Draw the roads of the worst pairs, each with the numbers of its pairs, and below what these cost.

    Parameters
    ----------
    ranking : JointRanking
        The pairs.

    Returns
    -------
    matplotlib.figure.Figure
        1600 by 1100 pixels, of the ten worst pairs.
    """
    alone, network = ranking.alone, ranking.alone.network
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    sentence = (
        f"{len(ranking):,} pairs among the {ranking.among:,} {alone.unit}s that cost most alone, over {alone.pairs:,} "
        f"journeys; {alone.profile.name}, {alone.day}. In excess: beyond the sum of what each costs alone."
    )
    top = write_title(figure, f"What losing two {alone.unit}s at once costs", sentence, left=EDGE)
    rows = range(min(NUMBERED, len(ranking)))
    pairs_of: dict[int, list[int]] = {}
    for row in rows:
        for road in (int(ranking.one[row]), int(ranking.other[row])):
            pairs_of.setdefault(road, []).append(row)
    lines = {road: list(network.lines(alone.links_of(road))) for road in pairs_of}
    seen = [line for own in lines.values() for line in own]
    points = (
        shapely.get_coordinates(np.array(seen, dtype=object))
        if seen
        else np.column_stack([network.node_lon, network.node_lat])
    )
    bottom = FOOT + 0.06 + 0.021 * max(1, -(-len(rows) // 2))
    view = fit_view(*points.T, aspect=WIDTH_IN * (1 - 2 * EDGE) / (HEIGHT_IN * (top - bottom)), margin=0.1)
    axes = draw_ground(figure, network, view, edge=EDGE, bottom=bottom, top=top, road_width=0.4, border_width=0.6)
    drawn = {road: [view.line(*np.asarray(line.coords).T) for line in own] for road, own in lines.items()}
    middle = {road: np.concatenate(own).mean(axis=0) for road, own in drawn.items()}
    for row in rows:
        ends = np.array([middle[int(ranking.one[row])], middle[int(ranking.other[row])]])
        axes.plot(*ends.T, color=JOINED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=5)
    labels = Labels(axes)
    for road, own in drawn.items():
        cuts = any(ranking.cut_off_pairs[row] for row in pairs_of[road])
        axes.add_collection(
            LineCollection(own, colors=CUT_OFF if cuts else JOINED, linewidths=3, capstyle="round", zorder=6)
        )
        axes.plot(*middle[road], "o", markersize=5, color=CUT_OFF if cuts else JOINED, zorder=6)
        for line in own:
            labels.keep_line_clear(line)
    for road in pairs_of:
        said = ", ".join(str(row + 1) for row in pairs_of[road])
        labels.place(said, *middle[road], reach_pt=5, fontsize=9, fontweight="bold", color="black")
    for row in rows:
        one, other = (shorten(alone.names[int(side[row])], letters=26) for side in (ranking.one, ranking.other))
        figure.text(
            EDGE + 0.5 * (row // -(-len(rows) // 2)) * (1 - 2 * EDGE),
            bottom - 0.03 - 0.021 * (row % -(-len(rows) // 2)),
            f"{row + 1}  {one} and {other}: {ranking.cut_off_weight[row]:,.1f} cut off "
            f"({ranking.excess_cut_off_weight[row]:+,.1f}), {ranking.extra_weighted_h[row]:,.0f} h "
            f"({ranking.excess_weighted_h[row]:+,.0f})",
            fontsize=7.2,
            parse_math=False,
        )
    draw_scale(figure, view, axes, bottom=FOOT - 0.005)
    words = "Orange: in a pair that cuts journeys off. In brackets: in excess. Hours and weights are weighted."
    source = f"Roads: {network.attribution} ({network.licence}). Borders and coasts, simplified: Natural Earth."
    figure.text(EDGE, EDGE, f"{words} {source}", fontsize=6.5, color="#555555", parse_math=False)
    return figure
