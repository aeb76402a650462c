"""A leg as OSRM's steps: depart, each change of road or sharp turn, arrive."""

from typing import Any

import numpy as np

from wayaround.service.driven_route import DrivenRoute
from wayaround.service.osrm_geometry import write_line, write_pieces
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
    places = [[round(lon, 6), round(lat, 6)] for lon, lat in leg.points[cuts].tolist()]
    lines = write_pieces(leg.points, cuts, geometries)
    rows = leg.step[cuts[:-1]].tolist()
    times_s, lengths_m = (np.add.reduceat(of, cuts[:-1]).tolist() for of in (leg.time_s, leg.length_m))
    steps: list[dict[str, Any]] = []
    for first, place, line, row, time_s, length_m in zip(
        cuts[:-1], places[:-1], lines, rows, times_s, lengths_m, strict=True
    ):
        before = headings[first - 1] if first else None
        turn = {"type": "depart"} if before is None else _describe_turn(before, headings[first])
        seconds = round(time_s, 1)
        steps.append(
            {
                "geometry": line,
                "maneuver": {
                    "bearing_after": headings[first],
                    "bearing_before": before or 0,
                    "location": place,
                    **turn,
                },
                "mode": "driving",
                "driving_side": "right",
                "name": names[row],
                "intersections": [_junction(place, before, headings[first])],
                "weight": seconds,
                "duration": seconds,
                "distance": round(length_m, 1),
            }
        )
    steps.append(
        {
            "geometry": write_line(leg.points[[-1, -1]], geometries),
            "maneuver": {
                "bearing_after": 0,
                "bearing_before": headings[-1],
                "location": places[-1],
                "type": "arrive",
            },
            "mode": "driving",
            "driving_side": "right",
            "name": names[int(leg.step[-1])],
            "intersections": [_junction(places[-1], headings[-1], None)],
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


def _describe_turn(arrived: int, leaving: int) -> dict[str, str]:
    right = (leaving - arrived + 180) % 360 - 180
    kind = "turn" if abs(right) >= TURN_DEG else "new name"
    side = "right" if right > 0 else "left"
    for limit, modifier in _MODIFIERS:
        if abs(right) < limit:
            return {
                "type": kind,
                "modifier": modifier if modifier == "straight" else f"{modifier} {side}".strip(),
            }
    return {"type": kind, "modifier": "uturn"}


def _junction(place: list[float], arrived: int | None, leaving: int | None) -> dict[str, Any]:
    ways = ([] if arrived is None else [((arrived + 180) % 360, False)]) + (
        [] if leaving is None else [(leaving, True)]
    )
    junction: dict[str, Any] = {
        "location": place,
        "bearings": [bearing for bearing, _ in ways],
        "entry": [entry or leaving is None for _, entry in ways],
    }
    if arrived is not None:
        junction["in"] = 0
    if leaving is not None:
        junction["out"] = len(ways) - 1
    return junction


def _headings(points: FloatArray) -> list[int]:
    """Directions between points in whole degrees clockwise from north, 0 to 359."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    east = np.diff(lon)
    y = np.sin(east) * np.cos(lat[1:])
    x = np.cos(lat[:-1]) * np.sin(lat[1:]) - np.sin(lat[:-1]) * np.cos(lat[1:]) * np.cos(east)
    whole: list[int] = (np.rint(np.degrees(np.arctan2(y, x))).astype(np.int64) % 360).tolist()
    return whole
