"""Kernels of `paths.py`: the way of one pair, and shortcuts unpacked to links."""

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
    ru8,
    several,
    w32,
    w64,
    wb,
    ww32,
    ww64,
)

_LOW_HALF = np.int64((1 << 32) - 1)


@kernel(nothing(i32, r32, r64, w64, w32))
def lay_row(deepest, leg_depth, leg_weight, row, by):
    """Begin a search upwards with the legs of a terminal; `-1 - n` in `by` is its leg `n`."""
    row[: deepest + 1] = CLOSED
    for n in range(len(leg_depth)):
        if leg_weight[n] < row[leg_depth[n]]:
            row[leg_depth[n]], by[leg_depth[n]] = leg_weight[n], -1 - n


@kernel(i64(i64, i64, r32, r32, r32, r64, w64, w32))
def climb(u, most, depth, first_out, head_depth, weight, row, by):
    """Reach the upper neighbours of a vertex unless it is farther than `most`; how far it is, 0 if it is not used."""
    here = row[depth[u]]
    if here >= CLOSED or here > most:
        return np.int64(0)
    e = first_out[u]
    heads, weights = head_depth[e : first_out[u + 1]], weight[e : first_out[u + 1]]
    for n in range(len(heads)):
        d = np.uint64(heads[n])
        way = here + weights[n]
        by[d] = e + n if way < row[d] else by[d]
        row[d] = min(row[d], way)
    return here


@kernel(nothing(i64, r32, r64, r32, r32, r32, r32, r64, w64, w32))
def search_back(low, leg_depth, leg_weight, parent, depth, first_out, head_depth, weight, row, by):
    """`label` of one terminal, with the arc by which each ancestor is reached; `-1 - n` for its leg `n`."""
    u = low
    lay_row(depth[low], leg_depth, leg_weight, row, by)
    while u >= 0:
        climb(u, CLOSED, depth, first_out, head_depth, weight, row, by)
        u = np.int64(parent[u])


@kernel(
    i64(i64, b1, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64)
)  # fmt: skip
def look_inside(
    e, upward, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
    backward, up, down,
):  # fmt: skip
    """Open an arc in one direction: `-1 - link`, or the lower two arcs `a` and `f` of a triangle in one number.

    `(a + 1) << 32 | f`, so that zero is free to mean "not looked up yet" and no thread sees half an answer.
    """
    whole = up[e] if upward else down[e]
    for k in range(arc_first_link[e], arc_first_link[e + 1]):
        i = np.int64(arc_link[k])
        if (forward[i] if link_upward[i] == upward else backward[i]) == whole:
            return -1 - i
    x, y = tail[e], head[e]
    for k in range(first_in[x], first_in[x + 1]):
        a = np.int64(in_arc[k])
        part = down[a] if upward else up[a]
        if part > whole:
            continue
        f, stop = a + 1, np.int64(first_out[tail[a] + 1])
        while f < stop and head[f] < y:
            f += 1
        if f < stop and head[f] == y and part + (up[f] if upward else down[f]) == whole:
            return ((a + 1) << 32) + f
    return np.int64(0)


@kernel(
    several(w64, wb)(
        r32, rb, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64, w64, w64
    )
)  # fmt: skip
def unpack(
    arcs, upwards, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
    backward, up, down, found_up, found_down,
):  # fmt: skip
    """List the links of a row of arcs in driving order, and whether each is driven forward.

    Those that weigh nothing are left out.
    """
    links, ahead = np.empty(1024, np.int64), np.empty(1024, np.bool_)
    count = 0
    stack = np.empty(64, np.int64)  # twice the arc, plus one if upward
    for n in range(len(arcs)):
        stack[0], height = 2 * np.int64(arcs[n]) + upwards[n], 1
        while height > 0:
            height -= 1
            e, upward = stack[height] >> 1, (stack[height] & 1) == 1
            inside = found_up[e] if upward else found_down[e]
            if inside == 0:
                inside = look_inside(
                    e, upward, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward,
                    forward, backward, up, down,
                )  # fmt: skip
                if inside < 0:  # kept with all that is asked of a link, since every look elsewhere waits for memory
                    link = -1 - inside
                    weighs = (forward[link] if link_upward[link] == upward else backward[link]) > 0
                    inside = -2 - (2 * link + link_upward[link]) if weighs else np.int64(-1)
                if upward:
                    found_up[e] = inside
                else:
                    found_down[e] = inside
            if inside == -1:
                continue
            if inside < 0:
                if count == len(links):
                    links = np.concatenate((links, np.empty(count, np.int64)))
                    ahead = np.concatenate((ahead, np.empty(count, np.bool_)))
                links[count], ahead[count] = (-2 - inside) >> 1, ((inside & 1) == 1) == upward
                count += 1
                continue
            a, f = (inside >> 32) - 1, inside & _LOW_HALF
            if height + 2 > len(stack):
                stack = np.concatenate((stack, np.empty(len(stack), np.int64)))
            # The way leads down to the lowest vertex of the triangle and up again.
            stack[height] = 2 * (f if upward else a) + 1
            stack[height + 1] = 2 * (a if upward else f)
            height += 2
    return links[:count].copy(), ahead[:count].copy()


