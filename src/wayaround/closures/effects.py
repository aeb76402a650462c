"""What closures together do to the weights of links, and to terminals that lie on such links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np

from wayaround.closures.match import MatchedClosure
from wayaround.closures.zone import Zone
from wayaround.network.snap import SnappedPoints
from wayaround.routing.kernels.terminals import split_links
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.scenario_entries import MIN_SPEED_FACTOR
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class _Effect:
    """What one closure does to one link."""

    matched: MatchedClosure
    row: int


@dataclass(frozen=True, eq=False)
class ClosedRoads:
    """Roads under closures.

    Parameters
    ----------
    base : LinkWeights
        Weights without closures.
    effects : dict
        What concerns each link that a closure concerns.
    """

    base: LinkWeights
    effects: dict[int, list[_Effect]]

    @cached_property
    def weights(self) -> LinkWeights:
        """Weights of all links under the closures."""
        forward, backward = self.base.forward_ds.copy(), self.base.backward_ds.copy()
        links = np.fromiter(self.effects, dtype=np.int64, count=len(self.effects))
        forward[links], backward[links] = self.times(links)
        return replace(self.base, forward_ds=forward, backward_ds=backward)

    def times(self, links: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Times of some links under the closures, from tail to head and back: for whoever changes only these."""
        forward, backward = self.base.forward_ds[links], self.base.backward_ds[links]
        if not self.effects:
            return forward, backward
        for row, link in enumerate(links.tolist()):
            on_link = self.effects.get(link)
            if on_link is not None:
                length_m = int(self.base.length_m[link])
                forward[row] = _stretch_time(int(forward[row]), length_m, on_link, 0.0, 1.0, forward=True)
                backward[row] = _stretch_time(int(backward[row]), length_m, on_link, 0.0, 1.0, forward=False)
        return forward, backward

    def terminals(self, places: SnappedPoints) -> Terminals:
        """Legs of places to and from the ends of their links, under the closures."""
        link, position = places.link, places.position
        base = self.base
        to_tail, to_head, from_tail, from_head, tail_m, head_m = split_links(
            link, position, base.forward_ds, base.backward_ds, base.length_m
        )
        for row in [row for row, each in enumerate(link.tolist()) if each in self.effects]:
            at, effects = float(position[row]), self.effects[int(link[row])]
            forward, backward = int(self.base.forward_ds[link[row]]), int(self.base.backward_ds[link[row]])
            whole_m = int(base.length_m[link[row]])
            from_tail[row] = _stretch_time(forward, whole_m, effects, 0.0, at, forward=True)
            to_head[row] = _stretch_time(forward, whole_m, effects, at, 1.0, forward=True)
            to_tail[row] = _stretch_time(backward, whole_m, effects, 0.0, at, forward=False)
            from_head[row] = _stretch_time(backward, whole_m, effects, at, 1.0, forward=False)
        return Terminals(link, position, to_tail, to_head, from_tail, from_head, tail_m, head_m)

    def driven_until(self, links: Int64Array, at: FloatArray, *, forward: bool) -> Int64Array:
        """Time that driving takes between the tail of each link and a fraction of it, waits and shutting left out.

        The time of a stretch is the difference of two of these; 0 where the link is shut without closures.
        """
        base_ds = (self.base.forward_ds if forward else self.base.backward_ds)[links]
        base_ds = np.where(base_ds >= UNREACHABLE, 0, base_ds)
        driven_ds = np.rint(base_ds * at).astype(np.int64)
        for row in self._rows_concerned(links):
            link = int(links[row])
            slow = _slow_stretches(
                self.effects[link], int(base_ds[row]), int(self.base.length_m[link]), forward=forward
            )
            driven_ds[row] += round(int(base_ds[row]) * _slowing(slow, float(at[row])))
        return driven_ds

    def waits(self, links: Int64Array, start: FloatArray, end: FloatArray, *, forward: bool) -> Int64Array:
        """Time that waits between two fractions of each link take."""
        wait_ds = np.zeros(len(links), dtype=np.int64)
        for row in self._rows_concerned(links):
            effects = self.effects[int(links[row])]
            wait_ds[row] = _wait_time(effects, float(start[row]), float(end[row]), forward=forward)
        return wait_ds

    def _rows_concerned(self, links: Int64Array) -> list[int]:
        concerned = np.fromiter(self.effects, dtype=np.int64, count=len(self.effects))
        rows: list[int] = np.flatnonzero(np.isin(links, concerned)).tolist()
        return rows

    def inside(self, places: SnappedPoints) -> BoolArray:
        """Places that lie in a shut zone or on a shut stretch of road, so that no journey can begin there."""
        inside = np.zeros(len(places.link), dtype=bool)
        for zone in {
            id(effect.matched): effect.matched.closure.target
            for effects in self.effects.values()
            for effect in effects
            if effect.matched.closure.is_shut and effect.matched.closure.direction is None
        }.values():
            if isinstance(zone, Zone):
                inside |= zone.covers(places.lat, places.lon) | zone.covers(places.road_lat, places.road_lon)
        for row in [row for row, each in enumerate(places.link.tolist()) if each in self.effects]:
            shutting = [
                effect
                for effect in self.effects[int(places.link[row])]
                if effect.matched.closure.is_shut
                and effect.matched.start[effect.row] < places.position[row] < effect.matched.end[effect.row]
                and (effect.matched.ways is not None or not isinstance(effect.matched.closure.target, Zone))
            ]
            inside[row] |= all(
                any(effect.matched.concerns(effect.row, forward=forward) for effect in shutting)
                for forward in (True, False)
            )
        return inside


