"""From a point to the nearest road: a grid of links, mapped with the network.

Cells are a quarter of a degree. The grid lists for each cell the links that may pass through it (a few list
one cell too many, none is missing); the distance then decides. Joins are left out: nobody lives on a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from pyproj import Geod

from wayaround.network.road_network import RoadNetwork
from wayaround.units import FloatArray, Int32Array, Int64Array

CELL_DEG = 0.25
COLUMNS, ROWS = round(360 / CELL_DEG), round(180 / CELL_DEG)
MAX_SNAP_KM = 20.0
KM_PER_DEG = 111.195
"""Kilometres in a degree of latitude, on a sphere of 6371 km; only ever used to find candidates."""

WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class SnappedPoint:
    """A point on a link.

    Parameters
    ----------
    link : int
        The link.
    fraction : float
        Where on it, from 0 at its tail to 1 at its head.
    lon, lat : float
        The point, in degrees.
    snap_km : float
        Geodesic distance from the place asked for; off the road, never added to a journey.
    """

    link: int
    fraction: float
    lon: float
    lat: float
    snap_km: float


@dataclass(frozen=True, slots=True)
class SnappedPoints:
    """Places and their points on the road, one row a place.

    Parameters
    ----------
    lat, lon : (n,) ndarray of float64
        The places, in degrees.
    link : (n,) ndarray of int64
        Nearest link of each.
    position : (n,) ndarray of float64
        Fraction of the link from tail to head.
    road_lat, road_lon : (n,) ndarray of float64
        The points on the road.
    snap_km : (n,) ndarray of float64
        Off-road legs.
    """

    lat: FloatArray
    lon: FloatArray
    link: Int64Array
    position: FloatArray
    road_lat: FloatArray
    road_lon: FloatArray
    snap_km: FloatArray

    @classmethod
    def of(cls, places: Sequence[tuple[float, float]], points: Sequence[SnappedPoint]) -> "SnappedPoints":
        """Rows out of places (latitude, longitude) and the points that they snap to."""
        return cls(
            lat=np.array([lat for lat, _ in places], dtype=np.float64),
            lon=np.array([lon for _, lon in places], dtype=np.float64),
            link=np.array([point.link for point in points], dtype=np.int64),
            position=np.array([point.fraction for point in points], dtype=np.float64),
            road_lat=np.array([point.lat for point in points], dtype=np.float64),
            road_lon=np.array([point.lon for point in points], dtype=np.float64),
            snap_km=np.array([point.snap_km for point in points], dtype=np.float64),
        )

    def take(self, rows: Int64Array) -> "SnappedPoints":
        """Some of the places, in the order asked for."""
        return SnappedPoints(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def link_grid(
    tail_lon: FloatArray, tail_lat: FloatArray, head_lon: FloatArray, head_lat: FloatArray
) -> tuple[Int32Array, Int32Array]:
    """Grid of links in compressed rows: links of cell c are ``cell_link[first[c]:first[c + 1]]``."""
    reach = np.maximum(np.abs(head_lon - tail_lon), np.abs(head_lat - tail_lat))
    pieces = 1 + np.ceil(reach / CELL_DEG).astype(np.int64) * (reach > 0)
    link = np.repeat(np.arange(len(tail_lon)), pieces)
    step = np.arange(len(link)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start, end = step / pieces[link], (step + 1) / pieces[link]
    columns, rows = [], []
    for fraction in (start, end):
        columns.append(_column(tail_lon[link] + fraction * (head_lon[link] - tail_lon[link])))
        rows.append(_row(tail_lat[link] + fraction * (head_lat[link] - tail_lat[link])))
    # A piece is no longer than a cell, so the cells of its two ends span the at most four that it meets.
    cells = np.concatenate([row * COLUMNS + column for row in rows for column in columns])
    entry = np.unique(cells * len(tail_lon) + np.tile(link, 4))
    cell, cell_link = np.divmod(entry, len(tail_lon))
    first = np.searchsorted(cell, np.arange(COLUMNS * ROWS + 1))
    return first.astype(np.int32), cell_link.astype(np.int32)


def snap_point(network: RoadNetwork, lat: float, lon: float) -> SnappedPoint | None:
    """Nearest point of the network's roads, or None where none lies within 20 km.

    Parameters
    ----------
    network : RoadNetwork
        The network; its joins are not considered.
    lat, lon : float
        Degrees, WGS 84.

    Returns
    -------
    SnappedPoint or None
        Of links equally near, the one with the lowest id.
    """
    reach_lat = MAX_SNAP_KM / KM_PER_DEG * 1.02
    reach_lon = min(180.0, reach_lat / max(np.cos(np.radians(min(89.0, abs(lat) + reach_lat))), 1e-3))
    row = np.arange(int(_row(lat - reach_lat)), int(_row(lat + reach_lat)) + 1)
    west, east = np.floor((lon - reach_lon + 180) / CELL_DEG), np.floor((lon + reach_lon + 180) / CELL_DEG)
    column = np.unique(np.arange(west, east + 1).astype(np.int64) % COLUMNS)
    cells = (row[:, None] * COLUMNS + column[None, :]).ravel()
    ranges = zip(network.cell_first_link[cells].tolist(), network.cell_first_link[cells + 1].tolist(), strict=True)
    near = np.unique(np.concatenate([network.cell_link[start:end] for start, end in ranges])).astype(np.int64)
    if len(near) == 0:
        return None
    fraction, distance_km = nearest_on_links(network, near, lat, lon)
    best = int(np.argmin(distance_km))
    point = point_on_link(network, int(near[best]), float(fraction[best]), lat, lon)
    return point if point.snap_km <= MAX_SNAP_KM else None


def nearest_on_links(network: RoadNetwork, links: Int64Array, lat: float, lon: float) -> tuple[FloatArray, FloatArray]:
    """Fraction of the nearest point of each link and its distance in km, on a plane that touches at the point."""
    tail, head = network.link_tail[links], network.link_head[links]
    east_km = KM_PER_DEG * np.cos(np.radians(lat))
    tail_lon = (network.node_lon[tail] - lon + 180) % 360 - 180
    x, y = tail_lon * east_km, (network.node_lat[tail] - lat) * KM_PER_DEG
    dx = (network.node_lon[head] - network.node_lon[tail]) * east_km
    dy = (network.node_lat[head] - network.node_lat[tail]) * KM_PER_DEG
    square = dx * dx + dy * dy
    fraction = np.clip(-(x * dx + y * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    return fraction, np.hypot(x + fraction * dx, y + fraction * dy)


def point_on_link(network: RoadNetwork, link: int, fraction: float, lat: float, lon: float) -> SnappedPoint:
    """Point at a fraction of a link, with its geodesic distance from a place."""
    tail, head = int(network.link_tail[link]), int(network.link_head[link])
    on_lon = float(network.node_lon[tail] + fraction * (network.node_lon[head] - network.node_lon[tail]))
    on_lat = float(network.node_lat[tail] + fraction * (network.node_lat[head] - network.node_lat[tail]))
    distance_m = WGS84.inv(lon, lat, on_lon, on_lat)[2]
    return SnappedPoint(link=link, fraction=fraction, lon=on_lon, lat=on_lat, snap_km=distance_m / 1000)


def _column(lon: FloatArray) -> Int64Array:
    return np.floor((np.asarray(lon) + 180) / CELL_DEG).astype(np.int64) % COLUMNS


def _row(lat: FloatArray | float) -> Int64Array:
    return np.clip(np.floor((np.asarray(lat) + 90) / CELL_DEG).astype(np.int64), 0, ROWS - 1)
