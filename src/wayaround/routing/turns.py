"""Banned turns: the few nodes concerned are split, so that the engine needs to know no turns.

A ban is a row of arcs that some vehicles, or all, must not drive one after another: two at a node, more by way of
links between. What
a vehicle has to remember is how much of some ban it has just driven: the states of the automaton that finds all bans
at once (Aho and Corasick, 1975). A state other than "nothing" becomes a copy of the node that its last arc leads to,
and the arcs that leave the copy are copies of those that leave the node, without the one that would complete a ban,
which is there only for vehicles that no such ban binds.
So the split graph grows with the bans and not with the network. Nobody turns round at a copy, nor at the end of the
link after it: that would undo what the copy remembers.

A terminal inside a link leaves with nothing driven, but it may be reached from any copy of the link's ends, so these
ends are several. For the labels to reach all of them along one path of the elimination tree, they are joined in pairs
by copies that nobody can ever drive: what is joined pairwise lies on one path.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from wayaround.units import EVERY_VEHICLE, Int32Array, Int64Array, UInt8Array

__all__ = ["LinkCopies", "split_nodes"]

Arc = tuple[int, bool]
"""A link and whether it is driven from its tail to its head."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkCopies:
    """A network without the banned turns.

    Parameters
    ----------
    node : (split nodes,) ndarray of int32
        Node that each split node stands at; the first are the nodes themselves.
    tail, head : (copies,) ndarray of int32
        Split nodes at the ends of each copy, in the link's own direction.
    link : (copies,) ndarray of int32
        Link of each copy; the first copies are one for each link, in order.
    ahead, behind : (copies,) ndarray of uint8
        Bits of the vehicles that the copy may carry in the link's own direction, and in the other.
    """

    node: Int32Array
    tail: Int32Array
    head: Int32Array
    link: Int32Array
    ahead: UInt8Array
    behind: UInt8Array


def split_nodes(
    nodes: int, tail: npt.ArrayLike, head: npt.ArrayLike, *, bans: Mapping[tuple[Arc, ...], int]
) -> LinkCopies | None:
    """Split the nodes of a network at which turns are banned.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : (links,) array_like of int
        Ends of the links.
    bans : mapping of tuple of (link, forward) to int
        Arcs that must not follow one another, two or more, each beginning where the one before ends, and the bits of
        the vehicles for which that is so.

    Returns
    -------
    LinkCopies or None
        None if nothing is banned.

    Raises
    ------
    ValueError
        If a ban is shorter than two arcs or its arcs do not meet.

    Examples
    --------
    A crossroads at node 0; from link 0 nobody may turn into link 1:

    >>> copies = split_nodes(4, [1, 0, 0], [0, 2, 3], bans={((0, True), (1, True)): 255})
    >>> copies.node
    array([0, 1, 2, 3, 0], dtype=int32)
    >>> for each in zip(copies.link, copies.tail, copies.head, copies.ahead, copies.behind):
    ...     if any(each[3:]):
    ...         print(*map(int, each))
    0 1 0 0 255
    1 0 2 255 255
    2 0 3 255 255
    0 1 4 255 0
    2 4 3 255 0
    """
    tail, head = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
    for row in bans:
        ends = [head[link] if forward else tail[link] for link, forward in row]
        starts = [tail[link] if forward else head[link] for link, forward in row]
        if len(row) < 2 or ends[:-1] != starts[1:]:
            raise ValueError(f"the arcs {row} are no way of two or more")
    return _Split(nodes, tail, head, bans).result() if bans else None


