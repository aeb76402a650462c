"""Vehicles: which links each may use, and how fast."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wayaround.errors import ProfileKeyUnknown, ProfileNotFound, ScenarioError
from wayaround.network.attributes import ROAD_CLASSES, SURFACES, Float32Array, LinkAttributes, LinkFlag, Mode
from wayaround.network.rates import Rates
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import LinkWeights
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, FloatArray, Int64Array, travel_time_ds

DECISECONDS_PER_SECOND = DECISECONDS_PER_HOUR // 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A vehicle. All but `speed_kmh` is for networks that know attributes of their links.

    Parameters
    ----------
    name : str
        Name in the package, or that of the profile overridden.
    mode : {"car", "hgv"}
        Whose access rules hold.
    speed_kmh : float
        Speed on every link of a network without attributes, in km/h.
    weight_t, height_m : float
        Tonnes and metres; a link with a lower limit is shut.
    hazmat : bool
        Whether it carries dangerous goods; a link that forbids them is then shut.
    max_speed_kmh : float
        Its own maximum.
    limit_share : float
        Share of a posted limit that is really driven.
    limit_headroom : float
        How far a limit may raise the speed of a class, as a factor.
    toll_booth_s, border_control_s, gate_s : float
        Time to pass one, in seconds.
    ferry_boarding_s : float
        Time to get onto and off a ferry, in seconds.
    destination_only_factor, private_factor : float
        Factor on the time of links that admit no through traffic, or only with leave; 0 shuts them.
    speed_kmh_by_class : mapping of str to float
        Speed where no limit is known, by the names in `ROAD_CLASSES`; 0 where the vehicle does not drive.
    max_kmh_by_surface : mapping of str to float
        The most that a surface admits, by the names in `SURFACES`; those left out admit any speed.
    currency : str, optional
        Code of the currency of the rates; without one, routes go by time.
    per_hour, per_km, per_wait_hour : Decimal, optional
        What an hour of driving, a kilometre and an hour of waiting cost; `per_wait_hour` is `per_hour` if left out.
    risk_factor : Decimal, optional
        Factor on the rates of risks, 1 if left out.
    overridden : mapping of str to object
        What a scenario changed: the dotted key and its value.
    """

    name: str
    mode: str
    speed_kmh: float
    weight_t: float
    height_m: float
    hazmat: bool
    max_speed_kmh: float
    limit_share: float
    limit_headroom: float
    toll_booth_s: float
    border_control_s: float
    gate_s: float
    ferry_boarding_s: float
    destination_only_factor: float
    private_factor: float
    speed_kmh_by_class: Mapping[str, float]
    max_kmh_by_surface: Mapping[str, float]
    currency: str | None = None
    per_hour: Decimal | None = None
    per_km: Decimal | None = None
    per_wait_hour: Decimal | None = None
    risk_factor: Decimal | None = None
    overridden: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rates(self) -> Rates | None:
        """What driving costs; None where there are no rates, so that routes go by time.

        Raises
        ------
        ScenarioError
            Rates without a currency, or a currency without what an hour or a kilometre costs.
        """
        said = (self.per_hour, self.per_km, self.per_wait_hour, self.risk_factor)
        if self.currency is None:
            if any(rate is not None for rate in said):
                raise ScenarioError('rates need a currency; say for example currency = "USD".', ids=["currency"])
            return None
        per_hour, per_km = self.per_hour or Decimal(0), self.per_km or Decimal(0)
        if not per_hour and not per_km:
            raise ScenarioError(
                "a currency needs what an hour or a kilometre costs: per_hour, per_km.", ids=["currency"]
            )
        per_wait_hour = per_hour if self.per_wait_hour is None else self.per_wait_hour
        return Rates(
            self.currency, per_hour, per_km, per_wait_hour, Decimal(1) if self.risk_factor is None else self.risk_factor
        )


