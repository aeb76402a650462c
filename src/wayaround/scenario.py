"""The scenario file: TOML in, checked entries out, and one sentence for whatever is wrong with it."""

import datetime
import difflib
import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    ValidationError,
    model_validator,
)

from wayaround.errors import FeatureNotBuilt, FileUnreadable, ScenarioError

MAX_BYTES = 16 * 1024 * 1024
MAX_WAIT_H = 1000
MAX_CLAIM_LETTERS = 100_000
MIN_SPEED_FACTOR = 0.001
MOST_VARIANTS = 11
HOW_TO_SAY_WHAT = ("circle", "polygon", "geojson", "point", "links", "crossing")
NOT_BUILT = {
    "uncertainty": "intervals for uncertain speeds and waits",
    "closures.wzdx": "reading Work Zone Data Exchange feeds",
    "closures.direction": "closing one direction only",
}


WITH_IDS = {"closures": "closure", "tolls": "toll", "risks": "risk"}


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


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, frozen=True)


class Position(_Entry):
    """A point in degrees, WGS 84."""

    lat: Latitude
    lon: Longitude


class Circle(Position):
    """A circle around a centre."""

    radius_km: Annotated[float, Field(gt=0, le=2000)]


class _PlacedEntry(_Entry):
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
        if self.section and self.point is None and self.links is None:
            raise ValueError("section goes with point or links only")
        if self.from_date is not None and self.until is not None and self.until < self.from_date:
            raise ValueError(f"until ({self.until}) is before from ({self.from_date})")
        return self


def _check_ways(ways: dict[str, float]) -> dict[str, float]:
    by_way = set(ways) <= {"forward", "backward"}
    if not ways or not (by_way or all(re.fullmatch("from [A-Z]{2}", way) for way in ways)):
        raise ValueError('waits by direction go by forward and backward, or at a crossing by country: "from SY"')
    return ways


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


class ClosureEntry(_PlacedEntry):
    """One `[[closures]]` table."""

    wait_h: WaitEntry | None = None
    wait_h_by: dict[Name, Hours] = {}
    open: Annotated[str, AfterValidator(_check_hours)] | None = None
    speed_factor: Annotated[float, Field(ge=MIN_SPEED_FACTOR, lt=1)] | None = None
    baseline: bool = False

    @model_validator(mode="after")
    def _delays_or_slows(self) -> "ClosureEntry":
        if self.speed_factor is not None and self.delays:
            raise ValueError("a closure has wait_h or speed_factor, not both; write two closures")
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
        if self.per_passage is not None and self.road_class is not None:
            raise ValueError("a toll by class goes per km; a passage needs a place: a crossing, links or an area")
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


class Cities(_Entry):
    """All pairs of cities."""

    countries: Annotated[list[Name], Field(min_length=1)] | None = None
    min_population: Annotated[int, Field(ge=1000)]
    weight: Literal["gravity", "equal"] = "gravity"


class TripsEntry(_Entry):
    """The `[trips]` table."""

    pairs: list[Annotated[list[Name], Field(min_length=2, max_length=2)]] = []
    cities: Cities | None = None
    file: Name | None = None

    @model_validator(mode="after")
    def _is_something(self) -> "TripsEntry":
        if not self.pairs and self.cities is None and self.file is None:
            raise ValueError("trips needs pairs, cities or file")
        return self


