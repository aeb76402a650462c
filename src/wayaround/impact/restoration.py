"""In what order to reopen what is shut, so that most is given back soonest."""

import datetime
import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from wayaround.closures.closure import Closure, LinkIds
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.demand.trips import Trips
from wayaround.errors import ScenarioError
from wayaround.impact.closed_states import ClosedStates, JourneyTotals, Lost
from wayaround.impact.setting import Progress, Setting, settle, silent
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.units import DECISECONDS_PER_HOUR, Int64Array

if TYPE_CHECKING:
    import geopandas as gpd

MOST_UNITS_FOR_BEST = 10
"""With more, the sets of units that may be closed are too many to try: 2^10 = 1,024."""


@dataclass(frozen=True, slots=True)
class Course:
    """An order of reopening, and what is still lost along it.

    Parameters
    ----------
    order : tuple of int
        Rows of the plan's units, the first to reopen first.
    cut_off_weight, extra_weighted_h, extra_weighted_km : (units + 1,) ndarray of float64
        Still lost with every unit closed (entry 0) and after each reopening: weight of the journeys without a way;
        extra hours and kilometres times weight of those that have one. Hours may rise where a journey gets a way
        again, but a long one.
    cut_off_pairs, longer_pairs : (units + 1,) ndarray of int64
        Numbers of these journeys.
    """

    order: tuple[int, ...]
    cut_off_weight: npt.NDArray[np.float64]
    extra_weighted_h: npt.NDArray[np.float64]
    extra_weighted_km: npt.NDArray[np.float64]
    cut_off_pairs: Int64Array
    longer_pairs: Int64Array


