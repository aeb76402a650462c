"""Words on maps and charts: names that keep clear of each other, titles, legends."""

import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from wayaround.reports.basemap import View, cities_in
from wayaround.units import FloatArray

CITY, CITIES_TRIED, CITIES_SHOWN, CITY_SPACING_PX = "#4A4F55", 200, 14, 110


class Labels:
    """Room for labels on a map: each is put beside its point where it covers nothing that was drawn before.

    Parameters
    ----------
    axes : Axes
        With its final limits.
    """

    _PLACES = (
        (1, 0, "left", "center"),
        (-1, 0, "right", "center"),
        (0, 1, "center", "bottom"),
        (0, -1, "center", "top"),
        (0.7, 0.7, "left", "bottom"),
        (-0.7, 0.7, "right", "bottom"),
        (0.7, -0.7, "left", "top"),
        (-0.7, -0.7, "right", "top"),
    )
    _GAP_PT, _PAD_PX, _STEP_PX = 4.0, 3.0, 5.0

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        self._px_per_pt = axes.figure.dpi / 72
        self._taken: list[Bbox] = []
        self._anchors: dict[str, tuple[float, float]] = {}
        self._lines = np.zeros((0, 2))

    def keep_line_clear(self, points: FloatArray) -> None:
        """Have labels avoid a line on the plane."""
        pixels = self._axes.transData.transform(points)
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
        at = np.arange(0.0, along[-1] + self._STEP_PX, self._STEP_PX)
        dense = np.column_stack([np.interp(at, along, pixels[:, axis]) for axis in (0, 1)])
        self._lines = np.concatenate([self._lines, dense])

    def keep_marker_clear(self, x: float, y: float, *, radius_pt: float) -> None:
        """Have labels leave a marker free."""
        (left, bottom), radius = self._axes.transData.transform((x, y)), radius_pt * self._px_per_pt
        self._taken.append(Bbox.from_extents(left - radius, bottom - radius, left + radius, bottom + radius))

    def is_far(self, name: str, x: float, y: float, *, spacing_px: float) -> bool:
        """Whether a point is free, and no label of that name stands anywhere, none of another within a distance."""
        at = self._axes.transData.transform((x, y))
        return (
            name not in self._anchors
            and all(np.hypot(*(at - anchor)) >= spacing_px for anchor in self._anchors.values())
            and not any(box.contains(*at) for box in self._taken)
        )

    def place(self, name: str, x: float, y: float, *, reach_pt: float, off_lines: bool = False, **style: Any) -> bool:
        """Write a label beside a point on the plane, if there is room; whether there was.

        A label that can only cover a line stands where it covers least, or with `off_lines` nowhere. `reach_pt`
        is the radius of the point's marker; `style` is that of the text.
        """
        text = self._axes.annotate(
            _drawable(name),
            (x, y),
            xytext=(0, 0),
            textcoords="offset points",
            parse_math=False,
            gid="label",
            zorder=10,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
            **style,
        )
        best, least = None, np.inf
        for right, up, ha, va in self._PLACES:
            offset = (reach_pt + self._GAP_PT) * right, (reach_pt + self._GAP_PT) * up
            text.set(position=offset, ha=ha, va=va)
            box = text.get_window_extent().padded(self._PAD_PX)
            covered = int(np.count_nonzero(((self._lines > box.min) & (self._lines < box.max)).all(axis=1)))
            if covered < least and self._is_free(box) and not (off_lines and covered):
                best, least = (offset, ha, va, box), covered
        if best is None:
            text.remove()
            return False
        text.set(position=best[0], ha=best[1], va=best[2])
        self._taken.append(best[3])
        self._anchors[name] = tuple(self._axes.transData.transform((x, y)))
        return True

    def _is_free(self, box: Bbox) -> bool:
        sheet = self._axes.bbox
        within = box.x0 >= sheet.x0 and box.x1 <= sheet.x1 and box.y0 >= sheet.y0 and box.y1 <= sheet.y1
        return within and not any(box.overlaps(other) for other in self._taken)


def name_cities(axes: Axes, labels: Labels, view: View) -> int:
    """Name the largest cities that find room, far enough from one another; how many do."""
    count = 0
    for name, x, y in cities_in(view, CITIES_TRIED):
        far = count < CITIES_SHOWN and labels.is_far(name, x, y, spacing_px=CITY_SPACING_PX)
        if far and labels.place(name, x, y, reach_pt=1.5, off_lines=True, fontsize=7.5, color=CITY):
            axes.plot(x, y, "o", markersize=2.5, color=CITY, zorder=5.5)
            count += 1
    return count


def write_title(figure: Figure, title: str, sentence: str, *, left: float) -> float:
    """Write a title and a sentence below it, each on as many lines as it needs; the height where the map may begin."""
    top = 1 - left
    styles: tuple[dict[str, Any], ...] = (
        {"fontsize": 14, "fontweight": "bold", "color": "black"},
        {"fontsize": 9.5, "color": "#333333"},
    )
    for text, lines, style in zip((title, sentence), (2, 3), styles, strict=True):
        if text:
            drawn = figure.text(left, top, _drawable(text), va="top", parse_math=False, linespacing=1.25, **style)
            _wrap(figure, drawn, lines=lines, width=1 - 2 * left)
            top = _extent(figure, drawn).y0 - 0.012
    return top


def draw_legend(
    figure: Figure, entries: Sequence[tuple[Artist, str]], *, left: float, bottom: float, width: float = 0.76
) -> float:
    """Draw the legend below the map, in as many columns as fit; the height where the map may begin."""
    for columns in range(min(len(entries), 4), 0, -1):
        legend = figure.legend(
            [symbol for symbol, _ in entries],
            [_drawable(words) for _, words in entries],
            loc="lower left",
            bbox_to_anchor=(left, bottom),
            ncols=columns,
            fontsize=8,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=2.8,
            columnspacing=1.6,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
        box = _extent(figure, legend)
        if box.width <= width or columns == 1:
            break
        legend.remove()
    return float(max(box.y1, bottom + 0.045)) + 0.015


def _drawable(text: str) -> str:
    """A text with a question mark for each letter that the font lacks; marks of direction stay."""
    return "".join(sign if ord(sign) in _letters() or sign in "\u2068\u2069" else "?" for sign in text)


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def _wrap(figure: Figure, text: Text, *, lines: int, width: float) -> None:
    """Break a text into lines no wider than a share of the figure; what is too much for them ends in an ellipsis."""
    words = text.get_text()
    whole = _extent(figure, text).width
    letters = max(1, len(words))
    while whole > width and letters > 8:
        letters = min(letters - 1, int(letters * width / whole))
        text.set_text(textwrap.fill(words, letters, max_lines=lines, placeholder=" …"))
        whole = _extent(figure, text).width


def _extent(figure: Figure, artist: Artist) -> Bbox:
    """What an artist covers, as shares of the figure."""
    return artist.get_window_extent().transformed(figure.transFigure.inverted())
