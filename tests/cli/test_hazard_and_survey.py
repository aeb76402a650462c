"""`hazard` and `survey` as a person and a program call them, and `rank --pairs` where it asks too much."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import wayaround as wa
from wayaround.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples"
FLOOD = EXAMPLES / "river-flood.geojson"
SCENARIO = EXAMPLES / "river-flood.toml"
FEW = ("--samples", "60", "--unit", "section")


def call(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "80"})


def test_a_flood_as_json_and_as_files(tmp_path: Path) -> None:
    done = call(
        "hazard", SCENARIO, "--footprint", FLOOD, *FEW, "--seed", "3", "--json", "--top", "2", "--out", tmp_path
    )
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert (summary["samples"], summary["most_samples"], summary["settled"], summary["seed"]) == (60, 60, False, 3)
    assert [each["event"] for each in summary["hazard"]["events"]] == ["flood of the Po", "earthquake"]
    extra = summary["extra_weighted_h"]
    assert extra["low"] < extra["mean"] < extra["high"]
    assert len(summary["places"]) == 2
    assert summary["places"][0]["low"] <= summary["places"][0]["chance"] <= summary["places"][0]["high"]
    samples = pd.read_parquet(tmp_path / "samples.parquet")
    assert len(samples) == 60
    assert samples.extra_weighted_h.mean() == pytest.approx(extra["mean"])
    places = pd.read_parquet(tmp_path / "places.parquet")
    assert places.place.tolist()[:2] == [each["place"] for each in summary["places"]]
    kept = json.loads((tmp_path / "summary.json").read_text())
    assert len(kept["places"]) == len(places)
    assert kept | {"places": []} == summary | {"places": []}
    assert (tmp_path / "hazard.png").read_bytes().startswith(b"\x89PNG")
    assert {path.name for path in tmp_path.iterdir()} == {
        *("hazard.png", "places.parquet", "samples.parquet", "summary.json")
    }


def test_a_table_as_wide_as_the_terminal() -> None:
    done = call("hazard", SCENARIO, "--chance", "0", *FEW, "--country", "IT")
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    said = " ".join(done.stdout.split())
    assert "none seen" in said
    assert "nothing was lost in any" in said


def test_crossings_at_a_time_of_a_network(tmp_path: Path) -> None:
    done = call(
        *("hazard", "--network", "world-highways", "--cities", "40", "--at-a-time", "20"),
        *("--unit", "crossing", "--samples", "30", "--out", tmp_path, "--json"),
    )
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["hazard"]["at_a_time"] == 20
    assert summary["roads_lost_mean"] == 20


BAD: list[tuple[tuple[str, ...], str]] = [
    ((), "give one of --footprint, --chance and --at-a-time"),
    (("--chance", "0.1", "--at-a-time", "3"), "give one of"),
    (("--chance", "1.1"), "it must be from 0 to 1"),
    (("--at-a-time", "0"), "ask for 1 to"),
    (("--chance", "0.1", "--samples", "1"), "samples cannot be"),
    (("--chance", "0.1", "--seed", "-4"), "whole number, 0 or more"),
    (("--chance", "0.1", "--half-width", "2"), "half-width"),
    (("--chance", "0.1", "--confidence", "95"), "confidence"),
    (("--footprint", "none.geojson"), "cannot read"),
    (("--chance", "0.1", "--country", "ZQ"), 'no road in "ZQ"'),
    (("--chance", "0.1", "--within", "circle:0,-30,5"), "meets no road"),
]


@pytest.mark.parametrize(("options", "said"), BAD)
def test_what_cannot_be_is_one_sentence(options: tuple[str, ...], said: str) -> None:
    done = call("hazard", SCENARIO, *options)
    assert isinstance(done.exception, wa.WayaroundError), done.output
    assert said in done.exception.message
    assert "\n" not in done.exception.message


def test_a_seed_that_is_no_whole_number() -> None:
    done = call("hazard", SCENARIO, "--chance", "0.1", "--seed", "seven")
    assert done.exit_code == 2
    assert "Invalid value for '--seed'" in done.output


def test_a_footprint_that_meets_no_road(tmp_path: Path) -> None:
    ring = [[-30, 0], [-29, 0], [-29, 1], [-30, 0]]
    feature = {"type": "Feature", "properties": {"probability": 1}}
    path = tmp_path / "sea.geojson"
    path.write_text(json.dumps(feature | {"geometry": {"type": "Polygon", "coordinates": [ring]}}))
    done = call("hazard", SCENARIO, "--footprint", path)
    assert isinstance(done.exception, wa.WayaroundError)
    assert "the footprint meets no road" in done.exception.message
    assert "km from its edge" in done.exception.message


@pytest.mark.parametrize(
    ("pairs", "said"), [("1", "make no pair"), ("1500", "1,124,250 pairs, some 0.1 hours of work")]
)
def test_pairs_that_are_none_or_too_many(pairs: str, said: str) -> None:
    done = call("rank", SCENARIO, "--pairs", pairs)
    assert isinstance(done.exception, wa.WayaroundError)
    assert said in done.exception.message


def test_the_worst_pairs_on_a_map(tmp_path: Path) -> None:
    done = call("rank", SCENARIO, "--pairs", "4", "--country", "IT", "--out", tmp_path, "--unit", "crossing")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "pairs.png").read_bytes().startswith(b"\x89PNG")
    assert "pairs.png" in done.stdout


def test_a_survey_as_json_and_as_files(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    there = 'network = "world-highways"\ncountries = ["LB"]'
    path.write_text(f'cities = 4\n[[networks]]\n{there}\n[[networks]]\nnetwork = "x"\n')
    done = call("survey", path, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert (summary["networks"], summary["ranked"], summary["failed"], summary["kept"]) == (2, 1, 1, 0)
    table = pd.read_parquet(tmp_path / "out" / "survey.parquet")
    assert table.to_dict("records") == summary["rows"]
    again = call("survey", path, "--out", tmp_path / "out")
    assert max(map(len, again.stdout.split("Table:")[0].splitlines())) <= 80
    said = " ".join(again.stdout.split())
    assert "x failed: no network" in said
    assert "1 were finished before and not looked at again" in said


def test_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text("")
    done = call("survey", tmp_path / "list.toml")
    assert isinstance(done.exception, wa.WayaroundError)
    assert "lists no network" in done.exception.message
