"""Ray's own cluster for tests, several nodes on one machine: nodes that come, go and are killed."""

import threading
from collections.abc import Iterator
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


def test_a_node_that_is_killed_costs_its_block(nodes: Any, tmp_path: Path) -> None:
    doomed, _ = add(nodes), add(nodes)
    nodes.wait_for_nodes()
    task = SlowSquare(NUMBERS, each_s=0.05)
    with (
        wa.cluster.connect(nodes.address) as workers,
        begin_run("squares", {}, workers=workers, folder=tmp_path) as run,
    ):
        killer = threading.Timer(5, lambda: nodes.remove_node(doomed, allow_graceful=False))
        killer.start()
        found = [each for _, table in run.spread("squaring", task, range(400)) for each in table["square"].to_pylist()]
        killer.join()
        assert workers.count() in (1, 2)
    assert found == [each * each for each in range(400)]


def test_a_run_waits_for_a_node_and_uses_those_that_come(nodes: Any) -> None:
    task = SlowSquare(NUMBERS, each_s=0.02)
    with wa.cluster.connect(nodes.address) as workers, begin_run("squares", {}, workers=workers) as run:
        comes = threading.Timer(3, lambda: add(nodes))
        comes.start()
        found = [each for _, table in run.spread("squaring", task, range(100)) for each in table["square"].to_pylist()]
        comes.join()
    assert found == [each * each for each in range(100)]


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
