"""Rows that each lead one way, brought together as links that may be driven both ways."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from wayaround.network.exchange.noding import Lines
from wayaround.units import BoolArray, FloatArray, Int64Array


@dataclass(frozen=True, slots=True, eq=False)
class RowPairs:
    """Links out of rows: the row along each and the row against it, -1 where there is none."""

    along: Int64Array
    against: Int64Array


def pair_rows(
    start: Int64Array,
    end: Int64Array,
    *,
    length_m: FloatArray,
    course: Lines,
    both_ways: BoolArray | None = None,
    alone: BoolArray | None = None,
) -> RowPairs:
    """Find the links of rows: two of one course and length in opposite directions are one.

    Parameters
    ----------
    start, end : (rows,) ndarray of int64
        Nodes.
    length_m : (rows,) ndarray of float64
        Lengths; NaN where none is known.
    course : (rows,) ndarray of shapely lines
        From start to end.
    both_ways, alone : (rows,) ndarray of bool, optional
        Rows that are a whole link, driven both ways or one way only.

    Returns
    -------
    RowPairs
        In the order of the first row of each; that row runs along the link.
    """
    rows = np.arange(len(start))
    none = np.zeros(len(start), dtype=np.bool_)
    both_ways = none if both_ways is None else both_ways
    alone = none if alone is None else alone
    wkb, turned_wkb = shapely.to_wkb(course), shapely.to_wkb(shapely.reverse(course))
    closes = np.array([one <= other for one, other in zip(wkb, turned_wkb, strict=True)], dtype=np.bool_)
    upwards = np.where(start == end, closes, start < end)
    arcs = pd.DataFrame(
        {
            "low": np.minimum(start, end),
            "high": np.maximum(start, end),
            "length": np.round(length_m, 3),  # sums of one course in two directions differ in their last digits
            "course": np.where(upwards, wkb, turned_wkb),
            "alone": np.where(both_ways | alone, rows, -1),
        }
    )
    keys = list(arcs.columns)
    arcs["upwards"] = upwards
    arcs["turn"] = arcs.groupby([*keys, "upwards"], sort=False, dropna=False).cumcount()
    link = arcs.groupby([*keys, "turn"], sort=False, dropna=False).ngroup().to_numpy()
    _, along, of_row = np.unique(link, return_index=True, return_inverse=True)
    second = np.setdiff1d(rows, along)
    against = np.full(len(along), -1)
    against[of_row[second]] = second
    against[both_ways[along]] = along[both_ways[along]]
    order = np.argsort(along)
    return RowPairs(along[order], against[order])