def load_profile(name: str) -> Profile:
    """Profile by name.

    Raises
    ------
    ProfileNotFound
        Naming the nearest one.

    Examples
    --------
    >>> truck = load_profile("truck")
    >>> truck.speed_kmh, truck.weight_t, truck.speed_kmh_by_class["primary"]
    (75.0, 40.0, 58)
    """
    known = list_profiles()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise ProfileNotFound(f'no profile is called "{name}"; the nearest is "{near}".', ids=[name])
    folder = files("wayaround.data") / "profiles"
    return Profile(name=name, **tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))


def list_profiles() -> tuple[str, ...]:
    """Names of the profiles of the package."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in (files("wayaround.data") / "profiles").iterdir()))


def override_profile(base: Profile, values: Mapping[str, Any]) -> Profile:
    """A profile with some values of its own.

    Parameters
    ----------
    base : Profile
        Where the other values come from.
    values : mapping
        Fields of `Profile` by name; a table changes only the keys that it names.

    Raises
    ------
    ProfileKeyUnknown
        A value, a class of road or a surface that does not exist, with the nearest one.

    Examples
    --------
    >>> van = override_profile(load_profile("truck"), {"weight_t": 12.0, "speed_kmh_by_class": {"primary": 60}})
    >>> van.weight_t, van.speed_kmh_by_class["primary"], van.speed_kmh_by_class["trunk"]
    (12.0, 60, 72)
    >>> van.overridden
    {'weight_t': 12.0, 'speed_kmh_by_class.primary': 60}
    """
    changed: dict[str, Any] = {}
    overridden = dict(base.overridden)
    known = tuple(each.name for each in fields(Profile) if each.name not in ("name", "overridden"))
    for key, value in values.items():
        _check_known("value of a profile", key, known, ids=[key])
        if key == "speed_kmh_by_class":
            of, names = "class of road", tuple(base.speed_kmh_by_class)
        elif key == "max_kmh_by_surface":
            of, names = "surface", SURFACES[1:]
        else:
            changed[key] = overridden[key] = value
            continue
        for name, number in value.items():
            _check_known(of, name, names, ids=[key, name])
            overridden[f"{key}.{name}"] = number
        changed[key] = {**getattr(base, key), **value}
    return replace(base, **changed, overridden=overridden)


def _check_known(what: str, name: str, names: tuple[str, ...], *, ids: list[str]) -> None:
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]
        raise ProfileKeyUnknown(f'no {what} is called "{name}"; the nearest is "{near}".', ids=ids)


def describe_profile(profile: Profile, network: RoadNetwork) -> str:
    """The vehicle as a part of a sentence: its name, how its speed comes about, what a scenario changed.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> truck = override_profile(load_profile("truck"), {"speed_kmh": 60.0})
    >>> describe_profile(truck, open_network("world-highways"))
    'truck, 60 km/h; overridden: speed_kmh = 60'
    """
    by = f"{profile.speed_kmh:g} km/h" if network.attributes is None else "by road class, limit and surface"
    said = ", ".join(f"{key} = {value}" for key, value in list_overridden(profile))
    return f"{profile.name}, {by}" + (f"; overridden: {said}" if said else "")


def describe_overridden(profile: Profile) -> dict[str, Any]:
    """What a scenario changed, ready for `json.dumps`."""
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in profile.overridden.items()}


def list_overridden(profile: Profile) -> list[tuple[str, str]]:
    """What a scenario changed, as keys and values to print."""
    return [
        (key, value if key == "currency" else str(value).lower() if isinstance(value, bool | str) else f"{value:g}")
        for key, value in profile.overridden.items()
    ]


def drive_times(network: RoadNetwork, profile: Profile) -> LinkWeights:
    """Weights of a network without closures.

    Without attributes each link is driven at the profile's one speed, both ways. With them, time follows from class,
    limit and surface, and links that the vehicle may not or cannot use are `UNREACHABLE`; docs/profiles.md has the
    rules. Nothing here knows of turns.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    profile : Profile
        The vehicle.

    Returns
    -------
    LinkWeights
        Deciseconds and metres.
    """
    length_m = np.asarray(network.link_length_m, dtype=np.int64)
    links = network.attributes
    said_kmh = _said_speeds(network, profile)
    if links is None:
        speed_kmh = profile.speed_kmh if said_kmh is None else np.where(np.isnan(said_kmh), profile.speed_kmh, said_kmh)
        time_ds = travel_time_ds(network.link_length_m, speed_kmh)
        return LinkWeights(*_shut_as_said(network, time_ds), length_m)
    bit = np.uint8(Mode[profile.mode.upper()])
    class_kmh = _look_up(profile.speed_kmh_by_class, ROAD_CLASSES, profile.max_speed_kmh)[links.road_class]
    unfit = class_kmh == 0 if said_kmh is None else (class_kmh == 0) & np.isnan(said_kmh)
    cannot = unfit | (links.maxweight_t < profile.weight_t) | (links.maxheight_m < profile.height_m)
    if profile.hazmat:
        cannot |= links.has(LinkFlag.HAZMAT_NO)
    shut_forward: BoolArray = cannot | ((links.access_forward & bit) == 0)
    shut_backward: BoolArray = cannot | ((links.access_backward & bit) == 0)
    drivable: BoolArray = ~(shut_forward & shut_backward)
    stop_ds = _stop_times(network, links, profile, drivable)
    factor = _restricted_factors(network, links, profile, drivable)

    def time_one_way(limit_kmh: Float32Array, shut: BoolArray) -> Int64Array:
        speed_kmh = _speeds(links, profile, class_kmh, limit_kmh)
        timed: BoolArray = ~np.isnan(links.duration_s)
        if said_kmh is not None:
            timed &= np.isnan(said_kmh)
            speed_kmh = np.where(np.isnan(said_kmh), speed_kmh, said_kmh)
        driving_ds = travel_time_ds(length_m, np.where(speed_kmh > 0, speed_kmh, 1.0))
        afloat_ds = np.where(timed, np.rint(_decisecond(links.duration_s)), driving_ds)
        time_ds = np.where(links.has(LinkFlag.FERRY), afloat_ds, driving_ds) + stop_ds
        open_factor = np.where(shut | np.isinf(factor), 0.0, factor)
        return np.where(open_factor == 0, UNREACHABLE, np.rint(time_ds * open_factor)).astype(np.int64)

    return LinkWeights(
        time_one_way(links.maxspeed_forward_kmh, shut_forward),
        time_one_way(links.maxspeed_backward_kmh, shut_backward),
        length_m,
        int(bit),
    )


def _said_speeds(network: RoadNetwork, profile: Profile) -> FloatArray | None:
    """Speed that an override gives to each link, NaN where none does; None if no link has one."""
    said = [(each.link, each.speed_kmh) for each in network.overrides if each.speed_kmh is not None]
    if not said:
        return None
    speed_kmh = np.full(network.links, np.nan)
    for link, kmh in said:
        speed_kmh[link] = min(kmh, profile.max_speed_kmh)
    return speed_kmh


def _shut_as_said(network: RoadNetwork, time_ds: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Times by direction of a network without attributes, one array where no override tells them apart."""
    shut = [(each.link, each.ways) for each in network.overrides if each.ways not in (None, (True, True))]
    if not shut:
        return time_ds, time_ds
    forward_ds, backward_ds = time_ds.copy(), time_ds.copy()
    for link, ways in shut:
        assert ways is not None
        for one_way, may in zip((forward_ds, backward_ds), ways, strict=True):
            one_way[link] = one_way[link] if may else UNREACHABLE
    return forward_ds, backward_ds


