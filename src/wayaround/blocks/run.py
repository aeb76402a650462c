"""The main path of work in blocks: hand them out, keep what comes back, give it on in the order of the items."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from wayaround.blocks.block import Block, Done, Failed, Items, Task, Workers
from wayaround.blocks.folder import RunFolder, hold_folder, now
from wayaround.blocks.here import Here
from wayaround.blocks.sizing import Sizer
from wayaround.errors import RunIncomplete, WayaroundError

ATTEMPTS = 3
"""So often a single item is tried before it is set aside; a block of several is halved when it fails."""

MOST_SET_ASIDE = 100
LEAST_SET_ASIDE = 3
"""So many in a row before anything came out end a run: then it is not the items."""

AHEAD = 2
"""Blocks handed out for each that is worked on, so that no worker waits for its next."""

NAMED = 3
Progress = Callable[[str, int, int], None]
log = logging.getLogger("wayaround.blocks")


@dataclass(slots=True)
class Tally:
    """What a run took so far.

    Parameters
    ----------
    blocks, kept : int
        Blocks done now, and by earlier starts of the run.
    failures : int
        Blocks that failed, and were done again or set aside.
    wall_s, block_s, core_s : float
        Of this start: how long it took, how long its blocks took together, and for how long cores worked on them.
    kept_core_s : float
        The same of earlier starts.
    moved_bytes : int
        What went between processes, as far as it can be counted.
    workers : int
        The most blocks at once.
    """

    blocks: int = 0
    kept: int = 0
    failures: int = 0
    wall_s: float = 0.0
    block_s: float = 0.0
    core_s: float = 0.0
    kept_core_s: float = 0.0
    moved_bytes: int = 0
    workers: int = 0

    def __str__(self) -> str:
        if not self.blocks:
            return f"nothing left to do: all {self.kept:,} blocks were done before"
        before = f" and {self.kept:,} by earlier starts" if self.kept else ""
        failed = f", {self.failures:,} failures" if self.failures else ""
        core_h = (self.core_s + self.kept_core_s) / 3600
        return (
            f"{self.blocks:,} blocks{before}{failed}: {core_h:,.4f} core-hours, now in {self.wall_s:,.1f} s on up to "
            f"{self.workers:,} cores, {self.moved_bytes / 1e6:,.1f} MB moved, about {self.speed_up:,.1f} times as fast "
            "as one core (an estimate: hours of cores over time)"
        )

    @property
    def speed_up(self) -> float:
        """How many times as fast as one core: an estimate, since one core alone was not tried."""
        return self.core_s / self.wall_s if self.wall_s else 1.0


class Run:
    """A run that is under way; made by `begin_run`."""

    def __init__(self, workers: Workers, folder: RunFolder | None, tell: Progress) -> None:
        self.workers = workers
        self.folder = folder
        self.tell = tell
        self.tally = Tally()
        self.set_aside: list[Failed] = []

    def spread(
        self, stage: str, task: Task, items: Items, *, words: str | None = None
    ) -> Iterator[tuple[int, pa.Table]]:
        """Do all items, and give their tables in the order of the items, whichever ends first.

        Parameters
        ----------
        stage : str
            What is done, in words; a run has each stage once.
        task : Task
            What turns items into a table. The same object for several stages is sent to the workers once.
        items : Items
            What is done; any sequence whose slices can be pickled.
        words : str, optional
            What progress calls the stage, where several have one bar.

        Yields
        ------
        first : int
            Number of the first item of the table.
        table : pa.Table
            A row an item. Whoever has enough may leave; blocks that are not done then are forgotten.

        Raises
        ------
        WayaroundError
            What the task says of bad input, of the first item that has such.
        RunIncomplete
            Items had to be set aside; all others are done.
        """
        try:
            yield from _Stage(self, stage, task, items, words or stage).give()
        finally:
            self.workers.cancel()
            self.tally.moved_bytes = self.workers.moved_bytes()
        aside = [each for each in self.set_aside if each.block.stage == stage]
        if aside:
            raise incomplete(aside, self.folder, others_done=True)


@contextmanager
def begin_run(
    kind: str,
    inputs: Mapping[str, str],
    *,
    workers: Workers | None = None,
    folder: Path | None = None,
    tell: Progress | None = None,
) -> Iterator[Run]:
    """Begin a run, or go on with the one in a folder.

    Parameters
    ----------
    kind : str
        What is done, such as "sweep".
    inputs : mapping of str to str
        All that the result rests on, digests and seeds included, by names that a sentence may use.
    workers : Workers, optional
        Who does the blocks; this process if left out.
    folder : Path, optional
        Keeps what is done, so that the same inputs go on from it; without it all is in memory.
    tell : callable, optional
        Told how far the work is; what it raises ends the run.

    Raises
    ------
    RunRefused
        Another process holds the folder, or it holds a run with other inputs.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Square:
    ...     def open(self):
    ...         return lambda items: pa.table({"square": [each * each for each in items]})
    >>> with begin_run("squares", {}) as run:
    ...     tables = [table for _, table in run.spread("squaring", Square(), range(5))]
    >>> pa.concat_tables(tables)["square"].to_pylist()
    [0, 1, 4, 9, 16]
    """
    tell = tell or _silent
    if folder is None:
        run = Run(workers or Here(), None, tell)
        yield run
        log.info("%s", run.tally)
        return
    with hold_folder(folder, kind=kind, inputs=inputs) as held:
        run = Run(workers or Here(), held, tell)
        state = "interrupted"
        try:
            yield run
            state = "complete"
            log.info("%s", run.tally)
        except RunIncomplete:
            state = "incomplete"
            raise
        finally:
            held.say(
                state=state,
                ended=now(),
                set_aside=[{"block": str(each.block), "reason": each.reason} for each in run.set_aside],
                summary=asdict(run.tally),
                blocks=[{"part": name, **asdict(cost)} for name, cost in held.costs()],
            )


class _Stage:
    """The blocks of one stage."""

    def __init__(self, run: Run, stage: str, task: Task, items: Items, words: str) -> None:
        self._run, self._stage, self._task, self._items, self._words = run, stage, task, items, words
        self._sizer = Sizer(least_s=run.workers.least_s, most_s=run.workers.most_s)
        self._ready: dict[int, tuple[int, pa.Table | None]] = {}
        self._holes: set[int] = set()
        self._tries: dict[int, int] = {}
        self._flying = 0
        self._refusal: tuple[int, WayaroundError] | None = None
        if run.folder is not None:
            kept = run.folder.parts(stage)
            self._ready = {first: (until, None) for first, until in kept.items()}
            run.tally.kept += len(kept)
            run.tally.kept_core_s += sum(run.folder.cost(Block(stage, *each)).core_s for each in kept.items())
        self._done = sum(until - first for first, (until, _) in self._ready.items())
        self._pending = _gaps(stage, self._ready, len(items))

    def give(self) -> Iterator[tuple[int, pa.Table]]:
        """Hand out, take back, and give on whatever is next."""
        position, run = 0, self._run
        if self._pending:
            run.workers.use(self._task)
        begun = time.perf_counter()
        while position < len(self._items):
            if position in self._ready:
                until, table = self._ready.pop(position)
                if table is None:
                    assert run.folder is not None
                    table = run.folder.read(Block(self._stage, position, until))
                yield position, table
                position = until
            elif position in self._holes:
                position += 1
            elif self._refusal is not None and position >= self._refusal[0]:
                raise self._refusal[1]
            else:
                self._submit()
                run.tell(self._words, self._done, len(self._items))
                for ended in run.workers.wait():
                    self._flying -= 1
                    if isinstance(ended, Done):
                        self._keep(ended, wanted_now=ended.block.first == position)
                    else:
                        self._judge(ended)
                run.tally.wall_s, begun = run.tally.wall_s + time.perf_counter() - begun, time.perf_counter()
        run.tell(self._words, self._done, len(self._items))

    def _submit(self) -> None:
        count = self._run.workers.count()
        self._run.tally.workers = max(self._run.tally.workers, count)
        while self._pending and self._flying < AHEAD * count:
            left = sum(map(len, self._pending))
            block = self._pending.pop(0)
            size = self._sizer.size(left=left, workers=count)
            if size < len(block):
                self._pending.insert(0, Block(block.stage, block.first + size, block.until))
                block = Block(block.stage, block.first, block.first + size)
            self._run.workers.submit(block, self._items[block.first : block.until])
            self._flying += 1

    def _keep(self, done: Done, *, wanted_now: bool) -> None:
        run, block = self._run, done.block
        self._sizer.learn(items=len(block), wall_s=done.wall_s)
        if run.folder is not None:
            run.folder.keep(done)
        in_memory = run.folder is None or wanted_now
        self._ready[block.first] = (block.until, done.table if in_memory else None)
        self._done += len(block)
        run.tally.blocks += 1
        run.tally.block_s += done.wall_s
        run.tally.core_s += done.core_s

    def _judge(self, failed: Failed) -> None:
        block = failed.block
        if isinstance(failed.error, WayaroundError):
            if self._refusal is None or block.first < self._refusal[0]:
                self._refusal = (block.first, failed.error)
                self._pending = [each for each in self._pending if each.first < block.first]
            return
        self._run.tally.failures += 1
        if failed.blameless:
            self._sizer.shorten()  # or nothing would ever end where machines come and go
        if len(block) > 1:
            log.warning("%s: %s; done again in halves", block, failed.reason)
            self._put_back(block.halves())
        elif failed.blameless:
            log.warning("%s: %s; done again", block, failed.reason)
            self._put_back([block])
        else:
            tries = self._tries[block.first] = self._tries.get(block.first, 0) + 1
            if tries < ATTEMPTS:
                log.warning("%s: %s; done again, try %d of %d", block, failed.reason, tries + 1, ATTEMPTS)
                self._put_back([block])
                return
            log.warning("%s: %s; set aside after %d tries", block, failed.reason, ATTEMPTS)
            self._holes.add(block.first)
            self._run.set_aside.append(failed)
            aside = len(self._run.set_aside)
            if aside >= MOST_SET_ASIDE or (aside >= LEAST_SET_ASIDE and not self._run.tally.blocks):
                raise incomplete(self._run.set_aside, self._run.folder)

    def _put_back(self, blocks: Sequence[Block]) -> None:
        if self._refusal is None or blocks[0].first < self._refusal[0]:
            self._pending[:0] = blocks


def incomplete(aside: Sequence[Failed], folder: RunFolder | None, *, others_done: bool = False) -> RunIncomplete:
    """What is to be said where items were set aside."""
    named = "; ".join(f"{each.block} ({each.reason})" for each in aside[:NAMED])
    more = f"; and {len(aside) - NAMED} more" if len(aside) > NAMED else ""
    others = "All others are done" if others_done else "The run ended there"
    kept = "" if folder is None else f'; "{folder.path}" keeps what is done, and the same command tries these again'
    return RunIncomplete(
        f"{len(aside)} of the items failed {ATTEMPTS} times and were set aside: {named}{more}. {others}{kept}.",
        ids=[str(each.block) for each in aside],
        items=[each.block.first for each in aside],
        others_done=others_done,
    )


def _gaps(stage: str, ready: Mapping[int, tuple[int, Any]], count: int) -> list[Block]:
    """What is not done yet."""
    gaps, position = [], 0
    for first in sorted(ready):
        if position < first:
            gaps.append(Block(stage, position, first))
        position = ready[first][0]
    return gaps + ([Block(stage, position, count)] if position < count else [])


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
