"""What a request says of closures and scenarios, checked by the scenario file's own rules; it may name no file."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from wayaround.closures.closure import Closure
from wayaround.closures.reading import read_closures
from wayaround.closures.zone import Zone
from wayaround.demand.facilities import read_people
from wayaround.demand.places import cities
from wayaround.errors import RequestRefused, RequestTooLarge, ScenarioError
from wayaround.scenario import WITH_IDS, Scenario, check_scenario
from wayaround.service.settings import Settings
from wayaround.sweep.axes import read_axis
from wayaround.sweep.points import list_points

__all__ = ["check_area", "check_axes", "check_closures", "check_posted_scenario", "count_pairs", "read_json"]

MANY_VERTICES, MOST_WOVEN_DEG2 = 500, 500_000.0
"""Edges that a parallel meets in a polygon of so many vertices, times its box: so much takes some seconds."""

MOST_CHOOSING = 50
"""Journeys of a request that a model of route choice divides; each takes some tenths of a second."""

_REQUEST = Path("request")  # how sentences call it; nothing is ever opened there


def read_json(text: str | bytes) -> Any:
    """Read JSON as the standard has it: no NaN, no unpaired surrogate, no bottomless nesting.

    Raises
    ------
    ScenarioError
        It is no such JSON.
    """
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise ScenarioError(f"what was sent is no JSON: {error}.") from error


def check_closures(content: Any, settings: Settings) -> tuple[Closure, ...]:
    """Check a list of closures in the scenario file's own shape.

    Raises
    ------
    ScenarioError, GeometryInvalid, RequestRefused, RequestTooLarge
        The sentence names the key.
    """
    listed = [content] if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise ScenarioError('closures should be a JSON list such as [{"crossing": "Nasib-Jaber"}].')
    _check_sizes(listed, settings)
    around = {"title": "closures", "trips": {"pairs": [["0,0", "0,1"]]}, "closures": listed}
    return read_closures(check_scenario(around, path=_REQUEST, dates_as_text=True))


def check_area(content: Any) -> Zone:
    """Read an area that is written as a closure's is: a circle or a polygon.

    Raises
    ------
    ScenarioError, GeometryInvalid
        It is none.
    """
    if not isinstance(content, dict) or set(content) not in ({"circle"}, {"polygon"}):
        raise ScenarioError('within: an area is written as {"circle": {...}} or {"polygon": [...]}.', ids=["within"])
    around = {"title": "area", "trips": {"pairs": [["0,0", "0,1"]]}, "closures": [content]}
    (closure,) = read_closures(check_scenario(around, path=_REQUEST, dates_as_text=True))
    assert isinstance(closure.target, Zone)
    return closure.target


def check_axes(vary: Sequence[str], scenario: Scenario, *, paired: bool, most_points: int) -> None:
    """Check what a sweep varies.

    Raises
    ------
    ScenarioError
        As for `sweep_scenario`.
    RequestTooLarge
        More points than are allowed.
    """
    axes = [read_axis(text, scenario) for text in vary]
    sizes = [len(axis.values) for axis in axes]
    points = max(sizes) if paired else math.prod(sizes)
    if points > most_points:
        raise RequestTooLarge(
            f"{points:,} points are more than the {most_points:,} of a sweep; take wider steps.", ids=["vary"]
        )
    list_points(scenario, axes, paired=paired)


def check_posted_scenario(content: Any, settings: Settings, *, served: str, profile: str) -> Scenario:
    """Check a scenario that was posted as JSON.

    Parameters
    ----------
    content : object
        What the body held.
    settings : Settings
        Limits.
    served : str
        Name of the network that is served, the only one that may be asked for.
    profile : str
        The vehicle that is served, which a scenario that names none is assessed for.

    Raises
    ------
    ScenarioError
        As for a scenario file.
    RequestRefused
        A file, another network, or variants.
    RequestTooLarge
        More closures, vertices, claims or pairs than are allowed.
    """
    if not isinstance(content, dict):
        raise ScenarioError("a scenario is a JSON object with title, closures and trips.")
    placed = [content.get(table) for table in WITH_IDS]
    _check_sizes([entry for entries in placed if isinstance(entries, list) for entry in entries], settings)
    scenario = check_scenario({"network": served, "profile": profile, **content}, path=_REQUEST, dates_as_text=True)
    if scenario.network != served:
        raise RequestRefused(
            f'request, network: "{scenario.network}" is not served here; leave it out, or say "{served}".',
            ids=["network"],
        )
    if scenario.trips.file is not None:
        raise RequestRefused("request, trips.file: a request may not name files; send pairs or cities.", ids=["file"])
    if scenario.access is not None and scenario.access.file is not None:
        raise RequestRefused("request, access.file: a request may not name files; send facilities.", ids=["file"])
    if scenario.uncertainty is not None:
        raise RequestRefused(
            "request, uncertainty: hundreds of assessments are not made here; leave it out, or run the scenario at "
            "the command line.",
            ids=["uncertainty"],
        )
    if scenario.overrides is not None:
        raise RequestRefused("request, overrides: a request may not name files; leave it out.", ids=["overrides"])
    if not scenario.joins:
        raise RequestRefused("request, joins: the network is served with its joins; leave it out.", ids=["joins"])
    if scenario.variants:
        raise RequestRefused(
            "request, variants: one vehicle and one party are answered at a time; send a request for each.",
            ids=["variants"],
        )
    if scenario.route_choice is not None and scenario.route_choice.journeys > MOST_CHOOSING:
        raise RequestTooLarge(
            f"request, route_choice.journeys: {scenario.route_choice.journeys:,} journeys are more than the "
            f"{MOST_CHOOSING} that choose their way in a request; ask for fewer.",
            ids=["journeys"],
        )
    if len(scenario.claims) > settings.max_claims:
        raise RequestTooLarge(f"{len(scenario.claims):,} claims are more than {settings.max_claims:,}.", ids=["claims"])
    asked = count_pairs(scenario)
    if asked > settings.max_job_pairs:
        raise RequestTooLarge(
            f"{asked:,} pairs are more than the {settings.max_job_pairs:,} that are assessed; ask for fewer or larger "
            "cities.",
            ids=["trips"],
        )
    return scenario


def count_pairs(scenario: Scenario) -> int:
    """How many pairs of places a scenario asks for, those of places and facilities included."""
    asked = len(scenario.trips.pairs)
    if scenario.trips.cities is not None:
        chosen = scenario.trips.cities
        count = len(cities(chosen.countries, chosen.min_population))
        asked += count * (count - 1)
    if scenario.access is not None:
        asked += len(read_people(scenario)) * len(scenario.access.facilities or ())
    return asked


def _check_sizes(closures: list[Any], settings: Settings) -> None:
    if len(closures) > settings.max_closures:
        raise RequestTooLarge(f"{len(closures):,} closures are more than {settings.max_closures:,}.", ids=["closures"])
    entries = [entry for entry in closures if isinstance(entry, dict)]
    for key in ("geojson", "wzdx"):
        if any(key in entry for entry in entries):
            raise RequestRefused("request, closures: a request may not name files; send a polygon.", ids=[key])
    polygons = [entry["polygon"] for entry in entries if isinstance(entry.get("polygon"), list)]
    vertices = sum(map(len, polygons))
    if vertices > settings.max_vertices:
        raise RequestTooLarge(
            f"{vertices:,} vertices are more than {settings.max_vertices:,}; simplify the polygons.", ids=["polygon"]
        )
    if sum(map(_woven_deg2, polygons)) > MOST_WOVEN_DEG2:
        raise RequestTooLarge(
            "the polygons go back and forth too often for their size; simplify them.", ids=["polygon"]
        )


def _woven_deg2(polygon: list[Any]) -> float:
    """How many edges of a polygon a parallel meets, times its box: by that the time grows to tell what is inside."""
    if len(polygon) < MANY_VERTICES:
        return 0.0
    try:
        ring = np.array([*polygon, polygon[0]], dtype=np.float64)
        return float(np.abs(np.diff(ring[:, 1])).sum() * np.ptp(ring[:, 0]))
    except (IndexError, OverflowError, TypeError, ValueError):  # which is said where the polygon is read
        return 0.0
