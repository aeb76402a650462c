"""The sheet a map is drawn on: view, coasts, borders, roads, cities and scale."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pyarrow.parquet
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from wayaround.demand.gazetteer import open_gazetteer
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import segment_ends, segments_of_links
from wayaround.network.snap import WGS84
from wayaround.units import FloatArray

ROADS, BORDERS = "#D3D7DB", "#8C959E"
MANY_ROADS = 50_000
"""Stretches of road from which on they are drawn thinner."""

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


def draw_ground(
    figure: Figure,
    network: RoadNetwork,
    view: View,
    *,
    edge: float,
    bottom: float,
    top: float,
    detail: int = 1500,
    road_width: float | None = None,
    border_width: float = 0.7,
) -> Axes:
    """Open a map's frame and draw the roads and borders that lie under all else.

    Parameters
    ----------
    figure : Figure
        Where to.
    network : RoadNetwork
        The roads.
    view : View
        What is seen.
    edge, bottom, top : float
        Margin at both sides, lower and upper edge, as parts of the figure.
    detail : int
        Ends of roads are rounded to half the view's width over this, and what then coincides is drawn once.
    road_width, border_width : float, optional
        In points; roads are thinner where many are seen, if left out.

    Returns
    -------
    Axes
        On the plane of the view.
    """
    axes = figure.add_axes((edge, bottom, 1 - 2 * edge, top - bottom), xticks=[], yticks=[])
    axes.set_xlim(-view.half_width, view.half_width)
    axes.set_ylim(view.lat - view.half_height, view.lat + view.half_height)
    for spine in axes.spines.values():
        spine.set(color=BORDERS, linewidth=0.8)
    roads = road_segments(network, view, resolution=view.half_width / detail)
    width = road_width or (0.8 if len(roads) < MANY_ROADS else 0.4)
    axes.add_collection(LineCollection(list(roads), colors=ROADS, linewidths=width, rasterized=True))
    axes.add_collection(LineCollection(boundary_lines(view), colors=BORDERS, linewidths=border_width))
    return axes


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


@cache
def _boundaries() -> tuple[tuple[FloatArray, FloatArray], ...]:
    """Longitudes and latitudes of every line."""
    with (files("wayaround.data") / "boundaries.parquet").open("rb") as file:
        table = pyarrow.parquet.read_table(file)
    line, lon, lat = (table[name].to_numpy() for name in ("line", "lon_e3", "lat_e3"))
    apart = (np.diff(line) != 0) | (np.abs(np.diff(lon)) > 180_000)  # some lines run on across the antimeridian
    starts = np.flatnonzero(apart) + 1
    return tuple(zip(np.split(lon / 1000.0, starts), np.split(lat / 1000.0, starts), strict=True))
