"""Turn restrictions as columns, and the rows of arcs that they ban."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wayaround.units import EVERY_VEHICLE, BoolArray, Int32Array

Arc = tuple[int, bool]
"""A link and whether it is driven from its tail to its head."""


@dataclass(frozen=True, slots=True, eq=False)
class TurnRestrictions:
    """Turns that are forbidden, or that alone are allowed; arrays may be memory-mapped.

    Parameters
    ----------
    from_link, to_link : (turns,) ndarray of int32
        The link that is left and the one that is turned into.
    via_node : (turns,) ndarray of int32
        Node at which the first of them is left, whatever lies between.
    via_first : (turns + 1,) ndarray of int32
    via_link : (k,) ndarray of int32
        Links between the two in driving order, in compressed rows; none where they meet.
    is_only : (turns,) ndarray of bool
        Whether the turn is the only one that is allowed, rather than forbidden.
    except_modes : (turns,) ndarray of uint8
        Bits of `Mode`: vehicles that it does not bind.
    osm_relation : (turns,) ndarray of int64
        Where it comes from.
    conditional : (turns,) ndarray of int32
        Row in the table of strings of the attributes: when it holds, where it does not always; 0 = always.
    """

    from_link: Int32Array
    to_link: Int32Array
    via_node: Int32Array
    via_first: Int32Array
    via_link: Int32Array
    is_only: BoolArray
    except_modes: npt.NDArray[np.uint8]
    osm_relation: npt.NDArray[np.int64]
    conditional: Int32Array

    def __len__(self) -> int:
        return len(self.from_link)


def list_turns(turns: TurnRestrictions, tail: Int32Array, head: Int32Array) -> Iterator[tuple[int, list[Arc]]]:
    """Each restriction as the arcs that are driven one after another.

    Parameters
    ----------
    turns : TurnRestrictions
        The restrictions.
    tail, head : (links,) ndarray of int32
        Ends of the network's links.

    Yields
    ------
    row : int
        Row of the restriction.
    arcs : list of (link, forward)
        Two or more, each beginning where the one before ends.
    """
    for row in range(len(turns)):
        node = int(turns.via_node[row])
        first = int(turns.from_link[row])
        arcs = [(first, int(head[first]) == node)]
        via = turns.via_link[turns.via_first[row] : turns.via_first[row + 1]].tolist()
        for link in (*via, int(turns.to_link[row])):
            forward = int(tail[link]) == node
            node = int(head[link] if forward else tail[link])
            arcs.append((link, forward))
        yield row, arcs


def list_bans(turns: TurnRestrictions, tail: Int32Array, head: Int32Array) -> dict[tuple[Arc, ...], int]:
    """The rows of arcs that vehicles must not drive.

    A forbidden turn is one. Where only one turn is allowed, every other that could be made on the same way is one: at
    its end, and for a turn by way of other links also at the nodes between, since who has begun must go on.

    Parameters
    ----------
    turns : TurnRestrictions
        The restrictions; those that hold at some times only are left out.
    tail, head : (links,) ndarray of int32
        Ends of the network's links.

    Returns
    -------
    dict of tuple of (link, forward) to int
        Each once, in the order of the restrictions, with the bits of `Mode` that it binds, those that are kept for
        others among them; what `wayaround.routing.turns.split_nodes` takes.

    Examples
    --------
    At node 1 link 0 ends, and links 1 and 2 begin; from link 0 only link 1 may be taken:

    >>> one = {name: np.array([value]) for name, value in {"from_link": 0, "to_link": 1, "via_node": 1}.items()}
    >>> turns = TurnRestrictions(
    ...     **one,
    ...     via_first=np.array([0, 0]),
    ...     via_link=np.array([], dtype=np.int32),
    ...     is_only=np.array([True]),
    ...     except_modes=np.array([0], dtype=np.uint8),
    ...     osm_relation=np.array([7]),
    ...     conditional=np.array([0]),
    ... )
    >>> list_bans(turns, np.array([0, 1, 1]), np.array([1, 2, 3]))
    {((0, True), (0, False)): 255, ((0, True), (2, True)): 255}
    """
    leaving = _arcs_leaving(turns, tail, head)
    bans: dict[tuple[Arc, ...], int] = {}
    for row, arcs in list_turns(turns, tail, head):
        if turns.conditional[row]:
            continue
        binds = EVERY_VEHICLE & ~int(turns.except_modes[row])
        if not turns.is_only[row]:
            bans[tuple(arcs)] = bans.get(tuple(arcs), 0) | binds
            continue
        for step in range(1, len(arcs)):
            link, forward = arcs[step]
            node = int(tail[link] if forward else head[link])
            for other in leaving[node]:
                if other != arcs[step]:
                    ban = (*arcs[:step], other)
                    bans[ban] = bans.get(ban, 0) | binds
    return bans


def _arcs_leaving(turns: TurnRestrictions, tail: Int32Array, head: Int32Array) -> dict[int, list[Arc]]:
    """Arcs that leave the nodes at which a turn may be made."""
    leaving: dict[int, list[Arc]] = {}
    for _, arcs in list_turns(turns, tail, head):
        for link, forward in arcs[1:]:
            leaving[int(tail[link] if forward else head[link])] = []
    nodes = np.array(sorted(leaving), dtype=np.int64)
    for ends, forward in ((tail, True), (head, False)):
        for link in np.flatnonzero(np.isin(ends, nodes)).tolist():
            leaving[int(ends[link])].append((link, forward))
    return {node: sorted(arcs) for node, arcs in leaving.items()}
