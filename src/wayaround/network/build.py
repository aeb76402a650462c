"""A network out of OpenStreetMap files: read, split, describe, place, connect."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from wayaround.errors import FileUnreadable, ScaleOverflow
from wayaround.network.assemble import DrawnLinks, LinkCountries, Origin, assemble_network
from wayaround.network.attributes import pack_strings
from wayaround.network.countries import Borders, locate_countries, read_borders
from wayaround.network.crossing_names import name_crossings
from wayaround.network.crossings import CrossingRoads, find_crossings
from wayaround.network.import_report import ImportReport, SourceFile
from wayaround.network.osm import read_osm
from wayaround.network.osm_attributes import describe_links, find_obstacles
from wayaround.network.osm_columns import OsmRoads
from wayaround.network.osm_turns import FOR_OTHERS, place_turns
from wayaround.network.road_network import Int16Array, RoadNetwork
from wayaround.network.snap import WGS84
from wayaround.network.topology import RawLinks, TopologyCounts, split_ways
from wayaround.network.turns import TurnRestrictions
from wayaround.units import FloatArray, Int64Array

RULES = 2
"""Number of the rules by which a network is built; a new one has the networks in the cache built again."""

MOST_POINTS = 2**31 - 1
"""Segments are numbered in 32 bits."""

LICENCE = "ODbL-1.0"
ATTRIBUTION = "(c) OpenStreetMap contributors"

Progress = Callable[[str, int, int], None]


def build_network(paths: Sequence[Path], *, name: str, progress: Progress | None = None) -> RoadNetwork:
    """Build a network out of OpenStreetMap files.

    Parameters
    ----------
    paths : sequence of Path
        Files ending in .osm.pbf, .osm, .osm.gz or .osm.bz2; several are read as one map.
    name : str
        What the network is called.
    progress : callable, optional
        Told the stage, and how much of it is done.

    Returns
    -------
    RoadNetwork
        Links are in the order of the ways' ids and along each way; barriers come last.

    Raises
    ------
    FileUnreadable
        A file that cannot be read, or files without a road.
    """
    tell = progress or _silent
    roads = read_osm(paths, progress=progress)
    tell("splitting roads", 0, 1)
    obstacle, stops = find_obstacles(roads.barrier_tags)
    barrier_tags = [tags for tags, kept in zip(roads.barrier_tags, obstacle.tolist(), strict=True) if kept]
    links, counts = split_ways(
        roads.roads.first,
        roads.find_nodes(roads.roads.node),
        barrier_point=roads.find_nodes(roads.barrier_node[obstacle]),
        barrier_stops=stops[obstacle],
    )
    if not len(links.way):
        said = " and ".join(f'"{path}"' for path in paths)
        raise FileUnreadable(f"there is no road for cars or lorries in {said}.", ids=[str(path) for path in paths])
    if len(links.point) >= MOST_POINTS:
        raise ScaleOverflow(f"the roads are drawn through {len(links.point):,} points; {MOST_POINTS:,} can be held.")
    lon, lat = roads.lon_e7 / 1e7, roads.lat_e7 / 1e7
    length_m = _measure(links, lon, lat)
    strings = {text: row for row, text in enumerate(roads.strings)}
    tail, head = links.tail.astype(np.int32), links.head.astype(np.int32)
    node_lon, node_lat = lon[links.node_point], lat[links.node_point]
    attributes = describe_links(roads, links, barrier_tags, length_m, strings)
    turns, skipped = place_turns(roads, links, attributes.access_forward, attributes.access_backward, strings)
    utf8, string_first = pack_strings(list(strings))
    tell("finding countries", 0, 1)
    borders = read_borders(roads)
    node_country, link_country, countries = _locate(links, lon, lat, borders)
    tell("finding crossings", 0, 1)
    crossing_roads = CrossingRoads(node_lon, node_lat, tail, head, length_m, node_country, countries, attributes)
    places = find_crossings(crossing_roads, roads.posts)
    shape = links.point[_inner_points(links)]
    tell("ordering junctions", 0, 1)
    return assemble_network(
        DrawnLinks(
            node_lon=node_lon,
            node_lat=node_lat,
            link_tail=tail,
            link_head=head,
            link_length_m=np.rint(length_m).astype(np.int32),
            shape_first=(links.first - 2 * np.arange(len(links.first))).astype(np.int32),
            shape_lon=lon[shape],
            shape_lat=lat[shape],
        ),
        Origin(
            name=name,
            source="OpenStreetMap: "
            + ", ".join(file.path.name + (f" of {file.timestamp}" if file.timestamp else "") for file in roads.files),
            licence=LICENCE,
            attribution=ATTRIBUTION,
        ),
        LinkCountries(node_country=node_country, link_country=link_country, countries=countries),
        digest=digest_sources([file.sha256 for file in roads.files]),
        named_crossings=name_crossings(crossing_roads, places, roads.towns, borders, list(strings)),
        attributes=replace(attributes, string_utf8=utf8, string_first=string_first),
        turns=turns,
        imported=_report(roads, counts, turns, skipped, borders),
    )


def digest_sources(digests: Sequence[str]) -> str:
    """What names a network: the digests of its files and the number of the rules."""
    return hashlib.sha256(" ".join([f"rules {RULES}", *digests]).encode()).hexdigest()


def _segments(
    links: RawLinks, lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Ends of all segments, link by link."""
    within = np.ones(len(links.point), dtype=bool)
    within[links.first[1:] - 1] = False
    tail = np.flatnonzero(within)
    start, end = links.point[tail], links.point[tail + 1]
    return lon[start], lat[start], lon[end], lat[end]


