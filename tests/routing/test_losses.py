"""N-1 by what the closing touches equals N-1 by brute force: close, customise, ask for every journey again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, cases

from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.routing.losses import find_chains, lose_each_link, lose_groups, prepare_losses
from wayaround.routing.metric import customise_hierarchy
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
