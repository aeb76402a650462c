"""Weights on a topology: customisation, whole and partial.

Time and metres of a link are packed into one int64, `time << 32 | metres`, so that the least sum is the fastest way
and the shortest among the fastest. Each arc of the hierarchy then takes the least of its own links and of its lower
triangles ("basic customisation" of Dibbelt, Strasser and Wagner, 2016). A metric that is alike in both directions
holds, and pays for, one weight per arc.

Why the integers are safe
-------------------------
`UNREACHABLE` (2**61) stands for "shut", so packed weights must stay below it, times below 2**29 deciseconds (14,900
hours) and metres below 2**32. The sum of all links would be far too strict a bound for a continent; instead:

* No sum of open weights is lost. Customisation adds final weights of two arcs; if the largest open arc weight, `M`,
  is below 2**60, no such sum reached 2**61, so none was mistaken for "shut". A label adds an arc to a final entry:
  the same holds if the largest open entry plus `M` is below 2**61. A pair adds two entries: the same, if the
  largest entries of both sides together are. All three maxima are taken from what was computed, after the fact.
* Metres never carry into the time. They do not if all links together are shorter than 2**32 m. Else let `R` be the
  sum over links of the metres beyond 8 m per decisecond (288 km/h). A fastest route of time `T` uses no link twice,
  so it has at most `8 T + R` metres, and that must be below 2**32. If the packed minimum had mixed up time and
  metres, the true fastest route would have 2**32 m or more; its time is at most the high part of the packed minimum.

Otherwise `ScaleOverflow` is raised: no answer is wrong in silence.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from wayaround.errors import LinkNotFound, ScaleOverflow
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy, run_in_threads
from wayaround.routing.kernels import metric as kernels
from wayaround.routing.paths import find_lone_route, weigh_lone_route
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import LinkWeights, Route, Terminals
from wayaround.units import UNREACHABLE, FloatArray, Int32Array, Int64Array

__all__ = ["HierarchyEngine", "HierarchyMetric", "Undo", "change_links", "customise_hierarchy", "undo_change"]

_WHOLE_ABOVE = 20  # customise anew if more than one link in so many changes


class HierarchyEngine:
    """The fast engine: answers as `ReferenceEngine` does, exactly.

    Parameters
    ----------
    hierarchy : Hierarchy
        Topology, built or opened from a store.

    Examples
    --------
    >>> engine = HierarchyEngine.from_network(
    ...     3, np.array([0, 1]), np.array([1, 2]), lon=np.arange(3.0), lat=np.zeros(3))
    >>> time_ds = np.array([100, 50])
    >>> metric = engine.customise(LinkWeights(time_ds, time_ds, length_m=np.array([1000, 500])))
    >>> ends = Terminals(
    ...     link=np.array([0, 1]), position=np.array([0.0, 1.0]),
    ...     to_tail_ds=np.array([0, 50]), to_head_ds=np.array([100, 0]),
    ...     from_tail_ds=np.array([0, 50]), from_head_ds=np.array([100, 0]),
    ...     tail_m=np.array([0, 500]), head_m=np.array([1000, 0]))
    >>> metric.query(ends).skim(np.array([0]), np.array([1]))
    Skim(time_ds=array([150]), length_m=array([1500]))
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy

    @classmethod
    def from_network(
        cls, nodes: int, tail: npt.ArrayLike, head: npt.ArrayLike, *, lon: FloatArray, lat: FloatArray
    ) -> "HierarchyEngine":
        """Order and contract a network, see `build_hierarchy`."""
        return cls(build_hierarchy(nodes, tail, head, lon=lon, lat=lat))

    def customise(self, weights: LinkWeights) -> "HierarchyMetric":
        """Apply weights, see `customise_hierarchy`."""
        return customise_hierarchy(self.hierarchy, weights)


