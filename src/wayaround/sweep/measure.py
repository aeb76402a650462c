"""What the journeys of a scenario do at one point of a sweep, with everything shared that points have in common."""

import datetime
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from wayaround.assess import load_scenario_profile
from wayaround.closures.charges import Charge, MatchedCharge, check_currency, read_charges
from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.closures.reading import read_entry
from wayaround.demand.trips import Trips, read_trips
from wayaround.impact.costs import open_priced_states
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, STATUSES, classify_pairs
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.metric import HierarchyEngine, HierarchyMetric
from wayaround.routing.overlay import Overlays
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import LinkWeights, Route, Skim
from wayaround.scenario import Scenario
from wayaround.sweep.points import Point
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, FloatArray, Int64Array

_Made = TypeVar("_Made")

KEPT_CLOSURES, KEPT_STATES, KEPT_POINTS = 64, 4, 64
"""What was matched or weighed last stays at hand; what varies fastest comes back soonest."""


@dataclass(frozen=True, slots=True, eq=False)
class WeighedRoads:
    """Open roads under one vehicle, for whoever has them already.

    Parameters
    ----------
    profile : Profile
        The vehicle.
    weights : LinkWeights
        Times without closures, as `drive_times` gives them.
    metric : HierarchyMetric
        The same for the engine.
    """

    profile: Profile
    weights: LinkWeights
    metric: HierarchyMetric


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One point.

    Parameters
    ----------
    trips : Trips
        Who travels; the same for all points unless their vehicles may stand on other roads.
    counts : (statuses,) ndarray of int64
        Counted pairs by status.
    extra_weighted_h : float
        Extra hours times weight over the counted pairs that still have a way.
    cut_off_weight : float
        Weight of the counted pairs that lost theirs, those inside a zone included.
    before, after : Skim
        Of the pairs followed.
    status : (j,) ndarray of int8
        Rows of `STATUSES`, of the pairs followed.
    routes_before, routes_after : tuple of Route or None
        Their routes.
    of_place : tuple of (places,) ndarray of int64
        Extra deciseconds times weight, and weight that lost its way, of the counted pairs from each place.
    money : tuple of ndarray, optional
        What they cost before and after, where the vehicle has rates.
    """

    trips: Trips
    counts: Int64Array
    extra_weighted_h: float
    cut_off_weight: float
    before: Skim
    after: Skim
    status: npt.NDArray[np.int8]
    routes_before: tuple[Route | None, ...]
    routes_after: tuple[Route | None, ...]
    of_place: tuple[Int64Array, Int64Array]
    money: tuple[FloatArray, FloatArray] | None = None


_Applied = dict[tuple[int, int], MatchedClosure]
"""Closures in force by the row of their entry and their number in it."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Roads before: under the closures that are in force either way."""

    trips: Trips
    roads: ClosedRoads
    query: HierarchyQuery
    overlays: Overlays
    skim: Skim
    routes: tuple[Route | None, ...]


