"""wayaround's own API, and what those who run the service ask."""

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from wayaround.assess import assess, load_scenario_profile
from wayaround.claims.scenario_claims import check_scenario_claims
from wayaround.closures.closure import read_closures
from wayaround.demand.trips import read_trips
from wayaround.errors import PlaceNotFound
from wayaround.network.shapes import points_on_links
from wayaround.reports.summary import summarise
from wayaround.service.measures import CONTENT_TYPE, Measures
from wayaround.service.posted import check_posted_scenario, read_json
from wayaround.service.schemas import (
    SCENARIO_SCHEMA,
    AssessAnswer,
    CrossingEntry,
    CrossingList,
    ErrorAnswer,
    Health,
    NetworkEntry,
    NetworkList,
)
from wayaround.service.served import ServedRoads
from wayaround.service.settings import Settings
from wayaround.service.work import Workshop

__all__ = ["list_own_services", "list_watch_services"]

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (400, 401, 403, 404, 413, 414, 415, 422, 429)
}


def list_own_services(settings: Settings, served: Callable[[], ServedRoads], assessors: Workshop) -> APIRouter:
    """Addresses under /api/v1.

    Parameters
    ----------
    settings : Settings
        Limits.
    served : callable
        Gives the open network.
    assessors : Workshop
        Where scenarios are assessed.
    """
    router = APIRouter(prefix="/api/v1", tags=["wayaround"], responses=_REFUSALS)

    @router.get("/networks", summary="What is served", response_model=NetworkList)
    async def networks() -> NetworkList:
        return NetworkList(networks=[_describe(served())])

    @router.get("/crossings", summary="Border crossings", response_model=CrossingList)
    def crossings(named: bool = True, country: str | None = None) -> CrossingList:
        network = served().network
        if country is not None and country.upper() not in network.countries:
            raise PlaceNotFound(
                f'the network has no country "{country[:20]}"; give a code such as IQ.', ids=["country"]
            )
        listed = network.named_crossings if named else network.crossings
        chosen = [each for each in listed if country is None or country.upper() in each.countries]
        middle = points_on_links(network, np.array([each.links[0] for each in chosen], dtype=np.int64), 0.5)
        return CrossingList(
            network=network.name,
            crossings=[
                CrossingEntry(
                    id=each.id,
                    name=each.name,
                    countries=list(each.countries),
                    links=list(each.links),
                    lat=round(lat, 6),
                    lon=round(lon, 6),
                )
                for each, (lon, lat) in zip(chosen, middle.tolist(), strict=True)
            ],
        )

    @router.post(
        "/assess",
        summary="Assess a scenario at once",
        description="The same object as `wayaround run --json`.",
        response_model=None,
        responses={200: {"model": AssessAnswer}},
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": SCENARIO_SCHEMA}}}},
    )
    async def assess_posted(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return JSONResponse({"code": "NotJson", "message": "send the scenario as application/json."}, 415)
        body = await request.body()
        answer = await assessors.compute(lambda: _assess(body, settings, served()))
        return Response(answer, media_type="application/json")

    return router


def list_watch_services(served: Callable[[], ServedRoads | None], measures: Measures) -> APIRouter:
    """Health, readiness and metrics."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz", summary="Whether the process lives", response_model=Health)
    async def health() -> Health:
        return Health(status="ok")

    @router.get(
        "/readyz",
        summary="Whether the network is open",
        response_model=None,
        responses={200: {"model": Health}, 503: {"model": ErrorAnswer}},
    )
    async def readiness() -> Response:
        if served() is None:
            return JSONResponse({"code": "NotReady", "message": "the network is not open."}, 503)
        return JSONResponse({"status": "ready"})

    @router.get(
        "/metrics",
        summary="Counters for Prometheus",
        response_model=None,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, 401: {"model": ErrorAnswer}},
    )
    async def metrics() -> Response:
        return Response(measures.write(), media_type=CONTENT_TYPE)

    return router


def _assess(body: bytes, settings: Settings, served: ServedRoads) -> bytes:
    network = served.network
    asked = check_posted_scenario(read_json(body), settings, served=network.name, profile=served.profile.name)
    closures = read_closures(asked)
    profile = load_scenario_profile(asked)
    trips = read_trips(asked, network, profile=profile)
    impact = assess(
        network,
        closures=closures,
        trips=trips,
        profile=profile,
        date=asked.date,
        party=asked.party,
        title=asked.title,
    )
    _, findings = check_scenario_claims(asked, network, profile=profile) if asked.claims else ([], [])
    return orjson.dumps(summarise(impact, findings=findings), option=orjson.OPT_SERIALIZE_NUMPY)


def _describe(served: ServedRoads) -> NetworkEntry:
    network = served.network
    return NetworkEntry(
        name=network.name,
        digest=network.digest,
        profile=served.profile.name,
        nodes=network.nodes,
        links=network.links - len(network.joins),
        joins=len(network.joins),
        bounding_box=[
            float(edge)
            for edge in (
                network.node_lon.min(),
                network.node_lat.min(),
                network.node_lon.max(),
                network.node_lat.max(),
            )
        ],
        named_crossings=len(network.named_crossings),
        source=network.source,
        licence=network.licence,
        attribution=network.attribution,
    )
