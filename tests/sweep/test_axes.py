"""Axes: exact ranges, what a scenario has to vary, and one sentence for whatever it has not."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.scenario import check_scenario
from wayaround.sweep.axes import find_tolerance, read_axis
from wayaround.sweep.points import list_points, make_point
from wayaround.sweep.values import MOST_POINTS, find_between, say_value

CONTENT = {
    "title": "Axes",
    "closures": [
        {"id": "zone", "circle": {"lat": 33.5, "lon": 38.6, "radius_km": 55}},
        {"id": "a.b=c", "point": {"lat": 33.5, "lon": 36.3}, "wait_h": 1},
        {"id": "nasib", "crossing": "Nasib-Jaber"},
    ],
    "trips": {"pairs": [["33.5,36.3", "33.3,44.4"]]},
}
SCENARIO = check_scenario(CONTENT, path=Path("axes.toml"))


def said(text: str) -> list[str]:
    return [say_value(value) for value in read_axis(text, SCENARIO).values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("closures.zone.radius_km=5:20:5", ["5", "10", "15", "20"]),
        ("closures.zone.radius_km=5:19.9:5", ["5", "10", "15"]),
        ("closures.zone.radius_km=0.1:0.3:0.1", ["0.1", "0.2", "0.3"]),
        ("closures.zone.radius_km=7", ["7"]),
        ("closures.zone.radius_km=30,5,1e1", ["30", "5", "10"]),
        ("closures.zone.lat=-1:1:1", ["-1", "0", "1"]),
        ("date=2018-02-27:2018-03-02:1", ["2018-02-27", "2018-02-28", "2018-03-01", "2018-03-02"]),
        ("closures.zone.from=2018-01-01,2017-01-01", ["2018-01-01", "2017-01-01"]),
        ("closures.a.b=c.wait_h=0:1:0.5", ["0", "0.5", "1"]),
        ("closures.a.b=c.section=true,false", ["true", "false"]),
        ("closures.nasib.crossing=Nasib-Jaber, Karameh-Trebil", ["Nasib-Jaber", "Karameh-Trebil"]),
        ("closures=zone,nasib|zone|none", ["zone + nasib", "zone", "none"]),
        ("closures.zone.centre=0,0|0,1", ["0, 0", "0, 1"]),
        ("closures.zone.centre=0,179..0,-179:3", ["0, 179", "0, 180", "0, -179"]),
        ("party=none,humanitarian", ["none", "humanitarian"]),
        ("profile=car,truck", ["car", "truck"]),
        ("profile.speed_kmh_by_class.primary=50:60:10", ["50", "60"]),
    ],
)
def test_values_are_exact(text: str, values: list[str]) -> None:
    assert [each.replace("-180", "180") for each in said(text)] == values


@given(
    start=st.decimals(-1000, 1000, places=3),
    step=st.decimals("0.001", 50, places=3),
    count=st.integers(1, 300),
)
def test_both_ends_of_a_range_are_hit(start: Decimal, step: Decimal, count: int) -> None:
    stop = start + (count - 1) * step
    values = read_axis(f"closures.zone.lat={start}:{stop}:{step}", SCENARIO).values
    assert values == tuple(start + row * step for row in range(count))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("closures.zone.radius=5", 'closure "zone" has no "radius" to vary; the nearest is "radius_km"'),
        ("closures.nasib.radius_km=5", 'closure "nasib" has no "radius_km" to vary'),
        ("closures.zon.radius_km=5", 'no closure is called "zon"; the nearest is "zone"'),
        ("closures.zone=5", 'what to vary of closure "zone" is missing; say one of wait_h,'),
        ("closures=zone|nasb", 'no closure is called "nasb"; the nearest is "nasib"'),
        ("closures=zone,|none", "an id is missing"),
        ("profile.weight=3", 'no value of a vehicle is called "weight"; the nearest is "weight_t"'),
        ("profile.speed_kmh_by_class=3", "write profile.speed_kmh_by_class.NAME"),
        ("profile.weight_t.primary=3", "write profile.weight_t"),
        ("datum=2018-02-08", 'there is no "datum" to vary; the nearest is "date"'),
        ("network=other", 'there is no "network" to vary'),
        ("trips.file=/etc/passwd", 'there is no "trips.file" to vary'),
        ("closures.zone.geojson=/etc/passwd", 'closure "zone" has no "geojson" to vary'),
        ("closures.zone.radius_km", "the values are missing"),
        ("closures.zone.radius_km=", "the values are missing"),
        ("closures.zone.radius_km=20:5:5", "the range is empty, it ends before it begins; write 5:20:5"),
        ("closures.zone.radius_km=5:20:0", "the step must be above 0"),
        ("closures.zone.radius_km=5:20", "a range has three parts"),
        ("closures.zone.radius_km=5,x", '"x" is no number'),
        ("closures.zone.radius_km=nan", '"nan" is no number'),
        ("closures.zone.radius_km=1e400", "more than 12 digits"),
        ("closures.zone.radius_km=5,5.0", "5 is given twice"),
        ("closures.zone.radius_km=0:5000:0.1", "50,001 values are more than the 10,000 that a sweep has"),
        ("date=2018-13-01", '"2018-13-01" is no day; write it as 2018-02-08'),
        ("date=2018-03-01:2018-02-01:7", "the range is empty, it ends before it begins; write 2018-02-01:2018-03-01:7"),
        ("date=2018-02-01:2018-03-01:0.5", "days step by whole days"),
        ("closures.zone.centre=33,38..34,39", "say how many centres"),
        ("closures.zone.centre=33,38..34,39:1", "a line has 2 centres or more, not 1"),
        ("closures.zone.centre=33,38..33,38:5", "the line begins where it ends"),
        ("closures.zone.centre=33,38..34:5", '"34" is no latitude and longitude'),
        ("closures.zone.centre=99,38..34,39:5", '"99,38" is not on the globe'),
        ("closures.a.b=c.section=maybe", '"maybe" is neither true nor false'),
        ("profile=car,,truck", "a name is missing between two commas"),
    ],
)
def test_what_is_wrong_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(wa.WayaroundError) as caught:
        read_axis(text, SCENARIO)
    assert caught.value.message.startswith(f'vary "{text}": ')
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "a sweep varies something"),
        (["date=2018-01-01", "date=2018-01-02"], 'vary "date" is given twice'),
        (
            ["closures.zone.centre=33,38|34,39", "closures.zone.lat=33"],
            'already says where; leave out "closures.zone.lat"',
        ),
        (["closures.zone.radius_km=1:101:1", "closures.zone.lon=1:100:1"], "10,100 points are more than the 10,000"),
        (
            ["closures.zone.radius_km=1,3000"],
            "closures.zone.radius_km = 3000: input should be less than or equal to 2000.",
        ),
        (["closures.a.b=c.speed_factor=0.5"], "a closure has wait_h or speed_factor, not both"),
        (["closures.zone.from=2018-02-01", "closures.zone.until=2018-01-01"], "is before from"),
        (["profile=lorry"], 'no profile is called "lorry"; the nearest is "car"'),
        (["profile.speed_kmh_by_class.primry=5"], 'no class of road is called "primry"; the nearest is "primary"'),
        (["profile.mode=tank"], "profile.mode = tank: input should be 'car' or 'hgv'."),
    ],
)
def test_points_that_cannot_be_are_one_sentence(texts: list[str], sentence: str) -> None:
    with pytest.raises(wa.WayaroundError) as caught:
        list_points(SCENARIO, [read_axis(text, SCENARIO) for text in texts], paired=False)
    assert sentence in caught.value.message


def test_paired_axes_are_as_long_as_each_other() -> None:
    axes = [read_axis(text, SCENARIO) for text in ("closures.zone.radius_km=1:3:1", "closures.zone.lat=1,2")]
    with pytest.raises(wa.WayaroundError, match=r"these have: closures.zone.radius_km 3, closures.zone.lat 2\."):
        list_points(SCENARIO, axes, paired=True)


def test_a_point_holds_its_values_and_nothing_else_changes() -> None:
    texts = ("closures=zone|none", "closures.zone.radius_km=7", "profile.weight_t=3", "profile=car", "date=2020-02-29")
    axes = [read_axis(text, SCENARIO) for text in texts]
    scenario = make_point(SCENARIO, axes, [axis.values[0] for axis in axes]).scenario
    assert [entry.id for entry in scenario.closures] == ["zone"]
    assert scenario.closures[0].circle is not None
    assert scenario.closures[0].circle.radius_km == 7
    assert (
        scenario.profile
        == wa.Scenario.model_validate(
            {"title": "x", "profile": {"base": "car", "weight_t": 3.0}, "trips": CONTENT["trips"]}
        ).profile
    )
    assert scenario.date == datetime.date(2020, 2, 29)
    assert (scenario.trips, scenario.title) == (SCENARIO.trips, SCENARIO.title)
    assert SCENARIO.closures[0].circle is not None
    assert SCENARIO.closures[0].circle.radius_km == 55


@given(one=st.integers(0, 10_000), gap=st.integers(1, 5_000))
def test_halving_stays_on_the_grid_and_ends(one: int, gap: int) -> None:
    axis = read_axis(f"closures.zone.lat={Decimal(one) / 1000},{Decimal(one + gap) / 1000}", SCENARIO)
    tolerance = find_tolerance(axis)
    assert tolerance is not None
    assert tolerance * 50 <= Decimal(gap) / 1000
    low, high = axis.values
    steps = 0
    while (between := find_between(low, high, tolerance)) is not None:
        assert isinstance(between, Decimal)
        assert low < between < high  # type: ignore[operator]
        assert (between - axis.values[0]) % tolerance == 0  # type: ignore[operator]
        low, steps = between, steps + 1
    assert high - low <= tolerance  # type: ignore[operator]
    assert steps < 12


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("closures.zone.radius_km=5", "km"),
        ("closures.zone.lat=5", ""),
        ("profile.speed_kmh_by_class.primary=60", "km/h"),
        ("profile.gate_s=60", "s"),
        ("date=2018-02-08", ""),
    ],
)
def test_a_unit_is_that_of_the_key(text: str, unit: str) -> None:
    assert read_axis(text, SCENARIO).unit == unit


def test_a_sentence_repeats_no_more_than_it_needs() -> None:
    for text in (
        "x" * 100_000,
        "closures.zone.radius_km=" + ",".join(map(str, range(50_000))),
        "closures=" + "y" * 9_999,
    ):
        with pytest.raises(wa.WayaroundError) as caught:
            read_axis(text, SCENARIO)
        assert len(caught.value.message) < 600


@given(st.text(max_size=40))
def test_any_text_is_an_axis_or_a_sentence(text: str) -> None:
    for said in (text, f"closures.zone.radius_km={text}", f"date={text}", f"closures.zone.centre={text}"):
        try:
            axis = read_axis(said, SCENARIO)
        except wa.WayaroundError as error:
            axis, sentence = None, error.message
        assert axis.values if axis is not None else sentence.endswith(".")


def test_an_axis_has_no_more_values_than_a_sweep_has_points() -> None:
    assert len(said(f"closures.zone.radius_km=1:{MOST_POINTS}:1")) == MOST_POINTS
