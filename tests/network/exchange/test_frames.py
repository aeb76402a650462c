"""Files that GeoPandas and QGIS open."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from towns import build_town

import wayaround as wa
from wayaround.errors import FileUnreadable


def test_tables_say_what_the_network_says() -> None:
    town = build_town(1)
    links, nodes, crossings = wa.to_geodataframes(town)
    assert (len(links), len(nodes), len(crossings)) == (town.links, town.nodes, 0)
    assert links.crs == nodes.crs == crossings.crs == "EPSG:4326"
    assert links.length_m.tolist() == town.link_length_m.tolist()
    assert set(links.road_class) == {"primary", "secondary", "residential"}
    assert set(links.access_backward) == {"", "car,hgv"}
    assert set(links.country) == {"SY"}
    assert nodes.geometry.x.tolist() == town.node_lon.tolist()
    assert links.name.str.startswith("شارع").all()


def test_geopackage_has_three_layers(tmp_path: Path) -> None:
    town = build_town(1)
    wa.export_network(town, tmp_path / "deep" / "town.gpkg")
    path = tmp_path / "deep" / "town.gpkg"
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["links", "nodes", "crossings"]
    assert len(gpd.read_file(path, layer="nodes")) == town.nodes
    assert [each.name for each in path.parent.iterdir()] == ["town.gpkg"]


def test_geoparquet_is_three_files(tmp_path: Path) -> None:
    town = build_town(1)
    wa.export_network(town, tmp_path / "town.parquet")
    assert sorted(each.name for each in (tmp_path / "town.parquet").iterdir()) == [
        *("crossings.parquet", "links.parquet", "nodes.parquet"),
    ]
    links = gpd.read_parquet(tmp_path / "town.parquet" / "links.parquet")
    assert np.array_equal(links.length_m, town.link_length_m)


@pytest.mark.parametrize("name", ["town.gpkg", "town.parquet", "town.gmns"])
def test_what_is_there_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileUnreadable, match="is there already"):
        wa.export_network(build_town(1), tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"


def test_endings_tell_the_format(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"ends in \.gpkg"):
        wa.export_network(build_town(1), tmp_path / "town.dxf")


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("town.gpkg", "town.parquet", "town.gmns"):
        with pytest.raises(FileUnreadable, match="cannot write"):
            wa.export_network(build_town(1), tmp_path / "file" / name)
