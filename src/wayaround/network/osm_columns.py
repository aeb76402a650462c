"""What OpenStreetMap files hold of roads and borders, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wayaround.network.osm_file import OsmFile
from wayaround.network.tags import TurnRule
from wayaround.units import Int32Array, Int64Array

Tags = Mapping[str, str]

NOT_FOUND = np.int32(2**31 - 1)
"""Coordinate of a node that no file has."""


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
