"""What all journeys lose while some of what can be closed is closed, for one set after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure
from wayaround.impact.setting import Setting
from wayaround.network.profiles import drive_times
from wayaround.routing.metric import HierarchyEngine, HierarchyMetric, change_links
from wayaround.routing.terminals import Skim
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, Int64Array


class Lost(NamedTuple):
    """What journeys lose, in whole quanta, against the roads with no unit closed.

    Journeys that have no way even then are not counted.
    """

    cut_off_weight: int
    cut_off_pairs: int
    extra_weighted_ds: int
    extra_weighted_m: int
    longer_pairs: int

    @property
    def rank(self) -> tuple[int, int]:
        """What decides which of two losses is the smaller: weight cut off, then extra weighted time."""
        return self.cut_off_weight, self.extra_weighted_ds


NOTHING_LOST = Lost(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class JourneyTotals:
    """What the counted journeys that have a way drive together.

    Parameters
    ----------
    pairs : int
        Their number.
    weight, weighted_h, weighted_km : float
        Their weight, and hours and kilometres times weight.
    """

    pairs: int
    weight: float
    weighted_h: float
    weighted_km: float


class ClosedStates:
    """The roads as units close and reopen.

    A set of closed units is a number: bit k is set while unit k is closed. Going from one set to another changes
    only the links of the units that differ, in place. A way only gets longer as more is closed, so journeys that
    all units together leave as they are keep their way in every state, and are asked for once.

    Parameters
    ----------
    setting : Setting
        Roads, journeys and vehicle.
    staying : sequence of MatchedClosure
        Closures that are in force in every state.
    units : sequence of MatchedClosure
        What closes and reopens; a link of several units is open when all of these are.
    """

    def __init__(self, setting: Setting, staying: Sequence[MatchedClosure], units: Sequence[MatchedClosure]) -> None:
        trips, places = setting.trips, setting.trips.snapped
        self._base = drive_times(setting.network, setting.profile)
        self._staying, self._units = list(staying), list(units)
        engine = HierarchyEngine(setting.network.hierarchy)
        origin, destination = trips.origin[trips.counted], trips.destination[trips.counted]
        weight = trips.weight[trips.counted]
        self._closed = (1 << len(units)) - 1
        skims: list[Skim] = []
        for closed in (0, self._closed):
            roads = self._roads(closed)
            self._metric: HierarchyMetric = engine.customise(roads.weights)
            skim = self._metric.query(roads.terminals(places)).skim(origin, destination)
            inside = roads.inside(places)
            skims.append(skim.without(inside[origin] | inside[destination]))
        none, every = skims
        self.none_closed = _sum_up(none, weight, trips.quanta)
        self.all_closed = _sum_up(every, weight, trips.quanta)
        changing = (none.time_ds < UNREACHABLE) & ((none.time_ds != every.time_ds) | (none.length_m != every.length_m))
        row, ends = np.unique(np.stack([origin[changing], destination[changing]]), return_inverse=True)
        self._origin, self._destination = ends.reshape(2, -1)
        self._weight = weight[changing]
        self._none = Skim(none.time_ds[changing], none.length_m[changing])
        self._places = places.take(row)
        self._inside = [apply_closures(self._base, [unit]).inside(self._places) for unit in units]

    def lose(self, closed: int) -> Lost:
        """What is lost while the units of a set are closed."""
        roads = self._roads(closed)
        differ = [unit.links for row, unit in enumerate(self._units) if (closed ^ self._closed) >> row & 1]
        if differ:
            links = np.unique(np.concatenate(differ))
            forward_ds, backward_ds = roads.times(links)
            self._metric, _ = change_links(self._metric, links, forward_ds=forward_ds, backward_ds=backward_ds)
            self._closed = closed
        if len(self._weight) == 0:
            return NOTHING_LOST
        now = self._metric.query(roads.terminals(self._places)).skim(self._origin, self._destination)
        inside = np.zeros(len(self._places.link), dtype=bool)
        for row, within in enumerate(self._inside):
            if closed >> row & 1:
                inside |= within
        now = now.without(inside[self._origin] | inside[self._destination])
        cut = now.time_ds >= UNREACHABLE
        extra_ds = np.where(cut, 0, now.time_ds - self._none.time_ds)
        extra_m = np.where(cut, 0, now.length_m - self._none.length_m)
        return Lost(
            cut_off_weight=int(self._weight[cut].sum()),
            cut_off_pairs=int(np.count_nonzero(cut)),
            extra_weighted_ds=int((extra_ds * self._weight).sum()),
            extra_weighted_m=int((extra_m * self._weight).sum()),
            longer_pairs=int(np.count_nonzero((extra_ds != 0) | (extra_m != 0))),
        )

    def _roads(self, closed: int) -> ClosedRoads:
        own = [unit for row, unit in enumerate(self._units) if closed >> row & 1]
        return apply_closures(self._base, [*self._staying, *own])


def _sum_up(skim: Skim, weight: Int64Array, quanta: float) -> JourneyTotals:
    has = skim.time_ds < UNREACHABLE
    return JourneyTotals(
        pairs=int(np.count_nonzero(has)),
        weight=int(weight[has].sum()) / quanta,
        weighted_h=int((skim.time_ds[has] * weight[has]).sum()) / DECISECONDS_PER_HOUR / quanta,
        weighted_km=int((skim.length_m[has] * weight[has]).sum()) / 1000 / quanta,
    )
