"""Places by name: what a text means, when it is ambiguous, and the index that answers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayaround.cache import cache_folder
from wayaround.demand import gazetteer as gazetteer_module
from wayaround.demand.countries import DATA_FOLDER
from wayaround.demand.gazetteer import open_gazetteer
from wayaround.demand.gazetteer_index import INDEX_VERSION
from wayaround.demand.place_names import name_key, name_keys
from wayaround.demand.places import Place, cities, find_place
from wayaround.errors import FileUnreadable, PlaceAmbiguous, PlaceNotFound, WayaroundError
from wayaround.network.digest import table_digest


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Damascus, SY", "Damascus, SY"),
        ("Damascus, SYR", "Damascus, SY"),
        ("damascus,syria", "Damascus, SY"),
        ("Damascus, Syrian Arab Republic", "Damascus, SY"),
        ("Damascus, SY-13", "Damascus, SY"),
        ("دمشق", "Damascus, SY"),
        ("دِمَشْق", "Damascus, SY"),
        ("Дамаск", "Damascus, SY"),
        ("Bagdad, IQ", "Baghdad, IQ"),
        ("بغداد", "Baghdad, IQ"),
        ("Springfield, IL, US", "Springfield, US-IL"),
        ("Springfield, US-IL", "Springfield, US-IL"),
        ("Springfield, Illinois, USA", "Springfield, US-IL"),
        ("Springfield, Illinois", "Springfield, US-IL"),
        ("Atlanta, Georgia", "Atlanta, US"),
        ("Tbilisi, Georgia", "Tbilisi, GE"),
        ("Washington, D.C.", "Washington, US"),
        ("Münster, DE", "Münster, DE"),
        ("Munster, DE", "Münster, DE"),
        ("Munster, DE-06", "Munster, DE-06"),
        ("Misato, Saitama, JP", "Misato, Saitama, JP"),
        ("al-Qa'im, IQ", "Al Qā’im, IQ"),
        ("Qamishli, SY", "Al Qāmishlī, SY"),
        ("Luxembourg", "Luxembourg, LU"),
        ("Sahiwal, PK-04 #1166547", "Sahiwal, PK-04 #1166547"),
    ],
)
def test_forms_of_a_name(query: str, name: str) -> None:
    assert find_place(query).name == name


@pytest.mark.parametrize(
    "name",
    ["Baghdad, IQ", "Amman, JO", "Paris, FR", "London, GB", "Tehran, IR", "Perth, AU", "New Delhi, IN"],
)
def test_a_city_with_its_country_is_meant(name: str) -> None:
    place = find_place(name)
    assert place.name == name
    assert place.population > 100_000


def find_or_fail(query: str) -> Place | WayaroundError:
    try:
        return find_place(query)
    except WayaroundError as error:
        return error


def test_spellings_of_one_name() -> None:
    spellings = ["Al-Hasakah", "al Hasakah", "Al Ḩasakah", "AL–HASAKAH", "  al   hasakah ", "Hasakah"]
    assert {find_place(spelling).name for spelling in spellings} == {"Al Ḩasakah, SY"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nukuʻalofa", "nukualofa"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("St. John's", "st johns"),
        ("Port-au-Prince", "port au prince"),
        ("الحَسَكة", "الحسكه"),
        ("ガ", "ガ"),
        ("?!", ""),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert name_key(name) == unicodedata.normalize("NFKD", key)


def test_a_bare_name_with_namesakes_is_ambiguous() -> None:
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place("Damascus")
    assert caught.value.ids == ("Damascus", "Damascus, SY", "Damascus, US-MD", "Damascus, US-OR")
    assert "Damascus, SY-13 (33.5102,36.29128; 1,569,394 people)" in caught.value.message
    assert "coordinates" in caught.value.message


def test_no_more_than_six_are_listed() -> None:
    with pytest.raises(PlaceAmbiguous, match="or 14 others") as caught:
        find_place("Springfield, US")
    assert caught.value.message.count(" people)") == 6
    assert len(caught.value.ids) == 21


def test_a_city_known_by_another_name_is_listed_with_towns_of_that_name() -> None:
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place("Roma")
    assert caught.value.ids[1] == "Rome, IT"
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place("Bacolod, PH")
    assert "Bacolod City, PH" in caught.value.ids


def test_two_letters_are_a_country_if_there_is_one() -> None:
    assert find_place("Paris, TX").name == "Paris, US-TX"
    with pytest.raises(PlaceNotFound, match="Athens, US-GA"):
        find_place("Athens, GA")


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("Damscus, SY", "Damascus, SY"),
        ("Bagdhad", "Baghdad, IQ"),
        ("Jordan", "it is a country"),
        ("Latakia, Seria", '"Seria" is no country or division known here'),
        ("بغداد، العراق", "Baghdad, IQ"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(query: str, near: str) -> None:
    started = time.perf_counter()
    with pytest.raises(PlaceNotFound) as caught:
        find_place(query)
    assert time.perf_counter() - started < 2
    assert near in caught.value.message
    assert caught.value.ids == (query,)


def test_aliases_come_first() -> None:
    tanf = Place("al-Tanf", 33.51, 38.62)
    aliases = {"al-Tanf": tanf, "Damascus": Place("office", 33.5, 36.3), "1,2": tanf}
    assert find_place("al-Tanf", aliases=aliases) is tanf
    assert find_place("Al Tanf", aliases=aliases) is tanf
    assert find_place("1,2", aliases=aliases) is tanf
    assert find_place("Damascus", aliases=aliases).name == "office"
    assert find_place("Damascus, SY", aliases=aliases).name == "Damascus, SY"


def test_coordinates() -> None:
    assert find_place(" 33.51, 36.29 ") == Place("33.51, 36.29", 33.51, 36.29)
    assert find_place("-90,+180").lon == 180
    with pytest.raises(PlaceNotFound, match="the latitude comes first"):
        find_place("138.6,-34.9")
    with pytest.raises(PlaceNotFound, match="between -180 and 180"):
        find_place("1,400")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_coordinates_come_back(lat: float, lon: float) -> None:
    place = find_place(f"{lat},{lon}")
    assert (place.lat, place.lon) == (lat, lon)


@given(
    st.text(max_size=400),
    st.sampled_from(["", ", SY", ", US-IL", "#1", " #99999999999", ",", "\ud800", "\x00"]),
)
@settings(deadline=None, max_examples=150)
def test_hostile_text_is_a_clear_error_or_a_place(text: str, ending: str) -> None:
    answer = find_or_fail(text + ending)
    if isinstance(answer, WayaroundError):
        assert answer.message.isprintable()
        assert len(answer.message) < 1000


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    assert not key.startswith(" ")
    assert "  " not in key


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))))
def test_keys_of_many_names_are_the_keys_of_each(names: list[str]) -> None:
    if names:
        assert name_keys("\n".join(names)) == [name_key(name) for name in names]


@given(st.integers(0, 170_000))
@settings(deadline=None, max_examples=300)
def test_every_place_is_found_by_its_name_or_listed(row: int) -> None:
    gazetteer = open_gazetteer()
    name, country = gazetteer.name(row), gazetteer.country[row].decode()
    label = gazetteer.short_label(row)
    answer = find_or_fail(f"{name}, {country}")
    if isinstance(answer, Place):
        larger = answer.population >= max(100_000, 10 * int(gazetteer.population[row]))
        assert answer.name == label or larger
    else:
        assert label in answer.ids


@given(st.integers(0, 170_000))
@settings(deadline=None, max_examples=300)
def test_every_place_is_found_by_the_name_that_it_is_given(row: int) -> None:
    gazetteer = open_gazetteer()
    place = find_place(gazetteer.short_label(row))
    assert place.name == gazetteer.short_label(row)
    assert round(place.lat * 100_000) == gazetteer.lat_e5[row]
    assert find_place(gazetteer.long_label(row)) == place


def test_cities_of_some_countries() -> None:
    places = cities(["SY", "IRQ", "Jordan"], 50_000)
    assert len(places) == 113
    assert {place.country for place in places} == {"SY", "IQ", "JO"}
    assert [place.population for place in places] == sorted((place.population for place in places), reverse=True)
    assert places[0].name == "Baghdad, IQ"
    assert cities(["JO", "IQ", "SY"], 50_000) == places
    assert cities("SY", 50_000) == [place for place in places if place.country == "SY"]


def test_cities_of_the_world_have_different_names() -> None:
    places = cities(None, 10_000)
    assert len({place.name for place in places}) == len(places) > 40_000


def test_cities_of_an_unknown_country() -> None:
    with pytest.raises(PlaceNotFound, match=r"Iraq \(IQ\)") as caught:
        cities(["SY", "Irak"], 1)
    assert caught.value.ids == ("Irak",)


def test_the_table_is_the_one_that_its_digest_names() -> None:
    written = json.loads((DATA_FOLDER / "places.json").read_text())
    path = DATA_FOLDER / "places.parquet"
    assert table_digest(pq.read_table(path)) == written["digests"]["places"]
    metadata = pq.read_schema(path).metadata
    assert metadata[b"licence"] == b"CC-BY-4.0"
    assert b"GeoNames" in metadata[b"attribution"]


def test_keys_are_those_of_this_version_of_the_index() -> None:
    """When this fails, raise `INDEX_VERSION`: indexes in caches hold keys made the old way."""
    sample = "Al-Ḩasakah\nŁódź\nStraße\nالحَسَكة\nN’Djamena\nSt. John's\nガ\nपुणे\nRüti / Dorf (A)\nƁauchi\nÆrø"
    digest = hashlib.sha256("\n".join(name_keys(sample)).encode()).hexdigest()
    assert (INDEX_VERSION, digest[:16]) == (1, "3159f7597c19d851")


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "cache"))
    gazetteer_module._open_in.cache_clear()
    return tmp_path / "cache"


def test_a_damaged_index_is_built_again(fresh_cache: Path) -> None:
    assert cache_folder() == fresh_cache
    assert find_place("Amman, JO").country == "JO"
    (index,) = fresh_cache.iterdir()
    sizes = {path.name: path.stat().st_size for path in index.iterdir()}
    os.truncate(index / "hashes.npy", sizes["hashes.npy"] // 2)
    gazetteer_module._open_in.cache_clear()
    assert find_place("Amman, JO").country == "JO"
    assert list(fresh_cache.iterdir()) == [index]
    assert {path.name: path.stat().st_size for path in index.iterdir()} == sizes
    (index / "index.json").write_text("[]")
    gazetteer_module._open_in.cache_clear()
    assert find_place("Amman, JO").country == "JO"


@pytest.mark.parametrize("damaged", ["index.json", "label.npy"])
def test_a_missing_or_empty_file_is_seen(tmp_path: Path, damaged: str) -> None:
    digest = json.loads((DATA_FOLDER / "places.json").read_text())["digests"]["places"]
    copy = tmp_path / "copy"
    open_gazetteer()
    (index,) = cache_folder().glob(f"gazetteer-{INDEX_VERSION}-{digest[:16]}")
    shutil.copytree(index, copy)
    assert len(gazetteer_module._read_index(copy, digest).hashes) > 700_000
    os.truncate(copy / damaged, 0)
    with pytest.raises(ValueError, match=r"incomplete|Expecting value"):
        gazetteer_module._read_index(copy, digest)
    (copy / damaged).unlink()
    with pytest.raises(FileNotFoundError):
        gazetteer_module._read_index(copy, digest)


def test_processes_may_build_at_once(fresh_cache: Path) -> None:
    command = "from wayaround.demand.places import find_place; print(find_place('Damascus, SY').lat)"
    running = [subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in running] == ["33.5102"] * 2
    assert [process.returncode for process in running] == [0] * 2
    assert len(list(fresh_cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "file"))
    with pytest.raises(FileUnreadable, match="WAYAROUND_CACHE"):
        find_place("Amman, JO")


def test_arrays_are_mapped_and_read_only() -> None:
    gazetteer = open_gazetteer()
    assert isinstance(gazetteer.hashes, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        gazetteer.hashes[0] = 0
