"""OpenStreetMap objects while they are read: what is kept of each, in arrays that grow."""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import osmium

from wayaround.errors import FileUnreadable
from wayaround.network.osm_columns import NOT_FOUND, OsmLines, OsmPlace, OsmTurn, Tags
from wayaround.network.osm_file import OsmFile, read_objects
from wayaround.network.tags import classify_road, parse_restriction
from wayaround.units import Int32Array, Int64Array

FILTERED_FROM_BYTES = 16_000_000
"""From this size of a file on, nodes that no way names are left out in C++."""

POST_TAGS = [("barrier", "border_control"), ("government", "customs"), ("amenity", "customs")]
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


def is_relevant(key: str) -> bool:
    """Whether the rules for roads and barriers read a tag of this key.

    Examples
    --------
    >>> is_relevant("maxspeed:forward"), is_relevant("hgv:conditional"), is_relevant("addr:street")
    (True, True, False)
    """
    return key in _KEYS or key.partition(":")[0] in _FAMILIES or key.endswith(":conditional")


@dataclass(slots=True)
class LinesRead:
    """Ways while they are read."""

    id: "array[int]" = field(default_factory=lambda: array("q"))
    version: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("i"))
    count: "array[int]" = field(default_factory=lambda: array("q"))
    node: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, way: Any, rows: tuple[int, int, int]) -> None:
        """Keep a way, with its rows of tags, name and ref."""
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
class TablesRead:
    """Everything of the first reading."""

    roads: LinesRead = field(default_factory=LinesRead)
    borders: LinesRead = field(default_factory=LinesRead)
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
        """Keep what is of use of a node, way or relation."""
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


class NodesRead:
    """Where nodes lie, while that is read."""

    def __init__(self, node: Int64Array) -> None:
        self._node = node
        self._columns = array("q"), array("q"), array("i"), array("i")

    def read(self, file: OsmFile, tell: Callable[[int], None]) -> None:
        """Read the places of all nodes of a file that were asked for."""
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


def place_areas(tables: TablesRead, node: Int64Array, lon_e7: Int32Array, lat_e7: Int32Array) -> Iterator[OsmPlace]:
    """Posts that are ways, at their first node."""
    for names, row in zip(tables.area_names, np.searchsorted(node, tables.area_posts).tolist(), strict=True):
        if lon_e7[row] != NOT_FOUND:
            yield OsmPlace(lon_e7[row] / 1e7, lat_e7[row] / 1e7, names)


def _is_post(tags: Tags) -> bool:
    return any(tags.get(key) == value for key, value in POST_TAGS)


def _names(tags: Tags) -> Tags:
    return {key: value for key, value in tags.items() if key in _NAME_KEYS or key.startswith("name:")}
