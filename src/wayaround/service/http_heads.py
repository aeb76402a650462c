"""HTTP/1.1 by httptools: a request's head may not grow without end, and an answer's head leaves with its body."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MOST_HEAD_BYTES", "BoundedHeads", "Together"]

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
    """uvicorn's protocol with both."""

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._in_head = True
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(cast(asyncio.Transport, Together(transport, self.loop)))

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop counting: the body has a limit of its own."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, or hang up."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.transport.close()
                return
        super().data_received(data)
