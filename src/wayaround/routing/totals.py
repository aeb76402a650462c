"""Totals over all pairs of many terminals, before and after, without holding any matrix.

Rows are made a block at a time, for a slice of the destinations whose labels fit the cache, added up and thrown
away: memory grows with the terminals, not with their pairs.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from wayaround.errors import ScaleOverflow
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import totals as kernels
from wayaround.routing.query import HierarchyQuery
from wayaround.units import Int64Array

__all__ = ["PairTotals", "WayTotals", "compare_totals", "sum_totals"]

_ROWS = 128  # origins that one thread takes at a time


@dataclass(frozen=True, slots=True)
class WayTotals:
    """Sums over ordered pairs of different terminals that have a way, by group of the origin: (groups,) int64 each.

    Parameters
    ----------
    pairs, weight, weighted_ds, weighted_m
        Their number, weight, and weight times deciseconds and metres.
    """

    pairs: Int64Array
    weight: Int64Array
    weighted_ds: Int64Array
    weighted_m: Int64Array


@dataclass(frozen=True, slots=True)
class PairTotals:
    """Sums over ordered pairs of different terminals by group of the origin; each is a (groups,) ndarray of int64.

    Parameters
    ----------
    pairs, weight, weighted_ds, weighted_m
        Pairs with a way before: their number, weight, and weight times deciseconds and metres before.
    longer_pairs, longer_weight
        Those of them that have a way after, but a slower or longer one.
    extra_weighted_ds, extra_weighted_m
        After less before, over pairs that have a way in both.
    cut_off_pairs, cut_off_weight
        Pairs with a way before and none after.
    """

    pairs: Int64Array
    weight: Int64Array
    weighted_ds: Int64Array
    weighted_m: Int64Array
    longer_pairs: Int64Array
    longer_weight: Int64Array
    extra_weighted_ds: Int64Array
    extra_weighted_m: Int64Array
    cut_off_pairs: Int64Array
    cut_off_weight: Int64Array


def sum_totals(
    query: HierarchyQuery,
    *,
    origin_weight: npt.ArrayLike,
    destination_weight: npt.ArrayLike,
    group: npt.ArrayLike,
    groups: int,
) -> WayTotals:
    """Sum over all ordered pairs of one query; parameters and errors as for `compare_totals`.

    Examples
    --------
    Two places in the middle of two links in a row:

    >>> from wayaround.routing.metric import HierarchyEngine
    >>> from wayaround.routing.terminals import LinkWeights, Terminals
    >>> engine = HierarchyEngine.from_network(3, np.arange(2), np.arange(1, 3), lon=np.arange(3.0), lat=np.zeros(3))
    >>> ds, half = np.full(2, 100), np.full(2, 50)
    >>> places = Terminals(np.arange(2), np.full(2, 0.5), half, half, half, half, half, half)
    >>> query = engine.customise(LinkWeights(ds, ds, ds)).query(places)
    >>> sum_totals(query, origin_weight=[1, 1], destination_weight=[1, 3], group=[0, 0], groups=1)
    WayTotals(pairs=array([2]), weight=array([4]), weighted_ds=array([400]), weighted_m=array([400]))
    """
    labels = query.labels
    weights = _by_place(query, origin_weight, destination_weight, group, max(labels.bounds))
    bounds, total = _rows(len(labels.order), groups, len(fields(WayTotals)))
    column, ranges, near = query.column, query.ranges, query.near

    def add(piece: int) -> None:
        kernels.sum_rows(
            bounds[piece], bounds[piece + 1], labels.first, *ranges, *near, labels.up, column, *weights, total[piece]
        )

    run_in_threads(add, len(bounds) - 1)
    return WayTotals(*np.ascontiguousarray(total.sum(axis=0).T))


def compare_totals(
    before: HierarchyQuery,
    after: HierarchyQuery,
    *,
    origin_weight: npt.ArrayLike,
    destination_weight: npt.ArrayLike,
    group: npt.ArrayLike,
    groups: int,
) -> PairTotals:
    """Sum what changes over all ordered pairs.

    Parameters
    ----------
    before, after : HierarchyQuery
        Two metrics of one hierarchy with terminals on the same links.
    origin_weight, destination_weight : (n,) array_like of int
        A pair weighs the product of the two.
    group : (n,) array_like of int
        Group of each terminal as an origin, from 0 to `groups` - 1: its country, say.
    groups : int
        Number of groups.

    Returns
    -------
    PairTotals

    Raises
    ------
    ValueError
        If the two queries are not of the same hierarchy and the same links.
    ScaleOverflow
        If the weights are so large that a sum might not fit 63 bits.
    """
    labels = before.labels
    if before.metric.hierarchy is not after.metric.hierarchy or not np.array_equal(
        before.terminals.link, after.terminals.link
    ):
        raise ValueError("both queries must be of the same hierarchy and have terminals on the same links")
    farthest = max(max(query.labels.bounds) for query in (before, after))
    weights = _by_place(before, origin_weight, destination_weight, group, farthest)
    first_row, total = _rows(len(labels.order), groups, len(fields(PairTotals)))
    near_first, near, before_near = before.near
    after_near = after.near[2]
    columns, ranges = (before.column, after.column), before.ranges

    def compare(piece: int) -> None:
        kernels.compare_rows(
            first_row[piece],
            first_row[piece + 1],
            labels.first,
            *ranges,
            near_first,
            near,
            before_near,
            labels.up,
            columns[0],
            after.labels.up,
            columns[1],
            after_near,
            *weights,
            total[piece],
        )

    run_in_threads(compare, len(first_row) - 1)
    return PairTotals(*np.ascontiguousarray(total.sum(axis=0).T))


def _by_place(
    query: HierarchyQuery,
    origin_weight: npt.ArrayLike,
    destination_weight: npt.ArrayLike,
    group: npt.ArrayLike,
    farthest: int,
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Weights and groups in the order of the places, if their sums fit."""
    order = query.labels.order
    origins, destinations, groups = (
        np.ascontiguousarray(values, dtype=np.int64)[order] for values in (origin_weight, destination_weight, group)
    )
    if int(np.abs(origins).sum()) * int(np.abs(destinations).sum()) * farthest >= 1 << 63:
        raise ScaleOverflow("weights times times do not fit 63 bits; use smaller weights.")
    return origins, destinations, groups


def _rows(places: int, groups: int, columns: int) -> tuple[Int64Array, Int64Array]:
    """Where each block of rows begins, and room for what each adds up."""
    first = np.append(np.arange(0, places, _ROWS), places)
    return first, np.zeros((len(first) - 1, groups, columns), dtype=np.int64)
