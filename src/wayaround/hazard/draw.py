"""One sample: which roads are lost in it. It rests on the seed and the number of the sample, and on no other sample.

The random bits are those of Philox (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
2011), a generator by counter, seeded by NumPy's `SeedSequence` with the number of the sample. Raw bits are compared
with chances in units of 2^-53, so nothing depends on how a library turns bits into fractions.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wayaround.hazard.roads import Roads, join_chances
from wayaround.units import FloatArray, Int64Array

FULL = 2**53
"""Chance 1, in the units in which chances are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that hits several roads at once, or not at all.

    Parameters
    ----------
    name : str
        Its name.
    probability : float
        Chance that it happens, 0 to 1.
    rows : (k,) ndarray of int64
        The roads that it hits.
    damage : (k,) ndarray of float64
        Chance of each to be lost when it happens, 0 to 1, independently of the others.
    """

    name: str
    probability: float
    rows: Int64Array
    damage: FloatArray


@dataclass(frozen=True, eq=False)
class Hazard:
    """How roads are lost: to events that do not depend on each other, or so many at a time.

    Parameters
    ----------
    roads : Roads
        What may be lost.
    events : tuple of Event
        Empty if roads are lost so many at a time.
    at_a_time : int, optional
        Exactly so many of all roads, each set of so many with the same chance.
    """

    roads: Roads
    events: tuple[Event, ...] = ()
    at_a_time: int | None = None

    @cached_property
    def chance(self) -> FloatArray:
        """Chance of each road to be lost, as (roads,) ndarray; not sampled."""
        if self.at_a_time is not None:
            return np.full(len(self.roads), self.at_a_time / len(self.roads))
        return join_chances(len(self.roads), [(each.rows, each.probability * each.damage) for each in self.events])

    @cached_property
    def thresholds(self) -> tuple[npt.NDArray[np.uint64], ...]:
        """Chance of each event, and after it those of its roads, in units of 2^-53."""
        return tuple(np.rint(np.append(each.probability, each.damage) * FULL).astype(np.uint64) for each in self.events)


def draw_lost(hazard: Hazard, seed: int, sample: int) -> Int64Array:
    """Which roads are lost in a sample.

    Parameters
    ----------
    hazard : Hazard
        How roads are lost.
    seed : int
        Not below 0.
    sample : int
        Number of the sample, from 0.

    Returns
    -------
    (k,) ndarray of int64
        Rows of `hazard.roads`, sorted.

    Examples
    --------
    >>> roads = Roads("link", np.arange(11), np.arange(10))
    >>> half = Hazard(roads, (Event("each by itself", 1.0, np.arange(10), np.full(10, 0.5)),))
    >>> [draw_lost(half, 7, sample).tolist() for sample in (0, 1, 0)]
    [[1, 2, 3, 4, 7], [1, 2, 4, 7, 8, 9], [1, 2, 3, 4, 7]]
    """
    bits = np.random.Philox(np.random.SeedSequence(seed, spawn_key=(sample,)))
    if hazard.at_a_time is not None:
        order = np.argsort(bits.random_raw(len(hazard.roads)), kind="stable")
        return np.sort(order[: hazard.at_a_time])
    lost = [np.zeros(0, dtype=np.int64)]
    for event, threshold in zip(hazard.events, hazard.thresholds, strict=True):
        below = (bits.random_raw(len(threshold)) >> np.uint64(11)) < threshold
        if below[0]:
            lost.append(event.rows[below[1:]])
    return np.unique(np.concatenate(lost))
