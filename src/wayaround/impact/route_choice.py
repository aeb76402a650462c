"""Route choice: the ways between which a journey's weight divides, before and after, and what choosing costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wayaround.demand.trips import Trips
from wayaround.impact.choice_model import ChoiceModel, divide, overlap_terms, split_weight
from wayaround.impact.costs import State, cost_of_route
from wayaround.impact.detours import INSIDE_ZONE, crossings_of_route, driven_between
from wayaround.impact.load import LoadedWay
from wayaround.network.rates import Rates
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.alternatives import find_alternatives
from wayaround.routing.hierarchy import run_in_threads
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import LinkWeights, Route, Skim, Terminals
from wayaround.scenario_asks import ALL_OR_NOTHING
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE

_AT_A_TIME = 16


@dataclass(frozen=True, slots=True, eq=False)
class WayState:
    """A way in one state of the roads, in which it is open.

    Parameters
    ----------
    cost : int
        Units of money, or deciseconds where there are no rates.
    time_ds : int
        Driving and waiting.
    share : float
        Part of the journey's weight.
    weight : int
        That part in whole quanta; the ways of a journey add up to it.
    overlap : float
        Path size, or commonality factor, among the ways that are open.
    """

    cost: int
    time_ds: int
    share: float
    weight: int
    overlap: float


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One of the ways of a journey.

    Parameters
    ----------
    route : Route
        Links in driving order.
    length_m : int
        Metres.
    crossings : tuple of str
        Names of the crossings that it passes.
    states : tuple of (WayState or None, WayState or None)
        Before and after; None where it is shut.
    """

    route: Route
    length_m: int
    crossings: tuple[str, ...]
    states: tuple[WayState | None, WayState | None]


@dataclass(frozen=True, slots=True, eq=False)
class JourneyChoice:
    """The ways of one pair, and what choosing among them costs.

    Parameters
    ----------
    pair : int
        Row of the trips.
    ways : tuple of Way
        The cheapest before first.
    logsum, mean : tuple of (float or None, float or None)
        Before and after, in units of money or deciseconds; None where no way is left.
    """

    pair: int
    ways: tuple[Way, ...]
    logsum: tuple[float | None, float | None]
    mean: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class RouteChoice:
    """What the model gives for the pairs that it is applied to.

    Parameters
    ----------
    model : ChoiceModel
        The model.
    theta : float or None
        Its scale, for one of the currency or for one hour; None for all-or-nothing.
    journeys : tuple of JourneyChoice
        Pairs assigned by the model, in the order of the trips; all others are all-or-nothing.
    named, worst, largest : int
        How many of them were named, are among the worst, and among those of most weight.
    """

    model: ChoiceModel
    theta: float | None
    journeys: tuple[JourneyChoice, ...]
    named: int
    worst: int
    largest: int


def load_ways(choice: RouteChoice, *, after: bool) -> list[LoadedWay]:
    """What the pairs that choose drive in one state."""
    return [
        LoadedWay(each.pair, way.route, 0 if state is None else state.weight)
        for each in choice.journeys
        for way in each.ways
        for state in way.states[after : after + 1]
    ]


def select_pairs(
    trips: Trips, listed: Sequence[int], skims: tuple[Skim, Skim], most: int
) -> tuple[list[int], int, int]:
    """Pairs that the model is applied to: named, then the worst, then those of most weight.

    Parameters
    ----------
    trips : Trips
        The pairs.
    listed : sequence of int
        Named pairs and the worst of the others, in that order.
    skims : tuple of Skim
        Before and after.
    most : int
        How many at most.

    Returns
    -------
    pairs : list of int
        Sorted, each once, with a way before.
    named, worst : int
        How many were named and how many are there since they fare worst.
    """
    has_way = skims[0].time_ds < UNREACHABLE
    first = [pair for pair in dict.fromkeys(listed) if has_way[pair]][:most]
    named = sum(bool(trips.named[pair]) for pair in first)
    left = trips.counted & has_way & (trips.weight > 0)
    left[first] = False
    rest = np.flatnonzero(left)
    largest = rest[np.lexsort((rest, -trips.weight[rest]))][: most - len(first)].tolist()
    return sorted([*first, *largest]), named, len(first) - named


