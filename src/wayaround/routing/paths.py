"""Routes as links, and the flows of many routes at once.

A route is the label of its origin up to the ancestor where it peaks, then that of its destination down again. Each
arc is a link, or two lower arcs of a triangle (Dibbelt, Strasser and Wagner, 2016). Flows go the same way for all
pairs together: peak to label, label to arcs, arcs to links, highest first, so each arc is opened once. Ties are
broken alike in both, by the first peak, the first link and the first triangle, so the flows are those of the routes.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from wayaround.routing.kernels import flows as flow_kernels
from wayaround.routing.kernels import labels as label_kernels
from wayaround.routing.kernels import paths as kernels
from wayaround.routing.labels import check_scale, pack_legs_of
from wayaround.routing.terminals import Flows, Route, Terminals
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

if TYPE_CHECKING:
    from wayaround.routing.hierarchy import Hierarchy
    from wayaround.routing.metric import HierarchyMetric
    from wayaround.routing.query import HierarchyQuery

__all__ = [
    "arc_tables",
    "direct_ways",
    "find_lone_route",
    "find_route",
    "spread_flows",
    "trace_arcs",
    "weigh_lone_route",
]


def find_route(query: "HierarchyQuery", origin: int, destination: int) -> Route | None:
    """Fastest route of one pair of terminals.

    Parameters
    ----------
    query : HierarchyQuery
        Labels of the terminals.
    origin, destination : int
        Rows of the terminals.

    Returns
    -------
    Route or None
        Links in driving order, those that weigh nothing left out; None where no way is left.
    """
    labels, terminals, metric, hierarchy = query.labels, query.terminals, query.metric, query.metric.hierarchy
    start, stop = int(labels.place[origin]), int(labels.place[destination])
    away, back = labels.legs
    leaving = slice(away.first[start], away.first[start + 1])
    arriving = slice(back.first[stop], back.first[stop + 1])
    copies, forward, out, last, way, *_ = kernels.trace_route(
        labels.low[start],
        away.depth[leaving],
        away.weight[leaving],
        labels.low[stop],
        back.depth[arriving],
        back.weight[arriving],
        hierarchy.parent,
        hierarchy.depth,
        hierarchy.head_depth,
        hierarchy.levels,
        *arc_tables(metric),
        *metric.found,
    )
    leave, arrive = away.first[start] + out, back.first[stop] + last
    legs = (away.weight[leave] > 0, away.by_head[leave], back.weight[arrive] > 0, back.by_head[arrive])
    return _join_legs(metric, terminals, (origin, destination), copies, forward, legs, way)


def find_lone_route(metric: "HierarchyMetric", terminals: Terminals, origin: int, destination: int) -> Route | None:
    """What `find_route` finds, without labels: for one who asks for a route or two of these terminals.

    Parameters
    ----------
    metric : HierarchyMetric
        Weights.
    terminals : Terminals
        Points inside links, whose legs belong to the same weights.
    origin, destination : int
        Rows of the terminals.

    Returns
    -------
    Route or None

    Raises
    ------
    ScaleOverflow
        As for `compute_labels`.
    """
    copies, forward, leaves, leaves_by_head, arrives, arrives_by_head, way, rise, fall = kernels.trace_pair(
        *_lone_ends(metric, terminals, origin, destination),
        *arc_tables(metric),
        *metric.found,
    )
    check_scale(metric, rise, fall, terminals)
    legs = (leaves, leaves_by_head, arrives, arrives_by_head)
    return _join_legs(metric, terminals, (origin, destination), copies, forward, legs, way)


def weigh_lone_route(
    metric: "HierarchyMetric", terminals: Terminals, origin: int, destination: int
) -> tuple[int, int] | None:
    """Time in deciseconds and metres of what `find_lone_route` finds, without its links; the same arguments."""
    hierarchy = metric.hierarchy
    way, rise, fall = kernels.weigh_pair(
        *_lone_ends(metric, terminals, origin, destination),
        hierarchy.first_out,
        hierarchy.head,
        hierarchy.tail,
        hierarchy.link_upward,
        metric.up,
        metric.down,
    )
    check_scale(metric, rise, fall, terminals)
    way = min(way, _weigh_direct(terminals, origin, destination))
    return None if way >= UNREACHABLE else _unpack(way)


def _lone_ends(metric: "HierarchyMetric", terminals: Terminals, origin: int, destination: int) -> tuple[Any, ...]:
    """What the kernels of a lone pair need to climb from its ends, in the order of their arguments."""
    hierarchy = metric.hierarchy
    (start_copies, _), (stop_copies, _) = (
        hierarchy.copies_of(terminals.link[row : row + 1]) for row in (origin, destination)
    )
    return (
        start_copies,
        *pack_legs_of(terminals, origin)[:2],
        stop_copies,
        *pack_legs_of(terminals, destination)[2:],
        metric.vehicles,
        hierarchy.copy_ahead,
        hierarchy.copy_behind,
        hierarchy.link_arc,
        hierarchy.parent,
        hierarchy.depth,
        hierarchy.head_depth,
        hierarchy.levels,
    )


def _weigh_direct(terminals: Terminals, origin: int, destination: int) -> int:
    """Packed weight of staying on the common link; `UNREACHABLE` where there is none, or it is shut between."""
    if terminals.link[origin] != terminals.link[destination]:
        return UNREACHABLE
    time_ds, length_m = terminals.direct(np.array([origin]), np.array([destination]))
    return UNREACHABLE if time_ds[0] >= UNREACHABLE else int(time_ds[0] << 32) + int(length_m[0])


def _join_legs(
    metric: "HierarchyMetric",
    terminals: Terminals,
    ends: tuple[int, int],
    copies: Int64Array,
    forward: BoolArray,
    legs: tuple[bool, bool, bool, bool],
    way: int,
) -> Route | None:
    """The route out of the links between and the legs: whether each weighs anything, and is that of the head."""
    origin, destination = ends
    own, other = int(terminals.link[origin]), int(terminals.link[destination])
    direct = _weigh_direct(terminals, origin, destination)
    if direct < UNREACHABLE and direct <= way:
        ahead = terminals.position[origin] <= terminals.position[destination]
        moves = int(direct > 0)
        return Route(np.full(moves, own), np.full(moves, ahead), *_unpack(direct))
    if way >= UNREACHABLE:
        return None
    # Leaving by the head is driving forward; so is arriving from the tail. What weighs nothing is left out.
    leaves, leaves_by_head, arrives, arrives_by_head = legs
    links = np.empty(len(copies) + int(leaves) + int(arrives), dtype=np.int64)
    driven = np.empty(len(links), dtype=np.bool_)
    if leaves:
        links[0], driven[0] = own, leaves_by_head
    if arrives:
        links[-1], driven[-1] = other, not arrives_by_head
    inner = slice(int(leaves), int(leaves) + len(copies))
    links[inner], driven[inner] = metric.hierarchy.link_of(copies), forward
    return Route(links, driven, *_unpack(way))


def _unpack(way: int) -> tuple[int, int]:
    """Deciseconds and metres of a packed weight."""
    return int(way >> 32), int(way & 0xFFFF_FFFF)


def spread_flows(query: "HierarchyQuery", origin: Int64Array, destination: Int64Array, weight: Int64Array) -> Flows:
    """Load every pair on its fastest route (all-or-nothing assignment).

    Parameters
    ----------
    query : HierarchyQuery
        Labels of the terminals.
    origin, destination, weight : (p,) ndarray of int64
        Rows of the terminals, and what drives between them.

    Returns
    -------
    Flows
        Those of the routes that `find_route` gives, links of no weight included.
    """
    origin, destination = np.asarray(origin, dtype=np.int64), np.asarray(destination, dtype=np.int64)
    weight = np.asarray(weight, dtype=np.int64)
    labels, metric, hierarchy = query.labels, query.metric, query.metric.hierarchy
    start, stop = labels.place[origin], labels.place[destination]
    way, peak = np.empty(len(start), dtype=np.int64), np.empty(len(start), dtype=np.int32)
    label_kernels.meet_pairs(start, stop, query.least_common, labels.first, labels.up, labels.down, way, peak)
    by_direct = direct_ways(query, origin, destination)
    direct = (by_direct <= way) & (by_direct < UNREACHABLE)
    driving = ~direct & (way < UNREACHABLE)
    weight, peak = weight[driving], peak[driving]
    sides: list[Int64Array] = []
    by_end: list[Int64Array] = []
    for places, legs, arc_weight in (
        (start[driving], labels.legs[0], metric.up),
        (stop[driving], labels.legs[1], metric.down),
    ):
        flow = np.zeros(labels.first[-1], dtype=np.int64)
        np.add.at(flow, labels.first[places] + peak, weight)
        arc_flow = np.zeros(hierarchy.arcs, dtype=np.int64)
        leg_flow = np.zeros(len(legs.depth), dtype=np.int64)
        flow_kernels.spread_labels(
            labels.low,
            legs.first,
            legs.depth,
            legs.weight,
            labels.first,
            flow,
            hierarchy.levels,
            hierarchy.parent,
            hierarchy.depth,
            hierarchy.first_out,
            hierarchy.head_depth,
            hierarchy.tail,
            arc_weight,
            arc_flow,
            leg_flow,
        )
        sides.append(arc_flow)
        at_ends = np.zeros((2, len(labels.low)), dtype=np.int64)
        np.add.at(at_ends, (legs.by_head.astype(np.int64), np.repeat(labels.order, np.diff(legs.first))), leg_flow)
        by_end.extend(at_ends)
    forward, backward = np.zeros((2, hierarchy.copies), dtype=np.int64)
    flow_kernels.spread_arcs(sides[0], sides[1], *arc_tables(metric), forward, backward)
    to_tail, to_head, from_tail, from_head = by_end
    return Flows(
        hierarchy.sum_by_link(forward),
        hierarchy.sum_by_link(backward),
        to_tail,
        to_head,
        from_tail,
        from_head,
        direct,
    )


def trace_arcs(hierarchy: "Hierarchy", by: Int32Array, peak: int) -> tuple[int, Int32Array]:
    """Which leg the way to the ancestor at depth `peak` leaves by, and its arcs from the terminal up."""
    arcs: list[int] = []
    arc = int(by[peak])
    while arc >= 0:
        arcs.append(arc)
        arc = int(by[hierarchy.depth[hierarchy.tail[arc]]])
    return -1 - arc, np.array(arcs[::-1], dtype=np.int32)


def direct_ways(query: "HierarchyQuery", origin: Int64Array, destination: Int64Array) -> Int64Array:
    """Packed weight of staying on the common link; `UNREACHABLE` for pairs that share none."""
    link = query.terminals.link
    near = np.flatnonzero(link[origin] == link[destination])
    direct = np.full(len(origin), UNREACHABLE, dtype=np.int64)
    time_ds, length_m = query.terminals.direct(origin[near], destination[near])
    is_open = time_ds < UNREACHABLE
    direct[near[is_open]] = (time_ds[is_open] << 32) + length_m[is_open]
    return direct


def arc_tables(metric: "HierarchyMetric") -> tuple[Int32Array | Int64Array | BoolArray, ...]:
    """List what the kernels need to open an arc, in the order of their arguments."""
    hierarchy = metric.hierarchy
    return (
        hierarchy.first_out,
        hierarchy.head,
        hierarchy.tail,
        hierarchy.first_in,
        hierarchy.in_arc,
        hierarchy.arc_first_link,
        hierarchy.arc_link,
        hierarchy.link_upward,
        metric.forward,
        metric.backward,
        metric.up,
        metric.down,
    )