class Measurer:
    """Measures points of one scenario on one network, each as `assess` does alone.

    Roads are weighed once a vehicle; a point changes only the links that its closures concern and asks again only for
    labels and pairs that this can touch. For one thread.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    today : datetime.date
        The day where a scenario says none.
    most_followed : int
        Named pairs whose ways are followed, the first ones.
    weighed : WeighedRoads, optional
        Roads that need not be weighed again.
    trips : mapping, optional
        Who travels, by `key_of_trips`, where that is read already.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        today: datetime.date,
        most_followed: int,
        weighed: WeighedRoads | None = None,
        trips: Mapping[str | None, Trips] | None = None,
    ) -> None:
        self._network = network
        self._today = today
        self._most_followed = most_followed
        self._given = weighed
        self._engine = HierarchyEngine(network.hierarchy)
        self._matched: OrderedDict[Any, tuple[MatchedClosure, ...]] = OrderedDict()
        self._weighed: OrderedDict[Any, WeighedRoads] = OrderedDict()
        self._trips: OrderedDict[Any, Trips] = OrderedDict(trips or {})
        self._states: OrderedDict[Any, _State] = OrderedDict()
        self._points: OrderedDict[Any, Measured] = OrderedDict()

    def measure(self, point: Point) -> Measured:
        """Measure a point.

        Raises
        ------
        WayaroundError
            As `assess_scenario` raises.
        """
        scenario, day = point.whole, point.whole.date or self._today
        profile = load_scenario_profile(scenario)
        if profile.rates is not None or scenario.tolls or scenario.risks:
            return self._measure_money(point, profile)
        in_force = {
            (row, number): each
            for row in point.applied
            for number, each in enumerate(self._match(scenario, row))
            if each.closure.reason_not_in_force(day, scenario.party) is None
        }
        alike = _key(scenario), _say_closures(scenario, in_force)
        return _keep(self._points, alike, KEPT_POINTS, lambda: self._measure(scenario, in_force))

    def _measure(self, scenario: Scenario, in_force: _Applied) -> Measured:
        state = self._before(scenario, {key: each for key, each in in_force.items() if each.closure.baseline})
        trips = state.trips
        roads = apply_closures(state.roads.base, list(in_force.values()))
        links = np.array(sorted({*state.roads.effects, *roads.effects}), dtype=np.int64)
        forward_ds, backward_ds = roads.times(links)
        with state.overlays.changed(links, forward_ds=forward_ds, backward_ds=backward_ds) as metric:
            query = state.query.follow(metric, roads.terminals(trips.snapped))
            skim = query.skim(trips.origin, trips.destination, before=state.skim)
            status = classify_pairs(trips, state.skim, skim, roads.inside(trips.snapped))
            followed = self._followed(trips)
            routes = tuple(
                None if status[pair] == INSIDE_ZONE else query.route(trips.origin[pair], trips.destination[pair])
                for pair in followed.tolist()
            )
        skims = state.skim, skim.without(status == INSIDE_ZONE)
        return _measured(trips, skims, status, followed, (state.routes, routes), None)

    def _measure_money(self, point: Point, profile: Profile) -> Measured:
        """Measure a point whose routes are the cheapest; both states are weighed anew."""
        scenario, day = point.whole, point.whole.date or self._today
        weighed = _keep(self._weighed, _key(scenario), KEPT_STATES, lambda: self._weigh(profile))
        trips = _keep(
            self._trips,
            key_of_trips(self._network, scenario),
            KEPT_STATES,
            lambda: read_trips(scenario, self._network, profile=profile),
        )
        charges = read_charges(scenario)
        check_currency(charges, profile)
        assert profile.rates is not None
        matched = [each for row in point.applied for each in self._match(scenario, row)]
        in_force = [each for each in matched if each.closure.reason_not_in_force(day, scenario.party) is None]
        applied = [
            MatchedCharge(each, self._match_charge(each))
            for each in charges
            if each.reason_not_in_force(day, scenario.party, profile.name) is None
        ]
        roads = (
            apply_closures(weighed.weights, [each for each in in_force if each.closure.baseline]),
            apply_closures(weighed.weights, in_force),
        )
        before, after = open_priced_states(self._engine, roads, trips, rates=profile.rates, charges=applied)
        skim_before = before.query.skim(trips.origin, trips.destination)
        skim_after = after.query.skim(trips.origin, trips.destination, before=skim_before)
        status = classify_pairs(trips, skim_before, skim_after, roads[1].inside(trips.snapped))
        skims = skim_before, skim_after.without(status == INSIDE_ZONE)
        hours = before.measure(trips, skims[0]), after.measure(trips, skims[1])
        followed = self._followed(trips)
        routes = [
            tuple(
                None
                if state is after and status[pair] == INSIDE_ZONE
                else state.query.route(trips.origin[pair], trips.destination[pair])
                for pair in followed.tolist()
            )
            for state in (before, after)
        ]
        assert after.priced is not None
        money = [after.priced.scale.amounts(skim.time_ds[followed]) for skim in skims]
        return _measured(trips, hours, status, followed, (routes[0], routes[1]), (money[0], money[1]))

    def _before(self, scenario: Scenario, baseline: _Applied) -> _State:
        vehicle = _key(scenario)

        def prepare() -> _State:
            weighed = _keep(self._weighed, vehicle, KEPT_STATES, lambda: self._weigh(load_scenario_profile(scenario)))
            trips = _keep(
                self._trips,
                key_of_trips(self._network, scenario),
                KEPT_STATES,
                lambda: read_trips(scenario, self._network, profile=weighed.profile),
            )
            roads = apply_closures(weighed.weights, list(baseline.values()))
            query = weighed.metric.query(apply_closures(weighed.weights, []).terminals(trips.snapped))
            if roads.effects:
                query = query.changed(sorted(roads.effects), roads.weights, roads.terminals(trips.snapped))
            skim = query.skim(trips.origin, trips.destination)
            routes = tuple(
                query.route(trips.origin[pair], trips.destination[pair]) for pair in self._followed(trips).tolist()
            )
            return _State(trips, roads, query, Overlays(query.metric), skim, routes)

        return _keep(self._states, (vehicle, _say_closures(scenario, baseline)), KEPT_STATES, prepare)

    def _weigh(self, profile: Profile) -> WeighedRoads:
        if self._given is not None and self._given.profile == profile:
            return self._given
        weights = drive_times(self._network, profile)
        return WeighedRoads(profile, weights, self._engine.customise(weights))

    def _match(self, scenario: Scenario, row: int) -> tuple[MatchedClosure, ...]:
        entry = scenario.closures[row]
        of_vehicle = entry.wait_h_by or entry.wzdx is not None or entry.geojson is not None
        return _keep(
            self._matched,
            (entry.model_dump_json(), _key(scenario) if of_vehicle else ""),
            KEPT_CLOSURES,
            lambda: tuple(match_closure(self._network, each) for each in read_entry(scenario, row)),
        )

    def _match_charge(self, charge: Charge) -> MatchedClosure:
        where = replace(charge.where, from_date=None, until_date=None, baseline=True)
        return _keep(self._matched, repr(where), KEPT_CLOSURES, lambda: (match_closure(self._network, where),))[0]

    def _followed(self, trips: Trips) -> Int64Array:
        return np.flatnonzero(trips.named)[: self._most_followed]


def key_of_trips(network: RoadNetwork, scenario: Scenario) -> str | None:
    """What trips are kept under: the vehicle where it may stand on other roads than another one."""
    return None if network.link_part is None else _key(scenario)


def _say_closures(scenario: Scenario, applied: _Applied) -> tuple[tuple[str, int], ...]:
    """What tells closures of one scenario, or of two, apart."""
    said = {row: scenario.closures[row].model_dump_json() for row, _ in applied}
    return tuple((said[row], number) for row, number in applied)


def _measured(
    trips: Trips,
    skims: tuple[Skim, Skim],
    status: npt.NDArray[np.int8],
    followed: Int64Array,
    routes: tuple[tuple[Route | None, ...], tuple[Route | None, ...]],
    money: tuple[FloatArray, FloatArray] | None,
) -> Measured:
    """What a point is told by, from hours and kilometres of all pairs and the routes of those followed."""
    before, after = skims
    stays = trips.counted & (before.time_ds < UNREACHABLE) & (after.time_ds < UNREACHABLE)
    extra = (after.time_ds[stays] - before.time_ds[stays]) * trips.weight[stays]
    lost = trips.counted & ((status == CUT_OFF) | (status == INSIDE_ZONE))
    of_place = np.zeros(len(trips.places), dtype=np.int64), np.zeros(len(trips.places), dtype=np.int64)
    np.add.at(of_place[0], trips.origin[stays], extra)
    np.add.at(of_place[1], trips.origin[lost], trips.weight[lost])
    return Measured(
        trips=trips,
        counts=np.bincount(status[trips.counted], minlength=len(STATUSES)),
        extra_weighted_h=int(extra.sum()) / DECISECONDS_PER_HOUR / trips.quanta,
        cut_off_weight=int(trips.weight[lost].sum()) / trips.quanta,
        before=Skim(before.time_ds[followed], before.length_m[followed]),
        after=Skim(after.time_ds[followed], after.length_m[followed]),
        status=status[followed],
        routes_before=routes[0],
        routes_after=routes[1],
        of_place=of_place,
        money=money,
    )


def _key(scenario: Scenario) -> str:
    return scenario.profile if isinstance(scenario.profile, str) else scenario.profile.model_dump_json()


def _keep(kept: OrderedDict[Any, _Made], key: Any, most: int, make: Callable[[], _Made]) -> _Made:
    """What is kept under a key, made if it is not there; what was asked for longest ago goes."""
    if key not in kept:
        kept[key] = make()
        if len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]
