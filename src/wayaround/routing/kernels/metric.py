"""Kernels of `metric.py`: packed weights and lower triangles."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.signature import (
    CLOSED,
    b1,
    i32,
    i64,
    kernel,
    nothing,
    r32,
    r64,
    rb,
    several,
    w32,
    w64,
    wb,
)


@kernel(nothing(r64, r64, r64, r64, r32, w64, w64, w64))
def pack_links(forward_ds, backward_ds, length_m, back_m, link_arc, forward, backward, extremes):
    """Pack time and metres of each link; what a check of the scale needs goes to `extremes`.

    `extremes`: least value seen, largest packed weight, sum of metres, sum of the metres beyond 8 a decisecond,
    number of links (self-loops apart) that differ by direction.
    """
    least, largest, metres, excess, differ = np.int64(0), np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    for i in range(len(length_m)):
        m, n = length_m[i], back_m[i]
        least = min(least, min(min(m, n), min(forward_ds[i], backward_ds[i])))
        f = min(forward_ds[i], CLOSED >> 32)
        b = min(backward_ds[i], CLOSED >> 32)
        forward[i] = CLOSED if forward_ds[i] >= CLOSED else (f << 32) + m
        backward[i] = CLOSED if backward_ds[i] >= CLOSED else (b << 32) + n
        if forward_ds[i] < CLOSED:
            largest = max(largest, forward[i])
        if backward_ds[i] < CLOSED:
            largest = max(largest, backward[i])
        metres = min(metres + min(max(m, n), CLOSED), CLOSED)
        beyond = max(min(m, CLOSED) - 8 * max(np.int64(0), f), min(n, CLOSED) - 8 * max(np.int64(0), b))
        excess = min(excess + max(np.int64(0), beyond), CLOSED)
        if forward[i] != backward[i] and link_arc[i] >= 0:
            differ += 1
    extremes[0], extremes[1], extremes[2], extremes[3], extremes[4] = least, largest, metres, excess, differ


@kernel(nothing(r32, rb, r64, r64, w64))
def lay_links(link_arc, link_upward, upward, downward, weight):
    """Weight of each arc in one direction before customisation: the least of the links behind it."""
    weight[:] = CLOSED
    for i in range(len(link_arc)):
        e = link_arc[i]
        if e >= 0:
            weight[e] = min(weight[e], upward[i] if link_upward[i] else downward[i])


@kernel(i64(r32, r32, r32, r32, r32, r32, i64, w64, w64, b1))
def customise(vertices, first_out, head_depth, tail, first_in, in_arc, levels, up, down, symmetric):
    """Lower triangles of the arcs that leave some vertices, lowest first; the largest weight that is open.

    Heads of one vertex lie on one path of the elimination tree, so their depths address a small buffer.
    """
    up_at = np.empty(levels, np.int64)
    down_at = np.empty(levels, np.int64)
    largest = np.int64(0)
    for x in vertices:
        begin, end = first_out[x], first_out[x + 1]
        if begin == end:
            continue
        for e in range(begin, end):
            up_at[head_depth[e]] = up[e]
        if symmetric:
            for k in range(first_in[x], first_in[x + 1]):
                e = in_arc[k]
                by = up[e]
                if by < CLOSED:
                    heads, ups = head_depth[e + 1 : first_out[tail[e] + 1]], up[e + 1 : first_out[tail[e] + 1]]
                    for n in range(len(heads)):
                        d = np.uint64(heads[n])
                        up_at[d] = min(up_at[d], by + ups[n])
        else:
            for e in range(begin, end):
                down_at[head_depth[e]] = down[e]
            for k in range(first_in[x], first_in[x + 1]):
                e = in_arc[k]
                out, back = down[e], up[e]
                after = slice(e + 1, first_out[tail[e] + 1])
                heads, ups, downs = head_depth[after], up[after], down[after]
                for n in range(len(heads)):
                    d = np.uint64(heads[n])
                    up_at[d] = min(up_at[d], out + ups[n])
                    down_at[d] = min(down_at[d], back + downs[n])
        for e in range(begin, end):
            up[e] = up_at[head_depth[e]]
            if up[e] < CLOSED:
                largest = max(largest, up[e])
        if not symmetric:
            for e in range(begin, end):
                down[e] = down_at[head_depth[e]]
                if down[e] < CLOSED:
                    largest = max(largest, down[e])
    return largest


@kernel(several(i64, i64)(i64, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64))
def weigh_arc(
    e, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward, backward, up,
    down,
):  # fmt: skip
    """Both weights of an arc anew: the least of the links behind it and of its lower triangles."""
    out, back = np.int64(CLOSED), np.int64(CLOSED)
    for k in range(arc_first_link[e], arc_first_link[e + 1]):
        i = arc_link[k]
        out = min(out, forward[i] if link_upward[i] else backward[i])
        back = min(back, backward[i] if link_upward[i] else forward[i])
    x, y = tail[e], head[e]
    for k in range(first_in[x], first_in[x + 1]):
        a = in_arc[k]
        if up[a] >= CLOSED and down[a] >= CLOSED:
            continue
        f, stop = a + 1, first_out[tail[a] + 1]
        while f < stop and head[f] < y:
            f += 1
        if f < stop and head[f] == y:
            out = min(out, down[a] + up[f])
            back = min(back, up[a] + down[f])
    return out, back


@kernel(i64(w32, i64, i32))
def push(heap, size, value):
    """Add a value to a heap that has room for it; the new size."""
    k = size
    while k > 0 and heap[(k - 1) >> 1] > value:
        heap[k] = heap[(k - 1) >> 1]
        k = (k - 1) >> 1
    heap[k] = value
    return size + 1


@kernel(i64(w32, i64))
def pop(heap, size):
    """Move the least value of a heap behind its end; the new size."""
    least, last = heap[0], heap[size - 1]
    k, size = 0, size - 1
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[k] = heap[child]
        k = child
    heap[k] = last
    heap[size] = least
    return size


@kernel(
    several(w32, w64, w64, i64)(
        r32, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, w64, w64, b1, wb
    )
)  # fmt: skip
def recustomise(
    arcs, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward, backward, up,
    down, symmetric, waiting,
):  # fmt: skip
    """Follow a change of the links behind some arcs upwards; changed arcs, their old weights, largest new one.

    An arc is weighed anew if a lower triangle made it (an increase must look for the next best) or would make it
    shorter. Arcs are numbered by tail, so in the order of their numbers nothing is weighed before what it rests
    on. `waiting` is all false, before and after.
    """
    heap = np.empty(256, np.int32)
    size = np.int64(0)
    changed, old_up, old_down = np.empty(256, np.int32), np.empty(256, np.int64), np.empty(256, np.int64)
    count, largest = 0, np.int64(0)
    for e in arcs:
        if not waiting[e]:
            waiting[e] = True
            if size == len(heap):
                heap = np.concatenate((heap, np.empty(size, np.int32)))
            size = push(heap, size, e)
    while size > 0:
        size = pop(heap, size)
        e = heap[size]
        waiting[e] = False
        out, back = weigh_arc(
            e, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
            backward, up, down,
        )  # fmt: skip
        was_out, was_back = up[e], down[e]
        if out == was_out and back == was_back:
            continue
        if count == len(changed):
            changed = np.concatenate((changed, np.empty(count, np.int32)))
            old_up = np.concatenate((old_up, np.empty(count, np.int64)))
            old_down = np.concatenate((old_down, np.empty(count, np.int64)))
        changed[count], old_up[count], old_down[count] = e, was_out, was_back
        count += 1
        largest = max(largest, max(out if out < CLOSED else 0, back if back < CLOSED else 0))
        x, y = tail[e], head[e]
        for g in range(first_out[x], first_out[x + 1]):
            if g == e:
                continue
            z = head[g]
            low, high = (y, z) if y < z else (z, y)
            begin, end = first_out[low], first_out[low + 1]
            while begin < end:
                middle = (begin + end) >> 1
                if head[middle] < high:
                    begin = middle + 1
                else:
                    end = middle
            # From y over x to z, and back; (y, z) is upward if y is the lower.
            here_up, here_down = (up[begin], down[begin]) if y < z else (down[begin], up[begin])
            touched = (
                (was_back + up[g] == here_up and here_up < CLOSED)
                or (was_out + down[g] == here_down and here_down < CLOSED)
                or back + up[g] < here_up
                or out + down[g] < here_down
            )
            if touched and not waiting[begin]:
                waiting[begin] = True
                if size == len(heap):
                    heap = np.concatenate((heap, np.empty(size, np.int32)))
                size = push(heap, size, np.int32(begin))
        up[e] = out
        if not symmetric:
            down[e] = back
    return changed[:count].copy(), old_up[:count].copy(), old_down[:count].copy(), largest
