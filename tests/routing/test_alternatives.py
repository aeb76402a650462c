"""Alternatives keep what they promise: judged on grids by all distances, and on odd networks by their routes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, all_pairs, cases, terminals_inside
from scipy.sparse.csgraph import floyd_warshall
from test_engine_race import fast_query, is_route

import wayaround as wa
from wayaround.network.profiles import drive_times
from wayaround.routing.alternatives import Alternative, find_alternatives
from wayaround.routing.hierarchy import build_hierarchy
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

SIDE = 8


class Grid:
    """A grid with all its distances; terminals in the middle of links, so that no leg is for nothing."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
        self.tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
        self.head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
        links = len(self.tail)
        forward = 8 * rng.integers(1, 40, links)
        backward = forward if seed % 2 else 8 * rng.integers(1, 40, links)
        shut = rng.random(links) < 0.05
        forward = np.where(shut, UNREACHABLE, forward)
        self.weights = LinkWeights(forward, backward, rng.integers(1, 500, links))
        self.terminals = terminals_inside(
            self.weights, rng.choice(np.flatnonzero(~shut), 5, replace=False), np.full(5, 4)
        )
        hierarchy = build_hierarchy(
            SIDE * SIDE, self.tail, self.head, lon=node.ravel() % SIDE / 1.0, lat=node.ravel() // SIDE / 1.0
        )
        self.query = HierarchyEngine(hierarchy).customise(self.weights).query(self.terminals)
        time = np.full((SIDE * SIDE, SIDE * SIDE), np.inf)
        time[self.tail, self.head] = np.where(shut, np.inf, forward)
        time[self.head, self.tail] = backward
        self.node_ds = floyd_warshall(time)

    def check(self, one: int, other: int, alternative: Alternative) -> tuple[np.ndarray, np.ndarray]:
        """Time to each point of an alternative and the fastest time between all points; it must be continuous."""
        ends: Terminals = self.terminals
        links, forward = alternative.route.links, alternative.route.forward
        assert (links[0], links[-1]) == (ends.link[one], ends.link[other])
        starts = np.where(forward, self.tail[links], self.head[links])
        stops = np.where(forward, self.head[links], self.tail[links])
        np.testing.assert_array_equal(stops[:-1], starts[1:])
        nodes = stops[:-1]
        assert len(np.unique(nodes)) == len(nodes)
        leave = (ends.to_head_ds if forward[0] else ends.to_tail_ds)[one]
        arrive = (ends.from_tail_ds if forward[-1] else ends.from_head_ds)[other]
        inner = np.where(forward, self.weights.forward_ds[links], self.weights.backward_ds[links])[1:-1]
        step = np.concatenate([[leave], inner, [arrive]])
        assert step.sum() == alternative.time_ds
        link_m = self.weights.length_m[links[1:-1]].sum()
        leg_m = (ends.head_m if forward[0] else ends.tail_m)[one] + (ends.tail_m if forward[-1] else ends.head_m)[other]
        assert link_m + leg_m == alternative.length_m
        fastest = np.full((len(nodes) + 2, len(nodes) + 2), np.inf)
        fastest[1:-1, 1:-1] = self.node_ds[np.ix_(nodes, nodes)]
        by_end = [(ends.to_tail_ds, self.tail), (ends.to_head_ds, self.head)]
        away = [np.append(self.node_ds[node[ends.link[one]]], np.inf) + leg[one] for leg, node in by_end]
        fastest[0, 1:-1] = np.minimum(*away)[nodes]
        by_end = [(ends.from_tail_ds, self.tail), (ends.from_head_ds, self.head)]
        back = np.minimum(*(self.node_ds[:, node[ends.link[other]]] + leg[other] for leg, node in by_end))
        fastest[1:-1, -1] = back[nodes]
        fastest[0, -1] = (np.minimum(*away)[:-1] + back).min()
        return np.append(0, np.cumsum(step)), fastest


def keys(alternative: Alternative) -> np.ndarray:
    return 2 * alternative.route.links + alternative.route.forward


