"""The course on roads between points of which only these are known: the shortest way from each to the next."""

import heapq
from itertools import pairwise

import numpy as np

from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import cut_links
from wayaround.network.snap import KM_PER_DEG, nearest_on_links
from wayaround.units import FloatArray

MOST_DETOUR, DETOUR_M = 1.6, 200.0
"""A course is believed up to so many times the straight distance, and so much more."""

MOST_LINKS, MOST_KM = 4_000, 200.0
SNAP_WEIGHT = 5.0
"""A metre beside the road counts as so many along it, so that the nearest of two carriageways is taken."""

MOST_STARTS = 6


def find_course(
    network: RoadNetwork, points: FloatArray, *, reach_m: float, one_way: bool
) -> tuple[FloatArray, float] | str:
    """Join points by the shortest ways on roads.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    points : (n, 2) ndarray of float64
        Longitude and latitude, in the order of travel.
    reach_m : float
        How far a point may lie from its road, in metres.
    one_way : bool
        Whether roads are driven only as they may be.

    Returns
    -------
    ((k, 2) ndarray, float) or str
        The course, and how well it fits: the straight distance as a share of its length, at most 1, less for points
        that lie beside it; or why there is none.
    """
    pieces: list[FloatArray] = []
    straight_m = driven_m = 0.0
    for one, other in pairwise(points):
        found = _shortest(network, one, other, reach_m=reach_m, one_way=one_way)
        if isinstance(found, str):
            return found
        piece, piece_m, apart_m = found
        if piece_m > MOST_DETOUR * apart_m + DETOUR_M:
            return (
                f"the way on roads between its points is {piece_m:,.0f} m, and straight they are {apart_m:,.0f} m apart"
            )
        pieces.append(piece)
        driven_m += piece_m
        straight_m += apart_m
    course = np.concatenate(pieces)
    ends = np.array([[piece[0], piece[-1]] for piece in pieces]).reshape(-1, 2)
    said = np.array([[one, other] for one, other in pairwise(points)]).reshape(-1, 2)
    shrink = np.cos(np.radians(said[:, 1]))
    beside_m = np.hypot((ends[:, 0] - said[:, 0]) * shrink, ends[:, 1] - said[:, 1]) * KM_PER_DEG * 1000
    return course, min(1.0, straight_m / max(driven_m, 1.0)) * (1 - float(beside_m.mean()) / reach_m / 2)


def _shortest(
    network: RoadNetwork, one: FloatArray, other: FloatArray, *, reach_m: float, one_way: bool
) -> tuple[FloatArray, float, float] | str:
    """The way between two points, its length, and how far these are apart."""
    shrink = float(np.cos(np.radians((one[1] + other[1]) / 2)))
    apart_km = float(np.hypot((other[0] - one[0]) * shrink, other[1] - one[1])) * KM_PER_DEG
    if apart_km > MOST_KM:
        return f"its points are {apart_km:,.0f} km apart"
    if apart_km == 0:
        return "the line has no length"
    around = (0.3 * apart_km + 0.5) / KM_PER_DEG
    wide = around / max(shrink, 0.01)
    west, east = min(one[0], other[0]) - wide, max(one[0], other[0]) + wide
    south, north = min(one[1], other[1]) - around, max(one[1], other[1]) + around
    segments = network.grid.segments_in_box(west, south, east, north)
    links = np.unique(np.searchsorted(network.first_segment, segments, side="right") - 1)
    if len(links) > MOST_LINKS:
        return f"{len(links):,} roads lie between its points"
    starts, ends = (_snap(network, links, point, reach_m) for point in (one, other))
    if not starts or not ends:
        return f"no road lies within {reach_m:.0f} m of {'its first' if not starts else 'a further'} point"
    way = _search(network, links, starts, ends, one_way=one_way)
    if way is None:
        return "no way on roads leads from point to point"
    pieces, length_m = [], 0.0
    for link, start, end in way:
        cut = cut_links(network, [link], min(start, end), max(start, end))[0]
        pieces.append(cut if start <= end else cut[::-1])
        length_m += abs(end - start) * float(network.link_length_m[link])
    return np.concatenate(pieces), length_m, apart_km * 1000


