"""Progress on stderr, for whoever waits at a terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

SHOWN_AFTER_S = 1.0


class _Rate(ProgressColumn):
    """How many are done, of how many, and how many a second."""

    def render(self, task: Task) -> Text:
        if task.total is None or task.total < 2:
            return Text()
        rate = f", {task.speed:,.1f}/s" if task.speed else ""
        return Text(f"{task.completed:,.0f} of {task.total:,.0f}{rate}")


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a callback ``(stage, done, total)`` that draws a bar a stage; silent where stderr is no terminal.

    Nothing is drawn in the first second, so that short work leaves no trace.
    """
    console = Console(stderr=True)
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        _Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks = {}
    begun = time.monotonic()
    started = False

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal started
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=None)
        bars.update(tasks[stage], completed=done, total=total if total > 1 or done else None)
        if not started and (total == 1 or time.monotonic() - begun > SHOWN_AFTER_S):
            started = True
            bars.start()

    try:
        yield tell
    finally:
        if started:
            bars.stop()
