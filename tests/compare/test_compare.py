"""Each case of a comparison is what `assess_scenario` gives for it alone; what is unlike is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wayaround as wa
from wayaround.errors import ProfileNotFound, ScenarioError
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, STATUSES
from wayaround.reports.compare_files import draw_comparison
from wayaround.reports.compare_summary import summarise_comparison
from wayaround.scenario import check_scenario
from wayaround.units import UNREACHABLE

EXAMPLES = Path(__file__).parents[2] / "examples"
ZONE = {
    "id": "zone",
    "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55},
    "except_for": ["humanitarian"],
}
CONTENT: dict[str, Any] = {
    "title": "A zone",
    "date": "2018-02-08",
    "aliases": {"Damascus": {"lat": 33.513, "lon": 36.292}, "Baghdad": {"lat": 33.315, "lon": 44.366}},
    "closures": [ZONE],
    "trips": {
        "pairs": [["Damascus", "Baghdad"], ["Baghdad", "Damascus"]],
        "cities": {"countries": ["SY", "JO"], "min_population": 200_000},
    },
}


def scenario_of(name: str = "a", **more: Any) -> wa.Scenario:
    return check_scenario(CONTENT | more, path=Path(f"{name}.toml"), dates_as_text=True)


def assert_each_case_is_assessed_alone(comparison: wa.Comparison, scenarios: list[wa.Scenario]) -> None:
    for case, scenario in zip(comparison.cases, scenarios, strict=True):
        alone = wa.assess_scenario(scenario)
        trips, named = alone.trips, np.flatnonzero(alone.trips.named)
        measured = case.measured
        assert measured.counts.tolist() == [alone.count(status) for status in range(len(STATUSES))]
        stays = trips.counted & (alone.before.time_ds < UNREACHABLE) & (alone.after.time_ds < UNREACHABLE)
        extra = int(((alone.after.time_ds - alone.before.time_ds)[stays] * trips.weight[stays]).sum())
        assert measured.extra_weighted_h == extra / 36_000 / trips.quanta
        lost = trips.counted & np.isin(alone.status, (CUT_OFF, INSIDE_ZONE))
        assert measured.cut_off_weight == int(trips.weight[lost].sum()) / trips.quanta
        assert measured.before.time_ds.tolist() == alone.before.time_ds[named].tolist()
        assert measured.after.time_ds.tolist() == alone.after.time_ds[named].tolist()
        assert measured.after.length_m.tolist() == alone.after.length_m[named].tolist()
        for row, listed in enumerate(alone.journeys[: len(named)]):
            assert case.crossings[row] == (listed.crossings_before, listed.crossings_after)
        in_force = [report.matched.closure.id for report in alone.closures if report.in_force]
        assert [each.closure.id for each in case.in_force] == in_force


def test_the_examples_side_by_side() -> None:
    names = ("al-tanf", "al-tanf-jordan-shut", "one-year")
    scenarios = [wa.read_scenario(EXAMPLES / f"{name}.toml").instead() for name in names]
    comparison = wa.compare_scenarios(scenarios)
    assert_each_case_is_assessed_alone(comparison, scenarios)
    assert comparison.journeys == (("Damascus, SY", "Baghdad, IQ"),)
    assert comparison.left_out == {
        ("Damascus, SY", "Amman, JO"): ("one-year",),
        ("Amman, JO", "Baghdad, IQ"): ("one-year",),
    }
    assert comparison.totals_alike
    summary = summarise_comparison(comparison)
    first, second, _ = summary["cases"]
    (one,), (other,) = first["journeys"], second["journeys"]
    assert (round(one["after_km"]), round(other["after_km"])) == (929, 965)
    assert other["against_first_km"] == round(other["after_km"] - one["after_km"], 6)
    assert second["against_first"]["pairs"]["longer"] == second["pairs"]["longer"] - first["pairs"]["longer"]
    assert len(draw_comparison(comparison).axes) == 3


def test_unlike_cases_are_said() -> None:
    moved = {**CONTENT["aliases"], "Baghdad": {"lat": 33.4, "lon": 44.366}}
    cities = {"pairs": CONTENT["trips"]["pairs"], "cities": {"countries": ["SY"], "min_population": 200_000}}
    scenarios = [scenario_of(), scenario_of("b", aliases=moved, profile="car", trips=cities, joins=False)]
    comparison = wa.compare_scenarios(scenarios)
    assert_each_case_is_assessed_alone(comparison, scenarios)
    assert not comparison.totals_alike
    assert [each["against_first"] for each in summarise_comparison(comparison)["cases"]] == [None, None]
    said = " ".join(comparison.remarks)
    assert "The networks differ: a world-highways" in said
    assert "The vehicles differ: a truck, b car." in said
    assert "do not count the same pairs" in said
    assert "Baghdad of b lies 9.4 km from that of a." in said


def test_variants_are_the_scenario_for_others() -> None:
    variants = [{"party": "humanitarian"}, {"profile": "car"}, {"profile": {"base": "truck", "speed_kmh": 60.0}}]
    scenario = scenario_of(variants=variants)
    comparison = wa.assess_variants(scenario)
    assert [case.name for case in comparison.cases] == ["truck", "truck, humanitarian", "car", "truck (speed_kmh = 60)"]
    assert_each_case_is_assessed_alone(comparison, [scenario, *(scenario.variant(row) for row in range(3))])
    ends = ("Damascus", "Baghdad")
    assert [case.status(ends) for case in comparison.cases] == ["longer", "unchanged", "longer", "longer"]


@pytest.mark.parametrize("count", [0, 1, 13])
def test_how_many_are_compared(count: int) -> None:
    with pytest.raises(ScenarioError, match=f"2 to 12 scenarios, not {count}"):
        wa.compare_scenarios([scenario_of()] * count)


def test_nothing_in_common_is_said() -> None:
    other = scenario_of("b", trips={"pairs": [["Damascus", "33.3,44.4"]]})
    with pytest.raises(ScenarioError, match="no named journey in common"):
        wa.compare_scenarios([scenario_of(trips={"pairs": [["Baghdad", "Damascus"]]}), other])


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            {"variants": [{"party": "commercial"}]},
            'variants.1.party: nothing defines the party "commercial"; def',
        ),
        (
            {"closures": [], "party": "x"},
            'party: nothing defines the party "x", and no closure, toll or risk names any',
        ),
        (
            {"parties": ["commercial"]},
            'except_for: nothing defines the party "humanitarian"; defined are commercial',
        ),
        ({"variants": [{"profile": "truck"}]}, "another case has this vehicle and party already"),
        ({"variants": [{}]}, "a variant has a profile, a party or both"),
        ({"variants": [{"partie": "x"}]}, 'no such key; the nearest is "party"'),
    ],
)
def test_variants_that_cannot_be(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem):
        scenario_of(**more)


def test_parties_that_are_defined() -> None:
    assert scenario_of(party="commercial", variants=[{"party": "humanitarian"}]).party == "commercial"
    both = scenario_of(parties=["humanitarian", "commercial"], variants=[{"party": "commercial"}])
    assert both.variant(0).party == "commercial"


def test_a_vehicle_that_is_not_there_is_said_where_it_stands() -> None:
    with pytest.raises(ProfileNotFound, match=r"a\.toml, variants\.1\.profile"):
        wa.assess_variants(scenario_of(variants=[{"profile": "lory"}]))
