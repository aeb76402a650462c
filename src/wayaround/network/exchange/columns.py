"""What is known of links as columns that anybody can read, texts instead of numbers and bits, and back."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wayaround.errors import RoadsInvalid
from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkAttributes, LinkFlag, Mode, pack_strings

EVERYBODY = "car,hgv"
"""Text of `access_forward` and `access_backward` where cars and lorries may drive."""

NEEDED = frozenset({"tail", "head", "length_m"})
"""Columns by which a table of links that wayaround wrote is known; all are ids of nodes or metres."""

_NUMBERS: Mapping[str, tuple[npt.DTypeLike, float]] = {
    "osm_way": (np.int64, 0),
    "lanes": (np.int8, 0),
    "maxspeed_forward_kmh": (np.float32, np.nan),
    "maxspeed_backward_kmh": (np.float32, np.nan),
    "duration_s": (np.float32, np.nan),
    "maxweight_t": (np.float32, np.nan),
    "maxheight_m": (np.float32, np.nan),
}
_TEXTS = ("name", "ref", "conditional")


def attribute_columns(attributes: LinkAttributes) -> dict[str, npt.NDArray[Any]]:
    """Columns of all that is known of links, by the names of `LinkAttributes`.

    Classes and surfaces are words; access and flags are lists of words with commas between.

    Parameters
    ----------
    attributes : LinkAttributes
        What is known.

    Returns
    -------
    dict of str to (links,) ndarray
        Numbers as they are; texts as objects.
    """
    strings = np.array([attributes.text(row) for row in range(len(attributes.string_first) - 1)], dtype=object)
    return {
        "osm_way": np.asarray(attributes.osm_way),
        "road_class": np.array(ROAD_CLASSES, dtype=object)[attributes.road_class],
        "surface": np.array(SURFACES, dtype=object)[attributes.surface],
        "lanes": np.asarray(attributes.lanes),
        "maxspeed_forward_kmh": np.asarray(attributes.maxspeed_forward_kmh),
        "maxspeed_backward_kmh": np.asarray(attributes.maxspeed_backward_kmh),
        "access_forward": _words(attributes.access_forward, Mode),
        "access_backward": _words(attributes.access_backward, Mode),
        "flags": _words(attributes.flags, LinkFlag),
        "duration_s": np.asarray(attributes.duration_s),
        "maxweight_t": np.asarray(attributes.maxweight_t),
        "maxheight_m": np.asarray(attributes.maxheight_m),
        **{name: strings[getattr(attributes, name)] for name in _TEXTS},
    }


def read_attribute_columns(table: pd.DataFrame) -> LinkAttributes:
    """Columns as `attribute_columns` gives them, back as attributes; one that is not there says nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a link. Without `road_class` a road is unclassified; without access everybody may drive there.

    Returns
    -------
    LinkAttributes

    Raises
    ------
    RoadsInvalid
        A word that is no class, surface, vehicle or flag, or a number that is none.
    """
    strings: dict[str, int] = {"": 0}
    columns: dict[str, Any] = {
        name: _numbers(table, name, kind, otherwise) for name, (kind, otherwise) in _NUMBERS.items()
    }
    columns["road_class"] = _look_up(table, "road_class", "unclassified", _row_of(ROAD_CLASSES), np.int8)
    columns["surface"] = _look_up(table, "surface", "", _row_of(SURFACES), np.int8)
    for way in ("access_forward", "access_backward"):
        columns[way] = _look_up(table, way, EVERYBODY, _bits_of(Mode), np.uint8)
    columns["flags"] = _look_up(table, "flags", "", _bits_of(LinkFlag), np.uint32)
    for name in _TEXTS:
        columns[name] = _look_up(table, name, "", lambda text: strings.setdefault(text, len(strings)), np.int32)
    utf8, first = pack_strings(list(strings))
    return LinkAttributes(**columns, string_utf8=utf8, string_first=first)


def texts_of(column: pd.Series) -> npt.NDArray[np.object_]:
    """Values as texts without blanks around them; missing ones are empty, whole numbers have no point.

    Examples
    --------
    >>> texts_of(pd.Series(["a ", None, 50.0, True])).tolist()
    ['a', '', '50', 'True']
    """
    return np.array([_text(value) for value in column.tolist()], dtype=object)


def numbers_of(column: pd.Series, *, what: str) -> npt.NDArray[np.float64]:
    """Values as numbers, NaN where there is none.

    Raises
    ------
    RoadsInvalid
        Naming the first value that is no number.
    """
    found = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.flatnonzero(np.isnan(found) & ~column.isna().to_numpy())
    strange = [row for row in missing.tolist() if _text(column.iloc[row])]
    if strange:
        raise RoadsInvalid(
            f'{what} holds "{column.iloc[strange[0]]}" in row {strange[0]}, which is no number.', ids=[str(strange[0])]
        )
    return found


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _words(bits: npt.NDArray[Any], kind: type[Mode] | type[LinkFlag]) -> npt.NDArray[np.object_]:
    found, row = np.unique(bits, return_inverse=True)
    words = [",".join(str(each.name).lower() for each in kind if each & int(value)) for value in found.tolist()]
    return np.array(words, dtype=object)[row]


def _row_of(names: tuple[str, ...]) -> Callable[[str], int]:
    return lambda text: names.index(text.lower())


def _bits_of(kind: type[Mode] | type[LinkFlag]) -> Callable[[str], int]:
    def read(text: str) -> int:
        return sum({int(kind[word.strip().upper()]) for word in text.split(",") if word.strip()})

    return read


def _numbers(table: pd.DataFrame, name: str, kind: npt.DTypeLike, otherwise: float) -> npt.NDArray[Any]:
    if name not in table.columns:
        return np.full(len(table), otherwise, dtype=kind)
    if np.dtype(kind) == table[name].dtype:  # ids of ways are larger than what a float holds exactly
        return table[name].to_numpy()
    found = numbers_of(table[name], what=f'the column "{name}"')
    return np.where(np.isnan(found), otherwise, found).astype(kind)


def _look_up(
    table: pd.DataFrame, name: str, otherwise: str, read: Callable[[str], int], kind: npt.DTypeLike
) -> npt.NDArray[Any]:
    if name not in table.columns:
        return np.full(len(table), read(otherwise), dtype=kind)
    row, found = pd.factorize(texts_of(table[name]))
    values = np.empty(len(found), dtype=kind)
    for number, text in enumerate(found.tolist()):
        try:
            values[number] = read(text)
        except (KeyError, ValueError) as error:
            raise RoadsInvalid(f'the column "{name}" holds "{text}", which is no value that it can have.') from error
    return values[row]
