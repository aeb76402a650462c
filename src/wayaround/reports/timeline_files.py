"""A timeline as Parquet, as JSON, and as a chart over time."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER
from wayaround.reports.basemap import BORDERS
from wayaround.reports.folder import fill_folder
from wayaround.reports.headline import MOST_NAMED, describe_effect, printable, shorten
from wayaround.reports.lettering import draw_legend
from wayaround.reports.maps import DPI, EDGE, INK
from wayaround.reports.small_maps import COLOURS, FEET_IN, HEAD_IN, make_figure, write_head
from wayaround.reports.timeline import summarise_timeline
from wayaround.timeline.result import Timeline
from wayaround.timeline.spans import DAY
from wayaround.units import FloatArray, hours, kilometres

MOST_BARS = 60
STEPS_IN, PAIRS_IN, BAR_IN, GAP_IN = 1.75, 1.15, 0.165, 0.36
LEFT, RIGHT = 0.2, 0.83
"""Where time begins and ends, as shares of the width: names of closures stand before it, of journeys after it."""

NAME_LETTERS = 26
SHUT, SLOWED = "#444444", "#E69F00"
PAIRS = (
    (LONGER, "Longer", "#56B4E9"),
    (CUT_OFF, "Cut off", "#D55E00"),
    (INSIDE_ZONE, "Inside what is shut", "#999999"),
)


def write_timeline(timeline: Timeline, folder: Path) -> None:
    """Write timeline.parquet, summary.json and timeline.png.

    All are written beside the folder first and moved in when all are complete, so a fault leaves what was there.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        timeline.table().to_parquet(draft / "timeline.parquet", index=False)
        summary = json.dumps(summarise_timeline(timeline), ensure_ascii=False, indent=1, allow_nan=False)
        (draft / "summary.json").write_text(summary + "\n", encoding="utf-8")
        draw_timeline(timeline).savefig(draft / "timeline.png", dpi=DPI, metadata={"Software": None})

    fill_folder(folder, write)


def draw_timeline(timeline: Timeline) -> Figure:
    """Draw km and hours of up to six named journeys over time, pairs that fare worse, and the days of each closure.

    Parameters
    ----------
    timeline : Timeline
        The result.

    Returns
    -------
    matplotlib.figure.Figure
        1600 pixels wide, and as tall as it has closures: of up to 60 that are in force on some day.
    """
    states = timeline.states
    bars = [row for row in range(len(timeline.closures)) if any(row in span.in_force for span in timeline.spans)]
    shown = bars[:MOST_BARS]
    panels_in = [*([STEPS_IN] * 2 if states.journeys else []), PAIRS_IN, BAR_IN * max(len(shown), 1) + 0.1]
    words = printable(states.title), _say_span(timeline, bars)
    height_in = sum(panels_in) + GAP_IN * len(panels_in) + FEET_IN + HEAD_IN
    height_in += max(0.0, write_head(make_figure(height_in), words) - HEAD_IN)
    figure = make_figure(height_in)
    top_in = height_in - max(HEAD_IN, write_head(figure, words))
    drawn: list[Axes] = []
    for panel_in in panels_in:
        top_in -= GAP_IN
        axes = figure.add_axes(
            (LEFT, (top_in - panel_in) / height_in, RIGHT - LEFT, panel_in / height_in),
            sharex=drawn[0] if drawn else None,
        )
        top_in -= panel_in
        drawn.append(axes)
        _dress(axes, last=len(drawn) == len(panels_in))
    edges = _edges(timeline)
    drawn[0].set_xlim(edges[0], edges[-1])
    if states.journeys:
        _draw_steps(drawn[0], timeline, kilometres(states.after_m), "km")
        _draw_steps(drawn[1], timeline, hours(states.after_ds), "h")
    _draw_pairs(drawn[-2], timeline)
    _draw_bars(drawn[-1], timeline, shown)
    draw_legend(figure, _legend_entries(timeline, shown), left=EDGE, bottom=0.3 / height_in)
    network = states.network
    source = f"Roads: {network.attribution} ({network.licence})."
    figure.text(EDGE, 0.1 / height_in, source, fontsize=6.5, color="#555555", parse_math=False)
    return figure


def _say_span(timeline: Timeline, bars: Sequence[int]) -> str:
    spans = f"{len(timeline):,} spans of days" if len(timeline) > 1 else "one span of days"
    more = f"; {len(bars) - MOST_BARS:,} closures more are not drawn" if len(bars) > MOST_BARS else ""
    return f"{timeline.first} until {timeline.last}: {spans}, {len(bars):,} closures in force on some of them{more}."


def _dress(axes: Axes, *, last: bool) -> None:
    for spine in axes.spines.values():
        spine.set(color=BORDERS, linewidth=0.8)
    axes.tick_params(labelsize=7)
    axes.grid(color=BORDERS, linewidth=0.3)
    axes.set_axisbelow(True)
    axes.xaxis_date()
    locator = mdates.AutoDateLocator(minticks=4, maxticks=14)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.tick_params(axis="x", labelbottom=last)
    axes.xaxis.get_offset_text().set_fontsize(7)


def _edges(timeline: Timeline) -> npt.NDArray[np.float64]:
    """Where spans begin, and where the last ends."""
    ends = [span.first for span in timeline.spans]
    past = datetime.date.max if timeline.last == datetime.date.max else timeline.last + DAY
    return np.asarray(mdates.date2num([*ends, past]), dtype=np.float64)  # type: ignore[no-untyped-call]


