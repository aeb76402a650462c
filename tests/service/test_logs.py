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
        logger.info("line %d", number)


def test_lines_are_written_a_moment_later_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "GATHERED_S", 0.01)
    assert say(io.StringIO(), several) == []
    assert say(io.StringIO(), several, wait_s=0.1) == ["line 0", "line 1", "line 2"]


def test_what_is_worse_is_written_at_once_after_what_was_held() -> None:
    def worse(logger: logging.Logger) -> None:
        several(logger)
        logger.warning("worse")

    assert say(io.StringIO(), worse) == ["line 0", "line 1", "line 2", "worse"]


def test_not_many_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_GATHERED", 2)
    assert say(io.StringIO(), several) == ["line 0", "line 1"]


def test_without_an_event_loop_each_is_written_at_once() -> None:
    stream = io.StringIO()
    handler = GatheringHandler(stream)
    handler.emit(logging.makeLogRecord({"msg": "alone", "levelno": logging.INFO}))
    assert stream.getvalue() == "alone\n"


def test_the_end_of_the_process_writes_what_is_held() -> None:
    stream = io.StringIO()

    async def run() -> None:
        handler = GatheringHandler(stream)
        handler.emit(logging.makeLogRecord({"msg": "last", "levelno": logging.INFO}))
        handler.flush()  # which `logging.shutdown` does

    asyncio.run(run())
    assert stream.getvalue() == "last\n"


def test_a_stream_that_is_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    stream = io.StringIO()
    handler = GatheringHandler(stream)
    stream.close()
    handler.emit(logging.makeLogRecord({"msg": "unheard", "levelno": logging.INFO}))
