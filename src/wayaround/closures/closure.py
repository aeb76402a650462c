"""A closure as it is said: what, how, from when to when, for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wayaround.closures.zone import Zone
from wayaround.errors import ScenarioError
from wayaround.scenario_entries import MAX_WAIT_H, MIN_SPEED_FACTOR


@dataclass(frozen=True, slots=True)
class RoadPoint:
    """The point of a road nearest to a position in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class LinkIds:
    """Links by their ids."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CrossingName:
    """A border crossing by id, name or variant."""

    name: str


@dataclass(frozen=True, slots=True)
class RoadClass:
    """All links of a class, as OpenStreetMap names it."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=False)
class Closure:
    """Something that shuts, slows or delays.

    Parameters
    ----------
    target : Zone, RoadPoint, LinkIds, CrossingName or RoadClass
        What it concerns.
    id : str
        How results call it.
    wait_h : float or mapping, optional
        Hours that each passage waits, at most 1000; the road stays open. A zone makes wait whoever enters it. By
        direction: ``{"forward": 6, "backward": 1}``, from tail to head of each link and back, or at a crossing
        ``{"from SY": 6}``; a direction left out does not wait.
    open_hours : sequence of (int, int)
        Minutes of the day from and until which a crossing is open, see `expected_wait_h`; always, if there are none.
    speed_factor : float, optional
        What speeds are multiplied by on the part concerned, from 0.001 to below 1; the road stays open.
    from_date, until_date : date, optional
        First and last day on which it is in force.
    except_for, only_for : tuple of str
        Parties that it does not concern; parties that alone it concerns.
    allow_empty : bool
        Whether it may concern no link.
    baseline : bool
        Whether it is in force before as well as after.
    section : bool
        Whether a point or links take along the links that run within 300 m beside them, such as the other carriageway.
    called : str
        What sentences call it.
    said_at : str
        Where it was said (file, line and key), for sentences about what is wrong with it.

    Raises
    ------
    ScenarioError
        A wait or a factor out of range, or both; a section of something else than a point or links.

    Examples
    --------
    >>> zone = Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> Closure(zone, id="tanf-zone").is_shut
    True
    """

    target: Zone | RoadPoint | LinkIds | CrossingName | RoadClass
    id: str = "closure"
    wait_h: float | Mapping[str, float] | None = field(default=None, hash=False)  # a mapping has no hash
    open_hours: tuple[tuple[int, int], ...] = ()
    speed_factor: float | None = None
    from_date: date | None = None
    until_date: date | None = None
    except_for: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    allow_empty: bool = False
    baseline: bool = False
    section: bool = False
    called: str = "closure"
    said_at: str = ""

    def __post_init__(self) -> None:
        if self.section and not isinstance(self.target, RoadPoint | LinkIds):
            raise ScenarioError(f'closure "{self.id}": section goes with a point or links only.', ids=[self.id])
        if self.delays and self.speed_factor is not None:
            raise ScenarioError(f'closure "{self.id}" has wait_h or speed_factor, not both; make two.', ids=[self.id])
        for wait_h in self.wait_h.values() if isinstance(self.wait_h, Mapping) else (self.wait_h or 0.0,):
            if not 0 <= wait_h <= MAX_WAIT_H:
                raise ScenarioError(
                    f'closure "{self.id}": wait_h is {wait_h:g}; it must be 0 to {MAX_WAIT_H}.', ids=[self.id]
                )
        if self.speed_factor is not None and not MIN_SPEED_FACTOR <= self.speed_factor < 1:
            raise ScenarioError(
                f'closure "{self.id}": speed_factor is {self.speed_factor:g}; it must be {MIN_SPEED_FACTOR} or more '
                "and below 1.",
                ids=[self.id],
            )

    @property
    def is_shut(self) -> bool:
        """Whether the road is shut, rather than slow or subject to a wait."""
        return not self.delays and self.speed_factor is None

    @property
    def delays(self) -> bool:
        """Whether each passage waits."""
        return self.wait_h is not None or bool(self.open_hours)

    def reason_not_in_force(self, day: date, party: str | None) -> str | None:
        """Why it does not apply on a day to a party, or None where it does."""
        if self.from_date is not None and day < self.from_date:
            return f"begins on {self.from_date}"
        if self.until_date is not None and day > self.until_date:
            return f"ended on {self.until_date}"
        if party is not None and party in self.except_for:
            return f"does not concern {party}"
        if self.only_for and party not in self.only_for:
            return f"concerns only {', '.join(self.only_for)}"
        return None


def expected_wait_h(open_hours: tuple[tuple[int, int], ...]) -> float:
    """Wait of an arrival that is uniformly spread over the day, in hours.

    An arrival during a closed stretch of `c` hours waits `c / 2` on average, and `c / 24` of all arrive then: the sum
    of ``c ** 2 / 48`` over the closed stretches.

    Parameters
    ----------
    open_hours : sequence of (int, int)
        Minutes of the day, sorted and apart; one past midnight ends after 1,440.

    Examples
    --------
    >>> expected_wait_h(((360, 1200),)), expected_wait_h(((0, 1440),))
    (2.0833333333333335, 0.0)
    """
    if not open_hours:
        return 0.0
    begins = [*(begin for begin, _ in open_hours[1:]), open_hours[0][0] + 1440]
    closed = [begin - end for (_, end), begin in zip(open_hours, begins, strict=True)]
    return sum(minutes**2 for minutes in closed) / (48 * 3600)
