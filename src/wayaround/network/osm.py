"""OpenStreetMap files as columns: roads, barriers, turn restrictions, and what borders and crossings are found by.

Each file is read twice: ways, relations and tagged nodes first, then the places of the nodes that the ways name. The
order of a file and the split of a map into files do not matter. Filters run in C++, so that only what is of use
becomes a Python object, and no object outlives its turn.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from wayaround.errors import FileUnreadable
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.osm_file import OsmFile, inspect_file, read_objects
from wayaround.network.tags import TurnRule, classify_road, parse_restriction
from wayaround.units import Int32Array, Int64Array

Progress = Callable[[str, int, int], None]
Tags = Mapping[str, str]

NOT_FOUND = np.int32(2**31 - 1)
"""Coordinate of a node that no file has."""

FILTERED_FROM_BYTES = 16_000_000
"""From this size of a file on, nodes that no way names are left out in C++."""

_ROADS = [("highway", name) for name in ROAD_CLASSES if name not in ("ferry", "barrier")]
_FERRIES = [("route", "ferry"), ("route", "shuttle_train")]
_BORDERS = [("admin_level", "2")]
_POSTS = [("barrier", "border_control"), ("government", "customs"), ("amenity", "customs")]
_TURN_KEYS = [
    f"restriction{mode}{when}"
    for mode in ("", ":motorcar", ":hgv", ":goods", ":motor_vehicle", ":vehicle", ":access")
    for when in ("", ":conditional")
]
_PLACES = frozenset({"city", "town", "village"})
_COUNTRY_KEYS = ("ISO3166-1:alpha2", "ISO3166-1", "country_code_iso3166_1_alpha_2")

# Tags that the rules of `tags` read: these, those of these families (`maxspeed:forward`), and all conditional ones.
_KEYS = frozenset(
    {
        *("highway", "route", "area", "junction", "surface", "tracktype", "lanes", "duration", "service"),
        *("smoothness", "impassable", "foot", "bicycle", "bridge", "tunnel", "barrier", "locked"),
    }
)
_FAMILIES = frozenset(
    {
        *("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods", "hazmat", "toll", "oneway"),
        *("maxspeed", "source", "zone", "maxweight", "maxweightrating", "maxheight"),
    }
)
_NAME_KEYS = frozenset({"name", "int_name", "official_name", "alt_name", "short_name", "old_name", "loc_name"})


@dataclass(frozen=True, slots=True)
class OsmTurn:
    """A turn restriction as the map has it: what it says, and its members as (kind, id, role)."""

    id: int
    rules: tuple[TurnRule, ...]
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class OsmPlace:
    """Something with names at a point: a town, a border post."""

    lon: float
    lat: float
    names: Tags


@dataclass(frozen=True, slots=True, eq=False)
class OsmLines:
    """Ways as columns; `tag_set`, `name` and `ref` are rows, `node` holds the ids of the nodes in compressed rows."""

    id: Int64Array
    tag_set: Int32Array
    name: Int32Array
    ref: Int32Array
    first: Int64Array
    node: Int64Array

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class OsmRoads:
    """What the files hold.

    Parameters
    ----------
    files : tuple of OsmFile
        The files.
    roads : OsmLines
        Ways that a vehicle may use, by id.
    tag_sets : tuple of mapping
        What `roads.tag_set` counts: the tags that matter, each combination once.
    strings : tuple of str
        What `roads.name` and `roads.ref` count; the first is empty.
    node : (nodes,) ndarray of int64
        Ids of all nodes that a way names, sorted.
    lon_e7, lat_e7 : (nodes,) ndarray of int32
        Where they lie in 1e-7 degrees; `NOT_FOUND` where no file has the node.
    barrier_node : (barriers,) ndarray of int64
        Nodes that are barriers, sorted.
    barrier_tags : tuple of mapping
        Their tags.
    turns : tuple of OsmTurn
        Turn restrictions that bind somebody, by id.
    turns_for_others : int
        How many bind neither cars nor lorries.
    posts, towns : tuple of OsmPlace
        Border posts and customs; cities, towns and villages.
    borders : OsmLines
        Ways tagged as borders of countries.
    countries : tuple of (code, members)
        Countries by ISO 3166 code, each with its members as (way, role).
    """

    files: tuple[OsmFile, ...]
    roads: OsmLines
    tag_sets: tuple[Tags, ...]
    strings: tuple[str, ...]
    node: Int64Array
    lon_e7: Int32Array
    lat_e7: Int32Array
    barrier_node: Int64Array
    barrier_tags: tuple[Tags, ...]
    turns: tuple[OsmTurn, ...]
    turns_for_others: int
    posts: tuple[OsmPlace, ...]
    towns: tuple[OsmPlace, ...]
    borders: OsmLines
    countries: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]

    def find_nodes(self, ids: Int64Array) -> Int64Array:
        """Rows of nodes by their ids, -1 for one that no file has."""
        row = np.minimum(np.searchsorted(self.node, ids), max(len(self.node) - 1, 0))
        if not len(self.node):
            return np.full(len(ids), -1)
        return np.where((self.node[row] == ids) & (self.lon_e7[row] != NOT_FOUND), row, -1)


def read_osm(paths: Sequence[Path], *, progress: Progress | None = None) -> OsmRoads:
    """Read files of OpenStreetMap data as one map.

    An object that several files or versions have counts once: the highest version, of equal ones the first.

    Parameters
    ----------
    paths : sequence of Path
        Files that end in .osm.pbf, .osm, .osm.gz or .osm.bz2.
    progress : callable, optional
        Told what is done and how many of how many bytes have been read.

    Returns
    -------
    OsmRoads

    Raises
    ------
    FileUnreadable
        A file is missing, damaged, no OpenStreetMap data or a history, or it puts a road off the globe.
    """
    files = tuple(inspect_file(path) for path in paths)
    total = 2 * sum(file.bytes for file in files)
    done = 0
    tables = _Tables()
    for file in files:
        tell = _teller(progress, "reading roads", done, total)
        for entity in read_objects(file.path, osmium.osm.OBJECT, _wanted(), tell):
            tables.take(entity)
        done += file.bytes
    roads, borders = tables.roads.freeze(), tables.borders.freeze()
    loose = np.array(tables.area_posts, dtype=np.int64)
    node = np.unique(np.concatenate([roads.node, borders.node, loose]))
    places = _NodePlaces(node)
    for file in files:
        places.read(file, _teller(progress, "reading nodes", done, total))
        done += file.bytes
    lon_e7, lat_e7 = places.freeze()
    barriers = dict(sorted(tables.barriers.items()))
    return OsmRoads(
        files=files,
        roads=roads,
        tag_sets=tuple(tables.tag_sets.values()),
        strings=tuple(tables.strings),
        node=node,
        lon_e7=lon_e7,
        lat_e7=lat_e7,
        barrier_node=np.fromiter(barriers, np.int64, len(barriers)),
        barrier_tags=tuple(tags for _, tags in barriers.values()),
        turns=tuple(turn for _, (_, turn) in sorted(tables.turns.items()) if turn is not None),
        turns_for_others=sum(turn is None for _, turn in tables.turns.values()),
        posts=(*tables.posts, *_place_areas(tables, node, lon_e7, lat_e7)),
        towns=tuple(tables.towns),
        borders=borders,
        countries=tuple((code, members) for _, (_, code, members) in sorted(tables.countries.items())),
    )


def is_relevant(key: str) -> bool:
    """Whether the rules for roads and barriers read a tag of this key.

    Examples
    --------
    >>> is_relevant("maxspeed:forward"), is_relevant("hgv:conditional"), is_relevant("addr:street")
    (True, True, False)
    """
    return key in _KEYS or key.partition(":")[0] in _FAMILIES or key.endswith(":conditional")


def _wanted() -> list[Any]:
    filters = [
        osmium.filter.KeyFilter("barrier", "place", "government", "amenity"),
        osmium.filter.TagFilter(*_ROADS, *_FERRIES, *_BORDERS, *_POSTS),
        osmium.filter.KeyFilter(*_TURN_KEYS, "admin_level"),
    ]
    for each, kind in zip(filters, (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION), strict=True):
        each.enable_for(kind)
    return filters


@dataclass(slots=True)
class _Lines:
    """Ways while they are read."""

    id: "array[int]" = field(default_factory=lambda: array("q"))
    version: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("i"))
    count: "array[int]" = field(default_factory=lambda: array("q"))
    node: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, way: Any, rows: tuple[int, int, int]) -> None:
        self.id.append(way.id)
        self.version.append(way.version)
        self.rows.extend(rows)
        nodes = [node.ref for node in way.nodes]
        self.count.append(len(nodes))
        self.node.extend(nodes)

    def freeze(self) -> OsmLines:
        """Columns in the order of the ids, each way once."""
        identity, version, count, node = (
            np.frombuffer(column, dtype=np.int64) if len(column) else np.zeros(0, dtype=np.int64)
            for column in (self.id, self.version, self.count, self.node)
        )
        rows = (np.frombuffer(self.rows, dtype=np.int32) if len(self.rows) else np.zeros(0, np.int32)).reshape(-1, 3)
        order = np.lexsort([-version, identity])
        kept = order[np.flatnonzero(np.diff(identity[order], prepend=np.iinfo(np.int64).min))]
        start = np.cumsum(count) - count
        first = np.concatenate([[0], np.cumsum(count[kept])])
        at = np.arange(first[-1]) + np.repeat(start[kept] - first[:-1], count[kept])
        tag_set, name, ref = rows[kept].T.copy()
        return OsmLines(identity[kept], tag_set, name, ref, first, node[at])


@dataclass(slots=True)
class _Tables:
    """Everything of the first reading."""

    roads: _Lines = field(default_factory=_Lines)
    borders: _Lines = field(default_factory=_Lines)
    tag_sets: dict[tuple[tuple[str, str], ...], Tags] = field(default_factory=dict)
    tag_rows: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)
    strings: dict[str, int] = field(default_factory=lambda: {"": 0})
    barriers: dict[int, tuple[int, Tags]] = field(default_factory=dict)
    turns: dict[int, tuple[int, OsmTurn | None]] = field(default_factory=dict)
    posts: list[OsmPlace] = field(default_factory=list)
    area_posts: list[int] = field(default_factory=list)
    area_names: list[Tags] = field(default_factory=list)
    towns: list[OsmPlace] = field(default_factory=list)
    countries: dict[int, tuple[int, str, tuple[tuple[int, str], ...]]] = field(default_factory=dict)

    def take(self, entity: Any) -> None:
        if entity.deleted:
            return
        if entity.is_way():
            self._take_way(entity)
        elif entity.is_node():
            self._take_node(entity)
        else:
            self._take_relation(entity)

    def _take_way(self, way: Any) -> None:
        tags = {tag.k: tag.v for tag in way.tags}
        key = tuple(sorted(item for item in tags.items() if is_relevant(item[0])))
        row = self.tag_rows.get(key)
        if row is None:
            kept = dict(key)
            row = len(self.tag_sets) if classify_road(kept) >= 0 else -1
            self.tag_rows[key] = row
            if row >= 0:
                self.tag_sets[key] = kept
        if row >= 0:
            name, ref = (self.strings.setdefault(tags.get(what, ""), len(self.strings)) for what in ("name", "ref"))
            self.roads.add(way, (row, name, ref))
        if tags.get("admin_level") == "2":
            self.borders.add(way, (0, 0, 0))
        if row < 0 and _is_post(tags) and len(way.nodes):
            self.area_posts.append(way.nodes[0].ref)
            self.area_names.append(_names(tags))

    def _take_node(self, node: Any) -> None:
        tags = {tag.k: tag.v for tag in node.tags}
        if "barrier" in tags and self._is_new(self.barriers, node):
            kept = {key: value for key, value in tags.items() if is_relevant(key) or key in ("name", "ref")}
            self.barriers[node.id] = (node.version, kept)
        if not node.location.valid():
            return
        if _is_post(tags):
            self.posts.append(OsmPlace(node.location.lon, node.location.lat, _names(tags)))
        elif tags.get("place") in _PLACES and "name" in tags:
            self.towns.append(OsmPlace(node.location.lon, node.location.lat, _names(tags)))

    def _take_relation(self, relation: Any) -> None:
        tags = {tag.k: tag.v for tag in relation.tags}
        kind = tags.get("type", "")
        if kind.partition(":")[0] == "restriction" and self._is_new(self.turns, relation):
            rules = parse_restriction(tags)
            members = tuple((member.type, member.ref, member.role) for member in relation.members)
            turn = OsmTurn(relation.id, tuple(rules), members) if rules else None
            self.turns[relation.id] = (relation.version, turn)
        elif kind == "boundary" and tags.get("admin_level") == "2" and self._is_new(self.countries, relation):
            code = next((tags[key] for key in _COUNTRY_KEYS if key in tags), "")
            if len(code) == 2 and code.isascii() and code.isalpha():
                ways = tuple((member.ref, member.role) for member in relation.members if member.type == "w")
                self.countries[relation.id] = (relation.version, code.upper(), ways)

    @staticmethod
    def _is_new(known: Mapping[int, tuple[Any, ...]], entity: Any) -> bool:
        return entity.id not in known or known[entity.id][0] < entity.version


class _NodePlaces:
    """Where nodes lie, while that is read."""

    def __init__(self, node: Int64Array) -> None:
        self._node = node
        self._columns = array("q"), array("q"), array("i"), array("i")

    def read(self, file: OsmFile, tell: Callable[[int], None]) -> None:
        filters = []
        # libosmium's sets of ids hold positive ones only, and take hundreds of megabytes however few they hold.
        if file.bytes >= FILTERED_FROM_BYTES and len(self._node) and self._node[0] > 0:
            chunks = np.array_split(self._node, len(self._node) // 100_000 + 1)
            filters = [osmium.filter.IdFilter(chain.from_iterable(chunk.tolist() for chunk in chunks))]
        add_id, add_version, add_x, add_y = (column.append for column in self._columns)
        for node in read_objects(file.path, osmium.osm.NODE, filters, tell):
            place = node.location
            add_id(node.id)
            add_version(node.version)
            add_x(place.x)
            add_y(place.y)
            if not place.valid() and place.x != NOT_FOUND:
                self._refuse(file, node)

    def _refuse(self, file: OsmFile, node: Any) -> None:
        at = np.searchsorted(self._node, node.id)
        if at < len(self._node) and self._node[at] == node.id:
            raise FileUnreadable(
                f'"{file.path}" puts node {node.id} at {node.location.y / 1e7:g}, {node.location.x / 1e7:g}, which is '
                "off the globe.",
                ids=[str(node.id)],
            )

    def freeze(self) -> tuple[Int32Array, Int32Array]:
        """Longitude and latitude of all nodes that were asked for."""
        identity, version = (np.array(column, dtype=np.int64) for column in self._columns[:2])
        order = np.lexsort([-version, identity])
        order = order[np.flatnonzero(np.diff(identity[order], prepend=np.iinfo(np.int64).min))]
        at = np.searchsorted(self._node, identity[order])
        known = at < len(self._node)
        known[known] = self._node[at[known]] == identity[order][known]
        placed = []
        for column in self._columns[2:]:
            place = np.full(len(self._node), NOT_FOUND, dtype=np.int32)
            place[at[known]] = np.array(column, dtype=np.int32)[order[known]]
            placed.append(place)
        return placed[0], placed[1]


def _place_areas(tables: _Tables, node: Int64Array, lon_e7: Int32Array, lat_e7: Int32Array) -> Iterator[OsmPlace]:
    for names, row in zip(tables.area_names, np.searchsorted(node, tables.area_posts).tolist(), strict=True):
        if lon_e7[row] != NOT_FOUND:
            yield OsmPlace(lon_e7[row] / 1e7, lat_e7[row] / 1e7, names)


def _is_post(tags: Tags) -> bool:
    return any(tags.get(key) == value for key, value in _POSTS)


def _names(tags: Tags) -> Tags:
    return {key: value for key, value in tags.items() if key in _NAME_KEYS or key.startswith("name:")}


def _teller(progress: Progress | None, stage: str, done: int, total: int) -> Callable[[int], None]:
    if progress is None:
        return lambda read: None
    return lambda read: progress(stage, done + read, total)
