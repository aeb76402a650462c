"""Distances between terminals, from labels.

The label of a terminal holds its distance to every ancestor in the elimination tree, root first. A fastest way
peaks at an ancestor of both its ends, so the distance of a pair is the least of `up[s] + down[t]` over the common
first entries ("hub labels by hierarchy": Ouyang et al., "When Hierarchy Meets 2-Hop-Labeling", 2018; the upward
search itself is the elimination-tree query of Dibbelt, Strasser and Wagner, 2016). Terminals are kept in the order
of their ranks, which is a depth-first order of the tree: those below one ancestor stand side by side.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from wayaround.errors import ScaleOverflow
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import labels as kernels
from wayaround.routing.paths import find_route, spread_flows
from wayaround.routing.terminals import Flows, Route, Skim, Terminals
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

if TYPE_CHECKING:
    from wayaround.routing.hierarchy import Hierarchy
    from wayaround.routing.metric import HierarchyMetric

__all__ = ["HierarchyQuery", "Labels", "Legs", "Ranges", "compute_labels", "unpack_weights"]

_CHUNK = 64  # terminals that one thread takes at a time
_MANY = 8  # a whole row costs as much as one in so many of its pairs
_METRES = (1 << 32) - 1


class Legs(NamedTuple):
    """Stretches between places and the ends of their links, in CSR by place, either away or back.

    `depth` is that of the vertex, an ancestor of the place's `low`; `weight` is packed; `by_head` says at which end of
    the link. Copies of links make the ends many.
    """

    first: Int64Array
    depth: Int32Array
    weight: Int64Array
    by_head: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Labels of terminals; a *place* is a terminal by its position in depth-first order.

    Parameters
    ----------
    order, place : (n,) ndarray of int64
        Terminal at each place, and place of each terminal.
    low : (n,) ndarray of int32
        Lowest vertex that a leg of each place leads to or comes from; the label runs from the root to it.
    legs : tuple of Legs
        The legs away from each place, and those back to it.
    first : (n + 1,) ndarray of int64
        Start of each label.
    up, down : (entries,) ndarray of int64
        Packed distance to, and from, each ancestor; one array if both directions are alike.
    common : (n,) ndarray of int32
        Number of ancestors that each place shares with the one before it.
    bounds : tuple of int
        Deciseconds and metres that no fastest route between two terminals exceeds.
    """

    order: Int64Array
    place: Int64Array
    low: Int32Array
    legs: tuple[Legs, Legs]
    first: Int64Array
    up: Int64Array
    down: Int64Array
    common: Int32Array
    bounds: tuple[int, int]


class Ranges(NamedTuple):
    """Ranges of places that share ancestors, as a tree; see the kernel `group_places`."""

    begin: Int32Array
    end: Int32Array
    shared: Int32Array
    outer: Int32Array
    inner: Int32Array


def compute_labels(metric: "HierarchyMetric", terminals: Terminals) -> Labels:
    """Label terminals.

    Parameters
    ----------
    metric : HierarchyMetric
        Weights.
    terminals : Terminals
        Points inside links; their legs must belong to the same weights.

    Returns
    -------
    Labels

    Raises
    ------
    ScaleOverflow
        If a way between two terminals might not fit the packed integers.
    """
    hierarchy, count = metric.hierarchy, len(terminals)
    order, low, legs = _lay_legs(hierarchy, terminals)
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(hierarchy.depth[low] + 1, out=first[1:])
    common = np.zeros(count, dtype=np.int32)
    alike = (
        metric.symmetric
        and np.array_equal(legs[0].weight, legs[1].weight)
        and np.array_equal(legs[0].depth, legs[1].depth)
    )
    bounds = np.append(np.arange(0, count, _CHUNK), count)

    def label_side(side: Legs, weight: Int64Array) -> tuple[Int64Array, int]:
        entry = np.empty(first[-1], dtype=np.int64)
        largest = np.zeros(len(bounds), dtype=np.int64)

        def label(chunk: int) -> None:
            largest[chunk] = kernels.label(
                bounds[chunk],
                bounds[chunk + 1],
                low,
                side.first,
                side.depth,
                side.weight,
                first,
                hierarchy.parent,
                hierarchy.depth,
                hierarchy.first_descendant,
                hierarchy.first_out,
                hierarchy.head_depth,
                weight,
                entry,
                common,
            )

        run_in_threads(label, len(bounds) - 1)
        return entry, int(largest.max(initial=0))

    up, farthest_up = label_side(legs[0], metric.up)
    down, farthest_down = (up, farthest_up) if alike else label_side(legs[1], metric.down)
    bounds_of_routes = _check_scale(metric, farthest_up, farthest_down, terminals)
    return Labels(order, place, low, legs, first, up, down, common, bounds_of_routes)


