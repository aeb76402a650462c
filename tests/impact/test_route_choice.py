"""Route choice against every way there is: real ways, shares and flows that add up, a logsum that never falls."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import TRUCK, make_network, make_trips, random_case
from test_costs import LORRY, random_charges, random_closures

import wayaround as wa
from wayaround.assess import assess
from wayaround.closures.closure import Closure, LinkIds
from wayaround.closures.costs import PricedRoads
from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import match_closure
from wayaround.errors import ScenarioError
from wayaround.impact.choice_model import ChoiceModel, divide, overlap_terms, split_weight
from wayaround.impact.costs import cost_of_route
from wayaround.impact.detours import driven_between
from wayaround.impact.load import Load, load_links, weigh_links
from wayaround.impact.result import Impact
from wayaround.impact.route_choice import load_ways, passes_twice, select_pairs
from wayaround.network.profiles import drive_times
from wayaround.network.rates import Rates
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import Route, Skim
from wayaround.scenario_asks import C_LOGIT, PATH_SIZE
from wayaround.units import UNREACHABLE

LOGITS = st.sampled_from([PATH_SIZE, C_LOGIT])
# Small networks are driven in seconds, so an hour must weigh much for a share to move.
STEEP = 2000.0


def simple_ways(
    network: wa.RoadNetwork, trips: wa.Trips, roads: ClosedRoads | PricedRoads, pair: int
) -> Iterator[tuple[tuple[int, ...], tuple[bool, ...], int, int]]:
    """Links, directions, cost and metres of every way of a pair that passes no node twice."""
    legs, weights = roads.terminals(trips.snapped), roads.weights
    origin, destination = int(trips.origin[pair]), int(trips.destination[pair])
    own, other = int(legs.link[origin]), int(legs.link[destination])
    out: dict[int, list[tuple[int, int, bool, int]]] = {}
    for link in range(network.links):
        tail, head = int(network.link_tail[link]), int(network.link_head[link])
        for ends, forward, cost in (
            ((tail, head), True, int(weights.forward_ds[link])),
            ((head, tail), False, int(weights.backward_ds[link])),
        ):
            if cost < UNREACHABLE:
                out.setdefault(ends[0], []).append((ends[1], link, forward, cost))
    if own == other:
        (cost,), (metres,) = legs.direct(np.array([origin]), np.array([destination]))
        if cost < UNREACHABLE:
            ahead = bool(trips.snapped.position[origin] <= trips.snapped.position[destination])
            moves = int(cost > 0 or metres > 0)
            yield (own,) * moves, (ahead,) * moves, int(cost), int(metres)
    ends = {
        int(network.link_tail[other]): (True, int(legs.from_tail_ds[destination]), int(legs.tail_m[destination])),
        int(network.link_head[other]): (False, int(legs.from_head_ds[destination]), int(legs.head_m[destination])),
    }
    walks = []
    for node, forward, cost, metres in (
        (int(network.link_tail[own]), False, int(legs.to_tail_ds[origin]), int(legs.tail_m[origin])),
        (int(network.link_head[own]), True, int(legs.to_head_ds[origin]), int(legs.head_m[origin])),
    ):
        if cost < UNREACHABLE:
            walks.append(((node,), (own,), (forward,), cost, metres))
    while walks:
        passed, links, ways, cost, metres = walks.pop()
        if passed[-1] in ends and ends[passed[-1]][1] < UNREACHABLE:
            forward, last, last_m = ends[passed[-1]]
            yield (*links, other), (*ways, forward), cost + last, metres + last_m
        for head, link, forward, more in out.get(passed[-1], []):
            if head not in passed:
                length_m = int(network.link_length_m[link])
                walks.append(((*passed, head), (*links, link), (*ways, forward), cost + more, metres + length_m))


def chosen(random: np.random.Generator, *, profile: wa.Profile, model: str) -> tuple[wa.RoadNetwork, Impact]:
    """A random network under random closures, on which journeys choose."""
    network, trips = random_case(random)
    trips = replace(trips, weight=trips.weight * 1000)
    closures = random_closures(random, network)
    charges = [] if profile.rates is None else random_charges(random, network)
    choice = ChoiceModel(
        model,
        theta_per_hour=STEEP,
        alternatives=int(random.integers(1, 5)),
        stretch=float(random.uniform(1, 3)),
        overlap=float(random.choice([0.0, 1.0, 1.7])),
        journeys=int(random.integers(1, 60)),
    )
    return network, assess(network, closures=closures, trips=trips, charges=charges, profile=profile, choice=choice)


def roads_of(network: wa.RoadNetwork, impact: Impact) -> tuple[ClosedRoads, ClosedRoads] | tuple[PricedRoads, ...]:
    """The roads before and after by what is routed by, made anew."""
    if impact.costs is not None:
        return impact.costs.roads
    base, closures = drive_times(network, impact.profile), [each.matched for each in impact.closures]
    return (
        apply_closures(base, [each for each in closures if each.closure.baseline]),
        apply_closures(base, closures),
    )


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), model=LOGITS, profile=st.sampled_from([TRUCK, LORRY]))
def test_each_way_is_a_real_one_and_the_cheapest_is_among_them(seed: int, model: str, profile: wa.Profile) -> None:
    network, impact = chosen(np.random.default_rng(seed), profile=profile, model=model)
    for after, roads in enumerate(roads_of(network, impact)):
        routed = impact.routed[after]
        for journey in impact.choice.journeys:
            ways = {each[:2]: each[2:] for each in simple_ways(network, impact.trips, roads, journey.pair)}
            states = [(way, way.states[after]) for way in journey.ways]
            for way, state in states:
                key = tuple(way.route.links.tolist()), tuple(way.route.forward.tolist())
                if state is not None:
                    assert ways[key] == (state.cost, way.length_m)
                elif routed[journey.pair] < UNREACHABLE:
                    assert key not in ways
                assert not passes_twice(impact.trips, journey.pair, way.route)
            costs = [state.cost for _, state in states if state is not None]
            assert min(costs, default=UNREACHABLE) == routed[journey.pair]
            if costs:
                assert min(costs) == min(cost for cost, _ in ways.values())


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), model=LOGITS, profile=st.sampled_from([TRUCK, LORRY]))
def test_shares_add_up_and_the_logsum_never_falls(seed: int, model: str, profile: wa.Profile) -> None:
    _, impact = chosen(np.random.default_rng(seed), profile=profile, model=model)
    for journey in impact.choice.journeys:
        for after in (0, 1):
            states = [way.states[after] for way in journey.ways if way.states[after] is not None]
            if states:
                assert sum(state.share for state in states) == pytest.approx(1)
                assert sum(state.weight for state in states) == impact.trips.weight[journey.pair]
        before, now = journey.logsum
        assert before is not None
        # A rounded unit of money may lie on either side of a place inside a link.
        assert now is None or now >= before - (1e-6 if profile is TRUCK else 2)


def balance(network: wa.RoadNetwork, trips: wa.Trips, load: Load) -> np.ndarray:
    """What comes to each node less what leaves it."""
    flows, link = load.flows, trips.snapped.link
    net = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(net, network.link_head, flows.forward - flows.backward)
    np.add.at(net, network.link_tail, flows.backward - flows.forward)
    np.add.at(net, network.link_head[link], flows.to_head - flows.from_head)
    np.add.at(net, network.link_tail[link], flows.to_tail - flows.from_tail)
    return net


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), model=LOGITS)
def test_what_comes_to_a_node_leaves_it(seed: int, model: str) -> None:
    network, impact = chosen(np.random.default_rng(seed), profile=TRUCK, model=model)
    trips, engine = impact.trips, HierarchyEngine(network.hierarchy)
    for after, roads in enumerate(roads_of(network, impact)):
        query = engine.customise(roads.weights).query(roads.terminals(trips.snapped))
        weight = np.where(impact.routed[after] < UNREACHABLE, trips.weight, 0)
        for ways in ([], load_ways(impact.choice, after=bool(after))):
            load = load_links(query, trips, weight, ways)
            assert not balance(network, trips, load).any()
            flows, short = load.flows, int(load.short.weight.sum())
            assert int((flows.to_tail + flows.to_head).sum()) + short == weight.sum()
            assert int((flows.from_tail + flows.from_head).sum()) + short == weight.sum()


def ways_driven(impact: Impact, after: int) -> Iterator[tuple[int, Route, int]]:
    """Every way that is driven, with its weight: the model's of those that choose, the cheapest of the others."""
    network, trips = impact.network, impact.trips
    model = {journey.pair: journey for journey in impact.choice.journeys}
    roads = roads_of(network, impact)[after]
    query = HierarchyEngine(network.hierarchy).customise(roads.weights).query(roads.terminals(trips.snapped))
    for pair in range(len(trips)):
        if impact.routed[after][pair] >= UNREACHABLE:
            continue
        if pair in model:
            for way in model[pair].ways:
                state = way.states[after]
                if state is not None:
                    yield pair, way.route, state.weight
        else:
            route = query.route(int(trips.origin[pair]), int(trips.destination[pair]))
            assert route is not None
            yield pair, route, int(trips.weight[pair])


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), model=LOGITS)
def test_links_carry_what_the_ways_over_them_drive(seed: int, model: str) -> None:
    network, impact = chosen(np.random.default_rng(seed), profile=TRUCK, model=model)
    for after, measured in enumerate((impact.traffic.before, impact.traffic.after)):
        driven = np.zeros((2, network.links), dtype=np.int64)
        for pair, route, weight in ways_driven(impact, after):
            for step, link in enumerate(route.links.tolist()):
                start, end = driven_between(impact.trips, pair, route, step)
                driven[int(start > end), link] += weight
        assert (driven[:, impact.traffic.links] == measured).all()
        assert driven.sum() == measured.sum()


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), model=LOGITS)
def test_tolls_by_link_are_what_the_ways_pay(seed: int, model: str) -> None:
    _, impact = chosen(np.random.default_rng(seed), profile=LORRY, model=model)
    assert impact.costs is not None
    for after, (roads, tolls) in enumerate(zip(impact.costs.roads, impact.costs.tolls, strict=True)):
        paid = np.zeros(roads.components, dtype=np.int64)
        for pair, route, weight in ways_driven(impact, after):
            parts = cost_of_route(roads, impact.trips, pair, route)
            assert parts is not None
            paid += weight * np.array(parts.units)
        for row, each in enumerate(roads.charges):
            if not each.charge.is_risk:
                assert tolls.total(each.charge.id) == paid[row]
        income = {each.matched.charge.id: (each.before, each.after)[after] for each in impact.costs.income}
        assert all(tolls.total(toll) == amount for toll, amount in income.items())


