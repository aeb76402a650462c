"""Features of a GeoJSON file that carry keys of a scenario's closures: each is a closure of its own."""

import difflib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import shape

from wayaround.closures.closure import CrossingName, LinkIds, RoadClass, RoadLine, RoadPoint
from wayaround.closures.geojson import read_json_file
from wayaround.closures.zone import Zone
from wayaround.errors import FileUnreadable, ScenarioError
from wayaround.scenario import Scenario
from wayaround.scenario_entries import ClosureEntry

KEYS = (
    "id",
    "wait_h",
    "wait_h_by",
    "speed_factor",
    "direction",
    "from",
    "until",
    "except_for",
    "only_for",
    "allow_empty",
    "baseline",
    "section",
)
"""Properties that are read as the keys of `[[closures]]`."""

NOT_READ = ("circle", "polygon", "geojson", "wzdx", "point", "links", "crossing", "open", "impacts")
MOST_FEATURES = 20_000

Target = Zone | RoadPoint | RoadLine | LinkIds | CrossingName | RoadClass


def read_features(entry: ClosureEntry, path: Path) -> list[tuple[ClosureEntry, Target, tuple[str, ...]]]:
    """Features of a file as entries: what they say goes before what the entry that names the file says.

    Parameters
    ----------
    entry : ClosureEntry
        The entry that names the file.
    path : Path
        The file.

    Returns
    -------
    list of (ClosureEntry, target, notes)
        Empty where no feature has a key besides `id`: the file is then one zone.

    Raises
    ------
    FileUnreadable
        It cannot be read, or has over 20,000 features.
    ScenarioError
        A property has a value that its key does not take.
    """
    content = read_json_file(path)
    features = content.get("features") if isinstance(content, dict) else None
    listed = [each for each in features if isinstance(each, dict)] if isinstance(features, list) else []
    keyed = [_properties(feature) for feature in listed]
    if not any(set(properties) & set(KEYS[1:]) for properties in keyed):
        return []
    if len(listed) > MOST_FEATURES:
        raise FileUnreadable(
            f'"{path}" has {len(listed):,} features; at most {MOST_FEATURES:,} are read as closures.', ids=[str(path)]
        )
    read, taken = [], dict[str, int]()
    for number, (feature, properties) in enumerate(zip(listed, keyed, strict=True), start=1):
        called = f'"{path}", feature {number}'
        target = _target(feature, called)
        merged = _merge(entry, properties, called)
        name = str(properties.get("id", feature.get("id") or number))
        name = "".join(sign for sign in name if sign.isprintable())[:100]
        taken[name] = taken.get(name, 0) + 1
        name = name if taken[name] == 1 else f"{name} #{taken[name]}"
        read.append((merged.model_copy(update={"id": f"{entry.id}/{name}"}), target, tuple(_doubts(feature))))
    return read


def check_parties(scenario: Scenario, entries: Sequence[ClosureEntry]) -> None:
    """Refuse parties that the scenario's `parties` do not list.

    Raises
    ------
    ScenarioError
        Naming one.
    """
    for name in (name for each in entries for name in (*each.except_for, *each.only_for)):
        if scenario.parties is not None and name not in scenario.parties:
            raise ScenarioError(f'nothing defines the party "{name}"; name it in parties.', ids=[name])


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """Those that are keys and say something; other programs write null for nothing."""
    said = feature.get("properties")
    if not isinstance(said, dict):
        return {}
    return {key: value for key, value in said.items() if key in KEYS and value is not None}


def _doubts(feature: dict[str, Any]) -> list[str]:
    """What looks like a key and is not read."""
    said = feature.get("properties")
    doubts = []
    for key in [key for key in (said if isinstance(said, dict) else {}) if key not in KEYS][:50]:
        if key in NOT_READ:
            doubts.append(f'property "{key}" is not read: the geometry says where')
        elif near := difflib.get_close_matches(key.lower(), KEYS[1:], n=1, cutoff=0.75):
            plain = "".join(sign for sign in key if sign.isprintable())[:40]
            doubts.append(f'property "{plain}" is not read; the nearest key is "{near[0]}"')
    return doubts


def _merge(entry: ClosureEntry, properties: dict[str, Any], called: str) -> ClosureEntry:
    own = json.loads(entry.model_dump_json(by_alias=True, exclude_unset=True))
    if "wait_h" in properties or "speed_factor" in properties or "wait_h_by" in properties:
        own = {key: value for key, value in own.items() if key not in ("wait_h", "speed_factor", "wait_h_by")}
    said = {key: value for key, value in properties.items() if key != "id"}
    try:
        return ClosureEntry.model_validate_json(json.dumps({**own, **said}))
    except (ValidationError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise ScenarioError(f"{called}: {error}.") from error
        problem = error.errors(include_url=False)[0]
        key = f", {problem['loc'][0]}" if problem["loc"] else ""
        message = problem["msg"].removeprefix("Value error, ")
        raise ScenarioError(f"{called}{key}: {message[0].lower()}{message[1:]}.") from error


def _target(feature: dict[str, Any], called: str) -> Target:
    try:
        drawn = shape(feature["geometry"])
        if drawn.is_empty:
            raise ValueError("it has no points")
        bounds = drawn.bounds
        if not (bounds[0] >= -180 and bounds[2] <= 180 and bounds[1] >= -90 and bounds[3] <= 90):
            raise ValueError("its coordinates are not longitude and latitude in degrees")
        if drawn.geom_type == "Point":
            return RoadPoint(lat=float(drawn.bounds[1]), lon=float(drawn.bounds[0]))
        if drawn.geom_type == "LineString":
            return RoadLine(tuple((float(point[0]), float(point[1])) for point in drawn.coords))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, ShapelyError) as error:
        raise FileUnreadable(f"{called}: its geometry cannot be read ({error}).") from error
    return Zone.of([drawn], label=called)
