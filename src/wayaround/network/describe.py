"""Figures about a network."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse import csgraph

from wayaround.network.road_network import RoadNetwork


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    """What `network info` tells.

    Parameters
    ----------
    nodes, links, joins, joins_assumed, border_links, named_crossings : int
        Numbers; `links` are those of the source, without the joins.
    km : float
        Total length in kilometres.
    components, largest_component_nodes : int
        Connected parts, and the nodes of the largest.
    dead_ends : int
        Nodes with one link.
    bounding_box : tuple of float
        West, south, east, north in degrees.
    """

    nodes: int
    links: int
    joins: int
    joins_assumed: int
    km: float
    components: int
    largest_component_nodes: int
    dead_ends: int
    border_links: int
    named_crossings: int
    bounding_box: tuple[float, float, float, float]


def describe_network(network: RoadNetwork) -> NetworkFigures:
    """Count what a network holds, joins included.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> figures = describe_network(open_network("world-highways"))
    >>> figures.nodes, figures.links
    (560282, 822234)
    """
    ones = np.ones(network.links, dtype=np.int8)
    graph = sp.coo_matrix((ones, (network.link_tail, network.link_head)), shape=(network.nodes, network.nodes))
    components, part = csgraph.connected_components(graph, directed=False)
    degree = np.bincount(network.link_tail, minlength=network.nodes)
    degree += np.bincount(network.link_head, minlength=network.nodes)
    return NetworkFigures(
        nodes=network.nodes,
        links=network.links - len(network.joins),
        joins=len(network.joins),
        joins_assumed=sum(join.status == "assumed" for join in network.joins),
        km=float(np.asarray(network.link_length_m, dtype=np.int64).sum() / 1000),
        components=int(components),
        largest_component_nodes=int(np.bincount(part).max()),
        dead_ends=int(np.count_nonzero(degree == 1)),
        border_links=len(network.border_links),
        named_crossings=len(network.named_crossings),
        bounding_box=(
            float(network.node_lon.min()),
            float(network.node_lat.min()),
            float(network.node_lon.max()),
            float(network.node_lat.max()),
        ),
    )
