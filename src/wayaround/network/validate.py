"""What looks wrong in a network, and how much it matters. A finding is a question to the map, not a fault."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.drivable import DrivableRoads, find_drivable
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import MAX_SNAP_KM, SnappedPoint, snap_point
from wayaround.units import BoolArray, Int64Array

if TYPE_CHECKING:
    import geopandas as gpd

FASTEST_LIMIT_KMH, SLOWEST_LIMIT_KMH = 140.0, 5.0
ODD_LIMITS_KMH = {
    "motorway": (50.0, np.inf),
    "trunk": (30.0, np.inf),
    "residential": (0.0, 80.0),
    "living_street": (0.0, 50.0),
    "service": (0.0, 80.0),
    "track": (0.0, 80.0),
}
"""Limits below or above which a class of road is doubtful, in km/h."""

MAY_LACK_LIMIT = ("ferry", "barrier", "track", "service")
SAME_LENGTH_M = 1
SAME_COUNTRY_KM = 2.0
"""A road so near a city should be of its country."""

LEAST_ISLAND_M = 500
"""No city stands on less road than this: the next road is meant."""


class City(Protocol):
    """What is known of a city."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def lat(self) -> float:
        """Latitude in degrees."""

    @property
    def lon(self) -> float:
        """Longitude in degrees."""

    @property
    def country(self) -> str | None:
        """ISO 3166 alpha-2 code, if known."""

    @property
    def population(self) -> int:
        """People."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that looks wrong.

    Parameters
    ----------
    said : str
        What looks wrong.
    lat, lon : float
        Where, in degrees.
    km : float
        How much road it concerns.
    links : tuple of int
        The links; of a part with many, one of them.
    """

    said: str
    lat: float
    lon: float
    km: float
    links: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found.

    Parameters
    ----------
    name : str
        One of `CHECKS`.
    said : str
        What was found, in one sentence.
    count : int
        How often.
    km, km_share : float
        Road concerned, and as a share of all road that may be driven.
    findings : tuple of Finding
        The worst first.
    """

    name: str
    said: str
    count: int
    km: float
    km_share: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """All checks of a network for one vehicle."""

    network: RoadNetwork
    profile: Profile
    cities: int
    checks: tuple[Check, ...]

    def table(self) -> "gpd.GeoDataFrame":
        """All findings as points.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns check, said, km, links and geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need

        rows = [(check.name, each) for check in self.checks for each in check.findings]
        return gpd.GeoDataFrame(
            {
                "check": [name for name, _ in rows],
                "said": [each.said for _, each in rows],
                "km": [each.km for _, each in rows],
                "links": [list(each.links) for _, each in rows],
            },
            geometry=[shapely.Point(each.lon, each.lat) for _, each in rows],
            crs="EPSG:4326",
        )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What every check looks at."""

    roads: DrivableRoads
    cities: Sequence[City]
    points: Sequence[SnappedPoint | None]

    @property
    def network(self) -> RoadNetwork:
        return self.roads.network

    @property
    def all_m(self) -> int:
        return int(self.roads.length_m.sum())

    def finding(self, said: str, link: int, km: float | None = None) -> Finding:
        line = self.network.lines([link])[0]
        point = line.interpolate(0.5, normalized=True)
        own_km = float(self.network.link_length_m[link]) / 1000
        return Finding(said, round(point.y, 6), round(point.x, 6), own_km if km is None else km, (link,))

    def check(
        self, name: str, said: str, findings: Sequence[Finding], *, count: int | None = None, km: float | None = None
    ) -> Check:
        worst = tuple(sorted(findings, key=lambda each: -each.km))
        km = sum(each.km for each in worst) if km is None else km
        return Check(name, said, len(worst) if count is None else count, km, 1000 * km / max(self.all_m, 1), worst)


def validate_network(network: RoadNetwork, profile: Profile, *, cities: Sequence[City] = ()) -> Validation:
    """Look for what is likely wrong.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    profile : Profile
        The vehicle: what it may not drive does not count as road.
    cities : sequence of City
        Cities in the region, by which islands and empty quarters are judged.

    Returns
    -------
    Validation
        One `Check` for each of `CHECKS` that the network has what it takes for.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> from wayaround.network.profiles import load_profile
    >>> found = validate_network(open_network("world-highways"), load_profile("truck"))
    >>> [check.name for check in found.checks]
    ['islands', 'traps', 'countries', 'coverage', 'zero_length', 'duplicates']
    """
    roads = find_drivable(network, profile)
    part, length_m = roads.parts()
    among = roads.links & (length_m[part[network.link_tail]] >= min(LEAST_ISLAND_M, length_m[0]))
    points = [snap_point(network, city.lat, city.lon, among=among) for city in cities]
    subject = _Subject(roads, cities, points)
    found = (check(subject) for check in CHECKS.values())
    return Validation(network, profile, len(cities), tuple(each for each in found if each is not None))


def _find_islands(subject: _Subject) -> Check:
    network = subject.network
    part, length_m = subject.roads.parts()
    towns: dict[int, list[City]] = {}
    for city, point in zip(subject.cities, subject.points, strict=True):
        if point is not None:
            towns.setdefault(int(part[network.link_tail[point.link]]), []).append(city)
    first_link = _first_links(part[network.link_tail], subject.roads.links, len(length_m))
    findings = []
    for row in sorted(set(towns) - {0}):
        if first_link[row] < 0:
            continue
        named = ", ".join(city.name for city in sorted(towns[row], key=lambda city: -city.population)[:3])
        more = f" and {len(towns[row]) - 3} more" if len(towns[row]) > 3 else ""
        people = sum(city.population for city in towns[row])
        said = f"island with {named}{more} ({people:,} people)"
        findings.append(subject.finding(said, int(first_link[row]), float(length_m[row]) / 1000))
    islands = np.flatnonzero((first_link >= 0) & (np.arange(len(length_m)) > 0))
    km = float(length_m[islands].sum()) / 1000
    return subject.check(
        "islands",
        f"{len(islands):,} parts that no road joins to the largest, {len(findings):,} of them with cities",
        findings,
        count=len(islands),
        km=km,
    )


def _find_traps(subject: _Subject) -> Check:
    """Strong parts beside the largest which only one direction joins to it."""
    roads, network = subject.roads, subject.network
    part, _ = roads.parts(strong=True)
    start = int(np.flatnonzero(part == 0)[0])
    away, back = roads.reached(start), roads.reached(start, backward=True)
    findings: list[Finding] = []
    counts = []
    for nodes, verb in ((away & ~back, "entered but not left"), (back & ~away, "left but not entered")):
        before = len(findings)
        inside = nodes[network.link_tail] | nodes[network.link_head]
        links = np.flatnonzero(inside & roads.links)
        for members in _hang_together(network, links, nodes):
            km = float(roads.length_m[members].sum()) / 1000
            said = f"{len(members):,} {'link' if len(members) == 1 else 'links'} that can be {verb}"
            findings.append(subject.finding(said, int(members[np.argmax(roads.length_m[members])]), km))
        counts.append(f"{len(findings) - before:,} can be {verb}")
    return subject.check("traps", f"parts of the road beside the largest: {', '.join(counts)}", findings)


def _hang_together(network: RoadNetwork, links: Int64Array, nodes: BoolArray) -> Iterator[Int64Array]:
    """Links by what hangs together at some nodes."""
    if not len(links):
        return
    tail, head = network.link_tail[links].astype(np.int64), network.link_head[links].astype(np.int64)
    apart = network.nodes + np.arange(len(links))  # an end outside is a node of its own
    ends = np.where(nodes[tail], tail, apart), np.where(nodes[head], head, apart)
    used, row = np.unique(np.concatenate(ends), return_inverse=True)
    graph = coo_array((np.ones(len(links)), (row[: len(links)], row[len(links) :])), shape=(len(used), len(used)))
    label = connected_components(graph, directed=False)[1][row[: len(links)]]
    order = np.argsort(label, kind="stable")
    yield from np.split(links[order], np.flatnonzero(np.diff(label[order])) + 1)


def _find_odd_speeds(subject: _Subject) -> Check | None:
    links = subject.network.attributes
    if links is None:
        return None
    names = np.array(ROAD_CLASSES, dtype=object)[links.road_class]
    low, high = (
        np.array([ODD_LIMITS_KMH.get(name, (0.0, np.inf))[side] for name in ROAD_CLASSES])[links.road_class]
        for side in (0, 1)
    )
    findings = []
    for way, limit_kmh in (("forward", links.maxspeed_forward_kmh), ("backward", links.maxspeed_backward_kmh)):
        said_kmh = np.where(np.isinf(limit_kmh), np.nan, limit_kmh)
        extreme = (said_kmh > FASTEST_LIMIT_KMH) | (said_kmh < SLOWEST_LIMIT_KMH)
        odd = extreme | (said_kmh < low) | (said_kmh > high)
        if way == "backward":  # said once where both directions have the same
            odd &= links.maxspeed_forward_kmh != links.maxspeed_backward_kmh
        for link in np.flatnonzero(odd & subject.roads.links).tolist():
            findings.append(subject.finding(f"limit of {limit_kmh[link]:g} km/h on {names[link]}", link))
    return subject.check("speeds", "limits outside 5 to 140 km/h, or odd for the class of road", findings)


def _find_missing_limits(subject: _Subject) -> Check | None:
    links = subject.network.attributes
    if links is None:
        return None
    missing = links.lacks_limit & subject.roads.links
    length_m = subject.roads.length_m
    findings = []
    for row, name in enumerate(ROAD_CLASSES):
        own = links.road_class == row
        own_m, missing_m = int(length_m[own].sum()), int(length_m[own & missing].sum())
        if missing_m and name not in MAY_LACK_LIMIT:
            longest = int(np.argmax(np.where(own & missing, length_m, -1)))
            said = f"{name}: no limit on {100 * missing_m / own_m:.1f} % of {own_m / 1000:,.1f} km; the longest is here"
            findings.append(subject.finding(said, longest, missing_m / 1000))
    concerned = missing & ~np.isin(links.road_class, [ROAD_CLASSES.index(name) for name in MAY_LACK_LIMIT])
    return subject.check(
        "missing_limits",
        f"no limit known, by class; {', '.join(MAY_LACK_LIMIT)} left aside",
        findings,
        count=int(np.count_nonzero(concerned)),
    )


def _find_no_country(subject: _Subject) -> Check:
    network = subject.network
    nameless = np.array([not code.isalpha() or code == "ZZ" for code in network.countries] or [True])
    row = np.asarray(network.link_country)
    links = np.flatnonzero((row < 0) | nameless[row]).tolist()
    findings = [subject.finding("in no country", link) for link in links]
    for city, point in zip(subject.cities, subject.points, strict=True):
        if point is not None and point.snap_km <= SAME_COUNTRY_KM and city.country is not None:
            code = network.countries[row[point.link]]
            if code != city.country:
                findings.append(subject.finding(f"{city.name} stands on a road of {code}", point.link))
    strange = len(findings) - len(links)
    said = f"{len(links):,} links in no country; {strange:,} cities that stand on a road of another"
    return subject.check("countries", said, findings)


def _find_no_coverage(subject: _Subject) -> Check:
    far = [city for city, point in zip(subject.cities, subject.points, strict=True) if point is None]
    findings = [
        Finding(f"{city.name} ({city.population:,} people): no road within {MAX_SNAP_KM:g} km", city.lat, city.lon, 0.0)
        for city in sorted(far, key=lambda city: -city.population)
    ]
    said = f"of {len(subject.cities):,} cities, {len(far):,} have no road within {MAX_SNAP_KM:g} km"
    return subject.check("coverage", said, findings)


def _find_zero_length(subject: _Subject) -> Check:
    network = subject.network
    zero = np.asarray(network.link_length_m) == 0
    if network.attributes is not None:
        zero &= network.attributes.road_class != ROAD_CLASSES.index("barrier")
    links = np.flatnonzero(zero).tolist()
    return subject.check(
        "zero_length", "links of no length; barriers left aside", [subject.finding("no length", link) for link in links]
    )


def _find_duplicates(subject: _Subject) -> Check:
    """Links between the same two nodes: all are counted, those of the same length are listed."""
    network, roads = subject.network, subject.roads
    tail, head = (column.astype(np.int64) for column in (network.link_tail, network.link_head))
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    length_m = np.asarray(network.link_length_m, dtype=np.int64)
    usable = np.flatnonzero(roads.links & (tail != head))
    order = usable[np.lexsort([length_m[usable], high[usable], low[usable]])]
    one, other = order[:-1], order[1:]
    beside = (low[one] == low[other]) & (high[one] == high[other])
    same = beside & (length_m[other] - length_m[one] <= SAME_LENGTH_M)
    turned = tail[one] != tail[other]
    ways = [(roads.forward[each], roads.backward[each]) for each in (one, other)]
    both_ways = (ways[0][0] & np.where(turned, ways[1][1], ways[1][0])) | (
        ways[0][1] & np.where(turned, ways[1][0], ways[1][1])
    )
    findings = []
    for first, second in zip(one[same & both_ways].tolist(), other[same & both_ways].tolist(), strict=True):
        found = subject.finding(f"links {first} and {second} join the same two nodes at the same length", first)
        findings.append(Finding(found.said, found.lat, found.lon, found.km, (first, second)))
    said = (
        f"links beside another between the same two nodes: {int(beside.sum()):,}, of the same length {len(findings):,}"
    )
    return subject.check("duplicates", said, findings, count=int(beside.sum()))


def _first_links(part_of_link: Int64Array, among: BoolArray, parts: int) -> Int64Array:
    """The first link of each part among some, -1 where a part has none."""
    first = np.full(parts, -1, dtype=np.int64)
    links = np.flatnonzero(among)[::-1]
    first[part_of_link[links]] = links
    return first


CHECKS: dict[str, Callable[[_Subject], Check | None]] = {
    "islands": _find_islands,
    "traps": _find_traps,
    "speeds": _find_odd_speeds,
    "missing_limits": _find_missing_limits,
    "countries": _find_no_country,
    "coverage": _find_no_coverage,
    "zero_length": _find_zero_length,
    "duplicates": _find_duplicates,
}
"""All checks by name, in the order in which they are told."""
