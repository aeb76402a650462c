"""One process, the caller's own, as the worker."""

import platform
from collections import deque
from collections.abc import Iterable
from typing import Any

from wayaround.blocks.block import Block, Ended, Task, Work, do_block


class Here:
    """Does blocks one after the other in this process; a task may use threads of its own."""

    least_s, most_s = 0.25, 1.0

    def __init__(self) -> None:
        self._task: Task | None = None
        self._work: Work | None = None
        self._waiting: deque[tuple[Block, Any]] = deque()

    def use(self, task: Task) -> None:
        """Have a task ready; it is opened once."""
        if task is not self._task:
            self._task, self._work = task, task.open()

    def count(self) -> int:
        """One."""
        return 1

    def submit(self, block: Block, items: Any) -> None:
        """Keep a block until somebody waits for it."""
        self._waiting.append((block, items))

    def wait(self) -> Iterable[Ended]:
        """Do the next block."""
        assert self._work is not None
        block, items = self._waiting.popleft()
        return [do_block(self._work, block, items, platform.node())]

    def cancel(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def moved_bytes(self) -> int:
        """Nothing moves."""
        return 0
