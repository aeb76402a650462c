"""Lines against roads: which links a line runs along, which way, and how well it fits; see docs/decisions/0027."""

from dataclasses import dataclass

import numpy as np

from wayaround.closures.courses import find_course
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import fractions_on_links, links_of_segments, points_on_links, segment_ends
from wayaround.network.snap import KM_PER_DEG
from wayaround.units import BoolArray, FloatArray, Int64Array

REACH_M = 50.0
"""A line lies on a road that is drawn with its bends if it is no further from it than this."""

CHORD_REACH_M, CHORD_SHARE, MOST_REACH_M = 150.0, 0.1, 2000.0
"""Roads drawn straight from junction to junction stray so far from the real ones, and a share of their length."""

MAX_TURN_DEG = 40.0
"""How far the line may turn from the road."""

STEP_M, CHORD_STEP_M, LEAST_STEPS, MOST_STEPS = 20.0, 200.0, 8, 200
LEAST_SCORE, LEAST_COVERAGE = 0.4, 0.5
LEAST_M, LEAST_SHARE = 50.0, 0.2
"""A link is left out where the line covers less of it than both, as beyond the junction at which a line ends."""

MANY_ALONG = 0.2
"""What a link that runs along all of the line is preferred by, in squared shares of the reach."""


@dataclass(frozen=True, slots=True, eq=False)
class LineMatch:
    """Links that a line runs along.

    Parameters
    ----------
    links : (k,) ndarray of int64
        Sorted.
    start, end : (k,) ndarray of float64
        The stretch of each that the line covers, as fractions from tail to head.
    along : (k,) ndarray of bool
        Which lead from tail to head as the line does.
    middle_link : int
    middle_at : float
        Where the middle of the line lies.
    coverage : float
        Share of the line that lies on one of the links.
    distance_m, turn_deg : float
        Mean distance and mean angle between them.
    score : float
        Coverage, less for distance and angle: 0 to 1.
    """

    links: Int64Array
    start: FloatArray
    end: FloatArray
    along: BoolArray
    middle_link: int
    middle_at: float
    coverage: float
    distance_m: float
    turn_deg: float
    score: float

    def describe(self) -> str:
        """How well it fits, in words."""
        return (
            f"match {self.score:.2f}: {self.coverage:.0%} of the line on {len(self.links):,} "
            f"{'link' if len(self.links) == 1 else 'links'}, {self.distance_m:.0f} m away and "
            f"{self.turn_deg:.0f} degrees turned on average"
        )


