"""Limits of weight and height."""

import math
import re
from collections.abc import Callable, Mapping

TONNES = {
    "": 1.0,
    "t": 1.0,
    "mt": 1.0,
    "tonne": 1.0,
    "tonnes": 1.0,
    "kg": 0.001,
    "lb": 0.00045359237,
    "lbs": 0.00045359237,
    "st": 0.90718474,
    "ton": 0.90718474,
    "tons": 0.90718474,
    "lt": 1.0160469088,
    "cwt": 0.0508023454,
}
METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "cm": 0.01, "ft": 0.3048}
METRES |= {"feet": 0.3048, "foot": 0.3048, "in": 0.0254}
MAX_WEIGHT_T = 1000.0
MAX_HEIGHT_M = 100.0

_QUANTITY = re.compile(r"([0-9]{1,7}(?:[.,][0-9]+)?)\s*([a-z]*)")
_FEET_AND_INCHES = re.compile(
    r"""([0-9]{1,3})\s*(?:'|′|’|ft|feet)\s*(?:([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:"|″|”|''|in|inch|inches)?)?"""
)
_WEIGHT_KEYS = ("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv")
_HEIGHT_KEYS = ("maxheight", "maxheight:physical", "maxheight:legal")


def parse_weight_t(value: str) -> float:
    """Tonnes of a value of `maxweight`; NaN where it names no limit.

    A number alone is tonnes; `t`, `kg`, `lbs`, `st` (short tons), `lt` (long tons) and `cwt` are known. Of several
    values the least counts. ``none``, ``unsigned`` and what lies outside 0 to 1000 t are NaN. Source: wiki,
    Key:maxweight.

    Examples
    --------
    >>> parse_weight_t("7.5"), round(parse_weight_t("10 st"), 3), parse_weight_t("3500 kg"), parse_weight_t("none")
    (7.5, 9.072, 3.5, nan)
    """
    return _least(value, TONNES, MAX_WEIGHT_T)


def parse_height_m(value: str) -> float:
    r"""Metres of a value of `maxheight`; NaN where it names no limit.

    A number alone is metres; ``12'6"``, `ft`, `in` and `cm` are known. Of several values the least counts.
    ``default``, ``below_default``, ``none`` and what lies outside 0 to 100 m are NaN. Source: wiki, Key:maxheight.

    Examples
    --------
    >>> parse_height_m("3.8"), round(parse_height_m("6'7\""), 4), parse_height_m("default")
    (3.8, 2.0066, nan)
    """
    return _least(value, METRES, MAX_HEIGHT_M)


def find_max_weight_t(tags: Mapping[str, str]) -> float:
    """The least weight limit among a way's or barrier's tags in tonnes; NaN without any.

    Limits for lorries count as well as general ones; a limit on the weight that a vehicle is rated for
    (`maxweightrating`) is compared with the vehicle's weight like any other.

    Examples
    --------
    >>> find_max_weight_t({"maxweight": "12", "maxweightrating:hgv": "7.5"})
    7.5
    """
    return _least_of(tags, _WEIGHT_KEYS, parse_weight_t)


def find_max_height_m(tags: Mapping[str, str]) -> float:
    """The least height limit among a way's or barrier's tags in metres, legal or physical; NaN without any.

    Examples
    --------
    >>> find_max_height_m({"maxheight": "default", "maxheight:physical": "4.1"})
    4.1
    """
    return _least_of(tags, _HEIGHT_KEYS, parse_height_m)


def _least_of(tags: Mapping[str, str], keys: tuple[str, ...], parse: Callable[[str], float]) -> float:
    limits = [parse(tags[key]) for key in keys if key in tags]
    return min((limit for limit in limits if not math.isnan(limit)), default=math.nan)


def _least(value: str, units: Mapping[str, float], most: float) -> float:
    limits = [_quantity(part.strip().lower(), units) for part in value.split(";")]
    return min((limit for limit in limits if 0 < limit <= most), default=math.nan)


def _quantity(text: str, units: Mapping[str, float]) -> float:
    if found := _QUANTITY.fullmatch(text):
        return float(found.group(1).replace(",", ".")) * units.get(found.group(2), math.nan)
    if units is METRES and (found := _FEET_AND_INCHES.fullmatch(text)):
        return int(found.group(1)) * METRES["ft"] + float(found.group(2) or 0) * METRES["in"]
    return math.nan
