"""OSRM's HTTP API v5, so that its clients work by changing the address; `closures=` is the one parameter more."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from wayaround.closures.closure import Closure
from wayaround.errors import StoreUnreachable, WayaroundError
from wayaround.service.error_status import describe_error
from wayaround.service.osrm_answers import answer_nearest, answer_route, answer_table
from wayaround.service.osrm_options import OsrmError, PointOptions, read_nearest, read_route, read_table
from wayaround.service.posted import check_closures, read_json
from wayaround.service.schemas import ErrorAnswer, OsrmAnswer
from wayaround.service.served import ServedRoads
from wayaround.service.settings import Settings
from wayaround.service.store.database import Store
from wayaround.service.store.scenarios import is_reference, read_reference, read_stored
from wayaround.service.work import TooBusy, Workshop

__all__ = ["SUMMARIES", "Answerer", "list_osrm_services", "make_osrm_answerer", "path_of"]

ELSEWHERE = ("match", "trip", "tile")
"""Services of OSRM that are not answered here."""

SUMMARIES = {
    "route": "Fastest route through coordinates",
    "table": "Times and lengths between coordinates",
    "nearest": "Nearest roads of a coordinate",
}

_PROFILE = {
    "name": "profile",
    "in": "path",
    "required": True,
    "description": "As in OSRM, whatever stands here: the vehicle is the one that is served.",
    "schema": {"type": "string", "pattern": "^[A-Za-z]+$"},
}
_COORDINATES = {
    "name": "coordinates",
    "in": "path",
    "required": True,
    "description": "lon,lat;lon,lat or polyline(...) or polyline6(...).",
    "schema": {"type": "string", "pattern": r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?(;-?\d+(\.\d+)?,-?\d+(\.\d+)?)*$"},
    "example": "36.292,33.513;44.366,33.315",
}
_SHARED = {
    "radiuses": "Metres that a road may lie away, or unlimited; one a coordinate, with ; between.",
    "bearings": "degrees,range of the road; one a coordinate, with ; between.",
    "hints": "What an earlier answer gave for the coordinates; one a coordinate, with ; between.",
    "generate_hints": "true or false.",
    "skip_waypoints": "true or false.",
    "approaches": "Read and passed over.",
    "snapping": "Read and passed over.",
    "exclude": "Some of motorway, toll, ferry, with commas, where the network tells them apart.",
}
_CLOSURES = {
    "closures": "A JSON list of closures in the scenario file's shape, or the name of a stored scenario (NAME or "
    "NAME@VERSION) whose closures are meant; applied to this request alone."
}
_OF_SERVICE = {
    "route": {
        "alternatives": "true, false or how many.",
        "steps": "true or false.",
        "annotations": "true, false, or some of duration, nodes, distance, weight, datasources, speed.",
        "geometries": "polyline, polyline6 or geojson.",
        "overview": "simplified, full or false.",
        "continue_straight": "true, false or default, which is false.",
        "waypoints": "Rows of the coordinates at which a leg ends, with ; between.",
        **_CLOSURES,
    },
    "table": {
        "sources": "Rows of the coordinates with ; between, or all.",
        "destinations": "Rows of the coordinates with ; between, or all.",
        "annotations": "duration, distance or both.",
        "fallback_speed": "Metres a second in a straight line where there is no way.",
        "fallback_coordinate": "input or snapped.",
        "scale_factor": "What times are multiplied by.",
        **_CLOSURES,
    },
    "nearest": {"number": "How many roads."},
}
_EXAMPLES = {"closures": '[{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}]', "overview": "full"}


Answerer = Callable[[str, str, str], tuple[int, bytes]]
"""Takes a service, its coordinates and its query; gives status and JSON."""


def make_osrm_answerer(settings: Settings, served: Callable[[], ServedRoads], store: Callable[[], Store]) -> Answerer:
    """Prepare what answers OSRM's services.

    Parameters
    ----------
    settings : Settings
        Limits.
    served, store : callable
        Give the open network and the open store.
    """

    def roads_for(points: PointOptions) -> ServedRoads:
        try:
            return served().excluding(points.exclude)
        except KeyError as error:
            raise OsrmError("InvalidValue", "Exclude flag combination is not supported.") from error

    def closures_of(text: str) -> tuple[Closure, ...]:
        if not text:
            return ()
        if is_reference(text):
            return check_closures(read_stored(store(), *read_reference(text)).content.get("closures", []), settings)
        return check_closures(read_json(text), settings)

    def route(coordinates: str, query: str) -> dict[str, Any]:
        options = read_route(
            coordinates,
            query,
            most_places=settings.max_route_places,
            most_alternatives=settings.max_alternatives,
        )
        return answer_route(roads_for(options.points), options, closures_of(options.points.closures))

    def table(coordinates: str, query: str) -> dict[str, Any]:
        options = read_table(coordinates, query, most_places=settings.max_table_places)
        return answer_table(roads_for(options.points), options, closures_of(options.points.closures))

    def nearest(coordinates: str, query: str) -> dict[str, Any]:
        options = read_nearest(coordinates, query, most_roads=settings.max_nearest)
        if options.points.closures:
            raise OsrmError("InvalidOptions", "closures= does not go with nearest; ask for a route.")
        return answer_nearest(roads_for(options.points), options)

    services = {"route": route, "table": table, "nearest": nearest}

    def answer(service: str, coordinates: str, query: str) -> tuple[int, bytes]:
        try:
            return 200, orjson.dumps(services[service](coordinates, query), option=orjson.OPT_SERIALIZE_NUMPY)
        except OsrmError as error:
            return 400, orjson.dumps(describe_error(error.code, error.message))
        except StoreUnreachable as error:
            return 503, orjson.dumps(describe_error("StoreUnreachable", error.message))
        except WayaroundError as error:
            return 400, orjson.dumps(describe_error("InvalidValue", error.message, error.ids))

    return answer


def list_osrm_services(answer: Answerer, workshop: Workshop) -> APIRouter:
    """Addresses of OSRM's services.

    Parameters
    ----------
    answer : callable
        What `make_osrm_answerer` gave.
    workshop : Workshop
        Where routes are computed.
    """
    router = APIRouter(tags=["OSRM"])
    for name, summary in SUMMARIES.items():
        _add_service(router, name, answer, summary, workshop)

    @router.get("/{service}/{version}/{profile}/{coordinates:path}", include_in_schema=False)
    async def refuse(service: str, version: str) -> Response:
        if service in ELSEWHERE:
            return _refusal("NotImplemented", f"Service {service} is not answered here.")
        if service not in _OF_SERVICE:
            return _refusal("InvalidService", "Service not found!")
        return _refusal("InvalidVersion", "Service version not found! It is v1.")

    return router


def path_of(name: str) -> str:
    """The pattern of a service's paths."""
    return f"/{name}/v1/{{profile}}/{{coordinates:path}}"


