"""Kernels of `losses.py`: what closing some links costs all pairs, from what the closing touches.

Arcs, weights and labels have one side, or two where directions differ: side 0 goes up from arc tail to head and away
from a terminal, side 1 comes down and back. Weight `q` of arc `e` is `e + side * arcs`; entry `d` of the label of
place `k` is `side * entries + first[k] + d`. A *key* is `2 * e + side`, so that keys follow the order of the arcs.
"""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.metric import pop, push
from wayaround.routing.kernels.paths import look_inside, search_back
from wayaround.routing.kernels.signature import (
    CLOSED,
    b1,
    i64,
    kernel,
    nothing,
    r32,
    r64,
    rb,
    rr8,
    rr16,
    rr32,
    rr64,
    several,
    w32,
    w64,
    wb,
    ww16,
    ww64,
)

_HALF = np.int64((1 << 32) - 1)


@kernel(several(w64, w32, w32)(r32, r32, r32, r32, r32, i64))
def list_triangles(first_out, head_depth, tail, first_in, in_arc, levels):
    """Lower triangles of each arc in CSR, as the arcs from their lowest vertex to its tail and to its head."""
    vertices = len(first_out) - 1
    first = np.zeros(len(tail) + 1, np.int64)
    at = np.empty(levels, np.int64)
    tail_arc, head_arc = np.empty(0, np.int32), np.empty(0, np.int32)
    for filling in (False, True):
        if filling:
            for e in range(len(tail)):
                first[e + 1] += first[e]
            tail_arc, head_arc = np.empty(first[-1], np.int32), np.empty(first[-1], np.int32)
            room = first.copy()
        else:
            room = first
        for x in range(vertices):
            for e in range(first_out[x], first_out[x + 1]):
                at[head_depth[e]] = e
            for k in range(first_in[x], first_in[x + 1]):
                a = in_arc[k]
                for f in range(a + 1, first_out[tail[a] + 1]):
                    e = at[head_depth[f]]
                    if filling:
                        tail_arc[room[e]], head_arc[room[e]] = a, f
                        room[e] += 1
                    else:
                        room[e + 1] += 1
    return first, tail_arc, head_arc


@kernel(several(w32, w32)(b1, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64))
def list_dependents(
    two_sides, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward, backward,
    up, down,
):  # fmt: skip
    """Keys of the arcs that rest on each weight, in CSR by weight: it is in the triangle that they stand for."""
    arcs, sides = len(head), 2 if two_sides else 1
    inside = np.zeros(arcs * sides, np.int64)
    first = np.zeros(arcs * sides + 1, np.int32)
    for q in range(arcs * sides):
        e, upward = (q, True) if q < arcs else (q - arcs, False)
        if (up[e] if upward else down[e]) >= CLOSED:
            continue
        inside[q] = look_inside(
            e, upward, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
            backward, up, down,
        )  # fmt: skip
        if inside[q] > 0:
            a, f = (inside[q] >> 32) - 1, inside[q] & _HALF
            coming, going = (a, f) if upward else (f, a)
            first[coming + (sides - 1) * arcs + 1] += 1
            first[going + 1] += 1
    for q in range(arcs * sides):
        first[q + 1] += first[q]
    key, room = np.empty(first[-1], np.int32), first.copy()
    for q in range(arcs * sides):
        if inside[q] > 0:
            e, upward = (q, True) if q < arcs else (q - arcs, False)
            a, f = (inside[q] >> 32) - 1, inside[q] & _HALF
            coming, going = (a, f) if upward else (f, a)
            for part in (coming + (sides - 1) * arcs, going):
                key[room[part]] = 2 * e + (0 if upward else 1)
                room[part] += 1
    return first, key


