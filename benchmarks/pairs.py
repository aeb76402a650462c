"""Two roads lost at once, and closures by chance, against recomputing all: rates, in one run, each answer checked.

    python benchmarks/pairs.py [--cities N] [--among K] [--rounds N]

Writes build/pairs.json; docs/hazard.md has the figures of one run.
"""

import argparse
import datetime
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.demand.trips import largest_city_trips
from wayaround.hazard.draw import Event, Hazard
from wayaround.hazard.roads import Roads
from wayaround.hazard.sample import HazardTask
from wayaround.impact.lost_groups import prepare_tables
from wayaround.impact.setting import Setting, settle
from wayaround.network.profiles import drive_times
from wayaround.routing.losses import LossTables, lose_groups
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.reference import ReferenceEngine
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

ROOT = Path(__file__).resolve().parents[1]
RECOMPUTED, ORIGINS, SAMPLES = 5, 10, 40


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=500)
    parser.add_argument("--among", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    network = wa.open_network("world-highways")
    trips = largest_city_trips(network, asked.cities)
    setting = settle(network, trips, closures=(), profile="truck", date=None, party=None)
    begun = time.perf_counter()
    tables = prepare_tables(setting)
    result: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "cities": len(trips.places),
        "tables_s": time.perf_counter() - begun,
        **measure_pairs(setting, tables, asked.among, asked.rounds),
        **measure_samples(tables, network, asked.rounds),
    }
    target = ROOT / "build" / "pairs.json"
    target.parent.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1)
    target.write_text(text + "\n")
    print(text)


def measure_pairs(setting: Setting, tables: LossTables, among: int, rounds: int) -> dict[str, Any]:
    """Pairs a second by what the closing touches, by a partial and by a whole customisation, and by SciPy."""
    network, trips = setting.network, setting.trips
    alone = wa.rank_links(network, trips)
    one, other = np.triu_indices(min(among, len(alone)), 1)
    lost = [np.union1d(alone.links_of(a), alone.links_of(b)) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    first, link = np.cumsum([0, *map(len, lost)]), np.concatenate(lost)
    singles = [alone.links_of(row) for row in range(min(among, len(alone)))]
    single_first = np.cumsum([0, *map(len, singles)])
    found = lose_groups(tables, first, link)

    roads = apply_closures(drive_times(network, setting.profile), [])
    terminals = roads.terminals(trips.snapped)
    engine = HierarchyEngine(network.hierarchy)
    metric = engine.customise(roads.weights)
    before = metric.query(terminals).packed_matrix()
    weight = np.zeros(before.shape, dtype=np.int64)
    weight[trips.origin, trips.destination] = trips.weight

    def without(row: int) -> LinkWeights:
        forward, backward = roads.weights.forward_ds.copy(), roads.weights.backward_ds.copy()
        forward[lost[row]] = backward[lost[row]] = UNREACHABLE
        return LinkWeights(forward, backward, roads.weights.length_m)

    def check(row: int, after: np.ndarray) -> None:
        cut = (before < UNREACHABLE) & (after >= UNREACHABLE)
        kept = (before < UNREACHABLE) & ~cut
        extra = ((after >> 32) - (before >> 32))[kept] * weight[kept]
        assert (found.cut_off_weight[row], found.extra_weighted_ds[row]) == (weight[cut].sum(), extra.sum())

    def whole(row: int) -> None:
        check(row, engine.customise(without(row)).query(terminals).packed_matrix())

    def partial(row: int) -> None:
        changed = metric.changed(lost[row], forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)
        check(row, changed.query(terminals).packed_matrix())

    def scipy(row: int) -> None:
        judge = ReferenceEngine(network.nodes, network.link_tail, network.link_head).customise(without(row))
        origin, destination = np.divmod(np.arange(ORIGINS * len(terminals)), len(terminals))
        skim = judge.query(terminals).skim(origin, destination)
        now = np.where(skim.time_ds >= UNREACHABLE, UNREACHABLE, (skim.time_ds << 32) + skim.length_m)
        later = engine.customise(without(row)).query(terminals).packed_matrix()[origin, destination]
        assert np.array_equal(now[origin != destination], later[origin != destination])

    rows = np.random.default_rng(1).choice(len(lost), RECOMPUTED, replace=False).tolist()
    ours_s = [timed(lambda: lose_groups(tables, first, link)) / len(lost) for _ in range(rounds)]
    alone_s = [
        timed(lambda: lose_groups(tables, single_first, np.concatenate(singles))) / len(singles) for _ in range(rounds)
    ]
    whole_s = [timed(lambda row=row: whole(row)) for row in rows]
    partial_s = [timed(lambda row=row: partial(row)) for row in rows]
    scipy_s = timed(lambda: scipy(rows[0])) * len(terminals) / ORIGINS
    middle = statistics.median(ours_s)
    return {
        "pairs": len(lost),
        "pairs_a_second": 1 / middle,
        "single_roads_a_second": 1 / statistics.median(alone_s),
        "whole_customisation_pairs_a_second": 1 / statistics.median(whole_s),
        "partial_customisation_pairs_a_second": 1 / statistics.median(partial_s),
        "scipy_pairs_a_second_by_proportion": 1 / scipy_s,
        "times_as_fast_as_whole": statistics.median(whole_s) / middle,
        "times_as_fast_as_partial": statistics.median(partial_s) / middle,
        "times_as_fast_as_scipy": scipy_s / middle,
    }


def measure_samples(tables: LossTables, network: wa.RoadNetwork, rounds: int) -> dict[str, Any]:
    """Samples a second where each link of the network fails with a chance."""
    every = np.arange(network.links)
    roads = Roads("link", np.arange(network.links + 1), every)
    rates = {}
    for chance in (1e-5, 1e-4, 1e-3):
        hazard = Hazard(roads, (Event("each by itself", 1.0, every, np.full(network.links, chance)),))
        work = HazardTask(tables, hazard, 1).open()
        took_s = [timed(lambda work=work: work(range(SAMPLES))) for _ in range(rounds)]
        rates[f"samples_a_second_at_chance_{chance:g}"] = SAMPLES / statistics.median(took_s)
    return rates


def timed(work: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
