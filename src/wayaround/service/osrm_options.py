"""Path and query of a request in OSRM's HTTP API v5, read into one checked object per service."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qsl

from wayaround.service.polyline import decode_polyline

__all__ = ["Bearing", "NearestOptions", "OsrmError", "PointOptions", "RouteOptions", "TableOptions"]
__all__ += ["read_nearest", "read_route", "read_table"]

GEOMETRIES = ("polyline", "polyline6", "geojson")
OVERVIEWS = ("simplified", "full", "false")
ROUTE_ANNOTATIONS = ("duration", "nodes", "distance", "weight", "datasources", "speed")
TABLE_ANNOTATIONS = ("duration", "distance")
DEFAULT_TOLERANCE_DEG = 100.0
MOST_OPTIONS = 64
SHORT = 200
"""Letters of a query that is worth keeping as it was read."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,3})?\Z")
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_NAMES = re.compile(r"[a-z,]{1,100}\Z")
_HINT = re.compile(r"[A-Za-z0-9_=-]{0,512}\Z")
_Value = TypeVar("_Value")


class OsrmError(Exception):
    """An answer that is no Ok: one of OSRM's codes, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Bearing:
    """Direction in which a road must leave a point, and by how much it may differ, in degrees clockwise from north."""

    degrees: float
    tolerance_deg: float


@dataclass(frozen=True, slots=True)
class PointOptions:
    """What every service is told of its points.

    Parameters
    ----------
    coordinates : tuple of (longitude, latitude)
        Degrees.
    radiuses_m : tuple of float
        How far a road may lie; infinite where that is not said.
    bearings : tuple of (Bearing or None)
        Direction of the road.
    hints : tuple of str
        What an earlier answer said of the point; empty where there is none.
    generate_hints, skip_waypoints : bool
        What to say of the points.
    closures : str
        JSON, empty if there are none.
    exclude : frozenset of str
        Kinds of roads to do without.
    """

    coordinates: tuple[tuple[float, float], ...]
    radiuses_m: tuple[float, ...]
    bearings: tuple[Bearing | None, ...]
    hints: tuple[str, ...]
    generate_hints: bool
    skip_waypoints: bool
    closures: str
    exclude: frozenset[str]


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What `/route` is told."""

    points: PointOptions
    alternatives: int
    steps: bool
    annotations: tuple[str, ...]
    geometries: str
    overview: str
    waypoints: tuple[int, ...]
    continue_straight: bool


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What `/table` is told."""

    points: PointOptions
    sources: tuple[int, ...]
    destinations: tuple[int, ...]
    annotations: tuple[str, ...]
    fallback_speed: float
    fallback_from_input: bool
    scale_factor: float


@dataclass(frozen=True, slots=True)
class NearestOptions:
    """What `/nearest` is told."""

    points: PointOptions
    number: int


class _Asked:
    """Options of a query, taken one by one; what is left over is unknown."""

    def __init__(self, query: str) -> None:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_OPTIONS)
        except ValueError as error:
            raise OsrmError("InvalidQuery", "Query string malformed: not UTF-8, or too many options.") from error
        self.left = dict(pairs)

    def take(self, name: str, read: Callable[[str], _Value], default: _Value) -> _Value:
        text = self.left.pop(name, None)
        if text is None:
            return default
        try:
            return read(text)
        except ValueError as error:
            raise OsrmError("InvalidQuery", f"Query string malformed: {name} is {_short(text)}.") from error

    def take_each(self, name: str, read: Callable[[str], _Value], default: _Value, count: int) -> tuple[_Value, ...]:
        """One value a coordinate; empty elements take the default."""

        def read_all(text: str) -> tuple[_Value, ...]:
            return tuple(read(part) if part else default for part in text.split(";"))

        every: tuple[_Value, ...] = (default,) * count
        values = self.take(name, read_all, every)
        if len(values) != count:
            raise OsrmError(
                "InvalidOptions",
                f"Number of elements in {name} size {len(values)} does not match coordinate size {count}",
            )
        return values

    def close(self) -> None:
        if self.left:
            raise OsrmError("InvalidQuery", f"Query string malformed: {_short(next(iter(self.left)))} is no option.")


def read_route(coordinates: str, query: str, *, most_places: int, most_alternatives: int) -> RouteOptions:
    """Read a request for routes.

    Raises
    ------
    OsrmError
        InvalidQuery where it does not read, InvalidOptions and InvalidValue where values do not fit, TooBig.

    Examples
    --------
    >>> asked = read_route("36.29,33.51;44.37,33.32", "overview=full", most_places=10, most_alternatives=3)
    >>> asked.points.coordinates, asked.overview
    (((36.29, 33.51), (44.37, 33.32)), 'full')
    """
    places = _read_coordinates(coordinates, most_places)
    read = _read_route_options if len(query) <= SHORT else _read_route_options.__wrapped__
    options = read(query, len(places), most_alternatives)
    return replace(options, points=replace(options.points, coordinates=places))


@lru_cache(maxsize=1024)
def _read_route_options(query: str, count: int, most_alternatives: int) -> RouteOptions:
    """Options for some number of places, which are yet to be put in: most who ask change these alone."""
    asked = _Asked(query)
    if count < 2:
        raise OsrmError("InvalidOptions", "Number of coordinates needs to be at least two.")
    options = RouteOptions(
        points=_read_point_options(asked, count),
        alternatives=asked.take("alternatives", _read_alternatives, 0),
        steps=asked.take("steps", _read_flag, False),
        annotations=asked.take("annotations", _read_route_annotations, ()),
        geometries=asked.take("geometries", _one_of(GEOMETRIES), "polyline"),
        overview=asked.take("overview", _one_of(OVERVIEWS), "simplified"),
        waypoints=asked.take("waypoints", _read_indices, tuple(range(count))),
        continue_straight=asked.take("continue_straight", _one_of(("default", "true", "false")), "default") == "true",
    )
    asked.close()
    if options.alternatives > most_alternatives:
        raise OsrmError(
            "TooBig", f"Requested number of alternatives is higher than current maximum ({most_alternatives})"
        )
    inner = options.waypoints
    if not inner or inner[0] != 0 or inner[-1] != count - 1 or list(inner) != sorted(set(inner)):
        raise OsrmError("InvalidOptions", "waypoints must rise, from the first coordinate to the last.")
    return options


def read_table(coordinates: str, query: str, *, most_places: int) -> TableOptions:
    """Read a request for a table; errors as for `read_route`."""
    asked = _Asked(query)
    points = _read_points(coordinates, asked, most_places)
    count = len(points.coordinates)
    if count < 2:
        raise OsrmError("InvalidOptions", "Number of coordinates needs to be at least two.")
    every = tuple(range(count))
    options = TableOptions(
        points=points,
        sources=asked.take("sources", _read_indices_or_all, ()) or every,
        destinations=asked.take("destinations", _read_indices_or_all, ()) or every,
        annotations=asked.take("annotations", _read_table_annotations, ("duration",)),
        fallback_speed=asked.take("fallback_speed", _read_number, 0.0),
        fallback_from_input=asked.take("fallback_coordinate", _one_of(("input", "snapped")), "input") == "input",
        scale_factor=asked.take("scale_factor", _read_number, 1.0),
    )
    asked.close()
    for name, rows in (("Source", options.sources), ("Destination", options.destinations)):
        if max(rows) >= count:
            raise OsrmError("InvalidOptions", f"{name} index out of bounds; there are {count} coordinates.")
        if len(rows) > most_places:
            raise OsrmError("TooBig", f"Number of entries {len(rows)} is higher than current maximum ({most_places})")
    if not (0 <= options.fallback_speed <= 1e6) or not (0 < options.scale_factor <= 1e6):
        raise OsrmError("InvalidOptions", "scale_factor and fallback_speed are positive, and a million at most.")
    return options


def read_nearest(coordinates: str, query: str, *, most_roads: int) -> NearestOptions:
    """Read a request for the nearest roads; errors as for `read_route`."""
    asked = _Asked(query)
    points = _read_points(coordinates, asked, 1)
    number = asked.take("number", _read_index, 1)
    asked.close()
    if number < 1:
        raise OsrmError("InvalidOptions", "Number must be one or more.")
    if number > most_roads:
        raise OsrmError("TooBig", f"Number of results {number} is higher than current maximum ({most_roads})")
    return NearestOptions(points, number)


def _read_points(text: str, asked: _Asked, most_places: int) -> PointOptions:
    coordinates = _read_coordinates(text, most_places)
    return replace(_read_point_options(asked, len(coordinates)), coordinates=coordinates)


def _read_point_options(asked: _Asked, count: int) -> PointOptions:
    points = PointOptions(
        coordinates=(),
        radiuses_m=asked.take_each("radiuses", _read_radius, math.inf, count),
        bearings=asked.take_each("bearings", _read_bearing, None, count),
        hints=asked.take_each("hints", _read_hint, "", count),
        generate_hints=asked.take("generate_hints", _read_flag, True),
        skip_waypoints=asked.take("skip_waypoints", _read_flag, False),
        closures=asked.take("closures", str, ""),
        exclude=asked.take("exclude", _read_names, frozenset()),
    )
    asked.take_each("approaches", _one_of(("curb", "opposite", "unrestricted")), "unrestricted", count)
    asked.take("snapping", _one_of(("default", "any")), "default")
    for bearing in points.bearings:
        if bearing is not None and not (0 <= bearing.degrees <= 360 and 0 <= bearing.tolerance_deg <= 180):
            raise OsrmError("InvalidOptions", "A bearing is 0 to 360 degrees, and its range 0 to 180.")
    if any(radius < 0 for radius in points.radiuses_m):
        raise OsrmError("InvalidOptions", "A radius is zero or more metres.")
    return points


def _read_coordinates(text: str, most_places: int) -> tuple[tuple[float, float], ...]:
    text = text.removesuffix(".json")
    if text.endswith(".flatbuffers"):
        raise OsrmError("NotImplemented", "Answers are JSON; leave out .flatbuffers.")
    try:
        for name, digits in (("polyline6(", 6), ("polyline(", 5)):
            if text.startswith(name):
                if not text.endswith(")"):
                    raise ValueError
                found = decode_polyline(text[len(name) : -1], digits=digits)
                break
        else:
            parts = text.split(";")
            if len(parts) > most_places:
                raise _too_many(len(parts), most_places)
            found = [_read_pair(part) for part in parts]
    except ValueError as error:
        raise OsrmError("InvalidQuery", "Query string malformed: coordinates are lon,lat;lon,lat.") from error
    if len(found) > most_places:
        raise _too_many(len(found), most_places)
    for lon, lat in found:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise OsrmError("InvalidValue", "Invalid coordinate value.")
    return tuple(found)


def _too_many(count: int, most: int) -> OsrmError:
    return OsrmError("TooBig", f"Number of entries {count} is higher than current maximum ({most})")


def _read_pair(text: str) -> tuple[float, float]:
    lon, _, lat = text.partition(",")
    return _read_number(lon), _read_number(lat)


def _read_number(text: str) -> float:
    if not _NUMBER.match(text):
        raise ValueError(text)
    return float(text)


def _read_index(text: str) -> int:
    if not _DIGITS.match(text):
        raise ValueError(text)
    return int(text)


def _read_indices(text: str) -> tuple[int, ...]:
    return tuple(map(_read_index, text.split(";")))


def _read_indices_or_all(text: str) -> tuple[int, ...]:
    return () if text == "all" else _read_indices(text)


def _read_names(text: str) -> frozenset[str]:
    if not _NAMES.match(text):
        raise ValueError(text)
    return frozenset(text.split(","))


def _read_flag(text: str) -> bool:
    return _one_of(("true", "false"))(text) == "true"


def _read_alternatives(text: str) -> int:
    return int(text == "true") if text in ("true", "false") else _read_index(text)


def _read_radius(text: str) -> float:
    return math.inf if text == "unlimited" else _read_number(text)


def _read_bearing(text: str) -> Bearing | None:
    degrees, comma, tolerance = text.partition(",")
    return Bearing(_read_number(degrees), _read_number(tolerance) if comma else DEFAULT_TOLERANCE_DEG)


def _read_hint(text: str) -> str:
    if not _HINT.match(text):
        raise ValueError(text)
    return text


def _read_route_annotations(text: str) -> tuple[str, ...]:
    if text in ("true", "false"):
        return ROUTE_ANNOTATIONS if text == "true" else ()
    return tuple(map(_one_of(ROUTE_ANNOTATIONS), text.split(",")))


def _read_table_annotations(text: str) -> tuple[str, ...]:
    return tuple(map(_one_of(TABLE_ANNOTATIONS), text.split(",")))


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def _short(text: str) -> str:
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")
