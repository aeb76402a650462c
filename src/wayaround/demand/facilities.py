"""Facilities that people have to reach, and the people who have to."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from wayaround.demand.places import Place, cities, find_place
from wayaround.errors import FileUnreadable, ScenarioError, WayaroundError
from wayaround.scenario import Scenario
from wayaround.scenario_asks import MOST_FACILITIES

MOST_PEOPLED = 20_000
"""Places whose access is asked for at once."""

MAX_BYTES = 4 * 1024 * 1024
NO_KIND = "facility"


@dataclass(frozen=True, slots=True)
class Facility:
    """A place to be reached, and what it is, such as "hospital"."""

    place: Place
    kind: str = NO_KIND


def read_facilities(scenario: Scenario) -> tuple[Facility, ...]:
    """The facilities of a scenario's `[access]`.

    Raises
    ------
    PlaceNotFound, PlaceAmbiguous
        A name that fits no place, or several.
    FileUnreadable
        A file that is missing or has not the columns name, lat and lon.
    ScenarioError
        A point that is not on the globe, or too many.
    """
    entry = scenario.access
    if entry is None:
        return ()
    if entry.file is not None:
        try:
            return read_facility_file(scenario.folder / entry.file)
        except WayaroundError as error:
            raise type(error)(f"{scenario.where('access', 'file')}: {error.message}", ids=error.ids) from error
    aliases = {name: Place(name, at.lat, at.lon) for name, at in scenario.aliases.items()}
    try:
        found = dict.fromkeys(find_place(name, aliases=aliases) for name in entry.facilities or ())
    except WayaroundError as error:
        raise type(error)(f"{scenario.where('access', 'facilities')}: {error.message}", ids=error.ids) from error
    return tuple(map(Facility, found))


def read_facility_file(path: Path) -> tuple[Facility, ...]:
    """Facilities out of a CSV file (UTF-8) with the columns name, lat, lon and perhaps kind."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileUnreadable(f'"{path}" is larger than {MAX_BYTES >> 20} MB; that is no list of facilities.')
        rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    except FileUnreadable:
        raise
    except OSError as error:
        raise FileUnreadable(f'cannot read the facilities "{path}": {error.strerror}.', ids=[str(path)]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(f'"{path}" is no CSV file in UTF-8.', ids=[str(path)]) from error
    if not rows or not {"name", "lat", "lon"} <= set(rows[0]):
        raise FileUnreadable(f'"{path}" has no rows with the columns name, lat, lon (and kind).', ids=[str(path)])
    if len(rows) > MOST_FACILITIES:
        raise ScenarioError(f'"{path}" has {len(rows):,} facilities; at most {MOST_FACILITIES:,} can be asked for.')
    return tuple(_read_row(path, number, row) for number, row in enumerate(rows, start=1))


def _read_row(path: Path, number: int, row: dict[str, str | None]) -> Facility:
    name = (row["name"] or "").strip()
    try:
        lat, lon = float(row["lat"] or ""), float(row["lon"] or "")
    except ValueError:
        lat = lon = 1000.0
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ScenarioError(f"{path}, row {number}: lat and lon have to be degrees, such as 33.51 and 36.29.")
    if not name or not name.isprintable():
        raise ScenarioError(f"{path}, row {number}: a facility needs a name on one line.")
    return Facility(Place(name[:200], lat, lon), " ".join((row.get("kind") or NO_KIND).split())[:60] or NO_KIND)


def read_people(scenario: Scenario) -> Sequence[Place]:
    """The places whose access is asked for: `people` of `[access]`, or else the cities of the trips.

    Raises
    ------
    ScenarioError
        Neither is there, no place is that large, or too many are.
    PlaceNotFound
        An unknown country.
    """
    entry = scenario.access
    asked = None if entry is None else entry.people
    chosen = asked or scenario.trips.cities
    at = scenario.where("access", "people") if asked else scenario.where("access")
    if chosen is None:
        raise ScenarioError(
            f"{at}: access needs people, for example people = {{ countries = [...], min_population = 50000 }}, "
            "since trips has no cities.",
        )
    try:
        places = cities(chosen.countries, chosen.min_population)
    except WayaroundError as error:
        raise type(error)(f"{at}: {error.message}", ids=error.ids) from error
    if not places:
        raise ScenarioError(f"{at}: no place there has {chosen.min_population:,} people; ask for smaller ones.")
    if len(places) > MOST_PEOPLED:
        raise ScenarioError(
            f"{at}: {len(places):,} places have {chosen.min_population:,} people or more, and access is measured for "
            f"at most {MOST_PEOPLED:,}; the nearest min_population is {places[MOST_PEOPLED].population + 1}."
        )
    return places
