"""Ray's own cluster for tests, several nodes on one machine: nodes that come, go and are killed."""

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
