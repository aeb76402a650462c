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
from wayaround.reports.lettering import Labels, write_title
from wayaround.reports.maps import DPI, EDGE, FOOT, HEIGHT_IN, WIDTH_IN

NUMBERED = 10
COLOURS = "viridis_r"
CUT_OFF = "#D55E00"
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
    """Write pairs.parquet, every pair with both its roads, and the files of the ranking of each alone.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        _write_all(ranking.alone, draft)
        ranking.table().to_parquet(draft / "pairs.parquet", index=False)

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
