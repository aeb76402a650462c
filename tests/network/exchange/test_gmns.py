"""GMNS tables: what we write, and what others write."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from towns import build_town

import wayaround as wa
from wayaround.errors import FileUnreadable, RoadsInvalid
from wayaround.network.attributes import ROAD_CLASSES

NODES = "node_id,x_coord,y_coord\n1,36.0,33.0\n2,36.1,33.0\n3,36.1,33.1\n"


def write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_fields_and_units_are_those_of_the_specification(tmp_path: Path) -> None:
    town = build_town(1)
    wa.export_network(town, tmp_path / "town.gmns")
    links = pd.read_csv(tmp_path / "town.gmns" / "link.csv")
    required = ["link_id", "from_node_id", "to_node_id", "directed"]
    optional = ["geometry", "dir_flag", "length", "name", "facility_type", "free_speed", "lanes", "allowed_uses"]
    assert {*required, *optional} <= set(links.columns)
    assert links.link_id.is_unique
    assert links.directed.all()
    attributes = town.attributes
    assert attributes is not None
    two_way = (attributes.access_forward > 0) & (attributes.access_backward > 0)
    assert len(links) == town.links + two_way.sum()
    first = links[links.wayaround_link == 0].iloc[0]
    assert first.length == town.link_length_m[0] / 1000
    nodes = pd.read_csv(tmp_path / "town.gmns" / "node.csv").set_index("node_id")
    for row in links.itertuples():
        course = shapely.get_coordinates(shapely.from_wkt(row.geometry))[:: row.dir_flag]
        for node, point in ((row.from_node_id, course[0]), (row.to_node_id, course[-1])):
            assert (nodes.x_coord[node], nodes.y_coord[node]) == tuple(point)
    config = pd.read_csv(tmp_path / "town.gmns" / "config.csv").iloc[0]
    assert (config.long_length, config.speed, config.crs) == ("km", "km/h", "EPSG:4326")
    uses = set(pd.read_csv(tmp_path / "town.gmns" / "use_definition.csv").use)
    assert {use for text in links.allowed_uses for use in text.split(",")} <= uses


def test_rows_in_opposite_directions_are_one_link(tmp_path: Path) -> None:
    link = (
        "link_id,from_node_id,to_node_id,directed,length,facility_type,free_speed,lanes,allowed_uses,geometry,dir_flag\n"
        'a,1,2,true,10,freeway,100,2,"auto,truck","LINESTRING (36 33, 36.05 33.01, 36.1 33)",1\n'
        'b,2,1,true,10,freeway,80,3,"auto,truck","LINESTRING (36 33, 36.05 33.01, 36.1 33)",-1\n'
        'c,1,2,true,9.5,ramp,,1,auto,"LINESTRING (36 33, 36.1 33)",1\n'
        "d,2,3,false,11.2,local,50,2,,,0\n"
        "e,3,1,true,14.6,sidewalk,5,1,walk,,0\n"
    )
    config = "long_length,speed,crs\nkm,km/h,EPSG:4326\n"
    network = wa.network_from_gmns(write(tmp_path, node=NODES, link=link, config=config))
    links = network.attributes
    assert links is not None
    assert network.link_length_m.tolist() == [10_000, 9_500, 11_200]
    assert [ROAD_CLASSES[row] for row in links.road_class] == ["motorway", "motorway_link", "residential"]
    assert links.access_forward.tolist() == [3, 1, 3]
    assert links.access_backward.tolist() == [3, 0, 3]
    assert links.maxspeed_forward_kmh[[0, 2]].tolist() == [100, 50]
    assert links.maxspeed_backward_kmh[[0, 2]].tolist() == [80, 50]
    assert links.lanes.tolist() == [5, 1, 2]
    assert (network.shape_lon.tolist(), network.shape_lat.tolist()) == ([36.05], [33.01])
    assert network.imported is not None
    assert network.imported.counts["rows_for_others"] == 1


@pytest.mark.parametrize(
    ("config", "length", "speed", "metres", "kmh"),
    [
        ("long_length,speed\nmile,mph\n", 6.0, 60, round(6 * 1609.344), 60 * 1.609344),
        ("long_length,speed\nmeters,km/h\n", 9300, 60, 9300, 60),
        ("long_length\nfeet\n", 30_000, 60, 9144, 60 * 1.609344),
        (None, 9300, 60, 9300, 60),
        (None, 9.3, 60, 9300, 60),
        (None, 5.8, 60, round(5.8 * 1609.344), 60),
    ],
)
def test_units(config: str | None, length: float, speed: float, metres: int, kmh: float, tmp_path: Path) -> None:
    link = f"link_id,from_node_id,to_node_id,directed,length,free_speed\n1,1,2,true,{length},{speed}\n"
    network = wa.network_from_gmns(write(tmp_path, node=NODES, link=link, **({"config": config} if config else {})))
    assert network.link_length_m.tolist() == [metres]
    assert network.attributes is not None
    assert network.attributes.maxspeed_forward_kmh.tolist() == [np.float32(kmh)]


def test_geometries_of_a_table_of_their_own_in_another_system(tmp_path: Path) -> None:
    node = "node_id,x_coord,y_coord\n1,500000,3600000\n2,501000,3600000\n"
    link = "link_id,from_node_id,to_node_id,directed,geometry_id\n1,1,2,true,g\n"
    geometry = 'geometry_id,geometry\ng,"LINESTRING (500000 3600000, 500500 3600100, 501000 3600000)"\n'
    config = "crs\nEPSG:32637\n"
    network = wa.network_from_gmns(write(tmp_path, node=node, link=link, geometry=geometry, config=config))
    assert round(float(network.node_lon[0]), 6) == 39.0
    assert len(network.shape_lon) == 1
    assert network.link_length_m.tolist() == [1020]


LINK = "link_id,from_node_id,to_node_id,directed\n1,1,2,true\n"


@pytest.mark.parametrize(
    ("tables", "error", "said"),
    [
        ({"link": LINK}, FileUnreadable, "has no node.csv"),
        ({"node": NODES}, FileUnreadable, "has no link.csv"),
        ({"node": NODES, "link": ""}, FileUnreadable, "cannot read"),
        ({"node": NODES, "link": "link_id,a,b\n1,1,2\n"}, RoadsInvalid, 'no column "from_node_id"'),
        ({"node": NODES, "link": LINK.replace(",2,", ",9,")}, RoadsInvalid, 'names the node "9"'),
        ({"node": NODES + "1,36,33\n", "link": LINK}, RoadsInvalid, 'has the node "1" twice'),
        ({"node": NODES.replace("36.0", "east"), "link": LINK}, RoadsInvalid, '"east" in row 0, which is no number'),
        ({"node": NODES.replace("36.0", "9999"), "link": LINK}, RoadsInvalid, "no longitude and latitude"),
        ({"node": NODES, "link": LINK, "config": "crs\nMars\n"}, RoadsInvalid, '"Mars", which nobody knows'),
        (
            {"node": NODES, "link": "link_id,from_node_id,to_node_id,length\n1,1,2,5\n", "config": "long_length\nli\n"},
            RoadsInvalid,
            'long_length "li"',
        ),
        (
            {"node": NODES, "link": "link_id,from_node_id,to_node_id,geometry\nx,1,2,POINT (1 1)\n"},
            RoadsInvalid,
            'geometry of link "x"',
        ),
        ({"node": NODES, "link": "link_id,from_node_id,to_node_id\n"}, RoadsInvalid, "there is no road"),
    ],
)
def test_what_is_no_network_is_told_in_a_sentence(
    tables: dict[str, str], error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        wa.network_from_gmns(write(tmp_path, **tables))
