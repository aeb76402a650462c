"""Distances between terminals, from labels.

The label of a terminal holds its distance to every ancestor in the elimination tree, root first. A fastest way
peaks at an ancestor of both its ends, so the distance of a pair is the least of `up[s] + down[t]` over the common
first entries ("hub labels by hierarchy": Ouyang et al., "When Hierarchy Meets 2-Hop-Labeling", 2018; the upward
search itself is the elimination-tree query of Dibbelt, Strasser and Wagner, 2016). Terminals are kept in the order
of their ranks, which is a depth-first order of the tree: those below one ancestor stand side by side.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from wayaround.errors import ScaleOverflow
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import labels as kernels
from wayaround.routing.terminals import Terminals
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

if TYPE_CHECKING:
    from wayaround.routing.hierarchy import Hierarchy
    from wayaround.routing.metric import HierarchyMetric

__all__ = ["Labels", "Legs", "check_scale", "compute_labels", "pack_legs_of", "pack_weights", "relabel"]

_CHUNK = 64  # terminals that one thread takes at a time


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
    farthest : tuple of int
        No open entry of `up`, and none of `down`, is larger.
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
    farthest: tuple[int, int]


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
    order, low, legs = _lay_legs(hierarchy, terminals, metric.vehicles)
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(hierarchy.depth[low] + 1, out=first[1:])
    common = np.zeros(count, dtype=np.int32)
    alike = metric.symmetric and _are_alike(legs)
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
    farthest = farthest_up, farthest_down
    bounds_of_routes = check_scale(metric, *farthest, terminals)
    return Labels(order, place, low, legs, first, up, down, common, bounds_of_routes, farthest)


def pack_weights(time_ds: Int64Array, length_m: Int64Array) -> Int64Array:
    """Times and metres in one number each, `UNREACHABLE` where the time is."""
    shut = time_ds >= UNREACHABLE
    return np.where(shut, UNREACHABLE, (np.where(shut, 0, time_ds) << 32) + np.where(shut, 0, length_m))


def relabel(labels: Labels, metric: "HierarchyMetric", terminals: Terminals) -> tuple[Labels, BoolArray, BoolArray]:
    """Labels after a change of the metric, of which only those that it can touch are made anew.

    A longer arc touches a label that used it, `label[x] + old == label[y]`; a shorter one a label that it improves,
    `label[x] + new < label[y]`. Both are asked of the labels as they were: along the way that changed first, whatever
    lies before is as it was.

    Parameters
    ----------
    labels : Labels
        Those of the metric before the change.
    metric : HierarchyMetric
        The changed metric, which knows what was changed.
    terminals : Terminals
        Terminals on the same links; their legs may have changed.

    Returns
    -------
    labels : Labels
    up, down : (n,) ndarray of bool
        Places whose label differs, away and back; one array where one is enough.

    Raises
    ------
    ScaleOverflow
        As for `compute_labels`.
    """
    hierarchy, change = metric.hierarchy, metric.change
    assert change is not None
    _, low, legs = _lay_legs(hierarchy, terminals, metric.vehicles)
    entries, stale, largest = [], [], []
    two_sides = not metric.symmetric or labels.up is not labels.down or not _are_alike(legs)
    bottom, top = (
        np.searchsorted(labels.low, side).astype(np.int32)
        for side in (
            hierarchy.first_descendant[hierarchy.tail[change.arcs]],
            hierarchy.tail[change.arcs] + 1,
        )
    )
    x_depth, y_depth = hierarchy.depth[hierarchy.tail[change.arcs]], hierarchy.head_depth[change.arcs]
    # Ways along the common link of two places rest on legs of both sides.
    moved = np.zeros(len(low), dtype=np.bool_)
    for own, was in zip(legs, labels.legs, strict=True):
        moved[np.repeat(np.arange(len(low)), np.diff(own.first))[own.weight != was.weight]] = True
    for side in range(1 + two_sides):
        weight, entry = (metric.down, labels.down) if side else (metric.up, labels.up)
        before, own = change.down if side else change.up, legs[side]
        places = moved.copy()
        kernels.find_stale(
            bottom, top, x_depth, y_depth, before, weight[change.arcs], labels.first, entry, places
        )  # fmt: skip
        entry = entry.copy()
        found = kernels.relabel(
            np.flatnonzero(places),
            low,
            *own[:3],
            labels.first,
            hierarchy.parent,
            hierarchy.depth,
            hierarchy.first_descendant,
            hierarchy.first_out,
            hierarchy.head_depth,
            weight,
            entry,
        )
        entries.append(entry)
        stale.append(places)
        largest.append(max(labels.farthest[side], int(found)))
    farthest = largest[0], largest[-1]
    bounds = check_scale(metric, *farthest, terminals)
    after = replace(labels, legs=legs, up=entries[0], down=entries[-1], bounds=bounds, farthest=farthest)
    return after, stale[0], stale[-1]


def _are_alike(legs: tuple[Legs, Legs]) -> bool:
    """Whether going and coming are the same for every place."""
    away, back = legs
    return np.array_equal(away.weight, back.weight) and np.array_equal(away.depth, back.depth)


def _lay_legs(
    hierarchy: "Hierarchy", terminals: Terminals, vehicles: int
) -> tuple[Int64Array, Int32Array, tuple[Legs, Legs]]:
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
        ahead, behind = ((way[copy] & vehicles) != 0 for way in (hierarchy.copy_ahead, hierarchy.copy_behind))
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
    metres = np.stack(terminals.legs_m)
    open_ds = np.where(times >= UNREACHABLE, 0, times)
    least = min(times.min(initial=0), metres.min(initial=0))
    _check_legs(int(least), int(open_ds.max(initial=0)), int(metres.max(initial=0)))
    return pack_weights(times, metres)


def pack_legs_of(terminals: Terminals, row: int) -> tuple[int, int, int, int]:
    """Packed legs of one terminal: to the tail, to the head, from the tail, from the head.

    Raises
    ------
    ScaleOverflow
        If one is negative or too long for the engine.
    """
    to_tail, to_head = int(terminals.to_tail_ds[row]), int(terminals.to_head_ds[row])
    from_tail, from_head = int(terminals.from_tail_ds[row]), int(terminals.from_head_ds[row])
    legs = tuple(
        zip((to_tail, to_head, from_tail, from_head), (int(leg_m[row]) for leg_m in terminals.legs_m), strict=True)
    )
    for time_ds, metres in legs:
        _check_legs(min(time_ds, metres), 0 if time_ds >= UNREACHABLE else time_ds, metres)
    packed = [UNREACHABLE if time_ds >= UNREACHABLE else (time_ds << 32) + metres for time_ds, metres in legs]
    return packed[0], packed[1], packed[2], packed[3]


def _check_legs(least: int, most_ds: int, most_m: int) -> None:
    if least < 0:
        raise ScaleOverflow("a leg of a terminal is negative; the engine holds whole numbers from zero up.")
    if most_ds >= 1 << 28 or most_m >= 1 << 31:
        raise ScaleOverflow("a leg of a terminal takes over 7,456 hours or is too long for the engine.")


def check_scale(metric: "HierarchyMetric", up: int, down: int, terminals: Terminals) -> tuple[int, int]:
    """Bounds of time and metres of a route; refuse what the packed integers might not hold, see `metric.py`."""
    if max(up, down) + metric.largest >= UNREACHABLE or up + down >= UNREACHABLE:
        raise ScaleOverflow("a way between two places might take over 14,900 hours; check the speeds.")
    time_ds = (up + down >> 32) + 1
    legs_m = 2 * max(int(leg_m.max(initial=0)) for leg_m in terminals.legs_m)
    length_m = min(metric.metres, 8 * time_ds + metric.excess) + legs_m
    if length_m >= 1 << 32:
        raise ScaleOverflow("a fastest route might be over 4.29 million km, more than the engine can hold.")
    return time_ds, length_m
