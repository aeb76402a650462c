"""How unevenly the burden falls: the share of the worst-hit tenth, and the Gini coefficient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wayaround.demand.trips import Trips
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER, UNCHANGED
from wayaround.units import FloatArray, Int64Array

TENTH = 10


@dataclass(frozen=True, slots=True)
class Spread:
    """How a burden spreads over those who bear it.

    Parameters
    ----------
    worst_tenth : float or None
        Share of the burden on the tenth of the bearers with the most each; None where there is no burden.
    gini : float or None
        Gini coefficient of the burden of each bearer, from 0 (all alike) to 1; None where there is no burden.
    bearers : float
        Weight, or people.
    hit : float
        Those of them who bear anything.
    """

    worst_tenth: float | None
    gini: float | None
    bearers: float
    hit: float


@dataclass(frozen=True, slots=True)
class Equity:
    """How unevenly the burden falls on journeys and on people.

    Parameters
    ----------
    journeys : Spread
        Over the weight of the counted pairs that still have a way: each unit of a pair's weight bears its extra.
    people : Spread
        Over the people of the places of origin: each bears an equal part of what the journeys from there bear.
    people_unknown : int
        Places of origin whose number of people is not known; they are left out of `people`.
    cut_off_share : float or None
        Share of the weight that had a way before and has none after. It is no part of the burden above.
    """

    journeys: Spread
    people: Spread
    people_unknown: int
    cut_off_share: float | None


def measure_equity(trips: Trips, before: Int64Array, after: Int64Array, status: npt.NDArray[np.int8]) -> Equity:
    """Measure how unevenly the extra of the counted pairs falls.

    Parameters
    ----------
    trips : Trips
        The pairs.
    before, after : (p,) ndarray of int64
        What was routed by: deciseconds, or units of money.
    status : (p,) ndarray of int8
        Row of `STATUSES` of each pair.
    """
    stays = trips.counted & ((status == UNCHANGED) | (status == LONGER))
    lost = trips.counted & ((status == CUT_OFF) | (status == INSIDE_ZONE))
    extra = np.where(stays, after - before, 0)
    burden = np.zeros(len(trips.places), dtype=np.int64)
    np.add.at(burden, trips.origin, extra * trips.weight)
    begin = np.zeros(len(trips.places), dtype=bool)
    begin[trips.origin[stays]] = True
    population = np.array([place.population for place in trips.places], dtype=np.int64)
    known = begin & (population > 0)
    had = int(trips.weight[stays | lost].sum())
    return Equity(
        journeys=spread_burden(trips.weight[stays], (extra * trips.weight)[stays], per_one=trips.quanta),
        people=spread_burden(population[known], burden[known]),
        people_unknown=int(np.count_nonzero(begin & ~known)),
        cut_off_share=int(trips.weight[lost].sum()) / had if had else None,
    )


def spread_burden(bearers: Int64Array, burden: Int64Array, *, per_one: float = 1.0) -> Spread:
    """How a burden spreads over groups of bearers, each of whom bears the same as the others of the group.

    With groups by falling burden a bearer, the worst-hit tenth is the first W / 10 of all W bearers; of the group at
    its edge as many as belong to it. The Gini coefficient is ``1 - sum(w_i (S_i + S_(i-1))) / (W S)`` over groups by
    rising burden a bearer, with `w_i` bearers, `S_i` the burden of the first `i` groups and `S` that of all.

    Parameters
    ----------
    bearers : (n,) ndarray of int64
        How many bear in each group; a group of nobody is left out.
    burden : (n,) ndarray of int64
        What each group bears together; below zero counts as nothing.
    per_one : float
        How many of `bearers` make one.

    Returns
    -------
    Spread

    Examples
    --------
    Of twenty bearers one bears three quarters and another the rest:

    >>> spread = spread_burden(np.array([1, 1, 18]), np.array([30, 10, 0]))
    >>> spread.worst_tenth, round(spread.gini, 4), spread.hit
    (1.0, 0.925, 2.0)
    """
    some = bearers > 0
    bearers, burden = bearers[some], np.maximum(burden[some], 0)
    total, everybody = int(burden.sum()), int(bearers.sum())
    hit = float(bearers[burden > 0].sum()) / per_one
    if total == 0:
        return Spread(None, None, everybody / per_one, hit)
    order = np.argsort(burden / bearers, kind="stable")
    bearers, burden = bearers[order], burden[order]
    upto = np.cumsum(burden)
    twice: FloatArray = upto.astype(np.float64) * 2 - burden
    gini = 1 - float((bearers / everybody * (twice / total)).sum())
    return Spread(_share_of_worst(bearers[::-1], burden[::-1]), max(gini, 0.0), everybody / per_one, hit)


def _share_of_worst(bearers: Int64Array, burden: Int64Array) -> float:
    """Share of the burden on the first tenth of the bearers."""
    tenth = int(bearers.sum()) / TENTH
    upto = np.cumsum(bearers)
    edge = int(np.searchsorted(upto, tenth))
    whole = int(burden[:edge].sum())
    inside = tenth - (int(upto[edge - 1]) if edge else 0)
    return (whole + int(burden[edge]) * (inside / int(bearers[edge]))) / int(burden.sum())
