"""Every point of a sweep is what `assess` gives for it alone, integer by integer."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_files import build, grid_nodes

import wayaround as wa
from wayaround.assess import load_scenario_profile
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import read_trips
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, STATUSES
from wayaround.scenario import check_scenario
from wayaround.sweep.measure import WeighedRoads
from wayaround.sweep.run import sweep_scenario
from wayaround.units import UNREACHABLE

ZONE = {
    "id": "zone",
    "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55},
    "from": "2016-06-01",
    "except_for": ["humanitarian"],
}
CONTENT: dict[str, Any] = {
    "title": "Many points",
    "date": "2018-02-08",
    "closures": [
        ZONE,
        {"id": "nasib", "crossing": "Nasib-Jaber", "wait_h": 1},
        {"id": "road", "point": {"lat": 33.0, "lon": 36.15}, "speed_factor": 0.5, "section": True},
        {"id": "always", "crossing": "Daraa-Ramtha", "baseline": True},
    ],
    "trips": {
        "pairs": [["33.513,36.292", "33.315,44.366"], ["33.51,38.63", "33.315,44.366"], ["31.95,35.93", "36.2,37.15"]],
        "cities": {"countries": ["SY", "JO"], "min_population": 200_000},
    },
}


def scenario_of(content: dict[str, Any]) -> wa.Scenario:
    return check_scenario(content, path=Path("many.toml"), dates_as_text=True)


def assert_each_point_is_assessed_alone(sweep: wa.Sweep) -> None:
    for row, point in enumerate(sweep.points):
        scenario = point.scenario
        profile = load_scenario_profile(scenario)
        alone = wa.assess(
            sweep.network,
            closures=read_closures(scenario),
            trips=read_trips(scenario, sweep.network, profile=profile),
            profile=profile,
            date=scenario.date or sweep.day,
            party=scenario.party,
        )
        trips, named = alone.trips, np.flatnonzero(alone.trips.named)
        assert sweep.counts[row].tolist() == [alone.count(status) for status in range(len(STATUSES))]
        stays = trips.counted & (alone.before.time_ds < UNREACHABLE) & (alone.after.time_ds < UNREACHABLE)
        extra = int(((alone.after.time_ds - alone.before.time_ds)[stays] * trips.weight[stays]).sum())
        assert sweep.extra_weighted_h[row] == extra / 36_000 / trips.quanta
        lost = trips.counted & np.isin(alone.status, (CUT_OFF, INSIDE_ZONE))
        assert sweep.cut_off_weight[row] == int(trips.weight[lost].sum()) / trips.quanta
        for ours, theirs in (
            (sweep.before_ds, alone.before.time_ds),
            (sweep.before_m, alone.before.length_m),
            (sweep.after_ds, alone.after.time_ds),
            (sweep.after_m, alone.after.length_m),
            (sweep.status, alone.status),
        ):
            assert ours[row].tolist() == theirs[named].tolist()
        for journey, listed in enumerate(alone.journeys[: len(named)]):
            for way, route, crossings in (
                (sweep.way_before, listed.before, listed.crossings_before),
                (sweep.way_after, listed.after, listed.crossings_after),
            ):
                ours = sweep.ways[journey][way[row, journey]]
                assert ours.crossings == crossings
                assert (ours.route is None) == (route is None)
                if route is not None and ours.route is not None:
                    assert ours.route.links.tolist() == route.links.tolist()
                    assert ours.route.forward.tolist() == route.forward.tolist()


@pytest.mark.parametrize(
    "axes",
    [
        ["closures.zone.radius_km=1,20,95,150"],
        ["closures.zone.lat=33.3:33.7:0.2", "closures.zone.lon=38.6,39.5"],
        ["closures.zone.centre=33.5,38.6..33.3,42.0:4"],
        ["closures.zone.wait_h=0:4:2", "closures.nasib.wait_h=0,2.5"],
        ["closures.zone.speed_factor=0.25,0.9", "closures.road.section=true,false"],
        ["closures.zone.from=2018-01-01:2018-03-01:30", "date=2018-01-15,2018-02-15"],
        ["closures.nasib.crossing=Nasib-Jaber,Karameh-Trebil,al-Tanf-al-Walid"],
        ["closures.always.baseline=true,false", "party=none,humanitarian"],
        ["closures=zone,nasib|none", "profile=car,truck", "profile.speed_kmh=60,90.5"],
    ],
)
def test_the_highways(world: wa.RoadNetwork, axes: list[str]) -> None:
    sweep = sweep_scenario(scenario_of(CONTENT), axes, network=world)
    assert len(sweep) == np.prod([len(axis.values) for axis in sweep.axes])
    assert_each_point_is_assessed_alone(sweep)


def test_paired_axes(world: wa.RoadNetwork) -> None:
    axes = ["closures.zone.radius_km=20:100:40", "closures.nasib.wait_h=0,1,2"]
    sweep = sweep_scenario(scenario_of(CONTENT), axes, paired=True, network=world)
    assert [tuple(map(float, point.values)) for point in sweep.points] == [(20, 0), (60, 1), (100, 2)]
    assert_each_point_is_assessed_alone(sweep)


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> wa.RoadNetwork:
    """A grid with a primary road that lorries over 10 t may not use, and a one-way street."""
    side = range(1, 6)
    ways: dict[int, Any] = {
        row: ([10 * (row - 1) + column for column in side], {"highway": "residential"}) for row in side
    }
    ways |= {10 + column: ([10 * (row - 1) + column for row in side], {"highway": "tertiary"}) for column in side}
    ways[3][1].update({"highway": "primary", "maxweight": "10"})
    ways[12][1].update({"oneway": "yes"})
    return build(tmp_path_factory.mktemp("streets"), nodes=grid_nodes(5, 5, step_deg=0.01), ways=ways)


@settings(max_examples=40)
@given(
    radius_m=st.lists(st.integers(50, 2500), min_size=1, max_size=3, unique=True),
    weight_t=st.lists(st.integers(5, 15), min_size=1, max_size=3, unique=True),
    lat=st.integers(0, 40),
    lon=st.integers(0, 40),
    wait=st.booleans(),
    baseline=st.booleans(),
)
def test_streets_that_not_every_vehicle_may_use(
    streets: wa.RoadNetwork, radius_m: list[int], weight_t: list[int], lat: int, lon: int, wait: bool, baseline: bool
) -> None:
    circle = {"lat": 50 + lat / 1000, "lon": 10 + lon / 1000, "radius_km": 1}
    content = {
        "title": "Streets",
        "closures": [
            {"id": "zone", "circle": circle, "allow_empty": True} | ({"wait_h": 0.1} if wait else {}),
            {"id": "old", "point": {"lat": 50.015, "lon": 10.02}, "baseline": baseline},
        ],
        "trips": {
            "pairs": [["50.0,10.0", "50.04,10.04"], ["50.02,10.001", "50.02,10.039"], ["50.04,10.01", "50.0,10.01"]]
        },
    }
    axes = [
        f"closures.zone.radius_km={','.join(str(each / 1000) for each in radius_m)}",
        f"profile.weight_t={','.join(map(str, weight_t))}",
    ]
    assert_each_point_is_assessed_alone(sweep_scenario(scenario_of(content), axes, network=streets))


def test_roads_that_are_weighed_already_are_taken(world: wa.RoadNetwork) -> None:
    from wayaround.network.profiles import drive_times, load_profile
    from wayaround.routing.metric import HierarchyEngine

    truck = load_profile("truck")
    weights = drive_times(world, truck)
    weighed = WeighedRoads(truck, weights, HierarchyEngine(world.hierarchy).customise(weights))
    held = weighed.metric.up.copy()
    axes = ["profile=truck,car", "closures.zone.radius_km=20,95"]
    with_them = sweep_scenario(scenario_of(CONTENT), axes, network=world, weighed=weighed)
    assert_each_point_is_assessed_alone(with_them)
    assert np.array_equal(weighed.metric.up, held), "the roads of whoever lent them are as they were"


def test_the_day_is_today_where_none_is_said(world: wa.RoadNetwork) -> None:
    content = {key: value for key, value in CONTENT.items() if key != "date"}
    sweep = sweep_scenario(scenario_of(content), ["closures.zone.until=2017-01-01,2099-01-01"], network=world)
    assert sweep.day == datetime.date.today()
    assert sweep.after_ds[0, 0] < sweep.after_ds[1, 0]
    assert_each_point_is_assessed_alone(sweep)


@pytest.mark.parametrize(
    "key", ["tolls.pass.per_passage=0,40,80", "closures.queue.wait_h=0,2", "risks.rough.per_km=0,2"]
)
def test_money_at_each_point_is_what_it_is_alone(world: wa.RoadNetwork, key: str) -> None:
    content = {
        "title": "Money",
        "date": datetime.date(2018, 2, 8),
        "profile": {"base": "truck", "currency": "USD", "per_hour": 35.0, "per_km": 0.9},
        "closures": [{"id": "queue", "crossing": "Nasib-Jaber", "wait_h": 1.0}],
        "tolls": [{"id": "pass", "crossing": "Nasib-Jaber", "per_passage": 20.0, "baseline": False}],
        "risks": [{"id": "rough", "circle": {"lat": 32.3, "lon": 36.2, "radius_km": 20.0}, "per_km": 0.1}],
        "trips": {"pairs": [["33.513,36.292", "31.95,35.93"], ["31.95,35.93", "33.513,36.292"]]},
    }
    scenario = check_scenario(content, path=Path("money.toml"))
    sweep = wa.sweep_scenario(scenario, [key], network=world)
    for row, point in enumerate(sweep.points):
        alone = wa.assess_scenario(point.scenario)
        pairs = alone.pairs
        assert sweep.after_cost is not None
        assert sweep.before_cost is not None
        assert sweep.after_cost[row].tolist() == pairs["after_cost"].tolist()
        assert sweep.before_cost[row].tolist() == pairs["before_cost"].tolist()
        assert sweep.after_m[row].tolist() == alone.after.length_m.tolist()
        assert sweep.after_ds[row].tolist() == alone.after.time_ds.tolist()
