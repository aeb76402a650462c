"""Posted and implied speed limits."""

import csv
import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files

KMH_PER_MPH = 1.609344
KMH_PER_KNOT = 1.852
WALKING_KMH = 7.0
MAX_LIMIT_KMH = 300.0

_NUMBER = re.compile(r"([0-9]{1,4}(?:[.,][0-9]+)?)\s*(km/?h|kmph|kph|mph|knots?)?")
_IMPLICIT = re.compile(r"([a-z]{2}(?:-[a-z0-9]{1,4})?):([a-z_]+)?:?([0-9]{1,3})?", re.ASCII | re.IGNORECASE)
_CONTEXT = {
    "urban": "urban",
    "nsl_restricted": "urban",
    "rural": "rural",
    "nsl_single": "rural",
    "trunk": "trunk",
    "motorroad": "trunk",
    "expressway": "trunk",
    "express": "trunk",
    "nsl_dual": "trunk",
    "motorway": "motorway",
    "living_street": "living_street",
}
_FIXED_KMH = {"walk": WALKING_KMH, "pedestrian_zone": WALKING_KMH, "bicycle_road": 30.0, "cyclestreet": 30.0}
_COUNTRIES_IN_MILES = frozenset({"GB", "US"})
_SAYS_WHY = ("maxspeed:type", "source:maxspeed", "zone:maxspeed")
NO_TABLE: Mapping[str, float] = {}


