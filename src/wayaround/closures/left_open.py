"""What closures leave open: links beside what is shut, and roads inside a shut zone."""

import numpy as np
import shapely

from wayaround.closures.closure import LinkIds, RoadLine, RoadPoint
from wayaround.closures.match import MatchedClosure, links_near_zone, list_links
from wayaround.closures.zone import Zone
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_beside
from wayaround.network.shapes import segment_ends, segments_of_links
from wayaround.network.snap import KM_PER_DEG
from wayaround.units import BoolArray, FloatArray

SAMPLE_KM = 0.25
"""Spacing of the points by which a shut zone is verified."""


def warn_of_open_beside(network: RoadNetwork, matched: MatchedClosure, is_open: BoolArray) -> str | None:
    """Name the open links that lead past a shut point or past shut links.

    They do where open links run beside at least half of what is shut of a link: past a closed point on one carriageway
    of a road, traffic takes the other.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    matched : MatchedClosure
        A closure and its links.
    is_open : (links,) ndarray of bool
        Which links may be driven, with all closures applied.

    Returns
    -------
    str or None
        None where there is nothing to say.
    """
    closure = matched.closure
    if closure.section or not closure.is_shut or not isinstance(closure.target, RoadPoint | RoadLine | LinkIds):
        return None
    beside = find_beside(network, matched.links, matched.start, matched.end)
    gap_m: dict[int, float] = {}
    for row, (start, end) in enumerate(zip(matched.start.tolist(), matched.end.tolist(), strict=True)):
        past = np.flatnonzero((beside.row == row) & is_open[beside.link])
        if 2 * _covered(beside.along_start[past], beside.along_end[past]) >= end - start > 0:
            for other, gap in zip(beside.link[past].tolist(), beside.gap_m[past].tolist(), strict=True):
                gap_m[other] = min(gap, gap_m.get(other, gap))
    if not gap_m:
        return None
    nearest = sorted(gap_m, key=lambda other: (gap_m[other], other))
    away = [f"{round(gap_m[other], -1):.0f} m away" for other in nearest]
    if len(nearest) == 1:
        return f"link {nearest[0]} beside it, {away[0]}, stays open; close it too, or say section = true"
    listed = list_links([f"{other} ({gap})" for other, gap in zip(nearest, away, strict=True)])
    return f"{listed} beside it stay open; close them too, or say section = true"


def count_open_points_inside(
    network: RoadNetwork, matched: MatchedClosure, *, forward_open: np.ndarray, backward_open: np.ndarray
) -> int | None:
    """How many points of open roads lie inside a shut zone: 0 says that nothing passes.

    This does not trust the match: it walks every open link near the zone in steps of 250 m and asks for each
    point whether it is inside.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    matched : MatchedClosure
        A closure and its links.
    forward_open, backward_open : (links,) ndarray of bool
        Which links may be driven, with all closures applied.

    Returns
    -------
    int or None
        None where the closure is no zone or does not shut.
    """
    zone = matched.closure.target
    if not isinstance(zone, Zone) or not matched.closure.is_shut or matched.ways is not None:
        return None
    near = links_near_zone(network, zone)
    near = near[forward_open[near] | backward_open[near]]
    lon, lat, head_lon, head_lat = segment_ends(network, segments_of_links(network, near)[1])
    reach_lon, reach_lat = head_lon - lon, head_lat - lat
    steps = 1 + np.ceil(np.hypot(reach_lon, reach_lat) * KM_PER_DEG / SAMPLE_KM).astype(np.int64)
    segment = np.repeat(np.arange(len(lon)), steps + 1)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    fraction = step / steps[segment]
    inside = shapely.contains_xy(
        zone.area, lon[segment] + fraction * reach_lon[segment], lat[segment] + fraction * reach_lat[segment]
    )
    return int(np.count_nonzero(inside))


def _covered(start: FloatArray, end: FloatArray) -> float:
    """Length of what intervals cover together."""
    order = np.argsort(start)
    reached = np.maximum.accumulate(np.concatenate([[-np.inf], end[order]]))
    return float(np.maximum(end[order] - np.maximum(start[order], reached[:-1]), 0).sum())
