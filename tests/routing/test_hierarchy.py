"""The topology: stored and mapped, damaged stores refused, one compilation for every kind of array."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from random_networks import Case, cases

from wayaround.errors import StoreDamaged
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy, build_hierarchy_from_order, run_in_threads
from wayaround.routing.metric import customise_hierarchy
from wayaround.routing.order import compute_order


def ring(nodes: int) -> Hierarchy:
    angle = 2 * np.pi * np.arange(nodes) / nodes
    tail = np.arange(nodes)
    return build_hierarchy(nodes, tail, (tail + 1) % nodes, lon=np.cos(angle), lat=np.sin(angle))


@settings(max_examples=100, deadline=None, print_blob=True)
@given(cases())
def test_upper_neighbours_are_ancestors_and_a_clique(case: Case) -> None:
    hierarchy = build_hierarchy_from_order(case.order, case.tail, case.head)
    assert sorted(hierarchy.rank.tolist()) == list(range(case.nodes))
    arcs = set(zip(hierarchy.tail.tolist(), hierarchy.head.tolist(), strict=True))
    assert len(arcs) == hierarchy.arcs
    for v in range(case.nodes):
        upper = hierarchy.head[hierarchy.first_out[v] : hierarchy.first_out[v + 1]].tolist()
        assert upper == sorted(upper)
        assert hierarchy.parent[v] == (upper[0] if upper else -1)
        assert all((low, high) in arcs for k, low in enumerate(upper) for high in upper[k + 1 :])
        for ancestor in upper:
            assert hierarchy.first_descendant[ancestor] <= v < ancestor
    for link in range(hierarchy.links):
        ends = sorted(hierarchy.rank[[case.tail[link], case.head[link]]].tolist())
        arc = int(hierarchy.link_arc[link])
        if ends[0] == ends[1]:
            assert arc == -1 - ends[0]
        else:
            assert [hierarchy.tail[arc], hierarchy.head[arc]] == ends
            behind = hierarchy.arc_link[hierarchy.arc_first_link[arc] : hierarchy.arc_first_link[arc + 1]]
            assert link in behind


@pytest.mark.parametrize("nodes", [0, 1, 3])
def test_order_of_nodes_without_links(nodes: int) -> None:
    none = np.zeros(0, dtype=np.int64)
    order = compute_order(nodes, none, none, np.zeros(nodes), np.zeros(nodes))
    assert sorted(order.tolist()) == list(range(nodes))
    assert build_hierarchy_from_order(order, none, none).arcs == 0


def test_memory_mapped_hierarchy_weighs_alike(tmp_path: Path) -> None:
    from wayaround.routing.terminals import LinkWeights

    hierarchy = ring(40)
    for name, array in hierarchy.hierarchy_arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = Hierarchy.from_arrays({path.stem: np.load(path, mmap_mode="r") for path in tmp_path.glob("*.npy")})
    assert not mapped.head.flags.writeable
    time_ds = np.arange(40)
    weights = LinkWeights(time_ds, time_ds[::-1].copy(), time_ds)
    one, other = customise_hierarchy(hierarchy, weights), customise_hierarchy(mapped, weights)
    np.testing.assert_array_equal(one.up, other.up)
    np.testing.assert_array_equal(one.down, other.down)


def test_damaged_store_is_refused() -> None:
    arrays = ring(5).hierarchy_arrays()
    with pytest.raises(StoreDamaged, match="lacks head"):
        Hierarchy.from_arrays({name: array for name, array in arrays.items() if name != "head"})
    with pytest.raises(StoreDamaged, match="tail"):
        Hierarchy.from_arrays({**arrays, "tail": arrays["tail"][:-1]})
    with pytest.raises(StoreDamaged, match="parent"):
        Hierarchy.from_arrays({**arrays, "parent": arrays["parent"].astype(np.int64)})
    with pytest.raises(StoreDamaged, match="arc_link"):
        Hierarchy.from_arrays({**arrays, "arc_link": arrays["arc_link"][:-1]})


def test_second_process_compiles_nothing() -> None:
    script = (
        "import importlib, numba\n"
        "names = ('topology', 'metric', 'labels', 'paths', 'totals', 'losses', 'select', 'alternatives')\n"
        "modules = [importlib.import_module('wayaround.routing.kernels.' + name) for name in names]\n"
        "kernels = [k for m in modules for k in vars(m).values() if hasattr(k, 'stats')]\n"
        "assert len(kernels) > 20 and all(len(k.signatures) == 1 for k in kernels)\n"
        "print(sum(sum(k.stats.cache_misses.values()) for k in kernels))\n"
    )
    run = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(2)]
    assert run[1].stdout.strip() == "0"


def test_run_in_threads_calls_each_once_and_raises() -> None:
    seen: list[int] = []
    run_in_threads(seen.append, 100, threads=4)
    assert sorted(seen) == list(range(100))

    def fail(number: int) -> None:
        if number == 3:
            raise LookupError("three")

    with pytest.raises(LookupError, match="three"):
        run_in_threads(fail, 10, threads=2)
