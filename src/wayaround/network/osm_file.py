"""One file of OpenStreetMap data: its objects in a stream, its digest and date, and what is wrong with it."""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

from wayaround.errors import FileUnreadable
from wayaround.network.pbf_strings import has_null_in_string

FORMATS = {".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2"}
"""Endings of the files that are read, and what libosmium calls them."""

_TELL_EVERY = 4096
_CHUNK = 1 << 20
_MAX_BLOB_HEADER = 64 * 1024

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class OsmFile:
    """A file of OpenStreetMap data.

    Parameters
    ----------
    path : Path
        Where it lies.
    sha256 : str
        Digest of its bytes.
    bytes : int
        Its size.
    timestamp : str
        Until when it knows the map, as its header says; empty where it does not.
    """

    path: Path
    sha256: str
    bytes: int
    timestamp: str


def is_osm_path(path: str | Path) -> bool:
    """Whether a name ends like a file of OpenStreetMap data.

    Examples
    --------
    >>> is_osm_path("monaco.osm.pbf"), is_osm_path("monaco.geojson")
    (True, False)
    """
    return str(path).endswith(tuple(FORMATS))


def strip_ending(path: Path) -> str:
    """Name of a file without the ending that tells its kind.

    Examples
    --------
    >>> strip_ending(Path("maps/monaco.osm.pbf"))
    'monaco'
    """
    return path.name.removesuffix(_ending(path))


def inspect_file(path: Path) -> OsmFile:
    """Open a file, read its header and take its digest.

    Raises
    ------
    FileUnreadable
        It is missing, its name ends otherwise, or it is a history or a change file.
    """
    if not is_osm_path(path):
        raise FileUnreadable(
            f'"{path}" does not end like a file of OpenStreetMap data; the endings are {", ".join(FORMATS)}.',
            ids=[str(path)],
        )
    try:
        total = digest_file(path)
        size = path.stat().st_size
    except OSError as error:
        raise FileUnreadable(f'cannot read "{path}": {error.strerror or error}.', ids=[str(path)]) from error
    if size == 0:
        raise FileUnreadable(f'"{path}" is empty; fetch it again.', ids=[str(path)])
    try:
        with osmium.io.Reader(_open(path), osmium.osm.NOTHING) as reader:
            header = reader.header()
            several = header.has_multiple_object_versions
            timestamp = header.get("osmosis_replication_timestamp", "") or header.get("timestamp", "")
    except _FAULTS as error:
        raise _unreadable(path, error) from error
    if several:
        raise FileUnreadable(
            f'"{path}" is a history or a change file; a network is built from a map of one day.', ids=[str(path)]
        )
    if FORMATS[_ending(path)] == "pbf":
        _refuse_null_strings(path)
    return OsmFile(path, total, size, timestamp)


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def read_objects(
    path: Path, entities: osmium.osm.osm_entity_bits, filters: Sequence[Any], tell: Progress
) -> Iterator[Any]:
    """Objects of a file that pass all filters, which run in C++.

    An object is valid until the next one is asked for.

    Parameters
    ----------
    path : Path
        The file.
    entities : osmium.osm.osm_entity_bits
        Kinds of objects; the others are not even decoded.
    filters : sequence of osmium filters
        They must outlive the iteration, which this function takes care of.
    tell : callable
        Is told from time to time how many bytes have been read, including those that wait to be decoded.

    Raises
    ------
    FileUnreadable
        The file is damaged; the sentence says where, as far as that can be known.
    """
    try:
        with osmium.io.Reader(_open(path), entities) as reader:
            position = _find_position(path)
            for number, entity in enumerate(osmium.OsmFileIterator(reader, *filters)):
                if number % _TELL_EVERY == 0:
                    tell(position())
                yield entity
    except _FAULTS as error:
        raise _unreadable(path, error) from error
    tell(path.stat().st_size)


_FAULTS = (RuntimeError, ValueError, osmium.InvalidLocationError)


