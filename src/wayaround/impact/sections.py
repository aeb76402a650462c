"""Sections: the parallel links that a person calls one road."""

import numpy as np
import shapely

from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import KM_PER_DEG
from wayaround.units import BoolArray, FloatArray, Int32Array, Int64Array

SECTION_KM = 0.3
MAX_ANGLE_DEG = 45.0
LONGEST_KM = 50.0
"""Links longer than this are drawn too coarsely to say what runs beside them."""


def find_sections(network: RoadNetwork, links: Int64Array) -> tuple[Int64Array, Int64Array]:
    """For each link the links that run beside it: both carriageways and their slip roads.

    A link runs beside another if both its ends lie within 300 m of the other, or the other's of it, and their
    directions differ by less than 45 degrees.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    links : (n,) ndarray of int64
        The links asked for.

    Returns
    -------
    first : (n + 1,) ndarray of int64
    member : (members,) ndarray of int64
        Links of each section in compressed rows, the link itself included, sorted.
    """
    length_km = np.asarray(network.link_length_m) / 1000
    short = np.flatnonzero(length_km <= LONGEST_KM)
    tail, head = network.link_tail[short], network.link_head[short]
    middle_lat = (network.node_lat[tail] + network.node_lat[head]) / 2
    tree = shapely.STRtree(network.lines(short))
    mine = np.flatnonzero(length_km[links] <= LONGEST_KM)
    # A link beside another comes within 300 m of it, so its line meets the other's box, widened by as much.
    reach = SECTION_KM / KM_PER_DEG * 1.05
    one, other = _ends(network, network.link_tail[links[mine]]), _ends(network, network.link_head[links[mine]])
    wide = reach / np.maximum(np.cos(np.radians(np.maximum(np.abs(one[:, 1]), np.abs(other[:, 1])))), 0.05)
    low, high = np.minimum(one, other), np.maximum(one, other)
    boxes = shapely.box(low[:, 0] - wide, low[:, 1] - reach, high[:, 0] + wide, high[:, 1] + reach)
    row, near = tree.query(boxes)
    beside = _run_beside(network, links[mine[row]], short[near], middle_lat[near])
    row, near = mine[row[beside]], short[near[beside]]
    whole = np.unique(np.concatenate([row * network.links + near, np.arange(len(links)) * network.links + links]))
    row, member = np.divmod(whole, network.links)
    return np.searchsorted(row, np.arange(len(links) + 1)), member


def _ends(network: RoadNetwork, node: Int32Array | Int64Array) -> FloatArray:
    return np.column_stack([network.node_lon[node], network.node_lat[node]])


def _run_beside(network: RoadNetwork, one: Int64Array, other: Int64Array, lat: FloatArray) -> BoolArray:
    """Which pairs of links run side by side, on a plane that is true at the latitude given."""
    scale = np.column_stack([KM_PER_DEG * np.cos(np.radians(lat)), np.full(len(lat), KM_PER_DEG)])
    ends = [
        [_ends(network, column[link]) * scale for column in (network.link_tail, network.link_head)]
        for link in (one, other)
    ]
    along = [pair[1] - pair[0] for pair in ends]
    size = [np.hypot(*vector.T) for vector in along]
    cosine = np.abs((along[0] * along[1]).sum(axis=1)) / np.maximum(size[0] * size[1], 1e-12)

    def within(points: list[FloatArray], line: list[FloatArray], way: FloatArray, length: FloatArray) -> BoolArray:
        far = np.zeros(len(way))
        for point in points:
            share = np.clip(((point - line[0]) * way).sum(axis=1) / np.maximum(length**2, 1e-12), 0, 1)
            far = np.maximum(far, np.hypot(*(point - line[0] - share[:, None] * way).T))
        reached: BoolArray = far <= SECTION_KM
        return reached

    close: BoolArray = within(ends[1], ends[0], along[0], size[0]) | within(ends[0], ends[1], along[1], size[1])
    alike: BoolArray = close & (cosine >= np.cos(np.radians(MAX_ANGLE_DEG)))
    return alike
