"""Why two routers part: what lies on the one route and cannot be driven, or is not there, for the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium

import wayaround as wa
from wayaround.network.attributes import ROAD_CLASSES, Mode
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.shapes import link_points
from wayaround.network.turns import list_bans
from wayaround.routing.terminals import LinkWeights, Route
from wayaround.units import UNREACHABLE

Point = tuple[int, int]
"""Longitude and latitude in ten-millionths of a degree, as the map has them."""

Arc = tuple[int, bool]
"""A link and whether it is driven from its tail to its head."""


@dataclass(frozen=True, slots=True)
class RoadMap:
    """What of a map explains a route.

    Parameters
    ----------
    network : RoadNetwork
        Our network.
    weights : LinkWeights
        Our times, which say where we drive.
    bans : list of arcs
        Turns that we never make.
    places : dict
        Place of each node of the map.
    ways : dict
        Tags of the ways that pass from a place to another.
    arcs : dict
        Our arcs from a place to another.
    """

    network: wa.RoadNetwork
    weights: LinkWeights
    bans: list[list[Arc]]
    places: dict[int, Point]
    ways: dict[tuple[Point, Point], dict[str, str]]
    arcs: dict[tuple[Point, Point], Arc]


def read_map(path: Path, network: wa.RoadNetwork, profile: Profile) -> RoadMap:
    """Read a map a second time, one object after another."""
    places: dict[int, Point] = {}
    ways: dict[tuple[Point, Point], dict[str, str]] = {}
    for entity in osmium.FileProcessor(str(path)):
        if entity.is_node():
            places[entity.id] = (round(entity.location.lon * 1e7), round(entity.location.lat * 1e7))
        elif entity.is_way() and ("highway" in entity.tags or "route" in entity.tags):
            tags = dict(entity.tags)
            for one, other in pairwise([places[node.ref] for node in entity.nodes if node.ref in places]):
                ways[one, other] = ways[other, one] = tags
    arcs: dict[tuple[Point, Point], Arc] = {}
    row, points = link_points(network, np.arange(network.links))
    spots = [(lon, lat) for lon, lat in np.rint(points * 1e7).astype(np.int64).tolist()]
    for (one, start), (other, end) in pairwise(zip(row.tolist(), spots, strict=True)):
        if one == other and start != end:
            arcs.setdefault((start, end), (one, True))
            arcs.setdefault((end, start), (one, False))
    turns = network.turns
    bans = {} if turns is None else list_bans(turns, network.link_tail, network.link_head)
    for_cars = [list(ban) for ban, vehicles in bans.items() if vehicles & Mode.CAR]
    return RoadMap(network, drive_times(network, profile), for_cars, places, ways, arcs)


def explain(roads: RoadMap, nodes: list[int], ours: Route) -> str:
    """Why a route of OSRM's, as nodes of the map, and one of ours are not the same.

    Looked for in this order: on OSRM's route a way that is no road of ours, a link that we do not drive that way, a
    turn that we do not make; on ours a place where we turn round that is no dead end; another road at one of the ends.
    """
    found = next(_only_theirs(roads, nodes), None) or next(_only_ours(roads, ours), None)
    if found is None and len(ours.links):
        ends = [roads.arcs[roads.places[one], roads.places[other]][0] for one, other in (nodes[:2], nodes[-2:])]
        if ends != [int(ours.links[0]), int(ours.links[-1])]:
            return "where two roads lie one above the other, each router stands on another one"
    return found or "not found"


def _only_theirs(roads: RoadMap, nodes: list[int]) -> Iterator[str]:
    driven: list[Arc] = []
    spots = [roads.places[node] for node in nodes]
    for step in pairwise(spots):
        arc = roads.arcs.get(step)
        if arc is None:
            tags = roads.ways.get(step, {})
            yield f"OSRM drives highway={tags.get('highway', 'none')} where ours has no road"
        elif not driven or driven[-1] != arc:
            driven.append(arc)
    for link, forward in driven:
        if (roads.weights.forward_ds if forward else roads.weights.backward_ds)[link] >= UNREACHABLE:
            yield f"OSRM drives {_describe(roads, link)}, shut for ours"
    for ban in roads.bans:
        if any(driven[at : at + len(ban)] == ban for at in range(len(driven))):
            yield "OSRM makes a turn that is banned for ours"


def _only_ours(roads: RoadMap, ours: Route) -> Iterator[str]:
    network = roads.network
    driven = list(zip(ours.links.tolist(), ours.forward.tolist(), strict=True))
    degree = np.bincount(np.concatenate([network.link_tail, network.link_head]))
    for (one, forward), (other, _) in pairwise(driven):
        end = network.link_head[one] if forward else network.link_tail[one]
        if one == other and degree[end] > 1:
            yield "ours turns round where roads meet, which OSRM does at dead ends only"


def _describe(roads: RoadMap, link: int) -> str:
    links = roads.network.attributes
    assert links is not None
    return ROAD_CLASSES[links.road_class[link]]
