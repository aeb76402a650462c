"""The last step of every way to a network: what can be derived from its columns, and the frozen whole."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from wayaround.network.attributes import LinkAttributes
from wayaround.network.grid import build_grid
from wayaround.network.import_report import ImportReport
from wayaround.network.parts import find_strong_parts
from wayaround.network.road_network import Crossing, Int16Array, RoadNetwork
from wayaround.network.turns import TurnRestrictions, list_bans
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy
from wayaround.routing.turns import split_nodes
from wayaround.units import FloatArray, Int32Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a network is called, where it comes from and on what terms; as in `RoadNetwork`."""

    name: str
    source: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnLinks:
    """Nodes and links as they are drawn; columns as in `RoadNetwork`."""

    node_lon: FloatArray
    node_lat: FloatArray
    link_tail: Int32Array
    link_head: Int32Array
    link_length_m: Int32Array
    shape_first: Int32Array
    shape_lon: FloatArray
    shape_lat: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkCountries:
    """Countries of nodes and links; columns as in `RoadNetwork`."""

    node_country: Int16Array
    link_country: Int16Array
    countries: tuple[str, ...]


def assemble_network(
    drawn: DrawnLinks,
    origin: Origin,
    countries: LinkCountries,
    *,
    digest: str | None = None,
    attributes: LinkAttributes | None = None,
    turns: TurnRestrictions | None = None,
    named_crossings: tuple[Crossing, ...] = (),
    imported: ImportReport | None = None,
) -> RoadNetwork:
    """A network out of its columns: lay the grid, order the junctions, find the strongly connected parts.

    Parameters
    ----------
    drawn : DrawnLinks
        Nodes, links, lengths and shapes.
    origin : Origin
        Name, source and terms.
    countries : LinkCountries
        Where nodes and links lie.
    digest : str, optional
        What names the content; if left out, taken from the columns.
    attributes : LinkAttributes, optional
        What is known of the links; without it each may be driven both ways.
    turns : TurnRestrictions, optional
        Turns that are forbidden.
    named_crossings : tuple of Crossing
        Border posts that have a name.
    imported : ImportReport, optional
        What an import met.

    Returns
    -------
    RoadNetwork
    """
    nodes, tail, head = len(drawn.node_lon), drawn.link_tail, drawn.link_head
    return RoadNetwork(
        name=origin.name,
        digest=digest or _digest_columns(drawn, attributes),
        source=origin.source,
        licence=origin.licence,
        attribution=origin.attribution,
        **_entries(drawn),
        **_entries(countries),
        joins=(),
        named_crossings=named_crossings,
        grid=build_grid(*_segments(drawn)),
        hierarchy=connect_nodes(nodes, tail, head, drawn.node_lon, drawn.node_lat, turns),
        attributes=attributes,
        turns=turns,
        link_part=None if attributes is None else find_strong_parts(nodes, tail, head, attributes),
        imported=imported,
    )


def _segments(drawn: DrawnLinks) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Ends of all segments, link by link."""
    links = len(drawn.link_tail)
    first = drawn.shape_first.astype(np.int64) + 2 * np.arange(links + 1)
    points = int(first[-1])
    is_end = np.zeros(points, dtype=np.bool_)
    is_end[first[:-1]] = is_end[first[1:] - 1] = True
    starts = np.delete(np.arange(points), first[1:] - 1)
    axes = []
    for node, shape in ((drawn.node_lon, drawn.shape_lon), (drawn.node_lat, drawn.shape_lat)):
        axis = np.empty(points)
        axis[~is_end] = shape
        axis[first[:-1]], axis[first[1:] - 1] = node[drawn.link_tail], node[drawn.link_head]
        axes.append(axis)
    lon, lat = axes
    return lon[starts], lat[starts], lon[starts + 1], lat[starts + 1]


def connect_nodes(
    nodes: int, tail: Int32Array, head: Int32Array, lon: FloatArray, lat: FloatArray, turns: TurnRestrictions | None
) -> Hierarchy:
    """The engine's topology, in which banned turns do not exist for those whom they are banned for."""
    bans = {} if turns is None else list_bans(turns, tail, head)
    copies = split_nodes(nodes, tail, head, bans=bans)
    if copies is None:
        return build_hierarchy(nodes, tail, head, lon=lon, lat=lat)
    return build_hierarchy(
        len(copies.node),
        copies.tail,
        copies.head,
        lon=lon[copies.node],
        lat=lat[copies.node],
        copies=(copies.link, copies.ahead, copies.behind),
    )


def _digest_columns(drawn: DrawnLinks, attributes: LinkAttributes | None) -> str:
    total = hashlib.sha256()
    for table in (drawn, attributes):
        for name, column in _entries(table).items():
            total.update(f"{name} {column.dtype.str} {len(column)} ".encode())
            total.update(np.ascontiguousarray(column).data)
    return total.hexdigest()


def _entries(table: Any) -> dict[str, Any]:
    return {} if table is None else {each.name: getattr(table, each.name) for each in fields(table)}
