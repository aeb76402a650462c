"""Logs as one JSON object a line."""

import asyncio
import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import orjson

__all__ = ["LOGGER", "GatheringHandler", "JsonFormatter", "start_logging"]

LOGGER = logging.getLogger("wayaround.service")

GATHERED_S, MOST_GATHERED = 0.005, 500
"""Lines of requests are held so long at most, and so many; those of 0.1 s held up one request in a hundred."""

PIECE_BYTES = 4096
"""So much is written to a pipe whole, whoever else writes to it; more may be torn apart."""


class JsonFormatter(logging.Formatter):
    """A record as a JSON object; whatever a request brought in is escaped by that."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record on one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except TypeError:  # half a character, from whoever sends such a thing
            return json.dumps(line, default=str)


class GatheringHandler(logging.StreamHandler[TextIO]):
    """Writes the lines that may wait together, a moment later, and every other at once after them.

    A line alone takes as long as a tenth of a short route. `may_wait` is an attribute of the record, and asks for an
    event loop that runs.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._held: list[logging.LogRecord] = []
        self._waits_in: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Hold a record, or write it after those that are held."""
        self._held.append(record)
        if not getattr(record, "may_wait", False) or len(self._held) >= MOST_GATHERED:
            self.flush()
        elif self._waits_in is not (loop := asyncio.get_running_loop()):
            self._waits_in = loop
            loop.call_later(GATHERED_S, self.flush)

    def flush(self) -> None:
        """Write what is held, in pieces that other processes cannot write into."""
        self.acquire()
        try:
            held, self._held, self._waits_in = self._held, [], None
            lines = b""
            for record in held:
                try:
                    line = f"{self.format(record)}\n".encode()
                except Exception:  # as any handler does: what cannot be logged stops nothing
                    self.handleError(record)
                    continue
                if lines and len(lines) + len(line) > PIECE_BYTES:
                    self._write(lines)
                    lines = b""
                lines += line
            self._write(lines)
        finally:
            self.release()

    def _write(self, lines: bytes) -> None:
        try:
            self.stream.write(lines.decode())
            self.stream.flush()
        except (OSError, ValueError):  # whoever read it is gone
            pass


def start_logging() -> None:
    """Send the service's and the server's logs to standard error."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line says which
    handler = GatheringHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("wayaround.service", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [] if name == "uvicorn.error" else [handler]
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(logging.INFO)
