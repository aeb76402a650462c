"""Jobs and their results as they are kept: each step is one transaction, so that no job is lost or done twice."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import sqlalchemy as sa

from wayaround.errors import JobNotFound, ResultNotThere, TooManyJobs
from wayaround.service.store.database import Store
from wayaround.service.store.scenarios import now_ms
from wayaround.service.store.tables import JOBS, RESULTS

__all__ = ["FINAL", "Job", "Kind", "State", "begin_next", "cancel_job", "count_open_jobs", "drop_old", "end_job"]
__all__ += ["give_back", "keep_job", "list_jobs", "read_job", "read_result", "report_job", "take_back_lost"]

Kind = Literal["assess", "rank", "sweep", "claims"]
State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]

FINAL = frozenset({"done", "failed", "cancelled", "interrupted"})
MOST_BEGUN = 3
"""A job that was begun so often, and each time lost with its process, is not begun again: it may be what kills it."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that outlives the request for it.

    Parameters
    ----------
    id : str
        By which it is asked for.
    owner : str
        Whose token asked for it.
    kind, state
        What it is, and how it stands.
    asked : dict
        What was asked for; empty in lists.
    stage, done, total
        How far it is.
    created_ms, ended_ms : int
        In milliseconds since 1970, UTC.
    error_code, error_message : str, optional
        Why it failed.
    formats : tuple of str
        In which the result can be had.
    """

    id: str
    owner: str
    kind: Kind
    state: State
    asked: dict[str, Any]
    stage: str
    done: int
    total: int
    created_ms: int
    ended_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    formats: tuple[str, ...] = ()


def keep_job(store: Store, owner: str, kind: Kind, asked: dict[str, Any], *, most: int) -> Job:
    """Put a job at the end of the queue.

    Parameters
    ----------
    store : Store
        Where.
    owner, kind, asked
        As in `Job`.
    most : int
        So many jobs of an owner may be queued or running.

    Raises
    ------
    TooManyJobs
        So many are.
    """
    job = Job(secrets.token_hex(16), owner, kind, "queued", asked, "waiting", 0, 1, now_ms())
    open_jobs = sa.select(sa.func.count()).where(JOBS.c.owner == owner, JOBS.c.state.in_(("queued", "running")))
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":  # else two requests at once would both find room for one
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"wayaround jobs {owner}"))))
        if connection.scalars(open_jobs).one() >= most:
            raise TooManyJobs(f"{most} jobs wait or run already; wait for one, or cancel one.", ids=[kind])
        connection.execute(
            sa.insert(JOBS).values(
                id=job.id,
                owner=owner,
                kind=kind,
                state="queued",
                asked=orjson.dumps(asked).decode(),
                stage=job.stage,
                done=0,
                total=1,
                begun=0,
                seen_ms=job.created_ms,
                to_cancel=False,
                created_ms=job.created_ms,
            )
        )
    return job


def begin_next(store: Store, runner: str) -> Job | None:
    """Take the job that waits longest, for a runner; None where none waits."""
    first = sa.select(JOBS.c.id).where(JOBS.c.state == "queued").order_by(JOBS.c.created_ms, JOBS.c.id).limit(1)
    with store.reading() as connection:  # so that an idle runner does not hold writers up
        if connection.scalar(first) is None:
            return None
    with store.writing() as connection:
        name = connection.scalar(first.with_for_update(skip_locked=True))
        if name is None:
            return None
        row = connection.execute(
            sa.update(JOBS)
            .where(JOBS.c.id == name)
            .values(state="running", runner=runner, begun=JOBS.c.begun + 1, seen_ms=now_ms(), stage="beginning")
            .returning(*JOBS.c)
        ).one()
    return _job(row, asked=True)


def report_job(store: Store, job: str, runner: str, *, stage: str, done: int, total: int) -> bool:
    """Say how far a job is, and that its runner lives; whether it is still the runner's, and nobody cancelled it."""
    with store.writing() as connection:
        row = connection.execute(
            sa.update(JOBS)
            .where(JOBS.c.id == job, JOBS.c.runner == runner, JOBS.c.state == "running")
            .values(seen_ms=now_ms(), stage=stage, done=done, total=total)
            .returning(JOBS.c.to_cancel)
        ).one_or_none()
    return row is not None and not row.to_cancel


def end_job(
    store: Store,
    job: str,
    runner: str,
    state: State,
    *,
    results: Mapping[str, bytes] | None = None,
    error: tuple[str, str] | None = None,
) -> bool:
    """End a job with all its results at once; False where it is no longer the runner's, and nothing is kept."""
    with store.writing() as connection:
        ended = connection.execute(
            sa.update(JOBS)
            .where(JOBS.c.id == job, JOBS.c.runner == runner, JOBS.c.state == "running")
            .values(
                state=state,
                ended_ms=now_ms(),
                error_code=None if error is None else error[0],
                error_message=None if error is None else error[1].replace("\0", "\ufffd"),
                **({"stage": "done", "done": 1, "total": 1} if state == "done" else {}),
            )
        ).rowcount
        if ended and results:
            rows = [{"job": job, "format": name, "content": content} for name, content in results.items()]
            connection.execute(sa.insert(RESULTS), rows)
    return ended == 1


