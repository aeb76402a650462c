"""The command line as a user meets it: a process, its two streams and its exit code."""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

SCENARIO = """\
title = "A zone"
date = 2018-02-08
[aliases]
"A" = { lat = 33.513, lon = 36.292 }
"B" = { lat = 33.315, lon = 44.366 }
[[closures]]
id = "zone"
circle = { lat = 33.5085, lon = 38.62, radius_km = 55 }
[trips]
pairs = [["A", "B"]]
"""


def wayaround(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "zone.toml"
    path.write_text(SCENARIO)
    return path


def test_run_prints_one_json_object_with_the_keys_of_the_contract(scenario: Path) -> None:
    done = wayaround("run", scenario, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert done.stderr == ""
    assert set(summary) >= {
        *("title", "network", "profile", "date", "closures", "crossings", "currency", "pairs", "journeys"),
        *("burden", "claims", "seconds"),
    }
    assert set(summary["network"]) >= {"name", "digest", "nodes", "links"}
    assert set(summary["closures"][0]) >= {"id", "links_closed", "km_closed", "in_force", "warnings"}
    assert set(summary["crossings"][0]) >= {"id", "name", "countries", "state", "pairs_before", "pairs_after"}
    assert set(summary["pairs"]) == {
        *("total", "unchanged", "longer", "cut_off", "already_cut_off", "inside_zone"),
    }
    journey = summary["journeys"][0]
    assert set(journey) >= {
        *("origin", "destination", "weight", "before_km", "after_km", "extra_km", "before_h", "after_h", "extra_h"),
        *("before_cost", "after_cost", "crossings_before", "crossings_after", "snap_km", "status"),
    }
    assert set(summary["burden"][0]) >= {"by", "country", "extra_weighted_h", "cut_off_weight"}
    assert (round(journey["before_km"]), round(journey["after_km"])) == (793, 929)
    assert journey["status"] == "longer"


def test_run_writes_every_file_of_the_contract(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = wayaround("run", scenario, "--out", out)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        *("closures.geojson", "flows.geojson", "flows.parquet", "flows.png", "impact.parquet", "map.png"),
        *("report.html", "routes.geojson", "summary.json"),
    ]
    assert pd.read_parquet(out / "impact.parquet")["before_km"].round().tolist() == [793]
    routes = json.loads((out / "routes.geojson").read_text())
    assert [feature["properties"]["state"] for feature in routes["features"]] == ["before", "after"]
    assert json.loads((out / "summary.json").read_text())["title"] == "A zone"
    assert str(out / "report.html") in done.stdout.replace("\n", "")


def test_the_table_tells_the_answer(scenario: Path) -> None:
    done = wayaround("run", scenario)
    for said in ("793 km", "929 km", "+136 km", "+1 h 49 min", "Nasib-Jaber", "open", "verified"):
        assert said in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("radius_km = 55", "radius_km = -1", "line 8, closures.1.circle.radius_km"),
        ('"A", "B"', '"A", "Nowhereville, SY"', "Nowhereville"),
        ('"A", "B"', '"A", "Damascus"', "US-MD"),
        ("lon = 38.62", "lon = -30", "line 8, closures.1.circle: closure"),
        ('title = "A zone"', 'title = "A zone"\nnetwork = "world-hihgways"', 'nearest name is "world-highways"'),
        ('title = "A zone"', 'title = "A zone"\nnetwork = "x.osm.pbf"', "cannot read"),
        ('title = "A zone"', 'title = "A zone"\nprofile = "trcuk"', 'nearest is "truck"'),
        (
            "circle = { lat = 33.5085, lon = 38.62, radius_km = 55 }",
            'crossing = "Nassib"',
            "line 8, closures.1.crossing",
        ),
        ("circle = { lat = 33.5085, lon = 38.62, radius_km = 55 }", 'crossing = "Nassib"', "Nasib-Jaber"),
        ("circle = { lat = 33.5085, lon = 38.62, radius_km = 55 }", 'geojson = "no.geojson"', "no.geojson"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_outputs_alone(
    scenario: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("kept")
    scenario.write_text(SCENARIO.replace(old, new, 1))
    done = wayaround("run", scenario, "--out", out)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert [path.name for path in out.iterdir()] == ["summary.json"]
    assert (out / "summary.json").read_text() == "kept"


@pytest.mark.parametrize(
    "arguments",
    [[], ["run"], ["run", "none.toml"], ["nonsense"], ["run", "../../x.toml", "--date", "soon"], ["network"]],
)
def test_bad_commands_exit_with_2_and_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = wayaround(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_output_that_is_a_file_is_refused(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    done = wayaround("run", scenario, "--out", tmp_path / "file")
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert (tmp_path / "file").read_text() == "kept"


def test_options_override_the_scenario(scenario: Path) -> None:
    done = wayaround("run", scenario, "--json", "--profile", "car", "--date", "2020-01-01")
    summary = json.loads(done.stdout)
    assert (summary["profile"], summary["date"], summary["speed_kmh"]) == ("car", "2020-01-01", 95.0)


def test_network_info_and_crossings() -> None:
    figures = json.loads(wayaround("network", "info", "world-highways", "--json").stdout)
    assert (figures["nodes"], figures["links"]) == (560_282, 822_234)
    assert figures["joins"] > 0
    assert figures["licence"] == "ODbL-1.0"
    listed = json.loads(wayaround("network", "crossings", "world-highways", "--json").stdout)
    assert listed["crossings"][0]["name"] == "al-Tanf-al-Walid"
    assert wayaround("network", "list").stdout == "world-highways\n"


def test_rank_prints_and_writes(scenario: Path, tmp_path: Path) -> None:
    scenario.write_text(SCENARIO.replace('pairs = [["A", "B"]]', 'pairs = [["A", "B"], ["B", "A"]]'))
    done = wayaround("rank", scenario, "--top", "3", "--json", "--out", tmp_path / "rank")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert len(summary["ranking"]) == 3
    assert summary["closures"] == ["zone"]
    assert set(summary["ranking"][0]) >= {"rank", "name", "links", "km", "cut_off_weight", "extra_weighted_h", "lat"}
    assert sorted(path.name for path in (tmp_path / "rank").iterdir()) == ["ranking.parquet", "ranking.png"]
    assert len(gpd.read_parquet(tmp_path / "rank" / "ranking.parquet")) == summary["rows"]
    back = json.loads(wayaround("rank", scenario, "--reopen", "--json").stdout)
    assert [row["name"] for row in back["ranking"]] == ["zone"]
    assert back["ranking"][0]["longer_pairs"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank"],
        ["rank", "--network", "world-highways"],
        ["rank", "--network", "world-highways", "--cities", "10", "--reopen"],
        ["rank", "--network", "world-highways", "--cities", "10", "--country", "XX"],
        ["rank", "--network", "world-highways", "--cities", "9000"],
        ["rank", "--network", "world-highways", "--cities", "10", "--restore"],
        ["rank", "--network", "world-highways", "--cities", "10", "--pairs", "1"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", "sphere:1,2,3"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", "circle:1,2"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", "circle:95,2,10"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", "box:10,20,5,10"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", "circle:0,-30,10"],
        ["rank", "--network", "world-highways", "--cities", "10", "--within", __file__],
    ],
)
def test_rank_says_what_it_needs(arguments: list[str]) -> None:
    done = wayaround(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("old", "new", "arguments", "said"),
    [
        ("", "", ["--restore", "--pairs", "5"], "--restore does not go with --pairs"),
        ("", "", ["--restore", "--reopen"], "--restore does not go with --reopen"),
        ("", "", ["--reopen", "--unit", "crossing"], "--reopen does not go with --unit"),
        ("[[closures]]", "[[closures]]\nwait_h = 2", ["--restore"], "nothing is shut on 2018-02-08"),
        ("[[closures]]", "[[closures]]\nfrom = 2020-01-01", ["--restore"], "nothing is shut on 2018-02-08"),
        ("", "", ["--within", "circle:0,-30,10"], "the region (10 km around 0, -30) meets no road; the nearest"),
        ("", "", ["--within", "sphere:1,2,3"], "the forms are circle:LAT,LON,KM"),
    ],
)
def test_rank_says_what_is_wrong(scenario: Path, old: str, new: str, arguments: list[str], said: str) -> None:
    scenario.write_text(SCENARIO.replace(old, new, 1) if old else SCENARIO)
    done = wayaround("rank", scenario, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_rank_restores(scenario: Path, tmp_path: Path) -> None:
    crossing = '[[closures]]\nid = "nasib"\ncrossing = "Nasib-Jaber"\n[trips]'
    scenario.write_text(SCENARIO.replace("[trips]", crossing))
    out = tmp_path / "plan"
    done = wayaround("rank", scenario, "--restore", "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert [row["name"] for row in plan["steps"]] == [None, "zone", "nasib"]
    assert plan["steps"] == plan["best"]
    assert (plan["why_no_best"], plan["greedy_extra_h"], plan["closures"]) == (None, 0.0, [])
    assert [row["longer_pairs"] for row in plan["steps"]] == [1, 0, 0]
    lost_h = plan["all_closed"]["weighted_h"] - plan["none_closed"]["weighted_h"]
    assert plan["steps"][0]["extra_weighted_h"] == pytest.approx(lost_h)
    assert sorted(path.name for path in out.iterdir()) == ["restoration.parquet", "restoration.png"]
    table = gpd.read_parquet(out / "restoration.parquet")
    assert table["name"].tolist() == ["zone", "nasib"]
    assert table["best_step"].tolist() == [1, 2]
    assert table.geometry.geom_type.tolist() == ["MultiLineString"] * 2
    printed = wayaround("rank", scenario, "--restore").stdout
    for said in ("none yet", "zone", "nasib", "of all 2 orders none does better"):
        assert said in " ".join(printed.split())


def test_rank_loses_two_at_once_within_a_region(scenario: Path, tmp_path: Path) -> None:
    region = tmp_path / "region.geojson"
    ring = [[36.0, 32.0], [40.0, 32.0], [40.0, 34.0], [36.0, 34.0], [36.0, 32.0]]
    region.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    out = tmp_path / "pairs"
    options = ("--within", region, "--pairs", "3", "--top", "2")
    done = wayaround("rank", scenario, *options, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["among"], len(summary["ranking"]), len(summary["lost_together"])) == (3, 3, 2)
    row = summary["lost_together"][0]
    assert row["excess_weighted_h"] == pytest.approx(row["extra_weighted_h"] - row["alone_extra_weighted_h"])
    assert [row["one"] in {each["name"] for each in summary["ranking"]}] == [True]
    written = ["pairs.parquet", "pairs.png", "ranking.parquet", "ranking.png"]
    assert sorted(path.name for path in out.iterdir()) == written
    assert len(gpd.read_parquet(out / "pairs.parquet")) == 3
    everywhere = json.loads(wayaround("rank", scenario, "--json").stdout)
    boxed = json.loads(wayaround("rank", scenario, "--within", "box:36,32,40,34", "--json").stdout)
    assert 0 < boxed["rows"] == summary["rows"] < everywhere["rows"]
    printed = " ".join(wayaround("rank", scenario, *options).stdout.split())
    assert "every two of the 3 that cost most alone" in printed


def test_route_with_a_stop_and_closures() -> None:
    done = wayaround(
        *("route", "world-highways", "33.513,36.292", "33.315,44.366", "--via", "Amman, JO", "--json"),
        *("--close", "circle:33.5085,38.62,55", "--close", "crossing:Nasib"),
    )
    summary = json.loads(done.stdout)
    assert [journey["destination"] for journey in summary["journeys"]] == ["Amman, JO", "33.315,44.366"]
    assert summary["journeys"][0]["crossings_after"] == ["Daraa-Ramtha"]
    assert summary["total"]["after_km"] == pytest.approx(sum(leg["after_km"] for leg in summary["journeys"]))
    for text in ("circle:1,2", "zone:3", "point:91,0", "links:a", "crossing:"):
        bad = wayaround("route", "world-highways", "33.513,36.292", "33.315,44.366", "--close", text)
        assert bad.returncode == 2
        assert bad.stderr.count("\n") == 1
