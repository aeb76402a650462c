"""The main path of a sweep: axes, points, what journeys do at each, and where their ways change."""

import datetime
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wayaround.assess import Progress, load_scenario_profile, open_scenario_network
from wayaround.errors import WayaroundError
from wayaround.impact.detours import STATUSES, crossings_of_route
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Route
from wayaround.scenario import Scenario
from wayaround.sweep.axes import Axis, read_axis
from wayaround.sweep.flips import find_flips
from wayaround.sweep.measure import Measured, Measurer, WeighedRoads
from wayaround.sweep.points import list_points, make_point, say_values
from wayaround.sweep.result import Sweep, Way
from wayaround.sweep.values import Value
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
    progress : callable, optional
        Told how far the work is before each point; what it raises ends the sweep.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        An axis over what the scenario lacks, an empty range, over 10,000 points, a value that the scenario refuses.
    WayaroundError
        What `assess_scenario` raises, with the values of the point.

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
    measurer = Measurer(roads, today=today, most_followed=most_followed, weighed=weighed)
    ways = _Ways(roads)
    measured: list[Measured] = []
    begun = time.perf_counter()
    for point in points:
        tell("assessing", len(measured), len(points))
        try:
            measured.append(measurer.measure(point))
        except WayaroundError as error:
            raise type(error)(f"{say_values(read, point.values)}: {error.message}", ids=error.ids) from error
        ways.add(measured[-1])
    way_before, way_after = ways.taken()
    seconds["assess"] = round(time.perf_counter() - begun, 3)
    begun, refined, most_refined = time.perf_counter(), 0, max(LEAST_REFINED, len(points))

    def take(values: tuple[Value, ...]) -> tuple[int, ...] | None:
        nonlocal refined
        if refined == most_refined:
            return None
        tell("finding where ways change", refined, most_refined)
        refined += 1
        point = make_point(scenario, read, values)
        # Between two centres that shut some road there may be one that shuts none.
        closures = [each.model_copy(update={"allow_empty": True}) for each in point.whole.closures]
        whole = point.whole.model_copy(update={"closures": closures})
        return ways.number(measurer.measure(replace(point, whole=whole)), after=True)

    values = [point.values for point in points]
    flips = find_flips(read, values, way_after, paired=paired, take=take) if refine else ()
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


class _Ways:
    """The ways that journeys take, each kept once."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._known: list[dict[tuple[str, bytes, bytes], int]] = []
        self._listed: list[list[Way]] = []
        self._taken: tuple[list[tuple[int, ...]], list[tuple[int, ...]]] = ([], [])

    def add(self, measured: Measured) -> None:
        """Take down the ways of a point."""
        for after, rows in enumerate(self._taken):
            rows.append(self.number(measured, after=bool(after)))

    def number(self, measured: Measured, *, after: bool) -> tuple[int, ...]:
        """The number of each journey's way among those of the journey."""
        routes = measured.routes_after if after else measured.routes_before
        length_m = (measured.after if after else measured.before).length_m
        while len(self._known) < len(routes):
            self._known.append({})
            self._listed.append([])
        pairs = np.flatnonzero(measured.trips.named)
        numbers = []
        for journey, route in enumerate(routes):
            why = STATUSES[int(measured.status[journey])] if route is None else ""
            key = (why, *(b"", b"")) if route is None else (why, route.links.tobytes(), route.forward.tobytes())
            known = self._known[journey]
            if key not in known:
                known[key] = len(known)
                self._listed[journey].append(
                    _make_way(self._network, measured, int(pairs[journey]), route, why, int(length_m[journey]))
                )
            numbers.append(known[key])
        return tuple(numbers)

    def taken(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Numbers by point and journey, before and after."""
        before, after = (np.array(rows, dtype=np.int32).reshape(len(rows), -1) for rows in self._taken)
        return before, after

    def listed(self) -> tuple[tuple[Way, ...], ...]:
        """All ways of each journey."""
        return tuple(map(tuple, self._listed))


def _make_way(network: RoadNetwork, measured: Measured, pair: int, route: Route | None, why: str, length_m: int) -> Way:
    crossings = crossings_of_route(network, measured.trips, pair, route)
    return Way(measured.trips, pair, route, why, 0 if route is None else length_m, crossings)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
