"""From the entries of a scenario file to closures."""

import difflib
from pathlib import Path

from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadClass, RoadPoint
from wayaround.closures.features import Target, check_parties, read_features
from wayaround.closures.geojson import read_zone
from wayaround.closures.wzdx import read_feed
from wayaround.closures.zone import Zone
from wayaround.errors import ProfileNotFound, WayaroundError
from wayaround.network.profiles import Profile, list_profiles, load_profile, override_profile
from wayaround.scenario import Scenario
from wayaround.scenario_entries import ClosureEntry, RiskEntry, TollEntry, read_opening_hours


def read_closures(scenario: Scenario) -> tuple[Closure, ...]:
    """The closures of a scenario file; paths are taken relative to it.

    Raises
    ------
    FileUnreadable, GeometryInvalid
        A GeoJSON file or a feed that cannot be read, or a zone that is no area; the sentence names file, line and key.
    """
    return tuple(closure for row in range(len(scenario.closures)) for closure in read_entry(scenario, row))


def read_entry(scenario: Scenario, row: int) -> tuple[Closure, ...]:
    """The closures of one entry: of a feed, or of a file whose features have keys of their own, one each.

    Errors are as for `read_closures`.
    """
    entry = scenario.closures[row]
    where = scenario.where("closures", row, entry.said_by)
    try:
        if entry.wzdx is not None:
            return read_feed(entry, scenario.folder / entry.wzdx, _vehicle(scenario), said_at=where)
        if entry.geojson is not None:
            features = read_features(entry, scenario.folder / entry.geojson)
            if features:
                check_parties(scenario, [each for each, _, _ in features])
                return tuple(_close(scenario, row, *each, where=where) for each in features)
        return (_close(scenario, row, entry, read_target(entry, scenario.folder), (), where=where),)
    except WayaroundError as error:
        if error.message.startswith(str(scenario.where())):
            raise
        raise type(error)(f"{where}: {error.message}", ids=[entry.id]) from error


def _close(
    scenario: Scenario, row: int, entry: ClosureEntry, target: Target, notes: tuple[str, ...], *, where: str
) -> Closure:
    wait_h = entry.wait_h
    if entry.wait_h_by:
        check_profiles(list(entry.wait_h_by), scenario.where("closures", row, "wait_h_by"))
        vehicle = scenario.profile if isinstance(scenario.profile, str) else scenario.profile.base
        wait_h = entry.wait_h_by.get(vehicle, 0.0 if wait_h is None else wait_h)
    return Closure(
        target=target,
        id=entry.id,
        wait_h=wait_h,
        open_hours=() if entry.open is None else read_opening_hours(entry.open),
        speed_factor=entry.speed_factor,
        direction=entry.direction,
        from_date=entry.from_date,
        until_date=entry.until,
        except_for=tuple(entry.except_for),
        only_for=tuple(entry.only_for),
        allow_empty=entry.allow_empty,
        baseline=entry.baseline,
        section=entry.section and not isinstance(target, Zone),
        said_at=where,
        notes=notes,
    )


def _vehicle(scenario: Scenario) -> Profile:
    """The vehicle that a feed's restrictions are read for."""
    entry = scenario.profile
    try:
        if isinstance(entry, str):
            return load_profile(entry)
        return override_profile(load_profile(entry.base), entry.values())
    except WayaroundError as error:
        raise type(error)(f"{scenario.where('profile')}: {error.message}", ids=error.ids) from error


def check_profiles(names: list[str], where: str) -> None:
    """Refuse vehicles that no profile of the package is.

    Raises
    ------
    ProfileNotFound
        Naming the nearest one.
    """
    known = list_profiles()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise ProfileNotFound(f'{where}: no profile is called "{name}"; the nearest is "{near}".', ids=[name])


def read_target(
    entry: ClosureEntry | TollEntry | RiskEntry, folder: Path
) -> Zone | RoadPoint | LinkIds | CrossingName | RoadClass:
    """Where an entry of a scenario is."""
    if isinstance(entry, TollEntry | RiskEntry) and entry.road_class is not None:
        return RoadClass(entry.road_class)
    if entry.circle is not None:
        return Zone.circle(lat=entry.circle.lat, lon=entry.circle.lon, radius_km=entry.circle.radius_km)
    if entry.polygon is not None:
        called = "closure" if isinstance(entry, ClosureEntry) else "toll" if isinstance(entry, TollEntry) else "risk"
        return Zone.polygon(entry.polygon, label=f'the polygon of {called} "{entry.id}"')
    if entry.geojson is not None:
        return read_zone(folder / entry.geojson)
    if entry.point is not None:
        return RoadPoint(lat=entry.point.lat, lon=entry.point.lon)
    if entry.links is not None:
        return LinkIds(tuple(entry.links))
    return CrossingName(str(entry.crossing))
