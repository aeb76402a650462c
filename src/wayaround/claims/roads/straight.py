"""Claims that no road decides: the size of a zone, and straight lines."""

import re
from itertools import pairwise

import numpy as np
import shapely

from wayaround.claims.claim import Claim
from wayaround.claims.finding import Evidence
from wayaround.claims.roads.by_road import Answer
from wayaround.claims.roads.inquiry import Inquiry, as_end, as_stop
from wayaround.claims.roads.measured import Measured, Undecided, evidence_of
from wayaround.claims.roads.resolve import Resolution, is_in_zone
from wayaround.claims.roads.tolerance import Doubt, doubt_ends, doubt_length
from wayaround.claims.roads.ways import Stop
from wayaround.closures.closure import Closure
from wayaround.closures.zone import Zone
from wayaround.network.snap import WGS84

ROUND = 1.02
"""A zone whose edge is nowhere more than this times as far from its middle as elsewhere is a circle."""

AS_THE_CROW_FLIES = re.compile(r"crow|straight|beeline|air|linear|geodesic", re.IGNORECASE)


def measure_zone(inquiry: Inquiry, claim: Claim) -> Answer:
    """Radius or diameter of the scenario's zone; a size of which the text does not say which is a radius first."""
    closure, how = _zone_meant(inquiry, claim)
    least_km, most_km = radius_of(closure)
    evidence = (_zone_evidence(closure),)
    edge = "" if least_km == most_km else f"; its edge is {least_km:,.0f} to {most_km:,.0f} km from its middle"
    remark = f"the zone is {closure.id} of the scenario{edge}"
    doubt_km = most_km - least_km
    limit = claim.relation == "within"
    radius = Measured("taken as a radius", most_km, Doubt(below=doubt_km), evidence, remark=remark, is_limit=limit)
    diameter = Measured("taken as a diameter", 2 * most_km, Doubt(below=2 * doubt_km), evidence, remark=remark)
    if claim.quantity.measure == "diameter":
        return [diameter], how
    if claim.quantity.measure == "radius" or claim.relation != "zone" or radius.agrees(claim):
        return [radius], how
    return [radius, diameter], how


def measure_within(inquiry: Inquiry, claim: Claim) -> Answer:
    """How far a place lies from another; without an origin, how far the zone reaches."""
    if "origin" not in claim.slots:
        return measure_zone(inquiry, claim)
    return _measure_line(inquiry, claim, "origin", "place")


def measure_apart(inquiry: Inquiry, claim: Claim, text: str) -> Answer:
    """The straight line between two places and, unless the text says that it is one, the way by road."""
    measured, said = _measure_line(inquiry, claim, "origin", "destination")
    if AS_THE_CROW_FLIES.search(text) is None and not measured[0].agrees(claim):
        stops = [_place_of(inquiry, claim, slot) for slot in ("origin", "destination")]
        way = inquiry.finder.find([stop for stop, _ in stops], inquiry.baseline)
        if way is not None:
            doubt = doubt_length(inquiry.uncertainty, "distance", way.km, way.km, ends=doubt_ends(way.km))
            label = f"{stops[0][0].name} to {stops[1][0].name} by road"
            evidence = (evidence_of(label, way, inquiry.baseline),)
            by_road = Measured("taken as a way by road", way.km, doubt, evidence)
            measured += [by_road] if by_road.agrees(claim) else []
    return measured, said


def _measure_line(inquiry: Inquiry, claim: Claim, *slots: str) -> Answer:
    if claim.measure == "duration":
        raise Undecided("a straight line has no duration")
    (one, how), (other, how_other) = (_place_of(inquiry, claim, slot) for slot in slots)
    if one.place == other.place:
        raise Undecided(f"both are {one.name}")
    line = line_evidence((one, other))
    ends_km = doubt_ends(line.km or 0.0)
    return [Measured("as a straight line", line.km, Doubt(ends_km, ends_km), (line,))], [how, how_other]


def _place_of(inquiry: Inquiry, claim: Claim, slot: str) -> tuple[Stop, str]:
    if slot not in claim.slots:
        raise Undecided(f"the text does not say {'from where' if slot == 'origin' else 'to where'}")
    found = inquiry.names.place(claim.slots[slot].text)
    return as_end(inquiry, as_stop(inquiry, found)), f'"{found.text}" is read as {found.how}.'


def line_evidence(stops: tuple[Stop, ...]) -> Evidence:
    """The straight line from stop to stop as evidence."""
    places = [stop.place for stop in stops if stop.place is not None]
    km = sum(float(WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2]) / 1000 for one, other in pairwise(places))
    label = f"straight line from {' to '.join(stop.name for stop in stops)}"
    return Evidence(label, km, None, line=tuple((place.lon, place.lat) for place in places))


def _zone_meant(inquiry: Inquiry, claim: Claim) -> tuple[Closure, list[str]]:
    """The zone that a claim is about: named, around the place named, or the only one."""
    zones = [each for each in inquiry.closures if isinstance(each.target, Zone)]
    if not zones:
        raise Undecided("no scenario says which zone is meant, and the roads do not know its size")
    if "place" not in claim.slots:
        if len(zones) == 1:
            return zones[0], [f"The text does not say which zone; the scenario has one, {zones[0].id}."]
        raise Undecided(f"the text does not say which zone is meant: {', '.join(each.id for each in zones)}")
    text = claim.slots["place"].text
    found = inquiry.names.closure(text)
    if isinstance(found.thing, Closure) and isinstance(found.thing.target, Zone):
        return found.thing, [f'"{text}" is read as {found.how}.']
    place = inquiry.names.place(text)
    about = [each for each in zones if _is_around(inquiry, each, place)]
    if len(about) == 1:
        return about[0], [f'"{text}" is read as {place.how}; it lies in the zone {about[0].id}.']
    raise Undecided(place.how if place.thing is None else f"no zone of the scenario lies around {place.name}")


def _is_around(inquiry: Inquiry, closure: Closure, resolution: Resolution) -> bool:
    if resolution.thing is None or not isinstance(closure.target, Zone):
        return False
    if isinstance(resolution.thing, Closure):
        return resolution.thing == closure
    place = as_end(inquiry, as_stop(inquiry, resolution)).place
    return place is not None and is_in_zone(closure, place)


def radius_of(closure: Closure) -> tuple[float, float]:
    """How far the edge of a zone is from its middle, at least and at most, in kilometres.

    Examples
    --------
    >>> zone = Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> radius_of(Closure(zone))
    (55.0, 55.0)
    """
    assert isinstance(closure.target, Zone)
    area = closure.target.area
    lon, lat = shapely.get_coordinates(area.boundary).T
    middle = area.centroid
    far_km = np.asarray(WGS84.inv(lon * 0 + middle.x, lat * 0 + middle.y, lon, lat)[2]) / 1000
    least_km, most_km = float(far_km.min()), float(far_km.max())
    if most_km <= ROUND * least_km:  # the middle in degrees is some metres off the centre
        least_km = most_km = round(float(far_km.mean()), 2)
    return least_km, most_km


def _zone_evidence(closure: Closure) -> Evidence:
    assert isinstance(closure.target, Zone)
    rim = shapely.get_coordinates(closure.target.area.simplify(0.01)).tolist()
    radius = radius_of(closure)[1]
    label = f"{closure.id}: {closure.target.label}"
    return Evidence(label, radius, None, closures=(closure.id,), line=tuple((lon, lat) for lon, lat in rim))
