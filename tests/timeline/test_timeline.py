"""Spans cut time where it has to be cut, and each span is what `assess` gives for every day of it."""

import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.assess import load_scenario_profile
from wayaround.closures.closure import Closure, CrossingName
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import read_trips
from wayaround.errors import ScenarioError
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, STATUSES
from wayaround.reports.timeline import say_change, summarise_timeline
from wayaround.scenario import check_scenario
from wayaround.timeline.spans import DAY, MOST_SPANS, list_spans
from wayaround.units import UNREACHABLE

EXAMPLE = Path(__file__).parents[2] / "examples" / "one-year.toml"
FIRST = datetime.date(2030, 1, 1)
NASIB = CrossingName("Nasib-Jaber")
CONTENT: dict[str, Any] = {
    "title": "Days",
    "party": "humanitarian",
    "closures": [
        {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}, "from": "2018-02-01"},
        {"id": "nasib", "crossing": "Nasib-Jaber", "wait_h": 2, "from": "2018-01-10", "until": "2018-03-01"},
        {"id": "always", "crossing": "Daraa-Ramtha", "baseline": True, "until": "2018-02-20"},
        {"id": "others", "crossing": "Karameh-Trebil", "except_for": ["humanitarian"], "from": "2018-02-10"},
        {
            "id": "city",
            "circle": {"lat": 33.3, "lon": 44.4, "radius_km": 30},
            "from": "2018-03-05",
            "until": "2018-03-05",
        },
    ],
    "trips": {
        "pairs": [["33.513,36.292", "33.315,44.366"], ["31.95,35.93", "36.2,37.15"]],
        "cities": {"countries": ["SY", "JO"], "min_population": 200_000},
    },
}


def days() -> st.SearchStrategy[datetime.date | None]:
    return st.none() | st.integers(0, 30).map(lambda each: FIRST + each * DAY)


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    one, other = draw(days()), draw(days())
    if one is not None and other is not None:
        one, other = sorted((one, other))
    only_for = draw(st.sampled_from([(), ("a",), ("b",)]))
    return Closure(NASIB, from_date=one, until_date=other, only_for=only_for)


@given(st.lists(closures(), max_size=6), st.sampled_from([None, "a"]), days(), days())
def test_spans_are_the_days_grouped_by_what_is_in_force(
    listed: list[Closure], party: str | None, first: datetime.date | None, last: datetime.date | None
) -> None:
    try:
        spans = list_spans(listed, party=party, first=first, last=last)
    except ScenarioError:
        dated = [each for each in listed if each.from_date or each.until_date]
        concerned = [each for each in dated if not each.only_for or party in each.only_for]
        assert not concerned or (last is not None and (first is None or last < first)) or first is not None
        return

    def in_force(day: datetime.date) -> tuple[int, ...]:
        return tuple(row for row, each in enumerate(listed) if each.reason_not_in_force(day, party) is None)

    assert first in (None, spans[0].first)
    assert last in (None, spans[-1].last)
    for span in spans:
        assert {in_force(span.first + each * DAY) for each in range(span.days)} == {span.in_force}
    for one, other in pairwise(spans):
        assert other.first == one.last + DAY
        assert set(other.begun) == set(other.in_force) - set(one.in_force)
        assert other.begun + other.ended
        assert set(other.ended) == set(one.in_force) - set(other.in_force)
    if first is None and last is None:  # nothing happens outside
        assert in_force(spans[0].first - 40 * DAY) == spans[0].in_force
        assert in_force(spans[-1].last + 40 * DAY) == spans[-1].in_force


def test_the_ends_of_the_calendar() -> None:
    always = Closure(NASIB, from_date=datetime.date.min, until_date=datetime.date.max)
    (span,) = list_spans([always])
    assert (span.first, span.days, span.in_force) == (datetime.date.min, 1, (0,))


