"""Graphs of NetworkX and igraph out, graphs as OSMnx makes them in."""

import sys
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
import shapely
from towns import assert_same_roads, build_plain_town, build_town

import wayaround as wa
from wayaround.errors import PackageMissing, RoadsInvalid
from wayaround.network.attributes import ROAD_CLASSES, LinkFlag


def deciseconds(hours: float) -> int:
    return round(Fraction(hours) * 36_000)


@pytest.mark.parametrize("seed", [1, 2])
def test_networkx_finds_the_times_of_the_engine(seed: int) -> None:
    town = build_plain_town(seed)
    graph = wa.to_networkx(town, profile="car")
    places = [f"{lat},{lon}" for lon, lat in zip(town.node_lon, town.node_lat, strict=True)]
    hours = wa.travel_matrix(town, places[:6], places, profile="car").h.to_numpy()
    for start in range(6):
        seconds = nx.single_source_dijkstra_path_length(graph, start, weight="travel_time")
        assert [round(seconds[node] * 10) for node in range(town.nodes)] == [deciseconds(each) for each in hours[start]]


def test_edges_are_the_directions_that_may_be_driven() -> None:
    town = build_town(1)
    links = town.attributes
    assert links is not None
    graph = wa.to_networkx(town)
    assert graph.number_of_edges() == (links.access_forward > 0).sum() + (links.access_backward > 0).sum()
    for start, end, edge in graph.edges(data=True):
        ends = (town.link_tail[edge["link"]], town.link_head[edge["link"]])
        assert (start, end) == (ends[::-1] if edge["reversed"] else ends)
        assert edge["length"] == town.link_length_m[edge["link"]]
        assert edge["geometry"].coords[0] == (graph.nodes[start]["x"], graph.nodes[start]["y"])
        assert edge["highway"] == ROAD_CLASSES[links.road_class[edge["link"]]]
    assert graph.graph["crs"] == "EPSG:4326"


def test_igraph_holds_the_same_arcs() -> None:
    igraph = pytest.importorskip("igraph")
    town = build_town(2)
    graph, other = wa.to_igraph(town, profile="truck"), wa.to_networkx(town, profile="truck")
    assert isinstance(graph, igraph.Graph)
    arcs = sorted((edge.source, edge.target, edge["link"], edge["travel_time"]) for edge in graph.es)
    assert arcs == sorted((u, v, edge["link"], edge["travel_time"]) for u, v, edge in other.edges(data=True))
    assert graph.vs["x"] == town.node_lon.tolist()


@pytest.mark.parametrize("package", ["networkx", "igraph"])
def test_a_package_that_is_not_there_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    export = {"networkx": wa.to_networkx, "igraph": wa.to_igraph}[package]
    with pytest.raises(PackageMissing, match=rf"{package} is not installed; `pip install"):
        export(build_plain_town(1))


def test_out_to_networkx_and_in_again() -> None:
    town = build_town(3)
    again = wa.network_from_osmnx(wa.to_networkx(town), name="town")

    def roads(network: wa.RoadNetwork) -> list[tuple[object, ...]]:
        known = network.attributes
        assert known is not None
        rows = []
        for link in range(network.links):
            ends = [
                (network.node_lon[node], network.node_lat[node])
                for node in (network.link_tail[link], network.link_head[link])
            ]
            access = [int(known.access_forward[link]), int(known.access_backward[link])]
            if access[0] == 0:
                ends, access = ends[::-1], access[::-1]
            name = known.text(known.name[link])
            rows.append((*ends, *access, int(network.link_length_m[link]), int(known.road_class[link]), name))
        return sorted(rows)

    assert roads(again) == roads(town)
    graphs = [wa.to_networkx(each, profile="truck") for each in (town, again)]
    times = []
    for graph in graphs:
        place = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
        found = nx.all_pairs_dijkstra_path_length(graph, weight="travel_time")
        times.append({(place[start], place[end]): s for start, ends in found for end, s in ends.items()})
    assert times[0] == times[1]


