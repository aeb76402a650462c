"""The examples give the figures that their texts and the documentation state."""

import csv
from pathlib import Path

import pytest

import wayaround as wa
from wayaround.reports.summary import summarise

EXAMPLES = Path(__file__).parent.parent / "examples"
PUBLISHED = Path(__file__).parent / "golden" / "published.csv"

STATED_KM = {
    "al-tanf": (793, 928),
    "al-tanf-nasib-shut": (793, 944),
    "al-tanf-jordan-shut": (793, 965),
}
CROSSINGS_AFTER = {
    "al-tanf": ("Nasib-Jaber", "Karameh-Trebil"),
    "al-tanf-nasib-shut": ("Daraa-Ramtha", "Karameh-Trebil"),
    "al-tanf-jordan-shut": ("al-Bukamal-al-Qaim",),
}
FREIGHT = "al-tanf-freight"
PUBLISHED_CASE = {"teton-pass": "C07", "champlain-bridge": "C10"}
SPANS = {"one-year": 12}
HAZARD = "river-flood"
FEED = "desert-works"


def run_example(name: str, *, cities: bool = False) -> wa.Impact:
    """Run an example; its pairs of cities, which take longest, only where they are asked for."""
    scenario = wa.read_scenario(EXAMPLES / f"{name}.toml")
    if not cities:
        scenario = scenario.model_copy(update={"trips": scenario.trips.model_copy(update={"cities": None})})
    return wa.assess_scenario(scenario)


def assert_zone_shut(impact: wa.Impact) -> None:
    zones = [report for report in impact.closures if report.verified_shut is not None]
    assert zones, "no zone was verified"
    for report in impact.closures:
        assert report.in_force
        assert report.links_closed > 0
    assert all(report.verified_shut for report in zones)


def test_every_example_is_tested() -> None:
    tested = {*STATED_KM, *PUBLISHED_CASE, *SPANS, FREIGHT, HAZARD, FEED}
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == tested


def test_works_of_a_feed_shut_one_way_and_slow_the_other() -> None:
    impact = run_example(FEED)
    assert {report.matched.closure.id: report.in_force for report in impact.closures} == {
        "works/new-surface": True,
        "works/one-lane": True,
        "works/inspection": False,
        "works/way-round": False,
    }
    away, back = impact.journeys
    assert (away.crossings_before, away.crossings_after) == (
        ("al-Tanf-al-Walid",),
        ("Nasib-Jaber", "Karameh-Trebil"),
    )
    assert back.crossings_after == ("al-Tanf-al-Walid",)
    assert impact.after.length_m[1] == impact.before.length_m[1]
    assert impact.after.time_ds[1] > impact.before.time_ds[1]


def test_a_flood_strikes_roads_and_places() -> None:
    scenario = wa.read_scenario(EXAMPLES / f"{HAZARD}.toml")
    network = wa.open_network(scenario.network)
    trips = wa.city_trips(network, countries=["IT"], min_population=100_000)
    footprint = EXAMPLES / f"{HAZARD}.geojson"
    result = wa.sample_hazard(network, trips, footprint=footprint, unit="section", samples=100, profile="truck")
    assert [event.name for event in result.hazard.events] == ["flood of the Po", "earthquake"]
    assert not result.without_road
    assert result.hazard.chance.max() == pytest.approx(0.2 * 0.6)
    assert result.place_hits.any()


@pytest.mark.parametrize("name", SPANS)
def test_a_timeline_has_closures_in_force_between_an_open_beginning_and_an_open_end(name: str) -> None:
    scenario = wa.read_scenario(EXAMPLES / f"{name}.toml")
    timeline = wa.assess_timeline(scenario)
    assert len(timeline) == SPANS[name]
    assert [bool(span.in_force) for span in timeline.spans] == [False, *[True] * (len(timeline) - 2), False]
    assert {row for span in timeline.spans for row in span.in_force} == set(range(len(scenario.closures)))
    assert timeline.states.counts[0].tolist() == timeline.states.counts[-1].tolist()


@pytest.mark.parametrize("name", STATED_KM)
def test_damascus_to_baghdad(name: str) -> None:
    impact = run_example(name, cities=name == "al-tanf")
    assert_zone_shut(impact)
    before_km, after_km = STATED_KM[name]
    named = impact.pairs[impact.pairs["named"]]
    assert named[["origin", "destination", "status"]].values.tolist() == [["Damascus, SY", "Baghdad, IQ", "longer"]]
    assert named["before_km"].item() == pytest.approx(before_km, rel=0.01)
    assert named["after_km"].item() == pytest.approx(after_km, rel=0.01)
    assert impact.journeys[0].crossings_before == ("al-Tanf-al-Walid",)
    assert impact.journeys[0].crossings_after == CROSSINGS_AFTER[name]
    assert any(report.join.name.startswith("Al-Tanf") for report in impact.joins), "the join at al-Tanf goes unsaid"


def test_a_lorry_weighs_three_ways_in_money() -> None:
    summary = summarise(run_example(FREIGHT))
    away, back = summary["journeys"]
    assert summary["currency"] == "USD"
    assert away["crossings_after"] == ["al-Bukamal-al-Qaim"]
    assert back["crossings_after"] == ["Karameh-Trebil", "Nasib-Jaber"]
    assert [round(each["after_cost"]) for each in (away, back)] == [1552, 1503]
    assert [round(each["before_cost"]) for each in (away, back)] == [1189, 1189]
    for journey in (away, back):
        for when in ("before", "after"):
            parts = journey[f"components_{when}"]
            total = sum(parts[name] for name in ("driving", "distance", "waiting", "tolls", "risk"))
            assert total == pytest.approx(journey[f"{when}_cost"], abs=1e-9)
    assert (away["after_wait_h"], back["after_wait_h"]) == (5, 5)
    owners = {row["owner"]: row for row in summary["toll_income"]}
    by_nasib = [
        way["after"]["weight"]
        for journey in summary["route_choice"]["journeys"]
        for way in journey["ways"]
        if "Nasib-Jaber" in way["crossings"]
    ]
    assert 1 < sum(by_nasib) < 2
    assert owners["transit through Jordan"]["after"] == pytest.approx(60 * sum(by_nasib), abs=1e-5)
    assert owners["the motorway's operator, Iraq"]["change"] < 0


@pytest.mark.parametrize("name", PUBLISHED_CASE)
def test_published_closure(name: str) -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        golden = next(row for row in csv.DictReader(file) if row["id"] == PUBLISHED_CASE[name])
    impact = run_example(name)
    assert_zone_shut(impact)
    assert impact.before.length_m.tolist() == [int(golden["before_m"])]
    assert impact.after.length_m.tolist() == [int(golden["after_m"])]
    assert impact.pairs["status"].tolist() == ["longer"]
