"""Alternatives to a fastest route, by the via-node method.

An alternative drives the fastest way to some vertex and the fastest way on from there. Which of them deserve the
name follows Abraham, Delling, Goldberg and Werneck, "Alternative Routes in Road Networks" (SEA 2010; ACM Journal of
Experimental Algorithmics, 2013, doi 10.1145/2444016.2444019). Their admissible alternative has limited sharing: at most
gamma times the fastest time is in common with the fastest route. It is locally optimal: every stretch of it that takes
up to alpha times the fastest time is a fastest way. And it has uniformly bounded stretch: none of its stretches takes
more than 1 + epsilon times the fastest way between its ends. They evaluate gamma = 0.8 and alpha = epsilon = 0.25, and
test local optimality around the vertex alone (the T-test). Candidates come in their order: twice the time, plus the
time shared with the fastest route, less the plateau on which the vertex lies. That is the part on which the trees of
fastest ways from the origin and to the destination agree, an idea of Choice Routing (Cambridge Vehicle Information
Technology).

This code departs from that definition in two points. The T-test reaches alpha times what the fastest route takes where
the two part, not alpha times all of it, so that a short way round a short closure can pass. And each alternative is
held against all routes listed before it together. The stretch is measured, between all pairs of nodes of the path. All
distances are exact; vertices are reached by sweeping the hierarchy once from each end (Delling, Goldberg, Nowatzyk and
Werneck, "PHAST", 2011).
"""

from dataclasses import dataclass

import numpy as np

from wayaround.routing.kernels import alternatives as kernels
from wayaround.routing.kernels import paths as path_kernels
from wayaround.routing.paths import arc_tables, direct_ways, trace_arcs
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import Route
from wayaround.units import BoolArray, Int32Array, Int64Array

__all__ = ["Alternative", "find_alternatives"]

_TRIED = 500  # candidates that are driven and tested; those that come later are too much like them


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several routes of a pair.

    Parameters
    ----------
    route : Route
        Links in driving order.
    time_ds, length_m : int
        Deciseconds and metres.
    shared_ds : int
        Time on stretches that the routes listed before it hold as well, in the same direction.
    with_fastest_ds : int
        Time on stretches that the fastest route holds as well; all of its own for the fastest itself.
    """

    route: Route
    time_ds: int
    length_m: int
    shared_ds: int
    with_fastest_ds: int


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Searches up the hierarchy from points, one row each, by depth: distances, arcs, ancestors."""

    row: Int64Array
    by: Int32Array
    ancestor: Int32Array


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """A way between two terminals: legs and links in driving order, and the vertex at the end of each but the last."""

    link: Int64Array
    forward: BoolArray
    time_ds: Int64Array
    length_m: Int64Array
    vertex: Int32Array
    via: int
    """Point, the origin being 0, at which the two fastest ways meet."""

    @property
    def key(self) -> Int64Array:
        return 2 * self.link + self.forward

    @property
    def driven(self) -> Int64Array:
        """Time to each point, from the origin to the destination."""
        return np.append(0, np.cumsum(self.time_ds))

    def shared_with(self, keys: Int64Array) -> int:
        return int(self.time_ds[np.isin(self.key, keys)].sum())

    def listed(self, shared_ds: int, with_fastest_ds: int) -> Alternative:
        """What the caller gets; links that weigh nothing are left out, as in every route."""
        kept = (self.time_ds > 0) | (self.length_m > 0)
        route = Route(self.link[kept], self.forward[kept], int(self.time_ds.sum()), int(self.length_m.sum()))
        return Alternative(route, route.time_ds, route.length_m, shared_ds, with_fastest_ds)


