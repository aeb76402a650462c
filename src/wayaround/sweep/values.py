"""Values of an axis: numbers, days, centres, names, sets of closures; how they are written, and what lies between."""

import datetime
import difflib
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NoReturn

import numpy as np

from wayaround.errors import ScenarioError
from wayaround.network.snap import WGS84

MOST_POINTS = 10_000
MOST_DIGITS = 12
"""Numbers of an axis have so many digits at most before the point, and after it: all arithmetic on them is exact."""

MOST_QUOTED = 120
"""Letters of what was said that a sentence repeats."""

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


def find_between(one: Value, other: Value, tolerance: Decimal) -> Value:
    """The value half-way between two of one axis, on a grid as fine as the tolerance; None if they are that near.

    Examples
    --------
    >>> find_between(Decimal(25), Decimal(30), Decimal("0.1"))
    Decimal('27.5')
    >>> find_between(datetime.date(2018, 2, 1), datetime.date(2018, 2, 2), Decimal(1)) is None
    True
    """
    steps = measure_step(one, other) / tolerance
    if steps <= 1:
        return None
    if isinstance(one, Decimal):
        return one + (steps / 2).to_integral_value() * tolerance
    if isinstance(one, datetime.date):
        return one + datetime.timedelta(days=int(steps / 2))
    return _along(one, other, 3)[1]  # type: ignore[arg-type]


def refuse_axis(text: str, problem: str, name: str = "", choices: Iterable[str] = ()) -> NoReturn:
    """Say what is wrong with an axis, and the nearest valid choice."""
    near = difflib.get_close_matches(name[:MOST_QUOTED], list(choices), n=1, cutoff=0.0)
    nearest = f'; the nearest is "{near[0]}"' if near else ""
    said = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"
    raise ScenarioError(f'vary "{said}": {problem[: 3 * MOST_QUOTED]}{nearest}.', ids=[name or said])


def _read_numbers(said: str, text: str) -> tuple[Value, ...]:
    if ":" not in said:
        return tuple(_number(part, text) for part in said.split(","))
    start, stop, step = (_number(part, text) for part in _three_parts(said, text))
    if step <= 0:
        refuse_axis(text, "the step must be above 0; write start:stop:step")
    if stop < start:
        turned = ":".join(map(say_value, (stop, start, step)))
        refuse_axis(text, f"the range is empty, it ends before it begins; write {turned}")
    count = int((stop - start) / step) + 1
    check_count(count, text)
    return tuple(start + row * step for row in range(count))


def _read_days(said: str, text: str) -> tuple[Value, ...]:
    if ":" not in said:
        return tuple(_day(part, text) for part in said.split(","))
    first, last, step_text = _three_parts(said, text)
    start, stop, step = _day(first, text), _day(last, text), _number(step_text, text)
    if step <= 0 or step != int(step):
        refuse_axis(text, "days step by whole days, 1 or more; write 2018-02-01:2018-03-01:7")
    if stop < start:
        refuse_axis(text, f"the range is empty, it ends before it begins; write {stop}:{start}:{step_text}")
    days = range(0, (stop - start).days + 1, int(step))
    check_count(len(days), text)
    return tuple(start + datetime.timedelta(days=day) for day in days)


def _read_centres(said: str, text: str) -> tuple[Value, ...]:
    if ".." not in said:
        return tuple(_position(part, text) for part in said.split("|"))
    first, _, rest = said.partition("..")
    last, _, count_text = rest.rpartition(":")
    if not last:
        refuse_axis(text, "say how many centres; write LAT,LON..LAT,LON:COUNT")
    count = _number(count_text, text)
    if count < 2 or count != int(count):
        refuse_axis(text, f"a line has 2 centres or more, not {count_text}")
    check_count(int(count), text)
    one, other = _position(first, text), _position(last, text)
    if one == other:
        refuse_axis(text, "the line begins where it ends; name two places")
    return tuple(_along(one, other, int(count)))


def _read_flags(said: str, text: str) -> tuple[Value, ...]:
    for part in said.split(","):
        if part not in ("true", "false"):
            refuse_axis(text, f'"{part}" is neither true nor false', part, ("true", "false"))
    return tuple(part == "true" for part in said.split(","))


def _read_names(said: str, text: str) -> tuple[Value, ...]:
    names = [part.strip() for part in said.split(",")]
    if not all(names):
        refuse_axis(text, "a name is missing between two commas; write a,b,c")
    party = text.startswith("party=")
    return tuple(None if party and name == "none" else name for name in names)


def _read_sets(said: str, text: str) -> tuple[Value, ...]:
    sets = []
    for part in said.split("|"):
        names = () if part == "none" else tuple(name.strip() for name in part.split(","))
        if not all(names):
            refuse_axis(text, "an id is missing; write ID,ID|ID|none")
        sets.append(names)
    return tuple(sets)


READERS: dict[Kind, Callable[[str, str], tuple[Value, ...]]] = {
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
        refuse_axis(text, "a range has three parts; write start:stop:step")
    return parts


def _number(part: str, text: str) -> Decimal:
    try:
        number = Decimal(part.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        refuse_axis(text, f'"{part}" is no number; write start:stop:step or a,b,c')
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if number and (number.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS):
        refuse_axis(text, f'"{part}" has more than {MOST_DIGITS} digits before or after the point')
    return number


def _day(part: str, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(part.strip())
    except ValueError:
        refuse_axis(text, f'"{part}" is no day; write it as 2018-02-08')


def _position(part: str, text: str) -> tuple[float, float]:
    numbers = [float(_number(each, text)) for each in part.split(",")]
    if len(numbers) != 2:
        refuse_axis(text, f'"{part}" is no latitude and longitude; write 33.5,38.6')
    if not (-90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180):
        refuse_axis(text, f'"{part}" is not on the globe; latitudes end at 90, longitudes at 180')
    return numbers[0], numbers[1]


def _along(one: tuple[float, float], other: tuple[float, float], count: int) -> list[tuple[float, float]]:
    """Points at equal distances on the shortest line between two positions, both of them included."""
    inner = WGS84.npts(one[1], one[0], other[1], other[0], count - 2) if count > 2 else []
    return [one, *((round(lat, 6), round(lon, 6)) for lon, lat in inner), other]


def measure_step(one: Value, other: Value) -> Decimal:
    """From one value of an axis with order to another: a difference, days, or kilometres."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return other - one
    if isinstance(one, datetime.date) and isinstance(other, datetime.date):
        return Decimal((other - one).days)
    (lat, lon), (other_lat, other_lon) = np.array([one, other], dtype=np.float64).tolist()
    return Decimal(WGS84.inv(lon, lat, other_lon, other_lat)[2]) / 1000


def check_count(count: int, text: str) -> None:
    """Refuse more values than a sweep has points."""
    if count > MOST_POINTS:
        refuse_axis(text, f"{count:,} values are more than the {MOST_POINTS:,} that a sweep has; take a larger step")
