"""Where ways change: every change of an axis whose ways do not return is found, as near as is said."""

from bisect import bisect_right
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.scenario import check_scenario
from wayaround.sweep.axes import Axis, read_axis
from wayaround.sweep.flips import find_flips
from wayaround.sweep.run import sweep_scenario
from wayaround.sweep.values import Kind, Value

CONTENT = {
    "title": "Flips",
    "date": "2018-02-08",
    "closures": [
        {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}, "from": "2016-06-01"},
        {"id": "nasib", "crossing": "Nasib-Jaber", "wait_h": 1},
    ],
    "trips": {"pairs": [["33.513,36.292", "33.315,44.366"], ["31.95,35.93", "36.2,37.15"]]},
}
SCENARIO = check_scenario(CONTENT, path=Path("flips.toml"), dates_as_text=True)


@given(
    limits=st.lists(st.integers(1, 9_999), min_size=1, max_size=4, unique=True).map(sorted),
    step=st.sampled_from([5, 10, 25, 50]),
)
def test_every_change_is_narrowed_down(limits: list[int], step: int) -> None:
    axis = read_axis(f"closures.zone.radius_km=0:100:{step}", SCENARIO)
    asked: list[Decimal] = []

    def way(value: Value) -> int:
        assert isinstance(value, Decimal)
        return bisect_right(limits, value * 100)

    def take(values: tuple[Value, ...]) -> tuple[int, ...]:
        asked.append(values[0])  # type: ignore[arg-type]
        return (way(values[0]),)

    sampled = np.array([[way(value)] for value in axis.values], dtype=np.int32)
    (flip,) = find_flips([axis], [(value,) for value in axis.values], sampled, paired=False, take=take)
    tolerance = Decimal("0.1") if step < 50 else Decimal(1)
    assert len(set(asked)) == len(asked), "nothing is measured twice"
    for one, other in zip(flip.stretches, flip.stretches[1:], strict=False):
        low, high = one.values[-1], other.values[0]
        assert isinstance(low, Decimal)
        assert isinstance(high, Decimal)
        assert low < high <= low + tolerance
        assert way(low) == one.way
        assert way(high) == other.way
    for each in set(range(len(limits) + 1)) - {each.way for each in flip.stretches}:
        # Only a way that is taken for hardly more than the tolerance may be missed.
        assert limits[each] - limits[each - 1] <= 2 * tolerance * 100


def test_choices_are_grouped_by_their_way() -> None:
    axis = Axis("profile", Kind.NAME, ("a", "b", "c"))
    sampled = np.array([[0], [1], [0]], dtype=np.int32)
    (flip,) = find_flips([axis], [(each,) for each in axis.values], sampled, paired=False, take=lambda values: None)
    assert [tuple(each) for each in flip.stretches] == [(("a", "c"), 0), (("b",), 1)]


def test_each_axis_is_followed_while_the_others_stand_still() -> None:
    axes = [read_axis(text, SCENARIO) for text in ("closures.zone.radius_km=20,10", "closures=zone|none")]
    values = [(one, other) for one in axes[0].values for other in axes[1].values]
    sampled = np.array([[2], [0], [1], [0]], dtype=np.int32)  # 20 with the zone, without it; 10 likewise
    flips = find_flips(axes, values, sampled, paired=False, take=lambda values: None)
    found = [(flip.axis, flip.others, [tuple(each) for each in flip.stretches]) for flip in flips]
    ten, twenty, zone, none = Decimal(10), Decimal(20), ("zone",), ()
    assert found == [
        (0, (None, zone), [((ten,), 1), ((twenty,), 2)]),
        (1, (twenty, None), [((zone,), 2), ((none,), 0)]),
        (1, (ten, None), [((zone,), 1), ((none,), 0)]),
    ]


def test_the_radius_at_which_the_zone_reaches_the_way_around_it(world: wa.RoadNetwork) -> None:
    sweep = sweep_scenario(SCENARIO, ["closures.zone.radius_km=25:100:25", "closures=zone"], network=world)
    (flip,) = sweep.flips
    assert sweep.journeys[flip.journey] == ("33.513,36.292", "33.315,44.366")
    low, high = flip.stretches[0].values[-1], flip.stretches[1].values[0]
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert high - low == Decimal("0.1")
    assert [sweep.ways[0][each.way].crossings for each in flip.stretches] == [
        ("Nasib-Jaber", "Karameh-Trebil"),
        ("al-Bukamal-al-Qaim",),
    ]
    ends = sweep_scenario(SCENARIO, [f"closures.zone.radius_km={low},{high}", "closures=zone"], network=world)
    kept = [ends.ways[0][row].crossings for row in ends.way_after[:, 0].tolist()]
    assert kept == [("Nasib-Jaber", "Karameh-Trebil"), ("al-Bukamal-al-Qaim",)]


def test_the_day_on_which_a_closure_begins(world: wa.RoadNetwork) -> None:
    sweep = sweep_scenario(SCENARIO, ["date=2016-01-01:2017-01-01:100"], network=world)
    (flip,) = sweep.flips
    assert [str(flip.stretches[0].values[-1]), str(flip.stretches[1].values[0])] == ["2016-05-31", "2016-06-01"]


def test_the_wait_from_which_another_crossing_is_faster(world: wa.RoadNetwork) -> None:
    sweep = sweep_scenario(SCENARIO, ["closures.nasib.wait_h=0:6:1"], network=world)
    (flip,) = sweep.flips
    low, high = flip.stretches[0].values[-1], flip.stretches[1].values[0]
    assert isinstance(low, Decimal)
    by_nasib, by_ramtha = (sweep.after_ds[row, 0] for row in (0, -1))
    assert float(low) * 36_000 <= by_ramtha - by_nasib <= float(high) * 36_000  # type: ignore[arg-type]


def test_paired_axes_are_followed_point_by_point(world: wa.RoadNetwork) -> None:
    axes = ["closures.zone.radius_km=95,20,60", "closures.nasib.wait_h=0,0.5,0.1"]
    (flip,) = sweep_scenario(SCENARIO, axes, paired=True, network=world).flips
    assert [each.values for each in flip.stretches] == [(Decimal(95),), (Decimal(20),), (Decimal(60),)]


def test_a_sweep_ends_when_progress_says_so(world: wa.RoadNetwork) -> None:
    told: list[tuple[str, int, int]] = []

    def stop(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        if stage == "assessing" and done >= 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sweep_scenario(SCENARIO, ["closures.zone.radius_km=1:50:1"], network=world, progress=stop)
    assert [each[::2] for each in told[-2:]] == [("assessing", 50)] * 2
    assert told[-2][1] < 3 <= told[-1][1] < 50


def test_a_value_that_shuts_nothing_is_named(world: wa.RoadNetwork) -> None:
    with pytest.raises(wa.WayaroundError) as caught:
        sweep_scenario(SCENARIO, ["closures.zone.centre=33.5,38.6|0,-30"], network=world)
    assert caught.value.message.startswith("closures.zone.centre = 0, -30: flips.toml, closures.1.circle: ")
    assert "meets no road" in caught.value.message
