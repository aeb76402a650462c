"""A driven route is drawn as `route_line` draws it, and adds up to what the engine says."""

import numpy as np
import pytest
import shapely
from shaped_networks import draw_shaped_network

from wayaround.closures.closure import Closure, LinkIds
from wayaround.demand.places import Place
from wayaround.demand.trips import Trips
from wayaround.impact.detours import route_line
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints, point_on_link
from wayaround.service.driven_route import draw_route, drive_route
from wayaround.service.served import prepare_roads
from wayaround.units import UNREACHABLE

PLACES = 12


def random_places(network: RoadNetwork, random: np.random.Generator) -> SnappedPoints:
    """Some places inside links, some at their ends, some twice on one link."""
    links = random.integers(network.links, size=PLACES)
    links[1] = links[0]
    fractions = random.choice([0.0, 1.0, *random.random(4)], PLACES)
    points = [
        point_on_link(network, link, fraction, 0.0, 0.0)
        for link, fraction in zip(links.tolist(), fractions.tolist(), strict=True)
    ]
    return SnappedPoints.of([(point.lat, point.lon) for point in points], points)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("slow", [False, True])
def test_a_driven_route_is_the_route(seed: int, slow: bool) -> None:
    random = np.random.default_rng(seed)
    network = draw_shaped_network(seed)
    served = prepare_roads(network, "truck")
    places = random_places(network, random)
    origin, destination = np.divmod(np.arange(PLACES * PLACES), PLACES)
    ones = np.ones(len(origin), dtype=np.int64)
    trips = Trips(
        tuple(Place(str(row), 0.0, 0.0) for row in range(PLACES)), places, origin, destination, ones, 1.0,
        counted=ones > 0, named=ones > 0, weighting="",
    )  # fmt: skip
    closures = [Closure(LinkIds((1, 2, 3)), speed_factor=0.5)] if slow else []
    with served.under(closures) as under:
        terminals = under.roads.terminals(places)
        query = under.metric.query(terminals)
        skim = query.matrix()
        driven = 0
        for pair, ends in enumerate(zip(origin.tolist(), destination.tolist(), strict=True)):
            route = query.route(*ends)
            if route is None:
                assert skim.time_ds[ends] == UNREACHABLE
                continue
            leg = drive_route(served, under, places, terminals, ends, route)
            line = route_line(network, trips, pair, route)
            assert leg.points.tolist() == shapely.get_coordinates(line).tolist()
            assert leg.total_s == skim.time_ds[ends] / 10
            assert leg.total_m == skim.length_m[ends]
            drawn = draw_route(served, places, ends, route)
            assert drawn.points.tolist() == leg.points.tolist()
            assert (drawn.total_s, drawn.total_m) == (leg.total_s, leg.total_m)
            assert leg.time_s.sum() == pytest.approx(leg.total_s, abs=1e-6)
            assert leg.length_m.sum() == pytest.approx(leg.total_m, abs=1e-6)
            assert len(leg.points) == len(leg.nodes) == len(leg.step) + 1
            driven += len(route.links) > 1
        assert driven, f"seed {seed} draws no route of two links"
