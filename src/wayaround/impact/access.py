"""Access: how many people reach the nearest facility within some hours, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure
from wayaround.demand.facilities import Facility
from wayaround.demand.places import Place
from wayaround.demand.trips import snap_places
from wayaround.errors import PlaceOffNetwork
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import MAX_SNAP_KM, SnappedPoints
from wayaround.routing.metric import HierarchyEngine
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, FloatArray, Int64Array

NOBODY = -1
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Ways from the places to the nearest facility of one kind.

    Parameters
    ----------
    kind : str
        What the facilities are.
    before, after : (n,) ndarray of int64
        Time to the nearest in deciseconds; `UNREACHABLE` where there is no way to any.
    nearest_before, nearest_after : (n,) ndarray of int64
        Row of that facility, of equally near ones the first; -1 where there is no way to any.
    """

    kind: str
    before: Int64Array
    after: Int64Array
    nearest_before: Int64Array
    nearest_after: Int64Array

    def within(self, limit_h: float) -> tuple[BoolArray, BoolArray]:
        """Places that reach a facility within so many hours, before and after."""
        limit_ds = round(limit_h * DECISECONDS_PER_HOUR)
        return self.before <= limit_ds, self.after <= limit_ds

    @property
    def cut_off(self) -> BoolArray:
        """Places that reached some facility before and reach none after."""
        gone: BoolArray = (self.before < UNREACHABLE) & (self.after >= UNREACHABLE)
        return gone

    @property
    def changed(self) -> BoolArray:
        """Places whose way to the nearest takes another time, or whose nearest is another."""
        other: BoolArray = (self.before != self.after) | (self.nearest_before != self.nearest_after)
        return other


@dataclass(frozen=True, slots=True)
class Access:
    """Access of people to facilities before and after; always the fastest ways, from the place to the facility.

    Parameters
    ----------
    places : tuple of Place
        Where people live.
    population : (n,) ndarray of int64
        How many.
    countries : tuple of str
        Country of each place.
    facilities : tuple of Facility
        All that lie on the roads.
    within_h : tuple of float
        Limits, ascending.
    reaches : tuple of Reach
        One for each kind of facility.
    places_off_network, facilities_off_network : tuple of str
        Names of those without a road within 20 km; they are left out.
    """

    places: tuple[Place, ...]
    population: Int64Array
    countries: tuple[str, ...]
    facilities: tuple[Facility, ...]
    within_h: tuple[float, ...]
    reaches: tuple[Reach, ...]
    places_off_network: tuple[str, ...]
    facilities_off_network: tuple[str, ...]

    def people(self, chosen: BoolArray) -> int:
        """People of some of the places."""
        return int(self.population[chosen].sum())


