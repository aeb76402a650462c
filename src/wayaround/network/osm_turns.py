"""Turn restrictions of the map, brought to links: from one link by way of none or several to another."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from wayaround.network.attributes import Mode
from wayaround.network.osm_columns import OsmRoads, OsmTurn
from wayaround.network.topology import RawLinks
from wayaround.network.turns import TurnRestrictions
from wayaround.units import Int64Array

MEMBER_MISSING = "a member is missing, or is no road"
MEMBERS_WRONG = "it lacks a member that a turn needs"
DO_NOT_MEET = "its members do not meet"
AMBIGUOUS = "a way passes through the junction, so that which part is meant is not known"
FOR_OTHERS = "it binds neither cars nor lorries"
NO_EFFECT = "nobody whom it binds may drive that way anyhow"

_EVERYBODY = Mode.CAR | Mode.HGV


@dataclass(frozen=True, slots=True)
class _Step:
    """A link driven towards a node, or away from one: the link, that node, who may."""

    link: int
    node: int
    modes: int


@dataclass(slots=True)
class _Rows:
    """Restrictions while they are gathered."""

    from_link: list[int] = field(default_factory=list)
    to_link: list[int] = field(default_factory=list)
    via_node: list[int] = field(default_factory=list)
    via_count: list[int] = field(default_factory=list)
    via_link: list[int] = field(default_factory=list)
    is_only: list[bool] = field(default_factory=list)
    except_modes: list[int] = field(default_factory=list)
    osm_relation: list[int] = field(default_factory=list)
    conditional: list[str] = field(default_factory=list)


class _Unclear(Exception):
    """A restriction that cannot be brought to links; its text is one of the reasons above."""


def place_turns(
    roads: OsmRoads, links: RawLinks, access_forward: np.ndarray, access_backward: np.ndarray, strings: dict[str, int]
) -> tuple[TurnRestrictions, dict[str, int]]:
    """Bring turn restrictions to links.

    Parameters
    ----------
    roads : OsmRoads
        The map.
    links : RawLinks
        The links that its ways became.
    access_forward, access_backward : (links,) ndarray of uint8
        Who may drive each, as bits of `Mode`.
    strings : dict of str to int
        Table of strings, to which conditions are added.

    Returns
    -------
    turns : TurnRestrictions
        In the order of the relations.
    skipped : dict of str to int
        How many relations were left aside, by reason.
    """
    finder = _Finder(roads, links, access_forward, access_backward)
    rows, skipped = _Rows(), Counter[str]()
    for turn in roads.turns:
        try:
            ways = finder.find(turn)
        except _Unclear as reason:
            skipped[str(reason)] += 1
            continue
        kept = 0
        for start, via, end, modes in ways:
            for rule in turn.rules:
                if not rule.conditional and not modes & ~int(rule.except_modes):
                    continue
                kept += 1
                rows.from_link.append(start.link)
                rows.to_link.append(end.link)
                rows.via_node.append(start.node)
                rows.via_count.append(len(via))
                rows.via_link.extend(via)
                rows.is_only.append(rule.kind == "only")
                rows.except_modes.append(int(rule.except_modes))
                rows.osm_relation.append(turn.id)
                rows.conditional.append(rule.conditional)
        if not kept:
            skipped[NO_EFFECT] += 1
    return _freeze(rows, strings), dict(sorted(skipped.items()))


def _freeze(rows: _Rows, strings: dict[str, int]) -> TurnRestrictions:
    int32 = {name: np.array(getattr(rows, name), dtype=np.int32) for name in ("from_link", "to_link", "via_node")}
    return TurnRestrictions(
        **int32,
        via_first=np.concatenate([[0], np.cumsum(rows.via_count)]).astype(np.int32),
        via_link=np.array(rows.via_link, dtype=np.int32),
        is_only=np.array(rows.is_only, dtype=np.bool_),
        except_modes=np.array(rows.except_modes, dtype=np.uint8),
        osm_relation=np.array(rows.osm_relation, dtype=np.int64),
        conditional=np.array([strings.setdefault(text, len(strings)) for text in rows.conditional], dtype=np.int32),
    )


class _Finder:
    """Looks up which links a restriction's members are."""

    def __init__(
        self, roads: OsmRoads, links: RawLinks, access_forward: np.ndarray, access_backward: np.ndarray
    ) -> None:
        self._roads, self._links = roads, links
        self._access = access_forward, access_backward
        self._road_links = int(np.count_nonzero(links.way >= 0))
        barriers = np.arange(self._road_links, len(links.way))
        at = links.point[links.first[barriers]]
        self._barriers: dict[int, list[int]] = {}
        for point, link in zip(at.tolist(), barriers.tolist(), strict=True):
            self._barriers.setdefault(point, []).append(link)

    def find(self, turn: OsmTurn) -> list[tuple[_Step, list[int], _Step, int]]:
        """Each way of a restriction: the first link, those between, the last, and who may drive all of them."""
        of_role: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
        for kind, identity, role in turn.members:
            of_role.get(role, []).append((kind, identity))
        starts, via, ends = of_role["from"], of_role["via"], of_role["to"]
        kinds = {kind for kind, _ in via}
        if not starts or not ends or kinds not in ({"n"}, {"w"}) or {kind for kind, _ in starts + ends} != {"w"}:
            raise _Unclear(MEMBERS_WRONG)
        between: list[int] = []
        if kinds == {"w"}:
            for _, way in via:
                between += self._links_of(way).tolist()
            points = np.unique(np.concatenate([self._points_of(link) for link in between]))
        else:
            points = self._roads.find_nodes(np.array([node for _, node in via], dtype=np.int64))
            if len(points) != 1:
                raise _Unclear(MEMBERS_WRONG)
            if points[0] < 0:
                raise _Unclear(MEMBER_MISSING)
        arcs = self._arcs([*between, *(link for point in points.tolist() for link in self._barriers.get(point, ()))])
        found = []
        for (_, start), (_, end) in product(starts, ends):
            found.append(self._find_one(start, end, points, arcs, by_way=bool(between)))
        return found

    def _find_one(
        self, start: int, end: int, points: Int64Array, arcs: dict[int, list[tuple[int, int, int]]], *, by_way: bool
    ) -> tuple[_Step, list[int], _Step, int]:
        arriving = self._steps(start, points, arriving=True)
        leaving = self._steps(end, points, arriving=False)
        if not by_way and (len(arriving) > 1 or len(leaving) > 1):
            raise _Unclear(AMBIGUOUS)
        ways = []
        for first, last in product(arriving, leaving):
            path = _shortest(arcs, first.node, last.node)
            if path is not None and (path[0] or not by_way):
                ways.append((first, path[0], last, first.modes & last.modes & path[1]))
        if not ways:
            raise _Unclear(DO_NOT_MEET)
        least = min(len(way[1]) for way in ways)
        ways = [way for way in ways if len(way[1]) == least]
        if len(ways) > 1:
            raise _Unclear(AMBIGUOUS)
        return ways[0]

    def _links_of(self, way: int) -> Int64Array:
        """Links of a way by its id."""
        roads, ways = self._roads.roads, self._links.way[: self._road_links]
        row = int(np.searchsorted(roads.id, way))
        if row == len(roads) or roads.id[row] != way:
            raise _Unclear(MEMBER_MISSING)
        found = np.arange(*np.searchsorted(ways, [row, row + 1]))
        if not len(found):
            raise _Unclear(MEMBER_MISSING)
        return found

    def _points_of(self, link: int) -> Int64Array:
        """The map's nodes at both ends of a link."""
        return self._links.point[[self._links.first[link], self._links.first[link + 1] - 1]]

    def _steps(self, way: int, points: Int64Array, *, arriving: bool) -> list[_Step]:
        """Links of a way that somebody may drive towards one of some of the map's nodes, or away from it."""
        steps = []
        for link in self._links_of(way).tolist():
            ends = int(self._links.tail[link]), int(self._links.head[link])
            for at_head, (point, node) in enumerate(zip(self._points_of(link).tolist(), ends, strict=True)):
                if point in points:
                    forward = bool(at_head) == arriving
                    steps.append(_Step(link, node, int(self._access[0 if forward else 1][link])))
        if not steps:
            raise _Unclear(DO_NOT_MEET)
        driven = [step for step in steps if step.modes]
        if not driven:
            raise _Unclear(NO_EFFECT)
        return driven

    def _arcs(self, links: Sequence[int]) -> dict[int, list[tuple[int, int, int]]]:
        """What leaves each node over some links: the link, where it leads, who may."""
        arcs: dict[int, list[tuple[int, int, int]]] = {}
        for link in sorted(set(links)):
            tail, head = int(self._links.tail[link]), int(self._links.head[link])
            for node, other, access in ((tail, head, self._access[0]), (head, tail, self._access[1])):
                if access[link]:
                    arcs.setdefault(node, []).append((link, other, int(access[link])))
        return arcs


def _shortest(arcs: dict[int, list[tuple[int, int, int]]], start: int, end: int) -> tuple[list[int], int] | None:
    """Links of the way of fewest links between two nodes, and who may drive all of them."""
    seen: dict[int, tuple[list[int], int]] = {start: ([], int(_EVERYBODY))}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == end:
            return seen[node]
        path, modes = seen[node]
        for link, other, access in arcs.get(node, ()):
            if other not in seen:
                seen[other] = ([*path, link], modes & access)
                queue.append(other)
    return None
