"""What is varied: axes over a scenario, read from text such as ``closures.tanf-zone.radius_km=10:100:5``."""

import datetime
import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import NoReturn

import numpy as np

from wayaround.errors import ScenarioError
from wayaround.network.snap import WGS84
from wayaround.scenario import ClosureEntry, ProfileOverride, Scenario

MOST_POINTS = 10_000
MOST_DIGITS = 12
"""Numbers of an axis have so many digits at most before the point, and after it: all arithmetic on them is exact."""

MOST_QUOTED = 120
"""Letters of what was said that a sentence repeats."""

TABLES = ("speed_kmh_by_class", "max_kmh_by_surface")
NEVER_RETURNS = ("wait_h", "speed_factor", "from", "until")
"""As these values of a closure grow, a way that was given up is not taken again: each way gets dearer, or cheaper, in
proportion to what it drives of the closure."""

UNITS = {"km": "km", "h": "h", "kmh": "km/h", "t": "t", "m": "m", "s": "s"}

Value = Decimal | datetime.date | tuple[float, float] | tuple[str, ...] | str | bool | None
"""A number, a day, a latitude and longitude, a set of closures, a name, yes or no, or none."""


class Kind(StrEnum):
    """What the values of an axis are."""

    NUMBER = "number"
    DAY = "day"
    LINE = "line"
    FLAG = "flag"
    NAME = "name"
    CLOSURES = "closures"


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied.

    Parameters
    ----------
    key : str
        What: ``closures.ID.KEY``, ``closures``, ``profile``, ``profile.KEY``, ``date`` or ``party``.
    kind : Kind
        What its values are.
    values : tuple
        In the order in which they were given.
    closure : str
        Id of the closure concerned; empty where none is.
    entry : str
        Key of the closure or of the profile; empty where none is.
    never_returns : bool
        Whether a way that was given up along the axis is not taken again, so that two equal ends have nothing between.
    """

    key: str
    kind: Kind
    values: tuple[Value, ...]
    closure: str = ""
    entry: str = ""
    never_returns: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether there is something between two values."""
        return self.kind in (Kind.NUMBER, Kind.DAY, Kind.LINE)

    @property
    def unit(self) -> str:
        """Unit of the values, by the ending of the key; empty where it has none."""
        if self.kind is not Kind.NUMBER:
            return ""
        return {"km": "km", "h": "h", "kmh": "km/h", "t": "t", "m": "m", "s": "s"}.get(
            self.entry.rsplit("_", 1)[-1], ""
        )


def read_axis(text: str, scenario: Scenario) -> Axis:
    """Read an axis and check that the scenario has what it varies.

    Parameters
    ----------
    text : str
        ``KEY=RANGE``. The range is ``start:stop:step``, both ends inclusive, or a list ``a,b,c``; days step by days.
        A centre runs along a line, ``LAT,LON..LAT,LON:COUNT``; sets of closures stand as ``ID,ID|ID|none``.
    scenario : Scenario
        What is varied.

    Returns
    -------
    Axis

    Raises
    ------
    ScenarioError
        A key that the scenario lacks, or values that are none; the sentence names the nearest valid choice.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wayaround.scenario import check_scenario
    >>> zone = {"id": "zone", "circle": {"lat": 33.5, "lon": 38.6, "radius_km": 55}}
    >>> content = {"title": "A zone", "closures": [zone], "trips": {"pairs": [["33.5,36.3", "33.3,44.4"]]}}
    >>> scenario = check_scenario(content, path=Path("zone.toml"))
    >>> [str(value) for value in read_axis("closures.zone.radius_km=0.1:0.35:0.1", scenario).values]
    ['0.1', '0.2', '0.3']
    >>> read_axis("closures.zone.centre=33.5,38.6..33.5,39.6:3", scenario).values[1]
    (33.501009, 39.1)
    """
    key, closure, entry, kind, said = _read_key(text, scenario)
    if not said:
        _refuse(text, "the values are missing; write KEY=start:stop:step or KEY=a,b,c")
    values = _READERS[kind](said, text)
    _check_count(len(values), text)
    seen: set[Value] = set()
    for value in values:
        if value in seen:
            _refuse(text, f"{say_value(value)} is given twice; name each value once")
        seen.add(value)
    if kind is Kind.CLOSURES:
        known = [each.id for each in scenario.closures]
        for name in (name for chosen in values if isinstance(chosen, tuple) for name in chosen):
            if name not in known:
                _refuse(text, f'no closure is called "{name}"', str(name), known)
    of_closure = next((each for each in scenario.closures if each.id == closure), None) if closure else None
    is_shut = of_closure is not None and of_closure.wait_h is None and of_closure.speed_factor is None
    never_returns = bool(closure) and (entry in NEVER_RETURNS or (entry == "radius_km" and is_shut))
    return Axis(key, kind, values, closure, entry, never_returns)


