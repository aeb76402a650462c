"""The sheet a map is drawn on: view, coasts, borders, roads and cities; title, legend, scale, room for labels."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from wayaround.demand.gazetteer import open_gazetteer
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import segment_ends, segments_of_links
from wayaround.network.snap import WGS84
from wayaround.units import FloatArray

CITY, CITIES_TRIED, CITIES_SHOWN, CITY_SPACING_PX = "#4A4F55", 200, 14, 110

MIN_HALF_DEG = 0.02
"""Half the height of the smallest view, in degrees of latitude: 2.2 km."""

MARGIN = 0.09
"""Free space around what must be seen, as a share of the larger side."""

LEAST_STRETCH = 0.05
"""Cosine of the latitude from which a view is no longer stretched, near the poles."""


@dataclass(frozen=True, slots=True)
class View:
    """A window on an equirectangular plane: x in degrees of longitude times `stretch`, y in degrees of latitude.

    Parameters
    ----------
    lon, lat : float
        Centre in degrees.
    stretch : float
        Cosine of the centre's latitude, so that both directions have one scale there.
    half_width, half_height : float
        Half the sides, in degrees of latitude.
    """

    lon: float
    lat: float
    stretch: float
    half_width: float
    half_height: float

    def x(self, lon: npt.ArrayLike) -> FloatArray:
        """Plane coordinates of longitudes, each taken the short way round from the centre."""
        short: FloatArray = (np.asarray(lon, dtype=np.float64) - self.lon + 180) % 360 - 180
        return short * self.stretch

    def line(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> FloatArray:
        """Plane coordinates of a line in one piece, also where it crosses the antimeridian."""
        whole = np.unwrap(np.asarray(lon, dtype=np.float64), period=360)
        whole -= 360 * np.round((whole.mean() - self.lon) / 360)
        return np.column_stack([(whole - self.lon) * self.stretch, np.asarray(lat, dtype=np.float64)])

    @property
    def turns(self) -> tuple[float, ...]:
        """Whole turns by which longitudes are moved so that they may fall into the view."""
        reach = self.half_width / self.stretch
        return tuple(
            turn for turn in (-360.0, 0.0, 360.0) if self.lon - reach < 180 + turn and self.lon + reach > turn - 180
        )

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees; west and east may lie past 180."""
        reach = self.half_width / self.stretch
        return (
            self.lon - reach,
            self.lat - self.half_height,
            self.lon + reach,
            self.lat + self.half_height,
        )

    @property
    def width_km(self) -> float:
        """Width along the centre's parallel."""
        step = 0.01
        at = min(max(self.lat, -89.0), 89.0)
        km_per_deg = WGS84.inv(self.lon - step, at, self.lon + step, at)[2] / 1000 / (2 * step)
        return float(2 * self.half_width / self.stretch * km_per_deg)


def fit_view(lon: npt.ArrayLike, lat: npt.ArrayLike, *, aspect: float, margin: float = MARGIN) -> View:
    """The smallest view with points and a margin around them.

    Parameters
    ----------
    lon, lat : (n,) array_like
        At least one point, in degrees; those on both sides of the antimeridian come together.
    aspect : float
        Width over height.
    margin : float
        Free space on each side as a share of the larger side.

    Returns
    -------
    View

    Examples
    --------
    >>> round(fit_view([179, -179], [10, 12], aspect=1.5).lon)
    180
    """
    around = np.sort(np.asarray(lon, dtype=np.float64) % 360)
    gap = np.diff(around, append=around[0] + 360)
    last = int(np.argmax(gap))
    span = 360 - float(gap[last])
    centre = (float(around[last]) - span / 2 + 180) % 360 - 180
    south, north = float(np.min(lat)), float(np.max(lat))
    middle = (south + north) / 2
    stretch = max(float(np.cos(np.radians(middle))), LEAST_STRETCH)
    half_width, half_height = span / 2 * stretch, (north - south) / 2
    free = 2 * margin * max(half_width, half_height)
    half_width, half_height = half_width + free, max(half_height + free, MIN_HALF_DEG)
    half_width, half_height = max(half_width, half_height * aspect), max(half_height, half_width / aspect)
    return View(centre if centre != -180 else 180.0, middle, stretch, half_width, half_height)


def boundary_lines(view: View) -> list[FloatArray]:
    """Coasts and borders in a view, as lines on its plane (Natural Earth 1:10 million)."""
    west, south, east, north = view.box
    found = []
    for turn in view.turns:
        for lon, lat in _boundaries():
            moved = lon + turn
            if moved.max() >= west and moved.min() <= east and lat.max() >= south and lat.min() <= north:
                found.append(np.column_stack([(moved - view.lon) * view.stretch, lat]))
    return found


