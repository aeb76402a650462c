"""Yes-or-no properties of a way or barrier, and what depends on time or vehicle."""

from collections.abc import Mapping

from wayaround.network.attributes import LinkFlag, Mode
from wayaround.network.tags.access import GATES, access_by_mode
from wayaround.network.tags.roads import FERRY_ROUTES

_CONCERNS_DRIVERS = frozenset(
    {
        *("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods", "hazmat", "toll", "oneway"),
        *("maxspeed", "maxweight", "maxweightrating", "maxheight", "restriction", "barrier"),
    }
)
_BARRIER_FLAG = {
    "border_control": LinkFlag.BORDER_CONTROL,
    "toll_booth": LinkFlag.TOLL_BOOTH,
    **dict.fromkeys(GATES, LinkFlag.GATE),
}
_ALTERNATES = frozenset({"reversible", "alternating"})
_PAYING_LORRY = ("toll:goods", "toll:N3", "toll:N2")


def read_flags(tags: Mapping[str, str]) -> LinkFlag:
    """All flags of a way, or of a node that is a barrier.

    Source: wiki, Key:toll, Key:bridge, Key:tunnel, Key:junction, Key:hazmat, Key:barrier.

    Parameters
    ----------
    tags : mapping
        Tags of a way or node.

    Returns
    -------
    LinkFlag

    Examples
    --------
    >>> read_flags({"highway": "motorway", "toll": "yes", "bridge": "viaduct"})
    <LinkFlag.TOLL|TOLL_HGV|BRIDGE: 7>
    """
    flags = LinkFlag(0)
    toll = tags.get("toll")
    if (tags.get("toll:motorcar") or tags.get("toll:motor_vehicle") or toll) == "yes":
        flags |= LinkFlag.TOLL
    if tags.get("toll:hgv", tags.get("toll:motor_vehicle", toll)) in ("yes", "hgv") or any(
        tags.get(key) == "yes" for key in _PAYING_LORRY
    ):
        flags |= LinkFlag.TOLL_HGV
    if tags.get("bridge", "no") != "no":
        flags |= LinkFlag.BRIDGE
    if tags.get("tunnel", "no") not in ("no", "building_passage", "culvert"):
        flags |= LinkFlag.TUNNEL
    if "highway" not in tags and tags.get("route") in FERRY_ROUTES:
        flags |= LinkFlag.FERRY
    if tags.get("junction") in ("roundabout", "circular"):
        flags |= LinkFlag.ROUNDABOUT
    if tags.get("hazmat") == "no":
        flags |= LinkFlag.HAZMAT_NO
    if tags.get("oneway") in _ALTERNATES:
        flags |= LinkFlag.REVERSIBLE
    if any(key.endswith(":conditional") for key in tags) and describe_conditional(tags):
        flags |= LinkFlag.CONDITIONAL
    access = access_by_mode(tags)
    for modes, for_cars, for_lorries in (
        (access.destination_only, LinkFlag.DESTINATION_ONLY, LinkFlag.DESTINATION_ONLY_HGV),
        (access.private, LinkFlag.PRIVATE, LinkFlag.PRIVATE_HGV),
    ):
        if Mode.CAR in modes:
            flags |= for_cars
        if Mode.HGV in modes:
            flags |= for_lorries
    return flags | _BARRIER_FLAG.get(tags.get("barrier", ""), LinkFlag(0))


def describe_conditional(tags: Mapping[str, str]) -> str:
    """The tags that depend on time or vehicle and concern drivers, as one text; empty without any.

    They are recorded, not applied. Source: wiki, Conditional restrictions.

    Examples
    --------
    >>> describe_conditional({"hgv:conditional": "no @ (22:00-06:00)", "bicycle:conditional": "no @ (Su)"})
    'hgv:conditional=no @ (22:00-06:00)'
    """
    found = [
        f"{key}={value}"
        for key, value in sorted(tags.items())
        if key.endswith(":conditional") and key.partition(":")[0] in _CONCERNS_DRIVERS
    ]
    return "; ".join(found)
