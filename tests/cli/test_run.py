"""`run` where the scenario, the terminal or the folder is not as it should be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """\
title = "Κλειστός δρόμος"
{more}
[trips]
pairs = [["33.513,36.292", "33.315,44.366"]]
"""


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", "run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=False)


@pytest.mark.parametrize(
    "more",
    [
        'network = "world-highway"',
        'profile = "lorry"',
        '[[closures]]\ncrossing = "Nasib-Jabr"',
        "[[closures]]\nlinks = [99999999999999999999]",
        "[[closures]]\npoint = { lat = 0, lon = -30 }",
        "[[closures]]\ncircle = { lat = 0, lon = -30, radius_km = 1 }",
    ],
)
def test_every_problem_of_a_scenario_names_its_file(tmp_path: Path, more: str) -> None:
    path = tmp_path / "shut.toml"
    path.write_text(SCENARIO.format(more=more), encoding="utf-8")
    done = run(path)
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_result_states_what_the_scenario_changed_of_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    more = "[profile]\nbase = 'truck'\nspeed_kmh = 60\n[profile.speed_kmh_by_class]\nprimary = 50"
    path.write_text(SCENARIO.format(more=more), encoding="utf-8")
    done = run(path, "--json", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["profile"], summary["speed_kmh"]) == ("truck", 60)
    assert summary["profile_overridden"] == {"speed_kmh": 60, "speed_kmh_by_class.primary": 50}
    said = "speed_kmh = 60, speed_kmh_by_class.primary = 50"
    assert f"Values of the profile that the scenario overrides: {said}." in summary["assumptions"]
    assert f"truck, 60 km/h; overridden: {said}" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"overrides: {said}." in " ".join(run(path).stdout.split())


def test_a_wrong_vehicle_of_the_command_line_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    path.write_text(SCENARIO.format(more=""), encoding="utf-8")
    done = run(path, "--profile", "lorry")
    assert done.returncode == 2
    assert "no profile is called" in done.stderr
    assert str(path) not in done.stderr


def test_a_terminal_that_lacks_letters_and_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    path.write_text(SCENARIO.format(more=""), encoding="utf-8-sig")
    done = run(path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "????" in done.stdout
    assert "793 km" in done.stdout


def test_a_folder_in_the_place_of_a_file_leaves_the_others_untouched(tmp_path: Path) -> None:
    path, out = tmp_path / "shut.toml", tmp_path / "out"
    path.write_text(SCENARIO.format(more=""), encoding="utf-8")
    (out / "report.html").mkdir(parents=True)
    (out / "closures.geojson").write_text("old")
    done = run(path, "--out", out)
    assert done.returncode == 2
    assert "report.html" in done.stderr
    assert sorted(entry.name for entry in out.iterdir()) == ["closures.geojson", "report.html"]
    assert (out / "closures.geojson").read_text() == "old"


ZONE = '[[closures]]\nid = "zone"\ncircle = { lat = 33.5085, lon = 38.62, radius_km = 55 }'


def test_who_uses_a_crossing_is_told(tmp_path: Path) -> None:
    path, out = tmp_path / "shut.toml", tmp_path / "out"
    path.write_text(SCENARIO.format(more=ZONE), encoding="utf-8")
    asked = ("--using", "crossing:Nasib-Jaber", "--using", "link:170026")
    done = run(path, "--json", "--out", out, *asked)
    assert done.returncode == 0, done.stderr
    nasib, link = json.loads(done.stdout)["using"]
    assert nasib | {"journeys": [], "links": []} == {
        "road": "crossing:Nasib-Jaber",
        "links": [],
        "pairs_before": 0,
        "pairs_after": 1,
        "weight_before": 0.0,
        "weight_after": 1.0,
        "journeys": [],
    }
    (journey,) = nasib["journeys"]
    assert (journey["used_before"], journey["used_after"], journey["status"]) == (False, True, "longer")
    assert (round(journey["before_km"]), round(journey["after_km"])) == (793, 929)
    assert (link["links"], link["pairs_before"], link["pairs_after"]) == ([170026], 1, 0)
    kept = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert kept["using"] == [nasib, link]
    shown = run(path, *asked).stdout
    assert "Journeys by crossing:Nasib-Jaber" in shown
    assert "1 pairs" not in shown


@pytest.mark.parametrize("road", ["crossing:Nasib-Jabr", "link:99999999", "link:x", "gate:Nasib", "crossing:"])
def test_a_road_that_is_none_is_one_sentence_and_writes_nothing(tmp_path: Path, road: str) -> None:
    path, out = tmp_path / "shut.toml", tmp_path / "out"
    path.write_text(SCENARIO.format(more=ZONE), encoding="utf-8")
    done = run(path, "--using", road, "--out", out)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("wayaround: --using: ")
    assert not out.exists()
