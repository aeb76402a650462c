"""The main path: what must hold for any closure, and the cases that need care."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wayaround as wa
from wayaround.impact.detours import STATUSES
from wayaround.units import UNREACHABLE

DAMASCUS, BAGHDAD = "33.513,36.292", "33.315,44.366"
ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")


@pytest.fixture(scope="module")
def pair(world: wa.RoadNetwork) -> wa.Trips:
    return wa.named_trips(world, [[DAMASCUS, BAGHDAD]])


@pytest.fixture(scope="module")
def towns(world: wa.RoadNetwork) -> wa.Trips:
    return wa.city_trips(world, countries=["SY", "JO"], min_population=200_000)


def statuses(impact: wa.Impact) -> list[str]:
    return [STATUSES[row] for row in impact.status.tolist()]


def test_the_zone_around_al_tanf(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    impact = wa.assess(world, closures=[ZONE], trips=pair)
    journey = impact.journeys[0]
    assert journey.crossings_before == ("al-Tanf-al-Walid",)
    assert journey.crossings_after == ("Nasib-Jaber", "Karameh-Trebil")
    assert impact.closures[0].verified_shut
    assert [report.join.name for report in impact.joins if "anf" in report.join.name]


@settings(max_examples=12)
@given(lat=st.floats(32, 36), lon=st.floats(36, 40), radius_km=st.floats(1, 150))
def test_a_closure_never_shortens_a_journey(
    world: wa.RoadNetwork, towns: wa.Trips, lat: float, lon: float, radius_km: float
) -> None:
    zone = wa.Closure(wa.Zone.circle(lat=lat, lon=lon, radius_km=radius_km), allow_empty=True)
    impact = wa.assess(world, closures=[zone], trips=towns)
    assert (impact.after.time_ds >= impact.before.time_ds).all()
    assert sum(impact.count(row) for row in range(len(STATUSES))) == len(towns)
    assert impact.closures[0].verified_shut
    by = {name: impact.burden(name)["extra_weighted_h"].sum() for name in ("origin", "destination", "roads")}
    assert by["origin"] == pytest.approx(by["destination"], rel=1e-9, abs=1e-6)
    assert by["origin"] == pytest.approx(by["roads"], rel=1e-9, abs=1e-6)
    for journey in impact.journeys:
        if journey.after is not None:
            assert not set(journey.after.links[1:-1].tolist()) & set(impact.closures[0].matched.links.tolist())


def test_a_journey_that_begins_inside_the_zone(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    zone = wa.Closure(wa.Zone.circle(lat=33.5, lon=36.3, radius_km=10))
    impact = wa.assess(world, closures=[zone], trips=pair)
    assert statuses(impact) == ["inside_zone"]
    assert impact.after.time_ds[0] == UNREACHABLE
    assert impact.journeys[0].after is None


def test_a_journey_cut_off_and_one_cut_off_before(world: wa.RoadNetwork) -> None:
    trips = wa.named_trips(world, [["33.315,44.366", DAMASCUS], ["33.315,44.366", "-33.87,151.21"]])
    ring = wa.Zone.polygon([[43.0, 32.0], [46.0, 32.0], [46.0, 35.0], [43.0, 35.0]])
    hole = wa.Zone(ring.area.difference(wa.Zone.circle(lat=33.315, lon=44.366, radius_km=40).area), "ring")
    impact = wa.assess(world, closures=[wa.Closure(hole)], trips=trips)
    assert statuses(impact) == ["cut_off", "already_cut_off"]


def test_dates_and_parties_decide(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    dated = replace(ZONE, from_date=datetime.date(2018, 2, 1), until_date=datetime.date(2018, 2, 28))
    for day, status in ((31, "unchanged"), (1, "longer"), (28, "longer")):
        month = 1 if day == 31 else 2
        impact = wa.assess(world, closures=[dated], trips=pair, date=datetime.date(2018, month, day))
        assert statuses(impact) == [status]
    spared = replace(ZONE, except_for=("humanitarian",))
    for party, status in (("humanitarian", "unchanged"), ("commercial", "longer"), (None, "longer")):
        assert statuses(wa.assess(world, closures=[spared], trips=pair, party=party)) == [status]
    aimed = replace(ZONE, only_for=("commercial",))
    for party, status in (("humanitarian", "unchanged"), ("commercial", "longer"), (None, "unchanged")):
        impact = wa.assess(world, closures=[aimed], trips=pair, party=party)
        assert statuses(impact) == [status]
        assert impact.closures[0].in_force == (status == "longer")


def test_a_wait_at_a_crossing_is_served_once(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    wait = wa.Closure(wa.CrossingName("al-Tanf"), id="queue", wait_h=1)
    impact = wa.assess(world, closures=[wait], trips=pair)
    assert impact.after.time_ds[0] - impact.before.time_ds[0] == 36_000
    assert impact.after.length_m[0] == impact.before.length_m[0]
    assert {report.crossing.name: report.state for report in impact.crossings}["al-Tanf-al-Walid"] == "delayed"


def test_a_wait_to_enter_a_zone_is_served_once(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    for radius_km in (5, 20, 55):
        zone = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=radius_km), wait_h=1)
        impact = wa.assess(world, closures=[zone], trips=pair)
        assert impact.after.time_ds[0] - impact.before.time_ds[0] == 36_000
        leaving = wa.named_trips(world, [["33.512,38.614", BAGHDAD]])
        inside = wa.assess(world, closures=[zone], trips=leaving)
        assert inside.after.time_ds[0] == inside.before.time_ds[0]


def test_half_the_speed_in_a_zone_adds_the_time_spent_there(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    slow = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=20), speed_factor=0.5)
    impact = wa.assess(world, closures=[slow], trips=pair)
    extra_h = float(impact.after.time_ds[0] - impact.before.time_ds[0]) / 36_000
    assert extra_h == pytest.approx(40 / 75, rel=0.05)


def test_a_baseline_closure_is_in_force_before_as_well(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    impact = wa.assess(world, closures=[replace(ZONE, baseline=True)], trips=pair)
    assert statuses(impact) == ["unchanged"]
    assert impact.before.length_m[0] > 900_000


def test_joins_can_be_switched_off(world: wa.RoadNetwork) -> None:
    bare = world.without_joins()
    impact = wa.assess(bare, closures=[], trips=wa.named_trips(bare, [[DAMASCUS, BAGHDAD]]))
    assert impact.before.length_m[0] > 900_000
    assert not impact.joins


def test_two_runs_are_the_same(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    one, other = (wa.assess(world, closures=[ZONE], trips=towns) for _ in range(2))
    assert np.array_equal(one.after.time_ds, other.after.time_ds)
    assert np.array_equal(one.after.length_m, other.after.length_m)
    assert one.burdens == other.burdens


def test_link_ids_and_points_shut_too(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    link = world.find_crossing("al-Tanf").links[0]
    for target in (wa.LinkIds((link,)), wa.RoadPoint(lat=33.4345, lon=38.89), wa.CrossingName("al-Walid")):
        impact = wa.assess(world, closures=[wa.Closure(target)], trips=pair)
        assert statuses(impact) == ["longer"]
        assert impact.closures[0].links_closed == 1


@pytest.mark.parametrize(("ends", "passes"), [((0.3, 0.45), 0), ((0.4, 0.5), 1), ((0.6, 0.45), 1), ((0.5, 0.6), 0)])
def test_a_pair_within_a_border_link_is_counted_at_its_post(
    world: wa.RoadNetwork, ends: tuple[float, float], passes: int
) -> None:
    crossing = world.find_crossing("Rabia")
    (line,) = world.lines([crossing.links[0]])
    points = [line.interpolate(end + 1e-4, normalized=True) for end in ends]
    trips = wa.named_trips(world, [[f"{point.y:.5f},{point.x:.5f}" for point in points]])
    assert set(trips.snapped.link.tolist()) == {crossing.links[0]}
    impact = wa.assess(world, closures=[], trips=trips)
    assert len(impact.journeys[0].crossings_before) == passes
    assert sum(report.pairs_before for report in impact.crossings if report.crossing == crossing) == passes


def test_a_burden_by_nothing_known_is_refused(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    with pytest.raises(ValueError, match="choose from country, origin"):
        wa.assess(world, closures=[], trips=pair).burden("countries")


def test_open_posts_are_named_for_places_given_by_coordinates(world: wa.RoadNetwork, pair: wa.Trips) -> None:
    impact = wa.assess(world, closures=[ZONE], trips=pair)
    assert all(place.country is None for place in pair.places)
    listed = {report.crossing.name: report.state for report in impact.crossings}
    assert listed["al-Bukamal-al-Qaim"] == "open"  # between the two countries, and used by no route
