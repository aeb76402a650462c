"""What the words for a place mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.claims.roads.resolve import Country, Names
from wayaround.claims.roads.skeleton import are_variants
from wayaround.network.road_network import Crossing

ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="tanf-zone")
NASIB = wa.Closure(wa.CrossingName("Nasib-Jaber"), id="south")
DAMASCUS = wa.Place("Damascus, SY", 33.513, 36.292, "SY")


@pytest.fixture(scope="module")
def names(world: wa.RoadNetwork) -> Names:
    return Names(world, aliases={"Damascus, SY": DAMASCUS}, closures=[ZONE], countries=["SY", "IQ"])


@pytest.mark.parametrize(
    "spelling", ["al-Tanf", "At Tanf", "al Tanf", "AL TANF", "Tanf", "the al-Tanf crossing", "التنف"]
)
def test_a_crossing_in_many_spellings(names: Names, spelling: str) -> None:
    assert names.place(spelling, passed=True).name == "al-Tanf-al-Walid"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Naseeb", "Nasib-Jaber"),
        ("Nassib", "Nasib-Jaber"),
        ("Al Qa'im", "al-Bukamal-al-Qaim"),
        ("al-Qaem", "al-Bukamal-al-Qaim"),
        ("Traibeel", "Karameh-Trebil"),
    ],
)
def test_spellings_that_share_their_consonants(names: Names, spelling: str, name: str) -> None:
    assert names.place(spelling, passed=True).name == name


def test_aliases_come_first(names: Names) -> None:
    assert names.place("Damascus").thing == DAMASCUS
    assert names.place("damascus").thing == DAMASCUS


def test_a_town_comes_before_the_crossing_where_a_way_ends(names: Names) -> None:
    assert isinstance(names.place("Daraa", passed=True).thing, Crossing)
    assert names.place("Daraa").name == "Dar‘ā, SY"


def test_a_large_namesake_or_one_in_the_right_country_is_meant(names: Names) -> None:
    assert names.place("Baghdad").name == "Baghdad, IQ"
    assert names.place("Perth").name == "Perth, AU"
    assert names.place("Tripoli", near=["LB"]).name == "Tripoli, LB"


def test_an_ambiguous_name_lists_what_it_may_be(names: Names) -> None:
    found = names.place("Springfield")
    assert found.thing is None
    assert "may be Springfield, US-MO, Springfield, US-MA" in found.how
    assert names.place("Springfield, Illinois").name == "Springfield, US-IL"


@pytest.mark.parametrize("text", ["the zone", "the base", "the post", "this base", "the exclusion zone"])
def test_definite_words_mean_the_only_zone(names: Names, text: str) -> None:
    assert names.place(text).thing == ZONE


def test_definite_words_mean_nothing_without_a_zone_or_with_two(world: wa.RoadNetwork) -> None:
    assert Names(world).place("the base").thing is None
    other = wa.Closure(wa.Zone.circle(lat=34.5, lon=40.6, radius_km=10), id="second")
    assert "tanf-zone, second" in Names(world, closures=[ZONE, other]).place("the base").how


@pytest.mark.parametrize("text", ["there", "the border", "this side", "?!", "", "x" * 5000])
def test_what_names_nothing(names: Names, text: str) -> None:
    assert names.place(text).thing is None


def test_a_country_can_be_passed_but_no_way_begins_there(names: Names) -> None:
    assert names.place("Jordan", passed=True).thing == Country("JO", "Jordan")
    assert "is a country" in names.place("Jordan").how
    assert names.place("Colombia", passed=True).name == "Colombia"  # not the town in it
    assert names.place("Djibouti").name == "Djibouti, DJ"


@pytest.mark.parametrize("text", ["the closure of al-Tanf", "the zone", "tanf-zone", "the closure of the roads"])
def test_closures_of_the_scenario(names: Names, text: str) -> None:
    assert names.closure(text).thing == ZONE


def test_a_crossing_that_is_said_to_be_shut(world: wa.RoadNetwork, names: Names) -> None:
    shut = names.closure("the closure of Naseeb").thing
    assert isinstance(shut, wa.Closure)
    assert shut.target == wa.CrossingName("nasib-jaber")
    assert Names(world, closures=[ZONE, NASIB]).closure("the closure of the Nasib crossing").thing == NASIB


def test_names_outside_the_network_are_not_found(world: wa.RoadNetwork, tmp_path: Path) -> None:
    found = Names(world).place("Xyzzyville")
    assert found.thing is None
    assert 'called "Xyzzyville"' in found.how


def test_short_skeletons_do_not_collide() -> None:
    assert not are_variants("Rabat", "Rabia")
    assert not are_variants("Karama", "Kerem")
    assert not are_variants("A", "E")


@given(text=st.text(max_size=60))
def test_any_words_mean_something_or_have_a_reason(names: Names, text: str) -> None:
    for found in (names.place(text), names.place(text, passed=True), names.closure(text)):
        assert found.how
        assert found.how.isprintable()
