"""A stored network is whole or not there."""

import json
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

import wayaround as wa
from wayaround.errors import NetworkNotFound, StoreDamaged
from wayaround.network import catalogue
from wayaround.network.store import HEADER, read_network, write_network


@pytest.fixture(scope="module")
def stored(world: wa.RoadNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "network"
    write_network(world, folder)
    return folder


def copy_of(stored: Path, target: Path) -> Path:
    target.mkdir()
    for path in stored.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def test_a_network_reads_back_as_written(world: wa.RoadNetwork, stored: Path) -> None:
    again = read_network(stored)
    assert again.digest == world.digest
    assert again.joins == world.joins
    assert again.named_crossings == world.named_crossings
    assert np.array_equal(again.link_length_m, world.link_length_m)


def test_columns_cannot_be_written_to(stored: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_network(stored).link_length_m[0] = 1


@pytest.mark.parametrize("column", ["link_tail.npy", "node_lon.npy", "grid_segment.npy"])
def test_a_truncated_column_is_named(stored: Path, tmp_path: Path, column: str) -> None:
    folder = copy_of(stored, tmp_path / "cut")
    content = (folder / column).read_bytes()
    (folder / column).write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreDamaged, match="remove the folder"):
        read_network(folder)


@pytest.mark.parametrize("header", ["", "{", "[]", '{"schema_version": 1}', '{"schema_version": 99}', "null"])
def test_a_damaged_header_is_said(stored: Path, tmp_path: Path, header: str) -> None:
    folder = copy_of(stored, tmp_path / "header")
    (folder / HEADER).write_text(header)
    with pytest.raises(StoreDamaged):
        read_network(folder)


def test_a_missing_column_is_said(stored: Path, tmp_path: Path) -> None:
    folder = copy_of(stored, tmp_path / "gone")
    (folder / "link_head.npy").unlink()
    with pytest.raises(StoreDamaged, match="link_head"):
        read_network(folder)


def test_a_build_that_fails_leaves_nothing(
    world: wa.RoadNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", fail)
    with pytest.raises(KeyboardInterrupt):
        write_network(world, tmp_path / "network")
    assert list(tmp_path.iterdir()) == []


def open_in_cache(cache: str) -> str:
    import os

    os.environ["WAYAROUND_CACHE"] = cache
    return catalogue.open_network("world-highways").digest


def test_two_processes_at_once_do_no_harm(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        digests = pool.map(open_in_cache, [str(tmp_path)] * 2)
    assert digests[0] == digests[1]
    assert len([path for path in tmp_path.iterdir() if path.name.startswith("world")]) == 1
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_a_network_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NetworkNotFound, match='"world-highways"'):
        wa.open_network("world-highway")
    with pytest.raises(NetworkNotFound):
        wa.open_network(tmp_path)


def test_the_header_is_readable_by_others(stored: Path) -> None:
    header = json.loads((stored / HEADER).read_text())
    assert header["about"]["licence"] == "ODbL-1.0"


@pytest.mark.parametrize("damage", ["empty column", "columns are a list", "about is a number"])
def test_other_damage_is_said_as_well(stored: Path, tmp_path: Path, damage: str) -> None:
    folder = copy_of(stored, tmp_path / "cut")
    header = json.loads((folder / HEADER).read_text())
    if damage == "empty column":
        (folder / "link_tail.npy").write_bytes(b"")
    elif damage == "columns are a list":
        header["columns"] = []
    else:
        header["about"] = 1
    (folder / HEADER).write_text(json.dumps(header))
    with pytest.raises(StoreDamaged, match="is incomplete"):
        read_network(folder)


def test_a_name_that_no_file_can_have_is_no_network() -> None:
    with pytest.raises(NetworkNotFound, match="cannot look for"):
        wa.open_network("a" * 5000)
