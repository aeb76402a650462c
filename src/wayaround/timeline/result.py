"""The result of a timeline: spans of days, how journeys fare in each, and what changed at its beginning."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from wayaround.closures.closure import Closure
from wayaround.sweep.result import Sweep
from wayaround.timeline.spans import Span

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Change:
    """What the closures that begin and end on one day change.

    Parameters
    ----------
    span : int
        Row of `Timeline.spans` that begins on the day; never the first.
    journeys : tuple of int
        Rows of the journeys whose way, time, length or status is another than the day before.
    counts : tuple of int
        Counted pairs more or fewer of each status, in the order of `STATUSES`.
    extra_weighted_h, cut_off_weight : float
        More or less of each.
    """

    span: int
    journeys: tuple[int, ...]
    counts: tuple[int, ...]
    extra_weighted_h: float
    cut_off_weight: float

    @property
    def is_something(self) -> bool:
        """Whether anything is other than the day before."""
        return bool(self.journeys or any(self.counts) or self.extra_weighted_h or self.cut_off_weight)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A scenario over time.

    Parameters
    ----------
    closures : tuple of Closure
        All closures of the scenario.
    spans : tuple of Span
        In the order of time.
    states : Sweep
        The scenario on the first day of each span, a point each.
    """

    closures: tuple[Closure, ...]
    spans: tuple[Span, ...]
    states: Sweep

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def first(self) -> datetime.date:
        """The first day."""
        return self.spans[0].first

    @property
    def last(self) -> datetime.date:
        """The last day."""
        return self.spans[-1].last

    def changes(self) -> tuple[Change, ...]:
        """What each day on which a closure begins or has ended changes against the day before."""
        states = self.states
        per_journey: list[npt.NDArray[Any]] = [states.after_ds, states.after_m, states.before_ds, states.before_m]
        per_journey += [states.status, states.way_after, states.way_before]
        changes = []
        for span in range(1, len(self)):
            other = np.logical_or.reduce([each[span] != each[span - 1] for each in per_journey])
            changes.append(
                Change(
                    span=span,
                    journeys=tuple(np.flatnonzero(other).tolist()),
                    counts=tuple((states.counts[span] - states.counts[span - 1]).tolist()),
                    extra_weighted_h=float(states.extra_weighted_h[span] - states.extra_weighted_h[span - 1]),
                    cut_off_weight=float(states.cut_off_weight[span] - states.cut_off_weight[span - 1]),
                )
            )
        return tuple(changes)

    def table(self) -> "pd.DataFrame":
        """All spans as a table, one row for each journey in each span.

        Returns
        -------
        pandas.DataFrame
            Columns span, from, until, days and closures (ids in force), then those of `Sweep.table` without its point
            and date. Without named pairs there is one row a span.
        """
        table = self.states.table().drop(columns=["date"]).rename(columns={"point": "span"})
        rows = table["span"].to_numpy()
        table.insert(1, "from", np.array([span.first for span in self.spans], dtype=object)[rows])
        table.insert(2, "until", np.array([span.last for span in self.spans], dtype=object)[rows])
        table.insert(3, "days", np.array([span.days for span in self.spans])[rows])
        names = [", ".join(self.closures[row].id for row in span.in_force) for span in self.spans]
        table.insert(4, "closures", np.array(names, dtype=object)[rows])
        return table
