"""Who bears it: accounts that add up, and figures against slow and obvious ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import TRUCK, random_case, random_units

import wayaround as wa
from wayaround.demand.places import Place
from wayaround.impact.equity import measure_equity, spread_burden


def split_countries(network: wa.RoadNetwork, random: np.random.Generator) -> wa.RoadNetwork:
    """The same roads in two countries."""
    return replace(
        network,
        countries=("XX", "YY"),
        link_country=random.integers(0, 2, network.links).astype(np.int16),
    )


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_the_accounts_of_hours_and_kilometres_add_up(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    network = split_countries(network, random)
    impact = wa.assess(network, closures=random_units(random, network, 2), trips=trips, profile=TRUCK)
    pairs = impact.pairs
    for of_pair, of_country in (("extra_h", "extra_weighted_h"), ("extra_km", "extra_weighted_km")):
        total = float((pairs[of_pair] * pairs["weight"]).sum())
        for by in ("origin", "destination", "roads"):
            assert impact.burden(by)[of_country].sum() == pytest.approx(total, abs=1e-9)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_quantiles_are_those_of_the_weight_written_out(seed: int) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    network = split_countries(network, random)
    impact = wa.assess(network, closures=random_units(random, network, 2), trips=trips, profile=TRUCK)
    home = [network.countries[row] for row in network.link_country[trips.snapped.link].tolist()]
    for row in impact.burdens:
        ends = {"origin": trips.origin, "destination": trips.destination}.get(row.by)
        if ends is None:
            assert (row.median_h, row.p90_h) == (None, None)
            continue
        each = sorted(
            int(impact.after.time_ds[pair] - impact.before.time_ds[pair])
            for pair in range(len(trips))
            if home[ends[pair]] == row.country and impact.status[pair] < 2
            for _ in range(int(trips.weight[pair]))
        )
        if not each:
            assert (row.median_h, row.p90_h) == (None, None)
        else:
            wanted = [each[-(-tenths * len(each) // 10) - 1] / 36_000 for tenths in (5, 9)]
            assert [row.median_h, row.p90_h] == wanted


def test_people_are_counted_once_and_the_burden_shared_among_them() -> None:
    random = np.random.default_rng(1)
    network, trips = random_case(random)
    places = tuple(replace(place, population=1000 * row) for row, place in enumerate(trips.places))
    trips = replace(trips, places=places)
    impact = wa.assess(network, closures=random_units(random, network, 2), trips=trips, profile=TRUCK)
    (row,) = (row for row in impact.burdens if row.by == "origin")
    assert row.people == sum(range(len(places))) * 1000
    assert row.extra_h_per_head == row.extra_weighted_h / row.people


def spread_slowly(bearers: list[int], burden: list[int]) -> tuple[float, float]:
    """Every bearer alone: ten copies of each, so that a tenth of them is a whole number."""
    each = sorted(
        (amount / count for count, amount in zip(bearers, burden, strict=True) for _ in range(10 * count)), reverse=True
    )
    differences = sum(abs(one - other) for one in each for other in each)
    return sum(each[: len(each) // 10]) / sum(each), differences / (2 * len(each) * sum(each))


@settings(max_examples=40)
@given(groups=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 50)), min_size=1, max_size=5))
def test_worst_tenth_and_gini_are_those_of_every_bearer_alone(groups: list[tuple[int, int]]) -> None:
    groups = [(count, amount if count else 0) for count, amount in groups]
    bearers, burden = (list(column) for column in zip(*groups, strict=True))
    spread = spread_burden(np.array(bearers), np.array(burden))
    assert spread.bearers == sum(bearers)
    assert spread.hit == sum(count for count, amount in groups if amount)
    if not sum(burden):
        assert (spread.worst_tenth, spread.gini) == (None, None)
        return
    share, gini = spread_slowly(bearers, burden)
    assert spread.worst_tenth == pytest.approx(share, abs=1e-12)
    assert spread.gini == pytest.approx(gini, abs=1e-12)


def test_no_burden_has_no_share_and_one_journey_bears_it_evenly() -> None:
    nobody = spread_burden(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert (nobody.worst_tenth, nobody.gini, nobody.bearers) == (None, None, 0)
    alone = spread_burden(np.array([5]), np.array([30]))
    assert (alone.worst_tenth, alone.gini) == (pytest.approx(0.1), 0.0)


def test_cut_off_weight_is_told_apart_and_places_without_people_are_left_out() -> None:
    _, trips = random_case(np.random.default_rng(3))
    trips = replace(trips, places=(Place("big", 0, 0, None, 900), *trips.places[1:]))
    status = np.zeros(len(trips), dtype=np.int8)
    status[0] = 2
    before = np.full(len(trips), 100)
    equity = measure_equity(trips, before, before + (trips.origin == 0) * 10, status)
    assert equity.cut_off_share == trips.weight[0] / trips.weight.sum()
    assert equity.people.bearers == 900
    assert equity.people_unknown == len(trips.places) - 1
    assert equity.people.worst_tenth == pytest.approx(0.1)