def say_value(value: Value) -> str:
    """A value as it is written.

    Examples
    --------
    >>> say_value(Decimal("5.50")), say_value(("nasib", "zone")), say_value(()), say_value((33.5, 38.62))
    ('5.5', 'nasib + zone', 'none', '33.5, 38.62')
    """
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, tuple):
        return " + ".join(value) if isinstance(value[0], str) else ", ".join(f"{part:g}" for part in value)
    return str(value)


def sort_values(axis: Axis) -> list[int]:
    """Rows of the values from the least to the greatest; a line and what has no order stay as they are."""
    rows = list(range(len(axis.values)))
    return sorted(rows, key=lambda row: axis.values[row]) if axis.kind in (Kind.NUMBER, Kind.DAY) else rows  # type: ignore[arg-type, return-value]


def find_tolerance(axis: Axis) -> Decimal | None:
    """How near to a flip bisection goes: a power of ten, at most a fiftieth of the smallest step; for days, one.

    Kilometres for a line. None where the axis has no order.
    """
    if axis.kind is Kind.DAY:
        return Decimal(1)
    values = [axis.values[row] for row in sort_values(axis)]
    if not axis.is_ordered or len(values) < 2:
        return None
    steps = [_distance(one, other) for one, other in pairwise(values)]
    return Decimal(1).scaleb((min(steps) / 50).adjusted())


def find_between(one: Value, other: Value, tolerance: Decimal) -> Value:
    """The value half-way between two of one axis, on a grid as fine as the tolerance; None if they are that near.

    Examples
    --------
    >>> find_between(Decimal(25), Decimal(30), Decimal("0.1"))
    Decimal('27.5')
    >>> find_between(datetime.date(2018, 2, 1), datetime.date(2018, 2, 2), Decimal(1)) is None
    True
    """
    steps = _distance(one, other) / tolerance
    if steps <= 1:
        return None
    if isinstance(one, Decimal):
        return one + (steps / 2).to_integral_value() * tolerance
    if isinstance(one, datetime.date):
        return one + datetime.timedelta(days=int(steps / 2))
    return _along(one, other, 3)[1]  # type: ignore[arg-type]


def list_closure_keys(entry: ClosureEntry) -> dict[str, Kind]:
    """What of a closure can be varied."""
    keys = {
        "wait_h": Kind.NUMBER,
        "speed_factor": Kind.NUMBER,
        "from": Kind.DAY,
        "until": Kind.DAY,
        "baseline": Kind.FLAG,
    }
    if entry.circle is not None:
        keys["radius_km"] = Kind.NUMBER
    if entry.circle is not None or entry.point is not None:
        keys |= {"lat": Kind.NUMBER, "lon": Kind.NUMBER, "centre": Kind.LINE}
    if entry.point is not None or entry.links is not None:
        keys["section"] = Kind.FLAG
    if entry.crossing is not None:
        keys["crossing"] = Kind.NAME
    return keys


