"""Connections are dealt out evenly, to those that are there, and none is lost while none is."""

import asyncio
import pickle
import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.reduction import ForkingPickler

import pytest

from wayaround.service.dealing import Dealer, DealtLoop, Hand


@pytest.fixture
def dealer() -> Iterator[Dealer]:
    with socket.create_server(("127.0.0.1", 0), backlog=2000) as listening:
        dealer = Dealer(listening)
        yield dealer
        dealer.close()


class Named(asyncio.Protocol):
    """Says a name to whoever calls."""

    def __init__(self, name: str) -> None:
        self.name = name

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.write(self.name.encode())


@contextmanager
def serving(dealer: Dealer, name: str) -> Iterator[DealtLoop]:
    """An event loop of its own that takes connections, as another process would, until it is stopped."""
    hand: Hand = pickle.loads(ForkingPickler.dumps(dealer))
    loop = DealtLoop()
    begun = threading.Event()

    def run() -> None:
        loop.run_until_complete(loop.create_server(lambda: Named(name), sock=hand))
        begun.set()
        loop.run_forever()
        hand.close()
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert begun.wait(10)
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    assert not thread.is_alive()


def call(dealer: Dealer) -> tuple[socket.socket, str]:
    """A connection, and who took it."""
    connection = socket.create_connection(dealer._listening.getsockname(), timeout=10)
    return connection, connection.recv(10).decode()


def test_each_gets_as_many_and_who_has_fewest_the_next(dealer: Dealer) -> None:
    with serving(dealer, "a"), serving(dealer, "b"), ExitStack() as open_calls:
        calls = [call(dealer) for _ in range(6)]
        assert Counter(name for _, name in calls) == {"a": 3, "b": 3}
        for connection, name in calls:
            if name == "a":
                connection.close()
            else:
                open_calls.enter_context(connection)
        time.sleep(0.2)
        more = [call(dealer) for _ in range(3)]
        assert [name for _, name in more] == ["a"] * 3
        for connection, _ in more:
            connection.close()


def test_calls_one_after_the_other_take_turns(dealer: Dealer) -> None:
    with serving(dealer, "a"), serving(dealer, "b"):
        names = []
        for _ in range(6):
            connection, name = call(dealer)
            connection.close()
            names.append(name)
            time.sleep(0.05)
        assert Counter(names) == {"a": 3, "b": 3}


def test_who_is_gone_gets_none_and_whoever_calls_while_nobody_is_there_waits(dealer: Dealer) -> None:
    with serving(dealer, "a"):
        with serving(dealer, "b"):
            pass
        time.sleep(0.2)
        connections = [call(dealer) for _ in range(4)]
        assert [name for _, name in connections] == ["a"] * 4
    for connection, _ in connections:
        connection.close()
    time.sleep(0.2)
    with socket.create_connection(dealer._listening.getsockname(), timeout=10) as waiting, serving(dealer, "c"):
        assert waiting.recv(10) == b"c"


def test_none_is_dropped_while_all_are_busy_for_longer_than_their_channels_hold(dealer: Dealer) -> None:
    enough, most = 2000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < enough:
        pytest.skip("too few files may be open")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(enough, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), most))
    with serving(dealer, "a") as one, serving(dealer, "b") as other, ExitStack() as open_calls:
        for loop in (one, other):
            loop.call_soon_threadsafe(time.sleep, 1.0)
        calls = [socket.create_connection(dealer._listening.getsockname(), timeout=20) for _ in range(700)]
        for connection in calls:
            open_calls.enter_context(connection)
        assert {connection.recv(10) for connection in calls} == {b"a", b"b"}
        open_calls.close()
        until = time.monotonic() + 10
        while any(process.connections for process in dealer._ready) and time.monotonic() < until:
            time.sleep(0.05)
        assert [process.connections for process in dealer._ready] == [0, 0]


def test_who_ends_before_it_begins_is_forgotten(dealer: Dealer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wayaround.service.dealing._UNHEARD_S", 0.0)
    before = len(dealer._selector.get_map())
    for _ in range(5):
        dealer.__reduce__()[1][0].close()  # as a process does that ends, with its copy
    with serving(dealer, "a"):
        time.sleep(0.2)
        assert len(dealer._selector.get_map()) == before + 2  # its channel, and the port


def test_who_hangs_up_at_once_is_counted_off(dealer: Dealer) -> None:
    with serving(dealer, "a"), serving(dealer, "b"):
        for _ in range(50):
            socket.create_connection(dealer._listening.getsockname()).close()
        time.sleep(0.5)
        assert [process.connections for process in dealer._ready] == [0, 0]
