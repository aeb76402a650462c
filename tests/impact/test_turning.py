"""What a change of 5 % would overturn, on roads whose rivals are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import TRUCK, make_network, make_trips, random_case

import wayaround as wa
from wayaround.impact.detours import LONGER, STATUSES, UNCHANGED
from wayaround.impact.turning import slow
from wayaround.network.profiles import drive_times
from wayaround.routing.terminals import Route
from wayaround.units import UNREACHABLE


def two_ways(*middles: int, shut: int) -> wa.Impact:
    """From the west to the east by as many ways as there are lengths; the one of row `shut` is closed."""
    count = len(middles)
    lon = np.array([0.0, 0.1, *[0.5] * count, 0.9, 1.0])
    lat = np.array([0.0, 0.0, *(0.4 * row - 0.2 for row in range(count)), 0.0, 0.0])
    east, far = 2 + count, 3 + count
    ends = [(0, 1), *((1, 2 + row) for row in range(count)), *((2 + row, east) for row in range(count)), (east, far)]
    network = make_network(ends, [20_000, *middles, *middles, 20_000], lon=lon, lat=lat)
    trips = make_trips(network, [(0, 0.5), (len(ends) - 1, 0.5)], [(0, 1, 1)])
    trips = replace(trips, named=np.ones(1, dtype=bool))
    return wa.assess(network, closures=[wa.Closure(wa.LinkIds((1 + shut,)), id="shut")], trips=trips, profile=TRUCK)


def slowed_ways(network: wa.RoadNetwork, trips: wa.Trips, pair: int, shut: set[int], route: Route) -> tuple[int, int]:
    """Least of all ways that pass no node twice: as it is, and with one way slowed. Times are multiples of 19."""
    places = [int(trips.origin[pair]), int(trips.destination[pair])]
    own = [int(trips.snapped.link[row]) for row in places]
    time_ds = [int(value) for value in drive_times(network, TRUCK).forward_ds]
    links, ways = route.links.tolist(), route.forward.tolist()
    slow_leg = [ways[0] if links[0] == own[0] else None, not ways[-1] if links[-1] == own[1] else None]
    whole = set(links[int(slow_leg[0] is not None) : len(links) - int(slow_leg[1] is not None)])

    def legs(end: int) -> list[tuple[int, int, int]]:
        at, link = float(trips.snapped.position[places[end]]), own[end]
        if link in shut:
            return []
        each = []
        for at_head, node, share in ((False, network.link_tail, at), (True, network.link_head, 1 - at)):
            plain = round(time_ds[link] * share)
            each.append((int(node[link]), plain, plain * 20 // 19 if slow_leg[end] == at_head else plain))
        return each

    least = [UNREACHABLE, UNREACHABLE]
    walks = [((node,), plain, slowed) for node, plain, slowed in legs(0)]
    while walks:
        nodes, *so_far = walks.pop()
        for node, *leg in legs(1):
            if node == nodes[-1]:
                least = [min(best, way + last) for best, way, last in zip(least, so_far, leg, strict=True)]
        for link in range(network.links):
            ends = int(network.link_tail[link]), int(network.link_head[link])
            for near, far in (ends, ends[::-1]):
                if near == nodes[-1] and far not in nodes and link not in shut:
                    more = time_ds[link] * 20 // 19 if link in whole else time_ds[link]
                    walks.append(((*nodes, far), so_far[0] + time_ds[link], so_far[1] + more))
    return least[0], least[1]


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_the_status_is_that_of_all_ways_there_are(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    network = replace(network, link_length_m=(np.asarray(network.link_length_m) // 8 * 19_000).astype(np.int32))
    trips = replace(trips, named=np.ones(len(trips), dtype=bool))
    closed = set(random.choice(network.links, size=2, replace=False).tolist())
    impact = wa.assess(network, closures=[wa.Closure(wa.LinkIds(tuple(closed)))], trips=trips, profile=TRUCK)
    routes = {each.pair: (each.before, each.after) for each in impact.journeys}
    for turning in impact.turnings:
        found = None
        for slowed in routes[turning.pair]:
            assert slowed is not None
            if len(slowed.links) >= 2:
                before, after = (slowed_ways(network, trips, turning.pair, shut, slowed) for shut in (set(), closed))
                assert impact.before.time_ds[turning.pair] == before[0]
                now = LONGER if after[1] > before[1] else UNCHANGED
                found = now if now != impact.status[turning.pair] else found
        assert turning.status == found


def test_a_detour_that_is_hardly_longer_may_be_none() -> None:
    (turning,) = two_ways(60_000, 62_000, shut=0).turnings
    assert turning.status == UNCHANGED
    assert turning.way_before == ()
    assert turning.way_after is None
    (sure,) = two_ways(60_000, 70_000, shut=0).turnings
    assert not sure.overturns


def test_a_closure_that_changes_nothing_may_matter() -> None:
    impact = two_ways(60_000, 62_000, shut=1)
    assert STATUSES[int(impact.status[0])] == "unchanged"
    (turning,) = impact.turnings
    assert turning.status == LONGER


def test_the_edge_is_at_20_nineteenths_of_the_part_that_differs() -> None:
    """57 km take 27,360 ds and slowed 28,800; 60 km take as much, and 10 m more take 5 ds longer."""
    at_edge, beyond = two_ways(57_000, 60_000, shut=0), two_ways(57_000, 60_010, shut=0)
    assert at_edge.turnings[0].status == UNCHANGED
    assert not beyond.turnings[0].overturns


def test_of_three_ways_the_second_and_third_are_rivals_after() -> None:
    (turning,) = two_ways(60_000, 80_000, 81_000, shut=0).turnings
    assert turning.status is None
    assert turning.way_before is None
    assert turning.way_after == ()


def test_a_journey_that_is_cut_off_is_not_listed() -> None:
    assert two_ways(60_000, shut=0).turnings == ()


@pytest.mark.parametrize("weight", [0, 1, 19, 20, 10**9])
def test_slowing_rounds_down(weight: int) -> None:
    assert slow([weight]).tolist() == [weight * 20 // 19]