def test_a_way_that_gets_dearer_loses_to_all_others() -> None:
    terms = np.array([0.8, 0.8, 1.0])
    shares, logsum = divide(np.array([10.0, 11.0, 12.0]), terms, 0.7, model=PATH_SIZE, overlap=1.0)
    dearer, dearer_logsum = divide(np.array([10.5, 11.0, 12.0]), terms, 0.7, model=PATH_SIZE, overlap=1.0)
    assert dearer[0] < shares[0]
    assert (dearer[1:] > shares[1:]).all()
    assert logsum < dearer_logsum < logsum + 0.5


@pytest.mark.parametrize("model", [PATH_SIZE, C_LOGIT])
def test_two_ways_that_are_one_share_as_one(model: str) -> None:
    way, other = {1: 300, 2: 700}, {3: 900}
    alone, alone_logsum = divide(
        np.array([5.0, 6.0]), overlap_terms([way, other], model=model), 1.3, model=model, overlap=1.0
    )
    twice, twice_logsum = divide(
        np.array([5.0, 5.0, 6.0]), overlap_terms([way, way, other], model=model), 1.3, model=model, overlap=1.0
    )
    assert [twice[0] + twice[1], twice[2]] == pytest.approx(alone.tolist())
    assert twice_logsum == pytest.approx(alone_logsum)
    plain, _ = divide(
        np.array([5.0, 5.0, 6.0]), overlap_terms([way, way, other], model=model), 1.3, model=model, overlap=0
    )
    assert plain[0] + plain[1] > alone[0]


