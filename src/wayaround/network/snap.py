"""From a point to the nearest road: the grid proposes segments, the distance decides.

Joins are left out: nobody lives on a gap.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from pyproj import Geod

from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import (
    fractions_on_links,
    links_of_segments,
    points_on_links,
    segment_ends,
    segments_of_links,
)
from wayaround.routing.kernels.nearest import nearest_segment
from wayaround.units import BoolArray, FloatArray, Int64Array

MAX_SNAP_KM = 20.0
FIRST_LOOK_KM = 0.6
"""How far is looked first, for many places unless half a cell is further; each look goes three times as far."""

AT_ONCE = 1000
"""Places that are snapped together."""

KM_PER_DEG = 111.195
"""Kilometres in a degree of latitude, on a sphere of 6371 km; only ever used to find candidates."""

WGS84 = Geod(ellps="WGS84")
_ALL_LINKS, _NO_SEGMENTS = np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.int64)


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


def snap_point(network: RoadNetwork, lat: float, lon: float, *, among: BoolArray | None = None) -> SnappedPoint | None:
    """Nearest point of the network's roads, or None where none lies within 20 km.

    Parameters
    ----------
    network : RoadNetwork
        The network; its joins are not considered.
    lat, lon : float
        Degrees, WGS 84.
    among : (links,) ndarray of bool, optional
        Links to choose from; all if left out.

    Returns
    -------
    SnappedPoint or None
        Of links equally near, the one with the lowest id.
    """
    grid = network.grid
    reach_km = FIRST_LOOK_KM
    first_segment = network.first_segment if network.has_shapes else _NO_SEGMENTS
    east_km = float(KM_PER_DEG * np.cos(np.radians(lat)))  # as for many: the two cosines are not always the same
    while True:
        reach_lat, reach_lon = _reach_of_one(lat, reach_km)
        segment, part, distance_km = nearest_segment(
            lon,
            lat,
            east_km,
            KM_PER_DEG,
            lon - reach_lon,
            lat - reach_lat,
            lon + reach_lon,
            lat + reach_lat,
            grid.west,
            grid.south,
            grid.cell_deg,
            grid.columns,
            grid.rows,
            grid.first,
            grid.segment,
            _ALL_LINKS if among is None else among,
            first_segment,
            network.link_tail,
            network.link_head,
            network.node_lon,
            network.node_lat,
            network.shape_first,
            network.shape_lon,
            network.shape_lat,
        )
        if segment >= 0 and (distance_km <= reach_km or reach_km == MAX_SNAP_KM):
            break
        if reach_km == MAX_SNAP_KM:
            return None
        reach_km = min(3 * reach_km if segment < 0 else distance_km, MAX_SNAP_KM)  # nothing nearer lies beyond
    link, fraction = segment, part
    if network.has_shapes:
        links, fractions = fractions_on_links(network, np.array([segment]), np.array([part]))
        link, fraction = int(links[0]), float(fractions[0])
    point = point_on_link(network, link, fraction, lat, lon)
    return point if point.snap_km <= MAX_SNAP_KM else None


def snap_points(
    network: RoadNetwork, lat: FloatArray, lon: FloatArray, *, among: BoolArray | None = None
) -> list[SnappedPoint | None]:
    """What `snap_point` finds, for many places together.

    Parameters
    ----------
    network, among
        As for `snap_point`.
    lat, lon : (n,) ndarray of float64
        Degrees, WGS 84.

    Returns
    -------
    list of (SnappedPoint or None)
    """
    if len(lat) > AT_ONCE:  # so that memory stays small
        cuts = range(0, len(lat), AT_ONCE)
        parts = (snap_points(network, lat[cut : cut + AT_ONCE], lon[cut : cut + AT_ONCE], among=among) for cut in cuts)
        return [point for part in parts for point in part]
    found: list[SnappedPoint | None] = [None] * len(lat)
    waiting = np.arange(len(lat))
    reach_km = max(FIRST_LOOK_KM, network.grid.cell_deg * KM_PER_DEG / 2)
    while len(waiting):
        y, x = lat[waiting], lon[waiting]
        reach_lat, reach_lon = _reach_deg(y, reach_km)
        row, near = network.grid.segments_in_boxes(x - reach_lon, y - reach_lat, x + reach_lon, y + reach_lat)
        if among is not None:
            usable = among[links_of_segments(network, near)]
            row, near = row[usable], near[usable]
        part, distance_km = _nearest_on_segments(network, near, y[row], x[row])
        first = np.flatnonzero(np.diff(row, prepend=-1))
        least_km = np.minimum.reduceat(distance_km, first) if len(first) else distance_km
        best = np.flatnonzero(distance_km == np.repeat(least_km, np.diff(first, append=len(row))))
        best = best[np.lexsort((near[best], row[best]))]
        best = best[np.diff(row[best], prepend=-1) > 0]
        best = best[(distance_km[best] <= reach_km) | (reach_km == MAX_SNAP_KM)]
        links, fractions = fractions_on_links(network, near[best], part[best])
        place = waiting[row[best]]
        on_road = points_on_links(network, links, fractions)
        away_m = WGS84.inv(lon[place], lat[place], on_road[:, 0], on_road[:, 1])[2]
        for at, link, fraction, (on_lon, on_lat), metres in zip(
            place.tolist(), links.tolist(), fractions.tolist(), on_road.tolist(), away_m.tolist(), strict=True
        ):
            if metres / 1000 <= MAX_SNAP_KM:
                found[at] = SnappedPoint(link, fraction, on_lon, on_lat, metres / 1000)
        if reach_km == MAX_SNAP_KM:
            break
        waiting = np.setdiff1d(waiting, place, assume_unique=True)
        reach_km = min(3 * reach_km, MAX_SNAP_KM)
    return found


def list_near_points(
    network: RoadNetwork, lat: float, lon: float, *, among: BoolArray | None = None
) -> Iterator[tuple[SnappedPoint, float]]:
    """Points of the roads within 20 km, one a link, the nearest first; looked for as they are asked for.

    Parameters
    ----------
    network, lat, lon, among
        As for `snap_point`.

    Yields
    ------
    point : SnappedPoint
    heading_deg : float
        Direction of the road there, from its tail to its head, clockwise from north, -180 to 180.
    """
    seen: set[int] = set()
    reach_km = max(FIRST_LOOK_KM, network.grid.cell_deg * KM_PER_DEG / 2)
    while True:
        near = _segments_within(network, lat, lon, reach_km, among)
        part, distance_km = _nearest_on_segments(network, near, lat, lon)
        within = np.flatnonzero(distance_km <= reach_km)
        order = within[np.lexsort((near[within], distance_km[within]))]
        links, fractions = fractions_on_links(network, near[order], part[order])
        for segment, link, fraction in zip(near[order], links.tolist(), fractions.tolist(), strict=True):
            if link in seen:
                continue
            seen.add(link)
            point = point_on_link(network, link, fraction, lat, lon)
            if point.snap_km <= MAX_SNAP_KM:
                yield point, _heading(network, segment)
        if reach_km == MAX_SNAP_KM:
            return
        reach_km = min(3 * reach_km, MAX_SNAP_KM)


def nearest_on_links(network: RoadNetwork, links: Int64Array, lat: float, lon: float) -> tuple[FloatArray, FloatArray]:
    """Fraction of the nearest point of each link and its distance in km, on a plane that touches at the point."""
    row, segment = segments_of_links(network, links)
    part, distance_km = _nearest_on_segments(network, segment, lat, lon)
    if not network.has_shapes:
        return part, distance_km
    order = np.lexsort([distance_km, row])
    best = order[np.searchsorted(row, np.arange(len(links)))]
    return fractions_on_links(network, segment[best], part[best])[1], distance_km[best]


def point_on_link(network: RoadNetwork, link: int, fraction: float, lat: float, lon: float) -> SnappedPoint:
    """Point at a fraction of a link, with its geodesic distance from a place."""
    if network.has_shapes:
        on_lon, on_lat = points_on_links(network, [link], fraction)[0].tolist()
    else:  # one straight line takes a tenth of the time without arrays
        tail, head = network.link_tail[link], network.link_head[link]
        (tail_lon, head_lon), (tail_lat, head_lat) = (
            (float(axis[tail]), float(axis[head])) for axis in (network.node_lon, network.node_lat)
        )
        on_lon, on_lat = tail_lon + fraction * (head_lon - tail_lon), tail_lat + fraction * (head_lat - tail_lat)
    distance_m = WGS84.inv(lon, lat, on_lon, on_lat)[2]
    return SnappedPoint(link=link, fraction=fraction, lon=on_lon, lat=on_lat, snap_km=distance_m / 1000)


def _segments_within(
    network: RoadNetwork, lat: float, lon: float, reach_km: float, among: BoolArray | None
) -> Int64Array:
    """Segments that may lie within a distance of a point, in no order."""
    reach_lat, reach_lon = _reach_deg(lat, reach_km)
    near = network.grid.list_in_box(lon - reach_lon, lat - reach_lat, lon + reach_lon, lat + reach_lat)
    return near if among is None else near[among[links_of_segments(network, near)]]


def _reach_deg(lat: FloatArray | float, reach_km: float) -> tuple[float, Any]:
    """Degrees of latitude, and of longitude at a latitude, that are a distance at least."""
    reach_lat = reach_km / KM_PER_DEG * 1.02
    east = np.cos(np.radians(np.minimum(89.0, np.abs(lat) + reach_lat)))
    return reach_lat, np.minimum(180.0, reach_lat / np.maximum(east, 1e-3))


def _reach_of_one(lat: float, reach_km: float) -> tuple[float, float]:
    """`_reach_deg` for one point, which takes a tenth of the time."""
    reach_lat = reach_km / KM_PER_DEG * 1.02
    east = math.cos(math.radians(min(89.0, abs(lat) + reach_lat)))
    return reach_lat, min(180.0, reach_lat / max(east, 1e-3))


def _heading(network: RoadNetwork, segment: int) -> float:
    """Direction of a segment in degrees clockwise from north."""
    tail_lon, tail_lat, head_lon, head_lat = (float(each[0]) for each in segment_ends(network, np.array([segment])))
    return float(WGS84.inv(tail_lon, tail_lat, head_lon, head_lat)[0])


def _nearest_on_segments(
    network: RoadNetwork, segments: Int64Array, lat: FloatArray | float, lon: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, segments)
    east_km = KM_PER_DEG * np.cos(np.radians(lat))
    x, y = ((tail_lon - lon + 180) % 360 - 180) * east_km, (tail_lat - lat) * KM_PER_DEG
    dx, dy = (head_lon - tail_lon) * east_km, (head_lat - tail_lat) * KM_PER_DEG
    square = dx * dx + dy * dy
    part = np.clip(-(x * dx + y * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    x, y = x + part * dx, y + part * dy
    return part, np.sqrt(x * x + y * y)  # to the last bit what the kernel finds
