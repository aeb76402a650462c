"""Restrictions of an event, read for a vehicle."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from wayaround.network.profiles import Profile

TONNES = {"pounds": 0.00045359237, "tons": 0.90718474, "kilograms": 0.001}
METRES = {"feet": 0.3048, "inches": 0.0254, "centimeters": 0.01}
FOR_VEHICLES = (
    "general",
    "exit-lane",
    "exit-ramp",
    "entrance-lane",
    "entrance-ramp",
    "two-way-center-turn-lane",
    "center-left-turn-lane",
)
"""Lanes whose restrictions count; those of a shoulder or a pavement do not."""


@dataclass(frozen=True, slots=True)
class Restricted:
    """What restrictions do to a vehicle.

    Parameters
    ----------
    shuts : bool
        Whether it may not pass.
    speed_factor : float
        Factor on its speed, 1 where nothing slows it.
    notes : tuple of str
        What was read, and what was not.
    """

    shuts: bool = False
    speed_factor: float = 1.0
    notes: tuple[str, ...] = ()


def read_restrictions(properties: Mapping[str, Any], profile: Profile) -> Restricted:
    """Read the restrictions of an event, and those that all of its open lanes share.

    Parameters
    ----------
    properties : mapping
        Of the event, its core details among them.
    profile : Profile
        The vehicle.

    Examples
    --------
    >>> from wayaround.network.profiles import load_profile
    >>> event = {"restrictions": [{"type": "reduced-height", "value": 12, "unit": "feet"}]}
    >>> read_restrictions(event, load_profile("truck"))
    Restricted(shuts=True, speed_factor=1.0, notes=('reduced-height 3.66 m bars this vehicle of 4 m',))
    """
    said = _listed(properties.get("restrictions"))
    lanes = properties.get("lanes")
    open_lanes = [
        _listed(lane.get("restrictions"))
        for lane in (lanes if isinstance(lanes, list) else [])
        if isinstance(lane, dict) and lane.get("status") != "closed" and lane.get("type", "general") in FOR_VEHICLES
    ]
    if open_lanes:
        said += [each for each in open_lanes[0] if all(each in lane for lane in open_lanes[1:])]
    shuts, factor, notes = False, 1.0, []
    for kind, value, unit in dict.fromkeys(said):
        barred, slower, note = _read_one(kind, value, unit, profile)
        shuts |= barred
        factor *= slower
        notes += [note] if note else []
    return Restricted(shuts, factor, tuple(notes))


def _listed(said: Any) -> list[tuple[str, float | None, str]]:
    """Type, value and unit of each restriction, in the words of any version."""
    found: list[tuple[str, float | None, str]] = []
    for each in said[:100] if isinstance(said, list) else []:
        if isinstance(each, str):
            found.append((each[:40], None, ""))
        elif isinstance(each, dict):
            kind = each.get("type", each.get("restriction_type"))
            value = each.get("value", each.get("restriction_value"))
            unit = each.get("unit", each.get("restriction_units"))
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
            known = number if number is not None and isfinite(number) else None
            found.append((str(kind)[:40], known, unit if isinstance(unit, str) else ""))
    return found


def _read_one(kind: str, value: float | None, unit: str, profile: Profile) -> tuple[bool, float, str]:
    """Whether one restriction bars the vehicle, what it does to its speed, and what to say."""
    kind = "".join(sign for sign in kind if sign.isprintable())
    if kind == "no-trucks":
        return (True, 1.0, "no-trucks bars this vehicle") if profile.mode == "hgv" else (False, 1.0, "")
    if kind == "local-access-only":
        if not profile.destination_only_factor:
            return True, 1.0, "local-access-only bars this vehicle"
        slower = 1 / max(profile.destination_only_factor, 1.0)
        return False, slower, f"local-access-only: speed_factor = {slower:g}, as the profile takes such roads"
    limits = {
        "reduced-weight": (TONNES, profile.weight_t, "t"),
        "gross-weight-limit": (TONNES, profile.weight_t, "t"),
        "reduced-height": (METRES, profile.height_m, "m"),
    }
    if kind not in limits:
        return False, 1.0, f"restriction {kind} is not read"
    units, own, symbol = limits[kind]
    if value is None or value <= 0 or unit not in units:
        return False, 1.0, f"restriction {kind} has no value in a known unit and is not read"
    limit = value * units[unit]
    if own > limit:
        return True, 1.0, f"{kind} {limit:.2f} {symbol} bars this vehicle of {own:g} {symbol}"
    return False, 1.0, ""
