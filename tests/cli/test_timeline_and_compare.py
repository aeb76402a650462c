"""`timeline`, `compare` and `run` with variants as a person and a program call them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_run import SCENARIO, ZONE
from typer.testing import CliRunner

import wayaround as wa
from wayaround.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples"
YEAR = EXAMPLES / "one-year.toml"


def call(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80"})


def test_the_year_as_json_and_as_files(tmp_path: Path) -> None:
    done = call("timeline", YEAR, "--json", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert (summary["from"], summary["until"], len(summary["spans"])) == ("2030-02-09", "2030-11-16", 12)
    assert {sum(span["pairs"].values()) for span in summary["spans"]} == {summary["pairs"]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["summary.json", "timeline.parquet", "timeline.png"]
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")) == summary
    table = pd.read_parquet(tmp_path / "timeline.parquet")
    assert table["days"].sum() == 3 * sum(span["days"] for span in summary["spans"])
    assert (tmp_path / "timeline.png").read_bytes().startswith(b"\x89PNG")


def test_the_year_as_a_table() -> None:
    done = call("timeline", YEAR, "--from", "2030-05-01", "--until", "2030-06-10")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    rows = [[cell.strip() for cell in line.split("│")[1:4]] for line in lines if line.startswith("│ 2030")]
    assert rows == [["2030-05-01", "5", "1"], ["2030-05-06", "26", "2"], ["2030-06-01", "10", "3"]]
    assert "2030-05-06: tanf begins" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("timeline", YEAR, "--from", "2030-05-01", "--until", "2030-04-01"), "would end on 2030-04-01"),
        (("timeline", YEAR, "--from", "May"), '--from "May" is no day'),
        (("timeline", EXAMPLES / "nothing.toml"), "cannot read the scenario"),
        (("compare", YEAR), "2 to 12 scenarios, not 1"),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str | Path, ...], problem: str, tmp_path: Path) -> None:
    with pytest.raises(wa.WayaroundError, match=problem) as caught:
        app([*map(str, arguments), "--out", str(tmp_path / "out")], standalone_mode=False)
    assert "\n" not in caught.value.message
    assert not (tmp_path / "out").exists()


def test_two_examples_side_by_side(tmp_path: Path) -> None:
    pair = EXAMPLES / "al-tanf.toml", EXAMPLES / "al-tanf-jordan-shut.toml"
    done = call("compare", *pair, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80
    assert {"+36", "+636.4"} <= set(done.stdout.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compare.parquet", "compare.png", "summary.json"]
    summary = json.loads(call("compare", *pair, "--json").stdout)
    assert [case["name"] for case in summary["cases"]] == ["al-tanf", "al-tanf-jordan-shut"]
    assert summary["totals_compared"]


def test_a_run_for_several_parties(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    more = f'{ZONE}\nexcept_for = ["humanitarian"]\n\n[[variants]]\nparty = "humanitarian"\n'
    path.write_text(SCENARIO.format(more=more), encoding="utf-8")
    done = call("run", path, "--json", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    own, other = summary["variants"]
    assert (own["party"], other["party"]) == (None, "humanitarian")
    assert own["pairs"]["longer"] == summary["pairs"]["longer"] == 1
    assert other["against_first"]["pairs"]["longer"] == -1
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "truck, humanitarian" in report