def test_the_mean_cost_may_fall_where_the_logsum_rises() -> None:
    # Three roads between two towns, of 20, 21 and 25 km; the longest is shut.
    ends = [(0, 1), (1, 2), (2, 5), (1, 3), (3, 5), (1, 4), (4, 5), (5, 6)]
    length_m = [1000, 10_000, 10_000, 10_500, 10_500, 12_500, 12_500, 1000]
    lon, lat = np.array([0.0, 0.1, 0.2, 0.2, 0.2, 0.3, 0.4]), np.array([0.0, 0.0, 0.1, 0.0, -0.1, 0.0, 0.0])
    network = make_network(ends, length_m, lon=lon, lat=lat)
    trips = make_trips(network, [(0, 0.5), (7, 0.5)], [(0, 1, 1000)])
    impact = assess(
        network,
        closures=[Closure(LinkIds((5,)), id="longest")],
        trips=trips,
        profile=TRUCK,
        choice=ChoiceModel(PATH_SIZE, theta_per_hour=20.0, alternatives=3),
    )
    (journey,) = impact.choice.journeys
    assert [way.length_m for way in journey.ways] == [21_000, 22_000, 26_000]
    assert [way.states[1] is None for way in journey.ways] == [False, False, True]
    (before, after), (mean_before, mean_after) = journey.logsum, journey.mean
    assert before is not None
    assert after is not None
    assert mean_before is not None
    assert mean_after is not None
    assert mean_after < mean_before
    assert after > before


