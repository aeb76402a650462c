"""Sections: the parallel links that a person calls one road."""

from dataclasses import dataclass

import numpy as np
import shapely

from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import KM_PER_DEG
from wayaround.units import BoolArray, FloatArray, Int32Array, Int64Array

SECTION_KM = 0.3
MAX_ANGLE_DEG = 45.0
LONGEST_KM = 50.0
"""Links longer than this are drawn too coarsely to say what runs beside them."""

_FEW = 20  # so many links are looked up one by one before a tree of all links pays
_LEAST_KM = 0.001  # links that only follow one another meet in a point


def find_sections(network: RoadNetwork, links: Int64Array) -> tuple[Int64Array, Int64Array]:
    """For each link the links that run beside it: both carriageways and their slip roads.

    A link runs beside another if both its ends lie within 300 m of the other, or the other's of it, if their
    directions differ by less than 45 degrees, and if each passes along a part of the other: a link that only goes on
    where another ends runs ahead of it, not beside it.

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
    mine = np.flatnonzero(length_km[links] <= LONGEST_KM)
    row, near = _links_near(network, links[mine])
    short = length_km[near] <= LONGEST_KM
    row, near = mine[row[short]], near[short]
    beside = _run_beside(network, links[row], near)
    row, near = row[beside], near[beside]
    whole = np.unique(np.concatenate([row * network.links + near, np.arange(len(links)) * network.links + links]))
    row, member = np.divmod(whole, network.links)
    return np.searchsorted(row, np.arange(len(links) + 1)), member


@dataclass(frozen=True, slots=True)
class Beside:
    """What runs beside stretches of links, one row for each stretch and link.

    Parameters
    ----------
    row : (k,) ndarray of int64
        Row of the stretch, sorted.
    link : (k,) ndarray of int64
        A link that runs beside it.
    start, end : (k,) ndarray of float64
        The part of that link that lies beside the stretch, as fractions from tail to head.
    along_start, along_end : (k,) ndarray of float64
        The part of the stretch that it lies beside, as fractions of the stretch's own link.
    gap_m : (k,) ndarray of float64
        Metres from the middle of that part of the link to the stretch.
    """

    row: Int64Array
    link: Int64Array
    start: FloatArray
    end: FloatArray
    along_start: FloatArray
    along_end: FloatArray
    gap_m: FloatArray


def find_beside(network: RoadNetwork, links: Int64Array, start: FloatArray, end: FloatArray) -> Beside:
    """Find what runs beside stretches of links: of each section, the links that pass along the stretch itself.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    links : (n,) ndarray of int64
        The links.
    start, end : (n,) ndarray of float64
        The stretch of each, as fractions from tail to head.

    Returns
    -------
    Beside
        No stretch is beside itself.
    """
    first, other = find_sections(network, links)
    row = np.repeat(np.arange(len(links)), np.diff(first))
    apart = other != links[row]
    row, other = row[apart], other[apart]
    scale = _scale(network, other)
    tail, along = _line(network, links[row], scale)
    other_tail, other_along = _line(network, other, scale)
    stretch = [tail + fraction[row, None] * along for fraction in (start, end)]
    on_other = np.sort([_fraction(point, other_tail, other_along) for point in stretch], axis=0)
    on_link = np.sort([_fraction(point, tail, along) for point in (other_tail, other_tail + other_along)], axis=0)
    on_other, on_link = np.clip(on_other, 0, 1), np.clip(on_link, start[row], end[row])
    passes: BoolArray = (on_other[1] > on_other[0]) & (on_link[1] > on_link[0])
    middle = other_tail + on_other.mean(axis=0)[:, None] * other_along
    foot = np.clip(_fraction(middle, tail, along), start[row], end[row])
    gap_m = 1000 * np.hypot(*(middle - tail - foot[:, None] * along).T)
    return Beside(
        row=row[passes],
        link=other[passes],
        start=on_other[0, passes],
        end=on_other[1, passes],
        along_start=on_link[0, passes],
        along_end=on_link[1, passes],
        gap_m=gap_m[passes],
    )


def _links_near(network: RoadNetwork, links: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Pairs of a row of `links` and a link that meets its box, widened by 300 m: what runs beside it is among them."""
    reach = SECTION_KM / KM_PER_DEG * 1.05
    one, other = _ends(network, network.link_tail[links]), _ends(network, network.link_head[links])
    wide = reach / np.maximum(np.cos(np.radians(np.maximum(np.abs(one[:, 1]), np.abs(other[:, 1])))), 0.05)
    low, high = np.minimum(one, other), np.maximum(one, other)
    sides = np.column_stack([low[:, 0] - wide, low[:, 1] - reach, high[:, 0] + wide, high[:, 1] + reach])
    if len(links) <= _FEW:
        found = [network.links_near_box(*box) for box in sides.tolist()]
        row = np.repeat(np.arange(len(links)), [len(each) for each in found])
        return row, np.concatenate([np.zeros(0, dtype=np.int64), *found])
    tree = shapely.STRtree(network.lines(np.arange(network.links)))
    row, near = tree.query(shapely.box(*sides.T))
    return row, near


def _run_beside(network: RoadNetwork, one: Int64Array, other: Int64Array) -> BoolArray:
    """Which pairs of links run side by side."""
    scale = _scale(network, other)
    (tail, along), (other_tail, other_along) = (_line(network, link, scale) for link in (one, other))
    size, other_size = np.hypot(*along.T), np.hypot(*other_along.T)
    cosine = np.abs((along * other_along).sum(axis=1)) / np.maximum(size * other_size, 1e-12)

    def lie(
        points: list[FloatArray], start: FloatArray, way: FloatArray, length_km: FloatArray
    ) -> tuple[BoolArray, BoolArray]:
        """Whether points lie within reach of a line, and whether the way between them passes along a part of it."""
        at = np.sort([_fraction(point, start, way) for point in points], axis=0)
        far_km = np.zeros(len(way))
        for point in points:
            share = np.clip(_fraction(point, start, way), 0, 1)
            far_km = np.maximum(far_km, np.hypot(*(point - start - share[:, None] * way).T))
        common_km = (np.minimum(at[1], 1) - np.maximum(at[0], 0)) * length_km
        return far_km <= SECTION_KM, common_km > _LEAST_KM

    near, passes = lie([other_tail, other_tail + other_along], tail, along, size)
    other_near, other_passes = lie([tail, tail + along], other_tail, other_along, other_size)
    alike: BoolArray = (near | other_near) & passes & other_passes & (cosine >= np.cos(np.radians(MAX_ANGLE_DEG)))
    return alike


def _ends(network: RoadNetwork, node: Int32Array | Int64Array) -> FloatArray:
    return np.column_stack([network.node_lon[node], network.node_lat[node]])


def _scale(network: RoadNetwork, links: Int64Array) -> FloatArray:
    """Kilometres in a degree east and north, at the middle of each link."""
    lat = (network.node_lat[network.link_tail[links]] + network.node_lat[network.link_head[links]]) / 2
    return np.column_stack([KM_PER_DEG * np.cos(np.radians(lat)), np.full(len(lat), KM_PER_DEG)])


def _line(network: RoadNetwork, links: Int64Array, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Tail of each link and the way from there to its head, in kilometres on a plane."""
    tail = _ends(network, network.link_tail[links]) * scale
    return tail, _ends(network, network.link_head[links]) * scale - tail


def _fraction(point: FloatArray, start: FloatArray, way: FloatArray) -> FloatArray:
    """Where the foot of a point lies on a line, 0 at its start and 1 at its end, or beyond."""
    share: FloatArray = ((point - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12)
    return share