def _add_service(router: APIRouter, name: str, answer: Answerer, summary: str, workshop: Workshop) -> None:
    async def respond(request: Request) -> Response:
        coordinates = request.path_params["coordinates"]
        query = request.scope["query_string"].decode("latin-1")
        try:
            status, body = await workshop.compute(lambda: answer(name, coordinates, query))
        except TooBusy:
            return _refusal("TooBusy", "Too many requests wait; ask again in a moment.", status=429)
        return Response(body, status, **_JSON)

    described = _OF_SERVICE[name] | _SHARED
    router.add_api_route(
        path_of(name),
        respond,
        methods=["GET"],
        name=name,
        summary=summary,
        response_model=None,
        responses={
            200: {"model": OsrmAnswer},
            400: {"model": ErrorAnswer, "description": "One of OSRM's codes"},
            401: {"model": ErrorAnswer},
            414: {"model": ErrorAnswer},
            429: {"model": ErrorAnswer},
            503: {"model": ErrorAnswer},
        },
        openapi_extra={
            "parameters": [_PROFILE, _COORDINATES]
            + [
                {
                    "name": option,
                    "in": "query",
                    "required": False,
                    "description": text,
                    "schema": {"type": "string"},
                    **({"example": _EXAMPLES[option]} if option in _EXAMPLES else {}),
                }
                for option, text in described.items()
            ]
        },
    )


_JSON: dict[str, Any] = {"media_type": "application/json"}


def _refusal(code: str, message: str, *, status: int = 400) -> Response:
    return Response(orjson.dumps(describe_error(code, message)), status_code=status, **_JSON)
