"""Gaps: dead ends near each other that the network joins only by a long way round, or not at all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from wayaround.network.drivable import DrivableRoads, find_drivable
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import WGS84
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import Terminals
from wayaround.units import UNREACHABLE, BoolArray, FloatArray, Int64Array, kilometres

if TYPE_CHECKING:
    import geopandas as gpd

SHAPED_RADIUS_KM, SIMPLIFIED_RADIUS_KM = 0.1, 3.0
"""How near two dead ends are looked for, if nothing else is said: with attributes, and without."""

LONG_WAY = 3.0
"""A way of less than so many times the straight distance is none round a gap."""

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Pairs of dead ends, the worst first.

    Those that no way joins come first, the one that keeps the most road apart at the top; then by ratio.

    Parameters
    ----------
    network, profile
        What was looked at, and for which vehicle.
    radius_km : float
        How near the dead ends of a pair lie.
    dead_ends : int
        Dead ends in all.
    node, link : (gaps, 2) ndarray of int64
        The two dead ends, and the link that ends at each.
    straight_m : (gaps,) ndarray of int64
        Geodesic distance between them, at least 1.
    network_m : (gaps,) ndarray of int64
        Length of the fastest way, in the direction in which it is shorter; `UNREACHABLE` where there is none.
    apart_m : (gaps,) ndarray of int64
        Length of the roads of the smaller of the two parts that the gap keeps apart; 0 where they hang together.
    shut_link : (gaps,) ndarray of int64
        Link between the two that the vehicle may not drive, a barrier for instance; -1 where there is none.
    """

    network: RoadNetwork
    profile: Profile
    radius_km: float
    dead_ends: int
    node: Int64Array
    link: Int64Array
    straight_m: Int64Array
    network_m: Int64Array
    apart_m: Int64Array
    shut_link: Int64Array

    def __len__(self) -> int:
        return len(self.straight_m)

    @property
    def ratio(self) -> FloatArray:
        """Way by road over straight distance; infinite where there is no way."""
        return _ratio(self.network_m, self.straight_m)

    def table(self, top: int | None = None) -> "gpd.GeoDataFrame":
        """The gaps as lines from one dead end to the other.

        Parameters
        ----------
        top : int, optional
            Only so many.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns rank, ratio (NaN where there is no way), straight_km, network_km, extra_km, apart_km, countries,
            shut_link (-1 where there is
            none), lat_a, lon_a, node_a, link_a, lat_b, lon_b, node_b, link_b and geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need
        import shapely

        rows = slice(top)
        network, node = self.network, self.node[rows]
        lon, lat = network.node_lon[node], network.node_lat[node]
        code = np.array(network.countries, dtype=object)[network.node_country[node]]
        straight_km, network_km = kilometres(self.straight_m[rows]), kilometres(self.network_m[rows])
        return gpd.GeoDataFrame(
            {
                "rank": np.arange(1, len(node) + 1),
                "ratio": network_km / straight_km,
                "straight_km": straight_km,
                "network_km": network_km,
                "extra_km": network_km - straight_km,
                "apart_km": kilometres(self.apart_m[rows]),
                "countries": ["-".join(sorted(set(pair))) for pair in code.tolist()],
                "shut_link": self.shut_link[rows],
                **{
                    f"{name}_{end}": axis[:, side]
                    for side, end in enumerate("ab")
                    for name, axis in (("lat", lat), ("lon", lon), ("node", node), ("link", self.link[rows]))
                },
            },
            geometry=np.asarray(shapely.linestrings(np.stack([lon, lat], axis=2)), dtype=object),
            crs="EPSG:4326",
        )


def find_gaps(
    network: RoadNetwork, profile: Profile, *, radius_km: float | None = None, among: BoolArray | None = None
) -> Gaps:
    """Find dead ends near each other with a long way between them, or none.

    Parameters
    ----------
    network : RoadNetwork
        The roads, joins included: a mended gap is none.
    profile : Profile
        The vehicle; what it may not drive does not count.
    radius_km : float, optional
        How near; 3 km if left out, and 100 m on a network with attributes.
    among : (nodes,) ndarray of bool, optional
        At least one of the two dead ends is one of these.

    Returns
    -------
    Gaps

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> from wayaround.network.profiles import load_profile
    >>> gaps = find_gaps(open_network("world-highways"), load_profile("truck"), radius_km=0.5)
    >>> bool((gaps.straight_m <= 500).all() and (gaps.ratio[1:] <= gaps.ratio[:-1]).all())
    True
    """
    if radius_km is None:
        radius_km = SIMPLIFIED_RADIUS_KM if network.attributes is None else SHAPED_RADIUS_KM
    roads = find_drivable(network, profile)
    node, link = roads.dead_ends()
    pair = _pairs_within(network.node_lon[node], network.node_lat[node], radius_km)
    if among is not None:
        pair = pair[among[node[pair]].any(axis=1)]
    ends = node[pair]
    lon, lat = network.node_lon[ends], network.node_lat[ends]
    straight_m = np.asarray(WGS84.inv(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])[2])
    straight_m = np.maximum(np.rint(straight_m), 1).astype(np.int64)
    near = straight_m <= 1000 * radius_km
    pair, straight_m = pair[near], straight_m[near]
    network_m = _ways(roads, node, link, pair)
    part, length_m = roads.parts()
    parts = part[node[pair]]
    apart_m = np.where(parts[:, 0] == parts[:, 1], 0, length_m[parts].min(axis=1, initial=np.iinfo(np.int64).max))
    ratio = _ratio(network_m, straight_m)
    order = np.lexsort([straight_m, -apart_m, -ratio])
    order = order[ratio[order] >= LONG_WAY]
    return Gaps(
        network=network,
        profile=profile,
        radius_km=radius_km,
        dead_ends=len(node),
        node=node[pair[order]],
        link=link[pair[order]],
        straight_m=straight_m[order],
        network_m=network_m[order],
        apart_m=apart_m[order],
        shut_link=_links_between(network, ~roads.links, node[pair[order]]),
    )


def _ratio(network_m: Int64Array, straight_m: Int64Array) -> FloatArray:
    return np.where(network_m >= UNREACHABLE, np.inf, network_m / straight_m)


def _pairs_within(lon: FloatArray, lat: FloatArray, radius_km: float) -> Int64Array:
    """Pairs of points that may lie within a distance, as rows; the sphere is off by less than one in a hundred."""
    if len(lon) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    phi, lam = np.radians(lat), np.radians(lon)
    points = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    chord = 2 * np.sin(min(1.01 * radius_km / EARTH_KM, np.pi) / 2)
    return KDTree(points).query_pairs(chord, output_type="ndarray").astype(np.int64).reshape(-1, 2)


def _ways(roads: DrivableRoads, node: Int64Array, link: Int64Array, pair: Int64Array) -> Int64Array:
    """Metres of the fastest way between the dead ends of each pair, the less of both directions."""
    used, row = np.unique(pair, return_inverse=True)
    if not len(used):
        return np.zeros(0, dtype=np.int64)
    row = row.reshape(pair.shape)
    query = (
        HierarchyEngine(roads.network.hierarchy).customise(roads.weights).query(_at_ends(roads, node[used], link[used]))
    )
    ways = [query.skim(row[:, one], row[:, other]).length_m for one, other in ((0, 1), (1, 0))]
    return np.minimum(*ways)


def _links_between(network: RoadNetwork, among: BoolArray, ends: Int64Array) -> Int64Array:
    """A link of some that joins the two nodes of each row, -1 where none does."""
    links = np.flatnonzero(among)
    tail, head = (column[links].astype(np.int64) for column in (network.link_tail, network.link_head))
    key = np.minimum(tail, head) * network.nodes + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    wanted = ends.min(axis=1, initial=network.nodes) * network.nodes + ends.max(axis=1, initial=0)
    at = np.searchsorted(key[order], wanted)
    links, key = np.append(links[order], -1), np.append(key[order], -1)
    return np.where(key[at] == wanted, links[at], -1).astype(np.int64)


def _at_ends(roads: DrivableRoads, node: Int64Array, link: Int64Array) -> Terminals:
    """Terminals at nodes, each at the end of a link."""
    weights = roads.weights
    at_tail = roads.network.link_tail[link] == node
    forward_ds, backward_ds, length_m = weights.forward_ds[link], weights.backward_ds[link], weights.length_m[link]
    return Terminals(
        link=link,
        position=np.where(at_tail, 0.0, 1.0),
        to_tail_ds=np.where(at_tail, 0, backward_ds),
        to_head_ds=np.where(at_tail, forward_ds, 0),
        from_tail_ds=np.where(at_tail, 0, forward_ds),
        from_head_ds=np.where(at_tail, backward_ds, 0),
        tail_m=np.where(at_tail, 0, length_m),
        head_m=np.where(at_tail, length_m, 0),
    )
