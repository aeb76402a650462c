"""`network export`, `build` and `fetch` as a user meets them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from web import Site, serve

MAP = """\
<osm version="0.6">
 <node id="1" lat="33.50" lon="36.20"/><node id="2" lat="33.51" lon="36.22"/><node id="3" lat="33.52" lon="36.20"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="oneway" v="yes"/></way>
 <way id="12"><nd ref="3"/><nd ref="1"/><tag k="highway" v="trunk"/></way>
</osm>
"""


def wayaround(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "cache"))
    with serve() as running:
        yield running


def route(network: Path) -> tuple[float, float]:
    done = wayaround("route", network, "33.5021,36.2", "33.5179,36.2", "--json")
    assert done.returncode == 0, done.stderr
    journey = json.loads(done.stdout)["journeys"][0]
    return journey["before_km"], journey["before_h"]


def test_export_and_build_give_the_same_route(tmp_path: Path) -> None:
    (tmp_path / "map.osm").write_text(MAP)
    assert wayaround("network", "build", tmp_path / "map.osm", tmp_path / "map").returncode == 0
    digests = set()
    for ending in ("gpkg", "parquet", "gmns"):
        out = tmp_path / f"map.{ending}"
        done = wayaround("network", "export", tmp_path / "map", out)
        assert (done.returncode, done.stdout) == (0, f"{out} written.\n"), done.stderr
        done = wayaround("network", "build", out, tmp_path / ending, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["licence"] == "ODbL-1.0"
        digests.add(json.loads(done.stdout)["digest"])
    assert len(digests) == 1
    assert route(tmp_path / "gmns") == route(tmp_path / "map")
    done = wayaround("network", "export", tmp_path / "map", tmp_path / "map.gpkg")
    assert (done.returncode, "is there already" in done.stderr) == (2, True)


def test_build_takes_any_lines(tmp_path: Path) -> None:
    lines = gpd.GeoDataFrame(
        {"m": [1500, 2500]},
        geometry=[
            shapely.LineString([(36.2, 33.5), (36.2, 33.51)]),
            shapely.LineString([(36.2, 33.51), (36.2, 33.52)]),
        ],
        crs="EPSG:4326",
    )
    lines.to_file(tmp_path / "lines.gpkg", layer="tracks")
    done = wayaround(
        "network",
        "build",
        tmp_path / "lines.gpkg",
        tmp_path / "net",
        "--layer",
        "tracks",
        "--length-column",
        "m",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["km"] == 4.0
    done = wayaround("network", "build", tmp_path / "lines.gpkg", tmp_path / "net", "--length-column", "miles")
    assert done.returncode == 2
    assert 'there is no column "miles"; the columns are m, geometry.' in done.stderr.replace("\n", " ")
    (tmp_path / "map.osm").write_text(MAP)
    done = wayaround("network", "build", tmp_path / "map.osm", tmp_path / "net", "--length-column", "m")
    assert (done.returncode, "--length-column is for lines" in done.stderr) == (2, True)
    done = wayaround("network", "build", tmp_path / "map.dxf", tmp_path / "net")
    assert (done.returncode, "is no source of roads" in done.stderr) == (2, True)


def test_fetch_by_address(site: Site, tmp_path: Path) -> None:
    url = site.put("/town.osm", MAP.encode())
    site.stops_after = [300]
    done = wayaround("network", "fetch", url, tmp_path / "town", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["links"] == 3
    assert site.asked_for("/town.osm") == ["", "bytes=300-"]
    done = wayaround("network", "fetch", site.put("/bare.osm", MAP.encode(), digest=None), tmp_path / "bare")
    assert done.returncode == 0
    assert "has no digest beside it" in done.stderr
    for path, said in (("/none.osm", "404 Not Found"), ("/map.zip", "does not end in one of")):
        done = wayaround("network", "fetch", f"{site.url}{path}", tmp_path / "town")
        assert (done.returncode, said in done.stderr, len(done.stderr.splitlines())) == (2, True, 1)
