"""Kernels of `select.py`: which routes hold a marked link."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.labels import meet
from wayaround.routing.kernels.metric import pop, push
from wayaround.routing.kernels.paths import look_inside, search_back
from wayaround.routing.kernels.signature import (
    CLOSED,
    i64,
    kernel,
    nothing,
    r32,
    r64,
    rb,
    rr32,
    wb,
)

_LOW_HALF = np.int64((1 << 32) - 1)


@kernel(
    nothing(
        r32, rb, rb, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64, wb, wb
    )
)  # fmt: skip
def mark_arcs(
    arcs, forward_mark, backward_mark, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward,
    forward, backward, up, down, up_mark, down_mark,
):  # fmt: skip
    """Follow marked links up to the arcs that stand for them, by direction; `arcs` are those of the links.

    An arc is looked into after all that it may rest on, because arcs are numbered by tail. The marks are all false
    before.
    """
    heap, waiting = np.empty(256, np.int32), np.zeros(len(head), np.bool_)
    size = np.int64(0)
    for e in arcs:
        if not waiting[e]:
            waiting[e] = True
            if size == len(heap):
                heap = np.concatenate((heap, np.empty(size, np.int32)))
            size = push(heap, size, e)
    while size > 0:
        size = pop(heap, size)
        e = heap[size]
        for upward in (True, False):
            if (up[e] if upward else down[e]) >= CLOSED:
                continue
            inside = look_inside(
                e, upward, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
                backward, up, down,
            )  # fmt: skip
            if inside < 0:
                link = -1 - inside
                marked = forward_mark[link] if link_upward[link] == upward else backward_mark[link]
            else:
                a, f = (inside >> 32) - 1, inside & _LOW_HALF
                marked = (down_mark[a] or up_mark[f]) if upward else (up_mark[a] or down_mark[f])
            if upward:
                up_mark[e] = marked
            else:
                down_mark[e] = marked
        if not up_mark[e] and not down_mark[e]:
            continue
        x, y = tail[e], head[e]
        for g in range(first_out[x], first_out[x + 1]):
            if g == e:
                continue
            low, high = min(y, head[g]), max(y, head[g])
            begin, end = first_out[low], first_out[low + 1]
            while begin < end:
                middle = (begin + end) >> 1
                if head[middle] < high:
                    begin = middle + 1
                else:
                    end = middle
            # From y over x to the other head, and back: does the arc between them rest on it?
            over, back = down[e] + up[g], down[g] + up[e]
            is_tight = (over == up[begin] or back == down[begin]) if low == y else (
                over == down[begin] or back == up[begin]
            )  # fmt: skip
            if is_tight and not waiting[begin]:
                waiting[begin] = True
                if size == len(heap):
                    heap = np.concatenate((heap, np.empty(size, np.int32)))
                size = push(heap, size, np.int32(begin))


@kernel(
    nothing(
        i64, i64, r32, r64, r32, r64, rb, r64, i64, r32, r32, r32, r32, r32, r64, rb, wb
    )
)  # fmt: skip
def mark_labels(
    start, stop, low, leg_first, leg_depth, leg_weight, leg_mark, first, levels, parent, depth, first_out, head_depth,
    tail, weight, arc_mark, mark,
):  # fmt: skip
    """Entries of labels whose way holds a marked arc or a marked leg."""
    row, by = np.empty(levels, np.int64), np.empty(levels, np.int32)
    for k in range(start, stop):
        legs = slice(leg_first[k], leg_first[k + 1])
        search_back(
            low[k], leg_depth[legs], leg_weight[legs], parent, depth, first_out, head_depth, weight, row, by
        )  # fmt: skip
        mine = mark[first[k] : first[k + 1]]
        for d in range(len(mine) - 1, -1, -1):  # deepest first: what an entry rests on lies deeper
            if row[d] >= CLOSED:
                mine[d] = False
            elif by[d] < 0:
                mine[d] = leg_mark[leg_first[k] - 1 - by[d]]
            else:
                mine[d] = arc_mark[by[d]] or mine[depth[tail[by[d]]]]


@kernel(nothing(i64, i64, r64, r64, rr32, r64, r64, r64, rb, rb, wb))
def select_pairs(start, stop, origin, destination, least_common, first, up, down, up_mark, down_mark, hit):
    """Which pairs of places have a marked entry on either side of the first peak of their way."""
    for p in range(start, stop):
        i, j = origin[p], destination[p]
        way, peak = meet(i, j, least_common, first, up, down)
        hit[p] = way < CLOSED and (up_mark[first[i] + peak] or down_mark[first[j] + peak])