class HierarchyQuery:
    """Answers for one metric and one set of terminals; the labels are made at once, the rest when asked for.

    Parameters
    ----------
    metric : HierarchyMetric
        Weights.
    terminals : Terminals
        Points inside links, whose legs belong to the same weights.
    """

    def __init__(self, metric: "HierarchyMetric", terminals: Terminals) -> None:
        self.metric = metric
        self.terminals = terminals
        self.labels = compute_labels(metric, terminals)

    @cached_property
    def ranges(self) -> Ranges:
        """Ranges of places that share ancestors."""
        return Ranges(*kernels.group_places(self.labels.common))

    @cached_property
    def column(self) -> Int64Array:
        """Downward labels by depth, as far as other places share them."""
        labels = self.labels
        column = np.empty((int(labels.common.max(initial=0)), len(self.terminals)), dtype=np.int64)
        kernels.stand_up(labels.first, labels.down, labels.common, column)
        return column

    @cached_property
    def least_common(self) -> Int32Array:
        """Least of `common` over 1, 2, 4, ... places from each on: what any two places share."""
        rows = [self.labels.common]
        while 2 << len(rows) <= 2 * len(self.terminals):
            step, wider = 1 << (len(rows) - 1), rows[-1].copy()
            np.minimum(rows[-1][:-step], rows[-1][step:], out=wider[:-step])
            rows.append(wider)
        return np.stack(rows)

    @cached_property
    def near(self) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Places on the link of each place, itself among them: CSR, and the packed way to them along the link."""
        origin, destination = _pairs_on_one_link(self.terminals)
        place = self.labels.place
        order = np.argsort(place[origin], kind="stable")
        origin, destination = origin[order], destination[order]
        first = np.searchsorted(place[origin], np.arange(len(place) + 1))
        return first, place[destination], _pack(*self.terminals.direct(origin, destination))

    def skim(self, origin: Int64Array, destination: Int64Array) -> Skim:
        """Time and length of the fastest route of each pair.

        Parameters
        ----------
        origin, destination : (p,) ndarray of int64
            Rows of the terminals. Long runs of one origin are answered fastest.

        Returns
        -------
        Skim
        """
        origin, destination = np.asarray(origin, dtype=np.int64), np.asarray(destination, dtype=np.int64)
        labels, pairs = self.labels, len(origin)
        time_ds, length_m = np.empty(pairs, dtype=np.int64), np.empty(pairs, dtype=np.int64)
        many = pairs > 4 * len(self.terminals)
        column = self.column if many else np.zeros((0, 0), dtype=np.int64)
        from_place, to_place, least_common = (
            labels.place[origin],
            labels.place[destination],
            self.least_common,
        )
        pieces = 16 if pairs > 10_000 else 1
        bounds = np.arange(pieces + 1) * pairs // pieces

        def skim(piece: int) -> None:
            kernels.skim_pairs(
                bounds[piece],
                bounds[piece + 1],
                from_place,
                to_place,
                least_common,
                labels.first,
                labels.up,
                labels.down,
                column,
                *self.ranges,
                time_ds,
                length_m,
            )

        run_in_threads(skim, pieces)
        link = self.terminals.link
        near = np.flatnonzero(link[origin] == link[destination])
        direct_ds, direct_m = self.terminals.direct(origin[near], destination[near])
        sooner = (direct_ds < time_ds[near]) | ((direct_ds == time_ds[near]) & (direct_m < length_m[near]))
        time_ds[near[sooner]], length_m[near[sooner]] = direct_ds[sooner], direct_m[sooner]
        return Skim(time_ds, length_m)

    def packed_matrix(self, out: Int64Array | None = None) -> Int64Array:
        """Packed weight of the fastest route of every pair; `unpack_weights` takes it apart.

        Parameters
        ----------
        out : (n, n) ndarray of int64, optional
            Where to write; fresh memory costs as much as the answer.

        Returns
        -------
        (n, n) ndarray of int64
            `time << 32 | metres`, by origin and destination; `UNREACHABLE` where no way is left.
        """
        labels, count = self.labels, len(self.terminals)
        matrix = np.empty((count, count), dtype=np.int64) if out is None else out
        bounds = np.append(np.arange(0, count, _CHUNK), count)
        column, ranges, near = self.column, self.ranges, self.near

        def fill(piece: int) -> None:
            kernels.fill_matrix(
                bounds[piece],
                bounds[piece + 1],
                labels.order,
                labels.first,
                labels.up,
                column,
                *ranges,
                *near,
                matrix,
            )

        run_in_threads(fill, len(bounds) - 1)
        return matrix

    def matrix(self, origins: npt.ArrayLike | None = None, destinations: npt.ArrayLike | None = None) -> Skim:
        """Time and length of the fastest routes from some terminals to some others.

        Parameters
        ----------
        origins : (m,) array_like of int, optional
        destinations : (k,) array_like of int, optional
            Rows of the terminals, in any order, repeats included; default all.

        Returns
        -------
        Skim
            Two (m, k) arrays in deciseconds and metres; `UNREACHABLE` where no way is left.
        """
        if origins is None and destinations is None:
            return Skim(*unpack_weights(self.packed_matrix()))
        place = self.labels.place
        rows, columns = (
            place if some is None else place[np.asarray(some, dtype=np.int64)] for some in (origins, destinations)
        )
        matrix = np.empty((len(rows), len(columns)), dtype=np.int64)
        whole = _MANY * len(columns) > len(place) and matrix.size > len(place)
        column = self.column if whole else np.zeros((0, 0), dtype=np.int64)
        bounds = np.append(np.arange(0, len(rows), _CHUNK), len(rows))
        labels, ranges, near, least_common = self.labels, self.ranges, self.near, self.least_common

        def fill(piece: int) -> None:
            kernels.fill_rectangle(
                bounds[piece],
                bounds[piece + 1],
                rows,
                columns,
                least_common,
                labels.first,
                labels.up,
                labels.down,
                column,
                *ranges,
                *near,
                matrix,
            )

        run_in_threads(fill, len(bounds) - 1)
        return Skim(*unpack_weights(matrix))

    def route(self, origin: int, destination: int) -> Route | None:
        """Fastest route of one pair, or None where no way is left."""
        return find_route(self, int(origin), int(destination))

    def flows(self, origin: Int64Array, destination: Int64Array, weight: Int64Array) -> Flows:
        """Weight that drives each link when each pair takes its fastest route; cut-off pairs drive none."""
        return spread_flows(self, origin, destination, weight)


def unpack_weights(weight: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Time and metres of packed weights.

    Examples
    --------
    >>> unpack_weights(np.array([(150 << 32) + 1500]))
    (array([150]), array([1500]))
    """
    shut = weight >= UNREACHABLE
    return np.where(shut, UNREACHABLE, weight >> 32), np.where(shut, UNREACHABLE, weight & _METRES)


