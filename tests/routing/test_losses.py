"""N-1 by what the closing touches equals N-1 by brute force: close, customise, ask for every journey again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, cases, terminals_inside

from wayaround.routing.chains import find_chains, lose_each_link
from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.routing.losses import (
    LossTables,
    lose_groups,
    lose_groups_by_place,
    prepare_losses,
    weigh_places,
)
from wayaround.routing.metric import customise_hierarchy
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE


def lose_by_force(case: Case, trips: np.ndarray, links: list[int]) -> tuple[int, ...]:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    metric = customise_hierarchy(hierarchy, case.weights)
    before = metric.query(case.terminals).matrix()
    lost = metric.changed(np.array(links, dtype=np.int64), forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)
    after = lost.query(case.terminals).matrix()
    weight = np.where(np.eye(len(trips), dtype=bool), 0, trips)
    open_before, open_after = before.time_ds < UNREACHABLE, after.time_ds < UNREACHABLE
    cut = open_before & ~open_after & (weight > 0)
    changed = (before.time_ds != after.time_ds) | (before.length_m != after.length_m)
    longer = open_before & open_after & changed & (weight > 0)
    extra_ds, extra_m = after.time_ds - before.time_ds, after.length_m - before.length_m
    sums = (
        weight[cut],
        cut,
        (weight * extra_ds)[longer],
        (weight * extra_m)[longer],
        weight[longer],
        longer,
    )
    return tuple(int(one.sum()) for one in sums)


@settings(max_examples=250, deadline=None, print_blob=True)
@given(cases(), st.data())
def test_losses_equal_brute_force(case: Case, source: st.DataObject) -> None:
    count, links = len(case.terminals), len(case.tail)
    seed = source.draw(st.integers(0, 2**32 - 1))
    trips = np.random.default_rng(seed).integers(0, 4, (count, count))
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    query = customise_hierarchy(hierarchy, case.weights).query(case.terminals)
    tables = prepare_losses(query, trips)

    each = lose_each_link(tables)
    one_by_one = lose_groups(tables, np.arange(links + 1), np.arange(links))
    columns = [getattr(each, name) for name in each.__slots__]
    for name, column in zip(each.__slots__, columns, strict=True):
        np.testing.assert_array_equal(getattr(one_by_one, name), column, err_msg=name)
    for link in range(links):
        assert tuple(int(column[link]) for column in columns) == lose_by_force(case, trips, [link])

    group = source.draw(st.lists(st.integers(0, links - 1), min_size=1, max_size=4, unique=True))
    together = lose_groups(tables, [0, len(group)], group)
    assert tuple(int(getattr(together, name)[0]) for name in each.__slots__) == lose_by_force(case, trips, group)
    assert len(find_chains(query)) == links
    assert_places_lose_what_their_journeys_do(case, trips, tables, group)


def assert_places_lose_what_their_journeys_do(
    case: Case, trips: np.ndarray, tables: LossTables, group: list[int]
) -> None:
    metric = customise_hierarchy(build_hierarchy_from_order(case.order, case.tail, case.head), case.weights)
    lost = metric.changed(np.array(group, dtype=np.int64), forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)
    before, after = (each.query(case.terminals).matrix().time_ds < UNREACHABLE for each in (metric, lost))
    weight = np.where(np.eye(len(trips), dtype=bool), 0, trips)
    had, gone = np.where(before, weight, 0), np.where(before & ~after, weight, 0)
    losses, by_place = lose_groups_by_place(tables, [0, len(group)], group)
    assert by_place[0].tolist() == (gone.sum(axis=0) + gone.sum(axis=1)).tolist()
    assert losses.cut_off_weight.tolist() == [gone.sum()]
    assert weigh_places(tables).tolist() == (had.sum(axis=0) + had.sum(axis=1)).tolist()


def query_of(tail: list[int], head: list[int], place_link: list[int]) -> HierarchyQuery:
    """Places at the middle of some links, every link taking 8 deciseconds."""
    eight = np.full(len(tail), 8)
    weights = LinkWeights(eight, eight, eight)
    hierarchy = build_hierarchy_from_order(np.arange(max(tail + head) + 1), np.array(tail), np.array(head))
    terminals = terminals_inside(weights, np.array(place_link), np.full(len(place_link), 4))
    return customise_hierarchy(hierarchy, weights).query(terminals)


def test_pairs_without_a_way_are_not_cut_off() -> None:
    """Two roads that do not meet: closing the middle of one cuts off the two journeys on it and no other."""
    query = query_of([0, 1, 2, 4, 5], [1, 2, 3, 5, 6], [0, 2, 3, 4])
    losses = lose_each_link(prepare_losses(query, np.ones((4, 4), dtype=np.int64)))
    assert losses.cut_off_pairs.tolist() == [0, 2, 0, 0, 0]
    assert losses.cut_off_weight.tolist() == [0, 2, 0, 0, 0]


def test_pairs_without_a_way_whose_labels_change_are_not_cut_off() -> None:
    """A place at node 1 for nothing, by link 0; beyond node 1 the road is shut before link 0 is lost as after."""
    time = np.array([0, UNREACHABLE, 8, 8])
    weights = LinkWeights(time, time, np.array([0, 8, 8, 8]))
    hierarchy = build_hierarchy_from_order([0, 4, 3, 2, 1], np.array([0, 1, 2, 4]), np.array([1, 2, 3, 0]))
    terminals = terminals_inside(weights, np.array([3, 2]), np.array([8, 4]))
    tables = prepare_losses(customise_hierarchy(hierarchy, weights).query(terminals), np.ones((2, 2), dtype=np.int64))
    assert lose_groups(tables, np.arange(5), np.arange(4)).cut_off_pairs.tolist() == [0, 0, 0, 0]


def test_chains_end_where_a_place_lies_on_a_self_loop() -> None:
    """A place on a loop at node 2 holds on to it, so the links on either side are not lost together."""
    query = query_of([0, 1, 2, 3, 2], [1, 2, 3, 4, 2], [0, 3, 4])
    chain = find_chains(query)
    assert chain[1] != chain[2]
    trips = np.zeros((3, 3), dtype=np.int64)
    trips[0, 2] = 5
    losses = lose_each_link(prepare_losses(query, trips))
    assert losses.cut_off_weight.tolist() == [0, 5, 0, 0, 0]
