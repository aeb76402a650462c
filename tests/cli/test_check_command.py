"""`check`, and the claims of a scenario in `run`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from wayaround.claims.ledger import read_ledger

EXAMPLES = Path(__file__).parents[2] / "examples"
THREAD = """\
A zone on the road to Baghdad

By Ann Writer
8 February 2018

A 55-kilometre zone around al-Tanf closes the highway from Damascus to Baghdad.

Comments

Bea Reader on 9 February 2018 at 10:00
The difference from Damascus to Baghdad via al-Tanf versus al-Qaim is just 155 km.

Carl Other on 9 February 2018 at 11:00
From Damascus to Baghdad via al-Tanf it is 500 km. The ministry said the other side is to blame.
"""


def wayaround(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def thread(tmp_path: Path) -> Path:
    path = tmp_path / "thread.txt"
    path.write_text(THREAD, encoding="utf-8")
    return path


def test_check_prints_one_json_object_with_every_claim(thread: Path) -> None:
    done = wayaround("check", thread, "--scenario", EXAMPLES / "al-tanf.toml", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    summary = json.loads(done.stdout)
    assert set(summary) >= {"source", "outlet", "title", "network", "scenario", "claims", "statements"}
    assert set(summary["network"]) >= {"name", "digest"}
    verdicts = {claim["claimed"]["low"]: claim["verdict"] for claim in summary["claims"]}
    assert verdicts == {55.0: "supported", 155.0: "supported", 500.0: "contradicted"}
    claim = summary["claims"][1]
    start, end = claim["span"]
    assert claim["text"] == THREAD[start:end]
    assert claim["author"] == "Bea Reader"
    assert [each["km"] for each in claim["evidence"]][:2] == [793.082, 964.861]
    assert any("blame" in each["text"] for each in summary["statements"])
    assert all("verdict" not in each for each in summary["statements"])


def test_check_prints_a_table(thread: Path) -> None:
    done = wayaround("check", thread, "--scenario", EXAMPLES / "al-tanf.toml")
    assert done.returncode == 0, done.stderr
    for word in ("Bea", "155 km", "172 km", "supported", "contradicted", "Said without a quantity"):
        assert word in done.stdout


def test_check_without_a_scenario_takes_the_shipped_network(thread: Path) -> None:
    done = wayaround("check", thread, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["scenario"] is None
    assert [claim["verdict"] for claim in summary["claims"]] == ["not checkable", "supported", "contradicted"]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", ()),
        (b"\x00\x01\x02" * 100, ()),
        (THREAD.encode(), ("--network", "no-such-network")),
        (THREAD.encode(), ("--scenario", "no-such-file.toml")),
        (THREAD.encode(), ("--profile", "sledge")),
        (THREAD.encode(), ("--date", "today")),
        (THREAD.encode(), ("--claimreview", "no-such-folder/claims.jsonld")),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes, options: tuple[str, ...]) -> None:
    path = tmp_path / "thread.txt"
    path.write_bytes(content)
    done = wayaround("check", path, *options)
    assert done.returncode == 2
    assert done.stderr.startswith("wayaround: ")
    assert "Traceback" not in done.stderr


def test_hostile_markup_in_a_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "thread.txt"
    path.write_text("[red]From Damascus to Amman it is 190 km[/nothing] by road.\x1b[2J\n", encoding="utf-8")
    done = wayaround("check", path)
    assert done.returncode == 0, done.stderr
    assert "[red]From" in done.stdout
    assert "km[/nothing]" in done.stdout
    assert "\x1b[2J" not in done.stdout


def test_claims_of_a_scenario_are_part_of_its_run(tmp_path: Path) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(
        (EXAMPLES / "al-tanf.toml")
        .read_text(encoding="utf-8")
        .replace("min_population = 50000", "min_population = 900000")
        + '\n[[claims]]\ntext = "The difference from Damascus to Baghdad via al-Tanf versus al-Qaim is just 155 km"\n',
        encoding="utf-8",
    )
    done = wayaround("run", path, "--json")
    assert done.returncode == 0, done.stderr
    [claim] = json.loads(done.stdout)["claims"]
    assert set(claim) >= {"text", "verdict", "claimed", "computed", "tolerance", "evidence"}
    assert round(claim["computed"]) == 172
    assert claim["tolerance"]["rounding"] == 0.5
    shown = wayaround("run", path)
    assert "Claims of the scenario" in shown.stdout


def test_check_writes_report_markup_and_ledger(thread: Path, tmp_path: Path) -> None:
    out, markup, ledger = tmp_path / "out", tmp_path / "claims.jsonld", tmp_path / "ledger.sqlite"
    options = ["--out", out, "--claimreview", markup, "--ledger", ledger]
    done = wayaround("check", thread, "--scenario", EXAMPLES / "al-tanf.toml", *options)
    assert done.returncode == 0, done.stderr
    ratings = [review["reviewRating"]["alternateName"] for review in json.loads(markup.read_text())]
    assert ratings == ["Supported", "Supported", "Contradicted"]
    assert 'id="claim-3"' in (out / "report.html").read_text(encoding="utf-8")
    assert [line.verdict for line in read_ledger(str(ledger)) if line.quantity] == [
        "supported",
        "supported",
        "contradicted",
    ]


def test_a_ledger_that_cannot_be_written_is_told_in_a_sentence(thread: Path, tmp_path: Path) -> None:
    done = wayaround("check", thread, "--ledger", tmp_path / "no" / "ledger.sqlite")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
