"""Named places: what a person writes for one, and the points that it means."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from wayaround.demand.countries import find_country, find_region, find_region_anywhere, require_country
from wayaround.demand.gazetteer import Gazetteer, open_gazetteer
from wayaround.demand.place_names import name_key
from wayaround.errors import PlaceAmbiguous, PlaceNotFound
from wayaround.units import EARTH_RADIUS_KM, FloatArray

_DECIMAL = r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?"
_COORDINATES = re.compile(rf"({_DECIMAL})\s*,\s*({_DECIMAL})")
_COMMAS = re.compile("[,،，、]")
_REGION_CODE = re.compile(r"([A-Za-z]{2})-([A-Za-z0-9]{1,8})")
_NUMBER = re.compile(r"\s#([0-9]{1,10})$")
_LISTED = 6
_LONGEST_NAME = 300
_TOWN = 5000  # people


@dataclass(frozen=True, slots=True)
class Place:
    """A named point.

    Parameters
    ----------
    name : str
        What the user wrote or, for a place of the gazetteer, a name such as "Damascus, SY" by which
        `find_place` finds this place again and no other.
    lat, lon : float
        Degrees in WGS 84.
    country : str, optional
        ISO 3166-1 alpha-2 code, if known.
    population : int
        People; 0 if not known.
    """

    name: str
    lat: float
    lon: float
    country: str | None = None
    population: int = 0


def find_place(query: str, *, aliases: Mapping[str, Place] | None = None) -> Place:
    """Find the place that a text names: by an alias, by coordinates, by the gazetteer.

    The gazetteer is GeoNames' (CC BY 4.0): places of more than 1,000 people, and seats of administration.
    Names are compared without case, accents and punctuation, in any language and script that GeoNames lists;
    an Arabic article may be missing. After a comma may follow

    - a country: "Damascus, SY", "Damascus, SYR", "Damascus, Syria";
    - a first-level division by GeoNames' code, with its country: "Springfield, US-IL", "Springfield, IL, US".
      In the USA its name will do, alone too: "Springfield, Illinois". Two letters alone are a country's code
      if there is such a country: "Athens, GA" is sought in Gabon;
    - GeoNames' number, where nothing else tells namesakes apart: "Sahiwal, PK-04 #1166547".

    Places whose main name it is come before places that are also called so. Then:

    - A name without country must have one meaning. "Damascus" is ambiguous however small the others are. So
      is "Roma", the main name of four towns: where all such places are towns, a city of 100,000 people with
      ten times theirs that is also called so may be meant, and is listed with them. The name of a country
      means no place outside it.
    - With the country given, of several namesakes the one with 100,000 people and ten times those of each
      other is taken: "Perth, AU" is not the village in Tasmania, "Münster, DE" not the town of Munster. Less
      is not enough to guess by, and among towns size says little about which one is meant.

    Parameters
    ----------
    query : str
        Name, or "latitude,longitude" in decimal degrees.
    aliases : mapping of str to Place, optional
        Places that come before all others. Keys are compared as they are, then like names of the gazetteer.

    Returns
    -------
    Place
        The alias as it was given; a point with `query` for its name; or a place of the gazetteer.

    Raises
    ------
    PlaceNotFound
        If nothing has that name, or coordinates are out of range. `ids` holds the query.
    PlaceAmbiguous
        If more than one place has it. `ids` holds the query, then a distinct name for each place.

    Examples
    --------
    >>> find_place("Damascus, SY")
    Place(name='Damascus, SY', lat=33.5102, lon=36.29128, country='SY', population=1569394)
    >>> find_place("دمشق").name, find_place("Munster, Germany").name, find_place("Springfield, IL, US").name
    ('Damascus, SY', 'Münster, DE', 'Springfield, US-IL')
    >>> find_place("33.51, 36.29")
    Place(name='33.51, 36.29', lat=33.51, lon=36.29, country=None, population=0)
    >>> find_place("Al-Tanf", aliases={"al-Tanf": Place("al-Tanf", 33.51, 38.62)}).lon
    38.62
    >>> find_place("Damascus")
    Traceback (most recent call last):
    wayaround.errors.PlaceAmbiguous: "Damascus" may be Damascus, SY-13 (33.5102,36.29128; 1,569,394 people)...
    """
    text = query.strip()
    for alias in (query, text):
        if aliases and alias in aliases:
            return aliases[alias]
    if aliases and (key := name_key(text)):
        for name, place in aliases.items():
            if name_key(name) == key:
                return place
    if match := _COORDINATES.fullmatch(text):
        return _point(text, float(match[1]), float(match[2]))
    if not name_key(text):
        raise PlaceNotFound(
            f'{_quoted(text)} names no place; write "Name, Country" or "latitude,longitude"', ids=[query]
        )
    if len(text) > _LONGEST_NAME:
        raise PlaceNotFound(f"{_quoted(text)} is too long for the name of a place", ids=[query])
    return _find_in_gazetteer(open_gazetteer(), query, text)


def cities(
    countries: Iterable[str] | None,
    min_population: int,
    *,
    box: tuple[float, float, float, float] | None = None,
    most: int | None = None,
) -> list[Place]:
    """All places of some countries that have at least a number of people, the largest first.

    GeoNames lists districts beside their cities ("Mosul" and "Al Mawşil al Jadīdah", 1.2 km apart) and some
    places twice ("Simele" and "Sumayl", Iraq); the table does not say which they are. All are returned. Each
    has a name of its own, whatever else the list holds.

    Parameters
    ----------
    countries : iterable of str or None
        ISO 3166-1 codes or English names; None for the world.
    min_population : int
        People; 0 includes the places whose population is not known.
    box : tuple of float, optional
        Only places inside: west, south, east and north in degrees.
    most : int, optional
        Only so many.

    Returns
    -------
    list of Place
        By falling population, then by GeoNames' number.

    Raises
    ------
    PlaceNotFound
        If a country is unknown, with the nearest names.

    Examples
    --------
    >>> [place.name for place in cities(["SY", "Jordan"], 1_000_000)]
    ['Aleppo, SY', 'Damascus, SY', 'Amman, JO']
    """
    gazetteer = open_gazetteer()
    chosen = gazetteer.population >= min_population
    if countries is not None:
        named = [countries] if isinstance(countries, str) else countries
        codes = [require_country(name).encode() for name in named]
        chosen &= np.isin(gazetteer.country, np.array(codes, dtype=gazetteer.country.dtype))
    if box is not None:
        west, south, east, north = (side * 100_000 for side in box)
        chosen &= (gazetteer.lon_e5 >= west) & (gazetteer.lon_e5 <= east)
        chosen &= (gazetteer.lat_e5 >= south) & (gazetteer.lat_e5 <= north)
    row = np.flatnonzero(chosen)
    row = row[np.lexsort((gazetteer.geonameid[row], -gazetteer.population[row]))][:most]
    return [_place(gazetteer, number) for number in row.tolist()]


def say_where(lat: npt.ArrayLike, lon: npt.ArrayLike) -> list[str]:
    """Say near which town points lie, for people who read tables of links.

    Parameters
    ----------
    lat, lon : (n,) array_like of float
        Degrees.

    Returns
    -------
    list of str
        The nearest place of at least 5,000 people, with the distance where it is a kilometre or more.

    Examples
    --------
    >>> say_where([33.513, 33.435], [36.292, 38.852])
    ['Damascus, SY', '19 km from Rukban, JO']
    """
    gazetteer = open_gazetteer()
    rows = np.flatnonzero(gazetteer.population >= _TOWN)
    towns = cKDTree(_on_sphere(gazetteer.lat_e5[rows] / 1e5, gazetteer.lon_e5[rows] / 1e5))
    chord, nearest = towns.query(_on_sphere(lat, lon))
    distance_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))
    names = [gazetteer.short_label(row) for row in rows[nearest].tolist()]
    return [name if km < 1 else f"{km:,.0f} km from {name}" for name, km in zip(names, distance_km, strict=True)]


def _on_sphere(lat: npt.ArrayLike, lon: npt.ArrayLike) -> FloatArray:
    phi, theta = np.radians(np.asarray(lat, dtype=np.float64)), np.radians(np.asarray(lon, dtype=np.float64))
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _point(text: str, lat: float, lon: float) -> Place:
    if abs(lat) <= 90 and abs(lon) <= 180:
        return Place(text, lat, lon)
    if abs(lat) <= 180 and abs(lon) <= 90:
        advice = "the latitude comes first"
    else:
        advice = "a latitude lies between -90 and 90, a longitude between -180 and 180"
    raise PlaceNotFound(f"{_quoted(text)} is no point on Earth; {advice}", ids=[text])


def _find_in_gazetteer(gazetteer: Gazetteer, query: str, text: str) -> Place:
    """Take the first reading of the text that any place fits."""
    number = _NUMBER.search(text)
    geonameid = int(number[1]) if number else None
    where = text[: number.start()] if number else text
    for name, country, region in _readings(where):
        rows = gazetteer.find_name(name, country=country, region=region, geonameid=geonameid).tolist()
        if len(rows) == 1:
            return _place(gazetteer, rows[0])
        if rows:
            raise _ambiguous(gazetteer, query, rows)
    raise _not_found(gazetteer, query, where)


def _readings(text: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Read a text as name, country and first-level division, in the likeliest way first."""
    parts = [part.strip() for part in _COMMAS.split(text)]
    *before, last = parts
    name = ", ".join(before)
    if before:
        country = find_country(last)
        if country is not None:
            yield name, country, None
            if len(parts) > 2 and (region := find_region(parts[-2], country=country)):
                yield ", ".join(parts[:-2]), country, region
        if (match := _REGION_CODE.fullmatch(last)) and (country_of := find_country(match[1])):
            yield name, country_of, match[2].upper()
        if (country is None or len(last) > 3) and (found := find_region_anywhere(last)):
            yield name, *found
    # The name of a country means no village abroad: "Jordan" is none in Minnesota, but Luxembourg is a city.
    yield text, find_country(text), None


