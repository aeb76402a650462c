"""The benchmark's own arithmetic; nothing is timed here."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.sparse import coo_array, csgraph

from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch):
    if not FOLDER.is_dir():
        pytest.skip("the benchmarks are not part of this copy")
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.syspath_prepend(str(FOLDER / "peers"))

    def load_module(name: str) -> ModuleType:
        module = importlib.import_module(name)
        monkeypatch.delitem(sys.modules, name)
        return module

    return load_module


def test_split_graph_keeps_all_times(load):
    """A ring of five with a chord, a parallel link and a self-loop; three terminals share one link."""
    split = load("split_graph")
    tail, head = np.array([0, 1, 2, 3, 4, 0, 1, 2]), np.array([1, 2, 3, 4, 0, 2, 2, 2])
    time_ds = np.array([30, 100, 70, 20, UNREACHABLE, 250, 90, 5])
    weights = LinkWeights(time_ds, time_ds, np.full(8, 1000))
    link, from_tail = np.array([1, 1, 0, 3, 1]), np.array([90, 10, 0, 13, 10])
    to_head = time_ds[link] - from_tail
    terminals = Terminals(
        link, from_tail / time_ds[link], from_tail, to_head, from_tail, to_head, 10 * from_tail, 10 * to_head
    )
    engine = HierarchyEngine.from_network(5, tail, head, lon=np.arange(5.0), lat=np.zeros(5))
    ours = engine.customise(weights).query(terminals).matrix().time_ds

    one, other, piece_ds = split.split_links(tail, head, weights, terminals)
    kept = split.fastest_of_parallel(one, other, piece_ds)
    one, other, piece_ds = one[kept], other[kept], piece_ds[kept]
    is_open = piece_ds < UNREACHABLE
    # A millionth more keeps links of no time in the sparse matrix.
    graph = coo_array((piece_ds[is_open] + 1e-6, (one[is_open], other[is_open])), shape=(10, 10)).tocsr()
    theirs = np.rint(csgraph.dijkstra(graph, directed=False))[5:, 5:]
    assert np.array_equal(np.where(np.isinf(theirs), UNREACHABLE, theirs).astype(np.int64), ours)


def test_page_of_results(load, tmp_path):
    table = load("table")
    entry = {"median_s": 0.02, "median_cpu_s": 0.03, "runs_s": [0.02], "share": 1.0, "checked": "equal", "note": "n"}
    slower = {**entry, "median_s": 0.5, "share": 0.25}
    tool = {"tool": "wayaround", "version": "1", "jobs": {"matrix": entry}, "setup_s": {}, "peak_mb": 1.0}
    peer = {**tool, "tool": "Peer", "jobs": {"matrix": slower, "zone": {"reason": "cannot close"}}}
    gone = {"tool": "Gone", "version": "", "jobs": {}, "reason": "not installed"}
    results = {
        "date": "2026-01-01",
        "runs": 5,
        "machine": {
            "processor": "P", "cores": 2, "memory_gb": 24, "system": "S", "python": "3", "libraries": {},
            "load_at_start": [1.0],
        },
        "pairs_with_a_way": 1,
        "network": {"name": "N", "nodes": 1, "links": 1, "arcs": 1},
        "tools": {"wayaround": tool, "Peer": peer, "Gone": gone},
    }  # fmt: skip
    table.write_page(results, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| 20 ms | about 2 s (100x) | - |" in page
    assert "cannot close" in page
    assert "not installed" in page
    assert "| 20 ms | 20 ms | 30 ms | yes |" in page