def _speeds(links: LinkAttributes, profile: Profile, class_kmh: FloatArray, limit_kmh: Float32Array) -> FloatArray:
    by_limit = np.minimum(limit_kmh.astype(np.float64) * profile.limit_share, class_kmh * profile.limit_headroom)
    speed_kmh = np.where(np.isnan(limit_kmh), class_kmh, by_limit)
    surface_kmh = _look_up(profile.max_kmh_by_surface, SURFACES, np.inf)[links.surface]
    capped: FloatArray = np.minimum(np.minimum(speed_kmh, surface_kmh), profile.max_speed_kmh)
    return np.where(links.has(LinkFlag.FERRY), class_kmh, capped)


def _stop_times(network: RoadNetwork, links: LinkAttributes, profile: Profile, drivable: BoolArray) -> FloatArray:
    """What a link takes besides driving: barriers, and half of a boarding at each end of a ferry that touches land."""
    stop_ds = np.zeros(len(drivable))
    barrier = links.road_class == ROAD_CLASSES.index("barrier")
    for flag, seconds in (
        (LinkFlag.TOLL_BOOTH, profile.toll_booth_s),
        (LinkFlag.BORDER_CONTROL, profile.border_control_s),
        (LinkFlag.GATE, profile.gate_s),
    ):
        stop_ds[barrier & links.has(flag)] += _decisecond(seconds)
    ferry = links.has(LinkFlag.FERRY)
    land = _nodes_of(network, drivable & ~ferry)
    on_land = land[network.link_tail].astype(np.int64) + land[network.link_head]
    stop_ds[ferry] += on_land[ferry] * (_decisecond(profile.ferry_boarding_s) / 2)
    return stop_ds


