"""The benchmark's own arithmetic; nothing is timed here."""

import doctest
import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pyproj
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


@pytest.mark.parametrize(
    "name", ["exchange", "growth", "osm_file", "run", "run_peers", "split_graph", "stages", "table"]
)
def test_examples(load, name):
    tried = doctest.testmod(load_peer(load, name))
    assert tried.attempted > 0
    assert tried.failed == 0


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


def test_bends_make_links_as_long_as_they_should_be(load):
    """Lengths by another formula: the haversine, point by point."""
    osm_file = load_peer(load, "osm_file")
    lon = np.array([0.0, 0.2, 10.0, 10.0, 179.9, -179.9, 5.0])
    lat = np.array([0.0, 0.1, 60.0, 61.0, 20.0, 20.0, 45.0])
    tail, head = np.array([0, 2, 4, 6, 0]), np.array([1, 3, 5, 6, 6])
    wanted_m = np.array([26_000.0, 200_000.0, 21_500.0, 900.0, 1.0])
    bends = osm_file.bend_links(lon, lat, tail, head, wanted_m)
    for link, points in enumerate(bends):
        line = np.radians(np.vstack([(lon[tail[link]], lat[tail[link]]), points, (lon[head[link]], lat[head[link]])]))
        north, (step_east, step_north) = line[:-1, 1], np.diff(line, axis=0).T
        chord = np.sin(step_north / 2) ** 2 + np.cos(north) * np.cos(north + step_north) * np.sin(step_east / 2) ** 2
        length_m = 2 * osm_file.EARTH_M * np.arcsin(np.sqrt(chord)).sum()
        if link == 4:
            assert len(points) == 0  # shorter than its straight line: stays straight
        else:
            assert abs(length_m - wanted_m[link]) < 1


def test_zone_of_valhalla_is_a_circle(load):
    valhalla_ = load_peer(load, "valhalla_")
    east, north = np.radians(np.array(valhalla_.draw_circle())).T
    lat, lon = np.radians(valhalla_.CENTRE)
    chord = np.sin((north - lat) / 2) ** 2 + np.cos(lat) * np.cos(north) * np.sin((east - lon) / 2) ** 2
    assert np.abs(2 * 6371008.8 * np.arcsin(np.sqrt(chord)) - 55_000).max() < 1
    assert (east[0], north[0]) == pytest.approx((east[-1], north[-1]))


def test_lengths_of_osrm_are_near_those_of_the_ellipsoid(load):
    osrm_ = load_peer(load, "osrm_")

    class Links:
        lon, lat = np.array([0.0, 0.3, 24.0, 24.2, 179.9, -179.9]), np.array([0.0, 0.1, -61.0, -60.9, 45.0, 45.1])
        tail, head = np.array([0, 2, 4]), np.array([1, 3, 5])

    ends = [Links.lon[Links.tail], Links.lat[Links.tail], Links.lon[Links.head], Links.lat[Links.head]]
    wanted_m = pyproj.Geod(ellps="WGS84").inv(*ends)[2]
    assert np.abs(osrm_.lengths_m(Links) / wanted_m - 1).max() < 2e-3


def test_links_between_two_ends_in_one_place_get_a_length(load):
    osrm_ = load_peer(load, "osrm_")

    class Links:
        lon, lat = np.array([5.0, 5.0, 6.0, 5.0, 6.0]), np.array([7.0, 7.0, 7.0, 7.0, 7.0])
        tail, head = np.array([0, 1, 0, 2]), np.array([1, 2, 3, 4])
        before_ds = np.array([40, 60, 3, 0])

    Links.lat = osrm_.spread_nodes(Links)
    assert Links.lat.tolist() == [7.0, 7.000003, 7.0, 7.000006, 7.0]
    metres = osrm_.lengths_m(Links)
    assert (metres[[0, 2]] > 0.3).all()
    assert metres[3] == 0  # takes no time


def load_peer(load, name: str) -> ModuleType:
    """A peer's module with stand-ins for the libraries of the peers' own environment."""
    stand_ins = {"osmium": ModuleType("osmium"), "valhalla": ModuleType("valhalla"), "osrm": ModuleType("osrm")}
    stand_ins["valhalla.config"] = ModuleType("valhalla.config")
    stand_ins["valhalla.config"].get_config = None
    stand_ins["valhalla"].Actor = None
    with pytest.MonkeyPatch.context() as patch:
        for missing, module in stand_ins.items():
            patch.setitem(sys.modules, missing, module)
        return load(name)


