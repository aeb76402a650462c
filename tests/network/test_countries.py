"""In which country a place lies: by the shipped areas, and on the shipped network by the road beside it."""

import numpy as np
import pytest
import shapely

import wayaround as wa
from wayaround.demand.places import cities
from wayaround.network.countries import load_country_areas, locate_countries
from wayaround.network.snap import snap_point

PLACES = [
    ("Reykjavik", 64.147, -21.942, "IS"),
    ("Akureyri", 65.684, -18.088, "IS"),
    ("Lulea", 65.584, 22.155, "SE"),
    ("Rovaniemi", 66.500, 25.717, "FI"),
    ("Murmansk", 68.970, 33.075, "RU"),
    ("Anadyr", 64.734, 177.515, "RU"),
    ("Suva", -18.142, 178.442, "FJ"),
]
BESIDE_THE_LINE = [
    ("Provideniya", 64.424, -173.226, "RU"),
    ("Uelen", 66.160, -169.809, "RU"),
    ("Ushakovskoye, west of the line on Wrangel Island", 71.0, 179.5, "RU"),
    ("Wrangel Island, east of the line", 71.2, -179.0, "RU"),
    ("Labasa", -16.433, 179.365, "FJ"),
    ("Rabi, east of the line", -16.5, -179.97, "FJ"),
]
ON_THE_SAME_LATITUDES = [
    ("Coldfoot", 67.25, -150.18, "US"),
    ("Nuuk", 64.175, -51.739, "GL"),
    ("Inuvik", 68.360, -133.723, "CA"),
    ("Cairns", -16.92, 145.77, "AU"),
    ("Harare", -17.83, 31.05, "ZW"),
    ("La Paz", -16.50, -68.15, "BO"),
    ("Luganville", -15.51, 167.18, "VU"),
]
ALL_PLACES = [*PLACES, *BESIDE_THE_LINE, *ON_THE_SAME_LATITUDES]


@pytest.mark.parametrize(("lat", "lon", "country"), [row[1:] for row in ALL_PLACES], ids=[row[0] for row in ALL_PLACES])
def test_a_place_lies_in_its_country(lat: float, lon: float, country: str) -> None:
    row, codes = locate_countries(np.array([lon]), np.array([lat]))
    assert [codes[each] for each in row] == [country]


def test_places_asked_together_lie_where_they_lie_alone() -> None:
    _, lat, lon, country = zip(*ALL_PLACES, strict=True)
    row, codes = locate_countries(np.array(lon), np.array(lat))
    assert [codes[each] for each in row] == list(country)


def test_towns_on_the_latitudes_of_russia_and_fiji_lie_in_neither() -> None:
    towns = cities(["IS", "GL", "NO", "SE", "FI", "AU", "MG", "CA"], min_population=1000)
    assert len(towns) > 2000
    row, codes = locate_countries(np.array([town.lon for town in towns]), np.array([town.lat for town in towns]))
    assert [town.name for town, each in zip(towns, row, strict=True) if codes[each] in ("RU", "FJ")] == []


@pytest.mark.parametrize(("lat", "lon", "country"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_the_road_beside_a_place_is_of_its_country(world: wa.RoadNetwork, lat: float, lon: float, country: str) -> None:
    point = snap_point(world, lat, lon)
    assert point is not None
    ends = world.link_tail[point.link], world.link_head[point.link]
    assert world.countries[world.link_country[point.link]] == country
    assert [world.countries[world.node_country[end]] for end in ends] == [country, country]


def test_no_area_but_that_around_the_pole_spans_the_globe() -> None:
    codes, areas = load_country_areas()
    west, _, east, _ = shapely.bounds(areas).T
    assert [codes[row] for row in np.flatnonzero(east - west > 180)] == ["AQ"]


def test_no_country_reaches_over_another() -> None:
    codes, areas = load_country_areas()
    whole = shapely.make_valid(areas)
    within, around = shapely.STRtree(whole).query(shapely.point_on_surface(whole), predicate="within")
    pairs = {(codes[one], codes[other]) for one, other in zip(within, around, strict=True)}
    assert {(one, other) for one, other in pairs if one != other} == set()
