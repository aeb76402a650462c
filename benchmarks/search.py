"""One pair from the topology and the weights alone: what the engine's kernels do where no labels are kept."""

import numpy as np
from numba import njit

from wayaround.routing.kernels.labels import label
from wayaround.routing.query import HierarchyQuery
from wayaround.units import UNREACHABLE, Int64Array


@njit(cache=True, nogil=True)
def search_pairs(
    start, stop, low, to_first, to_depth, to_weight, from_first, from_depth, from_weight, parent, depth,
    first_descendant, first_out, head_depth, up, down, first, found,
):  # fmt: skip
    """Fastest way of each pair of places from the topology and the weights alone."""
    levels = np.int64(depth.max()) + 1
    rows, common = np.empty((2, levels), np.int64), np.zeros(1, np.int32)
    for p in range(len(start)):
        ends = start[p], stop[p]
        size = np.empty(2, np.int64)
        for side in range(2):
            k = ends[side]
            size[side] = first[k + 1] - first[k]
            own = np.array([0, size[side]])
            if side == 0:
                leg_first, leg_depth, leg_weight, weight = to_first[k : k + 2], to_depth, to_weight, up
            else:
                leg_first, leg_depth, leg_weight, weight = from_first[k : k + 2], from_depth, from_weight, down
            label(
                0, 1, low[k : k + 1], leg_first, leg_depth, leg_weight, own, parent, depth, first_descendant, first_out,
                head_depth, weight, rows[side], common,
            )  # fmt: skip
        # Walk both ways to the root: what lies above the lowest common ancestor is shared.
        u, v = low[ends[0]], low[ends[1]]
        while u != v:
            if u < v:
                u = parent[u]
            else:
                v = parent[v]
            if u < 0 or v < 0:
                break
        shared = depth[u] + 1 if u == v and u >= 0 else 0
        best = np.int64(UNREACHABLE)
        for d in range(shared):
            best = min(best, rows[0, d] + rows[1, d])
        found[p] = best


def search_tables(query: HierarchyQuery) -> tuple[Int64Array, ...]:
    """What `search_pairs` needs of a query; its labels are not among it."""
    labels, hierarchy, metric = query.labels, query.metric.hierarchy, query.metric
    return (
        labels.low,
        *labels.legs[0][:3],
        *labels.legs[1][:3],
        hierarchy.parent,
        hierarchy.depth,
        hierarchy.first_descendant,
        hierarchy.first_out,
        hierarchy.head_depth,
        metric.up,
        metric.down,
        labels.first,
    )
