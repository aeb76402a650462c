"""What a scenario file may hold, key by key: its tables, and the values that each key takes."""

import datetime
import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

MAX_WAIT_H = 1000
MAX_CLAIM_LETTERS = 100_000
MIN_SPEED_FACTOR = 0.001
MOST_VARIANTS = 11
HOW_TO_SAY_WHAT = ("circle", "polygon", "geojson", "point", "links", "crossing")
COMPASS_DEG = {"northbound": 0, "eastbound": 90, "southbound": 180, "westbound": 270}


def _one_line(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise ValueError("a name must be printable text on one line")
    return value


def _on_globe(vertex: list[float]) -> list[float]:
    if not (-180 <= vertex[0] <= 180 and -90 <= vertex[1] <= 90):
        raise ValueError(f"[{vertex[0]:g}, {vertex[1]:g}] is not [longitude, latitude] in degrees")
    return vertex


Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Vertex = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_on_globe)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]


class Entry(BaseModel):
    """A table of the file: no key but its own, no value of another type."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, frozen=True)


class Position(Entry):
    """A point in degrees, WGS 84."""

    lat: Latitude
    lon: Longitude


class Circle(Position):
    """A circle around a centre."""

    radius_km: Annotated[float, Field(gt=0, le=2000)]


class _PlacedEntry(Entry):
    """What stands somewhere, from when to when and for whom."""

    id: Name = ""
    circle: Circle | None = None
    polygon: Annotated[list[Vertex], Field(min_length=3)] | None = None
    geojson: Name | None = None
    point: Position | None = None
    links: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)] | None = None
    crossing: Name | None = None
    from_date: Annotated[datetime.date | None, Field(alias="from")] = None
    until: datetime.date | None = None
    except_for: list[Name] = []
    only_for: list[Name] = []
    allow_empty: bool = False
    section: bool = False

    @classmethod
    def _what(cls) -> tuple[str, tuple[str, ...]]:
        """How sentences call it, and the keys of which one says where it is."""
        return "a closure", HOW_TO_SAY_WHAT

    def _has_roads(self) -> bool:
        """Whether it names roads beside which others may run."""
        return self.point is not None or self.links is not None

    @property
    def said_by(self) -> str:
        """The key that says where it is."""
        return next(key for key in self._what()[1] if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _is_one_thing(self) -> "_PlacedEntry":
        what, keys = self._what()
        said = [key for key in keys if getattr(self, key) is not None]
        if len(said) != 1:
            choice = ", ".join(key.removeprefix("road_") for key in keys)
            raise ValueError(f"{what} needs exactly one of {choice}; this one has {' and '.join(said) or 'none'}")
        if self.section and not self._has_roads():
            raise ValueError("section goes with point or links only")
        if self.from_date is not None and self.until is not None and self.until < self.from_date:
            raise ValueError(f"until ({self.until}) is before from ({self.from_date})")
        return self


def _check_ways(ways: dict[str, float]) -> dict[str, float]:
    by_way = set(ways) <= {"forward", "backward"}
    if not ways or not (by_way or all(re.fullmatch("from [A-Z]{2}", way) for way in ways)):
        raise ValueError('waits by direction go by forward and backward, or at a crossing by country: "from SY"')
    return ways


def check_direction(direction: str) -> str:
    """Refuse what names no way of a road.

    Raises
    ------
    ValueError
        Neither forward, backward, a quarter of the compass nor "from" a country.
    """
    if direction not in ("forward", "backward", *COMPASS_DEG) and not re.fullmatch("from [A-Z]{2}", direction):
        raise ValueError(
            f'a direction is forward, backward, {", ".join(COMPASS_DEG)}, or at a crossing by country: "from SY"'
        )
    return direction


Hours = Annotated[float, Field(ge=0, le=MAX_WAIT_H)]
WaysOfWait = Annotated[dict[str, Hours], AfterValidator(_check_ways)]
_ONE_WAIT, _WAIT_BY_WAY = "wait as a number", "wait by direction"


def _number_or_table(wait_h: object) -> str:
    return _WAIT_BY_WAY if isinstance(wait_h, dict) else _ONE_WAIT


WaitEntry = Annotated[
    Annotated[Hours, Tag(_ONE_WAIT)] | Annotated[WaysOfWait, Tag(_WAIT_BY_WAY)], Discriminator(_number_or_table)
]


def read_opening_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Opening hours as minutes of the day, from and until; one past midnight ends after 1,440.

    Raises
    ------
    ValueError
        They do not read, overlap, or are never open.

    Examples
    --------
    >>> read_opening_hours("06:00-12:00, 22:00-02:00")
    ((360, 720), (1320, 1560))
    """
    windows = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", part)
        if not found:
            raise ValueError('opening hours are written as "06:00-20:00", several with commas between')
        hour, minute, last_hour, last_minute = map(int, found.groups())
        start, end = 60 * hour + minute, 60 * last_hour + last_minute
        if max(minute, last_minute) > 59 or start >= 1440 or end > 1440:
            raise ValueError("hours of the day run from 00:00 to 24:00")
        if start == end:
            raise ValueError(f"{part.strip()} is never open; for the whole day say 00:00-24:00, or leave open out")
        windows.append((start, end if end > start else end + 1440))
    windows.sort()
    for one, other in zip(windows, [*windows[1:], (windows[0][0] + 1440, 0)], strict=True):
        if one[1] > other[0]:
            raise ValueError("two of the opening hours overlap; write them as one")
    return tuple(windows)


def _check_hours(text: str) -> str:
    read_opening_hours(text)
    return text


