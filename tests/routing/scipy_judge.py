"""SciPy's Dijkstra on networks too large for the reference engine: time and metres in one exact float.

A float holds whole numbers below 2**53, so `time * 2**26 + metres` is exact for ways of up to 67,000 km and 2**27
deciseconds; both are checked. Nothing here is shared with the engine but the terminals that it is asked about.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse import csgraph

from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

SCALE = 2.0**26


class ScipyJudge:
    """Distances from terminals, one search each.

    Every terminal is two nodes behind the nodes of the network, one to leave from and one to arrive at.
    """

    def __init__(
        self, nodes: int, tail: np.ndarray, head: np.ndarray, weights: LinkWeights, terminals: Terminals
    ) -> None:
        count, links = len(terminals), len(tail)
        self.leave, self.arrive = nodes + np.arange(count), nodes + count + np.arange(count)
        self.size, self.links = nodes + 2 * count, links
        ends_tail, ends_head = np.asarray(tail)[terminals.link], np.asarray(head)[terminals.link]
        one, other = np.nonzero(terminals.link[:, None] == terminals.link[None, :])
        direct_ds, direct_m = terminals.direct(one, other)
        source = np.concatenate([tail, head, self.leave, self.leave, ends_tail, ends_head, self.leave[one]])
        target = np.concatenate([head, tail, ends_tail, ends_head, self.arrive, self.arrive, self.arrive[other]])
        legs_ds = [terminals.to_tail_ds, terminals.to_head_ds, terminals.from_tail_ds, terminals.from_head_ds]
        time_ds = np.concatenate([weights.forward_ds, weights.backward_ds, *legs_ds, direct_ds])
        ends_m = [terminals.tail_m, terminals.head_m]
        length_m = np.concatenate([weights.length_m, weights.length_m, *ends_m, *ends_m, direct_m])
        shut = time_ds >= UNREACHABLE
        steepest = (length_m[~shut] / np.maximum(time_ds[~shut], 1)).max()
        self.longest = SCALE / max(float(steepest), 1.0)
        weight = np.where(shut, np.inf, np.where(shut, 0, time_ds) * SCALE + np.where(shut, 0, length_m))
        self.order = np.lexsort((target, source))
        self.weight = weight
        source, target = source[self.order], target[self.order]
        # Parallel arcs next to each other: the least of them counts.
        self.first = np.flatnonzero(np.append(True, (np.diff(source) != 0) | (np.diff(target) != 0)))
        self.target = target[self.first].astype(np.int32)
        self.row = np.searchsorted(source[self.first], np.arange(self.size + 1)).astype(np.int32)

    def trees(self, rows: np.ndarray, *, without: int | None = None) -> np.ndarray:
        """Packed distances from terminals to all nodes, (rows, nodes); a link may be taken out."""
        weight = self.weight[self.order]
        if without is not None:
            weight[(self.order == without) | (self.order == without + self.links)] = np.inf
        weight = np.minimum.reduceat(weight, self.first)
        graph = sp.csr_array((weight, self.target, self.row), shape=(self.size, self.size))
        packed = csgraph.dijkstra(graph, indices=self.leave[rows])
        farthest = packed[np.isfinite(packed)].max(initial=0.0)
        assert farthest < 2.0**53
        assert farthest / SCALE < self.longest
        return packed

    def skim(self, rows: np.ndarray, *, without: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Time and metres from some terminals to all, (rows, terminals)."""
        return unpack(self.trees(rows, without=without)[:, self.arrive])


def unpack(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole deciseconds and metres; `UNREACHABLE` where no way is left."""
    shut = np.isinf(packed)
    time_ds, length_m = np.divmod(np.where(shut, 0.0, packed), SCALE)
    return (
        np.where(shut, UNREACHABLE, time_ds.astype(np.int64)),
        np.where(shut, UNREACHABLE, length_m.astype(np.int64)),
    )
