"""Files from a server on loopback: whole, in pieces, broken."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from web import Site, serve

from wayaround.errors import DownloadFailed
from wayaround.network.download import TRIES_WITHOUT_A_BYTE, download_file

CONTENT = np.random.default_rng(1).bytes(300_000)
PATH = "/asia/syria-latest.osm.pbf"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_says_how_much_has_come(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    url = site.put(PATH, CONTENT)
    checked = download_file(
        url, tmp_path / "deep" / "a.pbf", progress=lambda _, done, total: told.append((done, total))
    )
    assert checked
    assert (tmp_path / "deep" / "a.pbf").read_bytes() == CONTENT
    assert left(tmp_path / "deep") == ["a.pbf"]
    assert told[0] == (0, 300_000)
    assert told[-1] == (300_000, 300_000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_file_that_is_there_already_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    url = site.put(PATH, CONTENT)
    for _ in range(2):
        download_file(url, tmp_path / "a.pbf")
    assert len(site.asked_for(PATH)) == 1
    site.put(PATH, CONTENT[:1000])
    download_file(url, tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf").read_bytes() == CONTENT[:1000]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(site: Site, tmp_path: Path) -> None:
    site.stops_after = [100_000, 50_000]
    assert download_file(site.put(PATH, CONTENT), tmp_path / "a.pbf")
    assert site.asked_for(PATH) == ["", "bytes=100000-", "bytes=150000-"]
    assert (tmp_path / "a.pbf").read_bytes() == CONTENT


def test_a_later_call_goes_on(site: Site, tmp_path: Path) -> None:
    url = site.put(PATH, CONTENT)
    site.stops_after = [120_000] + [0] * TRIES_WITHOUT_A_BYTE
    with pytest.raises(DownloadFailed, match=r"stopped at 120,000 of 300,000 bytes .*kept as .*a\.pbf\.part.*go on"):
        download_file(url, tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf.part").read_bytes() == CONTENT[:120_000]
    site.stops_after, site.asked = [], []
    assert download_file(url, tmp_path / "a.pbf")
    assert site.asked_for(PATH) == ["bytes=120000-"]
    assert left(tmp_path) == ["a.pbf"]


@pytest.mark.parametrize("change", ["another version", "no ranges", "no version"])
def test_where_it_cannot_go_on_it_begins_anew(change: str, site: Site, tmp_path: Path) -> None:
    site.tag = None if change == "no version" else '"v1"'
    site.knows_ranges = change != "no ranges"
    url = site.put(PATH, CONTENT)
    site.stops_after = [120_000] + [0] * TRIES_WITHOUT_A_BYTE
    if change == "another version":
        with pytest.raises(DownloadFailed):
            download_file(url, tmp_path / "a.pbf")
        site.tag = '"v2"'
    elif change == "no ranges":
        site.stops_after = [120_000]
    else:
        site.stops_after = [120_000]
    new = CONTENT[::-1] if change == "another version" else CONTENT
    site.put(PATH, new)
    assert download_file(url, tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf").read_bytes() == new


def test_a_part_that_is_complete_is_taken(site: Site, tmp_path: Path) -> None:
    url = site.put(PATH, CONTENT)
    (tmp_path / "a.pbf.part").write_bytes(CONTENT)
    (tmp_path / "a.pbf.part.version").write_text('"v1"')
    assert download_file(url, tmp_path / "a.pbf")
    assert site.asked_for(PATH) == ["bytes=300000-"]
    assert left(tmp_path) == ["a.pbf"]


def test_a_part_that_is_too_long_is_thrown_away(site: Site, tmp_path: Path) -> None:
    url = site.put(PATH, CONTENT)
    (tmp_path / "a.pbf.part").write_bytes(CONTENT + b"more")
    (tmp_path / "a.pbf.part.version").write_text('"v1"')
    assert download_file(url, tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf").read_bytes() == CONTENT


def test_another_digest_is_refused_and_nothing_kept(site: Site, tmp_path: Path) -> None:
    url = site.put(PATH, CONTENT, digest="0" * 32)
    found = hashlib.md5(CONTENT).hexdigest()
    with pytest.raises(DownloadFailed, match=f"{found} instead of {'0' * 32}; what came was removed"):
        download_file(url, tmp_path / "a.pbf")
    assert left(tmp_path) == []


def test_without_a_digest_the_caller_is_told(site: Site, tmp_path: Path) -> None:
    assert not download_file(site.put(PATH, CONTENT, digest=None), tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf").read_bytes() == CONTENT


def test_a_server_that_does_not_say_the_length(site: Site, tmp_path: Path) -> None:
    site.says_length = False
    assert download_file(site.put(PATH, CONTENT), tmp_path / "a.pbf")
    assert (tmp_path / "a.pbf").read_bytes() == CONTENT
    site.stops_after = [1000]
    with pytest.raises(DownloadFailed, match="instead of"):  # only the digest can tell that something is missing
        download_file(site.put("/b.pbf", CONTENT), tmp_path / "b.pbf")


def test_a_file_that_is_not_there(site: Site, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="the server answers 404 Not Found"):
        download_file(f"{site.url}/none.pbf", tmp_path / "a.pbf")
    assert left(tmp_path) == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DownloadFailed, match=f"127.0.0.1:{port} takes no connection: Connection refused"):
        download_file(f"http://127.0.0.1:{port}/a.pbf", tmp_path / "a.pbf")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.pbf.part").symlink_to("/dev/full")
    with pytest.raises(DownloadFailed, match="No space left on device; what came is kept"):
        download_file(site.put(PATH, CONTENT), tmp_path / "a.pbf")


def test_only_addresses_of_the_web(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="no address of the web"):
        download_file("file:///etc/hosts", tmp_path / "a.pbf")
