"""Zones out of GeoJSON files."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from shapely.errors import ShapelyError
from shapely.geometry import GeometryCollection, shape
from shapely.geometry.base import BaseGeometry

from wayaround.closures.zone import Zone
from wayaround.errors import FileUnreadable

MAX_BYTES = 64 * 1024 * 1024
T = TypeVar("T")
_WGS84 = re.compile(r"CRS84|EPSG:+4326\b", re.IGNORECASE)


def read_zone(path: Path) -> Zone:
    """All polygons of a GeoJSON file (RFC 7946) as one zone.

    Parameters
    ----------
    path : Path
        FeatureCollection, Feature or bare geometry, in longitude and latitude.

    Raises
    ------
    FileUnreadable
        Missing, too large, no GeoJSON, or a geometry that cannot be read.
    GeometryInvalid
        A polygon that is no plain area, or no polygon at all.
    """
    return _zone_of(_read(path, lambda content: [shape(geometry) for geometry in _geometries(content)]), path.name)


@dataclass(frozen=True, slots=True)
class Area:
    """A feature of a GeoJSON file.

    Parameters
    ----------
    zone : Zone
        Its polygons.
    properties : mapping
        What the file says of it.
    """

    zone: Zone
    properties: Mapping[str, Any]


def read_areas(path: Path) -> tuple[Area, ...]:
    """Each feature of a GeoJSON file with its properties; parameters and errors as for `read_zone`.

    Features without a geometry are left out.
    """

    def take(content: Any) -> list[tuple[list[BaseGeometry], Mapping[str, Any]]]:
        features = content["features"] if content["type"] == "FeatureCollection" else [content]
        if any(feature["type"] != "Feature" for feature in features):
            raise ValueError("its polygons stand in no features, which alone have properties")
        return [
            ([shape(geometry) for geometry in _geometries(feature)], dict(feature.get("properties") or {}))
            for feature in features
        ]

    found = enumerate(_read(path, take), start=1)
    return tuple(
        Area(_zone_of(areas, f"feature {number} of {path.name}"), properties)
        for number, (areas, properties) in found
        if areas
    )


def _zone_of(areas: list[BaseGeometry], label: str) -> Zone:
    return Zone.of([part for area in areas for part in _parts(area)], label=label)


def _read(path: Path, take: Callable[[Any], T]) -> T:
    """What is taken out of the content of a file; whatever goes wrong meanwhile is the file's fault."""
    content = read_json_file(path)
    try:
        return take(content)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        ShapelyError,
    ) as error:
        raise FileUnreadable(f'"{path}" is no GeoJSON of polygons that can be read ({error}).') from error


def read_json_file(path: Path) -> Any:
    """What a file of GeoJSON holds, in longitude and latitude.

    Raises
    ------
    FileUnreadable
        Missing, larger than 64 MB, no JSON, or in another reference system.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileUnreadable(f'"{path}" is larger than {MAX_BYTES >> 20} MB.')
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        _check_reference_system(content)
    except OSError as error:
        if isinstance(error, FileUnreadable):
            raise
        raise FileUnreadable(f'cannot read "{path}": {error.strerror}.', ids=[str(path)]) from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f'"{path}" is no GeoJSON that can be read ({error}).') from error
    return content


def _check_reference_system(content: Any) -> None:
    """Refuse what an older GeoJSON may say: coordinates of another system, which would lie elsewhere in silence."""
    system = content.get("crs") if isinstance(content, dict) else None
    if system is not None and not _WGS84.search(json.dumps(system)):
        raise ValueError("its crs is not WGS 84; convert it to longitude and latitude")


def _geometries(content: Any) -> Iterator[Any]:
    if not isinstance(content, dict) or "type" not in content:
        raise ValueError('an object with a "type" is missing')
    kind = content["type"]
    if kind == "FeatureCollection":
        for feature in content["features"]:
            yield from _geometries(feature)
    elif kind == "Feature":
        if content["geometry"] is not None:
            yield content["geometry"]
    else:
        yield content


def _parts(area: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(area, GeometryCollection):
        return [part for inner in area.geoms for part in _parts(inner)]
    return [area]
