"""What lies under the widget's map: roads, coasts and borders of a box, as fine as the screen shows them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from wayaround.network.road_network import RoadNetwork
from wayaround.reports.basemap import View, boundary_lines, cities_in, road_segments
from wayaround.units import FloatArray

__all__ = ["Box", "box_of_view", "describe_ground", "pack_lines"]

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees; longitudes may lie past 180."""

NAMED_CITIES = 60
MOST_LAT = 84.0
"""Where a map in Mercator's projection ends, north and south."""

DETAIL = 1200
"""Ends of roads are rounded to the box's longer side over this, and what then coincides is sent once."""


def describe_ground(network: RoadNetwork, box: Box) -> dict[str, Any]:
    """Roads, borders and cities of a box.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    box : tuple of float
        West, south, east and north in degrees.

    Returns
    -------
    dict
        `box`; `roads` and `borders` as `pack_lines` gives them; `cities`, the largest first, as [name, lon, lat].
    """
    view = _view_of_box(box)
    resolution = max(view.half_width, view.half_height) * 2 / DETAIL
    middle = np.array([view.lon, 0.0])
    roads = road_segments(network, view, resolution=resolution) + middle
    borders = [_thin(line, resolution) + middle for line in boundary_lines(view)]
    return {
        "box": list(box),
        "roads": pack_lines(roads),
        "borders": pack_lines(borders),
        "cities": [[name, view.lon + x, y] for name, x, y in cities_in(view, NAMED_CITIES)],
    }


def pack_lines(lines: Sequence[FloatArray] | FloatArray) -> dict[str, bytes]:
    """Lines as bytes that a browser reads in place.

    Parameters
    ----------
    lines : sequence of (n, 2) array_like
        Longitude and latitude of the points of each; a line may be empty.

    Returns
    -------
    dict
        `points`, float32 pairs of all lines one after the other, and `first`, int32: where each begins, and the end.

    Examples
    --------
    >>> packed = pack_lines([np.array([[0.0, 1.0], [2.0, 3.0]]), np.zeros((0, 2))])
    >>> np.frombuffer(packed["points"], dtype=np.float32).tolist()
    [0.0, 1.0, 2.0, 3.0]
    >>> np.frombuffer(packed["first"], dtype=np.int32).tolist()
    [0, 2, 2]
    """
    first = np.cumsum([0, *(len(line) for line in lines)], dtype=np.int32)
    points = np.concatenate([np.zeros((0, 2)), *lines])
    return {"points": points.astype("<f4").tobytes(), "first": first.astype("<i4").tobytes()}


def box_of_view(view: View) -> Box:
    """The box of a view, within the latitudes of a Mercator map."""
    west, south, east, north = view.box
    return west, max(south, -MOST_LAT), east, min(north, MOST_LAT)


def _view_of_box(box: Box) -> View:
    west, south, east, north = box
    return View((west + east) / 2, (south + north) / 2, 1.0, (east - west) / 2, (north - south) / 2)


def _thin(line: FloatArray, resolution: float) -> FloatArray:
    """A line on a grid, without points that fall together."""
    cell = np.rint(line / resolution)
    kept = np.append(True, (np.diff(cell, axis=0) != 0).any(axis=1))
    thin: FloatArray = cell[kept] * resolution
    return thin