class _Split:
    """The work of `split_nodes`: states by what was driven, then arcs from each."""

    def __init__(self, nodes: int, tail: Int64Array, head: Int64Array, bans: Mapping[tuple[Arc, ...], int]) -> None:
        self.nodes, self.tail, self.head = nodes, tail, head
        self.leaving = self._arcs_from({self._start(arc) for ban in bans for arc in ban} | self._ends_of(bans))
        self.banned = self._turns_round(bans)
        for ban, vehicles in bans.items():
            self.banned[ban] = self.banned.get(ban, 0) | vehicles
        self.states = {ban[:size]: 0 for ban in sorted(self.banned) for size in range(1, len(ban))}
        self.states = {state: nodes + number for number, state in enumerate(self.states)}
        self.longest = max(map(len, self.banned))

    def _start(self, arc: Arc) -> int:
        return int(self.tail[arc[0]] if arc[1] else self.head[arc[0]])

    def _end(self, arc: Arc) -> int:
        return int(self.head[arc[0]] if arc[1] else self.tail[arc[0]])

    def _ends_of(self, bans: Iterable[tuple[Arc, ...]]) -> set[int]:
        """Nodes that an arc out of a ban's node may lead to: where nobody may turn round."""
        at = {self._start(ban[-1]) for ban in bans}
        touching = np.isin(self.tail, list(at)) | np.isin(self.head, list(at))
        return set(self.tail[touching].tolist()) | set(self.head[touching].tolist())

    def _arcs_from(self, nodes: set[int]) -> dict[int, list[Arc]]:
        leaving: dict[int, list[Arc]] = {node: [] for node in nodes}
        wanted = list(nodes)
        for link in np.flatnonzero(np.isin(self.tail, wanted)).tolist():
            leaving[int(self.tail[link])].append((link, True))
        for link in np.flatnonzero(np.isin(self.head, wanted)).tolist():
            leaving[int(self.head[link])].append((link, False))
        return leaving

    def _turns_round(self, bans: Mapping[tuple[Arc, ...], int]) -> dict[tuple[Arc, ...], int]:
        """Rows that would dodge a ban by turning round at a copy, or at the end of the link after it.

        Who comes to a dead end may turn there.
        """
        rows: dict[tuple[Arc, ...], int] = {}
        for ban, vehicles in bans.items():
            for size in range(1, len(ban)):
                link, forward = ban[size - 1]
                turn = (*ban[:size], (link, not forward))
                rows[turn] = rows.get(turn, 0) | vehicles
            for link, forward in self.leaving[self._start(ban[-1])]:
                aside = (*ban[:-1], (link, forward))
                others = vehicles & ~bans.get(aside, 0)
                if others and link != ban[-2][0] and len(self.leaving[self._end(aside[-1])]) > 1:
                    turn = (*aside, (link, not forward))
                    rows[turn] = rows.get(turn, 0) | others
        return rows

    def _after(self, driven: tuple[Arc, ...]) -> tuple[tuple[Arc, ...], int]:
        """State after some arcs, the longest end of them that begins a ban; and for whom they complete none."""
        vehicles = EVERY_VEHICLE
        for size in range(2, len(driven) + 1):
            vehicles &= ~self.banned.get(driven[-size:], 0)
        for size in range(min(len(driven), self.longest - 1), 0, -1):
            if driven[-size:] in self.states:
                return driven[-size:], vehicles
        return (), vehicles

    def _node(self, state: tuple[Arc, ...], arc: Arc) -> int:
        return self.states[state] if state else self._end(arc)

    def result(self) -> LinkCopies:
        links = len(self.tail)
        node = [*range(self.nodes), *(self._end(state[-1]) for state in self.states)]
        ahead, behind = np.full((2, links), EVERY_VEHICLE, dtype=np.uint8)
        extra: list[tuple[int, int, int, int, int]] = []  # link, tail, head, ahead, behind

        def add(arc: Arc, start: int, end: int, vehicles: int) -> None:
            link, forward = arc
            extra.append((link, start, end, vehicles, 0) if forward else (link, end, start, 0, vehicles))

        for state in self.states:  # arcs with nothing driven that begin a ban lead to a copy
            if len(state) == 1:
                link, forward = state[0]
                (ahead if forward else behind)[link] = 0
                add(state[0], self._start(state[0]), self.states[state], EVERY_VEHICLE)
        for state, start in self.states.items():
            for arc in self.leaving[self._end(state[-1])]:
                then, vehicles = self._after((*state, arc))
                if vehicles:
                    add(arc, start, self._node(then, arc), vehicles)
        extra += self._pairs(extra)
        columns = [np.array(column) for column in zip(*extra, strict=True)]
        return LinkCopies(
            node=np.array(node, dtype=np.int32),
            tail=np.concatenate([self.tail, columns[1]]).astype(np.int32),
            head=np.concatenate([self.head, columns[2]]).astype(np.int32),
            link=np.concatenate([np.arange(links), columns[0]]).astype(np.int32),
            ahead=np.concatenate([ahead, columns[3]]).astype(np.uint8),
            behind=np.concatenate([behind, columns[4]]).astype(np.uint8),
        )

    def _pairs(self, extra: list[tuple[int, int, int, int, int]]) -> list[tuple[int, int, int, int, int]]:
        """Copies that nobody can drive, between all ends that a terminal inside a link has."""
        ends: dict[int, set[int]] = {}
        for link, tail, head, ahead, _ in extra:
            own = ends.setdefault(link, {int(self.tail[link]), int(self.head[link])})
            comes, goes = (tail, head) if ahead else (head, tail)
            own.add(comes)  # where a terminal inside is reached from
            if goes == self.states.get(((link, bool(ahead)),)):
                own.add(goes)  # where it leaves to
        return [
            (link, one, other, 0, 0)
            for link, own in sorted(ends.items())
            for one, other in combinations(sorted(own), 2)
        ]
