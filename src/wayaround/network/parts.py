"""Strongly connected parts: within one, every link can be reached from every other."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wayaround.network.attributes import LinkAttributes, LinkFlag, Mode
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.units import UNREACHABLE, BoolArray, Int32Array, Int64Array

MODES = (Mode.CAR, Mode.HGV)
"""Rows of `RoadNetwork.link_part`."""

SMALL_PART_LINKS = 100
"""A part other than the largest in which no place is looked for if it has fewer links than this."""


def find_strong_parts(nodes: int, tail: Int32Array, head: Int32Array, attributes: LinkAttributes) -> Int32Array:
    """The part that each link lies in, for each mode by its access alone.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : (links,) ndarray of int32
        Ends of the links.
    attributes : LinkAttributes
        Who may drive where. Limits of weight and height count as open: which vehicle is asked for is not known yet.

    Returns
    -------
    (modes, links) ndarray of int32
        Parts by the number of their links, 0 the largest; -1 for a link that the mode may not drive, or that leads
        out of a part without a way back.
    """
    rows = []
    for mode in MODES:
        forward = (attributes.access_forward & np.uint8(mode)) > 0
        backward = (attributes.access_backward & np.uint8(mode)) > 0
        start = np.concatenate([tail[forward], head[backward]])
        end = np.concatenate([head[forward], tail[backward]])
        graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(nodes, nodes)).tocsr()
        _, label = connected_components(graph, directed=True, connection="strong")
        inside = (forward | backward) & (label[tail] == label[head])
        rows.append(_number(np.where(inside, label[tail], -1)))
    return np.stack(rows)


def part_sizes(link_part: Int32Array) -> Int64Array:
    """Links of each part of one mode, the largest first."""
    return np.bincount(link_part[link_part >= 0]).astype(np.int64)


def links_for_places(network: RoadNetwork, profile: Profile) -> BoolArray | None:
    """Links that a place may lie on; None where that is all of them.

    These are the links that the vehicle may drive and that lie in the largest strongly connected part of its mode, or
    in another that is not small. Small parts are mostly what the map has not joined up, or what an extract cut off: car
    parks, yards, stubs. From there no journey gets anywhere, though a road that leads on is near.
    Nor is there a place on a ferry.
    """
    if network.link_part is None:
        return None
    part = np.asarray(network.link_part[MODES.index(Mode[profile.mode.upper()])])
    sizes = part_sizes(part)
    counts = np.append(sizes >= SMALL_PART_LINKS, False)  # the last is for links of no part, -1
    counts[: min(1, len(sizes))] = True
    times = drive_times(network, profile)
    drivable: BoolArray = np.minimum(times.forward_ds, times.backward_ds) < UNREACHABLE
    on_land = ~network.attributes.has(LinkFlag.FERRY) if network.attributes is not None else True
    found: BoolArray = drivable & counts[part] & on_land
    return found


def _number(label: Int64Array) -> Int32Array:
    """Labels by rising number of their links' rank, the most frequent first; -1 stays."""
    used, row, count = np.unique(label[label >= 0], return_inverse=True, return_counts=True)
    rank = np.empty(len(used), dtype=np.int32)
    rank[np.argsort(-count, kind="stable")] = np.arange(len(used), dtype=np.int32)
    numbered = np.full(len(label), -1, dtype=np.int32)
    numbered[label >= 0] = rank[row]
    return numbered