def _measure(links: RawLinks, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Geodesic length of each link along its points, in metres."""
    ends = _segments(links, lon, lat)
    along = np.asarray(WGS84.inv(*ends)[2])
    first = links.first[:-1] - np.arange(len(links.way))
    return np.add.reduceat(along, first) if len(first) else np.zeros(0)


def _inner_points(links: RawLinks) -> Int64Array:
    """Places in `links.point` that are no end of a link."""
    inner = np.ones(len(links.point), dtype=bool)
    inner[links.first[:-1]] = inner[links.first[1:] - 1] = False
    return np.flatnonzero(inner)


def _locate(
    links: RawLinks, lon: FloatArray, lat: FloatArray, borders: Borders
) -> tuple[Int16Array, Int16Array, tuple[str, ...]]:
    """Countries of nodes and links: a link's is that of its ends, or of its middle point where they differ."""
    ends = links.node_point[links.tail], links.node_point[links.head]
    middle = links.point[(links.first[:-1] + links.first[1:] - 1) // 2]
    point = np.unique(np.concatenate([links.node_point, middle]))
    row, countries = locate_countries(lon[point], lat[point], borders)
    of_point = np.full(len(lon), -1, dtype=np.int16)
    of_point[point] = row
    same = of_point[ends[0]] == of_point[ends[1]]
    return of_point[links.node_point], np.where(same, of_point[ends[0]], of_point[middle]), countries


def _report(
    roads: OsmRoads, counts: TopologyCounts, turns: TurnRestrictions, skipped: dict[str, int], borders: Borders
) -> ImportReport:
    missing = np.unique(roads.roads.node[roads.find_nodes(roads.roads.node) < 0])
    return ImportReport(
        files=tuple(SourceFile(file.path.name, file.sha256, file.bytes, file.timestamp) for file in roads.files),
        ways=len(roads.roads),
        counts={"nodes_missing": len(missing), **asdict(counts)},
        turns_kept=len(np.unique(turns.osm_relation)),
        turns_skipped=skipped | ({FOR_OTHERS: roads.turns_for_others} if roads.turns_for_others else {}),
        borders_drawn=tuple(borders.whole),
        borders_broken=borders.broken,
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
