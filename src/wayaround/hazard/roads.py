"""What a hazard may take: roads, each of the links that are lost together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wayaround.errors import ScenarioError
from wayaround.network.road_network import RoadNetwork
from wayaround.network.sections import find_sections
from wayaround.units import FloatArray, Int64Array

Unit = Literal["link", "section", "crossing"]


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Roads that may be lost; a road is lost with all of its links, in both directions.

    Parameters
    ----------
    unit : {"link", "section", "crossing"}
        What a road is.
    first, link : (roads + 1,) and (members,) ndarray of int64
        Links of each road, in compressed rows.
    """

    unit: Unit
    first: Int64Array
    link: Int64Array

    def __len__(self) -> int:
        return len(self.first) - 1

    def links_of(self, rows: Int64Array) -> Int64Array:
        """Links of some roads, each once and sorted."""
        size = self.first[rows + 1] - self.first[rows]
        at = np.arange(int(size.sum())) + np.repeat(self.first[rows] - np.cumsum(size) + size, size)
        return np.unique(self.link[at])

    def having(self, links: Int64Array, network_links: int) -> Int64Array:
        """Rows of the roads with at least one of some links, sorted."""
        inside = np.zeros(network_links, dtype=bool)
        inside[links] = True
        row = np.repeat(np.arange(len(self)), np.diff(self.first))
        return np.unique(row[inside[self.link]])


def group_roads(network: RoadNetwork, wanted: Int64Array, unit: Unit) -> Roads:
    """Roads out of links: each by itself, with what runs beside it, or the crossings with one of them.

    A link is part of one section at most, of the first that it runs beside, so that its chance is that of its section.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    wanted : (k,) ndarray of int64
        Links, sorted.
    unit : {"link", "section", "crossing"}
        What a road is.

    Returns
    -------
    Roads

    Raises
    ------
    ScenarioError
        There is none.
    """
    if unit == "link":
        groups: Sequence[Sequence[int]] = [[link] for link in wanted.tolist()]
    elif unit == "crossing":
        inside = set(wanted.tolist())
        groups = [each.links for each in network.crossings if not inside.isdisjoint(each.links)]
    else:
        groups = _part_into_sections(network, wanted)
    if not groups:
        raise ScenarioError(f"no {unit} is among the roads that were asked for; ask for more.", ids=[unit])
    first = np.cumsum([0, *map(len, groups)])
    return Roads(unit, first, np.array([link for group in groups for link in group], dtype=np.int64))


def _part_into_sections(network: RoadNetwork, wanted: Int64Array) -> list[list[int]]:
    first, member = find_sections(network, wanted)
    taken: set[int] = set()
    groups = []
    for row, link in enumerate(wanted.tolist()):
        if link not in taken:
            groups.append([each for each in member[first[row] : first[row + 1]].tolist() if each not in taken])
            taken.update(groups[-1])
    return groups


def join_chances(roads: int, chances: Sequence[tuple[Int64Array, FloatArray]]) -> FloatArray:
    """Chance of each road to be lost to at least one of several causes that do not depend on each other."""
    stays = np.ones(roads)
    for rows, chance in chances:
        stays[rows] *= 1 - chance
    return 1 - stays
