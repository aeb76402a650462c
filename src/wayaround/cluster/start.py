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

_WHO_ARE_YOU = "/ray.rpc.NodeInfoGcsService/GetClusterId"
"""What Ray's head answers to whoever it lets in."""

_CLUSTERS = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
_AUTH_MODE = "RAY_AUTH_MODE"


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
    if any(importlib.util.find_spec(name) is None for name in ("ray", "grpc")):
        raise PackageMissing("a cluster needs Ray; install it with: pip install 'wayaround[cluster]'", ids=["ray"])
    if address == "local":
        return RayWorkers(lambda size: _start(size, cores))
    wants_token = _reach(address)
    workers = RayWorkers(lambda _: _join(address, wants_token))
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


def _join(address: str, wants_token: bool) -> Any:
    ray = _import_ray()
    try:
        with _token_mode(wants_token):
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


@contextmanager
def _token_mode(wants_token: bool) -> Iterator[None]:
    """Have this process ask for tokens and show its own exactly where the cluster does, or neither hears the other."""
    from ray._raylet import Config  # type: ignore[attr-defined]

    said = os.environ.get(_AUTH_MODE)
    os.environ[_AUTH_MODE] = "token" if wants_token else "disabled"
    Config.initialize("")  # what Ray read of the environment before
    try:
        yield
    finally:
        os.environ.pop(_AUTH_MODE)
        if said is not None:
            os.environ[_AUTH_MODE] = said


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


def _reach(address: str) -> bool:
    """Find out within seconds whether a cluster of Ray answers, for which Ray itself waits for minutes.

    Returns
    -------
    bool
        Whether it lets in only who shows a token, which this process has.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in address:
        raise ClusterUnreachable(
            f'"{address}" is no address of a cluster; give local, or HOST:PORT of its head.', ids=[address]
        )
    hint = "start one with `ray start --head`, or use local."
    try:
        socket.create_connection((host, int(port)), timeout=REACH_S).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ClusterUnreachable(f"no cluster answers at {address} ({reason}); {hint}", ids=[address]) from error
    said = _ask_who(address, {})
    if said == "UNAUTHENTICATED":
        token = _own_token()
        if not token:
            raise ClusterUnreachable(
                f"the cluster at {address} wants a token; put its own into ~/.ray/auth_token or RAY_AUTH_TOKEN.",
                ids=[address],
            )
        if _ask_who(address, token) != "OK":
            raise ClusterUnreachable(
                f"the cluster at {address} does not take the token of this machine; put the cluster's own into "
                "~/.ray/auth_token or RAY_AUTH_TOKEN.",
                ids=[address],
            )
        return True
    if said == "DEADLINE_EXCEEDED":
        raise ClusterUnreachable(f"no cluster answers at {address} (timed out); {hint}", ids=[address])
    if said != "OK":
        raise ClusterUnreachable(f"what answers at {address} is no cluster of Ray; {hint}", ids=[address])
    return False


def _ask_who(address: str, headers: dict[str, str]) -> str:
    """What gRPC calls the answer of a cluster's head."""
    import grpc

    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            channel.unary_unary(_WHO_ARE_YOU)(b"", timeout=REACH_S, metadata=tuple(headers.items()))
        except grpc.RpcError as error:
            return str(error.code().name)
    return "OK"


def _own_token() -> dict[str, str]:
    """The headers that show this user's token, if there is one where Ray looks for it."""
    from ray._raylet import AuthenticationTokenLoader  # type: ignore[attr-defined]

    found: dict[str, str] = AuthenticationTokenLoader.instance().get_token_for_http_header(ignore_auth_mode=True)
    return found
