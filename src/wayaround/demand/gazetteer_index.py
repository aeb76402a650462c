"""Build the arrays that answer look-ups in the gazetteer without reading it again.

An *entry* is one name of a place: its main name, another one, or an Arabic one without its article. The keys
of the names are hashed to 64 bits; the sorted hashes lead to the entries. With some 740,000 entries the
chance that a name which is not there meets the hash of another is below one in 10^13.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wayaround.demand.place_names import name_keys
from wayaround.units import BoolArray, Int64Array

INDEX_VERSION = 1
"""To be raised with every change of what the arrays mean, of the keys of names or of `dominates`."""

CITY_POPULATION = 100_000
CITY_RATIO = 10

ARABIC_ARTICLE = re.compile(r"(?:[ae]l|ad|adh|an|ar|as|ash|at|ath|az) (?=...)")
_ARTICLE_COUNTRIES = "AE BH DJ DZ EG EH IL IQ IR JO KM KW LB LY MA MR OM PS QA SA SD SO SS SY TD TN TR YE"
ARTICLE_COUNTRIES = frozenset(_ARTICLE_COUNTRIES.split())
"""Where the beginning of a key that looks like an Arabic article is one, and people leave it out."""

LABEL_COUNTRY, LABEL_REGION, LABEL_ID = 0, 1, 2
"""How much a place's own name must be followed by to mean no other place."""

_PLACES_AT_ONCE = 20_000

UInt64Array = npt.NDArray[np.uint64]
_Entries = tuple[npt.NDArray[np.int32], BoolArray, UInt64Array]  # row of the place, whether main, hash


def dominates(population: npt.ArrayLike, other: npt.ArrayLike) -> BoolArray:
    """Whether a place is so much larger than a namesake in its country that its name alone means it.

    It has 100,000 people, and ten times those of the other. Among towns nothing follows from size.

    Examples
    --------
    >>> dominates([2_384_371, 20_000, 150_000], [2_907, 0, 116_000])
    array([ True, False, False])
    """
    large = np.asarray(population, dtype=np.int64)
    return (large >= CITY_POPULATION) & (large >= CITY_RATIO * np.asarray(other, dtype=np.int64))


def intrudes(population: npt.ArrayLike, main: npt.ArrayLike) -> BoolArray:
    """Whether a place that only its other names call so must be thought of beside those so named.

    It dominates them, and the largest of them is no city: "Roma" may be Rome, but New Delhi is not Delhi.

    Parameters
    ----------
    population, main : array_like of int
        People of the place, and of the largest one with that main name.

    Examples
    --------
    >>> intrudes([2_318_895, 11_034_555], [14_259, 317_797])
    array([ True, False])
    """
    return dominates(population, main) & (np.asarray(main) < CITY_POPULATION)


def key_hash(key: str) -> int:
    """Hash of a name's key, the same on every machine.

    Examples
    --------
    >>> key_hash("damascus")
    16531546897808723338
    """
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def letter_pairs(keys: npt.NDArray[np.uint8], starts: Int64Array) -> UInt64Array:
    r"""Gather the pairs of neighbouring bytes of each key in a set of 64 bits, to compare spellings quickly.

    Parameters
    ----------
    keys : ndarray of uint8
        Keys in UTF-8, each ended by a newline.
    starts : ndarray of int64
        Where each key starts.

    Returns
    -------
    ndarray of uint64
        One bit for each pair, by its hash; the beginning and the end of a key count as neighbours.

    Examples
    --------
    >>> text = np.frombuffer(b"ab\nabc\n", dtype=np.uint8)
    >>> first, second = letter_pairs(text, np.array([0, 3]))
    >>> (first & second).item().bit_count()
    2
    """
    before = np.empty_like(keys)
    before[:1] = ord("\n")
    before[1:] = keys[:-1]
    bit = (before.astype(np.uint64) * 31 + keys.astype(np.uint64) * 17) % 64
    return np.bitwise_or.reduceat(np.left_shift(np.uint64(1), bit), starts)


