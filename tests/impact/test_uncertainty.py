"""Intervals: none without errors, wider with more of them, the same bits again, and right where the answer is known."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from small_networks import TRUCK, make_network, make_trips, random_case, random_units
from test_costs import LORRY

import wayaround as wa
from wayaround.impact.uncertainty import ErrorModel, Interval, draw_waits, group_links, measure_uncertainty


def detour(*, wait_h: float = 0.0, countries: tuple[int, int] = (0, 0), profile: wa.Profile = TRUCK) -> wa.Impact:
    """100 km, or 200 km round what is shut; the way round waits, and may lie in another country."""
    lon, lat = np.array([0.0, 1.0, 2.0, 1.0]), np.array([0.0, 0.0, 0.0, 1.0])
    network = make_network([(0, 1), (1, 2), (0, 3), (3, 2)], [50_000, 50_000, 100_000, 100_000], lon=lon, lat=lat)
    of_link = np.array([countries[0]] * 2 + [countries[1]] * 2, dtype=np.int16)
    network = replace(network, countries=("XX", "YY"), link_country=of_link)
    trips = make_trips(network, [(0, 0.0), (1, 1.0)], [(0, 1, 1000)])
    closures = [wa.Closure(wa.LinkIds((0,)), id="shut"), wa.Closure(wa.LinkIds((3,)), id="queue", wait_h=wait_h)]
    trips = replace(trips, named=np.ones(1, dtype=bool))
    return wa.assess(network, closures=closures, trips=trips, profile=profile)


def width(interval: Interval | None) -> float:
    assert interval is not None
    return interval.high - interval.low


@pytest.mark.parametrize("profile", [TRUCK, LORRY], ids=["by time", "by money"])
@pytest.mark.parametrize("seed", range(5))
def test_without_errors_the_interval_is_the_point(seed: int, profile: wa.Profile) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    trips = replace(trips, named=np.ones(len(trips), dtype=bool))
    impact = wa.assess(network, closures=random_units(random, network, 2), trips=trips, profile=profile)
    sure = measure_uncertainty(impact, ErrorModel(samples=20))
    pairs = impact.pairs
    for row in sure.journeys:
        for name in ("extra_km", "extra_h"):
            interval = getattr(row, name)
            if interval is None:
                assert pairs["status"][row.pair] not in ("unchanged", "longer")
            else:
                assert interval.low == interval.high == interval.point
                assert interval.point == pytest.approx(pairs[name][row.pair], abs=1e-9)
    assert sure.extra_weighted_h is not None
    assert sure.extra_weighted_h.low == pytest.approx(sure.extra_weighted_h.point)
    assert sure.extra_weighted_h.point == pytest.approx(impact.burden("origin")["extra_weighted_h"].sum())


def test_an_interval_of_a_wait_is_that_of_the_logarithm() -> None:
    """A wait of 4 h with 0.5: from exp(-0.5 q) to exp(0.5 q) times as long, q of the normal distribution at 95 %."""
    impact = detour(wait_h=4.0)
    (sure,) = measure_uncertainty(impact, ErrorModel(wait=0.5, samples=4000)).journeys
    assert sure.extra_h is not None
    driven_h = sure.extra_h.point - 4.0
    reach = np.exp(0.5 * NormalDist().inv_cdf(0.95))
    assert sure.extra_h.low == pytest.approx(driven_h + 4.0 / reach, rel=0.04)
    assert sure.extra_h.high == pytest.approx(driven_h + 4.0 * reach, rel=0.04)
    assert sure.longer_share == 1.0


def test_a_speed_that_all_roads_share_scales_the_whole_difference() -> None:
    (sure,) = measure_uncertainty(detour(), ErrorModel(speed=0.1, samples=4000)).journeys
    assert sure.extra_h is not None
    assert sure.extra_h.point == pytest.approx(100 / 75, abs=1e-3)
    reach = np.exp(0.1 * NormalDist().inv_cdf(0.95))
    assert sure.extra_h.low == pytest.approx(sure.extra_h.point / reach, rel=0.02)
    assert sure.extra_h.high == pytest.approx(sure.extra_h.point * reach, rel=0.02)


def test_countries_err_apart() -> None:
    one, other = (measure_uncertainty(detour(countries=each), ErrorModel(speed=0.1)) for each in ((0, 0), (0, 1)))
    assert width(other.journeys[0].extra_h) > 1.5 * width(one.journeys[0].extra_h)


def test_twice_the_doubt_about_a_wait_widens_the_interval() -> None:
    impact = detour(wait_h=4.0)
    widths = [
        width(measure_uncertainty(impact, ErrorModel(wait=share)).journeys[0].extra_h) for share in (0.1, 0.2, 0.4)
    ]
    assert widths[1] > 1.9 * widths[0] > 0
    assert widths[2] > 1.9 * widths[1]


@pytest.mark.parametrize("profile", [TRUCK, LORRY], ids=["by time", "by money"])
def test_one_seed_gives_the_same_bits_in_any_order(profile: wa.Profile) -> None:
    impact = detour(wait_h=1.0, profile=profile)
    model = ErrorModel(speed=0.2, wait=0.5, length=0.05, samples=30, seed=7)
    whole = measure_uncertainty(impact, model)
    assert measure_uncertainty(impact, model, order=np.random.default_rng(0).permutation(30).tolist()) == whole
    assert measure_uncertainty(impact, replace(model, seed=8)) != whole


def test_a_wait_has_its_own_factor_whatever_stands_beside_it() -> None:
    impact = detour(wait_h=1.0)
    matched = [report.matched for report in impact.closures]
    model = ErrorModel(wait=0.5)
    one = {each.closure.id: each.wait_factor for each in draw_waits(matched, model, 3)}
    other = {each.closure.id: each.wait_factor for each in draw_waits(matched[::-1], model, 3)}
    assert one == other
    assert len(set(one.values())) == 2


def test_links_of_a_country_share_a_group() -> None:
    group, groups = group_links(detour(countries=(0, 1)).network)
    assert (group.tolist(), groups) == ([0, 0, 1, 1], 2)
