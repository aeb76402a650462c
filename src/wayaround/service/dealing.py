"""Connections of one port, dealt out evenly among several processes.

Of one socket that all accept from, whoever wakes first takes every connection that waits; of a socket each, the system
chooses one by the addresses. Either way a client with a few kept connections may be served by one process alone.
"""

import asyncio
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

import uvloop

from wayaround.service.logs import LOGGER

__all__ = ["Dealer", "DealtLoop", "Hand"]

_HELLO, _READY, _OVER, _TAKE = b"h", b"r", b"o", b"t"

_AGAIN_S = 0.01
"""A connection that nobody takes at once is offered again after so long."""

_UNHEARD_S = 60.0
"""A process that has said nothing after so long has ended before it began."""


@dataclass(slots=True, eq=False)
class _Process:
    """One that serves, as the dealer sees it; `its_end` is kept open until it has its own copy."""

    channel: socket.socket
    its_end: socket.socket
    begun_s: float
    is_ready: bool = False
    connections: int = 0
    dealt_last: int = 0


class Dealer:
    """Accepts connections and hands each to the process that holds the fewest; sent to a process it is its `Hand`.

    Parameters
    ----------
    listening : socket.socket
        Bound, and listening.
    """

    def __init__(self, listening: socket.socket) -> None:
        listening.setblocking(False)
        self._listening = listening
        self._unheard: list[_Process] = []
        self._ready: list[_Process] = []
        self._dealt = 0
        self._held: socket.socket | None = None  # accepted, while nobody takes it
        self._accepts = False
        self._selector = selectors.DefaultSelector()
        self._wakes, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = Thread(target=self._run, name="dealer", daemon=True)
        self._thread.start()

    def __reduce__(self) -> tuple[Any, ...]:
        now_s = time.monotonic()
        for process in self._unheard:
            if now_s - process.begun_s > _UNHEARD_S:
                process.its_end.close()  # so that its end is heard
        mine, its = socket.socketpair()
        mine.setblocking(False)
        process = _Process(mine, its, now_s)
        self._unheard = [each for each in self._unheard if now_s - each.begun_s <= _UNHEARD_S] + [process]
        self._selector.register(mine, selectors.EVENT_READ, process)
        return Hand, (its,)

    def close(self) -> None:
        """Accept no more."""
        self._wakes.close()
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            try:
                is_open = self._turn()
            except OSError:  # whatever it is, others go on calling
                LOGGER.exception("dealing")
                time.sleep(_AGAIN_S)

    def _turn(self) -> bool:
        """Do what there is to do, once there is any; False at the end."""
        for key, _ in self._selector.select(None if self._held is None else _AGAIN_S):
            if key.fileobj is self._woken:
                return False
            if key.fileobj is self._listening:
                self._accept()
            else:
                self._hear(key.data)
        self._hand_on()
        wants = bool(self._ready) and self._held is None  # else whoever calls waits in the system's queue
        if wants and not self._accepts:
            self._selector.register(self._listening, selectors.EVENT_READ)
        elif self._accepts and not wants:
            self._selector.unregister(self._listening)
        self._accepts = wants
        return True

    def _hear(self, process: _Process) -> None:
        try:
            said = process.channel.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            self._selector.unregister(process.channel)
            process.channel.close()
            process.its_end.close()
            if process.is_ready:
                self._ready.remove(process)
        if _HELLO in said:
            process.its_end.close()
        if _READY in said:
            process.is_ready = True
            self._ready.append(process)
        process.connections -= said.count(_OVER)

    def _accept(self) -> None:
        try:
            self._held, _ = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError:  # too many files are open
            time.sleep(_AGAIN_S)
            return
        self._hand_on()

    def _hand_on(self) -> None:
        if self._held is None:
            return
        for process in sorted(self._ready, key=lambda each: (each.connections, each.dealt_last)):
            try:
                socket.send_fds(process.channel, [_TAKE], [self._held.fileno()])
            except OSError:  # it is gone, which is heard next, or has not taken any for long
                continue
            self._dealt += 1
            process.connections += 1
            process.dealt_last = self._dealt
            self._held.close()
            self._held = None
            return


class Hand:
    """What a process gets from the dealer: in place of a socket, and of the server that an event loop makes of one.

    Parameters
    ----------
    channel : socket.socket
        Over which connections come.
    """

    def __init__(self, channel: socket.socket) -> None:
        channel.setblocking(False)
        channel.send(_HELLO)
        self._channel = channel
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unsaid = b""
        self._beginning: set[asyncio.Task[None]] = set()

    def serve(self, loop: asyncio.AbstractEventLoop, make_protocol: Callable[[], asyncio.BaseProtocol]) -> "Hand":
        """Take connections from now on."""

        def protocol() -> asyncio.BaseProtocol:
            made = make_protocol()
            lost = made.connection_lost

            def tell(exc: Exception | None) -> None:
                try:
                    lost(exc)
                finally:
                    self._say(_OVER)

            made.connection_lost = tell  # type: ignore[method-assign]
            return made

        self._loop = loop
        loop.add_reader(self._channel, self._take, protocol)
        self._say(_READY)
        return self

    def close(self) -> None:
        """Take no more."""
        if self._loop is not None:
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._loop = None
        self._channel.close()

    async def wait_closed(self) -> None:
        """What the server of an event loop has."""

    def _take(self, protocol: Callable[[], asyncio.BaseProtocol]) -> None:
        try:
            said, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            said, descriptors = b"", []
        if not said:
            self.close()
        elif not descriptors:  # too many files are open
            self._say(_OVER)
        elif self._loop is not None:
            connection = socket.socket(fileno=descriptors[0])
            connection.set_inheritable(False)
            task = self._loop.create_task(self._begin(self._loop, protocol, connection))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)

    async def _begin(
        self,
        loop: asyncio.AbstractEventLoop,
        protocol: Callable[[], asyncio.BaseProtocol],
        connection: socket.socket,
    ) -> None:
        try:
            connection.setblocking(False)
            await loop.connect_accepted_socket(protocol, connection)
        except OSError:  # whoever called hung up
            connection.close()
            self._say(_OVER)

    def _say(self, words: bytes = b"") -> None:
        """Say something, and what could not be said before; a dealer that is busy hears it later."""
        self._unsaid += words
        try:
            self._unsaid = self._unsaid[self._channel.send(self._unsaid) :]
        except BlockingIOError:
            pass
        except OSError:  # the dealer is gone, and this process soon
            self._unsaid = b""
        if self._loop is not None:
            if self._unsaid:
                self._loop.add_writer(self._channel, self._say)
            else:
                self._loop.remove_writer(self._channel)


class DealtLoop(uvloop.Loop):
    """An event loop that takes its connections from a `Hand` where it is given one in place of a socket."""

    async def create_server(self, protocol_factory: Any, *args: Any, sock: Any = None, **more: Any) -> Any:
        """As any event loop."""
        if isinstance(sock, Hand):
            return sock.serve(self, protocol_factory)
        return await super().create_server(protocol_factory, *args, sock=sock, **more)