def build_index(gazetteer: Path, digest: str, folder: Path) -> None:
    """Write the arrays of `Gazetteer` for a gazetteer, and their sizes, into an empty folder.

    Parameters
    ----------
    gazetteer : pathlib.Path
        `places.parquet`, as `scripts/derive_places.py` writes it.
    digest : str
        Digest of its values.
    folder : pathlib.Path
        An existing, empty folder.
    """
    import pyarrow.parquet as pq  # only here: a look-up in a built index needs nothing of it

    table = pq.read_table(gazetteer)
    names, alternates, countries, divisions = (
        table.column(name).cast("string") for name in ("name", "alternates", "country", "admin1")
    )
    parts = []
    for first in range(0, len(table), _PLACES_AT_ONCE):
        there = slice(first, first + _PLACES_AT_ONCE)
        texts = (column[there].to_pylist() for column in (names, alternates, countries))
        parts.append(_index_names(first, *texts))
    row, main, hashes = (np.concatenate([part[0][column] for part in parts]) for column in range(3))
    by_hash = np.argsort(hashes, kind="stable")
    length = np.concatenate([part[1] for part in parts])

    population = table.column("population").to_numpy()
    country, admin1 = (np.array(column.to_pylist(), dtype="S") for column in (countries, divisions))
    country_number = np.unique(country, return_inverse=True)[1]
    region_number = np.unique(np.char.add(country, admin1), return_inverse=True)[1]
    region_number[admin1 == b""] = -1
    encoded_names, name_starts = _concatenate(name.encode() for name in names.to_pylist())
    arrays = {
        **{name: table.column(name).to_numpy() for name in ("geonameid", "lat_e5", "lon_e5")},
        "population": population,
        "country": country,
        "admin1": admin1,
        "label": _choose_labels(population.astype(np.int64), country_number, region_number, (row, main, hashes)),
        "names": encoded_names,
        "name_starts": name_starts.astype(np.uint32),
        "entry_row": row,
        "entry_main": main,
        "entry_pairs": np.concatenate([part[3] for part in parts]),
        "keys": np.concatenate([part[2] for part in parts]),
        "key_starts": np.concatenate([[0], np.cumsum(length)]).astype(np.uint32),
        "hashes": hashes[by_hash],
        "hash_entry": by_hash.astype(np.int32),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    sizes = {name: (folder / f"{name}.npy").stat().st_size for name in arrays}
    (folder / "index.json").write_text(json.dumps({"version": INDEX_VERSION, "digest": digest, "bytes": sizes}))


def _concatenate(texts: Iterable[bytes]) -> tuple[npt.NDArray[np.uint8], Int64Array]:
    """Texts, each ended by a newline, and where each starts; one more start than texts."""
    ended = [text + b"\n" for text in texts]
    return np.frombuffer(b"".join(ended), dtype=np.uint8), np.cumsum([0, *map(len, ended)])


def _index_names(
    first_row: int, names: list[str], alternates: list[str], countries: list[str]
) -> tuple[_Entries, Int64Array, npt.NDArray[np.uint8], UInt64Array]:
    """Entries of some places; lengths of their keys; the keys; their letter pairs."""
    lines = [f"{name}\n{others}" if others else name for name, others in zip(names, alternates, strict=True)]
    count = np.array([line.count("\n") + 1 for line in lines])
    row = np.repeat(np.arange(first_row, first_row + len(names), dtype=np.int32), count)
    keys_of_names = name_keys("\n".join(lines))
    bare = {
        (number, key[article.end() :]): None
        for number, key in zip(row.tolist(), keys_of_names, strict=True)
        if (article := ARABIC_ARTICLE.match(key)) and countries[number - first_row] in ARTICLE_COUNTRIES
    }
    row = np.concatenate([row, np.array([number for number, _ in bare], dtype=np.int32)])
    main = np.zeros(len(row), dtype=np.bool_)
    main[np.cumsum(count) - count] = True
    encoded = [key.encode() for key in (*keys_of_names, *(key for _, key in bare))]
    hashes = b"".join(hashlib.blake2b(key, digest_size=8).digest() for key in encoded)
    keys, starts = _concatenate(encoded)
    pairs = letter_pairs(keys, starts[:-1])
    return (row, main, np.frombuffer(hashes, dtype="<u8")), np.diff(starts), keys, pairs


def _choose_labels(
    population: Int64Array, country: Int64Array, region: Int64Array, entries: _Entries
) -> npt.NDArray[np.uint8]:
    """For each place the shortest label that means it: with country, with first-level division, with number.

    `region` numbers first-level divisions; it is negative where a place's is not known.
    """
    label = np.full(len(population), LABEL_ID, dtype=np.uint8)
    row = _winners(population, region, entries)
    label[row[region[row] >= 0]] = LABEL_REGION
    label[_winners(population, country, entries)] = LABEL_COUNTRY
    return label


def _winners(population: Int64Array, scope: Int64Array, entries: _Entries) -> Int64Array:
    """Apply the rules of `Gazetteer.find_name` to every main name in every scope; give the places found."""
    row, main, hashes = entries
    order = np.lexsort((scope[row], hashes))
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (np.diff(scope[row][order]) != 0) | (np.diff(hashes[order]) != 0)
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(starts) - 1
    groups = int(group.max()) + 1

    def most_people(of: BoolArray) -> Int64Array:
        people = np.full(groups, -1)
        np.maximum.at(people, group[of], population[row[of]])
        return people

    first = np.full(groups, -1)
    mains = np.flatnonzero(main)
    mains = mains[np.argsort(population[row[mains]], kind="stable")]
    first[group[mains]] = mains  # of several the last one stays, which has most people
    is_first = np.zeros(len(order), dtype=np.bool_)
    is_first[first[first >= 0]] = True
    largest, second, other = most_people(is_first), most_people(main & ~is_first), most_people(~main)
    wins = (largest >= 0) & ((second < 0) | dominates(largest, second)) & ~intrudes(other, largest)
    winners: Int64Array = row[first[wins]].astype(np.int64)
    return winners