def choose_routes(
    network: RoadNetwork,
    trips: Trips,
    states: tuple[State, State],
    skims: tuple[Skim, Skim],
    status: npt.NDArray[np.int8],
    *,
    model: ChoiceModel,
    rates: Rates | None,
    listed: Sequence[int],
    tell: Callable[[str, int, int], None],
) -> RouteChoice:
    """Find the ways of the pairs that the model is applied to, and divide their weight.

    A way that is found in either state is a choice in each in which it is open. So a closure only takes choices away
    or makes them dearer.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        The pairs.
    states, skims
        Before and after, as routed.
    status : (p,) ndarray of int8
        Of each pair; one that ends inside what is shut has no way after.
    model : ChoiceModel
        The model.
    rates : Rates, optional
        Of the vehicle.
    listed : sequence of int
        Named pairs and the worst of the others.
    tell : callable
        Told how far the work is.

    Raises
    ------
    ScenarioError
        The scale does not go with the vehicle.
    """
    if model.name == ALL_OR_NOTHING:
        return RouteChoice(model, None, (), 0, 0, 0)
    theta = model.theta(rates)
    pairs, named, worst = select_pairs(trips, listed, skims, model.journeys)
    per_unit = theta / (DECISECONDS_PER_HOUR if states[0].priced is None else float(states[0].priced.scale.per_one))
    drivers = _Driver.open(states[0], trips), _Driver.open(states[1], trips)
    gone = [bool(status[pair] == INSIDE_ZONE) for pair in pairs]
    routes: list[list[Route]] = [[]] * len(pairs)

    for begin in range(0, len(pairs), _AT_A_TIME):
        tell("finding alternatives", begin, len(pairs))

        def find(number: int, begin: int = begin) -> None:
            row = begin + number
            routes[row] = _find_routes(states, trips, pairs[row], model, both=not gone[row])

        run_in_threads(find, min(_AT_A_TIME, len(pairs) - begin))
    journeys = [
        _choose(network, trips, drivers, pair, found, model, per_unit, gone_after)
        for pair, found, gone_after in zip(pairs, routes, gone, strict=True)
    ]
    return RouteChoice(model, theta, tuple(journeys), named, worst, len(pairs) - named - worst)


@dataclass(frozen=True, slots=True, eq=False)
class _Driver:
    """What driving any route costs in one state."""

    state: State
    weights: LinkWeights
    legs: Terminals
    timed: LinkWeights
    timed_legs: Terminals

    @classmethod
    def open(cls, state: State, trips: Trips) -> "_Driver":
        places = trips.snapped
        closed = state.closed.weights, state.closed.terminals(places)
        routed = closed if state.priced is None else (state.priced.weights, state.priced.terminals(places))
        return cls(state, *routed, *closed)

    def drive(self, trips: Trips, pair: int, route: Route) -> tuple[int, int] | None:
        """Cost and time of a route; None where it is shut."""
        cost = drive_route(self.weights, self.legs, trips, pair, route)
        if cost >= UNREACHABLE:
            return None
        if self.state.priced is None:
            return cost, cost
        parts = cost_of_route(self.state.priced, trips, pair, route)
        assert parts is not None
        return cost, parts.driving_ds + parts.wait_ds


def drive_route(weights: LinkWeights, legs: Terminals, trips: Trips, pair: int, route: Route) -> int:
    """What driving a route of a pair costs; `UNREACHABLE` where a part of it is shut."""
    origin, destination = int(trips.origin[pair]), int(trips.destination[pair])
    links, forward = route.links, route.forward
    whole = np.where(forward, weights.forward_ds[links], weights.backward_ds[links])
    leaves = len(links) > 0 and int(links[0]) == int(legs.link[origin])
    arrives = len(links) > 0 and int(links[-1]) == int(legs.link[destination])
    if len(links) == 1 and leaves and arrives:
        return int(legs.direct(np.array([origin]), np.array([destination]))[0][0])
    if leaves:
        whole[0] = (legs.to_head_ds if forward[0] else legs.to_tail_ds)[origin]
    if arrives:
        whole[-1] = (legs.from_tail_ds if forward[-1] else legs.from_head_ds)[destination]
    return UNREACHABLE if (whole >= UNREACHABLE).any() else int(whole.sum())


