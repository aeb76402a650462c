"""Logs as one JSON object a line."""

import json
import logging
import sys
from datetime import UTC, datetime

__all__ = ["LOGGER", "JsonFormatter", "start_logging"]

LOGGER = logging.getLogger("wayaround.service")


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
        return json.dumps(line, default=str)


def start_logging() -> None:
    """Send the service's and the server's logs to standard error."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line says which
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("wayaround.service", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [] if name == "uvicorn.error" else [handler]
        logger.propagate = name == "uvicorn.error"
        logger.setLevel(logging.INFO)
