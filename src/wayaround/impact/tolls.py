"""Toll income by link, exactly: what each toll yields on each link that it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayaround.closures.costs import PricedRoads
from wayaround.demand.trips import Trips
from wayaround.impact.load import Load
from wayaround.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class LinkTolls:
    """What tolls yield on each link, in units of money times quanta of weight.

    Parameters
    ----------
    links : (k,) ndarray of int64
        Links that a toll concerns, sorted.
    by_toll : dict of str to (k,) ndarray of int64
        Of each toll that applies, by its id.
    """

    links: Int64Array
    by_toll: dict[str, Int64Array]

    def total(self, toll: str) -> int:
        """All that a toll yields; 0 for one that does not apply."""
        yields = self.by_toll.get(toll)
        return 0 if yields is None else int(yields.sum())

    def on(self, links: Sequence[int]) -> int:
        """What all tolls together yield on some links."""
        rows = np.isin(self.links, list(links))
        return sum(int(yields[rows].sum()) for yields in self.by_toll.values())


def collect_tolls(roads: PricedRoads, trips: Trips, load: Load) -> LinkTolls:
    """What each toll yields on each link.

    Parameters
    ----------
    roads : PricedRoads
        One state.
    trips : Trips
        The pairs.
    load : Load
        What drives each link.

    Returns
    -------
    LinkTolls
    """
    tolls = [(row, each) for row, each in enumerate(roads.charges) if not each.charge.is_risk]
    links = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(each.matched.links for _, each in tolls)]))
    yields = np.zeros((roads.components, len(links)), dtype=np.int64)

    def drive(link: Int64Array, start: FloatArray, end: FloatArray, weight: Int64Array, *, forward: bool) -> None:
        row = np.searchsorted(links, link)
        hit = np.flatnonzero((weight > 0) & (links[np.minimum(row, len(links) - 1)] == link))
        units, _ = roads.stretch(link[hit], start[hit], end[hit], forward=forward)
        np.add.at(yields.T, row[hit], (units * weight[hit]).T)

    if len(links):
        flows, own, at = load.flows, trips.snapped.link, trips.snapped.position
        zero, one = np.zeros(len(own)), np.ones(len(own))
        whole = np.zeros(len(links)), np.ones(len(links))
        drive(links, *whole, flows.forward[links], forward=True)
        drive(links, *whole, flows.backward[links], forward=False)
        drive(own, at, one, flows.to_head, forward=True)
        drive(own, zero, at, flows.from_tail, forward=True)
        drive(own, zero, at, flows.to_tail, forward=False)
        drive(own, at, one, flows.from_head, forward=False)
        short = load.short
        for ahead in (True, False):
            rows = np.flatnonzero((short.start <= short.end) == ahead)
            low, high = np.minimum(short.start, short.end)[rows], np.maximum(short.start, short.end)[rows]
            drive(short.link[rows], low, high, short.weight[rows], forward=ahead)
    return LinkTolls(links, {each.charge.id: yields[row] for row, each in tolls})
