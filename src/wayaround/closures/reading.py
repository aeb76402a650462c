"""From the entries of a scenario file to closures."""

import difflib
from pathlib import Path

from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadClass, RoadPoint
from wayaround.closures.geojson import read_zone
from wayaround.closures.zone import Zone
from wayaround.errors import ProfileNotFound, WayaroundError
from wayaround.network.profiles import list_profiles
from wayaround.scenario import Scenario
from wayaround.scenario_entries import ClosureEntry, RiskEntry, TollEntry, read_opening_hours


def read_closures(scenario: Scenario) -> tuple[Closure, ...]:
    """The closures of a scenario file; paths are taken relative to it.

    Raises
    ------
    FileUnreadable, GeometryInvalid
        A GeoJSON file that cannot be read, or a zone that is no area; the sentence names file, line and key.
    """
    return tuple(read_closure(scenario, row) for row in range(len(scenario.closures)))


def read_closure(scenario: Scenario, row: int) -> Closure:
    """One of the closures of a scenario file; errors as for `read_closures`."""
    entry = scenario.closures[row]
    where = scenario.where("closures", row, entry.said_by)
    try:
        target = read_target(entry, scenario.folder)
    except WayaroundError as error:
        raise type(error)(f"{where}: {error.message}", ids=[entry.id]) from error
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
        from_date=entry.from_date,
        until_date=entry.until,
        except_for=tuple(entry.except_for),
        only_for=tuple(entry.only_for),
        allow_empty=entry.allow_empty,
        baseline=entry.baseline,
        section=entry.section,
        said_at=where,
    )


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
