"""Two hundred random changes of the world's highways, each undone: bit for bit the metric customised afresh."""

import numpy as np
import pytest

import wayaround as wa
from wayaround.network.profiles import drive_times
from wayaround.routing.metric import HierarchyEngine, change_links, customise_hierarchy, undo_change
from wayaround.routing.terminals import LinkWeights
from wayaround.units import UNREACHABLE

CHANGES, MOST_LINKS = 100, 400  # of each of the two
ARRAYS = ("forward", "backward", "up", "down")


def change_times(time_ds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shut a third, slow a third down, speed a third up or open them."""
    kind = rng.integers(0, 3, len(time_ds))
    is_open = np.where(time_ds < UNREACHABLE, time_ds, 500)
    slower, faster = (
        is_open + rng.integers(1, 100_000, len(is_open)),
        is_open * rng.integers(0, 90, len(is_open)) // 100,
    )
    return np.select([kind == 0, kind == 1], [np.full_like(is_open, UNREACHABLE), slower], faster)


@pytest.mark.parametrize("symmetric", [True, False], ids=["both-ways", "one-way-tenth"])
def test_changes_and_undos_are_exact(world: wa.RoadNetwork, seed: int, *, symmetric: bool) -> None:
    rng = np.random.default_rng(seed)
    weights = drive_times(world, wa.load_profile("truck"))
    forward, backward = weights.forward_ds.copy(), weights.backward_ds.copy()
    if not symmetric:
        kind = rng.random(world.links)
        forward[kind < 0.05] = UNREACHABLE
        backward[kind > 0.95] = UNREACHABLE
    metric = HierarchyEngine(world.hierarchy).customise(LinkWeights(forward, backward, weights.length_m))
    original = {name: getattr(metric, name).copy() for name in ARRAYS}
    for _ in range(CHANGES):
        links = rng.choice(world.links, int(rng.integers(1, MOST_LINKS)), replace=False)
        new_forward = change_times(forward[links], rng)
        alike = symmetric and rng.random() < 0.5
        new_backward = new_forward if alike else change_times(backward[links], rng)
        changed, undo = change_links(metric, links, forward_ds=new_forward, backward_ds=new_backward)
        other_forward, other_backward = forward.copy(), backward.copy()
        other_forward[links], other_backward[links] = new_forward, new_backward
        fresh = customise_hierarchy(world.hierarchy, LinkWeights(other_forward, other_backward, weights.length_m))
        for name in ARRAYS:
            assert np.array_equal(getattr(changed, name), getattr(fresh, name)), name
        metric = undo_change(undo)
        for name in ARRAYS:
            assert np.array_equal(getattr(metric, name), original[name]), name
        assert metric.symmetric == symmetric
