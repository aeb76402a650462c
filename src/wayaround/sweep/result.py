"""The result of a sweep: points, the ways that journeys take at them, and where these change."""

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from wayaround.demand.trips import Trips
from wayaround.impact.detours import STATUSES, route_line
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Route
from wayaround.sweep.axes import Axis
from wayaround.sweep.points import Point
from wayaround.sweep.values import Kind, Value, say_value
from wayaround.units import FloatArray, Int64Array, hours, kilometres

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way that a journey takes at some point, or why it takes none.

    Parameters
    ----------
    trips : Trips
        Who travels.
    pair : int
        Row of the trips.
    route : Route or None
        None where there is no way.
    status : str
        Why there is none: ``cut_off``, ``already_cut_off`` or ``inside_zone``; empty where there is a way.
    length_m : int
        Metres; 0 where there is no way.
    crossings : tuple of str
        Border crossings in driving order.
    """

    trips: Trips
    pair: int
    route: Route | None
    status: str
    length_m: int
    crossings: tuple[str, ...]

    def line(self, network: RoadNetwork) -> FloatArray | None:
        """Longitudes and latitudes, (n, 2); None where there is no way."""
        if self.route is None:
            return None
        return np.asarray(route_line(network, self.trips, self.pair, self.route).coords)


class Stretch(NamedTuple):
    """Values of an axis at which a journey takes one way.

    `values` holds those that were measured, the first and the last of an axis with order being its ends.
    """

    values: tuple[Value, ...]
    way: int


@dataclass(frozen=True, slots=True)
class Flip:
    """How the way of a journey changes along an axis.

    Parameters
    ----------
    journey : int
        Row of `Sweep.journeys`.
    axis : int
        Row of `Sweep.axes`; along paired axes the first, whose values then name the points.
    others : tuple
        Where the other axes stand meanwhile: one value of each axis, None in the place of the one that varies.
    stretches : tuple of Stretch
        Two or more: in the order of the values where they have one, and each way once where they have none.
    """

    journey: int
    axis: int
    others: tuple[Value, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A scenario at many points.

    Parameters
    ----------
    title : str
        Headline of the scenario.
    network : RoadNetwork
        The roads.
    profile, day, party
        The scenario's own vehicle, day and party; an axis over one of them takes its place.
    axes : tuple of Axis
        What is varied.
    paired : bool
        Whether the axes go together.
    points : tuple of Point
        The points; those of the last axis lie next to each other.
    pairs : int
        Pairs that are counted.
    counts : (points, statuses) ndarray of int64
        Counted pairs by status, in the order of `STATUSES`.
    extra_weighted_h, cut_off_weight : (points,) ndarray of float64
        Extra hours times weight, and weight cut off, over the counted pairs.
    journeys : tuple of (str, str)
        Origin and destination of the named pairs that are followed.
    named : int
        Named pairs of the scenario, those included that are not followed.
    before_ds, before_m, after_ds, after_m : (points, journeys) ndarray of int64
        Their times and lengths; `UNREACHABLE` where there is no way.
    status : (points, journeys) ndarray of int8
        Rows of `STATUSES`.
    way_before, way_after : (points, journeys) ndarray of int32
        Rows of `ways[journey]`.
    ways : tuple of tuple of Way
        Of each journey all ways that it takes anywhere.
    flips : tuple of Flip
        Where ways change.
    weighting : str
        Where the weights of the trips come from.
    before_cost, after_cost : (points, journeys) ndarray of float64, optional
        What the ways cost, where the vehicle has rates; NaN where there is no way.
    seconds : dict
        Time of each stage.
    """

    title: str
    network: RoadNetwork
    profile: Profile
    day: datetime.date
    party: str | None
    axes: tuple[Axis, ...]
    paired: bool
    points: tuple[Point, ...]
    pairs: int
    counts: Int64Array
    extra_weighted_h: FloatArray
    cut_off_weight: FloatArray
    journeys: tuple[tuple[str, str], ...]
    named: int
    before_ds: Int64Array
    before_m: Int64Array
    after_ds: Int64Array
    after_m: Int64Array
    status: npt.NDArray[np.int8]
    way_before: npt.NDArray[np.int32]
    way_after: npt.NDArray[np.int32]
    ways: tuple[tuple[Way, ...], ...]
    flips: tuple[Flip, ...]
    weighting: str
    before_cost: FloatArray | None = None
    after_cost: FloatArray | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.points)

    def table(self) -> "pd.DataFrame":
        """All points as a table, one row for each journey at each point.

        Returns
        -------
        pandas.DataFrame
            Columns point, one for each axis, origin, destination, status, before_km, after_km, extra_km, before_h,
            after_h, extra_h, crossings_before, crossings_after, way (its number among those of the journey), and of
            all counted pairs together pairs_unchanged, pairs_longer, pairs_cut_off, pairs_already_cut_off,
            pairs_inside_zone, extra_weighted_h and cut_off_weight. NaN where there is no way. Without named pairs
            there is one row a point, without the columns of a journey. Where the vehicle has rates, a journey has
            before_cost, after_cost and extra_cost as well.
        """
        import pandas as pd  # half a second that only tables need

        across = len(self.journeys) or 1
        point = np.repeat(np.arange(len(self)), across)
        columns: dict[str, object] = {"point": point}
        for row, axis in enumerate(self.axes):
            values = [each.values[row] for each in self.points]
            columns[axis.key] = np.array([_plain(axis, value) for value in values], dtype=object)[point]
        if self.journeys:
            journey = np.tile(np.arange(across), len(self))
            ends = np.array(self.journeys, dtype=object).reshape(-1, 2)[journey]
            km = [kilometres(each.ravel()) for each in (self.before_m, self.after_m)]
            h = [hours(each.ravel()) for each in (self.before_ds, self.after_ds)]
            columns |= {
                "origin": ends[:, 0],
                "destination": ends[:, 1],
                "status": np.array(STATUSES, dtype=object)[self.status.ravel()],
                "before_km": km[0],
                "after_km": km[1],
                "extra_km": km[1] - km[0],
                "before_h": h[0],
                "after_h": h[1],
                "extra_h": h[1] - h[0],
                **self._costs(),
                "crossings_before": self._crossings(self.way_before),
                "crossings_after": self._crossings(self.way_after),
                "way": self.way_after.ravel(),
            }
        for row, name in enumerate(STATUSES):
            columns[f"pairs_{name}"] = self.counts[point, row]
        columns |= {"extra_weighted_h": self.extra_weighted_h[point], "cut_off_weight": self.cut_off_weight[point]}
        table = pd.DataFrame(columns)
        for axis in self.axes:
            if axis.kind is Kind.NUMBER:
                table[axis.key] = table[axis.key].astype("float64")
        return table

    def _costs(self) -> dict[str, FloatArray]:
        if self.before_cost is None or self.after_cost is None:
            return {}
        before, after = self.before_cost.ravel(), self.after_cost.ravel()
        return {"before_cost": before, "after_cost": after, "extra_cost": after - before}

    def _crossings(self, way: npt.NDArray[np.int32]) -> list[str]:
        return [
            ", ".join(self.ways[journey][row].crossings) for each in way.tolist() for journey, row in enumerate(each)
        ]


def _plain(axis: Axis, value: Value) -> object:
    """A value as a cell of a table: numbers, days and flags as they are, all else in words."""
    if axis.kind is Kind.NUMBER:
        return float(value)  # type: ignore[arg-type]
    return value if axis.kind in (Kind.DAY, Kind.FLAG) else say_value(value)