def find_alternatives(
    query: HierarchyQuery,
    origin: int,
    destination: int,
    *,
    count: int = 3,
    stretch: float = 1.25,
    sharing: float = 0.8,
    locality: float = 0.25,
) -> list[Alternative]:
    """Find up to `count` sensible routes of one pair, the fastest first.

    The defaults are the values that Abraham, Delling, Goldberg and Werneck (2013) evaluate. One candidate stands for
    each plateau, and the 500 that promise most are tested.

    Parameters
    ----------
    query : HierarchyQuery
        Metric and terminals.
    origin, destination : int
        Rows of the terminals.
    count : int
        How many routes at most, the fastest included.
    stretch : float
        Uniformly bounded stretch: between no two points does an alternative take more than so many times the
        fastest way between them. So it passes no node twice, unless that takes no time.
    sharing : float
        Limited sharing: an alternative has at most this part of the fastest time in common with all routes listed
        before it together.
    locality : float
        Local optimality: around the vertex where its two fastest ways meet, an alternative is the fastest way from
        where it is T before to where it is T after (the T-test), T being this part of the time that the fastest
        route takes where the two part.

    Returns
    -------
    list of Alternative
        The first is what `query.route` gives; empty where no way is left. Alone where the fastest way stays on the
        common link of both terminals.

    Raises
    ------
    ValueError
        If `count` or `stretch` is below 1, or `sharing` or `locality` below 0.

    Examples
    --------
    Two roads around a lake, ten links of 20 deciseconds and ten of 21, between two places on links of their own:

    >>> from wayaround.routing.metric import HierarchyEngine
    >>> from wayaround.routing.terminals import LinkWeights, Terminals
    >>> north, south = np.arange(11), np.concatenate([[0], np.arange(11, 20), [10]])
    >>> tail, head = np.concatenate([north[:-1], south[:-1], [20, 10]]), np.concatenate([north[1:], south[1:], [0, 21]])
    >>> engine = HierarchyEngine.from_network(22, tail, head, lon=np.arange(22.0), lat=np.zeros(22))
    >>> ds = np.repeat([20, 21, 10], [10, 10, 2])
    >>> to_tail, to_head = np.array([0, 10]), np.array([10, 0])
    >>> ends = Terminals(
    ...     np.array([20, 21]), np.array([0.0, 1.0]), to_tail, to_head, to_tail, to_head, to_tail, to_head)
    >>> for each in find_alternatives(engine.customise(LinkWeights(ds, ds, ds)).query(ends), 0, 1):
    ...     print(each.time_ds, each.shared_ds, each.route.links)
    220 0 [20  0  1  2  3  4  5  6  7  8  9 21]
    230 20 [20 10 11 12 13 14 15 16 17 18 19 21]
    """
    if count < 1 or stretch < 1 or sharing < 0 or locality < 0:
        raise ValueError("count and stretch must be 1 or more, sharing and locality 0 or more")
    labels = query.labels
    start, stop = int(labels.place[origin]), int(labels.place[destination])
    away = _search_terminal(query, start, away=True)
    back = _search_terminal(query, stop, away=False)
    way = kernels.meet_rows(away.row[0], away.ancestor[0], back.row[0], back.ancestor[0])[0]
    direct = int(direct_ways(query, np.array([origin]), np.array([destination]))[0])
    if direct <= way:
        route = query.route(origin, destination)
        return [] if route is None else [Alternative(route, direct >> 32, direct & 0xFFFFFFFF, 0, direct >> 32)]
    fastest = _drive(query, (start, away), (stop, back), None)
    best_ds = int(fastest.time_ds.sum())
    listed, keys = [fastest.listed(0, best_ds)], fastest.key
    if count == 1:
        return listed
    for vertex in _candidates(query, (away, back), fastest, best_ds, stretch=stretch, sharing=sharing).tolist():
        path = _drive(query, (start, away), (stop, back), vertex)
        shared_ds = path.shared_with(keys)
        apart_ds = best_ds - fastest.shared_with(path.key)
        if (
            shared_ds <= sharing * best_ds
            and apart_ds > 0
            and len(np.unique(path.vertex)) == len(path.vertex)
            and _is_locally_fastest(query, path, (away, back), locality * apart_ds)
            and _is_stretch_bounded(query, path, (away, back), stretch)
        ):
            listed.append(path.listed(shared_ds, path.shared_with(fastest.key)))
            keys = np.union1d(keys, path.key)
            if len(listed) == count:
                break
    return listed


