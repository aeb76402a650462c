"""GeoJSON whose features carry keys of closures."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from feeds import LINE, scenario, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayaround.closures.closure import Closure, RoadLine, RoadPoint
from wayaround.closures.features import KEYS
from wayaround.closures.reading import read_closures
from wayaround.closures.zone import Zone
from wayaround.errors import ScenarioError, WayaroundError

SQUARE = {"type": "Polygon", "coordinates": [[[38, 33], [39, 33], [39, 34], [38, 34], [38, 33]]]}
POINT = {"type": "Point", "coordinates": [38.6, 33.5]}
ALONG = {"type": "LineString", "coordinates": LINE}


def read(folder: Path, *features: tuple[Any, Any], entry: Any = None, **said: Any) -> tuple[Closure, ...]:
    listed = [{"type": "Feature", "geometry": drawn, "properties": properties} for drawn, properties in features]
    write(folder, {"type": "FeatureCollection", "features": listed}, name="closed.geojson")
    closures = [{"id": "closed", "geojson": "closed.geojson", **(entry or {})}]
    return read_closures(scenario(folder, closures=closures, **said))


def test_each_feature_is_a_closure_of_its_own(tmp_path: Path) -> None:
    zone, point, line = read(
        tmp_path,
        (SQUARE, {"id": "camp", "wait_h": 6, "except_for": ["humanitarian"], "from": "2018-02-01"}),
        (POINT, {"speed_factor": 0.5, "until": None}),
        (ALONG, {"id": "way", "direction": "forward"}),
        entry={"until": "2018-03-01"},
    )
    assert isinstance(zone.target, Zone)
    assert (zone.id, zone.wait_h, zone.except_for) == ("closed/camp", 6, ("humanitarian",))
    assert (zone.from_date, zone.until_date) == (datetime.date(2018, 2, 1), datetime.date(2018, 3, 1))
    assert (point.id, point.target, point.speed_factor) == ("closed/2", RoadPoint(lat=33.5, lon=38.6), 0.5)
    assert isinstance(line.target, RoadLine)
    assert (line.direction, line.is_shut) == ("forward", True)


def test_a_file_without_keys_is_one_zone(tmp_path: Path) -> None:
    (zone,) = read(tmp_path, (SQUARE, {"id": 1, "name": "one"}), (SQUARE, None), entry={"wait_h": 2})
    assert isinstance(zone.target, Zone)
    assert (zone.id, zone.wait_h) == ("closed", 2)


def test_what_a_feature_says_goes_before_the_entry(tmp_path: Path) -> None:
    slow, waits = read(tmp_path, (SQUARE, {"speed_factor": 0.5}), (SQUARE, {}), entry={"wait_h": 2})
    assert (slow.speed_factor, slow.wait_h) == (0.5, None)
    assert (waits.speed_factor, waits.wait_h) == (None, 2)


def test_what_resembles_a_key_is_named(tmp_path: Path) -> None:
    (zone,) = read(tmp_path, (SQUARE, {"wait_h": 1, "speedfactor": 0.5, "circle": 3, "operator": "x"}))
    assert zone.notes == (
        'property "speedfactor" is not read; the nearest key is "speed_factor"',
        'property "circle" is not read: the geometry says where',
    )


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"wait_h": "long"}, r"feature 1, wait_h"),
        ({"wait_h": -1}, r"feature 1, wait_h"),
        ({"direction": "from SY"}, "goes with a crossing only"),
        ({"from": "2018-02-30"}, r"feature 1, from"),
        ({"from": "2018-03-01", "until": "2018-02-01"}, "is before from"),
    ],
)
def test_a_value_that_a_key_does_not_take_is_one_sentence(tmp_path: Path, properties: Any, sentence: str) -> None:
    with pytest.raises(ScenarioError, match=sentence) as error:
        read(tmp_path, (SQUARE, properties))
    assert "closures.1.geojson" in error.value.message


def test_parties_of_features_have_to_be_defined(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match='nothing defines the party "lorries"'):
        read(tmp_path, (SQUARE, {"only_for": ["lorries"]}), parties=["buses"])


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)


@given(
    properties=st.dictionaries(st.sampled_from(KEYS), ODD, max_size=3),
    drawn=st.sampled_from((SQUARE, POINT, ALONG)) | ODD,
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_hostile_features_are_read_or_one_sentence(tmp_path: Path, properties: Any, drawn: Any) -> None:
    said = ""
    try:
        closures = read(tmp_path, (drawn, properties), (SQUARE, {"wait_h": 1}))
        said = closures[0].id
    except WayaroundError as error:
        said = error.message
    assert said
    assert "\n" not in said
