"""Who may drive on a road, and who passes a barrier."""

from collections.abc import Mapping
from typing import NamedTuple

from wayaround.network.attributes import Mode
from wayaround.network.tags.roads import FERRY, classify_road, drive_directions

# What a value of an access tag means, from the most to the least open.
_OPEN, _DESTINATION, _PRIVATE, _CLOSED = range(4)
_MEANING = {
    **dict.fromkeys(("yes", "permissive", "designated", "official", "public", "allowed", "discouraged", "hov"), _OPEN),
    **dict.fromkeys(("destination", "customers", "delivery", "local", "visitors", "loading"), _DESTINATION),
    **dict.fromkeys(("private", "permit", "residents", "employees", "staff", "members", "military"), _PRIVATE),
    **dict.fromkeys(
        (
            *("no", "agricultural", "forestry", "emergency", "psv", "bus", "taxi"),
            *("foot", "bicycle", "use_sidepath", "service", "construction", "impassable", "barred", "closed"),
        ),
        _CLOSED,
    ),
}
_CAR_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
_HGV_KEYS = ("hgv", "goods", "motor_vehicle", "vehicle", "access")
_MATTERS = frozenset(
    {
        *(f"{key}{way}" for key in (*_CAR_KEYS, *_HGV_KEYS) for way in ("", ":forward", ":backward")),
        *("smoothness", "impassable", "route", "service"),
    }
)
_EVERYBODY = Mode.CAR | Mode.HGV

# Barriers that nobody has to stop for, so that no link is needed.
_NO_OBSTACLE = frozenset({"", "no", "cattle_grid", "entrance", "kerb", "coupure", "rumble_strip"})
_PASSABLE = frozenset(
    {
        *("toll_booth", "border_control", "checkpoint", "height_restrictor", "sally_port", "spikes"),
        *("gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate", "bump_gate"),
    }
)
GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate", "bump_gate"})
_WIDE_ONLY = frozenset({"bus_trap", "sump_buster"})


class Access(NamedTuple):
    """Who may drive, as bits of `Mode`.

    Parameters
    ----------
    forward, backward : Mode
        Who may drive along the way, and against it.
    destination_only : Mode
        Who of them may only begin or end here.
    private : Mode
        Who of them needs leave.
    """

    forward: Mode
    backward: Mode
    destination_only: Mode
    private: Mode


_FREE = {
    (True, True): Access(_EVERYBODY, _EVERYBODY, Mode(0), Mode(0)),
    (True, False): Access(_EVERYBODY, Mode(0), Mode(0), Mode(0)),
    (False, True): Access(Mode(0), _EVERYBODY, Mode(0), Mode(0)),
}


def access_by_mode(tags: Mapping[str, str]) -> Access:
    """Who may drive on a way in which direction, one-way rules included.

    For a car the first of `motorcar`, `motor_vehicle`, `vehicle`, `access` that says something counts, for a lorry the
    first of `hgv`, `goods`, `motor_vehicle`, `vehicle`, `access`; a `goods` that permits is left aside, as it permits
    vans. A key for one direction (`motor_vehicle:backward`) comes before the same key for both. Of several values
    the most open counts. Without a known value a road is open, unless it is for emergencies only
    (``service=emergency_access``), and so is a ferry, unless its only access tags are for those on foot or on a
    bicycle. A way that is impassable by `smoothness` or `impassable` is shut.

    ``destination``, ``customers``, ``delivery`` admit those who begin or end there; ``private``, ``permit``,
    ``residents`` and the like those who have leave; ``agricultural``, ``forestry`` and services nobody. Source: wiki,
    Key:access.

    Parameters
    ----------
    tags : mapping
        Tags of a way.

    Returns
    -------
    Access

    Examples
    --------
    >>> access_by_mode({"highway": "residential", "oneway": "yes", "hgv": "no"})
    Access(forward=<Mode.CAR: 1>, backward=<Mode: 0>, destination_only=<Mode: 0>, private=<Mode: 0>)
    """
    directions = drive_directions(tags)
    if _MATTERS.isdisjoint(tags):
        return _FREE[directions]
    if tags.get("smoothness") == "impassable" or tags.get("impassable") == "yes":
        return Access(Mode(0), Mode(0), Mode(0), Mode(0))
    allowed = [Mode(0), Mode(0)]
    destination_only = private = Mode(0)
    otherwise = _CLOSED if _is_for_others(tags) else _OPEN
    for mode, keys in ((Mode.CAR, _CAR_KEYS), (Mode.HGV, _HGV_KEYS)):
        for row, way in enumerate(("forward", "backward")):
            meaning = _meaning_for(tags, keys, way, otherwise)
            if meaning == _CLOSED or not directions[row]:
                continue
            allowed[row] |= mode
            if meaning == _DESTINATION:
                destination_only |= mode
            elif meaning == _PRIVATE:
                private |= mode
    return Access(allowed[0], allowed[1], destination_only, private)


def barrier_access(tags: Mapping[str, str]) -> Mode | None:
    """Who passes the barrier that a node is, or None where there is nothing to stop for.

    Access tags of the node come first, as on a way. Without one, gates, toll booths, border posts, checkpoints and
    height restrictors let everybody pass, bus traps lorries only, and all else (bollards, blocks, walls, what nobody
    knows) nobody; a gate with ``locked=yes`` nobody either. Cattle grids, kerbs and entrances are no obstacle.
    Source: wiki, Key:barrier.

    Parameters
    ----------
    tags : mapping
        Tags of a node.

    Returns
    -------
    Mode or None

    Examples
    --------
    >>> barrier_access({"barrier": "lift_gate", "hgv": "no"})
    <Mode.CAR: 1>
    >>> barrier_access({"barrier": "bollard"}), barrier_access({"barrier": "cattle_grid"})
    (<Mode: 0>, None)
    """
    barrier = tags.get("barrier", "")
    if barrier in _NO_OBSTACLE:
        return None
    if barrier in _PASSABLE:
        default = Mode(0) if tags.get("locked") == "yes" else _EVERYBODY
    else:
        default = Mode.HGV if barrier in _WIDE_ONLY else Mode(0)
    passes = Mode(0)
    for mode, keys in ((Mode.CAR, _CAR_KEYS), (Mode.HGV, _HGV_KEYS)):
        if _meaning_for(tags, keys, "", _OPEN if mode & default else _CLOSED) != _CLOSED:
            passes |= mode
    return passes


def _is_for_others(tags: Mapping[str, str]) -> bool:
    """Whether a way without access tags for vehicles admits none: for emergencies, or a ferry for those on foot."""
    if tags.get("service") == "emergency_access":
        return True
    return classify_road(tags) == FERRY and ("foot" in tags or "bicycle" in tags)


def _meaning_for(tags: Mapping[str, str], keys: tuple[str, ...], way: str, otherwise: int) -> int:
    for key in keys:
        for spelling in (f"{key}:{way}", key) if way else (key,):
            value = tags.get(spelling)
            if value is None:
                continue
            meaning = _MEANING.get(value)
            if meaning is None:
                meaning = min((_MEANING.get(part.strip(), 9) for part in value.split(";")), default=9)
            if meaning == 9 or (key == "goods" and meaning == _OPEN):
                continue
            return meaning
    return otherwise
