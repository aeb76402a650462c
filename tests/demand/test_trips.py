"""Who travels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.demand.places import cities
from wayaround.demand.trips import MAX_CITIES, MAX_TOTAL_WEIGHT, quantise, read_trips
from wayaround.errors import FileUnreadable, PlaceAmbiguous, PlaceNotFound, PlaceOffNetwork, ScenarioError


def test_all_ordered_pairs_without_the_diagonal(world: wa.RoadNetwork) -> None:
    trips = wa.city_trips(world, countries=["JO"], min_population=100_000)
    count = len(trips.places)
    assert count > 5
    assert len(trips) == count * (count - 1)
    assert (trips.origin != trips.destination).all()


def test_gravity_is_population_times_population_over_distance(world: wa.RoadNetwork) -> None:
    trips = wa.city_trips(world, countries=["SY"], min_population=500_000)
    weight = trips.weight / trips.quanta
    assert weight.mean() == pytest.approx(1, abs=1e-6)
    value = []
    for origin, destination in zip(trips.origin, trips.destination, strict=True):
        one, other = trips.places[origin], trips.places[destination]
        p, q = np.radians([one.lat, other.lat])
        cosine = np.sin(p) * np.sin(q) + np.cos(p) * np.cos(q) * np.cos(np.radians(one.lon - other.lon))
        value.append(one.population * other.population / (6371 * np.arccos(cosine)))
    assert weight == pytest.approx(np.array(value) / np.mean(value), rel=1e-5)


@example([2.225073858507203e-309])
@given(st.lists(st.floats(0, 1e12), max_size=50))
def test_quantised_weights_stay_below_the_limit(values: list[float]) -> None:
    weight, quanta = quantise(np.array(values, dtype=float))
    assert weight.sum() <= MAX_TOTAL_WEIGHT
    assert np.allclose(weight / quanta, values, atol=1 / quanta)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_of_pairs(world: wa.RoadNetwork, tmp_path: Path, suffix: str) -> None:
    table = pd.DataFrame(
        {"origin": ["Damascus, SY", "33.5,36.3"], "destination": ["Baghdad, IQ", "Amman, JO"], "weight": [2.0, 0.5]}
    )
    path = tmp_path / f"trips{suffix}"
    _ = table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path)
    trips = wa.file_trips(world, path)
    assert (trips.weight / trips.quanta).tolist() == [2.0, 0.5]
    assert [place.name for place in trips.places] == ["Damascus, SY", "Baghdad, IQ", "33.5,36.3", "Amman, JO"]


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("origin,destination\na,b\n", FileUnreadable, "origin, destination, weight"),
        ("origin,destination,weight\nDamascus,x,1\n", PlaceAmbiguous, "row 1"),
        ('origin,destination,weight\n"Amman, JO","Nowhereville, JO",1\n', PlaceNotFound, "row 1"),
        ('origin,destination,weight\n"Amman, JO","Irbid, JO",-1\n', ScenarioError, "row 1: weight is -1"),
        ('origin,destination,weight\n"Amman, JO","Irbid, JO",1e308\n', ScenarioError, "row 1: weight is 1e\\+308"),
        ('origin,destination,weight\n"Amman, JO","Irbid, JO",many\n', FileUnreadable, "no table of trips"),
        ("", FileUnreadable, "no table of trips"),
        ("\x00\x01", FileUnreadable, "no table of trips"),
    ],
)
def test_a_bad_file_says_where(
    world: wa.RoadNetwork, tmp_path: Path, content: str, error: type[Exception], said: str
) -> None:
    path = tmp_path / "trips.csv"
    path.write_text(content)
    with pytest.raises(error, match=said):
        wa.file_trips(world, path)


def test_a_place_without_a_road_is_reported_not_guessed(world: wa.RoadNetwork) -> None:
    with pytest.raises(PlaceOffNetwork, match="20 km"):
        wa.named_trips(world, [["0,-30", "Amman, JO"]])
    everywhere = wa.city_trips(world, countries=["GL", "JO"], min_population=10_000)
    assert everywhere.off_network


def test_named_pairs_stay_out_of_the_burden_beside_cities(world: wa.RoadNetwork, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        'title = "t"\n[trips]\npairs = [["Damascus, SY", "Baghdad, IQ"]]\n'
        'cities = { countries = ["JO"], min_population = 500000 }\n'
    )
    trips = read_trips(wa.read_scenario(path), world)
    assert trips.named.sum() == 1
    assert not trips.counted[trips.named].any()
    assert trips.counted[~trips.named].all()
    assert (trips.weight / trips.quanta)[trips.named].tolist() == [1.0]


@pytest.mark.parametrize("entry", ['countries = ["XX"], min_population = 50000', "min_population = 40000000"])
def test_no_cities_are_an_error(world: wa.RoadNetwork, tmp_path: Path, entry: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(f'title = "t"\n[trips]\ncities = {{ {entry} }}\n')
    with pytest.raises(wa.WayaroundError, match="line 2"):
        read_trips(wa.read_scenario(path), world)


def test_rows_left_out_of_a_file_are_counted(world: wa.RoadNetwork, tmp_path: Path) -> None:
    path = tmp_path / "trips.csv"
    path.write_bytes(
        b"\xef\xbb\xbforigin,destination,weight\r\n"
        b'"Amman, JO","Irbid, JO",2\r\n"Amman, JO","Amman, Jordan",3\r\n"0,-30","Irbid, JO",4\r\n'
    )
    trips = wa.file_trips(world, path)
    assert len(trips) == 1
    assert trips.weighting == (
        "from trips.csv, without 1 row from a place to itself and 1 row with a place off the roads"
    )


def test_a_pair_of_one_place_is_refused(world: wa.RoadNetwork) -> None:
    with pytest.raises(ScenarioError, match="one place"):
        wa.named_trips(world, [["Damascus, SY", "دمشق, SY"]])


def test_tiny_weights_do_not_vanish() -> None:
    weight, quanta = quantise(np.array([1e-12, 3e-12]))
    assert (weight / quanta).tolist() == pytest.approx([1e-12, 3e-12])


def test_too_many_cities_are_refused_with_the_population_that_fits(world: wa.RoadNetwork) -> None:
    with pytest.raises(ScenarioError, match="all pairs of at most 5,000") as caught:
        wa.city_trips(world, min_population=1000)
    fits = int(str(caught.value).rstrip(".").rsplit(" ", 1)[1])
    assert len(cities(None, fits)) <= MAX_CITIES < len(cities(None, fits - 1))
