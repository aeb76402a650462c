"""Out and in again: the same roads, and the same routes on them."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from towns import assert_same_roads, build_plain_town, build_town

import wayaround as wa
from wayaround.network.build import build_network
from wayaround.network.exchange.sources import build_from_sources
from wayaround.network.road_network import Crossing
from wayaround.network.store import read_network, write_network

FORMATS = ("gpkg", "parquet", "gmns")

ISLAND = """\
<osm version="0.6">
 <node id="1" lat="35.10" lon="33.30"/><node id="2" lat="35.11" lon="33.31"/><node id="3" lat="35.12" lon="33.30"/>
 <node id="4" lat="35.13" lon="33.31"><tag k="barrier" v="toll_booth"/></node><node id="5" lat="35.14" lon="33.30"/>
 <node id="6" lat="35.20" lon="33.30"/><node id="7" lat="35.15" lon="33.33"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="motorway"/><tag k="maxspeed" v="none"/>
  <tag k="name" v="Αυτοκινητόδρομος, &quot;A1&quot;"/><tag k="ref" v="A1"/><tag k="lanes" v="3"/></way>
 <way id="11"><nd ref="3"/><nd ref="1"/><tag k="highway" v="trunk"/><tag k="maxweight" v="7.5"/>
  <tag k="bridge" v="yes"/><tag k="surface" v="gravel"/><tag k="hgv:conditional" v="no @ (22:00-06:00)"/></way>
 <way id="12"><nd ref="3"/><nd ref="4"/><nd ref="5"/><tag k="highway" v="primary"/><tag k="oneway" v="-1"/></way>
 <way id="13"><nd ref="3"/><nd ref="5"/><tag k="highway" v="service"/><tag k="access" v="private"/></way>
 <way id="14"><nd ref="5"/><nd ref="6"/><tag k="route" v="ferry"/><tag k="motor_vehicle" v="yes"/>
  <tag k="duration" v="01:30"/></way>
 <way id="15"><nd ref="5"/><nd ref="7"/><tag k="highway" v="residential"/><tag k="motor_vehicle" v="no"/></way>
</osm>
"""


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_town(ending: str, seed: int, tmp_path: Path) -> None:
    town = build_town(seed)
    wa.export_network(town, tmp_path / f"town.{ending}")
    again = build_from_sources([tmp_path / f"town.{ending}"], name="town")
    assert_same_roads(town, again)
    assert again.digest == town.digest


@pytest.mark.parametrize("ending", FORMATS)
def test_a_town_of_which_only_lengths_are_known(ending: str, tmp_path: Path) -> None:
    town = build_plain_town(3)
    wa.export_network(town, tmp_path / f"town.{ending}")
    again = build_from_sources([tmp_path / f"town.{ending}"], name="town")
    assert again.attributes is None
    assert_same_roads(town, again)


@pytest.mark.parametrize("ending", FORMATS)
def test_all_that_openstreetmap_says(ending: str, tmp_path: Path) -> None:
    (tmp_path / "island.osm").write_text(ISLAND, encoding="utf-8")
    island = build_network([tmp_path / "island.osm"], name="island")
    assert island.attributes is not None
    assert np.isinf(island.attributes.maxspeed_forward_kmh).sum() == 1
    wa.export_network(island, tmp_path / f"island.{ending}")
    again = build_from_sources([tmp_path / f"island.{ending}"], name="island")
    assert_same_roads(island, again)
    assert (again.source, again.licence, again.attribution) == (island.source, island.licence, island.attribution)


@pytest.mark.parametrize("ending", ["gpkg", "parquet"])
def test_crossings_keep_their_names(ending: str, tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        geometry=gpd.GeoSeries.from_wkt(["LINESTRING (38.8 33.4, 38.9 33.4)", "LINESTRING (38.8 33.5, 39.1 33.5)"]),
        crs="EPSG:4326",
    )
    post = Crossing("tanf", "al-Tanf", ("IQ", "SY"), (0,), ("التنف", "al-Walid"))
    network = wa.network_from_geodataframe(roads, name="roads")
    assert [each.id for each in network.crossings] == ["IQ-SY-0", "IQ-SY-1"]
    network = replace(network, named_crossings=(post, network.crossings[1]))
    wa.export_network(network, tmp_path / f"roads.{ending}")
    again = build_from_sources([tmp_path / f"roads.{ending}"], name="roads")
    assert again.crossings == network.crossings


def test_what_came_in_is_stored_like_any_network(tmp_path: Path) -> None:
    town = build_town(4)
    write_network(town, tmp_path / "stored")
    assert_same_roads(town, read_network(tmp_path / "stored"))
    assert read_network(tmp_path / "stored").imported == town.imported
