"""How ways become links."""

from pathlib import Path

import numpy as np
import pytest
from osm_files import ROAD, build, grid_nodes, links_by_ends, write_osm

import wayaround as wa
from wayaround.network.attributes import ROAD_CLASSES, LinkFlag
from wayaround.network.build import build_network
from wayaround.network.road_network import RoadNetwork

#   21  22  23  24
#   11  12  13  14
#    1   2   3   4
SQUARE = grid_nodes(4, 3)
BARRIER = ROAD_CLASSES.index("barrier")


def ends(network: RoadNetwork) -> set[tuple[int, int]]:
    """Ends of all links as numbers of the nodes of `SQUARE`."""
    number = {place: node for node, place in SQUARE.items()}
    return {(number[tail], number[head]) for tail, head in links_by_ends(network)}


def points(network: RoadNetwork, link: int) -> list[int]:
    """Nodes of `SQUARE` that a link is drawn through."""
    number = {place: node for node, place in SQUARE.items()}
    return [number[round(lat, 7), round(lon, 7)] for lon, lat in network.lines([link])[0].coords]


def test_a_way_is_one_link_and_its_inner_nodes_are_shape_points(tmp_path: Path) -> None:
    network = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2, 12, 13], ROAD)})
    assert (network.nodes, network.links) == (2, 1)
    assert points(network, 0) == [1, 2, 12, 13]
    assert network.attributes is not None
    assert network.attributes.osm_way.tolist() == [7]


def test_ways_are_split_where_they_cross_in_a_common_node_and_only_there(tmp_path: Path) -> None:
    ways = {7: ([11, 12, 13, 14], ROAD), 8: ([2, 12, 22], ROAD), 9: ([3, 23], ROAD)}
    assert ends(build(tmp_path, nodes=SQUARE, ways=ways)) == {(11, 12), (12, 14), (2, 12), (12, 22), (3, 23)}


def test_a_way_that_ends_on_another_splits_it_and_two_that_meet_end_to_end_stay_two(tmp_path: Path) -> None:
    ways = {7: ([1, 2, 3], ROAD), 8: ([3, 4], ROAD), 9: ([12, 2], ROAD)}
    assert ends(build(tmp_path, nodes=SQUARE, ways=ways)) == {(1, 2), (2, 3), (3, 4), (12, 2)}


def test_parallel_ways_stay_two_links(tmp_path: Path) -> None:
    network = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2], ROAD), 8: ([2, 1], ROAD), 9: ([1, 11, 12, 2], ROAD)})
    assert (network.nodes, network.links) == (2, 3)


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ([1, 2, 12, 11, 1], {(1, 12), (12, 1)}),  # closed, touched by nothing else
        ([1, 2, 3, 2], {(1, 2), (2, 3), (3, 2)}),  # there and back over the same node: two links between 2 and 3
        ([1, 2, 3, 13, 12, 2], {(1, 2), (2, 13), (13, 2)}),  # a stick with a ring at its end
        ([2, 3, 13, 12, 2, 1], {(2, 13), (13, 2), (2, 1)}),
        ([1, 2, 3, 13, 12, 2, 22], {(1, 2), (2, 13), (13, 2), (2, 22)}),
    ],
)
def test_what_comes_back_to_itself_is_cut_in_the_middle(
    tmp_path: Path, refs: list[int], expected: set[tuple[int, int]]
) -> None:
    network = build(tmp_path, nodes=SQUARE, ways={7: (refs, ROAD)})
    assert ends(network) == expected
    assert not (network.link_tail == network.link_head).any()


def test_a_roundabout_is_split_where_roads_join_it(tmp_path: Path) -> None:
    ring = ([12, 13, 23, 22, 12], {**ROAD, "junction": "roundabout"})
    network = build(tmp_path, nodes=SQUARE, ways={7: ring, 8: ([2, 12], ROAD), 9: ([23, 24], ROAD)})
    assert ends(network) == {(12, 23), (23, 12), (2, 12), (23, 24)}
    assert network.attributes is not None
    assert network.attributes.has(LinkFlag.ROUNDABOUT).tolist() == [True, True, False, False]


def test_lengths_are_geodesic_along_the_shape_and_rounded_once_a_link(tmp_path: Path) -> None:
    network = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2, 12, 13], ROAD)})
    # On the WGS 84 ellipsoid at 50 degrees north a thousandth of a degree is 71.696 m east and 111.229 m north.
    assert network.link_length_m.tolist() == [round(71.696 + 111.229 + 71.695)]


def test_a_node_named_twice_in_a_row_counts_once_and_nodes_at_one_place_make_a_link_of_no_length(
    tmp_path: Path,
) -> None:
    nodes = {**SQUARE, 99: SQUARE[2]}
    ways = {7: ([1, 2, 2, 99], ROAD), 8: ([2, 12], ROAD), 9: ([99, 3], ROAD)}
    network = build(tmp_path, nodes=nodes, ways=ways)
    assert sorted(network.link_length_m.tolist()) == [0, 72, 72, 111]
    assert network.nodes == 5  # the two at one place are told apart


