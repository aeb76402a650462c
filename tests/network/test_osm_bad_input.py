"""Bad files end in one sentence, and leave what was there."""

import bz2
import errno
import gzip
from pathlib import Path

import numpy as np
import pytest
from osm_files import ROAD, grid_nodes, real_file, write_osm

import wayaround as wa
from wayaround.errors import FileUnreadable, WayaroundError
from wayaround.network.build import build_network
from wayaround.network.store import HEADER, check_target, read_network, replace_network

SQUARE = grid_nodes(3, 2)
OSM = '<osm version="0.6"><node id="1" lat="5" lon="2"/><node id="2" lat="5" lon="3"/>%s</osm>'
WAY = '<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>'


def say(path: Path) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(FileUnreadable) as caught:
        build_network([path], name="bad")
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.osm", b"", "is empty; fetch it again"),
        ("empty.osm.pbf", b"", "is empty; fetch it again"),
        ("text.osm", b"not a map", "line 1"),
        ("text.osm.pbf", b"this is not a map at all", "breaks off in the block at byte 0 of 24"),
        ("page.osm", b"<html></html>", "html"),
        ("cut.osm", OSM[:50].encode(), "line 1"),
        ("bare.osm", b"<osm><node id='1' lat='5' lon='2'/></osm>", "version"),
        ("letters.osm", (OSM % WAY).replace('"5"', '"five"').encode(), "five"),
        ("id.osm", (OSM % WAY).replace('"7"', '"seven"').encode(), "seven"),
        ("huge.osm", (OSM % WAY).replace('"7"', '"99999999999999999999"').encode(), "99999999999999999999"),
        ("bytes.osm", (OSM % WAY).encode().replace(b"primary", b"\xff\xfe"), "line 1"),
        ("cut.osm.gz", gzip.compress((OSM % WAY).encode())[:-12], "is no readable OpenStreetMap file"),
        ("cut.osm.bz2", bz2.compress((OSM % WAY).encode())[:-12], "bzip2"),
        ("pole.osm", (OSM % WAY).replace('lat="5" lon="3"', 'lat="95" lon="3"').encode(), "node 2 at 95, 3"),
        ("east.osm", (OSM % WAY).replace('lon="3"', 'lon="190.5"').encode(), "node 2 at 5, 190.5"),
        ("change.osm", b'<osmChange version="0.6"><modify/></osmChange>', "history or a change file"),
        ("roads.geojson", b"{}", "the endings are .osm.pbf"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in say(tmp_path / name)


@pytest.mark.parametrize(
    "inner", ["", '<way id="7"><nd ref="1"/><nd ref="2"/></way>', WAY.replace("primary", "footway")]
)
def test_a_map_without_a_road_is_said(tmp_path: Path, inner: str) -> None:
    (tmp_path / "bare.osm").write_text(OSM % inner)
    assert "no road" in say(tmp_path / "bare.osm")


def test_a_map_whose_roads_have_no_nodes_is_said(tmp_path: Path) -> None:
    (tmp_path / "bare.osm").write_text(f'<osm version="0.6">{WAY}</osm>')
    assert "no road" in say(tmp_path / "bare.osm")


def test_what_is_off_the_globe_matters_only_on_roads(tmp_path: Path) -> None:
    text = OSM % (WAY + '<node id="3" lat="95" lon="3"/>')
    (tmp_path / "far.osm").write_text(text)
    assert build_network([tmp_path / "far.osm"], name="far").links == 1


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert "No such file" in say(tmp_path / "none.osm.pbf")
    (tmp_path / "folder.osm.pbf").mkdir()
    assert "directory" in say(tmp_path / "folder.osm.pbf")


def test_a_cut_pbf_names_the_byte(tmp_path: Path) -> None:
    whole = real_file("liechtenstein.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    assert f"of {len(whole) // 2}" in say(path)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_pbf_names_the_block(tmp_path: Path, at: float) -> None:
    damaged = bytearray(real_file("liechtenstein.osm.pbf").read_bytes())
    start = int(at * len(damaged))
    damaged[start : start + 200] = bytes(200)
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(damaged)
    sentence = say(path)
    assert "the block at byte" in sentence
    byte = int(sentence.split("at byte ")[1].split()[0])
    assert byte <= start


def test_a_network_is_replaced_by_a_new_one_only_when_that_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (
        build_network([write_osm(tmp_path / f"{way}.osm", nodes=SQUARE, ways={way: ([1, 2, 3], ROAD)})], name="n")
        for way in (7, 8)
    )
    out = tmp_path / "out" / "network"
    replace_network(one, out)
    replace_network(two, out)
    assert read_network(out).digest == two.digest
    assert [path.name for path in out.parent.iterdir()] == ["network"]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wayaround.network.store._save", full)
    with pytest.raises(FileUnreadable, match="No space left on device"):
        replace_network(one, out)
    assert read_network(out).digest == two.digest
    assert [path.name for path in out.parent.iterdir()] == ["network"]


def test_a_full_disk_in_truth(tmp_path: Path) -> None:
    """A file size limit stands in for the disk: the same call fails, in the same place."""
    import resource
    import signal

    network = build_network([write_osm(tmp_path / "m.osm", nodes=SQUARE, ways={7: ([1, 2, 3], ROAD)})], name="n")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        with pytest.raises(FileUnreadable, match="File too large"):
            replace_network(network, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.osm"]


def test_what_is_no_network_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"meow")
    (tmp_path / "file").write_text("words")
    for name in ("photos", "file"):
        with pytest.raises(FileUnreadable, match="no stored network"):
            check_target(tmp_path / name)
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new"):
        check_target(tmp_path / name)
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"meow"


def test_a_file_opened_by_its_path_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "cache"))
    path = write_osm(tmp_path / "small.osm", nodes=SQUARE, ways={7: ([1, 2, 3], ROAD)})
    first = wa.open_network(path)
    assert (first.name, first.links) == ("small", 1)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("built twice")

    monkeypatch.setattr("wayaround.network.catalogue.build_network", never)
    moved = path.rename(tmp_path / "other.osm")
    again = wa.open_network("other.osm", relative_to=tmp_path)
    assert (again.name, again.digest) == ("other", first.digest)
    assert np.array_equal(again.link_length_m, first.link_length_m)
    moved.write_text("<osm>")
    with pytest.raises(AssertionError, match="built twice"):
        wa.open_network(moved)


def test_a_bad_file_leaves_nothing_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "cache"))
    (tmp_path / "bad.osm").write_text("<osm>")
    with pytest.raises(WayaroundError):
        wa.open_network(tmp_path / "bad.osm")
    assert not (tmp_path / "cache").exists() or not list((tmp_path / "cache").iterdir())


def test_a_stored_network_says_what_its_header_must(tmp_path: Path) -> None:
    network = build_network([write_osm(tmp_path / "m.osm", nodes=SQUARE, ways={7: ([1, 2, 3], ROAD)})], name="n")
    replace_network(network, tmp_path / "out")
    again = read_network(tmp_path / "out")
    assert again.imported == network.imported
    assert (again.licence, again.attribution) == ("ODbL-1.0", "(c) OpenStreetMap contributors")
    assert (tmp_path / "out" / HEADER).is_file()
    assert again.attributes is not None
    assert network.attributes is not None
    assert np.array_equal(again.attributes.osm_way, network.attributes.osm_way)
