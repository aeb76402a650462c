"""Work in blocks: the same tables whoever ends first, whatever fails, and wherever a run was cut off."""

import errno
import json
import os
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayaround.blocks.block import Block, Ended, Failed, Task, Work, do_block
from wayaround.blocks.folder import hold_folder
from wayaround.blocks.run import Run, begin_run
from wayaround.errors import FileUnreadable, RunIncomplete, RunRefused, ScenarioError

SQUARES = [each * each for each in range(100)]


@dataclass(frozen=True)
class Square:
    """Squares; an item of `raising` raises, one of `refused` is bad input."""

    raising: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()

    def open(self) -> Work:
        return self.work

    def work(self, items: Sequence[int]) -> pa.Table:
        for each in items:
            if each in self.raising:
                raise ZeroDivisionError(f"item {each} divides by nothing")
            if each in self.refused:
                raise ScenarioError(f"item {each} is no item.")
        return pa.table({"square": pa.array([each * each for each in items], pa.int64())})


@dataclass
class Shuffled:
    """Workers of which any may be the next to end; `dies` says of which blocks the process ends, or the machine."""

    seed: int = 0
    cores: int = 3
    dies: Callable[[Block], bool] = lambda _: False
    blameless: bool = False
    least_s: float = 0.0
    most_s: float = 60.0
    task: Task | None = None
    flying: list[tuple[Block, Any]] = field(default_factory=list)
    done: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def use(self, task: Task) -> None:
        self.task = task

    def count(self) -> int:
        return self.cores

    def submit(self, block: Block, items: Any) -> None:
        self.flying.append((block, items))

    def wait(self) -> Iterable[Ended]:
        assert self.task is not None
        block, items = self.flying.pop(self.random.randrange(len(self.flying)))
        if self.dies(block):
            return [Failed(block, "its process ended", blameless=self.blameless)]
        self.done.append(block)
        return [do_block(self.task.open(), block, items, "a machine")]

    def cancel(self) -> None:
        self.flying.clear()

    def moved_bytes(self) -> int:
        return 0


def squares(run: Run, task: Task | None = None, count: int = 100, stage: str = "squaring") -> list[int]:
    found: list[int] = []
    collect(found, run, task or Square(), count, stage)
    return found


def collect(found: list[int], run: Run, task: Task, count: int = 100, stage: str = "squaring") -> None:
    for _, table in run.spread(stage, task, range(count)):
        found += table["square"].to_pylist()


@given(seed=st.integers(0, 10**6), cores=st.integers(1, 9), count=st.integers(0, 100))
def test_tables_come_in_the_order_of_the_items_whichever_ends_first(seed: int, cores: int, count: int) -> None:
    with begin_run("squares", {}, workers=Shuffled(seed, cores)) as run:
        assert squares(run, count=count) == SQUARES[:count]


@given(seed=st.integers(0, 10**6), lost=st.floats(0, 0.9), blameless=st.booleans())
def test_what_dies_now_and_then_is_done_again(seed: int, lost: float, blameless: bool) -> None:
    chance, deaths = random.Random(seed), dict[int, int]()

    def dies(block: Block) -> bool:
        deaths[block.first] = deaths.get(block.first, 0) + 1
        return deaths[block.first] < 3 and chance.random() < lost

    with begin_run("squares", {}, workers=Shuffled(seed, dies=dies, blameless=blameless)) as run:
        assert squares(run) == SQUARES


def test_blocks_end_where_machines_live_for_less_than_a_block_takes() -> None:
    workers = Shuffled(dies=lambda block: len(block) > 2, blameless=True)
    with begin_run("squares", {}, workers=workers) as run:
        assert squares(run) == SQUARES


@pytest.mark.parametrize("how", ["raises", "dies"])
def test_a_poisoned_item_is_set_aside_and_all_others_are_done(tmp_path: Path, how: str) -> None:
    workers = Shuffled(dies=lambda block: how == "dies" and block.first <= 41 < block.until)
    task = Square(raising=frozenset([41] if how == "raises" else []))
    found: list[int] = []
    with (
        pytest.raises(RunIncomplete, match=r"^1 of the items failed 3 times .* squaring, item 41 \(") as caught,
        begin_run("squares", {}, workers=workers, folder=tmp_path) as run,
    ):
        collect(found, run, task)
    assert found == SQUARES[:41] + SQUARES[42:]
    assert caught.value.ids == ("squaring, item 41",)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["state"] == "incomplete"
    assert [each["block"] for each in manifest["set_aside"]] == ["squaring, item 41"]
    with begin_run("squares", {}, workers=(healed := Shuffled()), folder=tmp_path) as run:
        assert squares(run) == SQUARES
    assert [str(block) for block in healed.done] == ["squaring, item 41"]
    assert json.loads((tmp_path / "manifest.json").read_text())["state"] == "complete"


def test_a_run_ends_soon_where_nothing_comes_out_at_all() -> None:
    workers = Shuffled(dies=lambda _: True)
    with pytest.raises(RunIncomplete, match=r"^3 of the items"), begin_run("squares", {}, workers=workers) as run:
        squares(run)


