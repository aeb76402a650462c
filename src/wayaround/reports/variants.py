"""Vehicles and parties side by side, as a table of a report."""

from wayaround.compare.result import Comparison
from wayaround.demand.countries import country_name
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER
from wayaround.reports.cells import NO_VALUE, Cell, Column, measure_cell, number_cell, word_cell
from wayaround.reports.headline import duration
from wayaround.reports.tables import STATUS_WORDS

VARIANT_COLUMNS = (
    Column("Vehicle, party"),
    Column("Journey"),
    Column("Before, km", number=True),
    Column("After, km", number=True),
    Column("After", number=True),
    Column("Result"),
    Column("Crossings after", wide=True),
)


def list_burdens_of_variants(variants: Comparison | None) -> tuple[tuple[Column, ...], list[list[Cell]]]:
    """Columns and rows of who bears it: a row for each country of origin, two columns for each case."""
    if variants is None:
        return (), []
    columns = [Column("From")]
    for case in variants.cases:
        columns += [Column(f"{case.name}: extra hours", number=True), Column(f"{case.name}: cut off", number=True)]
    borne = [case.burden() for case in variants.cases]
    countries = sorted({country for each in borne for country, values in each.items() if any(values)})
    rows = [
        [
            word_cell(f"{country_name(code)} ({code})"),
            *(measure_cell(value) for each in borne for value in each.get(code, (None, None))),
        ]
        for code in countries
    ]
    return tuple(columns), rows


def list_variants(variants: Comparison | None) -> list[list[Cell]]:
    """A row for each journey of each case, and one for all its counted pairs."""
    if variants is None:
        return []
    rows = []
    for case in variants.cases:
        for ends in variants.journeys:
            before_km, after_km, _, after_h = case.fare(ends)
            rows.append(
                [
                    word_cell(case.name),
                    word_cell(" to ".join(ends)),
                    number_cell(before_km, f"{before_km:,.1f}"),
                    number_cell(after_km, f"{after_km:,.1f}"),
                    number_cell(after_h, duration(after_h)),
                    word_cell(STATUS_WORDS[case.status(ends)].lower()),
                    word_cell(", ".join(case.crossings_of(ends)[1])),
                ]
            )
        counts = case.measured.counts
        said = f"{counts[LONGER]:,} longer, {counts[CUT_OFF]:,} cut off, {counts[INSIDE_ZONE]:,} inside"
        total_h = case.measured.extra_weighted_h
        rows.append(
            [
                word_cell(case.name),
                word_cell(f"all {int(counts.sum()):,} counted pairs"),
                Cell(NO_VALUE),
                Cell(NO_VALUE),
                number_cell(total_h, f"+{total_h:,.1f} weighted h"),
                word_cell(said),
                Cell(NO_VALUE),
            ]
        )
    return rows
