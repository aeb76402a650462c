"""Turn restrictions of real maps: no route makes a turn that the map forbids, as a slow reading of the map has it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
from osm_files import real_file

import wayaround as wa
from wayaround.impact.queries import open_query
from wayaround.network.assemble import connect_nodes
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.build import build_network
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import load_profile
from wayaround.network.shapes import points_on_links
from wayaround.network.snap import SnappedPoint, SnappedPoints
from wayaround.routing.terminals import Route

MAPS = {"monaco.osm.pbf": 27, "liechtenstein.osm.pbf": 2, "Helsinki.osm.pbf": 38, "baltimore.osm.pbf": 3}
"""Maps and the restrictions that are followed on each."""
CAR = load_profile("car")
Spot = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """A restriction as the map says it: from a way to a way, by way of a node, here its place, or of other ways."""

    relation: int
    only: bool
    start: int
    end: int
    via: tuple[int, ...]
    at_node: bool


def read_rules(path: Path) -> list[Rule]:
    """Restrictions that bind cars at all times, member by member."""
    spots: dict[int, Spot] = {}
    rules = []
    for entity in osmium.FileProcessor(str(path)):
        if entity.is_node():
            spots[entity.id] = (round(entity.location.lon * 1e7), round(entity.location.lat * 1e7))
        elif entity.is_relation() and entity.tags.get("type") == "restriction":
            if "hour_on" in entity.tags:  # at times only
                continue
            assert entity.tags.get("except", "none") in ("none", "taxi", "bus", "bicycle")
            kind = entity.tags.get("restriction", "")
            members = [(member.role, member.type, member.ref) for member in entity.members]
            ends = [[ref for role, _, ref in members if role == name] for name in ("from", "to")]
            via = [(ref, member) for role, member, ref in members if role == "via"]
            if kind.startswith(("no_", "only_")) and all(len(end) == 1 for end in ends) and via:
                at_node = via[0][1] == "n"
                by = spots.get(via[0][0]) if at_node else tuple(ref for ref, _ in via)
                if by is not None:
                    rules.append(Rule(entity.id, kind.startswith("only_"), ends[0][0], ends[1][0], by, at_node))
    return rules


@pytest.fixture(scope="module", params=MAPS)
def path(request: pytest.FixtureRequest) -> Path:
    return real_file(request.param)


@pytest.fixture(scope="module")
def network(path: Path) -> wa.RoadNetwork:
    return build_network([path], name=path.name.partition(".")[0])


@pytest.fixture(scope="module")
def kept(path: Path, network: wa.RoadNetwork) -> list[Rule]:
    assert network.turns is not None
    relations = set(network.turns.osm_relation.tolist())
    found = [rule for rule in read_rules(path) if rule.relation in relations]
    assert len(found) == MAPS[path.name]
    return found


@dataclass(frozen=True)
class Driven:
    """A route as ways and the places between them, without barriers."""

    ways: list[int]
    between: list[Spot]


def read_route(network: wa.RoadNetwork, route: Route) -> Driven:
    links = network.attributes
    assert links is not None
    ways: list[int] = []
    between: list[Spot] = []
    for link, forward in zip(route.links.tolist(), route.forward.tolist(), strict=True):
        if ROAD_CLASSES[links.road_class[link]] == "barrier":
            continue
        ways.append(int(links.osm_way[link]))
        end = int((network.link_head if forward else network.link_tail)[link])
        between.append((round(network.node_lon[end] * 1e7), round(network.node_lat[end] * 1e7)))
    return Driven(ways, between[:-1])


def broken(driven: Driven, rules: list[Rule]) -> Iterator[Rule]:
    """Restrictions that a route does not keep to."""
    for rule in rules:
        if rule.at_node:
            at = [row for row, spot in enumerate(driven.between) if spot == rule.via and driven.ways[row] == rule.start]
            turned = [driven.ways[row + 1] == rule.end for row in at]
            if any(turn != rule.only for turn in turned):
                yield rule
        elif not rule.only:
            merged = [way for way, following in pairwise([*driven.ways, -1]) if way != following]
            row = [rule.start, *rule.via, rule.end]
            if any(merged[at : at + len(row)] == row for at in range(len(merged))):
                yield rule


def links_at(network: wa.RoadNetwork, spot: tuple[int, ...]) -> list[int]:
    lon, lat = np.rint(network.node_lon * 1e7), np.rint(network.node_lat * 1e7)
    nodes = np.flatnonzero((lon == spot[0]) & (lat == spot[1]))
    touching = np.isin(network.link_tail, nodes) | np.isin(network.link_head, nodes)
    return np.flatnonzero(touching & (network.link_length_m > 0)).tolist()


def drive(network: wa.RoadNetwork, links: list[int]) -> Iterator[tuple[int, int, Route]]:
    """Routes between the middles of some links, all of them to all others."""
    places = [(lat, lon) for lon, lat in points_on_links(network, links, 0.5).tolist()]
    points = [SnappedPoint(link, 0.5, lon, lat, 0.0) for link, (lat, lon) in zip(links, places, strict=True)]
    _, query = open_query(network, CAR, [], SnappedPoints.of(places, points))
    for one, start in enumerate(links):
        for other, end in enumerate(links):
            route = query.route(one, other) if one != other else None
            if route is not None:
                yield start, end, route


def routes_near(network: wa.RoadNetwork, rules: list[Rule]) -> Iterator[tuple[int, int, Route]]:
    """Routes from just before and just after each turn, and around it, to all such places of the map."""
    links, among = network.attributes, links_for_places(network, CAR)
    assert links is not None
    assert among is not None
    near: list[int] = []
    for rule in rules:
        near += links_at(network, rule.via) if rule.at_node else []
        near += (
            [] if rule.at_node else np.flatnonzero(np.isin(links.osm_way, [rule.start, *rule.via, rule.end])).tolist()
        )
    return drive(network, [link for link in dict.fromkeys(near) if among[link]])


def test_no_route_makes_a_turn_that_the_map_forbids(network: wa.RoadNetwork, kept: list[Rule]) -> None:
    for start, end, route in routes_near(network, kept):
        assert not [(rule, start, end) for rule in broken(read_route(network, route), kept)]


def test_without_restrictions_routes_make_most_of_these_turns(network: wa.RoadNetwork, kept: list[Rule]) -> None:
    """The test above would say little of turns that no route comes to."""
    free = connect_nodes(
        network.nodes, network.link_tail, network.link_head, network.node_lon, network.node_lat, turns=None
    )
    unrestricted = replace(network, hierarchy=free)
    found = {
        rule
        for _, _, route in routes_near(network=unrestricted, rules=kept)
        for rule in broken(read_route(network, route), kept)
    }
    assert len(found) > len(kept) / 2
