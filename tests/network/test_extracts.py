"""Extracts by name and area, out of an index in the finder's own format."""

import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from web import Site, serve

from wayaround.errors import DownloadFailed, ExtractNotFound, FileUnreadable, PackageMissing
from wayaround.network.extracts import fetch_extracts, find_extracts

osmfinder = pytest.importorskip("osmfinder")

EXTRACTS = (
    ("syria", "asia", (35, 32, 42, 37)),
    ("iraq", "asia", (38, 29, 48, 37.5)),
    ("georgia", "europe", (40, 41, 46, 43)),
    ("us/georgia", "north-america", (-85, 30, -81, 35)),
    ("us/maine", "north-america", (-71, 43, -67, 47)),
)


def write_index(folder: Path, url: str) -> None:
    """What osmfinder keeps in its cache: GeoParquet, the smallest extract first."""
    rows = [
        {
            "id": f"Geofabrik_{name}",
            "name": name.replace("/", "_"),
            "file_name": f"geofabrik_{parent}_{name.replace('/', '_')}",
            "parent": f"Geofabrik_{parent}",
            "area": shapely.box(*box).area,
            "url": f"{url}/{parent}/{name}-latest.osm.pbf",
            "geometry": shapely.box(*box),
        }
        for name, parent, box in EXTRACTS
    ]
    folder.mkdir(parents=True)
    frame = gpd.GeoDataFrame(rows, crs="EPSG:4326").sort_values("area")
    frame.to_parquet(folder / "geofabrik_index.parquet", index=False)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path / "wayaround"))
    monkeypatch.setattr("osmfinder.extract._index_cache", {})
    with serve() as running:
        write_index(tmp_path / "cache" / "osmfinder", running.url)
        yield running


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("syria", "Geofabrik_syria"),
        ("Syria", "Geofabrik_syria"),
        ("Geofabrik_syria", "Geofabrik_syria"),
        ("us/maine", "Geofabrik_us/maine"),
        ("US Maine", "Geofabrik_us/maine"),
        ("georgia", "Geofabrik_georgia"),
        ("geofabrik_asia_iraq", "Geofabrik_iraq"),
    ],
)
def test_by_name_or_id(wanted: str, found: str, site: Site) -> None:
    assert [each.id for each in find_extracts(wanted)] == [found]


def test_by_area(site: Site, tmp_path: Path) -> None:
    area = gpd.GeoDataFrame(geometry=[shapely.box(36, 33, 37, 34)], crs="EPSG:4326")
    area.to_crs("EPSG:32637").to_file(tmp_path / "damascus.gpkg")
    assert [each.id for each in find_extracts(str(tmp_path / "damascus.gpkg"))] == ["Geofabrik_syria"]
    both = gpd.GeoDataFrame(geometry=[shapely.box(36, 33, 47, 34)], crs="EPSG:4326")
    both.to_file(tmp_path / "both.geojson")
    assert {each.id for each in find_extracts(str(tmp_path / "both.geojson"))} == {"Geofabrik_syria", "Geofabrik_iraq"}
    sea = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326")
    sea.to_file(tmp_path / "sea.geojson")
    with pytest.raises(ExtractNotFound, match="do not cover the whole area"):
        find_extracts(str(tmp_path / "sea.geojson"))
    point = gpd.GeoDataFrame(geometry=[shapely.Point(36, 33)], crs="EPSG:4326")
    point.to_file(tmp_path / "point.geojson")
    with pytest.raises(FileUnreadable, match="no polygon but a Point"):
        find_extracts(str(tmp_path / "point.geojson"))
    with pytest.raises(FileUnreadable, match="cannot read polygons"):
        find_extracts("none.geojson")


def test_a_name_that_nothing_has_brings_the_nearest(site: Site) -> None:
    with pytest.raises(ExtractNotFound, match='no extract of Geofabrik is called "syrai"; did you mean "syria"'):
        find_extracts("syrai")
    with pytest.raises(ExtractNotFound, match="has 5 others"):
        find_extracts("zzz")


def test_a_source_that_nobody_knows(site: Site) -> None:
    with pytest.raises(ExtractNotFound, match='no source of extracts is called "mars"; there are any, Geofabrik'):
        find_extracts("syria", source="mars")


def test_files_come_into_the_cache(site: Site, tmp_path: Path) -> None:
    site.put("/asia/syria-latest.osm.pbf", b"map")
    extracts, files = fetch_extracts("syria")
    assert [each.url for each in extracts] == [f"{site.url}/asia/syria-latest.osm.pbf"]
    assert files[0].path.read_bytes() == b"map"
    assert files[0].path.is_relative_to(tmp_path / "wayaround" / "extracts")
    assert files[0].is_checked
    with pytest.raises(DownloadFailed, match="404"):
        fetch_extracts("iraq")


def test_an_address_needs_no_finder(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osmfinder", None)
    assert fetch_extracts(site.put("/x.osm.pbf", b"map"))[1][0].path.read_bytes() == b"map"
    with pytest.raises(ExtractNotFound, match="does not end in one of"):
        find_extracts("http://127.0.0.1/map.zip")
    with pytest.raises(PackageMissing, match=r"osmfinder is not installed.*wayaround\[fetch\]"):
        find_extracts("syria")


def test_an_index_that_cannot_be_fetched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr("osmfinder.finder._get_index_for_sources", refuse)
    with pytest.raises(DownloadFailed, match="the index of Geofabrik cannot be fetched"):
        find_extracts("syria")
