"""What a change of 5 % would overturn, on roads whose rivals are known."""

from dataclasses import replace

import numpy as np
import pytest
from small_networks import TRUCK, make_network, make_trips

import wayaround as wa
from wayaround.impact.detours import LONGER, STATUSES, UNCHANGED
from wayaround.impact.turning import slow


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
