"""Turn restrictions."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from wayaround.network.attributes import Mode

_EVERYBODY = Mode.CAR | Mode.HGV
_MODES = {
    "motorcar": Mode.CAR,
    "hgv": Mode.HGV,
    "goods": Mode.HGV,
    "motor_vehicle": _EVERYBODY,
    "vehicle": _EVERYBODY,
    "access": _EVERYBODY,
}
_TURNS = frozenset({"left_turn", "right_turn", "straight_on", "u_turn", "entry", "exit"})
_OLD_TIMES = ("hour_on", "hour_off", "day_on", "day_off")


class TurnRule(NamedTuple):
    """What a restriction says.

    Parameters
    ----------
    kind : {"no", "only"}
        Whether the turn is forbidden, or the only one.
    except_modes : Mode
        Vehicles that it does not bind; all, where it holds at some times only.
    value : str
        The wiki's word, such as ``no_left_turn``.
    conditional : str
        When or for whom it holds, where it does not always; recorded, not applied.
    """

    kind: Literal["no", "only"]
    except_modes: Mode
    value: str
    conditional: str


def parse_restriction(tags: Mapping[str, str]) -> list[TurnRule] | None:
    """The rules of a restriction relation, or None where it binds neither cars nor lorries.

    `restriction` binds all vehicles, `restriction:hgv` and the like only these, and so does the older
    ``type=restriction:hgv``; `except` names vehicles that none of them binds. Of several values the first known one
    counts. Rules with a condition (`restriction:conditional`, or the older `day_on` and `hour_on`) bind nobody and
    carry their text. Source: wiki, Relation:restriction.

    Parameters
    ----------
    tags : mapping
        Tags of a relation.

    Returns
    -------
    list of TurnRule, or None

    Examples
    --------
    >>> parse_restriction({"type": "restriction", "restriction": "no_left_turn", "except": "psv;hgv"})
    [TurnRule(kind='no', except_modes=<Mode.HGV: 2>, value='no_left_turn', conditional='')]
    >>> parse_restriction({"type": "restriction", "restriction:bicycle": "no_left_turn"}) is None
    True
    """
    excepted = Mode(0)
    for part in tags.get("except", "").split(";"):
        excepted |= _MODES.get(part.strip(), Mode(0))
    old_times = "; ".join(f"{key}={tags[key]}" for key in _OLD_TIMES if key in tags)
    of_type = tags.get("type", "").partition(":")[2]
    every = _MODES.get(of_type, Mode(0)) if of_type else _EVERYBODY
    rules = []
    for key, text in sorted(tags.items()):
        name, _, rest = key.partition(":")
        if name != "restriction":
            continue
        mode, _, last = rest.partition(":")
        conditional = "conditional" in (mode, last)
        binds = every if mode in ("", "conditional") else _MODES.get(mode, Mode(0))
        value = _first_turn(text)
        bound = binds & ~excepted
        if value is None or not bound or last not in ("", "conditional"):
            continue
        when = text if conditional else old_times
        kind: Literal["no", "only"] = "no" if value.startswith("no_") else "only"
        rules.append(TurnRule(kind, _EVERYBODY if when else _EVERYBODY & ~bound, value, when))
    return rules or None


def _first_turn(text: str) -> str | None:
    for part in text.split(";"):
        value = part.partition("@")[0].strip()
        word, _, turn = value.partition("_")
        if word in ("no", "only") and turn in _TURNS:
            return value
    return None
