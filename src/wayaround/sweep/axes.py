"""What is varied: axes over a scenario, read from text such as ``closures.tanf-zone.radius_km=10:100:5``."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from wayaround.scenario import Scenario
from wayaround.scenario_entries import ClosureEntry, RiskEntry, TollEntry
from wayaround.scenario_profile import ProfileOverride
from wayaround.sweep.values import READERS, Kind, Value, check_count, measure_step, refuse_axis, say_value

TABLES = ("speed_kmh_by_class", "max_kmh_by_surface")
NEVER_RETURNS = ("wait_h", "speed_factor", "from", "until", "per_km", "per_passage")
"""As these values of a closure, toll or risk grow, a way that was given up is not taken again: each way gets dearer, or
cheaper, in proportion to what it drives of it."""

UNITS = {"km": "km", "h": "h", "kmh": "km/h", "t": "t", "m": "m", "s": "s"}


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
        Id of the closure, toll or risk concerned; empty where none is.
    entry : str
        Key of the closure or of the profile; empty where none is.
    never_returns : bool
        Whether a way that was given up along the axis is not taken again, so that two equal ends have nothing between.
    table : str
        Where the id is: ``closures``, ``tolls`` or ``risks``.
    """

    key: str
    kind: Kind
    values: tuple[Value, ...]
    closure: str = ""
    entry: str = ""
    never_returns: bool = False
    table: str = "closures"

    @property
    def is_ordered(self) -> bool:
        """Whether there is something between two values."""
        return self.kind in (Kind.NUMBER, Kind.DAY, Kind.LINE)

    @property
    def unit(self) -> str:
        """Unit of the values, by the last part of the key that is one; empty where none is."""
        if self.entry.startswith("per_"):
            return ""  # money
        parts = self.entry.partition(".")[0].split("_") if self.kind is Kind.NUMBER else []
        return next((UNITS[part] for part in reversed(parts) if part in UNITS), "")


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
    key, table, closure, entry, kind, said = _read_key(text, scenario)
    if not said:
        refuse_axis(text, "the values are missing; write KEY=start:stop:step or KEY=a,b,c")
    values = READERS[kind](said, text)
    check_count(len(values), text)
    seen: set[Value] = set()
    for value in values:
        if value in seen:
            refuse_axis(text, f"{say_value(value)} is given twice; name each value once")
        seen.add(value)
    if kind is Kind.CLOSURES:
        known = [each.id for each in scenario.closures]
        for name in (name for chosen in values if isinstance(chosen, tuple) for name in chosen):
            if name not in known:
                refuse_axis(text, f'no closure is called "{name}"', str(name), known)
    of_closure = next((each for each in scenario.closures if each.id == closure), None) if table == "closures" else None
    is_shut = (
        of_closure is not None and not of_closure.delays and of_closure.speed_factor is None and of_closure.wzdx is None
    )
    never_returns = bool(closure) and (entry in NEVER_RETURNS or (entry == "radius_km" and is_shut))
    return Axis(key, kind, values, closure, entry, never_returns, table)


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
    steps = [measure_step(one, other) for one, other in pairwise(values)]
    return Decimal(1).scaleb((min(steps) / 50).adjusted())


def list_closure_keys(entry: ClosureEntry) -> dict[str, Kind]:
    """What of a closure can be varied."""
    keys = {"from": Kind.DAY, "until": Kind.DAY, "baseline": Kind.FLAG}
    if entry.wzdx is None:
        keys = {"wait_h": Kind.NUMBER, "speed_factor": Kind.NUMBER, **keys}
    if entry.circle is not None:
        keys["radius_km"] = Kind.NUMBER
    if entry.circle is not None or entry.point is not None:
        keys |= {"lat": Kind.NUMBER, "lon": Kind.NUMBER, "centre": Kind.LINE}
    if entry.point is not None or entry.links is not None:
        keys["section"] = Kind.FLAG
    if entry.crossing is not None:
        keys["crossing"] = Kind.NAME
    return keys


