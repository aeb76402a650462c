"""What cities lose while somebody drags, held against the main path and against everything asked afresh."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.demand.trips import city_trips
from wayaround.impact.city_losses import CityJourneys, CityLosses, measure_city_losses, prepare_city_journeys
from wayaround.network.profiles import drive_times, load_profile
from wayaround.routing.metric import HierarchyEngine, HierarchyMetric
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

COUNTRIES, LEAST = ["SY", "IQ", "JO", "LB"], 60_000


def prepare(world: wa.RoadNetwork, base: LinkWeights) -> tuple[HierarchyMetric, CityJourneys]:
    trips = city_trips(world, countries=COUNTRIES, min_population=LEAST)
    metric = HierarchyEngine(world.hierarchy).customise(base)
    query = metric.query(apply_closures(base, []).terminals(trips.snapped))
    return metric, prepare_city_journeys(trips.places, trips.snapped, query)


@pytest.fixture(scope="module")
def one_way(world: wa.RoadNetwork) -> tuple[LinkWeights, HierarchyMetric, CityJourneys]:
    """The roads with a random tenth of them one-way, so that going and coming differ."""
    base = drive_times(world, load_profile("truck"))
    forward_ds = base.forward_ds.copy()
    forward_ds[np.random.default_rng(7).random(world.links) < 0.1] = UNREACHABLE
    base = replace(base, forward_ds=forward_ds)
    return base, *prepare(world, base)


def close(
    world: wa.RoadNetwork, base: LinkWeights, metric: HierarchyMetric, journeys: CityJourneys, zone: wa.Zone
) -> tuple[CityLosses, np.ndarray, np.ndarray]:
    """Losses, and all pairs asked afresh."""
    roads = apply_closures(base, [match_closure(world, wa.Closure(zone, allow_empty=True))])
    links = np.array(sorted(roads.effects), dtype=np.int64)
    forward_ds, backward_ds = roads.times(links)
    changed = metric.changed(links, forward_ds=forward_ds, backward_ds=backward_ds)
    terminals, inside = roads.terminals(journeys.snapped), roads.inside(journeys.snapped)
    fresh = changed.query(terminals).packed_matrix()
    return measure_city_losses(journeys, changed, terminals, inside), fresh, inside


def test_counts_are_those_of_the_main_path(world: wa.RoadNetwork) -> None:
    base = drive_times(world, load_profile("truck"))
    metric, journeys = prepare(world, base)
    zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    losses, _, _ = close(world, base, metric, journeys, zone)
    trips = city_trips(world, countries=COUNTRIES, min_population=LEAST)
    pairs = wa.assess(world, closures=[wa.Closure(zone)], trips=trips).pairs
    counted = pairs["status"].value_counts()
    assert losses.longer == counted["longer"] > 0
    assert losses.cut_off == counted.get("cut_off", 0)
    assert losses.inside_zone == counted.get("inside_zone", 0)
    assert losses.already_cut_off == counted.get("already_cut_off", 0)
    assert losses.pairs == len(pairs)
    still = pairs[pairs["status"].isin(["longer", "unchanged"])]
    mean_h = (still["extra_h"] * still["weight"]).sum() / still["weight"].sum()
    assert losses.mean_extra_h == pytest.approx(mean_h, rel=1e-4)


@settings(max_examples=12)
@given(lat=st.floats(31, 37), lon=st.floats(35, 46), radius_km=st.floats(5, 300))
def test_equal_to_all_pairs_asked_afresh(
    world: wa.RoadNetwork,
    one_way: tuple[LinkWeights, HierarchyMetric, CityJourneys],
    lat: float,
    lon: float,
    radius_km: float,
) -> None:
    base, metric, journeys = one_way
    zone = wa.Zone.circle(lat=lat, lon=lon, radius_km=radius_km)
    losses, fresh, inside = close(world, base, metric, journeys, zone)
    count = len(inside)
    counts = journeys.before < UNREACHABLE
    counts &= ~(inside[:, None] | inside | np.eye(count, dtype=bool))
    gone = counts & (fresh >= UNREACHABLE)
    extra_ds = np.where(counts & ~gone, (fresh >> 32) - (journeys.before >> 32), 0)
    assert losses.cut_off == gone.sum()
    assert losses.longer == (extra_ds > 0).sum()
    weight = journeys.weight.astype(np.float64)
    both = (counts & ~gone) * weight
    total, gained = both.sum(axis=0) + both.sum(axis=1), both * extra_ds / 36_000
    expected = gained.sum(axis=0) + gained.sum(axis=1)
    reached = total > 0
    assert losses.extra_h[reached] == pytest.approx(expected[reached] / total[reached], rel=1e-6, abs=1e-9)
    lost = gone * weight
    lost_share = lost.sum(axis=0) + lost.sum(axis=1)
    assert losses.lost == pytest.approx(lost_share / np.maximum(total + lost_share, 1e-300), rel=1e-6, abs=1e-6)
