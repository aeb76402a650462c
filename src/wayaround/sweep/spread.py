"""Points of a sweep as items of work in blocks: what a worker is given, and the table that comes back."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy.typing as npt
import pyarrow as pa

from wayaround.blocks.block import Work
from wayaround.demand.trips import Trips
from wayaround.errors import WayaroundError
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Route, Skim
from wayaround.scenario import Scenario
from wayaround.sweep.axes import Axis
from wayaround.sweep.measure import Measured, Measurer, WeighedRoads
from wayaround.sweep.points import make_point, say_values
from wayaround.sweep.values import Value

_INTEGERS, _NUMBERS, _FLAGS = pa.list_(pa.int64()), pa.list_(pa.float64()), pa.list_(pa.bool_())
_SKIM = pa.struct([("time_ds", _INTEGERS), ("length_m", _INTEGERS)])
_ROUTE = [("links", _INTEGERS), ("forward", _FLAGS), ("time_ds", pa.int64()), ("length_m", pa.int64())]
_ROUTES = pa.list_(pa.struct(_ROUTE))
SCHEMA = pa.schema(
    [
        ("values", pa.string()),
        ("counts", _INTEGERS),
        ("extra_weighted_h", pa.float64()),
        ("cut_off_weight", pa.float64()),
        ("before", _SKIM),
        ("after", _SKIM),
        ("status", pa.list_(pa.int8())),
        ("routes_before", _ROUTES),
        ("routes_after", _ROUTES),
        ("extra_ds_of_place", _INTEGERS),
        ("lost_of_place", _INTEGERS),
        ("cost_before", _NUMBERS),
        ("cost_after", _NUMBERS),
    ]
)
"""A row a point; the lists have an entry for each journey that is followed."""


class Asked(NamedTuple):
    """A point that is to be measured.

    `between` says that it lies between two of those that were asked for, and may shut no road.
    """

    values: tuple[Value, ...]
    between: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SweepTask:
    """Measure points of one scenario on one network.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    scenario : Scenario
        What is varied.
    axes : tuple of Axis
        What varies.
    today : datetime.date
        The day where the scenario says none.
    most_followed : int
        Named pairs whose ways are followed, the first ones.
    trips : mapping
        Who travels, by `key_of_trips`.
    weighed : WeighedRoads, optional
        Roads that are weighed already.
    """

    network: RoadNetwork
    scenario: Scenario
    axes: tuple[Axis, ...]
    today: datetime.date
    most_followed: int
    trips: Mapping[str | None, Trips]
    weighed: WeighedRoads | None = None

    def open(self) -> Work:
        """Weigh nothing yet: what the first point needs is kept for the next."""
        measurer = Measurer(
            self.network,
            today=self.today,
            most_followed=self.most_followed,
            weighed=self.weighed,
            trips=self.trips,
        )

        def work(items: Sequence[Asked]) -> pa.Table:
            return pa.Table.from_pylist([self._row(measurer, item) for item in items], schema=SCHEMA)

        return work

    def _row(self, measurer: Measurer, item: Asked) -> dict[str, Any]:
        point = make_point(self.scenario, self.axes, item.values)
        said = say_values(self.axes, item.values)
        if item.between:
            # Between two centres that shut some road there may be one that shuts none.
            closures = [each.model_copy(update={"allow_empty": True}) for each in point.whole.closures]
            point = replace(point, whole=point.whole.model_copy(update={"closures": closures}))
        try:
            measured = measurer.measure(point)
        except WayaroundError as error:
            raise type(error)(f"{said}: {error.message}", ids=error.ids) from error
        before, after = measured.money or (None, None)
        return {
            "values": said,
            "counts": measured.counts,
            "extra_weighted_h": measured.extra_weighted_h,
            "cut_off_weight": measured.cut_off_weight,
            "before": {"time_ds": measured.before.time_ds, "length_m": measured.before.length_m},
            "after": {"time_ds": measured.after.time_ds, "length_m": measured.after.length_m},
            "status": measured.status,
            "routes_before": _tell_routes(measured.routes_before),
            "routes_after": _tell_routes(measured.routes_after),
            "extra_ds_of_place": measured.of_place[0],
            "lost_of_place": measured.of_place[1],
            "cost_before": before,
            "cost_after": after,
        }


def read_measured(table: pa.Table, row: int, trips: Trips) -> Measured:
    """What a row of the table says."""
    said = {name: table.column(name)[row] for name in SCHEMA.names}
    cost = [said[name].values for name in ("cost_before", "cost_after")]
    return Measured(
        trips=trips,
        counts=_numpy(said["counts"].values),
        extra_weighted_h=said["extra_weighted_h"].as_py(),
        cut_off_weight=said["cut_off_weight"].as_py(),
        before=_read_skim(said["before"]),
        after=_read_skim(said["after"]),
        status=_numpy(said["status"].values),
        routes_before=_read_routes(said["routes_before"].values),
        routes_after=_read_routes(said["routes_after"].values),
        of_place=(_numpy(said["extra_ds_of_place"].values), _numpy(said["lost_of_place"].values)),
        money=None if cost[0] is None else (_numpy(cost[0]), _numpy(cost[1])),
    )


def _tell_routes(routes: Sequence[Route | None]) -> list[dict[str, Any] | None]:
    return [None if route is None else {name: getattr(route, name) for name, _ in _ROUTE} for route in routes]


def _read_routes(rows: Any) -> tuple[Route | None, ...]:
    links, forward, time_ds, length_m = (rows.field(name) for name, _ in _ROUTE)
    return tuple(
        Route(_numpy(links[row].values), _numpy(forward[row].values), time_ds[row].as_py(), length_m[row].as_py())
        if there
        else None
        for row, there in enumerate(rows.is_valid().to_pylist())
    )


def _read_skim(row: Any) -> Skim:
    return Skim(_numpy(row["time_ds"].values), _numpy(row["length_m"].values))


def _numpy(values: Any) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = values.to_numpy(zero_copy_only=False)
    return array
