"""What a change of 5 % would overturn: whether a journey loses anything, and which way it takes.

A way is slowed, both ways and on every stretch that it drives, by as much as makes up for 5 % either way: to 20/19 of
its time or cost. Another way beats it then if and only if its own part takes less than 20/19 of the part that it
replaces, since what both have in common is slowed for both. So one new search answers for every other way at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString

from wayaround.demand.trips import Trips
from wayaround.impact.costs import State
from wayaround.impact.detours import LONGER, UNCHANGED, Journey, crossings_of_route, route_line
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints
from wayaround.routing.terminals import LinkWeights, Route, Terminals
from wayaround.units import UNREACHABLE, Int64Array

SLOWED, OF = 20, 19
"""A way that takes 5 % less than another takes 19 twentieths of its time."""

MOST_CHECKED = 20
OTHER_WAY_SHARE, OTHER_WAY_KM = 0.1, 5.0
"""A way is another if it passes other crossings, or if a tenth of it lies further than 5 km from the one compared with.

Without this the other carriageway, or the next street, would be another way.
"""

POINTS_COMPARED = 200
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Turning:
    """What a change of 5 % would overturn of one journey.

    Parameters
    ----------
    pair : int
        Row of the trips.
    status : int or None
        Row of `STATUSES` that it would have instead.
    way_before, way_after : tuple of str or None
        Crossings of the other way that it would take before, or after; None where it would take the same.
    length : bool
        Whether it would get longer in kilometres rather than shorter, or the other way round.
    """

    pair: int
    status: int | None
    way_before: tuple[str, ...] | None
    way_after: tuple[str, ...] | None
    length: bool

    @property
    def overturns(self) -> bool:
        """Whether anything would be overturned."""
        return self.status is not None or self.way_before is not None or self.way_after is not None or self.length


@dataclass(frozen=True, slots=True)
class _Way:
    weight: int
    length_m: int
    route: Route | None


def find_turnings(
    network: RoadNetwork,
    trips: Trips,
    states: tuple[State, State],
    journeys: Sequence[Journey],
    status: npt.NDArray[np.int8],
) -> tuple[Turning, ...]:
    """What a change of 5 % would overturn of the headline's journeys.

    Checked are up to twenty named journeys, those that lose something first, or else the worst of the others. No speed
    overturns that a way is cut off, so such journeys are not in the result.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        The pairs.
    states : tuple of State
        Before and after.
    journeys : sequence of Journey
        Those listed.
    status : (p,) ndarray of int8
        Row of `STATUSES` of each pair.

    Returns
    -------
    tuple of Turning
        One for each journey that was checked.
    """
    keep = [each for each in journeys if int(status[each.pair]) in (UNCHANGED, LONGER)]
    named = [each for each in keep if trips.named[each.pair]]
    chosen = named or keep[:1]
    if len(chosen) > MOST_CHECKED:
        chosen = sorted(chosen, key=lambda each: -int(status[each.pair] == LONGER))[:MOST_CHECKED]
    return tuple(_check(network, trips, states, each, int(status[each.pair])) for each in chosen)


def _check(network: RoadNetwork, trips: Trips, states: tuple[State, State], journey: Journey, status: int) -> Turning:
    ends = np.array([trips.origin[journey.pair], trips.destination[journey.pair]])
    places = trips.snapped.take(ends)
    routes = journey.before, journey.after
    lengths = [_whole_length(network, route) for route in routes]
    other_status: int | None = None
    other_way: list[tuple[str, ...] | None] = [None, None]
    turned = False
    for row, slowed in enumerate(routes):
        if slowed is None or len(slowed.links) < 2 or (row and _same(routes[0], slowed)):
            continue
        ways = [_drive(state, places, slowed) for state in states]
        if any(way.weight >= UNREACHABLE for way in ways):
            continue
        now = LONGER if ways[1].weight > ways[0].weight else UNCHANGED
        if now != status:
            other_status = now
        for after, (way, route) in enumerate(zip(ways, routes, strict=True)):
            if other_way[after] is None and _is_another(network, trips, journey.pair, way.route, route):
                other_way[after] = crossings_of_route(network, trips, journey.pair, way.route)
        turned |= (ways[1].length_m - ways[0].length_m) * (lengths[1] - lengths[0]) < 0
    return Turning(journey.pair, other_status, other_way[0], other_way[1], turned)


def _drive(state: State, places: SnappedPoints, slowed: Route) -> _Way:
    """Way between two places where one way is slowed."""
    links, legs = _split(places, slowed)
    weights = _slow_links(state.routed.weights, links)
    concerned = np.unique(np.concatenate([links, places.link]))
    query = state.query.changed(concerned, weights, _slow_legs(state.routed.terminals(places), legs))
    skim = query.skim(np.array([0]), np.array([1]))
    return _Way(int(skim.time_ds[0]), int(skim.length_m[0]), query.route(0, 1))


def _split(places: SnappedPoints, route: Route) -> tuple[Int64Array, tuple[bool | None, bool | None]]:
    """Links that a route drives whole, and by which end it leaves the first place and comes to the second.

    True is the end at the head, False that at the tail; None where a leg of no length is left out.
    """
    first = bool(route.forward[0]) if route.links[0] == places.link[0] else None
    last = not bool(route.forward[-1]) if route.links[-1] == places.link[1] else None
    begin, end = int(first is not None), len(route.links) - int(last is not None)
    return route.links[begin:end], (first, last)


def _slow_links(weights: LinkWeights, links: Int64Array) -> LinkWeights:
    forward = weights.forward_ds.copy()
    forward[links] = slow(forward[links])
    if weights.backward_ds is weights.forward_ds:
        return replace(weights, forward_ds=forward, backward_ds=forward)
    backward = weights.backward_ds.copy()
    backward[links] = slow(backward[links])
    return replace(weights, forward_ds=forward, backward_ds=backward)


def _slow_legs(terminals: Terminals, ends: tuple[bool | None, bool | None]) -> Terminals:
    columns = {
        True: ("to_head_ds", "from_head_ds"),
        False: ("to_tail_ds", "from_tail_ds"),
    }
    changed = {name: getattr(terminals, name).copy() for names in columns.values() for name in names}
    for row, at_head in enumerate(ends):
        for name in () if at_head is None else columns[at_head]:
            changed[name][row] = slow(changed[name][row])
    return replace(terminals, **changed)


def slow(weight: npt.ArrayLike) -> Int64Array:
    """Weights that make up for 5 % either way, rounded down; what is shut stays shut.

    Examples
    --------
    >>> slow([1900, 100, UNREACHABLE]).tolist() == [2000, 105, UNREACHABLE]
    True
    """
    value = np.asarray(weight, dtype=np.int64)
    shut = value >= UNREACHABLE
    return np.where(shut, UNREACHABLE, np.where(shut, 0, value) * SLOWED // OF)


def _same(one: Route | None, other: Route) -> bool:
    return one is not None and np.array_equal(one.links, other.links) and np.array_equal(one.forward, other.forward)


def _is_another(network: RoadNetwork, trips: Trips, pair: int, way: Route | None, route: Route | None) -> bool:
    if way is None or route is None:
        return False
    if crossings_of_route(network, trips, pair, way) != crossings_of_route(network, trips, pair, route):
        return True
    lines = [np.array(route_line(network, trips, pair, each).coords) for each in (way, route)]
    wide = np.array([np.cos(np.radians(lines[1][:, 1].mean())), 1.0]) * KM_PER_DEGREE
    line, other = (LineString(points * wide) for points in lines)
    points = line.interpolate(np.linspace(0, 1, POINTS_COMPARED), normalized=True)
    away = shapely.distance(points, other) > OTHER_WAY_KM
    return float(away.mean()) > OTHER_WAY_SHARE


def _whole_length(network: RoadNetwork, route: Route | None) -> int:
    return 0 if route is None else int(np.asarray(network.link_length_m, dtype=np.int64)[route.links].sum())