def give_back(store: Store, job: str, runner: str) -> None:
    """Put a job back at the head of the queue, as its runner stops in good order."""
    with store.writing() as connection:
        connection.execute(
            sa.update(JOBS)
            .where(JOBS.c.id == job, JOBS.c.runner == runner, JOBS.c.state == "running")
            .values(state="queued", runner=None, begun=JOBS.c.begun - 1, stage="waiting", done=0, total=1)
        )


def take_back_lost(store: Store, *, silent_ms: int) -> int:
    """Queue again what was running and has not been heard of for so long; what was lost three times is interrupted."""
    lost = (JOBS.c.state == "running") & (JOBS.c.seen_ms < now_ms() - silent_ms)
    with store.reading() as connection:
        if not connection.scalar(sa.select(sa.func.count()).where(lost)):
            return 0
    with store.writing() as connection:
        ended = connection.execute(
            sa.update(JOBS)
            .where(lost, JOBS.c.begun >= MOST_BEGUN)
            .values(
                state="interrupted",
                ended_ms=now_ms(),
                error_code="Interrupted",
                error_message=f"it was begun {MOST_BEGUN} times, and the process that computed it ended each time.",
            )
        ).rowcount
        again = connection.execute(
            sa.update(JOBS).where(lost).values(state="queued", runner=None, stage="waiting", done=0, total=1)
        ).rowcount
    return int(ended + again)


def read_job(store: Store, name: str, owner: str) -> Job:
    """Read how a job of an owner stands, without what it was asked.

    Raises
    ------
    JobNotFound
        None of that id is the owner's.
    """
    with store.reading() as connection:
        row = connection.execute(sa.select(JOBS).where(JOBS.c.id == name, JOBS.c.owner == owner)).one_or_none()
        if row is None:
            raise JobNotFound(f'there is no job "{name[:40]}".', ids=[name[:40]])
        formats = connection.scalars(sa.select(RESULTS.c.format).where(RESULTS.c.job == name)).all()
    return _job(row, formats=tuple(sorted(formats)))


def list_jobs(store: Store, owner: str, *, most: int = 100) -> list[Job]:
    """Jobs of an owner, the newest first, without what they were asked."""
    wanted = sa.select(JOBS).where(JOBS.c.owner == owner).order_by(JOBS.c.created_ms.desc(), JOBS.c.id).limit(most)
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
        names = [row.id for row in rows]
        kept = connection.execute(sa.select(RESULTS.c.job, RESULTS.c.format).where(RESULTS.c.job.in_(names))).all()
    return [_job(row, formats=tuple(sorted(name for job, name in kept if job == row.id))) for row in rows]


def count_open_jobs(store: Store) -> dict[str, int]:
    """How many jobs wait and how many run, of all owners."""
    is_open = JOBS.c.state.in_(("queued", "running"))
    counted = sa.select(JOBS.c.state, sa.func.count().label("jobs")).where(is_open).group_by(JOBS.c.state)
    with store.reading() as connection:
        return {row.state: row.jobs for row in connection.execute(counted)}


def cancel_job(store: Store, name: str, owner: str) -> bool:
    """Cancel a job that waits or runs, or remove one that has ended; whether it was removed.

    Raises
    ------
    JobNotFound
        As for `read_job`.
    """
    own = (JOBS.c.id == name) & (JOBS.c.owner == owner)
    with store.writing() as connection:
        if connection.execute(sa.delete(JOBS).where(own, JOBS.c.state.in_(FINAL))).rowcount:
            return True
        waiting = sa.update(JOBS).where(own, JOBS.c.state == "queued").values(state="cancelled", ended_ms=now_ms())
        running = sa.update(JOBS).where(own, JOBS.c.state == "running").values(to_cancel=True)
        if not connection.execute(waiting).rowcount and not connection.execute(running).rowcount:
            raise JobNotFound(f'there is no job "{name[:40]}".', ids=[name[:40]])
    return False


def read_result(store: Store, name: str, owner: str, result_format: str) -> bytes:
    """The result of a job in a format.

    Raises
    ------
    JobNotFound
        As for `read_job`.
    ResultNotThere
        It has not ended, or not well, or has no such format.
    """
    job = read_job(store, name, owner)
    if job.state != "done":
        raise ResultNotThere(f'the job is "{job.state}", so there is no result.', ids=[job.state])
    wanted = sa.select(RESULTS.c.content).where(RESULTS.c.job == name, RESULTS.c.format == result_format)
    with store.reading() as connection:
        content: bytes | None = connection.scalar(wanted)
    if content is None:
        raise ResultNotThere(
            f'this result is not to be had as "{result_format[:20]}", but as {" or ".join(job.formats)}.',
            ids=[result_format[:20]],
        )
    return content


def drop_old(store: Store, *, before_ms: int) -> int:
    """Remove jobs that ended before a time, with their results; how many."""
    old = JOBS.c.state.in_(FINAL) & (JOBS.c.ended_ms < before_ms)
    with store.writing() as connection:
        return int(connection.execute(sa.delete(JOBS).where(old)).rowcount)


def _job(row: Any, *, asked: bool = False, formats: tuple[str, ...] = ()) -> Job:
    return Job(
        id=row.id,
        owner=row.owner,
        kind=row.kind,
        state=row.state,
        asked=orjson.loads(row.asked) if asked else {},
        stage=row.stage,
        done=row.done,
        total=row.total,
        created_ms=row.created_ms,
        ended_ms=row.ended_ms,
        error_code=row.error_code,
        error_message=row.error_message,
        formats=formats,
    )
