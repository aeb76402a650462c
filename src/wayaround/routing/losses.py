"""What losing links costs all journeys together, exactly ("N-1"), without trying each journey.

Closing links only makes ways longer, and whatever does not rest on a closed link stays as it is. So for each group
of links closed together: the arcs of the hierarchy that rest on them, through the triangle that each stands for,
are weighed anew; then the label entries that are reached by such an arc; then the pairs whose fastest way runs over
such an entry. All three lists are inverted once, and everything is put back after each group. Links that no journey
uses cost nothing; links in series cost the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from wayaround.errors import ScaleOverflow
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import losses as kernels
from wayaround.routing.labels import Legs
from wayaround.routing.paths import arc_tables
from wayaround.routing.query import HierarchyQuery
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

__all__ = [
    "LossTables",
    "Losses",
    "lose_groups",
    "lose_groups_by_place",
    "prepare_losses",
    "weigh_places",
]

_GROUPS = 256  # groups that one thread takes at a time, at most
_PIECES = 16  # so that few groups, each of many links, keep all threads at work


@dataclass(frozen=True, slots=True)
class Losses:
    """What all journeys lose, by group of links closed together; each is a (groups,) ndarray of int64.

    Parameters
    ----------
    cut_off_weight, cut_off_pairs
        Journeys left without a way.
    extra_weighted_ds, extra_weighted_m
        Weight times extra deciseconds and metres, over journeys that keep a way; metres may be negative.
    longer_weight, longer_pairs
        Journeys that keep a way, but a slower or longer one.
    """

    cut_off_weight: Int64Array
    cut_off_pairs: Int64Array
    extra_weighted_ds: Int64Array
    extra_weighted_m: Int64Array
    longer_weight: Int64Array
    longer_pairs: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class LossTables:
    """The inverted lists of one query and its journeys; made once, shared by all threads.

    Parameters
    ----------
    query : HierarchyQuery
        Metric and terminals.
    trips, trip_pairs : (n, n) ndarray of int64 and int8
        Weight and number of journeys of each pair of places; those of both ways together if directions are alike.
    way : (n, n) ndarray of int64
        Packed weight of the fastest route of each pair of places.
    weight, entry, by_depth : ndarray
        Weights of arcs, entries of labels and depths they are reached from, both sides in a row.
    fixed : tuple of ndarray
        The rest, in the order of the kernel's arguments.
    """

    query: HierarchyQuery
    trips: Int64Array
    trip_pairs: npt.NDArray[np.int8]
    way: Int64Array
    weight: Int64Array
    entry: Int64Array
    by_depth: Int32Array
    triangles: tuple[Int64Array, Int32Array, Int32Array]
    dependents: tuple[Int32Array, Int32Array]
    uses: tuple[Int32Array, Int32Array]
    place_of: Int32Array
    path_arcs: tuple[Int64Array, Int32Array]
    shared: npt.NDArray[np.int16]
    peaks: tuple[Int64Array, Int32Array]
    legs: tuple[Int64Array, Int32Array, Int64Array]


def prepare_losses(query: HierarchyQuery, trips: npt.ArrayLike) -> LossTables:
    """Invert what rests on what.

    Takes a second and 200 MB for a continent, and three matrices of the terminals.

    Parameters
    ----------
    query : HierarchyQuery
        Metric and terminals, with nothing lost.
    trips : (n, n) array_like of int
        Weight of each journey by origin and destination, zero where nobody travels; the diagonal is not looked at.

    Returns
    -------
    LossTables

    Raises
    ------
    ScaleOverflow
        If the weights are so large that a sum might not fit 63 bits.
    """
    metric, labels = query.metric, query.labels
    hierarchy = metric.hierarchy
    weights = np.ascontiguousarray(np.asarray(trips, dtype=np.int64)[np.ix_(labels.order, labels.order)])
    # A detour may be longer than any way now: bound it by what the packed integers hold at all.
    if float(np.abs(weights).sum()) * (1 << 29) >= 1 << 63:
        raise ScaleOverflow("the trips weigh more than 10^10 in all; scale their weights down.")
    np.fill_diagonal(weights, 0)
    pairs = (weights > 0).astype(np.int8)
    two_sides = labels.up is not labels.down
    if not two_sides:  # the two journeys of a pair share their fate
        weights, pairs = weights + weights.T, pairs + pairs.T
    up, down = metric.up, metric.down
    way = query.packed_matrix()[np.ix_(labels.order, labels.order)]
    entries = int(labels.first[-1])
    by = np.empty((1 + two_sides, entries), dtype=np.int32)
    by_depth = np.empty_like(by)
    for side, arc_weight in enumerate((up, down)[: 1 + two_sides]):
        kernels.trace_labels(
            labels.low,
            *labels.legs[side][:3],
            labels.first,
            hierarchy.levels,
            hierarchy.parent,
            hierarchy.depth,
            hierarchy.first_out,
            hierarchy.head_depth,
            hierarchy.tail,
            arc_weight,
            by[side],
            by_depth[side],
        )
    shared = np.zeros(way.shape, dtype=np.int16)
    peaks = [
        kernels.list_peaks(back, labels.first, labels.up, labels.down, query.least_common, way, weights, shared)
        for back in (False, True)[: 1 + two_sides]
    ]
    peak_first = np.concatenate([peaks[0][0][:-1], *(peaks[0][0][-1] + other[0] for other in peaks[1:])])
    if not two_sides:
        peak_first = peaks[0][0]
    used = np.where(by >= 0, by + hierarchy.arcs * np.arange(1 + two_sides)[:, None], -1).ravel()
    use_entry = np.argsort(used, kind="stable")[np.count_nonzero(used < 0) :]
    use_first = np.searchsorted(used[use_entry], np.arange(hierarchy.arcs * (1 + two_sides) + 1))
    return LossTables(
        query=query,
        trips=weights,
        trip_pairs=pairs,
        way=way,
        weight=np.concatenate([up, down]) if two_sides else up,
        entry=np.concatenate([labels.up, labels.down]) if two_sides else labels.up,
        by_depth=by_depth.ravel(),
        triangles=kernels.list_triangles(
            hierarchy.first_out,
            hierarchy.head_depth,
            hierarchy.tail,
            hierarchy.first_in,
            hierarchy.in_arc,
            hierarchy.levels,
        ),
        dependents=kernels.list_dependents(two_sides, *arc_tables(metric)),
        uses=(use_first.astype(np.int32), use_entry.astype(np.int32)),
        place_of=np.repeat(np.arange(len(labels.low), dtype=np.int32), np.diff(labels.first)),
        shared=shared,
        peaks=(peak_first, np.concatenate([partner for _, partner in peaks])),
        legs=_lay_sides(labels.legs[: 1 + two_sides]),
        path_arcs=kernels.list_path_arcs(
            labels.low,
            labels.first,
            hierarchy.parent,
            hierarchy.depth,
            hierarchy.first_out,
            hierarchy.head_depth,
        ),
    )


def _lay_sides(sides: Sequence[Legs]) -> tuple[Int64Array, Int32Array, Int64Array]:
    """Legs of both sides in one CSR: first, depth and weight."""
    offsets = np.cumsum([0, *(side.first[-1] for side in sides)])
    first = [side.first[:-1] + offset for side, offset in zip(sides, offsets, strict=False)]
    return (
        np.concatenate([*first, offsets[-1:]]).astype(np.int64),
        np.concatenate([side.depth for side in sides]),
        np.concatenate([side.weight for side in sides]),
    )


def lose_groups(
    tables: LossTables,
    group_first: npt.ArrayLike,
    group_link: npt.ArrayLike,
    *,
    progress: Callable[[int], None] | None = None,
) -> Losses:
    """Close each group of links alone, in both directions, and sum what all journeys lose.

    Legs of terminals stay as they are: a town on a lost link still gets to both its ends.

    Parameters
    ----------
    tables : LossTables
        From `prepare_losses`.
    group_first : (groups + 1,) array_like of int
    group_link : (members,) array_like of int
        Links of each group, in CSR.
    progress : callable, optional
        Called with the number of groups done, from several threads.

    Returns
    -------
    Losses
        By group. Equal to customising without the links and asking for every journey again.
    """
    groups = len(np.asarray(group_first)) - 1
    return _lose_groups(tables, group_first, group_link, np.zeros((groups, 0), dtype=np.int64), progress)


def lose_groups_by_place(
    tables: LossTables, group_first: npt.ArrayLike, group_link: npt.ArrayLike
) -> tuple[Losses, Int64Array]:
    """As `lose_groups`, and what each place loses.

    Parameters
    ----------
    tables, group_first, group_link
        As for `lose_groups`.

    Returns
    -------
    losses : Losses
        By group.
    cut_off_weight : (groups, n) ndarray of int64
        Weight of the journeys from and to each place that are left without a way.
    """
    of_place = np.zeros((len(np.asarray(group_first)) - 1, len(tables.trips)), dtype=np.int64)
    losses = _lose_groups(tables, group_first, group_link, of_place, None)
    by_place = np.empty_like(of_place)
    by_place[:, tables.query.labels.order] = of_place
    return losses, by_place


def weigh_places(tables: LossTables) -> Int64Array:
    """Weight of the journeys from and to each place that have a way with nothing lost, as (n,) ndarray of int64."""
    had_way = np.where(tables.way < UNREACHABLE, tables.trips, 0)
    both = had_way.sum(axis=1)
    if tables.query.labels.up is not tables.query.labels.down:  # else a row holds both journeys of each pair
        both += had_way.sum(axis=0)
    weight: Int64Array = np.empty_like(both)
    weight[tables.query.labels.order] = both
    return weight


def _lose_groups(
    tables: LossTables,
    group_first: npt.ArrayLike,
    group_link: npt.ArrayLike,
    of_place: Int64Array,
    progress: Callable[[int], None] | None,
) -> Losses:
    query = tables.query
    metric, labels, hierarchy = query.metric, query.labels, query.metric.hierarchy
    copy, row = hierarchy.copies_of(group_link)
    first = np.searchsorted(row, np.asarray(group_first, dtype=np.int64))
    copy = np.ascontiguousarray(copy)
    sides = len(tables.entry) // max(1, int(labels.first[-1]))
    groups = len(first) - 1
    result = np.zeros((groups, len(fields(Losses))), dtype=np.int64)
    piece = max(1, min(_GROUPS, groups // _PIECES))
    starts = np.append(np.arange(0, groups, piece), groups)
    spare: list[tuple[Int64Array, Int64Array, BoolArray, BoolArray, BoolArray]] = []

    def lose(piece: int) -> None:
        try:
            own = spare.pop()
        except IndexError:
            own = (
                tables.weight.copy(),
                tables.entry.copy(),
                np.zeros(hierarchy.copies, dtype=np.bool_),
                np.zeros(2 * hierarchy.arcs, dtype=np.bool_),
                np.zeros(len(tables.entry), dtype=np.bool_),
            )
        kernels.lose_groups(
            starts[piece],
            starts[piece + 1],
            first,
            copy,
            hierarchy.link_arc,
            hierarchy.arc_first_link,
            hierarchy.arc_link,
            hierarchy.link_upward,
            metric.forward,
            metric.backward,
            sides,
            tables.weight,
            *tables.triangles,
            *tables.dependents,
            *tables.legs,
            labels.first,
            tables.entry,
            tables.by_depth,
            *tables.uses,
            tables.place_of,
            *tables.path_arcs,
            *tables.peaks,
            tables.shared,
            tables.way,
            tables.trips,
            tables.trip_pairs,
            *query.near,
            *own,
            result,
            of_place,
        )
        spare.append(own)
        if progress is not None:
            progress(int(starts[piece + 1] - starts[piece]))

    run_in_threads(lose, len(starts) - 1)
    return Losses(*np.ascontiguousarray(result.T))
