"""Claims set against the roads: known values of the zone around a post on the highway to Baghdad."""

import datetime
import doctest
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wayaround as wa
from wayaround.claims.claim import SLOTS, Attribution, Bound, Claim, Mention, Quantity, Relation, Statement
from wayaround.claims.finding import Finding, Verdict
from wayaround.reports.findings import summarise_finding

EXAMPLES = Path(__file__).parents[2] / "examples"
ENDS = {"origin": "Damascus", "destination": "Baghdad"}


def km(value: float, rounding: float = 0.5, *, hedge: str | None = None, bound: Bound = "exactly") -> Quantity:
    return Quantity(0, 6, "distance", value, value, rounding, hedge, bound)


def hours(value: float, rounding: float = 0.05) -> Quantity:
    return Quantity(0, 6, "duration", value, value, rounding)


def said(
    relation: Relation | None,
    quantity: Quantity,
    other: Quantity | None = None,
    *,
    ordered: bool = False,
    text: str = "It is so.",
    **slots: str,
) -> Statement:
    measure = "duration" if quantity.measure == "duration" else "distance"
    mentions = {slot: Mention(words, 0, len(words)) for slot, words in slots.items()}
    claim = Claim(relation, measure, quantity, other, mentions, ordered)
    return Statement(0, 0, len(text), text, Attribution("A. Reader"), (claim,))


@pytest.fixture(scope="module")
def zone() -> wa.Scenario:
    return wa.read_scenario(EXAMPLES / "al-tanf.toml")


def check(world: wa.RoadNetwork, scenario: wa.Scenario | None, *statements: Statement) -> list[Finding]:
    return wa.check_claims(statements, world, scenario)


def computed(finding: Finding) -> dict[str, int | None]:
    return {case.assumption: None if case.computed is None else round(case.computed) for case in finding.cases}


def test_a_way_by_a_crossing(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("route", km(793), via="al-Tanf", **ENDS))
    assert finding.verdict == "supported"
    assert computed(finding) == {"with no closure in force": 793, "with tanf-zone in force": None}
    assert finding.evidence[0].crossings == ("al-Tanf-al-Walid",)
    assert finding.evidence[0].countries == ("Syria", "Iraq")


def test_what_the_zone_adds_by_open_and_by_shut_borders(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("detour", km(155, hedge="just"), closure="the zone", **ENDS))
    jordan_shut = "with tanf-zone in force and the crossings of Jordan shut"
    assert computed(finding) == {"with tanf-zone in force": 136, jordan_shut: 172}
    assert finding.verdict == "supported"
    assert "19 km apart, within the 68 km of the network" in finding.reason
    assert finding.tolerance is not None
    assert (finding.tolerance.rounding, finding.tolerance.hedge) == (0.5, 0.0)
    assert [round(each.km or 0) for each in finding.evidence] == [793, 929, 793, 965]


def test_with_a_crossing_shut_as_well_the_scenario_decides(world: wa.RoadNetwork) -> None:
    scenario = wa.read_scenario(EXAMPLES / "al-tanf-nasib-shut.toml")
    [finding] = check(world, scenario, said("detour", km(150, 5), **ENDS))
    assert finding.evidence[1].crossings == ("Daraa-Ramtha", "Karameh-Trebil")
    assert round(finding.evidence[1].km or 0) == 944


