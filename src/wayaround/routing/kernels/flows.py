"""Kernels of `paths.py`: flows of many pairs, from peaks down the labels and arcs to links."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.paths import look_inside, search_back
from wayaround.routing.kernels.signature import i64, kernel, nothing, r32, r64, rb, w64

_LOW_HALF = np.int64((1 << 32) - 1)


@kernel(
    nothing(
        r32, r64, r32, r64, r64, w64, i64, r32, r32, r32, r32, r32, r64, w64, w64
    )
)  # fmt: skip
def spread_labels(
    low, leg_first, leg_depth, leg_weight, first, flow, levels, parent, depth, first_out, head_depth, tail, weight,
    arc_flow, leg_flow,
):  # fmt: skip
    """Take the flow that peaks at each ancestor down the arcs of the label to the legs of its terminal."""
    row, by = np.empty(levels, np.int64), np.empty(levels, np.int32)
    for k in range(len(low)):
        mine = flow[first[k] : first[k + 1]]
        if not mine.any():
            continue
        legs = slice(leg_first[k], leg_first[k + 1])
        search_back(
            low[k], leg_depth[legs], leg_weight[legs], parent, depth, first_out, head_depth, weight, row, by
        )  # fmt: skip
        for d in range(len(mine)):
            if mine[d] == 0:
                continue
            if by[d] < 0:
                leg_flow[leg_first[k] - 1 - by[d]] += mine[d]
            else:
                arc_flow[by[d]] += mine[d]
                mine[depth[tail[by[d]]]] += mine[d]


@kernel(
    nothing(
        w64, w64, r32, r32, r32, r32, r32, r32, r32, rb, r64, r64, r64, r64, w64, w64
    )
)  # fmt: skip
def spread_arcs(
    up_flow, down_flow, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward, forward,
    backward, up, down, forward_flow, backward_flow,
):  # fmt: skip
    """Take the flow on the arcs down to the links, highest arcs first."""
    for e in range(len(head) - 1, -1, -1):
        for upward in (True, False):
            flow = up_flow[e] if upward else down_flow[e]
            if flow == 0:
                continue
            inside = look_inside(
                e, upward, first_out, head, tail, first_in, in_arc, arc_first_link, arc_link, link_upward,
                forward, backward, up, down,
            )  # fmt: skip
            a, f = (inside >> 32) - 1, inside & _LOW_HALF
            if inside < 0:
                link = -1 - inside
                if link_upward[link] == upward:
                    forward_flow[link] += flow
                else:
                    backward_flow[link] += flow
            elif upward:
                down_flow[a] += flow
                up_flow[f] += flow
            else:
                up_flow[a] += flow
                down_flow[f] += flow