def match_line(
    network: RoadNetwork, points: FloatArray, *, joined: bool = True, one_way: bool = False
) -> LineMatch | str:
    """Find the links that a line runs along.

    The line is walked in up to 200 steps; each is taken to the nearest link in reach that leads about as the line does.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    points : (n, 2) ndarray of float64
        Longitude and latitude, in the order of travel.
    joined : bool
        Whether it runs straight from point to point; else by the shortest way on roads.
    one_way : bool
        Whether only links count that may be driven as the line runs.

    Returns
    -------
    LineMatch or str
        Why there is none.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> network = open_network("world-highways")
    >>> line = points_on_links(network, np.array([400_000, 400_000]), np.array([0.2, 0.8]))
    >>> match_line(network, line).links
    array([400000])
    """
    shortening = 1.0
    if not joined:
        course = find_course(network, points, reach_m=_reach_m(network, np.zeros(1))[0], one_way=one_way)
        if isinstance(course, str):
            return course
        points, shortening = course
    samples, lead = _walk(points, STEP_M if network.has_shapes else CHORD_STEP_M)
    if len(samples) == 0:
        return "the line has no length"
    row, segment = _near(network, samples)
    link = links_of_segments(network, segment)
    part, distance_m, beyond_m, cosine = _measure(network, samples[row], lead[row], segment)
    reach_m = _reach_m(network, network.link_length_m[link].astype(np.float64))
    fits = (distance_m <= reach_m) & (beyond_m <= REACH_M) & (np.abs(cosine) >= np.cos(np.radians(MAX_TURN_DEG)))
    if one_way and network.attributes is not None:
        open_along = np.where(
            cosine > 0, network.attributes.access_forward[link], network.attributes.access_backward[link]
        )
        fits &= open_along != 0
    if not fits.any():
        nearest = f", the nearest {distance_m.min():.0f} m away" if len(distance_m) else ""
        return f"no road lies along it within {reach_m.max() if len(reach_m) else REACH_M:.0f} m{nearest}"
    row, segment, link, part, distance_m, cosine, reach_m = (
        each[fits] for each in (row, segment, link, part, distance_m, cosine, reach_m)
    )
    share = distance_m / reach_m
    _, of_link, steps_on = np.unique(link, return_inverse=True, return_counts=True)
    cost = share**2 + (1 - np.abs(cosine)) - MANY_ALONG * np.minimum(steps_on / len(samples), 1)[of_link]
    order = np.lexsort((segment, cost, row))
    best = order[np.unique(row[order], return_index=True)[1]]
    best = best[_is_kept(network, link[best], _length_m(points) / len(samples))]
    coverage = len(best) / len(samples)
    fit = float(((1 - share[best] / 2) * np.abs(cosine[best])).mean()) * shortening
    score = coverage * fit
    if coverage < LEAST_COVERAGE or score < LEAST_SCORE:
        return f"roads fit it too badly (score {score:.2f}, {coverage:.0%} of it on a road)"
    links, at_link = np.unique(link[best], return_inverse=True)
    at = fractions_on_links(network, segment[best], part[best])[1]
    start, end, votes = np.ones(len(links)), np.zeros(len(links)), np.zeros(len(links))
    half = _length_m(points) / len(samples) / 2 / np.maximum(network.link_length_m[links], 1.0)
    np.minimum.at(start, at_link, at)
    np.maximum.at(end, at_link, at)
    np.add.at(votes, at_link, cosine[best])
    middle = int(np.argmin(np.abs(row[best] - (len(samples) - 1) / 2)))
    return LineMatch(
        links=links,
        start=np.maximum(start - half, 0.0),
        end=np.minimum(end + half, 1.0),
        along=votes > 0,
        middle_link=int(link[best][middle]),
        middle_at=float(at[middle]),
        coverage=coverage,
        distance_m=float(distance_m[best].mean()),
        turn_deg=float(np.degrees(np.arccos(np.clip(np.abs(cosine[best]), 0, 1))).mean()),
        score=score,
    )


def lead_deg(network: RoadNetwork, links: Int64Array, start: FloatArray, end: FloatArray) -> FloatArray:
    """Where a stretch of each link leads from tail to head, in degrees clockwise from north."""
    first, last = (points_on_links(network, links, at) for at in (start, end))
    east, north = _step_km(np.stack([first, last], axis=1)).T
    degrees: FloatArray = np.degrees(np.arctan2(east, north))
    return degrees


def _step_km(pairs: FloatArray) -> FloatArray:
    """Kilometres east and north from the first to the second of each pair of points, (n, 2, 2) to (n, 2)."""
    turn = (pairs[:, 1, 0] - pairs[:, 0, 0] + 180) % 360 - 180
    scale = np.cos(np.radians(pairs[:, :, 1].mean(axis=1)))
    return np.column_stack([turn * scale, pairs[:, 1, 1] - pairs[:, 0, 1]]) * KM_PER_DEG


def _length_m(points: FloatArray) -> float:
    return float(np.hypot(*_step_km(np.stack([points[:-1], points[1:]], axis=1)).T).sum()) * 1000


def _walk(points: FloatArray, step_m: float) -> tuple[FloatArray, FloatArray]:
    """Points in equal steps along a line, and the unit vector east and north in which it leads there."""
    pairs = np.stack([points[:-1], points[1:]], axis=1)
    step_km = _step_km(pairs)
    size = np.hypot(*step_km.T)
    reached = np.concatenate([[0.0], np.cumsum(size)])
    if reached[-1] <= 0:
        return np.zeros((0, 2)), np.zeros((0, 2))
    count = int(np.clip(np.ceil(reached[-1] * 1000 / step_m), LEAST_STEPS, MOST_STEPS))
    at = (np.arange(count) + 0.5) / count * reached[-1]
    piece = np.clip(np.searchsorted(reached, at, side="right") - 1, 0, len(size) - 1)
    share = (at - reached[piece]) / np.maximum(size[piece], 1e-12)
    lon = points[piece, 0] + share * ((pairs[piece, 1, 0] - pairs[piece, 0, 0] + 180) % 360 - 180)
    lat = points[piece, 1] + share * (points[piece + 1, 1] - points[piece, 1])
    return np.column_stack([lon, lat]), step_km[piece] / np.maximum(size[piece], 1e-12)[:, None]


