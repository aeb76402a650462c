"""Strings of a .pbf file that libosmium would take for the end of a string, and then read beyond its memory.

libosmium keeps strings as C does, with a zero byte after each, and walks over tags and members by these. A zero byte
inside a string of a damaged or hostile file puts it out of step, and the process may die. So such a file is refused
before it is read. Source: the wiki's "PBF Format" for fields and limits.
"""

import zlib
from collections.abc import Iterator

__all__ = ["MAX_BLOCK", "has_null_in_string"]

MAX_BLOCK = 32 * 1024 * 1024
"""Bytes of a block without its compression, at most."""

_RAW, _ZLIB = 1, 3
_BYTES, _STRINGS, _STRING = 2, 1, 1


def has_null_in_string(blob: bytes) -> bool:
    r"""Whether a block's table of strings has one with a zero byte in it.

    Parameters
    ----------
    blob : bytes
        The block's content, a message Blob.

    Raises
    ------
    ValueError
        It is no such message, is too large, or is compressed otherwise than by zlib.

    Examples
    --------
    >>> has_null_in_string(b"\x0a\x08" + b"\x0a\x06" + b"\x0a\x00" + b"\x0a\x02ab")
    False
    >>> has_null_in_string(b"\x0a\x08" + b"\x0a\x06" + b"\x0a\x00" + b"\x0a\x02a\x00")
    True
    """
    block = _unpack(blob)
    for field, kind, start, end in _fields(block, 0, len(block)):
        if (field, kind) != (_STRINGS, _BYTES):
            continue
        empty = block[start : start + 2] == b"\n\0"  # the table's first string is empty by convention
        if block.count(0, start, end) <= int(empty):
            continue
        for inner, inner_kind, first, last in _fields(block, start, end):
            if (inner, inner_kind) == (_STRING, _BYTES) and block.count(0, first, last):
                return True
    return False


def _unpack(blob: bytes) -> bytes:
    found = [(field, start, end) for field, kind, start, end in _fields(blob, 0, len(blob)) if kind == _BYTES]
    if len(found) != 1 or found[0][0] not in (_RAW, _ZLIB):
        raise ValueError("a block is compressed otherwise than by zlib")
    field, start, end = found[0]
    if field == _RAW:
        return blob[start:end]
    try:
        block = zlib.decompressobj().decompress(memoryview(blob)[start:end], MAX_BLOCK + 1)
    except zlib.error as error:
        raise ValueError("a block cannot be decompressed") from error
    if len(block) > MAX_BLOCK:
        raise ValueError("a block is larger than 32 MB")
    return block


def _fields(message: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, wire type, start and end of each field of a message."""
    while at < end:
        key, at = _varint(message, at, end)
        kind = key & 7
        if kind == _BYTES:
            size, at = _varint(message, at, end)
        elif kind == 0:
            start = at
            _, at = _varint(message, at, end)
            yield key >> 3, kind, start, at
            continue
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError("a block has a field of no known type")
        if size > end - at:
            raise ValueError("a block has a field that is longer than it")
        yield key >> 3, kind, at, at + size
        at += size


def _varint(message: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte, at = message[at], at + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a block has a number without an end")
