"""The main path of a sweep: axes, points, what journeys do at each, and where their ways change."""

import datetime
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wayaround.assess import Progress, load_scenario_profile, open_scenario_network
from wayaround.blocks.block import Workers
from wayaround.blocks.run import Run, begin_run
from wayaround.demand.trips import Trips, read_trips
from wayaround.errors import WayaroundError
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario
from wayaround.sweep.axes import Axis, read_axis
from wayaround.sweep.flips import find_flips
from wayaround.sweep.inputs import state_inputs
from wayaround.sweep.measure import Measured, WeighedRoads, key_of_trips
from wayaround.sweep.points import list_points, make_point, say_values
from wayaround.sweep.result import Flip, Sweep
from wayaround.sweep.spread import Asked, SweepTask, read_measured
from wayaround.sweep.values import Value
from wayaround.sweep.ways import Ways
from wayaround.units import FloatArray

MOST_FOLLOWED = 100
MOST_JOURNEYS = 100_000
"""Journeys times points whose ways are held."""

LEAST_REFINED = 200
"""Points that may be measured besides those asked for, to narrow flips down: so many, or as many as were asked for."""


def sweep_scenario(
    scenario: Scenario,
    axes: Sequence[Axis | str],
    *,
    paired: bool = False,
    refine: bool = True,
    network: RoadNetwork | None = None,
    weighed: WeighedRoads | None = None,
    workers: Workers | None = None,
    folder: Path | None = None,
    kind: str = "sweep",
    progress: Progress | None = None,
) -> Sweep:
    """Assess a scenario at many points, and find where the ways of its named journeys change.

    Every number is what `assess_scenario` gives for that point alone, to the last digit. The network is opened once,
    and a point costs only what its closures touch.

    Parameters
    ----------
    scenario : Scenario
        What is varied.
    axes : sequence of Axis or str
        What varies; text such as ``closures.tanf-zone.radius_km=10:100:5`` is read by `read_axis`.
    paired : bool
        Take the first values of all axes together, then the second, and so on, instead of each with each.
    refine : bool
        Whether to find where ways change; without it there are no `flips`.
    network : RoadNetwork, optional
        The scenario's network, where it is open already.
    weighed : WeighedRoads, optional
        That network under a vehicle, where it is weighed already; used at the points of this vehicle.
    workers : Workers, optional
        Who measures, such as a cluster of `wayaround.cluster.connect`; this process if left out.
    folder : Path, optional
        Keeps what is measured; a sweep with the same inputs goes on from it.
    kind : str
        What the folder is said to hold.
    progress : callable, optional
        Told how far the work is; what it raises ends the sweep.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        An axis over what the scenario lacks, an empty range, over 10,000 points, a value that the scenario refuses.
    WayaroundError
        What `assess_scenario` raises, with the values of the point.
    RunRefused
        Another process holds the folder, or it holds a run with other inputs.
    RunIncomplete
        Points had to be set aside; all others are in the folder.

    Examples
    --------
    >>> import wayaround as wa
    >>> from pathlib import Path
    >>> from wayaround.scenario import check_scenario
    >>> zone = {"id": "tanf-zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}
    >>> trips = {"pairs": [["33.513,36.292", "33.315,44.366"]]}
    >>> content = {"title": "A zone", "closures": [zone], "trips": trips}
    >>> scenario = check_scenario(content, path=Path("zone.toml"))
    >>> sweep = wa.sweep_scenario(scenario, ["closures.tanf-zone.radius_km=25:100:25"])
    >>> sweep.table()["after_km"].round().astype(int).tolist()
    [929, 929, 929, 965]
    >>> [[str(each.values[0]), str(each.values[-1])] for each in sweep.flips[0].stretches]
    [['25', '92.4'], ['92.5', '100']]
    """
    read = tuple(read_axis(axis, scenario) if isinstance(axis, str) else axis for axis in axes)
    points = list_points(scenario, read, paired=paired)
    profile = load_scenario_profile(scenario)
    seconds: dict[str, float] = {}
    tell = progress or _silent
    tell("opening the network (the first time takes some seconds)", 0, 1)
    begun = time.perf_counter()
    roads = network if network is not None else open_scenario_network(scenario, progress=progress)
    seconds["open"] = round(time.perf_counter() - begun, 3)
    today = datetime.date.today()
    most_followed = max(1, min(MOST_FOLLOWED, MOST_JOURNEYS // len(points)))
    begun = time.perf_counter()
    trips = _TripsByVehicle(roads, scenario, read)
    for point in points:
        trips.at(point.values)
    task = SweepTask(roads, scenario, read, today, most_followed, dict(trips.known), weighed)
    ways = Ways(roads)
    measured: list[Measured] = []
    inputs = state_inputs(scenario, roads, read, paired=paired, refine=refine, today=today)
    with begin_run(kind, inputs, workers=workers, folder=folder, tell=tell) as run:
        for each in _measure(run, "assessing", task, trips, [Asked(point.values) for point in points]):
            ways.add(each)
            measured.append(each)
        way_before, way_after = ways.taken()
        seconds["assess"] = round(time.perf_counter() - begun, 3)
        begun = time.perf_counter()
        values = [point.values for point in points]
        flips: tuple[Flip, ...] = ()
        if refine:
            ways, flips = _refine(run, task, trips, values, ways, way_after, paired=paired)
    seconds["flips"] = round(time.perf_counter() - begun, 3)
    first = measured[0].trips
    followed = np.flatnonzero(first.named)[:most_followed].tolist()
    ends = [(first.places[first.origin[pair]].name, first.places[first.destination[pair]].name) for pair in followed]
    return Sweep(
        title=scenario.title,
        network=roads,
        profile=profile,
        day=scenario.date or today,
        party=scenario.party,
        axes=read,
        paired=paired,
        points=points,
        pairs=int(np.count_nonzero(first.counted)),
        counts=np.stack([each.counts for each in measured]),
        extra_weighted_h=np.array([each.extra_weighted_h for each in measured]),
        cut_off_weight=np.array([each.cut_off_weight for each in measured]),
        journeys=tuple(ends),
        named=int(np.count_nonzero(first.named)),
        before_ds=np.stack([each.before.time_ds for each in measured]),
        before_m=np.stack([each.before.length_m for each in measured]),
        after_ds=np.stack([each.after.time_ds for each in measured]),
        after_m=np.stack([each.after.length_m for each in measured]),
        status=np.stack([each.status for each in measured]),
        way_before=way_before,
        way_after=way_after,
        ways=ways.listed(),
        flips=flips,
        weighting=first.weighting,
        before_cost=_stack_costs(measured, 0),
        after_cost=_stack_costs(measured, 1),
        seconds=seconds,
    )


def _stack_costs(measured: Sequence[Measured], after: int) -> FloatArray | None:
    """Costs by point and journey; NaN at points whose vehicle has no rates, None where none has."""
    if all(each.money is None for each in measured):
        return None
    return np.stack(
        [np.full(len(each.status), np.nan) if each.money is None else each.money[after] for each in measured]
    )


class _TripsByVehicle:
    """Who travels, once for each vehicle that may stand on roads of its own."""

    def __init__(self, network: RoadNetwork, scenario: Scenario, axes: Sequence[Axis]) -> None:
        self.known: dict[str | None, Trips] = {}
        self._network, self._scenario, self._axes = network, scenario, axes

    def at(self, values: tuple[Value, ...]) -> Trips:
        """Who travels at a point."""
        whole = make_point(self._scenario, self._axes, values).whole
        key = key_of_trips(self._network, whole)
        if key not in self.known:
            try:
                self.known[key] = read_trips(whole, self._network, profile=load_scenario_profile(whole))
            except WayaroundError as error:
                raise type(error)(f"{say_values(self._axes, values)}: {error.message}", ids=error.ids) from error
        return self.known[key]


def _measure(
    run: Run, stage: str, task: SweepTask, trips: _TripsByVehicle, asked: Sequence[Asked], *, words: str | None = None
) -> Iterator[Measured]:
    """Measure points, each by the workers' next free one, and give them in their order."""
    for first, table in run.spread(stage, task, asked, words=words):
        for row in range(table.num_rows):
            yield read_measured(table, row, trips.at(asked[first + row].values))


def _refine(
    run: Run,
    task: SweepTask,
    trips: _TripsByVehicle,
    values: Sequence[tuple[Value, ...]],
    ways: Ways,
    way_after: npt.NDArray[np.int32],
    *,
    paired: bool,
) -> tuple[Ways, tuple[Flip, ...]]:
    """Find flips in rounds: all that one round asks for and nobody has measured is measured at once, for the next."""
    known: dict[tuple[Value, ...], Measured] = {}
    for number in itertools.count(1):
        # Ways are numbered in the order in which they are asked for, so each round begins where the points ended.
        answers = _Answers(known, ways.fork(), max(LEAST_REFINED, len(values)))
        flips = find_flips(task.axes, values, way_after, paired=paired, take=answers.take)
        if not answers.missing:
            return answers.ways, flips
        asked = [Asked(each, between=True) for each in answers.missing]
        measured = _measure(run, f"flips {number}", task, trips, asked, words="finding where ways change")
        known |= dict(zip(answers.missing, measured, strict=True))
    raise AssertionError("rounds end when nothing more is asked for")


class _Answers:
    """What is known between the points, for as many questions as may be asked; what is not known is noted."""

    def __init__(self, known: Mapping[tuple[Value, ...], Measured], ways: Ways, most: int) -> None:
        self.ways = ways
        self.missing: dict[tuple[Value, ...], None] = {}
        self._known, self._left = known, most

    def take(self, values: tuple[Value, ...]) -> tuple[int, ...] | None:
        if self._left == 0:
            return None
        self._left -= 1
        if values in self._known:
            return self.ways.number(self._known[values], after=True)
        self.missing[values] = None
        return None


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
