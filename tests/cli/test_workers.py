"""Runs over workers, as the command line tells of them."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from wayaround import cli
from wayaround.impact import lost_groups
from wayaround.routing.losses import Losses, LossTables

RANK = ["rank", "--network", "world-highways", "--cities", "12", "--unit", "crossing"]


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Exit code of the command, called in this process."""
    monkeypatch.setattr(sys, "argv", ["wayaround", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_a_run_without_some_items_shows_the_rest_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*RANK, "--json"], monkeypatch) == 0
    whole = json.loads(capsys.readouterr().out)["ranking"]
    bad, lose = whole[0]["links"][0], lost_groups.lose_groups

    def fail(tables: LossTables, first: np.ndarray, link: np.ndarray) -> Losses:
        if bad in link:
            raise MemoryError("no room")
        return lose(tables, first, link)

    with monkeypatch.context() as patch:
        patch.setattr(lost_groups, "lose_groups", fail)
        assert run([*RANK, "--json", "--out", str(tmp_path)], monkeypatch) == 1
    said = capsys.readouterr()
    ranked = [each["name"] for each in json.loads(said.out)["ranking"]]
    assert ranked[: len(whole) - 1] == [each["name"] for each in whole[1:]]  # of 20 that are shown
    assert said.err.startswith("wayaround: 1 of the items failed 3 times and were set aside")
    assert said.err.rstrip().endswith(f"Not ranked: {whole[0]['name']}.")
    assert (tmp_path / "run" / "manifest.json").is_file()
    assert run([*RANK, "--json", "--out", str(tmp_path)], monkeypatch) == 0  # tries it again
    assert json.loads(capsys.readouterr().out)["ranking"] == whole
    assert not (tmp_path / "run").exists()


def test_what_is_quick_needs_no_cluster(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", "examples/al-tanf.toml", "--reopen", "--cluster", "local"], monkeypatch) == 2
    assert "--reopen does not go with --cluster" in capsys.readouterr().err
