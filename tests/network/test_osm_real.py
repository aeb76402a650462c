"""Real extracts: the links must be those of a slow and obvious reading, one Python object after another."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
from osm_files import real_file
from pyproj import Geod
from shapely.geometry import Point

import wayaround as wa
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.build import build_network
from wayaround.network.describe_import import describe_import
from wayaround.network.parts import MODES, links_for_places
from wayaround.network.profiles import load_profile
from wayaround.network.snap import snap_point

MAPS = ("monaco.osm.pbf", "Helsinki.osm.pbf", "liechtenstein.osm.pbf", "baltimore.osm.pbf")
GEOD = Geod(ellps="WGS84")
LINKED = ("motorway", "trunk", "primary", "secondary", "tertiary")
HIGHWAYS = {*LINKED, *(f"{name}_link" for name in LINKED), "unclassified", "residential", "living_street", "service"}
HIGHWAYS |= {"track", "road"}
NO_OBSTACLE = ("no", "cattle_grid", "entrance", "kerb", "coupure", "rumble_strip")
Place = tuple[float, float]
Roads = Counter[tuple[int, Place, Place, int]]


@pytest.fixture(scope="module", params=MAPS)
def path(request: pytest.FixtureRequest) -> Path:
    return real_file(request.param)


@pytest.fixture(scope="module")
def network(path: Path) -> wa.RoadNetwork:
    return build_network([path], name=path.name.partition(".")[0])


def read_slowly(path: Path) -> Roads:
    """Roads as (way, place of tail, place of head, metres), without barriers."""
    places: dict[int, Place] = {}
    barriers: set[int] = set()
    ways: list[tuple[int, list[int]]] = []
    for entity in osmium.FileProcessor(str(path)):
        if entity.is_node():
            places[entity.id] = (round(entity.location.lon, 7), round(entity.location.lat, 7))
            if entity.tags.get("barrier", "no") not in NO_OBSTACLE:
                barriers.add(entity.id)
        elif entity.is_way():
            tags = dict(entity.tags)
            is_road = tags.get("highway") in HIGHWAYS and tags.get("area") != "yes"
            if is_road or ("highway" not in tags and tags.get("route") in ("ferry", "shuttle_train")):
                ways.append((entity.id, [node.ref for node in entity.nodes]))
    pieces = [(way, piece) for way, refs in ways for piece in unbroken(refs, places)]
    passed = Counter(node for _, piece in pieces for node in piece)
    ends = {node for _, piece in pieces for node in (piece[0], piece[-1])}
    found: Roads = Counter()
    for way, piece in pieces:
        start = 0
        for at in range(1, len(piece)):
            if passed[piece[at]] > 1 or piece[at] in ends or piece[at] in barriers:
                add_link(found, way, [places[node] for node in piece[start : at + 1]], piece[start] == piece[at])
                start = at
    return found


def unbroken(refs: list[int], places: dict[int, Place]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    for ref in refs:
        if ref not in places:
            pieces.append([])
        elif not pieces[-1] or pieces[-1][-1] != ref:
            pieces[-1].append(ref)
    return [piece for piece in pieces if len(piece) > 1]


def add_link(found: Roads, way: int, line: list[Place], comes_back: bool) -> None:
    if comes_back:
        middle = (len(line) - 1) // 2
        add_link(found, way, line[: middle + 1], False)
        add_link(found, way, line[middle:], False)
        return
    metres = sum(GEOD.inv(*one, *other)[2] for one, other in pairwise(line))
    found[way, line[0], line[-1], round(metres)] += 1


def test_links_are_those_of_the_slow_reading(path: Path, network: wa.RoadNetwork) -> None:
    assert network.attributes is not None
    lon, lat = np.round(network.node_lon, 7).tolist(), np.round(network.node_lat, 7).tolist()
    rows = zip(
        network.attributes.osm_way.tolist(),
        network.link_tail.tolist(),
        network.link_head.tolist(),
        network.link_length_m.tolist(),
        network.attributes.road_class.tolist(),
        strict=True,
    )
    found: Roads = Counter()
    for way, tail, head, metres, road_class in rows:
        if ROAD_CLASSES[road_class] != "barrier":
            found[way, (lon[tail], lat[tail]), (lon[head], lat[head]), metres] += 1
    expected = read_slowly(path)
    assert found == expected
    assert len(expected) > 1000


def test_the_network_holds_together(network: wa.RoadNetwork) -> None:
    links = network.attributes
    assert links is not None
    assert not (network.link_tail == network.link_head).any()
    barrier = links.road_class == ROAD_CLASSES.index("barrier")
    assert not network.link_length_m[barrier].any()
    tails, heads = network.link_tail[barrier], network.link_head[barrier]
    assert np.array_equal(network.node_lon[tails], network.node_lon[heads])
    assert np.unique(np.concatenate([network.link_tail, network.link_head])).size == network.nodes
    assert network.grid.segment.max() == network.first_segment[-1] - 1
    drawn_m = np.array([GEOD.geometry_length(line) for line in network.lines(np.arange(network.links))])
    assert np.abs(drawn_m - network.link_length_m).max() <= 0.5 + 1e-6


def test_strong_parts_are_those_that_walking_finds(network: wa.RoadNetwork) -> None:
    links, parts = network.attributes, network.link_part
    assert links is not None
    assert parts is not None
    for row, mode in enumerate(MODES):
        leaving: dict[int, list[int]] = {}
        reaching: dict[int, list[int]] = {}
        for tail, head, ahead, back in zip(
            network.link_tail.tolist(),
            network.link_head.tolist(),
            (links.access_forward & mode).tolist(),
            (links.access_backward & mode).tolist(),
            strict=True,
        ):
            for start, end, open_ in ((tail, head, ahead), (head, tail, back)):
                if open_:
                    leaving.setdefault(start, []).append(end)
                    reaching.setdefault(end, []).append(start)
        inside = np.flatnonzero(parts[row] == 0)
        start = int(network.link_tail[inside[0]])
        both = walk(start, leaving) & walk(start, reaching)
        drivable = ((links.access_forward | links.access_backward) & mode) > 0
        expected = [
            link
            for link in np.flatnonzero(drivable).tolist()
            if int(network.link_tail[link]) in both and int(network.link_head[link]) in both
        ]
        assert inside.tolist() == expected


def walk(start: int, arcs: dict[int, list[int]]) -> set[int]:
    seen, wave = {start}, [start]
    while wave:
        wave = [end for node in wave for end in arcs.get(node, ())]
        wave = list({node for node in wave if node not in seen})
        seen.update(wave)
    return seen


def test_places_snap_to_the_nearest_road_of_a_large_part(network: wa.RoadNetwork) -> None:
    among = links_for_places(network, load_profile("car"))
    assert among is not None
    random = np.random.default_rng(7)
    west, south, east, north = (
        float(edge(axis)) for edge in (np.min, np.max) for axis in (network.node_lon, network.node_lat)
    )
    lines = network.lines(np.arange(network.links))
    for lon, lat in zip(random.uniform(west, east, 50), random.uniform(south, north, 50), strict=True):
        point = snap_point(network, lat, lon, among=among)
        assert point is not None
        assert among[point.link]
        nearest_m = min(
            GEOD.line_length(*zip((lon, lat), line.interpolate(line.project(Point(lon, lat))).coords[0], strict=True))
            for line in lines[among]
            if line.distance(Point(lon, lat)) < point.snap_km / 50 + 1e-6
        )
        # On a plane with degrees of equal size both ways another road may seem nearest, but hardly be much nearer.
        assert point.snap_km * 1000 <= nearest_m + 1e-3


def test_journeys_over_all_of_an_extract_have_a_way(network: wa.RoadNetwork) -> None:
    random = np.random.default_rng(11)
    assert network.link_part is not None
    links = random.choice(np.flatnonzero(network.link_part[0] == 0), 30, replace=False)
    nodes = network.link_tail[links]
    places = [wa.Place(str(n), float(network.node_lat[n]), float(network.node_lon[n])) for n in nodes.tolist()]
    matrix = wa.travel_matrix(network, places, profile="car")
    # All but few: parts know nothing of turns, and in Helsinki a ban leaves no way into one street of the extract.
    assert matrix.km.notna().to_numpy().mean() > 0.95


def test_figures_of_monaco() -> None:
    figures = describe_import(build_network([real_file("monaco.osm.pbf")], name="monaco"))
    assert figures is not None
    assert figures.sources[0]["timestamp"] == "2016-03-05T00:26:02Z"
    assert figures.turns == {"kept": 27, "for_some_vehicles_only": 0, "at_times_only": 0, "left_aside": {}}
    assert figures.met["ways"] == 1827
    assert figures.parts["car"].links_in_largest > 0.9 * figures.parts["car"].links_drivable


def test_progress_is_told_in_bytes() -> None:
    path = real_file("monaco.osm.pbf")
    told: dict[str, list[tuple[int, int]]] = {}
    build_network([path], name="monaco", progress=lambda stage, *far: told.setdefault(stage, []).append(far))
    size = path.stat().st_size
    for stage, begins in (("reading roads", 0), ("reading nodes", size)):
        done = [each for each, _ in told[stage]]
        assert {total for _, total in told[stage]} == {2 * size}
        assert done == sorted(done)
        assert begins < done[1] <= done[-1] == begins + size