def _restricted_factors(
    network: RoadNetwork, links: LinkAttributes, profile: Profile, drivable: BoolArray
) -> FloatArray:
    """Factor on the time of links that admit no through traffic; infinity where they are shut."""
    is_hgv = profile.mode == "hgv"
    destination_only = links.has(LinkFlag.DESTINATION_ONLY_HGV if is_hgv else LinkFlag.DESTINATION_ONLY)
    private = links.has(LinkFlag.PRIVATE_HGV if is_hgv else LinkFlag.PRIVATE)
    factor = np.ones(len(drivable))
    restricted = np.flatnonzero((destination_only | private) & drivable)
    if not len(restricted):
        return factor
    through = restricted[_lies_between_mouths(network, restricted, drivable & ~(destination_only | private))]
    factor[through] = np.maximum(
        np.where(destination_only[through], profile.destination_only_factor or np.inf, 1.0),
        np.where(private[through], profile.private_factor or np.inf, 1.0),
    )
    return factor


def _lies_between_mouths(network: RoadNetwork, restricted: Int64Array, others: BoolArray) -> BoolArray:
    """Which restricted links lie in an area that touches other roads at more than one node.

    An area is what hangs together without passing such a node. One with a single mouth is no way through to anywhere.
    """
    ends = np.concatenate([network.link_tail[restricted], network.link_head[restricted]]).astype(np.int64)
    is_mouth = _nodes_of(network, others)[ends]
    apart = np.where(is_mouth, network.nodes + np.arange(len(ends)), ends)
    _, row = np.unique(apart, return_inverse=True)
    tail, head = row[: len(restricted)], row[len(restricted) :]
    rows = int(row.max()) + 1
    areas, area_of_row = connected_components(coo_array((np.ones(len(tail)), (tail, head)), shape=(rows, rows)), False)
    mouths = np.unique(np.stack([area_of_row[row[is_mouth]], ends[is_mouth]]), axis=1)
    count = np.bincount(mouths[0], minlength=areas)
    between: BoolArray = count[area_of_row[tail]] > 1
    return between


def _nodes_of(network: RoadNetwork, links: BoolArray) -> BoolArray:
    """Nodes that these links touch, as a mask."""
    nodes = np.zeros(network.nodes, dtype=np.bool_)
    nodes[network.link_tail[links]] = True
    nodes[network.link_head[links]] = True
    return nodes


def _look_up(values: Mapping[str, float], names: tuple[str, ...], otherwise: float) -> FloatArray:
    return np.array([values.get(name, otherwise) for name in names], dtype=np.float64)


def _decisecond(seconds: Any) -> Any:
    return seconds * DECISECONDS_PER_SECOND