def test_a_weight_is_divided_without_loss() -> None:
    assert split_weight(7, np.array([1 / 3, 1 / 3, 1 / 3])) == [3, 2, 2]
    assert split_weight(0, np.array([0.4, 0.6])) == [0, 0]


def test_a_way_that_turns_back_over_its_own_start_is_none() -> None:
    network = make_network([(0, 1), (1, 2)], [10, 10], lon=np.array([0.0, 0.1, 0.2]), lat=np.zeros(3))
    trips = make_trips(network, [(0, 0.5), (1, 0.5)], [(0, 1, 1)])
    assert not passes_twice(trips, 0, Route(np.array([0, 1]), np.array([True, True]), 0, 0))
    assert passes_twice(trips, 0, Route(np.array([0, 0, 1]), np.array([False, True, True]), 0, 0))


def test_named_pairs_come_first_then_the_worst_then_those_of_most_weight() -> None:
    network = make_network([(0, 1), (1, 2)], [10, 10], lon=np.array([0.0, 0.1, 0.2]), lat=np.zeros(3))
    trips = make_trips(network, [(0, 0.5), (1, 0.2), (1, 0.7)], [(0, 1, 3), (1, 0, 9), (0, 2, 5), (2, 0, 7)])
    trips = replace(trips, named=np.array([False, False, True, False]))
    skim = Skim(np.array([5, 5, 5, 5]), np.array([5, 5, 5, 5]))
    assert select_pairs(trips, [2, 0], (skim, skim), 3) == ([0, 1, 2], 1, 1)
    assert select_pairs(trips, [2, 0], (skim, skim), 1) == ([2], 1, 0)


def test_the_scale_goes_with_what_is_routed_by() -> None:
    rates = Rates("USD", Decimal(40), Decimal(1), Decimal(40))
    assert ChoiceModel(PATH_SIZE).theta(None) == 1.0
    assert ChoiceModel(PATH_SIZE, theta_per_hour=2.0).theta(rates) == 0.05
    assert ChoiceModel(PATH_SIZE, theta_per_cost=0.3).theta(rates) == 0.3
    with pytest.raises(ScenarioError, match="theta_per_cost needs money"):
        ChoiceModel(PATH_SIZE, theta_per_cost=0.3).theta(None)
    with pytest.raises(ScenarioError, match="an hour costs this vehicle nothing"):
        ChoiceModel(PATH_SIZE).theta(replace(rates, per_hour=Decimal(0)))


def test_weights_of_links_count_parts() -> None:
    network = make_network([(0, 1), (1, 2)], [1000, 1000], lon=np.array([0.0, 0.1, 0.2]), lat=np.zeros(3))
    trips = make_trips(network, [(0, 0.25), (0, 0.75), (1, 0.5)], [(0, 1, 3), (2, 0, 5)])
    roads = apply_closures(drive_times(network, TRUCK), [match_closure(network, each) for each in ()])
    query = HierarchyEngine(network.hierarchy).customise(roads.weights).query(roads.terminals(trips.snapped))
    weight = weigh_links(load_links(query, trips, trips.weight), trips)
    assert weight.tolist() == [[3, 0], [5, 5]]