def road_segments(network: RoadNetwork, view: View, *, resolution: float) -> FloatArray:
    """Roads in a view as an (n, 2, 2) array on its plane, to a grid of some resolution; those that coincide once."""
    west, south, east, north = view.box
    found = [np.zeros((0, 2, 2))]
    for turn in view.turns:
        links = network.links_near_box(west - turn, south, east - turn, north)
        tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, segments_of_links(network, links)[1])
        lon, y = np.stack([tail_lon, head_lon], axis=1) + turn, np.stack([tail_lat, head_lat], axis=1)
        whole = np.abs(lon[:, 0] - lon[:, 1]) <= 180
        x = (lon - view.lon) * view.stretch
        found.append(np.stack([x, y], axis=2)[whole])
    cell = np.rint(np.concatenate(found) / resolution)
    packed = np.sort(cell[..., 0] * 1e7 + cell[..., 1], axis=1)  # one number a node, the lower node first
    one, other = packed.T
    order = np.lexsort((other, one))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(one[order]) != 0) | (np.diff(other[order]) != 0)
    kept = order[first & (one[order] != other[order])]
    segments: FloatArray = cell[kept] * resolution
    return segments


def merge_lines(routes: list[FloatArray]) -> list[FloatArray]:
    """Lines that cover each stretch of some routes once, so that dashes do not fill one another's gaps."""
    steps = [np.stack([route[:-1], route[1:]], axis=1) for route in routes if len(route) > 1]
    if not steps:
        return []
    step = np.concatenate(steps)
    step = step[(step[:, 0] != step[:, 1]).any(axis=1)]
    step = np.sort(step.view(np.complex128)[..., 0], axis=1)  # the lower end first, whichever way it is driven
    step = np.unique(step, axis=0).view(np.float64).reshape(-1, 2, 2)
    merged = shapely.line_merge(shapely.multilinestrings(list(step)))
    return [shapely.get_coordinates(line) for line in shapely.get_parts(merged)]


def cities_in(view: View, count: int) -> Iterator[tuple[str, float, float]]:
    """Name, x and y of the largest cities in a view, the largest first (GeoNames)."""
    places = open_gazetteer()
    x, y = view.x(places.lon_e5 / 1e5), places.lat_e5 / 1e5
    inside = np.maximum(np.abs(x) / view.half_width, np.abs(y - view.lat) / view.half_height) < 0.97
    inside &= places.population > 0
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((rows, -places.population[rows].astype(np.int64)))][:count]
    for row in rows.tolist():
        yield places.name(row), float(x[row]), float(y[row])


def round_length_km(at_most_km: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a length.

    Examples
    --------
    >>> round_length_km(430), round_length_km(0.9)
    (200.0, 0.5)
    """
    power = 10.0 ** np.floor(np.log10(at_most_km))
    return float(max(step * power for step in (1, 2, 5) if step * power <= at_most_km * (1 + 1e-9)))


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


def draw_scale(figure: Figure, view: View, axes: Axes, *, bottom: float) -> None:
    """Draw a scale bar below the right end of the map: kilometres along the parallel of its centre."""
    frame = axes.get_position()
    length_km = round_length_km(view.width_km * 0.17)
    right, length = frame.x1, length_km / view.width_km * frame.width
    height = 0.008
    for part, color in enumerate(("black", "white")):
        corner = right - length + part * length / 2, bottom
        figure.add_artist(Rectangle(corner, length / 2, height, facecolor=color, edgecolor="black", linewidth=0.8))
    words = f"{length_km:g} km"
    if view.half_height > 4:  # elsewhere on such a map a kilometre is drawn longer or shorter
        words += f" at {abs(view.lat):.0f}° {'N' if view.lat >= 0 else 'S'}"
    figure.text(right, bottom + 1.8 * height, words, ha="right", va="bottom", fontsize=8)


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


@cache
def _boundaries() -> tuple[tuple[FloatArray, FloatArray], ...]:
    """Longitudes and latitudes of every line."""
    with (files("wayaround.data") / "boundaries.parquet").open("rb") as file:
        table = pyarrow.parquet.read_table(file)
    line, lon, lat = (table[name].to_numpy() for name in ("line", "lon_e3", "lat_e3"))
    apart = (np.diff(line) != 0) | (np.abs(np.diff(lon)) > 180_000)  # some lines run on across the antimeridian
    starts = np.flatnonzero(apart) + 1
    return tuple(zip(np.split(lon / 1000.0, starts), np.split(lat / 1000.0, starts), strict=True))
