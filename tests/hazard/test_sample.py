"""Sampled closures against all subsets of a few roads, and the same bits whoever does the work."""

import json
from collections.abc import Iterable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_networks import TRUCK, loss_by_scipy, make_network, make_trips, random_case

import wayaround as wa
from wayaround.blocks.block import Ended
from wayaround.blocks.here import Here
from wayaround.errors import ClosureShutsNothing, ScenarioError
from wayaround.hazard.draw import draw_lost
from wayaround.hazard.estimate import Estimate


def two_ways() -> tuple[wa.RoadNetwork, wa.Trips]:
    """Two roads of two links each from west to east, one longer; places at both ends and one on a spur.

    ::

        0 --0-- 1 --1-- 2 --2-- 3 --3-- 4      places on 0, 3 and 6
                |               |
                4------ 5 ------5 --6-- 6
    """
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 3), (3, 6)]
    lon = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.2, 0.3])
    lat = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.0, 0.0])
    network = make_network(ends, [10_000, 10_000, 10_000, 10_000, 20_000, 20_000, 10_000], lon=lon, lat=lat)
    return network, make_trips(
        network,
        [(0, 0.5), (3, 0.5), (6, 0.5)],
        [(0, 1, 1000), (1, 0, 1000), (0, 2, 500), (2, 1, 250)],
    )


MAY_FAIL = [1, 2, 4, 5]


def expect(
    network: wa.RoadNetwork, trips: wa.Trips, outcomes: Iterable[tuple[float, list[int]]]
) -> tuple[float, float, float]:
    """Exact means of extra hours and weight cut off, and the chance that anything is cut off."""
    hours = weight = cut = 0.0
    for chance, lost in outcomes:
        loss = loss_by_scipy(network, trips, np.array(lost, dtype=np.int64))
        hours += chance * loss[2] / 36_000 / 1000
        weight += chance * loss[0] / 1000
        cut += chance * (loss[1] > 0)
    return hours, weight, cut


def holds(found: Estimate, true: float) -> bool:
    """Whether an interval does; where nothing was seen there is none."""
    return true == 0 if np.isnan(found.high) else found.low <= true <= found.high


def subsets(chance: float) -> Iterable[tuple[float, list[int]]]:
    for fails in product([False, True], repeat=len(MAY_FAIL)):
        lost = [link for link, gone in zip(MAY_FAIL, fails, strict=True) if gone]
        yield chance ** len(lost) * (1 - chance) ** (len(MAY_FAIL) - len(lost)), lost


def test_means_of_links_that_fail_by_themselves_equal_all_subsets() -> None:
    network, trips = two_ways()
    exact = expect(network, trips, subsets(0.3))
    result = wa.sample_hazard(
        network, trips, chance=0.3, links=MAY_FAIL, samples=20_000, half_width=0.05, seed=4, profile=TRUCK
    )
    assert result.settled
    assert len(result) < 20_000
    for found, true in zip((result.extra, result.cut_off, result.any_cut_off), exact, strict=True):
        assert holds(found, true)
    assert result.extra.half_width <= 0.05 * result.extra.mean
    assert result.cut_off.half_width <= 0.05 * result.cut_off.mean


def test_means_of_two_links_at_a_time_equal_all_pairs() -> None:
    network, trips = two_ways()
    pairs = [(1 / 6, list(pair)) for pair in combinations(MAY_FAIL, 2)]
    exact = expect(network, trips, pairs)
    result = wa.sample_hazard(network, trips, at_a_time=2, links=MAY_FAIL, samples=3000, seed=4, profile=TRUCK)
    assert set(result.roads_lost.tolist()) == {2}
    for found, true in zip((result.extra, result.cut_off, result.any_cut_off), exact, strict=True):
        assert holds(found, true)


def test_intervals_hold_over_many_seeds() -> None:
    """Of 60 runs at 95 % the chance that 9 or more miss is below 1 %."""
    network, trips = two_ways()
    exact = expect(network, trips, subsets(0.3))
    options: dict[str, Any] = {"chance": 0.3, "links": MAY_FAIL, "samples": 400, "profile": TRUCK}
    missed = np.zeros(3, dtype=int)
    for seed in range(60):
        result = wa.sample_hazard(network, trips, seed=seed, half_width=0.2, **options)
        figures = (result.extra, result.cut_off, result.any_cut_off)
        missed += [not holds(found, true) for found, true in zip(figures, exact, strict=True)]
    assert (missed < 9).all(), missed


