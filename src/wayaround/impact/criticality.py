"""What losing a road costs all journeys together, and which shut one gives most back."""

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from wayaround.closures.closure import Closure
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.demand.trips import Trips
from wayaround.errors import ScenarioError
from wayaround.impact.checkpoint import read_checkpoint, write_checkpoint
from wayaround.impact.queries import open_query
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.routing.labels import HierarchyQuery
from wayaround.routing.losses import Losses, LossTables, chains_to_close, lose_groups, prepare_losses
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, Int64Array

if TYPE_CHECKING:
    import geopandas as gpd

Unit = Literal["link", "section", "crossing", "closure"]
MOST_PLACES = 5_000
GROUPS_A_BLOCK = 8_192

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Roads by what losing each costs, the dearest first: weight cut off, then extra weighted hours.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    unit : str
        What is lost at a time: links in series ("link"), parallel carriageways ("section"), a crossing, or, for what
        reopening gives back, a closure.
    profile, day, closures
        The vehicle, the day, and the closures in force throughout.
    names : tuple of str
        Name of each row.
    first, link : (rows + 1,) and (members,) ndarray of int64
        Links of each row, in compressed rows.
    cut_off_weight, extra_weighted_h, extra_weighted_km : (rows,) ndarray of float64
        Weight of the journeys left without a way; extra hours and kilometres times weight of those that keep one.
    cut_off_pairs, longer_pairs : (rows,) ndarray of int64
        Numbers of journeys.
    pairs : int
        Journeys in all.
    weighting : str
        Where the weights come from.
    """

    network: RoadNetwork
    unit: Unit
    profile: Profile
    day: datetime.date
    closures: tuple[str, ...]
    names: tuple[str, ...]
    first: Int64Array
    link: Int64Array
    cut_off_weight: npt.NDArray[np.float64]
    extra_weighted_h: npt.NDArray[np.float64]
    extra_weighted_km: npt.NDArray[np.float64]
    cut_off_pairs: Int64Array
    longer_pairs: Int64Array
    pairs: int
    weighting: str

    def __len__(self) -> int:
        return len(self.names)

    def links_of(self, row: int) -> Int64Array:
        """Links of a row."""
        return self.link[self.first[row] : self.first[row + 1]]

    def table(self, top: int | None = None) -> "gpd.GeoDataFrame":
        """The rows with their roads as geometry.

        Parameters
        ----------
        top : int, optional
            Only so many rows.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns rank, name, country, links, km, cut_off_weight, cut_off_pairs, extra_weighted_h, extra_weighted_km,
            longer_pairs and geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need
        import shapely

        rows = range(len(self) if top is None else min(top, len(self)))
        links = [self.links_of(row) for row in rows]
        country = self.network.link_country
        length_m = np.asarray(self.network.link_length_m)
        return gpd.GeoDataFrame(
            {
                "rank": [row + 1 for row in rows],
                "name": [self.names[row] for row in rows],
                "country": ["-".join(sorted({self.network.countries[each] for each in country[own]})) for own in links],
                "links": [own.tolist() for own in links],
                "km": [float(length_m[own].sum()) / 1000 for own in links],
                "cut_off_weight": self.cut_off_weight[: len(rows)],
                "cut_off_pairs": self.cut_off_pairs[: len(rows)],
                "extra_weighted_h": self.extra_weighted_h[: len(rows)],
                "extra_weighted_km": self.extra_weighted_km[: len(rows)],
                "longer_pairs": self.longer_pairs[: len(rows)],
            },
            geometry=[shapely.MultiLineString(list(self.network.lines(own))) for own in links],
            crs="EPSG:4326",
        )


