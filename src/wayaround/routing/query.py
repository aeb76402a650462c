"""Answers for one metric and one set of terminals: pairs, lists of pairs, matrices, routes, flows."""

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import labels as kernels
from wayaround.routing.labels import Labels, compute_labels, pack_weights, relabel
from wayaround.routing.paths import find_route, spread_flows
from wayaround.routing.terminals import Flows, LinkWeights, Route, Skim, Terminals
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

if TYPE_CHECKING:
    from wayaround.routing.metric import HierarchyMetric

__all__ = ["HierarchyQuery", "Ranges", "unpack_weights"]

_CHUNK = 64  # terminals that one thread takes at a time
_MANY = 8  # a whole row costs as much as one in so many of its pairs
_METRES = (1 << 32) - 1


class Ranges(NamedTuple):
    """Ranges of places that share ancestors, as a tree; see the kernel `group_places`."""

    begin: Int32Array
    end: Int32Array
    shared: Int32Array
    outer: Int32Array
    inner: Int32Array


class HierarchyQuery:
    """Answers for one metric and one set of terminals; the labels are made at once, the rest when asked for.

    Parameters
    ----------
    metric : HierarchyMetric
        Weights.
    terminals : Terminals
        Points inside links, whose legs belong to the same weights.
    """

    stale: tuple[BoolArray, BoolArray] | None = None
    """Places whose labels, away and back, differ from those of the query that this one was changed from."""

    def __init__(self, metric: "HierarchyMetric", terminals: Terminals, *, labels: Labels | None = None) -> None:
        self.metric = metric
        self.terminals = terminals
        self.labels = compute_labels(metric, terminals) if labels is None else labels

    def changed(self, links: npt.ArrayLike, weights: LinkWeights, terminals: Terminals) -> "HierarchyQuery":
        """Query with other weights on some links, which takes over whatever the change cannot touch.

        Parameters
        ----------
        links : (k,) array_like of int
            Links whose weights may differ.
        weights : LinkWeights
            Weights of all links after the change.
        terminals : Terminals
            The same places; their legs belong to the changed weights.

        Returns
        -------
        HierarchyQuery
            Equal to one made afresh; this one stays as it is.
        """
        links = np.asarray(links, dtype=np.int64)
        forward_ds, backward_ds = weights.forward_ds[links], weights.backward_ds[links]
        return self.follow(self.metric.changed(links, forward_ds=forward_ds, backward_ds=backward_ds), terminals)

    def follow(self, metric: "HierarchyMetric", terminals: Terminals) -> "HierarchyQuery":
        """Query of a metric that was changed from this one's, see `changed`."""
        if metric.change is None or not np.array_equal(terminals.link, self.terminals.link):
            return HierarchyQuery(metric, terminals)
        labels, *stale = relabel(self.labels, metric, terminals)
        query = HierarchyQuery(metric, terminals, labels=labels)
        query.stale = stale[0], stale[1]
        # The tree of the places is the same.
        query.ranges, query.least_common = self.ranges, self.least_common
        return query

    @cached_property
    def ranges(self) -> Ranges:
        """Ranges of places that share ancestors."""
        return Ranges(*kernels.group_places(self.labels.common))

    @cached_property
    def column(self) -> Int64Array:
        """Downward labels by depth, as far as other places share them."""
        return self._stand_up(self.labels.down)

    @cached_property
    def upward_column(self) -> Int64Array:
        """Upward labels by depth, as far as other places share them."""
        return self.column if self.labels.up is self.labels.down else self._stand_up(self.labels.up)

    def _stand_up(self, entry: Int64Array) -> Int64Array:
        labels = self.labels
        column = np.empty((int(labels.common.max(initial=0)), len(self.terminals)), dtype=np.int64)
        kernels.stand_up(labels.first, entry, labels.common, column)
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
        return first, place[destination], pack_weights(*self.terminals.direct(origin, destination))

    def skim(self, origin: Int64Array, destination: Int64Array, *, before: Skim | None = None) -> Skim:
        """Time and length of the fastest route of each pair.

        Parameters
        ----------
        origin, destination : (p,) ndarray of int64
            Rows of the terminals. Long runs of one origin are answered fastest.
        before : Skim, optional
            Answers for the same pairs of the query that this one was changed from: pairs whose labels are as they
            were are taken over.

        Returns
        -------
        Skim
        """
        origin, destination = np.asarray(origin, dtype=np.int64), np.asarray(destination, dtype=np.int64)
        if before is not None and self.stale is not None:
            away, back = (stale[self.labels.place] for stale in self.stale)
            anew = np.flatnonzero(away[origin] | back[destination])
            answer = Skim(before.time_ds.copy(), before.length_m.copy())
            part = self.skim(origin[anew], destination[anew])
            answer.time_ds[anew], answer.length_m[anew] = part.time_ds, part.length_m
            return answer
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

    def packed_matrix(self, out: Int64Array | None = None, *, before: Int64Array | None = None) -> Int64Array:
        """Packed weight of the fastest route of every pair; `unpack_weights` takes it apart.

        Parameters
        ----------
        out : (n, n) ndarray of int64, optional
            Where to write; fresh memory costs as much as the answer.
        before : (n, n) ndarray of int64, optional
            Matrix of the query that this one was changed from: pairs whose labels are as they were are taken over.
            It may be `out` itself.

        Returns
        -------
        (n, n) ndarray of int64
            `time << 32 | metres`, by origin and destination; `UNREACHABLE` where no way is left.
        """
        if before is not None and self.stale is not None and 2 * max(map(np.count_nonzero, self.stale)) < len(before):
            return self._refill_matrix(before.copy() if out is None else out, before)
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

    def _refill_matrix(self, matrix: Int64Array, before: Int64Array) -> Int64Array:
        assert self.stale is not None
        if matrix is not before:
            np.copyto(matrix, before)
        labels, near, ranges = self.labels, self.near, self.ranges
        for across, stale in enumerate(self.stale):
            places = np.flatnonzero(stale)
            if len(places) == 0:
                continue
            entry, column = (labels.down, self.upward_column) if across else (labels.up, self.column)
            bounds = np.append(np.arange(0, len(places), _CHUNK), len(places))

            def fill(
                piece: int,
                places: Int64Array = places,
                across: int = across,
                entry: Int64Array = entry,
                column: Int64Array = column,
                bounds: Int64Array = bounds,
            ) -> None:
                kernels.refill_matrix(
                    bounds[piece],
                    bounds[piece + 1],
                    places,
                    bool(across),
                    labels.order,
                    labels.first,
                    entry,
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


def _pairs_on_one_link(terminals: Terminals) -> tuple[Int64Array, Int64Array]:
    """All ordered pairs of terminals that share a link, each terminal with itself included."""
    order = np.argsort(terminals.link, kind="stable")
    sorted_link = terminals.link[order]
    begin = np.searchsorted(sorted_link, sorted_link, side="left")
    size = np.searchsorted(sorted_link, sorted_link, side="right") - begin
    start = np.cumsum(size) - size
    step = np.arange(int(size.sum())) - np.repeat(start, size)
    return np.repeat(order, size), order[np.repeat(begin, size) + step]