@dataclass(frozen=True, slots=True, eq=False)
class HierarchyMetric:
    """Weights of links and arcs, packed.

    Parameters
    ----------
    hierarchy : Hierarchy
        Topology.
    length_m, back_m : (copies,) ndarray of int64
        Metres from tail to head and from head to tail; one array unless `LinkWeights` tells them apart.
    forward, backward : (copies,) ndarray of int64
        Packed weights of the links by direction; of their copies where turns are banned.
    up, down : (arcs,) ndarray of int64
        Packed weights of the arcs, from tail to head and from head to tail; one array if `symmetric`.
    largest : int
        No open arc weighs more.
    metres, excess : int
        Metres of all links, and those beyond 8 a decisecond: what the check of the scale needs.
    vehicles : int
        Bits of the vehicles that drive, as in `LinkWeights`.
    """

    hierarchy: Hierarchy
    length_m: Int64Array
    back_m: Int64Array
    forward: Int64Array
    backward: Int64Array
    up: Int64Array
    down: Int64Array
    largest: int
    metres: int
    excess: int
    vehicles: int
    change: "Undo | None" = None
    """What was changed, if it came out of another metric by `changed` or `change_links`."""
    found: tuple[Int64Array, Int64Array] = field(init=False)
    """What opened arcs were found to stand for, by direction; a changed metric begins anew."""

    def __post_init__(self) -> None:
        up = np.zeros(self.hierarchy.arcs, dtype=np.int64)  # memory that costs nothing until it is written to
        object.__setattr__(self, "found", (up, up if self.symmetric else np.zeros_like(up)))

    @property
    def symmetric(self) -> bool:
        """Whether both directions weigh the same everywhere."""
        return self.up is self.down

    def query(self, terminals: Terminals) -> HierarchyQuery:
        """Prepare a set of terminals, whose legs must belong to the same weights."""
        return HierarchyQuery(self, terminals)

    def route(self, terminals: Terminals, origin: int, destination: int) -> Route | None:
        """Fastest route of one pair of terminals, or None, as their query gives it; takes less than to prepare one."""
        return find_lone_route(self, terminals, origin, destination)

    def weigh(self, terminals: Terminals, origin: int, destination: int) -> tuple[int, int] | None:
        """Deciseconds and metres of that route, or None; takes less than to list its links."""
        return weigh_lone_route(self, terminals, origin, destination)

    def changed(
        self, links: npt.ArrayLike, *, forward_ds: npt.ArrayLike, backward_ds: npt.ArrayLike
    ) -> "HierarchyMetric":
        """Metric with other times on some links; this one stays as it is.

        Parameters
        ----------
        links : (k,) array_like of int
            Links, each at most once.
        forward_ds, backward_ds : (k,) array_like of int
            Their new times, or one for all; `UNREACHABLE` shuts.

        Returns
        -------
        HierarchyMetric
            Equal, bit for bit, to one customised from the changed weights.

        Raises
        ------
        LinkNotFound
            If a link does not exist.
        ScaleOverflow
            As for `customise_hierarchy`.
        """
        links = _check_links(links, self.hierarchy.links)
        if len(links) * _WHOLE_ABOVE > self.hierarchy.links:
            forward, backward = _unpack_time(self.forward), _unpack_time(self.backward)
            copies, forward[copies], backward[copies] = _spread_times(
                self.hierarchy, links, forward_ds, backward_ds, vehicles=self.vehicles
            )
            weights = LinkWeights(forward, backward, self.length_m, self.vehicles, self.back_m)
            return _customise_copies(self.hierarchy, weights)
        up = self.up.copy()
        own = replace(
            self,
            forward=self.forward.copy(),
            backward=self.backward.copy(),
            up=up,
            down=up if self.symmetric else self.down.copy(),
        )
        return change_links(own, links, forward_ds=forward_ds, backward_ds=backward_ds)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Undo:
    """What a change overwrote: copies of links and arcs with their old weights, and the bounds as they were."""

    before: HierarchyMetric
    copies: Int64Array
    forward: Int64Array
    backward: Int64Array
    arcs: Int32Array
    up: Int64Array
    down: Int64Array