def rank_links(
    network: RoadNetwork,
    trips: Trips,
    *,
    unit: Literal["link", "section", "crossing"] = "link",
    closures: Sequence[Closure] = (),
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
    countries: Sequence[str] | None = None,
    links: npt.ArrayLike | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Rank roads by what losing each alone ("N-1") costs all journeys together, exactly.

    Both directions are lost. Links in series have one loss and share a row. A place inside a lost link still gets to
    both its ends: what counts is the traffic through, not access to the link itself. Rows that no journey misses are
    left out.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        Who travels; of these the counted ones.
    unit : {"link", "section", "crossing"}
        What is lost at a time. A section is a link with the parallel ones and the slip roads within 300 m of it.
    closures : sequence of Closure
        What is shut, slow or delayed throughout.
    profile, date, party
        As for `assess`.
    countries : sequence of str, optional
        Only roads of these countries (ISO 3166 alpha-2 codes).
    links : array_like of int, optional
        Only these links.
    checkpoint : Path, optional
        File that keeps what is done; a run with the same inputs goes on from it.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    Ranking

    Raises
    ------
    ScenarioError
        More than 5,000 places, or a country that the network does not have.
    LinkNotFound
        A link that the network does not have.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> trips = wa.city_trips(network, countries=["SY", "JO"], min_population=500_000)
    >>> ranking = wa.rank_links(network, trips, unit="crossing")
    >>> sorted(ranking.names[:2])
    ['Daraa-Ramtha', 'Nasib-Jaber']
    """
    tell = progress or _silent
    tell("preparing", 0, 1)
    profile = load_profile(profile) if isinstance(profile, str) else profile
    day = date or datetime.date.today()
    in_force = [each for each in _match(network, closures) if each.closure.reason_not_in_force(day, party) is None]
    query = _query(network, trips, profile, in_force)
    tables = prepare_losses(query, _trip_matrix(trips))
    wanted = _wanted_links(network, countries, links)
    names, first, link = _groups(network, tables, unit, wanted)
    key = _fingerprint(network, trips, profile, in_force, first, link)
    losses = _lose_in_blocks(tables, first, link, checkpoint, key, tell)
    if unit == "link":  # one link of each chain was closed; the row names them all
        names, first, link = _whole_chains(network, tables, wanted, link)
    return _ranking(network, trips, profile, day, in_force, unit, names, first, link, losses)


def rank_reopenings(
    network: RoadNetwork,
    trips: Trips,
    *,
    closures: Sequence[Closure],
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
) -> Ranking:
    """Rank what is closed by what reopening each alone gives back to all journeys.

    Parameters
    ----------
    network, trips, profile, date, party
        As for `rank_links`.
    closures : sequence of Closure
        All of them apply; each that is in force is lifted alone.

    Returns
    -------
    Ranking
        With the closures' ids for names; `cut_off_weight` is the weight that gets a way again, `extra_weighted_h` the
        hours given back to journeys that had one.
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    day = date or datetime.date.today()
    in_force = [each for each in _match(network, closures) if each.closure.reason_not_in_force(day, party) is None]
    origin, destination = trips.origin[trips.counted], trips.destination[trips.counted]
    weight = trips.weight[trips.counted]
    now = _query(network, trips, profile, in_force).skim(origin, destination)
    gains = np.zeros((len(in_force), len(fields(Losses))), dtype=np.int64)
    for row, lifted in enumerate(in_force):
        rest = [each for each in in_force if each is not lifted]
        then = _query(network, trips, profile, rest).skim(origin, destination)
        again = (now.time_ds >= UNREACHABLE) & (then.time_ds < UNREACHABLE)
        faster = (now.time_ds < UNREACHABLE) & (
            (then.time_ds < now.time_ds) | ((then.time_ds == now.time_ds) & (then.length_m != now.length_m))
        )
        gains[row] = (
            weight[again].sum(),
            np.count_nonzero(again),
            ((now.time_ds - then.time_ds)[faster] * weight[faster]).sum(),
            ((now.length_m - then.length_m)[faster] * weight[faster]).sum(),
            weight[faster].sum(),
            np.count_nonzero(faster),
        )
    first = np.cumsum([0, *[len(each.links) for each in in_force]])
    link = np.concatenate([np.zeros(0, dtype=np.int64), *[each.links for each in in_force]])
    names = tuple(each.closure.id for each in in_force)
    losses = Losses(*np.ascontiguousarray(gains.T))
    return _ranking(network, trips, profile, day, in_force, "closure", names, first, link, losses)


def _match(network: RoadNetwork, closures: Sequence[Closure]) -> list[MatchedClosure]:
    return [match_closure(network, closure) for closure in closures]


def _query(network: RoadNetwork, trips: Trips, profile: Profile, in_force: Sequence[MatchedClosure]) -> HierarchyQuery:
    if len(trips.places) > MOST_PLACES:
        raise ScenarioError(
            f"ranking holds matrices of all places: {len(trips.places):,} are too many, {MOST_PLACES:,} the most; "
            "ask for larger cities."
        )
    return open_query(network, profile, in_force, trips.snapped)[1]


def _trip_matrix(trips: Trips) -> Int64Array:
    count = len(trips.places)
    matrix = np.zeros((count, count), dtype=np.int64)
    np.add.at(matrix, (trips.origin[trips.counted], trips.destination[trips.counted]), trips.weight[trips.counted])
    return matrix


def _wanted_links(network: RoadNetwork, countries: Sequence[str] | None, links: npt.ArrayLike | None) -> Int64Array:
    wanted = np.arange(network.links) if links is None else network.check_links(links)
    if countries is not None:
        unknown = [code for code in countries if code not in network.countries]
        if unknown:
            raise ScenarioError(f'the network has no road in "{unknown[0]}"; write a code such as "SY".', ids=unknown)
        rows = [network.countries.index(code) for code in countries]
        wanted = wanted[np.isin(np.asarray(network.link_country)[wanted], rows)]
    return wanted


def _groups(
    network: RoadNetwork, tables: LossTables, unit: Unit, wanted: Int64Array
) -> tuple[tuple[str, ...], Int64Array, Int64Array]:
    """Names and links of what is lost at a time, in compressed rows."""
    if unit == "crossing":
        inside = np.zeros(network.links, dtype=bool)
        inside[wanted] = True
        chosen = [crossing for crossing in network.crossings if inside[list(crossing.links)].any()]
        first = np.cumsum([0, *[len(crossing.links) for crossing in chosen]])
        member = np.array([link for crossing in chosen for link in crossing.links], dtype=np.int64)
        return tuple(crossing.name for crossing in chosen), first, member
    representative, row = chains_to_close(tables, wanted)
    if unit == "section":  # what runs beside differs along a chain
        first, member = _distinct(*find_sections(network, wanted[row >= 0]))
        return tuple(f"section of link {link}" for link in member[first[:-1]].tolist()), first, member
    return tuple(f"link {link}" for link in representative.tolist()), np.arange(len(representative) + 1), representative


def _distinct(first: Int64Array, member: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Each set of links once, in the order in which they first appear."""
    sets = dict.fromkeys(member[start:end].tobytes() for start, end in pairwise(first.tolist()))
    rows = [np.frombuffer(each, dtype=member.dtype) for each in sets]
    return np.cumsum([0, *map(len, rows)]), np.concatenate([member[:0], *rows])


def _whole_chains(
    network: RoadNetwork, tables: LossTables, wanted: Int64Array, representative: Int64Array
) -> tuple[tuple[str, ...], Int64Array, Int64Array]:
    """All links of each chain, in the order of the links closed for them."""
    closed, row = chains_to_close(tables, wanted)
    assert np.array_equal(closed, representative)  # the same call gave the groups
    order = np.argsort(row, kind="stable")
    order = order[row[order] >= 0]
    first = np.searchsorted(row[order], np.arange(len(representative) + 1))
    member = wanted[order]
    names = tuple(
        f"link {link}" if count == 1 else f"link {link} and {count - 1} in series"
        for link, count in zip(representative.tolist(), np.diff(first).tolist(), strict=True)
    )
    return names, first, member


def _lose_in_blocks(
    tables: LossTables, first: Int64Array, link: Int64Array, checkpoint: Path | None, key: str, tell: Progress
) -> Losses:
    """Losses of all groups, a block at a time; what a checkpoint holds of the same work is not done again."""
    groups = len(first) - 1
    result = np.zeros((len(fields(Losses)), groups), dtype=np.int64)
    done = read_checkpoint(checkpoint, key, result)
    while done < groups:
        tell("closing each in turn", done, groups)
        until = min(done + GROUPS_A_BLOCK, groups)
        members = slice(int(first[done]), int(first[until]))
        losses = lose_groups(tables, first[done : until + 1] - first[done], link[members])
        for row, entry in enumerate(fields(Losses)):
            result[row, done:until] = getattr(losses, entry.name)
        done = until
        if checkpoint is not None:
            write_checkpoint(checkpoint, key, result, done)
    tell("closing each in turn", groups, groups)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return Losses(*result)


def _fingerprint(
    network: RoadNetwork,
    trips: Trips,
    profile: Profile,
    in_force: Sequence[MatchedClosure],
    first: Int64Array,
    link: Int64Array,
) -> str:
    total = hashlib.sha256(f"{network.digest} {network.links} {profile}".encode())
    for each in in_force:
        closure = each.closure
        total.update(f"{closure.wait_h} {closure.speed_factor}".encode())
        for array in (each.links, each.start, each.end, each.wait_forward_at, each.wait_backward_at):
            total.update(np.ascontiguousarray(array).tobytes())
    for array in (trips.origin, trips.destination, trips.weight, trips.snapped.link, trips.snapped.position):
        total.update(np.ascontiguousarray(array).tobytes())
    total.update(trips.counted.tobytes() + first.tobytes() + link.tobytes())
    return total.hexdigest()


def _ranking(
    network: RoadNetwork,
    trips: Trips,
    profile: Profile,
    day: datetime.date,
    in_force: Sequence[MatchedClosure],
    unit: Unit,
    names: tuple[str, ...],
    first: Int64Array,
    link: Int64Array,
    losses: Losses,
) -> Ranking:
    touched: BoolArray = (losses.cut_off_pairs > 0) | (losses.longer_pairs > 0)
    order = np.lexsort((np.arange(len(names)), -losses.extra_weighted_ds, -losses.cut_off_weight))
    order = order[touched[order]]
    size = np.diff(first)[order]
    members = [link[first[row] : first[row + 1]] for row in order.tolist()]
    return Ranking(
        network=network,
        unit=unit,
        profile=profile,
        day=day,
        closures=tuple(each.closure.id for each in in_force),
        names=tuple(names[row] for row in order.tolist()),
        first=np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        link=np.concatenate([np.zeros(0, dtype=np.int64), *members]),
        cut_off_weight=losses.cut_off_weight[order] / trips.quanta,
        extra_weighted_h=losses.extra_weighted_ds[order] / DECISECONDS_PER_HOUR / trips.quanta,
        extra_weighted_km=losses.extra_weighted_m[order] / 1000 / trips.quanta,
        cut_off_pairs=losses.cut_off_pairs[order],
        longer_pairs=losses.longer_pairs[order],
        pairs=int(np.count_nonzero(trips.counted)),
        weighting=trips.weighting,
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