def test_each_span_is_what_assess_gives_for_its_days(world: wa.RoadNetwork) -> None:
    scenario = check_scenario(CONTENT, path=Path("days.toml"), dates_as_text=True)
    timeline = wa.assess_timeline(scenario, network=world)
    states = timeline.states
    assert [span.first.isoformat() for span in timeline.spans] == [
        "2018-01-09",
        "2018-01-10",
        "2018-02-01",
        "2018-02-21",
        "2018-03-02",
        "2018-03-05",
        "2018-03-06",
    ]
    profile = load_scenario_profile(scenario)
    trips = read_trips(scenario, world, profile=profile)
    named = np.flatnonzero(trips.named)
    for row, span in enumerate(timeline.spans):
        for day in {span.first, span.last}:
            alone = wa.assess(
                world,
                closures=read_closures(scenario),
                trips=trips,
                profile=profile,
                date=day,
                party="humanitarian",
            )
            assert states.counts[row].tolist() == [alone.count(status) for status in range(len(STATUSES))]
            stays = trips.counted & (alone.before.time_ds < UNREACHABLE) & (alone.after.time_ds < UNREACHABLE)
            extra = int(((alone.after.time_ds - alone.before.time_ds)[stays] * trips.weight[stays]).sum())
            assert states.extra_weighted_h[row] == extra / 36_000 / trips.quanta
            lost = trips.counted & np.isin(alone.status, (CUT_OFF, INSIDE_ZONE))
            assert states.cut_off_weight[row] == int(trips.weight[lost].sum()) / trips.quanta
            assert states.before_ds[row].tolist() == alone.before.time_ds[named].tolist()
            assert states.after_ds[row].tolist() == alone.after.time_ds[named].tolist()
            assert states.after_m[row].tolist() == alone.after.length_m[named].tolist()
            assert states.status[row].tolist() == alone.status[named].tolist()
            for journey, listed in enumerate(alone.journeys[: len(named)]):
                way = states.ways[journey][states.way_after[row, journey]]
                assert way.crossings == listed.crossings_after
            reports = [report.matched.closure.id for report in alone.closures if report.in_force]
            assert [timeline.closures[each].id for each in span.in_force] == reports


def test_changes_add_up_to_the_spans_and_are_said(world: wa.RoadNetwork) -> None:
    timeline = wa.assess_timeline(wa.read_scenario(EXAMPLE), network=world)
    summary = summarise_timeline(timeline)
    for one, other, change in zip(summary["spans"], summary["spans"][1:], summary["changes"], strict=False):
        assert set(other["closures"]) == set(one["closures"]) - set(change["end"]) | set(change["begin"])
        assert {name: one["pairs"][name] + more for name, more in change["pairs"].items()} == other["pairs"]
        for journey in change["journeys"]:
            assert journey["before"] in one["journeys"]
            assert journey["after"] in other["journeys"]
    said = [say_change(timeline, change) for change in timeline.changes()]
    assert said[1] == ["2030-04-01: nasib ends, nasib-queue begins", "changes nothing"]
    assert said[3][:2] == [
        "2030-05-06: tanf begins",
        "Damascus, SY to Baghdad, IQ: from 793 km by al-Tanf-al-Walid, 10 h 34 min to 944 km by Daraa-Ramtha, "
        "Karameh-Trebil, 12 h 36 min",
    ]


@pytest.mark.parametrize(
    ("closures", "first", "last", "problem"),
    [
        ([Closure(NASIB)], None, None, "no closure has a day"),
        ([Closure(NASIB, from_date=FIRST, only_for=("a",))], None, None, "no closure has a day"),
        ([Closure(NASIB, from_date=FIRST)], FIRST, FIRST - DAY, "before it begins on 2030-01-01"),
        (
            [
                Closure(NASIB, from_date=FIRST + 2 * each * DAY, until_date=FIRST + 2 * each * DAY)
                for each in range(2600)
            ],
            None,
            None,
            f"5,201 spans of days are more than the {MOST_SPANS:,}",
        ),
    ],
)
def test_what_is_no_timeline_is_said(
    closures: list[Closure], first: datetime.date | None, last: datetime.date | None, problem: str
) -> None:
    with pytest.raises(ScenarioError, match=problem):
        list_spans(closures, first=first, last=last)
