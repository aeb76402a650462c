"""Scenario files: what is right is read, what is wrong is said in one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.assess import load_scenario_profile
from wayaround.closures.reading import read_closures
from wayaround.errors import FileUnreadable, ScenarioError

GOOD = """\
title = "Test"
profile = "truck"
date = 2018-02-08

[aliases]
"Post" = { lat = 33.51, lon = 38.62 }

[[closures]]
id = "zone"
circle = { lat = 33.5, lon = 38.6, radius_km = 55 }
from = 2016-06-01
except_for = ["humanitarian"]

[[closures]]
id = "second"
crossing = "Nasib-Jaber"
wait_h = 6

[trips]
pairs = [["Damascus, SY", "Baghdad, IQ"]]
"""


def read(folder: Path, text: str) -> wa.Scenario:
    path = folder / "scenario.toml"
    path.write_text(text)
    return wa.read_scenario(path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    scenario = read(tmp_path, GOOD)
    zone, second = read_closures(scenario)
    assert zone.is_shut
    assert zone.except_for == ("humanitarian",)
    assert (second.wait_h, second.is_shut) == (6, False)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("profile =", "profil =", 2, 'nearest is "profile"'),
        ("radius_km = 55", "radius = 55", 10, 'nearest is "radius_km"'),
        ("radius_km = 55", "radius_km = -5", 10, "greater than 0, not -5"),
        ("radius_km = 55", 'radius_km = "wide"', 10, "valid number"),
        ("radius_km = 55", "radius_km = nan", 10, "finite"),
        ("lat = 33.5,", "lat = 91,", 10, "less than or equal to 90"),
        ("2018-02-08", '"soon"', 3, "valid date"),
        ("from = 2016-06-01", "from = 2016-06-01\nuntil = 2015-01-01", 8, "until (2015-01-01) is before from"),
        ("wait_h = 6", "wait_h = 6\nspeed_factor = 0.5", 14, "not both"),
        ("wait_h = 6", "section = true", 14, "section goes with point or links only"),
        ("wait_h = 6", "wait_h = 6\nsection = 1", 18, "valid boolean"),
        ("wait_h = 6", "wait_h = -6", 17, "greater than or equal to 0"),
        ("wait_h = 6", "wait = 6", 17, 'nearest is "wait_h"'),
        ('crossing = "Nasib-Jaber"', "", 14, "exactly one of circle, polygon"),
        ('id = "second"', 'id = "zone"', 14, 'two closures have the id "zone"'),
        ('"Baghdad, IQ"', "7", 20, "valid string"),
        ("[trips]", "[trip]", 19, 'nearest is "trips"'),
        ("lat = 33.51", "lat = 91", 6, "less than or equal to 90"),
        ('title = "Test"', 'title = "two\\nlines"', 1, "one line"),
        ("circle = { lat = 33.5, lon = 38.6, radius_km = 55 }", "polygon = [[1, 2], [3, 4]]", 10, "at least 3"),
        ("circle = { lat = 33.5, lon = 38.6, radius_km = 55 }", "polygon = [[1,2],[3,4],[500,1]]", 10, "500"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert f"line {line}," in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


PROFILE = """\
[profile]
base = "truck"
weight_t = 12
hazmat = true
private_factor = 0
[profile.speed_kmh_by_class]
primary = 60
track = 0
[profile.max_kmh_by_surface]
gravel = 25.5
"""


def read_profile(folder: Path, text: str) -> wa.Profile:
    return load_scenario_profile(read(folder, GOOD.replace('profile = "truck"\n', "") + text))


def test_a_scenario_may_override_any_value_of_a_profile(tmp_path: Path) -> None:
    profile = read_profile(tmp_path, PROFILE)
    truck = wa.load_profile("truck")
    assert (profile.weight_t, profile.hazmat, profile.private_factor) == (12, True, 0)
    assert (profile.height_m, profile.speed_kmh) == (truck.height_m, truck.speed_kmh)
    assert profile.speed_kmh_by_class == {**truck.speed_kmh_by_class, "primary": 60, "track": 0}
    assert profile.max_kmh_by_surface == {**truck.max_kmh_by_surface, "gravel": 25.5}
    assert profile.overridden == {
        "weight_t": 12,
        "hazmat": True,
        "private_factor": 0,
        "speed_kmh_by_class.primary": 60,
        "speed_kmh_by_class.track": 0,
        "max_kmh_by_surface.gravel": 25.5,
    }


def test_a_table_that_overrides_nothing_is_the_profile(tmp_path: Path) -> None:
    assert read_profile(tmp_path, '[profile]\nbase = "car"\n') == wa.load_profile("car")


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("weight_t = 12", "wieght_t = 12", "wieght_t", 'nearest is "weight_t"'),
        ("weight_t = 12", 'weight_t = "heavy"', "weight_t", "valid number"),
        ("weight_t = 12", "weight_t = 0", "weight_t", "greater than 0"),
        ("weight_t = 12", "weight_t = nan", "weight_t", "finite"),
        ("hazmat = true", "hazmat = 1", "hazmat", "valid boolean"),
        ("hazmat = true", 'mode = "bus"', "mode", "'car' or 'hgv'"),
        ("hazmat = true", "limit_share = 9", "limit_share", "less than or equal to 2"),
        ("hazmat = true", "gate_s = -1", "gate_s", "greater than or equal to 0"),
        ("private_factor = 0", "private_factor = 0.5", "private_factor", "0 or from 1 on"),
        ("primary = 60", "primry = 60", "speed_kmh_by_class.primry", 'nearest is "primary"'),
        ("primary = 60", "primary = 900", "speed_kmh_by_class.primary", "less than or equal to 300"),
        ("primary = 60", "primary = 0.1", "speed_kmh_by_class.primary", "0 or from 1 on"),
        ("gravel = 25.5", "gravl = 25.5", "max_kmh_by_surface.gravl", 'nearest is "gravel"'),
        ("gravel = 25.5", "gravel = 0", "max_kmh_by_surface.gravel", "greater than or equal to 1"),
        ('base = "truck"', 'base = "trcuk"', "base", 'nearest is "truck"'),
        ('base = "truck"\n', "", "", "the key is missing"),
        (
            "[profile.speed_kmh_by_class]\nprimary = 60\ntrack = 0",
            "speed_kmh_by_class = 3",
            "speed_kmh_by_class",
            "table",
        ),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, key: str, said: str
) -> None:
    assert old in PROFILE
    with pytest.raises(wa.WayaroundError) as caught:
        read_profile(tmp_path, PROFILE.replace(old, new, 1))
    lines = (tmp_path / "scenario.toml").read_text().splitlines()
    number = lines.index(new or "[profile]") + 1
    at = f"profile.{key}" if key else "profile.base"
    assert f"line {number}, {at}: " in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["7", "true", "['truck']", "2018-02-08"])
def test_a_vehicle_that_is_neither_name_nor_table_is_said(tmp_path: Path, value: str) -> None:
    with pytest.raises(ScenarioError, match="line 2, profile: a vehicle should be a name or a table"):
        read(tmp_path, GOOD.replace('"truck"', value, 1))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("direction = 'up'", "a direction is forward, backward, northbound"),
        ("direction = 'from Syria'", "a direction is forward"),
        ("direction = 'forward'\nwait_h = { forward = 1 }", "need no direction"),
        ("impacts = { flagging = { wait_h = 1 } }", "impacts goes with wzdx only"),
        ("wzdx = 'feed.geojson'", "needs exactly one of"),
    ],
)
def test_directions_and_feeds_that_make_no_sense(tmp_path: Path, key: str, sentence: str) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        read(tmp_path, GOOD.replace("wait_h = 6", key))


def test_claims_are_texts(tmp_path: Path) -> None:
    scenario = read(tmp_path, GOOD + '\n[[claims]]\ntext = "It is 155 km."\n\n[[claims]]\ntext = "It is far."\n')
    assert [entry.text for entry in scenario.claims] == ["It is 155 km.", "It is far."]


def test_an_unknown_key_of_a_claim_names_the_valid_one(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r'claims\.1\.txt: there is no such key; the nearest is "text"'):
        read(tmp_path, GOOD + '\n[[claims]]\ntext = "It is 155 km."\ntxt = "far"\n')


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"title = ", b"\x00", b"a" * 100])
def test_what_is_no_toml_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=r"bad\.toml"):
        wa.read_scenario(path)


def test_missing_files_and_folders_are_said(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="No such file"):
        wa.read_scenario(tmp_path / "none.toml")
    with pytest.raises(FileUnreadable, match="directory"):
        wa.read_scenario(tmp_path)


@given(st.text(max_size=300), st.integers(0, len(GOOD)))
def test_no_text_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, noise: str, at: int) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "scenario.toml"
    path.write_text(GOOD[:at] + noise + GOOD[at:], encoding="utf-8", errors="replace")
    with contextlib.suppress(wa.WayaroundError):
        wa.read_scenario(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "can be read"),
        ("[]", "can be read"),
        ('{"type": "Point", "coordinates": [1, 2]}', "Point"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}', "Self-intersection"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 95], [1, 0], [0, 0]]]}', "latitude 95"),
        ('{"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [1, 0]]]}', "can be read"),
        ('{"type": "FeatureCollection", "features": []}', "no polygon"),
        ('{"type": "Feature", "geometry": null}', "no polygon"),
        ("[" * 100_000, "can be read"),
    ],
)
def test_geojson_that_is_no_area_is_said(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "zone.geojson").write_text(content)
    text = GOOD.replace("circle = { lat = 33.5, lon = 38.6, radius_km = 55 }", 'geojson = "zone.geojson"')
    with pytest.raises(wa.WayaroundError, match=said) as caught:
        read_closures(read(tmp_path, text))
    assert "zone.geojson" in str(caught.value)
    assert "line 10" in str(caught.value)