def _draw_steps(axes: Axes, timeline: Timeline, values: FloatArray, unit: str) -> None:
    """Draw a step line a journey, a crossed line above where it has no way, and its name at the end of it."""
    states, edges = timeline.states, _edges(timeline)
    axes.set_title("after, km" if unit == "km" else "after, hours", fontsize=8, loc="left", pad=3)
    names: list[tuple[float, str, str]] = []
    shown = min(len(states.journeys), MOST_NAMED)
    for journey in range(shown):
        own = values[:, journey]
        colour = COLOURS[journey]
        # Journeys that coincide show as one line within another.
        axes.stairs(own, edges, baseline=None, color=colour, linewidth=1.8 + 0.45 * (shown - 1 - journey))
        known = own[~np.isnan(own)]
        level = float(known[-1]) if len(known) else 0.0
        height = 0.95 - 0.05 * journey
        for row in np.flatnonzero(np.isnan(own)):
            over: dict[str, Any] = {"color": colour, "transform": axes.get_xaxis_transform(), "linewidth": 1.0}
            axes.plot(edges[row : row + 2], [height, height], linestyle=":", **over)
            axes.plot(edges[row : row + 2].mean(), height, marker="x", markersize=4.5, **over)
        names.append((level, _name(timeline, journey), colour))
    axes.margins(y=0.3 if np.isnan(values).any() else 0.12)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    if unit == "km":
        _write_names(axes, names)


def _name(timeline: Timeline, journey: int) -> str:
    return "\n".join(shorten(name, letters=22) for name in timeline.states.journeys[journey])


def _write_names(axes: Axes, names: Sequence[tuple[float, str, str]]) -> None:
    """Write names right of the axes at their heights, moved apart where they would touch."""
    low, high = axes.get_ylim()
    each = 1.0 / max(len(names), 1)
    room = min(each, 0.21)
    at = -np.inf
    ordered = sorted(names)
    places: list[float] = []
    for height, _, _ in ordered:
        at = max((height - low) / (high - low), at + room)
        places.append(at)
    over = max(0.0, places[-1] - (1 - room / 2)) if places else 0.0
    for step, row in enumerate(reversed(range(len(places)))):
        places[row] = min(places[row], 1 - room / 2 - step * room) if over else places[row]
    for place, (_, name, colour) in zip(places, ordered, strict=True):
        axes.annotate(
            name,
            (1, place),
            xytext=(6, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            fontsize=6.5,
            color=colour,
            fontweight="bold",
            parse_math=False,
            annotation_clip=False,
        )


def _draw_pairs(axes: Axes, timeline: Timeline) -> None:
    """Stack the pairs that get longer, that are cut off and that end inside what is shut."""
    edges = _edges(timeline)
    floor = np.zeros(len(timeline))
    for status, _, colour in PAIRS:
        counts = timeline.states.counts[:, status].astype(np.float64)
        if counts.any():
            axes.stairs(floor + counts, edges, baseline=floor, fill=True, color=colour, linewidth=0)
            floor = floor + counts
    axes.set_title(f"pairs that fare worse, of {timeline.states.pairs:,}", fontsize=8, loc="left", pad=3)
    axes.set_ylim(0, max(1.0, float(floor.max()) * 1.1))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))


def _draw_bars(axes: Axes, timeline: Timeline, rows: Sequence[int]) -> None:
    """Draw a bar a closure over the days on which it is in force."""
    edges = _edges(timeline)
    for place, row in enumerate(rows):
        closure = timeline.closures[row]
        colour = SHUT if closure.is_shut else SLOWED
        within = [row in span.in_force for span in timeline.spans]
        stretches = [(edges[span], edges[span + 1] - edges[span]) for span, on in enumerate(within) if on]
        axes.broken_barh(stretches, (place - 0.36, 0.72), facecolors=colour, edgecolors="none")
        last = edges[max(span for span, on in enumerate(within) if on) + 1]
        if not closure.is_shut:
            style: dict[str, Any] = {"fontsize": 6, "va": "center", "color": INK, "parse_math": False}
            near_end = last > edges[0] + 0.85 * (edges[-1] - edges[0])
            at = (stretches[0][0], -2, "right") if near_end else (last, 2, "left")
            axes.annotate(
                describe_effect(closure),
                (at[0], place),
                xytext=(at[1], -0.4),
                textcoords="offset points",
                ha=at[2],
                **style,
            )
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    names = [shorten(timeline.closures[row].id, letters=NAME_LETTERS) for row in rows]
    axes.set_yticks(range(len(rows)), names, parse_math=False)
    axes.tick_params(axis="y", labelsize=6.5, length=0)
    axes.grid(axis="y", visible=False)
    axes.set_title("in force", fontsize=8, loc="left", pad=3)


def _legend_entries(timeline: Timeline, rows: Sequence[int]) -> list[tuple[Artist, str]]:
    entries: list[tuple[Artist, str]] = [
        (Patch(color=colour), words) for status, words, colour in PAIRS if timeline.states.counts[:, status].any()
    ]
    for shut, colour, words in ((True, SHUT, "Shut"), (False, SLOWED, "Slow, or with a wait")):
        if any(timeline.closures[row].is_shut == shut for row in rows):
            entries.append((Patch(color=colour), words))
    if timeline.states.journeys and np.isnan(hours(timeline.states.after_ds[:, :MOST_NAMED])).any():
        entries.append((Line2D([], [], color=INK, linewidth=1.0, linestyle=":", marker="x", markersize=4.5), "No way"))
    return entries or [(Patch(color="white"), "Nothing is in force")]
