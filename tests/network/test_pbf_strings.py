"""Strings with a zero byte inside, which libosmium would not survive."""

import re
import zlib
from pathlib import Path

import osmium
import pytest

from wayaround.errors import FileUnreadable
from wayaround.network.build import build_network
from wayaround.network.pbf_strings import has_null_in_string

NAME = "a name of seventeen"


def write_map(path: Path, *, compression: str = "none") -> bytes:
    with osmium.SimpleWriter(osmium.io.File(str(path), f"pbf,pbf_compression={compression}")) as writer:
        for node in (1, 2):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=(16.0 + node / 1000, 48.0)))
        tags = {"highway": "primary", "name": NAME}
        writer.add_way(osmium.osm.mutable.Way(id=1, version=1, nodes=[1, 2], tags=tags))
    return path.read_bytes()


def test_a_string_with_a_zero_byte_is_refused_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "map.osm.pbf"
    content = write_map(path)
    assert build_network([path], name="small").links == 1
    assert content.count(NAME.encode()) == 1
    path.write_bytes(content.replace(NAME.encode(), NAME.replace(" ", "\0").encode()))
    block = rf"the block at byte \d+ of {len(content)} has a string with a zero byte in it"
    with pytest.raises(FileUnreadable, match=f"{re.escape(str(path))}.*{block}"):
        build_network([path], name="small")


def test_maps_are_read_with_and_without_compression(tmp_path: Path) -> None:
    for compression in ("none", "zlib"):
        write_map(tmp_path / f"{compression}.osm.pbf", compression=compression)
        assert build_network([tmp_path / f"{compression}.osm.pbf"], name="small").links == 1


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def test_what_is_compressed_is_looked_into() -> None:
    clean, foul = (field(1, field(1, b"") + field(1, b"road") + field(1, name)) for name in (b"name", b"na\0e"))
    assert not has_null_in_string(field(3, zlib.compress(clean)))
    assert has_null_in_string(field(3, zlib.compress(foul)))
    assert has_null_in_string(field(1, clean + foul))  # two tables
    assert not has_null_in_string(field(1, field(1, field(1, b"") + field(1, b""))))


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (field(6, b"lz4"), "otherwise than by zlib"),
        (b"", "otherwise than by zlib"),
        (field(3, b"no zlib"), "cannot be decompressed"),
        (b"\x0a\x7f", "longer than it"),
        (b"\x0b", "no known type"),
        (b"\x0a\xff", "without an end"),
        (field(1, b"\x08" + b"\xff" * 12), "without an end"),
    ],
)
def test_what_is_no_block_is_said(blob: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        has_null_in_string(blob)


def test_a_block_that_swells_is_refused() -> None:
    packed = zlib.compress(bytes(40 * 1024 * 1024), 9)
    size = len(packed)
    blob = bytes([0x1A, size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14]) + packed
    with pytest.raises(ValueError, match="32 MB"):
        has_null_in_string(blob)
