"""Where a hazard strikes: polygons of a GeoJSON file, with chances."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wayaround.closures.geojson import read_areas
from wayaround.closures.match import links_meeting, nearest_road
from wayaround.closures.zone import Zone
from wayaround.errors import ClosureShutsNothing, ScenarioError
from wayaround.hazard.draw import Event
from wayaround.hazard.roads import Roads
from wayaround.network.road_network import RoadNetwork
from wayaround.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Footprint:
    """A polygon of a hazard.

    Parameters
    ----------
    event : str
        Polygons of one event happen together.
    probability : float
        Chance of the event, 0 to 1.
    damage : float
        Chance of each road in the polygon to be lost when the event happens, 0 to 1.
    zone : Zone
        Where.
    """

    event: str
    probability: float
    damage: float
    zone: Zone


def read_footprints(path: Path) -> tuple[Footprint, ...]:
    """Polygons of a GeoJSON file with the properties `probability`, `damage` and `event`.

    One of the first two is needed; what is left out is 1. A polygon without `event` is an event of its own.

    Parameters
    ----------
    path : Path
        Features of polygons in longitude and latitude.

    Raises
    ------
    FileUnreadable, GeometryInvalid
        As for a zone out of a file.
    ScenarioError
        No polygon, a chance that is missing or not from 0 to 1, or polygons of one event with several probabilities.
    """
    found: list[Footprint] = []
    for area in read_areas(path):
        probability, damage = (_read_chance(area.zone.label, area.properties, key) for key in ("probability", "damage"))
        if probability is None and damage is None:
            raise ScenarioError(
                f'{area.zone.label} has neither "probability" (of its event) nor "damage" (of each road in it); '
                "give one of them or both.",
                ids=[area.zone.label],
            )
        event = area.properties.get("event")
        name = area.zone.label if event is None else str(event)
        found.append(Footprint(name, _or_certain(probability), _or_certain(damage), area.zone))
        first = next(each for each in found if each.event == name)
        if first.probability != found[-1].probability:
            raise ScenarioError(
                f'{area.zone.label}: event "{name}" has the probabilities {first.probability:g} and '
                f"{found[-1].probability:g}; an event has one.",
                ids=[name],
            )
    if not found:
        raise ScenarioError(f'"{path}" holds no polygon; a footprint has one or more.', ids=[str(path)])
    return tuple(found)


def find_links_hit(network: RoadNetwork, footprints: Sequence[Footprint]) -> tuple[Int64Array, ...]:
    """Links that meet each polygon.

    Raises
    ------
    ClosureShutsNothing
        No polygon meets a road.
    """
    hit = tuple(links_meeting(network, each.zone) for each in footprints)
    if not any(map(len, hit)):
        label = footprints[0].zone.label
        raise ClosureShutsNothing(
            f"the footprint meets no road: to {label} {nearest_road(network, footprints[0].zone)} Move or widen it.",
            ids=[label],
        )
    return hit


def find_events(
    network: RoadNetwork, roads: Roads, footprints: Sequence[Footprint], hit: Sequence[Int64Array]
) -> tuple[Event, ...]:
    """Events with the roads that they hit; a road in several polygons of one takes the greatest damage."""
    damage: dict[str, FloatArray] = {}
    probability: dict[str, float] = {}
    for each, links in zip(footprints, hit, strict=True):
        worst = damage.setdefault(each.event, np.full(len(roads), -1.0))
        rows = roads.having(links, network.links)
        worst[rows] = np.maximum(worst[rows], each.damage)
        probability[each.event] = each.probability
    return tuple(
        Event(name, probability[name], np.flatnonzero(worst >= 0), worst[worst >= 0]) for name, worst in damage.items()
    )


def _read_chance(label: str, properties: Any, key: str) -> float | None:
    value = properties.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ScenarioError(f"{label}: {key} is {value!r}; it must be a number from 0 to 1.", ids=[label, key])
    return float(value)


def _or_certain(chance: float | None) -> float:
    return 1.0 if chance is None else chance
