"""Graphs as OSMnx makes them, known by their attributes; OSMnx itself is not needed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError

from wayaround.errors import RoadsInvalid
from wayaround.network.assemble import Origin
from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkFlag, Mode
from wayaround.network.exchange.lines import check_coordinates, network_of_lines
from wayaround.network.exchange.noding import KnownNodes
from wayaround.network.exchange.pairing import pair_rows
from wayaround.network.road_network import RoadNetwork
from wayaround.network.tags import (
    access_by_mode,
    classify_road,
    classify_surface,
    find_max_height_m,
    find_max_weight_t,
    load_implicit_speeds,
    maxspeed_by_direction,
    parse_lanes,
    read_flags,
)

if TYPE_CHECKING:
    import networkx

LICENCE, ATTRIBUTION = "ODbL-1.0", "(c) OpenStreetMap contributors"

_TAGS = (
    *("highway", "maxspeed", "lanes", "junction", "access", "service", "bridge", "tunnel", "surface", "toll"),
    *("motor_vehicle", "vehicle", "hgv", "motorcar", "maxweight", "maxheight"),
)
"""Attributes of edges that are read as tags of OpenStreetMap."""


def network_from_osmnx(graph: "networkx.MultiDiGraph", *, name: str = "osmnx") -> RoadNetwork:
    """Build a network out of a graph that OSMnx made.

    An edge and its counterpart in the other direction are one link. Attributes are read like OpenStreetMap's tags; of
    several values, as OSMnx leaves them where it joins ways, the most important class, the lowest limit and the first
    name count. Edges that are no road for cars or lorries are left out.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes with `x` and `y`, edges with `length` in metres, and what else OSMnx gives: `highway`, `oneway`,
        `maxspeed`, `lanes`, `name`, `ref`, `geometry`, `osmid`. ``graph.graph["crs"]`` is their coordinate system.
    name : str
        What the network is called.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    RoadsInvalid
        Something else than a directed multigraph, or nodes and edges without these attributes.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.MultiDiGraph(crs="epsg:4326")
    >>> graph.add_node(1, x=7.42, y=43.73)
    >>> graph.add_node(2, x=7.43, y=43.73)
    >>> for ends in ((1, 2), (2, 1)):
    ...     edge = graph.add_edge(*ends, length=804.2, highway="primary", oneway=False)
    >>> network = network_from_osmnx(graph)
    >>> network.links, network.link_length_m.tolist()
    (1, [804])
    """
    if not (hasattr(graph, "is_multigraph") and graph.is_multigraph() and graph.is_directed()):
        raise RoadsInvalid("this is no directed multigraph, as OSMnx makes them.")
    nodes = list(graph.nodes)
    edges = list(graph.edges(data=True))
    try:
        x, y = (np.array([graph.nodes[node][axis] for node in nodes], dtype=np.float64) for axis in "xy")
        length_m = np.array([edge["length"] for _, _, edge in edges], dtype=np.float64)
        to_degrees = Transformer.from_crs(graph.graph.get("crs", "EPSG:4326"), "EPSG:4326", always_xy=True).transform
    except (KeyError, TypeError, ValueError) as error:
        raise RoadsInvalid(f"this is no graph of OSMnx: a node or an edge lacks a readable {error}.") from error
    except CRSError as error:
        raise RoadsInvalid(f'nobody knows the coordinate system "{graph.graph["crs"]}".') from error
    lon, lat = to_degrees(x, y)
    check_coordinates(lon, lat, "node")
    number = {node: row for row, node in enumerate(nodes)}
    start, end = (np.array([number[edge[side]] for edge in edges], dtype=np.int64) for side in (0, 1))
    known = [_describe(edge) for _, _, edge in edges]
    rows = np.array([row for row, columns in enumerate(known) if columns is not None], dtype=np.int64)
    start, end = start[rows], end[rows]
    course = np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows.tolist()):
        course[place] = _course(
            edges[row][2], [(lon[node], lat[node]) for node in (start[place], end[place])], to_degrees
        )
    one_way = np.array([edges[row][2].get("oneway") is True for row in rows.tolist()], dtype=np.bool_)
    pairs = pair_rows(start, end, length_m=length_m[rows], course=course, alone=one_way)
    turned = np.array([edges[row][2].get("reversed") is True for row in rows.tolist()], dtype=np.bool_)
    swap = turned[pairs.along] & (pairs.against >= 0)
    along, against = np.where(swap, pairs.against, pairs.along), np.where(swap, pairs.along, pairs.against)
    used, node = np.unique(np.concatenate([start[along], end[along]]), return_inverse=True)
    described = pd.DataFrame([known[row] for row in rows[along].tolist()])
    back = pd.DataFrame([known[row] for row in rows[against].tolist()])
    described["access_backward"] = np.where(against < 0, "", back["access_forward"])
    described["maxspeed_backward_kmh"] = back["maxspeed_forward_kmh"]
    return network_of_lines(
        course[along],
        Origin(name=name, source="OpenStreetMap, a graph of OSMnx", licence=LICENCE, attribution=ATTRIBUTION),
        length_m=length_m[rows][along],
        nodes=KnownNodes(lon=lon[used], lat=lat[used], tail=node[: len(along)], head=node[len(along) :]),
        described=described,
        counts={"edges_for_others": len(edges) - len(rows)},
    )


def _describe(edge: Mapping[str, Any]) -> dict[str, Any] | None:
    """Columns of one direction as `read_attribute_columns` takes them; None where it is no road for us."""
    about = {name: _first(edge.get(name)) for name in ("name", "ref")} | {"osm_way": _way(edge.get("osmid"))}
    if "vehicles" in edge:  # a graph that `to_networkx` made
        own = ("surface", "lanes", "flags", "duration_s", "maxweight_t", "maxheight_m", "conditional")
        return {
            "road_class": edge["highway"],
            "maxspeed_forward_kmh": edge["maxspeed"],
            "access_forward": edge["vehicles"],
            **about,
            **{name: edge[name] for name in own},
        }
    tags = {tag: ";".join(map(str, _values(edge[tag]))) for tag in _TAGS if tag in edge}
    classes = [classify_road({"highway": str(value)}) for value in _values(edge.get("highway", "unclassified"))]
    roads = [row for row in classes if row >= 0]
    if not roads:
        return None
    tags["highway"] = ROAD_CLASSES[min(roads)]
    tags["oneway"] = "no"  # whether there is an edge the other way is what tells
    return {
        "road_class": tags["highway"],
        "surface": SURFACES[classify_surface(tags)],
        "lanes": parse_lanes(tags.get("lanes", "")),
        "maxspeed_forward_kmh": maxspeed_by_direction(tags, load_implicit_speeds())[0],
        "access_forward": _words(access_by_mode(tags).forward, Mode),
        "flags": _words(read_flags(tags), LinkFlag),
        "maxweight_t": find_max_weight_t(tags),
        "maxheight_m": find_max_height_m(tags),
        **about,
    }


def _words(bits: Mode | LinkFlag, kind: type[Mode] | type[LinkFlag]) -> str:
    return ",".join(str(each.name).lower() for each in kind if each & bits)


def _course(edge: Mapping[str, Any], ends: Sequence[tuple[float, float]], to_degrees: Any) -> shapely.LineString:
    """Line of an edge from node to node."""
    inner = np.empty((0, 2))
    if edge.get("geometry") is not None:
        drawn = shapely.get_coordinates(edge["geometry"])[1:-1]
        inner = np.column_stack(to_degrees(drawn[:, 0], drawn[:, 1]))
    return shapely.LineString(np.vstack([ends[0], inner, ends[1]]))


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _first(value: Any) -> str:
    return next((str(each) for each in _values(value) if isinstance(each, str)), "")


def _way(value: Any) -> int:
    return next((int(each) for each in _values(value) if isinstance(each, int | np.integer)), 0)
