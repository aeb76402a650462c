"""Samples are drawn as they should be, each by its own number."""

import numpy as np
import pytest

from wayaround.hazard.draw import Event, Hazard, draw_lost
from wayaround.hazard.estimate import bound_chance
from wayaround.hazard.roads import Roads

TEN = Roads("link", np.arange(11), np.arange(10))
SAMPLES = 4000


def two_events() -> Hazard:
    flood = Event("flood", 0.3, np.array([0, 1, 2]), np.array([1.0, 0.5, 0.25]))
    storm = Event("storm", 0.1, np.array([2, 3]), np.array([1.0, 0.8]))
    return Hazard(TEN, (flood, storm))


def lost(hazard: Hazard, seed: int = 1) -> np.ndarray:
    drawn = np.zeros((SAMPLES, len(hazard.roads)), dtype=bool)
    for sample in range(SAMPLES):
        drawn[sample, draw_lost(hazard, seed, sample)] = True
    return drawn


def test_chances_of_roads_in_events() -> None:
    hazard = two_events()
    either = 1 - (1 - 0.3 * 0.25) * (1 - 0.1)
    assert hazard.chance.tolist() == pytest.approx([0.3, 0.15, either, 0.08, 0, 0, 0, 0, 0, 0])


def test_roads_are_lost_as_often_as_their_chances_say() -> None:
    hazard = two_events()
    low, high = bound_chance(lost(hazard).sum(axis=0), SAMPLES, confidence=0.999)
    assert ((low <= hazard.chance) & (hazard.chance <= high)).all()


def test_an_event_takes_its_roads_together() -> None:
    drawn = lost(two_events())
    flooded = drawn[:, 0]  # certain to be lost once it happens
    assert not drawn[~flooded, 1].any()
    low, high = bound_chance(int(drawn[flooded, 1].sum()), int(flooded.sum()), confidence=0.999)
    assert low[0] <= 0.5 <= high[0]


def test_so_many_at_a_time_and_each_set_as_often() -> None:
    four = Roads("link", np.arange(5), np.arange(4))
    drawn = lost(Hazard(four, at_a_time=2))
    assert (drawn.sum(axis=1) == 2).all()
    sets, count = np.unique(drawn, axis=0, return_counts=True)
    low, high = bound_chance(count, SAMPLES, confidence=0.999)
    assert len(sets) == 6
    assert ((low <= 1 / 6) & (high >= 1 / 6)).all()


def test_certain_and_impossible_roads() -> None:
    hazard = Hazard(TEN, (Event("all", 1.0, np.array([3, 4]), np.array([1.0, 0.0])),))
    assert all(draw_lost(hazard, seed, 0).tolist() == [3] for seed in range(200))


def test_a_sample_rests_on_its_seed_and_number_alone() -> None:
    hazard = two_events()
    forward = [draw_lost(hazard, 5, sample).tolist() for sample in range(50)]
    assert [draw_lost(hazard, 5, sample).tolist() for sample in reversed(range(50))] == forward[::-1]
    assert [draw_lost(hazard, 6, sample).tolist() for sample in range(50)] != forward


def test_bits_that_stay_the_same_from_version_to_version() -> None:
    assert [draw_lost(two_events(), 2018, sample).tolist() for sample in range(6)] == FIRST_SIX


FIRST_SIX: list[list[int]] = [[], [0, 1], [0], [], [], []]
