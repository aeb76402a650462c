"""Gaps: by hand on a line of nodes 1,113 m apart, and against SciPy on random networks."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hand_made import Link, make_network
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shaped_networks import draw_shaped_network

import wayaround as wa
from wayaround.network.attributes import Mode
from wayaround.network.gaps import LONG_WAY, find_gaps
from wayaround.network.snap import WGS84
from wayaround.units import UNREACHABLE

TRUCK = wa.load_profile("truck")
NOBODY = Mode(0)
STEP_M = 1113

FORK = [Link(tail=0, head=2, length_m=9000), Link(tail=1, head=2, length_m=8000), Link(tail=2, head=3)]
ISLAND = Link(tail=4, head=5, length_m=500)


def test_what_is_not_joined_comes_first_and_then_the_longest_way_round() -> None:
    found = find_gaps(make_network([*FORK, ISLAND]), TRUCK, radius_km=4)
    assert found.dead_ends == 5
    assert found.node.tolist() == [[3, 4], [3, 5], [1, 4], [0, 1], [1, 3]]
    assert found.network_m.tolist() == [UNREACHABLE] * 3 + [17_000, 9_000]
    assert found.apart_m.tolist() == [500] * 3 + [0, 0]
    assert found.straight_m.tolist() == [STEP_M, 2 * STEP_M, 3 * STEP_M + 1, STEP_M, 2 * STEP_M]
    table = found.table()
    assert table["ratio"].round(2).tolist()[3:] == [15.27, 4.04]
    assert table["ratio"].isna().tolist() == [True] * 3 + [False] * 2
    assert table[["link_a", "link_b"]].values.tolist()[3] == [0, 1]
    assert table.geometry[3].wkt == "LINESTRING (0 0, 0.01 0)"


def test_only_pairs_with_an_end_among_some_nodes() -> None:
    network = make_network([*FORK, ISLAND])
    among = np.arange(network.nodes) == 0
    assert find_gaps(network, TRUCK, radius_km=4, among=among).node.tolist() == [[0, 1]]
    assert len(find_gaps(network, TRUCK, radius_km=4, among=among & False)) == 0


def test_one_direction_is_a_way_and_a_shut_link_between_is_named() -> None:
    one_way = Link(tail=0, head=2, length_m=9000, backward=NOBODY)
    shut = Link(tail=0, head=1, forward=NOBODY, backward=NOBODY)
    found = find_gaps(make_network([one_way, *FORK[1:], shut]), TRUCK, radius_km=1.2)
    assert found.node.tolist() == [[0, 1]]
    assert found.network_m.tolist() == [17_000]
    assert found.shut_link.tolist() == [3]


def test_a_link_that_runs_back_to_its_start_is_no_end() -> None:
    loop = Link(tail=3, head=3)
    assert find_gaps(make_network([*FORK, loop]), TRUCK, radius_km=1.2).dead_ends == 3


@pytest.mark.parametrize("seed", range(20))
def test_ways_are_those_of_scipy(seed: int) -> None:
    drawn = draw_shaped_network(seed, nodes=16, links=15)
    # At 75 km/h 25 m are 12 deciseconds, so the fastest way is the shortest.
    length_m = (25 * np.random.default_rng(seed).integers(1, 400, drawn.links)).astype(np.int32)
    network = replace(drawn, link_length_m=length_m)
    tail, head = network.link_tail, network.link_head
    least = np.full((network.nodes, network.nodes), np.inf)
    for link in range(network.links):
        for pair in ((tail[link], head[link]), (head[link], tail[link])):
            least[pair] = min(least[pair], length_m[link])
    row, column = np.nonzero(np.isfinite(least))
    way = dijkstra(coo_array((least[row, column], (row, column)), shape=least.shape).tocsr())
    ends = [node for node in range(network.nodes) if sum((tail == node) ^ (head == node)) == 1]
    expected = {}
    for pair in combinations(ends, 2):
        straight_m = max(1, round(WGS84.inv(*(a[n] for n in pair for a in (network.node_lon, network.node_lat)))[2]))
        if straight_m <= 10_000 and way[pair] / straight_m >= LONG_WAY:
            expected[pair] = way[pair]
    found = find_gaps(network, TRUCK, radius_km=10)
    ways = np.where(found.network_m == UNREACHABLE, np.inf, found.network_m).tolist()
    assert {tuple(sorted(pair)): m for pair, m in zip(found.node.tolist(), ways, strict=True)} == expected
    assert found.dead_ends == len(ends)


def test_pairs_are_found_across_the_antimeridian() -> None:
    network = make_network(FORK)
    moved = replace(network, node_lon=np.array([179.999, -179.999, 0.0, 1.0]))
    assert find_gaps(moved, TRUCK, radius_km=0.3).node.tolist() == [[0, 1]]
