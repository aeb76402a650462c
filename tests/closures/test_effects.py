"""Shut wins, factors multiply, waits add; and legs of terminals follow."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.closures.closure import Closure, LinkIds
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import MatchedClosure
from wayaround.errors import ScenarioError
from wayaround.network.snap import SnappedPoints
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

BASE = LinkWeights(
    np.array([1000, 600], dtype=np.int64), np.array([1000, UNREACHABLE], dtype=np.int64), np.array([2000, 900])
)
HOUR = 36_000


def on_link(
    link: int, start: float = 0.0, end: float = 1.0, *, at: float = 0.5, wait_h: float | None = None, **how: float
) -> MatchedClosure:
    closure = Closure(LinkIds((link,)), wait_h=wait_h, **how)  # type: ignore[arg-type]
    one = np.ones(1)
    return MatchedClosure(closure, np.array([link]), start * one, end * one, at * one, at * one)


def point_at(link: int, position: float) -> SnappedPoints:
    zero = np.zeros(1)
    return SnappedPoints(zero, zero, np.array([link]), np.array([position]), zero, zero, zero)


def test_a_wait_is_added_once_in_each_direction() -> None:
    roads = apply_closures(BASE, [on_link(0, wait_h=6)])
    assert roads.weights.forward_ds[0] == 1000 + 6 * HOUR
    assert roads.weights.backward_ds[0] == 1000 + 6 * HOUR
    assert roads.weights.forward_ds[1] == 600


def test_waits_add_factors_multiply_shut_wins() -> None:
    waits = apply_closures(BASE, [on_link(0, wait_h=1), on_link(0, wait_h=2)])
    assert waits.weights.forward_ds[0] == 1000 + 3 * HOUR
    slow = apply_closures(BASE, [on_link(0, speed_factor=0.5), on_link(0, speed_factor=0.5)])
    assert slow.weights.forward_ds[0] == 4000
    shut = apply_closures(BASE, [on_link(0, wait_h=1), on_link(0)])
    assert shut.weights.forward_ds[0] == UNREACHABLE


def test_many_factors_stop_at_a_thousandth() -> None:
    roads = apply_closures(BASE, [on_link(0, speed_factor=0.5)] * 2000)
    assert roads.weights.forward_ds[0] == 1000 * 1000


def test_only_the_way_concerned_is_shut_and_only_both_are_inside() -> None:
    yes, no = np.ones(1, dtype=bool), np.zeros(1, dtype=bool)
    there, back = (replace(on_link(0), ways=ways) for ways in ((yes, no), (no, yes)))
    one, both = apply_closures(BASE, [there]), apply_closures(BASE, [there, back])
    assert (one.weights.forward_ds[0], one.weights.backward_ds[0]) == (UNREACHABLE, 1000)
    assert both.weights.backward_ds[0] == UNREACHABLE
    assert [roads.inside(point_at(0, 0.5)).tolist() for roads in (one, both)] == [[False], [True]]


def test_a_limit_holds_for_the_speed_of_the_link_and_its_share_of_the_day() -> None:
    # 2,000 m in 1,000 ds are 72 km/h
    assert apply_closures(BASE, [on_link(0, max_kmh=36)]).weights.forward_ds[0] == 2000
    assert apply_closures(BASE, [on_link(0, max_kmh=90)]).weights.forward_ds[0] == 1000
    assert apply_closures(BASE, [on_link(0, max_kmh=36, day_share=0.25)]).weights.forward_ds[0] == 1250
    assert apply_closures(BASE, [on_link(0, max_kmh=36, speed_factor=0.25)]).weights.forward_ds[0] == 4000


def test_a_one_way_link_stays_one_way() -> None:
    roads = apply_closures(BASE, [on_link(1, wait_h=1)])
    assert roads.weights.backward_ds[1] == UNREACHABLE
    assert roads.weights.forward_ds[1] == 600 + HOUR


def test_only_the_stretch_concerned_is_slow() -> None:
    roads = apply_closures(BASE, [on_link(0, 0.0, 0.25, speed_factor=0.5)])
    assert roads.weights.forward_ds[0] == 1250


def test_a_terminal_beside_a_shut_stretch_leaves_by_the_other_end() -> None:
    roads = apply_closures(BASE, [on_link(0, 0.4, 0.6)])
    legs = roads.terminals(point_at(0, 0.2))
    assert (legs.to_tail_ds[0], legs.from_tail_ds[0]) == (200, 200)
    assert (legs.to_head_ds[0], legs.from_head_ds[0]) == (UNREACHABLE, UNREACHABLE)
    assert not roads.inside(point_at(0, 0.2))[0]
    assert roads.inside(point_at(0, 0.5))[0]


def test_a_terminal_at_the_junction_of_a_shut_link_is_not_inside() -> None:
    roads = apply_closures(BASE, [on_link(0)])
    assert not roads.inside(point_at(0, 0.0))[0]
    assert roads.terminals(point_at(0, 0.0)).to_tail_ds[0] == 0
    assert roads.inside(point_at(0, 0.3))[0]


@given(position=st.floats(0, 1), at=st.floats(0, 1), wait_h=st.floats(0.1, 24))
def test_whoever_drives_the_whole_link_by_way_of_a_terminal_waits_once(
    position: float, at: float, wait_h: float
) -> None:
    roads = apply_closures(BASE, [on_link(0, at=at, wait_h=wait_h)])
    legs = roads.terminals(point_at(0, position))
    whole = int(roads.weights.forward_ds[0])
    assert abs(int(legs.from_tail_ds[0] + legs.to_head_ds[0]) - whole) <= 1
    assert abs(int(legs.from_head_ds[0] + legs.to_tail_ds[0]) - whole) <= 1


@given(position=st.floats(0, 1))
def test_without_closures_the_two_legs_make_the_link(position: float) -> None:
    legs = apply_closures(BASE, []).terminals(point_at(0, position))
    assert legs.from_tail_ds[0] + legs.to_head_ds[0] == 1000
    assert legs.from_head_ds[0] + legs.to_tail_ds[0] == 1000
    assert legs.tail_m[0] + legs.head_m[0] == 2000
    assert legs.to_tail_ds[0] == legs.from_tail_ds[0]


@given(one=st.floats(0, 0.3), other=st.floats(0, 0.3), beyond=st.booleans(), factor=st.floats(0.001, 0.999))
def test_a_journey_beside_a_slow_stretch_of_its_link_takes_as_long_as_before(
    one: float, other: float, beyond: bool, factor: float
) -> None:
    shift = 0.7 if beyond else 0.0
    zero = np.zeros(2)
    both = SnappedPoints(zero, zero, np.zeros(2, dtype=np.int64), np.array([one, other]) + shift, zero, zero, zero)
    pair = np.array([0]), np.array([1])
    before = apply_closures(BASE, []).terminals(both).direct(*pair)
    after = apply_closures(BASE, [on_link(0, 0.35, 0.65, speed_factor=factor)]).terminals(both).direct(*pair)
    assert before == after


def test_factors_multiply_only_where_stretches_overlap() -> None:
    roads = apply_closures(BASE, [on_link(0, 0.0, 0.5, speed_factor=0.5), on_link(0, 0.25, 1.0, speed_factor=0.25)])
    assert roads.weights.forward_ds[0] == 250 * 2 + 250 * 8 + 500 * 4


@pytest.mark.parametrize(
    "how",
    [
        {"wait_h": -1.0},
        {"wait_h": 1001.0},
        {"wait_h": float("nan")},
        {"speed_factor": 0.0},
        {"speed_factor": 1e-300},
        {"speed_factor": 1.0},
        {"wait_h": 1.0, "speed_factor": 0.5},
    ],
)
def test_a_closure_out_of_range_is_refused(how: dict[str, float]) -> None:
    with pytest.raises(ScenarioError, match='closure "c"'):
        Closure(LinkIds((0,)), id="c", **how)  # type: ignore[arg-type]
