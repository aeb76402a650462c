"""Select-link: the journeys that use a link, a section or a crossing, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wayaround.errors import ScenarioError
from wayaround.impact.detours import passes_middle
from wayaround.impact.queries import open_query
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.select import select_link
from wayaround.units import UNREACHABLE, BoolArray, Int64Array

if TYPE_CHECKING:
    from wayaround.demand.trips import Trips
    from wayaround.impact.result import Impact

FORMS = "link:ID  section:ID  crossing:NAME"


@dataclass(frozen=True, slots=True)
class Use:
    """Who uses a road.

    Parameters
    ----------
    said : str
        The road as it was asked for.
    links : tuple of int
        Its links.
    before, after : (p,) ndarray of bool
        Whether each pair's route uses it.
    weight_before, weight_after : float
        Weight of the counted pairs that do.
    """

    said: str
    links: tuple[int, ...]
    before: BoolArray
    after: BoolArray
    weight_before: float
    weight_after: float

    def rows(self, trips: "Trips") -> Int64Array:
        """Pairs that use it before or after, the heaviest first."""
        either = np.flatnonzero(self.before | self.after)
        return either[np.argsort(-trips.weight[either], kind="stable")]


def measure_use(impact: "Impact", roads: Sequence[str]) -> tuple[Use, ...]:
    """Find the journeys that use roads, before and after.

    The route of a pair is the one that all results speak of; of equally fast and short ones no other counts. It uses a
    link or a section as soon as it drives any stretch of it, and a crossing if it passes the middle of one of its
    links. No route is listed: marks go up the hierarchy once for each road.

    Parameters
    ----------
    impact : Impact
        The result.
    roads : sequence of str
        ``link:ID``, ``section:ID`` (the link and what runs beside it) or ``crossing:NAME``.

    Returns
    -------
    tuple of Use

    Raises
    ------
    ScenarioError
        A text of another form.
    LinkNotFound, CrossingNotFound
        The network has no such link or crossing.
    """
    asked = [_find_road(impact.network, road) for road in roads]
    queries = _open_queries(impact) if asked else ()
    uses = []
    for road, (links, is_crossing) in zip(roads, asked, strict=True):
        find = _select_crossing if is_crossing else _select_any
        before, after = (
            find(query, impact.trips, links) & (skim.time_ds < UNREACHABLE)
            for query, skim in zip(queries, (impact.before, impact.after), strict=True)
        )
        uses.append(Use(road, tuple(links.tolist()), before, after, *_weigh(impact.trips, before, after)))
    return tuple(uses)


def _weigh(trips: "Trips", before: BoolArray, after: BoolArray) -> tuple[float, float]:
    """Weight of the counted pairs."""
    one, other = (float(trips.weight[used & trips.counted].sum() / trips.quanta) for used in (before, after))
    return one, other


def read_road(text: str) -> tuple[str, str]:
    """Kind and name of a road.

    Raises
    ------
    ScenarioError
        It has none of the three forms.

    Examples
    --------
    >>> read_road("crossing:Nasib-Jaber"), read_road("link:7")
    (('crossing', 'Nasib-Jaber'), ('link', '7'))
    """
    kind, _, name = text.partition(":")
    if kind not in ("link", "section", "crossing") or not name.strip() or (kind != "crossing" and not name.isdecimal()):
        raise ScenarioError(f'"{text}" names no road; the forms are {FORMS}.', ids=[text])
    return kind, name


def _find_road(network: RoadNetwork, text: str) -> tuple[Int64Array, bool]:
    """Links of a road, and whether it is a crossing."""
    kind, name = read_road(text)
    if kind == "crossing":
        return np.array(network.find_crossing(name).links, dtype=np.int64), True
    links = network.check_links([int(name)])
    return (find_sections(network, links)[1] if kind == "section" else links), False


def _open_queries(impact: "Impact") -> tuple[HierarchyQuery, HierarchyQuery]:
    """The engine as it stood before and after."""
    if impact.costs is not None:
        engine = HierarchyEngine(impact.network.hierarchy)
        one, other = (
            engine.customise(roads.weights).query(roads.terminals(impact.trips.snapped)) for roads in impact.costs.roads
        )
        return one, other
    after = [report.matched for report in impact.closures if report.in_force]
    before = [each for each in after if each.closure.baseline]
    network, profile, places = impact.network, impact.profile, impact.trips.snapped
    return open_query(network, profile, before, places)[1], open_query(network, profile, after, places)[1]


def _select_any(query: HierarchyQuery, trips: "Trips", links: Int64Array) -> BoolArray:
    return select_link(query, trips.origin, trips.destination, links)


def _select_crossing(query: HierarchyQuery, trips: "Trips", links: Int64Array) -> BoolArray:
    """Pairs that pass the middle of one of the links, where the post is taken to be."""
    used = _select_any(query, trips, links)
    home, position = trips.snapped.link, trips.snapped.position
    # Who begins or ends on one of the links passes its middle in one direction only, or not at all.
    rows = np.flatnonzero(np.isin(home[trips.origin], links) | np.isin(home[trips.destination], links))
    origin, destination = trips.origin[rows], trips.destination[rows]
    passes = np.zeros(len(rows), dtype=bool)
    for link in links.tolist():
        begins, ends = home[origin] == link, home[destination] == link
        for ahead in (True, False):
            through = ~begins | ((position[origin] < 0.5) == ahead)
            through &= ~ends | ((position[destination] >= 0.5) == ahead)
            some = np.flatnonzero(through & ~(begins & ends))
            passes[some] |= select_link(
                query, origin[some], destination[some], [link], forward=ahead, backward=not ahead
            )
        for row in np.flatnonzero(begins & ends).tolist():
            route = query.route(origin[row], destination[row])
            passes[row] |= route is not None and any(
                passes_middle(trips, int(rows[row]), route, step)
                for step in np.flatnonzero(route.links == link).tolist()
            )
    used[rows] = passes
    return used
