"""Who travels: ordered pairs of places with weights, snapped to the network."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from wayaround.demand.places import Place, cities, find_place
from wayaround.errors import FileUnreadable, PlaceOffNetwork, ScenarioError, WayaroundError
from wayaround.network.parts import links_for_places
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import MAX_SNAP_KM, SnappedPoints, snap_point
from wayaround.scenario import Scenario
from wayaround.units import EARTH_RADIUS_KM, BoolArray, FloatArray, Int64Array

MAX_TOTAL_WEIGHT = 10**10
"""Quantised weights add up to this at most, so that weighted sums stay inside an int64."""

MAX_WEIGHT = 1e15
MAX_CITIES = 5000
"""All pairs of more would take several gigabytes; a scenario that asks for them is told so."""

NEAREST_PAIR_KM = 1.0
GRAVITY = (
    "population of the origin times population of the destination over their great-circle distance in km "
    "(Zipf 1946, the P1 P2 / D hypothesis), scaled to a mean of 1 per pair"
)


@dataclass(frozen=True, slots=True)
class Trips:
    """Ordered pairs of places.

    Parameters
    ----------
    places : tuple of Place
        The terminals.
    snapped : SnappedPoints
        Their points on the road.
    origin, destination : (p,) ndarray of int64
        Rows of `places`; no pair goes from a place to itself.
    weight : (p,) ndarray of int64
        Quantised weights; at most 10^10 together.
    quanta : float
        How many quanta make a weight of 1.
    counted : (p,) ndarray of bool
        Pairs that enter sums and burdens; a named pair beside all pairs of cities does not.
    named : (p,) ndarray of bool
        Pairs that were asked for by name.
    weighting : str
        Where the weights come from, in words.
    off_network : tuple of str
        Places left out because no road lies within 20 km.
    """

    places: tuple[Place, ...]
    snapped: SnappedPoints
    origin: Int64Array
    destination: Int64Array
    weight: Int64Array
    quanta: float
    counted: BoolArray
    named: BoolArray
    weighting: str
    off_network: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.origin)


def named_trips(
    network: RoadNetwork,
    pairs: Iterable[Sequence[str]],
    *,
    aliases: Mapping[str, Place] | None = None,
    profile: Profile | str = "truck",
) -> Trips:
    """Pairs of places by name, each with weight 1.

    Raises
    ------
    PlaceNotFound, PlaceAmbiguous
        A name that fits no place, or several.
    PlaceOffNetwork
        A place without a road within 20 km.
    ScenarioError
        A pair of one place with itself.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> trips = named_trips(open_network("world-highways"), [["Damascus, SY", "Baghdad, IQ"]])
    >>> [place.name for place in trips.places], len(trips)
    (['Damascus, SY', 'Baghdad, IQ'], 1)
    """
    listed = []
    for one, other in pairs:
        listed.append((find_place(one, aliases=aliases), find_place(other, aliases=aliases)))
        if listed[-1][0] == listed[-1][1]:
            raise ScenarioError(f'"{one}" and "{other}" are one place; a pair needs two.', ids=[one, other])
    trips = _trips(network, listed, np.ones(len(listed)), named=True, weighting="each pair counts 1", profile=profile)
    refuse_off_network(network, trips.off_network)
    return trips


def refuse_off_network(network: RoadNetwork, names: Sequence[str]) -> None:
    """Raise PlaceOffNetwork where there is a name of a place without a road."""
    if names:
        raise PlaceOffNetwork(
            f'"{names[0]}" has no road of {network.name} within {MAX_SNAP_KM:g} km; choose a place on the network.',
            ids=names,
        )


def city_trips(
    network: RoadNetwork,
    *,
    countries: Iterable[str] | None = None,
    min_population: int,
    weight: Literal["gravity", "equal"] = "gravity",
    profile: Profile | str = "truck",
) -> Trips:
    """All ordered pairs of the cities of some countries.

    Gravity weights are the product of the two populations over the great-circle distance in km (G. K. Zipf, "The
    P1 P2/D Hypothesis: On the Intercity Movement of Persons", American Sociological Review 11, 1946), scaled to a
    mean of 1 per pair.

    Parameters
    ----------
    network : RoadNetwork
        Cities without a road within 20 km are left out and listed.
    countries : iterable of str, optional
        ISO 3166 codes or English names; all countries if left out.
    min_population : int
        People.
    weight : {"gravity", "equal"}
        How pairs are weighted.
    profile : Profile or str
        The vehicle: places lie on roads that it may use.

    Returns
    -------
    Trips

    Raises
    ------
    PlaceNotFound
        An unknown country.
    ScenarioError
        More than 5,000 cities.
    """
    chosen = cities(countries, min_population)
    if len(chosen) > MAX_CITIES:
        raise ScenarioError(
            f"{len(chosen):,} cities have {min_population:,} people or more, and all pairs of at most {MAX_CITIES:,} "
            f"can be held; the nearest min_population is {chosen[MAX_CITIES].population + 1}.",
            ids=[str(min_population)],
        )
    return pair_places(network, chosen, weight, profile)


def largest_city_trips(network: RoadNetwork, count: int, *, profile: Profile | str = "truck") -> Trips:
    """All ordered pairs of the largest cities of the world, with gravity weights.

    Parameters
    ----------
    network : RoadNetwork
        Cities without a road within 20 km are left out and listed.
    count : int
        How many cities.
    profile : Profile or str
        The vehicle: places lie on roads that it may use.
    """
    return pair_places(network, cities(None, 1)[:count], "gravity", profile)


def file_trips(
    network: RoadNetwork,
    path: Path,
    *,
    aliases: Mapping[str, Place] | None = None,
    profile: Profile | str = "truck",
) -> Trips:
    """Pairs out of a CSV or Parquet file with the columns origin, destination and weight.

    Raises
    ------
    FileUnreadable
        Missing, or without these columns.
    ScenarioError
        A weight that is negative, above 10^15 or no number.
    PlaceNotFound, PlaceAmbiguous
        A name that fits no place, or several; the sentence names file and row.
    """
    origin, destination, value = _read_pairs(path)
    strange = ~((value >= 0) & (value <= MAX_WEIGHT))  # a weight that is no number as well
    if strange.any():
        row = int(np.flatnonzero(strange)[0])
        raise ScenarioError(
            f"{path}, row {row + 1}: weight is {value[row]:g}; it must be a number from 0 to {MAX_WEIGHT:g}."
        )
    found: dict[str, Place] = {}
    listed = []
    for row, (one, other) in enumerate(zip(origin, destination, strict=True), start=1):
        for name in (one, other):
            if name not in found:
                try:
                    found[name] = find_place(name, aliases=aliases)
                except WayaroundError as error:
                    raise type(error)(f"{path}, row {row}: {error.message}", ids=error.ids) from error
        listed.append((found[one], found[other]))
    trips = _trips(network, listed, value, named=False, weighting=f"from {path.name}", profile=profile)
    round_trips = sum(one == other for one, other in listed)
    off_road = len(listed) - round_trips - len(trips)
    left_out = [
        f"{count:,} {'row' if count == 1 else 'rows'} {why}"
        for count, why in ((round_trips, "from a place to itself"), (off_road, "with a place off the roads"))
        if count
    ]
    if not left_out:
        return trips
    return replace(trips, weighting=f"{trips.weighting}, without {' and '.join(left_out)}")


def read_trips(scenario: Scenario, network: RoadNetwork, *, profile: Profile | str = "truck") -> Trips:
    """The trips of a scenario file, between places on roads that a vehicle may use."""
    aliases = {name: Place(name, at.lat, at.lon) for name, at in scenario.aliases.items()}
    entry = scenario.trips
    parts = []
    try:
        if entry.pairs:
            parts.append(named_trips(network, entry.pairs, aliases=aliases, profile=profile))
        if entry.cities is not None:
            chosen = entry.cities
            parts.append(
                city_trips(
                    network,
                    countries=chosen.countries,
                    min_population=chosen.min_population,
                    weight=chosen.weight,
                    profile=profile,
                )
            )
        if entry.file is not None:
            parts.append(file_trips(network, scenario.folder / entry.file, aliases=aliases, profile=profile))
    except WayaroundError as error:
        raise type(error)(f"{scenario.where('trips')}: {error.message}", ids=error.ids) from error
    if entry.cities is not None and entry.pairs:
        parts[0] = replace(parts[0], counted=np.zeros(len(parts[0]), dtype=bool))
    trips = _join_up(parts)
    if len(trips) == 0:
        raise ScenarioError(
            f"{scenario.where('trips')}: no pair of two places is left; add one, or ask for smaller cities."
        )
    return trips


def quantise(weight: FloatArray) -> tuple[Int64Array, float]:
    """Weights as integers that add up to 10^10 at most, and how many of them make 1.

    Examples
    --------
    >>> quantise(np.array([1.0, 0.5]))
    (array([1000000000,  500000000]), 1000000000.0)
    """
    total = float(weight.sum())
    if total <= 0:
        return np.zeros(len(weight), dtype=np.int64), 1.0
    most = 9 if total >= 1 else 30
    quanta = 10.0 ** min(most, math.floor(math.log10(MAX_TOTAL_WEIGHT) - math.log10(total)))
    return np.floor(weight * quanta).astype(np.int64), quanta


def pair_places(
    network: RoadNetwork,
    chosen: Sequence[Place],
    weight: Literal["gravity", "equal"] = "gravity",
    profile: Profile | str = "truck",
) -> Trips:
    """All ordered pairs of some places; those without a road within 20 km are left out and listed.

    Parameters
    ----------
    network, weight, profile
        As for `city_trips`.
    chosen : sequence of Place
        The places.
    """
    snapped, kept, off = snap_places(network, chosen, profile=profile)
    count = len(kept)
    origin = np.repeat(np.arange(count), count)
    destination = np.tile(np.arange(count), count)
    apart = origin != destination
    origin, destination = origin[apart], destination[apart]
    value = np.ones(len(origin))
    if weight == "gravity" and count > 1:
        people = np.array([place.population for place in kept], dtype=np.float64)
        distance_km = _great_circle_km(snapped.lat, snapped.lon)[origin, destination]
        value = people[origin] * people[destination] / np.maximum(distance_km, NEAREST_PAIR_KM)
        value /= value.mean()
    quantised, quanta = quantise(value)
    everywhere = np.ones(len(origin), dtype=bool)
    return Trips(
        tuple(kept),
        snapped,
        origin,
        destination,
        quantised,
        quanta,
        counted=everywhere,
        named=~everywhere,
        weighting=GRAVITY if weight == "gravity" else "each pair counts 1",
        off_network=tuple(off),
    )


def _trips(
    network: RoadNetwork,
    listed: list[tuple[Place, Place]],
    value: FloatArray,
    *,
    named: bool,
    weighting: str,
    profile: Profile | str,
) -> Trips:
    unique = list(dict.fromkeys(place for pair in listed for place in pair))
    snapped, kept, off = snap_places(network, unique, profile=profile)
    row = {place: number for number, place in enumerate(kept)}
    usable = np.array([one in row and other in row and one != other for one, other in listed], dtype=bool)
    pairs = [pair for pair, use in zip(listed, usable, strict=True) if use]
    quantised, quanta = quantise(value[usable])
    return Trips(
        tuple(kept),
        snapped,
        np.array([row[one] for one, _ in pairs], dtype=np.int64),
        np.array([row[other] for _, other in pairs], dtype=np.int64),
        quantised,
        quanta,
        counted=np.ones(len(pairs), dtype=bool),
        named=np.full(len(pairs), named),
        weighting=weighting,
        off_network=tuple(off),
    )


def snap_places(
    network: RoadNetwork, places: Sequence[Place], *, profile: Profile | str = "truck"
) -> tuple[SnappedPoints, list[Place], list[str]]:
    """Points of places on the road, the places that have one, and the names of those that have none within 20 km.

    A point lies on a road that the vehicle may use and that is joined up with the others; see `links_for_places`.
    """
    among = links_for_places(network, load_profile(profile) if isinstance(profile, str) else profile)
    points = [snap_point(network, place.lat, place.lon, among=among) for place in places]
    kept = [(place, point) for place, point in zip(places, points, strict=True) if point is not None]
    off = [place.name for place, point in zip(places, points, strict=True) if point is None]
    snapped = SnappedPoints.of([(place.lat, place.lon) for place, _ in kept], [point for _, point in kept])
    return snapped, [place for place, _ in kept], off


def _join_up(parts: list[Trips]) -> Trips:
    """Several sets of trips as one; each keeps its places, weights are brought to one quantum."""
    if len(parts) == 1:
        return parts[0]
    value = np.concatenate([part.weight / part.quanta for part in parts])
    weight, quanta = quantise(value)
    first = np.cumsum([0, *[len(part.places) for part in parts]])
    columns = {
        name: np.concatenate([getattr(part.snapped, name) for part in parts])
        for name in ("lat", "lon", "link", "position", "road_lat", "road_lon", "snap_km")
    }
    return Trips(
        tuple(place for part in parts for place in part.places),
        SnappedPoints(**columns),
        np.concatenate([part.origin + start for part, start in zip(parts, first, strict=False)]),
        np.concatenate([part.destination + start for part, start in zip(parts, first, strict=False)]),
        weight,
        quanta,
        counted=np.concatenate([part.counted for part in parts]),
        named=np.concatenate([part.named for part in parts]),
        weighting="; ".join(dict.fromkeys(part.weighting for part in parts)),
        off_network=tuple(name for part in parts for name in part.off_network),
    )


def _great_circle_km(lat: FloatArray, lon: FloatArray) -> FloatArray:
    phi, lam = np.radians(lat), np.radians(lon)
    half = (
        np.sin((phi[:, None] - phi) / 2) ** 2
        + np.cos(phi[:, None]) * np.cos(phi) * np.sin((lam[:, None] - lam) / 2) ** 2
    )
    distance: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def _read_pairs(path: Path) -> tuple[list[str], list[str], FloatArray]:
    """Columns origin, destination and weight of a CSV or Parquet file."""
    try:
        if path.suffix == ".parquet":
            table = pa.parquet.read_table(path)
        else:
            kinds = {"origin": pa.string(), "destination": pa.string(), "weight": pa.float64()}
            table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=kinds))
        origin, destination = (table.column(name).cast(pa.string()).to_pylist() for name in ("origin", "destination"))
        weight = table.column("weight").cast(pa.float64()).to_numpy()
    except OSError as error:
        raise FileUnreadable(f'cannot read the trips "{path}": {error.strerror or error}.', ids=[str(path)]) from error
    except (pa.ArrowException, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise FileUnreadable(
            f'"{path}" is no table of trips with the columns origin, destination, weight ({reason}).'
        ) from error
    if None in origin or None in destination:
        raise FileUnreadable(f'"{path}" has a row without origin or destination.')
    return origin, destination, weight
