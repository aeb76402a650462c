"""A picture of access: people against hours to the nearest facility, before and after, and who loses it."""

import base64
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from wayaround.demand.countries import country_name
from wayaround.impact.access import Access, Reach, step_curve
from wayaround.reports.access import list_losers
from wayaround.reports.headline import shorten
from wayaround.reports.maps import DPI, INK
from wayaround.units import FloatArray

WIDTH_IN, ROW_IN, MOST_BARS = 10.0, 3.6, 6
BEFORE, AFTER, GONE = "#0072B2", "#D55E00", "#7F2A00"


def draw_access(access: Access) -> Figure:
    """Draw a step curve of people by hours and bars of who loses, a row for each kind of facility.

    Parameters
    ----------
    access : Access
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1000 pixels wide at 100 dots an inch.
    """
    figure = Figure(figsize=(WIDTH_IN, ROW_IN * len(access.reaches)), layout="constrained", facecolor="white")
    axes = figure.subplots(len(access.reaches), 2, squeeze=False, width_ratios=[5, 3])
    for row, reach in enumerate(access.reaches):
        _draw_curves(axes[row, 0], access, reach)
        _draw_losers(axes[row, 1], access, reach)
    return figure


def encode_access(access: Access) -> str:
    """The picture as PNG in base64, the same bytes for the same result."""
    buffer = BytesIO()
    draw_access(access).savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _draw_curves(axes: Axes, access: Access, reach: Reach) -> None:
    sides = [(reach.before, "before", BEFORE, "-"), (reach.after, "after", AFTER, "--")]
    curves = [step_curve(time_ds, access.population) for time_ds, *_ in sides]
    last_h = _last_hour(access, [hours for hours, _ in curves])
    for (hours, people), (_, label, colour, style) in zip(curves, sides, strict=True):
        shown = hours <= last_h
        end = people[shown][-1] if shown.any() else 0.0
        axes.step(
            [0.0, *hours[shown], last_h],
            [0.0, *people[shown], end],
            where="post",
            color=colour,
            linestyle=style,
            linewidth=2,
            label=label,
        )
    for limit_h in access.within_h:
        if limit_h <= last_h:
            axes.axvline(limit_h, color="#BBBBBB", linewidth=0.8, zorder=0)
    axes.set_xlim(0, last_h)
    axes.set_ylim(0, max(1.0, float(access.population.sum())) * 1.04)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _say_people(value)))
    axes.set_xlabel(f"hours to the nearest {shorten(reach.kind)}", color=INK)
    axes.set_ylabel("people who reach one", color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False)


def _draw_losers(axes: Axes, access: Access, reach: Reach) -> None:
    rows = list_losers(access, reach)
    axes.set_title("who loses it within a limit", fontsize=10, color=INK, loc="left")
    if not rows:
        axes.text(0.0, 0.92, "nobody", transform=axes.transAxes, color=INK, va="top")
        axes.set_axis_off()
        return
    shown = rows[:MOST_BARS]
    more = len(rows) - len(shown)
    names = [shorten(country_name(code), letters=18) for code, _, _ in shown]
    lost = np.array([row[1] for row in shown], dtype=np.float64)
    gone = np.array([row[2] for row in shown], dtype=np.float64)
    at = np.arange(len(shown))
    axes.barh(at, lost, color=AFTER, height=0.6, label="reaches one later")
    if gone.any():
        axes.barh(at, gone, left=lost, color=GONE, hatch="///", edgecolor="white", height=0.6, label="cut off from all")
    for row, total in enumerate((lost + gone).tolist()):
        axes.text(total, row, f" {_say_people(total)}", va="center", color=INK)
    axes.set_yticks(at, names)
    axes.set_ylim(max(len(shown), 3) - 0.4, -0.6)
    axes.set_xlim(0, float((lost + gone).max()) * 1.5)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _say_people(value)))
    axes.set_xlabel("people" + (f" (and {more} more countries)" if more else ""), color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.18), ncols=2, frameon=False, fontsize=9)


def _last_hour(access: Access, curves: list[FloatArray]) -> float:
    """Where the axis ends: half beyond the last limit, or where the last place reaches, if that is sooner."""
    last = max([float(hours[-1]) for hours in curves if len(hours)], default=access.within_h[-1])
    return max(min(last * 1.05, access.within_h[-1] * 1.5), access.within_h[0])


def _say_people(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:.3g} million"
    return f"{value / 1000:.3g} thousand" if value >= 10_000 else f"{value:,.0f}"
