"""What losing two roads at once costs: where two back each other up."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from wayaround.blocks.block import Workers
from wayaround.blocks.run import begin_run
from wayaround.closures.closure import Closure
from wayaround.closures.zone import Zone
from wayaround.demand.trips import Trips
from wayaround.errors import ScenarioError
from wayaround.impact.criticality import lose_each_alone
from wayaround.impact.lost_groups import Groups, LossTask, choose_links, lose_in_blocks, prepare_tables, state_inputs
from wayaround.impact.ranking import Ranking
from wayaround.impact.setting import Progress, settle, silent
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.units import DECISECONDS_PER_HOUR, Int64Array

if TYPE_CHECKING:
    import geopandas as gpd


MOST_PAIRS = 1_000_000
PAIRS_A_SECOND = 3_000
"""About what two cores reached over all pairs of 500 cities of the world: for an estimate, no more."""


@dataclass(frozen=True, slots=True)
class JointRanking:
    """Two roads at a time by what losing both costs, the dearest first: weight cut off, then extra weighted hours.

    The excess is the joint loss less the sum of what losing each alone costs. It is above zero where one road takes
    the traffic of the other, and below zero where journeys need both anyway, or where hours are no longer counted
    because the journeys are cut off.

    Parameters
    ----------
    alone : Ranking
        What losing each alone costs; the pairs are formed among its first rows.
    among : int
        How many of its rows.
    one, other : (rows,) ndarray of int64
        Rows of `alone`.
    cut_off_weight, extra_weighted_h, extra_weighted_km : (rows,) ndarray of float64
        Joint loss, as in `Ranking`.
    cut_off_pairs, longer_pairs : (rows,) ndarray of int64
        Numbers of journeys.
    alone_cut_off_weight, alone_extra_weighted_h : (rows,) ndarray of float64
        Sum of the two single losses.
    excess_cut_off_weight, excess_weighted_h : (rows,) ndarray of float64
        Joint loss less that sum.
    """

    alone: Ranking
    among: int
    one: Int64Array
    other: Int64Array
    cut_off_weight: npt.NDArray[np.float64]
    extra_weighted_h: npt.NDArray[np.float64]
    extra_weighted_km: npt.NDArray[np.float64]
    cut_off_pairs: Int64Array
    longer_pairs: Int64Array
    alone_cut_off_weight: npt.NDArray[np.float64]
    alone_extra_weighted_h: npt.NDArray[np.float64]
    excess_cut_off_weight: npt.NDArray[np.float64]
    excess_weighted_h: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.one)

    def table(self, top: int | None = None) -> "gpd.GeoDataFrame":
        """The rows with both roads as geometry.

        Parameters
        ----------
        top : int, optional
            Only so many rows.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns rank, one, other (names), rank_one, rank_other (alone), links, the losses of this class, and
            geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need
        import shapely

        rows = slice(0, top)
        one, other = self.one[rows], self.other[rows]
        links = [
            np.union1d(self.alone.links_of(first), self.alone.links_of(second))
            for first, second in zip(one.tolist(), other.tolist(), strict=True)
        ]
        losses = (
            *("cut_off_weight", "cut_off_pairs", "extra_weighted_h", "extra_weighted_km", "longer_pairs"),
            *("alone_cut_off_weight", "alone_extra_weighted_h", "excess_cut_off_weight", "excess_weighted_h"),
        )
        return gpd.GeoDataFrame(
            {
                "rank": np.arange(1, len(one) + 1),
                "one": [self.alone.names[row] for row in one.tolist()],
                "other": [self.alone.names[row] for row in other.tolist()],
                "rank_one": one + 1,
                "rank_other": other + 1,
                "links": [own.tolist() for own in links],
                **{name: getattr(self, name)[rows] for name in losses},
            },
            geometry=[shapely.MultiLineString(list(self.alone.network.lines(own))) for own in links],
            crs="EPSG:4326",
        )