@kernel(
    several(w64, w32)(r32, r64, r32, r32, r32, r32)
)  # fmt: skip
def list_path_arcs(low, first, parent, depth, first_out, head_depth):
    """Arcs to each ancestor of each place from the deeper ones, in CSR by entry of the label.

    Once a vertex has an arc to an ancestor, so have all vertices between, so the depths of the tails need no list:
    they follow on that of the ancestor.
    """
    entries = first[-1]
    path_first = np.zeros(entries + 1, np.int64)
    path_arc = np.empty(0, np.int32)
    for filling in (False, True):
        if filling:
            for entry in range(entries):
                path_first[entry + 1] += path_first[entry]
            path_arc = np.empty(path_first[-1], np.int32)
        for k in range(len(low)):
            u = low[k]
            while u >= 0:
                for e in range(first_out[u], first_out[u + 1]):
                    entry = first[k] + head_depth[e]
                    if filling:
                        path_arc[path_first[entry] + depth[u] - head_depth[e] - 1] = e
                    else:
                        path_first[entry + 1] += 1
                u = parent[u]
    return path_first, path_arc


@kernel(
    nothing(r32, r64, r32, r64, r64, i64, r32, r32, r32, r32, r32, r64, w32, w32)
)  # fmt: skip
def trace_labels(
    low, leg_first, leg_depth, leg_weight, first, levels, parent, depth, first_out, head_depth, tail, weight, by,
    by_depth,
):  # fmt: skip
    """Arc by which each entry of each label is reached and the depth of its tail; both -1 where there is none."""
    row, arc = np.empty(levels, np.int64), np.empty(levels, np.int32)
    for k in range(len(low)):
        legs = slice(leg_first[k], leg_first[k + 1])
        search_back(
            low[k], leg_depth[legs], leg_weight[legs], parent, depth, first_out, head_depth, weight, row, arc
        )  # fmt: skip
        for d in range(first[k + 1] - first[k]):
            reached = row[d] < CLOSED and arc[d] >= 0
            by[first[k] + d] = arc[d] if reached else -1
            by_depth[first[k] + d] = depth[tail[arc[d]]] if reached else -1


@kernel(w32(r32, r32, rb, i64))
def chain_links(low, high, single, vertices):
    """Chain of each link, named by one of its links; `low` is -1 where a link plays no part.

    Spurs are cut off first: no route enters them, so what remains at a vertex of two links is a chain. Links that
    are `single`, because a terminal lies inside, are neither spurs nor in any chain.
    """
    links = len(low)
    degree, exclusive = np.zeros(vertices, np.int32), np.zeros(vertices, np.int32)
    gone = low < 0
    for i in range(links):
        if not gone[i]:
            for v in (low[i], high[i]):
                degree[v] += 1
                exclusive[v] ^= i
    for start in range(vertices):
        v = start
        while degree[v] == 1 and not single[exclusive[v]]:
            i = exclusive[v]
            gone[i] = True
            degree[v] = 0
            v = high[i] if low[i] == v else low[i]
            degree[v] -= 1
            exclusive[v] ^= i
    chain = np.arange(links).astype(np.int32)
    first = np.full(vertices, -1, np.int32)
    for i in range(links):
        if gone[i] or single[i]:
            continue
        for v in (low[i], high[i]):
            if degree[v] != 2:
                continue
            if first[v] < 0:
                first[v] = i
                continue
            a, b = first[v], np.int32(i)
            while chain[a] != a:
                chain[a] = chain[chain[a]]
                a = chain[a]
            while chain[b] != b:
                chain[b] = chain[chain[b]]
                b = chain[b]
            chain[max(a, b)] = min(a, b)
    for i in range(links):
        chain[i] = chain[chain[i]]
    return chain


@kernel(i64(i64, i64, rr32))
def shared_ancestors(i, j, least_common):
    """Number of ancestors that two different places share."""
    a, b = min(i, j), max(i, j)
    level = 0
    while (2 << level) <= b - a:
        level += 1
    return np.int64(min(least_common[level, a + 1], least_common[level, b + 1 - (1 << level)]))


