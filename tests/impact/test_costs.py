"""Money: the cheapest way against every way there is, components that add up, tolls that are conserved."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import TRUCK, make_network, make_trips, random_case

import wayaround as wa
from wayaround.closures.charges import Charge, MatchedCharge, match_charges
from wayaround.closures.closure import Closure, LinkIds
from wayaround.closures.costs import PricedRoads
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.errors import ScaleOverflow, ScenarioError
from wayaround.impact.costs import cost_of_route
from wayaround.network.profiles import drive_times, override_profile
from wayaround.network.rates import Rates, Scale
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

LORRY = override_profile(
    TRUCK,
    {"currency": "USD", "per_hour": Decimal("35.5"), "per_km": Decimal("0.9"), "per_wait_hour": Decimal("20")},
)
SHORT_WAIT_H = 0.001


def random_charges(random: np.random.Generator, network: wa.RoadNetwork) -> list[Charge]:
    """Tolls and risks on links that overlap, some of which come only with the closures."""
    charges = []
    for number in range(int(random.integers(1, 5))):
        own = random.choice(network.links, size=int(random.integers(1, 4)), replace=False)
        charges.append(
            Charge.at(
                LinkIds(tuple(own.tolist())),
                id=f"charge {number}",
                is_risk=bool(random.random() < 0.4),
                per_passage=Decimal(int(random.integers(0, 5))) / 100,
                per_km=Decimal(int(random.integers(0, 300))) / 100,
                owner=f"owner {number % 2}",
                baseline=bool(random.random() < 0.7),
            )
        )
    return charges


def random_closures(random: np.random.Generator, network: wa.RoadNetwork) -> list[Closure]:
    """A shut link, one that makes wait by direction, a slow one."""
    one, other, third = (LinkIds((int(random.integers(network.links)),)) for _ in range(3))
    waits = {
        "forward": SHORT_WAIT_H * int(random.integers(0, 3)),
        "backward": SHORT_WAIT_H * int(random.integers(1, 4)),
    }
    return [
        Closure(one, id="shut"),
        Closure(other, id="wait", wait_h=waits, baseline=bool(random.random() < 0.5)),
        Closure(third, id="slow", speed_factor=0.4, baseline=True),
    ]


def all_ways(network: wa.RoadNetwork, trips: wa.Trips, roads: PricedRoads, pair: int) -> Iterator[tuple[int, int, int]]:
    """Units, metres and time of every way of a pair that passes no node twice."""
    origin, destination = int(trips.origin[pair]), int(trips.destination[pair])
    legs, timed = roads.terminals(trips.snapped), roads.timed_terminals(trips.snapped)
    out: dict[int, list[tuple[int, int, int]]] = {}
    for link in range(network.links):
        tail, head = int(network.link_tail[link]), int(network.link_head[link])
        weights, hours = roads.weights, roads.timed_weights
        assert hours.back_m is not None
        metres = int(weights.length_m[link])
        if weights.forward_ds[link] < UNREACHABLE:
            out.setdefault(tail, []).append((head, int(weights.forward_ds[link]), metres, int(hours.length_m[link])))
        if weights.backward_ds[link] < UNREACHABLE:
            out.setdefault(head, []).append((tail, int(weights.backward_ds[link]), metres, int(hours.back_m[link])))
    own, other = int(trips.snapped.link[origin]), int(trips.snapped.link[destination])
    if own == other:
        one, end = np.array([origin]), np.array([destination])
        (units,), (length_m,) = legs.direct(one, end)
        (time_ds,) = timed.direct(one, end)[1]
        if units < UNREACHABLE:
            yield int(units), int(length_m), int(time_ds)
    ends = (
        (int(network.link_tail[other]), legs.from_tail_ds, legs.tail_m, timed.legs_m[2]),
        (int(network.link_head[other]), legs.from_head_ds, legs.head_m, timed.legs_m[3]),
    )
    stack = [
        (int(network.link_tail[own]), legs.to_tail_ds[origin], legs.tail_m[origin], timed.legs_m[0][origin]),
        (int(network.link_head[own]), legs.to_head_ds[origin], legs.head_m[origin], timed.legs_m[1][origin]),
    ]
    walks = [((node,), int(u), int(m), int(t)) for node, u, m, t in stack if u < UNREACHABLE]
    while walks:
        passed, units, metres, time_ds = walks.pop()
        for node, leg, leg_m, leg_ds in ends:
            if node == passed[-1] and leg[destination] < UNREACHABLE:
                yield (
                    units + int(leg[destination]),
                    metres + int(leg_m[destination]),
                    time_ds + int(leg_ds[destination]),
                )
        for head, more, more_m, more_ds in out.get(passed[-1], []):
            if head not in passed:
                walks.append(((*passed, head), units + more, metres + more_m, time_ds + more_ds))


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_the_cheapest_of_all_ways_then_the_shortest_and_the_fastest(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    closures, charges = random_closures(random, network), random_charges(random, network)
    impact = wa.assess(network, closures=closures, trips=trips, charges=charges, profile=LORRY)
    assert impact.costs is not None
    inside = impact.costs.roads[1].roads.inside(trips.snapped)
    for state, (units, skim) in enumerate(((impact.costs.before, impact.before), (impact.costs.after, impact.after))):
        for pair in range(len(trips)):
            ways = list(all_ways(network, trips, impact.costs.roads[state], pair))
            if state and (inside[trips.origin[pair]] or inside[trips.destination[pair]]):
                ways = []
            if not ways:
                assert units[pair] == skim.time_ds[pair] == UNREACHABLE
                continue
            cheapest = min(way[0] for way in ways)
            assert units[pair] == cheapest
            assert skim.length_m[pair] == min(way[1] for way in ways if way[0] == cheapest)
            assert skim.time_ds[pair] == min(way[2] for way in ways if way[0] == cheapest)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_components_add_up_and_tolls_are_conserved(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    charges = random_charges(random, network)
    impact = wa.assess(network, closures=random_closures(random, network), trips=trips, charges=charges, profile=LORRY)
    costs = impact.costs
    assert costs is not None
    for journey, states in zip(impact.journeys, costs.journeys, strict=True):
        for route, units, skim in zip(states, impact.routed, (impact.before, impact.after), strict=True):
            if route is not None and units[journey.pair] < UNREACHABLE:
                assert route.total == units[journey.pair]
                assert route.driving_ds + route.wait_ds >= skim.time_ds[journey.pair]
    by = {name: impact.burden(name)["extra_weighted_cost"].sum() for name in ("origin", "destination", "roads")}
    assert by["origin"] == pytest.approx(by["destination"], abs=1e-6)
    assert by["origin"] == pytest.approx(by["roads"], abs=1e-6)
    for state, roads in enumerate(costs.roads):
        query = HierarchyEngine(network.hierarchy).customise(roads.weights).query(roads.terminals(trips.snapped))
        expected: dict[str, int] = {each.charge.id: 0 for each in roads.charges}
        for pair in np.flatnonzero(impact.routed[state] < UNREACHABLE).tolist():
            way = query.route(trips.origin[pair], trips.destination[pair])
            paid = cost_of_route(roads, trips, pair, way)
            assert paid is not None
            for each, units in zip(roads.charges, paid.units, strict=False):
                expected[each.charge.id] += units * int(trips.weight[pair])
        for income in costs.income:
            found = income.after if state else income.before
            assert found == expected.get(income.matched.charge.id, 0)


BASE = LinkWeights(np.array([4800, 960]), np.array([4800, UNREACHABLE]), np.array([10_000, 2_000]))
RATES = Rates("USD", Decimal(36), Decimal("0.5"), Decimal(18), Decimal(2))


def matched(where: Closure, links: list[int], start: float, end: float) -> MatchedClosure:
    one = np.ones(len(links))
    return MatchedClosure(where, np.array(links), start * one, end * one, start * one, end * one)


def priced(decimals: int = 4, *, wait_h: float = 0.0) -> PricedRoads:
    """Two tolls that overlap, a risk, and a link that is slow and makes wait by direction."""
    target = LinkIds((0,))
    closures = [
        matched(Closure(target, wait_h={"forward": wait_h, "backward": wait_h / 3}), [0], 0.5, 0.5),
        matched(Closure(target, speed_factor=0.5), [0], 0.25, 0.75),
    ]
    charges = [
        Charge.at(target, id="one", per_km=Decimal("0.1"), per_passage=Decimal(3)),
        Charge.at(target, id="other", per_km=Decimal("0.07")),
        Charge.at(target, id="risk", per_km=Decimal("0.3"), is_risk=True),
    ]
    stretches = [(0.0, 0.6), (0.4, 1.0), (0.2, 0.3)]
    on = [MatchedCharge(each, matched(each.where, [0], *at)) for each, at in zip(charges, stretches, strict=True)]
    return PricedRoads(apply_closures(BASE, closures), RATES, Scale(decimals), on)


def test_components_by_hand() -> None:
    units, time_ds = priced(wait_h=6).stretch(np.array([0]), np.zeros(1), np.ones(1), forward=True)
    driving_h = (4800 + 2400) / 36_000
    assert units[:, 0].tolist() == [
        30_000 + 6_000,  # 3 a passage and 0.1 on 6 km
        4_200,  # 0.07 on 6 km
        6_000,  # 0.3 counted twice on 1 km
        50_000,  # 0.5 on 10 km
        round(driving_h * 36 * 10_000),
        6 * 18 * 10_000,
    ]
    assert time_ds[0] == 4800 + 2400 + 6 * 36_000
    assert priced(wait_h=6).weights.forward_ds[0] == units.sum()
    assert priced(wait_h=6).weights.backward_ds[1] == UNREACHABLE


@given(
    marks=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    forward=st.booleans(),
    wait_h=st.floats(0, 24),
    decimals=st.integers(-1, 6),
)
def test_stretches_of_a_link_add_up_component_by_component(
    marks: list[float], forward: bool, wait_h: float, decimals: int
) -> None:
    roads = priced(decimals, wait_h=wait_h)
    cuts = [0.0, *sorted(marks), 1.0]
    link = np.zeros(len(cuts) - 1, dtype=np.int64)
    parts, parts_ds = roads.stretch(link, np.array(cuts[:-1]), np.array(cuts[1:]), forward=forward)
    whole, whole_ds = roads.stretch(link[:1], np.zeros(1), np.ones(1), forward=forward)
    assert parts.sum(axis=1).tolist() == whole[:, 0].tolist()
    assert parts_ds.sum() == whole_ds[0]
    weights = roads.weights.forward_ds if forward else roads.weights.backward_ds
    assert whole.sum() == weights[0]


@given(wait_h=st.integers(0, 500).map(lambda tenths: tenths / 10), forward=st.booleans())
def test_a_wait_doubled_is_a_wait_doubled(wait_h: float, forward: bool) -> None:
    one, two = (
        priced(wait_h=times * 3 * wait_h).stretch(np.array([0]), np.zeros(1), np.ones(1), forward=forward)[0]
        for times in (1, 2)
    )
    assert two[-1, 0] == 2 * one[-1, 0]
    assert two[:-1].tolist() == one[:-1].tolist()


@given(
    amount=st.decimals(0, 1000, places=3),
    per_km=st.decimals(0, 10, places=3),
    per_hour=st.decimals(1, 100, places=2),
)
def test_each_component_is_within_a_unit_of_the_exact_amount(
    amount: Decimal, per_km: Decimal, per_hour: Decimal
) -> None:
    rates = Rates("USD", per_hour, per_km, per_hour)
    charge = Charge.at(LinkIds((0,)), per_passage=amount, per_km=per_km)
    roads = PricedRoads(
        apply_closures(BASE, []), rates, Scale(3), [MatchedCharge(charge, matched(charge.where, [0], 0.0, 1.0))]
    )
    (toll, distance, driving, waiting) = roads.stretch(np.array([0]), np.zeros(1), np.ones(1), forward=True)[0][:, 0]
    exact = Fraction(amount) + 10 * Fraction(per_km), 10 * Fraction(per_km), Fraction(per_hour) * 4800 / 36_000
    for units, money in zip((toll, distance, driving), exact, strict=True):
        assert abs(Fraction(int(units), 1000) - money) <= Fraction(1, 1000)
    assert waiting == 0


def line_network() -> tuple[wa.RoadNetwork, wa.Trips]:
    """Two roads from a place to another: 20 km, and 24 km round."""
    network = make_network(
        [(0, 1), (1, 2), (0, 3), (3, 2)],
        [10_000, 10_000, 12_000, 12_000],
        lon=np.array([0.0, 0.1, 0.2, 0.1]),
        lat=np.array([0.0, 0.0, 0.0, 0.1]),
    )
    return network, make_trips(network, [(0, 0.0), (1, 1.0)], [(0, 1, 1000), (1, 0, 2000)])


def way_of(impact: wa.Impact, pair: int = 0) -> list[float]:
    return (impact.after.length_m / 1000).tolist()


def test_a_toll_sends_traffic_round_and_loses_its_income() -> None:
    network, trips = line_network()
    cheap, dear = (
        Charge.at(LinkIds((0,)), id="bridge", per_passage=Decimal(money), baseline=False, owner="bridge company")
        for money in ("4.00", "6.00")
    )
    # 4 km more cost 4 x 0.9 + 4 / 75 x 35.5 = 5.49
    assert way_of(wa.assess(network, closures=[], trips=trips, charges=[cheap], profile=LORRY)) == [20, 20]
    impact = wa.assess(network, closures=[], trips=trips, charges=[dear], profile=LORRY)
    assert way_of(impact) == [24, 24]
    assert impact.costs is not None
    assert [(each.before, each.after) for each in impact.costs.income] == [(0, 0)]
    old = Charge.at(LinkIds((0,)), id="old", per_passage=Decimal(4), owner="bridge company")
    impact = wa.assess(network, closures=[], trips=trips, charges=[old, dear], profile=LORRY)
    money = [(each.before, each.after) for each in impact.costs.income] if impact.costs else []
    assert money == [(3000 * 4 * 10**6, 0), (0, 0)]


def test_dates_parties_and_vehicles_decide_who_pays() -> None:
    network, trips = line_network()
    toll = Charge.at(LinkIds((0,)), per_passage=Decimal(6))

    def ways(charge: Charge, **how: object) -> list[float]:
        return way_of(wa.assess(network, closures=[], trips=trips, charges=[charge], profile=LORRY, **how))  # type: ignore[arg-type]

    assert ways(toll) == [24, 24]
    spared = replace(toll, where=replace(toll.where, except_for=("ambulance",)))
    assert ways(spared, party="ambulance") == [20, 20]
    assert ways(spared, party="other") == [24, 24]
    aimed = replace(toll, where=replace(toll.where, only_for=("commercial",)))
    assert ways(aimed) == [20, 20]
    ended = replace(toll, where=replace(toll.where, until_date=datetime.date(2020, 1, 1)))
    assert ways(ended, date=datetime.date(2020, 1, 1)) == [24, 24]
    assert ways(ended, date=datetime.date(2020, 1, 2)) == [20, 20]
    assert ways(replace(toll, vehicles=("car",))) == [20, 20]
    assert ways(replace(toll, vehicles=("truck",))) == [24, 24]


def test_a_wait_in_one_direction_sends_only_that_direction_round() -> None:
    network, trips = line_network()
    wait = Closure(LinkIds((0,)), wait_h={"forward": 1.0})
    impact = wa.assess(network, closures=[wait], trips=trips, profile=LORRY)
    assert way_of(impact) == [24, 20]
    assert way_of(wa.assess(network, closures=[wait], trips=trips)) == [24, 20]


def test_without_rates_routes_go_by_time_and_tolls_are_refused() -> None:
    network, trips = line_network()
    impact = wa.assess(network, closures=[], trips=trips)
    assert impact.costs is None
    assert "before_cost" not in impact.pairs.columns
    with pytest.raises(ScenarioError, match="needs a vehicle with rates"):
        wa.assess(network, closures=[], trips=trips, charges=[Charge.at(LinkIds((0,)))])


def test_another_currency_and_rates_that_do_not_fit_are_refused() -> None:
    network, trips = line_network()
    toll = replace(Charge.at(LinkIds((0,)), per_passage=Decimal(1)), currency="EUR")
    with pytest.raises(ScenarioError, match="is in EUR and the vehicle's rates are in USD"):
        match_charges(network, [toll], LORRY)
    with pytest.raises(ScenarioError, match='two tolls have the id "toll"'):
        match_charges(network, [Charge.at(LinkIds((0,))), Charge.at(LinkIds((1,)))], LORRY)
    dear = override_profile(LORRY, {"per_km": Decimal(10**9)})
    impact = wa.assess(network, closures=[], trips=trips, profile=dear)
    assert impact.costs is not None
    assert impact.costs.scale == Scale(-2)
    with pytest.raises(ScaleOverflow, match="no unit of money"):
        wa.assess(network, closures=[], trips=trips, profile=override_profile(dear, {"per_hour": Decimal(10**13)}))


def test_hours_beside_money_are_those_without_money() -> None:
    network, _ = line_network()
    slow = match_closure(network, Closure(LinkIds((0,)), speed_factor=0.5))
    roads = apply_closures(drive_times(network, TRUCK), [slow])
    money = PricedRoads(roads, RATES, Scale(4), ())
    timed = money.timed_weights
    assert timed.length_m.tolist() == roads.weights.forward_ds.tolist()
