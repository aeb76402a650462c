"""HTTP/1.1 by httptools with an end to how long a request's head may grow, which neither it nor uvicorn sets."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["MOST_HEAD_BYTES", "BoundedHeads"]

MOST_HEAD_BYTES = 512 * 1024
"""Line and headers of a request, and the piece of the body that arrived with them; then the connection is closed."""


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol with that end."""

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._in_head = True
        self._head_bytes = 0

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
