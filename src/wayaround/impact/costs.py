"""Money: the scale, the components of each listed route, and who takes the tolls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayaround.closures.charges import MatchedCharge
from wayaround.closures.costs import PricedRoads
from wayaround.closures.effects import ClosedRoads
from wayaround.demand.trips import Trips
from wayaround.errors import ScaleOverflow
from wayaround.impact.burden import Driven, Weighed
from wayaround.impact.detours import Journey, driven_between
from wayaround.impact.load import Load
from wayaround.impact.tolls import LinkTolls, collect_tolls
from wayaround.network.rates import LEAST_DECIMALS, MOST_DECIMALS, Rates, Scale
from wayaround.routing.engine import Engine, Query
from wayaround.routing.terminals import Route, Skim
from wayaround.units import UNREACHABLE, FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class RouteCost:
    """What one route costs, summed along it.

    Parameters
    ----------
    units : tuple of int
        Units of money by component: one for each charge, then distance, driving and waiting.
    driving_ds, wait_ds : int
        Time.
    """

    units: tuple[int, ...]
    driving_ds: int
    wait_ds: int

    @property
    def total(self) -> int:
        """Units of all components together."""
        return sum(self.units)


@dataclass(frozen=True, slots=True)
class Income:
    """What one toll yields from all counted trips, in units of money times quanta of weight."""

    matched: MatchedCharge
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Money of an assessment.

    Parameters
    ----------
    rates : Rates
        What an hour, a kilometre and a wait cost.
    scale : Scale
        Units of money.
    charges : tuple of (MatchedCharge, str or None)
        All tolls and risks of the scenario, and why each does not apply.
    roads : tuple of PricedRoads
        Before and after; a charge that does not apply costs nothing there.
    before, after : (p,) ndarray of int64
        Cost of each pair in units; `UNREACHABLE` where there is no way.
    journeys : tuple of (RouteCost or None, RouteCost or None)
        Of the listed journeys, before and after.
    income : tuple of Income
        Of the tolls, in their order.
    tolls : tuple of LinkTolls
        The same by link, before and after.
    """

    rates: Rates
    scale: Scale
    charges: tuple[tuple[MatchedCharge, str | None], ...]
    roads: tuple[PricedRoads, PricedRoads]
    before: Int64Array
    after: Int64Array
    journeys: tuple[tuple[RouteCost | None, RouteCost | None], ...]
    income: tuple[Income, ...]
    tolls: tuple[LinkTolls, LinkTolls]

    def money(self, units: Int64Array) -> FloatArray:
        """Units as amounts of the currency; NaN where there is no way."""
        return self.scale.amounts(units)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """One state of the roads, weighed and labelled.

    Parameters
    ----------
    closed : ClosedRoads
        Times.
    priced : PricedRoads, optional
        Money, where the vehicle has rates.
    query : Query
        Answers by what is routed by: money or else time, then metres.
    timed : Query, optional
        Answers by money and then time.
    """

    closed: ClosedRoads
    priced: PricedRoads | None
    query: Query
    timed: Query | None

    @property
    def routed(self) -> ClosedRoads | PricedRoads:
        """The roads by what is routed by."""
        return self.closed if self.priced is None else self.priced

    def measure(self, trips: Trips, routed: Skim) -> Skim:
        """Hours and kilometres of the pairs whose routes are known: fastest and shortest among the cheapest."""
        if self.timed is None:
            return routed
        time_ds = self.timed.skim(trips.origin, trips.destination).length_m
        return Skim(np.where(routed.time_ds >= UNREACHABLE, UNREACHABLE, time_ds), routed.length_m)


def open_states(engine: Engine, roads: tuple[ClosedRoads, ClosedRoads], trips: Trips) -> tuple[State, State]:
    """Both states, routed by time."""
    before = engine.customise(roads[0].weights).query(roads[0].terminals(trips.snapped))
    concerned = sorted({*roads[0].effects, *roads[1].effects})
    after = before.changed(concerned, roads[1].weights, roads[1].terminals(trips.snapped))
    return State(roads[0], None, before, None), State(roads[1], None, after, None)


