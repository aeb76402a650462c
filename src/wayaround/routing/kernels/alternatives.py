"""Kernels of `alternatives.py`: distances to all vertices, plateaus, and the stretch of a path."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.paths import search_back
from wayaround.routing.kernels.signature import (
    CLOSED,
    b1,
    f64,
    i64,
    kernel,
    nothing,
    r32,
    r64,
    rb,
    rr32,
    rr64,
    several,
    w32,
    w64,
    ww32,
    ww64,
)


@kernel(
    nothing(
        r32, r64, r32, r64, r32, r32, r32, r32, r64, ww64, ww32, ww32
    )
)  # fmt: skip
def search_points(
    low, leg_first, leg_depth, leg_weight, parent, depth, first_out, head_depth, weight, row, by, ancestor
):  # fmt: skip
    """`search_back` for several points, with the ancestors themselves; -1 below the lowest."""
    row[:], ancestor[:] = CLOSED, -1
    for k in range(len(low)):
        legs = slice(leg_first[k], leg_first[k + 1])
        search_back(
            low[k], leg_depth[legs], leg_weight[legs], parent, depth, first_out, head_depth, weight, row[k], by[k]
        )  # fmt: skip
        u = low[k]
        while u >= 0:
            ancestor[k, depth[u]] = u
            u = parent[u]


@kernel(several(i64, i64)(r64, r32, r64, r32))
def meet_rows(up, up_ancestor, down, down_ancestor):
    """Shortest way between two points, and the depth of the first ancestor where it peaks."""
    best, peak = np.int64(CLOSED), np.int64(-1)
    for d in range(len(up)):
        if up_ancestor[d] < 0 or up_ancestor[d] != down_ancestor[d]:
            break
        if up[d] + down[d] < best:
            best, peak = up[d] + down[d], d
    return best, peak


@kernel(nothing(r64, r32, r32, r32, r64, w64))
def sweep_down(row, ancestor, first_out, head, weight, distance):
    """Distance of every vertex, highest first, from the distances of the ancestors of a point (PHAST)."""
    distance[:] = CLOSED
    for d in range(len(row)):
        if ancestor[d] < 0:
            break
        distance[ancestor[d]] = row[d]
    for v in range(len(distance) - 1, -1, -1):
        best = distance[v]
        for e in range(first_out[v], first_out[v + 1]):
            best = min(best, distance[head[e]] + weight[e])
        distance[v] = best


@kernel(
    nothing(
        r32, rb, r64, r64, r32, r32, r64, r64, i64, w32, w64, w32, w64
    )
)  # fmt: skip
def grow_trees(
    link_arc, link_upward, forward, backward, tail, head, away, back, bound, before, before_key, after, after_key
):
    """Last link of a fastest way to each vertex, and first link of one onwards, where both together are short.

    `away` and `back` are packed distances from the origin and to the destination, `bound` a time. A key is twice the
    link, plus one if it is driven forward. Links of no weight grow no tree, so that the trees have no circles.
    """
    before[:], before_key[:], after[:], after_key[:] = -1, -1, -1, -1
    for i in range(len(link_arc)):
        e = link_arc[i]
        if e < 0:
            continue
        x, y = tail[e], head[e]
        if (away[x] + back[x]) >> 32 > bound or (away[y] + back[y]) >> 32 > bound:
            continue
        for ahead in range(2):
            w = forward[i] if ahead else backward[i]
            if w == 0 or w >= CLOSED:
                continue
            u, v = (x, y) if link_upward[i] == (ahead == 1) else (y, x)
            if before[v] < 0 and away[u] + w == away[v]:
                before[v], before_key[v] = u, 2 * i + ahead
            if after[u] < 0 and w + back[v] == back[u]:
                after[u], after_key[u] = v, 2 * i + ahead


@kernel(b1(i64, r32, r64, r32, r64))
def is_on_plateau(v, before, before_key, after, after_key):
    """Whether both trees hold the same link into a vertex."""
    u = before[v]
    return u >= 0 and after[u] == v and after_key[u] == before_key[v]


@kernel(
    nothing(
        r64, r64, r64, r64, r32, r64, r32, r64, rb, w64, w64, w64, w64
    )
)  # fmt: skip
def rate_vertices(
    by_away, by_back, away, back, before, before_key, after, after_key, is_best, begin, end, shared_before, shared_after
):
    """Where the plateau of each vertex begins and ends, and the time shared with the fastest route on either side.

    Vertices come by their distance from the origin, and again by that to the destination. `begin` and `end` are
    packed distances from the origin; `is_best` tells the keys of the fastest route.
    """
    for v in by_away:
        u = before[v]
        begin[v] = begin[u] if is_on_plateau(v, before, before_key, after, after_key) else away[v]
        shared_before[v] = 0 if u < 0 else shared_before[u]
        if u >= 0 and is_best[before_key[v]]:
            shared_before[v] += (away[v] >> 32) - (away[u] >> 32)
    for u in by_back:
        v = after[u]
        meets = v >= 0 and is_on_plateau(v, before, before_key, after, after_key) and before[v] == u
        end[u] = end[v] if meets else away[u]
        shared_after[u] = 0 if v < 0 else shared_after[v]
        if v >= 0 and is_best[after_key[u]]:
            shared_after[u] += (back[u] >> 32) - (back[v] >> 32)


@kernel(b1(r64, i64, rr64, rr32, rr64, rr32, f64))
def is_stretch_bounded(driven, via, up, up_ancestor, down, down_ancestor, stretch):
    """Whether no stretch of a path over its point `via` takes more than `stretch` times the fastest way.

    `driven` is the time to each point; rows of `up` belong to the points as far as `via`, those of `down` to the
    points from there on. Ways that do not pass `via` are fastest already. With the start a time `t` further on, the
    path is `t` shorter and the fastest way at most `t`: the slack tells how far nothing can go wrong.
    """
    for b in range(via, len(driven)):
        a = 0
        while a <= via:
            way = meet_rows(up[a], up_ancestor[a], down[b - via], down_ancestor[b - via])[0] >> 32
            slack = stretch * way - (driven[b] - driven[a])
            if slack < 0:
                return False
            start = driven[a]
            a += 1
            while a <= via and (driven[a] - start) * (stretch - 1.0) <= slack and stretch > 1.0:
                a += 1
    return True
