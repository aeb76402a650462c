"""A million distances on the world's highways against SciPy: both ways alike or not, before and after closures."""

from dataclasses import replace

import numpy as np
import pytest
from random_networks import terminals_inside
from scipy_judge import ScipyJudge

import wayaround as wa
from wayaround.network.profiles import drive_times
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

SOURCES, TERMINALS = 250, 1_000  # of each of the four
CLOSED, SLOWED = 4_000, 4_000


def one_way(weights: LinkWeights, rng: np.random.Generator) -> LinkWeights:
    """A random tenth of the links open in one direction only."""
    kind = rng.random(len(weights.length_m))
    return LinkWeights(
        np.where(kind < 0.05, UNREACHABLE, weights.forward_ds),
        np.where(kind > 0.95, UNREACHABLE, weights.backward_ds),
        weights.length_m,
    )


@pytest.mark.parametrize("closures", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("symmetric", [True, False], ids=["both-ways", "one-way-tenth"])
def test_quarter_of_a_million_distances_equal_scipy(
    world: wa.RoadNetwork, seed: int, *, symmetric: bool, closures: bool
) -> None:
    rng = np.random.default_rng(seed)
    weights = drive_times(world, wa.load_profile("truck"))
    if not symmetric:
        weights = one_way(weights, rng)
    metric = HierarchyEngine(world.hierarchy).customise(weights)
    assert metric.symmetric == symmetric
    if closures:
        links = rng.choice(world.links, CLOSED + SLOWED, replace=False)
        forward, backward = weights.forward_ds.copy(), weights.backward_ds.copy()
        forward[links[:CLOSED]] = backward[links[:CLOSED]] = UNREACHABLE
        for time_ds in (forward, backward):
            slowed = links[CLOSED:][time_ds[links[CLOSED:]] < UNREACHABLE]
            time_ds[slowed] += rng.integers(1, 100_000, len(slowed))
        weights = replace(weights, forward_ds=forward, backward_ds=backward)
        metric = metric.changed(links, forward_ds=forward[links], backward_ds=backward[links])
    terminals = terminals_inside(
        weights, rng.choice(world.links, TERMINALS, replace=False), rng.integers(0, 9, TERMINALS)
    )
    rows = rng.choice(TERMINALS, SOURCES, replace=False)
    judge = ScipyJudge(world.nodes, world.link_tail, world.link_head, weights, terminals)
    matrix = metric.query(terminals).matrix()
    checked = 0
    for some in np.array_split(rows, 25):
        time_ds, length_m = judge.skim(some)
        np.testing.assert_array_equal(matrix.time_ds[some], time_ds)
        np.testing.assert_array_equal(matrix.length_m[some], length_m)
        checked += time_ds.size
    assert checked == SOURCES * TERMINALS
