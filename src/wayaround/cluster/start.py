"""Start Ray on this machine, or join a cluster that runs already."""

import importlib.metadata
import importlib.util
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wayaround.cluster.workers import RayWorkers
from wayaround.errors import ClusterUnfit, ClusterUnreachable, PackageMissing

REACH_S = 5.0
LEAST_STORE_BYTES, SHARE_OF_MEMORY = 256 << 20, 0.3
"""Object store of `local`: twice what is put in and this, but at most so much of the memory."""

_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
"""What a client of HTTP/2, and so of gRPC, says first, with empty settings."""

_SETTINGS = 4
_CLUSTERS = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"


def connect(address: str = "local", *, cores: int | None = None) -> RayWorkers:
    """Connect to a Ray cluster.

    Parameters
    ----------
    address : str
        ``local`` starts Ray on this machine, for as long as the result is open; ``HOST:PORT`` joins the cluster of that
        head, of which this machine has to be a node.
    cores : int, optional
        Of `local`: how many cores it has; all if left out.

    Returns
    -------
    RayWorkers
        For the keyword `workers` of `sweep_scenario`, `rank_links`, `rank_link_pairs` and `assess_timeline`.

    Raises
    ------
    PackageMissing
        Ray is not installed.
    ClusterUnreachable
        Nothing answers there.
    ClusterUnfit
        A node has another Python, Ray or wayaround than this process.

    Examples
    --------
    >>> import wayaround as wa
    >>> try:
    ...     wa.cluster.connect("127.0.0.1:9")
    ... except wa.WayaroundError as error:
    ...     print(error)
    no cluster answers at 127.0.0.1:9 (Connection refused); start one with `ray start --head`, or use local.
    """
    if importlib.util.find_spec("ray") is None:
        raise PackageMissing("a cluster needs Ray; install it with: pip install 'wayaround[cluster]'", ids=["ray"])
    if address == "local":
        return RayWorkers(lambda size: _start(size, cores))
    _reach(address)
    workers = RayWorkers(lambda _: _join(address))
    workers.ready()
    return workers


def _start(size: int, cores: int | None) -> Any:
    """Ray on this machine alone: no other may reach it, and it reaches nobody."""
    ray = _import_ray()
    most = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * SHARE_OF_MEMORY)
    try:
        with _loopback_only():
            ray.init(
                address="local", num_cpus=cores, object_store_memory=min(2 * size + LEAST_STORE_BYTES, most), **_QUIET
            )
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        said = " ".join(str(error).split())
        raise ClusterUnfit(f"Ray does not start on this machine: {said}", ids=["local"]) from error
    return ray


@contextmanager
def _loopback_only() -> Iterator[None]:
    """Have what Ray starts listen on 127.0.0.1, as it does by itself where it knows no clusters."""
    from ray._private import ray_constants

    known, said = ray_constants.ENABLE_RAY_CLUSTER, os.environ.get(_CLUSTERS)
    ray_constants.ENABLE_RAY_CLUSTER, os.environ[_CLUSTERS] = False, "0"
    try:
        yield
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = known
        os.environ.pop(_CLUSTERS)
        if said is not None:
            os.environ[_CLUSTERS] = said


_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": False}


def _join(address: str) -> Any:
    ray = _import_ray()
    try:
        ray.init(address=address, **_QUIET)
    except (ConnectionError, TimeoutError) as error:
        raise ClusterUnreachable(f"no cluster answers at {address} ({error}).", ids=[address]) from error
    except RuntimeError as error:
        if "ersion mismatch" not in str(error):
            raise ClusterUnreachable(f"cannot join the cluster at {address} ({error}).", ids=[address]) from error
        raise ClusterUnfit(
            f"the cluster at {address} runs other versions: {' '.join(str(error).split())}", ids=[address]
        ) from error
    try:
        _compare_versions(ray, address)
    except BaseException:
        ray.shutdown()
        raise
    return ray


def _import_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    import ray._private.worker

    logging.getLogger("ray").setLevel(logging.ERROR)
    # Ray says on standard output, where a result may be, which nodes it lost; a block that was lost is said by us.
    ray._private.worker.print_to_stdstream = _say_nothing

    return ray


def _say_nothing(*_: object, **__: object) -> None:
    """In place of what Ray prints."""


def _compare_versions(ray: Any, address: str) -> None:
    """Ask each node which wayaround it has."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = importlib.metadata.version("wayaround")
    ask = ray.remote(num_cpus=0, max_retries=0)(_say_version)
    for node in ray.nodes():
        if not node["Alive"]:
            continue
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        try:
            version = ray.get(ask.options(scheduling_strategy=there).remote(), timeout=60)
        except ray.exceptions.RayError as error:
            raise ClusterUnfit(
                f"node {node['NodeManagerHostname']} of the cluster at {address} cannot run wayaround "
                f"({type(error).__name__}); install the same version on every node.",
                ids=[address],
            ) from error
        if version != here:
            raise ClusterUnfit(
                f"node {node['NodeManagerHostname']} of the cluster at {address} has wayaround "
                f"{version or 'not at all'}, this process {here}; install the same version on every node.",
                ids=[address],
            )


def _say_version() -> str:
    try:
        return importlib.metadata.version("wayaround")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _reach(address: str) -> None:
    """Find out within seconds whether somebody at an address speaks what Ray speaks; Ray itself waits for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in address:
        raise ClusterUnreachable(
            f'"{address}" is no address of a cluster; give local, or HOST:PORT of its head.', ids=[address]
        )
    hint = "start one with `ray start --head`, or use local."
    try:
        with socket.create_connection((host, int(port)), timeout=REACH_S) as connection:
            connection.sendall(_HELLO)
            answer = connection.recv(9)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ClusterUnreachable(f"no cluster answers at {address} ({reason}); {hint}", ids=[address]) from error
    if len(answer) < 4 or answer[3] != _SETTINGS:
        raise ClusterUnreachable(f"what answers at {address} is no cluster of Ray; {hint}", ids=[address])
