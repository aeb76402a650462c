"""Kernel of terminals: links divided where places lie on them."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.signature import CLOSED, kernel, r64, rf, several, w64


@kernel(several(w64, w64, w64, w64, w64, w64)(r64, rf, r64, r64, r64))
def split_links(link, position, forward, backward, length):
    """Times to the tail, to the head, from the tail and from the head, and metres of the tail's and the head's side.

    Each is rounded on the tail's side; a link that is shut is so on both.
    """
    count = len(link)
    to_tail, to_head = np.full(count, CLOSED, np.int64), np.full(count, CLOSED, np.int64)
    from_tail, from_head = np.full(count, CLOSED, np.int64), np.full(count, CLOSED, np.int64)
    tail_side, head_side = np.empty(count, np.int64), np.empty(count, np.int64)
    for row in range(count):
        ahead, back, whole = forward[link[row]], backward[link[row]], length[link[row]]
        if ahead < CLOSED:
            from_tail[row] = np.int64(np.rint(ahead * position[row]))
            to_head[row] = ahead - from_tail[row]
        if back < CLOSED:
            to_tail[row] = np.int64(np.rint(back * position[row]))
            from_head[row] = back - to_tail[row]
        tail_side[row] = np.int64(np.rint(whole * position[row]))
        head_side[row] = whole - tail_side[row]
    return to_tail, to_head, from_tail, from_head, tail_side, head_side
