"""Kind of road, surface, lanes, directions and duration, by the examples of the wiki."""

import math

import pytest

from wayaround.network.attributes import ROAD_CLASSES, SURFACES
from wayaround.network.tags import classify_road, classify_surface, drive_directions, parse_duration, parse_lanes


@pytest.mark.parametrize("highway", ROAD_CLASSES[: ROAD_CLASSES.index("ferry")])
def test_each_class_of_road_is_its_own(highway: str) -> None:
    assert ROAD_CLASSES[classify_road({"highway": highway})] == highway


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "footway"},
        {"highway": "cycleway", "motor_vehicle": "yes"},
        {"highway": "pedestrian"},
        {"highway": "busway"},
        {"highway": "construction", "construction": "primary"},
        {"highway": "proposed"},
        {"highway": "barrier"},
        {"highway": "ferry"},
        {"highway": "service", "area": "yes"},
        {"railway": "rail"},
        {"route": "road"},
        {"route": "bus"},
    ],
)
def test_what_is_no_road_for_cars_is_left_out(tags: dict[str, str]) -> None:
    assert classify_road(tags) == -1


@pytest.mark.parametrize("route", ["ferry", "shuttle_train"])
def test_ferries_and_trains_that_carry_vehicles_are_ferries(route: str) -> None:
    assert ROAD_CLASSES[classify_road({"route": route})] == "ferry"


def test_a_road_that_is_part_of_a_ferry_route_stays_a_road() -> None:
    assert ROAD_CLASSES[classify_road({"highway": "service", "route": "ferry"})] == "service"


@pytest.mark.parametrize(
    ("tags", "surface"),
    [
        ({}, ""),
        ({"surface": "asphalt"}, "asphalt"),
        ({"surface": "concrete:plates"}, "concrete_plates"),
        ({"surface": "unhewn_cobblestone"}, "cobblestone"),
        ({"surface": "dirt"}, "ground"),
        ({"surface": "asphalt;gravel"}, "gravel"),
        ({"surface": "gravel; asphalt"}, "gravel"),
        ({"surface": "lava"}, ""),
        ({"surface": "lava", "tracktype": "grade2"}, "gravel"),
        ({"tracktype": "grade1"}, "paved"),
        ({"tracktype": "grade5"}, "grass"),
        ({"surface": "asphalt", "tracktype": "grade5"}, "asphalt"),
        ({"tracktype": "grade9"}, ""),
    ],
)
def test_surfaces(tags: dict[str, str], surface: str) -> None:
    assert SURFACES[classify_surface(tags)] == surface


FORWARD, BACKWARD, BOTH = (True, False), (False, True), (True, True)


@pytest.mark.parametrize(
    ("tags", "directions"),
    [
        ({"highway": "primary"}, BOTH),
        ({"highway": "primary", "oneway": "yes"}, FORWARD),
        ({"highway": "primary", "oneway": "true"}, FORWARD),
        ({"highway": "primary", "oneway": "1"}, FORWARD),
        ({"highway": "primary", "oneway": "-1"}, BACKWARD),
        ({"highway": "primary", "oneway": "reverse"}, BACKWARD),
        ({"highway": "primary", "oneway": "no"}, BOTH),
        ({"highway": "primary", "oneway": "reversible"}, BOTH),
        ({"highway": "primary", "oneway": "alternating"}, BOTH),
        ({"highway": "primary", "oneway": "sometimes"}, BOTH),
        ({"highway": "motorway"}, FORWARD),
        ({"highway": "motorway", "oneway": "no"}, BOTH),
        ({"highway": "motorway", "oneway": "-1"}, BACKWARD),
        ({"highway": "motorway", "oneway": "sometimes"}, FORWARD),
        ({"highway": "motorway_link"}, BOTH),
        ({"highway": "primary", "junction": "roundabout"}, FORWARD),
        ({"highway": "primary", "junction": "circular"}, FORWARD),
        ({"highway": "primary", "junction": "yes"}, BOTH),
        ({"highway": "primary", "oneway": "yes", "oneway:bicycle": "no"}, FORWARD),
        ({"highway": "primary", "oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH),
        ({"highway": "primary", "oneway:vehicle": "yes"}, FORWARD),
    ],
)
def test_directions(tags: dict[str, str], directions: tuple[bool, bool]) -> None:
    assert drive_directions(tags) == directions


@pytest.mark.parametrize(
    ("value", "lanes"), [("2", 2), ("4;3", 3), ("1.5", 1), ("0", 0), ("", 0), ("two", 0), ("-1", 0), ("1000", 0)]
)
def test_lanes(value: str, lanes: int) -> None:
    assert parse_lanes(value) == lanes


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("00:10", 600),
        ("12:00", 43_200),
        ("123:45", 445_500),
        ("01:02:03", 3723),
        ("20", 1200),
        ("PT4H", 14_400),
        ("PT71M", 4260),
        ("PT2H25M6S", 8706),
        ("P4D", 345_600),
        ("PT21.2S", 21.2),
    ],
)
def test_durations(value: str, seconds: float) -> None:
    assert parse_duration(value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["", "P3Y", "P13M", "P", "PT", "10 minutes", "0", "00:00", "-5", "P31D", "1:2:3:4", "٣"]
)
def test_what_is_no_duration_is_nan(value: str) -> None:
    assert math.isnan(parse_duration(value))
