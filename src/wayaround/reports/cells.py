"""Columns and cells of the sortable tables of a report."""

from dataclasses import dataclass

import numpy as np

from wayaround.reports.headline import printable

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a sortable column, and whether it is words, numbers, or words that need room."""

    heading: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and by what it is sorted: None comes last whichever way."""

    text: str
    value: float | str | None = None


def word_cell(text: str) -> Cell:
    """Words, sorted without regard to capitals."""
    shown = printable(text)
    return Cell(shown or NO_VALUE, shown.casefold() or None)


def number_cell(value: float, shown: str) -> Cell:
    """A number as it is shown; NaN is no value."""
    return Cell(NO_VALUE) if np.isnan(value) else Cell(shown, round(float(value), 6))


def measure_cell(value: float | None) -> Cell:
    """A measure in tenths."""
    return Cell(NO_VALUE) if value is None else Cell(f"{value:,.1f}" if value else "0", round(value, 6))
