"""From ways to links: split where roads meet, at barriers and where a way comes back to itself; nothing else is cut.

A way that names a node which no file has is cut there, and goes on behind the gap. Every node at which a way ends,
or that ways pass more than once, becomes a node of the network; all others are shape points.
"""

from dataclasses import dataclass

import numpy as np

from wayaround.units import BoolArray, Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class RawLinks:
    """Links before they have attributes; nodes are rows of the map's nodes.

    Parameters
    ----------
    way : (links,) ndarray of int64
        Row of the way that each is a part of; -1 for barriers.
    first : (links + 1,) ndarray of int64
    point : (points,) ndarray of int64
        Map's nodes that each link passes, both ends included, in compressed rows. A barrier lies at one, twice.
    tail, head : (links,) ndarray of int64
        Nodes of the network.
    node_point : (nodes,) ndarray of int64
        The map's node that each node of the network lies at.
    barrier : (links,) ndarray of int64
        Row of the barrier that a link is; -1 for roads.
    way_start, way_end : (links,) ndarray of int64
        Places in the way's list of nodes that a link runs between; 0 for barriers.
    """

    way: Int64Array
    first: Int64Array
    point: Int64Array
    tail: Int64Array
    head: Int64Array
    node_point: Int64Array
    barrier: Int64Array
    way_start: Int64Array
    way_end: Int64Array


@dataclass(frozen=True, slots=True)
class TopologyCounts:
    """What was met while splitting.

    Parameters
    ----------
    ways_cut, ways_lost : int
        Ways shortened or divided by nodes that no file has; ways of which nothing is left.
    loops_split : int
        Links that ran back to their own start and were cut in the middle.
    barriers : int
        Barriers that became links.
    barriers_off_road, barriers_at_end, barriers_at_junction, barriers_open_at_junction : int
        Barriers that are on no road; where a road ends; at junctions, where each road got a link of its own; at
        junctions, but everybody passes, so that nothing was done.
    """

    ways_cut: int
    ways_lost: int
    loops_split: int
    barriers: int
    barriers_off_road: int
    barriers_at_end: int
    barriers_at_junction: int
    barriers_open_at_junction: int


def split_ways(
    way_first: Int64Array, way_point: Int64Array, *, barrier_point: Int64Array, barrier_stops: BoolArray
) -> tuple[RawLinks, TopologyCounts]:
    """Split ways into links.

    Parameters
    ----------
    way_first : (ways + 1,) ndarray of int64
    way_point : (references,) ndarray of int64
        Rows of the map's nodes that each way passes, in compressed rows; -1 where one is missing.
    barrier_point : (barriers,) ndarray of int64
        Rows of the map's nodes that are barriers; -1 where a barrier is not on a road.
    barrier_stops : (barriers,) ndarray of bool
        Which barriers stop somebody.

    Returns
    -------
    links : RawLinks
        Parts of ways in the order of the ways, then barriers in the order given.
    counts : TopologyCounts

    Examples
    --------
    Two ways that cross in node 1, and a gate on the second in node 4:

    >>> links, counts = split_ways(
    ...     np.array([0, 3, 7]),
    ...     np.array([0, 1, 2, 3, 1, 4, 5]),
    ...     barrier_point=np.array([4]),
    ...     barrier_stops=np.array([False]),
    ... )
    >>> links.tail, links.head
    (array([0, 1, 3, 1, 6, 4]), array([1, 2, 1, 4, 5, 6]))
    >>> counts.barriers
    1
    """
    points = int(way_point.max(initial=-1)) + 1
    way = np.repeat(np.arange(len(way_first) - 1), np.diff(way_first))
    place = np.arange(len(way)) - way_first[way]
    missing = way_point < 0
    # A run is an unbroken piece of a way. A node named twice in a row counts once.
    kept = np.flatnonzero(~missing)
    follows = np.zeros(len(kept), dtype=bool)
    follows[1:] = (way[kept[1:]] == way[kept[:-1]]) & (np.diff(kept) == 1)
    again = follows.copy()
    again[1:] &= way_point[kept[1:]] == way_point[kept[:-1]]
    run = np.cumsum(~follows) - 1
    kept, run = kept[~again], run[~again]
    size = np.bincount(run, minlength=1)
    long_enough = size[run] > 1
    kept, run = kept[long_enough], run[long_enough]
    point = way_point[kept]

    starts = np.flatnonzero(np.diff(run, prepend=-1))
    ends = np.append(starts[1:], len(run)) - 1 if len(run) else starts
    is_split = np.zeros(points, dtype=bool)
    is_split[point[starts]] = is_split[point[ends]] = True
    is_split |= np.bincount(point, minlength=points) > 1
    on_road = barrier_point[barrier_point >= 0]
    is_split[on_road[np.isin(on_road, point)]] = True
    cut = is_split[point]
    loops = _middles_of_loops(point, run, cut)
    is_split[point[loops]] = True
    cut[loops] = True

    at = np.flatnonzero(cut)
    joins = run[at[1:]] == run[at[:-1]] if len(at) else np.zeros(0, dtype=bool)
    start, end = at[:-1][joins], at[1:][joins]
    length = end - start + 1
    first = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    within = np.arange(first[-1]) - np.repeat(first[:-1], length) + np.repeat(start, length)
    node_point = np.flatnonzero(is_split)
    number = np.full(points, -1)
    number[node_point] = np.arange(len(node_point))
    roads = RawLinks(
        way=way[kept[start]],
        first=first,
        point=point[within],
        tail=number[point[start]],
        head=number[point[end]],
        node_point=node_point,
        barrier=np.full(len(start), -1),
        way_start=place[kept[start]],
        way_end=place[kept[end]],
    )
    links, counts = _part_at_barriers(roads, np.where(barrier_point >= 0, number[barrier_point], -1), barrier_stops)
    missing_in = np.unique(way[missing])
    survived = np.zeros(len(way_first) - 1, dtype=bool)
    survived[roads.way] = True
    return links, TopologyCounts(
        ways_cut=int(np.count_nonzero(survived[missing_in])),
        ways_lost=int(np.count_nonzero(~survived)),
        loops_split=len(loops),
        **counts,
    )


