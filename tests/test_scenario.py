"""Scenario files: what is right is read, what is wrong is said in one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.closures.closure import read_closures
from wayaround.errors import FeatureNotBuilt, FileUnreadable, ScenarioError

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


@pytest.mark.parametrize("key", ["wzdx = 'feed.geojson'", "direction = 'forward'", "open = '06:00-20:00'"])
def test_a_key_that_is_not_built_says_so(tmp_path: Path, key: str) -> None:
    with pytest.raises(FeatureNotBuilt, match=r"line 17.*is not built yet"):
        read(tmp_path, GOOD.replace("wait_h = 6", key))


def test_claims_are_not_built(tmp_path: Path) -> None:
    with pytest.raises(FeatureNotBuilt, match="claims"):
        read(tmp_path, GOOD + '\n[[claims]]\ntext = "far"\n')


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
