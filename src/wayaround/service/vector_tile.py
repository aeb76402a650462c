"""Mapbox Vector Tiles, version 2.1, written by hand: lines, areas and points from whole-number arrays.

A tile is protobuf of four messages. Geometry is all that is long in it, and is written in one pass over arrays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wayaround.units import Int64Array

__all__ = ["EXTENT", "Feature", "segment_commands", "write_layer", "write_varints"]

EXTENT = 4096
"""Units along each side of a tile."""

POINT, LINE, AREA = 1, 2, 3
_MOVE, _LINE, _CLOSE = 9, 10, 15
Value = str | int | float


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on a tile.

    Parameters
    ----------
    kind : int
        1 point, 2 line, 3 area.
    geometry : bytes
        Commands, already written as varints.
    id : int, optional
        By which a page knows it again.
    properties : mapping, optional
        What it is.
    """

    kind: int
    geometry: bytes
    id: int | None = None
    properties: Mapping[str, Value] | None = None


def write_varints(values: Int64Array) -> tuple[bytes, Int64Array]:
    r"""Whole numbers from 0 to 2^35 as varints, and how many bytes each took.

    Examples
    --------
    >>> write_varints(np.array([1, 300]))
    (b'\x01\xac\x02', array([1, 2]))
    """
    sevens = (values[:, None] >> np.arange(0, 35, 7)) & 127
    size = np.maximum(5 - np.argmax(sevens[:, ::-1] != 0, axis=1), 1)
    size[values == 0] = 1
    place = np.arange(5)
    octets = np.where(place < size[:, None] - 1, sevens | 128, sevens).astype(np.uint8)
    return octets[place < size[:, None]].tobytes(), size.astype(np.int64)


def zigzag(values: Int64Array) -> Int64Array:
    """Signed numbers as unsigned ones, small ones small."""
    return (values << 1) ^ (values >> 63)


def segment_commands(ends: Int64Array, feature: Int64Array) -> tuple[bytes, Int64Array]:
    """Commands that draw straight segments, feature by feature.

    Parameters
    ----------
    ends : (n, 4) ndarray of int64
        x and y of both ends of each segment, in tile units.
    feature : (n,) ndarray of int64
        Row of the feature of each, ascending from 0 without a gap.

    Returns
    -------
    commands : bytes
    first : (features + 1,) ndarray of int64
        Where the bytes of each feature begin.
    """
    cursor = np.zeros((len(ends), 2), dtype=np.int64)
    same = feature[1:] == feature[:-1]
    cursor[1:][same] = ends[:-1][same][:, 2:]  # each feature begins at the tile's corner
    words = np.empty((len(ends), 6), dtype=np.int64)
    words[:, 0], words[:, 3] = _MOVE, _LINE
    words[:, 1:3] = zigzag(ends[:, :2] - cursor)
    words[:, 4:] = zigzag(ends[:, 2:] - ends[:, :2])
    commands, size = write_varints(words.ravel())
    of_segment = size.reshape(-1, 6).sum(axis=1)
    count = int(feature[-1]) + 1 if len(feature) else 0
    return commands, np.concatenate([[0], np.cumsum(np.bincount(feature, of_segment, count).astype(np.int64))])


def line_commands(points: Int64Array) -> bytes:
    """Commands that draw one line through (n, 2) points."""
    return ring_commands([points], closed=False)


def ring_commands(rings: Sequence[Int64Array], *, closed: bool = True) -> bytes:
    """Commands that draw rings whose last point is not the first again, or open lines."""
    words: list[Int64Array] = []
    cursor = np.zeros(2, dtype=np.int64)
    for ring in rings:
        step = zigzag(np.diff(ring, axis=0, prepend=cursor[None, :])).ravel()
        words += [np.array([_MOVE]), step[:2], np.array([(len(ring) - 1) << 3 | 2]), step[2:]]
        if closed:
            words.append(np.array([_CLOSE]))
        cursor = ring[-1]
    return write_varints(np.concatenate(words))[0]


def point_command(x: int, y: int) -> bytes:
    """The command of one point."""
    return write_varints(np.array([_MOVE, *zigzag(np.array([x, y]))]))[0]


def write_layer(name: str, features: Iterable[Feature]) -> bytes:
    """One layer of a tile; a tile is its layers, one after another."""
    keys: dict[str, int] = {}
    values: dict[Value, int] = {}
    written = []
    for each in features:
        message = b"" if each.id is None else b"\x08" + _varint(each.id)
        if each.properties:
            tags = b"".join(
                _varint(keys.setdefault(key, len(keys))) + _varint(values.setdefault(value, len(values)))
                for key, value in each.properties.items()
            )
            message += _field(2, tags)
        message += b"\x18" + _varint(each.kind) + _field(4, each.geometry)
        written.append(_field(2, message))
    if not written:
        return b""
    body = b"\x78\x02" + _field(1, name.encode()) + b"".join(written)
    body += b"".join(_field(3, key.encode()) for key in keys)
    body += b"".join(_field(4, _value(value)) for value in values)
    return _field(3, body + b"\x28" + _varint(EXTENT))


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return _field(1, value.encode())
    if isinstance(value, float):
        return b"\x19" + np.float64(value).tobytes()
    return b"\x28" + _varint(value)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    octets = bytearray()
    while value > 127:
        octets.append(value & 127 | 128)
        value >>= 7
    octets.append(value)
    return bytes(octets)
