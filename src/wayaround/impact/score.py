"""How far a network can be trusted, in one line: computed once by the engine and kept in the cache."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from wayaround.cache import cache_folder
from wayaround.closures.effects import apply_closures
from wayaround.demand.places import Place, cities
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.drivable import DrivableRoads, find_drivable
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints, snap_point
from wayaround.routing.metric import HierarchyEngine
from wayaround.units import UNREACHABLE

SCORE_VERSION = 1
"""To be raised with every change of what a score means."""

MOST_CITIES = 1000
FEWEST_CITIES = 10
SMALLEST_CITIES = (5000, 1000)
"""Cities from so many people on; the second where there are too few of the first."""

NEAR_ROAD_KM = 5.0
"""A city further from any road is not counted: beside an extract it is another country's."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a reader should know of a network before its numbers.

    Parameters
    ----------
    cities, min_population : int
        Cities between which ways were looked for, and how many people each has at least.
    cities_far : int
        Cities inside the network's box that are left out, because no road is near.
    pairs, pairs_connected : int
        Ordered pairs of cities, and those with a way.
    km, km_apart : float
        Road that the vehicle may drive; of it what is not in the largest part that hangs together both ways.
    limit_known_share : float or None
        Share of the road with a speed limit; None where the network knows no attributes.
    """

    cities: int
    min_population: int
    cities_far: int
    pairs: int
    pairs_connected: int
    km: float
    km_apart: float
    limit_known_share: float | None

    def __str__(self) -> str:
        said = []
        if self.pairs:
            share = 100 * self.pairs_connected / self.pairs
            said.append(
                f"{share:.1f} % of city pairs connected ({self.cities:,} cities from {self.min_population:,} people on)"
            )
        said.append(f"{100 * self.km_apart / max(self.km, 1e-9):.1f} % of km outside the largest connected part")
        if self.limit_known_share is not None:
            said.append(f"speed limit known on {100 * self.limit_known_share:.0f} % of km")
        return ", ".join(said)


def score_network(network: RoadNetwork, profile: Profile) -> Score:
    """Score a network for a vehicle, out of the cache if it is there.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    profile : Profile
        The vehicle.

    Returns
    -------
    Score

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> from wayaround.network.profiles import load_profile
    >>> score = score_network(open_network("world-highways"), load_profile("truck"))
    >>> score.cities, score.limit_known_share
    (990, None)
    """
    length_m = int(np.asarray(network.link_length_m, dtype=np.int64).sum())
    about = [SCORE_VERSION, network.digest, network.nodes, network.links, length_m, repr(profile)]
    path = cache_folder() / "scores" / f"{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]}.json"
    try:
        return Score(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        score = compute_score(network, profile, *cities_inside(network))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
        draft.write_text(json.dumps(asdict(score)), encoding="utf-8")
        draft.replace(path)
    except OSError:
        pass  # a cache that cannot be written costs time, no answer
    return score


def cities_inside(network: RoadNetwork, *, most: int = MOST_CITIES) -> tuple[list[Place], int]:
    """The largest cities inside the box of a network, and how many people each has at least.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    most : int
        How many cities at most.
    """
    lon, lat = np.asarray(network.node_lon), np.asarray(network.node_lat)
    box = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    found: list[Place] = []
    smallest = 0
    for smallest in SMALLEST_CITIES:
        found = cities(None, smallest, box=box, most=most)
        if len(found) >= FEWEST_CITIES:
            break
    return found, found[-1].population if len(found) == most else smallest


def compute_score(network: RoadNetwork, profile: Profile, places: Sequence[Place], min_population: int) -> Score:
    """Score a network afresh, with ways between some cities; parameters as for `score_network`."""
    among = links_for_places(network, profile)
    points = [snap_point(network, place.lat, place.lon, among=among) for place in places]
    near = [
        (place, point)
        for place, point in zip(places, points, strict=True)
        if point is not None and point.snap_km <= NEAR_ROAD_KM
    ]
    roads = find_drivable(network, profile)
    count = len(near)
    connected = 0
    if count > 1:
        closed = apply_closures(roads.weights, [])
        terminals = closed.terminals(
            SnappedPoints.of([(place.lat, place.lon) for place, _ in near], [point for _, point in near])
        )
        matrix = HierarchyEngine(network.hierarchy).customise(roads.weights).query(terminals).packed_matrix()
        np.fill_diagonal(matrix, UNREACHABLE)
        connected = int(np.count_nonzero(matrix < UNREACHABLE))
    _, length_m = roads.parts(strong=True)
    return Score(
        cities=count,
        min_population=min_population,
        cities_far=len(places) - count,
        pairs=count * max(count - 1, 0),
        pairs_connected=connected,
        km=float(roads.length_m.sum()) / 1000,
        km_apart=float(roads.length_m.sum() - length_m[0]) / 1000,
        limit_known_share=_limit_known_share(roads),
    )


def _limit_known_share(roads: DrivableRoads) -> float | None:
    """By length, ferries and barriers left aside."""
    links = roads.network.attributes
    if links is None:
        return None
    on_land = ~np.isin(links.road_class, [ROAD_CLASSES.index(name) for name in ("ferry", "barrier")])
    all_m = int(roads.length_m[on_land].sum())
    return float(roads.length_m[on_land & ~links.lacks_limit].sum()) / max(all_m, 1)
