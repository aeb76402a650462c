"""Means and chances out of samples, with intervals that hold whenever one stops.

Whoever looks at a usual interval after each sample and stops when it is small enough has not the confidence that it
states. These intervals are confidence sequences: they are right at all numbers of samples at once.

* A chance: those values that the mixture of all chances, each alike, does not beat by 1 over the level (H. Robbins,
  "Statistical methods related to the law of the iterated logarithm", 1970, after J. Ville, 1939). Exact for any number
  of samples.
* A mean of values without a known bound: a mixture of normal distributions (I. Waudby-Smith, D. Arbour, R. Sinha, E.
  Kennedy and A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics,
  2024). Asymptotic: right for many samples, as every interval that rests on the central limit theorem.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, xlog1py, xlogy

from wayaround.units import FloatArray

TIGHTEST_AT = 1000
"""Number of samples at which the interval of a mean is as narrow as it can be for its kind."""

_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval.

    Parameters
    ----------
    mean, low, high : float
        In the unit of the figure. `high` is NaN where all samples are 0: how much there is in the rest is not known.
    """

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def estimate_mean(count: int, total: int, squares: int, *, confidence: float) -> Estimate:
    """Mean of integers, with its interval; from exact sums, so that their order cannot matter.

    Parameters
    ----------
    count : int
        How many, two or more.
    total, squares : int
        Sum of the values, and of their squares.
    confidence : float
        Chance with which all intervals along the way hold, such as 0.95.

    Examples
    --------
    >>> found = estimate_mean(1000, 5000, 125000, confidence=0.95)
    >>> round(found.low, 2), found.mean, round(found.high, 2)
    (4.04, 5.0, 5.96)
    """
    if squares == 0:
        return Estimate(0.0, 0.0, math.nan)
    level = 1 - confidence
    narrow = -2 * math.log(level)
    tightness = (narrow + math.log(narrow + 1)) / TIGHTEST_AT
    grown = count * tightness + 1
    variance = (count * squares - total * total) / (count * (count - 1))
    half = math.sqrt(variance * 2 * grown / (count * count * tightness) * math.log(math.sqrt(grown) / level))
    mean = total / count
    return Estimate(mean, mean - half, mean + half)


def bound_chance(hits: npt.ArrayLike, count: int, *, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Least and greatest chances that go with so many hits among some samples.

    Parameters
    ----------
    hits : array_like of int
        In how many samples it came about; any number of chances at once.
    count : int
        Samples.
    confidence : float
        Chance with which all intervals along the way hold, for each chance by itself.

    Returns
    -------
    low, high : ndarray of float64

    Examples
    --------
    >>> low, high = bound_chance([0, 50], 100, confidence=0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.345], [0.073, 0.655])
    """
    hit = np.atleast_1d(np.asarray(hits, dtype=np.float64))
    # The likelihood has one peak, at the share of hits; on either side it falls to this.
    least = betaln(hit + 1, count - hit + 1) + math.log(1 - confidence)

    def beaten(chance: FloatArray) -> npt.NDArray[np.bool_]:
        return np.asarray(xlogy(hit, chance) + xlog1py(count - hit, -chance) <= least)

    bounds = []
    for edge in (0.0, 1.0):
        outer, inner = np.full(hit.shape, edge), hit / count
        for _ in range(_HALVINGS):
            middle = (outer + inner) / 2
            out = beaten(middle)
            outer, inner = np.where(out, middle, outer), np.where(out, inner, middle)
        bounds.append(np.where(hit == edge * count, edge, outer))
    return bounds[0], bounds[1]
