"""`continue_straight=true`: raced against every choice of directions, and seen on a side road."""

from itertools import product

import numpy as np
import pytest
from hand_made import Link, make_network
from shaped_networks import draw_shaped_network

from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints, point_on_link
from wayaround.service.osrm_answers import answer_route
from wayaround.service.osrm_options import read_route
from wayaround.service.served import prepare_roads
from wayaround.service.straight_on import find_straight_route
from wayaround.units import UNREACHABLE


def place_at(network: RoadNetwork, *spots: tuple[int, float]) -> SnappedPoints:
    points = [point_on_link(network, link, fraction, 0.0, 0.0) for link, fraction in spots]
    return SnappedPoints.of([(point.lat, point.lon) for point in points], points)


def test_a_side_road_is_driven_to_its_end() -> None:
    network = make_network([Link(0, 1, 1000), Link(1, 2, 1000), Link(1, 3, 1000)])
    served = prepare_roads(network, "car")
    with served.under([]) as under:
        found = find_straight_route(under, place_at(network, (0, 0.0), (2, 0.25), (1, 1.0)))
    assert found is not None
    _, _, _, legs = found
    assert [leg.links.tolist() for leg in legs] == [[0, 2], [2, 2, 1]]
    assert legs[1].forward.tolist() == [True, False, True]


def test_it_is_asked_for_as_in_osrm() -> None:
    network = make_network([Link(0, 1, 1000), Link(1, 2, 1000), Link(2, 3, 1000)])
    served = prepare_roads(network, "car")

    def km(asked: str) -> float:
        options = read_route("0,0;0.015,0;0.005,0", asked, most_places=9, most_alternatives=0)
        (route,) = answer_route(served, options, ())["routes"]
        return float(route["distance"]) / 1000

    assert km("") == km("continue_straight=false") == km("continue_straight=default") == pytest.approx(2.5, abs=0.01)
    # on to node 2, and back
    assert (
        km("continue_straight=true")
        == km("continue_straight=true&steps=true&annotations=true")
        == pytest.approx(3.5, abs=0.01)
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_directions_are_the_best_of_all_choices(seed: int) -> None:
    random = np.random.default_rng(seed)
    network = draw_shaped_network(seed)
    served = prepare_roads(network, "truck")
    places = place_at(
        network, *zip(random.integers(network.links, size=4).tolist(), random.random(4).tolist(), strict=True)
    )
    with served.under([]) as under:
        best = UNREACHABLE, UNREACHABLE
        for towards_head in product([True, False], repeat=2):
            terminals = under.roads.terminals(places)
            for row, ahead in enumerate(towards_head, start=1):
                for leg in ("to_tail_ds", "from_head_ds") if ahead else ("to_head_ds", "from_tail_ds"):
                    getattr(terminals, leg)[row] = UNREACHABLE
            skim = under.metric.query(terminals).skim(np.arange(3), np.arange(1, 4))
            if skim.time_ds.max() < UNREACHABLE:
                best = min(best, (int(skim.time_ds.sum()), int(skim.length_m.sum())))
        found = find_straight_route(under, places)
        if found is None:
            assert best == (UNREACHABLE, UNREACHABLE)
            return
        doubled, terminals, ends, legs = found
        skim = under.metric.query(terminals).skim(*np.array(ends).T)
        assert (int(skim.time_ds.sum()), int(skim.length_m.sum())) == best
        assert len(legs) == 3
        assert doubled.link[[ends[0][0], *(end for _, end in ends)]].tolist() == places.link.tolist()


def test_who_stays_where_he_is_goes_nowhere() -> None:
    network = make_network([Link(0, 1, 1000), Link(1, 2, 1000)])
    served = prepare_roads(network, "car")
    with served.under([]) as under:
        found = find_straight_route(under, place_at(network, (1, 0.5), (1, 0.5), (1, 0.5), (0, 0.5)))
    assert found is not None
    assert [leg.links.tolist() for leg in found[3]] == [[], [], [1, 0]]


@pytest.mark.parametrize("asked", ["&overview=false", "", "&steps=true", "&annotations=true"])
def test_a_place_at_a_dead_end_is_left_over_its_whole_link(asked: str) -> None:
    served = prepare_roads(make_network([Link(0, 1, 1000), Link(1, 2, 1000)]), "car")
    options = read_route(
        "0.005,0;0.02,0;0.0025,0", f"continue_straight=true{asked}", most_places=9, most_alternatives=0
    )
    (route,) = answer_route(served, options, ())["routes"]
    assert [leg["distance"] for leg in route["legs"]] == [1500, 1750]
    assert route["duration"] == sum(leg["duration"] for leg in route["legs"]) < 1000
