"""Whatever a request says is read, or refused in one sentence."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from wayaround.errors import RequestTooLarge, WayaroundError
from wayaround.service.posted import check_closures, check_posted_scenario, read_json
from wayaround.service.settings import read_settings

SETTINGS = read_settings()
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NUMBER = st.floats(-400, 400) | st.integers(-10, 10) | st.just(1e308)
VALUES = {
    "circle": st.fixed_dictionaries({"lat": NUMBER, "lon": NUMBER, "radius_km": NUMBER}),
    "polygon": st.lists(st.lists(NUMBER, min_size=1, max_size=3), max_size=8),
    "point": st.fixed_dictionaries({"lat": NUMBER, "lon": NUMBER}),
    "links": st.lists(st.integers(-1, 10**20), max_size=3),
    "crossing": st.sampled_from(["Nasib-Jaber", "nowhere", ""]),
    "geojson": st.sampled_from(["/etc/hostname", "x"]),
    "wait_h": NUMBER,
    "speed_factor": NUMBER,
    "from": st.sampled_from(["2016-01-01", "2016-13-01", "today"]),
    "allow_empty": st.booleans(),
    "section": st.booleans(),
}
CLOSURE = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1, max_size=3).flatmap(
    lambda keys: st.fixed_dictionaries({key: VALUES[key] | ANYTHING for key in keys})
)


@given(closures=st.lists(CLOSURE | ANYTHING, max_size=3))
def test_any_closures_read_or_are_refused(closures: list[Any]) -> None:
    try:
        found = check_closures(read_json(json.dumps(closures)), SETTINGS)
    except WayaroundError:
        return
    assert len(found) == len(closures)


@given(text=st.text(max_size=40))
def test_any_text_reads_or_is_refused(text: str) -> None:
    try:
        check_closures(read_json(text), SETTINGS)
    except WayaroundError:
        return
    assert isinstance(json.loads(text), list | dict)


@given(content=ANYTHING | st.fixed_dictionaries({"title": ANYTHING, "closures": ANYTHING, "trips": ANYTHING}))
def test_any_scenario_reads_or_is_refused(content: object) -> None:
    with pytest.raises(WayaroundError):
        check_posted_scenario(content, SETTINGS, served="world-highways", profile="truck")


@settings(max_examples=40)
@given(
    ring=st.lists(st.tuples(st.floats(35, 41), st.floats(31, 36)), min_size=3, max_size=12)
    | st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=6)
)
def test_any_polygon_is_answered_or_refused(client: TestClient, ring: list[tuple[float, float]]) -> None:
    closures = json.dumps([{"polygon": ring, "allow_empty": True}])
    answer = client.get("/route/v1/driving/36.292,33.513;44.366,33.315", params={"closures": closures})
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert answer.json()["routes"][0]["distance"] >= 793_082
    else:
        assert answer.json()["code"] in ("InvalidValue", "NoRoute")


def test_a_polygon_of_ten_thousand_vertices_is_answered(client: TestClient) -> None:
    side = [i / 2500 for i in range(2500)]
    ring = [[38 + x, 33.0] for x in side] + [[39.0, 33 + y] for y in side]
    ring += [[39 - x, 34.0] for x in side] + [[38.0, 34 - y] for y in side]
    body = {"title": "x", "closures": [{"polygon": ring}], "trips": {"pairs": [["33.513,36.292", "33.315,44.366"]]}}
    answer = client.post("/api/v1/assess", json=body)
    assert answer.status_code == 200
    assert answer.json()["pairs"]["longer"] == 1


def comb(teeth: int, width_deg: float) -> list[list[float]]:
    """A polygon with teeth of ten degrees in a row."""
    edge = [[n * width_deg / (2 * teeth), 10.0 if n % 2 else 0.1] for n in range(2 * teeth + 1)]
    return [[0.0, 0.0], *edge, [width_deg, 0.0]][::-1]


def test_a_polygon_that_would_take_minutes_is_refused() -> None:
    assert len(check_closures([{"polygon": comb(4900, 1.0)}], SETTINGS)) == 1
    with pytest.raises(RequestTooLarge, match="back and forth"):
        check_closures([{"polygon": comb(4900, 30.0)}], SETTINGS)
    with pytest.raises(RequestTooLarge, match="back and forth"):
        check_closures([{"polygon": comb(900, 10.0)}] * 5, SETTINGS)


@pytest.mark.parametrize("point", [None, "x", [], [1], [1, None], {}, [10**400, 0]])
def test_a_long_polygon_that_is_none_is_said(point: object) -> None:
    with pytest.raises(WayaroundError):
        check_closures([{"polygon": [[0, 0], [1, 1]] * 300 + [point]}], SETTINGS)
