"""Kernels of `totals.py`: sums over all pairs that never hold a matrix."""

# The types stand in the signature above each kernel, where Numba checks them.
# mypy: disable-error-code="no-untyped-def,arg-type,assignment"

import numpy as np

from wayaround.routing.kernels.labels import fill_row
from wayaround.routing.kernels.signature import CLOSED, i64, kernel, nothing, r32, r64, rr64, ww64

_TILE = 2048  # places whose labels, before and after, stay in the second-level cache
_METRES = np.int64((1 << 32) - 1)


@kernel(
    nothing(i64, i64, r64, r32, r32, r32, r32, r32, r64, r64, r64, r64, rr64, r64, r64, r64, ww64)
)  # fmt: skip
def sum_rows(
    start, stop, first, begin, end, shared, outer, inner, near_first, near, near_way, entry, column, origin_weight,
    destination_weight, group, total,
):  # fmt: skip
    """Add the rows of some places to the totals of their groups; see `WayTotals` for the columns of `total`."""
    places = len(inner)
    row = np.empty(min(places, _TILE), np.int64)
    for left in range(0, places, _TILE):
        right = min(left + _TILE, places)
        weight = destination_weight[left:right]
        for k in range(start, stop):
            fill_row(k, left, right, first, entry, column, begin, end, shared, outer, inner, row)
            for n in range(near_first[k], near_first[k + 1]):
                if left <= near[n] and near[n] < right:
                    row[near[n] - left] = min(row[near[n] - left], near_way[n])
            if left <= k and k < right:  # nobody drives from a place to itself
                row[k - left] = CLOSED
            pairs, reached, ds, m = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
            for j in range(right - left):
                way, is_open = row[j], row[j] < CLOSED
                w = weight[j] if is_open else 0
                pairs += is_open
                reached += w
                ds += w * (way >> 32)
                m += w * (way & _METRES)
            own, w = total[group[k]], origin_weight[k]
            own[0] += pairs
            own[1] += w * reached
            own[2] += w * ds
            own[3] += w * m


@kernel(
    nothing(
        i64, i64, r64, r32, r32, r32, r32, r32, r64, r64, r64, r64, rr64, r64, rr64, r64, r64, r64, r64, ww64
    )
)  # fmt: skip
def compare_rows(
    start, stop, first, begin, end, shared, outer, inner, near_first, near, before_near, before_entry,
    before_column, after_entry, after_column, after_near, origin_weight, destination_weight, group, total,
):  # fmt: skip
    """Add the rows of some places to the totals of their groups; see `totals.py` for the columns of `total`."""
    places = len(inner)
    before, after = np.empty(min(places, _TILE), np.int64), np.empty(min(places, _TILE), np.int64)
    for left in range(0, places, _TILE):
        right = min(left + _TILE, places)
        weight = destination_weight[left:right]
        for k in range(start, stop):
            fill_row(k, left, right, first, before_entry, before_column, begin, end, shared, outer, inner, before)
            fill_row(k, left, right, first, after_entry, after_column, begin, end, shared, outer, inner, after)
            for n in range(near_first[k], near_first[k + 1]):
                j = near[n]
                if left <= j and j < right:
                    before[j - left] = min(before[j - left], before_near[n])
                    after[j - left] = min(after[j - left], after_near[n])
            if left <= k and k < right:  # nobody drives from a place to itself
                before[k - left], after[k - left] = CLOSED, CLOSED
            pairs, reached, ds, m = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
            for j in range(right - left):
                way, w = before[j], weight[j]
                is_open = way < CLOSED
                pairs += is_open
                reached += w if is_open else 0
                ds += w * (way >> 32) if is_open else 0
                m += w * (way & _METRES) if is_open else 0
            cut, cut_weight, longer, longer_weight = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
            extra_ds, extra_m = np.int64(0), np.int64(0)
            for j in range(right - left):
                if before[j] != after[j]:
                    if after[j] >= CLOSED:
                        cut += 1
                        cut_weight += weight[j]
                    elif before[j] < CLOSED:
                        longer += after[j] > before[j]
                        longer_weight += weight[j] if after[j] > before[j] else 0
                        extra_ds += weight[j] * ((after[j] >> 32) - (before[j] >> 32))
                        extra_m += weight[j] * ((after[j] & _METRES) - (before[j] & _METRES))
            row, w = total[group[k]], origin_weight[k]
            row[0] += pairs
            row[1] += w * reached
            row[2] += w * ds
            row[3] += w * m
            row[4] += longer
            row[5] += w * longer_weight
            row[6] += w * extra_ds
            row[7] += w * extra_m
            row[8] += cut
            row[9] += w * cut_weight
