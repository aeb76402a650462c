"""From what is said to links: which links a closure concerns, and which stretch of each."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
import shapely.ops

from wayaround.closures.closure import Closure, LinkIds, RoadClass, RoadLine, RoadPoint, expected_wait_h
from wayaround.closures.lines import lead_deg, match_line
from wayaround.closures.stretch import find_meeting, stretch_inside
from wayaround.closures.zone import Zone
from wayaround.errors import ClosureShutsNothing, CrossingNotFound, ScenarioError, WayaroundError
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_beside
from wayaround.network.snap import KM_PER_DEG, WGS84, SnappedPoint, nearest_on_links, point_on_link
from wayaround.scenario_entries import COMPASS_DEG
from wayaround.units import BoolArray, FloatArray, Int64Array

POINT_REACH_M = 50.0
"""A closed point shuts this much of the road on either side of it."""

MAX_POINT_KM = 20.0
MOST_NAMED = 5
"""Links that a warning names."""

ACROSS = 0.087
"""Cosine of 85 degrees: a link that leads so far off a quarter of the compass leads neither way of it."""


@dataclass(frozen=True, slots=True)
class MatchedClosure:
    """A closure on the links of a network.

    Parameters
    ----------
    closure : Closure
        What was said.
    links : (k,) ndarray of int64
        The links concerned, sorted.
    start, end : (k,) ndarray of float64
        The stretch concerned on each, as fractions from tail to head.
    wait_forward_at, wait_backward_at : (k,) ndarray of float64
        Where on each link a wait is served in each direction; NaN where that direction does not wait.
    warnings : tuple of str
        What a reader should know about the match.
    """

    closure: Closure
    links: Int64Array
    start: FloatArray
    end: FloatArray
    wait_forward_at: FloatArray
    wait_backward_at: FloatArray
    warnings: tuple[str, ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    """Countries at the tail and at the head of each link of a crossing whose waits go by country."""
    wait_factor: float = 1.0
    """What all its waits are multiplied by."""
    ways: tuple[BoolArray, BoolArray] | None = None
    """Which links it concerns from tail to head, and which back; None where it concerns both ways of all."""
    score: float | None = None
    """How well a line fits the links, from 0 to 1; None for what is no line."""

    def concerns(self, row: int, *, forward: bool) -> bool:
        """Whether it concerns a direction of one of the links."""
        return self.ways is None or bool(self.ways[0 if forward else 1][row])

    def wait_h(self, row: int, *, forward: bool) -> float:
        """Hours that a passage of one of the links waits in a direction."""
        wait_h = self.closure.wait_h
        if isinstance(wait_h, Mapping):
            way = "forward" if forward else "backward"
            if self.countries:
                way = f"from {self.countries[row][0 if forward else 1]}"
            wait_h = wait_h.get(way, 0.0)
        return ((wait_h or 0.0) + expected_wait_h(self.closure.open_hours)) * self.wait_factor


def match_closure(network: RoadNetwork, closure: Closure) -> MatchedClosure:
    """Find the links that a closure concerns.

    A zone concerns every link whose geometry meets it, one that only passes through included. A point concerns the
    nearest link within 20 km; with `section` it concerns the links that run beside that stretch as well.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    closure : Closure
        What was said.

    Returns
    -------
    MatchedClosure

    Raises
    ------
    ClosureShutsNothing
        No link is concerned and the closure does not allow that; the sentence says how far the nearest link is.
    CrossingNotFound, LinkNotFound
        The network has no such crossing or link.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> network = open_network("world-highways")
    >>> match_closure(network, Closure(Zone.circle(lat=33.5085, lon=38.62, radius_km=55))).links.size
    20
    """
    try:
        if closure.idle:
            return replace(_nothing(closure), warnings=closure.notes)
        matched = _give_ways(network, _match(network, closure))
        return replace(matched, warnings=(*closure.notes, *matched.warnings))
    except WayaroundError as error:
        if not closure.said_at:
            raise
        raise type(error)(f"{closure.said_at}: {error.message}", ids=error.ids) from error


def _nothing(closure: Closure) -> MatchedClosure:
    none = np.zeros(0)
    return MatchedClosure(closure, np.zeros(0, dtype=np.int64), none, none, none, none)


def _match(network: RoadNetwork, closure: Closure) -> MatchedClosure:
    target = closure.target
    if isinstance(target, RoadLine):
        on_line = _match_line(network, closure, target)
        return _add_section(network, on_line) if closure.section and len(on_line.links) else on_line
    if isinstance(target, Zone):
        return _match_zone(network, closure, target)
    if isinstance(target, RoadPoint):
        on_link = _match_point(network, closure, target)
        return _add_section(network, _give_ways(network, on_link)) if closure.section else on_link
    sides: tuple[tuple[str, str], ...] = ()
    if isinstance(target, RoadClass):
        links = _links_of_class(network, target.name)
    elif isinstance(target, LinkIds):
        links = network.check_links(target.ids)
    else:
        links = np.array(network.find_crossing(target.name).links, dtype=np.int64)
        sides = _sides(network, closure, links)
    whole = np.zeros(len(links)), np.ones(len(links))
    middle = np.full(len(links), 0.5)
    on_links = MatchedClosure(closure, links, *whole, middle, middle, countries=sides)
    return _add_section(network, _give_ways(network, on_links)) if closure.section else on_links


def _links_of_class(network: RoadNetwork, name: str) -> Int64Array:
    if network.attributes is None:
        raise ScenarioError(f"{network.name} knows no classes of road; name links, a crossing or an area.", ids=[name])
    if name not in ROAD_CLASSES:
        near = difflib.get_close_matches(name, ROAD_CLASSES, n=1, cutoff=0.0)[0]
        raise ScenarioError(f'no class of road is called "{name}"; the nearest is "{near}".', ids=[name])
    return np.flatnonzero(network.attributes.road_class == ROAD_CLASSES.index(name))


def _sides(network: RoadNetwork, closure: Closure, links: Int64Array) -> tuple[tuple[str, str], ...]:
    """Countries at the ends of each link of a crossing whose waits go by country; none if they do not."""
    ways = [*closure.wait_h] if isinstance(closure.wait_h, Mapping) else [closure.direction or "forward"]
    said = [way.removeprefix("from ") for way in ways]
    if not said or said[0] in ("forward", "backward", *COMPASS_DEG):
        return ()
    crossing = network.find_crossing(str(getattr(closure.target, "name", "")))
    wrong = next((code for code in said if code not in crossing.countries), None)
    if wrong is not None:
        between = " and ".join(crossing.countries)
        what = "wait" if isinstance(closure.wait_h, Mapping) else "direction"
        raise CrossingNotFound(f'{crossing.name} lies between {between}; no {what} can be "from {wrong}".', ids=[wrong])
    sides = []
    for link in links.tolist():
        tail, head = (
            network.countries[int(network.node_country[ends[link]])] for ends in (network.link_tail, network.link_head)
        )
        if {tail, head} != set(crossing.countries):
            raise ScenarioError(
                f"which way link {link} of {crossing.name} leads is not clear: its ends lie in {tail} and {head}; "
                "say forward or backward instead.",
                ids=[str(link)],
            )
        sides.append((tail, head))
    return tuple(sides)


def _match_zone(network: RoadNetwork, closure: Closure, zone: Zone) -> MatchedClosure:
    links = links_meeting(network, zone)
    lines = network.lines(links)
    if len(links) == 0 and not closure.allow_empty:
        raise ClosureShutsNothing(
            f'{closure.called} "{closure.id}" ({zone.label}) meets no road; {nearest_road(network, zone)} Move or '
            "widen it, or say allow_empty = true.",
            ids=[closure.id],
        )
    start, end = stretch_inside(zone, lines)
    inside = [
        shapely.intersects_xy(zone.area, network.node_lon[ends[links]], network.node_lat[ends[links]])
        for ends in (network.link_tail, network.link_head)
    ]
    # Whoever enters waits, once: in each direction the stretch is entered where it begins, unless the
    # link already begins inside.
    return MatchedClosure(
        closure,
        links,
        start,
        end,
        wait_forward_at=np.where(inside[0], np.nan, start),
        wait_backward_at=np.where(inside[1], np.nan, end),
    )


def _give_ways(network: RoadNetwork, matched: MatchedClosure) -> MatchedClosure:
    """Say which way of each link a closure of one direction concerns."""
    direction = matched.closure.direction
    if direction is None or matched.ways is not None:
        return matched
    count = len(matched.links)
    if direction in ("forward", "backward"):
        forward = np.full(count, direction == "forward")
        return replace(matched, ways=(forward, ~forward))
    if matched.countries:
        forward = np.array([tail == direction.removeprefix("from ") for tail, _ in matched.countries], dtype=np.bool_)
        return replace(matched, ways=(forward, ~forward))
    along = lead_deg(network, matched.links, matched.start, matched.end)
    cosine = np.cos(np.radians(along - COMPASS_DEG[direction]))
    across = np.flatnonzero(np.abs(cosine) < ACROSS)
    said = [] if len(across) == 0 else [f"{list_links(matched.links[across].tolist())} lead across, neither way of"]
    warnings = [f"{each} which is {direction}: not concerned" for each in said]
    return replace(matched, ways=(cosine >= ACROSS, cosine <= -ACROSS), warnings=(*matched.warnings, *warnings))


def _match_line(network: RoadNetwork, closure: Closure, line: RoadLine) -> MatchedClosure:
    found = match_line(network, np.array(line.points), joined=line.joined, one_way=closure.direction is not None)
    if isinstance(found, str):
        if not closure.allow_empty:
            raise ClosureShutsNothing(
                f'{closure.called} "{closure.id}" matches no road: {found}. Draw it along a road, or say '
                "allow_empty = true.",
                ids=[closure.id],
            )
        return replace(_nothing(closure), warnings=(f"unmatched: {found}",), score=0.0)
    at_middle = np.where(found.links == found.middle_link, found.middle_at, np.nan)  # a wait is served once
    ways = None
    if closure.direction in ("forward", "backward"):
        along = found.along if closure.direction == "forward" else ~found.along
        ways = along, ~along
    return MatchedClosure(
        closure,
        found.links,
        found.start,
        found.end,
        at_middle,
        at_middle,
        warnings=(found.describe(),),
        ways=ways,
        score=round(found.score, 3),
    )


def _match_point(network: RoadNetwork, closure: Closure, point: RoadPoint) -> MatchedClosure:
    reach = MAX_POINT_KM / KM_PER_DEG * 1.02
    wide = min(180.0, reach / max(float(np.cos(np.radians(min(abs(point.lat) + reach, 89.9)))), 0.01))
    turns = (-360.0, 0.0, 360.0)
    near = np.unique(
        np.concatenate(
            [
                network.links_near_box(
                    point.lon + turn - wide, point.lat - reach, point.lon + turn + wide, point.lat + reach
                )
                for turn in turns
            ]
        )
    )
    distance_km = np.full(0, np.inf)
    if len(near):
        fraction, distance_km = nearest_on_links(network, near, point.lat, point.lon)
    if len(near) == 0 or distance_km.min() > MAX_POINT_KM:
        if closure.allow_empty:
            return _nothing(closure)
        road = _road_nearest_to(network, point.lat, point.lon)
        raise ClosureShutsNothing(
            f'{closure.called} "{closure.id}" has no road within {MAX_POINT_KM:g} km of {point.lat:g}, {point.lon:g}; '
            f"the nearest, link {road.link} at {road.lat:.3f}, {road.lon:.3f}, is {road.snap_km:.1f} km away. Move the "
            "point, or say allow_empty = true.",
            ids=[closure.id],
        )
    best = int(np.argmin(distance_km))
    on = point_on_link(network, int(near[best]), float(fraction[best]), point.lat, point.lon)
    reach_on_link = POINT_REACH_M / max(float(network.link_length_m[on.link]), 1.0)
    return MatchedClosure(
        closure,
        np.array([on.link]),
        np.array([max(0.0, on.fraction - reach_on_link)]),
        np.array([min(1.0, on.fraction + reach_on_link)]),
        np.array([on.fraction]),
        np.array([on.fraction]),
        warnings=(f"the point was taken to link {on.link}, {on.snap_km:.2f} km away",),
    )


def _add_section(network: RoadNetwork, matched: MatchedClosure) -> MatchedClosure:
    """Take along what runs beside the stretches concerned."""
    beside = find_beside(network, matched.links, matched.start, matched.end)
    new = ~np.isin(beside.link, matched.links)
    others, row = np.unique(beside.link[new], return_inverse=True)
    start, end = np.ones(len(others)), np.zeros(len(others))
    np.minimum.at(start, row, beside.start[new])
    np.maximum.at(end, row, beside.end[new])
    middle = (start + end) / 2
    of = np.zeros(len(others), dtype=np.int64)
    of[row] = beside.row[new]
    ways = matched.ways
    if ways is not None:
        turned = (
            lead_deg(network, others, start, end) - lead_deg(network, matched.links, matched.start, matched.end)[of]
        )
        alike = np.cos(np.radians(turned)) > 0
        more = [np.where(alike, one[of], other[of]) for one, other in (ways, ways[::-1])]
        ways = (np.append(ways[0], more[0]), np.append(ways[1], more[1]))
    served = np.where(np.isnan(matched.wait_forward_at[of]), np.nan, middle)
    links = np.concatenate([matched.links, others])
    order = np.argsort(links)
    said = f"with what runs beside it: {list_links(others.tolist())}" if len(others) else "no link runs beside it"
    return replace(
        matched,
        links=links[order],
        start=np.append(matched.start, start)[order],
        end=np.append(matched.end, end)[order],
        wait_forward_at=np.append(matched.wait_forward_at, served)[order],
        wait_backward_at=np.append(matched.wait_backward_at, served)[order],
        ways=None if ways is None else (ways[0][order], ways[1][order]),
        warnings=(*matched.warnings, said),
    )


def list_links(links: Sequence[int | str]) -> str:
    """Name some links."""
    named = [str(link) for link in links[:MOST_NAMED]]
    if len(links) > MOST_NAMED:
        return f"links {', '.join(named)} and {len(links) - MOST_NAMED} more"
    return f"link {named[0]}" if len(named) == 1 else f"links {', '.join(named[:-1])} and {named[-1]}"


def links_meeting(network: RoadNetwork, zone: Zone) -> Int64Array:
    """Links whose geometry meets a zone, one that only passes through included, as sorted ids."""
    near = links_near_zone(network, zone)
    return near[find_meeting(zone, network.lines(near))]


def links_near_zone(network: RoadNetwork, zone: Zone) -> Int64Array:
    """Links whose box meets the box of some part of a zone."""
    boxes = [part.bounds for part in shapely.get_parts(zone.area)]
    return np.unique(np.concatenate([network.links_near_box(*bounds) for bounds in boxes]))


def nearest_road(network: RoadNetwork, zone: Zone) -> str:
    """Say which of the roads nearest to the middle of each part of a zone is nearest to that part's edge."""
    gaps = []
    for part in shapely.get_parts(zone.area):
        road = _road_nearest_to(network, part.centroid.y, part.centroid.x)
        turn = 360.0 * round((part.centroid.x - road.lon) / 360.0)  # the road may lie past the antimeridian
        there = shapely.Point(road.lon + turn, road.lat)
        edge = shapely.get_coordinates(shapely.ops.nearest_points(part, there)[0])[0]
        gaps.append((WGS84.inv(edge[0], edge[1], road.lon, road.lat)[2] / 1000, road))
    gap_km, road = min(gaps, key=lambda gap: gap[0])
    return f"the nearest, link {road.link} at {road.lat:.3f}, {road.lon:.3f}, is {gap_km:.1f} km from its edge."


def _road_nearest_to(network: RoadNetwork, lat: float, lon: float) -> SnappedPoint:
    fraction, distance_km = nearest_on_links(network, np.arange(network.links), lat, lon)
    best = int(np.argmin(distance_km))
    return point_on_link(network, best, float(fraction[best]), lat, lon)