def measure_access(
    network: RoadNetwork,
    in_force: Sequence[MatchedClosure],
    *,
    profile: Profile,
    people: Sequence[Place],
    facilities: Sequence[Facility],
    within_h: Sequence[float],
) -> Access:
    """Measure how long people drive to the nearest facility of each kind.

    Ways go from the place to the facility and are the fastest, also for a vehicle with rates. What lies in a shut zone
    neither leaves nor is reached.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    in_force : sequence of MatchedClosure
        Closures that apply after; those with ``baseline=True`` apply before as well.
    profile : Profile
        The vehicle.
    people : sequence of Place
        Where people live.
    facilities : sequence of Facility
        What they have to reach.
    within_h : sequence of float
        Limits in hours, ascending.

    Raises
    ------
    PlaceOffNetwork
        No facility, or no place, has a road within 20 km.

    Examples
    --------
    >>> import wayaround as wa
    >>> from wayaround.closures.match import match_closure
    >>> network = wa.open_network("world-highways")
    >>> shut = match_closure(network, wa.Closure(wa.CrossingName("Nasib-Jaber")))
    >>> access = measure_access(
    ...     network, [shut], profile=wa.load_profile("truck"), people=[wa.find_place("Daraa, SY")],
    ...     facilities=[Facility(wa.find_place("Amman, JO")), Facility(wa.find_place("Damascus, SY"))], within_h=[2])
    >>> access.reaches[0].nearest_before.tolist(), access.reaches[0].nearest_after.tolist()
    ([0], [0])
    """
    own, homes, homes_off = snap_places(network, people, profile=profile)
    theirs, on_roads, off = snap_places(network, [each.place for each in facilities], profile=profile)
    kept = _keep(facilities, on_roads)
    if not kept:
        raise PlaceOffNetwork(
            f'no facility has a road of {network.name} within {MAX_SNAP_KM:g} km (the first is "{off[0]}"); '
            "choose places on the network.",
            ids=off,
        )
    if not homes:
        raise PlaceOffNetwork(
            f"none of the {len(people):,} places whose access is asked for has a road of {network.name} within "
            f"{MAX_SNAP_KM:g} km; choose others.",
            ids=homes_off,
        )
    points = _join(own, theirs)
    base = drive_times(network, profile)
    states = apply_closures(base, [each for each in in_force if each.closure.baseline]), apply_closures(base, in_force)
    engine = HierarchyEngine(network.hierarchy)
    times = [_times(engine, roads, points, len(homes)) for roads in states]
    kinds = [each.kind for each in kept]
    roads_of = network.link_country[own.link].tolist()
    return Access(
        places=tuple(homes),
        population=np.array([place.population for place in homes], dtype=np.int64),
        countries=tuple(place.country or network.countries[row] for place, row in zip(homes, roads_of, strict=True)),
        facilities=tuple(kept),
        within_h=tuple(within_h),
        reaches=tuple(_reach(kind, kinds, times) for kind in dict.fromkeys(kinds)),
        places_off_network=tuple(homes_off),
        facilities_off_network=tuple(off),
    )


def _keep(facilities: Sequence[Facility], on_roads: Sequence[Place]) -> list[Facility]:
    """The facilities that lie on the roads, which come in the same order; names may be alike."""
    kept: list[Facility] = []
    for each in facilities:
        if len(kept) < len(on_roads) and each.place is on_roads[len(kept)]:
            kept.append(each)
    return kept


def _join(own: SnappedPoints, theirs: SnappedPoints) -> SnappedPoints:
    names = ("lat", "lon", "link", "position", "road_lat", "road_lon", "snap_km")
    return SnappedPoints(**{name: np.concatenate([getattr(own, name), getattr(theirs, name)]) for name in names})


def _times(engine: HierarchyEngine, roads: ClosedRoads, points: SnappedPoints, homes: int) -> Int64Array:
    """Time from each place to each facility; the places come first among the points."""
    query = engine.customise(roads.weights).query(roads.terminals(points))
    inside = roads.inside(points)
    facilities = np.arange(homes, len(points.link))
    times = np.empty((homes, len(facilities)), dtype=np.int64)
    step = max(1, _CELLS_AT_ONCE // max(1, len(facilities)))
    for first in range(0, homes, step):
        rows = np.arange(first, min(first + step, homes))
        times[rows] = query.matrix(rows, facilities).time_ds
    times[inside[:homes]] = UNREACHABLE
    times[:, inside[homes:]] = UNREACHABLE
    return times


def _reach(kind: str, kinds: Sequence[str], times: Sequence[Int64Array]) -> Reach:
    own = np.flatnonzero([each == kind for each in kinds])
    found = []
    for time_ds in times:
        row = time_ds[:, own].argmin(axis=1)
        nearest_ds = time_ds[np.arange(len(time_ds)), own[row]]
        found.append((nearest_ds, np.where(nearest_ds < UNREACHABLE, own[row], NOBODY)))
    (before, nearest_before), (after, nearest_after) = found
    return Reach(kind, before, after, nearest_before, nearest_after)


def step_curve(time_ds: Int64Array, population: Int64Array) -> tuple[FloatArray, FloatArray]:
    """Hours to the nearest facility, ascending, and how many people reach one within as many.

    Examples
    --------
    >>> step_curve(np.array([72_000, 36_000, UNREACHABLE]), np.array([10, 5, 99]))
    (array([1., 2.]), array([ 5., 15.]))
    """
    some = np.flatnonzero(time_ds < UNREACHABLE)
    order = some[np.argsort(time_ds[some], kind="stable")]
    return time_ds[order] / DECISECONDS_PER_HOUR, np.cumsum(population[order]).astype(np.float64)
