"""Banned turns against a search that remembers every arc it drove and looks every ban up."""

import heapq
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, all_pairs, cases
from test_engine_race import is_same

from wayaround.routing.chains import lose_each_link
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy_from_order
from wayaround.routing.losses import prepare_losses
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.select import select_link
from wayaround.routing.terminals import LinkWeights
from wayaround.routing.turns import split_nodes
from wayaround.units import EVERY_VEHICLE, UNREACHABLE

RACES = settings(max_examples=150, deadline=None, print_blob=True)
Arc = tuple[int, bool]


@dataclass(frozen=True)
class Bans:
    case: Case
    binds: dict[tuple[Arc, ...], int]
    seed: int

    @property
    def rows(self) -> list[tuple[Arc, ...]]:
        """Those that bind who drives."""
        return [row for row, vehicles in self.binds.items() if vehicles & self.case.weights.vehicles]

    def start(self, arc: Arc) -> int:
        return int((self.case.tail if arc[1] else self.case.head)[arc[0]])

    def end(self, arc: Arc) -> int:
        return int((self.case.head if arc[1] else self.case.tail)[arc[0]])

    def leaving(self, node: int) -> list[Arc]:
        arcs = [(link, forward) for link in range(len(self.case.tail)) for forward in (True, False)]
        return [arc for arc in arcs if self.start(arc) == node]

    def hierarchy(self) -> Hierarchy:
        copies = split_nodes(self.case.nodes, self.case.tail, self.case.head, bans=self.binds)
        if copies is None:
            return build_hierarchy_from_order(self.case.order, self.case.tail, self.case.head)
        order = np.random.default_rng(self.seed).permutation(len(copies.node))
        of_copies = copies.link, copies.ahead, copies.behind
        return build_hierarchy_from_order(order, copies.tail, copies.head, copies=of_copies)

    def is_allowed(self, driven: tuple[Arc, ...], then: Arc) -> bool:
        """Whether an arc may follow: no ban ends with it, nor does a turn round that would dodge one."""
        whole = (*driven, then)
        for row in self.rows:
            if whole[-len(row) :] == row:
                return False
            turned = (then[0], not then[1])
            for size in range(1, len(row)):
                if driven[-size:] == row[:size] and turned == row[size - 1]:
                    return False
            aside = driven[-1:]
            before = driven[-len(row) : -1]
            if (
                before == row[:-1]
                and aside == (turned,)
                and aside[0] != row[-1]
                and aside[0][0] != row[-2][0]
                and len(self.leaving(self.end(aside[0]))) > 1
            ):
                return False
        return True


@st.composite
def banned_turns(draw: st.DrawFn) -> Bans:
    case = draw(cases(max_nodes=6, max_links=7, max_terminals=5))
    case = replace(case, weights=replace(case.weights, vehicles=draw(st.sampled_from([1, 2]))))
    bans = Bans(case, {}, draw(st.integers(0, 2**32 - 1)))
    for _ in range(draw(st.integers(0, 4))):
        row = [(draw(st.integers(0, len(case.tail) - 1)), draw(st.booleans()))]
        for _ in range(draw(st.integers(1, 2))):
            row.append(draw(st.sampled_from(bans.leaving(bans.end(row[-1])))))
        bans.binds[tuple(row)] = draw(st.sampled_from([1, 2, EVERY_VEHICLE]))
    return bans


def shortest(bans: Bans, weights: LinkWeights, origin: int) -> dict[int, tuple[int, int]]:
    """Least time, then metres, from one terminal to each, by remembering the last arcs driven."""
    ends = bans.case.terminals
    memory = max((len(row) for row in bans.rows), default=1)
    link = int(ends.link[origin])
    heap: list[tuple[int, int, tuple[Arc, ...]]] = []
    for arc, time_ds, metres in (
        ((link, True), ends.to_head_ds[origin], ends.head_m[origin]),
        ((link, False), ends.to_tail_ds[origin], ends.tail_m[origin]),
    ):
        if time_ds < UNREACHABLE:
            heapq.heappush(heap, (int(time_ds), int(metres), (arc,)))
    best: dict[int, tuple[int, int]] = {}
    for other in range(len(ends)):
        time_ds, metres = ends.direct(np.array([origin]), np.array([other]))
        if time_ds[0] < UNREACHABLE:
            best[other] = int(time_ds[0]), int(metres[0])
    done: set[tuple[Arc, ...]] = set()
    while heap:
        time_ds, metres, driven = heapq.heappop(heap)
        if driven in done:
            continue
        done.add(driven)
        for arc in bans.leaving(bans.end(driven[-1])):
            if not bans.is_allowed(driven, arc):
                continue
            for other in np.flatnonzero(ends.link == arc[0]).tolist():
                leg_ds = int((ends.from_tail_ds if arc[1] else ends.from_head_ds)[other])
                leg_m = int((ends.tail_m if arc[1] else ends.head_m)[other])
                if leg_ds < UNREACHABLE:
                    way = time_ds + leg_ds, metres + leg_m
                    best[other] = min(best.get(other, way), way)
            step = int((weights.forward_ds if arc[1] else weights.backward_ds)[arc[0]])
            if step < UNREACHABLE:
                longer = (*driven, arc)[-memory:]
                heapq.heappush(heap, (time_ds + step, metres + int(weights.length_m[arc[0]]), longer))
    return best