def customise_hierarchy(hierarchy: Hierarchy, weights: LinkWeights) -> HierarchyMetric:
    """Weigh every arc.

    Parameters
    ----------
    hierarchy : Hierarchy
        Topology.
    weights : LinkWeights
        Times and lengths by link; `UNREACHABLE` where a direction is shut.

    Returns
    -------
    HierarchyMetric

    Raises
    ------
    ScaleOverflow
        If a weight is negative, or a way between two nodes takes 2**28 deciseconds (7,456 hours) or more.
    """
    if hierarchy.has_copies:
        every = np.arange(hierarchy.links)
        given = weights.forward_ds, weights.backward_ds
        copies, forward_ds, backward_ds = _spread_times(hierarchy, every, *given, vehicles=weights.vehicles)
        back = np.argsort(copies)
        length_m = np.asarray(weights.length_m)[hierarchy.copy_link]
        back_m = None if weights.back_m is None else weights.back_m[hierarchy.copy_link]
        weights = LinkWeights(forward_ds[back], backward_ds[back], length_m, weights.vehicles, back_m)
    return _customise_copies(hierarchy, weights)


def _customise_copies(hierarchy: Hierarchy, weights: LinkWeights) -> HierarchyMetric:
    """`customise_hierarchy` with weights by copy."""
    length_m = np.ascontiguousarray(weights.length_m, dtype=np.int64)
    back_m = length_m if weights.back_m is None else np.ascontiguousarray(weights.back_m, dtype=np.int64)
    forward, backward, extremes = _pack(hierarchy.link_arc, weights.forward_ds, weights.backward_ds, length_m, back_m)
    symmetric = not extremes[4]
    up = np.empty(hierarchy.arcs, dtype=np.int64)
    link_arc, link_upward = hierarchy.link_arc, hierarchy.link_upward
    kernels.lay_links(link_arc, link_upward, forward, backward, up)
    down = up
    if not symmetric:
        down = np.empty(hierarchy.arcs, dtype=np.int64)
        kernels.lay_links(link_arc, link_upward, backward, forward, down)
    pieces, levels = hierarchy.pieces(), hierarchy.levels
    largest = np.zeros(len(pieces), dtype=np.int64)

    def customise(piece: int) -> None:
        largest[piece] = kernels.customise(
            pieces[piece],
            hierarchy.first_out,
            hierarchy.head_depth,
            hierarchy.tail,
            hierarchy.first_in,
            hierarchy.in_arc,
            levels,
            up,
            down,
            symmetric,
        )

    run_in_threads(customise, len(pieces) - 1)
    customise(len(pieces) - 1)
    _check_arcs(int(largest.max()))
    return HierarchyMetric(
        hierarchy=hierarchy,
        length_m=length_m,
        back_m=back_m,
        forward=forward,
        backward=backward,
        up=up,
        down=down,
        largest=int(largest.max()),
        metres=int(extremes[2]),
        excess=int(extremes[3]),
        vehicles=weights.vehicles,
    )


def change_links(
    metric: HierarchyMetric, links: npt.ArrayLike, *, forward_ds: npt.ArrayLike, backward_ds: npt.ArrayLike
) -> tuple[HierarchyMetric, Undo]:
    """Change the times of some links in place and follow the change up the hierarchy.

    For whoever tries one change after another; `HierarchyMetric.changed` leaves the metric as it is.

    Parameters
    ----------
    metric : HierarchyMetric
        Its arrays are written to; do not use it until `undo_change` has been called.
    links : (k,) array_like of int
        Links, each at most once.
    forward_ds, backward_ds : (k,) array_like of int
        New times, or one for all; `UNREACHABLE` shuts.

    Returns
    -------
    metric : HierarchyMetric
        The changed metric, over the same arrays.
    undo : Undo
        For `undo_change`.

    Raises
    ------
    LinkNotFound
        If a link does not exist.
    ScaleOverflow
        As for `customise_hierarchy`; the metric is then as before.
    """
    hierarchy = metric.hierarchy
    links = _check_links(links, hierarchy.links)
    copies, *times = _spread_times(hierarchy, links, forward_ds, backward_ds, vehicles=metric.vehicles)
    link_arc = hierarchy.link_arc[copies]
    metres = metric.length_m[copies], metric.back_m[copies]
    forward, backward, extremes = _pack(link_arc, times[0], times[1], *metres)
    given = metric
    if metric.symmetric and extremes[4]:
        metric = replace(metric, down=metric.up.copy())
    before = metric.forward[copies], metric.backward[copies]
    metric.forward[copies], metric.backward[copies] = forward, backward
    arcs, up, down, largest = kernels.recustomise(
        np.unique(link_arc[link_arc >= 0]),
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
        metric.symmetric,
        np.zeros(hierarchy.arcs, dtype=np.bool_),
    )
    undo = Undo(given, copies, *before, arcs, up, down)
    largest = max(metric.largest, int(largest))
    try:
        _check_arcs(largest)
    except ScaleOverflow:
        undo_change(undo)
        raise
    return replace(metric, largest=largest, excess=metric.excess + int(extremes[3]), change=undo), undo


