"""The drawn course of links: their pieces, points at fractions of them, stretches cut out of them.

A link is drawn from its tail through its shape points to its head, straight in longitude and latitude between two
of them; each such piece is a segment. Segments are numbered link by link, so a network without shape points has as
many segments as links, under the same numbers. A fraction of a link is a share of its drawn length, with degrees
of longitude shortened as in the middle between its ends.
"""

import numpy as np
import numpy.typing as npt
import shapely

from wayaround.network.road_network import RoadNetwork
from wayaround.units import FloatArray, Int64Array

LEAST_STRETCH = 0.01
"""Cosine of the latitude from which degrees of longitude are no longer shortened, next to the poles."""

_EXACT = 1e12
"""Drawn lengths are added up in whole millionths of a millionth of a degree."""


def segments_of_links(network: RoadNetwork, links: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Segments of links in drawing order: the row of `links` that each belongs to, and its number."""
    if not network.has_shapes:
        return np.arange(len(links)), links
    count = network.shape_first[links + 1] - network.shape_first[links] + 1
    row = np.repeat(np.arange(len(links)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, network.shape_first[links][row] + links[row] + step


def links_of_segments(network: RoadNetwork, segments: Int64Array) -> Int64Array:
    """The link that each segment belongs to."""
    if not network.has_shapes:
        return segments
    return np.searchsorted(network.first_segment, segments, side="right") - 1


def segment_ends(network: RoadNetwork, segments: Int64Array) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Longitude and latitude of both ends of segments: tail side first."""
    links = links_of_segments(network, segments)
    tail, head = network.link_tail[links], network.link_head[links]
    lon, lat = network.node_lon, network.node_lat
    if not network.has_shapes:
        return lon[tail], lat[tail], lon[head], lat[head]
    first, end = network.shape_first[links], network.shape_first[links + 1]
    before = segments - links - 1  # the shape point at the tail's side; the one after it is at the head's
    is_first, is_last = before < first, before + 1 >= end
    last = len(network.shape_lon) - 1
    behind, ahead = np.clip(before, 0, last), np.clip(before + 1, 0, last)
    return (
        np.where(is_first, lon[tail], network.shape_lon[behind]),
        np.where(is_first, lat[tail], network.shape_lat[behind]),
        np.where(is_last, lon[head], network.shape_lon[ahead]),
        np.where(is_last, lat[head], network.shape_lat[ahead]),
    )


def link_points(network: RoadNetwork, links: Int64Array) -> tuple[Int64Array, FloatArray]:
    """All points of links, tail to head: the row of `links` of each, and (n, 2) longitude and latitude."""
    row, segment = segments_of_links(network, links)
    tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, segment)
    last_segment = np.searchsorted(row, np.arange(len(links)), side="right") - 1
    points = np.empty((len(row) + len(links), 2))
    # Each link has one point more than segments, so a segment's tail is moved by the links before it.
    points[np.arange(len(row)) + row] = np.column_stack([tail_lon, tail_lat])
    points[last_segment + np.arange(len(links)) + 1] = np.column_stack([head_lon, head_lat])[last_segment]
    return np.sort(np.concatenate([row, np.arange(len(links))])), points


