"""Draw closures, measure what they cost, and stop when that is known well enough."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wayaround.blocks.block import Work, Workers
from wayaround.blocks.run import Run, begin_run
from wayaround.closures.closure import Closure
from wayaround.closures.zone import Zone
from wayaround.demand.trips import Trips
from wayaround.errors import ScenarioError
from wayaround.hazard.draw import Event, Hazard, draw_lost
from wayaround.hazard.estimate import Estimate, estimate_mean
from wayaround.hazard.footprint import Footprint, find_events, find_links_hit, read_footprints
from wayaround.hazard.result import HazardResult
from wayaround.hazard.roads import Unit, group_roads
from wayaround.impact.lost_groups import choose_links, prepare_tables, state_inputs
from wayaround.impact.setting import Progress, Setting, settle, silent
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.losses import Losses, LossTables, lose_groups_by_place, weigh_places
from wayaround.units import DECISECONDS_PER_HOUR, Int64Array

LOOK_EVERY = 25
FEWEST_SAMPLES = 100
FEWEST_LOSSES = 30
"""Sampling does not stop before so many samples have a loss: before that, their spread says little."""

MOST_SAMPLES = 1_000_000
STAGE = "drawing closures"


def sample_hazard(
    network: RoadNetwork,
    trips: Trips,
    *,
    footprint: str | Path | None = None,
    chance: float | None = None,
    at_a_time: int | None = None,
    unit: Unit = "link",
    samples: int = 10_000,
    half_width: float = 0.05,
    confidence: float = 0.95,
    seed: int = 0,
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
) -> HazardResult:
    """Sample closures ("Monte Carlo"), and estimate what they cost all journeys and each place.

    A sample is a set of roads that are lost at the same time, with nothing else changed; what it costs is exact. A
    place inside a lost road still gets to both its ends, as for `rank_links`.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        Who travels; of these the counted ones.
    footprint : str or Path, optional
        GeoJSON of polygons, see `read_footprints`: an event happens or does not, and takes roads in its polygons.
    chance : float, optional
        Instead: chance of each road to be lost, independently of the others, 0 to 1.
    at_a_time : int, optional
        Instead: exactly so many roads are lost in each sample.
    unit : {"link", "section", "crossing"}
        What a road is: a link, a link with what runs beside it, or a crossing.
    samples : int
        At most so many.
    half_width : float
        Stop when half the intervals of extra weighted hours and of weight cut off are no more than this share of
        their means. What is 0 in all samples is not waited for.
    confidence : float
        Of each interval, at whatever number of samples one stops.
    seed : int
        0 or more. The same seed gives the same samples and the same results, bit for bit.
    closures, profile, date, party, countries, within, links
        As for `rank_links`; only roads that fit the last three may be lost.
    workers, folder, progress
        As for `rank_links`.

    Returns
    -------
    HazardResult

    Raises
    ------
    ScenarioError
        Not exactly one of `footprint`, `chance` and `at_a_time`, a value out of range, or no road that may be lost.
    ClosureShutsNothing
        A footprint that meets no road.
    FileUnreadable, GeometryInvalid
        A footprint that does not read.
    RunRefused, RunIncomplete
        As for `rank_links`.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> trips = wa.city_trips(network, countries=["SY", "JO"], min_population=500_000)
    >>> result = wa.sample_hazard(network, trips, chance=0.5, unit="crossing", countries=["JO"], samples=200)
    >>> len(result), bool(result.extra.low < result.extra.mean < result.extra.high)
    (200, True)
    """
    _check_options(samples=samples, half_width=half_width, confidence=confidence, seed=seed)
    if sum(each is not None for each in (footprint, chance, at_a_time)) != 1:
        raise ScenarioError("give one of a footprint, a chance and a number of roads at a time.")
    if chance is not None and not 0 <= chance <= 1:
        raise ScenarioError(f"the chance of each road is {chance:g}; it must be from 0 to 1.", ids=[str(chance)])
    footprints = () if footprint is None else read_footprints(Path(footprint))
    tell = progress or silent
    tell("preparing", 0, 1)
    setting = settle(network, trips, closures=closures, profile=profile, date=date, party=party)
    wanted = choose_links(network, countries=countries, within=within, links=links)
    hazard, without_road = _describe_hazard(network, wanted, unit, footprints, chance, at_a_time)
    task = HazardTask(prepare_tables(setting), hazard, seed)
    inputs = state_inputs(setting, unit, wanted) | {"seed": str(seed), "hazard": _digest(hazard)}
    with begin_run("hazard", inputs, workers=workers, folder=folder, tell=tell) as run:
        tally = _draw(run, task, setting, samples=samples, half_width=half_width, confidence=confidence)
    return HazardResult(
        network=network,
        trips=trips,
        profile=setting.profile,
        day=setting.day,
        closures=tuple(each.closure.id for each in setting.in_force),
        hazard=hazard,
        footprints=footprints,
        without_road=without_road,
        said=_say(hazard, chance, footprint),
        seed=seed,
        confidence=confidence,
        half_width=half_width,
        most=samples,
        settled=tally.is_settled(half_width, confidence),
        roads_lost=np.array(tally.roads_lost, dtype=np.int64),
        cut_off_pairs=np.array(tally.cut_off_pairs, dtype=np.int64),
        longer_pairs=np.array(tally.longer_pairs, dtype=np.int64),
        cut_off_weight=np.array(tally.cut_off_weight) / trips.quanta,
        extra_weighted_h=np.array(tally.extra_weighted_ds) / DECISECONDS_PER_HOUR / trips.quanta,
        extra=_scaled(tally.estimate("extra_weighted_ds", confidence), DECISECONDS_PER_HOUR * trips.quanta),
        cut_off=_scaled(tally.estimate("cut_off_weight", confidence), trips.quanta),
        place_hits=tally.place_hits,
        place_lost_share=tally.place_lost_weight / np.maximum(tally.place_weight, 1) / len(tally.roads_lost),
    )


@dataclass(frozen=True, slots=True, eq=False)
class HazardTask:
    """Draw samples by their numbers, and measure each.

    Parameters
    ----------
    tables : LossTables
        What rests on what.
    hazard : Hazard
        How roads are lost.
    seed : int
        Of all samples.
    """

    tables: LossTables
    hazard: Hazard
    seed: int

    def open(self) -> Work:
        """Nothing is to be made ready: the tables are."""
        return self._measure

    def _measure(self, numbers: Sequence[int]) -> pa.Table:
        rows = [draw_lost(self.hazard, self.seed, number) for number in numbers]
        links = [self.hazard.roads.links_of(lost) for lost in rows]
        first = np.cumsum([0, *map(len, links)])
        losses, by_place = lose_groups_by_place(
            self.tables, first, np.concatenate([np.zeros(0, dtype=np.int64), *links])
        )
        at = [np.flatnonzero(row) for row in by_place]
        return pa.table(
            {
                "roads_lost": pa.array([len(lost) for lost in rows], pa.int64()),
                **{entry.name: getattr(losses, entry.name) for entry in fields(Losses)},
                "place": pa.array([each.tolist() for each in at], pa.list_(pa.int32())),
                "place_weight": pa.array(
                    [row[each].tolist() for row, each in zip(by_place, at, strict=True)], pa.list_(pa.int64())
                ),
            }
        )


class _Tally:
    """Exact sums over the samples so far, in their order."""

    def __init__(self, place_weight: Int64Array) -> None:
        self.place_weight = place_weight
        self.place_hits = np.zeros(len(place_weight), dtype=np.int64)
        self.place_lost_weight = np.zeros(len(place_weight), dtype=np.float64)
        self.roads_lost: list[int] = []
        self.cut_off_pairs: list[int] = []
        self.longer_pairs: list[int] = []
        self.cut_off_weight: list[int] = []
        self.extra_weighted_ds: list[int] = []
        self._sums = {"cut_off_weight": [0, 0, 0], "extra_weighted_ds": [0, 0, 0]}

    def add(self, sample: dict[str, object]) -> None:
        """Take a row of the table of a task."""
        for name in ("roads_lost", "cut_off_pairs", "longer_pairs", "cut_off_weight", "extra_weighted_ds"):
            getattr(self, name).append(sample[name])
        for name, sums in self._sums.items():
            value = getattr(self, name)[-1]
            sums[0] += value
            sums[1] += value * value
            sums[2] += value != 0
        place = np.array(sample["place"], dtype=np.int64)
        lost = np.array(sample["place_weight"], dtype=np.int64)
        self.place_lost_weight[place] += lost
        self.place_hits[place[2 * lost > self.place_weight[place]]] += 1

    def estimate(self, name: str, confidence: float) -> Estimate:
        """Mean of a figure, in its integers."""
        total, squares, _ = self._sums[name]
        return estimate_mean(len(self.roads_lost), total, squares, confidence=confidence)

    def is_settled(self, half_width: float, confidence: float) -> bool:
        """Whether both intervals are as small as asked, and something was lost at all."""
        if len(self.roads_lost) < FEWEST_SAMPLES:
            return False
        waited_for = {name: seen for name, (_, _, seen) in self._sums.items() if seen}
        estimates = {name: self.estimate(name, confidence) for name in waited_for}
        return bool(waited_for) and all(
            seen >= FEWEST_LOSSES and estimates[name].half_width <= half_width * abs(estimates[name].mean)
            for name, seen in waited_for.items()
        )


def _draw(
    run: Run, task: HazardTask, setting: Setting, *, samples: int, half_width: float, confidence: float
) -> _Tally:
    """Samples in the order of their numbers, looked at every so often, wherever blocks begin and end."""
    tally = _Tally(weigh_places(task.tables))
    for _, table in run.spread(STAGE, task, range(samples)):
        for sample in table.slice(0, samples - len(tally.roads_lost)).to_pylist():  # a folder may hold more
            tally.add(sample)
            if len(tally.roads_lost) % LOOK_EVERY == 0 and tally.is_settled(half_width, confidence):
                return tally
    return tally


def _describe_hazard(
    network: RoadNetwork,
    wanted: Int64Array,
    unit: Unit,
    footprints: Sequence[Footprint],
    chance: float | None,
    at_a_time: int | None,
) -> tuple[Hazard, tuple[str, ...]]:
    """What is lost and how, and which polygons meet no road."""
    if footprints:
        hit = tuple(np.intersect1d(each, wanted) for each in find_links_hit(network, footprints))
        roads = group_roads(network, np.unique(np.concatenate(hit)), unit)
        without = tuple(each.zone.label for each, links in zip(footprints, hit, strict=True) if not len(links))
        return Hazard(roads, find_events(network, roads, footprints, hit)), without
    roads = group_roads(network, wanted, unit)
    if at_a_time is None:
        every = np.arange(len(roads))
        return Hazard(roads, (Event("each by itself", 1.0, every, np.full(len(roads), chance)),)), ()
    if not 1 <= at_a_time <= len(roads):
        raise ScenarioError(
            f"{at_a_time:,} at a time cannot be lost of {len(roads):,} {unit}s; ask for 1 to {len(roads):,}.",
            ids=[str(at_a_time)],
        )
    return Hazard(roads, at_a_time=at_a_time), ()


def _say(hazard: Hazard, chance: float | None, footprint: str | Path | None) -> str:
    roads = f"{len(hazard.roads):,} {hazard.roads.unit}{'s' if len(hazard.roads) != 1 else ''}"
    if footprint is not None:
        events = f"{len(hazard.events):,} event{'s' if len(hazard.events) != 1 else ''}"
        return f"{events} of {Path(footprint).name}, which hit {roads}"
    if chance is not None:
        return f"each of {roads} lost by itself with chance {chance:g}"
    return f"{hazard.at_a_time:,} of {roads} lost at a time"


def _check_options(*, samples: int, half_width: float, confidence: float, seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ScenarioError(f"the seed is {seed!r}; it must be a whole number, 0 or more.", ids=[str(seed)])
    if not 2 <= samples <= MOST_SAMPLES:
        raise ScenarioError(f"{samples:,} samples cannot be; ask for 2 to {MOST_SAMPLES:,}.", ids=[str(samples)])
    if not 0 < half_width < 1:
        raise ScenarioError(f"the half-width is {half_width:g}; it must be a share between 0 and 1, such as 0.05.")
    if not 0.5 <= confidence < 1:
        raise ScenarioError(f"the confidence is {confidence:g}; it must be from 0.5 to below 1, such as 0.95.")


def _scaled(estimate: Estimate, unit: float) -> Estimate:
    return Estimate(estimate.mean / unit, estimate.low / unit, estimate.high / unit)


def _digest(hazard: Hazard) -> str:
    total = hashlib.sha256(f"{hazard.at_a_time}".encode())
    for array in (hazard.roads.first, hazard.roads.link, *hazard.thresholds, *(each.rows for each in hazard.events)):
        total.update(np.ascontiguousarray(array).tobytes())
    return f"{len(hazard.roads)} roads, {total.hexdigest()}"