def check_among(among: int) -> None:
    """Refuse pairs that are none, or too many.

    Raises
    ------
    ScenarioError
        The sentence says how many rows can be, and how long the pairs would take.

    Examples
    --------
    >>> check_among(5000)
    Traceback (most recent call last):
    wayaround.errors.ScenarioError: every two of 5,000 rows are 12,497,500 pairs, some 1.2 hours of work, ...
    """
    if among < 2:
        raise ScenarioError(
            f"every two of {among:,} rows make no pair; two roads or more are needed.", ids=[str(among)]
        )
    pairs = among * (among - 1) // 2
    if pairs > MOST_PAIRS:
        rows = (1 + math.isqrt(1 + 8 * MOST_PAIRS)) // 2
        hours = pairs / PAIRS_A_SECOND / 3600
        raise ScenarioError(
            f"every two of {among:,} rows are {pairs:,} pairs, some {hours:,.1f} hours of work, and a result holds "
            f"{MOST_PAIRS:,} at most; ask for {rows:,} rows or fewer.",
            ids=[str(among)],
        )


def rank_link_pairs(
    network: RoadNetwork,
    trips: Trips,
    *,
    among: int,
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
) -> JointRanking:
    """Rank roads two at a time by what losing both ("N-2") costs all journeys together, exactly.

    Parameters
    ----------
    among : int
        Every two of so many of the first rows of `rank_links`, two or more; all rows if they are fewer.
    network, trips, unit, closures, profile, date, party, countries, within, links, workers, folder, progress
        As for `rank_links`.

    Returns
    -------
    JointRanking

    Raises
    ------
    ScenarioError
        `among` is below two or makes more than a million pairs, or as for `rank_links`.
    LinkNotFound
        A link that the network does not have.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> trips = wa.city_trips(network, countries=["SY", "JO"], min_population=500_000)
    >>> ranking = wa.rank_link_pairs(network, trips, among=2, unit="crossing")
    >>> sorted([ranking.alone.names[ranking.one[0]], ranking.alone.names[ranking.other[0]]])
    ['Daraa-Ramtha', 'Nasib-Jaber']
    >>> bool(ranking.excess_weighted_h[0] > 0)
    True
    """
    check_among(among)
    tell = progress or silent
    tell("preparing", 0, 1)
    setting = settle(network, trips, closures=closures, profile=profile, date=date, party=party)
    wanted = choose_links(network, countries=countries, within=within, links=links)
    task = LossTask(prepare_tables(setting))
    inputs = state_inputs(setting, unit, wanted) | {"pairs among": str(among)}
    with begin_run("ranking of pairs", inputs, workers=workers, folder=folder, tell=tell) as run:
        alone = lose_each_alone(run, setting, task, unit, wanted)
        count = min(among, len(alone))
        one, other = np.triu_indices(count, 1)
        # Each alone once more as well, so that all sums are of whole quanta.
        sets = [alone.links_of(row) for row in range(count)]
        sets += [np.union1d(sets[first], sets[second]) for first, second in zip(one, other, strict=True)]
        link = np.concatenate([np.zeros(0, dtype=np.int64), *sets])
        groups = Groups(np.cumsum([0, *map(len, sets)]), link)
        losses = lose_in_blocks(run, task, groups, stage="closing two at a time")
    sum_weight, sum_ds = (column[one] + column[other] for column in (losses.cut_off_weight, losses.extra_weighted_ds))
    order = np.lexsort((other, one, -losses.extra_weighted_ds[count:], -losses.cut_off_weight[count:]))
    row = count + order
    return JointRanking(
        alone=alone,
        among=count,
        one=one[order],
        other=other[order],
        cut_off_weight=losses.cut_off_weight[row] / trips.quanta,
        extra_weighted_h=losses.extra_weighted_ds[row] / DECISECONDS_PER_HOUR / trips.quanta,
        extra_weighted_km=losses.extra_weighted_m[row] / 1000 / trips.quanta,
        cut_off_pairs=losses.cut_off_pairs[row],
        longer_pairs=losses.longer_pairs[row],
        alone_cut_off_weight=sum_weight[order] / trips.quanta,
        alone_extra_weighted_h=sum_ds[order] / DECISECONDS_PER_HOUR / trips.quanta,
        excess_cut_off_weight=(losses.cut_off_weight[row] - sum_weight[order]) / trips.quanta,
        excess_weighted_h=(losses.extra_weighted_ds[row] - sum_ds[order]) / DECISECONDS_PER_HOUR / trips.quanta,
    )
