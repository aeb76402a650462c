"""Computes jobs, one after another, in a thread of this process; what dies with the process another one takes up."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from wayaround.assess import Progress
from wayaround.errors import StoreUnreachable, WayaroundError
from wayaround.service.logs import LOGGER
from wayaround.service.store.database import Store
from wayaround.service.store.jobs import (
    Job,
    State,
    begin_next,
    drop_old,
    end_job,
    give_back,
    report_job,
    take_back_lost,
)
from wayaround.service.store.scenarios import now_ms

__all__ = ["Compute", "Ended", "JobRunner"]

Compute = Callable[[Job, Progress], dict[str, bytes]]
Ended = Callable[[Job, State, float], None]

BEAT_S = 1.0
"""How often a runner is heard of."""

LOOK_S, CLEAN_S = 0.5, 3600.0
"""How often it looks for jobs, and for what may go."""


class _Stopped(Exception):
    """The job was cancelled, or the process ends."""


@dataclass(slots=True)
class _At:
    """How far the job is, and whether it shall go on."""

    stage: str = "beginning"
    done: int = 0
    total: int = 1
    ends: bool = False


class JobRunner:
    """A thread that takes jobs from the store.

    Parameters
    ----------
    store : Store
        Where jobs and results are kept.
    compute : callable
        Gives the results of a job by format.
    ended : callable
        Told of each job that ended here, with its state and the seconds that it took.
    silent_s : float
        After so long a silence a job is another runner's.
    keep_days : int
        Jobs that ended so long ago are removed.
    """

    def __init__(self, store: Store, compute: Compute, ended: Ended, *, silent_s: float, keep_days: int) -> None:
        self._store = store
        self._compute = compute
        self._ended = ended
        self._silent_s = silent_s
        self._keep_ms = keep_days * 86_400_000
        self._name = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Look for a job now."""
        self._woken.set()

    def stop(self) -> None:
        """End; the job that is being computed goes back to the queue."""
        self._stopping.set()
        self._woken.set()
        self._thread.join(self._silent_s)

    def _work(self) -> None:
        cleaned = -CLEAN_S
        while not self._stopping.is_set():
            try:
                if time.monotonic() - cleaned > CLEAN_S:
                    drop_old(self._store, before_ms=now_ms() - self._keep_ms)
                    cleaned = time.monotonic()
                take_back_lost(self._store, silent_ms=int(self._silent_s * 1000))
                job = begin_next(self._store, self._name)
            except StoreUnreachable as error:
                LOGGER.warning("store", extra={"fields": {"said": error.message}})
                self._stopping.wait(BEAT_S)
                continue
            if job is None:
                self._woken.wait(LOOK_S)
                self._woken.clear()
                continue
            self._run(job)

    def _run(self, job: Job) -> None:
        LOGGER.info("job begun", extra={"fields": {"job": job.id, "kind": job.kind}})
        at, over, begun = _At(), threading.Event(), time.monotonic()
        beat = threading.Thread(target=self._beat, args=(job, at, over), name="beat", daemon=True)
        beat.start()

        def progress(stage: str, done: int, total: int) -> None:
            at.stage, at.done, at.total = stage[:200], int(done), int(total)
            if at.ends or self._stopping.is_set():
                raise _Stopped

        results: dict[str, bytes] | None = None
        error: tuple[str, str] | None = None
        state: State = "done"
        try:
            results = self._compute(job, progress)
        except _Stopped:
            state = "cancelled"
        except WayaroundError as fault:
            state, error = "failed", (type(fault).__name__, fault.message[:2000])
        except Exception:
            LOGGER.exception("fault", extra={"fields": {"job": job.id}})
            state, error = "failed", ("Fault", "a fault of ours; the log of the service tells more.")
        finally:
            over.set()
            beat.join()
        if state == "cancelled" and self._stopping.is_set() and not at.ends:
            self._insist(lambda: give_back(self._store, job.id, self._name))
            return
        if self._insist(lambda: end_job(self._store, job.id, self._name, state, results=results, error=error)):
            LOGGER.info("job ended", extra={"fields": {"job": job.id, "kind": job.kind, "state": state}})
            self._ended(job, state, time.monotonic() - begun)

    def _beat(self, job: Job, at: _At, over: threading.Event) -> None:
        """Say every second that the job is being computed, and learn whether it still should be."""
        while not over.wait(BEAT_S):
            try:
                goes_on = report_job(self._store, job.id, self._name, stage=at.stage, done=at.done, total=at.total)
            except StoreUnreachable:
                continue  # it may be back in time; if not, the job is another's, and nothing of ours is kept
            at.ends = at.ends or not goes_on

    def _insist(self, keep: Callable[[], bool | None]) -> bool:
        """Keep what a job came to, however long the store is away; at the end of the process, some tries."""
        tries = 0
        while True:
            try:
                return bool(keep())
            except StoreUnreachable as error:
                LOGGER.warning("store", extra={"fields": {"said": error.message}})
                tries += self._stopping.is_set()
                if tries > 3:
                    return False
                time.sleep(BEAT_S)
