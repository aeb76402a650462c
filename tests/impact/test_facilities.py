"""Who reaches a facility, against SciPy's searches from every place."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy_judge import ScipyJudge
from small_networks import TRUCK, make_network, random_case, random_units

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.demand.facilities import Facility
from wayaround.demand.places import Place
from wayaround.demand.trips import snap_places
from wayaround.errors import PlaceOffNetwork
from wayaround.impact.access import NOBODY, measure_access
from wayaround.network.profiles import drive_times
from wayaround.units import UNREACHABLE


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_the_nearest_of_each_kind_is_the_least_of_all_searches(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    people = [replace(place, population=int(random.integers(1, 100))) for place in trips.places]
    kinds = random.choice(["port", "hospital"], size=5).tolist()
    facilities = [
        Facility(Place(f"f{row}", float(random.uniform(0, 2)), float(random.uniform(0, 2))), kind)
        for row, kind in enumerate(kinds)
    ]
    matched = [match_closure(network, each) for each in random_units(random, network, 2)]
    matched[0] = replace(matched[0], closure=replace(matched[0].closure, baseline=True))
    try:
        access = measure_access(
            network, matched, profile=TRUCK, people=people, facilities=facilities, within_h=[0.1, 0.3]
        )
    except PlaceOffNetwork:
        return
    points, _, _ = snap_places(network, [*access.places, *(each.place for each in access.facilities)], profile=TRUCK)
    homes = len(access.places)
    for row, in_force in enumerate((matched[:1], matched)):
        roads = apply_closures(drive_times(network, TRUCK), in_force)
        judge = ScipyJudge(network.nodes, network.link_tail, network.link_head, roads.weights, roads.terminals(points))
        time_ds = judge.skim(np.arange(len(points.link)))[0]
        inside = roads.inside(points)
        time_ds[inside], time_ds[:, inside] = UNREACHABLE, UNREACHABLE
        for reach in access.reaches:
            own = [homes + each for each, facility in enumerate(access.facilities) if facility.kind == reach.kind]
            nearest_ds, nearest = ((reach.before, reach.nearest_before), (reach.after, reach.nearest_after))[row]
            for home in range(homes):
                each = [int(time_ds[home, facility]) for facility in own]
                assert nearest_ds[home] == min(each)
                if min(each) < UNREACHABLE:
                    assert nearest[home] == own[each.index(min(each))] - homes
                else:
                    assert nearest[home] == NOBODY
    for reach in access.reaches:
        for limit_h in access.within_h:
            before, after = reach.within(limit_h)
            assert before.tolist() == [value <= limit_h * 36_000 for value in reach.before.tolist()]
            assert not (after & ~before).any()


def one_road() -> wa.RoadNetwork:
    """150 km from west to east in two links: two hours."""
    return make_network([(0, 1), (1, 2)], [75_000, 75_000], lon=np.array([0.0, 0.7, 1.4]), lat=np.zeros(3))


def test_people_who_lose_a_facility_are_counted_within_each_limit_and_cut_off() -> None:
    network = one_road()
    people = [Place("west", 0.0, 0.0, "XX", 100), Place("middle", 0.0, 0.71, "XX", 10), Place("sea", 9.0, 9.0, "XX", 1)]
    shut = match_closure(network, wa.Closure(wa.LinkIds((0,)), id="shut"))
    access = measure_access(
        network,
        [shut],
        profile=TRUCK,
        people=people,
        facilities=[Facility(Place("east", 0.0, 1.4)), Facility(Place("out at sea", 9.0, 0.0))],
        within_h=[1.0, 2.0],
    )
    assert (access.places_off_network, access.facilities_off_network) == (("sea",), ("out at sea",))
    (reach,) = access.reaches
    assert [[access.people(side) for side in reach.within(limit)] for limit in access.within_h] == [[10, 10], [110, 10]]
    assert access.people(reach.cut_off) == 100


@pytest.mark.parametrize(
    ("people", "facilities", "words"),
    [
        ([Place("west", 0.0, 0.0)], [Facility(Place("sea", 9.0, 9.0))], "no facility has a road"),
        ([Place("sea", 9.0, 9.0)], [Facility(Place("east", 0.0, 1.4))], "none of the 1 places"),
    ],
)
def test_nothing_to_measure_is_an_error(people: list[Place], facilities: list[Facility], words: str) -> None:
    with pytest.raises(PlaceOffNetwork, match=words):
        measure_access(one_road(), [], profile=TRUCK, people=people, facilities=facilities, within_h=[1.0])