def test_a_place_is_cut_off_where_most_of_its_weight_has_no_way() -> None:
    """Place 2, on the spur, keeps 250 of 750 when the west is cut off; places 0 and 1 keep none and 250 of 2,250."""
    network, trips = two_ways()
    result = wa.sample_hazard(network, trips, chance=0.5, links=MAY_FAIL, samples=300, half_width=0.01, profile=TRUCK)
    apart = int(np.count_nonzero(result.cut_off_pairs))
    assert 0 < apart < 300
    assert result.place_hits.tolist() == [apart, apart, apart]
    assert result.place_lost_share.tolist() == pytest.approx(np.array([1, 2000 / 2250, 500 / 750]) * apart / 300)
    whole = wa.sample_hazard(network, trips, chance=0.5, links=[6], samples=300, profile=TRUCK)
    assert not whole.place_hits.any()  # a place on a lost link gets to both its ends


@pytest.mark.parametrize("seed", range(12))
def test_each_sample_costs_what_scipy_says(seed: int) -> None:
    network, trips = random_case(np.random.default_rng(seed))
    result = wa.sample_hazard(network, trips, chance=0.3, samples=20, seed=seed, profile=TRUCK)
    for sample in range(20):
        lost = result.hazard.roads.links_of(draw_lost(result.hazard, seed, sample))
        loss = loss_by_scipy(network, trips, lost)
        assert result.cut_off_weight[sample] == loss[0] / 1000
        assert result.cut_off_pairs[sample] == loss[1]
        assert result.extra_weighted_h[sample] == loss[2] / 36_000 / 1000
        assert result.longer_pairs[sample] == loss[4]


class Backwards(Here):
    """Three blocks at once, of which the last comes out first."""

    least_s, most_s = 1e-4, 1e-3

    def count(self) -> int:
        return 3

    def wait(self) -> Iterable[Ended]:
        self._waiting.reverse()
        ended = super().wait()
        self._waiting.reverse()
        return ended


def test_the_same_bits_in_any_blocks_and_order() -> None:
    network, trips = two_ways()
    options: dict[str, Any] = {"chance": 0.3, "links": MAY_FAIL, "samples": 1000, "seed": 11, "profile": TRUCK}
    one = wa.sample_hazard(network, trips, **options)
    other = wa.sample_hazard(network, trips, **options, workers=Backwards())
    assert len(one) == len(other)
    assert (one.extra, one.cut_off) == (other.extra, other.cut_off)
    assert one.samples().equals(other.samples())
    assert one.places().equals(other.places())


def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    network, trips = two_ways()
    options: dict[str, Any] = {"chance": 0.3, "links": MAY_FAIL, "samples": 800, "half_width": 0.001, "profile": TRUCK}

    def stop(stage: str, done: int, total: int) -> None:
        if done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wa.sample_hazard(network, trips, **options, folder=tmp_path / "run", progress=stop)
    again = wa.sample_hazard(network, trips, **options, folder=tmp_path / "run")
    whole = wa.sample_hazard(network, trips, **options)
    assert again.samples().equals(whole.samples())
    for samples in (900, 301):  # more go on from what is there, and fewer take of it
        other = wa.sample_hazard(network, trips, **options | {"samples": samples}, folder=tmp_path / "run")
        assert len(other) == samples
        assert other.samples()[:300].equals(whole.samples()[:300])
    with pytest.raises(wa.WayaroundError, match="seed"):
        wa.sample_hazard(network, trips, **options, seed=1, folder=tmp_path / "run")


def write_footprint(path: Path, *features: tuple[dict[str, Any], list[list[float]]]) -> Path:
    content = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for said, ring in features
        ],
    }
    path.write_text(json.dumps(content))
    return path


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


WEST, EAST, FAR = box(0.14, 0.09, 0.16, 0.11), box(0.24, 0.03, 0.26, 0.12), box(40, 40, 41, 41)


