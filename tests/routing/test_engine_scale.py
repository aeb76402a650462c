"""Integers at their limits, larger networks in threads, and totals that hold no matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, all_pairs, cases, link_times, terminals_inside

from wayaround.errors import LinkNotFound, ScaleOverflow
from wayaround.routing.hierarchy import build_hierarchy, build_hierarchy_from_order
from wayaround.routing.metric import HierarchyEngine, change_links, customise_hierarchy, undo_change
from wayaround.routing.reference import ReferenceEngine
from wayaround.routing.terminals import LinkWeights
from wayaround.routing.totals import compare_totals, sum_totals
from wayaround.units import UNREACHABLE

HALF = 1 << 28  # deciseconds: what an arc may take


def chain(links: int) -> HierarchyEngine:
    """Links in a row, inner nodes contracted first, so that shortcuts span them all."""
    order = np.append(np.arange(1, links), [0, links])
    return HierarchyEngine(build_hierarchy_from_order(order, np.arange(links), np.arange(1, links + 1)))


def weigh(time_ds: list[int], length_m: list[int]) -> LinkWeights:
    time = np.array(time_ds, dtype=np.int64)
    return LinkWeights(time, time, np.array(length_m, dtype=np.int64))


def test_times_up_to_the_limit_are_exact() -> None:
    time = [HALF - 2, 1]
    weights = weigh(time, [7, 8])
    ends = terminals_inside(weights, np.array([0, 1]), np.array([0, 8]))
    skim = chain(2).customise(weights).query(ends).skim(*all_pairs(2))
    assert skim.time_ds.tolist() == [0, HALF - 1, HALF - 1, 0]
    assert skim.length_m.tolist() == [0, 15, 15, 0]


@pytest.mark.parametrize(
    ("time_ds", "length_m", "words"),
    [
        ([HALF], [1], "a link takes"),
        ([HALF - 1, 1], [1, 1], "between two nodes"),
        ([-1], [1], "negative"),
        ([1], [-1], "negative"),
        ([1], [1 << 32], "longer than"),
    ],
)
def test_weights_beyond_the_limit_are_refused(time_ds: list[int], length_m: list[int], words: str) -> None:
    with pytest.raises(ScaleOverflow, match=words):
        chain(len(time_ds)).customise(weigh(time_ds, length_m))


def test_long_network_is_judged_by_its_routes_not_its_sum() -> None:
    """A star of forty arms of 200,000 km: more than 2**32 m in all, but no route has more than two arms."""
    arms, length = 40, 200_000_000
    engine = HierarchyEngine(
        build_hierarchy_from_order(np.arange(arms, -1, -1), np.zeros(arms, dtype=np.int64), np.arange(1, arms + 1))
    )
    slow = weigh([length // 2] * arms, [length] * arms)
    ends = terminals_inside(slow, np.array([0, 1]), np.array([8, 8]))
    assert engine.customise(slow).query(ends).skim(*all_pairs(2)).length_m.tolist() == [0, 2 * length, 2 * length, 0]
    fast = weigh([length // 100] * arms, [length] * arms)  # metres that the bound by time cannot vouch for
    ends = terminals_inside(fast, np.array([0, 1]), np.array([8, 8]))
    with pytest.raises(ScaleOverflow, match="million km"):
        engine.customise(fast).query(ends)


def test_refused_change_leaves_the_metric_as_it_was() -> None:
    weights = weigh([HALF // 2, 5], [1, 1])
    metric = chain(2).customise(weights)
    up = metric.up.copy()
    with pytest.raises(ScaleOverflow, match="between two nodes"):
        change_links(metric, [1], forward_ds=HALF // 2, backward_ds=HALF // 2)
    np.testing.assert_array_equal(metric.up, up)
    with pytest.raises(LinkNotFound, match="no link 2"):
        metric.changed([2], forward_ds=1, backward_ds=1)


@pytest.mark.parametrize("many", [False, True])
def test_unknown_links_are_named_not_indexed(many: bool) -> None:
    """Both ways of changing a metric, by what rests on a few links and all anew, check the links first."""
    links = 30
    metric = chain(links).customise(weigh([1] * links, [1] * links))
    known = list(range(links if many else 1))
    for unknown in (-1, links):
        with pytest.raises(LinkNotFound, match=f"no link {unknown};"):
            metric.changed([*known, unknown], forward_ds=1, backward_ds=1)
        with pytest.raises(LinkNotFound, match=f"no link {unknown};"):
            change_links(metric, [*known, unknown], forward_ds=1, backward_ds=1)


def test_undo_gives_back_the_symmetry_of_the_metric() -> None:
    metric = chain(3).customise(weigh([1, 2, 3], [1, 2, 3]))
    changed, undo = change_links(metric, [1], forward_ds=9, backward_ds=2)
    assert metric.symmetric
    assert not changed.symmetric
    back = undo_change(undo)
    assert back.symmetric
    assert back.up is back.down
    # A later change alike in both directions still pays for one side only.
    assert change_links(back, [1], forward_ds=5, backward_ds=5)[0].symmetric


@pytest.mark.parametrize("symmetric", [True, False])
def test_grid_in_threads_equals_reference(symmetric: bool) -> None:
    side, rng = 70, np.random.default_rng(7 + symmetric)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    hierarchy = build_hierarchy(side * side, tail, head, lon=node.ravel() % side / 9.0, lat=node.ravel() // side / 9.0)
    assert len(hierarchy.pieces()) > 2
    np.testing.assert_array_equal(np.sort(np.concatenate(hierarchy.pieces())), np.arange(side * side))
    forward = rng.integers(0, 1000, len(tail))
    forward[rng.random(len(tail)) < 0.05] = UNREACHABLE
    backward = forward
    if not symmetric:
        backward = np.where(rng.random(len(tail)) < 0.1, UNREACHABLE, rng.integers(0, 1000, len(tail)))
    weights = LinkWeights(forward, backward, rng.integers(0, 2000, len(tail)))
    ends = terminals_inside(weights, rng.integers(0, len(tail), 150), rng.integers(0, 9, 150))
    query = HierarchyEngine(hierarchy).customise(weights).query(ends)
    assert query.metric.symmetric == symmetric
    pairs = all_pairs(150)
    expected = ReferenceEngine(side * side, tail, head).customise(weights).query(ends).skim(*pairs)
    matrix = query.matrix()
    for skim in (query.skim(*pairs), query.skim(pairs[0], pairs[1])):
        np.testing.assert_array_equal(skim.time_ds, expected.time_ds)
        np.testing.assert_array_equal(skim.length_m, expected.length_m)
    np.testing.assert_array_equal(matrix.time_ds.ravel(), expected.time_ds)
    np.testing.assert_array_equal(matrix.length_m.ravel(), expected.length_m)
    assert (expected.time_ds < UNREACHABLE).sum() > 10_000


@settings(max_examples=100, deadline=None, print_blob=True)
@given(cases(), st.data())
def test_totals_equal_sums_over_the_matrix(case: Case, source: st.DataObject) -> None:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    forward, backward = source.draw(link_times(len(case.tail), symmetric=source.draw(st.booleans())))
    other = LinkWeights(forward, backward, case.weights.length_m)
    eighth = np.rint(case.terminals.position * 8).astype(np.int64)
    before = customise_hierarchy(hierarchy, case.weights).query(case.terminals)
    after = customise_hierarchy(hierarchy, other).query(terminals_inside(other, case.terminals.link, eighth))
    count = len(case.terminals)
    rng = np.random.default_rng(source.draw(st.integers(0, 99)))
    origin, destination, group = rng.integers(0, 5, count), rng.integers(0, 5, count), rng.integers(0, 3, count)
    totals = compare_totals(before, after, origin_weight=origin, destination_weight=destination, group=group, groups=3)
    was, now = before.matrix(), after.matrix()
    weight = origin[:, None] * destination[None, :]
    had, has = was.time_ds < UNREACHABLE, now.time_ds < UNREACHABLE
    had &= ~np.eye(count, dtype=bool)
    longer = had & has & ((now.time_ds > was.time_ds) | ((now.time_ds == was.time_ds) & (now.length_m > was.length_m)))
    both, cut = had & has, had & ~has
    tables = {
        "pairs": had,
        "weight": np.where(had, weight, 0),
        "weighted_ds": np.where(had, weight * np.where(had, was.time_ds, 0), 0),
        "weighted_m": np.where(had, weight * np.where(had, was.length_m, 0), 0),
        "longer_pairs": longer,
        "longer_weight": np.where(longer, weight, 0),
        "extra_weighted_ds": np.where(both, weight * np.where(both, now.time_ds - was.time_ds, 0), 0),
        "extra_weighted_m": np.where(both, weight * np.where(both, now.length_m - was.length_m, 0), 0),
        "cut_off_pairs": cut,
        "cut_off_weight": np.where(cut, weight, 0),
    }
    alone = sum_totals(before, origin_weight=origin, destination_weight=destination, group=group, groups=3)
    for name, table in tables.items():
        expected = [int(table[group == g].sum()) for g in range(3)]
        assert getattr(totals, name).tolist() == expected, name
        assert not hasattr(alone, name) or getattr(alone, name).tolist() == expected, name