def list_profile_keys() -> dict[str, Kind]:
    """What of a vehicle can be varied; a table's key goes on with a class of road or a surface."""
    kinds = {"mode": Kind.NAME, "hazmat": Kind.FLAG}
    return {key: kinds.get(key, Kind.NUMBER) for key in ProfileOverride.model_fields if key != "base"}


def _read_key(text: str, scenario: Scenario) -> tuple[str, str, str, Kind, str]:
    """Key, closure, entry, kind and the text of the values."""
    whole = {"closures": Kind.CLOSURES, "profile": Kind.NAME, "date": Kind.DAY, "party": Kind.NAME}
    ids = sorted((each.id for each in scenario.closures), key=len, reverse=True)
    closure = next((name for name in ids if text.startswith(f"closures.{name}.")), "")
    if closure:
        entry, _, said = text.removeprefix(f"closures.{closure}.").partition("=")
        keys = list_closure_keys(next(each for each in scenario.closures if each.id == closure))
        if entry not in keys:
            _refuse(text, f'closure "{closure}" has no "{entry}" to vary', entry, keys)
        return f"closures.{closure}.{entry}", closure, entry, keys[entry], said
    key, _, said = text.partition("=")
    if key.startswith("closures."):
        if not ids:
            _refuse(text, "the scenario has no closures; vary profile, date or party")
        name = key.removeprefix("closures.").rpartition(".")[0] or key.removeprefix("closures.")
        if name in ids:
            keys = list_closure_keys(next(each for each in scenario.closures if each.id == name))
            _refuse(text, f'what to vary of closure "{name}" is missing; say one of {", ".join(keys)}')
        _refuse(text, f'no closure is called "{name}"', name, ids)
    if key.startswith("profile."):
        entry, keys = key.removeprefix("profile."), list_profile_keys()
        table, _, name = entry.partition(".")
        if table not in keys:
            _refuse(text, f'no value of a vehicle is called "{table}"', table, keys)
        if (table in TABLES) != bool(name):
            _refuse(text, f"write profile.{table}.NAME" if table in TABLES else f"write profile.{table}")
        return key, "", entry, keys[table], said
    if key not in whole:
        forms = [*whole, "profile.KEY", *(f"closures.{name}.KEY" for name in reversed(ids))]
        _refuse(text, f'there is no "{key}" to vary', key, forms)
    return key, "", "", whole[key], said


def _refuse(text: str, problem: str, name: str = "", choices: Iterable[str] = ()) -> NoReturn:
    near = difflib.get_close_matches(name[:MOST_QUOTED], list(choices), n=1, cutoff=0.0)
    nearest = f'; the nearest is "{near[0]}"' if near else ""
    said = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"
    raise ScenarioError(f'vary "{said}": {problem[: 3 * MOST_QUOTED]}{nearest}.', ids=[name or said])


def _read_numbers(said: str, text: str) -> tuple[Value, ...]:
    if ":" not in said:
        return tuple(_number(part, text) for part in said.split(","))
    start, stop, step = (_number(part, text) for part in _three_parts(said, text))
    if step <= 0:
        _refuse(text, "the step must be above 0; write start:stop:step")
    if stop < start:
        turned = ":".join(map(say_value, (stop, start, step)))
        _refuse(text, f"the range is empty, it ends before it begins; write {turned}")
    count = int((stop - start) / step) + 1
    _check_count(count, text)
    return tuple(start + row * step for row in range(count))


def _read_days(said: str, text: str) -> tuple[Value, ...]:
    if ":" not in said:
        return tuple(_day(part, text) for part in said.split(","))
    first, last, step_text = _three_parts(said, text)
    start, stop, step = _day(first, text), _day(last, text), _number(step_text, text)
    if step <= 0 or step != int(step):
        _refuse(text, "days step by whole days, 1 or more; write 2018-02-01:2018-03-01:7")
    if stop < start:
        _refuse(text, f"the range is empty, it ends before it begins; write {stop}:{start}:{step_text}")
    days = range(0, (stop - start).days + 1, int(step))
    _check_count(len(days), text)
    return tuple(start + datetime.timedelta(days=day) for day in days)