def list_charge_keys(entry: TollEntry | RiskEntry) -> dict[str, Kind]:
    """What of a toll or a risk can be varied."""
    keys = {"per_km": Kind.NUMBER, "from": Kind.DAY, "until": Kind.DAY, "baseline": Kind.FLAG}
    if isinstance(entry, TollEntry):
        keys["per_passage"] = Kind.NUMBER
    return keys


def list_profile_keys() -> dict[str, Kind]:
    """What of a vehicle can be varied; a table's key goes on with a class of road or a surface."""
    kinds = {"mode": Kind.NAME, "hazmat": Kind.FLAG, "currency": Kind.NAME}
    return {key: kinds.get(key, Kind.NUMBER) for key in ProfileOverride.model_fields if key != "base"}


def _read_key(text: str, scenario: Scenario) -> tuple[str, str, str, str, Kind, str]:
    """Key, table, id in it, entry, kind and the text of the values."""
    for table, entries in (("tolls", scenario.tolls), ("risks", scenario.risks)):
        if text.startswith(f"{table}."):
            return _read_charge_key(text, table, entries)
    key, closure, entry, kind, said = _read_closure_key(text, scenario)
    return key, "closures", closure, entry, kind, said


def _read_charge_key(
    text: str, table: str, entries: Sequence[TollEntry | RiskEntry]
) -> tuple[str, str, str, str, Kind, str]:
    """The same of a toll or a risk."""
    for each in sorted(entries, key=lambda each: len(each.id), reverse=True):
        if text.startswith(f"{table}.{each.id}."):
            entry, _, said = text.removeprefix(f"{table}.{each.id}.").partition("=")
            keys = list_charge_keys(each)
            if entry not in keys:
                refuse_axis(text, f'{table} "{each.id}" has no "{entry}" to vary', entry, keys)
            return f"{table}.{each.id}.{entry}", table, each.id, entry, keys[entry], said
    name = text.partition("=")[0].removeprefix(f"{table}.").rpartition(".")[0]
    if not entries:
        refuse_axis(text, f"the scenario has no {table}; vary closures, profile, date or party")
    refuse_axis(text, f'none of the {table} is called "{name}"', name, [each.id for each in entries])


def _read_closure_key(text: str, scenario: Scenario) -> tuple[str, str, str, Kind, str]:
    """Key, closure, entry, kind and the text of the values."""
    whole = {"closures": Kind.CLOSURES, "profile": Kind.NAME, "date": Kind.DAY, "party": Kind.NAME}
    ids = sorted((each.id for each in scenario.closures), key=len, reverse=True)
    closure = next((name for name in ids if text.startswith(f"closures.{name}.")), "")
    if closure:
        entry, _, said = text.removeprefix(f"closures.{closure}.").partition("=")
        keys = list_closure_keys(next(each for each in scenario.closures if each.id == closure))
        if entry not in keys:
            refuse_axis(text, f'closure "{closure}" has no "{entry}" to vary', entry, keys)
        return f"closures.{closure}.{entry}", closure, entry, keys[entry], said
    key, _, said = text.partition("=")
    if key.startswith("closures."):
        if not ids:
            refuse_axis(text, "the scenario has no closures; vary profile, date or party")
        name = key.removeprefix("closures.").rpartition(".")[0] or key.removeprefix("closures.")
        if name in ids:
            keys = list_closure_keys(next(each for each in scenario.closures if each.id == name))
            refuse_axis(text, f'what to vary of closure "{name}" is missing; say one of {", ".join(keys)}')
        refuse_axis(text, f'no closure is called "{name}"', name, ids)
    if key.startswith("profile."):
        entry, keys = key.removeprefix("profile."), list_profile_keys()
        table, _, name = entry.partition(".")
        if table not in keys:
            refuse_axis(text, f'no value of a vehicle is called "{table}"', table, keys)
        if (table in TABLES) != bool(name):
            refuse_axis(text, f"write profile.{table}.NAME" if table in TABLES else f"write profile.{table}")
        return key, "", entry, keys[table], said
    if key not in whole:
        forms = [*whole, "profile.KEY", *(f"closures.{name}.KEY" for name in reversed(ids))]
        refuse_axis(text, f'there is no "{key}" to vary', key, forms)
    return key, "", "", whole[key], said
