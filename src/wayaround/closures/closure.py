"""A closure as it is said: what, how, from when to when, for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wayaround.closures.zone import Zone
from wayaround.errors import ScenarioError
from wayaround.scenario_entries import MAX_WAIT_H, MIN_SPEED_FACTOR, check_direction


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


@dataclass(frozen=True, slots=True)
class RoadLine:
    """A course along roads, as longitude and latitude of its points in the order of travel.

    Parameters
    ----------
    points : tuple of (float, float)
        Longitude and latitude, at least two.
    joined : bool
        Whether it runs straight from point to point; else along the roads between them.
    """

    points: tuple[tuple[float, float], ...]
    joined: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """What a feed says of the event that a closure comes from.

    Parameters
    ----------
    event_id : str
        Its id in the feed.
    kind, impact : str
        Its `event_type` and `vehicle_impact`, empty where the feed has none.
    roads : tuple of str
        Names of its roads.
    direction : str
        As the feed words it.
    start, end : str
        When it begins and ends, as the feed writes it.
    start_verified, end_verified : bool or None
        Whether these are confirmed; None where the feed does not say.
    related : tuple of str
        Ids of events that the feed ties to it, each with how.
    """

    event_id: str
    kind: str = ""
    impact: str = ""
    roads: tuple[str, ...] = ()
    direction: str = ""
    start: str = ""
    end: str = ""
    start_verified: bool | None = None
    end_verified: bool | None = None
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=False)
class Closure:
    """Something that shuts, slows or delays.

    Parameters
    ----------
    target : Zone, RoadPoint, RoadLine, LinkIds, CrossingName or RoadClass
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
    max_kmh : float, optional
        The most that is driven on the part concerned, in km/h, at least 1; the road stays open. With `speed_factor`
        the slower of the two holds.
    day_share : float
        Share of the day in which it slows, above 0 and at most 1: extra time is that of an arrival at any hour.
    direction : str, optional
        The one way of the road that it concerns: ``"forward"`` or ``"backward"``, from tail to head of each link or
        back and along a line or against it; ``"northbound"`` and so on, by where links lead; ``"from SY"`` at a
        crossing. Both ways if left out.
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
    idle : str
        Why it never applies, for what a feed lists and nothing closes.
    notes : tuple of str
        What a reader should know about how it was read.
    event : FeedEvent, optional
        The event of a feed that it comes from.

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

    target: Zone | RoadPoint | RoadLine | LinkIds | CrossingName | RoadClass
    id: str = "closure"
    wait_h: float | Mapping[str, float] | None = field(default=None, hash=False)  # a mapping has no hash
    open_hours: tuple[tuple[int, int], ...] = ()
    speed_factor: float | None = None
    max_kmh: float | None = None
    day_share: float = 1.0
    direction: str | None = None
    from_date: date | None = None
    until_date: date | None = None
    except_for: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    allow_empty: bool = False
    baseline: bool = False
    section: bool = False
    called: str = "closure"
    said_at: str = ""
    idle: str = ""
    notes: tuple[str, ...] = ()
    event: FeedEvent | None = None

    def __post_init__(self) -> None:
        if self.section and not isinstance(self.target, RoadPoint | RoadLine | LinkIds):
            raise ScenarioError(f'closure "{self.id}": section goes with a point, a line or links only.', ids=[self.id])
        if self.delays and self.speed_factor is not None and self.event is None:
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
        if self.direction is not None:
            try:
                check_direction(self.direction)
            except ValueError as error:
                raise ScenarioError(f'closure "{self.id}": {error}.', ids=[self.id]) from error
            if self.direction.startswith("from ") and not isinstance(self.target, CrossingName):
                raise ScenarioError(
                    f'closure "{self.id}": a direction "from" a country goes with a crossing only.', ids=[self.id]
                )

    @property
    def is_shut(self) -> bool:
        """Whether the road is shut, rather than slow or subject to a wait."""
        return not self.delays and self.speed_factor is None and self.max_kmh is None

    @property
    def delays(self) -> bool:
        """Whether each passage waits."""
        return self.wait_h is not None or bool(self.open_hours)

    def slowing(self, kmh: float) -> float:
        """Factor on a speed in km/h, over the day on average; 1 where it does not slow."""
        factor = min(self.speed_factor or 1.0, 1.0 if self.max_kmh is None else self.max_kmh / max(kmh, self.max_kmh))
        return 1 / (1 + self.day_share * (1 / factor - 1))

    def reason_not_in_force(self, day: date, party: str | None) -> str | None:
        """Why it does not apply on a day to a party, or None where it does."""
        if self.idle:
            return self.idle
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
