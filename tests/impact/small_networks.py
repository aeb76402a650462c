"""Networks of a few links around the Gulf of Guinea, and SciPy's word on what closing some of them costs."""

import numpy as np
from scipy_judge import ScipyJudge

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.demand.places import Place
from wayaround.network.grid import build_grid
from wayaround.network.profiles import drive_times
from wayaround.network.snap import SnappedPoints
from wayaround.routing.hierarchy import build_hierarchy
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

TRUCK = wa.load_profile("truck")


def make_network(
    ends: list[tuple[int, int]], length_m: list[int], *, lon: np.ndarray, lat: np.ndarray
) -> wa.RoadNetwork:
    tail, head = (np.ascontiguousarray(side) for side in np.array(ends, dtype=np.int32).T)
    return wa.RoadNetwork(
        name="small",
        digest="0" * 64,
        source="made up",
        licence="none",
        attribution="nobody",
        node_lon=lon,
        node_lat=lat,
        node_country=np.zeros(len(lon), dtype=np.int16),
        link_tail=tail,
        link_head=head,
        link_length_m=np.array(length_m, dtype=np.int32),
        link_country=np.zeros(len(ends), dtype=np.int16),
        countries=("XX",),
        joins=(),
        named_crossings=(),
        shape_first=np.zeros(len(ends) + 1, dtype=np.int32),
        shape_lon=np.zeros(0),
        shape_lat=np.zeros(0),
        grid=build_grid(lon[tail], lat[tail], lon[head], lat[head]),
        hierarchy=build_hierarchy(len(lon), tail, head, lon=lon, lat=lat),
    )


def make_trips(network: wa.RoadNetwork, at: list[tuple[int, float]], pairs: list[tuple[int, int, int]]) -> wa.Trips:
    """Places at fractions of links; pairs as origin, destination and weight, in quanta of a thousandth."""
    link, position = (np.array(column) for column in zip(*at, strict=True))
    tail, head = network.link_tail[link], network.link_head[link]
    lon, lat = (node[tail] + position * (node[head] - node[tail]) for node in (network.node_lon, network.node_lat))
    origin, destination, weight = np.array(pairs, dtype=np.int64).T
    return wa.Trips(
        places=tuple(Place(str(row), float(lat[row]), float(lon[row])) for row in range(len(at))),
        snapped=SnappedPoints(lat, lon, link.astype(np.int64), position, lat, lon, np.zeros(len(at))),
        origin=origin,
        destination=destination,
        weight=weight,
        quanta=1000.0,
        counted=np.ones(len(pairs), dtype=bool),
        named=np.zeros(len(pairs), dtype=bool),
        weighting="made up",
    )


def random_case(random: np.random.Generator) -> tuple[wa.RoadNetwork, wa.Trips]:
    """A road with twins, shortcuts and perhaps several parts; lengths full of ties."""
    nodes = int(random.integers(6, 14))
    line = [(node, node + 1) for node in range(nodes - 1)]
    drawn = random.integers(0, nodes, (int(random.integers(3, 14)), 2)).tolist()
    ends = [pair for pair in [*line, *drawn] if pair[0] != pair[1] and random.random() < 0.9]
    network = make_network(
        ends,
        random.integers(8, 40, len(ends)).tolist(),
        lon=random.uniform(0, 2, nodes),
        lat=random.uniform(0, 2, nodes),
    )
    places = int(random.integers(3, 9))
    at = [(int(random.integers(len(ends))), int(random.integers(1, 8)) / 8) for _ in range(places)]
    pairs = [(a, b, int(random.integers(0, 5))) for a in range(places) for b in range(places) if a != b]
    return network, make_trips(network, at, pairs)


def random_units(random: np.random.Generator, network: wa.RoadNetwork, count: int) -> list[wa.Closure]:
    """Shut groups of links, some with links in common, and shut zones."""
    units = []
    for number in range(count):
        if random.random() < 0.3:
            node = int(random.integers(network.nodes))
            at = {"lat": float(network.node_lat[node]), "lon": float(network.node_lon[node])}
            zone = wa.Zone.circle(**at, radius_km=float(random.uniform(5, 60)))
            units.append(wa.Closure(zone, id=f"zone {number}"))
        else:
            own = random.choice(network.links, size=int(random.integers(1, 4)), replace=False)
            units.append(wa.Closure(wa.LinkIds(tuple(own.tolist())), id=f"links {number}"))
    return units


def ways_by_scipy(
    network: wa.RoadNetwork, weights: LinkWeights, terminals: Terminals, trips: wa.Trips
) -> tuple[np.ndarray, np.ndarray]:
    """Time and metres of each pair, searched from every place."""
    judge = ScipyJudge(network.nodes, network.link_tail, network.link_head, weights, terminals)
    time_ds, length_m = judge.skim(np.arange(len(terminals)))
    return time_ds[trips.origin, trips.destination], length_m[trips.origin, trips.destination]


def ways_under(network: wa.RoadNetwork, trips: wa.Trips, closures: list[wa.Closure]) -> tuple[np.ndarray, np.ndarray]:
    """The same with closures applied from scratch; who is inside what is shut has no way."""
    roads = apply_closures(drive_times(network, TRUCK), [match_closure(network, each) for each in closures])
    inside = roads.inside(trips.snapped)
    gone = inside[trips.origin] | inside[trips.destination]
    time_ds, length_m = ways_by_scipy(network, roads.weights, roads.terminals(trips.snapped), trips)
    return np.where(gone, UNREACHABLE, time_ds), np.where(gone, UNREACHABLE, length_m)


def loss_between(
    before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray], weight: np.ndarray
) -> tuple[int, int, int, int, int]:
    """Weight and number cut off, extra time and metres times weight, number of those longer."""
    had, has = before[0] < UNREACHABLE, after[0] < UNREACHABLE
    cut, both = had & ~has, had & has
    longer = both & ((before[0] != after[0]) | (before[1] != after[1]))
    extra = [int((weight * (now - was))[both].sum()) for was, now in zip(before, after, strict=True)]
    return int(weight[cut].sum()), int(cut.sum()), *extra, int(longer.sum())


def loss_by_scipy(network: wa.RoadNetwork, trips: wa.Trips, lost: np.ndarray) -> tuple[int, int, int, int, int]:
    """Links taken out; a place on one of them keeps its ways to both ends. Journeys of no weight do not count."""
    roads = apply_closures(drive_times(network, TRUCK), [])
    terminals = roads.terminals(trips.snapped)
    forward, backward = roads.weights.forward_ds.copy(), roads.weights.backward_ds.copy()
    forward[lost] = backward[lost] = UNREACHABLE
    weights = LinkWeights(forward, backward, roads.weights.length_m)
    travels = trips.weight > 0
    before, after = (
        tuple(column[travels] for column in ways_by_scipy(network, each, terminals, trips))
        for each in (roads.weights, weights)
    )
    return loss_between(before, after, trips.weight[travels])
