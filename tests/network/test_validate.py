"""What looks wrong: each check on a few links whose faults are known."""

import numpy as np
from hand_made import NOT_SAID, Link, make_network

import wayaround as wa
from wayaround.network.attributes import Mode
from wayaround.network.validate import CHECKS, Check, validate_network

TRUCK = wa.load_profile("truck")
NOBODY = Mode(0)
ON_ISLAND = wa.Place("Atoll", lat=0.0, lon=0.045, population=900)
ON_LAND = wa.Place("Port", lat=0.0, lon=0.005, population=5000)
AT_SEA = wa.Place("Nowhere", lat=5.0, lon=5.0, population=7)


def run(check: str, links: list[Link], *cities: wa.Place) -> Check:
    found = validate_network(make_network(links), TRUCK, cities=cities)
    assert [each.name for each in found.checks] == list(CHECKS)
    return next(each for each in found.checks if each.name == check)


def test_an_island_is_named_by_its_cities() -> None:
    found = run("islands", [Link(0, 1, 3000), Link(4, 5, 500), Link(2, 3, 500)], ON_ISLAND, ON_LAND)
    assert (found.count, found.km, found.km_share) == (2, 1.0, 0.25)
    (island,) = found.findings
    assert island.said == "island with Atoll (900 people)"
    assert (island.km, island.links, island.lat, island.lon) == (0.5, (1,), 0.0, 0.045)


def test_traps_in_both_directions() -> None:
    loop = [Link(0, 1, 5000), Link(1, 2, 5000)]
    into = [Link(2, 3, 300, backward=NOBODY), Link(3, 4, 200)]
    out_of = [Link(5, 0, 100, backward=NOBODY)]
    found = run("traps", [*loop, *into, *out_of])
    assert [each.said for each in found.findings] == [
        "2 links that can be entered but not left",
        "1 link that can be left but not entered",
    ]
    assert [each.km for each in found.findings] == [0.5, 0.1]
    assert [each.links for each in found.findings] == [(2,), (4,)]


def test_two_traps_at_one_junction_are_two() -> None:
    traps = [Link(1, 2, 300, backward=NOBODY), Link(1, 3, 200, backward=NOBODY)]
    assert [each.km for each in run("traps", [Link(0, 1, 5000), *traps]).findings] == [0.3, 0.2]


def test_odd_limits() -> None:
    found = run(
        "speeds",
        [
            Link(forward_kmh=500, backward_kmh=500, length_m=700),
            Link(forward_kmh=50, backward_kmh=3, length_m=600),
            Link(forward_kmh=float("inf"), backward_kmh=NOT_SAID),
            Link(road_class="residential", forward_kmh=120, backward_kmh=120, length_m=500),
            Link(road_class="motorway", forward_kmh=20, backward_kmh=20, length_m=400),
            Link(forward_kmh=120, backward_kmh=120),
        ],
    )
    assert [(each.said, each.links) for each in found.findings] == [
        ("limit of 500 km/h on primary", (0,)),
        ("limit of 3 km/h on primary", (1,)),
        ("limit of 120 km/h on residential", (3,)),
        ("limit of 20 km/h on motorway", (4,)),
    ]


def test_missing_limits_by_class() -> None:
    links = [Link(length_m=3000, forward_kmh=50), Link(length_m=1000), Link(road_class="track"), Link(length_m=2000)]
    found = run("missing_limits", links)
    assert (found.count, found.km) == (2, 3.0)
    (primary,) = found.findings
    assert primary.said == "primary: no limit on 50.0 % of 6.0 km; the longest is here"
    assert primary.links == (3,)


def test_a_city_without_a_road() -> None:
    found = run("coverage", [Link()], ON_LAND, AT_SEA)
    assert [(each.said, each.lat, each.lon) for each in found.findings] == [
        ("Nowhere (7 people): no road within 20 km", 5.0, 5.0)
    ]


def test_a_city_on_a_road_of_another_country() -> None:
    abroad = wa.Place("Port", lat=0.0, lon=0.005, country="YY", population=5000)
    at_home = wa.Place("Home", lat=0.0, lon=0.006, country="XX", population=5000)
    far = wa.Place("Far", lat=0.1, lon=0.005, country="YY", population=5000)
    found = run("countries", [Link()], abroad, at_home, far, ON_LAND)
    assert [(each.said, each.links) for each in found.findings] == [("Port stands on a road of XX", (0,))]


def test_no_length_but_for_barriers() -> None:
    links = [Link(), Link(1, 2, 0, road_class="barrier"), Link(2, 3, 0)]
    assert [each.links for each in run("zero_length", links).findings] == [(2,)]


def test_parallel_links_are_counted_and_equal_ones_listed() -> None:
    there, back = Link(1, 2, 300, backward=NOBODY), Link(2, 1, 300, backward=NOBODY)
    found = run("duplicates", [Link(), Link(0, 1, 1001), Link(0, 1, 2000), there, back])
    assert found.count == 3
    assert [each.links for each in found.findings] == [(0, 1)]


def test_what_the_vehicle_may_not_drive_is_no_road() -> None:
    shut = Link(4, 5, 500, forward=NOBODY, backward=NOBODY)
    assert run("islands", [Link(), shut], ON_ISLAND).count == 0


def test_a_network_without_attributes_has_fewer_checks(world: wa.RoadNetwork) -> None:
    found = validate_network(world, TRUCK)
    assert {check.name for check in found.checks} == set(CHECKS) - {"speeds", "missing_limits"}
    assert found.table().geometry.is_valid.all()
    assert np.isclose(sum(each.km for each in found.checks if each.name == "traps"), 0)