def apply_closures(base: LinkWeights, matched: Sequence[MatchedClosure]) -> ClosedRoads:
    """Apply closures to weights: shut wins, speed factors multiply, waits add.

    Parameters
    ----------
    base : LinkWeights
        Weights without closures.
    matched : sequence of MatchedClosure
        The closures in force.

    Returns
    -------
    ClosedRoads
    """
    effects: dict[int, list[_Effect]] = {}
    for each in matched:
        for row, link in enumerate(each.links.tolist()):
            effects.setdefault(link, []).append(_Effect(each, row))
    return ClosedRoads(base, effects)


def _stretch_time(
    time_ds: int, length_m: int, effects: list[_Effect], start: float, end: float, *, forward: bool
) -> int:
    """Time to drive a link between two fractions of it, `UNREACHABLE` where a shut stretch lies between."""
    whole = start == 0.0 and end == 1.0
    if time_ds >= UNREACHABLE:
        return UNREACHABLE
    for effect in effects:
        first, last = float(effect.matched.start[effect.row]), float(effect.matched.end[effect.row])
        shuts = effect.matched.closure.is_shut and effect.matched.concerns(effect.row, forward=forward)
        if shuts and (whole or (first < end and last > start)):
            return UNREACHABLE
    slow = _slow_stretches(effects, time_ds, length_m, forward=forward)
    # Both sums are rounded where they are read, so the stretches of a link add up, and one that nothing slows
    # takes exactly as long as it did.
    driven_ds = round(time_ds * end) - round(time_ds * start)
    slower_ds = round(time_ds * _slowing(slow, end)) - round(time_ds * _slowing(slow, start))
    return driven_ds + slower_ds + _wait_time(effects, start, end, forward=forward)


def _slow_stretches(
    effects: list[_Effect], time_ds: int, length_m: int, *, forward: bool
) -> list[tuple[float, float, float]]:
    """Stretches with the factor on their speed."""
    kmh = length_m * DECISECONDS_PER_HOUR / 1000 / max(time_ds, 1)
    return [
        (float(effect.matched.start[effect.row]), float(effect.matched.end[effect.row]), factor)
        for effect in effects
        if effect.matched.concerns(effect.row, forward=forward) and (factor := effect.matched.closure.slowing(kmh)) < 1
    ]


def _wait_time(effects: list[_Effect], start: float, end: float, *, forward: bool) -> int:
    """Time that waits between two fractions of a link take."""
    wait_ds = 0
    for effect in effects:
        if not effect.matched.closure.delays or not effect.matched.concerns(effect.row, forward=forward):
            continue
        served = effect.matched.wait_forward_at if forward else effect.matched.wait_backward_at
        at = float(served[effect.row])
        if start < at <= end or (at == start == 0.0 and start < end):
            wait_ds += round(effect.matched.wait_h(effect.row, forward=forward) * DECISECONDS_PER_HOUR)
    return wait_ds


def _slowing(slow: list[tuple[float, float, float]], at: float) -> float:
    """Extra time from the tail to a position, in times of the open link; where stretches overlap, factors multiply."""
    marks = sorted({0.0, at, *(min(mark, at) for first, last, _ in slow for mark in (first, last))})
    extra = 0.0
    for start, end in pairwise(marks):
        factor = prod(factor for first, last, factor in slow if first <= start and end <= last)
        extra += (end - start) * (1 / max(factor, MIN_SPEED_FACTOR) - 1)  # a feed may say one thing a thousand times
    return extra