def open_priced_states(
    engine: Engine,
    roads: tuple[ClosedRoads, ClosedRoads],
    trips: Trips,
    *,
    rates: Rates,
    charges: Sequence[MatchedCharge],
    finest: int = MOST_DECIMALS,
) -> tuple[State, State]:
    """Both states, routed by money, in the smallest units that the engine can hold, of `finest` decimals at most.

    Raises
    ------
    ScaleOverflow
        Money does not fit the engine even in its largest units.
    """
    applied = [each for each in charges if each.charge.where.baseline], list(charges)
    places = trips.snapped
    for decimals in range(finest, LEAST_DECIMALS - 1, -1):
        priced = [PricedRoads(each, rates, Scale(decimals), own) for each, own in zip(roads, applied, strict=True)]
        try:
            before = engine.customise(priced[0].weights).query(priced[0].terminals(places))
            concerned = sorted(priced[0].concerned | priced[1].concerned)
            after = before.changed(concerned, priced[1].weights, priced[1].terminals(places))
            timed = [engine.customise(each.timed_weights).query(each.timed_terminals(places)) for each in priced]
        except ScaleOverflow as error:
            last = error
            continue
        return State(roads[0], priced[0], before, timed[0]), State(roads[1], priced[1], after, timed[1])
    raise ScaleOverflow(
        f"no unit of money from {Scale(MOST_DECIMALS)} to {Scale(LEAST_DECIMALS)} of the currency fits the engine: a "
        "way costs too much, or rates are so low that hours and metres do not fit beside them; check the rates."
    ) from last


def drive_both(
    trips: Trips, states: tuple[State, State], skims: tuple[Skim, Skim], measured: tuple[Skim, Skim]
) -> tuple[Driven, Driven]:
    """What the counted pairs that have a way in both states drive, in each."""
    stays = trips.counted & (skims[0].time_ds < UNREACHABLE) & (skims[1].time_ds < UNREACHABLE)
    weight = np.where(stays, trips.weight, 0)
    one, other = (
        Driven(
            _weighed(state.closed, trips, times),
            None if state.priced is None else _weighed(state.priced, trips, skim),
            state.query.flows(trips.origin, trips.destination, weight),
        )
        for state, skim, times in zip(states, skims, measured, strict=True)
    )
    return one, other


def _weighed(roads: ClosedRoads | PricedRoads, trips: Trips, skim: Skim) -> Weighed:
    return Weighed(roads.weights, roads.terminals(trips.snapped), skim)


def cost_of_route(roads: PricedRoads, trips: Trips, pair: int, route: Route | None) -> RouteCost | None:
    """Components of one route of a pair, summed along its links and legs."""
    if route is None:
        return None
    ends = np.array([driven_between(trips, pair, route, step) for step in range(len(route.links))]).reshape(-1, 2)
    units = np.zeros(roads.components, dtype=np.int64)
    time_ds = wait_ds = 0
    for forward in (True, False):
        rows = np.flatnonzero(route.forward == forward)
        links, start, end = route.links[rows], ends[rows].min(axis=1), ends[rows].max(axis=1)
        part, part_ds = roads.stretch(links, start, end, forward=forward)
        units += part.sum(axis=1)
        time_ds += int(part_ds.sum())
        wait_ds += int(roads.roads.waits(links, start, end, forward=forward).sum())
    return RouteCost(tuple(units.tolist()), time_ds - wait_ds, wait_ds)


def cost_journeys(
    priced: tuple[PricedRoads, PricedRoads], trips: Trips, journeys: Sequence[Journey]
) -> tuple[tuple[RouteCost | None, RouteCost | None], ...]:
    """Components of the listed journeys, before and after."""
    return tuple(
        (
            cost_of_route(priced[0], trips, journey.pair, journey.before),
            cost_of_route(priced[1], trips, journey.pair, journey.after),
        )
        for journey in journeys
    )


def report_costs(
    trips: Trips,
    states: tuple[State, State],
    skims: tuple[Skim, Skim],
    journeys: Sequence[Journey],
    charges: tuple[tuple[MatchedCharge, str | None], ...],
    loads: tuple[Load, Load],
) -> Costs | None:
    """Money of an assessment; None where the vehicle has no rates.

    Parameters
    ----------
    trips : Trips
        The pairs.
    states, skims
        Before and after, as routed.
    journeys : sequence of Journey
        Those listed.
    charges : tuple of (MatchedCharge, str or None)
        All of the scenario, and why each does not apply.
    loads : tuple of Load
        What drives each link, before and after.
    """
    one, other = (state.priced for state in states)
    if one is None or other is None:
        return None
    tolls = collect_tolls(one, trips, loads[0]), collect_tolls(other, trips, loads[1])
    return Costs(
        rates=one.rates,
        scale=one.scale,
        charges=charges,
        roads=(one, other),
        before=skims[0].time_ds,
        after=skims[1].time_ds,
        journeys=cost_journeys((one, other), trips, journeys),
        income=tuple(
            Income(each, *(of_state.total(each.charge.id) for of_state in tolls))
            for each, _ in charges
            if not each.charge.is_risk
        ),
        tolls=tolls,
    )