@dataclass(frozen=True, slots=True)
class Restoration:
    """A plan of reopenings.

    Parameters
    ----------
    network, profile, day
        The network, the vehicle, the day.
    closures : tuple of str
        Closures in force throughout; the units are not among them.
    names : tuple of str
        Name of each unit, in the order in which they were given.
    first, link : (units + 1,) and (members,) ndarray of int64
        Links of each unit, in compressed rows.
    greedy : Course
        At each step the unit is reopened that leaves least lost: weight cut off, then extra weighted hours. Every
        candidate is measured anew at every step.
    best : Course or None
        The order whose losses after each step sum to the least, the sums compared in the same way.
    why_no_best : str
        Why `best` is None; empty where it is not.
    greedy_extra_weight, greedy_extra_h : float or None
        How much more the greedy order loses than the best, summed over the steps: weight cut off and weighted hours,
        each times one step.
    none_closed, all_closed : JourneyTotals
        What the journeys that have a way drive with no unit closed and with all of them.
    pairs : int
        Journeys in all.
    weighting : str
        Where the weights come from.
    """

    network: RoadNetwork
    profile: Profile
    day: datetime.date
    closures: tuple[str, ...]
    names: tuple[str, ...]
    first: Int64Array
    link: Int64Array
    greedy: Course
    best: Course | None
    why_no_best: str
    greedy_extra_weight: float | None
    greedy_extra_h: float | None
    none_closed: JourneyTotals
    all_closed: JourneyTotals
    pairs: int
    weighting: str

    def __len__(self) -> int:
        return len(self.names)

    def links_of(self, unit: int) -> Int64Array:
        """Links of a unit."""
        return self.link[self.first[unit] : self.first[unit + 1]]

    def table(self) -> "gpd.GeoDataFrame":
        """The units in the greedy order, with their roads as geometry.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns step, name, best_step (missing where the best order is not known), links, km; cut_off_weight,
            cut_off_pairs, extra_weighted_h, extra_weighted_km and longer_pairs as still lost after the step; and
            geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need
        import pandas as pd
        import shapely

        course = self.greedy
        links = [self.links_of(unit) for unit in course.order]
        length_m = np.asarray(self.network.link_length_m)
        best_step = [None if self.best is None else self.best.order.index(unit) + 1 for unit in course.order]
        return gpd.GeoDataFrame(
            {
                "step": np.arange(1, len(self) + 1),
                "name": [self.names[unit] for unit in course.order],
                "best_step": pd.array(best_step, dtype="Int64"),
                "links": [own.tolist() for own in links],
                "km": [float(length_m[own].sum()) / 1000 for own in links],
                "cut_off_weight": course.cut_off_weight[1:],
                "cut_off_pairs": course.cut_off_pairs[1:],
                "extra_weighted_h": course.extra_weighted_h[1:],
                "extra_weighted_km": course.extra_weighted_km[1:],
                "longer_pairs": course.longer_pairs[1:],
            },
            geometry=[shapely.MultiLineString(list(self.network.lines(own))) for own in links],
            crs="EPSG:4326",
        )


def plan_restoration(
    network: RoadNetwork,
    trips: Trips,
    *,
    closures: Sequence[Closure] = (),
    links: npt.ArrayLike | None = None,
    units: Sequence[str] | None = None,
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
    progress: Progress | None = None,
) -> Restoration:
    """Find the order in which to reopen what is closed, so that most is given back soonest.

    The units are the shut closures in force; or, if `links` are given, these links, each closed by itself; or what
    `units` names. All other closures stay in force throughout. The loss counts as in `assess`: a journey that begins
    or ends inside what is shut has no way.

    The greedy order need not be the best: two crossings may be worth nothing one without the other. With at most
    ten units every set of them is measured, and the best of all orders found by dynamic programming (M. Held and
    R. M. Karp, "A Dynamic Programming Approach to Sequencing Problems", 1962).

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        Who travels; of these the counted ones.
    closures : sequence of Closure
        What is shut, slow or delayed.
    links : array_like of int, optional
        Links that are closed as well, in both directions, each a unit.
    units : sequence of str, optional
        Ids of the closures to reopen; a slow or delayed one may be among them.
    profile, date, party
        As for `assess`.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    Restoration

    Raises
    ------
    ScenarioError
        There is nothing to reopen, or `units` names what is no closure in force.
    LinkNotFound
        A link that the network does not have.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    >>> names = ["Nasib-Jaber", "Karameh-Trebil", "al-Tanf-al-Walid"]
    >>> shut = [wa.Closure(wa.CrossingName(name), id=name) for name in names]
    >>> plan = wa.plan_restoration(network, trips, closures=shut)
    >>> plan.names[plan.greedy.order[0]]
    'al-Tanf-al-Walid'
    """
    tell = progress or silent
    tell("preparing", 0, 1)
    setting = settle(network, trips, closures=closures, profile=profile, date=date, party=party)
    chosen, staying = _choose_units(setting, links, units)
    states = ClosedStates(setting, staying, chosen)
    count = len(chosen)
    lose = cache(states.lose)
    small = count <= MOST_UNITS_FOR_BEST
    if small:
        for done, closed in enumerate(_every_set(count)):
            tell("measuring every set of units", done, 1 << count)
            lose(closed)
    greedy = reopen_greedily(lose if small else _counted(lose, count, tell), count)
    best = find_best_order(lose, count) if small else None
    extra = None if best is None else np.subtract(_sums(lose, greedy), _sums(lose, best)).tolist()
    return Restoration(
        network=network,
        profile=setting.profile,
        day=setting.day,
        closures=tuple(each.closure.id for each in staying),
        names=tuple(each.closure.id for each in chosen),
        first=np.cumsum([0, *[len(each.links) for each in chosen]]),
        link=np.concatenate([each.links for each in chosen]),
        greedy=_course(lose, greedy, trips.quanta),
        best=None if best is None else _course(lose, best, trips.quanta),
        why_no_best=""
        if small
        else f"{count} units can be closed in 2^{count} sets; the best order is only sought among at most "
        f"{MOST_UNITS_FOR_BEST} units.",
        greedy_extra_weight=None if extra is None else extra[0] / trips.quanta,
        greedy_extra_h=None if extra is None else extra[1] / DECISECONDS_PER_HOUR / trips.quanta,
        none_closed=states.none_closed,
        all_closed=states.all_closed,
        pairs=int(np.count_nonzero(trips.counted)),
        weighting=trips.weighting,
    )


def reopen_greedily(lose: Callable[[int], Lost], units: int) -> tuple[int, ...]:
    """Order in which each step leaves least lost; of equals the unit given first.

    Parameters
    ----------
    lose : callable
        What is lost while a set of units is closed; bit k of the set stands for unit k.
    units : int
        Number of units.
    """
    closed, order = (1 << units) - 1, []
    while closed:
        order.append(min(_members(closed), key=lambda unit: lose(closed & ~(1 << unit)).rank))
        closed &= ~(1 << order[-1])
    return tuple(order)


def find_best_order(lose: Callable[[int], Lost], units: int) -> tuple[int, ...]:
    """Order whose losses after each step sum to the least; of equals the one that reopens units given first, first.

    Parameters
    ----------
    lose, units
        As for `reopen_greedily`; every set of units is asked for.
    """
    least: list[tuple[int, int]] = [(0, 0)]
    choice = [-1]
    for closed in range(1, 1 << units):

        def rest(unit: int, closed: int = closed) -> tuple[int, int]:
            open_again = closed & ~(1 << unit)
            now, later = lose(open_again).rank, least[open_again]
            return now[0] + later[0], now[1] + later[1]

        choice.append(min(_members(closed), key=rest))
        least.append(rest(choice[-1]))
    closed, order = (1 << units) - 1, []
    while closed:
        order.append(choice[closed])
        closed &= ~(1 << choice[closed])
    return tuple(order)


def _choose_units(
    setting: Setting, links: npt.ArrayLike | None, units: Sequence[str] | None
) -> tuple[list[MatchedClosure], list[MatchedClosure]]:
    """What is reopened, and what stays."""
    in_force = setting.in_force
    ids = [each.closure.id for each in in_force]
    for name in units or ():
        if name not in ids:
            near = difflib.get_close_matches(name, ids, n=1, cutoff=0.0)
            hint = f'the nearest is "{near[0]}"' if near else "none is"
            raise ScenarioError(f'no closure "{name}" is in force on {setting.day}; {hint}.', ids=[name])
    if units is not None:
        wanted = [each.closure.id in units for each in in_force]
    else:
        wanted = [links is None and each.closure.is_shut for each in in_force]
    chosen = [each for each, take in zip(in_force, wanted, strict=True) if take]
    if links is not None:
        closures = [
            Closure(LinkIds((link,)), id=f"link {link}") for link in setting.network.check_links(links).tolist()
        ]
        chosen += [match_closure(setting.network, each) for each in closures]
    if not chosen:
        raise ScenarioError(f"nothing is shut on {setting.day}, so there is nothing to reopen.")
    return chosen, [each for each, take in zip(in_force, wanted, strict=True) if not take]


def _members(closed: int) -> list[int]:
    return [unit for unit in range(closed.bit_length()) if closed >> unit & 1]


def _every_set(units: int) -> Iterator[int]:
    """Every set of units, all of them first, each next to differ by one unit (a Gray code)."""
    for step in range(1 << units):
        yield ((1 << units) - 1) ^ step ^ (step >> 1)


def _counted(lose: Callable[[int], Lost], units: int, tell: Progress) -> Callable[[int], Lost]:
    """The same, telling how many of a greedy search's measurements are done."""
    done = 0

    def lose_one(closed: int) -> Lost:
        nonlocal done
        tell("measuring each candidate at each step", done, units * (units + 1) // 2)
        done += 1
        return lose(closed)

    return lose_one


def _sets_along(order: Sequence[int]) -> list[int]:
    """The closed sets of an order, from all closed to none."""
    sets = [(1 << len(order)) - 1]
    for unit in order:
        sets.append(sets[-1] & ~(1 << unit))
    return sets


def _sums(lose: Callable[[int], Lost], order: Sequence[int]) -> list[int]:
    """Weight cut off and extra weighted time, each summed over what is lost after each step."""
    return [sum(column) for column in zip(*(lose(closed).rank for closed in _sets_along(order)[1:]), strict=True)]


def _course(lose: Callable[[int], Lost], order: tuple[int, ...], quanta: float) -> Course:
    lost = [lose(closed) for closed in _sets_along(order)]
    return Course(
        order=order,
        cut_off_weight=np.array([each.cut_off_weight for each in lost]) / quanta,
        extra_weighted_h=np.array([each.extra_weighted_ds for each in lost]) / DECISECONDS_PER_HOUR / quanta,
        extra_weighted_km=np.array([each.extra_weighted_m for each in lost]) / 1000 / quanta,
        cut_off_pairs=np.array([each.cut_off_pairs for each in lost]),
        longer_pairs=np.array([each.longer_pairs for each in lost]),
    )
