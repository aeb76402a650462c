"""The page on many networks is executed, and names all columns."""

import doctest
from dataclasses import fields
from pathlib import Path

from wayaround.survey.look import Row

PAGE = Path(__file__).parents[2] / "docs" / "survey.md"


def test_the_example_gives_what_it_says() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried) == (0, 5)


def test_every_column_is_explained() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in row.split("|")[1].replace("`", "").replace(",", "").split()}
    assert named == {entry.name for entry in fields(Row)}
