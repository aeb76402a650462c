"""Over Ray: the same bits as on one machine, whatever is killed meanwhile."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from slow_squares import SlowSquare

import wayaround as wa
from wayaround.blocks.run import Run, begin_run
from wayaround.errors import RunIncomplete
from wayaround.reports.ranking import summarise_ranking
from wayaround.reports.sweep import summarise_sweep
from wayaround.reports.timeline import summarise_timeline

pytestmark = pytest.mark.cluster
pytest.importorskip("ray")

SCENARIO = Path(__file__).parents[2] / "examples" / "al-tanf.toml"
NUMBERS = np.arange(200_000)


@pytest.fixture(scope="module")
def local() -> Iterator[wa.cluster.RayWorkers]:
    with wa.cluster.connect("local", cores=2) as workers:
        yield workers


def without_seconds(summary: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in summary.items() if name != "seconds"})


def squares(run: Run, task: SlowSquare, count: int) -> list[int]:
    tables = [table for _, table in run.spread("squaring", task, range(count))]
    assert all(all(table["shared"].to_pylist()) for table in tables)
    return [each for table in tables for each in table["square"].to_pylist()]


def test_a_sweep_is_the_same_and_its_folder_goes_on_without_a_cluster(
    local: wa.cluster.RayWorkers, world: wa.RoadNetwork, tmp_path: Path
) -> None:
    scenario = wa.read_scenario(SCENARIO)
    axes = ["closures.tanf-zone.radius_km=20:100:10", "date=2016-05-31,2016-06-01"]
    here = wa.sweep_scenario(scenario, axes, network=world)
    there = wa.sweep_scenario(scenario, axes, network=world, workers=local, folder=tmp_path)
    again = wa.sweep_scenario(scenario, axes, network=world, folder=tmp_path)
    for each in (there, again):
        assert without_seconds(summarise_sweep(each)) == without_seconds(summarise_sweep(here))
        each.table().to_parquet(tmp_path / "there.parquet")
        here.table().to_parquet(tmp_path / "here.parquet")
        assert (tmp_path / "there.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()


def test_a_ranking_is_the_same(local: wa.cluster.RayWorkers, world: wa.RoadNetwork) -> None:
    trips = wa.city_trips(world, countries=["SY", "JO", "IQ"], min_population=200_000)
    here, there = (wa.rank_links(world, trips, workers=workers) for workers in (None, local))
    assert without_seconds(summarise_ranking(here, len(here))) == without_seconds(summarise_ranking(there, len(there)))
    pairs = [wa.rank_link_pairs(world, trips, among=12, workers=workers).table() for workers in (None, local)]
    assert pairs[0].equals(pairs[1])


def test_a_timeline_is_the_same(local: wa.cluster.RayWorkers, world: wa.RoadNetwork) -> None:
    scenario = wa.read_scenario(SCENARIO)
    here, there = (wa.assess_timeline(scenario, network=world, workers=workers) for workers in (None, local))
    assert without_seconds(summarise_timeline(here)) == without_seconds(summarise_timeline(there))


def test_what_is_started_here_listens_to_nobody_else(local: wa.cluster.RayWorkers) -> None:
    import ray

    local.ready()
    (node,) = ray.nodes()
    assert node["NodeManagerAddress"] == "127.0.0.1"
    ports = [
        node["NodeManagerPort"],
        node["ObjectManagerPort"],
        int(ray.get_runtime_context().gcs_address.split(":")[1]),
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outwards:
        outwards.connect(("192.0.2.1", 9))  # sends nothing: it only tells by which address this machine would
        others = outwards.getsockname()[0]
    for port in ports:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        if others != "127.0.0.1":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((others, port), timeout=5)


def test_what_a_task_needs_moves_once_and_is_read_in_place(local: wa.cluster.RayWorkers) -> None:
    before = local.moved_bytes()
    with begin_run("squares", {}, workers=local) as run:
        assert squares(run, SlowSquare(NUMBERS), 1000) == [each * each for each in range(1000)]
    assert NUMBERS.nbytes <= local.moved_bytes() - before < 1.1 * NUMBERS.nbytes


def test_a_killed_process_costs_its_block(local: wa.cluster.RayWorkers, tmp_path: Path) -> None:
    (tmp_path / "once").mkdir()
    task = SlowSquare(NUMBERS, kills=(3, 70), once=tmp_path / "once")
    with begin_run("squares", {}, workers=local, folder=tmp_path / "run") as run:
        assert squares(run, task, 100) == [each * each for each in range(100)]
        assert run.tally.failures == 2


def test_an_item_that_kills_its_process_is_set_aside(local: wa.cluster.RayWorkers, tmp_path: Path) -> None:
    task = SlowSquare(NUMBERS, kills=(41,))
    with (
        pytest.raises(RunIncomplete, match="squaring, item 41"),
        begin_run("squares", {}, workers=local, folder=tmp_path) as run,
    ):
        squares(run, task, 60)
    with begin_run("squares", {}, folder=tmp_path) as run:
        tables = [table for _, table in run.spread("squaring", SlowSquare(NUMBERS), range(60))]
        assert run.tally.blocks == 1
    assert [each for table in tables for each in table["square"].to_pylist()] == [each * each for each in range(60)]


def test_a_driver_that_is_killed_goes_on_by_the_same_command(tmp_path: Path) -> None:
    out = tmp_path / "out"
    cluster = ["--cluster", "local", "--out", str(out)]
    command = [sys.executable, "-c", "from wayaround.cli import main; main()"]
    rank = [*command, "rank", "--network", "world-highways", "--cities", "300", "--json"]
    killed = subprocess.Popen([*rank, *cluster], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(list(out.glob("run/parts/*/*.parquet"))) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = {path: path.stat().st_mtime_ns for path in out.glob("run/parts/*/*.parquet")}
    resumed = subprocess.run([*rank, *cluster], capture_output=True, text=True, check=True)
    assert kept.items() <= {path: path.stat().st_mtime_ns for path in out.glob("run/parts/*/*.parquet")}.items()
    assert resumed.stdout == subprocess.run(rank, capture_output=True, text=True, check=True).stdout
    assert "by earlier starts" in resumed.stderr


def wait_for(true: Callable[[], bool]) -> None:
    """Wait until something is true, for two minutes at most."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("it never came")