def _middles_of_loops(point: Int64Array, run: Int64Array, cut: BoolArray) -> Int64Array:
    """Where to cut what runs from a node back to the same one: at the middle of its points."""
    at = np.flatnonzero(cut)
    if not len(at):
        return at
    loop = (run[at[1:]] == run[at[:-1]]) & (point[at[1:]] == point[at[:-1]])
    middle: Int64Array = (at[:-1][loop] + at[1:][loop]) // 2
    return middle


def _part_at_barriers(
    roads: RawLinks, barrier_node: Int64Array, barrier_stops: BoolArray
) -> tuple[RawLinks, dict[str, int]]:
    """Put a link of no length where a barrier stands: its node is parted, and each part keeps one road end.

    Where more than two road ends meet, each gets a link of its own to what is left of the node, but only if the
    barrier stops somebody: one that everybody passes would cost its time twice.
    """
    links = len(roads.way)
    ends = np.concatenate([roads.head, roads.tail])
    order = np.argsort(ends, kind="stable")
    degree = np.bincount(ends, minlength=len(roads.node_point))
    place = np.cumsum(degree) - degree
    meets = np.where(barrier_node >= 0, degree[barrier_node], 0) if len(degree) else np.zeros(len(barrier_node), int)
    between = np.flatnonzero(meets == 2)
    junction = np.flatnonzero((meets > 2) & barrier_stops)
    # Road ends that are moved from the barrier's node to a new one: the second of two, which is a link's tail where
    # one link ends and the other begins, so that the barrier runs like the road; or all.
    moved = [order[place[barrier_node[between]] + 1]]
    moved += [order[place[node] : place[node] + degree[node]] for node in barrier_node[junction].tolist()]
    of_barrier = np.concatenate([between, np.repeat(junction, meets[junction])])
    end = np.concatenate(moved) if len(of_barrier) else np.zeros(0, dtype=np.int64)
    by_barrier = np.argsort(of_barrier, kind="stable")
    of_barrier, end = of_barrier[by_barrier], end[by_barrier]
    new = len(roads.node_point) + np.arange(len(end))
    ends[end] = new
    at = barrier_node[of_barrier]
    is_star = meets[of_barrier] > 2
    here = roads.node_point[at]
    return RawLinks(
        way=np.concatenate([roads.way, np.full(len(end), -1)]),
        first=np.concatenate([roads.first, roads.first[-1] + 2 * np.arange(1, len(end) + 1)]),
        point=np.concatenate([roads.point, np.repeat(here, 2)]),
        tail=np.concatenate([ends[links:], np.where(is_star, new, at)]),
        head=np.concatenate([ends[:links], np.where(is_star, at, new)]),
        node_point=np.concatenate([roads.node_point, here]),
        barrier=np.concatenate([roads.barrier, of_barrier]),
        way_start=np.concatenate([roads.way_start, np.zeros(len(end), dtype=np.int64)]),
        way_end=np.concatenate([roads.way_end, np.zeros(len(end), dtype=np.int64)]),
    ), {
        "barriers": len(between) + len(junction),
        "barriers_off_road": int(np.count_nonzero(meets == 0)),
        "barriers_at_end": int(np.count_nonzero(meets == 1)),
        "barriers_at_junction": len(junction),
        "barriers_open_at_junction": int(np.count_nonzero((meets > 2) & ~barrier_stops)),
    }