def _pack(time_ds: Int64Array, length_m: Int64Array) -> Int64Array:
    shut = time_ds >= UNREACHABLE
    return np.where(shut, UNREACHABLE, (np.where(shut, 0, time_ds) << 32) + np.where(shut, 0, length_m))


def _lay_legs(hierarchy: "Hierarchy", terminals: Terminals) -> tuple[Int64Array, Int32Array, tuple[Legs, Legs]]:
    """Order of the places, the lowest vertex of each, and its legs.

    A terminal leaves by the first copy of its link in either direction, since nothing that it drove before bans a
    turn, and is reached over any copy. All these ends are ancestors of the lowest (see `turns.py`).
    """
    count = len(terminals)
    packed = _pack_legs(terminals)
    copy, row = hierarchy.copies_of(terminals.link)
    tail, head = hierarchy.ends_of(copy)
    every = row
    ends = [(every, tail), (every, head)] * 2
    if hierarchy.has_copies:
        ahead, behind = hierarchy.copy_ahead[copy], hierarchy.copy_behind[copy]
        leaves_behind, first_behind = np.unique(row[behind], return_index=True)
        leaves_ahead, first_ahead = np.unique(row[ahead], return_index=True)
        ends = [
            (leaves_behind, tail[behind][first_behind]),
            (leaves_ahead, head[ahead][first_ahead]),
            (row[ahead], tail[ahead]),
            (row[behind], head[behind]),
        ]
    lowest = np.full(count, hierarchy.nodes, dtype=np.int64)
    for own, vertex in ends:
        np.minimum.at(lowest, own, vertex)
    order = np.argsort(lowest, kind="stable")
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    sides = []
    for (by_tail, tails), (by_head, heads), to_tail, to_head in ((*ends[:2], *packed[:2]), (*ends[2:], *packed[2:])):
        own = place[np.concatenate([by_tail, by_head])]
        depth = hierarchy.depth[np.concatenate([tails, heads])]
        weight = np.concatenate([to_tail[by_tail], to_head[by_head]])
        by_place = np.argsort(own, kind="stable")
        first = np.searchsorted(own[by_place], np.arange(count + 1))
        sides.append(Legs(first, depth[by_place], weight[by_place], by_place >= len(by_tail)))
    return order, lowest[order].astype(np.int32), (sides[0], sides[1])