def test_nodes_at_one_place_are_not_joined_but_counted(tmp_path: Path) -> None:
    from wayaround.network.describe_import import describe_import

    nodes = {**SQUARE, 99: SQUARE[2]}
    network = build(tmp_path, nodes=nodes, ways={7: ([1, 2], ROAD), 8: ([99, 3], ROAD)})
    figures = describe_import(network)
    assert figures is not None
    assert figures.met["nodes_at_one_place"] == 2
    assert network.links == 2
    assert len({*network.link_tail.tolist(), *network.link_head.tolist()}) == 4


def test_a_way_with_missing_nodes_is_cut_there(tmp_path: Path) -> None:
    ways = {7: ([1, 2, 77, 3, 4], ROAD), 8: ([11, 78], ROAD), 9: ([79, 12, 13], ROAD)}
    network = build(tmp_path, nodes=SQUARE, ways=ways)
    assert ends(network) == {(1, 2), (3, 4), (12, 13)}
    assert network.imported is not None
    counts = network.imported.counts
    assert (counts["nodes_missing"], counts["ways_cut"], counts["ways_lost"]) == (3, 2, 1)


def test_ferries_are_links(tmp_path: Path) -> None:
    tags = {"route": "ferry", "duration": "00:30"}
    network = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2], ROAD), 8: ([2, 3, 4, 14], tags), 9: ([3, 13], ROAD)})
    assert network.attributes is not None
    ferry = network.attributes.has(LinkFlag.FERRY)
    assert np.count_nonzero(ferry) == 2
    shares = network.attributes.duration_s[ferry]
    assert float(shares.sum()) == pytest.approx(1800)
    assert float(shares[0] / shares[1]) == pytest.approx(71.696 / (71.696 + 111.229), rel=1e-4)


def gated(
    tmp_path: Path, tags: dict[str, str], *, at: int = 2, ways: dict[int, list[int]] | None = None
) -> RoadNetwork:
    """A road along the lower edge, or others, with a barrier at a node."""
    nodes = {**SQUARE, at: (*SQUARE[at], tags)}
    roads = {way: (refs, ROAD) for way, refs in (ways or {7: [1, 2, 3]}).items()}
    return build(tmp_path, nodes=nodes, ways=roads)


def test_a_barrier_on_a_road_is_a_link_of_no_length(tmp_path: Path) -> None:
    network = gated(tmp_path, {"barrier": "lift_gate", "name": "Gate 1"})
    assert network.link_length_m.tolist() == [72, 72, 0]
    links = network.attributes
    assert links is not None
    assert links.road_class.tolist()[-1] == BARRIER
    assert links.osm_way.tolist() == [7, 7, 0]
    assert links.text(int(links.name[2])) == "Gate 1"
    # In the direction of the road: 1 - 2 | 2 - 3.
    assert network.link_head[0] == network.link_tail[2]
    assert network.link_head[2] == network.link_tail[1]


@pytest.mark.parametrize(
    ("tags", "passes", "flag"),
    [
        ({"barrier": "gate"}, 3, LinkFlag.GATE),
        ({"barrier": "toll_booth"}, 3, LinkFlag.TOLL_BOOTH),
        ({"barrier": "border_control"}, 3, LinkFlag.BORDER_CONTROL),
        ({"barrier": "bollard"}, 0, LinkFlag(0)),
        ({"barrier": "bus_trap"}, 2, LinkFlag(0)),
        ({"barrier": "gate", "motor_vehicle": "no"}, 0, LinkFlag.GATE),
        ({"barrier": "gate", "access": "private"}, 3, LinkFlag.GATE),
    ],
)
def test_a_barrier_lets_pass_whom_its_tags_say(
    tmp_path: Path, tags: dict[str, str], passes: int, flag: LinkFlag
) -> None:
    links = gated(tmp_path, tags).attributes
    assert links is not None
    assert (links.access_forward[-1], links.access_backward[-1]) == (passes, passes)
    assert flag == LinkFlag(0) or links.has(flag)[-1]


def test_no_obstacle_is_no_link(tmp_path: Path) -> None:
    network = gated(tmp_path, {"barrier": "cattle_grid"})
    assert network.links == 1


def test_a_barrier_at_the_end_of_a_road_is_left_out_and_counted(tmp_path: Path) -> None:
    network = gated(tmp_path, {"barrier": "gate"}, at=3)
    assert network.links == 1
    assert network.imported is not None
    assert network.imported.counts["barriers_at_end"] == 1


def test_a_barrier_between_two_ways_parts_them(tmp_path: Path) -> None:
    network = gated(tmp_path, {"barrier": "gate"}, ways={7: [1, 2], 8: [2, 3]})
    assert network.links == 3
    assert network.nodes == 4


