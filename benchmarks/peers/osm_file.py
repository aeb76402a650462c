"""The graph as OpenStreetMap data, for the peers that read nothing else."""

from pathlib import Path

import numpy as np
import osmium
from exchange import SHUT, PeerCase

EARTH_M = 6378160.187
"""Valhalla's radius of the earth."""
_WIDEST_M = 1000.0


def write_pbf(case: PeerCase, path: Path, *, tags: dict[str, str], bends: list[np.ndarray] | None = None) -> None:
    """The graph as nodes and ways; both are numbered from 1, bends after all nodes.

    Parameters
    ----------
    case : PeerCase
        The graph.
    path : Path
        Where to.
    tags : dict
        Tags of every way.
    bends : list of (k, 2) ndarray of float64, optional
        Longitude and latitude of points between the ends of each way; none by default.
    """
    path.unlink(missing_ok=True)
    lon, lat = case.lon, case.lat
    first = np.zeros(len(case.tail) + 1, dtype=np.int64)
    if bends is not None:
        first[1:] = np.cumsum([len(each) for each in bends])
        lon, lat = (np.concatenate([own, *(each[:, axis] for each in bends)]) for axis, own in ((0, lon), (1, lat)))
    bend = (first + case.nodes + 1).tolist()
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place))
        for way, (one, other) in enumerate(zip((case.tail + 1).tolist(), (case.head + 1).tolist(), strict=True)):
            nodes = [one, *range(bend[way], bend[way + 1]), other]
            writer.add_way(osmium.osm.mutable.Way(id=way + 1, version=1, nodes=nodes, tags=tags))


def bend_links(
    lon: np.ndarray, lat: np.ndarray, tail: np.ndarray, head: np.ndarray, length_m: np.ndarray
) -> list[np.ndarray]:
    """Points that make straight links as long as they should be, in teeth to one side of at most a kilometre.

    Parameters
    ----------
    lon, lat : (nodes,) ndarray of float64
        Degrees.
    tail, head : (links,) ndarray of int64
        Ends.
    length_m : (links,) ndarray of float64
        Metres on a sphere of `EARTH_M`; a link that is shorter than its straight line stays straight.

    Returns
    -------
    list of (k, 2) ndarray of float64
        Longitude and latitude of the points between the ends.

    Examples
    --------
    >>> (points,) = bend_links(np.array([0.0, 0.01]), np.zeros(2), np.array([0]), np.array([1]), np.array([2000.0]))
    >>> points.round(4).tolist()
    [[0.005, 0.0075]]
    """
    ends = [to_vectors(lon[node], lat[node]) for node in (tail, head)]
    chord = angle_between(*ends)
    spare_m = np.sqrt(np.maximum(length_m**2 - (chord * EARTH_M) ** 2, 0.0)) / 2
    teeth = np.ceil(spare_m / _WIDEST_M).astype(np.int64)
    side = np.cross(*ends)
    size = np.linalg.norm(side, axis=1, keepdims=True)
    # Ends in one place have no direction: their bend goes east.
    east = np.column_stack([-np.sin(np.radians(lon[tail])), np.cos(np.radians(lon[tail])), np.zeros(len(tail))])
    side = np.where(size > 0, side / np.where(size > 0, size, 1.0), east)
    points = [np.empty((0, 2))] * len(tail)
    for count in np.unique(teeth[teeth > 0]).tolist():
        rows = np.flatnonzero(teeth == count)
        away = spare_m[rows] / count / EARTH_M
        at = np.arange(1, 2 * count) / (2 * count)
        along = turn_towards(ends[0][rows, None], ends[1][rows, None], chord[rows, None, None], at[None, :, None])
        out = np.where(np.arange(1, 2 * count) % 2 == 1, 1.0, 0.0)[None, :, None] * away[:, None, None]
        placed = along * np.cos(out) + side[rows, None] * np.sin(out)
        degrees = np.degrees([np.arctan2(placed[..., 1], placed[..., 0]), np.arcsin(placed[..., 2])])
        for row, own in zip(rows.tolist(), np.moveaxis(degrees, 0, -1), strict=True):
            points[row] = own
    return points


def to_vectors(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points on a sphere of radius one, as rows."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def angle_between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Angle of each two rows, in radians."""
    return 2 * np.arcsin(np.minimum(np.linalg.norm(one - other, axis=-1) / 2, 1.0))


def turn_towards(one: np.ndarray, other: np.ndarray, angle: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Points that lie a share of the way from one to the other on the great circle."""
    whole = np.where(angle > 0, np.sin(angle), 1.0)
    return np.where(angle > 0, (np.sin((1 - share) * angle) * one + np.sin(share * angle) * other) / whole, one)


def straight_m(case: PeerCase) -> np.ndarray:
    """Length of each link's straight line, in Valhalla's metres."""
    return EARTH_M * angle_between(*(to_vectors(case.lon[node], case.lat[node]) for node in (case.tail, case.head)))


def proportional_m(case: PeerCase) -> tuple[np.ndarray, float]:
    """Lengths in proportion to our times, none shorter than its straight line, and metres for a decisecond.

    Links of under 5 s have ends that are rounded to a hundred metres; they count no part in the proportion.
    """
    ours = case.before_ds.astype(float)
    usable = (ours > 50) & (ours < SHUT)
    ratio = float((straight_m(case)[usable] / ours[usable]).max()) * 1.0001
    return np.where(ours < SHUT, ours * ratio, 0.0), ratio