@kernel(several(w64, w32)(b1, r64, r64, r64, rr32, rr64, rr64, ww16))
def list_peaks(back, first, up, down, least_common, way, trips, shared):
    """Places that each entry leads to, in CSR by entry: the first peak of the way to (`back`: from) them.

    Left out are pairs without a journey, without a way, or on one link that they need not leave. For the rest,
    `shared` tells how many ancestors they share.
    """
    places = len(first) - 1
    peak_first = np.zeros(first[-1] + 1, np.int64)
    peak = np.full((places, places), -1, np.int16)
    for i in range(places):
        for j in range(places):
            if i == j or way[i, j] >= CLOSED or trips[i, j] == 0:
                continue
            shared[i, j] = shared_ancestors(i, j, least_common)
            for d in range(shared[i, j]):
                if up[first[i] + d] + down[first[j] + d] == way[i, j]:
                    peak[i, j] = d
                    peak_first[first[j if back else i] + d + 1] += 1
                    break
    for entry in range(first[-1]):
        peak_first[entry + 1] += peak_first[entry]
    partner, room = np.empty(peak_first[-1], np.int32), peak_first.copy()
    for i in range(places):
        for j in range(places):
            if peak[i, j] >= 0:
                entry = first[j if back else i] + peak[i, j]
                partner[room[entry]] = i if back else j
                room[entry] += 1
    return peak_first, partner


