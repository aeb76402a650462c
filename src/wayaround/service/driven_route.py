"""A route as it is driven: its points in order, and the time and length between each two of them."""

from dataclasses import dataclass

import numpy as np

from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import link_points, point_shares
from wayaround.network.snap import SnappedPoints
from wayaround.routing.terminals import Route, Terminals
from wayaround.service.served import ServedRoads, UnderClosures
from wayaround.units import UNREACHABLE, BoolArray, FloatArray, Int64Array

__all__ = ["DrivenRoute", "RouteLine", "draw_route", "drive_route"]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A leg between two waypoints by its points, its time and its length, as in `DrivenRoute`."""

    points: FloatArray
    total_s: float
    total_m: float


@dataclass(frozen=True, slots=True)
class DrivenRoute:
    """A leg between two waypoints.

    Parameters
    ----------
    points : (n, 2) ndarray of float64
        Longitude and latitude, two points or more.
    time_s, length_m : (n - 1,) ndarray of float64
        From each point to the next.
    step : (n - 1,) ndarray of int64
        Row of the route's links that each piece belongs to.
    links : (k,) ndarray of int64
        Links in driving order.
    nodes : (n,) ndarray of int64
        Node at each point, -1 where there is none.
    total_s, total_m : float
        Of the whole leg.
    """

    points: FloatArray
    time_s: FloatArray
    length_m: FloatArray
    step: Int64Array
    links: Int64Array
    nodes: Int64Array
    total_s: float
    total_m: float


def drive_route(
    served: ServedRoads,
    under: UnderClosures,
    places: SnappedPoints,
    terminals: Terminals,
    ends: tuple[int, int],
    route: Route,
) -> DrivenRoute:
    """Drive a route of a pair of places.

    Parameters
    ----------
    served, under
        The roads and their closures.
    places, terminals
        Where journeys begin and end; `ends` are rows of both.
    route : Route
        What the engine answered.
    """
    network = served.network
    line, node = _draw_straight(network, places, ends, route)
    links, forward, count = route.links, route.forward, len(route.links)
    if count == 0:
        none = np.zeros(1)
        return DrivenRoute(line, none, none, np.zeros(1, dtype=np.int64), links, np.array([-1, -1]), 0.0, 0.0)
    partial = _is_partial(places, ends, route)
    time_ds, metres = _measure_links(under, terminals, ends, route, partial)
    nodes = np.full(len(line), -1, dtype=np.int64)
    nodes[1:-1] = node
    if not network.has_shapes:
        return DrivenRoute(
            points=line,
            time_s=time_ds / 10,
            length_m=metres.astype(np.float64),
            step=np.arange(count),
            links=links,
            nodes=nodes,
            total_s=route.time_ds / 10,
            total_m=float(route.length_m),
        )
    begin, end = _fractions(places, ends, route, partial)
    step, share, points, is_end = _points_between(network, links, forward, begin, end)
    step_of = np.concatenate([[0], step, [count - 1]])
    driven = np.concatenate([[begin[0]], share, [end[-1]]])
    nodes = np.full(len(points) + 2, -1, dtype=np.int64)
    nodes[1:-1][is_end] = node[step[is_end]]
    piece = step_of[1:]  # a point belongs to the link that leads to it
    before = np.where(step_of[:-1] == piece, driven[:-1], begin[piece])
    whole = np.abs(end - begin)[piece]
    part = np.where(whole > 0, np.abs(driven[1:] - before) / np.where(whole > 0, whole, 1.0), 1.0)
    return DrivenRoute(
        points=np.concatenate([line[:1], points, line[-1:]]),
        time_s=time_ds[piece] * part / 10,
        length_m=metres[piece] * part,
        step=piece,
        links=links,
        nodes=nodes,
        total_s=route.time_ds / 10,
        total_m=float(route.length_m),
    )


def draw_route(served: ServedRoads, places: SnappedPoints, ends: tuple[int, int], route: Route) -> RouteLine:
    """The same without what lies between its points, which takes less.

    Parameters
    ----------
    served, places, ends, route
        As for `drive_route`.
    """
    network = served.network
    line, _ = _draw_straight(network, places, ends, route)
    if network.has_shapes and len(route.links) > 0:
        begin, end = _fractions(places, ends, route, _is_partial(places, ends, route))
        points = _points_between(network, route.links, route.forward, begin, end)[2]
        line = np.concatenate([line[:1], points, line[-1:]])
    return RouteLine(line, route.time_ds / 10, float(route.length_m))


def _draw_straight(
    network: RoadNetwork, places: SnappedPoints, ends: tuple[int, int], route: Route
) -> tuple[FloatArray, Int64Array]:
    """The line from node to node, two points at least, and the nodes between its ends."""
    (origin, destination), links = ends, route.links
    line = np.empty((max(len(links), 1) + 1, 2))
    line[0, 0], line[0, 1] = places.road_lon[origin], places.road_lat[origin]
    line[-1, 0], line[-1, 1] = places.road_lon[destination], places.road_lat[destination]
    node = np.where(route.forward, network.link_head[links], network.link_tail[links])[:-1].astype(np.int64)
    line[1:-1, 0], line[1:-1, 1] = network.node_lon[node], network.node_lat[node]
    return line, node


def _is_partial(places: SnappedPoints, ends: tuple[int, int], route: Route) -> tuple[bool, bool]:
    """Whether the first and the last link are those that the places lie on."""
    return bool(route.links[0] == places.link[ends[0]]), bool(route.links[-1] == places.link[ends[1]])


def _fractions(
    places: SnappedPoints, ends: tuple[int, int], route: Route, partial: tuple[bool, bool]
) -> tuple[FloatArray, FloatArray]:
    """Where on each link the route begins and ends to drive it."""
    end = route.forward.astype(np.float64)
    begin = 1.0 - end
    if partial[0]:
        begin[0] = places.position[ends[0]]
    if partial[1]:
        end[-1] = places.position[ends[1]]
    return begin, end


def _points_between(
    network: RoadNetwork, links: Int64Array, forward: BoolArray, begin: FloatArray, end: FloatArray
) -> tuple[Int64Array, FloatArray, FloatArray, BoolArray]:
    """Points after the first and before the last: row and share of their link, position, whether one is a node."""
    last = len(links) - 1
    row, points = link_points(network, links)
    share = point_shares(row, points)
    number = np.arange(len(row))
    order = np.lexsort((np.where(forward[row], number, -number), row))
    row, points, share = row[order], points[order], share[order]
    is_first = np.diff(row, prepend=-1) > 0
    is_last = np.diff(row, append=last + 1) > 0
    low, high = np.minimum(begin, end)[row], np.maximum(begin, end)[row]
    kept = np.where(is_last, row < last, ~is_first & (share > low) & (share < high))
    return row[kept], np.where(is_last, end[row], share)[kept], points[kept], is_last[kept]


def _measure_links(
    under: UnderClosures, terminals: Terminals, ends: tuple[int, int], route: Route, partial: tuple[bool, bool]
) -> tuple[Int64Array, Int64Array]:
    """Deciseconds and metres that a route spends on each of its links."""
    links, forward = route.links, route.forward
    ahead, back = under.roads.times(links)
    time_ds, metres = np.where(forward, ahead, back), under.roads.base.length_m[links].astype(np.int64)
    origin, destination = ends
    if len(links) == 1:
        return np.array([route.time_ds]), np.array([route.length_m])
    # A place at an end of its link that may be left by that end alone may be left over the whole link afterwards.
    if partial[0]:
        to_head = bool(forward[0])
        leg_ds = (terminals.to_head_ds if to_head else terminals.to_tail_ds)[origin]
        if leg_ds < UNREACHABLE:
            time_ds[0], metres[0] = leg_ds, (terminals.head_m if to_head else terminals.tail_m)[origin]
    if partial[1]:
        from_tail = bool(forward[-1])
        leg_ds = (terminals.from_tail_ds if from_tail else terminals.from_head_ds)[destination]
        if leg_ds < UNREACHABLE:
            time_ds[-1], metres[-1] = leg_ds, (terminals.tail_m if from_tail else terminals.head_m)[destination]
    return time_ds, metres
