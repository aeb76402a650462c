"""Kernels of `wayaround.network.snap`: the piece of road that is nearest to a point."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import math

import numpy as np

from wayaround.routing.kernels.signature import f64, i64, kernel, r32, r64, rb, rf, several


@kernel(i64(r64, i64))
def link_of_segment(first_segment, segment):
    """The link that a segment belongs to."""
    low, high = np.int64(0), np.int64(len(first_segment) - 1)
    while high - low > 1:
        middle = (low + high) >> 1
        if first_segment[middle] <= segment:
            low = middle
        else:
            high = middle
    return low


@kernel(
    several(i64, f64, f64)(
        f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, i64, i64, r32, r32, rb, r64, r32, r32, rf, rf, r32, rf,
        rf,
    )
)  # fmt: skip
def nearest_segment(
    lon, lat, east_km, north_km, west, south, east, north, grid_west, grid_south, cell_deg, columns, rows, first,
    segments, among, first_segment, link_tail, link_head, node_lon, node_lat, shape_first, shape_lon, shape_lat,
):  # fmt: skip
    """Nearest segment of those that the grid lists in a box, how far along it the nearest point is, and kilometres.

    `east_km` and `north_km` are those of a degree at the point. Of segments equally near it is the lowest; -1 where
    there is none. `among` may be empty: then all links count. Without shape points a segment is a link.
    """
    best, part_of_best, least_km = np.int64(-1), 0.0, math.inf
    has_shapes = len(shape_lon) > 0
    low = max(np.int64(math.floor((south - grid_south) / cell_deg)), np.int64(0))
    high = min(np.int64(math.floor((north - grid_south) / cell_deg)), rows - 1)
    for turn in (-360.0, 0.0, 360.0):
        left = max(np.int64(math.floor((west + turn - grid_west) / cell_deg)), np.int64(0))
        right = min(np.int64(math.floor((east + turn - grid_west) / cell_deg)), columns - 1)
        if left > right:
            continue
        for row in range(low, high + 1):
            for entry in range(first[row * columns + left], first[row * columns + right + 1]):
                segment = np.int64(segments[entry])
                link, at = segment, np.int64(-1)
                if has_shapes:
                    link = link_of_segment(first_segment, segment)
                    at = segment - link - 1  # the shape point on the tail's side
                if len(among) > 0 and not among[link]:
                    continue
                tail_lon, tail_lat = node_lon[link_tail[link]], node_lat[link_tail[link]]
                head_lon, head_lat = node_lon[link_head[link]], node_lat[link_head[link]]
                if has_shapes and at >= shape_first[link]:
                    tail_lon, tail_lat = shape_lon[at], shape_lat[at]
                if has_shapes and at + 1 < shape_first[link + 1]:
                    head_lon, head_lat = shape_lon[at + 1], shape_lat[at + 1]
                x, y = ((tail_lon - lon + 180.0) % 360.0 - 180.0) * east_km, (tail_lat - lat) * north_km
                dx, dy = (head_lon - tail_lon) * east_km, (head_lat - tail_lat) * north_km
                square = dx * dx + dy * dy
                part = min(max(-(x * dx + y * dy) / (square if square > 0 else 1.0), 0.0), 1.0)
                x, y = x + part * dx, y + part * dy
                km = math.sqrt(x * x + y * y)
                if km < least_km or (km == least_km and segment < best):
                    best, part_of_best, least_km = segment, part, km
    return best, part_of_best, least_km
