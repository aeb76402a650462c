"""Networks out of tables of lines."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from towns import COLUMNS, draw_town

import wayaround as wa
from wayaround.errors import FileUnreadable, RoadsInvalid
from wayaround.network.exchange.noding import part_at_crossings
from wayaround.network.exchange.sources import build_from_sources
from wayaround.units import UNREACHABLE


def table(*lines: str, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(columns), geometry=gpd.GeoSeries.from_wkt(lines), crs="EPSG:4326")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ways_are_those_that_networkx_finds_on_the_table_itself(seed: int) -> None:
    town = draw_town(seed)
    network = wa.network_from_geodataframe(town, **COLUMNS)
    graph = nx.MultiDiGraph()
    for row in town.itertuples():
        if row.oneway != "-1":
            graph.add_edge(row.start, row.end, metres=row.metres)
        if row.oneway != "yes":
            graph.add_edge(row.end, row.start, metres=row.metres)
    ours = wa.to_networkx(network)
    place = {node: (round(data["x"], 6), round(data["y"], 6)) for node, data in ours.nodes(data=True)}
    node_at = {where: node for node, where in place.items()}
    for start in range(0, 36, 7):
        expected = nx.single_source_dijkstra_path_length(graph, start, weight="metres")
        corner = {node: (round(36.2 + 0.01 * (node % 6), 6), round(33.5 + 0.01 * (node // 6), 6)) for node in range(36)}
        found = nx.single_source_dijkstra_path_length(ours, node_at[corner[start]], weight="length")
        assert {node: found.get(node_at[corner[node]]) for node in range(36)} == {
            node: expected.get(node) for node in range(36)
        }


def test_any_coordinate_system_gives_the_same_network() -> None:
    town = draw_town(5)
    degrees, metres = (wa.network_from_geodataframe(each, **COLUMNS) for each in (town, town.to_crs("EPSG:32637")))
    assert np.array_equal(degrees.link_length_m, metres.link_length_m)
    assert np.abs(degrees.node_lon - metres.node_lon).max() < 1e-9
    assert (degrees.nodes, degrees.links) == (metres.nodes, metres.links) == (36, 63)


def test_lengths_are_measured_where_none_is_given() -> None:
    network = wa.network_from_geodataframe(
        table("LINESTRING (36 33, 36.1 33.1)", "LINESTRING (36.1 33.1, 36.2 33)", m=[np.nan, 77.4]), length_column="m"
    )
    assert network.link_length_m.tolist() == [round(Geod(ellps="WGS84").inv(36, 33, 36.1, 33.1)[2]), 77]


def test_spellings_of_one_way() -> None:
    spellings = ["yes", "True", "1", "-1", "reverse", "no", "0", "", None, "nonsense"]
    lines = [f"LINESTRING (36 {33 + row / 10}, 36.1 {33 + row / 10})" for row in range(len(spellings))]
    network = wa.network_from_geodataframe(table(*lines, way=spellings), oneway_column="way")
    assert network.attributes is not None
    forward, backward = (each > 0 for each in (network.attributes.access_forward, network.attributes.access_backward))
    assert forward.tolist() == [True, True, True, False, False, True, True, True, True, True]
    assert backward.tolist() == [False, False, False, True, True, True, True, True, True, True]
    flags = wa.network_from_geodataframe(table(*lines[:2], way=[True, False]), oneway_column="way")
    assert flags.attributes is not None
    assert flags.attributes.access_backward.tolist() == [0, 3]


def test_classes_and_speeds() -> None:
    from wayaround.network.attributes import ROAD_CLASSES

    words = ["Freeway", "minor arterial", "primary", "lane 5", "", None]
    lines = [f"LINESTRING (36 {33 + row / 10}, 36.1 {33 + row / 10})" for row in range(len(words))]
    network = wa.network_from_geodataframe(
        table(*lines, kind=words, limit=["120", "30 mph", "", "70", "50", ""]),
        class_column="kind",
        speed_column="limit",
    )
    assert network.attributes is not None
    assert [ROAD_CLASSES[row] for row in network.attributes.road_class] == [
        *("motorway", "secondary", "primary", "primary", "secondary", "unclassified"),
    ]
    assert network.attributes.maxspeed_forward_kmh.tolist()[:2] == [120.0, np.float32(30 * 1.609344)]


def test_roads_that_cross_meet_only_on_request() -> None:
    cross = table("LINESTRING (36 33, 36.2 33.2)", "LINESTRING (36 33.2, 36.2 33)", m=[1000.0, 3000.0])
    apart = wa.network_from_geodataframe(cross, length_column="m")
    assert (apart.nodes, apart.links) == (4, 2)
    joined = wa.network_from_geodataframe(cross, length_column="m", node_at_crossings=True)
    assert (joined.nodes, joined.links) == (5, 4)
    assert joined.link_length_m.reshape(2, 2).sum(axis=1).tolist() == [1000, 3000]
    assert joined.imported is not None
    assert joined.imported.counts["parted_at_crossings"] == 2


def test_parting_at_crossings_keeps_the_course_and_meets_as_shapely_nodes() -> None:
    random = np.random.default_rng(7)
    lines = np.array([shapely.LineString(random.uniform(36, 36.3, (3, 2))) for _ in range(12)], dtype=object)
    tee = shapely.LineString([shapely.line_interpolate_point(lines[0], 0.4, normalized=True), (36.4, 36.4)])
    lines = np.append(lines, tee)
    parts, row = part_at_crossings(lines)
    expected = shapely.get_parts(shapely.node(shapely.union_all(lines)))
    assert len(parts) >= len(expected) > len(lines)
    for line in range(len(lines)):
        total = shapely.length(parts[row == line]).sum()
        assert round(total, 9) == round(shapely.length(lines[line]), 9)
    crossings = {tuple(np.round(point, 6)) for point in shapely.get_coordinates(shapely.get_point(expected, 0))}
    assert {
        tuple(np.round(point, 6)) for point in shapely.get_coordinates(shapely.get_point(parts, 0))
    } >= crossings - {tuple(np.round(point, 6)) for point in shapely.get_coordinates(lines)}


def test_a_ring_is_halved_and_a_point_left_out() -> None:
    ring = "LINESTRING (36 33, 36.1 33, 36.1 33.1, 36 33.1, 36 33)"
    network = wa.network_from_geodataframe(
        table(ring, "LINESTRING (36 33, 36 33)", "LINESTRING (36 33, 35.9 33)", m=[4001.0, 5.0, 900.0]),
        length_column="m",
    )
    assert network.links == 3
    assert network.link_length_m[:2].sum() in (4000, 4001, 4002)
    assert (network.link_tail == network.link_head).sum() == 0
    assert network.imported is not None
    assert network.imported.counts["lines_without_extent"] == 1


def test_columns_of_nodes_say_where_lines_meet() -> None:
    lines = table("LINESTRING (36 33, 36.1 33)", "LINESTRING (36.1001 33, 36.2 33)", a=["x", "y"], b=["y", "z"])
    assert wa.network_from_geodataframe(lines).nodes == 4
    assert wa.network_from_geodataframe(lines, node_columns=("a", "b")).nodes == 3


def test_several_lines_in_a_row() -> None:
    several = table(
        "MULTILINESTRING ((36 33, 36.1 33), (36.1 33, 36.2 33))", "MULTILINESTRING ((1 1, 2 1), (5 5, 6 5))"
    )
    assert wa.network_from_geodataframe(several).links == 3


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda t: t, {"length_column": "miles"}, 'no column "miles"; the columns are'),
        (lambda t: t.set_crs(None, allow_override=True), {}, "no coordinate system"),
        (lambda t: t.set_geometry(shapely.points(t.bounds.minx, t.bounds.miny), crs=t.crs), {}, "row 0 is a Point"),
        (lambda t: t.assign(metres=-1), {"length_column": "metres"}, "no length in metres"),
        (lambda t: t.assign(metres="far"), {"length_column": "metres"}, '"far" in row 0, which is no number'),
        (lambda t: t.iloc[:0], {}, "there is no road"),
        (lambda t: t.set_geometry(t.translate(500)), {}, "no longitude and latitude"),
        (lambda t: t, {"node_columns": ("start", "end"), "node_at_crossings": True}, "leave one of the two"),
    ],
)
def test_what_is_no_network_is_told_in_a_sentence(change: object, options: dict[str, object], said: str) -> None:
    town = draw_town(1)
    changed = change(town)  # type: ignore[operator]
    with pytest.raises(RoadsInvalid, match=said):
        wa.network_from_geodataframe(changed, **options)  # type: ignore[arg-type]


def test_words_of_an_export_that_are_none() -> None:
    links = wa.to_geodataframes(wa.network_from_geodataframe(draw_town(1), **COLUMNS)).links
    with pytest.raises(RoadsInvalid, match='"road_class" holds "canal"'):
        wa.network_from_geodataframe(links.assign(road_class="canal"))
    with pytest.raises(RoadsInvalid, match='"flags" holds "haunted"'):
        wa.network_from_geodataframe(links.assign(flags="haunted"))


def test_files_of_lines(tmp_path: Path) -> None:
    town = draw_town(2)
    expected = wa.network_from_geodataframe(town, **COLUMNS)
    town.to_file(tmp_path / "town.geojson")
    town.to_parquet(tmp_path / "town.parquet")
    town.to_file(tmp_path / "town.gpkg", layer="roads")
    for ending in ("geojson", "parquet", "gpkg"):
        found = build_from_sources([tmp_path / f"town.{ending}"], name="lines", columns=COLUMNS)
        assert np.array_equal(found.link_tail, expected.link_tail), ending
        assert np.array_equal(found.link_length_m, expected.link_length_m), ending
        assert found.attributes is not None
        assert expected.attributes is not None
        assert np.array_equal(found.attributes.access_forward, expected.attributes.access_forward), ending
    town.to_file(tmp_path / "town.gpkg", layer="others")
    with pytest.raises(FileUnreadable, match="several layers; name one of roads, others"):
        build_from_sources([tmp_path / "town.gpkg"], name="lines")
    with pytest.raises(FileUnreadable, match='no layer "rivers"'):
        build_from_sources([tmp_path / "town.gpkg"], name="lines", layer="rivers")
    (tmp_path / "broken.gpkg").write_bytes(b"nothing")
    with pytest.raises(FileUnreadable, match="cannot read lines"):
        build_from_sources([tmp_path / "broken.gpkg"], name="lines")


def test_shut_both_ways_is_unreachable() -> None:
    links = wa.to_geodataframes(wa.network_from_geodataframe(draw_town(1), **COLUMNS)).links
    shut = wa.network_from_geodataframe(links.assign(access_forward="", access_backward="hgv"))
    from wayaround.network.profiles import drive_times

    assert (drive_times(shut, wa.load_profile("car")).backward_ds == UNREACHABLE).all()
    assert (drive_times(shut, wa.load_profile("truck")).backward_ds < UNREACHABLE).all()
    assert pd.Series(drive_times(shut, wa.load_profile("truck")).forward_ds).eq(UNREACHABLE).all()
