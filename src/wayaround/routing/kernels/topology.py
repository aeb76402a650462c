"""Kernels of `hierarchy.py`: elimination tree and contraction."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.signature import kernel, nothing, r32, several, w32


@kernel(w32(r32, r32))
def elimination_parent(first_in, lower):
    """Parent of each vertex in the elimination tree, -1 at a root; `lower` holds each vertex's lower neighbours."""
    vertices = len(first_in) - 1
    parent = np.full(vertices, -1, np.int32)
    shortcut = np.full(vertices, -1, np.int32)
    for v in range(vertices):
        for k in range(first_in[v], first_in[v + 1]):
            u = lower[k]
            while u != v:
                above = shortcut[u]
                shortcut[u] = v
                if above < 0:
                    parent[u] = v
                    break
                u = above
    return parent


@kernel(w32(r32))
def postorder(parent):
    """New number of each vertex such that every subtree is a range and children come before parents."""
    vertices = len(parent)
    size = np.ones(vertices, np.int32)
    for v in range(vertices):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    number = np.empty(vertices, np.int32)
    room = np.empty(vertices, np.int32)  # first number that is free below each vertex
    taken = 0
    for v in range(vertices - 1, -1, -1):
        if parent[v] < 0:
            first = taken
            taken += size[v]
        else:
            first = room[parent[v]]
            room[parent[v]] += size[v]
        room[v] = first
        number[v] = first + size[v] - 1
    return number


@kernel(several(w32, w32)(r32, r32, r32))
def contract(first_upper, upper, parent):
    """Upward arcs of the hierarchy in CSR, heads ascending: a vertex hands its neighbours to its parent."""
    vertices = len(parent)
    first_out = np.zeros(vertices + 1, np.int32)
    head = np.empty(max(16, 4 * len(upper)), np.int32)
    first_child = np.full(vertices, -1, np.int32)
    next_child = np.full(vertices, -1, np.int32)
    seen = np.full(vertices, -1, np.int32)
    arcs = 0
    for v in range(vertices):
        start = arcs
        child = np.int32(-2)  # -2: the vertex's own links come before its children's arcs
        while child != -1:
            if child == -2:
                begin, end = first_upper[v], first_upper[v + 1]
            else:
                begin, end = first_out[child] + 1, first_out[child + 1]
            if arcs + end - begin > len(head):
                wider = np.empty(2 * len(head) + end - begin, np.int32)
                wider[:arcs] = head[:arcs]
                head = wider
            for k in range(begin, end):
                w = upper[k] if child == -2 else head[k]
                if seen[w] != v:
                    seen[w] = v
                    head[arcs] = w
                    arcs += 1
            child = first_child[v] if child == -2 else next_child[child]
        head[start:arcs].sort()
        first_out[v + 1] = arcs
        if parent[v] >= 0:
            next_child[v] = first_child[parent[v]]
            first_child[parent[v]] = v
    return first_out, head[:arcs].copy()


@kernel(nothing(r32, w32, w32))
def measure_tree(parent, depth, first_descendant):
    """Depth of each vertex below its root, and the lowest number in its subtree."""
    vertices = len(parent)
    for v in range(vertices):
        first_descendant[v] = v
    for v in range(vertices):
        if parent[v] >= 0:
            first_descendant[parent[v]] = min(first_descendant[parent[v]], first_descendant[v])
    for v in range(vertices - 1, -1, -1):
        depth[v] = depth[parent[v]] + 1 if parent[v] >= 0 else 0


@kernel(nothing(r32, r32, r32, r32, w32))
def find_arcs(first_out, head, low, high, arc):
    """Arc from each `low` to each `high` vertex; -1 - v where both are v."""
    for k in range(len(low)):
        if low[k] == high[k]:
            arc[k] = -1 - low[k]
            continue
        begin, end = first_out[low[k]], first_out[low[k] + 1]
        while begin < end:
            middle = (begin + end) >> 1
            if head[middle] < high[k]:
                begin = middle + 1
            else:
                end = middle
        arc[k] = begin
