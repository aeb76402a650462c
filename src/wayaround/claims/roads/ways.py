"""Ways between places under closures, each asked for once however many statements need it."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely

from wayaround.closures.closure import Closure, CrossingName, LinkIds
from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.demand.places import Place
from wayaround.demand.trips import Trips
from wayaround.impact.detours import countries_of_route, crossings_of_route, route_line
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoint, SnappedPoints, point_on_link, snap_point
from wayaround.routing.metric import HierarchyEngine, HierarchyMetric
from wayaround.routing.terminals import LinkWeights, Route
from wayaround.units import UNREACHABLE, BoolArray, hours, kilometres

MOST_STATES = 8
"""Weights of so many sets of closures are kept at a time; each is some forty megabytes for the shipped network."""

LINE_DEG = 0.002
"""How far a drawn line may be off the route's, some two hundred metres: it is for a map of countries."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a way begins, ends, or what it passes.

    Parameters
    ----------
    name : str
        How to call it.
    place : Place, optional
        A point.
    links : tuple of int
        Without a place: the way drives just one of these, from end to end; those of a crossing.
    country : str, optional
        Code of a country that the way enters by one of the links and leaves by another; those of all its crossings.
    """

    name: str
    place: Place | None = None
    links: tuple[int, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The fastest way by some stops.

    Parameters
    ----------
    km, h : float
        Length and time.
    links : frozenset of int
        What it drives on, the links of its ends included.
    crossings, countries : tuple of str
        Names, and ISO codes, in driving order.
    line : tuple of (float, float)
        Longitude and latitude.
    """

    km: float
    h: float
    links: frozenset[int] = field(repr=False)
    crossings: tuple[str, ...]
    countries: tuple[str, ...]
    line: tuple[tuple[float, float], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _State:
    roads: ClosedRoads
    metric: HierarchyMetric


@dataclass(frozen=True, slots=True)
class _Option:
    """One of the ways to make a stop: the rows where it is entered and left, and what is driven between."""

    entry: int
    leave: int
    link: int | None = None
    forward: bool = True


class WayFinder:
    """Ways on one network for one vehicle; answers are kept.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    profile : Profile
        The vehicle.
    """

    def __init__(self, network: RoadNetwork, profile: Profile) -> None:
        self.network = network
        self.profile = profile
        self._engine = HierarchyEngine(network.hierarchy)
        self._matched: dict[Closure, MatchedClosure] = {}
        self._states: OrderedDict[frozenset[Closure], _State] = OrderedDict()
        self._ways: dict[tuple[tuple[Stop, ...], frozenset[Closure]], Way | None] = {}
        self._points: dict[tuple[float, float], SnappedPoint | None] = {}

    @cached_property
    def _base(self) -> LinkWeights:
        return drive_times(self.network, self.profile)

    @cached_property
    def _among(self) -> BoolArray | None:
        return links_for_places(self.network, self.profile)

    def snap(self, place: Place) -> SnappedPoint | None:
        """The point of the road nearest to a place; None where there is none within 20 km."""
        at = (place.lat, place.lon)
        if at not in self._points:
            self._points[at] = snap_point(self.network, *at, among=self._among)
        return self._points[at]

    def match(self, closure: Closure) -> MatchedClosure:
        """The links that a closure concerns."""
        if closure not in self._matched:
            self._matched[closure] = match_closure(self.network, closure)
        return self._matched[closure]

    def find(self, stops: Sequence[Stop], closures: Sequence[Closure] = ()) -> Way | None:
        """The fastest way by some stops under closures, or None where there is none.

        Parameters
        ----------
        stops : sequence of Stop
            Two or more; the first and the last are places, which have a road within 20 km.
        closures : sequence of Closure
            All of them apply.
        """
        key = tuple(stops), frozenset(closures)
        if key not in self._ways:
            self._ways[key] = self._find(key[0], key[1])
        return self._ways[key]

    def _state(self, closures: frozenset[Closure]) -> _State:
        if closures in self._states:
            self._states.move_to_end(closures)
            return self._states[closures]
        roads = apply_closures(self._base, [self.match(each) for each in sorted(closures, key=lambda each: each.id)])
        state = self._states[closures] = _State(roads, self._engine.customise(roads.weights))
        if len(self._states) > MOST_STATES:
            self._states.popitem(last=False)
        return state

    def _find(self, stops: tuple[Stop, ...], closures: frozenset[Closure]) -> Way | None:
        state = self._state(closures)
        passed = sorted({link for stop in stops for link in stop.links})
        # Whoever passes a crossing does not turn round behind it: between the stops its links are shut.
        between = self._state(closures | {Closure(LinkIds(tuple(passed)), id="stops")}) if passed else state
        points: list[SnappedPoint] = []
        places: list[tuple[float, float]] = []
        layers: list[list[_Option]] = []
        for stop in stops:
            options = []
            if stop.place is not None:
                point = self.snap(stop.place)
                if point is None:
                    return None
                places.append((stop.place.lat, stop.place.lon))
                options.append(_Option(len(points), len(points)))
                points.append(point)
            entered: list[_Option] = []
            for link in () if stop.place is not None else stop.links:
                for fraction in (0.0, 1.0):
                    end = point_on_link(self.network, link, fraction, 0.0, 0.0)
                    places.append((end.lat, end.lon))
                    points.append(end)
                tail, head = len(points) - 2, len(points) - 1
                for option in (_Option(tail, head, link), _Option(head, tail, link, False)):
                    inward, outward = self._leads(option, stop.country)
                    entered += [option] if inward else []
                    options += [option] if outward else []
            layers += [entered, options] if stop.country is not None else [options]
        snapped = SnappedPoints.of(places, points)
        fixed = [options[0].entry for options in layers if len(options) == 1 and options[0].link is None]
        if state.roads.inside(snapped)[fixed].any():
            return None
        if not all(layers):
            return None
        query = between.metric.query(between.roads.terminals(snapped))
        cost: list[int] = [0] * len(layers[0])
        came_from: list[list[int]] = []
        for here, there in pairwise(layers):
            skim = query.matrix([each.leave for each in here], [each.entry for each in there])
            packed = np.where(skim.time_ds >= UNREACHABLE, UNREACHABLE, (skim.time_ds << 32) + skim.length_m)
            reach = np.minimum(np.array(cost, dtype=np.int64)[:, None] + packed, UNREACHABLE)
            reach[self._at_one_crossing(here, there)] = UNREACHABLE
            best = reach.argmin(axis=0)
            came_from.append(best.tolist())
            cost = [
                min(int(reach[row, column]) + self._passing(state, option), UNREACHABLE)
                for column, (row, option) in enumerate(zip(best.tolist(), there, strict=True))
            ]
        last = int(np.argmin(cost))
        if cost[last] >= UNREACHABLE:
            return None
        chosen = [last]
        for best_rows in reversed(came_from):
            chosen.append(best_rows[chosen[-1]])
        made = [options[row] for options, row in zip(layers, reversed(chosen), strict=True)]
        origin = np.array([each.leave for each in made[:-1]], dtype=np.int64)
        destination = np.array([each.entry for each in made[1:]], dtype=np.int64)
        legs = [query.route(int(one), int(other)) for one, other in zip(origin, destination, strict=True)]
        return self._describe(cost[last], snapped, origin, destination, legs, made)

    def _at_one_crossing(self, here: Sequence[_Option], there: Sequence[_Option]) -> BoolArray:
        """Pairs of options that are one crossing: a country is not entered and left by the same."""
        crossing_of = self.network.crossing_of_link
        rows, columns = (
            np.array([-1 - at if (link := each.link) is None else crossing_of[link].links[0] for each in some])
            for at, some in enumerate((here, there))
        )
        same: BoolArray = rows[:, None] == columns
        return same

    def _leads(self, option: _Option, country: str | None) -> tuple[bool, bool]:
        """Whether driving a link leads into a country, and out of it; what has both ends on one side does both."""
        if country is None:
            return False, True
        link = option.link
        ends = [self.network.link_tail[link], self.network.link_head[link]][:: 1 if option.forward else -1]
        here, there = (self.network.countries[self.network.node_country[end]] == country for end in ends)
        return there or not here, here or not there

    def _passing(self, state: _State, option: _Option) -> int:
        """What driving the link of a stop costs, packed."""
        if option.link is None:
            return 0
        weights = state.roads.weights
        time_ds = int((weights.forward_ds if option.forward else weights.backward_ds)[option.link])
        return UNREACHABLE if time_ds >= UNREACHABLE else (time_ds << 32) + int(weights.length_m[option.link])

    def _describe(
        self,
        packed: int,
        snapped: SnappedPoints,
        origin: np.ndarray,
        destination: np.ndarray,
        legs: Sequence[Route | None],
        made: Sequence[_Option],
    ) -> Way:
        network = self.network
        count = len(origin)
        trips = Trips(
            places=(),
            snapped=snapped,
            origin=origin,
            destination=destination,
            weight=np.ones(count, dtype=np.int64),
            quanta=1.0,
            counted=np.ones(count, dtype=bool),
            named=np.ones(count, dtype=bool),
            weighting="",
        )
        links: set[int] = set()
        crossings: list[str] = []
        countries: list[str] = []
        line: list[tuple[float, float]] = []
        for leg, route in enumerate(legs):
            assert route is not None  # the matrix has just said that there is one
            links.update(route.links.tolist())
            crossings += crossings_of_route(network, trips, leg, route)
            countries += countries_of_route(network, route)
            line += [
                (lon, lat) for lon, lat in shapely.get_coordinates(route_line(network, trips, leg, route)).tolist()
            ]
            link = made[leg + 1].link
            if link is not None:
                links.add(link)
                crossing = network.crossing_of_link.get(link)
                crossings += [] if crossing is None else [crossing.name]
                drawn = shapely.get_coordinates(network.lines([link])[0]).tolist()
                line += [(lon, lat) for lon, lat in (drawn if made[leg + 1].forward else drawn[::-1])]
        simple = shapely.LineString(line).simplify(LINE_DEG)
        return Way(
            km=float(kilometres(packed & ((1 << 32) - 1))),
            h=float(hours(packed >> 32)),
            links=frozenset(links),
            crossings=tuple(crossings),
            countries=tuple(code for row, code in enumerate(countries) if row == 0 or countries[row - 1] != code),
            line=tuple((round(lon, 4), round(lat, 4)) for lon, lat in simple.coords),
        )

    def unshared_km(self, one: Way, other: Way) -> tuple[float, float]:
        """How much of each of two ways the other does not drive on."""
        shared = list(one.links & other.links)
        shared_km = float(np.asarray(self.network.link_length_m)[shared].sum()) / 1000 if shared else 0.0
        return max(0.0, one.km - shared_km), max(0.0, other.km - shared_km)


def shut_country(network: RoadNetwork, country: str, name: str) -> Closure | None:
    """A closure of every crossing of a country; None where it has none."""
    links = sorted({link for each in network.crossings if country in each.countries for link in each.links})
    return Closure(LinkIds(tuple(links)), id=f"crossings of {name}") if links else None


def shut_crossing(name: str) -> Closure:
    """A closure of one crossing."""
    return Closure(CrossingName(name), id=name)
