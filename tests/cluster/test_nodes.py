"""Ray's own cluster for tests, several nodes on one machine: nodes that come, go and are killed."""

import os
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
from wayaround.blocks.run import begin_run
from wayaround.cluster import start as starting
from wayaround.errors import ClusterUnfit, ClusterUnreachable

pytestmark = pytest.mark.cluster
pytest.importorskip("ray")

STORE_BYTES = 200 << 20
NUMBERS = np.arange(200_000)


@pytest.fixture
def nodes() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": STORE_BYTES})
    yield cluster
    cluster.shutdown()


def add(nodes: Any) -> Any:
    return nodes.add_node(num_cpus=1, object_store_memory=STORE_BYTES)


def squares_while(happens: Callable[[], object], *, nodes: Any, count: int, folder: Path | None = None) -> list[int]:
    """Squares over the nodes, with something that happens to them meanwhile."""
    begun, happened = time.monotonic(), False

    def tell(_: str, done: int, __: int) -> None:
        nonlocal happened
        if not happened and time.monotonic() - begun > 3:
            happened = True
            happens()

    task = SlowSquare(NUMBERS, each_s=0.05)
    with (
        wa.cluster.connect(nodes.address) as workers,
        begin_run("squares", {}, workers=workers, folder=folder, tell=tell) as run,
    ):
        tables = [table for _, table in run.spread("squaring", task, range(count))]
    assert happened
    return [each for table in tables for each in table["square"].to_pylist()]


def test_a_node_that_is_killed_costs_its_block(nodes: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doomed, _ = add(nodes), add(nodes)
    nodes.wait_for_nodes()
    found = squares_while(
        lambda: nodes.remove_node(doomed, allow_graceful=False), nodes=nodes, count=300, folder=tmp_path
    )
    assert found == [each * each for each in range(300)]
    assert capfd.readouterr().out == ""  # where a result would be


def test_a_run_waits_for_a_node_and_uses_those_that_come(nodes: Any) -> None:
    assert squares_while(lambda: add(nodes), nodes=nodes, count=60) == [each * each for each in range(60)]


def test_a_cluster_without_cores_is_given_up(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wayaround.cluster.workers.NO_CORES_S", 3.0)
    with (
        wa.cluster.connect(nodes.address) as workers,
        pytest.raises(ClusterUnreachable, match="no core for 3 s"),
        begin_run("squares", {}, workers=workers) as run,
    ):
        list(run.spread("squaring", SlowSquare(NUMBERS), range(10)))


def test_another_wayaround_on_a_node_is_refused(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    add(nodes)
    nodes.wait_for_nodes()
    monkeypatch.setattr(starting.importlib.metadata, "version", lambda _: "9.9")
    with pytest.raises(ClusterUnfit, match=r"this process 9\.9; install the same version on every node"):
        wa.cluster.connect(nodes.address)


@pytest.mark.parametrize("mode", ["token", "disabled"])
def test_a_head_with_tokens_and_one_without_are_joined_by_who_has_one(
    mode: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "a-token-of-this-test-and-no-other")
    loader = pytest.importorskip("ray._raylet").AuthenticationTokenLoader.instance()
    loader.reset_cache()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", f"--port={port}"]
    command += ["--num-cpus=1", "--include-dashboard=false", f"--object-store-memory={STORE_BYTES}"]
    environment = os.environ | {"RAY_AUTH_MODE": mode, "RAY_USAGE_STATS_ENABLED": "0"}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as head,
    ):
        try:
            with join_once_it_answers(f"127.0.0.1:{port}") as workers, begin_run("squares", {}, workers=workers) as run:
                tables = [table for _, table in run.spread("squaring", SlowSquare(NUMBERS), range(40))]
        finally:
            head.terminate()
            loader.reset_cache()
    assert [each for table in tables for each in table["square"].to_pylist()] == [each * each for each in range(40)]


def join_once_it_answers(address: str) -> Any:
    for _ in range(100):
        try:
            return wa.cluster.connect(address)
        except ClusterUnreachable as error:
            if "no cluster answers" not in error.message:
                raise
            time.sleep(0.2)
    raise TimeoutError(address)
