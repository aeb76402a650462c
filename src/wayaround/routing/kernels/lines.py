"""Kernels for drawn lines: simplified, and written as text."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import math

import numpy as np

from wayaround.routing.kernels.signature import f64, kernel, r64, rrf, several, w64, wb, wu8

_MOST_LETTERS = 14  # of a point: 180 degrees in millionths are seven chunks of five bits at most


@kernel(wb(rrf, f64))
def keep_points(points, parts):
    """Which points of a line stay when none that goes lies further from it than that part of its longer side.

    Douglas and Peucker, 1973.
    """
    count = len(points)
    west, south, east, north = points[0, 0], points[0, 1], points[0, 0], points[0, 1]
    for n in range(count):
        west, east = min(west, points[n, 0]), max(east, points[n, 0])
        south, north = min(south, points[n, 1]), max(north, points[n, 1])
    tolerance = max(east - west, north - south) / parts
    kept = np.zeros(count, np.bool_)
    kept[0] = kept[count - 1] = True
    stack = np.empty((64, 2), np.int64)
    stack[0, 0], stack[0, 1], height = 0, count - 1, 1
    while height > 0:
        height -= 1
        first, last = stack[height, 0], stack[height, 1]
        x, y = points[first, 0], points[first, 1]
        dx, dy = points[last, 0] - x, points[last, 1] - y
        square = dx * dx + dy * dy
        farthest, at = -1.0, first
        for n in range(first + 1, last):
            px, py = points[n, 0] - x, points[n, 1] - y
            along = min(max((px * dx + py * dy) / square, 0.0), 1.0) if square > 0 else 0.0
            away = (px - along * dx) ** 2 + (py - along * dy) ** 2
            if away > farthest:
                farthest, at = away, n
        if math.sqrt(farthest) > tolerance if farthest > 0 else False:
            kept[at] = True
            if height + 2 > len(stack):
                stack = np.concatenate((stack, np.empty((len(stack), 2), np.int64)))
            stack[height, 0], stack[height, 1] = first, at
            stack[height + 1, 0], stack[height + 1, 1] = at, last
            height += 2
    return kept


@kernel(several(wu8, w64)(rrf, r64, f64))
def write_letters(points, cuts, scale):
    """Letters of lines in Google's encoded polyline algorithm format, `scale` whole numbers a degree.

    The lines lie one after the other, each from one of the cuts to the next; gives where the letters of each end.
    """
    letters = np.empty(_MOST_LETTERS * (len(points) + len(cuts)), np.uint8)
    ends = np.empty(len(cuts) - 1, np.int64)
    count = 0
    for line in range(len(cuts) - 1):
        before_lon, before_lat = np.int64(0), np.int64(0)
        for n in range(cuts[line], cuts[line + 1] + 1):
            lon, lat = np.int64(np.rint(points[n, 0] * scale)), np.int64(np.rint(points[n, 1] * scale))
            for step in (lat - before_lat, lon - before_lon):
                value = ~(step << 1) if step < 0 else step << 1
                while value >= 32:
                    letters[count] = (value & 31) + 95
                    count += 1
                    value >>= 5
                letters[count] = value + 63
                count += 1
            before_lon, before_lat = lon, lat
        ends[line] = count
    return letters[:count].copy(), ends
