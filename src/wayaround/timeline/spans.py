"""Days between which nothing changes: what closures' first and last days cut a stretch of time into."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from wayaround.closures.closure import Closure
from wayaround.errors import ScenarioError

MOST_SPANS = 5000
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row on which the same closures are in force.

    Parameters
    ----------
    first, last : datetime.date
        Both belong to it.
    in_force : tuple of int
        Rows of the closures.
    begun, ended : tuple of int
        Rows of the closures that the span before had not, or had; none for the first span.
    """

    first: datetime.date
    last: datetime.date
    in_force: tuple[int, ...]
    begun: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def list_spans(
    closures: Sequence[Closure],
    *,
    party: str | None = None,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> tuple[Span, ...]:
    """Cut time at the days on which a closure begins or has ended.

    Parameters
    ----------
    closures : sequence of Closure
        With their first and last days.
    party : str, optional
        Whom closures are read for.
    first, last : datetime.date, optional
        Where time begins and ends, both included: by default the day before the first change and the day of the last,
        so that each change has a before and an after.

    Returns
    -------
    tuple of Span
        In the order of time, without a gap; closures in force differ between neighbours.

    Raises
    ------
    ScenarioError
        No closure begins or ends, time ends before it begins, or over 5,000 spans.

    Examples
    --------
    >>> from wayaround.closures.closure import CrossingName
    >>> june = Closure(CrossingName("Nasib-Jaber"), from_date=datetime.date(2018, 6, 1),
    ...     until_date=datetime.date(2018, 6, 30))
    >>> [(str(each.first), str(each.last), each.in_force) for each in list_spans([june])]
    [('2018-05-31', '2018-05-31', ()), ('2018-06-01', '2018-06-30', (0,)), ('2018-07-01', '2018-07-01', ())]
    """
    changes = sorted({day for closure in closures for day in _changes(closure, party)})
    if not changes:
        whom = f" that concerns {party}" if party else ""
        raise ScenarioError(
            f"no closure{whom} has a day on which it begins or ends; give one a from or an until, or use run."
        )
    if first is None:
        first = changes[0] if changes[0] == datetime.date.min else changes[0] - DAY
    last = last or changes[-1]
    if last < first:
        raise ScenarioError(f"the timeline would end on {last}, before it begins on {first}; name a later until.")
    starts = [first, *(day for day in changes if first < day <= last)]
    if len(starts) > MOST_SPANS:
        raise ScenarioError(
            f"{len(starts):,} spans of days are more than the {MOST_SPANS:,} that a timeline has; "
            "name a shorter time by from and until."
        )
    ends = [*(day - DAY for day in starts[1:]), last]
    spans: list[Span] = []
    before: set[int] = set()
    for start, end in zip(starts, ends, strict=True):
        now = {row for row, each in enumerate(closures) if each.reason_not_in_force(start, party) is None}
        begun, ended = (sorted(now - before), sorted(before - now)) if spans else ([], [])
        spans.append(Span(start, end, tuple(sorted(now)), tuple(begun), tuple(ended)))
        before = now
    return tuple(spans)


def _changes(closure: Closure, party: str | None) -> list[datetime.date]:
    """Days from which on a closure is in force, or no longer; none where it never concerns the party."""
    within = closure.from_date or closure.until_date
    if within is None or closure.reason_not_in_force(within, party) is not None:
        return []
    begins = [] if closure.from_date is None else [closure.from_date]
    ends = [] if closure.until_date in (None, datetime.date.max) else [closure.until_date + DAY]
    return begins + ends