class ClaimEntry(_Entry):
    """One `[[claims]]` table."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_CLAIM_LETTERS)]


def _zero_or_from_one(value: float) -> float:
    if 0 < value < 1:
        raise ValueError("the value should be 0 or from 1 on")
    return value


SpeedKmh = Annotated[float, Field(ge=1, le=300)]
SpeedOrNone = Annotated[float, Field(ge=0, le=300), AfterValidator(_zero_or_from_one)]
Seconds = Annotated[float, Field(ge=0, le=MAX_WAIT_H * 3600)]
TimeFactor = Annotated[float, Field(ge=0, le=1000), AfterValidator(_zero_or_from_one)]


class ProfileOverride(_Entry):
    """A profile of the package with values of its own; what each means says `wayaround.network.profiles.Profile`."""

    base: Name
    mode: Literal["car", "hgv"] | None = None
    speed_kmh: SpeedKmh | None = None
    weight_t: Annotated[float, Field(gt=0, le=1000)] | None = None
    height_m: Annotated[float, Field(gt=0, le=20)] | None = None
    hazmat: bool | None = None
    max_speed_kmh: SpeedKmh | None = None
    limit_share: Annotated[float, Field(ge=0.1, le=2)] | None = None
    limit_headroom: Annotated[float, Field(ge=1, le=10)] | None = None
    toll_booth_s: Seconds | None = None
    border_control_s: Seconds | None = None
    gate_s: Seconds | None = None
    ferry_boarding_s: Seconds | None = None
    destination_only_factor: TimeFactor | None = None
    private_factor: TimeFactor | None = None
    speed_kmh_by_class: dict[str, SpeedOrNone] | None = None
    max_kmh_by_surface: dict[str, SpeedKmh] | None = None
    currency: Currency | None = None
    per_hour: Money | None = None
    per_km: Money | None = None
    per_wait_hour: Money | None = None
    risk_factor: Money | None = None

    def values(self) -> dict[str, Any]:
        """What the table says, without its base."""
        return self.model_dump(exclude={"base"}, exclude_none=True)


_PROFILE_NAME, _PROFILE_TABLE = "profile by name", "profile by table"


def _name_or_table(profile: object) -> str | None:
    if isinstance(profile, dict | ProfileOverride):
        return _PROFILE_TABLE
    return _PROFILE_NAME if isinstance(profile, str) else None


ProfileEntry = Annotated[
    Annotated[Name, Tag(_PROFILE_NAME)] | Annotated[ProfileOverride, Tag(_PROFILE_TABLE)],
    Discriminator(
        _name_or_table, custom_error_type="name_or_table", custom_error_message="a vehicle should be a name or a table"
    ),
]


class VariantEntry(_Entry):
    """One `[[variants]]` table: another vehicle, another party, or both."""

    profile: ProfileEntry | None = None
    party: Name | None = None

    @model_validator(mode="after")
    def _varies(self) -> "VariantEntry":
        if self.profile is None and self.party is None:
            raise ValueError("a variant has a profile, a party or both")
        return self


class Scenario(_Entry):
    """A scenario file, checked."""

    title: Name
    network: Name = "world-highways"
    profile: ProfileEntry = "truck"
    date: datetime.date | None = None
    party: Name | None = None
    parties: Annotated[list[Name], Field(min_length=1)] | None = None
    variants: Annotated[list[VariantEntry], Field(max_length=MOST_VARIANTS)] = []
    joins: bool = True
    overrides: Name | None = None
    aliases: dict[Name, Position] = {}
    closures: list[ClosureEntry] = []
    tolls: list[TollEntry] = []
    risks: list[RiskEntry] = []
    trips: TripsEntry
    claims: list[ClaimEntry] = []
    _path: Path = PrivateAttr(default=Path("scenario.toml"))
    _text: str = PrivateAttr(default="")

    @property
    def folder(self) -> Path:
        """Folder of the file, to which its paths are relative."""
        return self._path.parent

    def instead(self, *, profile: str | None = None, date: datetime.date | None = None) -> "Scenario":
        """The same scenario with what the command line says instead."""
        update: dict[str, Any] = {}
        if profile is not None:
            update["profile"] = profile
        if date is not None:
            update["date"] = date
        return self.model_copy(update=update)

    def variant(self, row: int) -> "Scenario":
        """The same scenario for the vehicle and the party of one of its variants."""
        entry = self.variants[row]
        said = {"profile": entry.profile, "party": entry.party}
        update: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
        return self.model_copy(update={**update, "variants": []})

    def where(self, *key: str | int) -> str:
        """File, line and key, for the beginning of a sentence about an entry."""
        return _where(self._path, self._text, key)


def read_scenario(path: str | Path) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : str or Path
        A TOML file as the contract describes it.

    Returns
    -------
    Scenario

    Raises
    ------
    FileUnreadable
        Missing, not text, or no TOML.
    ScenarioError
        An unknown key, a wrong type or a value out of range; the sentence names file, line, key and the nearest
        valid choice.
    FeatureNotBuilt
        A key of the contract that this version cannot answer.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileUnreadable(f'"{path}" is larger than {MAX_BYTES >> 20} MB; that is no scenario.')
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(f'"{path}" is not UTF-8 text, so it is no scenario.') from error
    except OSError as error:
        if isinstance(error, FileUnreadable):
            raise
        raise FileUnreadable(f'cannot read the scenario "{path}": {error.strerror}.', ids=[str(path)]) from error
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise FileUnreadable(f"{path} is no TOML: {str(error)[0].lower()}{str(error)[1:]}.") from error
    return check_scenario(content, path=path, text=text)


def check_scenario(content: dict[str, Any], *, path: Path, text: str = "", dates_as_text: bool = False) -> Scenario:
    """Check what a scenario file, or a request, says.

    Parameters
    ----------
    content : dict
        Its keys and values.
    path : Path
        The file, or how sentences call what is no file.
    text : str
        Its text, to say in which line a key is.
    dates_as_text : bool
        Whether days are written as text, as in JSON.

    Raises
    ------
    ScenarioError, FeatureNotBuilt
        As for `read_scenario`.

    Examples
    --------
    >>> said = {"title": "A day", "date": "2018-02-08", "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]}}
    >>> check_scenario(said, path=Path("request"), dates_as_text=True).date
    datetime.date(2018, 2, 8)
    """
    _refuse_what_is_not_built(content, path, text)
    content = _with_ids(content)
    try:
        if dates_as_text:
            scenario = Scenario.model_validate_json(json.dumps(content))
        else:
            scenario = Scenario.model_validate(content)
    except ValidationError as error:
        raise _first_problem(error, path, text) from error
    except RecursionError as error:
        raise ScenarioError(f"{path} is nested too deep to be a scenario.") from error
    scenario._path = path
    scenario._text = text
    _refuse_twins(scenario)
    _refuse_undefined_parties(scenario)
    return scenario


def _with_ids(content: dict[str, Any]) -> dict[str, Any]:
    for key, what in WITH_IDS.items():
        entries = content.get(key)
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            numbered = [{"id": f"{what}-{number}", **entry} for number, entry in enumerate(entries, start=1)]
            content = {**content, key: numbered}
    return content


def _refuse_what_is_not_built(content: dict[str, Any], path: Path, text: str) -> None:
    closures = content.get("closures")
    entries = closures if isinstance(closures, list) else []
    for name, feature in NOT_BUILT.items():
        table, _, key = name.partition(".")
        at: tuple[str | int, ...] | None = None
        if not key:
            at = (table,) if table in content else None
        else:
            rows = [row for row, entry in enumerate(entries) if isinstance(entry, dict) and key in entry]
            at = (table, rows[0], key) if rows else None
        if at is not None:
            raise FeatureNotBuilt(f"{_where(path, text, at)}: {feature} is not built yet; remove the key.", ids=[name])


def _refuse_twins(scenario: Scenario) -> None:
    for key in WITH_IDS:
        seen: set[str] = set()
        for row, entry in enumerate(getattr(scenario, key)):
            if entry.id in seen:
                raise ScenarioError(f'{scenario.where(key, row)}: two {key} have the id "{entry.id}".')
            seen.add(entry.id)


_Said = tuple[str, tuple[str | int, ...]]
"""A name, and the key at which the file says it."""


def _refuse_undefined_parties(scenario: Scenario) -> None:
    """Refuse a party that nothing defines, and a variant that is one case twice; see docs/decisions/0024."""
    said: list[_Said] = [
        (name, (table, row, key))
        for table in WITH_IDS
        for row, entry in enumerate(getattr(scenario, table))
        for key in ("except_for", "only_for")
        for name in getattr(entry, key)
    ]
    own: list[_Said] = [] if scenario.party is None else [(scenario.party, ("party",))]
    asked: list[_Said] = [
        (each.party, ("variants", row, "party")) for row, each in enumerate(scenario.variants) if each.party
    ]
    defined, wanted = [name for name, _ in (*said, *own)], asked
    if scenario.parties is not None:
        defined, wanted = scenario.parties, [*said, *own, *asked]
    elif not said:
        defined, wanted = [], [*own, *asked]
    for name, at in wanted:
        if name not in defined:
            listed = ", ".join(dict.fromkeys(defined))
            have = f"; defined are {listed}" if listed else ", and no closure, toll or risk names any"
            raise ScenarioError(
                f'{scenario.where(*at)}: nothing defines the party "{name}"{have}; '
                "name it in a closure's except_for or only_for, or in parties.",
                ids=[name],
            )
    cases = [(scenario.profile, scenario.party)]
    for row, each in enumerate(scenario.variants):
        cases.append((each.profile or scenario.profile, each.party or scenario.party))
        if cases[-1] in cases[:-1]:
            raise ScenarioError(f"{scenario.where('variants', row)}: another case has this vehicle and party already.")


def _first_problem(error: ValidationError, path: Path, text: str) -> ScenarioError:
    """The sentence for the first thing that pydantic found wrong."""
    # Of a union pydantic reports each branch; the problem deepest in the file says most.
    problems = error.errors(include_url=False)
    problem = max(problems, key=lambda each: (each["type"] == "extra_forbidden", len(each["loc"])))
    if not any(each["type"] == "extra_forbidden" for each in problems):
        problem = problems[0]
    branches = ("profile by ", "wait ", "constrained-str", "function-after")  # names of a union's parts
    key = tuple(part for part in problem["loc"] if not (isinstance(part, str) and part.startswith(branches)))
    at = _where(path, text, key)
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(key[-1]), _keys_beside(key), n=1, cutoff=0.0)
        return ScenarioError(f'{at}: there is no such key; the nearest is "{near[0]}".', ids=[str(key[-1])])
    if problem["type"] == "missing":
        return ScenarioError(f"{at}: the key is missing.", ids=[str(key[-1])])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] in ("model_type", "dict_type"):
        message = "input should be a table"
    if isinstance(problem["input"], str | int | float):
        message += (
            f", not {str(problem['input'])[:60]!r}"
            if isinstance(problem["input"], str)
            else f", not {problem['input']}"
        )
    return ScenarioError(f"{at}: {message[0].lower()}{message[1:]}.", ids=[".".join(map(str, key))])


def _keys_beside(key: tuple[str | int, ...]) -> list[str]:
    """The valid keys of the table that a key stands in."""
    tables: dict[tuple[str, ...], type[BaseModel]] = {
        (): Scenario,
        ("closures",): ClosureEntry,
        ("closures", "circle"): Circle,
        ("closures", "point"): Position,
        ("tolls",): TollEntry,
        ("risks",): RiskEntry,
        ("tolls", "circle"): Circle,
        ("risks", "circle"): Circle,
        ("claims",): ClaimEntry,
        ("trips",): TripsEntry,
        ("trips", "cities"): Cities,
        ("profile",): ProfileOverride,
        ("variants",): VariantEntry,
        ("variants", "profile"): ProfileOverride,
    }
    table = tuple(part for part in key[:-1] if isinstance(part, str))
    model = Position if table[:1] == ("aliases",) else tables.get(table, Scenario)
    return [field.alias or name for name, field in model.model_fields.items()]


def _where(path: Path, text: str, key: tuple[str | int, ...]) -> str:
    line = _line_of(text, key)
    name = ".".join(part if isinstance(part, str) else str(part + 1) for part in key)
    return f"{path}, line {line}, {name}" if line else f"{path}, {name}" if name else f"{path}"


def _line_of(text: str, key: tuple[str | int, ...]) -> int | None:
    """Line of the innermost part of a key that stands at the beginning of a line; tomllib does not tell."""
    best: tuple[int, int] | None = None
    table: tuple[str | int, ...] = ()
    rows: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if header := re.match(r"\[\[\s*([^\]]+?)\s*\]\]", stripped):
            name = header.group(1)
            rows[name] = rows.get(name, -1) + 1
            table = (*_parts(name), rows[name])
            found: tuple[str | int, ...] = table
        elif header := re.match(r"\[\s*([^\]]+?)\s*\]\s*(#.*)?$", stripped):
            table = tuple(_parts(header.group(1)))
            if len(table) > 1 and table[0] in rows:
                table = (table[0], rows[str(table[0])], *table[1:])
            found = table
        elif pair := re.match(r"""((?:"[^"]*"|'[^']*'|[\w-])(?:[^=]*?))\s*=""", stripped):
            found = (*table, *_parts(pair.group(1)))
        else:
            continue
        if key[: len(found)] == found and (best is None or len(found) > best[0]):
            best = (len(found), number)
    return best[1] if best else None


def _parts(name: str) -> list[str]:
    return [plain or quoted for quoted, plain in re.findall(r"""["']([^"']*)["']|([\w-]+)""", name)]
