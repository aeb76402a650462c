"""Ways by stops, against the matrix of the same places."""

import pytest

import wayaround as wa
from wayaround.claims.roads.ways import Stop, WayFinder, shut_country

DAMASCUS, BAGHDAD = wa.Place("Damascus", 33.513, 36.292), wa.Place("Baghdad", 33.315, 44.366)
PALMYRA = wa.Place("Palmyra", 34.5624, 38.284)
ENDS = Stop("Damascus", DAMASCUS), Stop("Baghdad", BAGHDAD)
ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="tanf-zone")


@pytest.fixture(scope="module")
def finder(world: wa.RoadNetwork) -> WayFinder:
    return WayFinder(world, wa.load_profile("truck"))


def crossing(world: wa.RoadNetwork, name: str) -> Stop:
    found = world.find_crossing(name)
    return Stop(found.name, links=found.links)


def test_a_way_via_a_place_is_the_sum_of_its_legs(world: wa.RoadNetwork, finder: WayFinder) -> None:
    way = finder.find((ENDS[0], Stop("Palmyra", PALMYRA), ENDS[1]))
    legs = wa.travel_matrix(world, [DAMASCUS, PALMYRA], [PALMYRA, BAGHDAD])
    assert way is not None
    assert way.km == pytest.approx(legs.km.loc["Damascus", "Palmyra"] + legs.km.loc["Palmyra", "Baghdad"])
    assert way.h == pytest.approx(legs.h.loc["Damascus", "Palmyra"] + legs.h.loc["Palmyra", "Baghdad"])


@pytest.mark.parametrize("closures", [(), (ZONE,)])
def test_a_way_between_two_places_is_that_of_the_matrix(
    world: wa.RoadNetwork, finder: WayFinder, closures: tuple[wa.Closure, ...]
) -> None:
    way = finder.find(ENDS, closures)
    matrix = wa.travel_matrix(world, [DAMASCUS], [BAGHDAD], closures=closures)
    assert way is not None
    assert way.km == matrix.km.loc["Damascus", "Baghdad"]


def test_the_way_via_the_crossing_of_the_fastest_way_is_that_way(world: wa.RoadNetwork, finder: WayFinder) -> None:
    fastest = finder.find(ENDS)
    via = finder.find((ENDS[0], crossing(world, "al-Tanf"), ENDS[1]))
    assert via is not None
    assert fastest is not None
    assert (via.km, via.crossings) == (fastest.km, fastest.crossings)
    assert finder.unshared_km(via, fastest) == (0.0, 0.0)


def test_nobody_turns_round_behind_a_crossing(world: wa.RoadNetwork, finder: WayFinder) -> None:
    way = finder.find((ENDS[0], crossing(world, "Karameh-Trebil"), ENDS[1]))
    assert way is not None
    assert way.crossings == ("Nasib-Jaber", "Karameh-Trebil")


def test_a_crossing_that_is_shut_is_not_passed(world: wa.RoadNetwork, finder: WayFinder) -> None:
    assert finder.find((ENDS[0], crossing(world, "al-Tanf"), ENDS[1]), (ZONE,)) is None


def test_no_way_begins_in_a_shut_zone_or_off_the_roads(finder: WayFinder) -> None:
    assert finder.find((Stop("post", wa.Place("post", 33.49, 38.66)), ENDS[1]), (ZONE,)) is None
    assert finder.find((Stop("sea", wa.Place("sea", 0.0, -30.0)), ENDS[1])) is None


def test_unshared_parts_differ_by_what_the_ways_do(finder: WayFinder) -> None:
    before, after = finder.find(ENDS), finder.find(ENDS, (ZONE,))
    assert before is not None
    assert after is not None
    unshared = finder.unshared_km(before, after)
    assert unshared[1] - unshared[0] == pytest.approx(after.km - before.km)
    assert 0 < unshared[0] < before.km


def test_all_crossings_of_a_country_may_be_shut(world: wa.RoadNetwork, finder: WayFinder) -> None:
    shut = shut_country(world, "JO", "Jordan")
    assert shut is not None
    way = finder.find(ENDS, (ZONE, shut))
    assert way is not None
    assert "JO" not in way.countries
    assert shut_country(world, "IS", "Iceland") is None