@kernel(i64(i64, r32, r32, r32, w32))
def trace_arcs(d, by, depth, tail, arcs):
    """Arcs of the way to the ancestor at depth `d`, from the ancestor down to the terminal; their number."""
    count = 0
    arc = by[d]
    while arc >= 0:
        arcs[count] = arc
        count += 1
        arc = by[depth[tail[arc]]]
    return count


@kernel(
    several(i64, i64, i64, i64)(
        i64, r32, r64, i64, r32, r64, r32, r32, r32, r32, r64, r64, ww64, ww32
    )
)  # fmt: skip
def meet(
    start, start_depth, start_weight, stop, stop_depth, stop_weight, parent, depth, head_depth, first_out, up, down,
    row, by,
):  # fmt: skip
    """Fastest way between two terminals, from their legs and the lowest vertices `start` and `stop`.

    Gives its packed weight, how many ancestors the two share, and the farthest vertex that was climbed from on either
    side, and fills the distances and arcs of both. The sides climb in step, so that above their common ancestor
    nobody climbs on from where the way is longer than one that is known.
    """
    lay_row(depth[start], start_depth, start_weight, row[0], by[0])
    lay_row(depth[stop], stop_depth, stop_weight, row[1], by[1])
    rise, fall, best = np.int64(0), np.int64(0), np.int64(CLOSED)
    u, v = start, stop
    while u != v and u >= 0 and v >= 0:  # ranks are a postorder: the lower of two lies below their common ancestor
        if u < v:
            rise = max(rise, climb(u, best, depth, first_out, head_depth, up, row[0], by[0]))
            u = np.int64(parent[u])
        else:
            fall = max(fall, climb(v, best, depth, first_out, head_depth, down, row[1], by[1]))
            v = np.int64(parent[v])
    shared = depth[u] + 1 if u == v and u >= 0 else 0
    for d in range(shared - 1, -1, -1):
        best = min(best, row[0, d] + row[1, d])
        rise = max(rise, climb(u, best, depth, first_out, head_depth, up, row[0], by[0]))
        fall = max(fall, climb(u, best, depth, first_out, head_depth, down, row[1], by[1]))
        u = np.int64(parent[u])
    return best, np.int64(shared), rise, fall


@kernel(
    several(w64, wb, i64, i64, i64, i64, i64)(
        i64, r32, r64, i64, r32, r64, r32, r32, r32, i64, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64,
        w64, w64,
    )
)  # fmt: skip
def trace_route(
    start, start_depth, start_weight, stop, stop_depth, stop_weight, parent, depth, head_depth, levels, first_out, head,
    tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward, backward, up, down, found_up, found_down,
):  # fmt: skip
    """Links of the fastest way between two terminals, as for `meet`.

    Gives the links in driving order and whether each is driven forward, the leg at either end, the packed weight, and
    the farthest vertex that was climbed from on either side; ties are broken by the first peak.
    """
    row, by = np.empty((2, levels), np.int64), np.empty((2, levels), np.int32)
    best, shared, rise, fall = meet(
        start, start_depth, start_weight, stop, stop_depth, stop_weight, parent, depth, head_depth, first_out, up, down,
        row, by,
    )  # fmt: skip
    peak = np.int64(-1)
    for d in range(shared):
        if row[0, d] + row[1, d] == best:
            peak = d
            break
    if best >= CLOSED:
        return np.empty(0, np.int64), np.empty(0, np.bool_), np.int64(-1), np.int64(-1), best, rise, fall
    arcs = np.empty(2 * levels, np.int32)
    rising = trace_arcs(peak, by[0], depth, tail, arcs)
    arcs[:rising] = arcs[:rising][::-1].copy()
    falling = trace_arcs(peak, by[1], depth, tail, arcs[rising:])
    count = rising + falling
    upwards = np.arange(count) < rising
    links, ahead = unpack(
        arcs[:count], upwards, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
        backward, up, down, found_up, found_down,
    )  # fmt: skip
    leaving, arriving = by[0, peak], by[1, peak]
    if rising > 0:
        leaving = by[0, depth[tail[arcs[0]]]]
    if falling > 0:
        arriving = by[1, depth[tail[arcs[count - 1]]]]
    return links, ahead, np.int64(-1 - leaving), np.int64(-1 - arriving), best, rise, fall


