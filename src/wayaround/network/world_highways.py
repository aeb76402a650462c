"""The network that comes with the package: the world's highways, reviewed joins, named crossings."""

import csv
import hashlib
import io
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from wayaround.network.grid import LARGEST_CELL_DEG, build_grid
from wayaround.network.road_network import Crossing, Int16Array, Join, RoadNetwork
from wayaround.routing.hierarchy import build_hierarchy_from_order
from wayaround.units import FloatArray, Int32Array, Int64Array

NAME = "world-highways"
PARTS = ("world_highways.json", "world_highways_order.json", "joins.csv", "crossings.csv")


def shipped_digest() -> str:
    """Digest of what is shipped, without reading the large tables: the JSON file beside them holds theirs."""
    total = hashlib.sha256()
    for part in PARTS:
        total.update((files("wayaround.data") / part).read_bytes())
    return total.hexdigest()


class Roads(NamedTuple):
    """What is shipped of the roads, joins last: degrees, rows of nodes, metres, country codes."""

    lon: FloatArray
    lat: FloatArray
    node_country: pa.ChunkedArray
    tail: Int32Array
    head: Int32Array
    length_m: Int32Array
    link_country: pa.ChunkedArray
    joins: tuple[Join, ...]
    about: dict[str, str]


def read_roads() -> Roads:
    """Read the shipped tables of nodes, links and joins."""
    nodes = _read_table("world_highways_nodes.parquet")
    links = _read_table("world_highways_links.parquet")
    lon, lat = _column(nodes, "lon_e3") / 1000.0, _column(nodes, "lat_e3") / 1000.0
    node_at = _NodeIndex(lon, lat)
    rows = _read_csv("joins.csv")
    ends = [[node_at.find(row[f"lon_{end}"], row[f"lat_{end}"], row["name"]) for row in rows] for end in "ab"]
    join_length_m = [round(float(row["length_km"]) * 1000) for row in rows]
    return Roads(
        lon=lon,
        lat=lat,
        node_country=nodes.column("country"),
        tail=np.concatenate([_column(links, "tail"), ends[0]]).astype(np.int32),
        head=np.concatenate([_column(links, "head"), ends[1]]).astype(np.int32),
        length_m=np.concatenate([_column(links, "length_m"), join_length_m]).astype(np.int32),
        link_country=links.column("country"),
        joins=tuple(
            Join(row["name"], row["kind"], row["status"], row["reason"], link)
            for link, row in enumerate(rows, start=len(links))
        ),
        about={key.decode(): value.decode() for key, value in (links.schema.metadata or {}).items()},
    )


def build_world_highways() -> RoadNetwork:
    """The network out of the tables shipped with the package.

    Returns
    -------
    RoadNetwork
        560,282 nodes; 822,234 links and after them the joins.
    """
    roads = read_roads()
    lon, lat, tail, head = roads.lon, roads.lat, roads.tail, roads.head
    base = slice(0, len(tail) - len(roads.joins))
    countries = tuple(sorted({*roads.node_country.unique().to_pylist(), *roads.link_country.unique().to_pylist()}))
    node_country = _country_rows(roads.node_country, countries)
    join_country = node_country[tail[base.stop :]]
    order = _column(_read_table("world_highways_order.parquet"), "node")
    return RoadNetwork(
        name=NAME,
        digest=shipped_digest(),
        source=f"{roads.about['source']}; countries: {roads.about['country_source']}",
        licence=roads.about["licence"],
        attribution=roads.about["attribution"],
        node_lon=lon,
        node_lat=lat,
        node_country=node_country,
        link_tail=tail,
        link_head=head,
        link_length_m=roads.length_m,
        link_country=np.concatenate([_country_rows(roads.link_country, countries), join_country]),
        countries=countries,
        joins=roads.joins,
        named_crossings=_named_crossings(_NodeIndex(lon, lat), tail, head),
        shape_first=np.zeros(len(tail) + 1, dtype=np.int32),
        shape_lon=np.zeros(0),
        shape_lat=np.zeros(0),
        grid=build_grid(lon[tail[base]], lat[tail[base]], lon[head[base]], lat[head[base]], cell_deg=LARGEST_CELL_DEG),
        hierarchy=build_hierarchy_from_order(order, tail, head),
    )


class _NodeIndex:
    """Nodes by their coordinates in thousandths of a degree, which no two nodes share."""

    def __init__(self, lon: FloatArray, lat: FloatArray) -> None:
        key = self._key(lon, lat)
        self._order = np.argsort(key)
        self._sorted = key[self._order]

    @staticmethod
    def _key(lon: FloatArray, lat: FloatArray) -> Int64Array:
        return (np.rint(lat * 1000) * 1_000_000 + np.rint(lon * 1000)).astype(np.int64)

    def find(self, lon: str, lat: str, name: str) -> int:
        key = self._key(np.array([float(lon)]), np.array([float(lat)]))
        at = int(np.searchsorted(self._sorted, key)[0])
        if at == len(self._sorted) or self._sorted[at] != key[0]:
            raise ValueError(f"{name}: there is no node at {lat}, {lon}")
        return int(self._order[at])


def _named_crossings(node_at: _NodeIndex, tail: Int32Array, head: Int32Array) -> tuple[Crossing, ...]:
    links: dict[str, list[int]] = {}
    rows: dict[str, dict[str, str]] = {}
    for row in _read_csv("crossings.csv"):
        ends = [node_at.find(row[f"lon_{end}"], row[f"lat_{end}"], row["name"]) for end in "ab"]
        found = np.flatnonzero(((tail == ends[0]) & (head == ends[1])) | ((tail == ends[1]) & (head == ends[0])))
        if len(found) == 0:
            raise ValueError(f"{row['name']}: there is no link between its two nodes")
        links.setdefault(row["id"], []).extend(found.tolist())
        rows[row["id"]] = row
    return tuple(
        Crossing(
            id=key,
            name=row["name"],
            countries=(row["country_a"], row["country_b"]),
            links=tuple(sorted(links[key])),
            variants=tuple(name.strip() for name in row["variants"].split(";") if name.strip()),
        )
        for key, row in rows.items()
    )


def _read_table(name: str) -> pa.Table:
    return pq.read_table(io.BytesIO((files("wayaround.data") / name).read_bytes()))


def _read_csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("wayaround.data") / name).read_text(encoding="utf-8").splitlines()))


def _column(table: pa.Table, name: str) -> Int64Array:
    values: Int64Array = table.column(name).to_numpy()
    return values


def _country_rows(column: pa.ChunkedArray, countries: tuple[str, ...]) -> Int16Array:
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    row = np.array([countries.index(name) for name in encoded.dictionary.to_pylist()], dtype=np.int16)
    rows: Int16Array = row[encoded.indices.to_numpy()]
    return rows
