"""The application: everything is made when it is asked for, nothing at import."""

import gc
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from multiprocessing.connection import wait
from threading import Event, Thread, current_thread, main_thread
from types import FrameType
from typing import Any

import numpy as np
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from wayaround.assess import Progress
from wayaround.errors import WayaroundError
from wayaround.network.catalogue import open_network
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoint, SnappedPoints
from wayaround.service.allocator import keep_memory_flat
from wayaround.service.at_once import make_quick_answerer
from wayaround.service.docs_page import PAGE_POLICY, write_docs_page
from wayaround.service.error_status import describe_error, status_of
from wayaround.service.gate import Gate
from wayaround.service.guard import Guard
from wayaround.service.http_heads import AT_ONCE
from wayaround.service.job_routes import list_job_services
from wayaround.service.live import list_live_services
from wayaround.service.logs import LOGGER, start_logging
from wayaround.service.measures import Measures
from wayaround.service.osrm_api import list_osrm_services, make_osrm_answerer
from wayaround.service.page_files import list_page_services
from wayaround.service.routes import list_network_services, list_watch_services
from wayaround.service.runner import JobRunner
from wayaround.service.scenario_routes import list_scenario_services
from wayaround.service.served import ServedRoads, prepare_roads
from wayaround.service.settings import Settings, read_settings
from wayaround.service.store.database import Store, open_store
from wayaround.service.store.jobs import Job, State
from wayaround.service.tasks import compute_job
from wayaround.service.tiles import list_tile_services
from wayaround.service.work import TooBusy, Workshop

__all__ = ["create_app", "create_app_from_environment"]

OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""A short route makes, and drops, some hundreds; with Python's 700 a twentieth of its time went into collections."""

_DESCRIPTION = "What a road closure costs, journey by journey; OSRM's HTTP API v5 with closures, and wayaround's own."


