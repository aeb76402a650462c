"""Where the way of a journey changes along an axis, narrowed down by halving."""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wayaround.sweep.axes import Axis, find_tolerance, sort_values
from wayaround.sweep.result import Flip, Stretch
from wayaround.sweep.values import Value, find_between

Ways = tuple[int, ...]
"""Which way each journey takes at one point."""


class _Seen(NamedTuple):
    value: Value
    ways: Ways


def find_flips(
    axes: Sequence[Axis],
    values: Sequence[tuple[Value, ...]],
    way: npt.NDArray[np.int32],
    *,
    paired: bool,
    take: Callable[[tuple[Value, ...]], Ways | None],
) -> tuple[Flip, ...]:
    """Find how ways change along each axis while the others stand still.

    Between two neighbours on an axis with order at which some journey takes different ways, the value half-way is
    measured as well, and so on in both halves, until the two are as near as `find_tolerance` says. What lies between
    neighbours with the same ways is not looked at.

    Parameters
    ----------
    axes : sequence of Axis
        What is varied.
    values : sequence of tuple
        The points, those of the last axis next to each other.
    way : (points, journeys) ndarray of int32
        Which way each journey takes.
    paired : bool
        Whether the axes go together; then nothing lies between two points.
    take : callable
        The ways at one more point; None when no more shall be measured.
    """
    journeys = way.shape[1]
    if paired:
        together = [_Seen(each[0], tuple(ways)) for each, ways in zip(values, way.tolist(), strict=True)]
        return tuple(_list_flips(together, journeys, 0, (None,) * len(axes), ordered=True))
    rows = np.arange(len(values)).reshape([len(axis.values) for axis in axes])
    flips: list[Flip] = []
    for number, axis in enumerate(axes):
        tolerance = find_tolerance(axis)
        lines = np.moveaxis(rows, number, -1).reshape(-1, len(axis.values))
        others = itertools.product(*(each.values for each in axes if each is not axis))
        for line, still in zip(lines, others, strict=True):
            seen = [_Seen(axis.values[row], tuple(way[line[row]].tolist())) for row in sort_values(axis)]
            if tolerance is not None:

                def at(value: Value, still: tuple[Value, ...] = still, number: int = number) -> Ways | None:
                    return take((*still[:number], value, *still[number:]))

                found = [[one, *_halve(one, other, tolerance, at)] for one, other in itertools.pairwise(seen)]
                seen = [*itertools.chain.from_iterable(found), seen[-1]]
            standing = (*still[:number], None, *still[number:])
            flips += _list_flips(seen, journeys, number, standing, ordered=axis.is_ordered)
    return tuple(flips)


def _halve(one: _Seen, other: _Seen, tolerance: Decimal, at: Callable[[Value], Ways | None]) -> list[_Seen]:
    """What lies between two values, as far as ways change there."""
    if one.ways == other.ways:
        return []
    between = find_between(one.value, other.value, tolerance)
    ways = None if between is None else at(between)
    if ways is None:
        return []
    middle = _Seen(between, ways)
    return [*_halve(one, middle, tolerance, at), middle, *_halve(middle, other, tolerance, at)]


def _list_flips(
    seen: Sequence[_Seen], journeys: int, axis: int, others: tuple[Value, ...], *, ordered: bool
) -> list[Flip]:
    flips = []
    for journey in range(journeys):
        ways = [each.ways[journey] for each in seen]
        if len(set(ways)) < 2:
            continue
        if ordered:
            runs = [(way, [seen[row].value for row in run]) for way, run in _runs(ways)]
        else:
            runs = [(way, [each.value for each in seen if each.ways[journey] == way]) for way in dict.fromkeys(ways)]
        flips.append(Flip(journey, axis, others, tuple(Stretch(tuple(values), way) for way, values in runs)))
    return flips


def _runs(ways: Sequence[int]) -> list[tuple[int, list[int]]]:
    return [(way, list(run)) for way, run in itertools.groupby(range(len(ways)), key=ways.__getitem__)]
