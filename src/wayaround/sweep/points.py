"""The points of a sweep: a scenario with values of its axes put in, checked by the scenario's own rules."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from wayaround.assess import load_scenario_profile
from wayaround.errors import ScenarioError, WayaroundError
from wayaround.scenario import Scenario
from wayaround.scenario_entries import ClosureEntry, RiskEntry, TollEntry
from wayaround.scenario_profile import ProfileOverride
from wayaround.sweep.axes import TABLES, Axis
from wayaround.sweep.values import MOST_POINTS, Value, say_value


@dataclass(frozen=True, slots=True)
class Point:
    """A scenario under one value of each axis.

    Parameters
    ----------
    values : tuple
        One of each axis.
    whole : Scenario
        With these values, all closures in it, so that lines of its file are where they were.
    applied : tuple of int
        Rows of its closures that apply.
    """

    values: tuple[Value, ...]
    whole: Scenario
    applied: tuple[int, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that is assessed: only the closures that apply."""
        return self.whole.model_copy(update={"closures": [self.whole.closures[row] for row in self.applied]})


def list_points(scenario: Scenario, axes: Sequence[Axis], *, paired: bool) -> tuple[Point, ...]:
    """All points, those of the last axis next to each other.

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis
        At least one; each over another key.
    paired : bool
        Whether the first values go together, and the second, and so on, instead of each with each.

    Raises
    ------
    ScenarioError
        No axis or one twice, axes of unlike length that are paired, too many points, a value that the scenario refuses.
    """
    if not axes:
        raise ScenarioError("a sweep varies something; name an axis such as closures.ID.radius_km=10:100:5.")
    keys = [axis.key for axis in axes]
    twice = next((key for row, key in enumerate(keys) if key in keys[:row]), None)
    if twice is not None:
        raise ScenarioError(f'vary "{twice}" is given twice; put all its values into one axis.', ids=[twice])
    for own in (f"closures.{axis.closure}." for axis in axes if axis.entry == "centre"):
        clash = next((key for key in keys if key in (f"{own}lat", f"{own}lon")), None)
        if clash is not None:
            raise ScenarioError(f'vary "{own}centre" already says where; leave out "{clash}".', ids=[clash])
    lengths = [len(axis.values) for axis in axes]
    if paired and len(set(lengths)) > 1:
        listed = ", ".join(f"{axis.key} {count}" for axis, count in zip(axes, lengths, strict=True))
        raise ScenarioError(f"paired axes need as many values each, and these have: {listed}.", ids=keys)
    count = lengths[0] if paired else math.prod(lengths)
    if count > MOST_POINTS:
        raise ScenarioError(
            f"{count:,} points are more than the {MOST_POINTS:,} that a sweep has; take larger steps or fewer axes."
        )
    columns = [axis.values for axis in axes]
    rows = zip(*columns, strict=True) if paired else itertools.product(*columns)
    return tuple(make_point(scenario, axes, values) for values in rows)


def make_point(scenario: Scenario, axes: Sequence[Axis], values: Sequence[Value]) -> Point:
    """Put one value of each axis into a scenario.

    Raises
    ------
    ScenarioError, ProfileNotFound, ProfileKeyUnknown
        The scenario refuses a value; the sentence names it.
    """
    whole, applied = scenario, tuple(range(len(scenario.closures)))
    # A vehicle replaces another before its values are changed.
    for axis, value in sorted(zip(axes, values, strict=True), key=lambda each: each[0].key != "profile"):
        try:
            if axis.key == "closures":
                assert isinstance(value, tuple)
                applied = tuple(row for row, each in enumerate(scenario.closures) if each.id in value)
            else:
                whole = _put_in(whole, axis, value)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            sentence = f"{axis.key} = {say_value(value)}: {problem[0].lower()}{problem[1:]}."
            raise ScenarioError(sentence, ids=[axis.key]) from error
        except WayaroundError as error:
            raise type(error)(f"{axis.key} = {say_value(value)}: {error.message}", ids=error.ids) from error
    return Point(tuple(values), whole, applied)


def say_values(axes: Sequence[Axis], values: Sequence[Value]) -> str:
    """Values with their keys."""
    return ", ".join(f"{axis.key} = {say_value(value)}" for axis, value in zip(axes, values, strict=True))


def _put_in(scenario: Scenario, axis: Axis, value: Value) -> Scenario:
    plain: Any = float(value) if isinstance(value, Decimal) else value
    if axis.closure and axis.table != "closures":
        entries = getattr(scenario, axis.table)
        changed_entries = [
            _change_charge(each, axis.entry, value if isinstance(value, Decimal) else plain)
            if each.id == axis.closure
            else each
            for each in entries
        ]
        return scenario.model_copy(update={axis.table: changed_entries})
    if axis.closure:
        closures = [
            _change_closure(each, axis.entry, plain) if each.id == axis.closure else each for each in scenario.closures
        ]
        return scenario.model_copy(update={"closures": closures})
    if axis.key in ("date", "party"):
        return scenario.model_copy(update={axis.key: plain})
    if axis.key == "profile":
        changed = scenario.model_copy(update={"profile": plain})
    else:
        entry = scenario.profile
        said: dict[str, Any] = {"base": entry} if isinstance(entry, str) else entry.model_dump(exclude_none=True)
        table, _, name = axis.entry.partition(".")
        said[table] = {**said.get(table, {}), name: plain} if table in TABLES else plain
        changed = scenario.model_copy(update={"profile": ProfileOverride.model_validate(said)})
    load_scenario_profile(changed)
    return changed


def _change_charge(entry: TollEntry | RiskEntry, key: str, value: Any) -> TollEntry | RiskEntry:
    said = entry.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    return type(entry).model_validate(said | {key: value})


def _change_closure(entry: ClosureEntry, key: str, value: Any) -> ClosureEntry:
    said = entry.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    shape = "circle" if entry.circle is not None else "point"
    if key == "centre":
        said[shape] |= {"lat": value[0], "lon": value[1]}
    elif key in ("radius_km", "lat", "lon"):
        said[shape] |= {key: value}
    else:
        said[key] = value
    return ClosureEntry.model_validate(said)
