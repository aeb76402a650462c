"""Lines of the log: gathered while an event loop runs, none lost, in order."""

import asyncio
import io
import json
import logging
from collections.abc import Callable

import pytest

from wayaround.service import logs
from wayaround.service.logs import GatheringHandler, JsonFormatter


def say(stream: io.StringIO, then: Callable[[logging.Logger], None], *, wait_s: float = 0.0) -> list[str]:
    """Events that stand in a log after something was said in an event loop."""
    handler = GatheringHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("test")
    logger.addHandler(handler)

    async def run() -> None:
        then(logger)
        await asyncio.sleep(wait_s)

    asyncio.run(run())
    return [json.loads(line)["event"] for line in stream.getvalue().splitlines()]


def several(logger: logging.Logger) -> None:
    for number in range(3):
        logger.info("line %d", number, extra={"may_wait": True})


def test_lines_are_written_a_moment_later_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "GATHERED_S", 60)
    assert say(io.StringIO(), several) == []
    monkeypatch.setattr(logs, "GATHERED_S", 0.01)
    assert say(io.StringIO(), several, wait_s=0.1) == ["line 0", "line 1", "line 2"]


def test_what_may_not_wait_is_written_at_once_after_what_was_held() -> None:
    def more(logger: logging.Logger) -> None:
        several(logger)
        logger.info("more")

    assert say(io.StringIO(), more) == ["line 0", "line 1", "line 2", "more"]


def test_not_many_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_GATHERED", 2)
    assert say(io.StringIO(), several) == ["line 0", "line 1"]


def test_a_stream_that_is_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    stream = io.StringIO()
    handler = GatheringHandler(stream)
    stream.close()
    handler.emit(logging.makeLogRecord({"msg": "unheard", "levelno": logging.INFO}))