@settings(max_examples=60, deadline=None, print_blob=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.1, 1.25, 1.5]), st.sampled_from([0.3, 0.8]))
def test_alternatives_keep_their_bounds(seed: int, stretch: float, sharing: float) -> None:
    grid, locality = Grid(seed), 0.25
    for one, other in zip(*all_pairs(5), strict=True):
        if one == other:
            continue
        found = find_alternatives(grid.query, one, other, count=4, stretch=stretch, sharing=sharing)
        skim = grid.query.skim(np.array([one]), np.array([other]))
        route = grid.query.route(one, other)
        if route is None:
            assert found == []
            continue
        np.testing.assert_array_equal(found[0].route.links, route.links)
        assert (found[0].time_ds, found[0].length_m) == (skim.time_ds[0], skim.length_m[0])
        best, listed = found[0].time_ds, keys(found[0])
        assert found[0].with_fastest_ds == best
        for each in found[1:]:
            driven, fastest = grid.check(one, other, each)
            between = driven[None, :] - driven[:, None]
            rows, columns = np.triu_indices(len(driven), k=1)
            # Uniformly bounded stretch, the whole path included.
            assert (between[rows, columns] <= stretch * fastest[rows, columns]).all()
            # Two fastest ways after one another.
            assert any(
                driven[v] == fastest[0, v] and driven[-1] - driven[v] == fastest[v, -1]
                for v in range(1, len(driven) - 1)
            )
            # Little in common with those before.
            step = np.diff(driven)
            assert each.shared_ds == step[np.isin(keys(each), listed)].sum()
            assert each.shared_ds <= sharing * best
            assert each.with_fastest_ds == step[np.isin(keys(each), keys(found[0]))].sum()
            listed = np.union1d(listed, keys(each))
            # No needless detour over a short distance.
            own, _ = grid.check(one, other, found[0])
            reach = locality * np.diff(own)[~np.isin(keys(found[0]), keys(each))].sum()
            short = between[rows, columns] <= reach
            np.testing.assert_array_equal(between[rows, columns][short], fastest[rows, columns][short])


def test_grids_have_alternatives() -> None:
    found = [len(find_alternatives(Grid(seed).query, 0, 1, stretch=1.5)) for seed in range(20)]
    assert max(found) == 3
    assert np.mean(found) > 1.5


@settings(max_examples=150, deadline=None, print_blob=True)
@given(cases())
def test_alternatives_on_odd_networks_are_drivable(case: Case) -> None:
    query = fast_query(case)
    skim = query.matrix()
    for one, other in zip(*(rows.tolist() for rows in all_pairs(len(case.terminals))), strict=True):
        found = find_alternatives(query, one, other, count=4, stretch=2.0, locality=0.0)
        route = query.route(one, other)
        assert (route is None) == (found == [])
        for number, each in enumerate(found):
            assert is_route(case, each.route, one, other, each.time_ds, each.length_m)
            assert each.time_ds <= 2 * found[0].time_ds
            assert number == 0 or each.shared_ds <= 0.8 * found[0].time_ds
        if route is not None:
            np.testing.assert_array_equal(found[0].route.links, route.links)
            np.testing.assert_array_equal(found[0].route.forward, route.forward)
            assert (found[0].time_ds, found[0].length_m) == (skim.time_ds[one, other], skim.length_m[one, other])


def test_alternatives_on_the_world(world: wa.RoadNetwork) -> None:
    from wayaround.closures.effects import apply_closures

    trips = wa.named_trips(world, [["Berlin, DE", "Madrid, ES"]])
    weights = drive_times(world, wa.load_profile("truck"))
    terminals = apply_closures(weights, []).terminals(trips.snapped)
    query = HierarchyEngine(world.hierarchy).customise(weights).query(terminals)
    found = find_alternatives(query, 0, 1, count=4)
    assert len(found) == 4
    for each in found:
        links, forward = each.route.links, each.route.forward
        stops = np.where(forward, world.link_head[links], world.link_tail[links])
        starts = np.where(forward, world.link_tail[links], world.link_head[links])
        np.testing.assert_array_equal(stops[:-1], starts[1:])
        assert len(np.unique(stops)) == len(stops)
        assert found[0].time_ds <= each.time_ds <= 1.25 * found[0].time_ds


def test_bounds_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="count and stretch"):
        find_alternatives(Grid(1).query, 0, 1, count=0)
