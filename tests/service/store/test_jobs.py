"""Jobs as they are kept: taken once, ended once, taken up again when their process is lost, interrupted at last."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from wayaround.errors import JobNotFound, ResultNotThere, TooManyJobs
from wayaround.service.store.database import Store
from wayaround.service.store.jobs import (
    FINAL,
    Job,
    begin_next,
    cancel_job,
    drop_old,
    end_job,
    give_back,
    keep_job,
    list_jobs,
    read_job,
    read_result,
    report_job,
    take_back_lost,
)
from wayaround.service.store.scenarios import now_ms


def keep(store: Store, owner: str = "me", most: int = 100, **asked: object) -> Job:
    return keep_job(store, owner, "rank", asked, most=most)


def begin(store: Store, runner: str = "r") -> Job:
    job = begin_next(store, runner)
    assert job is not None
    return job


def test_a_job_waits_runs_and_ends_with_its_results(store: Store) -> None:
    kept = keep(store, cities=3)
    assert read_job(store, kept.id, "me").state == "queued"
    begun = begin(store)
    assert (begun.id, begun.asked, begun.state) == (kept.id, {"cities": 3}, "running")
    assert begin_next(store, "other") is None
    assert report_job(store, kept.id, "r", stage="closing each in turn", done=3, total=9)
    now = read_job(store, kept.id, "me")
    assert (now.stage, now.done, now.total) == ("closing each in turn", 3, 9)
    assert end_job(store, kept.id, "r", "done", results={"json": b"{}", "parquet": b"\0\xff"})
    ended = read_job(store, kept.id, "me")
    assert (ended.state, ended.formats, ended.error_code) == ("done", ("json", "parquet"), None)
    assert read_result(store, kept.id, "me", "parquet") == b"\0\xff"
    with pytest.raises(ResultNotThere, match="json or parquet"):
        read_result(store, kept.id, "me", "geojson")


def test_who_does_not_own_a_job_does_not_see_it(store: Store) -> None:
    job = keep(store)
    for ask in (read_job, cancel_job):
        with pytest.raises(JobNotFound):
            ask(store, job.id, "you")
    with pytest.raises(JobNotFound):
        read_result(store, job.id, "you", "json")
    assert list_jobs(store, "you") == []
    assert [each.id for each in list_jobs(store, "me")] == [job.id]


def test_jobs_are_taken_in_turn_and_each_once(store: Store) -> None:
    kept = [keep(store, number=number).id for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        taken = [job.id for job in pool.map(lambda n: begin_next(store, f"r{n}"), range(16)) if job is not None]
    assert sorted(taken) == sorted(kept)


def test_the_one_that_waits_longest_comes_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(100, 1000, 100))
    monkeypatch.setattr("wayaround.service.store.jobs.now_ms", lambda: next(times))
    first, second = keep(store), keep(store)
    assert [begin(store).id, begin(store).id] == [first.id, second.id]


def test_an_owner_has_only_so_many_at_once(store: Store) -> None:
    def try_it(_: int) -> bool:
        try:
            keep(store, most=3)
        except TooManyJobs:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(8))) == 3
    keep(store, owner="you", most=3)
    end_job(store, begin(store).id, "r", "failed", error=("Fault", "x"))
    keep(store, most=3)


def test_what_waits_is_cancelled_at_once_and_what_runs_is_told(store: Store) -> None:
    waits, runs = keep(store), None
    assert cancel_job(store, waits.id, "me") is False
    assert read_job(store, waits.id, "me").state == "cancelled"
    runs = keep(store)
    assert begin(store).id == runs.id
    assert cancel_job(store, runs.id, "me") is False
    assert read_job(store, runs.id, "me").state == "running"
    assert report_job(store, runs.id, "r", stage="", done=0, total=1) is False
    assert end_job(store, runs.id, "r", "cancelled")
    assert cancel_job(store, runs.id, "me") is True
    with pytest.raises(JobNotFound):
        read_job(store, runs.id, "me")


def lose(store: Store) -> int:
    return take_back_lost(store, silent_ms=-1)


def test_a_lost_job_is_taken_up_and_its_first_runner_keeps_nothing(store: Store) -> None:
    job = keep(store)
    begin(store, "first")
    assert take_back_lost(store, silent_ms=60_000) == 0
    assert lose(store) == 1
    assert begin(store, "second").id == job.id
    assert report_job(store, job.id, "first", stage="", done=0, total=1) is False
    assert end_job(store, job.id, "first", "done", results={"json": b"old"}) is False
    assert end_job(store, job.id, "second", "done", results={"json": b"new"})
    assert read_result(store, job.id, "me", "json") == b"new"


def test_what_is_lost_three_times_is_interrupted(store: Store) -> None:
    job = keep(store)
    for _ in range(3):
        assert begin(store).id == job.id
        lose(store)
    assert begin_next(store, "r") is None
    ended = read_job(store, job.id, "me")
    assert (ended.state, ended.error_code) == ("interrupted", "Interrupted")
    with pytest.raises(ResultNotThere, match="interrupted"):
        read_result(store, job.id, "me", "json")


def test_what_is_given_back_in_good_order_counts_as_not_begun(store: Store) -> None:
    job = keep(store)
    for _ in range(5):
        assert begin(store).id == job.id
        give_back(store, job.id, "r")
    begin(store)
    lose(store)
    assert begin(store).id == job.id


def test_old_jobs_go_and_their_results_with_them(store: Store) -> None:
    old, waits = keep(store), None
    begin(store)
    end_job(store, old.id, "r", "done", results={"json": b"{}"})
    waits = keep(store)
    assert drop_old(store, before_ms=0) == 0
    assert drop_old(store, before_ms=now_ms() + 1) == 1
    assert [each.id for each in list_jobs(store, "me")] == [waits.id]


class Life(RuleBasedStateMachine):
    """Whatever happens in whatever order: no job is lost, none ends twice, none runs at two."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, str] = {}
        self.runs: dict[str, str] = {}
        self.begun = 0

    @initialize()
    def empty(self) -> None:
        drop_all(self.store)

    @rule()
    def submit(self) -> None:
        self.known[keep(self.store).id] = "queued"

    @rule()
    def take(self) -> None:
        self.begun += 1
        job = begin_next(self.store, f"r{self.begun}")
        waits = {name for name, state in self.known.items() if state == "queued"}
        assert (job is None) == (not waits)
        if job is not None:
            assert job.id in waits
            self.known[job.id], self.runs[job.id] = "running", f"r{self.begun}"

    @rule(choice=st.randoms(use_true_random=False), well=st.booleans())
    def finish(self, choice: object, well: bool) -> None:
        if self.runs:
            name = choice.choice(sorted(self.runs))  # type: ignore[attr-defined]
            state = "done" if well else "failed"
            assert end_job(self.store, name, self.runs.pop(name), state, results={"json": b"{}"} if well else None)  # type: ignore[arg-type]
            self.known[name] = state

    @rule()
    def kill(self) -> None:
        lost = take_back_lost(self.store, silent_ms=-1)
        assert lost == len(self.runs)
        for name in self.runs:
            self.known[name] = read_job(self.store, name, "me").state
            assert self.known[name] in ("queued", "interrupted")
        self.runs.clear()

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {each.id: each.state for each in list_jobs(self.store, "me")} == self.known
        for name, state in self.known.items():
            assert (read_job(self.store, name, "me").ended_ms is not None) == (state in FINAL)


def drop_all(store: Store) -> None:
    for each in list_jobs(store, "me"):
        if not cancel_job(store, each.id, "me"):
            end_job(store, each.id, "r", "cancelled")
            take_back_lost(store, silent_ms=-1)
    for each in list_jobs(store, "me"):
        while not cancel_job(store, each.id, "me"):
            pass


def test_whatever_happens_no_job_is_lost(store: Store) -> None:
    machine = type("LifeHere", (Life,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
