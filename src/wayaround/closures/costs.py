"""What driving costs: time, distance, waits, tolls and risks of each link in whole units of money.

A link's cost from its tail to a point is a sum of components, tolls and risks first, then distance, then driving.
Each partial sum is rounded to whole units, and a component is the difference of two neighbouring partial sums. So the
components of a stretch add up to its cost exactly, the stretches of a link add up to the link, and the links of a route
to what the engine finds. Waits and tolls by passage are whole amounts, served or paid at one point.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from wayaround.closures.charges import MatchedCharge
from wayaround.closures.effects import ClosedRoads
from wayaround.network.rates import Rates, Scale
from wayaround.network.snap import SnappedPoints
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE, BoolArray, FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class _Priced:
    """A charge on its links, sorted, in units of the scale."""

    links: Int64Array
    start: FloatArray
    end: FloatArray
    forward_at: FloatArray
    backward_at: FloatArray
    per_m: float
    per_passage: int

    def until(self, links: Int64Array, at: FloatArray, length_m: Int64Array) -> FloatArray:
        """What the kilometres from the tail to a point cost."""
        row, hit = self._find(links)
        share: FloatArray = np.where(hit, np.minimum(at, self.end[row]) - self.start[row], 0.0)
        cost: FloatArray = np.maximum(share, 0.0) * (length_m * self.per_m)
        return cost

    def passages(self, links: Int64Array, start: FloatArray, end: FloatArray, *, forward: bool) -> Int64Array:
        """What passages between two points of each link cost."""
        row, hit = self._find(links)
        at = (self.forward_at if forward else self.backward_at)[row]
        with np.errstate(invalid="ignore"):
            passed = hit & (((start < at) & (at <= end)) | ((at == 0.0) & (start == 0.0) & (start < end)))
        return np.where(passed, self.per_passage, 0)

    def _find(self, links: Int64Array) -> tuple[Int64Array, BoolArray]:
        row = np.minimum(np.searchsorted(self.links, links), len(self.links) - 1)
        return row, self.links[row] == links


@dataclass(frozen=True, eq=False)
class PricedRoads:
    """Roads under closures, in money.

    Parameters
    ----------
    roads : ClosedRoads
        Times under the closures.
    rates : Rates
        What an hour, a kilometre and a wait cost.
    scale : Scale
        Units of money.
    charges : sequence of MatchedCharge
        The tolls and risks that apply.
    """

    roads: ClosedRoads
    rates: Rates
    scale: Scale
    charges: Sequence[MatchedCharge]

    @property
    def components(self) -> int:
        """Number of components: one for each charge, then distance, driving and waiting."""
        return len(self.charges) + 3

    @property
    def concerned(self) -> set[int]:
        """Links that a closure or a charge concerns."""
        return {*self.roads.effects, *(link for each in self.charges for link in each.matched.links.tolist())}

    @cached_property
    def weights(self) -> LinkWeights:
        """Units of money, then metres, of all links."""
        (forward, _), (backward, _) = self._both_ways
        return replace(self.roads.base, forward_ds=forward, backward_ds=backward)

    @cached_property
    def timed_weights(self) -> LinkWeights:
        """Units of money, then deciseconds, of all links."""
        (forward, forward_ds), (backward, backward_ds) = self._both_ways
        return LinkWeights(forward, backward, forward_ds, self.roads.base.vehicles, backward_ds)

    def terminals(self, places: SnappedPoints) -> Terminals:
        """Legs of places in units of money and in metres."""
        closed = self.roads.terminals(places)
        return Terminals(
            closed.link, closed.position, *_shut(closed, self.leg_units(places)), closed.tail_m, closed.head_m
        )

    def timed_terminals(self, places: SnappedPoints) -> Terminals:
        """Legs of places in units of money and in deciseconds."""
        closed = self.roads.terminals(places)
        legs = self._legs(places)
        return Terminals(
            closed.link,
            closed.position,
            *_shut(closed, [units for units, _ in legs]),
            *(time_ds for _, time_ds in legs),
        )

    def leg_units(self, places: SnappedPoints) -> tuple[Int64Array, ...]:
        """Components of the legs of places, (components, n) each: to tail, to head, from tail, from head."""
        return tuple(units for units, _ in self._legs(places))

    def _legs(self, places: SnappedPoints) -> list[tuple[Int64Array, Int64Array]]:
        zero, one, at = np.zeros(len(places.link)), np.ones(len(places.link)), places.position
        return [
            self.stretch(places.link, start, end, forward=forward)
            for start, end, forward in ((zero, at, False), (at, one, True), (zero, at, True), (at, one, False))
        ]

    def stretch(
        self, links: Int64Array, start: FloatArray, end: FloatArray, *, forward: bool
    ) -> tuple[Int64Array, Int64Array]:
        """Components and time of driving each link between two fractions of it, in one direction; shut or not.

        Parameters
        ----------
        links : (k,) ndarray of int64
        start, end : (k,) ndarray of float64
            Fractions from the tail, `start` the smaller one whatever the direction.
        forward : bool
            Whether it is driven from tail to head.

        Returns
        -------
        units : (components, k) ndarray of int64
        time_ds : (k,) ndarray of int64
            Driving and waiting.
        """
        units = np.empty((self.components, len(links)), dtype=np.int64)
        wait_ds = self.roads.waits(links, start, end, forward=forward)
        upto, since = (self._levels(links, at, forward=forward) for at in (end, start))
        below = np.zeros(len(links), dtype=np.int64)
        for row, (high, low) in enumerate(zip(upto, since, strict=True)):
            units[row] = high - low - below
            below = high - low
        for row, priced in enumerate(self._priced):
            if priced is not None:
                units[row] += priced.passages(links, start, end, forward=forward)
        units[-1] = self._waiting(wait_ds)
        driven = [self.roads.driven_until(links, at, forward=forward) for at in (end, start)]
        return units, driven[0] - driven[1] + wait_ds

    @cached_property
    def _priced(self) -> tuple[_Priced | None, ...]:
        """The charges in units; None for one that concerns no link."""
        priced: list[_Priced | None] = []
        for each in self.charges:
            matched, charge = each.matched, each.charge
            factor = self.rates.risk_factor if charge.is_risk else 1
            order = np.argsort(matched.links, kind="stable")
            priced.append(
                _Priced(
                    matched.links[order],
                    matched.start[order],
                    matched.end[order],
                    matched.wait_forward_at[order],
                    matched.wait_backward_at[order],
                    self.scale.per_m(charge.per_km * factor),
                    self.scale.units(charge.per_passage * factor),
                )
                if len(order)
                else None
            )
        return tuple(priced)

    def _levels(self, links: Int64Array, at: FloatArray, *, forward: bool) -> Iterator[Int64Array]:
        """Rounded partial sums of what comes with length, from the tail to a point."""
        length_m = self.roads.base.length_m[links]
        total = np.zeros(len(links))
        for priced in self._priced:
            if priced is not None and priced.per_m:
                total = total + priced.until(links, at, length_m)
            yield np.rint(total).astype(np.int64)
        total = total + np.rint(length_m * at) * self.scale.per_m(self.rates.per_km)
        yield np.rint(total).astype(np.int64)
        driven_ds = self.roads.driven_until(links, at, forward=forward)
        total = total + driven_ds * self.scale.per_ds(self.rates.per_hour)
        yield np.rint(total).astype(np.int64)

    def _waiting(self, wait_ds: Int64Array) -> Int64Array:
        units: Int64Array = np.rint(wait_ds * self.scale.per_ds(self.rates.per_wait_hour)).astype(np.int64)
        return units

    @cached_property
    def _both_ways(self) -> tuple[tuple[Int64Array, Int64Array], tuple[Int64Array, Int64Array]]:
        """Units and time of all links, from tail to head and back: metres and hours go with the same money."""
        return self._whole(forward=True), self._whole(forward=False)

    def _whole(self, *, forward: bool) -> tuple[Int64Array, Int64Array]:
        """Units and time of all links in one direction; `UNREACHABLE` and 0 where shut."""
        weights = self.roads.weights
        links = np.arange(len(weights.length_m))
        shut = (weights.forward_ds if forward else weights.backward_ds) >= UNREACHABLE
        zero, one = np.zeros(len(links)), np.ones(len(links))
        wait_ds = self.roads.waits(links, zero, one, forward=forward)
        for level in self._levels(links, one, forward=forward):
            units = level
        units = units + self._waiting(wait_ds)
        for priced in self._priced:
            if priced is not None and priced.per_passage:
                units = units + priced.passages(links, zero, one, forward=forward)
        time_ds = self.roads.driven_until(links, one, forward=forward) + wait_ds
        return np.where(shut, UNREACHABLE, units), np.where(shut, 0, time_ds)


def _shut(closed: Terminals, legs: Sequence[Int64Array]) -> tuple[Int64Array, Int64Array, Int64Array, Int64Array]:
    """Legs from their components, with no way where the closures leave none."""
    times = closed.to_tail_ds, closed.to_head_ds, closed.from_tail_ds, closed.from_head_ds
    to_tail, to_head, from_tail, from_head = (
        np.where(time_ds >= UNREACHABLE, UNREACHABLE, leg.sum(axis=0)) for time_ds, leg in zip(times, legs, strict=True)
    )
    return to_tail, to_head, from_tail, from_head
