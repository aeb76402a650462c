"""Answers leave in one piece, and nothing is kept back."""

import asyncio
from collections.abc import Callable

import pytest

from wayaround.service.http_heads import Together


class Wire:
    """A transport that notes what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.written.append(piece)

    def close(self) -> None:
        self.written.append(b"closed")


def send(*pieces: bytes, then: Callable[[Together], None] = lambda together: None) -> list[bytes]:
    """What goes over the wire when pieces are written in one turn."""
    wire = Wire()

    async def run() -> None:
        together = Together(wire, asyncio.get_running_loop())
        for piece in pieces:
            together.write(piece)
        then(together)
        await asyncio.sleep(0)

    asyncio.run(run())
    return wire.written


@pytest.mark.parametrize(
    ("pieces", "written"),
    [
        ([b"head", b"body"], [b"headbody"]),
        ([b"head"], [b"head"]),
        ([b"head", b"body", b"head", b"body"], [b"headbody", b"headbody"]),
        ([b"x" * 100_000, b"more"], [b"x" * 100_000, b"more"]),
        ([b"head", b"x" * 100_000], [b"head" + b"x" * 100_000]),
    ],
)
def test_a_head_leaves_with_its_body(pieces: list[bytes], written: list[bytes]) -> None:
    assert send(*pieces) == written


def test_what_is_held_is_sent_before_the_end() -> None:
    assert send(b"head", then=lambda together: together.close()) == [b"head", b"closed"]