def test_a_barrier_at_a_junction_bars_every_road_if_it_stops_anybody(tmp_path: Path) -> None:
    ways = {7: [1, 2, 3], 8: [2, 12]}
    barred = gated(tmp_path, {"barrier": "bollard"}, ways=ways)
    assert np.count_nonzero(barred.link_length_m == 0) == 3
    assert barred.link_part is not None
    assert sorted(barred.link_part[0].tolist()) == [-1, -1, -1, 0, 1, 2]  # three roads without a way to one another
    free = gated(tmp_path, {"barrier": "gate"}, ways=ways)
    assert np.count_nonzero(free.link_length_m == 0) == 0
    assert free.imported is not None
    assert free.imported.counts["barriers_open_at_junction"] == 1


def place_at(node: int) -> wa.Place:
    """A node of the square as a place."""
    return wa.Place(str(node), *SQUARE[node])


def test_a_gate_can_be_closed_by_its_link(tmp_path: Path) -> None:
    from wayaround.closures.closure import LinkIds

    nodes = {**SQUARE, 2: (*SQUARE[2], {"barrier": "gate"})}
    ways = {7: ([1, 2, 3], ROAD), 8: ([1, 11, 12, 13, 3], {"highway": "track", "tracktype": "grade5"})}
    network = build(tmp_path, nodes=nodes, ways=ways)
    gate = int(np.flatnonzero(network.link_length_m == 0)[0])
    shut = [wa.Closure(LinkIds((gate,)))]
    before, after = (
        wa.travel_matrix(network, [place_at(1)], [place_at(3)], closures=closures, profile="car").km.iloc[0, 0]
        for closures in ([], shut)
    )
    assert (before, after) == (0.144, 0.366)  # 2 x 72 m; 2 x 71.7 m and 2 x 111.2 m, drawn as one link


def test_several_files_are_one_map(tmp_path: Path) -> None:
    west = write_osm(
        tmp_path / "west.osm", nodes={k: SQUARE[k] for k in (1, 2, 3)}, ways={7: ([1, 2], ROAD), 8: ([2, 3], ROAD)}
    )
    east = write_osm(
        tmp_path / "east.osm", nodes={k: SQUARE[k] for k in (2, 3, 4)}, ways={8: ([2, 3], ROAD), 9: ([3, 4], ROAD)}
    )
    one = build_network([west, east], name="both")
    assert ends(one) == {(1, 2), (2, 3), (3, 4)}
    other = build_network([east, west], name="both")
    assert np.array_equal(one.link_length_m, other.link_length_m)
    assert one.imported is not None
    assert [file.name for file in one.imported.files] == ["west.osm", "east.osm"]


def test_a_way_whose_nodes_lie_in_another_file_is_whole(tmp_path: Path) -> None:
    nodes = write_osm(tmp_path / "nodes.osm", nodes=SQUARE, ways={})
    ways = write_osm(tmp_path / "ways.osm", nodes={}, ways={7: ([1, 2, 3], ROAD)})
    assert ends(build_network([ways, nodes], name="both")) == {(1, 3)}


def test_the_newest_version_counts_and_deleted_objects_do_not(tmp_path: Path) -> None:
    text = """<osm version="0.6">
    <node id="1" version="1" lat="50" lon="10"/><node id="1" version="2" lat="50.5" lon="10"/>
    <node id="2" version="1" lat="50" lon="10.001"/><node id="3" version="1" lat="50" lon="10.002"/>
    <way id="7" version="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
    <way id="7" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="track"/></way>
    <way id="8" version="3" visible="false"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
    <way id="9" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="service"/></way></osm>"""
    (tmp_path / "versions.osm").write_text(text)
    network = build_network([tmp_path / "versions.osm"], name="versions")
    links = network.attributes
    assert links is not None
    assert [ROAD_CLASSES[row] for row in links.road_class] == ["primary", "service"]
    assert round(float(network.node_lat.max()), 1) == 50.5


def test_ids_may_be_negative_as_editors_write_them(tmp_path: Path) -> None:
    nodes = {-1: SQUARE[1], -2: SQUARE[2], 3: SQUARE[3]}
    network = build(tmp_path, nodes=nodes, ways={-7: ([-1, -2, 3], ROAD)})
    assert network.links == 1
    assert len(network.shape_lon) == 1


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_kind_of_file_gives_the_same_network(tmp_path: Path, ending: str) -> None:
    import bz2
    import gzip

    import osmium

    plain = write_osm(tmp_path / "plain.osm", nodes=SQUARE, ways={7: ([1, 2, 12], ROAD), 8: ([2, 3], ROAD)})
    path = tmp_path / f"drawn{ending}"
    if ending == ".osm.pbf":
        with osmium.SimpleWriter(str(path)) as writer:
            for entity in osmium.FileProcessor(str(plain)):
                writer.add(entity)
    else:
        pack = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[ending]
        path.write_bytes(pack(plain.read_bytes()))
    expected = build_network([plain], name="drawn")
    network = build_network([path], name="drawn")
    assert np.array_equal(network.link_length_m, expected.link_length_m)
    assert np.array_equal(network.shape_lon, expected.shape_lon)
    assert ends(network) == {(1, 2), (2, 12), (2, 3)}
