"""A picture of the burden: by country of origin, and where the hours are driven."""

import base64
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from wayaround.demand.countries import country_name
from wayaround.impact.result import Impact
from wayaround.reports.headline import shorten
from wayaround.reports.maps import DPI, INK
from wayaround.units import FloatArray

MOST_COUNTRIES = 10
WIDTH_IN, BAR_IN, FRAME_IN = 10.0, 0.32, 1.1
MORE, LESS = "#D55E00", "#0072B2"


def draw_burden(impact: Impact) -> Figure | None:
    """Draw extra weighted hours by country: of journeys from there, and driven on its roads; None where there are none.

    Parameters
    ----------
    impact : Impact
        The result.

    Returns
    -------
    matplotlib.figure.Figure or None
        1000 pixels wide at 100 dots an inch; the ten countries that bear most.
    """
    extra: dict[str, dict[str, float]] = {}
    for row in impact.burdens:
        extra.setdefault(row.country, {})[row.by] = row.extra_weighted_h
    sizes = {code: max(abs(by.get("origin", 0.0)), abs(by.get("roads", 0.0))) for code, by in extra.items()}
    shown = sorted((code for code in extra if sizes[code] > 0), key=lambda code: (-sizes[code], code))[:MOST_COUNTRIES]
    if not shown:
        return None
    figure = Figure(figsize=(WIDTH_IN, FRAME_IN + BAR_IN * max(3, len(shown))), layout="constrained", facecolor="white")
    axes = figure.subplots(1, 2, sharey=True)
    titles = {"origin": "extra hours of journeys from there", "roads": "extra hours driven on its roads"}
    for ax, (by, title) in zip(axes, titles.items(), strict=True):
        _draw_bars(ax, np.array([extra[code].get(by, 0.0) for code in shown]), title)
    axes[0].set_yticks(range(len(shown)), [shorten(country_name(code), letters=24) for code in shown])
    axes[0].set_ylim(max(3, len(shown)) - 0.4, -0.6)
    return figure


def encode_burden(impact: Impact) -> str | None:
    """The picture as PNG in base64; None where nobody bears anything."""
    figure = draw_burden(impact)
    if figure is None:
        return None
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _draw_bars(axes: Axes, extra_h: FloatArray, title: str) -> None:
    axes.barh(np.arange(len(extra_h)), extra_h, color=np.where(extra_h < 0, LESS, MORE).tolist(), height=0.65)
    axes.axvline(0, color=INK, linewidth=0.8)
    reach = float(np.abs(extra_h).max()) or 1.0
    low, high = min(0.0, float(extra_h.min())), max(0.0, float(extra_h.max()))
    # Room for the figures, which stand beyond the ends of the bars.
    axes.set_xlim(low - (0.35 * reach if low < 0 else 0), high + 0.35 * reach)
    for row, value in enumerate(extra_h.tolist()):
        side = "right" if value < 0 else "left"
        axes.text(value, row, f" {_say_hours(value)} ", va="center", ha=side, color=INK, fontsize=9)
    axes.set_title(title, fontsize=10, color=INK, loc="left")
    axes.set_xlabel("hours, weighted", color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _say_hours(value_h: float) -> str:
    if value_h == 0:
        return "0"
    return f"{value_h:+,.0f}" if abs(value_h) >= 100 else f"{value_h:+,.3g}"
