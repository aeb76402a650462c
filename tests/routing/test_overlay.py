"""Changes on loan, from several threads at once, against metrics made for each."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Case, cases
from test_engine_race import assert_same_metric

from wayaround.errors import LinkNotFound
from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.routing.metric import customise_hierarchy
from wayaround.routing.overlay import Overlays
from wayaround.units import UNREACHABLE


@settings(max_examples=60, deadline=None, print_blob=True)
@given(cases(), st.integers(0, 2**32 - 1))
def test_changes_on_loan_equal_changes_of_their_own(case: Case, seed: int) -> None:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    metric, kept = (customise_hierarchy(hierarchy, case.weights) for _ in range(2))
    overlays = Overlays(metric)
    rng = np.random.default_rng(seed)
    changes = [
        (np.unique(rng.integers(0, len(case.tail), 3)), UNREACHABLE if each % 2 else 7, int(rng.integers(0, 90)))
        for each in range(24)
    ]

    def ask(change: tuple[np.ndarray, int, int]) -> np.ndarray:
        links, forward_ds, backward_ds = change
        with overlays.changed(links, forward_ds=forward_ds, backward_ds=backward_ds) as changed:
            return changed.query(case.terminals).packed_matrix()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, changes))
    for (links, forward_ds, backward_ds), answer in zip(changes, answers, strict=True):
        own = metric.changed(links, forward_ds=forward_ds, backward_ds=backward_ds)
        np.testing.assert_array_equal(answer, own.query(case.terminals).packed_matrix())
    assert_same_metric(metric, kept)
    for spare in overlays._spare:
        assert_same_metric(spare, kept)


def test_a_change_that_is_refused_loses_nothing() -> None:
    hierarchy = build_hierarchy_from_order([0, 1], [0], [1])
    ds = np.array([10])
    from wayaround.routing.terminals import LinkWeights

    overlays = Overlays(customise_hierarchy(hierarchy, LinkWeights(ds, ds, ds)))
    with pytest.raises(LinkNotFound), overlays.changed([5], forward_ds=1, backward_ds=1):
        pass
    with overlays.changed([0], forward_ds=1, backward_ds=1) as metric:
        assert (metric.forward >> 32).tolist() == [1]