def test_two_ways_by_name(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    slots = {"via": "al-Tanf", "via_other": "Al Qa'im", **ENDS}
    near, far, ordered, turned = check(
        world,
        zone,
        said("difference", km(155, hedge="just"), **slots),
        said("difference", km(400, 50), **slots),
        said("difference", km(155), ordered=True, **slots),
        said("difference", km(155), ordered=True, via="al-Qaim", via_other="al-Tanf", **ENDS),
    )
    assert [each.verdict for each in (near, far, ordered, turned)] == [
        *("supported", "contradicted", "supported", "contradicted")
    ]
    assert round(near.computed or 0) == 172
    assert round(turned.computed or 0) == -172
    assert "the longer way is Damascus, SY to Baghdad, IQ via al-Bukamal-al-Qaim" in near.reason


def test_one_way_by_name_is_set_against_the_fastest(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    named, usual = check(
        world,
        zone,
        said("difference", km(170, 5), via="al-Qaim", **ENDS),
        said("difference", km(140, 5), via="al-Tanf", **ENDS),
    )
    assert round(named.computed or 0) == 172
    # The way named is the fastest anyhow, so the other is the way round.
    assert round(usual.computed or 0) == 136


def test_a_road_that_is_said_to_be_shut_is_a_closure(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("difference", km(140, 5), via_other="The closed highway", **ENDS))
    assert computed(finding)["with tanf-zone in force"] == 136


def test_one_and_the_same_way_is_no_difference(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("difference", km(30, 5), via="Nasib", via_other="Trebil", **ENDS))
    assert finding.verdict == "not checkable"
    assert "one and the same" in finding.reason


def test_two_durations_and_the_speeds_that_they_imply(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    before_and_after, turned = check(
        world,
        zone,
        said("comparison", hours(10.4), hours(13.1), **ENDS),
        said("comparison", hours(13.1), hours(10.4), **ENDS),
    )
    assert before_and_after.verdict == "supported"
    assert before_and_after.computed == pytest.approx(10.6, abs=0.05)
    assert before_and_after.computed_other == pytest.approx(12.4, abs=0.05)
    assert "76 km/h and 71 km/h on average, plausible" in before_and_after.reason
    assert turned.verdict == "contradicted"


def test_no_road_is_shorter_than_the_straight_line(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    short, as_said = check(
        world, zone, said("route", km(600, 50), **ENDS), said("route", km(600, 50, bound="at least"), **ENDS)
    )
    assert short.verdict == "contradicted"
    assert short.reason == "Even the straight line is 751 km, and no road is shorter."
    assert short.evidence[0].h is None
    assert as_said.verdict == "supported"


def test_a_straight_line_never_supports_a_way_by_road(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("route", km(751), via="Nasib", **ENDS))
    assert finding.verdict == "contradicted"


def test_a_verdict_may_depend_on_the_closure_or_on_a_border(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    closure, border = check(
        world, zone, said("route", km(800, 0.5), **ENDS), said("detour", km(250), closure="the zone", **ENDS)
    )
    assert closure.verdict == border.verdict == "depends"
    assert closure.reason.startswith(
        "Supported with no closure in force (793 km), contradicted with tanf-zone in force"
    )
    assert "Supported with tanf-zone in force and the crossings of Jordan shut (172 km)" in border.reason
    assert "contradicted with tanf-zone in force (136 km)" in border.reason


def test_the_size_of_the_zone(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    findings = check(
        world,
        zone,
        said("zone", km(55), place="al-Tanf"),
        said("zone", replace(km(110), measure="diameter"), place="the zone"),
        said("zone", km(110), place="the zone"),
        said("zone", km(40, 5), place="the zone"),
        said("within", km(50, 5, bound="at most"), place="the base"),
        said("zone", km(55), place="Homs"),
    )
    assert [each.verdict for each in findings] == [
        *("supported", "supported", "depends", "contradicted", "contradicted", "not checkable")
    ]
    assert findings[0].computed == 55.0
    assert findings[0].assumptions[-1] == "The size of a zone is what the scenario says, not the roads."


def test_straight_lines(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    findings = check(
        world,
        zone,
        said("apart", km(750, 5), text="As the crow flies they are 750 km apart.", **ENDS),
        said("apart", km(795, 5), text="They are 795 km apart.", **ENDS),
        said("apart", km(795, 5), text="As the crow flies they are 795 km apart.", **ENDS),
        said("within", km(50, 5, bound="at most"), origin="Baghdad", place="Damascus"),
    )
    assert [each.verdict for each in findings] == ["supported", "depends", "contradicted", "contradicted"]
    assert "taken as a way by road" in findings[1].reason


def test_a_country_is_entered_and_left_by_two_crossings(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("route", km(900, 50), via="Jordan", **ENDS))
    assert finding.evidence[0].crossings == ("Nasib-Jaber", "Karameh-Trebil")
    assert finding.verdict == "supported"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (said(None, hours(3.0)), "The text does not say what way the quantity is about."),
        (said("route", km(90), destination="Aleppo"), "The text names no origin."),
        (said("route", km(90)), "The text names neither where the way begins nor where it ends."),
        (said("route", km(90), origin="Springfield", destination="Baghdad"), '"Springfield" may be Springfield, US-MO'),
        (said("route", km(90), origin="Qwxyz", destination="Baghdad"), 'called "Qwxyz"'),
        (said("route", km(90), origin="Damascus", destination="damascus"), "Both ends are Damascus, SY."),
        (
            said("route", km(2e4), origin="Damascus", destination="Sydney"),
            "There is no way in world-highways from Damascus, SY to Sydney, AU.",
        ),
        (said("comparison", hours(3.0), **ENDS), "The text gives one value only."),
        (said("detour", km(90), closure="the Brenner closure", **ENDS), "no closure of the scenario"),
    ],
)
def test_what_cannot_be_checked_says_why(
    world: wa.RoadNetwork, zone: wa.Scenario, statement: Statement, reason: str
) -> None:
    [finding] = check(world, zone, statement)
    assert finding.verdict == "not checkable"
    assert reason in finding.reason or reason.lower() in finding.reason.lower()
    assert finding.tolerance is None


def test_without_a_scenario_nothing_is_closed(world: wa.RoadNetwork) -> None:
    route, detour, crossing = check(
        world,
        None,
        said("route", km(190, 5), origin="Damascus", destination="Amman"),
        said("detour", km(90), closure="the zone", **ENDS),
        said("detour", km(0, 0.5), closure="the closure of Nasib", origin="Damascus", destination="Amman"),
    )
    assert route.verdict == "supported"
    assert detour.verdict == "not checkable"
    assert crossing.cases[0].assumption == "with Nasib-Jaber in force"


def test_ends_that_the_text_leaves_out_are_those_of_the_scenarios_only_pair(
    world: wa.RoadNetwork, zone: wa.Scenario
) -> None:
    none, one = check(
        world, zone, said("detour", km(140, 5)), said("route", hours(10.0), destination="Baghdad", via="al-Tanf")
    )
    assert round(none.computed or 0) == 136
    assert "taken from the scenario: Damascus, SY to Baghdad, IQ" in none.assumptions[0]
    assert one.verdict == "supported"
    assert "it is taken from the scenario: Damascus, SY" in one.assumptions[0]


def test_a_difference_that_the_network_cannot_tell_from_nothing(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    ways = {"via": "Nasib", "via_other": "al-Qaim", **ENDS}
    small, large = check(world, zone, said("difference", km(60), **ways), said("difference", km(400), **ways))
    assert round(small.computed or 0) == 36
    assert small.verdict == "not checkable"
    assert "cannot tell this from nothing" in small.reason
    assert large.verdict == "contradicted"


def test_every_finding_says_what_it_rests_on(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    [finding] = check(world, zone, said("detour", km(155), **ENDS))
    together = " ".join(finding.assumptions)
    for part in ("Nasib-Jaber", "2018-02-08", "digest", "75 km/h", "docs/validation.md"):
        assert part in together
    summary = summarise_finding(finding)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert set(summary) >= {
        *("text", "relation", "measure", "slots", "inherited", "speaker", "through", "said_on", "block", "span"),
        *("claimed", "computed", "tolerance", "verdict", "reason", "cases", "evidence", "assumptions"),
    }
    assert set(summary["claimed"]) >= {"low", "high", "unit", "hedge", "bound"}
    assert set(summary["tolerance"]) == {"rounding", "hedge", "network", "used"}


def test_the_same_asked_again_costs_nothing(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    statement = said("detour", km(155), closure="the zone", **ENDS)
    begun = time.perf_counter()
    check(world, zone, statement)
    once = time.perf_counter() - begun
    begun = time.perf_counter()
    findings = check(world, zone, *[statement] * 500)
    assert len(findings) == 500
    assert time.perf_counter() - begun < 3 * once + 2


def test_the_example_of_the_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    assert doctest.testfile("docs/claims.md", module_relative=False).failed == 0


def test_a_closure_that_is_named_is_checked_on_any_day(world: wa.RoadNetwork, zone: wa.Scenario) -> None:
    early = datetime.date(2015, 1, 1)
    statements = [said("detour", km(140, 5), closure="the zone", **ENDS), said("route", km(793), **ENDS)]
    detour, route = wa.check_claims(statements, world, zone, date=early)
    assert round(detour.computed or 0) == 136
    assert any("not in force on 2015-01-01" in each for each in detour.assumptions)
    assert computed(route) == {"with no closure in force": 793}


WORDS = st.sampled_from(
    [
        "Damascus",
        "Baghdad",
        "al-Tanf",
        "Jordan",
        "the zone",
        "the base",
        "there",
        "Naseeb",
        "the closure",
        "Springfield",
    ]
)
SLOT_NAMES = sorted({slot for slots in SLOTS.values() for slot in slots})
QUANTITIES = st.builds(
    lambda measure, low, more, rounding, hedge, bound: Quantity(0, 6, measure, low, low + more, rounding, hedge, bound),
    st.sampled_from(["distance", "duration", "radius", "diameter"]),
    st.sampled_from([0.0, 0.5, 48.0, 155.0, 1e6]),
    st.sampled_from([0.0, 10.0]),
    st.sampled_from([0.05, 5.0, 12.0]),
    st.sampled_from([None, "just", "about"]),
    st.sampled_from(["exactly", "at least", "at most"]),
)


@settings(max_examples=60)
@given(
    relation=st.sampled_from([None, *SLOTS]),
    quantity=QUANTITIES,
    other=st.none() | QUANTITIES,
    words=st.dictionaries(st.sampled_from(SLOT_NAMES), WORDS),
    ordered=st.booleans(),
)
def test_whatever_is_claimed_has_a_verdict_and_a_reason(
    world: wa.RoadNetwork,
    zone: wa.Scenario,
    relation: Relation | None,
    quantity: Quantity,
    other: Quantity | None,
    words: dict[str, str],
    ordered: bool,
) -> None:
    slots = {slot: text for slot, text in words.items() if relation is not None and slot in SLOTS[relation]}
    if other is not None and quantity.measure != other.measure:
        other = None
    [finding] = check(world, zone, said(relation, quantity, other, ordered=ordered, **slots))
    assert finding.verdict in get_args(Verdict)
    assert finding.reason.endswith(".")
    assert (finding.verdict == "not checkable") or finding.cases
    json.dumps(summarise_finding(finding), allow_nan=False)
