"""The scenario file: TOML in, checked entries out, and one sentence for whatever is wrong with it."""

import datetime
import difflib
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
)

from wayaround.errors import FileUnreadable, ScenarioError
from wayaround.scenario_asks import AccessEntry, PeopleEntry, RouteChoiceEntry, UncertaintyEntry
from wayaround.scenario_entries import (
    MOST_VARIANTS,
    Circle,
    Cities,
    ClaimEntry,
    ClosureEntry,
    Entry,
    Name,
    Position,
    RiskEntry,
    TollEntry,
    TripsEntry,
)
from wayaround.scenario_profile import ProfileEntry, ProfileOverride, VariantEntry

MAX_BYTES = 16 * 1024 * 1024
WITH_IDS = {"closures": "closure", "tolls": "toll", "risks": "risk"}


class Scenario(Entry):
    """A scenario file, checked."""

    title: Name
    network: Name = "world-highways"
    profile: ProfileEntry = "truck"
    date: datetime.date | None = None
    party: Name | None = None
    parties: Annotated[list[Name], Field(min_length=1)] | None = None
    variants: list[VariantEntry] = Field(default_factory=list, max_length=MOST_VARIANTS)
    joins: bool = True
    overrides: Name | None = None
    aliases: dict[Name, Position] = Field(default_factory=dict)
    closures: list[ClosureEntry] = Field(default_factory=list)
    tolls: list[TollEntry] = Field(default_factory=list)
    risks: list[RiskEntry] = Field(default_factory=list)
    trips: TripsEntry
    route_choice: RouteChoiceEntry | None = None
    claims: list[ClaimEntry] = Field(default_factory=list)
    access: AccessEntry | None = None
    uncertainty: UncertaintyEntry | None = None
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
        return where_in_file(self._path, self._text, key)


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
    """
    path = Path(path)
    content, text = read_toml(path, "scenario")
    return check_scenario(content, path=path, text=text)


def read_toml(path: Path, kind: str) -> tuple[dict[str, Any], str]:
    """What stands in a TOML file, as tables and as text.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        What it should be, for the sentence that says that it is not.

    Raises
    ------
    FileUnreadable
        Missing, too large, not text, or no TOML.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileUnreadable(f'"{path}" is larger than {MAX_BYTES >> 20} MB; that is no {kind}.')
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(f'"{path}" is not UTF-8 text, so it is no {kind}.') from error
    except OSError as error:
        if isinstance(error, FileUnreadable):
            raise
        raise FileUnreadable(f'cannot read the {kind} "{path}": {error.strerror}.', ids=[str(path)]) from error
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise FileUnreadable(f"{path} is no TOML: {str(error)[0].lower()}{str(error)[1:]}.") from error
    return content, text


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
    ScenarioError
        As for `read_scenario`.

    Examples
    --------
    >>> said = {"title": "A day", "date": "2018-02-08", "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]}}
    >>> check_scenario(said, path=Path("request"), dates_as_text=True).date
    datetime.date(2018, 2, 8)
    """
    content = _with_ids(content)
    try:
        if dates_as_text:
            scenario = Scenario.model_validate_json(json.dumps(content))
        else:
            scenario = Scenario.model_validate(content)
    except ValidationError as error:
        raise first_problem(error, path, text, _keys_beside) from error
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


def first_problem(
    error: ValidationError, path: Path, text: str, keys_beside: Callable[[tuple[str | int, ...]], list[str]]
) -> ScenarioError:
    """The sentence for the first thing that pydantic found wrong.

    Parameters
    ----------
    error : ValidationError
        What pydantic says.
    path, text
        The file, and what stands in it.
    keys_beside : callable
        Gives the valid keys of the table that a key stands in.
    """
    # Of a union pydantic reports each branch; the problem deepest in the file says most.
    problems = error.errors(include_url=False)
    problem = max(problems, key=lambda each: (each["type"] == "extra_forbidden", len(each["loc"])))
    if not any(each["type"] == "extra_forbidden" for each in problems):
        problem = problems[0]
    branches = ("profile by ", "wait ", "constrained-str", "function-after")  # names of a union's parts
    key = tuple(part for part in problem["loc"] if not (isinstance(part, str) and part.startswith(branches)))
    at = where_in_file(path, text, key)
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(key[-1]), keys_beside(key), n=1, cutoff=0.0)
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
        ("access",): AccessEntry,
        ("access", "people"): PeopleEntry,
        ("uncertainty",): UncertaintyEntry,
        ("profile",): ProfileOverride,
        ("route_choice",): RouteChoiceEntry,
        ("variants",): VariantEntry,
        ("variants", "profile"): ProfileOverride,
    }
    table = tuple(part for part in key[:-1] if isinstance(part, str))
    model = Position if table[:1] == ("aliases",) else tables.get(table, Scenario)
    return [field.alias or name for name, field in model.model_fields.items()]


def where_in_file(path: Path, text: str, key: tuple[str | int, ...]) -> str:
    """File, line and key, for the beginning of a sentence about an entry."""
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
