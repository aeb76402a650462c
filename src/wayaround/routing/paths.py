"""Routes as links, and the flows of many routes at once.

A route is the label of its origin up to the ancestor where it peaks, then that of its destination down again. Each
arc is a link, or two lower arcs of a triangle (Dibbelt, Strasser and Wagner, 2016). Flows go the same way for all
pairs together: peak to label, label to arcs, arcs to links, highest first, so each arc is opened once. Ties are
broken alike in both, by the first peak, the first link and the first triangle, so the flows are those of the routes.
"""

from typing import TYPE_CHECKING

import numpy as np

from wayaround.routing.kernels import labels as label_kernels
from wayaround.routing.kernels import paths as kernels
from wayaround.routing.terminals import Flows, Route
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

if TYPE_CHECKING:
    from wayaround.routing.hierarchy import Hierarchy
    from wayaround.routing.metric import HierarchyMetric
    from wayaround.routing.query import HierarchyQuery

__all__ = ["arc_tables", "direct_ways", "find_route", "spread_flows", "trace_arcs"]


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
    labels, terminals, metric = query.labels, query.terminals, query.metric
    start, stop = int(labels.place[origin]), int(labels.place[destination])
    way, peak = label_kernels.meet(start, stop, query.least_common, labels.first, labels.up, labels.down)
    direct = UNREACHABLE
    if terminals.link[origin] == terminals.link[destination]:
        direct = direct_ways(query, np.array([origin]), np.array([destination]))[0]
    if min(way, direct) >= UNREACHABLE:
        return None
    if direct <= way:
        ahead = terminals.position[origin] <= terminals.position[destination]
        return _join([terminals.link[[origin]]], [np.array([ahead])], [np.array([direct > 0])])
    by_head, first_leg, rising = _climb(query, start, peak, away=True)
    from_head, last_leg, falling = _climb(query, stop, peak, away=False)
    arcs = np.concatenate([rising, falling[::-1]])
    copies, forward = kernels.unpack(arcs, np.arange(len(arcs)) < len(rising), *arc_tables(metric), *metric.found)
    # Leaving by the head is driving forward; so is arriving from the tail.
    return _join(
        [terminals.link[[origin]], metric.hierarchy.link_of(copies), terminals.link[[destination]]],
        [np.array([by_head]), forward, np.array([not from_head])],
        [np.array([first_leg > 0]), np.ones(len(copies), dtype=np.bool_), np.array([last_leg > 0])],
    )


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
        kernels.spread_labels(
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
    kernels.spread_arcs(sides[0], sides[1], *arc_tables(metric), forward, backward)
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


def _climb(query: "HierarchyQuery", place: int, peak: int, *, away: bool) -> tuple[bool, int, Int32Array]:
    """Arcs between a terminal and the ancestor at depth `peak`, from the terminal up.

    Returns whether the leg goes by the head of the link, its packed weight, and the arcs.
    """
    labels, hierarchy = query.labels, query.metric.hierarchy
    legs = labels.legs[0 if away else 1]
    own = slice(legs.first[place], legs.first[place + 1])
    row, by = np.empty(hierarchy.levels, dtype=np.int64), np.empty(hierarchy.levels, dtype=np.int32)
    kernels.search_back(
        labels.low[place],
        legs.depth[own],
        legs.weight[own],
        hierarchy.parent,
        hierarchy.depth,
        hierarchy.first_out,
        hierarchy.head_depth,
        query.metric.up if away else query.metric.down,
        row,
        by,
    )
    leg, arcs = trace_arcs(hierarchy, by, peak)
    return bool(legs.by_head[own][leg]), int(legs.weight[own][leg]), arcs


def trace_arcs(hierarchy: "Hierarchy", by: Int32Array, peak: int) -> tuple[int, Int32Array]:
    """Which leg the way to the ancestor at depth `peak` leaves by, and its arcs from the terminal up."""
    arcs: list[int] = []
    arc = int(by[peak])
    while arc >= 0:
        arcs.append(arc)
        arc = int(by[hierarchy.depth[hierarchy.tail[arc]]])
    return -1 - arc, np.array(arcs[::-1], dtype=np.int32)


def _join(links: list[Int64Array], forward: list[BoolArray], driven: list[BoolArray]) -> Route:
    """Route of the parts that weigh something."""
    kept = np.concatenate(driven)
    return Route(np.concatenate(links)[kept], np.concatenate(forward)[kept])


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
