"""The judge: SciPy's Dijkstra, slow and obvious.

Time first; then, over the arcs that lie on some fastest route ("tight" arcs), metres. Both searches work on
floats that hold whole numbers below 2**53, so every sum and comparison is exact.

Each terminal becomes two nodes, one to leave from and one to arrive at, so that no route can pass through a
terminal that is not its own.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse import csgraph

from wayaround.errors import ScaleOverflow
from wayaround.routing.terminals import Flows, LinkWeights, Route, Skim, Terminals
from wayaround.units import UNREACHABLE, FloatArray, Int32Array, Int64Array

_LARGEST_EXACT = 2**53
_NO_PREDECESSOR = -9999


class ReferenceEngine:
    """Topology for the reference: the ends of the links.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : (links,) ndarray of int32
        Ends of the links.

    Examples
    --------
    Two links in a row, 100 and 50 deciseconds; a terminal at the start, one at the end:

    >>> engine = ReferenceEngine(3, np.array([0, 1]), np.array([1, 2]))
    >>> time_ds = np.array([100, 50])
    >>> metric = engine.customise(LinkWeights(time_ds, time_ds, length_m=np.array([1000, 500])))
    >>> ends = Terminals(
    ...     link=np.array([0, 1]), position=np.array([0.0, 1.0]),
    ...     to_tail_ds=np.array([0, 50]), to_head_ds=np.array([100, 0]),
    ...     from_tail_ds=np.array([0, 50]), from_head_ds=np.array([100, 0]),
    ...     tail_m=np.array([0, 500]), head_m=np.array([1000, 0]))
    >>> skim = metric.query(ends).skim(np.array([0]), np.array([1]))
    >>> skim.time_ds, skim.length_m
    (array([150]), array([1500]))
    """

    def __init__(self, nodes: int, tail: Int32Array, head: Int32Array) -> None:
        self.nodes = nodes
        self.tail = np.asarray(tail, dtype=np.int64)
        self.head = np.asarray(head, dtype=np.int64)

    def customise(self, weights: LinkWeights) -> "ReferenceMetric":
        """Apply weights."""
        return ReferenceMetric(self, weights)


class ReferenceMetric:
    """Weights: the arcs that are open."""

    def __init__(self, engine: ReferenceEngine, weights: LinkWeights) -> None:
        self.engine = engine
        link = np.arange(len(engine.tail))
        self.source = np.concatenate([engine.tail, engine.head])
        self.target = np.concatenate([engine.head, engine.tail])
        self.time_ds = np.concatenate([weights.forward_ds, weights.backward_ds])
        self.length_m = np.concatenate(
            [weights.length_m, weights.length_m if weights.back_m is None else weights.back_m]
        )
        self.link = np.concatenate([link, link])
        self.forward = np.repeat([True, False], len(link))

    def query(self, terminals: Terminals) -> "ReferenceQuery":
        """Prepare a set of terminals."""
        return ReferenceQuery(self, terminals)


class ReferenceQuery:
    """One search from each terminal, kept."""

    def __init__(self, metric: ReferenceMetric, terminals: Terminals) -> None:
        self.terminals = terminals
        self.engine = metric.engine
        self.links = len(metric.engine.tail)
        count, nodes = len(terminals), metric.engine.nodes
        self.leave = nodes + np.arange(count)
        self.arrive = nodes + count + np.arange(count)
        tail, head = metric.engine.tail[terminals.link], metric.engine.head[terminals.link]
        one, other = _pairs_on_one_link(terminals)
        direct_ds, direct_m = terminals.direct(one, other)
        source = np.concatenate([metric.source, self.leave, self.leave, tail, head, self.leave[one]])
        target = np.concatenate([metric.target, tail, head, self.arrive, self.arrive, self.arrive[other]])
        time_ds = np.concatenate(
            [
                metric.time_ds,
                terminals.to_tail_ds,
                terminals.to_head_ds,
                terminals.from_tail_ds,
                terminals.from_head_ds,
                direct_ds,
            ]
        )
        length_m = np.concatenate([metric.length_m, *terminals.legs_m, direct_m])
        link = np.concatenate([metric.link, *[terminals.link] * 4, terminals.link[one]])
        forward = np.concatenate(
            [
                metric.forward,
                np.repeat([False, True, True, False], count),
                terminals.position[one] <= terminals.position[other],
            ]
        )
        # SciPy adds parallel arcs up: keep the least, by time and then by metres.
        order = np.lexsort((link, length_m, time_ds, target, source))
        order = order[(time_ds[order] < UNREACHABLE) & (source[order] != target[order])]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (source[order][1:] != source[order][:-1]) | (target[order][1:] != target[order][:-1])
        order = order[fresh]
        self.size = nodes + 2 * count
        self.source, self.target = source[order], target[order]
        self.time = time_ds[order].astype(np.float64)
        self.metres = length_m[order].astype(np.float64)
        self.link, self.forward = link[order], forward[order]
        self.key = self.source * self.size + self.target  # sorted, for looking an arc up by its ends
        if max(self.time.sum(), self.metres.sum()) >= _LARGEST_EXACT:
            raise ScaleOverflow("the sum of all weights passes 2**53, so sums could be inexact; use smaller weights.")
        self.graph = self._graph(self.time, np.ones(len(order), dtype=bool))
        self.part = csgraph.connected_components(self.graph, directed=True, connection="weak")[1]
        self.reach = np.inf  # how far the searches must go: learnt from those done
        self.trees: dict[int, tuple[Int64Array, Int64Array, list[Int64Array]]] = {}

    def changed(self, links: npt.ArrayLike, weights: LinkWeights, terminals: Terminals) -> "ReferenceQuery":
        """Query with other weights, made afresh."""
        return self.engine.customise(weights).query(terminals)

    def skim(self, origin: Int64Array, destination: Int64Array, *, before: Skim | None = None) -> Skim:
        """Time and length of the fastest route of each pair, whatever was `before`."""
        time_ds = np.empty(len(origin), dtype=np.int64)
        length_m = np.empty(len(origin), dtype=np.int64)
        for row in np.unique(origin):
            mine = origin == row
            tree_ds, tree_m, _ = self._tree(int(row))
            time_ds[mine], length_m[mine] = tree_ds[destination[mine]], tree_m[destination[mine]]
        return Skim(time_ds, length_m)

    def route(self, origin: int, destination: int) -> Route | None:
        """Fastest route of one pair, or None where no way is left."""
        time_ds, length_m, arcs = self._tree(origin)
        if time_ds[destination] >= UNREACHABLE:
            return None
        used = arcs[destination]
        used = used[(self.metres[used] > 0) | (self.time[used] > 0)]
        return Route(self.link[used], self.forward[used], int(time_ds[destination]), int(length_m[destination]))

    def flows(self, origin: Int64Array, destination: Int64Array, weight: Int64Array) -> Flows:
        """Weight that drives each link when each pair takes its fastest route."""
        on_arc = np.zeros(len(self.key), dtype=np.int64)
        nodes = self.leave[0] if len(self.leave) else self.size
        direct = np.zeros(len(origin), dtype=bool)
        for pair, (row, column) in enumerate(zip(origin.tolist(), destination.tolist(), strict=True)):
            time_ds, _, arcs = self._tree(row)
            if time_ds[column] >= UNREACHABLE:
                continue
            if len(arcs[column]) <= 1:
                direct[pair] = True
            else:
                on_arc[arcs[column]] += weight[pair]
        whole = (self.source < nodes) & (self.target < nodes)
        count = len(self.terminals)

        def summed(chosen: np.ndarray, row: Int64Array, size: int) -> Int64Array:
            total = np.zeros(size, dtype=np.int64)
            np.add.at(total, row[chosen], on_arc[chosen])
            return total

        leaving = (self.source >= nodes) & (self.target < nodes)
        arriving = (self.target >= nodes + count) & (self.source < nodes)
        return Flows(
            forward=summed(whole & self.forward, self.link, self.links),
            backward=summed(whole & ~self.forward, self.link, self.links),
            to_tail=summed(leaving & ~self.forward, self.source - nodes, count),
            to_head=summed(leaving & self.forward, self.source - nodes, count),
            from_tail=summed(arriving & self.forward, self.target - nodes - count, count),
            from_head=summed(arriving & ~self.forward, self.target - nodes - count, count),
            direct=direct,
        )

    def _graph(self, weight: FloatArray, chosen: np.ndarray) -> sp.csr_array:
        first = np.searchsorted(self.source[chosen], np.arange(self.size + 1))
        return sp.csr_array((weight[chosen], self.target[chosen], first), shape=(self.size, self.size))

    def _tree(self, row: int) -> tuple[Int64Array, Int64Array, list[Int64Array]]:
        """Times, metres and arcs of the routes from one terminal to all."""
        if row not in self.trees:
            start = int(self.leave[row])
            time = csgraph.dijkstra(self.graph, indices=start, limit=self.reach)  # type: ignore[call-overload]  # stubs want float64 indices
            possible = self.part[self.arrive] == self.part[start]
            if np.isinf(self.reach):
                finite = time[self.arrive][np.isfinite(time[self.arrive])]
                self.reach = max(1.0, 2.0 * float(finite.max())) if len(finite) else np.inf
            elif np.isinf(time[self.arrive][possible]).any():
                time = csgraph.dijkstra(self.graph, indices=start)  # type: ignore[call-overload]
            tight = time[self.source] + self.time == time[self.target]
            tight &= np.isfinite(time[self.source])
            metres, before = csgraph.dijkstra(self._graph(self.metres, tight), indices=start, return_predecessors=True)  # type: ignore[call-overload]
            self.trees[row] = (
                _integers(time[self.arrive]),
                _integers(metres[self.arrive]),
                self._walk_back(before),
            )
        return self.trees[row]

    def _walk_back(self, before: Int32Array) -> list[Int64Array]:
        """Arcs of the route to each terminal, in driving order; all terminals take each step together."""
        node = self.arrive.astype(np.int64)
        steps: list[Int64Array] = []
        while True:
            previous = before[node].astype(np.int64)
            moving = previous != _NO_PREDECESSOR
            if not moving.any():
                break
            arc = np.searchsorted(self.key, previous * self.size + node)
            steps.append(np.where(moving, arc, -1))
            node = np.where(moving, previous, node)
        if not steps:
            return [np.zeros(0, dtype=np.int64)] * len(node)
        table = np.stack(steps[::-1], axis=1)
        return [row[row >= 0] for row in table]


def _integers(value: FloatArray) -> Int64Array:
    return np.where(np.isfinite(value), value, UNREACHABLE).astype(np.int64)


def _pairs_on_one_link(terminals: Terminals) -> tuple[Int64Array, Int64Array]:
    """All ordered pairs of terminals that share a link, each terminal with itself included."""
    order = np.argsort(terminals.link, kind="stable")
    first = np.searchsorted(terminals.link[order], terminals.link, side="left")
    last = np.searchsorted(terminals.link[order], terminals.link, side="right")
    partners = last - first
    one = np.repeat(np.arange(len(terminals)), partners)
    step = np.arange(len(one)) - np.repeat(np.cumsum(partners) - partners, partners)
    return one, order[np.repeat(first, partners) + step]
