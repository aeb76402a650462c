"""Points of a request on the road: by distance, radius, bearing or an earlier answer's hint."""

import base64
import binascii
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from wayaround.network.shapes import points_on_links
from wayaround.network.snap import WGS84, SnappedPoint, SnappedPoints, list_near_points, snap_point, snap_points
from wayaround.service.osrm_options import Bearing, OsrmError, PointOptions
from wayaround.service.served import ServedRoads
from wayaround.units import UNREACHABLE, Int64Array

__all__ = ["Waypoints", "describe_waypoint", "find_near_roads", "find_waypoints", "name_links"]
__all__ += ["name_of_link", "write_hint"]

_HINT = struct.Struct("<8siid")  # network, longitude and latitude as asked for in millionths of a degree, position
FEW = 3
"""Points that are looked for one by one, which takes less than to prepare for many."""

_LINK = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class Waypoints:
    """Points of a request and what they were taken to."""

    snapped: SnappedPoints
    points: tuple[SnappedPoint, ...]


def find_waypoints(served: ServedRoads, options: PointOptions) -> Waypoints:
    """Take every coordinate to the road.

    Raises
    ------
    OsrmError
        NoSegment, for the first that has none.
    """
    found = [
        _read_hint(served, hint, lon, lat) if hint else None
        for hint, (lon, lat) in zip(options.hints, options.coordinates, strict=True)
    ]
    missing = [row for row, point in enumerate(found) if point is None]
    anywhere = [row for row in missing if options.bearings[row] is None]
    if len(anywhere) > FEW:
        at = np.array([options.coordinates[row] for row in anywhere])
        snapped = snap_points(served.network, at[:, 1], at[:, 0], among=served.among)
        for row, point in zip(anywhere, snapped, strict=True):
            found[row] = point
    else:
        for row in anywhere:
            lon, lat = options.coordinates[row]
            found[row] = snap_point(served.network, lat, lon, among=served.among)
    for row in missing:
        bearing = options.bearings[row]
        if bearing is not None:
            near = find_near_roads(served, *options.coordinates[row], bearing, number=1)
            found[row] = near[0] if near else None
    points = []
    for row, point in enumerate(found):
        if point is None or point.snap_km * 1000 > options.radiuses_m[row]:
            raise OsrmError("NoSegment", f"Could not find a matching segment for coordinate {row}")
        points.append(point)
    places = [(lat, lon) for lon, lat in options.coordinates]
    return Waypoints(SnappedPoints.of(places, points), tuple(points))


def find_near_roads(
    served: ServedRoads, lon: float, lat: float, bearing: Bearing | None, *, number: int
) -> list[SnappedPoint]:
    """The nearest roads within 20 km, one point a link, those first that are nearest."""
    weights = served.open_roads.roads.base
    points: list[SnappedPoint] = []
    for point, along_deg in list_near_points(served.network, lat, lon, among=served.among):
        if bearing is not None:
            ways = [(weights.forward_ds, along_deg), (weights.backward_ds, along_deg + 180)]
            if not any(
                time_ds[point.link] < UNREACHABLE and _turn(heading, bearing.degrees) <= bearing.tolerance_deg
                for time_ds, heading in ways
            ):
                continue
        points.append(point)
        if len(points) == number:
            break
    return points


def _turn(one_deg: float, other_deg: float) -> float:
    """Angle between two directions in degrees, 0 to 180."""
    return abs((one_deg - other_deg + 180) % 360 - 180)


def describe_waypoint(served: ServedRoads, options: PointOptions, row: int, point: SnappedPoint) -> dict[str, Any]:
    """OSRM's object for a point on the road."""
    waypoint: dict[str, Any] = {
        "distance": round(point.snap_km * 1000, 3),
        "name": name_of_link(served, point.link),
        "location": [round(point.lon, 6), round(point.lat, 6)],
    }
    if options.generate_hints:
        waypoint["hint"] = write_hint(served, *options.coordinates[row], point)
    return waypoint


def name_of_link(served: ServedRoads, link: int) -> str:
    """Name of the road, or the empty text where the map has none."""
    attributes = served.network.attributes
    if attributes is None:
        return ""
    return attributes.text(int(attributes.name[link])) or attributes.text(int(attributes.ref[link]))


def name_links(served: ServedRoads, links: Int64Array) -> list[str]:
    """`name_of_link` of each."""
    if served.network.attributes is None:
        return [""] * len(links)
    return [name_of_link(served, link) for link in links.tolist()]


def write_hint(served: ServedRoads, lon: float, lat: float, point: SnappedPoint) -> str:
    """A point on the road as text, so that it need not be looked for again."""
    asked = round(lon * 1e6), round(lat * 1e6)
    packed = _HINT.pack(served.network.digest[:8].encode(), *asked, point.fraction) + _LINK.pack(point.link)
    return base64.urlsafe_b64encode(packed).decode("ascii")


def _read_hint(served: ServedRoads, hint: str, lon: float, lat: float) -> SnappedPoint | None:
    """The point that a hint means; None for one of another network or place, which is looked for afresh, as in OSRM."""
    network = served.network
    try:
        packed = base64.urlsafe_b64decode(hint)
        digest, at_lon, at_lat, fraction = _HINT.unpack(packed[: _HINT.size])
        (link,) = _LINK.unpack(packed[_HINT.size :])
    except (binascii.Error, struct.error):
        return None
    mine = digest == network.digest[:8].encode() and (at_lon, at_lat) == (round(lon * 1e6), round(lat * 1e6))
    on_road = 0 <= link < network.links and math.isfinite(fraction) and 0 <= fraction <= 1
    if not mine or not on_road or (served.among is not None and not served.among[link]):
        return None
    on_lon, on_lat = points_on_links(network, np.array([link]), fraction)[0].tolist()
    snap_km = WGS84.inv(lon, lat, on_lon, on_lat)[2] / 1000
    return SnappedPoint(link=link, fraction=fraction, lon=on_lon, lat=on_lat, snap_km=snap_km)
