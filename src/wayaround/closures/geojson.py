"""Zones out of GeoJSON files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import GeometryCollection, shape
from shapely.geometry.base import BaseGeometry

from wayaround.closures.zone import Zone
from wayaround.errors import FileUnreadable

MAX_BYTES = 64 * 1024 * 1024
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
    content = read_json_file(path)
    try:
        areas = [shape(geometry) for geometry in _geometries(content)]
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
    flat = [part for area in areas for part in _parts(area)]
    return Zone.of(flat, label=f"{path.name}")


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