@given(seed=st.integers(0, 10**6), refused=st.sets(st.integers(0, 99), min_size=1))
def test_bad_input_is_said_of_the_first_item_that_has_it(seed: int, refused: set[int]) -> None:
    task = Square(refused=frozenset(refused))
    with (
        pytest.raises(ScenarioError, match=f"^item {min(refused)} is no item"),
        begin_run("squares", {}, workers=Shuffled(seed)) as run,
    ):
        squares(run, task)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), stops=st.lists(st.integers(1, 30), max_size=4))
def test_a_run_that_is_cut_off_repeats_no_finished_block(
    tmp_path_factory: pytest.TempPathFactory, seed: int, stops: list[int]
) -> None:
    folder, done = tmp_path_factory.mktemp("run"), list[Block]()
    for stop in stops:
        workers = Shuffled(seed, dies=lambda _, stop=stop, workers=[]: _cut(workers, stop))  # type: ignore[misc]
        try:
            with begin_run("squares", {}, workers=workers, folder=folder) as run:
                squares(run)
        except KeyboardInterrupt:
            pass
        done += workers.done
    with begin_run("squares", {}, workers=(last := Shuffled(seed)), folder=folder) as run:
        assert squares(run) == SQUARES
    items = [item for block in [*done, *last.done] for item in range(block.first, block.until)]
    assert sorted(items) == list(range(100))


def _cut(calls: list[None], stop: int) -> bool:
    calls.append(None)
    if len(calls) > stop:
        raise KeyboardInterrupt
    return False


def test_whoever_has_enough_may_leave() -> None:
    workers = Shuffled(cores=1)
    with begin_run("squares", {}, workers=workers) as run:
        for first, _ in run.spread("squaring", Square(), range(100)):
            if first >= 10:
                break
    assert sum(map(len, workers.done)) < 100


def test_other_inputs_are_refused_by_name(tmp_path: Path) -> None:
    with begin_run("squares", {"seed": "1", "trips": "a" * 64}, folder=tmp_path) as run:
        squares(run)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    cases = [
        ("squares", {"seed": "2", "trips": "a" * 64}, "seed is 1 there and 2 here"),
        ("squares", {"seed": "1", "trips": "b" * 64}, "trips is not the same"),
        ("squares", {"seed": "1"}, "trips is not the same"),
        ("cubes", {"seed": "1", "trips": "a" * 64}, "kind is squares there and cubes here"),
    ]
    for kind, inputs, sentence in cases:
        with pytest.raises(RunRefused, match=sentence), begin_run(kind, inputs, folder=tmp_path):
            pytest.fail("it was begun")
    assert {path: path.read_bytes() for path in files} | {tmp_path / "lock": b""} == files | {tmp_path / "lock": b""}


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        hold_folder(tmp_path, kind="squares", inputs={}),
        pytest.raises(RunRefused, match=f"is held by process {os.getpid()} on"),
        begin_run("squares", {}, folder=tmp_path),
    ):
        pytest.fail("it was begun")
    with begin_run("squares", {}, folder=tmp_path) as run:
        assert squares(run) == SQUARES


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunRefused, match="holds other files and no run"), begin_run("squares", {}, folder=tmp_path):
        pytest.fail("it was begun")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(RunRefused, match="is no manifest"), begin_run("squares", {}, folder=tmp_path):
        pytest.fail("it was begun")
    with pytest.raises(FileUnreadable, match="cannot write"), begin_run("x", {}, folder=tmp_path / "thesis.txt"):
        pytest.fail("it was begun")


def test_a_full_disk_is_said_and_leaves_whole_parts_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, sync = list[int](), os.fsync

    def full_after_some(file: int) -> None:
        written.append(file)
        if len(written) > 15:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_after_some)
        with (
            pytest.raises(FileUnreadable, match="is full; what is done is kept"),
            begin_run("squares", {}, workers=Shuffled(), folder=tmp_path) as run,
        ):
            squares(run)
    assert not list(tmp_path.rglob("*.tmp"))
    assert list(tmp_path.rglob("*.parquet"))
    with begin_run("squares", {}, workers=Shuffled(), folder=tmp_path) as run:
        assert squares(run) == SQUARES
        assert run.tally.kept > 0


def test_a_damaged_part_is_done_again(tmp_path: Path) -> None:
    with begin_run("squares", {}, folder=tmp_path) as run:
        squares(run)
    damaged, *rest = sorted(tmp_path.rglob("*.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-7])
    with begin_run("squares", {}, folder=tmp_path) as run:
        assert squares(run) == SQUARES
        assert (run.tally.kept, run.tally.blocks) == (len(rest), 1)


def test_stages_of_one_run_have_parts_of_their_own(tmp_path: Path) -> None:
    with begin_run("squares", {}, folder=tmp_path) as run:
        assert squares(run, stage="squaring once") == squares(run, stage="squaring twice")
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["squaring-once", "squaring-twice"]


def test_a_table_of_the_wrong_size_is_a_failure() -> None:
    class Short(Square):
        def work(self, items: Sequence[int]) -> pa.Table:
            return super().work(items[1:])

    with pytest.raises(RunIncomplete, match="0 rows came of 1 items"), begin_run("squares", {}) as run:
        squares(run, Short())