def _snap(network: RoadNetwork, links: np.ndarray, point: FloatArray, reach_m: float) -> dict[int, tuple[float, float]]:
    """The nearest links in reach: where on each, and how far away in metres."""
    if len(links) == 0:
        return {}
    fraction, distance_km = nearest_on_links(network, links, float(point[1]), float(point[0]))
    near = np.argsort(distance_km, kind="stable")[:MOST_STARTS]
    return {
        int(links[row]): (float(fraction[row]), float(distance_km[row]) * 1000)
        for row in near.tolist()
        if distance_km[row] * 1000 <= reach_m
    }


def _search(
    network: RoadNetwork,
    links: np.ndarray,
    starts: dict[int, tuple[float, float]],
    ends: dict[int, tuple[float, float]],
    *,
    one_way: bool,
) -> list[tuple[int, float, float]] | None:
    """Links of the shortest way, each from a fraction to a fraction."""
    access = network.attributes if one_way else None
    arcs: dict[int, list[tuple[int, int, bool, float]]] = {}

    def may(link: int, forward: bool) -> bool:
        if access is None:
            return True
        return bool((access.access_forward if forward else access.access_backward)[link])

    columns = (links, network.link_tail[links], network.link_head[links], network.link_length_m[links])
    for link, tail, head, length_m in zip(*(column.tolist() for column in columns), strict=True):
        if may(link, True):
            arcs.setdefault(tail, []).append((head, link, True, length_m))
        if may(link, False):
            arcs.setdefault(head, []).append((tail, link, False, length_m))
    best: tuple[float, int | None, list[tuple[int, float, float]]] | None = None
    reached: dict[int, float] = {}
    before: dict[int, tuple[int | None, tuple[int, float, float]]] = {}
    heap: list[tuple[float, int]] = []
    for link, (at, off_m) in starts.items():
        length_m = float(network.link_length_m[link])
        for forward, node, last in (
            (True, int(network.link_head[link]), 1.0),
            (False, int(network.link_tail[link]), 0.0),
        ):
            if not may(link, forward):
                continue
            cost = SNAP_WEIGHT * off_m + abs(last - at) * length_m
            if cost < reached.get(node, np.inf):
                reached[node], before[node] = cost, (None, (link, at, last))
                heapq.heappush(heap, (cost, node))
            if link in ends and (ends[link][0] > at) == forward:
                whole = SNAP_WEIGHT * (off_m + ends[link][1]) + abs(ends[link][0] - at) * length_m
                if best is None or whole < best[0]:
                    best = whole, None, [(link, at, ends[link][0])]
    closing: dict[int, list[tuple[float, tuple[int, float, float]]]] = {}
    for link, (at, off_m) in ends.items():
        length_m = float(network.link_length_m[link])
        for forward, node, first in (
            (True, int(network.link_tail[link]), 0.0),
            (False, int(network.link_head[link]), 1.0),
        ):
            if may(link, forward):
                closing.setdefault(node, []).append(
                    (SNAP_WEIGHT * off_m + abs(at - first) * length_m, (link, first, at))
                )
    while heap:
        cost, node = heapq.heappop(heap)
        if cost > reached[node] or (best is not None and cost >= best[0]):
            continue
        for more, leg in closing.get(node, ()):
            if best is None or cost + more < best[0]:
                best = cost + more, node, [leg]
        for onward, link, forward, length_m in arcs.get(node, ()):
            if cost + length_m < reached.get(onward, np.inf):
                reached[onward] = cost + length_m
                before[onward] = node, (link, 0.0 if forward else 1.0, 1.0 if forward else 0.0)
                heapq.heappush(heap, (cost + length_m, onward))
    if best is None:
        return None
    _, at_node, legs = best
    while at_node is not None:
        at_node, leg = before[at_node]
        legs.append(leg)
    return legs[::-1]
