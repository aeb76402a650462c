"""Two roads at a time against SciPy with both taken out."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from small_networks import TRUCK, loss_between, loss_by_scipy, make_network, make_trips, random_case

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.demand.trips import largest_city_trips
from wayaround.errors import ScenarioError
from wayaround.network.profiles import drive_times
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE


@pytest.mark.parametrize("unit", ["link", "section"])
@pytest.mark.parametrize("seed", range(15))
def test_every_two_equal_brute_force(seed: int, unit: str) -> None:
    network, trips = random_case(np.random.default_rng(seed))
    ranking = wa.rank_link_pairs(network, trips, among=5, unit=unit, profile=TRUCK)  # type: ignore[arg-type]
    alone = ranking.alone
    assert ranking.among == min(5, len(alone))
    rows = list(zip(ranking.one.tolist(), ranking.other.tolist(), strict=True))
    assert sorted(rows) == list(combinations(range(ranking.among), 2))
    single = [loss_by_scipy(network, trips, alone.links_of(row)) for row in range(ranking.among)]
    keys = []
    for row, (one, other) in enumerate(rows):
        both = loss_by_scipy(network, trips, np.union1d(alone.links_of(one), alone.links_of(other)))
        sum_weight, sum_ds = single[one][0] + single[other][0], single[one][2] + single[other][2]
        assert ranking.cut_off_weight[row] == both[0] / 1000
        assert ranking.cut_off_pairs[row] == both[1]
        assert ranking.extra_weighted_h[row] == both[2] / 36_000 / 1000
        assert ranking.extra_weighted_km[row] == both[3] / 1000 / 1000
        assert ranking.longer_pairs[row] == both[4]
        assert ranking.alone_cut_off_weight[row] == sum_weight / 1000
        assert ranking.alone_extra_weighted_h[row] == sum_ds / 36_000 / 1000
        assert ranking.excess_cut_off_weight[row] == (both[0] - sum_weight) / 1000
        assert ranking.excess_weighted_h[row] == (both[2] - sum_ds) / 36_000 / 1000
        keys.append((-both[0], -both[2], one, other))
    assert keys == sorted(keys)


def two_roads() -> tuple[wa.RoadNetwork, wa.Trips]:
    """Two roads side by side, 10 m apart at both ends, each with its own journey, and a long way round.

    ::

        4 --0-- 0 ==1== 1 --2-- 5      0 and 1 also by link 8, 1000 m
                6       7
        6 --3-- 2 ==4== 3 --5-- 7
    """
    ends = [(4, 0), (0, 1), (1, 5), (6, 2), (2, 3), (3, 7), (0, 2), (1, 3), (0, 1)]
    lon = np.array([0.1, 0.2, 0.1, 0.2, 0.0, 0.3, 0.0, 0.3])
    lat = np.array([0.1, 0.1, 0.0, 0.0, 0.1, 0.1, 0.0, 0.0])
    network = make_network(ends, [100, 100, 100, 100, 100, 100, 10, 10, 1000], lon=lon, lat=lat)
    places = [(0, 0.5), (2, 0.5), (3, 0.5), (5, 0.5)]
    return network, make_trips(network, places, [(0, 1, 1000), (2, 3, 1000)])


def test_two_roads_that_back_each_other_up() -> None:
    """At 75 km/h 100 m take 48 deciseconds, 10 m take 5 and 1000 m take 480."""
    network, trips = two_roads()
    ranking = wa.rank_link_pairs(network, trips, among=5, links=[1, 4], profile=TRUCK)
    table = ranking.table()
    assert table[["rank", "one", "other", "rank_one", "rank_other"]].values.tolist() == [[1, "link 1", "link 4", 1, 2]]
    assert table["links"].tolist() == [[1, 4]]
    alone_ds, both_ds = 2 * (5 + 48 + 5 - 48), (480 - 48) + (5 + 480 + 5 - 48)
    figures = table[["extra_weighted_h", "alone_extra_weighted_h", "excess_weighted_h"]] * 36_000
    assert figures.round().values.tolist() == [[both_ds, alone_ds, both_ds - alone_ds]]
    assert table["longer_pairs"].tolist() == [2]


def test_a_road_that_no_journey_uses_is_in_no_pair() -> None:
    network, trips = two_roads()
    ranking = wa.rank_link_pairs(network, trips, among=5, links=[1, 8], profile=TRUCK)
    assert ranking.alone.names == ("link 1",)
    assert len(ranking) == 0
    assert ranking.table().empty


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    network, trips = random_case(np.random.default_rng(3))
    whole = wa.rank_link_pairs(network, trips, among=4)

    def stop_later(stage: str, done: int, total: int) -> None:
        if stage == "closing two at a time" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wa.rank_link_pairs(network, trips, among=4, folder=tmp_path, progress=stop_later)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("parts/*/*.parquet")}
    assert {path.parent.name for path in kept} == {"closing-each-in-turn", "closing-two-at-a-time"}
    again = wa.rank_link_pairs(network, trips, among=4, folder=tmp_path)
    assert kept.items() <= {path: path.stat().st_mtime_ns for path in tmp_path.glob("parts/*/*.parquet")}.items()
    assert again.extra_weighted_h.tolist() == whole.extra_weighted_h.tolist()


def test_pairs_among_one_are_refused() -> None:
    network, trips = random_case(np.random.default_rng(0))
    with pytest.raises(ScenarioError, match="two roads or more"):
        wa.rank_link_pairs(network, trips, among=1)


def test_more_than_a_million_pairs_are_refused_before_anything_is_closed() -> None:
    network, trips = random_case(np.random.default_rng(0))
    with pytest.raises(ScenarioError, match=r"every two of 1,415 rows are 1,000,405 pairs.*ask for 1,414 rows"):
        wa.rank_link_pairs(network, trips, among=1415)
    assert wa.rank_link_pairs(network, trips, among=1414).among == len(wa.rank_links(network, trips))


def test_thirty_real_pairs_equal_a_metric_without_their_links(world: wa.RoadNetwork) -> None:
    """Closed from scratch, every journey of 60 cities asked again."""
    trips = largest_city_trips(world, 60)
    ranking = wa.rank_link_pairs(world, trips, among=40, profile=TRUCK)
    roads = apply_closures(drive_times(world, TRUCK), [])
    terminals = roads.terminals(trips.snapped)

    def skim(lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time_ds = roads.weights.forward_ds.copy()
        assert np.array_equal(time_ds, roads.weights.backward_ds)
        time_ds[lost] = UNREACHABLE
        metric = HierarchyEngine(world.hierarchy).customise(LinkWeights(time_ds, time_ds, roads.weights.length_m))
        found = metric.query(terminals).skim(trips.origin, trips.destination)
        return found.time_ds, found.length_m

    before = skim(np.zeros(0, dtype=np.int64))
    chosen = np.random.default_rng(5).choice(len(ranking), 20, replace=False).tolist()
    backed_up = np.argsort(-ranking.excess_weighted_h)[:10].tolist()
    for row in {*chosen, *backed_up}:
        ends = int(ranking.one[row]), int(ranking.other[row])
        lost = np.union1d(*(ranking.alone.links_of(each) for each in ends))
        loss = loss_between(before, skim(lost), trips.weight)
        assert ranking.cut_off_weight[row] == loss[0] / trips.quanta
        assert ranking.cut_off_pairs[row] == loss[1]
        assert ranking.extra_weighted_h[row] == loss[2] / 36_000 / trips.quanta
        assert ranking.extra_weighted_km[row] == loss[3] / 1000 / trips.quanta
        assert ranking.longer_pairs[row] == loss[4]
