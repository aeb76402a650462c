"""Routes beside the main path: the alternatives of one pair, and the matrix of many places."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wayaround.closures.closure import Closure
from wayaround.closures.match import match_closure
from wayaround.demand.places import Place, find_place
from wayaround.demand.trips import named_trips, refuse_off_network, snap_places
from wayaround.errors import ScenarioError
from wayaround.impact.assumptions import state_assumptions
from wayaround.impact.detours import countries_of_route, crossings_of_route, route_line
from wayaround.impact.queries import open_query
from wayaround.impact.summary import report_closures
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints
from wayaround.routing.alternatives import find_alternatives as find_ways
from wayaround.routing.query import HierarchyQuery
from wayaround.units import BoolArray, hours, kilometres

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Times and lengths of the same fastest routes.

    Parameters
    ----------
    h, km : (origins, destinations) pandas.DataFrame
        Hours and kilometres, by names of places; NaN where no way is left.
    assumptions : tuple of str
        What they rest on.
    """

    h: "pd.DataFrame"
    km: "pd.DataFrame"
    assumptions: tuple[str, ...]


def find_alternatives(
    network: RoadNetwork,
    origin: str,
    destination: str,
    *,
    count: int = 3,
    closures: Sequence[Closure] = (),
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
) -> "gpd.GeoDataFrame":
    """Find sensible alternatives to the fastest route of one pair, under closures.

    An alternative takes at most a quarter longer, on the whole and between any two of its nodes, shares at most four
    fifths of the fastest time with the routes listed before it together, and makes no needless detour where it leaves
    them (Abraham, Delling, Goldberg and Werneck, "Alternative Routes in Road Networks", 2013; see
    `wayaround.routing.alternatives`). Often there are fewer than were asked for.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origin, destination : str
        Places.
    count : int
        How many alternatives at most, beside the fastest route.
    closures : sequence of Closure
        All of those in force apply.
    profile, date, party
        As for `assess`.

    Returns
    -------
    geopandas.GeoDataFrame
        The fastest route and then the alternatives, one row each, with the columns km, h, shared_with_fastest (time in
        common with the fastest route, as a part of its time), crossings (names), countries (codes), links (ids),
        forward (whether each is driven from tail to head) and geometry in longitude and latitude;
        `attrs["assumptions"]` says what they rest on. Empty where no way is left, or a place lies in what is shut.

    Raises
    ------
    ScenarioError
        `count` below 1, or a pair of one place with itself.
    PlaceNotFound, PlaceAmbiguous, PlaceOffNetwork
        As for `named_trips`.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> ways = wa.find_alternatives(network, "Munich, DE", "Verona, IT", count=2)
    >>> ways[["km", "h", "shared_with_fastest"]].round(2)
           km     h  shared_with_fastest
    0  394.19  5.26                 1.00
    1  400.37  5.34                 0.62
    2  397.66  5.30                 0.75
    """
    import geopandas as gpd  # half a second that only tables need

    if count < 1:
        raise ScenarioError(f"{count} alternatives are none; ask for 1 or more.")
    trips = named_trips(network, [[origin, destination]], profile=profile)
    query, inside, assumptions = _open(network, trips.snapped, closures, profile, date, party)
    ends = int(trips.origin[0]), int(trips.destination[0])
    ways = [] if inside.any() else find_ways(query, *ends, count=count + 1)
    frame = gpd.GeoDataFrame(
        {
            "km": [float(kilometres(way.length_m)) for way in ways],
            "h": [float(hours(way.time_ds)) for way in ways],
            "shared_with_fastest": [way.with_fastest_ds / max(ways[0].time_ds, 1) for way in ways],
            "crossings": [list(crossings_of_route(network, trips, 0, way.route)) for way in ways],
            "countries": [list(countries_of_route(network, way.route)) for way in ways],
            "links": [way.route.links.tolist() for way in ways],
            "forward": [way.route.forward.tolist() for way in ways],
        },
        geometry=[route_line(network, trips, 0, way.route) for way in ways],
        crs="EPSG:4326",
    )
    frame.attrs["assumptions"] = assumptions
    return frame


def travel_matrix(
    network: RoadNetwork,
    origins: Sequence[str | Place],
    destinations: Sequence[str | Place] | None = None,
    *,
    closures: Sequence[Closure] = (),
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
) -> TravelMatrix:
    """Measure the fastest routes from each of some places to each of others.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    origins : sequence of str or Place
        Places; one of them gives a row, one to many.
    destinations : sequence of str or Place, optional
        Places; the origins if left out.
    closures : sequence of Closure
        All of those in force apply. From and to a place in what is shut no way is counted.
    profile, date, party
        As for `assess`.

    Returns
    -------
    TravelMatrix

    Raises
    ------
    PlaceNotFound, PlaceAmbiguous, PlaceOffNetwork
        As for `named_trips`.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> matrix = wa.travel_matrix(network, ["Damascus, SY"], ["Baghdad, IQ", "Amman, JO"])
    >>> matrix.km.round().astype(int)
                  Baghdad, IQ  Amman, JO
    Damascus, SY          802        190
    """
    import pandas as pd  # half a second that only tables need

    rows, columns = (
        [find_place(place) if isinstance(place, str) else place for place in places]
        for places in (origins, origins if destinations is None else destinations)
    )
    unique = list(dict.fromkeys([*rows, *columns]))
    snapped, _, off_network = snap_places(network, unique, profile=profile)
    refuse_off_network(network, off_network)
    query, inside, assumptions = _open(network, snapped, closures, profile, date, party)
    at = {place: row for row, place in enumerate(unique)}
    ends = [np.array([at[place] for place in places], dtype=np.int64) for places in (rows, columns)]
    skim = query.matrix(*ends)
    no_way = inside[ends[0]][:, None] | inside[ends[1]]
    index, header = ([place.name for place in places] for places in (rows, columns))
    h, km = (
        pd.DataFrame(np.where(no_way, np.nan, values), index=index, columns=header)
        for values in (hours(skim.time_ds), kilometres(skim.length_m))
    )
    return TravelMatrix(h, km, assumptions)


def _open(
    network: RoadNetwork,
    places: SnappedPoints,
    closures: Sequence[Closure],
    profile: Profile | str,
    date: datetime.date | None,
    party: str | None,
) -> tuple[HierarchyQuery, BoolArray, tuple[str, ...]]:
    """The engine under closures, which places lie in what is shut, and what the answers rest on."""
    profile = load_profile(profile) if isinstance(profile, str) else profile
    day = date or datetime.date.today()
    matched = [match_closure(network, closure) for closure in closures]
    in_force = [each for each in matched if each.closure.reason_not_in_force(day, party) is None]
    roads, query = open_query(network, profile, in_force, places)
    inside = roads.inside(places)
    said = [
        f"Closure {report.matched.closure.id}: "
        f"{'; '.join([f'{report.links_closed} links, {report.km_closed:,.0f} km', *report.warnings])}."
        for report in report_closures(network, matched, roads.weights, day, party)
    ]
    if inside.any():
        said.append(f"Places in what is shut, from and to which no way is counted: {int(inside.sum())}.")
    return query, inside, state_assumptions(network, profile, day, party, *said)
