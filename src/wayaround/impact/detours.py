"""Journeys before and after: status, route, crossings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

from wayaround.demand.trips import Trips
from wayaround.network.road_network import Crossing, RoadNetwork
from wayaround.network.shapes import link_points, point_shares
from wayaround.routing.engine import Query
from wayaround.routing.terminals import Flows, Route, Skim
from wayaround.units import UNREACHABLE, BoolArray

STATUSES = ("unchanged", "longer", "cut_off", "already_cut_off", "inside_zone")
UNCHANGED, LONGER, CUT_OFF, ALREADY_CUT_OFF, INSIDE_ZONE = range(len(STATUSES))
WORST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Journey:
    """One pair with its routes.

    Parameters
    ----------
    pair : int
        Row of the trips.
    before, after : Route or None
        Routes; None where there is no way.
    crossings_before, crossings_after : tuple of str
        Names of the crossings in driving order.
    """

    pair: int
    before: Route | None
    after: Route | None
    crossings_before: tuple[str, ...]
    crossings_after: tuple[str, ...]


def classify_pairs(trips: Trips, before: Skim, after: Skim, inside: BoolArray) -> npt.NDArray[np.int8]:
    """Status of each pair, as a row of `STATUSES`.

    A pair that had no way before counts as that, wherever it lies; then one that begins or ends where it is shut.

    Parameters
    ----------
    trips : Trips
        The pairs.
    before, after : Skim
        Their times and lengths.
    inside : (n,) ndarray of bool
        Which places lie in what is shut after.
    """
    conditions = [
        before.time_ds >= UNREACHABLE,
        inside[trips.origin] | inside[trips.destination],
        after.time_ds >= UNREACHABLE,
        after.time_ds > before.time_ds,
    ]
    return np.select(conditions, [ALREADY_CUT_OFF, INSIDE_ZONE, CUT_OFF, LONGER], UNCHANGED).astype(np.int8)


def list_journeys(
    network: RoadNetwork,
    trips: Trips,
    before: Query,
    after: Query,
    skims: tuple[Skim, Skim],
    status: npt.NDArray[np.int8],
) -> tuple[Journey, ...]:
    """All named pairs, then the worst hundred of the others: cut off first, then by extra time."""
    extra = skims[1].time_ds - skims[0].time_ds
    hit = np.flatnonzero(~trips.named & ((status == CUT_OFF) | (status == LONGER)))
    gone = status[hit] == CUT_OFF
    order = np.lexsort((hit, -trips.weight[hit], np.where(gone, 0, -extra[hit]), ~gone))
    listed = [*np.flatnonzero(trips.named).tolist(), *hit[order][:WORST_LISTED].tolist()]
    return tuple(_journey(network, trips, before, after, pair, int(status[pair])) for pair in listed)


def crossing_pairs(network: RoadNetwork, trips: Trips, flows: Flows) -> dict[str, int]:
    """How many pairs pass each crossing that any passes, by the crossing's id; the flows are of weight 1 a pair."""
    passed: dict[str, int] = {}
    on_link = flows.forward + flows.backward
    for row in np.flatnonzero(np.isin(trips.snapped.link, list(network.crossing_of_link))).tolist():
        on_tail_side = trips.snapped.position[row] < 0.5
        far = (flows.to_head, flows.from_head) if on_tail_side else (flows.to_tail, flows.from_tail)
        on_link[trips.snapped.link[row]] += far[0][row] + far[1][row]
    ends = trips.snapped.position[trips.origin], trips.snapped.position[trips.destination]
    within = np.flatnonzero(flows.direct & (np.minimum(*ends) < 0.5) & (np.maximum(*ends) >= 0.5))
    np.add.at(on_link, trips.snapped.link[trips.origin[within]], 1)
    for crossing in network.crossings:
        total = int(on_link[list(crossing.links)].sum())
        if total:
            passed[crossing.id] = total
    return passed


def route_line(network: RoadNetwork, trips: Trips, pair: int, route: Route) -> LineString:
    """Geometry of a route in longitude and latitude, from one place's point on the road to the other's."""
    ends = [int(trips.origin[pair]), int(trips.destination[pair])]
    start, end = ((float(trips.snapped.road_lon[row]), float(trips.snapped.road_lat[row])) for row in ends)
    left = np.where(route.forward, network.link_head[route.links], network.link_tail[route.links])
    points = [start]
    for step, node in enumerate(left.tolist()):
        points += _shape_driven(network, trips, pair, route, step)
        if step < len(left) - 1:
            points.append((float(network.node_lon[node]), float(network.node_lat[node])))
    return LineString([*points, end])


def _shape_driven(network: RoadNetwork, trips: Trips, pair: int, route: Route, step: int) -> list[tuple[float, float]]:
    """Shape points that a step of a route passes, in driving order."""
    link = int(route.links[step])
    first, last = network.shape_first[link : link + 2].tolist()
    if first == last:
        return []
    low, high = sorted(driven_between(trips, pair, route, step))
    row, points = link_points(network, np.array([link]))
    share = point_shares(row, points)[1:-1]
    passed = points[1:-1][(share > low) & (share < high)]
    return [(lon, lat) for lon, lat in (passed if route.forward[step] else passed[::-1]).tolist()]


def _journey(network: RoadNetwork, trips: Trips, before: Query, after: Query, pair: int, status: int) -> Journey:
    origin, destination = int(trips.origin[pair]), int(trips.destination[pair])
    way_before = before.route(origin, destination)
    way_after = None if status == INSIDE_ZONE else after.route(origin, destination)
    return Journey(
        pair,
        way_before,
        way_after,
        crossings_of_route(network, trips, pair, way_before),
        crossings_of_route(network, trips, pair, way_after),
    )


def crossings_of_route(network: RoadNetwork, trips: Trips, pair: int, route: Route | None) -> tuple[str, ...]:
    """Names of the crossings that a route of a pair passes, in driving order."""
    if route is None:
        return ()
    passed: list[Crossing] = []
    links = route.links.tolist()
    for step, link in enumerate(links):
        crossing = network.crossing_of_link.get(link)
        if crossing is not None and passes_middle(trips, pair, route, step):
            passed.append(crossing)
    return tuple(crossing.name for crossing in passed)


def countries_of_route(network: RoadNetwork, route: Route) -> tuple[str, ...]:
    """Codes of the countries that a route drives through, in driving order."""
    country = np.asarray(network.link_country)[route.links]
    entered = np.append(True, country[1:] != country[:-1])[: len(country)]
    return tuple(network.countries[row] for row in country[entered].tolist())


def passes_middle(trips: Trips, pair: int, route: Route, step: int) -> bool:
    """Whether a step of a route passes the middle of its link, where the border post is taken to be."""
    start, end = driven_between(trips, pair, route, step)
    return min(start, end) < 0.5 <= max(start, end)


def driven_between(trips: Trips, pair: int, route: Route, step: int) -> tuple[float, float]:
    """Fractions of its link between which a step of a route drives."""
    link, start, end = int(route.links[step]), 0.0, 1.0
    if not route.forward[step]:
        start, end = 1.0, 0.0
    origin, destination = int(trips.origin[pair]), int(trips.destination[pair])
    if step == 0 and link == trips.snapped.link[origin]:
        start = float(trips.snapped.position[origin])
    if step == len(route.links) - 1 and link == trips.snapped.link[destination]:
        end = float(trips.snapped.position[destination])
    return start, end
