"""Lines as OSRM answers them: encoded or as GeoJSON, whole or simplified."""

from typing import Any

import numpy as np

from wayaround.routing.kernels.lines import keep_points
from wayaround.service.polyline import encode_polyline
from wayaround.units import FloatArray

__all__ = ["simplify_line", "write_line"]

_SCREEN = 1000.0
"""A simplified line looks like the whole one on a map of so many pixels."""


def write_line(points: FloatArray, geometries: str) -> str | dict[str, Any]:
    """A line of longitude and latitude in one of OSRM's three forms."""
    if geometries == "geojson":
        return {"type": "LineString", "coordinates": np.round(points, 6).tolist()}
    return encode_polyline(points, digits=6 if geometries == "polyline6" else 5)


def simplify_line(points: FloatArray) -> FloatArray:
    """The line without what nobody sees when all of it is on the screen (Douglas and Peucker, 1973)."""
    if len(points) < 3:
        return points
    simple: FloatArray = points[keep_points(points, _SCREEN)]
    return simple
