"""Lines as OSRM answers them: encoded or as GeoJSON, whole or simplified."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from wayaround.routing.kernels.lines import keep_points
from wayaround.service.polyline import encode_polylines
from wayaround.units import FloatArray

__all__ = ["simplify_line", "write_line", "write_pieces"]

_SCREEN = 1000.0
"""A simplified line looks like the whole one on a map of so many pixels."""


def write_line(points: FloatArray, geometries: str) -> str | dict[str, Any]:
    """A line of longitude and latitude in one of OSRM's three forms."""
    return write_pieces(points, [0, len(points) - 1], geometries)[0]


def write_pieces(points: FloatArray, cuts: Sequence[int], geometries: str) -> Sequence[str | dict[str, Any]]:
    """The same of the pieces of a line, each from one of the cuts to the next, both of which are in it."""
    if geometries == "geojson":
        places = np.round(points, 6).tolist()
        return [{"type": "LineString", "coordinates": places[first : last + 1]} for first, last in pairwise(cuts)]
    return encode_polylines(points, cuts, digits=6 if geometries == "polyline6" else 5)


def simplify_line(points: FloatArray) -> FloatArray:
    """The line without what nobody sees when all of it is on the screen (Douglas and Peucker, 1973)."""
    if len(points) < 3:
        return points
    simple: FloatArray = points[keep_points(points, _SCREEN)]
    return simple
