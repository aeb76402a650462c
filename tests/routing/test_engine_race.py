"""The hierarchy races the reference: whole numbers equal, routes drivable, flows exact, changes undone bit for bit."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import EIGHTHS, Case, all_pairs, cases, link_times, terminals_inside

from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.routing.metric import (
    HierarchyEngine,
    HierarchyMetric,
    change_links,
    customise_hierarchy,
    undo_change,
)
from wayaround.routing.query import HierarchyQuery, unpack_weights
from wayaround.routing.reference import ReferenceEngine
from wayaround.routing.terminals import Flows, LinkWeights, Route, Skim, Terminals
from wayaround.units import UNREACHABLE

RACES = settings(max_examples=250, deadline=None, print_blob=True)


def fast_query(case: Case) -> HierarchyQuery:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    return HierarchyEngine(hierarchy).customise(case.weights).query(case.terminals)


def skim_by_reference(case: Case) -> Skim:
    engine = ReferenceEngine(case.nodes, case.tail, case.head)
    return engine.customise(case.weights).query(case.terminals).skim(*all_pairs(len(case.terminals)))


def assert_equal(one: Skim, other: Skim) -> None:
    np.testing.assert_array_equal(one.time_ds, other.time_ds)
    np.testing.assert_array_equal(one.length_m, other.length_m)


@RACES
@given(cases())
def test_skim_equals_reference(case: Case) -> None:
    query, expected = fast_query(case), skim_by_reference(case)
    origin, destination = all_pairs(len(case.terminals))
    assert_equal(query.skim(origin, destination), expected)
    back = origin[::-1].copy(), destination[::-1].copy()
    assert_equal(query.skim(*back), Skim(expected.time_ds[::-1], expected.length_m[::-1]))
    for one, other, time_ds in zip(origin, destination, expected.time_ds, strict=True):
        assert query.skim(np.array([one]), np.array([other])).time_ds == time_ds
    count = len(case.terminals)
    matrix = query.matrix()
    assert_equal(Skim(matrix.time_ds.ravel(), matrix.length_m.ravel()), expected)
    if query.labels.up is query.labels.down:
        np.testing.assert_array_equal(matrix.time_ds, matrix.time_ds.T)
    assert matrix.time_ds.shape == (count, count)


@RACES
@given(cases(), st.data())
def test_rectangles_are_cut_out_of_the_matrix(case: Case, source: st.DataObject) -> None:
    row = st.integers(0, len(case.terminals) - 1)
    origins = source.draw(st.none() | st.lists(row, max_size=12))
    destinations = source.draw(st.none() | st.lists(row, max_size=12))
    query, every = fast_query(case), np.arange(len(case.terminals))
    rows = every if origins is None else np.array(origins, dtype=np.int64)
    columns = every if destinations is None else np.array(destinations, dtype=np.int64)
    whole, part = query.matrix(), query.matrix(origins, destinations)
    cut = np.ix_(rows, columns)
    assert_equal(part, Skim(whole.time_ds[cut], whole.length_m[cut]))


def start_and_end(case: Case, links: np.ndarray, forward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    tail, head = case.tail[links], case.head[links]
    return np.where(forward, tail, head), np.where(forward, head, tail)


def reach_for_nothing(case: Case) -> np.ndarray:
    """Which nodes can be reached from which over links of no time and no metres."""
    reach = np.eye(case.nodes, dtype=bool)
    free = case.weights.length_m == 0
    ahead, behind = free & (case.weights.forward_ds == 0), free & (case.weights.backward_ds == 0)
    reach[case.tail[ahead], case.head[ahead]] = True
    reach[case.head[behind], case.tail[behind]] = True
    for middle in range(case.nodes):
        reach |= reach[:, [middle]] & reach[[middle], :]
    return reach


def leg(case: Case, row: int, *, away: bool, forward: bool) -> tuple[int, int, int]:
    """Time, metres and node of a leg."""
    ends: Terminals = case.terminals
    if away:
        time_ds = ends.to_head_ds[row] if forward else ends.to_tail_ds[row]
    else:
        time_ds = ends.from_tail_ds[row] if forward else ends.from_head_ds[row]
    by_head = forward == away
    node = (case.head if by_head else case.tail)[ends.link[row]]
    return int(time_ds), int((ends.head_m if by_head else ends.tail_m)[row]), int(node)


def is_route(case: Case, route: Route, one: int, other: int, time_ds: int, length_m: int) -> bool:
    """Whether the links, with some choice of legs (one of no length is not listed), make a way of that weight."""
    reach = reach_for_nothing(case)
    direct_ds, direct_m = case.terminals.direct(np.array([one]), np.array([other]))
    if len(route.links) <= 1 and (direct_ds[0], direct_m[0]) == (time_ds, length_m):
        return len(route.links) == (time_ds + length_m > 0)
    for first_forward in (True, False):
        for last_forward in (True, False):
            out_ds, out_m, leaves = leg(case, one, away=True, forward=first_forward)
            in_ds, in_m, arrives = leg(case, other, away=False, forward=last_forward)
            inner, ahead = route.links, route.forward
            if out_ds + out_m > 0:
                if not len(inner) or (inner[0], ahead[0]) != (case.terminals.link[one], first_forward):
                    continue
                inner, ahead = inner[1:], ahead[1:]
            if in_ds + in_m > 0:
                if not len(inner) or (inner[-1], ahead[-1]) != (case.terminals.link[other], last_forward):
                    continue
                inner, ahead = inner[:-1], ahead[:-1]
            starts, ends = start_and_end(case, inner, ahead)
            nodes_out, nodes_in = np.append(leaves, ends), np.append(starts, arrives)
            driven = np.where(ahead, case.weights.forward_ds[inner], case.weights.backward_ds[inner])
            total_ds = out_ds + in_ds + int(driven.sum())
            total_m = out_m + in_m + int(case.weights.length_m[inner].sum())
            if reach[nodes_out, nodes_in].all() and (total_ds, total_m) == (time_ds, length_m):
                return True
    return False


def is_same(one: Route | None, other: Route | None) -> bool:
    """Whether two routes are the same links, driven alike."""
    if one is None or other is None:
        return one is other
    sums = (one.time_ds, one.length_m) == (other.time_ds, other.length_m)
    return sums and np.array_equal(one.links, other.links) and np.array_equal(one.forward, other.forward)


@RACES
@given(cases(metres_by_way=True))
def test_a_second_measure_by_direction_equals_reference(case: Case) -> None:
    assert_equal(fast_query(case).skim(*all_pairs(len(case.terminals))), skim_by_reference(case))


@RACES
@given(cases())
def test_routes_are_drivable_and_weigh_what_the_skim_says(case: Case) -> None:
    query = fast_query(case)
    origin, destination = all_pairs(len(case.terminals))
    skim = query.skim(origin, destination)
    for one, other, time_ds, length_m in zip(
        origin.tolist(), destination.tolist(), skim.time_ds.tolist(), skim.length_m.tolist(), strict=True
    ):
        route = query.route(one, other)
        assert is_same(query.metric.route(case.terminals, one, other), route)
        weighed = query.metric.weigh(case.terminals, one, other)
        if time_ds >= UNREACHABLE:
            assert route is None
            assert weighed is None
        else:
            assert route is not None
            assert weighed == (route.time_ds, route.length_m) == (time_ds, length_m)
            assert is_route(case, route, one, other, time_ds, length_m)


def weigh_flows(case: Case, flows: Flows) -> tuple[int, int]:
    """Flow times time, and flow times metres, over all links and legs."""
    ends, weights = case.terminals, case.weights
    parts = [
        (flows.forward, weights.forward_ds, weights.length_m),
        (flows.backward, weights.backward_ds, weights.length_m),
        (flows.to_tail, ends.to_tail_ds, ends.tail_m),
        (flows.to_head, ends.to_head_ds, ends.head_m),
        (flows.from_tail, ends.from_tail_ds, ends.tail_m),
        (flows.from_head, ends.from_head_ds, ends.head_m),
    ]
    assert all((flow >= 0).all() and (flow[time_ds >= UNREACHABLE] == 0).all() for flow, time_ds, _ in parts)
    used = [(flow[flow > 0], time_ds[flow > 0], length_m[flow > 0]) for flow, time_ds, length_m in parts]
    return sum(int((f * t).sum()) for f, t, _ in used), sum(int((f * m).sum()) for f, _, m in used)


@RACES
@given(cases(), st.integers(0, 2**32 - 1))
def test_flows_are_those_of_the_routes(case: Case, seed: int) -> None:
    query = fast_query(case)
    origin, destination = all_pairs(len(case.terminals))
    weight = np.random.default_rng(seed).integers(1, 100, len(origin))
    flows = query.flows(origin, destination, weight)
    skim = query.skim(origin, destination)
    driving = (skim.time_ds < UNREACHABLE) & ~flows.direct
    total = (weight[driving] * skim.time_ds[driving]).sum(), (weight[driving] * skim.length_m[driving]).sum()
    assert weigh_flows(case, flows) == total

    # What leaves each node came to it.
    link = case.terminals.link
    balance = np.zeros(case.nodes, dtype=np.int64)
    np.add.at(balance, case.head, flows.forward - flows.backward)
    np.add.at(balance, case.tail, flows.backward - flows.forward)
    np.add.at(balance, case.tail[link], flows.to_tail - flows.from_tail)
    np.add.at(balance, case.head[link], flows.to_head - flows.from_head)
    assert (balance == 0).all()

    # Legs and links together are the routes, one by one.
    summed = np.zeros((2, len(case.tail)), dtype=np.int64)
    for one, other, flow in zip(origin[driving], destination[driving], weight[driving], strict=True):
        route = query.route(int(one), int(other))
        assert route is not None
        np.add.at(summed, (np.where(route.forward, 0, 1), route.links), flow)
    ends, weights = case.terminals, case.weights
    expected = np.zeros_like(summed)
    expected[0] += np.where((weights.forward_ds > 0) | (weights.length_m > 0), flows.forward, 0)
    expected[1] += np.where((weights.backward_ds > 0) | (weights.length_m > 0), flows.backward, 0)
    for way, flow, time_ds, length_m in (
        (1, flows.to_tail, ends.to_tail_ds, ends.tail_m),
        (0, flows.to_head, ends.to_head_ds, ends.head_m),
        (0, flows.from_tail, ends.from_tail_ds, ends.tail_m),
        (1, flows.from_head, ends.from_head_ds, ends.head_m),
    ):
        np.add.at(expected[way], link, np.where((time_ds > 0) | (length_m > 0), flow, 0))
    np.testing.assert_array_equal(summed, expected)


def assert_same_metric(one: HierarchyMetric, other: HierarchyMetric) -> None:
    for name in ("forward", "backward", "up", "down"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@RACES
@given(cases(), st.data())
def test_change_equals_fresh_customisation_and_undo_the_original(case: Case, source: st.DataObject) -> None:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    original, metric = (customise_hierarchy(hierarchy, case.weights) for _ in range(2))
    forward, backward = case.weights.forward_ds.copy(), case.weights.backward_ds.copy()
    undos, states = [], []
    for _ in range(source.draw(st.integers(1, 3), label="changes")):
        links = np.array(
            source.draw(st.lists(st.integers(0, len(case.tail) - 1), max_size=5, unique=True)), dtype=np.int64
        )
        new_forward, new_backward = source.draw(link_times(len(links), symmetric=source.draw(st.booleans())))
        states.append((forward.copy(), backward.copy()))
        forward[links], backward[links] = new_forward, new_backward
        fresh = customise_hierarchy(hierarchy, LinkWeights(forward, backward, case.weights.length_m))
        beside = metric.changed(links, forward_ds=new_forward, backward_ds=new_backward)
        metric, undo = change_links(metric, links, forward_ds=new_forward, backward_ds=new_backward)
        undos.append(undo)
        assert_same_metric(metric, fresh)
        assert_same_metric(beside, fresh)
        assert fresh.largest <= metric.largest
        assert fresh.excess <= metric.excess
    for undo in reversed(undos):
        metric = undo_change(undo)
        old_forward, old_backward = states.pop()
        weights = LinkWeights(old_forward, old_backward, case.weights.length_m)
        assert_same_metric(metric, customise_hierarchy(hierarchy, weights))
    assert_same_metric(metric, original)
    assert metric.symmetric == original.symmetric


@RACES
@given(cases(), st.data())
def test_what_a_change_cannot_touch_is_taken_over(case: Case, source: st.DataObject) -> None:
    before = fast_query(case)
    links = np.array(source.draw(st.lists(st.integers(0, len(case.tail) - 1), max_size=3, unique=True)), dtype=np.int64)
    forward, backward = case.weights.forward_ds.copy(), case.weights.backward_ds.copy()
    forward[links], backward[links] = source.draw(link_times(len(links), symmetric=source.draw(st.booleans())))
    weights = LinkWeights(forward, backward, case.weights.length_m)
    eighths = np.rint(case.terminals.position * EIGHTHS).astype(np.int64)
    terminals = terminals_inside(weights, case.terminals.link, eighths)
    pairs = all_pairs(len(terminals))
    skim_before, matrix_before = before.skim(*pairs), before.packed_matrix()
    whole = fast_query(replace(case, weights=weights, terminals=terminals))
    # The change as `changed` makes it, and in small networks, where all would be customised anew, step by step.
    metric, _ = change_links(
        customise_hierarchy(before.metric.hierarchy, case.weights),
        links,
        forward_ds=forward[links],
        backward_ds=backward[links],
    )
    for after in (before.changed(links, weights, terminals), before.follow(metric, terminals)):
        assert_equal(after.skim(*pairs, before=skim_before), whole.skim(*pairs))
        np.testing.assert_array_equal(after.packed_matrix(before=matrix_before), whole.packed_matrix())
        np.testing.assert_array_equal(after.labels.up, whole.labels.up)
        np.testing.assert_array_equal(after.labels.down, whole.labels.down)
        assert_equal(before.skim(*pairs), skim_before)
    refilled = matrix_before.copy()
    if after.stale is not None:
        after._refill_matrix(refilled, refilled)
        np.testing.assert_array_equal(refilled, whole.packed_matrix())


def test_unpack_weights_keeps_unreachable() -> None:
    time_ds, length_m = unpack_weights(np.array([UNREACHABLE, (7 << 32) + 9]))
    assert time_ds.tolist() == [UNREACHABLE, 7]
    assert length_m.tolist() == [UNREACHABLE, 9]


def test_a_leg_that_shuts_changes_the_way_along_the_common_link() -> None:
    # Found by the race: the label away from the first place stays, and so does the one back to the second.
    tail, head, ds = np.array([0]), np.array([1]), np.array([8])
    engine = HierarchyEngine.from_network(2, tail, head, lon=np.arange(2.0), lat=np.zeros(2))
    weights = LinkWeights(ds, ds, ds)
    before_legs = terminals_inside(weights, np.array([0, 0]), np.array([2, 6]))
    after_legs = replace(before_legs, to_head_ds=np.array([6, UNREACHABLE]), from_tail_ds=np.array([UNREACHABLE, 6]))
    before = engine.customise(weights).query(before_legs)
    metric, _ = change_links(before.metric, [0], forward_ds=8, backward_ds=8)
    after = before.follow(metric, after_legs)
    pair = np.array([0]), np.array([1])
    # From the first place to the head and back to the second: the stretch between them is shut.
    assert after.skim(*pair, before=before.skim(*pair)).time_ds == 6 + 2
