"""Where requests are computed: threads beside the event loop, as many as are set, and a queue that has an end."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

__all__ = ["TooBusy", "Workshop"]

_Answer = TypeVar("_Answer")


class TooBusy(Exception):
    """More requests wait than are allowed to."""


class Workshop:
    """Threads for one kind of request.

    Parameters
    ----------
    threads : int
        Requests that are computed at once.
    waiting : int
        Requests that may wait.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(threads)
        self._most = threads + waiting
        self._inside = 0

    async def compute(self, task: Callable[[], _Answer]) -> _Answer:
        """Compute in a thread.

        Raises
        ------
        TooBusy
            Too many wait already.
        """
        if self._inside >= self._most:
            raise TooBusy
        self._inside += 1
        try:
            return await to_thread.run_sync(task, limiter=self._limiter)
        finally:
            self._inside -= 1
