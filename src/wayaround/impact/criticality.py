"""What losing a road costs all journeys together, and which shut one gives most back."""

import datetime
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from wayaround.blocks.block import Workers
from wayaround.blocks.run import Run, begin_run
from wayaround.closures.closure import Closure
from wayaround.closures.zone import Zone
from wayaround.demand.trips import Trips
from wayaround.errors import RunIncomplete
from wayaround.impact.lost_groups import (
    Groups,
    LossTask,
    choose_links,
    group_links,
    lose_in_blocks,
    name_whole_chains,
    prepare_tables,
    state_inputs,
)
from wayaround.impact.ranking import Ranking, Unit
from wayaround.impact.setting import Progress, Setting, settle, silent
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.losses import Losses
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, Int64Array

MOST_NAMED = 10


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
    within: Zone | None = None,
    links: npt.ArrayLike | None = None,
    workers: Workers | None = None,
    folder: Path | None = None,
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
    within : Zone, optional
        Only roads that meet this area.
    links : array_like of int, optional
        Only these links.
    workers : Workers, optional
        Who does the work, such as a cluster of `wayaround.cluster.connect`; this process, with threads, if left out.
    folder : Path, optional
        Keeps what is done; a run with the same inputs goes on from it.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    Ranking

    Raises
    ------
    ScenarioError
        More than 5,000 places, a country that the network does not have, or an area without a road.
    LinkNotFound
        A link that the network does not have.
    RunRefused
        Another process holds the folder, or it holds a run with other inputs.
    RunIncomplete
        Roads had to be set aside; its `result` is the ranking without them.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> trips = wa.city_trips(network, countries=["SY", "JO"], min_population=500_000)
    >>> ranking = wa.rank_links(network, trips, unit="crossing")
    >>> sorted(ranking.names[:2])
    ['Daraa-Ramtha', 'Nasib-Jaber']
    """
    tell = progress or silent
    tell("preparing", 0, 1)
    setting = settle(network, trips, closures=closures, profile=profile, date=date, party=party)
    wanted = choose_links(network, countries=countries, within=within, links=links)
    task = LossTask(prepare_tables(setting))
    with begin_run("ranking", state_inputs(setting, unit, wanted), workers=workers, folder=folder, tell=tell) as run:
        return lose_each_alone(run, setting, task, unit, wanted)


def lose_each_alone(run: Run, setting: Setting, task: LossTask, unit: Unit, wanted: Int64Array) -> Ranking:
    """What `rank_links` does once everything is prepared, so that others go on with the same tables."""
    network, tables = setting.network, task.tables
    names, first, link = group_links(network, tables, unit, wanted)
    chains = len(names)
    if unit == "link":  # a named crossing of several roads is lost with all of them, in a row of its own
        apart = [each for each in network.named_crossings if len(each.links) > 1 and np.isin(each.links, wanted).any()]
        names = (*names, *(each.name for each in apart))
        link = np.concatenate([link, *(np.array(each.links, dtype=np.int64) for each in apart)])
        first = np.concatenate([first, first[-1] + np.cumsum([len(each.links) for each in apart], dtype=np.int64)])
    incomplete = None
    try:
        losses = lose_in_blocks(run, task, Groups(np.asarray(first), link), stage="closing each in turn")
    except RunIncomplete as error:
        if not isinstance(error.result, Losses):
            raise
        incomplete, losses = error, error.result
    if unit == "link":  # one link of each chain was closed; the row names them all
        in_chains, ends, members = name_whole_chains(network, tables, wanted, link[:chains])
        names = (*in_chains, *names[chains:])
        first, link = np.concatenate([ends, ends[-1] + first[chains + 1 :] - chains]), np.append(members, link[chains:])
    ranking = _ranking(setting, unit, names, first, link, losses)
    if incomplete is not None:
        incomplete.result = ranking
        incomplete.message += f" Not ranked: {', '.join(names[row] for row in incomplete.items[:MOST_NAMED])}."
        raise incomplete
    return ranking


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
    setting = settle(network, trips, closures=closures, profile=profile, date=date, party=party)
    in_force = setting.in_force
    origin, destination = trips.origin[trips.counted], trips.destination[trips.counted]
    weight = trips.weight[trips.counted]
    now = setting.query(in_force).skim(origin, destination)
    gains = np.zeros((len(in_force), len(fields(Losses))), dtype=np.int64)
    for row, lifted in enumerate(in_force):
        rest = [each for each in in_force if each is not lifted]
        then = setting.query(rest).skim(origin, destination)
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
    return _ranking(setting, "closure", names, first, link, losses)


def _ranking(
    setting: Setting, unit: Unit, names: tuple[str, ...], first: Int64Array, link: Int64Array, losses: Losses
) -> Ranking:
    touched: BoolArray = (losses.cut_off_pairs > 0) | (losses.longer_pairs > 0)
    order = np.lexsort((np.arange(len(names)), -losses.extra_weighted_ds, -losses.cut_off_weight))
    order = order[touched[order]]
    size = np.diff(first)[order]
    trips = setting.trips
    members = [link[first[row] : first[row + 1]] for row in order.tolist()]
    return Ranking(
        network=setting.network,
        unit=unit,
        profile=setting.profile,
        day=setting.day,
        closures=tuple(each.closure.id for each in setting.in_force),
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
