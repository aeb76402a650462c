"""Links that are lost together: which, and what losing each group costs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wayaround.blocks.block import Work
from wayaround.blocks.run import Run
from wayaround.closures.match import links_meeting, nearest_road
from wayaround.closures.zone import Zone
from wayaround.errors import RunIncomplete, ScenarioError
from wayaround.impact.ranking import Unit
from wayaround.impact.setting import Setting
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.routing.chains import chains_to_close
from wayaround.routing.losses import Losses, LossTables, lose_groups, prepare_losses
from wayaround.units import Int64Array

MOST_PLACES = 5_000


def prepare_tables(setting: Setting) -> LossTables:
    """What rests on what, with the closures of the day in force and nothing lost.

    Raises
    ------
    ScenarioError
        More than 5,000 places.
    """
    trips = setting.trips
    count = len(trips.places)
    if count > MOST_PLACES:
        raise ScenarioError(
            f"ranking holds matrices of all places: {count:,} are too many, {MOST_PLACES:,} the most; "
            "ask for larger cities."
        )
    matrix = np.zeros((count, count), dtype=np.int64)
    np.add.at(matrix, (trips.origin[trips.counted], trips.destination[trips.counted]), trips.weight[trips.counted])
    return prepare_losses(setting.query(setting.in_force), matrix)


def choose_links(
    network: RoadNetwork,
    *,
    countries: Sequence[str] | None = None,
    within: Zone | None = None,
    links: npt.ArrayLike | None = None,
) -> Int64Array:
    """Links of some countries that meet a zone and are in a list, as sorted ids; all where nothing is asked.

    Raises
    ------
    ScenarioError
        A country that the network does not have, or a zone that meets no road.
    LinkNotFound
        A link that the network does not have.
    """
    wanted = np.arange(network.links) if links is None else network.check_links(links)
    if countries is not None:
        unknown = [code for code in countries if code not in network.countries]
        if unknown:
            raise ScenarioError(f'the network has no road in "{unknown[0]}"; write a code such as "SY".', ids=unknown)
        rows = [network.countries.index(code) for code in countries]
        wanted = wanted[np.isin(np.asarray(network.link_country)[wanted], rows)]
    if within is not None:
        meeting = links_meeting(network, within)
        if len(meeting) == 0:
            raise ScenarioError(
                f"the region ({within.label}) meets no road; {nearest_road(network, within)} Move or widen it.",
                ids=[within.label],
            )
        wanted = np.intersect1d(wanted, meeting, assume_unique=True)
    return wanted


def group_links(
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


def name_whole_chains(
    network: RoadNetwork, tables: LossTables, wanted: Int64Array, representative: Int64Array
) -> tuple[tuple[str, ...], Int64Array, Int64Array]:
    """All links of each chain, in the order of the links closed for them; named crossings on one are told."""
    closed, row = chains_to_close(tables, wanted)
    assert np.array_equal(closed, representative)  # the same call gave the groups
    order = np.argsort(row, kind="stable")
    order = order[row[order] >= 0]
    first = np.searchsorted(row[order], np.arange(len(representative) + 1))
    member = wanted[order]
    names = [
        f"link {link}" if count == 1 else f"link {link} and {count - 1} in series"
        for link, count in zip(representative.tolist(), np.diff(first).tolist(), strict=True)
    ]
    for crossing in network.named_crossings:
        rows = {int(row[at]) for at in np.flatnonzero(np.isin(wanted, crossing.links)) if row[at] >= 0}
        for chain in rows:
            names[chain] = f"{crossing.name}, {names[chain]}"
    return tuple(names), first, member


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Links that are lost together, as a sequence of groups.

    Parameters
    ----------
    first : (groups + 1,) ndarray of int64
    link : (members,) ndarray of int64
        Links of each group, in compressed rows.
    """

    first: Int64Array
    link: Int64Array

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, wanted: slice) -> "Groups":
        begin, end, _ = wanted.indices(len(self))
        first = self.first[begin : end + 1]
        return Groups(first - first[0], self.link[first[0] : first[-1]])


@dataclass(frozen=True, slots=True, eq=False)
class LossTask:
    """Lose each group alone, and sum what all journeys lose.

    Parameters
    ----------
    tables : LossTables
        What rests on what.
    """

    tables: LossTables

    def open(self) -> Work:
        """Nothing is to be made ready: the tables are."""

        def work(items: Groups) -> pa.Table:
            losses = lose_groups(self.tables, items.first, items.link)
            return pa.table({entry.name: getattr(losses, entry.name) for entry in fields(Losses)})

        return work


def lose_in_blocks(run: Run, task: LossTask, groups: Groups, *, stage: str) -> Losses:
    """Losses of all groups, a block at a time.

    Raises
    ------
    RunIncomplete
        Groups had to be set aside; its result is the losses, with zeros for these.
    """
    result = np.zeros((len(fields(Losses)), len(groups)), dtype=np.int64)
    try:
        for first, table in run.spread(stage, task, groups):
            for row, entry in enumerate(fields(Losses)):
                result[row, first : first + table.num_rows] = table.column(entry.name).to_numpy()
    except RunIncomplete as error:
        if error.others_done:
            error.result = Losses(*result)
        raise
    return Losses(*result)


def state_inputs(setting: Setting, unit: Unit, wanted: Int64Array) -> dict[str, str]:
    """All that a ranking rests on, by names that a sentence may use."""
    trips = setting.trips
    closures = hashlib.sha256()
    for each in setting.in_force:
        closure = each.closure
        closures.update(
            f"{closure.wait_h} {closure.open_hours} {closure.speed_factor} "
            f"{closure.max_kmh} {closure.day_share} {closure.direction}".encode()
        )
        for array in (each.links, each.start, each.end, each.wait_forward_at, each.wait_backward_at):
            closures.update(np.ascontiguousarray(array).tobytes())
    places = (trips.origin, trips.destination, trips.weight, trips.counted, trips.snapped.link, trips.snapped.position)
    return {
        "network": setting.network.digest,
        "profile": str(setting.profile),
        "date": setting.day.isoformat(),
        "closures": f"{len(setting.in_force)} in force, {closures.hexdigest()}",
        "trips": f"{len(trips.places)} places, {_digest(*places)}",
        "unit": unit,
        "links": f"{len(wanted)}, {_digest(wanted)}",
    }


def _digest(*arrays: npt.NDArray[Any]) -> str:
    total = hashlib.sha256()
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def _distinct(first: Int64Array, member: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Each set of links once, in the order in which they first appear."""
    sets = dict.fromkeys(member[start:end].tobytes() for start, end in pairwise(first.tolist()))
    rows = [np.frombuffer(each, dtype=member.dtype) for each in sets]
    return np.cumsum([0, *map(len, rows)]), np.concatenate([member[:0], *rows])
