"""The case that everything is measured on: world-highways, the largest cities, the zone around al-Tanf."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.demand.places import Place, cities
from wayaround.network.profiles import drive_times, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints, snap_point
from wayaround.routing.hierarchy import Hierarchy
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import Int64Array

CITIES = 2000
_SMALLEST = 5000


@dataclass(frozen=True)
class Case:
    """Network, terminals and zone.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    places : list of Place
        The terminals, largest first.
    snapped : SnappedPoints
        Where they meet the road.
    weights : LinkWeights
        Times without the zone.
    """

    network: RoadNetwork
    places: list[Place]
    snapped: SnappedPoints
    weights: LinkWeights

    @property
    def hierarchy(self) -> Hierarchy:
        """The engine's topology."""
        return self.network.hierarchy

    @cached_property
    def terminals(self) -> Terminals:
        """Legs without the zone."""
        return apply_closures(self.weights, []).terminals(self.snapped)

    def match_zone(self) -> tuple[LinkWeights, Terminals]:
        """Weights and legs with the zone shut, from its circle."""
        zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
        roads = apply_closures(self.weights, [match_closure(self.network, wa.Closure(zone, id="tanf-zone"))])
        return roads.weights, roads.terminals(self.snapped)

    @cached_property
    def closed(self) -> tuple[LinkWeights, Terminals]:
        """What `match_zone` gave the first time."""
        return self.match_zone()

    @cached_property
    def closed_links(self) -> Int64Array:
        """Links that the zone shuts."""
        return np.flatnonzero(self.closed[0].forward_ds != self.weights.forward_ds)

    @cached_property
    def country(self) -> tuple[Int64Array, int]:
        """Number of the country of each place, and how many countries there are."""
        names, number = np.unique([place.country or "" for place in self.places], return_inverse=True)
        return number.astype(np.int64), len(names)

    def larger_cities(self, count: int) -> "Case":
        """The same with another number of cities."""
        return open_case(count, self.network)


def open_case(count: int = CITIES, network: RoadNetwork | None = None) -> Case:
    """The `count` largest cities of the gazetteer that have a road within 20 km.

    Parameters
    ----------
    count : int
        How many.
    network : RoadNetwork, optional
        world-highways, if it is open already.

    Returns
    -------
    Case
    """
    network = network or wa.open_network("world-highways")
    kept: list[tuple[Place, object]] = []
    for place in sorted(cities(None, _SMALLEST), key=lambda place: -place.population):
        if len(kept) == count:
            break
        point = snap_point(network, place.lat, place.lon)
        if point is not None:
            kept.append((place, point))
    if len(kept) < count:
        raise SystemExit(f"only {len(kept)} places of {_SMALLEST} people have a road; {count} were asked for")
    snapped = SnappedPoints.of([(place.lat, place.lon) for place, _ in kept], [point for _, point in kept])
    weights = drive_times(network, load_profile("truck"))
    return Case(network, [place for place, _ in kept], snapped, weights)