@functools.cache
def load_implicit_speeds() -> Mapping[str, float]:
    """Limits that a place implies, in km/h, by code and context: ``RO:urban``, ``GB:motorway``, ``BE-VLG:rural``.

    Infinity where there is no limit. The entries without a code (``:urban``) are for countries that the table lacks:
    the median of those that it has. Where a law names no limit for trunk roads or motorways, that for rural roads
    holds. The table is `speed_limits.csv` in the package: legal limits for cars, as the wiki's page "Default speed
    limits" gives them with the law of each.

    Examples
    --------
    >>> limits = load_implicit_speeds()
    >>> limits["RO:urban"], limits["DE:motorway"], limits["LI:motorway"], limits[":rural"]
    (50.0, inf, 80.0, 90.0)
    """
    limits: dict[str, float] = {}
    lines = (files("wayaround.data") / "speed_limits.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        code = row.pop("code")
        for context, value in row.items():
            limit = parse_maxspeed(value or (row["rural"] if context in ("trunk", "motorway") else ""))
            if not math.isnan(limit):
                limits[f"{code}:{context}"] = limit
    return limits


def parse_maxspeed(value: str, implicit: Mapping[str, float] = NO_TABLE) -> float:
    """Limit of one value of `maxspeed` in km/h: NaN where it says none, infinity where there is no limit.

    Of several values the lowest counts (``50;30``), of values by lane the highest (``50|30``), as a driver may take
    that lane. Walking speed is taken as 7 km/h, no law giving a figure. ``signals``, ``variable`` and what no
    rule covers are NaN, and so is what lies outside 1 to 300 km/h. Source: wiki, Key:maxspeed.

    Parameters
    ----------
    value : str
        ``50``, ``30 mph``, ``10 knots``, ``none``, ``walk``, ``RO:urban``, ``DE:zone30``.
    implicit : mapping of str to float
        What ``RO:urban`` means, from `load_implicit_speeds`; without it that is NaN.

    Examples
    --------
    >>> parse_maxspeed("50"), parse_maxspeed("none"), parse_maxspeed("50|30"), round(parse_maxspeed("30 mph"), 2)
    (50.0, inf, 50.0, 48.28)
    >>> parse_maxspeed("RO:urban", load_implicit_speeds()), parse_maxspeed("signals")
    (50.0, nan)
    """
    if value.isdecimal() and value.isascii():
        return _in_range(float(value[:9]))
    if "|" in value:
        return _extreme(max, value.split("|"), implicit)
    if ";" in value:
        return _extreme(min, value.split(";"), implicit)
    text = value.strip()
    if text == "none":
        return math.inf
    if text in _FIXED_KMH:
        return _FIXED_KMH[text]
    if number := _NUMBER.fullmatch(text.lower()):
        unit = number.group(2) or "km/h"
        factor = KMH_PER_MPH if unit == "mph" else KMH_PER_KNOT if unit.startswith("knot") else 1.0
        return _in_range(float(number.group(1).replace(",", ".")) * factor)
    return _look_up(text, implicit)


def maxspeed_by_direction(tags: Mapping[str, str], implicit: Mapping[str, float] | None = None) -> tuple[float, float]:
    """Limits along a way and against it in km/h: NaN = not said, infinity = none.

    The first of these that says something counts: `maxspeed:forward` (or `backward`), `maxspeed:lanes:forward`,
    `maxspeed`, `maxspeed:lanes`, then the reason for a limit that is not given: `maxspeed:type`, `source:maxspeed`,
    `zone:maxspeed`, if it is of the form ``RO:urban``. Limits for single kinds of vehicle are not read. Source: wiki,
    Key:maxspeed, Key:source:maxspeed and Key:zone:maxspeed.

    Parameters
    ----------
    tags : mapping
        Tags of a way.
    implicit : mapping, optional
        See `load_implicit_speeds`, which is taken if left out.

    Returns
    -------
    forward_kmh, backward_kmh : float

    Examples
    --------
    >>> maxspeed_by_direction({"maxspeed": "80", "maxspeed:backward": "60"})
    (80.0, 60.0)
    >>> maxspeed_by_direction({"source:maxspeed": "RO:urban"})
    (50.0, 50.0)
    """
    table = load_implicit_speeds() if implicit is None else implicit
    both = _first_said(tags, ("maxspeed", "maxspeed:lanes"), table)
    if math.isnan(both):
        for key in _SAYS_WHY:
            value = tags.get(key)
            if value is not None and not math.isnan(limit := _look_up(value.strip(), table)):
                both = limit
                break
    forward, backward = (
        _first_said(tags, (f"maxspeed:{way}", f"maxspeed:lanes:{way}"), table) for way in ("forward", "backward")
    )
    return (both if math.isnan(forward) else forward), (both if math.isnan(backward) else backward)


def _first_said(tags: Mapping[str, str], keys: tuple[str, ...], implicit: Mapping[str, float]) -> float:
    for key in keys:
        value = tags.get(key)
        if value is not None and not math.isnan(limit := parse_maxspeed(value, implicit)):
            return limit
    return math.nan


def _extreme(choose: Callable[[Iterable[float]], float], parts: list[str], implicit: Mapping[str, float]) -> float:
    limits = [limit for part in parts if part and not math.isnan(limit := parse_maxspeed(part, implicit))]
    return choose(limits) if limits else math.nan


def _look_up(text: str, implicit: Mapping[str, float]) -> float:
    """Limit of a value such as ``RO:urban``, ``DE:zone:30`` or ``BE-VLG:rural``."""
    found = _IMPLICIT.fullmatch(text)
    if not found:
        return math.nan
    code, context, number = found.group(1).upper(), (found.group(2) or "").lower(), found.group(3)
    country = code.partition("-")[0]
    country = "GB" if country == "UK" else country
    if number is not None:
        if context not in ("", "zone"):
            return math.nan
        return _in_range(float(number) * (KMH_PER_MPH if country in _COUNTRIES_IN_MILES else 1.0))
    if context in _FIXED_KMH:
        return _FIXED_KMH[context]
    context = _CONTEXT.get(context, "")
    for place in (code, country, ""):
        limit = implicit.get(f"{place}:{context}")
        if limit is not None:
            return limit
    return math.nan


def _in_range(limit_kmh: float) -> float:
    return limit_kmh if 1 <= limit_kmh <= MAX_LIMIT_KMH else math.nan
