"""The gazetteer as arrays mapped from a cache: look up a name, list what is spelled like it.

The arrays are built from `data/places.parquet` (GeoNames, CC BY 4.0) when they are first needed, which takes
some seconds.
"""

import difflib
import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wayaround.cache import cache_folder, discard_folder, publish_folder
from wayaround.demand import gazetteer_index
from wayaround.demand.countries import DATA_FOLDER
from wayaround.demand.gazetteer_index import dominates, intrudes, key_hash, letter_pairs
from wayaround.demand.place_names import name_key
from wayaround.errors import StoreDamaged
from wayaround.units import BoolArray, Int32Array, Int64Array

_COMPARED = 300
_COMPARED_LETTERS = 60
_LEAST_LIKENESS = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Places as columns, and entries: the names of the places by key. See `gazetteer_index`."""

    geonameid: Int32Array  # rising
    lat_e5: Int32Array
    lon_e5: Int32Array
    population: Int32Array  # 0 if not known
    country: npt.NDArray[np.bytes_]
    admin1: npt.NDArray[np.bytes_]
    label: npt.NDArray[np.uint8]
    names: npt.NDArray[np.uint8]
    name_starts: npt.NDArray[np.uint32]
    entry_row: Int32Array
    entry_main: BoolArray
    entry_pairs: npt.NDArray[np.uint64]
    keys: npt.NDArray[np.uint8]
    key_starts: npt.NDArray[np.uint32]
    hashes: npt.NDArray[np.uint64]  # sorted
    hash_entry: Int32Array

    def find_name(
        self,
        name: str,
        *,
        country: str | None = None,
        region: str | None = None,
        geonameid: int | None = None,
    ) -> Int64Array:
        """Find the places that a name may mean.

        Places whose main name it is come before those that are also called so. The latter are left out unless
        they are much larger (`gazetteer_index.intrudes`): "Bagdad" is three towns, or Baghdad. Of namesakes
        in one country, one that is much larger than the others (`gazetteer_index.dominates`) is meant.

        Parameters
        ----------
        name : str
            Name without country or division, in any spelling.
        country : str, optional
            ISO alpha-2 code that the places must have.
        region : str, optional
            GeoNames' code of the first-level division that the places must be in.
        geonameid : int, optional
            GeoNames' number that the place must have.

        Returns
        -------
        ndarray of int64
            Rows, most people first: none if the name is unknown, several if it is ambiguous.
        """
        key = name_key(name)
        wanted = np.uint64(key_hash(key))
        first, last = (int(np.searchsorted(self.hashes, wanted, side=side)) for side in ("left", "right"))
        entry = self.hash_entry[first:last] if key else self.hash_entry[:0]
        row = self.entry_row[entry].astype(np.int64)
        kept = np.ones(len(row), dtype=np.bool_)
        if country is not None:
            kept &= self.country[row] == country.encode()
        if region is not None:
            kept &= self.admin1[row] == region.encode()
        if geonameid is not None:
            kept &= self.geonameid[row] == geonameid
        row, main = row[kept], self.entry_main[entry[kept]]
        named = np.unique(row[main])
        others = np.setdiff1d(row, named)
        if len(named):
            others = others[intrudes(self.population[others], self.population[named].max())]
        found = np.concatenate([named, others])
        found = found[np.lexsort((found, -self.population[found]))]
        one_kind = not (len(named) and len(others))
        if country is not None and one_kind and len(found) > 1 and dominates(*self.population[found[:2]]):
            return found[:1]
        return found

    def find_similar(self, name: str, *, country: str | None = None, count: int = 4) -> list[int]:
        """Find the places with a name that is spelled most like another, larger places before smaller.

        Parameters
        ----------
        name : str
            A name that nothing has.
        country : str, optional
            ISO alpha-2 code that the places must have.
        count : int
            How many at most.

        Returns
        -------
        list of int
            Rows, the nearest first.
        """
        key = name_key(name)[:_COMPARED_LETTERS]
        if not key:
            return []
        entry = np.arange(len(self.entry_row))
        if country is not None:
            entry = np.flatnonzero((self.country == country.encode())[self.entry_row])
        size = np.log10(self.population + 1.0, dtype=np.float32)
        text = np.frombuffer(key.encode() + b"\n", dtype=np.uint8)
        wanted = letter_pairs(text, np.zeros(1, dtype=np.int64))
        pairs = self.entry_pairs[entry]
        shared = _count_bits(pairs & wanted) / (_count_bits(pairs) + _count_bits(wanted))
        promise = shared + 0.01 * size[self.entry_row[entry]]
        least = np.partition(promise, -_COMPARED)[-_COMPARED] if len(promise) > _COMPARED else 0
        near = entry[promise >= least]
        likeness: dict[int, float] = {}
        matcher = difflib.SequenceMatcher(b=key, autojunk=False)
        for found in near.tolist():
            start, end = self.key_starts[found : found + 2].tolist()
            matcher.set_seq1(self.keys[start : end - 1].tobytes().decode()[:_COMPARED_LETTERS])
            if matcher.real_quick_ratio() >= _LEAST_LIKENESS and matcher.ratio() >= _LEAST_LIKENESS:
                row = int(self.entry_row[found])
                likeness[row] = max(likeness.get(row, 0.0), matcher.ratio() + 0.02 * float(size[row]))
        return sorted(likeness, key=lambda row: (-likeness[row], row))[:count]

    def name(self, row: int) -> str:
        """Give the main name of a place."""
        start, end = self.name_starts[row : row + 2].tolist()
        return self.names[start : end - 1].tobytes().decode()

    def short_label(self, row: int) -> str:
        """Give a name by which `find_place` finds this place and no other, such as "Damascus, SY"."""
        if self.label[row] == gazetteer_index.LABEL_COUNTRY:
            return f"{self.name(row)}, {self.country[row].decode()}"
        return self.long_label(row)

    def long_label(self, row: int) -> str:
        """Give the same with the division, such as "Damascus, SY-13", and a number if namesakes need one."""
        country, admin1 = self.country[row].decode(), self.admin1[row].decode()
        label = f"{self.name(row)}, {country}-{admin1}" if admin1 else f"{self.name(row)}, {country}"
        return f"{label} #{self.geonameid[row]}" if self.label[row] == gazetteer_index.LABEL_ID else label


def open_gazetteer() -> Gazetteer:
    """Open the gazetteer in the cache; build it there if it is missing, incomplete or of another version.

    Returns
    -------
    Gazetteer
        Read-only arrays, mapped from files.

    Raises
    ------
    FileUnreadable
        If the cache cannot be written.
    StoreDamaged
        If the arrays cannot be read even after they were built anew.

    Examples
    --------
    >>> places = open_gazetteer()
    >>> [places.short_label(row) for row in places.find_name("Damascus").tolist()]
    ['Damascus, SY', 'Damascus, US-MD', 'Damascus, US-OR']
    """
    return _open_in(cache_folder())


@cache
def _open_in(parent: Path) -> Gazetteer:
    digest = json.loads((DATA_FOLDER / "places.json").read_text())["digests"]["places"]
    folder = parent / f"gazetteer-{gazetteer_index.INDEX_VERSION}-{digest[:16]}"
    for _ in range(3):  # another process may discard the folder while this one opens it
        if folder.exists():
            try:
                return _read_index(folder, digest)
            except (OSError, ValueError, KeyError, TypeError):
                discard_folder(folder)
        publish_folder(lambda empty: gazetteer_index.build_index(DATA_FOLDER / "places.parquet", digest, empty), folder)
    try:
        return _read_index(folder, digest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the gazetteer's index in {folder} cannot be read; remove the folder"
        raise StoreDamaged(message, ids=[str(folder)]) from error


def _read_index(folder: Path, digest: str) -> Gazetteer:
    """Map the arrays; ValueError, KeyError or OSError if one is not what was written."""
    written = json.loads((folder / "index.json").read_text())
    if (written["version"], written["digest"]) != (gazetteer_index.INDEX_VERSION, digest):
        raise ValueError("the index of another version")
    arrays = {}
    for field in fields(Gazetteer):
        path = folder / f"{field.name}.npy"
        if path.stat().st_size != written["bytes"][field.name]:
            raise ValueError(f"{path.name} is incomplete")
        arrays[field.name] = np.load(path, mmap_mode="r")
    return Gazetteer(**arrays)


def _count_bits(sets: npt.NDArray[np.uint64]) -> npt.NDArray[np.float32]:
    """Count the bits that are set in each, in ever wider fields (NumPy 1.26 has no `bitwise_count`)."""
    pairs = sets - ((sets >> np.uint64(1)) & np.uint64(0x5555555555555555))
    every_two = np.uint64(0x3333333333333333)
    fours = (pairs & every_two) + ((pairs >> np.uint64(2)) & every_two)
    eights = (fours + (fours >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    total = (eights * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return np.asarray(total, dtype=np.float32)
