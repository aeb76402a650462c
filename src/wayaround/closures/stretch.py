"""Lines against the edge of a zone: which meet it, and which stretch of each lies inside."""

import numpy as np
import numpy.typing as npt
import shapely

from wayaround.closures.zone import Zone
from wayaround.network.shapes import locate_on_lines
from wayaround.units import BoolArray, FloatArray, Int64Array

MOST_VERTICES = 1000
"""Lines are cut at the edges of a zone of more, which no circle has, one by one: else each is cut at all of them."""

PIECES_AT_ONCE = 20_000


def find_meeting(zone: Zone, lines: npt.NDArray[np.object_]) -> BoolArray:
    """Which lines meet a zone, one that only passes through included.

    Parameters
    ----------
    zone : Zone
        The area.
    lines : (n,) ndarray of shapely.LineString
        In longitude and latitude.

    Returns
    -------
    (n,) ndarray of bool

    Examples
    --------
    >>> zone = Zone.box(west=0, south=0, east=1, north=1)
    >>> find_meeting(zone, np.array([shapely.LineString([(-1, 0.5), (2, 0.5)]), shapely.LineString([(2, 2), (3, 3)])]))
    array([ True, False])
    """
    if not _has_many_edges(zone):
        shapely.prepare(zone.area)
        meeting: BoolArray = shapely.intersects(zone.area, lines)
        return meeting
    meeting = np.zeros(len(lines), dtype=np.bool_)
    for of_line in (_crossings_of_edge(zone, lines)[1], _ends_inside(zone, lines)[1]):
        meeting[of_line] = True
    return meeting


def stretch_inside(zone: Zone, lines: npt.NDArray[np.object_]) -> tuple[FloatArray, FloatArray]:
    """Stretch of each line from its first to its last point in a zone, as fractions of the line."""
    inside, row = _points_inside(zone, lines)
    at = locate_on_lines(lines, row, inside)
    start, end = np.ones(len(lines)), np.zeros(len(lines))
    np.minimum.at(start, row, at)
    np.maximum.at(end, row, at)
    touching = start > end  # met in a point that the intersection lost to rounding: concerned as a whole
    return np.where(touching, 0.0, start), np.where(touching, 1.0, end)


def _points_inside(zone: Zone, lines: npt.NDArray[np.object_]) -> tuple[FloatArray, Int64Array]:
    """Points of each line in a zone, the first and the last among them, and the row of the line that each is of."""
    if _has_many_edges(zone):
        # Where a line enters or leaves it meets an edge; else one of its ends is the first or the last point inside.
        met, line = _crossings_of_edge(zone, lines)
        ends, of_line = _ends_inside(zone, lines)
        return np.concatenate([met, ends]), np.concatenate([line, of_line])
    shapely.prepare(zone.area)
    at_edge = np.flatnonzero(~shapely.contains_properly(zone.area, lines))  # the others, mostly far more, are inside
    inside, of_line = shapely.get_coordinates(shapely.intersection(lines[at_edge], zone.area), return_index=True)
    return inside, at_edge[of_line]


def _has_many_edges(zone: Zone) -> bool:
    return int(shapely.get_num_coordinates(zone.area)) > MOST_VERTICES


def _crossings_of_edge(zone: Zone, lines: npt.NDArray[np.object_]) -> tuple[FloatArray, Int64Array]:
    """Points where lines meet the edge of a zone, and the row of the line that each is of.

    Straight pieces against straight edges, some thousands of pieces at a time: a comb across a continent meets many.
    """
    ring, ring_of = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(zone.area)), return_index=True)
    begin, along = _pieces(ring, ring_of)[:2]
    edges = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([begin, begin + along], axis=1)), dtype=object))
    piece, step, row = _pieces(*shapely.get_coordinates(lines, return_index=True))
    points, rows = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for first in range(0, len(piece), PIECES_AT_ONCE):
        some = slice(first, first + PIECES_AT_ONCE)
        near, edge = edges.query(shapely.linestrings(np.stack([piece[some], piece[some] + step[some]], axis=1)))
        near += first
        apart = begin[edge] - piece[near]
        turn = _cross(step[near], along[edge])
        with np.errstate(divide="ignore", invalid="ignore"):  # of parallels, which the edges beside them meet
            on_piece, on_edge = _cross(apart, along[edge]) / turn, _cross(apart, step[near]) / turn
        met = (on_piece >= 0) & (on_piece <= 1) & (on_edge >= 0) & (on_edge <= 1)
        points.append(piece[near[met]] + on_piece[met, None] * step[near[met]])
        rows.append(row[near[met]])
    return np.concatenate(points), np.concatenate(rows)


def _pieces(points: FloatArray, line: Int64Array) -> tuple[FloatArray, FloatArray, Int64Array]:
    """Straight pieces of lines: where each begins, how far it goes, and its line."""
    follows = line[1:] == line[:-1]
    return points[:-1][follows], np.diff(points, axis=0)[follows], line[:-1][follows]


def _cross(one: FloatArray, other: FloatArray) -> FloatArray:
    product: FloatArray = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _ends_inside(zone: Zone, lines: npt.NDArray[np.object_]) -> tuple[FloatArray, Int64Array]:
    """Ends of lines that lie in a zone, and the row of the line that each is of."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, which)) for which in (0, -1)])
    shapely.prepare(zone.area)
    within = shapely.intersects_xy(zone.area, ends[:, 0], ends[:, 1])
    return ends[within], np.tile(np.arange(len(lines)), 2)[within]