def _candidates(
    query: HierarchyQuery,
    ends: tuple[_Points, _Points],
    fastest: _Path,
    best_ds: int,
    *,
    stretch: float,
    sharing: float,
) -> Int64Array:
    """Vertices to try, the most promising first: the middle of each plateau that the bounds leave."""
    metric, hierarchy = query.metric, query.metric.hierarchy
    distance = np.empty((2, hierarchy.nodes), dtype=np.int64)
    for points, weight, target in zip(ends, (metric.down, metric.up), distance, strict=True):
        kernels.sweep_down(points.row[0], points.ancestor[0], hierarchy.first_out, hierarchy.head, weight, target)
    away, back = distance
    total_ds = away + back >> 32
    bound = int(stretch * best_ds)
    before, after = np.empty((2, hierarchy.nodes), dtype=np.int32)
    before_key, after_key = np.empty((2, hierarchy.nodes), dtype=np.int64)
    trees = before, before_key, after, after_key
    links = hierarchy.link_arc, hierarchy.link_upward, metric.forward, metric.backward
    kernels.grow_trees(*links, hierarchy.tail, hierarchy.head, away, back, bound, *trees)
    near = np.flatnonzero(total_ds <= bound)
    is_best = np.zeros(2 * hierarchy.copies, dtype=np.bool_)
    copies, row = hierarchy.copies_of(fastest.link[1:-1])
    is_best[2 * copies + fastest.forward[1:-1][row]] = True
    begin, end, shared_before, shared_after = np.zeros((4, hierarchy.nodes), dtype=np.int64)
    by_away, by_back = (near[np.argsort(one[near], kind="stable")] for one in distance)
    kernels.rate_vertices(by_away, by_back, away, back, *trees, is_best, begin, end, shared_before, shared_after)
    # The middle of a plateau: at or beyond the half of it, while the vertex before is not.
    beyond = 2 * away >= begin + end
    previous = np.where(before[near] >= 0, before[near], 0)
    follows = (before[near] >= 0) & (begin[near] < away[near])
    middle = beyond[near] & ~(follows & beyond[previous])
    shared = shared_before[near] + shared_after[near]
    kept = near[middle & (shared <= sharing * best_ds)]
    plateau = (end[kept] >> 32) - (begin[kept] >> 32)
    score = 2 * total_ds[kept] + shared_before[kept] + shared_after[kept] - plateau
    order: Int64Array = kept[np.argsort(score, kind="stable")[:_TRIED]]
    return order


def _is_locally_fastest(query: HierarchyQuery, path: _Path, ends: tuple[_Points, _Points], reach_ds: float) -> bool:
    """The T-test around the vertex where the two fastest ways meet."""
    driven = path.driven
    middle = driven[path.via]
    first = max(0, int(np.searchsorted(driven[: path.via + 1], middle - reach_ds, side="right")) - 1)
    last = min(len(driven) - 1, path.via + int(np.searchsorted(driven[path.via :], middle + reach_ds, side="left")))
    up = _search_path(query, path, first, first + 1, ends[0], away=True)
    down = _search_path(query, path, last, last + 1, ends[1], away=False)
    way = kernels.meet_rows(up.row[0], up.ancestor[0], down.row[0], down.ancestor[0])[0]
    return bool(way >> 32 == driven[last] - driven[first])


def _is_stretch_bounded(query: HierarchyQuery, path: _Path, ends: tuple[_Points, _Points], stretch: float) -> bool:
    driven = path.driven
    up = _search_path(query, path, 0, path.via + 1, ends[0], away=True)
    down = _search_path(query, path, path.via, len(driven), ends[1], away=False)
    return bool(
        kernels.is_stretch_bounded(driven, path.via, up.row, up.ancestor, down.row, down.ancestor, float(stretch))
    )


