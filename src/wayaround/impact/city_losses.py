"""What each of many cities loses under closures that change from moment to moment.

Everything that closures cannot touch is measured once: journeys as they were, and how much each counts. Under
closures only cities with a label that changed are asked again, and only journeys that changed are looked at.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wayaround.demand.places import Place
from wayaround.network.snap import SnappedPoints
from wayaround.routing.metric import HierarchyMetric
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import Terminals
from wayaround.units import DECISECONDS_PER_HOUR, EARTH_RADIUS_KM, UNREACHABLE, BoolArray, FloatArray, Int64Array

__all__ = ["CityJourneys", "CityLosses", "measure_city_losses", "prepare_city_journeys"]

_MANY = 3
"""All pairs are answered as fast as those of one city in so many."""

NEAREST_PAIR_KM = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CityJourneys:
    """All ordered pairs of some cities on open roads.

    Parameters
    ----------
    places : tuple of Place
        The cities, each with a road.
    snapped : SnappedPoints
        Their points on the road.
    query : HierarchyQuery
        Open roads.
    before : (n, n) ndarray of int64
        Packed weights of all pairs.
    weight : (n, n) ndarray of float32
        What each pair counts: the two populations over the distance, scaled to a mean of 1; 0 for a pair without a way.
    off_network : tuple of str
        Cities without a road within 20 km.
    city_weight : (n,) ndarray of float64
        Weight of all journeys from and to each city.
    already_cut_off : int
        Pairs without a way on open roads.
    """

    places: tuple[Place, ...]
    snapped: SnappedPoints
    query: HierarchyQuery
    before: Int64Array
    weight: npt.NDArray[np.float32]
    off_network: tuple[str, ...]
    city_weight: FloatArray
    already_cut_off: int
    _spare: list[Int64Array] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def paper(self) -> Iterator[Int64Array]:
        """A matrix to write to, on loan: fresh memory costs as much as the answer."""
        with self._lock:
            own = self._spare.pop() if self._spare else None
        own = np.empty_like(self.before) if own is None else own
        try:
            yield own
        finally:
            with self._lock:
                self._spare.append(own)


@dataclass(frozen=True, slots=True)
class CityLosses:
    """What closures cost cities.

    Parameters
    ----------
    extra_h : (n,) ndarray of float64
        Hours by which each city's journeys take longer on average, by weight, among those that still have a way.
    lost : (n,) ndarray of float64
        Share by weight of its journeys that have no way left.
    inside : (n,) ndarray of bool
        Cities in what is shut; their journeys are in no other number.
    pairs, longer, cut_off, already_cut_off, inside_zone : int
        Ordered pairs.
    mean_extra_h : float
        Over all journeys, by weight.
    asked : int
        Cities that were asked again.
    """

    extra_h: FloatArray
    lost: FloatArray
    inside: BoolArray
    pairs: int
    longer: int
    cut_off: int
    already_cut_off: int
    inside_zone: int
    mean_extra_h: float
    asked: int


def prepare_city_journeys(
    places: tuple[Place, ...],
    snapped: SnappedPoints,
    query: HierarchyQuery,
    *,
    off_network: tuple[str, ...] = (),
) -> CityJourneys:
    """Measure all pairs of cities on open roads."""
    before = query.packed_matrix()
    weight = _gravity(np.array([max(place.population, 1) for place in places]), snapped.lat, snapped.lon)
    open_way = before < UNREACHABLE
    np.fill_diagonal(open_way, False)
    weight *= open_way
    apart = len(places) * (len(places) - 1)
    if open_way.any():
        weight /= weight.sum(dtype=np.float64) / np.count_nonzero(open_way)
    # What the answers to come share with this one is made now and not while somebody drags.
    query.near, query.ranges, query.least_common, query.column  # noqa: B018
    both_ways = weight.sum(axis=0, dtype=np.float64) + weight.sum(axis=1, dtype=np.float64)
    missing = apart - int(np.count_nonzero(open_way))
    return CityJourneys(places, snapped, query, before, weight, off_network, both_ways, missing)


def measure_city_losses(
    journeys: CityJourneys, metric: HierarchyMetric, terminals: Terminals, inside: BoolArray
) -> CityLosses:
    """Measure what cities lose under a changed metric.

    Parameters
    ----------
    journeys : CityJourneys
        As things were.
    metric : HierarchyMetric
        Changed from that of the open roads.
    terminals : Terminals
        The same cities under the closures.
    inside : (n,) ndarray of bool
        Cities in what is shut.

    Returns
    -------
    CityLosses
        Equal to what all pairs asked afresh give.
    """
    query = journeys.query.follow(metric, terminals)
    count = len(terminals)
    place = query.labels.place
    away, back = (np.zeros(count, dtype=bool), np.zeros(count, dtype=bool))
    if query.stale is None:
        away[:], back[:] = True, True
    else:
        away, back = query.stale[0][place], query.stale[1][place]
    with journeys.paper() as after:
        if _MANY * max(np.count_nonzero(away), np.count_nonzero(back)) > count or query.stale is None:
            query.packed_matrix(after)
            changed = np.flatnonzero(after.ravel() != journeys.before.ravel())
            origin, destination = np.divmod(changed, count)
            time_ds = after.ravel()[changed]
        else:
            origin, destination, time_ds = _changed_pairs(journeys, query, away, back)
        was = journeys.before[origin, destination]
    out_of_zone = ~(inside[origin] | inside[destination]) & (origin != destination)
    origin, destination, now, was = (each[out_of_zone] for each in (origin, destination, time_ds, was))
    gone = now >= UNREACHABLE
    weight = journeys.weight[origin, destination].astype(np.float64)
    extra_ds = np.where(gone, 0, (now >> 32) - (was >> 32))
    by_city, lost = np.zeros(count), np.zeros(count)
    for end in (origin, destination):
        by_city += np.bincount(end, weight * extra_ds, count)
        lost += np.bincount(end[gone], weight[gone], count)
    total = journeys.city_weight.copy()
    in_zone = 0
    if inside.any():
        rows = np.flatnonzero(inside)
        total -= journeys.weight[rows].sum(axis=0, dtype=np.float64)
        total -= journeys.weight[:, rows].sum(axis=1, dtype=np.float64)
        ends = journeys.weight[rows], journeys.weight[:, rows], journeys.weight[np.ix_(rows, rows)]
        leaving, arriving, within = map(np.count_nonzero, ends)
        in_zone = int(leaving + arriving - within)
    total[inside] = 0.0
    stays = total - lost
    has_way = stays > 1e-9 * np.maximum(total, 1e-300)
    extra_h = np.where(has_way, by_city / np.where(has_way, stays, 1.0), 0.0) / DECISECONDS_PER_HOUR
    still = float(stays[has_way].sum())
    return CityLosses(
        extra_h=extra_h,
        lost=np.where(total > 0, np.clip(lost / np.where(total > 0, total, 1.0), 0.0, 1.0), 0.0),
        inside=inside,
        pairs=count * (count - 1),
        longer=int(np.count_nonzero(extra_ds > 0)),
        cut_off=int(np.count_nonzero(gone & (was < UNREACHABLE))),
        already_cut_off=journeys.already_cut_off,
        inside_zone=in_zone,
        mean_extra_h=float(by_city.sum()) / still / DECISECONDS_PER_HOUR if still > 0 else 0.0,
        asked=int(np.count_nonzero(away | back)),
    )


def _changed_pairs(
    journeys: CityJourneys, query: HierarchyQuery, away: BoolArray, back: BoolArray
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Origin, destination and packed weight of pairs that changed, of which one end has another label."""
    labels, places = query.labels, np.arange(len(query.terminals))
    asked = [(np.flatnonzero(away), places), (np.flatnonzero(~away), np.flatnonzero(back))]
    found: list[tuple[Int64Array, Int64Array, Int64Array]] = []
    mirrored = labels.up is labels.down and query.metric.symmetric
    for turn, (rows, columns) in enumerate(asked):
        if turn == 1 and mirrored and found:
            _, columns = asked[0][0], rows
            origin, destination, packed = found[0]
            far = ~away[destination]
            found.append((destination[far], origin[far], packed[far]))
            continue
        if len(rows) == 0 or len(columns) == 0:
            continue
        answer = query.matrix(rows, columns)
        shut = answer.time_ds >= UNREACHABLE
        packed = np.where(shut, UNREACHABLE, (answer.time_ds << 32) + answer.length_m)
        row, column = np.nonzero(packed != journeys.before[np.ix_(rows, columns)])
        found.append((rows[row], columns[column], packed[row, column]))
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    origin, destination, packed = (np.concatenate(each) for each in zip(*found, strict=True))
    return origin, destination, packed


def _gravity(people: Int64Array, lat: FloatArray, lon: FloatArray) -> npt.NDArray[np.float32]:
    """Product of the populations over the great-circle distance, as for the trips of a scenario."""
    phi, lam = np.radians(lat), np.radians(lon)
    at = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    weight = np.empty((len(people), len(people)), dtype=np.float32)
    size = people / 1e3
    for row in range(len(people)):
        chord = np.linalg.norm(at - at[row], axis=1)
        distance_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1.0))
        weight[row] = size[row] * size / np.maximum(distance_km, NEAREST_PAIR_KM)
    return weight