def create_app(settings: Settings, *, network: RoadNetwork | None = None) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings
        What it serves, and its limits.
    network : RoadNetwork, optional
        Roads that are open already; else those that the settings name are opened when the application starts.

    Returns
    -------
    fastapi.FastAPI

    Examples
    --------
    >>> create_app(read_settings()).title
    'wayaround'
    """
    measures = Measures()
    gate = Gate(settings, measures)
    opened: list[ServedRoads] = []
    stores: list[Store] = []
    runners: list[JobRunner] = []
    closing = Event()

    def served() -> ServedRoads:
        if not opened:
            raise HTTPException(503, "the network is not open")
        return opened[0]

    def store() -> Store:
        if not stores:
            raise HTTPException(503, "the store is not open")
        return stores[0]

    def compute(job: Job, progress: Progress) -> dict[str, bytes]:
        return compute_job(job.kind, job.asked, served(), settings, progress)

    def queued() -> None:
        for runner in runners:
            runner.wake()

    def open_roads() -> ServedRoads:
        roads = prepare_roads(open_network(settings.network) if network is None else network, settings.profile)
        _warm_up(roads)
        return roads

    def open_kept() -> Store:
        return open_store(settings.database, now=False, failed=measures.store_failures.inc)

    def ended(job: Job, state: State, seconds: float) -> None:
        measures.ended.labels(job.kind, state).inc()
        measures.job_seconds.labels(job.kind).observe(seconds)

    answer = make_osrm_answerer(settings, served, store)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        stores.append(await to_thread.run_sync(open_kept))
        opened.append(await to_thread.run_sync(open_roads))
        runners.extend(
            JobRunner(store(), compute, ended, silent_s=settings.silent_s, keep_days=settings.keep_days)
            for _ in range(settings.jobs)
        )
        for runner in runners:
            runner.start()
        _tell_when_it_ends(closing)
        roads = opened[0].network
        measures.links.labels(roads.name, opened[0].profile.name).set(roads.links)
        gc.collect()
        gc.freeze()  # what is there now stays: no collection need look at it again
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
        LOGGER.info("ready", extra={"fields": {"network": roads.name, "links": roads.links}})
        yield {AT_ONCE: make_quick_answerer(answer, gate)}
        closing.set()
        for runner in runners:
            await to_thread.run_sync(runner.stop)
        runners.clear()
        opened.clear()
        stores.pop().close()
        LOGGER.info("stopped")

    app = FastAPI(
        title="wayaround",
        version=version("wayaround"),
        description=_DESCRIPTION,
        lifespan=live,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry={"tracing": False, "metrics": False, "logs": False},  # else it is looked for at each request
    )
    app.add_middleware(Guard, gate=gate, settings=settings, measures=measures)
    _answer_errors(app)
    _add_docs(app)
    app.include_router(list_watch_services(lambda: opened[0] if opened else None, store, measures))
    app.include_router(list_network_services(served))
    keepers = Workshop(4, settings.waiting)
    app.include_router(list_scenario_services(settings, served, store, keepers))
    app.include_router(
        list_job_services(
            settings,
            served,
            store,
            Workshop(settings.assessments, settings.waiting),
            keepers,
            queued=queued,
            closing=closing.is_set,
        )
    )
    app.include_router(list_tile_services(served, Workshop(2, settings.waiting)))
    app.include_router(list_live_services(settings, served, Workshop(2, settings.waiting)))
    app.include_router(list_page_services())
    app.include_router(
        list_osrm_services(answer, Workshop(settings.threads, settings.waiting))
    )  # last: its paths fit others too
    return app


def create_app_from_environment() -> FastAPI:
    """Make the application of one of several processes, which know the settings by their environment."""
    start_logging()
    keep_memory_flat()
    _end_with_the_parent()
    return create_app(read_settings())


def _answer_errors(app: FastAPI) -> None:
    """Answer every error in one shape."""

    def by(status: int, code: str, message: str, ids: tuple[str, ...] = ()) -> Response:
        return JSONResponse(describe_error(code, message, ids), status)

    @app.exception_handler(WayaroundError)
    async def bad_input(_: Request, error: WayaroundError) -> Response:
        return by(status_of(error), type(error).__name__, error.message, error.ids)

    @app.exception_handler(TooBusy)
    async def busy(_: Request, error: TooBusy) -> Response:
        return by(429, "TooBusy", "too many requests wait; ask again in a moment.")

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        problem = error.errors()[0]
        return by(422, "RequestInvalid", f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}.")

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        code = {404: "NotFound", 405: "MethodNotAllowed", 503: "NotReady"}.get(error.status_code, "Refused")
        answer = by(error.status_code, code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer


def _add_docs(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(write_docs_page(app.openapi()), headers={"content-security-policy": PAGE_POLICY})


def _end_with_the_parent() -> None:
    """Stop in good order when the process that began this one is gone: nobody would start or stop it any more."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="parent", daemon=True).start()


def _tell_when_it_ends(closing: Event) -> None:
    """Learn of the end before the server waits for its connections: who follows a job would hold it up."""
    if current_thread() is not main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        follows = signal.getsignal(number)

        def told(which: int, frame: FrameType | None, follows: Any = follows) -> None:
            closing.set()
            if callable(follows):
                follows(which, frame)

        signal.signal(number, told)


def _warm_up(served: ServedRoads) -> None:
    """Answer once what requests will ask, so that the first of them does not wait for kernels to be loaded."""
    if served.network.links == 0:
        return
    ends = [SnappedPoint(link, 0.5, 0.0, 0.0, 0.0) for link in (0, served.network.links - 1)]
    places = SnappedPoints.of([(0.0, 0.0)] * 2, ends)
    link = np.zeros(1, dtype=np.int64)
    roads, query_of = served.open_roads.roads, served.open_roads.metric.query
    asks: list[Callable[[], object]] = [
        lambda: query_of(roads.terminals(places)).route(0, 1),
        lambda: query_of(roads.terminals(places)).matrix([0, 1], [0, 1]),
    ]
    for ask in asks:
        ask()
    forward_ds, backward_ds = roads.times(link)
    with served.overlays.changed(link, forward_ds=forward_ds, backward_ds=backward_ds) as metric:
        metric.query(roads.terminals(places)).route(0, 1)
