"""A load tool for HTTP servers on this machine: connections that are kept, each asking again once it has its answer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import uvloop

_HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Load:
    """What came back.

    Parameters
    ----------
    taken_s : list of float
        Seconds from each question to the end of its answer.
    wall_s, own_cpu_s : float
        Of the whole; processor time is that of the load tool.
    bodies : list of bytes
        Answers in the order in which they came, where they are kept.
    refused : int
        Answers other than 200.
    hung_up : int
        Connections that the server closed between two answers.
    """

    taken_s: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    own_cpu_s: float = 0.0
    bodies: list[bytes] = field(default_factory=list)
    refused: int = 0
    hung_up: int = 0


class _Client(asyncio.Protocol):
    """One connection, made anew when the server hangs up."""

    def __init__(self, port: int, take: Callable[[], bytes | None], load: Load, keep: bool) -> None:
        self.port, self.take, self.load, self.keep = port, take, load, keep
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked: bytes | None = None
        self.begun = 0.0
        self.answer = bytearray()
        self.expected = 0  # bytes of the answer in all; 0 before its head has come

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.answer.clear()
        self.expected = 0
        if self.asked is None:
            self.ask()
        else:
            transport.write(self.asked)

    def ask(self) -> None:
        self.asked = self.take()
        if self.asked is None:
            self.done.set_result(None)
            self.transport.close()
            return
        self.begun = time.perf_counter()
        self.transport.write(self.asked)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not self.expected:
            end = self.answer.find(_HEAD_END)
            if end < 0:
                return
            head = bytes(self.answer[:end]).lower()
            self.expected = end + 4 + int(head.partition(b"content-length:")[2].split(None, 1)[0])
        if len(self.answer) < self.expected:
            return
        self.load.taken_s.append(time.perf_counter() - self.begun)
        self.load.refused += self.answer[9:12] != b"200"
        if self.keep:
            self.load.bodies.append(bytes(self.answer[self.answer.find(_HEAD_END) + 4 :]))
        self.answer.clear()
        self.expected = 0
        self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.done.done():
            return
        self.load.hung_up += 1
        loop = asyncio.get_running_loop()
        self.again = loop.create_task(loop.create_connection(lambda: self, "127.0.0.1", self.port))


def put_load(
    port: int,
    paths: Sequence[str],
    *,
    connections: int,
    seconds: float | None = None,
    keep: bool = False,
    start: int = 0,
) -> Load:
    """Ask over and over, each connection for itself.

    Parameters
    ----------
    port : int
        Of a server on 127.0.0.1.
    paths : sequence of str
        What is asked for, in turn over all connections.
    connections : int
        How many ask at once.
    seconds : float, optional
        How long; if left out, each path is asked for once.
    keep : bool
        Whether to keep the answers.
    start : int
        Where in `paths` to begin.

    Returns
    -------
    Load
    """
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n".encode() for path in paths]
    load = Load()

    async def run() -> None:
        end = float("inf") if seconds is None else time.perf_counter() + seconds
        count = 0

        def take() -> bytes | None:
            nonlocal count
            if time.perf_counter() > end or (seconds is None and count == len(requests)):
                return None
            count += 1
            return requests[(start + count - 1) % len(requests)]

        loop = asyncio.get_running_loop()
        clients = [_Client(port, take, load, keep) for _ in range(connections)]
        for client in clients:
            await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(client.done for client in clients))

    begun, own = time.perf_counter(), time.process_time()
    uvloop.run(run())
    load.wall_s, load.own_cpu_s = time.perf_counter() - begun, time.process_time() - own
    return load
