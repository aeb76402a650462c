"""Countries and first-level divisions by the names and codes that people write."""

import csv
import difflib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from wayaround.demand.place_names import name_key
from wayaround.errors import PlaceNotFound

DATA_FOLDER = Path(__file__).resolve().parents[1] / "data"


def find_country(text: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country; None if the text names none.

    Parameters
    ----------
    text : str
        Alpha-2 or alpha-3 code or English name, in any case.

    Examples
    --------
    >>> find_country("SY"), find_country("syr"), find_country("Syria"), find_country("Côte d’Ivoire")
    ('SY', 'SY', 'SY', 'CI')
    >>> find_country("Atlantis") is None
    True
    """
    return _codes_by_key().get(name_key(text))


def require_country(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country.

    Raises
    ------
    PlaceNotFound
        If the text names no country, with the nearest names.

    Examples
    --------
    >>> require_country("Irak")
    Traceback (most recent call last):
    wayaround.errors.PlaceNotFound: no country is called "Irak"; near it are Iraq (IQ), Iran (IR)...
    """
    code = find_country(text)
    if code is not None:
        return code
    near = difflib.get_close_matches(name_key(text), _codes_by_key(), n=8, cutoff=0.5)
    codes = list(dict.fromkeys(_codes_by_key()[key] for key in near))[:3]
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[:60])
    advice = (
        "near it are " + ", ".join(f"{country_name(code)} ({code})" for code in codes)
        if codes
        else "write its ISO 3166-1 code or its English name"
    )
    raise PlaceNotFound(f'no country is called "{shown}"; {advice}', ids=[text])


def country_name(code: str) -> str:
    """English name of the country with an alpha-2 code.

    Examples
    --------
    >>> country_name("SY")
    'Syria'
    """
    return _names_by_code()[code]


def find_region(text: str, *, country: str) -> str | None:
    """GeoNames' code of a country's first-level division; None if the text names none.

    Names are known for the states of the USA only. Elsewhere any text that could be a code is taken for one.

    Examples
    --------
    >>> find_region("Illinois", country="US"), find_region("il", country="US")
    ('IL', 'IL')
    >>> find_region("13", country="SY")
    '13'
    >>> find_region("Rif Dimashq", country="SY") is None
    True
    """
    named = _regions_by_key().get((country, name_key(text)))
    if named is not None:
        return named
    return text.upper() if text.isascii() and text.isalnum() and len(text) <= 8 else None


def find_region_anywhere(text: str) -> tuple[str, str] | None:
    """Country and code of a first-level division that is named without its country.

    Examples
    --------
    >>> find_region_anywhere("Oregon")
    ('US', 'OR')
    """
    key = name_key(text)
    return next(((country, code) for (country, name), code in _regions_by_key().items() if name == key), None)


def _read_rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA_FOLDER / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@cache
def _names_by_code() -> dict[str, str]:
    return {row["iso2"]: row["name"] for row in _read_rows("countries.csv")}


@cache
def _codes_by_key() -> dict[str, str]:
    codes: dict[str, str] = {}
    for row in _read_rows("countries.csv"):
        others = row["other_names"].split("; ") if row["other_names"] else []
        for name in (row["iso2"], row["iso3"], row["name"], *others):
            codes[name_key(name)] = row["iso2"]
    return codes


@cache
def _regions_by_key() -> dict[tuple[str, str], str]:
    rows = list(_read_rows("regions.csv"))
    return {(row["country"], name_key(name)): row["admin1"] for row in rows for name in (row["admin1"], row["name"])}
