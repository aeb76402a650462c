"""What is served, and what those who run the service ask."""

from collections.abc import Callable

import numpy as np
from anyio import to_thread
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from wayaround.errors import PlaceNotFound, StoreDamaged, StoreUnreachable
from wayaround.network.shapes import points_on_links
from wayaround.service.measures import CONTENT_TYPE, Measures
from wayaround.service.schemas import (
    CrossingEntry,
    CrossingList,
    ErrorAnswer,
    Health,
    NetworkEntry,
    NetworkList,
    refusals,
)
from wayaround.service.served import ServedRoads
from wayaround.service.store.database import Store
from wayaround.service.store.jobs import count_open_jobs

__all__ = ["list_network_services", "list_watch_services"]


def list_network_services(served: Callable[[], ServedRoads]) -> APIRouter:
    """What is served, under /api/v1."""
    router = APIRouter(prefix="/api/v1", tags=["network"], responses=refusals(401, 422))

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

    return router


def list_watch_services(
    served: Callable[[], ServedRoads | None], store: Callable[[], Store], measures: Measures
) -> APIRouter:
    """Health, readiness and metrics."""

    def write_measures() -> bytes:
        try:
            return measures.write(count_open_jobs(store()))
        except (StoreUnreachable, StoreDamaged, HTTPException):
            return measures.write()

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
        return Response(await to_thread.run_sync(write_measures), media_type=CONTENT_TYPE)

    return router


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