def _read_centres(said: str, text: str) -> tuple[Value, ...]:
    if ".." not in said:
        return tuple(_position(part, text) for part in said.split("|"))
    first, _, rest = said.partition("..")
    last, _, count_text = rest.rpartition(":")
    if not last:
        _refuse(text, "say how many centres; write LAT,LON..LAT,LON:COUNT")
    count = _number(count_text, text)
    if count < 2 or count != int(count):
        _refuse(text, f"a line has 2 centres or more, not {count_text}")
    _check_count(int(count), text)
    one, other = _position(first, text), _position(last, text)
    if one == other:
        _refuse(text, "the line begins where it ends; name two places")
    return tuple(_along(one, other, int(count)))


def _read_flags(said: str, text: str) -> tuple[Value, ...]:
    for part in said.split(","):
        if part not in ("true", "false"):
            _refuse(text, f'"{part}" is neither true nor false', part, ("true", "false"))
    return tuple(part == "true" for part in said.split(","))


def _read_names(said: str, text: str) -> tuple[Value, ...]:
    names = [part.strip() for part in said.split(",")]
    if not all(names):
        _refuse(text, "a name is missing between two commas; write a,b,c")
    party = text.startswith("party=")
    return tuple(None if party and name == "none" else name for name in names)


def _read_sets(said: str, text: str) -> tuple[Value, ...]:
    sets = []
    for part in said.split("|"):
        names = () if part == "none" else tuple(name.strip() for name in part.split(","))
        if not all(names):
            _refuse(text, "an id is missing; write ID,ID|ID|none")
        sets.append(names)
    return tuple(sets)


_READERS: dict[Kind, Callable[[str, str], tuple[Value, ...]]] = {
    Kind.NUMBER: _read_numbers,
    Kind.DAY: _read_days,
    Kind.LINE: _read_centres,
    Kind.FLAG: _read_flags,
    Kind.NAME: _read_names,
    Kind.CLOSURES: _read_sets,
}


def _three_parts(said: str, text: str) -> Sequence[str]:
    parts = said.split(":")
    if len(parts) != 3:
        _refuse(text, "a range has three parts; write start:stop:step")
    return parts


def _number(part: str, text: str) -> Decimal:
    try:
        number = Decimal(part.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        _refuse(text, f'"{part}" is no number; write start:stop:step or a,b,c')
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if number and (number.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS):
        _refuse(text, f'"{part}" has more than {MOST_DIGITS} digits before or after the point')
    return number


def _day(part: str, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(part.strip())
    except ValueError:
        _refuse(text, f'"{part}" is no day; write it as 2018-02-08')


def _position(part: str, text: str) -> tuple[float, float]:
    numbers = [float(_number(each, text)) for each in part.split(",")]
    if len(numbers) != 2:
        _refuse(text, f'"{part}" is no latitude and longitude; write 33.5,38.6')
    if not (-90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180):
        _refuse(text, f'"{part}" is not on the globe; latitudes end at 90, longitudes at 180')
    return numbers[0], numbers[1]


def _along(one: tuple[float, float], other: tuple[float, float], count: int) -> list[tuple[float, float]]:
    """Points at equal distances on the shortest line between two positions, both of them included."""
    inner = WGS84.npts(one[1], one[0], other[1], other[0], count - 2) if count > 2 else []
    return [one, *((round(lat, 6), round(lon, 6)) for lon, lat in inner), other]


def _distance(one: Value, other: Value) -> Decimal:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return other - one
    if isinstance(one, datetime.date) and isinstance(other, datetime.date):
        return Decimal((other - one).days)
    (lat, lon), (other_lat, other_lon) = np.array([one, other], dtype=np.float64).tolist()
    return Decimal(WGS84.inv(lon, lat, other_lon, other_lat)[2]) / 1000


def _check_count(count: int, text: str) -> None:
    if count > MOST_POINTS:
        _refuse(text, f"{count:,} values are more than the {MOST_POINTS:,} that a sweep has; take a larger step")
