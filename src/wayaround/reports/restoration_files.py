"""A plan of reopenings as GeoParquet and as a picture of what is still lost by step."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from wayaround.impact.restoration import Restoration
from wayaround.reports.basemap import BORDERS
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import shorten
from wayaround.reports.lettering import write_title
from wayaround.reports.maps import AFTER, BEFORE, DASHES, DPI, EDGE, HEIGHT_IN, WIDTH_IN
from wayaround.reports.restoration import say_best

GREEDY, BEST = BEFORE, AFTER
LEVEL_ROOM, SLANTED_ROOM = 0.03, 0.11
"""Height of a row of names, as a share of the figure."""

POINTS_PER_INCH = 72
MOST_LEVEL = 6
MOST_NAMES = 24
"""More units than this are numbered only; the table has their names."""


def write_restoration(plan: Restoration, folder: Path) -> None:
    """Write restoration.parquet, the units in the greedy order with their geometry, and restoration.png.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        plan.table().to_parquet(draft / "restoration.parquet", index=False)
        picture = draw_restoration(plan)
        picture.savefig(draft / "restoration.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def draw_restoration(plan: Restoration) -> Figure:
    """Draw what is still lost by step: the greedy order, and the best where it is known and another one.

    Parameters
    ----------
    plan : Restoration
        The plan.

    Returns
    -------
    matplotlib.figure.Figure
        1600 by 1100 pixels; weighted hours, and above them the weight cut off where any is.
    """
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    setting = f"{plan.pairs:,} journeys; {plan.profile.name}, {plan.day}."
    top = write_title(figure, "What is still lost after each reopening", f"{setting} {say_best(plan)}", left=EDGE)
    differs = plan.best is not None and plan.best.order != plan.greedy.order
    orders = [(plan.greedy.order, GREEDY)]
    if differs and plan.best is not None:
        orders.append((plan.best.order, BEST))
    if len(plan) > MOST_NAMES:
        orders = []
    room = SLANTED_ROOM if len(plan) > MOST_LEVEL else LEVEL_ROOM
    foot, left, gap = 0.11 + room * len(orders), 0.09, 0.04
    panels = ["cut_off_weight", "extra_weighted_h"] if plan.greedy.cut_off_weight.any() else ["extra_weighted_h"]
    words = {"cut_off_weight": "weight cut off", "extra_weighted_h": "extra weighted hours"}
    height = (top - 0.02 - foot - gap * (len(panels) - 1)) / len(panels)
    for row, panel in enumerate(reversed(panels)):
        axes = figure.add_axes((left, foot + row * (height + gap), 1 - left - 2 * EDGE, height))
        for spine in axes.spines.values():
            spine.set(color=BORDERS, linewidth=0.8)
        _draw_steps(axes, getattr(plan.greedy, panel), GREEDY, "greedy order", dashed=False)
        if differs:
            _draw_steps(axes, getattr(plan.best, panel), BEST, "best order", dashed=True)
        axes.set_xlim(0, len(plan) + 1)
        axes.set_ylim(bottom=-0.03 * axes.get_ylim()[1])  # so that a line at zero is seen
        axes.set_ylabel(words[panel], fontsize=9)
        axes.tick_params(labelsize=8)
        axes.set_xticks(_ticks(len(plan)), labels=[])
        axes.grid(axis="y", color=BORDERS, linewidth=0.3)
        if row == 0:
            _name_steps(axes, plan, orders)
        if differs and row == len(panels) - 1:
            axes.legend(frameon=False, fontsize=8, loc="upper right")
    source = f"Roads: {plan.network.attribution} ({plan.network.licence})."
    figure.text(EDGE, EDGE, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def _draw_steps(axes: Axes, lost: npt.NDArray[np.float64], colour: str, label: str, *, dashed: bool) -> None:
    """What is lost from one reopening to the next."""
    steps = np.arange(len(lost) + 1)
    axes.stairs(
        lost, steps, color=colour, linewidth=2, baseline=None, label=label, linestyle=DASHES if dashed else "solid"
    )


def _ticks(units: int) -> list[int]:
    step = max(1, -(-units // MOST_NAMES))
    return list(range(step, units + 1, step))


def _name_steps(axes: Axes, plan: Restoration, orders: list[tuple[tuple[int, ...], str]]) -> None:
    """Say below the axis what is reopened at each step, one row of names an order."""
    ticks = _ticks(len(plan))
    axes.set_xticks(ticks, labels=[str(step) for step in ticks])
    axes.set_xlabel("" if orders else "units reopened", fontsize=9)
    slanted = len(plan) > MOST_LEVEL
    room = SLANTED_ROOM if slanted else LEVEL_ROOM
    for row, (order, colour) in enumerate(orders):
        for step, unit in enumerate(order, start=1):
            axes.annotate(
                shorten(plan.names[unit], letters=18),
                (step, 0),
                xycoords=("data", "axes fraction"),
                xytext=(0, -22 - row * room * HEIGHT_IN * POINTS_PER_INCH),
                textcoords="offset points",
                rotation=35 if slanted else 0,
                rotation_mode="anchor",
                ha="right" if slanted else "center",
                va="top",
                fontsize=8,
                color=colour,
                parse_math=False,
            )