def metres_by_arc(network: RoadNetwork, trips: Trips, pair: int, route: Route) -> dict[int, int]:
    """Metres that a route drives, by twice the link and one more where it is driven from its tail."""
    metres: dict[int, int] = {}
    for step, (link, ahead) in enumerate(zip(route.links.tolist(), route.forward.tolist(), strict=True)):
        ends = [round(int(network.link_length_m[link]) * at) for at in driven_between(trips, pair, route, step)]
        metres[2 * link + ahead] = metres.get(2 * link + ahead, 0) + abs(ends[1] - ends[0])
    return metres


def passes_twice(trips: Trips, pair: int, route: Route) -> bool:
    """Whether a route drives a stretch of road twice, whichever way: out of its origin's link and back, say."""
    links = route.links.tolist()
    if len(set(links)) == len(links):
        return False
    driven: dict[int, list[tuple[float, float]]] = {}
    for step, link in enumerate(links):
        start, end = sorted(driven_between(trips, pair, route, step))
        if any(start < other_end and other_start < end for other_start, other_end in driven.get(link, [])):
            return True
        driven.setdefault(link, []).append((start, end))
    return False


def _find_routes(
    states: tuple[State, State], trips: Trips, pair: int, model: ChoiceModel, *, both: bool
) -> list[Route]:
    """Ways of a pair that are found before or after, each once."""
    found: dict[tuple[bytes, bytes], Route] = {}
    for state in states if both else states[:1]:
        query = state.query
        assert isinstance(query, HierarchyQuery)
        for each in find_alternatives(
            query,
            int(trips.origin[pair]),
            int(trips.destination[pair]),
            count=model.alternatives,
            stretch=model.stretch,
            locality=0,  # links of tens of kilometres reach so far that the T-test would refuse nearly all
        ):
            if not passes_twice(trips, pair, each.route):
                found.setdefault((each.route.links.tobytes(), each.route.forward.tobytes()), each.route)
    return list(found.values())


def _choose(
    network: RoadNetwork,
    trips: Trips,
    drivers: tuple[_Driver, _Driver],
    pair: int,
    routes: list[Route],
    model: ChoiceModel,
    per_unit: float,
    gone_after: bool,
) -> JourneyChoice:
    arcs = [metres_by_arc(network, trips, pair, route) for route in routes]
    # What the closures take away may not raise the path size of what is left, or a closure would seem a gain.
    kept_terms = overlap_terms(arcs, model=model.name)
    states: list[list[WayState | None]] = []
    logsum: list[float | None] = []
    mean: list[float | None] = []
    for after, driver in enumerate(drivers):
        driven = [None if after and gone_after else driver.drive(trips, pair, route) for route in routes]
        rows = [row for row, each in enumerate(driven) if each is not None]
        of_way: list[WayState | None] = [None] * len(routes)
        if rows:
            costs = np.array([each[0] for each in driven if each is not None], dtype=np.float64)
            terms = overlap_terms([arcs[row] for row in rows], model=model.name)
            shares, _ = divide(costs, terms, per_unit, model=model.name, overlap=model.overlap)
            logsum.append(divide(costs, kept_terms[rows], per_unit, model=model.name, overlap=model.overlap)[1])
            mean.append(float(shares @ costs))
            quanta = split_weight(int(trips.weight[pair]), shares)
            for at, row in enumerate(rows):
                each = driven[row]
                assert each is not None
                of_way[row] = WayState(each[0], each[1], float(shares[at]), quanta[at], float(terms[at]))
        else:
            logsum.append(None)
            mean.append(None)
        states.append(of_way)
    ways = [
        Way(
            route,
            sum(arcs[row].values()),
            crossings_of_route(network, trips, pair, route),
            (states[0][row], states[1][row]),
        )
        for row, route in enumerate(routes)
    ]
    return JourneyChoice(pair, tuple(ways), (logsum[0], logsum[1]), (mean[0], mean[1]))