def _open(path: Path) -> osmium.io.File:
    return osmium.io.File(str(path), FORMATS[_ending(path)])


def _find_position(path: Path) -> Callable[[], int]:
    """How far libosmium has read in a file, which only the kernel tells; all of it once the file is closed."""
    wanted, size = path.resolve(), path.stat().st_size
    try:
        opened = [entry.name for entry in Path("/proc/self/fd").iterdir() if entry.resolve() == wanted]
    except OSError:  # a system without /proc
        return lambda: 0

    def position() -> int:
        try:
            return min(int(Path(f"/proc/self/fdinfo/{opened[0]}").read_text().split()[1]), size)
        except (OSError, ValueError, IndexError):
            return size

    return position


def _unreadable(path: Path, error: Exception) -> FileUnreadable:
    reason = " ".join(str(error).split()).rstrip(".")
    where = _find_damage(path) if FORMATS[_ending(path)] == "pbf" else ""
    return FileUnreadable(f'"{path}" is no readable OpenStreetMap file: {reason}{where}.', ids=[str(path)])


def _ending(path: Path) -> str:
    return max((ending for ending in FORMATS if path.name.endswith(ending)), key=len)


def _find_damage(path: Path) -> str:
    """Which block of a .pbf file is the first that cannot be read; libosmium does not say.

    A block is four bytes of length, a header that names the length of the content, and the content.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            first = b""
            while (start := file.tell()) < size:
                block = _read_block(file.read, size - start)
                if block is None:
                    return f"; it breaks off in the block at byte {start} of {size}"
                if not _is_readable(first + block):
                    return f"; the block at byte {start} of {size} is damaged"
                first = first or block
    except OSError:
        pass
    return ""


def _refuse_null_strings(path: Path) -> None:
    """Refuse a .pbf file that libosmium might not survive, see `pbf_strings.py`."""

    def refuse(reason: str) -> FileUnreadable:
        where = f"the block at byte {start} of {size}"
        return FileUnreadable(f'"{path}" is no readable OpenStreetMap file: {where} {reason}.', ids=[str(path)])

    size = path.stat().st_size
    with path.open("rb") as file:
        while (start := file.tell()) < size:
            block = _read_block(file.read, size - start)
            if block is None:
                raise refuse("is damaged, or the file breaks off in it")
            header = 4 + struct.unpack(">I", block[:4])[0]
            if b"OSMData" not in block[4:header]:
                continue
            try:
                if has_null_in_string(block[header:]):
                    raise refuse("has a string with a zero byte in it")
            except ValueError as error:
                if isinstance(error, FileUnreadable):
                    raise
                raise refuse(f"cannot be read: {error}") from error


def _read_block(read: Callable[[int], bytes], left: int) -> bytes | None:
    """The next block whole, or None where the file ends before it does."""
    length = read(4)
    if len(length) < 4 or not 0 < (size := struct.unpack(">I", length)[0]) <= min(_MAX_BLOB_HEADER, left):
        return None
    header = read(size)
    content = _content_size(header)
    if len(header) < size or content is None or content > left:
        return None
    body = read(content)
    return length + header + body if len(body) == content else None


def _content_size(header: bytes) -> int | None:
    """Field 3 of a BlobHeader: how long the content is."""
    at = 0
    while at < len(header):
        tag, at = header[at], at + 1
        value, shift = 0, 0
        while True:
            if at >= len(header) or shift > 28:
                return None
            value |= (header[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if header[at - 1] < 0x80:
                break
        if tag == 0x18:
            return value
        if tag & 7 == 2:
            at += value
        elif tag & 7 != 0:
            return None
    return None


def _is_readable(content: bytes) -> bool:
    try:
        with osmium.io.Reader(osmium.io.FileBuffer(content, "pbf")) as reader:
            for _ in osmium.OsmFileIterator(reader):
                pass
    except _FAULTS:
        return False
    return True
