"""N-1 on the world's highways against SciPy: the link taken out, the ways of 60 cities searched again."""

import numpy as np
import pytest
from scipy_judge import ScipyJudge, unpack

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.network.profiles import drive_times
from wayaround.routing.chains import lose_each_link
from wayaround.routing.losses import Losses, prepare_losses
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import Terminals
from wayaround.units import UNREACHABLE

CITIES, RANDOM, USED, WORST = 60, 200, 50, 50


def city_terminals(world: wa.RoadNetwork, rng: np.random.Generator) -> Terminals:
    """Random cities of over half a million people."""
    trips = wa.city_trips(world, min_population=500_000, weight="equal")
    chosen = np.sort(rng.choice(len(trips.places), CITIES, replace=False))
    every = apply_closures(drive_times(world, wa.load_profile("truck")), []).terminals(trips.snapped)
    return Terminals(*(getattr(every, name)[chosen] for name in Terminals.__slots__))


def lose_by_scipy(
    judge: ScipyJudge, trees: np.ndarray, world: wa.RoadNetwork, trips: np.ndarray, link: int
) -> tuple[int, ...]:
    """Losses by searching again from every city whose searches so far have some way over the link."""
    ends = int(world.link_tail[link]), int(world.link_head[link])
    was = trees[:, judge.arrive]
    via = np.full(was.shape, np.inf)
    for one, other in (ends, ends[::-1]):  # both ways alike, so the way to a city is the way from it
        np.minimum(via, trees[:, [one]] + judge.weight[link] + trees[:, other][None, :], out=via)
    on_way = (via <= was) & (trips > 0) & np.isfinite(was)
    rows = np.flatnonzero(on_way.any(axis=1))
    if len(rows) == 0:
        return (0,) * 6
    now_ds, now_m = judge.skim(rows, without=link)
    was_ds, was_m = unpack(was[rows])
    weight = trips[rows]
    had, has = (was_ds < UNREACHABLE) & (weight > 0), now_ds < UNREACHABLE
    cut, longer = had & ~has, had & has & ((now_ds != was_ds) | (now_m != was_m))
    extra = (weight * (now_ds - was_ds))[longer], (weight * (now_m - was_m))[longer]
    return tuple(int(part.sum()) for part in (weight[cut], cut, *extra, weight[longer], longer))


@pytest.mark.parametrize("part", [0, 1])
def test_losses_equal_scipy(world: wa.RoadNetwork, seed: int, part: int) -> None:
    """Half of the links each, so that two processes share the work; each draws cities of its own."""
    rng = np.random.default_rng(seed)
    weights = drive_times(world, wa.load_profile("truck"))
    terminals = city_terminals(world, rng)
    query = HierarchyEngine(world.hierarchy).customise(weights).query(terminals)
    trips = rng.integers(0, 4, (CITIES, CITIES))
    np.fill_diagonal(trips, 0)
    losses = lose_each_link(prepare_losses(query, trips))
    worst = np.lexsort((-losses.extra_weighted_ds, -losses.cut_off_weight))[: WORST * 2]
    used = np.flatnonzero((losses.longer_pairs > 0) | (losses.cut_off_pairs > 0))
    links = np.unique(
        np.concatenate(
            [
                rng.choice(world.links, RANDOM // 2, replace=False),
                rng.choice(used, USED // 2, replace=False),
                worst[part::4],
            ]
        )
    )
    judge = ScipyJudge(world.nodes, world.link_tail, world.link_head, weights, terminals)
    trees = judge.trees(np.arange(CITIES))
    hit = 0
    for link in links.tolist():
        found = tuple(int(getattr(losses, name)[link]) for name in Losses.__slots__)
        assert found == lose_by_scipy(judge, trees, world, trips, link), f"link {link}"
        hit += any(found)
    assert hit >= WORST // 2