@kernel(several(i64, w32, w64, wb)(r64, i64, i64, b1, i64, ru8, ru8, r32, rb, r32, r32, r32))
def lay_legs(
    copies, tail_weight, head_weight, back, vehicles, copy_ahead, copy_behind, link_arc, link_upward, tail, head, depth
):  # fmt: skip
    """Lowest vertex and legs of one terminal, away or back, as `routing.labels` lays those of many.

    The copies are those of its link; it leaves by the first that the vehicles may drive, and is reached over any.
    """
    low, count = np.int64(-1), 0
    leg_depth, leg_weight = np.empty(2 * len(copies), np.int32), np.empty(2 * len(copies), np.int64)
    by_head = np.empty(2 * len(copies), np.bool_)
    for side in range(2):
        at_head = side == 1
        for n in range(len(copies)):
            copy = copies[n]
            if len(copy_ahead) > 0:
                bits = copy_ahead[copy] if at_head != back else copy_behind[copy]
                if (np.int64(bits) & vehicles) == 0:
                    continue
            arc = link_arc[copy]
            vertex = np.int64(-1 - arc)
            if arc >= 0:
                vertex = np.int64(head[arc] if link_upward[copy] == at_head else tail[arc])
            low = vertex if low < 0 else min(low, vertex)
            leg_depth[count], by_head[count] = depth[vertex], at_head
            leg_weight[count] = head_weight if at_head else tail_weight
            count += 1
            if not back:
                break
    return low, leg_depth[:count].copy(), leg_weight[:count].copy(), by_head[:count].copy()


@kernel(
    several(w64, wb, b1, b1, b1, b1, i64, i64, i64)(
        r64, i64, i64, r64, i64, i64, i64, ru8, ru8, r32, r32, r32, r32, i64, r32, r32, r32, r32, r32, r32, r32, rb,
        r64, r64, r64, r64, w64, w64,
    )
)  # fmt: skip
def trace_pair(
    start_copies, to_tail, to_head, stop_copies, from_tail, from_head, vehicles, copy_ahead, copy_behind, link_arc,
    parent, depth, head_depth, levels, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward,
    forward, backward, up, down, found_up, found_down,
):  # fmt: skip
    """Fastest way between two terminals from the packed legs to the ends of their links.

    Gives the links between and whether each is driven forward; whether the legs at the start and at the stop weigh
    anything, and whether they are those of the heads; the packed weight, and the farthest ancestor of either end.
    """
    start, start_depth, start_weight, leaves_by_head = lay_legs(
        start_copies, to_tail, to_head, False, vehicles, copy_ahead, copy_behind, link_arc, link_upward, tail, head,
        depth,
    )  # fmt: skip
    stop, stop_depth, stop_weight, arrives_by_head = lay_legs(
        stop_copies, from_tail, from_head, True, vehicles, copy_ahead, copy_behind, link_arc, link_upward, tail, head,
        depth,
    )  # fmt: skip
    none = np.int64(0)
    if start < 0 or stop < 0:
        return np.empty(0, np.int64), np.empty(0, np.bool_), False, False, False, False, np.int64(CLOSED), none, none
    links, ahead, leave, arrive, way, rise, fall = trace_route(
        start, start_depth, start_weight, stop, stop_depth, stop_weight, parent, depth, head_depth, levels, first_out,
        head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward, backward, up, down, found_up,
        found_down,
    )  # fmt: skip
    if way >= CLOSED:
        return links, ahead, False, False, False, False, way, rise, fall
    return (
        links, ahead, start_weight[leave] > 0, leaves_by_head[leave], stop_weight[arrive] > 0, arrives_by_head[arrive],
        way, rise, fall,
    )  # fmt: skip


@kernel(
    several(i64, i64, i64)(
        r64, i64, i64, r64, i64, i64, i64, ru8, ru8, r32, r32, r32, r32, i64, r32, r32, r32, rb, r64, r64,
    )
)  # fmt: skip
def weigh_pair(
    start_copies, to_tail, to_head, stop_copies, from_tail, from_head, vehicles, copy_ahead, copy_behind, link_arc,
    parent, depth, head_depth, levels, first_out, head, tail, link_upward, up, down,
):  # fmt: skip
    """Packed weight of the way that `trace_pair` finds, and the farthest ancestor of either end."""
    start, start_depth, start_weight, _ = lay_legs(
        start_copies, to_tail, to_head, False, vehicles, copy_ahead, copy_behind, link_arc, link_upward, tail, head,
        depth,
    )  # fmt: skip
    stop, stop_depth, stop_weight, _ = lay_legs(
        stop_copies, from_tail, from_head, True, vehicles, copy_ahead, copy_behind, link_arc, link_upward, tail, head,
        depth,
    )  # fmt: skip
    if start < 0 or stop < 0:
        return np.int64(CLOSED), np.int64(0), np.int64(0)
    row, by = np.empty((2, levels), np.int64), np.empty((2, levels), np.int32)
    best, _, rise, fall = meet(
        start, start_depth, start_weight, stop, stop_depth, stop_weight, parent, depth, head_depth, first_out, up, down,
        row, by,
    )  # fmt: skip
    return best, rise, fall
