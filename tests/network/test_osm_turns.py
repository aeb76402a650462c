"""Turn restrictions: which links they become, what is left aside and why, and that the engine keeps to them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from osm_files import build, grid_nodes

import wayaround as wa
from wayaround.network.attributes import Mode
from wayaround.network.osm_turns import AMBIGUOUS, DO_NOT_MEET, FOR_OTHERS, MEMBER_MISSING, MEMBERS_WRONG, NO_EFFECT
from wayaround.network.road_network import RoadNetwork
from wayaround.network.turns import list_bans, list_turns

#   21      22      23
#    |       |       |
#   11 ---- 12 ---- 13
#    |       |       |
#    1       2       3
SQUARE = grid_nodes(3, 3)
ROAD = {"highway": "residential"}
CROSS = {1: [11, 12], 2: [12, 13], 3: [2, 12], 4: [12, 22]}
NO_LEFT = {"type": "restriction", "restriction": "no_left_turn"}
Members = Sequence[tuple[str, int, str]]


def restricted(
    tmp_path: Path,
    members: Members,
    tags: Mapping[str, str] = NO_LEFT,
    *,
    ways: Mapping[int, Sequence[int]] = CROSS,
    way_tags: Mapping[int, Mapping[str, str]] | None = None,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
) -> RoadNetwork:
    """A crossroads, or other ways, with one restriction."""
    nodes = {node: (*place, (node_tags or {}).get(node, {})) for node, place in SQUARE.items()}
    roads = {way: (refs, {**ROAD, **(way_tags or {}).get(way, {})}) for way, refs in ways.items()}
    return build(tmp_path, nodes=nodes, ways=roads, relations={5: (members, tags)})


def turns_of(network: RoadNetwork) -> list[list[tuple[int, int]]]:
    """Each restriction as ways driven one after another, with the sign of the direction; barriers are way 0."""
    assert network.turns is not None
    assert network.attributes is not None
    way = network.attributes.osm_way
    found = list_turns(network.turns, network.link_tail, network.link_head)
    return [[(int(way[link]), 1 if forward else -1) for link, forward in arcs] for _, arcs in found]


def reasons(network: RoadNetwork) -> dict[str, int]:
    assert network.imported is not None
    return dict(network.imported.turns_skipped)


VIA_NODE = [("w", 1, "from"), ("n", 12, "via"), ("w", 4, "to")]


def test_a_turn_at_a_node(tmp_path: Path) -> None:
    network = restricted(tmp_path, VIA_NODE)
    assert turns_of(network) == [[(1, 1), (4, 1)]]
    assert network.turns is not None
    assert network.turns.is_only.tolist() == [False]
    assert network.turns.osm_relation.tolist() == [5]
    assert reasons(network) == {}


def test_the_direction_follows_from_the_node_and_not_from_the_way(tmp_path: Path) -> None:
    network = restricted(tmp_path, VIA_NODE, ways={**CROSS, 1: [12, 11], 4: [22, 12]})
    assert turns_of(network) == [[(1, -1), (4, -1)]]


def test_the_part_of_a_way_that_ends_at_the_node_is_meant(tmp_path: Path) -> None:
    network = restricted(tmp_path, VIA_NODE, ways={**CROSS, 1: [1, 11, 12], 5: [11, 21]})
    assert network.turns is not None
    assert len(turns_of(network)[0]) == 2
    link = int(network.turns.from_link[0])
    assert network.link_head[link] == network.turns.via_node[0]


@pytest.mark.parametrize(
    ("members", "ways", "expected"),
    [
        # From 1 over 2 into 6: one link between.
        ([("w", 1, "from"), ("w", 2, "via"), ("w", 6, "to")], {**CROSS, 6: [13, 23]}, [(1, 1), (2, 1), (6, 1)]),
        # The way between is split by another road.
        (
            [("w", 3, "from"), ("w", 2, "via"), ("w", 6, "to")],
            {1: [11, 12], 2: [12, 22, 23], 3: [2, 12], 6: [23, 13], 7: [22, 21]},
            [(3, 1), (2, 1), (2, 1), (6, 1)],
        ),
        # Two ways between.
        (
            [("w", 1, "from"), ("w", 2, "via"), ("w", 6, "via"), ("w", 7, "to")],
            {**CROSS, 6: [13, 23], 7: [23, 22]},
            [(1, 1), (2, 1), (6, 1), (7, 1)],
        ),
        # A U-turn over a short link between two carriageways.
        (
            [("w", 1, "from"), ("w", 4, "via"), ("w", 8, "to")],
            {1: [11, 12], 2: [12, 13], 4: [22, 12], 8: [22, 21], 9: [23, 22]},
            [(1, 1), (4, -1), (8, 1)],
        ),
    ],
)
def test_a_turn_by_way_of_others(
    tmp_path: Path, members: Members, ways: Mapping[int, Sequence[int]], expected: list[tuple[int, int]]
) -> None:
    network = restricted(tmp_path, members, {"type": "restriction", "restriction": "no_u_turn"}, ways=ways)
    assert turns_of(network) == [expected]


def test_several_ways_in_or_out_are_several_turns(tmp_path: Path) -> None:
    members = [("w", 1, "from"), ("w", 3, "from"), ("n", 12, "via"), ("w", 4, "to")]
    assert turns_of(restricted(tmp_path, members, {"type": "restriction", "restriction": "no_entry"})) == [
        [(1, 1), (4, 1)],
        [(3, 1), (4, 1)],
    ]
    members = [("w", 1, "from"), ("n", 12, "via"), ("w", 4, "to"), ("w", 2, "to")]
    assert len(turns_of(restricted(tmp_path, members, {"type": "restriction", "restriction": "no_exit"}))) == 2


def test_a_turn_at_a_barrier_goes_through_its_link(tmp_path: Path) -> None:
    members = [("w", 1, "from"), ("n", 12, "via"), ("w", 2, "to")]
    network = restricted(tmp_path, members, ways={1: [11, 12], 2: [12, 13]}, node_tags={12: {"barrier": "gate"}})
    assert turns_of(network) == [[(1, 1), (0, 1), (2, 1)]]


@pytest.mark.parametrize(
    ("tags", "excepted"),
    [
        ({}, Mode(0)),
        ({"except": "hgv"}, Mode.HGV),
        ({"except": "psv;motorcar"}, Mode.CAR),
        ({"type": "restriction:hgv"}, Mode.CAR),
    ],
)
def test_vehicles_may_be_excepted(tmp_path: Path, tags: Mapping[str, str], excepted: Mode) -> None:
    turns = restricted(tmp_path, VIA_NODE, {**NO_LEFT, **tags}).turns
    assert turns is not None
    assert turns.except_modes.tolist() == [int(excepted)]


def test_what_holds_at_times_binds_nobody_and_is_written_down(tmp_path: Path) -> None:
    tags = {"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"}
    network = restricted(tmp_path, VIA_NODE, tags)
    assert network.turns is not None
    assert network.attributes is not None
    assert network.attributes.text(int(network.turns.conditional[0])) == "no_left_turn @ (07:00-09:00)"
    assert list_bans(network.turns, network.link_tail, network.link_head) == {}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("w", 99, "from"), ("n", 12, "via"), ("w", 4, "to")], MEMBER_MISSING),
        ([("w", 1, "from"), ("n", 99, "via"), ("w", 4, "to")], MEMBER_MISSING),
        ([("w", 1, "from"), ("w", 99, "via"), ("w", 4, "to")], MEMBER_MISSING),
        ([("w", 1, "from"), ("w", 4, "to")], MEMBERS_WRONG),
        ([("n", 12, "via"), ("w", 4, "to")], MEMBERS_WRONG),
        ([("n", 11, "from"), ("n", 12, "via"), ("w", 4, "to")], MEMBERS_WRONG),
        ([("w", 1, "from"), ("n", 12, "via"), ("w", 2, "via"), ("w", 4, "to")], MEMBERS_WRONG),
        ([("w", 1, "from"), ("n", 12, "via"), ("n", 13, "via"), ("w", 4, "to")], MEMBERS_WRONG),
        ([("w", 1, "from"), ("n", 13, "via"), ("w", 4, "to")], DO_NOT_MEET),
        ([("w", 1, "from"), ("w", 3, "via"), ("w", 2, "to")], DO_NOT_MEET),
    ],
)
def test_what_cannot_be_brought_to_links_is_counted_by_its_reason(
    tmp_path: Path, members: Members, reason: str
) -> None:
    network = restricted(tmp_path, members)
    assert turns_of(network) == []
    assert reasons(network) == {reason: 1}


def test_a_way_that_goes_on_through_the_node_is_not_guessed(tmp_path: Path) -> None:
    ways = {1: [11, 12, 13], 3: [2, 12], 4: [12, 22]}
    assert reasons(restricted(tmp_path, VIA_NODE, ways=ways)) == {AMBIGUOUS: 1}
    one_way = restricted(tmp_path, VIA_NODE, ways=ways, way_tags={1: {"oneway": "yes"}})
    assert turns_of(one_way) == [[(1, 1), (4, 1)]]  # only one part of it leads to the node


def test_what_nobody_may_drive_anyhow_is_left_out(tmp_path: Path) -> None:
    network = restricted(tmp_path, VIA_NODE, way_tags={4: {"oneway": "-1"}})
    assert reasons(network) == {NO_EFFECT: 1}
    network = restricted(tmp_path, VIA_NODE, {**NO_LEFT, "except": "hgv"}, way_tags={4: {"motorcar": "no"}})
    assert reasons(network) == {NO_EFFECT: 1}
    network = restricted(tmp_path, VIA_NODE, {"type": "restriction:bus", "restriction": "no_left_turn"})
    assert reasons(network) == {FOR_OTHERS: 1}


def test_only_one_turn_bans_all_others_there(tmp_path: Path) -> None:
    network = restricted(tmp_path, VIA_NODE, {"type": "restriction", "restriction": "only_left_turn"})
    assert network.turns is not None
    assert network.attributes is not None
    way = network.attributes.osm_way
    bans = list_bans(network.turns, network.link_tail, network.link_head)
    assert {tuple(int(way[link]) for link, _ in ban) for ban in bans} == {(1, 1), (1, 2), (1, 3)}


def km(network: RoadNetwork, start: int, end: int, profile: str = "car") -> float:
    places = [wa.Place(str(node), *SQUARE[node]) for node in (start, end)]
    matrix = wa.travel_matrix(network, [places[0]], [places[1]], profile=profile)
    return float(matrix.km.iloc[0, 0])


def test_the_engine_keeps_to_a_restriction(tmp_path: Path) -> None:
    ways = {**CROSS, 5: [12, 13], 6: [13, 23], 7: [23, 22]}
    free = restricted(tmp_path, [("w", 99, "from")], ways=ways)
    assert km(free, 11, 22) == pytest.approx(0.072 + 0.111)
    banned = restricted(tmp_path, VIA_NODE, ways=ways)
    assert km(banned, 11, 22) == pytest.approx(0.072 * 3 + 0.111)  # round the block
    assert km(banned, 22, 11) == pytest.approx(0.072 + 0.111)  # the other way nothing is banned


@pytest.mark.parametrize(
    ("tags", "free"),
    [
        ({**NO_LEFT, "except": "hgv"}, "truck"),
        ({**NO_LEFT, "except": "motorcar"}, "car"),
        ({"type": "restriction", "restriction:hgv": "no_left_turn"}, "car"),
        ({"type": "restriction:hgv", "restriction": "only_straight_on"}, "car"),
    ],
)
def test_the_engine_keeps_to_a_restriction_for_those_whom_it_binds(
    tmp_path: Path, tags: Mapping[str, str], free: str
) -> None:
    members = VIA_NODE if tags.get("restriction") != "only_straight_on" else [*VIA_NODE[:2], ("w", 2, "to")]
    network = restricted(tmp_path, members, tags, ways={**CROSS, 5: [12, 13], 6: [13, 23], 7: [23, 22]})
    bound = "car" if free == "truck" else "truck"
    assert km(network, 11, 22, free) == pytest.approx(0.072 + 0.111)
    assert km(network, 11, 22, bound) > 0.2