def _reach_m(network: RoadNetwork, length_m: FloatArray) -> FloatArray:
    if network.has_shapes:
        return np.full(len(length_m), REACH_M)
    return np.minimum(CHORD_REACH_M + CHORD_SHARE * length_m, MOST_REACH_M)


def _near(network: RoadNetwork, samples: FloatArray) -> tuple[Int64Array, Int64Array]:
    """Segments that may be in reach of each point, each once."""
    reach_lat = (REACH_M if network.has_shapes else MOST_REACH_M) / 1000 / KM_PER_DEG * 1.02
    reach_lon = reach_lat / np.maximum(np.cos(np.radians(samples[:, 1])), 0.01)
    row, segment = network.grid.segments_in_boxes(
        samples[:, 0] - reach_lon, samples[:, 1] - reach_lat, samples[:, 0] + reach_lon, samples[:, 1] + reach_lat
    )
    # The grid leaves out the joins.
    joins = np.arange(network.links - len(network.joins), network.links)
    tail, head = network.link_tail[joins], network.link_head[joins]
    middle = np.column_stack([network.node_lon[tail] + network.node_lon[head], network.node_lat[tail]])
    west, south, east, north = samples[:, 0].min(), samples[:, 1].min(), samples[:, 0].max(), samples[:, 1].max()
    around = 0.5 + np.array([reach_lon.max(), reach_lat])  # no join is half a degree long
    near = (np.abs(middle[:, 0] / 2 - (west + east) / 2) <= (east - west) / 2 + around[0]) & (
        np.abs(middle[:, 1] - (south + north) / 2) <= (north - south) / 2 + around[1]
    )
    of_joins = network.first_segment[joins[near]]
    every = np.arange(len(samples))
    row = np.concatenate([row, np.repeat(every, len(of_joins))])
    segment = np.concatenate([segment, np.tile(of_joins, len(samples))])
    segments = int(network.first_segment[-1])
    pairs = np.unique(row * segments + segment)
    return pairs // segments, pairs % segments


def _measure(
    network: RoadNetwork, points: FloatArray, lead: FloatArray, segment: Int64Array
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Fraction of each segment nearest to a point, metres away and past its ends, cosine between it and the lead."""
    tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, segment)
    east_km = KM_PER_DEG * np.cos(np.radians(points[:, 1]))
    x, y = ((tail_lon - points[:, 0] + 180) % 360 - 180) * east_km, (tail_lat - points[:, 1]) * KM_PER_DEG
    dx, dy = ((head_lon - tail_lon + 180) % 360 - 180) * east_km, (head_lat - tail_lat) * KM_PER_DEG
    size = np.hypot(dx, dy)
    foot = -(x * dx + y * dy) / np.where(size > 0, size**2, 1.0)
    part = np.clip(foot, 0.0, 1.0)
    distance_m = np.hypot(x + part * dx, y + part * dy) * 1000
    return (
        part,
        distance_m,
        np.abs(foot - part) * size * 1000,
        (dx * lead[:, 0] + dy * lead[:, 1]) / np.where(size > 0, size, 1.0),
    )


def _is_kept(network: RoadNetwork, link: Int64Array, step_m: float) -> BoolArray:
    """Which steps stay, without links of which the line covers too little."""
    links, of_link, steps = np.unique(link, return_inverse=True, return_counts=True)
    length_m = network.link_length_m[links].astype(np.float64)
    kept = steps * step_m >= np.minimum(LEAST_M, LEAST_SHARE * length_m)
    kept |= steps == steps.max()
    chosen: BoolArray = kept[of_link]
    return chosen
