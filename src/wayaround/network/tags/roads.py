"""Kind of road, surface, lanes, directions, duration."""

import math
import re
from collections.abc import Mapping

from wayaround.network.attributes import ROAD_CLASSES, SURFACES

_CLASS_ROW = {name: row for row, name in enumerate(ROAD_CLASSES) if name not in ("ferry", "barrier")}
FERRY = ROAD_CLASSES.index("ferry")
FERRY_ROUTES = frozenset({"ferry", "shuttle_train"})

_SURFACE_ROW = {name: row for row, name in enumerate(SURFACES)} | {
    spelling: SURFACES.index(surface)
    for spelling, surface in {
        "concrete:plates": "concrete_plates",
        "concrete:lanes": "concrete_lanes",
        "cement": "concrete",
        "tarmac": "asphalt",
        "sealed": "paved",
        "brick": "bricks",
        "paving_stones:lanes": "paving_stones",
        "cobblestone:flattened": "sett",
        "unhewn_cobblestone": "cobblestone",
        "metal_grid": "metal",
        "shells": "gravel",
        "pebbles": "pebblestone",
        "rocky": "rock",
        "rocks": "rock",
        "stone": "rock",
        "stones": "rock",
        "bare_rock": "rock",
        "dirt": "ground",
        "earth": "ground",
        "soil": "ground",
        "woodchips": "ground",
        "dirt/sand": "sand",
    }.items()
}
_TRACK_SURFACE = {
    grade: SURFACES.index(surface)
    for grade, surface in {
        "grade1": "paved",
        "grade2": "gravel",
        "grade3": "unpaved",
        "grade4": "ground",
        "grade5": "grass",
    }.items()
}

_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_BOTH = frozenset({"no", "false", "0", "reversible", "alternating"})

_LANES = re.compile(r"([0-9]{1,3})(?:\.[0-9]+)?")
_CLOCK = re.compile(r"([0-9]{1,4}):([0-9]{1,2})(?::([0-9]{1,2}))?")
_ISO_PERIOD = re.compile(
    r"P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]+)?)S)?)?"
)
MAX_LANES = 100
MAX_DURATION_S = 30 * 86_400


def classify_road(tags: Mapping[str, str]) -> int:
    """Row of a way in `ROAD_CLASSES`, or -1 where it is no road for cars or lorries.

    Ways under construction, areas, and ways for those on foot, on a bicycle or in a bus are none, whatever their
    access tags say. A ferry is a way with ``route=ferry``, and so is a train that carries vehicles
    (``route=shuttle_train``). Source: wiki, Key:highway and Tag:route=ferry.

    Examples
    --------
    >>> ROAD_CLASSES[classify_road({"highway": "primary"})]
    'primary'
    >>> classify_road({"highway": "footway", "motor_vehicle": "yes"})
    -1
    """
    highway = tags.get("highway")
    if highway is None:
        return FERRY if tags.get("route") in FERRY_ROUTES else -1
    if tags.get("area") == "yes":
        return -1
    return _CLASS_ROW.get(highway, -1)


def classify_surface(tags: Mapping[str, str]) -> int:
    """Row of a way in `SURFACES`; 0 where the map does not say, or says what nobody knows.

    Of several surfaces the one further down the list counts, as that list runs from smooth to rough. Without a known
    `surface`, `tracktype` stands for one: grade1 paved, grade2 gravel, grade3 unpaved, grade4 ground, grade5 grass.
    Source: wiki, Key:surface and Key:tracktype.

    Examples
    --------
    >>> SURFACES[classify_surface({"surface": "asphalt;gravel"})]
    'gravel'
    >>> SURFACES[classify_surface({"highway": "track", "tracktype": "grade4"})]
    'ground'
    """
    surface = tags.get("surface")
    row = 0
    if surface is not None:
        known = _SURFACE_ROW.get(surface)
        row = max(_SURFACE_ROW.get(part.strip(), 0) for part in surface.split(";")) if known is None else known
    return row or _TRACK_SURFACE.get(tags.get("tracktype", ""), 0)


def drive_directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether motor vehicles may drive along a way and against it.

    `oneway:motor_vehicle` and `oneway:vehicle` come before `oneway`. Without a known value a motorway and a
    roundabout (``junction=roundabout`` or ``circular``) are one-way; a motorway's slip road is not, as the wiki does
    not imply it. A way whose direction changes (``reversible``, ``alternating``) is open both ways: at some time it is.
    `read_flags` marks it. Source: wiki, Key:oneway.

    Returns
    -------
    forward, backward : bool

    Examples
    --------
    >>> drive_directions({"highway": "residential", "oneway": "-1"})
    (False, True)
    >>> drive_directions({"highway": "motorway"})
    (True, False)
    """
    for key in ("oneway:motor_vehicle", "oneway:vehicle", "oneway"):
        value = tags.get(key)
        if value is None:
            continue
        if value in _FORWARD:
            return True, False
        if value in _BACKWARD:
            return False, True
        if value in _BOTH:
            return True, True
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return True, not implied


def parse_lanes(value: str) -> int:
    """Number of lanes, the least of several; 0 where the value is none.

    Examples
    --------
    >>> parse_lanes("4"), parse_lanes("3; 2"), parse_lanes("1.5"), parse_lanes("many")
    (4, 2, 1, 0)
    """
    found = [int(number.group(1)) for part in value.split(";") if (number := _LANES.fullmatch(part.strip()))]
    return min((lanes for lanes in found if 1 <= lanes <= MAX_LANES), default=0)


def parse_duration(value: str) -> float:
    """Seconds of ``hh:mm``, ``hh:mm:ss``, whole minutes or an ISO 8601 period; NaN for anything else.

    A period in years or months is none that a ferry takes, nor is one of more than 30 days. Source: wiki,
    Key:duration.

    Examples
    --------
    >>> parse_duration("01:30"), parse_duration("45"), parse_duration("PT1H10M"), parse_duration("an hour")
    (5400.0, 2700.0, 4200.0, nan)
    """
    text = value.strip()
    if text.isdecimal() and text.isascii():
        seconds = float(text[:9]) * 60
    elif clock := _CLOCK.fullmatch(text):
        hour, minute, second = (int(part or 0) for part in clock.groups())
        seconds = float(hour * 3600 + minute * 60 + second)
    elif (period := _ISO_PERIOD.fullmatch(text)) and any(period.groups()):
        day, hour, minute = (int(part or 0) for part in period.groups()[:3])
        seconds = day * 86_400 + hour * 3600 + minute * 60 + float(period.group(4) or 0)
    else:
        return math.nan
    return float(seconds) if 0 < seconds <= MAX_DURATION_S else math.nan
