"""HTTP/1.1 by httptools: heads are bounded, answers leave in one piece, and quick requests are answered on the spot."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wayaround.service.at_once import QuickAnswerer

__all__ = ["AT_ONCE", "MOST_HEAD_BYTES", "BoundedHeads", "Together"]

AT_ONCE = "at_once"
"""Name, in the application's state, of what answers quick requests: a `QuickAnswerer`."""

MOST_HEAD_BYTES = 512 * 1024
"""Line and headers of a request, and the piece of the body that arrived with them; then the connection is closed."""


_MOST_HELD_BYTES = 65_536


class Together:
    """A transport that sends an answer's head with what follows it, or alone when nothing does in the same turn.

    uvicorn writes the two one after the other; each write is a call of the system, and a packet that wakes the client.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, piece: bytes) -> None:
        """Hold a piece, or send it with the one that is held."""
        if self._held or len(piece) > _MOST_HELD_BYTES:
            held, self._held = self._held, b""
            self._transport.write(held + piece)
        else:
            self._held = piece
            self._loop.call_soon(self._send)

    def write_whole(self, answer: bytes) -> None:
        """Send an answer that is complete, after what is held."""
        held, self._held = self._held, b""
        self._transport.write(held + answer)

    def _send(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def close(self) -> None:
        """Send what is held, and hang up."""
        self._send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, with heads bounded, answers in one piece, and quick requests answered on the spot."""

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._in_head = True
        self._head_bytes = 0
        self._answer_at_once: QuickAnswerer | None = self.app_state.get(AT_ONCE)
        self._answered = False
        self._may_answer = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(cast(asyncio.Transport, Together(transport, self.loop)))

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._in_head, self._head_bytes, self._answered = True, 0, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop counting: the body has a limit of its own. Then answer, or have it answered."""
        self._in_head = False
        written = self._find_answer()
        if written is None:
            super().on_headers_complete()
            return
        self._answered = True
        cast(Together, self.transport).write_whole(written)
        self.on_response_complete()

    def _find_answer(self) -> bytes | None:
        """The answer to a request that need not wait, after none that has not been answered yet."""
        if not self._may_answer or self._answer_at_once is None or self.flow.write_paused:
            return None
        if self.cycle is not None and not self.cycle.response_complete:
            return None
        parser = self.parser
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1":
            return None
        if not parser.should_keep_alive() or parser.should_upgrade():
            return None
        self._may_answer = False
        return self._answer_at_once(self.url, self.headers, self.server_state.default_headers, self.client)

    def on_message_complete(self) -> None:
        """The end of a request."""
        if not self._answered:
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, or hang up."""
        self._may_answer = True  # one: of many that arrive together the others take their turn
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.transport.close()
                return
        super().data_received(data)
