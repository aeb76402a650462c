"""Countries and crossings of imported networks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from osm_files import build, real_file

import wayaround as wa
from wayaround.errors import CrossingNotFound
from wayaround.network.build import build_network
from wayaround.network.road_network import RoadNetwork

# Around 47.0 N, 5.0 to 5.1 E, deep in France, the drawn border along 5.05 E makes the west AA and the east BB.
ROAD = {"highway": "primary"}
POST = {"barrier": "border_control"}
LAT, WEST, BORDER, EAST = 47.0, 5.0, 5.05, 5.1
Ways = Mapping[int, tuple[Sequence[int], Mapping[str, str]]]
Nodes = dict[int, Sequence[object]]


def bordered(folder: Path, nodes: Nodes, ways: Ways) -> RoadNetwork:
    """Roads between two drawn countries, AA in the west and BB in the east."""
    corners: Nodes = {
        901: (46.9, 4.9),
        902: (46.9, BORDER),
        903: (47.1, BORDER),
        904: (47.1, 4.9),
        905: (46.9, 5.2),
        906: (47.1, 5.2),
    }
    border = {"boundary": "administrative", "admin_level": "2"}
    lines: Ways = {91: ([902, 903], border), 92: ([903, 904, 901, 902], border), 93: ([902, 905, 906, 903], border)}
    relations = {
        number: (
            [("w", 91, "outer"), ("w", line, "outer")],
            {"type": "boundary", "admin_level": "2", "ISO3166-1:alpha2": code},
        )
        for number, line, code in ((1, 92, "AA"), (2, 93, "BB"))
    }
    return build(folder, nodes={**corners, **nodes}, ways={**lines, **ways}, relations=relations)


def at(lon: float, lat: float = LAT, **tags: str) -> Sequence[object]:
    return (lat, lon, {key.replace("__", ":"): value for key, value in tags.items()})


def test_countries_are_those_that_the_map_draws(tmp_path: Path) -> None:
    network = bordered(
        tmp_path, {1: at(WEST), 2: at(5.04), 3: at(5.08), 4: at(EAST)}, {7: ([1, 2, 3, 4], ROAD), 8: ([2], ROAD)}
    )
    assert network.countries == ("AA", "BB")
    assert [network.countries[row] for row in network.node_country] == ["AA", "BB"]
    assert network.imported is not None
    assert network.imported.borders_drawn == ("AA", "BB")
    assert network.border_links.tolist() == [0]


def test_a_road_over_a_border_without_a_post_is_named_by_the_towns(tmp_path: Path) -> None:
    nodes: Nodes = {
        1: at(WEST),
        2: at(EAST),
        51: at(5.04, 47.01, place="village", name="Links", name__de="Links", name__ar="يسار"),
        52: at(5.06, 47.01, place="town", name="Destra", name__en="Right", name__ar="يمين"),
        53: at(4.95, 47.01, place="town", name="Farther"),
    }
    network = bordered(tmp_path, nodes, {7: ([1, 2], ROAD)})
    (crossing,) = network.crossings
    assert (crossing.name, crossing.countries, crossing.links) == ("Links-Right", ("AA", "BB"), (0,))
    for name in ("links right", "Links-Destra", "Destra - Links", "يسار-يمين", crossing.id):
        assert network.find_crossing(name) == crossing
    with pytest.raises(CrossingNotFound, match="Links-Right"):
        network.find_crossing("Lnks-Rigt")


def test_posts_on_both_sides_are_one_crossing_and_name_it(tmp_path: Path) -> None:
    nodes: Nodes = {
        1: at(WEST),
        2: at(5.048, **POST, name="Nasib", name__ar="نصيب"),
        3: at(5.052, **POST, name="Dschabir", name__en="Jaber"),
        4: at(EAST),
    }
    network = bordered(tmp_path, nodes, {7: ([1, 2, 3, 4], ROAD)})
    (crossing,) = network.crossings
    assert crossing.name == "Nasib-Jaber"
    assert set(crossing.variants) == {"Nasib", "نصيب", "Jaber", "Dschabir", "Jaber-Nasib"}
    # The link that crosses the border, not the posts: a passage passes both of these.
    ends = [network.node_lon[column[crossing.links[0]]] for column in (network.link_tail, network.link_head)]
    assert (len(crossing.links), sorted(np.round(ends, 3).tolist())) == (1, [5.048, 5.052])


def test_a_post_beside_the_road_names_its_crossing(tmp_path: Path) -> None:
    nodes: Nodes = {1: at(WEST), 2: at(EAST), 3: at(5.051, 47.001, government="customs", name="Zollamt")}
    network = bordered(tmp_path, nodes, {7: ([1, 2], ROAD)})
    assert [crossing.name for crossing in network.crossings] == ["Zollamt"]


def test_two_carriageways_are_one_crossing_of_which_each_passage_uses_one_link(tmp_path: Path) -> None:
    nodes: Nodes = {1: at(WEST), 2: at(EAST), 3: at(WEST, 47.0005), 4: at(EAST, 47.0005)}
    motorway = {"highway": "motorway"}
    network = bordered(tmp_path, nodes, {7: ([1, 2], motorway), 8: ([4, 3], motorway)})
    assert [crossing.links for crossing in network.crossings] == [(0, 1)]


def test_lanes_with_a_post_each_are_one_crossing(tmp_path: Path) -> None:
    nodes: Nodes = {1: at(WEST), 9: at(EAST)}
    ways = {}
    for lane in range(3):
        lat = 47.0 + lane * 0.0002
        nodes |= {
            10 + lane: at(5.045, lat),
            20 + lane: at(5.047, lat, **POST, name="Big Gate"),
            30 + lane: at(5.055, lat),
        }
        ways[lane + 1] = ([1, 10 + lane, 20 + lane, 30 + lane, 9], ROAD)
    network = bordered(tmp_path, nodes, ways)
    (crossing,) = network.crossings
    assert crossing.name == "Big Gate"
    assert len(crossing.links) == 3
    sides = [network.node_country[column[list(crossing.links)]] for column in (network.link_tail, network.link_head)]
    assert (sides[0] != sides[1]).all()


def test_two_roads_far_from_each_other_are_two_crossings(tmp_path: Path) -> None:
    nodes: Nodes = {
        1: at(WEST),
        2: at(EAST),
        3: at(WEST, 47.05),
        4: at(EAST, 47.05),
        5: at(5.04, 47.01, place="town", name="T"),
    }
    other = {**ROAD, "name": "North Road"}
    network = bordered(tmp_path, nodes, {7: ([1, 2], ROAD), 8: ([3, 4], other)})
    assert [crossing.name for crossing in network.crossings] == ["T (AA-BB-0)", "T (North Road)"]


def test_a_road_that_only_touches_a_border_does_not_cross_it_and_one_that_winds_crosses_once(tmp_path: Path) -> None:
    west, east = 5.0495, 5.0505
    nodes: Nodes = {
        number: at(lon, 47 + number * 0.002) for number, lon in enumerate((west, east, west, east), start=1)
    } | {11: at(west, 46.95), 12: at(east, 46.951), 13: at(west, 46.952)}
    links = {number: ([number, number + 1], ROAD) for number in (1, 2, 3)}
    touching = {21: ([11, 12], ROAD), 22: ([12, 13], ROAD)}
    network = bordered(tmp_path, nodes, links | touching)
    assert len(network.border_links) == 5
    (crossing,) = network.crossings
    assert network.attributes is not None
    assert network.attributes.osm_way[list(crossing.links)].tolist() == [2]  # the middle of the three


def test_where_no_road_crosses_the_outermost_post_is_the_crossing(tmp_path: Path) -> None:
    # Near Basel, on the French side; the map has no borders and ends before the road reaches Switzerland.
    nodes: Nodes = {
        1: (47.62, 7.50),
        2: (47.602, 7.545, {**POST, "name": "Inner"}),
        3: (47.600, 7.550, {**POST, "name": "Outer"}),
        4: (47.599, 7.552),
    }
    network = build(tmp_path, nodes=nodes, ways={7: ([1, 2, 3, 4], ROAD)})
    assert network.countries == ("FR",)
    (crossing,) = network.crossings
    assert crossing.countries in {("CH", "FR"), ("DE", "FR")}
    tail = int(network.link_tail[crossing.links[0]])
    assert float(network.node_lon[tail]) == pytest.approx(7.55)
    assert network.find_crossing("Outer") == crossing


def test_a_checkpoint_inland_is_no_crossing(tmp_path: Path) -> None:
    nodes: Nodes = {1: at(WEST), 2: at(5.01, **POST, name="Nowhere"), 3: at(5.02)}
    assert build(tmp_path, nodes=nodes, ways={7: ([1, 2, 3], ROAD)}).crossings == ()


def test_a_border_that_is_not_whole_still_parts_the_land(tmp_path: Path) -> None:
    # Of the border between France and Switzerland at Basel a piece of a few kilometres, drawn a little to the west.
    border = {"boundary": "administrative", "admin_level": "2"}
    nodes: Nodes = {
        901: (47.59, 7.555),
        902: (47.50, 7.500),
        1: (47.55, 7.50),
        2: (47.55, 7.525),
        3: (47.55, 7.535),
        4: (47.55, 7.60),
    }
    relations = {1: ([("w", 91, "outer")], {"type": "boundary", "admin_level": "2", "ISO3166-1": "CH"})}
    ways: Ways = {91: ([901, 902], border), **{way: ([way, way + 1], ROAD) for way in (1, 2, 3)}}
    network = build(tmp_path, nodes=nodes, ways=ways, relations=relations)
    assert network.imported is not None
    assert network.imported.borders_broken == ("CH",)
    assert [network.countries[row] for row in network.node_country] == ["FR", "FR", "CH", "CH"]


def test_crossings_of_liechtenstein() -> None:
    network = build_network([real_file("liechtenstein.osm.pbf")], name="liechtenstein")
    assert network.countries == ("AT", "CH", "LI")
    crossing = network.find_crossing("Schaanwald")
    assert (crossing.name, crossing.countries, len(crossing.links)) == ("Feldkirch-Schaanwald", ("AT", "LI"), 1)
    assert network.find_crossing("Vaduz").countries == ("CH", "LI")
    for each in network.crossings:
        codes = {
            network.countries[network.node_country[end[each.links[0]]]]
            for end in (network.link_tail, network.link_head)
        }
        assert codes == set(each.countries)


@pytest.mark.parametrize("name", ["liechtenstein.osm.pbf", "monaco.osm.pbf"])
def test_each_passage_uses_one_link_of_one_crossing(name: str) -> None:
    network = build_network([real_file(name)], name="bordered")
    random = np.random.default_rng(3)
    assert network.link_part is not None
    usable = network.link_part[0] == 0
    at_home = network.link_country == np.argmax(np.bincount(network.link_country))
    sides = [np.flatnonzero(usable & side) for side in (at_home, ~at_home)]
    nodes = network.link_tail[np.concatenate([random.choice(side, 30) for side in sides])].tolist()
    places = {
        str(node): wa.Place(str(node), float(network.node_lat[node]), float(network.node_lon[node])) for node in nodes
    }
    pairs = [(str(one), str(other)) for one, other in zip(nodes[:30], nodes[30:], strict=True) if one != other]
    trips = wa.named_trips(network, pairs, aliases=places, profile="car")
    abroad = 0
    for journey in wa.assess(network, closures=[], trips=trips, profile="car").journeys:
        if journey.before is None or len(journey.before.links) < 2:
            continue
        ends = [int(row[journey.pair]) for row in (trips.origin, trips.destination)]
        countries = [int(network.link_country[trips.snapped.link[end]]) for end in ends]
        if set(trips.snapped.link[ends].tolist()) & set(network.crossing_of_link):
            continue
        abroad += countries[0] != countries[1]
        assert len(journey.crossings_before) % 2 == (countries[0] != countries[1])
        assert len(set(journey.crossings_before)) == len(journey.crossings_before)
    assert abroad > 2