def test_a_plain_network_out_to_networkx_and_in_again() -> None:
    town = build_plain_town(3)
    again = wa.network_from_osmnx(wa.to_networkx(town), name="town")
    assert sorted(again.link_length_m) == sorted(town.link_length_m)
    assert again.links == town.links
    assert_same_roads(again, wa.network_from_osmnx(wa.to_networkx(again), name="town"))


def draw_osmnx() -> nx.MultiDiGraph:
    """A graph with the attributes that OSMnx 2 gives after it has joined ways."""
    graph = nx.MultiDiGraph(crs="epsg:4326", created_with="OSMnx 2.1.1", simplified=True)
    for node, x, y in ((10, 7.41, 43.73), (20, 7.42, 43.73), (30, 7.43, 43.74), (40, 7.44, 43.73)):
        graph.add_node(node, x=x, y=y, street_count=3)
    bend = shapely.LineString([(7.41, 43.73), (7.415, 43.735), (7.42, 43.73)])
    two_way = {
        "osmid": [5, 6],
        "highway": ["residential", "secondary"],
        "lanes": ["2", "3"],
        "maxspeed": ["50", "30"],
        "name": ["Rue Grimaldi", "Rue Suffren"],
        "oneway": False,
    }
    graph.add_edge(10, 20, **two_way, reversed=False, length=1000.1000000001, geometry=bend)
    graph.add_edge(20, 10, **two_way, reversed=True, length=1000.1, geometry=bend.reverse())
    graph.add_edge(20, 30, osmid=7, highway="primary", oneway=True, reversed=False, length=1400.7, tunnel="yes")
    graph.add_edge(30, 20, osmid=8, highway="primary", oneway=True, reversed=False, length=1400.7, ref="D6007")
    graph.add_edge(30, 40, osmid=9, highway="tertiary", oneway=False, reversed=False, length=1300.0, access="private")
    graph.add_edge(40, 30, osmid=9, highway="tertiary", oneway=False, reversed=True, length=1300.0, access="private")
    graph.add_edge(10, 40, osmid=11, highway="footway", oneway=False, reversed=False, length=2500.0)
    ring = shapely.LineString([(7.44, 43.73), (7.45, 43.73), (7.45, 43.74), (7.44, 43.73)])
    for course, against in ((ring, False), (ring.reverse(), True)):
        graph.add_edge(
            40, 40, osmid=12, highway="service", oneway=False, reversed=against, length=2600.0, geometry=course
        )
    return graph


def test_a_graph_of_osmnx() -> None:
    network = wa.network_from_osmnx(draw_osmnx())
    known = network.attributes
    assert known is not None
    assert network.nodes == 5
    assert network.link_length_m[:3].tolist() == [1000, 1401, 1401]
    assert network.link_length_m[3:].sum() == 1300 + 2600
    assert [ROAD_CLASSES[row] for row in known.road_class] == [
        *("secondary", "primary", "primary", "tertiary", "service", "service"),
    ]
    assert known.access_forward.tolist() == [3] * 6
    assert known.access_backward.tolist() == [3, 0, 0, 3, 3, 3]
    assert known.maxspeed_forward_kmh[0] == 30
    assert known.osm_way.tolist() == [5, 7, 8, 9, 12, 12]
    assert [known.text(row) for row in known.name[:2]] == ["Rue Grimaldi", ""]
    assert known.text(known.ref[2]) == "D6007"
    assert known.has(LinkFlag.TUNNEL).tolist() == [False, True, False, False, False, False]
    assert (known.flags[3] != 0, network.imported is not None) == (True, True)
    assert network.attribution == "(c) OpenStreetMap contributors"


def test_what_is_no_graph_of_osmnx_is_told_in_a_sentence() -> None:
    with pytest.raises(RoadsInvalid, match="no directed multigraph"):
        wa.network_from_osmnx(nx.Graph())  # type: ignore[arg-type]
    graph = draw_osmnx()
    del graph.nodes[10]["x"]
    with pytest.raises(RoadsInvalid, match="lacks a readable 'x'"):
        wa.network_from_osmnx(graph)
    graph = draw_osmnx()
    graph.graph["crs"] = "Mars"
    with pytest.raises(RoadsInvalid, match='system "Mars"'):
        wa.network_from_osmnx(graph)
    assert np.isfinite(draw_osmnx().nodes[10]["x"])
