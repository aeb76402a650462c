"""The pages on timelines, comparisons and feeds are executed."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("page", "examples"), [("timeline", 6), ("compare", 5), ("feeds", 5)])
def test_the_example_gives_what_it_says(monkeypatch: pytest.MonkeyPatch, page: str, examples: int) -> None:
    monkeypatch.chdir(ROOT)
    path = str(ROOT / "docs" / f"{page}.md")
    failed, tried = doctest.testfile(path, module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried) == (0, examples)
