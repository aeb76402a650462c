"""Work under /api/v1: at once or as jobs, and jobs followed, read and ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response, StreamingResponse

from wayaround.errors import StoreUnreachable
from wayaround.scenario import Scenario
from wayaround.service.bodies import ClaimsRequest, RankRequest, SweepRequest, read_body, read_object
from wayaround.service.callers import caller_of, require_writer
from wayaround.service.posted import check_area, check_axes, check_posted_scenario, count_pairs
from wayaround.service.scenario_routes import say_time
from wayaround.service.schemas import (
    SCENARIO_SCHEMA,
    AssessAnswer,
    JobAnswer,
    JobEntry,
    JobList,
    body_of,
    refusals,
)
from wayaround.service.served import ServedRoads
from wayaround.service.settings import Settings
from wayaround.service.store.database import Store
from wayaround.service.store.jobs import FINAL, Job, Kind, cancel_job, keep_job, list_jobs, read_job, read_result
from wayaround.service.store.scenarios import read_reference, read_stored
from wayaround.service.tasks import MEDIA_TYPES, assess_posted, find_format
from wayaround.service.work import TooBusy, Workshop

__all__ = ["list_job_services"]

LOOK_S, SIGN_S = 0.3, 15.0
"""How often a job that is followed is looked at; after how long without news a sign of life is sent."""

_Asked = TypeVar("_Asked", bound=BaseModel)
_Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Of a job.")]
_Format = Annotated[str, Query(max_length=20, description="json, geojson or parquet.")]
_JOB: dict[int, dict[str, Any]] = {202: {"model": JobAnswer, "description": "It is a job now."}}


def list_job_services(
    settings: Settings,
    served: Callable[[], ServedRoads],
    store: Callable[[], Store],
    assessors: Workshop,
    workshop: Workshop,
    *,
    queued: Callable[[], None],
    closing: Callable[[], bool],
) -> APIRouter:
    """Addresses of work and of jobs.

    Parameters
    ----------
    settings : Settings
        Limits.
    served, store : callable
        Give the open network and the open store.
    assessors, workshop : Workshop
        Where scenarios are assessed at once, and where the store is asked.
    queued : callable
        Told that a job waits.
    closing : callable
        Whether the service ends, so that who follows a job is let go.
    """
    router = APIRouter(prefix="/api/v1")
    followed = [0]

    def check(content: dict[str, Any]) -> Scenario:
        roads = served()
        return check_posted_scenario(content, settings, served=roads.network.name, profile=roads.profile.name)

    def find(scenario: dict[str, Any] | None, stored: str | None) -> dict[str, Any] | None:
        """The scenario that is meant, once it is known to be one."""
        content = scenario if stored is None else read_stored(store(), *read_reference(stored)).content
        if content is not None:
            check(content)
        return content

    async def begin(request: Request, kind: Kind, prepare: Callable[[], dict[str, Any]]) -> Response:
        owner = require_writer(request).owner
        job = await workshop.compute(lambda: keep_job(store(), owner, kind, prepare(), most=settings.max_jobs))
        queued()
        return JSONResponse({"job": _entry(job)}, 202, {"location": f"/api/v1/jobs/{job.id}"})

    @router.post(
        "/assess",
        tags=["work"],
        summary="Assess a scenario: at once, or one of many pairs as a job",
        description="As JSON the same object as `wayaround run --json`; as GeoJSON the routes of the listed journeys "
        'and the closures; as Parquet every pair. A stored scenario is named as {"stored": "NAME"}.',
        response_model=None,
        responses=refusals(401, 403, 404, 409, 413, 415, 422, 429, 503, answers={200: {"model": AssessAnswer}, **_JOB}),
        openapi_extra=body_of(SCENARIO_SCHEMA),
    )
    async def assess_sent(request: Request, format: _Format = "json") -> Response:
        name = find_format("assess", format)
        body = await read_object(request)

        def prepare() -> tuple[dict[str, Any], Scenario]:
            is_stored = set(body) == {"stored"}
            content = read_stored(store(), *read_reference(str(body["stored"]))).content if is_stored else body
            return content, check(content)

        content, scenario = await workshop.compute(prepare)
        if await workshop.compute(lambda: count_pairs(scenario)) > settings.max_pairs:
            return await begin(request, "assess", lambda: {"scenario": content})
        answer = await assessors.compute(lambda: assess_posted(scenario, served(), name))
        return Response(answer, media_type=MEDIA_TYPES[name])

    def offer(kind: Kind, model: type[_Asked], summary: str, prepare: Callable[[_Asked], dict[str, Any]]) -> None:
        async def work(request: Request) -> Response:
            asked = await read_body(request, model)
            return await begin(request, kind, lambda: prepare(asked))

        router.add_api_route(
            f"/{kind}",
            work,
            methods=["POST"],
            name=kind,
            tags=["work"],
            summary=summary,
            status_code=202,
            response_model=None,
            responses=refusals(401, 403, 404, 413, 415, 422, 429, 503, answers=_JOB),
            openapi_extra=body_of(model.model_json_schema()),
        )

    def rank(asked: RankRequest) -> dict[str, Any]:
        if asked.within is not None:
            check_area(asked.within)
        return asked.model_dump(exclude={"scenario", "stored"}) | {"scenario": find(asked.scenario, asked.stored)}

    def sweep(asked: SweepRequest) -> dict[str, Any]:
        content = find(asked.scenario, asked.stored)
        assert content is not None
        check_axes(asked.vary, check(content), paired=asked.paired, most_points=settings.max_points)
        return {"scenario": content, "vary": asked.vary, "paired": asked.paired}

    def claims(asked: ClaimsRequest) -> dict[str, Any]:
        return {"text": asked.text, "scenario": find(asked.scenario, asked.stored)}

    offer("rank", RankRequest, "Rank roads by what losing each costs all journeys", rank)
    offer("sweep", SweepRequest, "Assess a scenario at many values, and find where ways change", sweep)
    offer("claims", ClaimsRequest, "Hold what a text says against the roads", claims)

    @router.get(
        "/jobs",
        tags=["jobs"],
        summary="Jobs of a token, the newest first",
        response_model=JobList,
        responses=refusals(401, 503),
    )
    async def listed(request: Request) -> JobList:
        found = await workshop.compute(lambda: list_jobs(store(), caller_of(request).owner))
        return JobList(jobs=[JobEntry(**_entry(each)) for each in found])

    @router.get(
        "/jobs/{name}",
        tags=["jobs"],
        summary="How a job stands",
        response_model=JobEntry,
        responses=refusals(401, 404, 422, 503),
    )
    async def state(name: _Id, request: Request) -> JobEntry:
        return JobEntry(**_entry(await workshop.compute(lambda: read_job(store(), name, caller_of(request).owner))))

    @router.delete(
        "/jobs/{name}",
        tags=["jobs"],
        summary="Cancel a job, or remove one that has ended",
        status_code=202,
        response_model=None,
        responses=refusals(
            401,
            403,
            404,
            422,
            503,
            answers={202: {"description": "It is being cancelled."}, 204: {"description": "It is removed."}},
        ),
        dependencies=[Depends(require_writer)],
    )
    async def end(name: _Id, request: Request) -> Response:
        removed = await workshop.compute(lambda: cancel_job(store(), name, caller_of(request).owner))
        return Response(status_code=204 if removed else 202)

    @router.get(
        "/jobs/{name}/result",
        tags=["jobs"],
        summary="The result of a job",
        response_model=None,
        responses=refusals(
            401, 404, 409, 422, 503, answers={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}}
        ),
    )
    async def result(name: _Id, request: Request, format: _Format = "json") -> Response:
        content = await workshop.compute(lambda: read_result(store(), name, caller_of(request).owner, format))
        return Response(content, media_type=MEDIA_TYPES[format])

    @router.get(
        "/jobs/{name}/events",
        tags=["jobs"],
        summary="A job as it goes on, by server-sent events, until it ends",
        response_model=None,
        responses=refusals(
            401, 404, 422, 429, 503, answers={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
        ),
    )
    async def events(name: _Id, request: Request) -> Response:
        owner = caller_of(request).owner

        async def look() -> dict[str, Any]:
            return _entry(await workshop.compute(lambda: read_job(store(), name, owner)))

        first = await look()
        if followed[0] >= settings.max_followed:
            raise TooBusy

        async def follow() -> AsyncIterator[bytes]:
            followed[0] += 1  # here: of a client that is gone already nothing begins, and nothing would end
            try:
                async for piece in _follow(first, look, closing):
                    yield piece
            finally:
                followed[0] -= 1

        return StreamingResponse(follow(), media_type="text/event-stream")

    return router


async def _follow(first: dict[str, Any], look: Callable[[], Any], closing: Callable[[], bool]) -> AsyncIterator[bytes]:
    """The job whenever it changes, and a comment where it does not for long."""
    told, now, quiet_s = None, first, 0.0
    while True:
        if now != told:
            yield b"event: job\ndata: " + orjson.dumps(now) + b"\n\n"
            told, quiet_s = now, 0.0
        elif quiet_s >= SIGN_S:
            yield b": still there\n\n"
            quiet_s = 0.0
        if now["state"] in FINAL or closing():
            return
        await asyncio.sleep(LOOK_S)
        quiet_s += LOOK_S
        try:
            now = await look()
        except (StoreUnreachable, TooBusy):
            continue


def _entry(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"stage": job.stage, "done": job.done, "total": job.total},
        "created_at": say_time(job.created_ms),
        "ended_at": None if job.ended_ms is None else say_time(job.ended_ms),
        "error": None if job.error_code is None else {"code": job.error_code, "message": job.error_message or ""},
        "formats": list(job.formats),
    }
