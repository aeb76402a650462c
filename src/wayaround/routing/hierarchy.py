"""The topology: which shortcuts a network needs, whatever its weights.

Contracting the nodes in the order of `order.py` and joining the neighbours of each contracted node gives a chordal
graph. Its arcs, from lower to higher rank, are the hierarchy; the lowest upper neighbour of each vertex is its
parent in the elimination tree, and all upper neighbours are ancestors of it (Dibbelt, Strasser and Wagner,
"Customizable Contraction Hierarchies", 2016). Weights come later, in `metric.py`; a closure never gets here.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from wayaround.errors import StoreDamaged
from wayaround.routing.kernels import topology as kernels
from wayaround.routing.order import compute_order
from wayaround.units import BoolArray, FloatArray, Int32Array, Int64Array, UInt8Array

__all__ = ["Hierarchy", "build_hierarchy", "build_hierarchy_from_order", "run_in_threads"]

_asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
THREADS = min(8, int(_asked) if _asked.isdecimal() and int(_asked) else os.cpu_count() or 1)
"""As many as cores, or as whoever shares them out says by the variable that all such programs read."""

_PIECES_PER_THREAD = 8
_SMALL = 20_000  # arcs below which threads cost more than they save


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Topology of a customisable contraction hierarchy.

    A vertex is a node by its rank. Ranks are a postorder of the elimination tree, so the subtree of a vertex `v` is
    the range from `first_descendant[v]` to `v`. Arcs are numbered by tail, then by head; the arcs that leave `v`
    are `first_out[v]` to `first_out[v + 1] - 1`. All arrays are read-only and may be memory-mapped.

    Parameters
    ----------
    rank : (nodes,) ndarray of int32
        Vertex of each node.
    parent, depth, first_descendant : (nodes,) ndarray of int32
        Elimination tree by vertex: parent (-1 at a root), number of ancestors, lowest vertex of the subtree.
    first_out : (nodes + 1,) ndarray of int32
    head, tail, head_depth : (arcs,) ndarray of int32
        Higher and lower vertex of each arc, and the depth of the higher.
    first_in : (nodes + 1,) ndarray of int32
    in_arc : (arcs,) ndarray of int32
        Arcs that end at each vertex, by their tails, in CSR.
    link_arc : (copies,) ndarray of int32
        Arc of each link, or of each copy where links have several; `-1 - v` for a self-loop at vertex `v`.
    link_upward : (copies,) ndarray of bool
        Whether the link's own direction is that of its arc.
    arc_first_link : (arcs + 1,) ndarray of int32
    arc_link : (proper copies,) ndarray of int32
        Copies behind each arc in CSR: parallel links share one, most arcs have none.
    copy_link : (copies,) ndarray of int32
    copy_ahead, copy_behind : (copies,) ndarray of uint8
        Link of each copy, and bits of the vehicles that it may carry in the link's own direction and in the other;
        see `turns.py`.
        Empty where no turn is banned: each link is then its own only copy.

    Examples
    --------
    >>> hierarchy = build_hierarchy_from_order(np.array([0, 2, 1]), tail=np.array([0, 2]), head=np.array([1, 1]))
    >>> hierarchy.rank, hierarchy.head, hierarchy.link_upward
    (array([1, 2, 0], dtype=int32), array([2, 2], dtype=int32), array([ True,  True]))
    """

    rank: Int32Array
    parent: Int32Array
    depth: Int32Array
    first_descendant: Int32Array
    first_out: Int32Array
    head: Int32Array
    tail: Int32Array
    head_depth: Int32Array
    first_in: Int32Array
    in_arc: Int32Array
    link_arc: Int32Array
    link_upward: BoolArray
    arc_first_link: Int32Array
    arc_link: Int32Array
    copy_link: Int32Array
    copy_ahead: UInt8Array
    copy_behind: UInt8Array
    levels: int = field(init=False)
    """Largest number of vertices on a path of the elimination tree."""
    links: int = field(init=False)
    """Number of links, self-loops included."""
    _pieces: list[Int32Array] = field(default_factory=list, init=False, repr=False)
    _copies: list[tuple[Int64Array, Int64Array]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", int(self.depth.max()) + 1 if len(self.depth) else 0)
        links = int(self.copy_link.max()) + 1 if len(self.copy_link) else len(self.link_arc)
        object.__setattr__(self, "links", links)

    @property
    def nodes(self) -> int:
        """Number of nodes, which is also that of vertices."""
        return len(self.rank)

    @property
    def copies(self) -> int:
        """Number of copies of links; that of the links where no turn is banned."""
        return len(self.link_arc)

    @property
    def has_copies(self) -> bool:
        """Whether links may have several copies, because turns are banned."""
        return len(self.copy_link) > 0

    def copies_of(self, links: npt.ArrayLike) -> tuple[Int64Array, Int64Array]:
        """All copies of some links.

        Returns
        -------
        copy, row : (m,) ndarray of int64
            The copies, and for each the row of its link in `links`.
        """
        links = np.asarray(links, dtype=np.int64)
        if not self.has_copies:
            return links, np.arange(len(links))
        first, copy = self._copies_by_link()
        size = first[links + 1] - first[links]
        row = np.repeat(np.arange(len(links)), size)
        step = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
        return copy[first[links][row] + step], row

    def ends_of(self, copies: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Vertices at the tail and at the head of some copies, in the direction of their links."""
        arc = self.link_arc[copies].astype(np.int64)
        loop = arc < 0
        if not self.arcs:
            return -1 - arc, -1 - arc
        low = np.where(loop, -1 - arc, self.tail[np.where(loop, 0, arc)])
        high = np.where(loop, -1 - arc, self.head[np.where(loop, 0, arc)])
        upward = self.link_upward[copies]
        return np.where(upward, low, high), np.where(upward, high, low)

    def link_of(self, copies: Int64Array) -> Int64Array:
        """Links of some copies."""
        return self.copy_link[copies].astype(np.int64) if self.has_copies else copies

    def sum_by_link(self, values: Int64Array) -> Int64Array:
        """Sum over the copies of each link."""
        if not self.has_copies:
            return values
        total = np.zeros(self.links, dtype=np.int64)
        np.add.at(total, self.copy_link, values)
        return total

    def _copies_by_link(self) -> tuple[Int64Array, Int64Array]:
        """Copies of each link in CSR, in their own order."""
        if not self._copies:
            first = np.searchsorted(np.sort(self.copy_link), np.arange(self.links + 1))
            self._copies[:] = [(first, np.argsort(self.copy_link, kind="stable"))]
        return self._copies[0]

    @property
    def arcs(self) -> int:
        """Number of arcs, shortcuts included."""
        return len(self.head)

    def hierarchy_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Arrays by name, for storing; `from_arrays` takes them back."""
        return {name: getattr(self, name) for name in _STORED}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> "Hierarchy":
        """Hierarchy over stored arrays, memory-mapped ones included; nothing is copied.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            What `hierarchy_arrays` gave.

        Raises
        ------
        StoreDamaged
            If an array is missing, or of another type or length than the rest asks for.
        """
        missing = [name for name in _STORED if name not in arrays]
        if missing:
            raise StoreDamaged(
                f"the stored hierarchy lacks {', '.join(missing)}; build the network again.", ids=missing
            )
        frozen: dict[str, Any] = {name: _freeze(arrays[name]) for name in _STORED}
        hierarchy = cls(**frozen)
        nodes, arcs, copies = hierarchy.nodes, hierarchy.arcs, hierarchy.copies
        length = {
            "nodes": ("rank", "parent", "depth", "first_descendant"),
            "nodes + 1": ("first_out", "first_in"),
            "arcs": ("head", "tail", "head_depth", "in_arc"),
            "arcs + 1": ("arc_first_link",),
            "copies": ("link_arc", "link_upward", *(_OF_COPIES if hierarchy.has_copies else ())),
        }
        size = {"nodes": nodes, "nodes + 1": nodes + 1, "arcs": arcs, "arcs + 1": arcs + 1, "copies": copies}
        wrong = [name for key, names in length.items() for name in names if len(arrays[name]) != size[key]]
        wrong += [
            name for name in _STORED if arrays[name].ndim != 1 or arrays[name].dtype != _TYPES.get(name, np.int32)
        ]
        if not wrong:
            wrong += ["first_out"] * int(hierarchy.first_out[-1] != arcs)
            wrong += ["arc_link"] * int(hierarchy.arc_first_link[-1] != len(hierarchy.arc_link))
        if wrong:
            raise StoreDamaged(
                f"the stored hierarchy has a {wrong[0]} of the wrong size or type; build the network again.",
                ids=wrong,
            )
        return hierarchy

    def pieces(self) -> list[Int32Array]:
        """Vertices in groups to customise: disjoint subtrees, in any order, and last all that lie above them."""
        if not self._pieces:
            self._pieces[:] = _split_tree(self)  # at once: two threads may get here together
        return self._pieces


_STORED = tuple(entry.name for entry in fields(Hierarchy) if entry.init)
_TYPES = {"link_upward": np.bool_, "copy_ahead": np.uint8, "copy_behind": np.uint8}
_OF_COPIES = ("copy_link", "copy_ahead", "copy_behind")


def build_hierarchy(
    nodes: int,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    *,
    lon: FloatArray,
    lat: FloatArray,
    copies: tuple[Int32Array, UInt8Array, UInt8Array] | None = None,
) -> Hierarchy:
    """Order and contract a network.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : (links,) array_like of int
        Ends of the links.
    lon, lat : (nodes,) ndarray of float64
        Degrees; they guide the separators and change no answer.
    copies : tuple of ndarray, optional
        As for `build_hierarchy_from_order`.

    Returns
    -------
    Hierarchy

    Examples
    --------
    >>> ring = np.arange(6)
    >>> build_hierarchy(6, ring, (ring + 1) % 6, lon=np.cos(ring), lat=np.sin(ring)).links
    6
    """
    tail, head = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
    return build_hierarchy_from_order(compute_order(nodes, tail, head, lon, lat), tail, head, copies=copies)


def build_hierarchy_from_order(
    order: npt.ArrayLike,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    *,
    copies: tuple[Int32Array, UInt8Array, UInt8Array] | None = None,
) -> Hierarchy:
    """Contract a network in a given order.

    Parameters
    ----------
    order : (nodes,) array_like of int
        Node ids, first contracted first. Ranks follow it up to swaps that change no arc.
    tail, head : (links,) array_like of int
        Ends of the links, or of their copies.
    copies : tuple of ndarray, optional
        Where links have copies: link of each, who may drive it in the link's own direction, and who in the other.

    Returns
    -------
    Hierarchy
    """
    order = np.asarray(order, dtype=np.int64)
    tail, head = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
    nodes, proper = len(order), tail != head
    rank = np.empty(nodes, dtype=np.int64)
    rank[order] = np.arange(nodes)
    low, high = _sorted_ends(rank, tail[proper], head[proper])
    by_high = np.argsort(high, kind="stable")
    parent = kernels.elimination_parent(_first(high[by_high], nodes), low[by_high].astype(np.int32))
    number = kernels.postorder(parent)
    has_parent = parent >= 0
    renumbered = np.full(nodes, -1, dtype=np.int32)
    renumbered[number[has_parent]] = number[parent[has_parent]]
    parent = renumbered
    rank = number[rank].astype(np.int64)

    low, high = _sorted_ends(rank, tail[proper], head[proper])
    first_out, arc_head = kernels.contract(_first(low, nodes), high.astype(np.int32), parent)
    arc_tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(first_out))
    depth, first_descendant = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    kernels.measure_tree(parent, depth, first_descendant)
    in_arc = np.argsort(arc_head, kind="stable").astype(np.int32)

    upward = rank[tail] < rank[head]
    link_arc = np.empty(len(tail), dtype=np.int32)
    lower, upper = np.minimum(rank[tail], rank[head]), np.maximum(rank[tail], rank[head])
    kernels.find_arcs(first_out, arc_head, lower.astype(np.int32), upper.astype(np.int32), link_arc)
    arc_link = np.argsort(link_arc, kind="stable")[np.count_nonzero(~proper) :]
    arrays = {
        "rank": rank.astype(np.int32),
        "parent": parent,
        "depth": depth,
        "first_descendant": first_descendant,
        "first_out": first_out,
        "head": arc_head,
        "tail": arc_tail,
        "head_depth": depth[arc_head],
        "first_in": _first(arc_head[in_arc], nodes),
        "in_arc": in_arc,
        "link_arc": link_arc,
        "link_upward": upward,
        "arc_first_link": _first(link_arc[arc_link], len(arc_head)),
        "arc_link": arc_link.astype(np.int32),
        "copy_link": np.zeros(0, dtype=np.int32) if copies is None else copies[0],
        "copy_ahead": np.zeros(0, dtype=np.uint8) if copies is None else copies[1],
        "copy_behind": np.zeros(0, dtype=np.uint8) if copies is None else copies[2],
    }
    return Hierarchy.from_arrays(arrays)


def run_in_threads(task: Callable[[int], object], count: int, *, threads: int = THREADS) -> None:
    """Call `task(0)` to `task(count - 1)`, each once, in threads made for it; kernels let go of the lock.

    The first exception is raised again, after the rest have stopped. Threads are not kept, so a fork is safe.
    """
    if min(threads, count) < 2:
        for number in range(count):
            task(number)
        return
    numbers = iter(range(count))
    lock, faults = threading.Lock(), list[BaseException]()

    def work() -> None:
        while not faults:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                task(number)
            except BaseException as fault:
                faults.append(fault)

    helpers = [threading.Thread(target=work, daemon=True) for _ in range(min(threads, count) - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if faults:
        raise faults[0]


def _sorted_ends(rank: Int64Array, tail: Int64Array, head: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Lower and higher vertex of each link, by lower vertex."""
    low, high = np.minimum(rank[tail], rank[head]), np.maximum(rank[tail], rank[head])
    order = np.argsort(low, kind="stable")
    return low[order], high[order]


def _first(row: npt.NDArray[np.integer], rows: int) -> Int32Array:
    """Start of each row of a CSR whose entries are sorted by row."""
    first = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=first[1:])
    return first


def _freeze(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Read-only view as a plain array: a memory map has a type of its own."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def _split_tree(hierarchy: Hierarchy) -> Sequence[Int32Array]:
    """Groups of about equal work for `Hierarchy.pieces`, by lower triangles."""
    vertices = np.arange(hierarchy.nodes, dtype=np.int32)
    if hierarchy.arcs < _SMALL:
        return [vertices]
    after = hierarchy.first_out[hierarchy.tail + 1] - np.arange(hierarchy.arcs)  # triangles of each lower arc
    work = np.bincount(hierarchy.head, weights=after, minlength=hierarchy.nodes) + 1.0
    total = np.concatenate([[0.0], np.cumsum(work)])
    below = total[1:] - total[hierarchy.first_descendant]
    limit = below.sum() if THREADS < 2 else total[-1] / (THREADS * _PIECES_PER_THREAD)
    light = below <= limit
    above = np.where(hierarchy.parent >= 0, ~light[hierarchy.parent], True)
    roots = np.flatnonzero(light & above)
    # Neighbouring light subtrees are ranges side by side unless a heavy vertex lies between: join up to the limit.
    pieces: list[Int32Array] = []
    group: list[Int32Array] = []
    load = 0.0
    for root in roots[np.argsort(-below[roots], kind="stable")]:
        group.append(vertices[hierarchy.first_descendant[root] : root + 1])
        load += below[root]
        if load > limit / 2:
            pieces.append(np.concatenate(group))
            group, load = [], 0.0
    if group:
        pieces.append(np.concatenate(group))
    pieces.append(vertices[~light])
    return pieces
