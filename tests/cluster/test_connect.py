"""Addresses that cannot be: each in one sentence and within seconds, without Ray being asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import wayaround as wa
from wayaround.cli import app
from wayaround.cluster import start as starting
from wayaround.errors import ClusterUnfit, ClusterUnreachable, PackageMissing

SCENARIO = Path(__file__).parents[2] / "examples" / "al-tanf.toml"


@pytest.fixture
def deaf() -> Iterator[str]:
    """A server that takes calls and says nothing, and one after hanging up: no cluster either."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", ["somewhere", "host:port", "ray://127.0.0.1:10001", ":1", "http://127.0.0.1:1"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(ClusterUnreachable, match="is no address of a cluster; give local, or HOST:PORT"):
        wa.cluster.connect(address)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:70000", "no-such-host.invalid:6379"])
def test_where_nobody_answers_is_said(address: str) -> None:
    with pytest.raises(ClusterUnreachable, match=f"no cluster answers at {address} "):
        wa.cluster.connect(address)


def test_whoever_says_nothing_is_not_waited_for_long(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "REACH_S", 0.2)
    with pytest.raises(ClusterUnreachable, match=f"no cluster answers at {deaf}"):
        wa.cluster.connect(deaf)


def test_a_server_of_something_else_is_no_cluster() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    call, _ = server.accept()
                except OSError:  # the test is over
                    return
                with call:
                    call.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(ClusterUnreachable, match="is no cluster of Ray"):
            wa.cluster.connect(f"127.0.0.1:{server.getsockname()[1]}")


@pytest.fixture
def head(request: pytest.FixtureRequest) -> Iterator[str]:
    """What answers as Ray's head does, to whoever shows the token that it wants."""
    grpc = pytest.importorskip("grpc")
    wanted = ("authorization", f"Bearer {request.param}")

    def answer(_: bytes, context: Any) -> bytes:
        if request.param and wanted not in map(tuple, context.invocation_metadata()):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "InvalidAuthToken")
        return b""

    server = grpc.server(ThreadPoolExecutor(1))
    handlers = {"GetClusterId": grpc.unary_unary_rpc_method_handler(answer)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("ray.rpc.NodeInfoGcsService", handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


@pytest.fixture
def own_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str | None], None]]:
    """Gives this process a token, or none."""
    loader = pytest.importorskip("ray._raylet").AuthenticationTokenLoader.instance()

    def give(token: str | None) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
        if token is not None:
            monkeypatch.setenv("RAY_AUTH_TOKEN", token)
        loader.reset_cache()

    yield give
    monkeypatch.undo()
    loader.reset_cache()


@pytest.mark.parametrize(
    ("head", "own", "wants_token"), [("", None, False), ("", "mine", False), ("t", "t", True)], indirect=["head"]
)
def test_a_token_is_shown_where_it_is_asked_for(
    head: str, own: str | None, wants_token: bool, own_token: Callable[[str | None], None]
) -> None:
    own_token(own)
    assert starting._reach(head) is wants_token


@pytest.mark.parametrize(
    ("head", "own", "said"), [("t", None, "wants a token"), ("t", "u", "does not take the token")], indirect=["head"]
)
def test_who_has_no_token_or_another_is_told_where_to_put_it(
    head: str, own: str | None, said: str, own_token: Callable[[str | None], None]
) -> None:
    own_token(own)
    with pytest.raises(ClusterUnreachable, match=f"{said}.*; put .*~/.ray/auth_token or RAY_AUTH_TOKEN"):
        wa.cluster.connect(head)


def test_without_ray_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting.importlib.util, "find_spec", lambda _: None)
    for address in ("local", "127.0.0.1:1"):
        with pytest.raises(PackageMissing, match=r"pip install 'wayaround\[cluster\]'"):
            wa.cluster.connect(address)


def test_another_ray_or_python_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")

    def refuse(**_: object) -> None:
        raise RuntimeError("Version mismatch: The cluster was started with:\n    Ray: 9.9\n    Python: 3.99")

    monkeypatch.setattr(ray, "init", refuse)
    monkeypatch.setattr(starting, "_reach", lambda _: False)
    with pytest.raises(ClusterUnfit, match=r"runs other versions: .*Ray: 9\.9 Python: 3\.99"):
        wa.cluster.connect("127.0.0.1:1")


def test_bad_input_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    cases = [
        ["--vary", "closures.tanf-zone.radius_km=5:10:5", "--cluster", "127.0.0.1:1"],
        ["--vary", "closures.nowhere.radius_km=5:10:5", "--cluster", "local"],
        ["--vary", "closures.tanf-zone.radius_km=10:5:5", "--cluster", "local"],
    ]
    for options in cases:
        result = CliRunner().invoke(app, ["sweep", str(SCENARIO), *options, "--out", str(out)])
        assert isinstance(result.exception, wa.WayaroundError)
        assert not out.exists()
