"""What work in blocks consists of: items, a task that turns some of them into a table, and workers that do it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa


class Items(Protocol):
    """What is done: a sequence of which slices can be taken and pickled."""

    def __len__(self) -> int: ...

    def __getitem__(self, wanted: slice, /) -> Any: ...


LONGEST_REASON = 200
Work = Callable[[Any], pa.Table]
"""Turns items into a table, a row an item; what it gives for an item rests on nothing but the item and the task."""


class Task(Protocol):
    """What is done to items. Is pickled, and reaches each machine once."""

    def open(self) -> Work:
        """Make ready in one process; called there once, before its first block."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Items next to each other.

    Parameters
    ----------
    stage : str
        What is done to them, in words.
    first, until : int
        The first item, and the one after the last.
    """

    stage: str
    first: int
    until: int

    def __len__(self) -> int:
        return self.until - self.first

    def __str__(self) -> str:
        items = f"item {self.first}" if len(self) == 1 else f"items {self.first} to {self.until - 1}"
        return f"{self.stage}, {items}"

    def halves(self) -> tuple["Block", "Block"]:
        """Two blocks of about half its items."""
        middle = (self.first + self.until) // 2
        return Block(self.stage, self.first, middle), Block(self.stage, middle, self.until)


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """A block that came out.

    Parameters
    ----------
    block : Block
        Which.
    table : pa.Table
        A row an item.
    wall_s, core_s : float
        How long it took, and for how long cores worked on it.
    where : str
        The machine.
    """

    block: Block
    table: pa.Table
    wall_s: float
    core_s: float
    where: str


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """A block that did not come out.

    Parameters
    ----------
    block : Block
        Which.
    reason : str
        Why, in words.
    error : Exception, optional
        What the task raised; None where its process ended.
    blameless : bool
        Whether the block cannot be the cause: its machine was lost.
    """

    block: Block
    reason: str
    error: Exception | None = None
    blameless: bool = False


Ended = Done | Failed


class Workers(Protocol):
    """Who does blocks: this process, or a cluster."""

    least_s: float
    most_s: float
    """Shorter blocks cost more than they are worth, longer ones are too much to lose."""

    def use(self, task: Task) -> None:
        """Have a task ready for the blocks that follow."""
        ...

    def count(self) -> int:
        """How many blocks are worked on at once, now."""
        ...

    def submit(self, block: Block, items: Any) -> None:
        """Have a block done."""
        ...

    def wait(self) -> Iterable[Ended]:
        """Blocks that have ended since; waits for a while where none has."""
        ...

    def cancel(self) -> None:
        """Forget the blocks that have not ended."""
        ...

    def moved_bytes(self) -> int:
        """How much went between processes so far, as far as it can be counted."""
        ...


def do_block(work: Work, block: Block, items: Any, where: str) -> Ended:
    """Do a block in this process; what the task raises is the answer, so that no machinery has to carry it."""
    wall, core = time.perf_counter(), time.process_time()
    try:
        table = work(items)
    except Exception as error:
        return Failed(block, say_error(error), error)
    if table.num_rows != len(block):
        return Failed(block, f"{table.num_rows} rows came of {len(block)} items")
    return Done(block, table, time.perf_counter() - wall, time.process_time() - core, where)


def say_error(error: Exception) -> str:
    r"""An exception in one line.

    Examples
    --------
    >>> say_error(ValueError("no such thing\nas that"))
    'ValueError: no such thing'
    """
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0][:LONGEST_REASON]}" if said else type(error).__name__
