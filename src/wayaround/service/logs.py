"""Logs as one JSON object a line."""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import orjson

__all__ = ["LOGGER", "GatheringHandler", "JsonFormatter", "start_logging"]

LOGGER = logging.getLogger("wayaround.service")

GATHERED_S, MOST_GATHERED = 0.1, 500
"""Lines of requests are held so long at most, and so many."""


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
        return orjson.dumps(line, default=str).decode()


class GatheringHandler(logging.StreamHandler[TextIO]):
    """Writes the lines that may wait together, a moment later, and every other at once after them.

    A line alone takes as long as a tenth of a short route. `may_wait` is an attribute of the record.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._held: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Hold a record, or write it after those that are held."""
        self._held.append(record)
        if getattr(record, "may_wait", False) and len(self._held) < MOST_GATHERED:
            if len(self._held) == 1:
                asyncio.get_running_loop().call_later(GATHERED_S, self.flush)
            return
        self.flush()

    def flush(self) -> None:
        """Write what is held."""
        self.acquire()
        try:
            held, self._held = self._held, []
            if held:
                self.stream.write("".join([f"{self.format(record)}\n" for record in held]))
            super().flush()
        except Exception:  # as any handler does: what cannot be logged stops nothing
            self.handleError(held[-1])
        finally:
            self.release()


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