def point_shares(row: Int64Array, points: FloatArray) -> FloatArray:
    """Share of the drawn length at which each point of `link_points` lies; 0 on lines of no length."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    last = np.append(first, len(row))[1:] - 1
    count = last - first + 1
    middle = (points[first, 1] + points[last, 1]) / 2
    stretch = np.repeat(np.maximum(np.cos(np.radians(middle)), LEAST_STRETCH), count)
    step = np.hypot(np.diff(points[:, 0], prepend=0.0) * stretch, np.diff(points[:, 1], prepend=0.0))
    step[first] = 0.0
    along = np.cumsum(np.rint(step * _EXACT).astype(np.int64))  # integers, so no link's shares depend on the others
    along -= np.repeat(along[first], count)
    total = np.repeat(along[last], count)
    share = np.minimum(along / np.where(total > 0, total, 1.0), 1.0)
    share[last] = np.where(along[last] > 0, 1.0, 0.0)
    return share


def points_on_links(network: RoadNetwork, links: npt.ArrayLike, fraction: npt.ArrayLike) -> FloatArray:
    """Longitude and latitude of points at fractions of links.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    links : (n,) array_like of int
        The links.
    fraction : (n,) array_like of float
        Where on each, from 0 at its tail to 1 at its head; one value serves all.

    Returns
    -------
    (n, 2) ndarray of float64
    """
    ids = np.asarray(links, dtype=np.int64)
    share = np.broadcast_to(np.asarray(fraction, dtype=np.float64), ids.shape)
    if not network.has_shapes:
        tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, ids)
        return np.column_stack([tail_lon + share * (head_lon - tail_lon), tail_lat + share * (head_lat - tail_lat)])
    row, points = link_points(network, ids)
    along = point_shares(row, points)
    number = np.arange(len(ids))
    first = np.searchsorted(row, number)
    last = np.searchsorted(row, number, side="right") - 1
    key = 2 * row + along  # rises along each link and from one link to the next
    at = np.clip(np.searchsorted(key, 2 * number + share, side="right") - 1, first, last - 1)
    step = along[at + 1] - along[at]
    part = np.clip((share - along[at]) / np.where(step > 0, step, 1.0), 0.0, 1.0)
    tail, head = points[at], points[at + 1]
    return tail + part[:, None] * (head - tail)


def fractions_on_links(network: RoadNetwork, segments: Int64Array, part: FloatArray) -> tuple[Int64Array, FloatArray]:
    """Links and fractions of them, of points at fractions of segments."""
    links = links_of_segments(network, segments)
    if not network.has_shapes:
        return links, part
    row, points = link_points(network, links)
    share = point_shares(row, points)
    at = np.searchsorted(row, np.arange(len(links))) + segments - network.first_segment[links]
    return links, share[at] + part * (share[at + 1] - share[at])


def cut_links(network: RoadNetwork, links: npt.ArrayLike, start: npt.ArrayLike, end: npt.ArrayLike) -> list[FloatArray]:
    """The stretch of each link between two fractions of it, as (k, 2) longitudes and latitudes from tail to head."""
    ids = np.asarray(links, dtype=np.int64)
    bounds = [np.broadcast_to(np.asarray(each, dtype=np.float64), ids.shape) for each in (start, end)]
    ends = [points_on_links(network, ids, bound) for bound in bounds]
    if not network.has_shapes:
        return list(np.stack(ends, axis=1))
    row, points = link_points(network, ids)
    share = point_shares(row, points)
    inner = (share > bounds[0][row]) & (share < bounds[1][row])
    between = np.split(points[inner], np.searchsorted(row[inner], np.arange(1, len(ids))))
    return [np.vstack([tail, middle, head]) for tail, middle, head in zip(ends[0], between, ends[1], strict=True)]


def locate_on_lines(lines: npt.NDArray[np.object_], row: Int64Array, points: FloatArray) -> FloatArray:
    """Fraction of the point of a line nearest to each of some points.

    Parameters
    ----------
    lines : (k,) ndarray of shapely lines
        What `RoadNetwork.lines` gives.
    row : (n,) ndarray of int64
        The line that each point is held against.
    points : (n, 2) ndarray of float64
        Longitude and latitude.

    Returns
    -------
    (n,) ndarray of float64
    """
    bent = np.flatnonzero(shapely.get_num_coordinates(lines) > 2)
    stretch = np.ones(len(lines))
    if len(bent):
        ends = [shapely.get_y(shapely.get_point(lines[bent], index)) for index in (0, -1)]
        stretch[bent] = np.maximum(np.cos(np.radians((ends[0] + ends[1]) / 2)), LEAST_STRETCH)
        coordinates, of_line = shapely.get_coordinates(lines[bent], return_index=True)
        coordinates[:, 0] *= stretch[bent][of_line]
        lines = lines.copy()
        lines[bent] = shapely.linestrings(coordinates, indices=of_line)
    located: FloatArray = shapely.line_locate_point(
        lines[row], shapely.points(np.column_stack([points[:, 0] * stretch[row], points[:, 1]])), normalized=True
    )
    return located