def undo_change(undo: Undo) -> HierarchyMetric:
    """Put back what `change_links` overwrote, the last change first.

    Returns
    -------
    HierarchyMetric
        The metric as it was, over the same arrays.
    """
    metric = undo.before
    metric.forward[undo.copies], metric.backward[undo.copies] = undo.forward, undo.backward
    metric.up[undo.arcs] = undo.up
    if not metric.symmetric:
        metric.down[undo.arcs] = undo.down
    return metric


def _pack(
    link_arc: Int32Array, forward_ds: Int64Array, backward_ds: Int64Array, length_m: Int64Array, back_m: Int64Array
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Packed weights, and the extremes that the kernel saw."""
    forward_ds = np.ascontiguousarray(forward_ds, dtype=np.int64)
    backward_ds = np.ascontiguousarray(backward_ds, dtype=np.int64)
    forward, backward = np.empty_like(length_m), np.empty_like(length_m)
    extremes = np.zeros(5, dtype=np.int64)
    kernels.pack_links(forward_ds, backward_ds, length_m, back_m, link_arc, forward, backward, extremes)
    if extremes[0] < 0:
        raise ScaleOverflow("a time or a length is negative; the engine holds whole numbers from zero up.")
    if extremes[1] >= UNREACHABLE // 2 or max(length_m.max(initial=0), back_m.max(initial=0)) >= 1 << 32:
        raise ScaleOverflow("a link takes over 7,456 hours or is longer than the engine can hold; check its speed.")
    return forward, backward, extremes


def _spread_times(
    hierarchy: Hierarchy, links: Int64Array, forward_ds: npt.ArrayLike, backward_ds: npt.ArrayLike, *, vehicles: int
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Copies of some links, and the times of each: shut where the copy carries none of the vehicles that way."""
    forward, backward = (
        np.broadcast_to(np.asarray(ds, dtype=np.int64), links.shape) for ds in (forward_ds, backward_ds)
    )
    if not hierarchy.has_copies:
        return links, forward, backward
    copies, row = hierarchy.copies_of(links)
    return (
        copies,
        np.where(hierarchy.copy_ahead[copies] & vehicles, forward[row], UNREACHABLE),
        np.where(hierarchy.copy_behind[copies] & vehicles, backward[row], UNREACHABLE),
    )


def _check_links(links: npt.ArrayLike, count: int) -> Int64Array:
    """Links as an array, if all exist."""
    checked = np.asarray(links, dtype=np.int64)
    unknown = checked[(checked < 0) | (checked >= count)]
    if len(unknown):
        raise LinkNotFound(f"there is no link {unknown[0]}; links are 0 to {count - 1}.", ids=map(str, unknown))
    return checked


def _unpack_time(weight: Int64Array) -> Int64Array:
    return np.where(weight >= UNREACHABLE, UNREACHABLE, weight >> 32)


def _check_arcs(largest: int) -> None:
    if largest >= UNREACHABLE // 2:
        raise ScaleOverflow("a way between two nodes takes over 7,456 hours; check the speeds and the waits.")