@kernel(
    nothing(
        i64, i64, r64, r64, r32, r32, r32, rb, r64, r64, i64, r64, r64, r32, r32, r32, r32, r64, r32, r64, r64, r64,
        r32, r32, r32, r32, r64, r32, r64, r32, rr16, rr64, rr64, rr8, r64, r64, r64, w64, w64, wb, wb, wb, ww64, ww64,
    )
)  # fmt: skip
def lose_groups(
    start, stop, group_first, group_link, link_arc, arc_first_link, arc_link, link_upward, forward, backward, sides,
    base_weight, triangle_first, tail_arc, head_arc, dependent_first, dependent, leg_first, leg_depth, leg_weight,
    first, base, by_depth, use_first, use_entry, place_of, path_first, path_arc, peak_first, partner,
    shared, way, trips, trip_pairs, near_first, near, near_way, weight, entry, closed, waiting, touched, result,
    of_place,
):  # fmt: skip
    """Close each group of links alone and add up what all pairs lose; see `losses.py` for the columns of `result`.

    `of_place` takes the weight cut off by place, from and to it; it has no columns where nobody asks.

    `weight`, `entry`, `closed`, `waiting` and `touched` are this thread's own, and as they were when it returns.
    """
    arcs, entries, places = len(arc_first_link) - 1, first[-1], len(first) - 1
    lifted = (sides - 1) * arcs
    heap, changed = np.empty(2 * arcs + 2, np.int32), np.empty(2 * arcs + 2, np.int32)
    label, labelled = np.empty(sides * places, np.int64), np.full(sides * places, -1, np.int64)
    turn = np.empty(sides * places, np.int64)
    for group in range(start, stop):
        # Arcs: an increase only reaches what rests on it.
        size = np.int64(0)
        for n in range(group_first[group], group_first[group + 1]):
            closed[group_link[n]] = True
            e = link_arc[group_link[n]]
            for side in range(sides if e >= 0 else 0):
                key = np.int32(2 * e + side)
                if not waiting[key]:
                    waiting[key] = True
                    size = push(heap, size, key)
        changes = 0
        while size > 0:
            size = pop(heap, size)
            key = heap[size]
            waiting[key] = False
            e, upward = key >> 1, (key & 1) == 0
            q = e if upward else e + lifted
            best = np.int64(CLOSED)
            for n in range(arc_first_link[e], arc_first_link[e + 1]):
                i = arc_link[n]
                if not closed[i]:
                    best = min(best, forward[i] if link_upward[i] == upward else backward[i])
            coming, going = (lifted, 0) if upward else (0, lifted)
            for n in range(triangle_first[e], triangle_first[e + 1]):
                best = min(best, weight[tail_arc[n] + coming] + weight[head_arc[n] + going])
            if best == weight[q]:
                continue
            weight[q] = best
            changed[changes] = q
            changes += 1
            for n in range(dependent_first[q], dependent_first[q + 1]):
                if not waiting[dependent[n]]:
                    waiting[dependent[n]] = True
                    size = push(heap, size, dependent[n])
        # Labels: the entries that those arcs lead to, and the entries that rest on these, deepest first.
        labels = 0
        for c in range(changes):
            for n in range(use_first[changed[c]], use_first[changed[c] + 1]):
                touched[use_entry[n]] = True
                side = 1 if use_entry[n] >= entries else 0
                k = side * places + place_of[use_entry[n] - side * entries]
                if labelled[k] != group:
                    labelled[k] = group
                    turn[k] = labels
                    label[labels] = k
                    labels += 1
        for n in range(labels):
            side, k = label[n] // places, label[n] % places
            row = side * entries + first[k]
            for d in range(first[k + 1] - first[k] - 1, -1, -1):
                if not touched[row + d] and not (by_depth[row + d] >= 0 and touched[row + by_depth[row + d]]):
                    continue
                best = np.int64(CLOSED)
                for m in range(leg_first[label[n]], leg_first[label[n] + 1]):
                    if leg_depth[m] == d:
                        best = min(best, leg_weight[m])
                begins = path_first[first[k] + d]
                for step in range(path_first[first[k] + d + 1] - begins):
                    way_up = entry[row + d + 1 + step] + weight[path_arc[begins + step] + side * lifted]
                    best = min(best, way_up)
                touched[row + d] = best != base[row + d]
                entry[row + d] = best
        # Pairs: those whose way ran over a changed entry, once each. Where directions are alike, `trips` holds
        # both journeys of a pair, and `trip_pairs` how many they are.
        for n in range(labels):
            side, k = label[n] // places, label[n] % places
            row = side * entries + first[k]
            for d in range(first[k + 1] - first[k]):
                if not touched[row + d]:
                    continue
                for p in range(peak_first[row + d], peak_first[row + d + 1]):
                    j = np.int64(partner[p])
                    # The other end's entry may have changed as well, and the pair been counted there.
                    twin = j + (1 - side) * (sides - 1) * places
                    twin_entry = (1 - side) * (sides - 1) * entries + first[j] + d
                    if turn[twin] < n and labelled[twin] == group and touched[twin_entry]:
                        continue
                    one, other = (k, j) if side == 0 else (j, k)
                    common = np.int64(shared[one, other])
                    up_row, down_row = first[one], (sides - 1) * entries + first[other]
                    away, back = entry[up_row : up_row + common], entry[down_row : down_row + common]
                    now = np.int64(CLOSED)
                    for depth in range(common):
                        now = min(now, away[depth] + back[depth])
                    for m in range(near_first[one], near_first[one + 1]):
                        if near[m] == other:
                            now = min(now, near_way[m])
                    was, trip = way[one, other], trips[one, other]
                    if now >= CLOSED:
                        result[group, 0] += trip
                        result[group, 1] += trip_pairs[one, other]
                        if of_place.shape[1] > 0:
                            of_place[group, one] += trip
                            of_place[group, other] += trip
                    elif now > was:
                        result[group, 2] += trip * ((now >> 32) - (was >> 32))
                        result[group, 3] += trip * ((now & _HALF) - (was & _HALF))
                        result[group, 4] += trip
                        result[group, 5] += trip_pairs[one, other]
        # Put everything back.
        for n in range(labels):
            side, k = label[n] // places, label[n] % places
            row = side * entries + first[k]
            for d in range(first[k + 1] - first[k]):
                if touched[row + d]:
                    entry[row + d] = base[row + d]
                    touched[row + d] = False
        for c in range(changes):
            weight[changed[c]] = base_weight[changed[c]]
        for n in range(group_first[group], group_first[group + 1]):
            closed[group_link[n]] = False