def _place(gazetteer: Gazetteer, row: int) -> Place:
    return Place(
        name=gazetteer.short_label(row),
        lat=int(gazetteer.lat_e5[row]) / 100_000,
        lon=int(gazetteer.lon_e5[row]) / 100_000,
        country=gazetteer.country[row].decode(),
        population=int(gazetteer.population[row]),
    )


def _ambiguous(gazetteer: Gazetteer, query: str, rows: list[int]) -> PlaceAmbiguous:
    described = []
    for row in rows[:_LISTED]:
        place = _place(gazetteer, row)
        people = f"{place.population:,} people" if place.population else "population unknown"
        described.append(f"{gazetteer.long_label(row)} ({place.lat},{place.lon}; {people})")
    more = f"; or {len(rows) - _LISTED} others" if len(rows) > _LISTED else ""
    return PlaceAmbiguous(
        f"{_quoted(query)} may be {'; '.join(described)}{more}: "
        "add the country, and the division if need be, as they stand here, or give coordinates",
        ids=[query, *(gazetteer.short_label(row) for row in rows)],
    )


def _not_found(gazetteer: Gazetteer, query: str, text: str) -> PlaceNotFound:
    """Say what has the name elsewhere, what is spelled like it, and what was not understood."""
    *before, last = (part.strip() for part in _COMMAS.split(text))
    name, country, _ = next(_readings(text))
    unread = ""
    if before and country is None:
        name = ", ".join(before)
        unread = f" ({_quoted(last)} is no country or division known here)"
    elif not before and country is not None:
        unread = " (it is a country; name a place in it)"
    namesakes = gazetteer.find_name(name).tolist()[:2]
    rows = [*namesakes, *gazetteer.find_similar(name, country=country)]
    near = "; ".join(gazetteer.short_label(row) for row in dict.fromkeys(rows))
    advice = f"the nearest names are {near}" if near else "no name is spelled like it"
    return PlaceNotFound(
        f'{_quoted(query)} is not in the gazetteer{unread}; {advice}; coordinates are given as "latitude,longitude"',
        ids=[query],
    )


def _quoted(text: str) -> str:
    """Shorten a text to stand in a message, on one line."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text.strip())
    return f'"{shown[:77]}..."' if len(shown) > 80 else f'"{shown}"'