def _pack_legs(terminals: Terminals) -> Int64Array:
    """Packed legs by terminal: to the tail, to the head, from the tail, from the head."""
    times = np.stack([terminals.to_tail_ds, terminals.to_head_ds, terminals.from_tail_ds, terminals.from_head_ds])
    metres = np.stack([terminals.tail_m, terminals.head_m, terminals.tail_m, terminals.head_m])
    open_ds = np.where(times >= UNREACHABLE, 0, times)
    if min(times.min(initial=0), metres.min(initial=0)) < 0:
        raise ScaleOverflow("a leg of a terminal is negative; the engine holds whole numbers from zero up.")
    if open_ds.max(initial=0) >= 1 << 28 or metres.max(initial=0) >= 1 << 31:
        raise ScaleOverflow("a leg of a terminal takes over 7,456 hours or is too long for the engine.")
    return _pack(times, metres)


def _check_scale(metric: "HierarchyMetric", up: int, down: int, terminals: Terminals) -> tuple[int, int]:
    """Bounds of time and metres of a route; refuse what the packed integers might not hold, see `metric.py`."""
    if max(up, down) + metric.largest >= UNREACHABLE or up + down >= UNREACHABLE:
        raise ScaleOverflow("a way between two places might take over 14,900 hours; check the speeds.")
    time_ds = (up + down >> 32) + 1
    legs_m = 2 * int(max(terminals.tail_m.max(initial=0), terminals.head_m.max(initial=0)))
    length_m = min(metric.metres, 8 * time_ds + metric.excess) + legs_m
    if length_m >= 1 << 32:
        raise ScaleOverflow("a fastest route might be over 4.29 million km, more than the engine can hold.")
    return time_ds, length_m


def _pairs_on_one_link(terminals: Terminals) -> tuple[Int64Array, Int64Array]:
    """All ordered pairs of terminals that share a link, each terminal with itself included."""
    order = np.argsort(terminals.link, kind="stable")
    sorted_link = terminals.link[order]
    begin = np.searchsorted(sorted_link, sorted_link, side="left")
    size = np.searchsorted(sorted_link, sorted_link, side="right") - begin
    start = np.cumsum(size) - size
    step = np.arange(int(size.sum())) - np.repeat(start, size)
    return np.repeat(order, size), order[np.repeat(begin, size) + step]