def _drive(query: HierarchyQuery, start: tuple[int, _Points], stop: tuple[int, _Points], vertex: int | None) -> _Path:
    """Fastest way between two places, or the two fastest ways that meet at a vertex."""
    labels, metric, hierarchy = query.labels, query.metric, query.metric.hierarchy
    if vertex is None:
        out, back, copies, forward = _join_searches(query, start[1], stop[1])
        via = 1
    else:
        at = np.array([vertex], dtype=np.int32)
        out, _, copies, forward = _join_searches(query, start[1], _search_vertices(query, at, away=False))
        via = 1 + len(copies)
        _, back, *onwards = _join_searches(query, _search_vertices(query, at, away=True), stop[1])
        copies, forward = np.append(copies, onwards[0]), np.append(forward, onwards[1])
    tail, head = hierarchy.ends_of(copies)
    one, other = start[0], stop[0]
    leaving, arriving = labels.legs[0].first[one] + out, labels.legs[1].first[other] + back
    legs = [labels.legs[0].weight[leaving], labels.legs[1].weight[arriving]]
    driven = np.where(forward, metric.forward[copies], metric.backward[copies])
    weight = np.concatenate([legs[:1], driven, legs[1:]])
    own = query.terminals.link[labels.order[[one, other]]]
    # Leaving by the head is driving forward; so is arriving from the tail.
    ahead = [labels.legs[0].by_head[leaving], ~labels.legs[1].by_head[arriving]]
    leaves_at = start[1].ancestor[0, labels.legs[0].depth[leaving]]
    return _Path(
        link=np.concatenate([own[:1], hierarchy.link_of(copies), own[1:]]),
        forward=np.concatenate([ahead[:1], forward, ahead[1:]]).astype(np.bool_),
        time_ds=weight >> 32,
        length_m=weight & 0xFFFFFFFF,
        vertex=np.append(leaves_at, np.where(forward, head, tail)).astype(np.int32),
        via=via,
    )


def _join_searches(query: HierarchyQuery, up: _Points, down: _Points) -> tuple[int, int, Int64Array, BoolArray]:
    """Which leg the fastest way begins and ends with, and the copies of links that it drives."""
    metric, hierarchy = query.metric, query.metric.hierarchy
    _, peak = kernels.meet_rows(up.row[0], up.ancestor[0], down.row[0], down.ancestor[0])
    out, rising = trace_arcs(hierarchy, up.by[0], peak)
    back, falling = trace_arcs(hierarchy, down.by[0], peak)
    arcs = np.concatenate([rising, falling[::-1]])
    upwards = np.arange(len(arcs)) < len(rising)
    copies, forward = path_kernels.unpack(arcs, upwards, *arc_tables(metric), *metric.found)
    return out, back, copies, forward


def _search_path(query: HierarchyQuery, path: _Path, first: int, last: int, end: _Points, *, away: bool) -> _Points:
    """Searches from the points of a path from `first` to `last` - 1, of which `end` is one, first or last of all."""
    inner = _search_vertices(query, path.vertex[max(first, 1) - 1 : min(last, len(path.link)) - 1], away=away)
    if away and first == 0:
        parts = (end, inner)
    elif not away and last == len(path.link) + 1:
        parts = (inner, end)
    else:
        return inner
    return _Points(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Points.__slots__))


def _search_terminal(query: HierarchyQuery, place: int, *, away: bool) -> _Points:
    legs = query.labels.legs[0 if away else 1]
    own = slice(legs.first[place], legs.first[place + 1])
    low = query.labels.low[place : place + 1]
    return _search(query, low, np.array([0, own.stop - own.start]), legs.depth[own], legs.weight[own], away=away)


def _search_vertices(query: HierarchyQuery, vertices: Int32Array, *, away: bool) -> _Points:
    each, nothing = np.arange(len(vertices) + 1), np.zeros(len(vertices), dtype=np.int64)
    return _search(query, vertices, each, query.metric.hierarchy.depth[vertices], nothing, away=away)


def _search(
    query: HierarchyQuery,
    low: Int32Array,
    leg_first: Int64Array,
    leg_depth: Int32Array,
    leg_weight: Int64Array,
    *,
    away: bool,
) -> _Points:
    hierarchy = query.metric.hierarchy
    shape = len(low), hierarchy.levels
    points = _Points(np.empty(shape, np.int64), np.empty(shape, np.int32), np.empty(shape, np.int32))
    kernels.search_points(
        low,
        leg_first,
        leg_depth,
        leg_weight,
        hierarchy.parent,
        hierarchy.depth,
        hierarchy.first_out,
        hierarchy.head_depth,
        query.metric.up if away else query.metric.down,
        points.row,
        points.by,
        points.ancestor,
    )
    return points
