"""Feeds of work zones: what each event is taken to do, and what is said of those that do nothing."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
from feeds import event, feed, flat_event, scenario, write
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wayaround.closures.closure import Closure, RoadLine, RoadPoint
from wayaround.closures.reading import read_closures
from wayaround.closures.wzdx import MOST_EVENTS
from wayaround.errors import FileUnreadable, ProfileNotFound

PUBLISHED = Path(__file__).parents[3] / "shared" / "wzdx"
needs_published = pytest.mark.skipif(not (PUBLISHED / "schemas").is_dir(), reason="the published feeds are not here")


def read_one(tmp_path: Path, one: Any, **said: Any) -> Closure:
    write(tmp_path, feed(one))
    (closure,) = read_closures(scenario(tmp_path, **said))
    return closure


def with_impacts(**taken: Any) -> list[dict[str, Any]]:
    return [{"id": "works", "wzdx": "feed.geojson", "impacts": taken}]


def test_all_lanes_closed_shuts_the_way_of_the_line(tmp_path: Path) -> None:
    closure = read_one(tmp_path, event())
    assert (closure.id, closure.is_shut, closure.direction) == ("works/work", True, "forward")
    assert closure.target == RoadLine(((44.0, 33.0), (44.1, 33.0)))
    assert (closure.from_date, closure.until_date) == (datetime.date(2024, 6, 1), datetime.date(2024, 6, 30))
    assert closure.notes == ()


def test_a_flat_event_reads_alike(tmp_path: Path) -> None:
    new, old = read_one(tmp_path, event()), read_one(tmp_path, flat_event())
    assert old.event is not None
    assert (old.event.start_verified, old.event.end_verified, old.event.roads) == (True, False, ("Route 1",))
    assert old.notes == ("end not verified",)
    assert (old.id, old.target, old.from_date, old.until_date) == (new.id, new.target, new.from_date, new.until_date)


@pytest.mark.parametrize(
    ("said", "factor", "wait_h", "max_kmh"),
    [
        ({"vehicle_impact": "some-lanes-closed"}, 0.7, None, None),
        ({"vehicle_impact": "some-lanes-closed-merge-left", "reduced_speed_limit_kph": 60}, 0.7, None, 60),
        ({"vehicle_impact": "all-lanes-open-shift-right"}, 0.9, None, None),
        ({"vehicle_impact": "alternating-one-way"}, None, 0.05, None),
        ({"vehicle_impact": "all-lanes-open", "reduced_speed_limit_kph": 50}, None, None, 50),
        ({"vehicle_impact": "unknown", "reduced_speed_limit": 50}, None, None, 80.4672),
        ({"vehicle_impact": "all-lanes-open", "restrictions": [{"type": "local-access-only"}]}, 0.2, None, None),
    ],
)
def test_partial_impacts_slow_or_delay(
    tmp_path: Path, said: dict[str, Any], factor: float | None, wait_h: float | None, max_kmh: float | None
) -> None:
    closure = read_one(tmp_path, event(**said))
    assert (closure.speed_factor, closure.wait_h, closure.max_kmh) == (factor, wait_h, max_kmh)
    assert not closure.is_shut


def test_what_an_impact_is_taken_to_do_can_be_said(tmp_path: Path) -> None:
    taken = with_impacts(**{"some-lanes-closed": {"wait_h": 0.5}, "unknown": {"speed_factor": 0.5}})
    lanes = read_one(tmp_path, event(vehicle_impact="some-lanes-closed"), closures=taken)
    assert (lanes.wait_h, lanes.speed_factor) == (0.5, None)
    assert lanes.notes == ("some-lanes-closed: wait_h = 0.5, said by impacts",)
    assert read_one(tmp_path, event(vehicle_impact="unknown"), closures=taken).speed_factor == 0.5


@pytest.mark.parametrize(
    ("restriction", "profile", "shut"),
    [
        ({"type": "no-trucks"}, "truck", True),
        ({"type": "no-trucks"}, "car", False),
        ({"type": "reduced-height", "value": 12, "unit": "feet"}, "truck", True),
        ({"type": "reduced-height", "value": 14, "unit": "feet"}, "truck", False),
        ({"type": "gross-weight-limit", "value": 40, "unit": "tons"}, "truck", True),
        ({"type": "reduced-weight", "value": 88_200, "unit": "pounds"}, "truck", False),
        (
            {"restriction_type": "reduced-weight", "restriction_value": 3000, "restriction_units": "kilograms"},
            "truck",
            True,
        ),
        ("no-trucks", "truck", True),
    ],
)
def test_restrictions_are_read_for_the_vehicle(tmp_path: Path, restriction: Any, profile: str, shut: bool) -> None:
    one = event(vehicle_impact="all-lanes-open", restrictions=[restriction])
    assert (
        read_one(tmp_path, one, profile=profile).idle == "" if shut else read_one(tmp_path, one, profile=profile).idle
    )
    lanes = [
        {"order": 1, "type": "general", "status": "open", "restrictions": [restriction]},
        {"order": 2, "type": "general", "status": "closed"},
        {"order": 3, "type": "shoulder", "status": "open"},
    ]
    by_lane = read_one(tmp_path, event(vehicle_impact="all-lanes-open", lanes=lanes), profile=profile)
    assert (by_lane.idle == "" and by_lane.is_shut) == shut
    lanes[1]["status"] = "open"
    assert read_one(tmp_path, event(vehicle_impact="all-lanes-open", lanes=lanes), profile=profile).idle


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (event(event_type="detour"), "a detour, which closes nothing"),
        (event(vehicle_impact="all-lanes-open"), "vehicle_impact is all-lanes-open"),
        (event(vehicle_impact="unknown"), "vehicle_impact is unknown"),
        (event(vehicle_impact="lanes-gone"), '"lanes-gone" is not known'),
        (event(event_type="parade"), 'event_type "parade" is not read'),
        (flat_event(event_status="cancelled"), "event_status is cancelled"),
        (event(line=[[33.0, 144.0], [33.0, 144.1]]), "perhaps swapped"),
        (event(line=[[44.0, "x"]]), "no \\[longitude, latitude\\]"),
        (event(line=[]), "no coordinates"),
        (event(kind="Polygon", line=[]), "a Polygon, no line and no points"),
        ({**event(), "geometry": None}, "geometry is missing"),
        (event(start_date="soon"), 'its start_date "soon" is no time'),
        (event(end_date="2023-01-01T00:00:00Z"), "ends .* before it begins"),
        (17, "geometry is missing"),
    ],
)
def test_what_does_nothing_is_listed_with_its_reason(tmp_path: Path, one: Any, why: str) -> None:
    write(tmp_path, feed(event(), one))
    works, other = read_closures(scenario(tmp_path))
    assert not works.idle
    reason = other.reason_not_in_force(datetime.date(2024, 6, 15), None)
    assert reason is not None
    assert re.search(why, reason)


def test_a_rule_of_recurrence_is_named_and_not_obeyed(tmp_path: Path) -> None:
    plain, ruled = read_one(tmp_path, event()), read_one(tmp_path, event(recurrence={"days_of_week": ["monday"]}))
    assert (ruled.from_date, ruled.until_date) == (plain.from_date, plain.until_date)
    assert ruled.notes == ("its recurrence is not read: it is taken to last from its start to its end",)
    assert read_one(tmp_path, event(recurrence=None)).notes == ()


def test_hours_of_a_day_are_an_expected_wait_or_a_share(tmp_path: Path) -> None:
    hours = {"start_date": "2024-06-01T08:00:00+03:00", "end_date": "2024-06-01T17:00:00+03:00"}
    shut = read_one(tmp_path, event(**hours))
    assert shut.open_hours == ((17 * 60, 32 * 60),)
    assert (shut.from_date, shut.until_date) == (datetime.date(2024, 6, 1), datetime.date(2024, 6, 1))
    slow = read_one(tmp_path, event(**hours, vehicle_impact="some-lanes-closed"))
    assert slow.day_share == 9 / 24
    assert 1 / slow.slowing(80) == pytest.approx(1 + 9 / 24 * (1 / 0.7 - 1))


def test_a_night_belongs_to_the_day_on_which_it_begins(tmp_path: Path) -> None:
    night = event(start_date="2024-06-01T20:00:00+03:00", end_date="2024-06-02T05:00:00+03:00")
    shut = read_one(tmp_path, night)
    assert shut.open_hours == ((5 * 60, 20 * 60),)
    assert (shut.from_date, shut.until_date) == (datetime.date(2024, 6, 1), datetime.date(2024, 6, 1))


def test_utc_is_read_by_the_hour_of_the_sun(tmp_path: Path) -> None:
    closure = read_one(tmp_path, event(start_date="2024-05-31T22:00:00Z", end_date="2024-06-30T21:00:00Z"))
    assert (closure.from_date, closure.until_date) == (datetime.date(2024, 6, 1), datetime.date(2024, 6, 30))


def test_an_event_that_recurs_is_in_force_on_its_days_only(tmp_path: Path) -> None:
    days = [
        event(
            id=f"day-{day}",
            start_date=f"2024-06-{day:02}T08:00:00+03:00",
            end_date=f"2024-06-{day:02}T17:00:00+03:00",
            vehicle_impact="some-lanes-closed",
        )
        for day in (3, 10)
    ]
    write(tmp_path, feed(*days))
    closures = read_closures(scenario(tmp_path))
    in_force = {
        day: [each.id for each in closures if each.reason_not_in_force(datetime.date(2024, 6, day), None) is None]
        for day in (3, 4, 10)
    }
    assert in_force == {3: ["works/day-3"], 4: [], 10: ["works/day-10"]}


def test_a_point_goes_by_the_compass_or_both_ways(tmp_path: Path) -> None:
    east = read_one(tmp_path, event(kind="Point", line=[44.0, 33.0]))
    assert (east.target, east.direction) == (RoadPoint(lat=33.0, lon=44.0), "eastbound")
    both = read_one(tmp_path, event(kind="Point", line=[44.0, 33.0], direction="unknown"))
    assert (both.direction, both.notes) == (None, ("a point with direction unknown: both ways are taken",))


def test_the_entry_bounds_the_days_of_its_events_and_names_the_parties(tmp_path: Path) -> None:
    entry = {
        "id": "works",
        "wzdx": "feed.geojson",
        "from": "2024-06-10",
        "until": "2024-06-20",
        "except_for": ["buses"],
        "baseline": True,
    }
    closure = read_one(tmp_path, event(), closures=[entry])
    assert (closure.from_date, closure.until_date) == (datetime.date(2024, 6, 10), datetime.date(2024, 6, 20))
    assert (closure.except_for, closure.baseline) == (("buses",), True)
    assert (
        "lie outside"
        in read_one(tmp_path, event(), closures=[{**entry, "from": "2024-07-05", "until": "2024-08-01"}]).idle
    )


def test_twins_and_the_nameless_are_told_apart(tmp_path: Path) -> None:
    nameless = event()
    del nameless["id"]
    write(tmp_path, feed(event(), event(), nameless))
    assert [each.id for each in read_closures(scenario(tmp_path))] == ["works/work", "works/work #2", "works/event 3"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "no GeoJSON that can be read"),
        ("[" * 100_000, "no GeoJSON that can be read"),
        ({"type": "FeatureCollection"}, "no list of features"),
        (feed(), "has no events"),
        (feed({"properties": {"name": "a park"}}), "no Work Zone Data Exchange feed"),
        ({**feed(event()), "crs": {"properties": {"name": "EPSG:3857"}}}, "crs is not WGS 84"),
        (feed(*[None] * (MOST_EVENTS + 1)), "at most 20,000 are read"),
    ],
)
def test_what_is_no_feed_is_one_sentence(tmp_path: Path, content: object, sentence: str) -> None:
    write(tmp_path, content)
    with pytest.raises(FileUnreadable, match=sentence) as error:
        read_closures(scenario(tmp_path))
    assert "closures.1.wzdx" in error.value.message
    assert "\n" not in error.value.message


def test_a_vehicle_that_is_none_is_said(tmp_path: Path) -> None:
    write(tmp_path, feed(event()))
    with pytest.raises(ProfileNotFound, match='no profile is called "lory"'):
        read_closures(scenario(tmp_path, profile="lory"))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "vehicle_impact", "start_date", "end_date", "restrictions", "lanes", "core_details", "reduced_speed_limit_kph",
    "event_status", "road_names", "related_road_events", "road_event_id", "is_start_date_verified",
)  # fmt: skip


@given(
    said=st.dictionaries(st.sampled_from(KEYS), ODD),
    line=ODD,
    id=ODD,
    kind=st.sampled_from(("LineString", "MultiPoint", "Point")),
)
@example(said={"start_date": "0001-01-01T00:00:00Z"}, line=[[-170, 0], [-171, 0]], id=1, kind="LineString")
@example(said={"end_date": "9999-12-31T23:59:59Z"}, line=[[170, 0], [171, 0]], id=1, kind="LineString")
@example(said={"reduced_speed_limit_kph": 10**400}, line=[[1, 0], [2, 0]], id="", kind="LineString")
@example(said={}, line=[[10**400, 0], [2, 0]], id=[], kind="MultiPoint")
@example(
    said={"restrictions": [{"type": "reduced-weight", "value": 10**400, "unit": []}]},
    line=[[1, 0]],
    id=None,
    kind="Point",
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_hostile_events_are_read_or_listed(tmp_path: Path, said: Any, line: Any, id: Any, kind: str) -> None:
    one = event(line=[[1, 1], [2, 1]])
    one["properties"].update(said)
    one["geometry"] = {"type": kind, "coordinates": line}
    one["id"] = id
    write(tmp_path, json.dumps(feed(event(), one)))
    works, other = read_closures(scenario(tmp_path))
    assert not works.idle
    assert other.idle.isprintable()


@needs_published
def test_feeds_of_our_own_follow_the_schema(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    schemas = [json.loads(path.read_text()) for path in (PUBLISHED / "schemas").glob("*.json")]
    resources = [(each["$id"], referencing.Resource.from_contents(each)) for each in schemas]
    anything = {"$schema": "http://json-schema.org/draft-07/schema#"}  # GeoJSON's own schemas are not at hand
    for name in ("LineString", "MultiPoint"):
        address = f"https://geojson.org/schema/{name}.json"
        only = {**anything, "properties": {"type": {"const": name}}}
        resources.append((address, referencing.Resource.from_contents(only)))
    (whole,) = [each for each in schemas if each["$id"].endswith("WorkZoneFeed.json")]
    check = jsonschema.Draft7Validator(whole, registry=referencing.Registry().with_resources(resources))
    assert check.is_valid(feed(event(), event(vehicle_impact="some-lanes-closed", kind="MultiPoint")))
    assert not check.is_valid(feed(event(vehicle_impact="shut")))


@needs_published
@pytest.mark.parametrize("name", ["scenario1_simple_linestring", "scenario1_simple_multipoint"])
def test_published_work_zones_slow(tmp_path: Path, name: str) -> None:
    closures = published(tmp_path, name)
    assert len(closures) == 5
    assert {each.speed_factor for each in closures} == {0.7}


@needs_published
def test_published_detours_close_nothing(tmp_path: Path) -> None:
    works, *detours = published(tmp_path, "scenario4_detour_linestring")
    assert works.speed_factor == 0.7
    assert {each.idle for each in detours} == {"a detour, which closes nothing"}


@needs_published
def test_published_recurring_and_local_events(tmp_path: Path) -> None:
    first, *others = published(tmp_path, "scenario5_recurring_linestring")
    assert (first.max_kmh, first.day_share) == (55, 8.5 / 24)
    assert all(each.idle.startswith("vehicle_impact is all-lanes-open") for each in others)
    local = published(tmp_path, "scenario8_local_access_only_bidirectional_linestring")
    assert [each.speed_factor for each in local] == [0.2, 0.2]


def published(folder: Path, name: str) -> tuple[Closure, ...]:
    write(folder, (PUBLISHED / f"{name}_example.geojson").read_text())
    return read_closures(scenario(folder))
