"""`sweep` as a person and a program call it."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_run import SCENARIO, ZONE
from typer.testing import CliRunner

import wayaround as wa
from wayaround.cli import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "al-tanf.toml"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "shut.toml"
    path.write_text(SCENARIO.format(more=ZONE), encoding="utf-8")
    return path


def sweep(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["sweep", *map(str, arguments)], env={"COLUMNS": "80"})


def test_the_zone_of_al_tanf_by_its_radius() -> None:
    done = sweep(EXAMPLE, "--vary", "closures.tanf-zone.radius_km=5:100:5", "--json")
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["axes"][0] | {"values": []} == {
        "key": "closures.tanf-zone.radius_km",
        "kind": "number",
        "unit": "km",
        "values": [],
        "never_returns": True,
        "tolerance": 0.1,
    }
    assert [point["values"]["closures.tanf-zone.radius_km"] for point in summary["points"]] == list(range(5, 101, 5))
    assert {sum(point["pairs"].values()) for point in summary["points"]} == {summary["pairs"]}
    (flip,) = summary["flips"]
    assert [(each["from"], each["to"], each["crossings"]) for each in flip["stretches"]] == [
        (5.0, 92.4, ["Nasib-Jaber", "Karameh-Trebil"]),
        (92.5, 100.0, ["al-Bukamal-al-Qaim"]),
    ]
    for point in summary["points"]:
        (journey,) = point["journeys"]
        way = summary["journeys"][0]["ways"][journey["way"]]
        assert (way["km"], way["crossings"]) == (journey["after_km"], journey["crossings_after"])


def test_the_table_is_as_wide_as_the_terminal(scenario: Path) -> None:
    done = sweep(scenario, "--vary", "closures.zone.radius_km=20:100:20")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split("│")[1].strip() for line in lines if line.startswith("│")] == ["20", "40", "60", "80", "100"]
    assert "between 92.4 and 92.5 km" in " ".join(done.stdout.split())


def test_the_folder_holds_table_summary_and_maps(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    axes = ("--vary", "closures.zone.radius_km=20:100:40", "--vary", "date=2018-01-01,2019-01-01")
    done = sweep(scenario, *axes, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == ["summary.json", "sweep.parquet", "sweep.png"]
    summary = json.loads(done.stdout)
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary
    table = pd.read_parquet(out / "sweep.parquet")
    assert table["after_km"].round(3).tolist() == [
        round(journey["after_km"], 3) for point in summary["points"] for journey in point["journeys"]
    ]
    assert table["closures.zone.radius_km"].tolist() == [20, 20, 60, 60, 100, 100]
    assert (out / "sweep.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "axis",
    [
        "closures.zone.radius=5:100:5",
        "closures.zon.radius_km=5:100:5",
        "closures.zone.radius_km=100:5:5",
        "closures.zone.radius_km=5:3000:100",
        "closures.zone.radius_km=1:20000:1",
        "closures=zone|none|x",
        "closures.zone.centre=33.5,38.6|0,-30",
        "",
    ],
)
def test_what_cannot_be_varied_is_one_sentence_and_writes_nothing(scenario: Path, tmp_path: Path, axis: str) -> None:
    with pytest.raises(wa.WayaroundError) as caught:
        app(["sweep", str(scenario), "--vary", axis, "--out", str(tmp_path / "out")], standalone_mode=False)
    assert "\n" not in caught.value.message
    assert not (tmp_path / "out").exists()


def test_a_sentence_with_a_range_is_printed_as_it_is(
    scenario: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wayaround.cli import main

    monkeypatch.setattr("sys.argv", ["wayaround", "sweep", str(scenario), "--vary", "closures.zone.radius=5:100:5"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        'wayaround: vary "closures.zone.radius=5:100:5": closure "zone" has no "radius" to vary; the nearest is '
        '"radius_km".\n'
    )
