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


def test_one_that_cannot_be_written_takes_none_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)

    def with_a_bad_one(logger: logging.Logger) -> None:
        several(logger)
        logger.info("%d", "no number", extra={"may_wait": True})
        logger.info("half a character: \ud800")

    assert say(io.StringIO(), with_a_bad_one) == ["line 0", "line 1", "line 2", "half a character: \ud800"]


def test_many_lines_are_written_in_pieces_of_whole_ones() -> None:
    written: list[str] = []

    class Pipe(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return super().write(text)

    def many(logger: logging.Logger) -> None:
        for number in range(100):
            logger.info("x" * number, extra={"may_wait": True})
        logger.info("end")

    assert len(say(Pipe(), many)) == 101
    assert len(written) > 2
    assert all(piece.endswith("\n") and len(piece) <= logs.PIECE_BYTES for piece in written)


def test_what_a_loop_that_ended_left_is_written_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "GATHERED_S", 0.01)
    stream = io.StringIO()
    handler = GatheringHandler(stream)

    async def say_once(text: str, wait_s: float) -> None:
        handler.emit(logging.makeLogRecord({"msg": text, "levelno": logging.INFO, "may_wait": True}))
        await asyncio.sleep(wait_s)

    asyncio.run(say_once("one", 0))
    asyncio.run(say_once("other", 0.1))
    assert stream.getvalue() == "one\nother\n"


def test_a_stream_that_is_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    stream = io.StringIO()
    handler = GatheringHandler(stream)
    stream.close()
    handler.emit(logging.makeLogRecord({"msg": "unheard", "levelno": logging.INFO}))
