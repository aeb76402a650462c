"""The page on closures by chance is executed, and its formulas are those of the code."""

import doctest
import math
import re
from pathlib import Path

import pytest

from wayaround.hazard.estimate import estimate_mean

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hazard.md"


def test_the_example_gives_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried) == (0, 7)


def test_the_interval_of_a_mean_is_the_one_that_is_written() -> None:
    n, a, values = 1000, 0.05, [0, 10] * 500
    r = (-2 * math.log(a) + math.log(1 - 2 * math.log(a))) / 1000
    s = math.sqrt(sum((each - 5) ** 2 for each in values) / (n - 1))
    half = s * math.sqrt(2 * (n * r + 1) / (n**2 * r) * math.log(math.sqrt(n * r + 1) / a))
    found = estimate_mean(n, sum(values), sum(each**2 for each in values), confidence=1 - a)
    assert found.half_width == pytest.approx(half)
    usual = 1.96 * s / math.sqrt(n)
    assert 1.4 < half / usual < 1.6  # "about one and a half times as wide"


def test_every_option_of_the_command_is_one() -> None:
    from typer.testing import CliRunner

    from wayaround.cli import app

    told = CliRunner().invoke(app, ["hazard", "--help"], env={"COLUMNS": "200"}).output
    for option in set(re.findall(r"`(--[a-z-]+)", PAGE.read_text(encoding="utf-8"))) - {"--pairs"}:
        assert option in told
