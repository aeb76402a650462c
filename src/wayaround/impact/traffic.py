"""Traffic before and after: by link, by crossing, and by the corridors that lose and win it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wayaround.closures.charges import MatchedCharge
from wayaround.demand.trips import Trips
from wayaround.impact.load import Load, weigh_links, weigh_middles
from wayaround.network.road_network import Crossing, RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.units import BoolArray, Int64Array

MOST_CORRIDORS = 20
LEAST_CHANGE = 0.05
"""Links whose traffic changes by less than this part of the largest change belong to no stretch of lost or won road."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossingTraffic:
    """Weight that passes a crossing, in quanta, before and after."""

    crossing: Crossing
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Corridor:
    """Links that a person calls one way, and what drives them.

    Parameters
    ----------
    kind : str
        "toll", the links of a toll, or "road", connected links that all lose traffic or all win it.
    id : str
        Of the toll; empty for a road.
    links : (k,) ndarray of int64
        Its links.
    busiest : int
        The link with the largest change, or else with the most traffic.
    before, after : int
        Quanta of weight on the section of that link, both carriageways together; of a toll, on its busiest link in each
        state.
    before_weight_m, after_weight_m : int
        Metres times quanta on all its links.
    crossings : tuple of str
        Names of the crossings on it.
    """

    kind: str
    id: str
    links: Int64Array
    busiest: int
    before: int
    after: int
    before_weight_m: int
    after_weight_m: int
    crossings: tuple[str, ...]

    @property
    def change_weight_m(self) -> int:
        """What it wins, in metres times quanta."""
        return self.after_weight_m - self.before_weight_m


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """What drives each link before and after.

    Parameters
    ----------
    links : (k,) ndarray of int64
        Links with traffic before or after, sorted.
    before, after : (2, k) ndarray of int64
        Weight on each in quanta, from tail to head and back; a part of a link that is driven counts as the link.
    crossings : tuple of CrossingTraffic
        Crossings with traffic, the largest change first.
    corridors : tuple of Corridor
        Tolls that have traffic, then roads that lose or win it, the largest change first.
    """

    links: Int64Array
    before: Int64Array
    after: Int64Array
    crossings: tuple[CrossingTraffic, ...]
    corridors: tuple[Corridor, ...]

    @property
    def change(self) -> Int64Array:
        """What each link wins, both directions together."""
        difference: Int64Array = (self.after - self.before).sum(axis=0)
        return difference


def measure_traffic(
    network: RoadNetwork, trips: Trips, loads: tuple[Load, Load], charges: Sequence[MatchedCharge]
) -> Traffic:
    """What drives each link before and after, and which corridors lose and win it.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        The pairs.
    loads : tuple of Load
        Before and after.
    charges : sequence of MatchedCharge
        Tolls and risks that apply; tolls are corridors.
    """
    weight = [weigh_links(load, trips) for load in loads]
    links = np.flatnonzero((weight[0] > 0).any(axis=0) | (weight[1] > 0).any(axis=0))
    passing = [weigh_middles(load, trips, network.crossing_of_link) for load in loads]
    crossings = []
    for crossing in network.crossings:
        before, after = (sum(passed[link] for link in crossing.links) for passed in passing)
        if before or after:
            crossings.append(CrossingTraffic(crossing, before, after))
    crossings.sort(key=lambda each: (-abs(each.after - each.before), -each.before, each.crossing.id))
    total = weight[0].sum(axis=0), weight[1].sum(axis=0)
    corridors = _toll_corridors(network, total, charges) + _road_corridors(network, links, total)
    return Traffic(links, weight[0][:, links], weight[1][:, links], tuple(crossings), tuple(corridors))


def _toll_corridors(
    network: RoadNetwork, total: tuple[Int64Array, Int64Array], charges: Sequence[MatchedCharge]
) -> list[Corridor]:
    found = []
    for each in charges:
        links = np.unique(each.matched.links[each.matched.end > each.matched.start])
        if each.charge.is_risk or not (total[0][links] + total[1][links]).any():
            continue
        found.append(_corridor(network, "toll", each.charge.id, links, total))
    return sorted(found, key=lambda each: (-abs(each.change_weight_m), each.id))


def _road_corridors(network: RoadNetwork, links: Int64Array, total: tuple[Int64Array, Int64Array]) -> list[Corridor]:
    change = total[1][links] - total[0][links]
    least = LEAST_CHANGE * float(np.abs(change).max(initial=0))
    found = []
    for side in (-1, 1):
        own = links[(side * change > 0) & (np.abs(change) >= least)]
        found += [_corridor(network, "road", "", each, total) for each in _connected(network, own)]
    found.sort(key=lambda each: (-abs(each.change_weight_m), int(each.links[0])))
    return found[:MOST_CORRIDORS]


def _connected(network: RoadNetwork, links: Int64Array) -> list[Int64Array]:
    """The links as sets that hang together."""
    if not len(links):
        return []
    nodes, ends = np.unique(
        np.stack([np.asarray(network.link_tail)[links], np.asarray(network.link_head)[links]]), return_inverse=True
    )
    tail, head = ends.reshape(2, -1)
    graph = coo_array((np.ones(len(links), dtype=np.int8), (tail, head)), shape=(len(nodes), len(nodes)))
    part = connected_components(graph, directed=False)[1][tail]
    order = np.argsort(part, kind="stable")
    return np.split(links[order], np.flatnonzero(np.diff(part[order])) + 1)


def _corridor(
    network: RoadNetwork, kind: str, id: str, links: Int64Array, total: tuple[Int64Array, Int64Array]
) -> Corridor:
    before, after = (of_state[links] for of_state in total)
    length_m = np.asarray(network.link_length_m)[links].astype(np.int64)
    order = np.lexsort((links, -np.maximum(before, after), -np.abs(after - before)))
    busiest = int(links[order[0]])
    beside = find_sections(network, np.array([busiest]))[1]
    beside = beside[_runs_as(total, busiest, beside)]
    # A toll is paid along all its links, of which others may be busy after than before.
    passing = (
        (int(before.max()), int(after.max()))
        if kind == "toll"
        else (int(total[0][beside].sum()), int(total[1][beside].sum()))
    )
    names = dict.fromkeys(
        network.crossing_of_link[link].name for link in links.tolist() if link in network.crossing_of_link
    )
    return Corridor(
        kind,
        id,
        links,
        busiest,
        *passing,
        int((before * length_m).sum()),
        int((after * length_m).sum()),
        tuple(names),
    )


def _runs_as(total: tuple[Int64Array, Int64Array], busiest: int, beside: Int64Array) -> BoolArray:
    """Which links beside one carry traffic of their own rather than the same once more, a little further on."""
    change = total[1][beside] - total[0][beside]
    own = total[1][busiest] - total[0][busiest]
    kept: BoolArray = (beside == busiest) | (np.sign(change) == np.sign(own))
    return kept
