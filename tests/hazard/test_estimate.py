"""Intervals hold as often as they say, also for whoever stops when they please."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln, xlog1py, xlogy

from wayaround.hazard.estimate import bound_chance, estimate_mean

RUNS, LONGEST = 400, 200


@pytest.mark.parametrize("chance", [0.01, 0.3, 0.95])
def test_chances_stay_in_their_intervals_at_all_times_at_once(chance: float) -> None:
    """At most one run in twenty ever leaves; that 32 or more of 400 do has a chance below 1 %."""
    drawn = np.random.default_rng(1).random((RUNS, LONGEST)) < chance
    hits = drawn.cumsum(axis=1)
    left = np.zeros(RUNS, dtype=bool)
    for count in range(1, LONGEST + 1):
        low, high = bound_chance(hits[:, count - 1], count, confidence=0.95)
        left |= (chance < low) | (chance > high)
    assert left.sum() < 32


@given(st.integers(1, 5000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_bounds_are_where_the_mixture_wins_by_one_over_the_level(case: tuple[int, int]) -> None:
    hits, count = case
    (low,), (high,) = bound_chance(hits, count, confidence=0.9)
    assert 0 <= low <= hits / count <= high <= 1
    for bound, edge in ((low, 0), (high, count)):
        if hits == edge:
            assert bound == edge / count
            continue
        gain = betaln(hits + 1, count - hits + 1) - xlogy(hits, bound) - xlog1py(count - hits, -bound)
        assert gain == pytest.approx(np.log(10), abs=1e-5)


def test_means_hold_when_one_stops_as_soon_as_the_interval_is_small() -> None:
    """Skewed values, 200 runs that stop at a half-width of a tenth; 20 or more misses have a chance below 1 %."""
    random = np.random.default_rng(3)
    misses, stops = 0, set()
    for _ in range(200):
        values = np.floor(random.exponential(1000.0, 4000)).astype(np.int64).tolist()
        total, squares = 0, 0
        for count, value in enumerate(values, start=1):
            total, squares = total + value, squares + value * value
            if count >= 100 and count % 25 == 0:
                found = estimate_mean(count, total, squares, confidence=0.95)
                if found.half_width <= 0.1 * found.mean:
                    break
        stops.add(count)
        misses += not found.low <= 999.5 <= found.high
    assert misses < 20
    assert len(stops) > 5  # they did stop at different times
    assert max(stops) < 4000


def test_values_that_never_differ_have_no_interval() -> None:
    found = estimate_mean(10, 70, 490, confidence=0.95)
    assert (found.low, found.mean, found.high, found.half_width) == (7, 7, 7, 0)


def test_what_was_never_seen_has_no_upper_bound() -> None:
    found = estimate_mean(10, 0, 0, confidence=0.95)
    assert (found.mean, found.low) == (0, 0)
    assert np.isnan(found.high)