VehicleImpact = Literal[
    "some-lanes-closed",
    "some-lanes-closed-merge-left",
    "some-lanes-closed-merge-right",
    "some-lanes-closed-split",
    "all-lanes-open-shift-left",
    "all-lanes-open-shift-right",
    "alternating-one-way",
    "flagging",
    "temporary-traffic-signal",
    "unknown",
]
"""What a feed's `vehicle_impact` may be that neither shuts for certain nor does nothing for certain."""


class ImpactEntry(Entry):
    """What an impact is taken to do: a wait, or a factor on speeds."""

    wait_h: Annotated[float, Field(ge=0, le=MAX_WAIT_H)] | None = None
    speed_factor: Annotated[float, Field(ge=MIN_SPEED_FACTOR, le=1)] | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> "ImpactEntry":
        if (self.wait_h is None) == (self.speed_factor is None):
            raise ValueError("an impact is taken as wait_h or as speed_factor")
        return self


class ClosureEntry(_PlacedEntry):
    """One `[[closures]]` table."""

    wait_h: WaitEntry | None = None
    wait_h_by: dict[Name, Hours] = {}
    open: Annotated[str, AfterValidator(_check_hours)] | None = None
    speed_factor: Annotated[float, Field(ge=MIN_SPEED_FACTOR, lt=1)] | None = None
    direction: Annotated[str, AfterValidator(check_direction)] | None = None
    wzdx: Name | None = None
    impacts: dict[VehicleImpact, ImpactEntry] = {}
    baseline: bool = False

    @classmethod
    def _what(cls) -> tuple[str, tuple[str, ...]]:
        return "a closure", (*HOW_TO_SAY_WHAT, "wzdx")

    def _has_roads(self) -> bool:
        return super()._has_roads() or self.geojson is not None or self.wzdx is not None

    @model_validator(mode="after")
    def _is_a_feed(self) -> "ClosureEntry":
        if self.wzdx is None:
            if self.impacts:
                raise ValueError("impacts goes with wzdx only")
            return self
        own = ("wait_h", "wait_h_by", "open", "speed_factor", "direction")
        said = next((key for key in own if getattr(self, key)), None)
        if said is not None:
            raise ValueError(f"{said} does not go with wzdx, whose events say that; change what they do by impacts")
        return self

    @model_validator(mode="after")
    def _delays_or_slows(self) -> "ClosureEntry":
        if self.speed_factor is not None and self.delays:
            raise ValueError("a closure has wait_h or speed_factor, not both; write two closures")
        if self.direction is not None:
            if self.direction.startswith("from ") and self.crossing is None:
                raise ValueError('a direction "from" a country goes with a crossing only')
            if isinstance(self.wait_h, dict):
                raise ValueError("waits by direction (wait_h) need no direction; leave one out")
        if self.open is not None and self.crossing is None:
            raise ValueError("open goes with a crossing only")
        if isinstance(self.wait_h, dict):
            if "forward" not in self.wait_h and "backward" not in self.wait_h and self.crossing is None:
                raise ValueError('a wait "from" a country goes with a crossing only; elsewhere say forward, backward')
            if self.wait_h_by:
                raise ValueError(
                    "waits go by direction (wait_h) or by vehicle (wait_h_by), not both; write two closures"
                )
        return self

    @property
    def delays(self) -> bool:
        """Whether it makes wait."""
        return self.wait_h is not None or bool(self.wait_h_by) or self.open is not None


def _decimal(value: object) -> object:
    # A float of TOML or JSON is read through its text, so that 0.9 is nine tenths.
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _code(value: str) -> str:
    if not re.fullmatch("[A-Z]{3}", value):
        raise ValueError('a currency is a code of three capital letters, such as "USD"')
    return value


Money = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=10**9, allow_inf_nan=False)]
Currency = Annotated[str, AfterValidator(_code)]


class TollEntry(_PlacedEntry):
    """One `[[tolls]]` table."""

    road_class: Annotated[Name | None, Field(alias="class")] = None
    per_passage: Money | None = None
    per_km: Money | None = None
    currency: Currency | None = None
    owner: Name | None = None
    as_of: datetime.date | None = None
    profiles: list[Name] = []
    baseline: bool = True

    @classmethod
    def _what(cls) -> tuple[str, tuple[str, ...]]:
        return "a toll", (*HOW_TO_SAY_WHAT, "road_class")

    @model_validator(mode="after")
    def _costs_something(self) -> "TollEntry":
        if self.per_passage is None and self.per_km is None:
            raise ValueError("a toll needs per_passage or per_km")
        return self


class RiskEntry(_PlacedEntry):
    """One `[[risks]]` table."""

    road_class: Annotated[Name | None, Field(alias="class")] = None
    per_km: Money
    currency: Currency | None = None
    as_of: datetime.date | None = None
    profiles: list[Name] = []
    baseline: bool = True

    @classmethod
    def _what(cls) -> tuple[str, tuple[str, ...]]:
        return "a risk", (*HOW_TO_SAY_WHAT, "road_class")


class Cities(Entry):
    """All pairs of cities."""

    countries: Annotated[list[Name], Field(min_length=1)] | None = None
    min_population: Annotated[int, Field(ge=1000)]
    weight: Literal["gravity", "equal"] = "gravity"


class TripsEntry(Entry):
    """The `[trips]` table."""

    pairs: list[Annotated[list[Name], Field(min_length=2, max_length=2)]] = []
    cities: Cities | None = None
    file: Name | None = None

    @model_validator(mode="after")
    def _is_something(self) -> "TripsEntry":
        if not self.pairs and self.cities is None and self.file is None:
            raise ValueError("trips needs pairs, cities or file")
        return self


class ClaimEntry(Entry):
    """One `[[claims]]` table."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_CLAIM_LETTERS)]
