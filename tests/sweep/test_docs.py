"""The page on sweeps is executed, and names all that can be varied."""

import doctest
from pathlib import Path

import pytest

from wayaround.scenario_entries import ClosureEntry
from wayaround.sweep.axes import list_closure_keys

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sweep.md"


def test_the_example_gives_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried) == (0, 5)


def test_every_key_of_a_closure_is_explained() -> None:
    entries = [
        {"circle": {"lat": 0.0, "lon": 0.0, "radius_km": 1.0}},
        {"point": {"lat": 0.0, "lon": 0.0}},
        {"crossing": "Nasib-Jaber"},
    ]
    keys = {key for entry in entries for key in list_closure_keys(ClosureEntry.model_validate(entry))}
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `closures.ID.")]
    assert {
        key.removeprefix("closures.ID.")
        for row in rows
        for key in row.split("|")[1].replace("`", "").replace(",", "").split()
    } == keys
