"""What drives each link: all-or-nothing for most pairs, in parts over several ways for those that choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wayaround.demand.trips import Trips
from wayaround.routing.engine import Query
from wayaround.routing.terminals import Flows, Route
from wayaround.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class LoadedWay:
    """A part of the weight of a pair, in quanta, on one way."""

    pair: int
    route: Route
    weight: int


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """Weight on a part of one link, of pairs that never leave it.

    Parameters
    ----------
    link, weight : (k,) ndarray of int64
    start, end : (k,) ndarray of float64
        Fractions of the link in driving order.
    """

    link: Int64Array
    start: FloatArray
    end: FloatArray
    weight: Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What drives each link, each leg of each place, and the parts of links in between.

    Parameters
    ----------
    flows : Flows
        Of the pairs all-or-nothing and of those that choose together.
    short : Short
        Those that never leave their link, which are in none of the other sums.
    """

    flows: Flows
    short: Short


def load_links(query: Query, trips: Trips, weight: Int64Array, ways: Sequence[LoadedWay] = ()) -> Load:
    """Load every pair on its cheapest route, but those that choose on their ways.

    Parameters
    ----------
    query : Query
        One state.
    trips : Trips
        The pairs.
    weight : (p,) ndarray of int64
        What each pair drives; 0 for one that has no way.
    ways : sequence of LoadedWay
        Of the pairs that choose, all that they drive.

    Returns
    -------
    Load
    """
    whole = weight.copy()
    whole[[each.pair for each in ways]] = 0
    flows = query.flows(trips.origin, trips.destination, whole)
    lone = np.flatnonzero(flows.direct & (whole > 0))
    link = trips.snapped.link[trips.origin[lone]]
    start, end = (trips.snapped.position[row[lone]] for row in (trips.origin, trips.destination))
    short = Short(link, start, end, whole[lone])
    if ways:
        flows = replace(
            flows,
            forward=flows.forward.copy(),
            backward=flows.backward.copy(),
            to_tail=flows.to_tail.copy(),
            to_head=flows.to_head.copy(),
            from_tail=flows.from_tail.copy(),
            from_head=flows.from_head.copy(),
        )
        within = [each for each in ways if not _add(flows, trips, each)]
        pairs = np.array([each.pair for each in within], dtype=np.int64)
        places, weights = trips.snapped, np.array([each.weight for each in within], dtype=np.int64)
        short = Short(
            np.append(link, places.link[trips.origin[pairs]]),
            np.append(start, places.position[trips.origin[pairs]]),
            np.append(end, places.position[trips.destination[pairs]]),
            np.append(short.weight, weights),
        )
    return Load(flows, short)


def _add(flows: Flows, trips: Trips, way: LoadedWay) -> bool:
    """Add a way to the flows; whether it leaves its link."""
    route, places = way.route, trips.snapped
    origin, destination = int(trips.origin[way.pair]), int(trips.destination[way.pair])
    count = len(route.links)
    own, other = int(places.link[origin]), int(places.link[destination])
    if own == other and (count == 0 or (count == 1 and int(route.links[0]) == own)):
        return False
    # A leg of no length is left out of the route, and driven nevertheless.
    leaves, arrives = count > 0 and int(route.links[0]) == own, count > 0 and int(route.links[-1]) == other
    by_head = bool(route.forward[0]) if leaves else places.position[origin] > 0.5
    (flows.to_head if by_head else flows.to_tail)[origin] += way.weight
    by_tail = bool(route.forward[-1]) if arrives else places.position[destination] < 0.5
    (flows.from_tail if by_tail else flows.from_head)[destination] += way.weight
    inner = slice(int(leaves), count - int(arrives))
    links, forward = route.links[inner], route.forward[inner]
    np.add.at(flows.forward, links[forward], way.weight)
    np.add.at(flows.backward, links[~forward], way.weight)
    return True


def weigh_links(load: Load, trips: Trips) -> Int64Array:
    """Weight that drives each link or a part of it, from tail to head and back.

    Returns
    -------
    (2, links) ndarray of int64
        In quanta.
    """
    flows, link = load.flows, trips.snapped.link
    weight = np.stack([flows.forward, flows.backward])
    for row, parts in ((0, (flows.to_head, flows.from_tail)), (1, (flows.to_tail, flows.from_head))):
        for part in parts:
            np.add.at(weight[row], link, part)
    for row, moves in ((0, load.short.start < load.short.end), (1, load.short.start > load.short.end)):
        np.add.at(weight[row], load.short.link[moves], load.short.weight[moves])
    return weight


def weigh_middles(load: Load, trips: Trips, links: Iterable[int]) -> dict[int, int]:
    """Weight that passes the middle of each of some links, where a border post is taken to be."""
    flows, places, short = load.flows, trips.snapped, load.short
    passed = {link: int(flows.forward[link] + flows.backward[link]) for link in links}
    for row in np.flatnonzero(np.isin(places.link, list(passed))).tolist():
        far = (flows.to_head, flows.from_head) if places.position[row] < 0.5 else (flows.to_tail, flows.from_tail)
        passed[int(places.link[row])] += int(far[0][row] + far[1][row])
    low, high = np.minimum(short.start, short.end), np.maximum(short.start, short.end)
    for row in np.flatnonzero((low < 0.5) & (high >= 0.5)).tolist():
        if int(short.link[row]) in passed:
            passed[int(short.link[row])] += int(short.weight[row])
    return passed
