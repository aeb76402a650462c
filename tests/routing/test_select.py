"""Select-link agrees with the routes, one by one, ties included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, all_pairs, cases, terminals_inside

import wayaround as wa
from wayaround.errors import LinkNotFound
from wayaround.network.profiles import drive_times
from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.routing.metric import HierarchyEngine, customise_hierarchy
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.select import select_link
from wayaround.routing.terminals import LinkWeights


def select_by_routes(
    query: HierarchyQuery, origin: np.ndarray, destination: np.ndarray, links: list[int], directions: tuple[bool, bool]
) -> list[bool]:
    counts = np.array(directions)
    selected = []
    for one, other in zip(origin.tolist(), destination.tolist(), strict=True):
        route = query.route(one, other)
        driven = route is not None and np.isin(route.links, links) & counts[np.where(route.forward, 0, 1)]
        selected.append(bool(np.any(driven)))
    return selected


@settings(max_examples=250, deadline=None, print_blob=True)
@given(cases(), st.data())
def test_selected_pairs_are_those_whose_routes_hold_a_link(case: Case, source: st.DataObject) -> None:
    query = customise_hierarchy(build_hierarchy_from_order(case.order, case.tail, case.head), case.weights).query(
        case.terminals
    )
    pairs = all_pairs(len(case.terminals))
    links = source.draw(st.lists(st.integers(0, len(case.tail) - 1), max_size=3))
    directions = source.draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    selected = select_link(query, *pairs, links, forward=directions[0], backward=directions[1])
    assert selected.tolist() == select_by_routes(query, *pairs, links, directions)
    for link in range(len(case.tail)):
        assert select_link(query, *pairs, [link]).tolist() == select_by_routes(query, *pairs, [link], (True, True))


def test_selection_on_the_world_agrees_with_routes_and_flows(world: wa.RoadNetwork) -> None:
    rng = np.random.default_rng(77)
    weights = drive_times(world, wa.load_profile("truck"))
    terminals = terminals_inside(weights, rng.choice(world.links, 300), rng.integers(0, 9, 300))
    query = HierarchyEngine(world.hierarchy).customise(weights).query(terminals)
    origin, destination = all_pairs(300)
    one = np.ones(len(origin), dtype=np.int64)
    flows = query.flows(origin, destination, one)
    busiest = np.argsort(flows.forward + flows.backward)[-5:]
    for link in busiest.tolist():
        if link not in terminals.link:
            for forward, flow in ((True, flows.forward), (False, flows.backward)):
                selected = select_link(query, origin, destination, [link], forward=forward, backward=not forward)
                assert selected.sum() == flow[link]
    some = rng.choice(len(origin), 200)
    selected = select_link(query, origin[some], destination[some], busiest)
    expected = select_by_routes(query, origin[some], destination[some], busiest.tolist(), (True, True))
    assert selected.tolist() == expected
    assert any(expected)


def test_unknown_link_is_refused() -> None:
    hierarchy = build_hierarchy_from_order([0, 1], np.array([0]), np.array([1]))
    weights = drive_one()
    query = customise_hierarchy(hierarchy, weights).query(terminals_inside(weights, np.array([0]), np.array([4])))
    with pytest.raises(LinkNotFound, match="no link 1"):
        select_link(query, [0], [0], [0, 1])


def drive_one() -> LinkWeights:
    ten = np.array([10])
    return LinkWeights(ten, ten, ten)
