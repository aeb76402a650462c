"""What the page asks while somebody drags: cities, and what closures cost them, in a tenth of a second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import numpy as np
import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from wayaround.closures.closure import Closure
from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import match_closure
from wayaround.demand.countries import require_country
from wayaround.demand.places import cities, find_place
from wayaround.demand.trips import snap_places
from wayaround.errors import ScenarioError
from wayaround.impact.city_losses import CityJourneys, measure_city_losses, prepare_city_journeys
from wayaround.network.snap import SnappedPoints
from wayaround.routing.metric import HierarchyMetric
from wayaround.routing.terminals import Route
from wayaround.service.driven_route import drive_route
from wayaround.service.posted import check_closures, read_json
from wayaround.service.schemas import ErrorAnswer
from wayaround.service.served import ServedRoads, UnderClosures
from wayaround.service.settings import Settings
from wayaround.service.work import Workshop

__all__ = ["list_live_services"]

MOST_CITIES = 2000
KEPT_SETS = 3
"""Sets of cities whose journeys are kept: one of 2,000 takes 48 MB, and 32 MB for each answer at once."""

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (400, 401, 404, 413, 422, 429)
}


class LiveRequest(BaseModel):
    """What somebody sees and drags."""

    model_config = ConfigDict(extra="forbid")

    closures: list[dict[str, Any]] = Field([], description="In the shape of a scenario file.")
    day: date | None = Field(None, description="Closures in force on this day; today if left out.")
    party: str | None = Field(None, max_length=100, description="Whom except_for and only_for are read for.")
    countries: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=250, description="None: the world.")
    most: int = Field(MOST_CITIES, ge=2, le=MOST_CITIES, description="The largest cities, so many.")
    pair: tuple[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=200)]] | None = Field(
        None, description="Two places whose routes are wanted."
    )


def list_live_services(settings: Settings, served: Callable[[], ServedRoads], workshop: Workshop) -> APIRouter:
    """Addresses under /api/v1 that the page asks."""
    router = APIRouter(prefix="/api/v1", tags=["page"], responses=_REFUSALS)
    journeys_of = _keep_journeys(served)

    @router.get("/cities", summary="The largest cities of some countries, as the live answers count them")
    async def listed(
        countries: Annotated[list[str] | None, Query(max_length=250)] = None,
        most: Annotated[int, Query(ge=2, le=MOST_CITIES)] = MOST_CITIES,
    ) -> Response:
        def answer() -> bytes:
            journeys = journeys_of(tuple(countries or ()), most)
            return orjson.dumps(
                {
                    "name": [place.name for place in journeys.places],
                    "country": [place.country for place in journeys.places],
                    "people": [place.population for place in journeys.places],
                    "lat": [round(place.lat, 5) for place in journeys.places],
                    "lon": [round(place.lon, 5) for place in journeys.places],
                    "off_network": list(journeys.off_network),
                }
            )

        return Response(await workshop.compute(answer), media_type="application/json")

    @router.post("/live", summary="What closures cost each city, at once")
    async def live(asked: LiveRequest) -> Response:
        return Response(
            await workshop.compute(lambda: _answer(asked, settings, served(), journeys_of)),
            media_type="application/json",
        )

    return router


def _keep_journeys(served: Callable[[], ServedRoads]) -> Callable[[tuple[str, ...], int], CityJourneys]:
    """Journeys of the sets of cities that were asked for last."""
    kept: OrderedDict[tuple[tuple[str, ...], int], CityJourneys] = OrderedDict()
    lock = threading.Lock()

    def journeys_of(countries: tuple[str, ...], most: int) -> CityJourneys:
        key = tuple(sorted({require_country(name) for name in countries})), most
        with lock:  # while one set is prepared the others wait: it takes a second
            if key not in kept:
                kept[key] = _prepare(served(), *key)
                while len(kept) > KEPT_SETS:
                    kept.popitem(last=False)
            kept.move_to_end(key)
            return kept[key]

    return journeys_of


def _prepare(served: ServedRoads, countries: tuple[str, ...], most: int) -> CityJourneys:
    chosen = cities(countries or None, 1, most=most)
    snapped, places, off = snap_places(served.network, chosen, profile=served.profile)
    roads, metric = served.open_roads.roads, served.open_roads.metric
    return prepare_city_journeys(tuple(places), snapped, metric.query(roads.terminals(snapped)), off_network=tuple(off))


def _answer(
    asked: LiveRequest,
    settings: Settings,
    served: ServedRoads,
    journeys_of: Callable[[tuple[str, ...], int], CityJourneys],
) -> bytes:
    begun = time.perf_counter()
    closures = _read_closures(asked, settings)
    journeys = journeys_of(tuple(asked.countries), asked.most)
    day = asked.day or date.today()
    matched = [match_closure(served.network, closure) for closure in closures]
    in_force = [each for each in matched if each.closure.reason_not_in_force(day, asked.party) is None]
    roads = apply_closures(served.open_roads.roads.base, in_force)
    links = np.array(sorted(roads.effects), dtype=np.int64)
    forward_ds, backward_ds = roads.times(links)
    with served.overlays.changed(links, forward_ds=forward_ds, backward_ds=backward_ds) as metric:
        losses = measure_city_losses(
            journeys, metric, roads.terminals(journeys.snapped), roads.inside(journeys.snapped)
        )
        pair = None if asked.pair is None else _answer_pair(asked.pair, served, roads, metric)
    answer = {
        "extra_s": np.rint(losses.extra_h * 3600).astype(np.int64).tolist(),
        "lost_percent": np.rint(losses.lost * 100).astype(np.int64).tolist(),
        "inside": np.flatnonzero(losses.inside).tolist(),
        "pairs": {
            "total": losses.pairs,
            "longer": losses.longer,
            "cut_off": losses.cut_off,
            "already_cut_off": losses.already_cut_off,
            "inside_zone": losses.inside_zone,
        },
        "mean_extra_h": losses.mean_extra_h,
        "asked_again": losses.asked,
        "closures": [
            {
                "id": each.closure.id,
                "links": len(each.links),
                "why_not_in_force": each.closure.reason_not_in_force(day, asked.party),
                "warnings": list(each.warnings),
            }
            for each in matched
        ],
        "pair": pair,
        "ms": round((time.perf_counter() - begun) * 1000, 1),
    }
    return orjson.dumps(answer)


def _read_closures(asked: LiveRequest, settings: Settings) -> tuple[Closure, ...]:
    if not asked.closures:
        return ()
    try:
        text = orjson.dumps(asked.closures)
    except orjson.JSONEncodeError as error:  # what Python reads as JSON is more than what the standard has
        raise ScenarioError(f"closures: {error}.") from error
    return check_closures(read_json(text), settings)


def _answer_pair(
    names: tuple[str, str], served: ServedRoads, roads: ClosedRoads, metric: HierarchyMetric
) -> dict[str, Any]:
    places = [find_place(name) for name in names]
    snapped, kept, off = snap_places(served.network, places, profile=served.profile)
    if off:
        return {"problem": f"{off[0]} has no road within 20 km."}
    inside = roads.inside(snapped)
    before, after = served.open_roads, UnderClosures(roads, metric)
    way_before = _route(served, before, snapped)
    way_after = None if inside.any() else _route(served, after, snapped)
    return {
        "places": [{"name": place.name, "lat": place.lat, "lon": place.lon} for place in kept],
        "before": way_before,
        "after": way_after,
        "inside": inside.tolist(),
    }


def _route(served: ServedRoads, under: UnderClosures, snapped: SnappedPoints) -> dict[str, Any] | None:
    terminals = under.roads.terminals(snapped)
    route: Route | None = under.metric.query(terminals).route(0, 1)
    if route is None:
        return None
    driven = drive_route(served, under, snapped, terminals, (0, 1), route)
    crossings = [served.network.crossing_of_link.get(link) for link in route.links.tolist()]
    return {
        "km": driven.total_m / 1000,
        "h": driven.total_s / 3600,
        "crossings": list(dict.fromkeys(each.name for each in crossings if each is not None)),
        "line": np.round(driven.points, 4).tolist(),
    }
