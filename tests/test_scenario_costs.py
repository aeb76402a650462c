"""Rates, tolls, risks, waits and opening hours in a scenario: read as they are said, refused in one sentence."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.assess import load_scenario_profile
from wayaround.closures.charges import match_charges, read_charges
from wayaround.closures.closure import expected_wait_h
from wayaround.closures.match import match_closure
from wayaround.closures.reading import read_closures
from wayaround.errors import RequestRefused, WayaroundError
from wayaround.network.rates import Rates
from wayaround.scenario_entries import read_opening_hours
from wayaround.service.posted import check_posted_scenario
from wayaround.service.settings import Settings

HEAD = """\
title = "Test"
profile = { base = "truck", currency = "USD", per_hour = 35.0, per_km = 0.9 }
parties = ["commercial"]
"""
TAIL = """
[trips]
pairs = [["33.513,36.292", "33.315,44.366"], ["33.315,44.366", "33.513,36.292"]]
"""
TOLL = '[[tolls]]\ncrossing = "Nasib-Jaber"\nper_passage = 60.10\nowner = "them"\nas_of = 2018-01-01\n'


def read(folder: Path, middle: str, head: str = HEAD) -> wa.Scenario:
    path = folder / "scenario.toml"
    path.write_text(head + middle + TAIL)
    return wa.read_scenario(path)


def match_all(folder: Path, network: wa.RoadNetwork, middle: str, head: str = HEAD) -> None:
    """Everything of a scenario that may be wrong, up to the links."""
    scenario = read(folder, middle, head)
    for closure in read_closures(scenario):
        match_closure(network, closure)
    match_charges(network, read_charges(scenario), load_scenario_profile(scenario))


def test_money_is_what_the_text_says(tmp_path: Path) -> None:
    scenario = read(tmp_path, TOLL + "[[risks]]\nlinks = [5]\nper_km = 0.3\n")
    assert load_scenario_profile(scenario).rates == Rates("USD", Decimal("35.0"), Decimal("0.9"), Decimal("35.0"))
    toll, risk = read_charges(scenario)
    assert (toll.id, toll.per_passage, toll.owner, str(toll.as_of)) == ("toll-1", Decimal("60.1"), "them", "2018-01-01")
    assert (risk.id, risk.per_km, risk.is_risk) == ("risk-1", Decimal("0.3"), True)


@pytest.mark.parametrize(
    ("middle", "said"),
    [
        (TOLL.replace("60.10", "-1"), "line 6, tolls.1.per_passage: input should be greater than or equal to 0"),
        (TOLL + 'currency = "EUR"\n', "is in EUR and the vehicle's rates are in USD"),
        (TOLL + 'currency = "dollars"\n', "code of three capital letters"),
        (TOLL + 'profiles = ["lorry"]\n', 'no profile is called "lorry"; the nearest is'),
        (TOLL.replace("per_passage = 60.10\n", ""), "a toll needs per_passage or per_km"),
        ("[[tolls]]\nlinks = [99999999]\nper_km = 1\n", "line 5, tolls.1.links: world-highways has no link 99999999"),
        (TOLL.replace("Nasib-Jaber", "Nowhere"), "no crossing"),
        ('[[tolls]]\nclass = "motorway"\nper_km = 1\n', "knows no classes of road"),
        ("[[tolls]]\nper_km = 1\n", "exactly one of circle, polygon, geojson, point, links, crossing, class"),
        (TOLL + TOLL.replace("tolls]]\n", 'tolls]]\nid = "toll-1"\n'), 'two tolls have the id "toll-1"'),
        ('[[closures]]\ncrossing = "Nasib-Jaber"\nopen = "06:00-06:00"\n', "06:00-06:00 is never open"),
        ('[[closures]]\ncrossing = "Nasib-Jaber"\nopen = "06-20"\n', 'opening hours are written as "06:00-20:00"'),
        ('[[closures]]\ncrossing = "Nasib-Jaber"\nopen = "06:00-12:00, 11:00-13:00"\n', "overlap"),
        ('[[closures]]\nlinks = [5]\nopen = "06:00-12:00"\n', "open goes with a crossing only"),
        ('[[closures]]\ncrossing = "Nasib-Jaber"\nwait_h = { "from IQ" = 2 }\n', 'between JO and SY; no wait can be'),
        ('[[closures]]\nlinks = [5]\nwait_h = { "from IQ" = 2 }\n', "goes with a crossing only"),
        ("[[closures]]\nlinks = [5]\nwait_h = { up = 2 }\n", "waits by direction go by forward and backward"),
        ("[[closures]]\nlinks = [5]\nwait_h = { forward = -2 }\n", "greater than or equal to 0"),
        ("[[closures]]\nlinks = [5]\nwait_h_by = { lorry = 2 }\n", 'no profile is called "lorry"'),
        (TOLL + 'only_for = ["hazmat"]\n', 'nothing defines the party "hazmat"; defined are commercial'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(tmp_path: Path, world: wa.RoadNetwork, middle: str, said: str) -> None:
    with pytest.raises(WayaroundError) as caught:
        match_all(tmp_path, world, middle)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ('{ base = "truck", per_hour = 35 }', "rates need a currency"),
        ('{ base = "truck", currency = "USD" }', "a currency needs what an hour or a kilometre costs"),
        ('{ base = "truck", currency = "USD", per_km = -1 }', "greater than or equal to 0"),
        ('"truck"', "needs a vehicle with rates"),
    ],
)
def test_rates_that_are_none_are_one_sentence(tmp_path: Path, world: wa.RoadNetwork, profile: str, said: str) -> None:
    with pytest.raises(WayaroundError) as caught:
        match_all(tmp_path, world, TOLL, head=f'title = "Test"\nprofile = {profile}\n')
    assert said in caught.value.message
    assert "scenario.toml" in caught.value.message


def test_a_posted_scenario_has_money_and_names_no_file(world: wa.RoadNetwork) -> None:
    toll = {"crossing": "Nasib-Jaber", "per_passage": 60.1, "as_of": "2018-01-01"}
    content = {
        "title": "Posted",
        "profile": {"base": "truck", "currency": "USD", "per_hour": 35.5, "per_km": 0.9},
        "tolls": [toll],
        "trips": {"pairs": [["33.513,36.292", "33.315,44.366"]]},
    }
    scenario = check_posted_scenario(content, Settings(), served="world-highways", profile="truck")
    assert read_charges(scenario)[0].per_passage == Decimal("60.1")
    assert load_scenario_profile(scenario).rates == Rates("USD", Decimal("35.5"), Decimal("0.9"), Decimal("35.5"))
    refused = content | {"tolls": [{"geojson": "area.geojson", "per_km": 1}]}
    with pytest.raises(RequestRefused, match="may not name files"):
        check_posted_scenario(refused, Settings(), served="world-highways", profile="truck")


def test_waits_by_direction_and_by_vehicle(tmp_path: Path, world: wa.RoadNetwork) -> None:
    ramtha = '[[closures]]\nid = "ramtha"\ncrossing = "Daraa-Ramtha"\nbaseline = true\n'
    waits = '[[closures]]\ncrossing = "Nasib-Jaber"\nwait_h = { "from SY" = 1.25, "from JO" = 0.5 }\n'
    closures = read_closures(read(tmp_path, waits + ramtha))
    impact = wa.assess(
        world,
        closures=closures,
        trips=wa.named_trips(world, [["33.513,36.292", "31.95,35.93"], ["31.95,35.93", "33.513,36.292"]]),
    )
    away, back = impact.pairs["extra_h"].tolist()
    assert (away, back) == (1.25, 0.5)
    by_vehicle = '[[closures]]\ncrossing = "Nasib-Jaber"\nwait_h_by = { truck = 6, car = 1 }\n'
    scenario = read(tmp_path, by_vehicle)
    assert read_closures(scenario)[0].wait_h == 6
    assert read_closures(scenario.instead(profile="car"))[0].wait_h == 1


@given(windows=st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True))
def test_the_expected_wait_is_the_mean_over_all_minutes(windows: list[int]) -> None:
    marks = sorted(windows)[: len(windows) // 2 * 2]
    text = ", ".join(
        f"{one // 60:02}:{one % 60:02}-{end // 60:02}:{end % 60:02}"
        for one, end in zip(marks[::2], marks[1::2], strict=True)
    )
    hours = read_opening_hours(text)
    is_open = [
        any(begin <= minute < end or begin <= minute + 1440 < end for begin, end in hours) for minute in range(1440)
    ]
    twice, until, total = is_open * 2, 0, 0.0
    for minute in range(2 * 1440 - 1, -1, -1):
        until = 0 if twice[minute] else until + 1
        if minute < 1440 and until:
            total += until - 0.5  # an arrival in the middle of the minute
    assert expected_wait_h(hours) == pytest.approx(total / 1440 / 60)


def test_over_midnight_and_all_day() -> None:
    assert expected_wait_h(read_opening_hours("22:00-06:00")) == 16**2 / 48
    assert expected_wait_h(read_opening_hours("00:00-24:00")) == 0
    assert expected_wait_h(read_opening_hours("06:00-20:00")) == 10**2 / 48
