"""Kernels of `labels.py`: distances to ancestors, and the least sums of two."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.signature import (
    CLOSED,
    b1,
    i64,
    kernel,
    nothing,
    r32,
    r64,
    rr32,
    rr64,
    several,
    w32,
    w64,
    wb,
    ww64,
)

_TILE = 2048  # places whose labels stay in the second-level cache
_METRES = np.int64((1 << 32) - 1)


@kernel(i64(i64, i64, r32, r64, r32, r64, r64, r32, r32, r32, r32, r32, r64, w64, w32))
def label(
    start, stop, low, leg_first, leg_depth, leg_weight, first, parent, depth, first_descendant, first_out, head_depth,
    weight, entry, common,
):  # fmt: skip
    """Distance from some terminals to every ancestor, root first; the largest of them that is no `CLOSED`.

    The legs of a terminal, in CSR, lead to ancestors of the vertex `low` or to itself. Entry `d` of a terminal's row
    is the distance to its ancestor at depth `d`. `common` is the number of ancestors shared with the row before.
    """
    largest = np.int64(0)
    for k in range(start, stop):
        u = low[k]
        row = entry[first[k] : first[k + 1]]
        row[:] = CLOSED
        for n in range(leg_first[k], leg_first[k + 1]):
            row[leg_depth[n]] = min(row[leg_depth[n]], leg_weight[n])
        before = low[k - 1] if k > 0 else np.int32(-1)
        apart = True
        common[k] = 0
        while u >= 0:
            d = depth[u]
            if apart and first_descendant[u] <= before and before <= u:
                common[k] = d + 1
                apart = False
            here = row[d]
            if here < CLOSED:
                largest = max(largest, here)
                heads, weights = head_depth[first_out[u] : first_out[u + 1]], weight[first_out[u] : first_out[u + 1]]
                for n in range(len(heads)):
                    d = np.uint64(heads[n])  # unsigned: no look for counting from the end, twice as fast
                    row[d] = min(row[d], here + weights[n])
            u = parent[u]
    return largest


@kernel(nothing(r32, r32, r32, r32, r64, r64, r64, r64, wb))
def find_stale(bottom, top, x_depth, y_depth, before, after, first, entry, stale):
    """Mark the labels that changed arcs can touch: for each arc the places below its lower end `x`, see `relabel`."""
    for n in range(len(bottom)):
        if before[n] == after[n]:
            continue
        for k in range(bottom[n], top[n]):
            if stale[k]:
                continue
            at_x, at_y = entry[first[k] + x_depth[n]], entry[first[k] + y_depth[n]]
            if after[n] > before[n]:
                stale[k] = at_y < CLOSED and at_x + before[n] == at_y
            else:
                stale[k] = at_x < CLOSED and at_x + after[n] < at_y


@kernel(i64(r64, r32, r64, r32, r64, r64, r32, r32, r32, r32, r32, r64, w64))
def relabel(
    places, low, leg_first, leg_depth, leg_weight, first, parent, depth, first_descendant, first_out, head_depth,
    weight, entry,
):  # fmt: skip
    """`label` for a list of places; the largest entry that is no `CLOSED`."""
    largest = np.int64(0)
    unused = np.zeros(len(low), np.int32)
    for k in places:
        found = label(
            k, k + 1, low, leg_first, leg_depth, leg_weight, first, parent, depth, first_descendant, first_out,
            head_depth, weight, entry, unused,
        )  # fmt: skip
        largest = max(largest, found)
    return largest


@kernel(several(w32, w32, w32, w32, w32)(r32))
def group_places(common):
    """Tree of the ranges of places that share ancestors.

    Range `g` holds the places from `begin[g]` to `end[g] - 1`; they share their first `shared[g]` ancestors and no
    more. `outer[g]` is the next wider range, -1 at the widest; `inner[k]` is the narrowest that holds place `k`.
    """
    places = len(common)
    begin, end = np.empty(places + 1, np.int32), np.empty(places + 1, np.int32)
    shared, outer = np.empty(places + 1, np.int32), np.empty(places + 1, np.int32)
    inner = np.empty(places, np.int32)
    stack = np.empty(places + 1, np.int32)
    begin[0], end[0], shared[0], outer[0] = 0, places, 0, -1
    stack[0], height, ranges = 0, 1, 1
    for k in range(places):
        after = common[k + 1] if k + 1 < places else 0
        # Ranges that end with this place, because the next shares less.
        left = k
        last = np.int32(-1)
        if shared[stack[height - 1]] < after:
            begin[ranges], shared[ranges], outer[ranges] = k, after, stack[height - 1]
            stack[height] = ranges
            height += 1
            inner[k] = ranges
            ranges += 1
            continue
        inner[k] = stack[height - 1]
        while shared[stack[height - 1]] > after:
            last = stack[height - 1]
            end[last] = k + 1
            left = begin[last]
            height -= 1
        if last >= 0 and shared[stack[height - 1]] < after:
            begin[ranges], shared[ranges], outer[ranges] = left, after, stack[height - 1]
            outer[last] = ranges
            stack[height] = ranges
            height += 1
            ranges += 1
    return begin[:ranges].copy(), end[:ranges].copy(), shared[:ranges].copy(), outer[:ranges].copy(), inner


@kernel(nothing(r64, r64, r32, ww64))
def stand_up(first, entry, common, column):
    """Labels by depth: entry `d` of place `k` to `column[d, k]`, as far as any other place shares it."""
    places = len(common)
    for k in range(places):
        used = common[k]
        if k + 1 < places and common[k + 1] > used:
            used = common[k + 1]
        for d in range(used):
            column[d, k] = entry[first[k] + d]


@kernel(nothing(i64, i64, i64, r64, r64, rr64, r32, r32, r32, r32, r32, w64))
def fill_row(k, left, right, first, entry, column, begin, end, shared, outer, inner, row):
    """Distance from place `k` to the places from `left` to `right`: least sum over the ancestors both share."""
    row[: right - left] = CLOSED
    group = inner[k]
    base = first[k]
    while group >= 0:
        wider = outer[group]
        d, stop = (shared[wider] if wider >= 0 else 0), shared[group]
        a, b = max(left, begin[group]), min(right, end[group])
        group = wider
        if a >= b:
            continue
        part = row[a - left : b - left]
        while d + 4 <= stop:
            u0, u1, u2, u3 = entry[base + d], entry[base + d + 1], entry[base + d + 2], entry[base + d + 3]
            c0, c1, c2, c3 = column[d, a:b], column[d + 1, a:b], column[d + 2, a:b], column[d + 3, a:b]
            for j in range(b - a):
                part[j] = min(min(min(u0 + c0[j], u1 + c1[j]), min(u2 + c2[j], u3 + c3[j])), part[j])
            d += 4
        while d < stop:
            u0 = entry[base + d]
            c0 = column[d, a:b]
            for j in range(b - a):
                part[j] = min(part[j], u0 + c0[j])
            d += 1


@kernel(
    nothing(i64, i64, r64, r64, r64, rr64, r32, r32, r32, r32, r32, r64, r64, r64, ww64)
)  # fmt: skip
def fill_matrix(
    start, stop, order, first, entry, column, begin, end, shared, outer, inner, near_first, near, near_way, matrix
):  # fmt: skip
    """Rows of the matrix of all places, back in the order of the terminals.

    `near` holds, in CSR, the places on the link of each place, itself among them, and `near_way` the way to them
    along the link.
    """
    places = len(order)
    row = np.empty(min(places, _TILE), np.int64)
    for left in range(0, places, _TILE):
        right = min(left + _TILE, places)
        for k in range(start, stop):
            fill_row(k, left, right, first, entry, column, begin, end, shared, outer, inner, row)
            for n in range(near_first[k], near_first[k + 1]):
                if left <= near[n] and near[n] < right:
                    row[near[n] - left] = min(row[near[n] - left], near_way[n])
            target = matrix[order[k]]
            for j in range(right - left):
                target[order[left + j]] = row[j]


@kernel(
    nothing(i64, i64, r64, b1, r64, r64, r64, rr64, r32, r32, r32, r32, r32, r64, r64, r64, ww64)
)  # fmt: skip
def refill_matrix(
    start, stop, places, across, order, first, entry, column, begin, end, shared, outer, inner, near_first, near,
    near_way, matrix,
):  # fmt: skip
    """Rows of the matrix of all places for some places, or, `across`, their columns; as `fill_matrix`.

    For columns `entry` holds the labels down, and `column` those up.
    """
    count = len(order)
    row = np.empty(count, np.int64)
    for n in range(start, stop):
        k = places[n]
        fill_row(k, 0, count, first, entry, column, begin, end, shared, outer, inner, row)
        for m in range(near_first[k], near_first[k + 1]):
            j, way = near[m], near_way[m]
            if across:
                for back in range(near_first[j], near_first[j + 1]):
                    if near[back] == k:
                        way = near_way[back]
            row[j] = min(row[j], way)
        if across:
            for j in range(count):
                matrix[order[j], order[k]] = row[j]
        else:
            target = matrix[order[k]]
            for j in range(count):
                target[order[j]] = row[j]


@kernel(several(i64, i64)(i64, i64, rr32, r64, r64, r64))
def meet(i, j, least_common, first, up, down):
    """Shortest way between the places `i` and `j`, and the depth of the ancestor where it peaks."""
    a, b = min(i, j), max(i, j)
    if a == b:
        shared = first[a + 1] - first[a]
    else:
        level = 0
        while (2 << level) <= b - a:
            level += 1
        shared = min(least_common[level, a + 1], least_common[level, b + 1 - (1 << level)])
    best, peak = np.int64(CLOSED), np.int64(-1)
    for d in range(shared):
        way = up[first[i] + d] + down[first[j] + d]
        if way < best:
            best, peak = way, d
    return best, peak


@kernel(nothing(r64, r64, rr32, r64, r64, r64, w64, w32))
def meet_pairs(origin, destination, least_common, first, up, down, way, peak):
    """`meet` for a list of pairs of places."""
    for p in range(len(origin)):
        way[p], peak[p] = meet(origin[p], destination[p], least_common, first, up, down)


@kernel(
    nothing(
        i64, i64, r64, r64, rr32, r64, r64, r64, rr64, r32, r32, r32, r32, r32, w64, w64
    )
)  # fmt: skip
def skim_pairs(
    start, stop, origin, destination, least_common, first, up, down, column, begin, end, shared, outer, inner,
    time_ds, length_m,
):  # fmt: skip
    """Time and metres of a list of pairs of places; a whole row at once where many pairs have one origin."""
    places = len(inner)
    row = np.empty(places, np.int64)
    p = start
    while p < stop:
        i = origin[p]
        q = p + 1
        while q < stop and origin[q] == i:
            q += 1
        whole = 8 * (q - p) > places and column.shape[1] == places
        if whole:
            fill_row(i, 0, places, first, up, column, begin, end, shared, outer, inner, row)
        while p < q:
            j = destination[p]
            way = row[j] if whole else meet(i, j, least_common, first, up, down)[0]
            time_ds[p] = CLOSED if way >= CLOSED else way >> 32
            length_m[p] = CLOSED if way >= CLOSED else way & _METRES
            p += 1


@kernel(
    nothing(
        i64, i64, r64, r64, rr32, r64, r64, r64, rr64, r32, r32, r32, r32, r32, r64, r64, r64, ww64
    )
)  # fmt: skip
def fill_rectangle(
    start, stop, origin, destination, least_common, first, up, down, column, begin, end, shared, outer, inner,
    near_first, near, near_way, matrix,
):  # fmt: skip
    """Rows of the matrix of some places by some others; whole rows at once where `column` is not empty."""
    places = len(inner)
    row = np.empty(places, np.int64)
    whole = column.shape[1] == places
    for p in range(start, stop):
        i = origin[p]
        if whole:
            fill_row(i, 0, places, first, up, column, begin, end, shared, outer, inner, row)
        else:
            for j in destination:
                row[j] = meet(i, j, least_common, first, up, down)[0]
        for n in range(near_first[i], near_first[i + 1]):
            row[near[n]] = min(row[near[n]], near_way[n])
        for q in range(len(destination)):
            matrix[p, q] = row[destination[q]]
