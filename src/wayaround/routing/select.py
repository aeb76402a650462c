"""Select-link: which journeys use given links.

The marks of the links go up the hierarchy once, from each arc to those that stand for it, then into the entries of
the labels; a pair is then two looks, at both sides of its peak. Ties are broken as `paths.py` breaks them, by the
first peak, the first link and the first triangle, so a pair is selected exactly if the route of `find_route` holds a
link, even where another route is as fast.
"""

import numpy as np
import numpy.typing as npt

from wayaround.errors import LinkNotFound
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.kernels import select as kernels
from wayaround.routing.kernels.labels import meet_pairs
from wayaround.routing.paths import arc_tables, direct_ways
from wayaround.routing.query import HierarchyQuery
from wayaround.units import UNREACHABLE, BoolArray, Int64Array

__all__ = ["select_link"]

_CHUNK = 64  # terminals that one thread takes at a time
_PAIRS = 1 << 18  # pairs that one thread takes at a time


def select_link(
    query: HierarchyQuery,
    origin: npt.ArrayLike,
    destination: npt.ArrayLike,
    links: npt.ArrayLike,
    *,
    forward: bool = True,
    backward: bool = True,
) -> BoolArray:
    """Find the pairs whose fastest route drives over any of some links.

    Parameters
    ----------
    query : HierarchyQuery
        Metric and terminals.
    origin, destination : (p,) array_like of int
        Rows of the terminals.
    links : (k,) array_like of int
        Links. The link of a terminal counts as soon as any stretch of it is driven.
    forward, backward : bool
        Which directions of the links count.

    Returns
    -------
    (p,) ndarray of bool
        Whether the route that `query.route` gives for the pair holds one of the links, driven in a direction that
        counts; false where no way is left. Of several fastest routes only that one counts. A link that takes no time
        and has no length is in no route.

    Raises
    ------
    LinkNotFound
        If a link does not exist.

    Examples
    --------
    Three places in a row, one in the middle of each link:

    >>> from wayaround.routing.metric import HierarchyEngine
    >>> from wayaround.routing.terminals import LinkWeights, Terminals
    >>> engine = HierarchyEngine.from_network(4, np.arange(3), np.arange(1, 4), lon=np.arange(4.0), lat=np.zeros(4))
    >>> ds, half = np.full(3, 100), np.full(3, 50)
    >>> places = Terminals(np.arange(3), np.full(3, 0.5), half, half, half, half, half, half)
    >>> query = engine.customise(LinkWeights(ds, ds, ds)).query(places)
    >>> select_link(query, [0, 0, 2], [1, 2, 1], links=[0])
    array([ True,  True, False])
    """
    origin, destination = np.asarray(origin, dtype=np.int64), np.asarray(destination, dtype=np.int64)
    labels, metric, hierarchy, terminals = query.labels, query.metric, query.metric.hierarchy, query.terminals
    chosen = np.unique(np.asarray(links, dtype=np.int64))
    unknown = chosen[(chosen < 0) | (chosen >= hierarchy.links)]
    if len(unknown):
        raise LinkNotFound(
            f"there is no link {unknown[0]}; links are 0 to {hierarchy.links - 1}.", ids=map(str, unknown)
        )
    marked = np.zeros((2, hierarchy.links), dtype=np.bool_)
    marked[0, chosen], marked[1, chosen] = forward, backward
    copies = hierarchy.copies_of(chosen)[0]
    driven = np.zeros((2, hierarchy.copies), dtype=np.bool_)
    # What weighs nothing is left out of routes.
    driven[0, copies] = forward & (metric.forward[copies] > 0)
    driven[1, copies] = backward & (metric.backward[copies] > 0)
    arcs = hierarchy.link_arc[copies]
    up_mark, down_mark = np.zeros((2, hierarchy.arcs), dtype=np.bool_)
    kernels.mark_arcs(np.unique(arcs[arcs >= 0]), *driven, *arc_tables(metric), up_mark, down_mark)
    # By place: leaving by the tail is driving backward, arriving from the tail forward.
    ahead, behind = (mark[terminals.link[labels.order]] for mark in marked)
    up_entry = _mark_labels(query, (behind, ahead), arc_mark=up_mark, away=True)
    down_entry = _mark_labels(query, (ahead, behind), arc_mark=down_mark, away=False)
    start, stop = labels.place[origin], labels.place[destination]
    hit = np.empty(len(start), dtype=np.bool_)
    bounds = np.append(np.arange(0, len(start), _PAIRS), len(start))
    least_common = query.least_common

    def select(piece: int) -> None:
        kernels.select_pairs(
            bounds[piece],
            bounds[piece + 1],
            start,
            stop,
            least_common,
            labels.first,
            labels.up,
            labels.down,
            up_entry,
            down_entry,
            hit,
        )

    run_in_threads(select, len(bounds) - 1)
    _select_on_one_link(query, origin, destination, marked, hit)
    return hit


def _mark_labels(
    query: HierarchyQuery, by_end: tuple[BoolArray, BoolArray], *, arc_mark: BoolArray, away: bool
) -> BoolArray:
    """Entries of the labels whose way holds a mark; `by_end` marks the legs by the tail and by the head."""
    labels, hierarchy = query.labels, query.metric.hierarchy
    legs = labels.legs[0 if away else 1]
    own = np.repeat(np.arange(len(labels.low)), np.diff(legs.first))
    leg_mark = np.where(legs.by_head, by_end[1][own], by_end[0][own]) & (legs.weight > 0)
    mark = np.empty(labels.first[-1], dtype=np.bool_)
    bounds = np.append(np.arange(0, len(labels.low), _CHUNK), len(labels.low))

    def trace(piece: int) -> None:
        kernels.mark_labels(
            bounds[piece],
            bounds[piece + 1],
            labels.low,
            *legs[:3],
            leg_mark,
            labels.first,
            hierarchy.levels,
            hierarchy.parent,
            hierarchy.depth,
            hierarchy.first_out,
            hierarchy.head_depth,
            hierarchy.tail,
            query.metric.up if away else query.metric.down,
            arc_mark,
            mark,
        )

    run_in_threads(trace, len(bounds) - 1)
    return mark


def _select_on_one_link(
    query: HierarchyQuery, origin: Int64Array, destination: Int64Array, marked: BoolArray, hit: BoolArray
) -> None:
    """Correct the pairs that never leave their common link."""
    labels, terminals = query.labels, query.terminals
    near = np.flatnonzero(terminals.link[origin] == terminals.link[destination])
    one, other = origin[near], destination[near]
    way, peak = np.empty(len(near), dtype=np.int64), np.empty(len(near), dtype=np.int32)
    meet_pairs(
        labels.place[one], labels.place[other], query.least_common, labels.first, labels.up, labels.down, way, peak
    )
    direct = direct_ways(query, one, other)
    stays = (direct <= way) & (direct < UNREACHABLE)
    side = np.where(terminals.position[one] <= terminals.position[other], 0, 1)
    hit[near[stays]] = (marked[side, terminals.link[one]] & (direct > 0))[stays]
