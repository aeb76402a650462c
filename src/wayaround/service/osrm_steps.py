"""A leg as OSRM's steps: depart, each change of road or sharp turn, arrive."""

from itertools import pairwise
from typing import Any

import numpy as np

from wayaround.service.driven_route import DrivenRoute
from wayaround.service.osrm_geometry import write_line
from wayaround.service.served import ServedRoads
from wayaround.service.waypoints import name_links, name_of_link
from wayaround.units import FloatArray

__all__ = ["list_steps", "summarise_names"]

TURN_DEG = 40.0
"""A bend less than this, where no name changes, is driving on."""

_MODIFIERS = (
    (20.0, "straight"),
    (60.0, "slight"),
    (120.0, ""),
    (160.0, "sharp"),
)


def list_steps(served: ServedRoads, leg: DrivenRoute, geometries: str) -> list[dict[str, Any]]:
    """OSRM's steps of a leg."""
    headings = _headings(leg.points)
    names = name_links(served, leg.links) or [""]
    cuts = [0, *_turns(served, leg, headings, names), len(leg.step)]
    steps = []
    for first, last in pairwise(cuts):
        line = leg.points[first : last + 1]
        before = 0 if first == 0 else headings[first - 1]
        turn = {"type": "depart"} if first == 0 else _describe_turn(leg, headings, names, first)
        steps.append(
            {
                "geometry": write_line(line, geometries),
                "maneuver": {
                    "bearing_after": headings[first],
                    "bearing_before": before,
                    "location": _position(line[0]),
                    **turn,
                },
                "mode": "driving",
                "driving_side": "right",
                "name": names[int(leg.step[first])],
                "intersections": [_junction(line[0], before if first else None, headings[first])],
                **_totals(leg, first, last),
            }
        )
    end = leg.points[-1]
    steps.append(
        {
            "geometry": write_line(np.array([end, end]), geometries),
            "maneuver": {
                "bearing_after": 0,
                "bearing_before": headings[-1],
                "location": _position(end),
                "type": "arrive",
            },
            "mode": "driving",
            "driving_side": "right",
            "name": names[int(leg.step[-1])],
            "intersections": [_junction(end, headings[-1], None)],
            "weight": 0,
            "duration": 0,
            "distance": 0,
        }
    )
    return steps


def summarise_names(served: ServedRoads, leg: DrivenRoute) -> str:
    """The two names that the leg is longest on, in driving order."""
    if served.network.attributes is None:
        return ""
    length_m: dict[str, float] = {}
    for link, metres in zip(leg.links[leg.step].tolist() if len(leg.links) else (), leg.length_m, strict=False):
        name = name_of_link(served, link)
        if name:
            length_m[name] = length_m.get(name, 0.0) + float(metres)
    longest = sorted(length_m, key=lambda name: -length_m[name])[:2]
    return ", ".join(name for name in length_m if name in longest)


def _turns(served: ServedRoads, leg: DrivenRoute, headings: list[int], names: list[str]) -> list[int]:
    """Rows of the points at which a driver has to know something."""
    rows = np.flatnonzero(np.diff(leg.step)) + 1
    node = leg.nodes[rows]
    heading = np.array(headings)
    bend = np.abs((heading[rows] - heading[rows - 1] + 180) % 360 - 180)
    turns = (node >= 0) & (served.roads_at[node] > 2) & (bend >= TURN_DEG)
    if served.network.attributes is not None:
        name = np.array(names)
        turns |= name[leg.step[rows]] != name[leg.step[rows - 1]]
    cuts: list[int] = rows[turns].tolist()
    return cuts


def _describe_turn(leg: DrivenRoute, headings: list[int], names: list[str], row: int) -> dict[str, str]:
    right = (headings[row] - headings[row - 1] + 180) % 360 - 180
    kind = "turn" if abs(right) >= TURN_DEG else "new name"
    side = "right" if right > 0 else "left"
    for limit, modifier in _MODIFIERS:
        if abs(right) < limit:
            return {
                "type": kind,
                "modifier": modifier if modifier == "straight" else f"{modifier} {side}".strip(),
            }
    return {"type": kind, "modifier": "uturn"}


def _junction(point: FloatArray, arrived: int | None, leaving: int | None) -> dict[str, Any]:
    ways = ([] if arrived is None else [((arrived + 180) % 360, False)]) + (
        [] if leaving is None else [(leaving, True)]
    )
    junction: dict[str, Any] = {
        "location": _position(point),
        "bearings": [bearing for bearing, _ in ways],
        "entry": [entry or leaving is None for _, entry in ways],
    }
    if arrived is not None:
        junction["in"] = 0
    if leaving is not None:
        junction["out"] = len(ways) - 1
    return junction


def _totals(leg: DrivenRoute, first: int, last: int) -> dict[str, float]:
    time_s = round(float(leg.time_s[first:last].sum()), 1)
    return {
        "weight": time_s,
        "duration": time_s,
        "distance": round(float(leg.length_m[first:last].sum()), 1),
    }


def _headings(points: FloatArray) -> list[int]:
    """Directions between points in whole degrees clockwise from north, 0 to 359."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    east = np.diff(lon)
    y = np.sin(east) * np.cos(lat[1:])
    x = np.cos(lat[:-1]) * np.sin(lat[1:]) - np.sin(lat[:-1]) * np.cos(lat[1:]) * np.cos(east)
    whole: list[int] = (np.rint(np.degrees(np.arctan2(y, x))).astype(np.int64) % 360).tolist()
    return whole


def _position(point: FloatArray) -> list[float]:
    return [round(float(point[0]), 6), round(float(point[1]), 6)]
