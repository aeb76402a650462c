"""The pages on access and on uncertainty are executed."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("page", "examples"), [("access", 11), ("uncertainty", 12)])
def test_the_example_gives_what_it_says(page: str, examples: int) -> None:
    path = str(ROOT / "docs" / f"{page}.md")
    failed, tried = doctest.testfile(path, module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried) == (0, examples)