def test_an_event_shuts_the_links_in_its_polygons_together(tmp_path: Path) -> None:
    """The west polygon meets link 1, the east one links 2 and 5; both are one flood."""
    network, trips = two_ways()
    path = write_footprint(
        tmp_path / "flood.geojson",
        ({"event": "flood", "probability": 0.4, "damage": 0.5}, WEST),
        ({"event": "flood", "probability": 0.4}, EAST),
    )
    result = wa.sample_hazard(network, trips, footprint=path, samples=4000, seed=3, profile=TRUCK)
    assert result.hazard.roads.link.tolist() == [1, 2, 5]
    assert result.hazard.chance.tolist() == pytest.approx([0.2, 0.4, 0.4])
    exact = expect(network, trips, [(0.6, []), (0.2, [2, 5]), (0.2, [1, 2, 5])])
    for found, true in zip((result.extra, result.cut_off, result.any_cut_off), exact, strict=True):
        assert holds(found, true)
    assert set(result.roads_lost.tolist()) == {0, 2, 3}


def test_events_of_their_own_strike_by_themselves(tmp_path: Path) -> None:
    network, trips = two_ways()
    path = write_footprint(
        tmp_path / "two.geojson", ({"probability": 0.4}, WEST), ({"probability": 0.5, "event": 7}, EAST)
    )
    result = wa.sample_hazard(network, trips, footprint=path, samples=2000, seed=3, profile=TRUCK)
    assert [event.name for event in result.hazard.events] == ["feature 1 of two.geojson", "7"]
    exact = expect(network, trips, [(0.3, []), (0.2, [1]), (0.3, [2, 5]), (0.2, [1, 2, 5])])
    assert holds(result.extra, exact[0])
    assert holds(result.cut_off, exact[1])


def test_a_polygon_without_a_road_is_named(tmp_path: Path) -> None:
    network, trips = two_ways()
    path = write_footprint(tmp_path / "h.geojson", ({"probability": 0.4}, WEST), ({"probability": 0.4}, FAR))
    result = wa.sample_hazard(network, trips, footprint=path, samples=100, profile=TRUCK)
    assert result.without_road == ("feature 2 of h.geojson",)


BAD_FOOTPRINTS: list[tuple[list[tuple[dict[str, Any], list[list[float]]]], str]] = [
    ([], "holds no polygon"),
    ([({}, WEST)], 'neither "probability"'),
    ([({"probability": 1.2}, WEST)], "probability is 1.2; it must be a number from 0 to 1"),
    ([({"damage": "0.5"}, WEST)], "damage is '0.5'; it must be"),
    ([({"damage": True}, WEST)], "damage is True"),
    ([({"probability": float("nan")}, WEST)], "probability is nan"),
    ([({"event": "a", "probability": 0.1}, WEST), ({"event": "a", "probability": 0.2}, EAST)], "an event has one"),
    ([({"probability": 0.5}, FAR)], "meets no road"),
]


@pytest.mark.parametrize(("features", "said"), BAD_FOOTPRINTS)
def test_footprints_that_cannot_be(
    tmp_path: Path, features: list[tuple[dict[str, Any], list[list[float]]]], said: str
) -> None:
    network, trips = two_ways()
    with pytest.raises((ScenarioError, ClosureShutsNothing), match=said):
        wa.sample_hazard(network, trips, footprint=write_footprint(tmp_path / "h.geojson", *features))


BAD_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "give one of"),
    ({"chance": 0.1, "at_a_time": 2}, "give one of"),
    ({"chance": -0.1}, "from 0 to 1"),
    ({"chance": 1.5}, "from 0 to 1"),
    ({"at_a_time": 0}, "ask for 1 to 7"),
    ({"at_a_time": 8}, "ask for 1 to 7"),
    ({"chance": 0.1, "seed": -1}, "whole number"),
    ({"chance": 0.1, "seed": 1.5}, "whole number"),
    ({"chance": 0.1, "samples": 1}, "samples cannot be"),
    ({"chance": 0.1, "half_width": 0}, "half-width"),
    ({"chance": 0.1, "confidence": 1.0}, "confidence"),
    ({"chance": 0.1, "unit": "crossing"}, "no crossing"),
]


@pytest.mark.parametrize(("options", "said"), BAD_OPTIONS)
def test_options_that_cannot_be(options: dict[str, Any], said: str) -> None:
    network, trips = two_ways()
    with pytest.raises(ScenarioError, match=said):
        wa.sample_hazard(network, trips, **options)


def test_nothing_that_is_never_lost_stops_a_run() -> None:
    """Rare losses do not settle it: 100 samples without one say nothing yet."""
    network, trips = two_ways()
    result = wa.sample_hazard(network, trips, chance=0.0, links=MAY_FAIL, samples=150, profile=TRUCK)
    assert (len(result), result.settled, result.extra.mean) == (150, False, 0.0)
    assert result.any_loss.high > 0