def test_close_times_are_counted_and_far_ones_refused(load):
    exchange = load("exchange")
    ours = np.full(2000, 100_000)
    ours[:500] = exchange.SHUT
    theirs = np.where(ours < exchange.SHUT, ours + 9.0, np.inf)
    theirs[1990:] += 60
    said = exchange.check_close(theirs, ours, 0.001)
    assert said == (
        "2,000 pairs: 100 % agree on whether there is a way; of 1,500 with one, 100 % within 0.1 %, 99.33 % within 1 s"
    )
    theirs[1990:] += 60
    with pytest.raises(SystemExit, match=r"99\.33 % within 0\.1 %"):
        exchange.check_close(theirs, ours, 0.001)
    with pytest.raises(SystemExit, match="agree on whether"):
        exchange.check_close(
            np.where(np.arange(2000) < 10, 1.0, np.where(ours < exchange.SHUT, ours, np.inf)), ours, 0.001
        )


def test_peer_that_crashes_leaves_what_it_measured(load, capsys):
    """A script that prints two sheets, the second cut off, and ends by a signal, by an error, or too late."""
    run_peers, jobs = load("run_peers"), load("jobs")
    sheet = '{"tool": "Peer", "version": "1", "jobs": {"matrix": {"median_s": 1.0}}, "setup_s": {}}'
    start = f"import os, sys, time; print('\\n' + {sheet!r}, flush=True); print('{{\"tool\": \"Pe', flush=True);"
    ends = {
        "os.kill(os.getpid(), 11)": "it crashed: SIGSEGV",
        "raise SystemExit('a time differs')": "it failed: a time differs",
        "time.sleep(60)": "stopped after 0 minutes",
    }
    for end, failure in ends.items():
        printed, said = run_peers.run_until([sys.executable, "-c", f"{start} {end}"], 3)
        assert said == failure
        content = run_peers.read_sheet("Peer", printed, said)
        assert content["jobs"]["matrix"] == {"median_s": 1.0}
        assert content["jobs"].keys() == set(jobs.PEER_JOBS)
        assert content["jobs"]["zone"] == {"reason": failure}
        assert "reason" not in content
    assert "a time differs" in capsys.readouterr().err
    assert run_peers.run_until([sys.executable, "-c", "print(1)"], 60) == ("1\n", "")
    nothing = run_peers.read_sheet("Peer", "", "it failed: no module")
    assert nothing["reason"] == "it failed: no module"


def test_stages_tell_what_is_left(load, capsys):
    stages_ = load("stages")
    stages = stages_.Stages(["wayaround", "OSRM", "a peer"], {"wayaround": 30.0, "OSRM": 600.0})
    assert stages.left_s() == 30 + 600 + 180
    with stages.stage("wayaround"):
        pass
    assert stages.left_s() == 600 + 180
    assert "[1/3] wayaround: about 0.5 minutes; 14 to the end" in capsys.readouterr().err


def test_kept_figures_are_named(load):
    run = load("run")
    new = {
        "date": "now",
        "growth": {"nodes": [2]},
        "tools": {"Valhalla": {"v": 2}, "wayaround": {"version": "2", "jobs": {"matrix": 2}}},
    }
    old = {
        "growth": {"nodes": [1], "nodes, N-1": [1]},
        "tools": {"wayaround": {"version": "1", "jobs": {"matrix": 1, "n_minus_1": 1}}, "SciPy": {"v": 1}},
    }
    both = run.add_kept(new, old)
    assert both["kept"] == ["n_minus_1", "growth by nodes, N-1", "SciPy"]
    assert both["growth"] == {"nodes": [2], "nodes, N-1": [1]}
    assert list(both["tools"]) == ["wayaround", "SciPy", "Valhalla"]
    assert both["tools"]["wayaround"] == {"version": "2", "jobs": {"matrix": 2, "n_minus_1": 1}}
    assert run.add_kept(new, {})["kept"] == []


def test_scgraph_gets_a_whole_part(load, monkeypatch):
    """Parts of two, three and four nodes; a shut link joins none."""
    stand_in = ModuleType("scgraph")
    stand_in.Graph = None
    monkeypatch.setitem(sys.modules, "scgraph", stand_in)
    scgraph_, exchange = load("scgraph_"), load("exchange")

    class Links:
        nodes = 9
        tail, head = np.array([0, 2, 3, 5, 6, 7, 1]), np.array([1, 3, 4, 6, 7, 8, 2])
        before_ds = np.array([1, 1, 1, 1, 1, 1, exchange.SHUT])

    assert np.flatnonzero(scgraph_.largest_part(Links, 3)).tolist() == [2, 3, 4]
    assert np.flatnonzero(scgraph_.largest_part(Links, 4)).tolist() == [5, 6, 7, 8]


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
        "growth": {"nodes": [{"nodes": 1000, "pair_s": 2e-7, "memory_mb": 12.3}]},
        "tools": {"wayaround": tool, "Peer": peer, "Gone": gone},
    }  # fmt: skip
    table.write_page(results, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| 20 ms | about 2 s (100x) | - |" in page
    assert "cannot close" in page
    assert "not installed" in page
    assert "| 20 ms | 20 ms | 30 ms | yes |" in page
    assert "| nodes | pair | memory |\n|---|---|---|\n| 1,000 | 200 ns | 12 MB |" in page
