"""Links that are lost together: which, and what losing each group costs."""

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wayaround.closures.match import links_meeting, nearest_road
from wayaround.closures.zone import Zone
from wayaround.errors import ScenarioError
from wayaround.impact.checkpoint import read_checkpoint, write_checkpoint
from wayaround.impact.ranking import Unit
from wayaround.impact.setting import Progress, Setting
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.routing.losses import Losses, LossTables, chains_to_close, lose_groups, prepare_losses
from wayaround.units import Int64Array

MOST_PLACES = 5_000
GROUPS_A_BLOCK = 8_192


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


def lose_in_blocks(
    setting: Setting,
    tables: LossTables,
    first: Int64Array,
    link: Int64Array,
    *,
    stage: str,
    checkpoint: Path | None,
    tell: Progress,
) -> Losses:
    """Losses of all groups, a block at a time; what a checkpoint holds of the same work is not done again."""
    groups = len(first) - 1
    key = "" if checkpoint is None else _fingerprint(setting, first, link)
    result = np.zeros((len(fields(Losses)), groups), dtype=np.int64)
    done = read_checkpoint(checkpoint, key, result)
    while done < groups:
        tell(stage, done, groups)
        until = min(done + GROUPS_A_BLOCK, groups)
        members = slice(int(first[done]), int(first[until]))
        losses = lose_groups(tables, first[done : until + 1] - first[done], link[members])
        for row, entry in enumerate(fields(Losses)):
            result[row, done:until] = getattr(losses, entry.name)
        done = until
        if checkpoint is not None:
            write_checkpoint(checkpoint, key, result, done)
    tell(stage, groups, groups)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return Losses(*result)


def _distinct(first: Int64Array, member: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Each set of links once, in the order in which they first appear."""
    sets = dict.fromkeys(member[start:end].tobytes() for start, end in pairwise(first.tolist()))
    rows = [np.frombuffer(each, dtype=member.dtype) for each in sets]
    return np.cumsum([0, *map(len, rows)]), np.concatenate([member[:0], *rows])


def _fingerprint(setting: Setting, first: Int64Array, link: Int64Array) -> str:
    network, trips = setting.network, setting.trips
    total = hashlib.sha256(f"{network.digest} {network.links} {setting.profile}".encode())
    for each in setting.in_force:
        closure = each.closure
        total.update(
            f"{closure.wait_h} {closure.open_hours} {closure.speed_factor} "
            f"{closure.max_kmh} {closure.day_share} {closure.direction}".encode()
        )
        for array in (each.links, each.start, each.end, each.wait_forward_at, each.wait_backward_at):
            total.update(np.ascontiguousarray(array).tobytes())
    for array in (trips.origin, trips.destination, trips.weight, trips.snapped.link, trips.snapped.position):
        total.update(np.ascontiguousarray(array).tobytes())
    total.update(trips.counted.tobytes() + first.tobytes() + link.tobytes())
    return total.hexdigest()