def matrix_by_search(bans: Bans, weights: LinkWeights) -> np.ndarray:
    count = len(bans.case.terminals)
    rows = [shortest(bans, weights, origin) for origin in range(count)]
    nothing = (UNREACHABLE, UNREACHABLE)
    return np.array([[rows[one].get(other, nothing) for other in range(count)] for one in range(count)])


@RACES
@given(banned_turns())
def test_matrix_is_that_of_a_search_that_remembers(bans: Bans) -> None:
    query = HierarchyEngine(bans.hierarchy()).customise(bans.case.weights).query(bans.case.terminals)
    matrix = query.matrix()
    expected = matrix_by_search(bans, bans.case.weights)
    np.testing.assert_array_equal(matrix.time_ds, expected[:, :, 0])
    np.testing.assert_array_equal(matrix.length_m, expected[:, :, 1])


@RACES
@given(banned_turns())
def test_routes_drive_no_banned_turn(bans: Bans) -> None:
    case = bans.case
    query = HierarchyEngine(bans.hierarchy()).customise(case.weights).query(case.terminals)
    matrix = query.matrix()
    free = (case.weights.length_m == 0).any()  # links that weigh nothing are left out of routes
    for one, other in zip(*all_pairs(len(case.terminals)), strict=True):
        route = query.route(int(one), int(other))
        assert is_same(query.metric.route(case.terminals, int(one), int(other)), route)
        assert (route is None) == (matrix.time_ds[one, other] >= UNREACHABLE)
        if route is None or free:
            continue
        arcs = list(zip(route.links.tolist(), route.forward.tolist(), strict=True))
        legs_left_out = len(arcs) < 2 or (arcs[0][0], arcs[-1][0]) != tuple(case.terminals.link[[one, other]])
        for row in bans.rows:
            for at in range(len(arcs) - len(row) + 1):
                assert legs_left_out or tuple(arcs[at : at + len(row)]) != row


@RACES
@given(banned_turns(), st.data())
def test_closing_closes_all_copies(bans: Bans, source: st.DataObject) -> None:
    case = bans.case
    metric = HierarchyEngine(bans.hierarchy()).customise(case.weights)
    link = source.draw(st.integers(0, len(case.tail) - 1))
    forward, backward = case.weights.forward_ds.copy(), case.weights.backward_ds.copy()
    forward[link] = backward[link] = UNREACHABLE
    weights = LinkWeights(forward, backward, case.weights.length_m)
    shut = metric.changed([link], forward_ds=UNREACHABLE, backward_ds=UNREACHABLE).query(case.terminals).matrix()
    np.testing.assert_array_equal(shut.time_ds, matrix_by_search(bans, weights)[:, :, 0])

    trips = 1 - np.eye(len(case.terminals), dtype=np.int64)
    before = metric.query(case.terminals)
    losses = lose_each_link(prepare_losses(before, trips), [link])
    had, has = before.matrix().time_ds, shut.time_ds
    apart = trips > 0
    assert losses.cut_off_pairs[0] == np.count_nonzero(apart & (had < UNREACHABLE) & (has >= UNREACHABLE))
    longer = apart & (has < UNREACHABLE) & (had < UNREACHABLE)
    assert losses.extra_weighted_ds[0] == (has - had)[longer].sum()


@RACES
@given(banned_turns(), st.data())
def test_select_link_and_flows_are_those_of_the_routes(bans: Bans, source: st.DataObject) -> None:
    case = bans.case
    query = HierarchyEngine(bans.hierarchy()).customise(case.weights).query(case.terminals)
    link = source.draw(st.integers(0, len(case.tail) - 1))
    origin, destination = all_pairs(len(case.terminals))
    hit = select_link(query, origin, destination, [link])
    routes = [query.route(int(one), int(other)) for one, other in zip(origin, destination, strict=True)]
    assert hit.tolist() == [route is not None and link in route.links for route in routes]
    flows = query.flows(origin, destination, np.ones(len(origin), dtype=np.int64))
    driving = np.array([route is not None for route in routes]) & ~flows.direct
    skim = query.skim(origin, destination)
    ends, weights = case.terminals, case.weights
    parts = [
        (flows.forward, weights.forward_ds),
        (flows.backward, weights.backward_ds),
        (flows.to_tail, ends.to_tail_ds),
        (flows.to_head, ends.to_head_ds),
        (flows.from_tail, ends.from_tail_ds),
        (flows.from_head, ends.from_head_ds),
    ]
    assert sum(int((flow * time)[flow > 0].sum()) for flow, time in parts) == skim.time_ds[driving].sum()


def test_a_dead_end_is_where_to_turn_round() -> None:
    # A crossroads 0 with arms to 1, 2, 3; link 2 to node 3 is a dead end. From link 0 no turn into link 1.
    copies = split_nodes(4, [1, 0, 0], [0, 2, 3], bans={((0, True), (1, True)): EVERY_VEHICLE})
    assert copies is not None
    assert copies.node.tolist() == [0, 1, 2, 3, 0]
