"""Ten thousand distances on the world's highways against SciPy; `make test-deep` checks a million."""

import numpy as np
from random_networks import terminals_inside
from scipy_judge import ScipyJudge

import wayaround as wa
from wayaround.network.profiles import drive_times
from wayaround.routing.metric import HierarchyEngine

SOURCES, TERMINALS, SEED = 10, 1_000, 20_240


def test_ten_thousand_distances_equal_scipy(world: wa.RoadNetwork) -> None:
    print(f"seed {SEED}")
    rng = np.random.default_rng(SEED)
    weights = drive_times(world, wa.load_profile("truck"))
    link = np.sort(rng.choice(world.links, TERMINALS, replace=False))
    terminals = terminals_inside(weights, link, rng.integers(0, 9, TERMINALS))
    query = HierarchyEngine(world.hierarchy).customise(weights).query(terminals)
    rows = rng.choice(TERMINALS, SOURCES, replace=False)
    judge = ScipyJudge(world.nodes, world.link_tail, world.link_head, weights, terminals)
    time_ds, length_m = judge.skim(rows)
    matrix = query.matrix()
    np.testing.assert_array_equal(matrix.time_ds[rows], time_ds)
    np.testing.assert_array_equal(matrix.length_m[rows], length_m)
