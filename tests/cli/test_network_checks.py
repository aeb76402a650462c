"""`network gaps`, `validate` and `info`, and overrides in a scenario, as a user meets them."""

import json
from pathlib import Path

import pytest
from hand_made import Link, make_network
from test_cli import SCENARIO, wayaround

from wayaround.network.store import write_network


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    """Two dead ends 1,113 m apart that 17 km of road join, and an island of 500 m."""
    links = [Link(0, 2, 9000), Link(1, 2, 8000, forward_kmh=200, backward_kmh=200), Link(2, 3), Link(5, 6, 500)]
    write_network(make_network(links), tmp_path / "fork")
    return tmp_path / "fork"


def test_gaps_as_json_table_and_geojson(fork: Path, tmp_path: Path) -> None:
    out = tmp_path / "gaps.geojson"
    done = wayaround("network", "gaps", fork, "--radius-km", "1.2", "--out", out, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert (said["dead_ends"], said["gaps"], said["gaps_not_joined"], said["not_joined"]) == (5, 1, 0, [])
    (gap,) = said["long_way_round"]
    assert (gap["network_km"], gap["straight_km"], gap["ratio"]) == (17.0, 1.113, 15.274034)
    assert [gap[key] for key in ("lat_a", "lon_a", "lat_b", "lon_b", "link_a", "link_b")] == [0, 0, 0, 0.01, 0, 1]
    (feature,) = json.loads(out.read_text())["features"]
    assert feature["geometry"] == {"type": "LineString", "coordinates": [[0.0, 0.0], [0.01, 0.0]]}
    shown = wayaround("network", "gaps", fork, "--radius-km", "1.2").stdout
    assert "A long way round" in shown
    assert "17.0" in shown


def test_gaps_in_a_region_or_country(fork: Path) -> None:
    for options, count in (
        (["--within", "circle:0,0,0.5"], 1),
        (["--within", "circle:0,0.06,0.5"], 0),
        (["--country", "SY"], 0),
    ):
        done = wayaround("network", "gaps", fork, "--radius-km", "1.2", "--json", *options)
        assert json.loads(done.stdout)["gaps"] == count, done.stderr
    done = wayaround("network", "gaps", fork, "--country", "Atlantis")
    assert (done.returncode, done.stdout) == (2, "")


def test_findings_are_no_faults(fork: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.geojson"
    done = wayaround("network", "validate", fork, "--out", out, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    assert (checks["islands"]["count"], checks["islands"]["km"]) == (1, 0.5)
    assert [each["said"] for each in checks["speeds"]["findings"]] == ["limit of 200 km/h on primary"]
    assert checks["speeds"]["findings"][0]["lon"] == 0.015
    kinds = [feature["properties"]["check"] for feature in json.loads(out.read_text())["features"]]
    assert kinds == ["speeds", "missing_limits"]
    shown = wayaround("network", "validate", fork)
    assert shown.returncode == 0
    assert "limit of 200 km/h on primary" in " ".join(shown.stdout.replace("│", " ").split())


def test_out_that_cannot_be_written_is_a_sentence(fork: Path, tmp_path: Path) -> None:
    for command in ("gaps", "validate"):
        done = wayaround("network", command, fork, "--out", tmp_path / "none" / "a.geojson")
        assert done.returncode == 2
        assert "cannot write" in done.stderr


def test_info_tells_the_score(fork: Path) -> None:
    score = json.loads(wayaround("network", "info", fork, "--json").stdout)["score"]
    assert (score["km"], score["km_apart"], score["profile"]) == (18.5, 0.5, "truck")
    assert round(score["limit_known_share"], 6) == round(8 / 18.5, 6)
    assert "outside the largest connected part" in " ".join(wayaround("network", "info", fork).stdout.split())


def test_overrides_of_a_scenario_change_the_answer_and_are_listed(tmp_path: Path) -> None:
    (tmp_path / "zone.toml").write_text('overrides = "fixes.csv"\n' + SCENARIO)
    plain = tmp_path / "plain.toml"
    plain.write_text(SCENARIO)
    crossings = json.loads(wayaround("network", "crossings", "world-highways", "--json").stdout)["crossings"]
    (nasib,) = (each["links"][0] for each in crossings if each["name"] == "Nasib-Jaber")
    (tmp_path / "fixes.csv").write_text(f"link,access,source\n{nasib},shut,field team\n")
    before = json.loads(wayaround("run", plain, "--json").stdout)
    done = wayaround("run", tmp_path / "zone.toml", "--json")
    assert done.returncode == 0, done.stderr
    after = json.loads(done.stdout)
    assert after["network"]["digest"] != before["network"]["digest"]
    assert before["overrides"] == []
    assert [(each["link"], each["access"], each["source"]) for each in after["overrides"]] == [
        (nasib, "shut", "field team")
    ]
    assert after["journeys"][0]["crossings_after"] != before["journeys"][0]["crossings_after"]
    assert after["journeys"][0]["after_km"] > before["journeys"][0]["after_km"]
    out = tmp_path / "out"
    table = wayaround("run", tmp_path / "zone.toml", "--out", out)
    sentence = f"link {nasib}: shut (field team)"
    assert sentence in " ".join(table.stdout.split())
    assert sentence in (out / "report.html").read_text()
    assert "city pairs connected" in (out / "report.html").read_text()


def test_a_bad_override_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "zone.toml").write_text('overrides = "fixes.csv"\n' + SCENARIO)
    (tmp_path / "fixes.csv").write_text("link,speed_kmh,source\n12,-5,a\n")
    done = wayaround("run", tmp_path / "zone.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fixes.csv, line 2, speed_kmh" in " ".join(done.stderr.split())


def test_a_ranking_lists_overrides(tmp_path: Path) -> None:
    (tmp_path / "zone.toml").write_text('overrides = "fixes.csv"\n' + SCENARIO)
    (tmp_path / "fixes.csv").write_text("link,speed_kmh,source\n12,40,a\n")
    done = wayaround("rank", tmp_path / "zone.toml", "--link", "12", "--json")
    assert done.returncode == 0, done.stderr
    assert [each["speed_kmh"] for each in json.loads(done.stdout)["overrides"]] == [40.0]
