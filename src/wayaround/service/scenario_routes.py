"""Stored scenarios under /api/v1/scenarios."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse, Response

from wayaround.errors import RequestTooLarge, ScenarioError
from wayaround.service.bodies import ChangedScenario, NewScenario, read_body
from wayaround.service.callers import require_writer
from wayaround.service.posted import check_posted_scenario
from wayaround.service.schemas import ScenarioAnswer, ScenarioEntry, ScenarioList, VersionList, body_of, refusals
from wayaround.service.served import ServedRoads
from wayaround.service.settings import Settings
from wayaround.service.store.database import Store
from wayaround.service.store.scenarios import (
    NAME,
    StoredScenario,
    add_scenario,
    change_scenario,
    list_scenarios,
    list_versions,
    read_stored,
    remove_scenario,
)
from wayaround.service.work import Workshop

__all__ = ["list_scenario_services", "say_time"]

MOST_PAGE_BYTES = 20_000

_Name = Annotated[str, Path(pattern=NAME, max_length=64)]
_Version = Annotated[int, Query(ge=1, le=999_999_999)]


def list_scenario_services(
    settings: Settings, served: Callable[[], ServedRoads], store: Callable[[], Store], workshop: Workshop
) -> APIRouter:
    """Addresses of stored scenarios.

    Parameters
    ----------
    settings : Settings
        Limits.
    served, store : callable
        Give the open network and the open store.
    workshop : Workshop
        Where the store is asked.
    """
    router = APIRouter(prefix="/api/v1/scenarios", tags=["scenarios"])
    writes: dict[str, Any] = {"dependencies": [Depends(require_writer)]}

    def check(content: dict[str, Any], page: dict[str, Any] | None) -> str:
        if page is not None and len(orjson.dumps(page)) > MOST_PAGE_BYTES:
            raise RequestTooLarge(f"page: more than {MOST_PAGE_BYTES:,} bytes.", ids=["page"])
        roads = served()
        return check_posted_scenario(
            content,
            settings,
            served=roads.network.name,
            profile=roads.profile.name,
            most_pairs=settings.max_job_pairs,
        ).title

    @router.get("", summary="Stored scenarios by name", response_model=ScenarioList, responses=refusals(401, 422, 503))
    async def listed(
        after: Annotated[str, Query(max_length=64)] = "", most: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> ScenarioList:
        found = await workshop.compute(lambda: list_scenarios(store(), after=after, most=most))
        return ScenarioList(scenarios=[ScenarioEntry(**_entry(each)) for each in found])

    @router.post(
        "",
        summary="Store a scenario under a name",
        status_code=201,
        response_model=None,
        responses=refusals(401, 403, 409, 413, 415, 422, 503, answers={201: {"model": ScenarioAnswer}}),
        openapi_extra=body_of(NewScenario.model_json_schema()),
        **writes,
    )
    async def add(request: Request) -> Response:
        asked = await read_body(request, NewScenario)

        def keep() -> StoredScenario:
            title = check(asked.scenario, asked.page)
            most = settings.max_scenarios
            return add_scenario(store(), asked.name, asked.scenario, title=title, page=asked.page, most=most)

        stored = await workshop.compute(keep)
        return _answer(stored, 201, {"location": f"/api/v1/scenarios/{stored.name}"})

    @router.get(
        "/{name}",
        summary="A stored scenario, as it is now or was in a version",
        response_model=None,
        responses=refusals(401, 404, 422, 503, answers={200: {"model": ScenarioAnswer}}),
    )
    async def read(name: _Name, version: _Version | None = None) -> Response:
        return _answer(await workshop.compute(lambda: read_stored(store(), name, version)))

    @router.get(
        "/{name}/versions",
        summary="Versions of a stored scenario, the newest first",
        response_model=VersionList,
        responses=refusals(401, 404, 422, 503),
    )
    async def versions(name: _Name) -> VersionList:
        found = await workshop.compute(lambda: list_versions(store(), name))
        return VersionList(versions=[ScenarioEntry(**_entry(each)) for each in found])

    @router.put(
        "/{name}",
        summary="Store a new version of a scenario",
        response_model=None,
        responses=refusals(401, 403, 404, 412, 413, 415, 422, 503, answers={200: {"model": ScenarioAnswer}}),
        openapi_extra=body_of(ChangedScenario.model_json_schema())
        | {
            "parameters": [
                {
                    "name": "If-Match",
                    "in": "header",
                    "required": False,
                    "description": "ETag of the version that this one follows.",
                    "schema": {"type": "string"},
                }
            ]
        },
        **writes,
    )
    async def change(name: _Name, request: Request) -> Response:
        asked = await read_body(request, ChangedScenario)
        follows = _read_etag(request.headers.get("if-match"))

        def keep() -> StoredScenario:
            title = check(asked.scenario, asked.page)
            return change_scenario(store(), name, asked.scenario, title=title, page=asked.page, version=follows)

        return _answer(await workshop.compute(keep))

    @router.delete(
        "/{name}",
        summary="Remove a scenario with all its versions",
        status_code=204,
        responses=refusals(401, 403, 404, 422, 503),
        **writes,
    )
    async def remove(name: _Name) -> Response:
        await workshop.compute(lambda: remove_scenario(store(), name))
        return Response(status_code=204)

    return router


def say_time(time_ms: int) -> str:
    """Milliseconds since 1970 as ISO 8601, UTC.

    Examples
    --------
    >>> say_time(0)
    '1970-01-01T00:00:00.000Z'
    """
    return datetime.fromtimestamp(time_ms / 1000, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _entry(stored: StoredScenario) -> dict[str, Any]:
    return {
        "name": stored.name,
        "title": stored.title,
        "version": stored.version,
        "changed_at": say_time(stored.changed_ms),
    }


def _answer(stored: StoredScenario, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = _entry(stored) | {"scenario": stored.content, "page": stored.page}
    return JSONResponse(content, status, {"etag": f'"{stored.version}"'} | (headers or {}))


def _read_etag(text: str | None) -> int | None:
    if text is None or text.strip() == "*":
        return None
    digits = text.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ScenarioError('If-Match: write the version in quotes, such as "3".', ids=["if-match"])
    return int(digits)
