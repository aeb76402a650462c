"""``wayaround network build`` and what comes after it, as a user meets them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILE = """<osm version="0.6">
<node id="1" lat="47.0" lon="5.000"/><node id="2" lat="47.0" lon="5.001"/><node id="3" lat="47.0" lon="5.002"/>
<node id="4" lat="47.001" lon="5.001"/>
<way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="Rue A"/></way>
<way id="8"><nd ref="2"/><nd ref="4"/><tag k="highway" v="service"/></way></osm>"""


def wayaround(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.osm"
    path.write_text(FILE)
    return path


def test_build_then_info_crossings_and_a_route(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "networks" / "small"
    done = wayaround("network", "build", file, out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 nodes, 3 links" in done.stdout
    entry = json.loads(wayaround("network", "info", out, "--json").stdout)
    assert (entry["name"], entry["links"], entry["licence"]) == ("small", 3, "ODbL-1.0")
    assert entry["km_by_class"] == {"primary": 0.152, "service": 0.111}
    assert entry["sources"][0]["name"] == "small.osm"
    assert entry["parts"]["car"]["links_in_largest"] == 3
    assert json.loads(wayaround("network", "crossings", out, "--json").stdout)["crossings"] == []
    text = wayaround("network", "info", out)
    assert "km by class: primary" in text.stdout
    for network in (out, file):
        route = wayaround("route", network, "47.0,5.0", "47.001,5.001", "--profile", "car", "--json")
        assert route.returncode == 0, route.stderr
        assert json.loads(route.stdout)["journeys"][0]["before_km"] == 0.187


def test_several_files_and_json(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.osm"
    other.write_text(FILE.replace('"8"', '"9"').replace("service", "track"))
    done = wayaround("network", "build", file, other, tmp_path / "both", "--json")
    assert done.returncode == 0
    entry = json.loads(done.stdout)
    assert (entry["links"], len(entry["sources"]), entry["folder"]) == (4, 2, str(tmp_path / "both"))


def test_bad_input_is_one_sentence_and_keeps_the_network_that_is_there(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "small"
    assert wayaround("network", "build", file, out).returncode == 0
    before = sorted((path.name, path.stat().st_mtime_ns) for path in out.iterdir())
    bad = tmp_path / "bad.osm"
    bad.write_text(FILE[:200])
    done = wayaround("network", "build", file, bad, out)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "bad.osm" in done.stderr
    assert "line 4" in done.stderr
    assert sorted((path.name, path.stat().st_mtime_ns) for path in out.iterdir()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.osm", "small", "small.osm"]


def test_a_folder_with_other_things_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    done = wayaround("network", "build", tmp_path / "none.osm.pbf", tmp_path / "photos")
    assert done.returncode == 2
    assert "no stored network" in done.stderr


def test_a_single_argument_says_what_is_missing(file: Path) -> None:
    done = wayaround("network", "build", file)
    assert done.returncode == 2
    assert "Missing argument" in done.stderr
