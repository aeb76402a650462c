"""Answers in OSRM's shape: routes, tables, nearest roads."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from wayaround.closures.closure import Closure, LinkIds, RoadPoint
from wayaround.closures.left_open import warn_of_open_beside
from wayaround.network.snap import WGS84, SnappedPoints
from wayaround.routing.alternatives import find_alternatives
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import Route, Terminals
from wayaround.service.driven_route import DrivenRoute, RouteLine, draw_route, drive_route
from wayaround.service.osrm_geometry import simplify_line, write_line
from wayaround.service.osrm_options import NearestOptions, OsrmError, RouteOptions, TableOptions
from wayaround.service.osrm_steps import list_steps, summarise_names
from wayaround.service.served import ServedRoads, UnderClosures
from wayaround.service.straight_on import find_straight_route
from wayaround.service.waypoints import describe_waypoint, find_near_roads, find_waypoints
from wayaround.units import UNREACHABLE, BoolArray, FloatArray

NO_LINE = np.empty((0, 2))

__all__ = ["answer_nearest", "answer_route", "answer_table"]


def answer_route(served: ServedRoads, options: RouteOptions, closures: Sequence[Closure]) -> dict[str, Any]:
    """Routes through all coordinates in turn.

    Raises
    ------
    OsrmError
        NoSegment, NoRoute.
    WayaroundError
        A closure that fits no road.
    """
    found = find_waypoints(served, options.points)
    places = found.snapped
    with served.under(closures) as under:
        _refuse_inside(under, places)
        terminals = under.roads.terminals(places)
        last = len(places.link) - 1
        ends = [(row, row + 1) for row in range(last)]
        ways: list[list[Route]] = []
        routes: list[dict[str, Any]] = []
        if _wants_sums_alone(options):
            weighed = [under.metric.weigh(terminals, *each) for each in ends]
            sums = [RouteLine(NO_LINE, each[0] / 10, float(each[1])) for each in weighed if each is not None]
            routes = [_write_sums(options, sums)] if None not in weighed else []
        elif options.continue_straight and last > 1:
            straight = find_straight_route(under, places)
            if straight is not None:
                places, terminals, ends, legs = straight
                ways = [legs]
        elif options.alternatives and last == 1:
            query = under.metric.query(terminals)
            ways = [[way.route] for way in find_alternatives(query, 0, 1, count=1 + options.alternatives)]
        else:
            found_legs = [under.metric.route(terminals, *each) for each in ends]
            ways = [[leg for leg in found_legs if leg is not None]] if None not in found_legs else []
        routes += [_write_way(served, under, options, places, terminals, ends, legs) for legs in ways]
        if not routes:
            raise OsrmError("NoRoute", "Impossible route between points")
    answer: dict[str, Any] = {
        "code": "Ok",
        "routes": routes,
    }
    if not options.points.skip_waypoints:
        answer["waypoints"] = [
            describe_waypoint(served, options.points, row, found.points[row]) for row in options.waypoints
        ]
    return answer | _say_closures(served, under)


def answer_table(served: ServedRoads, options: TableOptions, closures: Sequence[Closure]) -> dict[str, Any]:
    """Times and lengths from all sources to all destinations; errors as for `answer_route`, but for NoRoute."""
    found = find_waypoints(served, options.points)
    places = found.snapped
    rows, columns = np.array(options.sources), np.array(options.destinations)
    with served.under(closures) as under:
        inside = under.roads.inside(places)
        query: HierarchyQuery = under.metric.query(under.roads.terminals(places))
        skim = query.matrix(rows, columns)
    no_way = (skim.time_ds >= UNREACHABLE) | inside[rows][:, None] | inside[columns]
    time_s = np.where(no_way, np.nan, skim.time_ds / 10)
    length_m = np.where(no_way, np.nan, skim.length_m)
    answer: dict[str, Any] = {"code": "Ok"}
    if options.fallback_speed > 0 and no_way.any():
        straight_m = _straight_m(places, options.fallback_from_input)[np.ix_(rows, columns)]
        time_s = np.where(no_way, np.round(straight_m / options.fallback_speed, 1), time_s)
        length_m = np.where(no_way, np.round(straight_m, 1), length_m)
        answer["fallback_speed_cells"] = np.argwhere(no_way).tolist()
    if options.scale_factor != 1:
        time_s = np.round(time_s * options.scale_factor, 1)
    if "duration" in options.annotations:
        answer["durations"] = time_s
    if "distance" in options.annotations:
        answer["distances"] = length_m.astype(np.float64)
    if not options.points.skip_waypoints:
        ends = [describe_waypoint(served, options.points, row, point) for row, point in enumerate(found.points)]
        answer["sources"] = [ends[row] for row in options.sources]
        answer["destinations"] = [ends[row] for row in options.destinations]
    return answer | _say_closures(served, under)


def answer_nearest(served: ServedRoads, options: NearestOptions) -> dict[str, Any]:
    """The nearest roads of one coordinate.

    Raises
    ------
    OsrmError
        NoSegment.
    """
    (lon, lat), bearing = options.points.coordinates[0], options.points.bearings[0]
    near = find_near_roads(served, lon, lat, bearing, number=options.number)
    near = [point for point in near if point.snap_km * 1000 <= options.points.radiuses_m[0]]
    if not near:
        raise OsrmError("NoSegment", "Could not find a matching segments for coordinate")
    network = served.network
    return {
        "code": "Ok",
        "waypoints": [
            describe_waypoint(served, options.points, 0, point)
            | {"nodes": [int(network.link_tail[point.link]), int(network.link_head[point.link])]}
            for point in near
        ],
    }


def _refuse_inside(under: UnderClosures, places: SnappedPoints) -> None:
    if not under.roads.effects:
        return
    inside: BoolArray = under.roads.inside(places)
    if inside.any():
        row = int(np.flatnonzero(inside)[0])
        raise OsrmError("NoRoute", f"Impossible route between points: coordinate {row} lies in what is shut")


def _write_way(
    served: ServedRoads,
    under: UnderClosures,
    options: RouteOptions,
    places: SnappedPoints,
    terminals: Terminals,
    ends: list[tuple[int, int]],
    way: list[Route],
) -> dict[str, Any]:
    """A way through all coordinates, with as much of it as is asked for; `ends` are rows of places and terminals."""
    if options.steps or options.annotations:
        driven = [drive_route(served, under, places, terminals, *each) for each in zip(ends, way, strict=True)]
        written = [_write_leg(served, options, leg) for leg in _merge_legs(driven, options.waypoints)]
        return _write_route(options, driven, written)
    return _write_sums(options, [draw_route(served, places, *each) for each in zip(ends, way, strict=True)])


def _wants_sums_alone(options: RouteOptions) -> bool:
    """Whether times and lengths of the fastest ways are all that is asked for."""
    listed = options.steps or options.annotations or options.overview != "false"
    chosen = options.alternatives and len(options.points.coordinates) == 2
    return not (listed or chosen or options.continue_straight)


def _write_sums(options: RouteOptions, drawn: list[RouteLine]) -> dict[str, Any]:
    """A way with nothing of its legs but their sums."""
    written = [
        {"steps": [], "summary": "", **_sum_up(drawn[first:last])} for first, last in pairwise(options.waypoints)
    ]
    return _write_route(options, drawn, written)


def _write_route(
    options: RouteOptions, legs: Sequence[RouteLine] | Sequence[DrivenRoute], written: list[dict[str, Any]]
) -> dict[str, Any]:
    route: dict[str, Any] = {"legs": written, "weight_name": "duration", **_sum_up(legs)}
    if options.overview != "false":
        line = legs[0].points
        if len(legs) > 1:
            line = np.concatenate([line, *(leg.points[1:] for leg in legs[1:])])
        route["geometry"] = write_line(
            simplify_line(line) if options.overview == "simplified" else line, options.geometries
        )
    return route


def _sum_up(legs: Sequence[RouteLine] | Sequence[DrivenRoute]) -> dict[str, float]:
    return _totals(sum([leg.total_s for leg in legs]), sum([leg.total_m for leg in legs]))


def _merge_legs(legs: list[DrivenRoute], waypoints: Sequence[int]) -> list[DrivenRoute]:
    """Legs between the coordinates that count as waypoints, without a stop at the others."""
    if len(waypoints) == len(legs) + 1:
        return legs
    merged = []
    for first, last in pairwise(waypoints):
        some = legs[first:last]
        before = np.cumsum([0, *[len(leg.links) for leg in some]])
        last_link = max(int(before[-1]) - 1, 0)  # a leg between two points at one place has none of its own
        merged.append(
            DrivenRoute(
                points=np.concatenate([leg.points[min(row, 1) :] for row, leg in enumerate(some)]),
                time_s=np.concatenate([leg.time_s for leg in some]),
                length_m=np.concatenate([leg.length_m for leg in some]),
                step=np.minimum(
                    np.concatenate([leg.step + start for leg, start in zip(some, before, strict=False)]), last_link
                ),
                links=np.concatenate([leg.links for leg in some]),
                nodes=np.concatenate([leg.nodes[min(row, 1) :] for row, leg in enumerate(some)]),
                total_s=sum(leg.total_s for leg in some),
                total_m=sum(leg.total_m for leg in some),
            )
        )
    return merged


def _write_leg(served: ServedRoads, options: RouteOptions, leg: DrivenRoute) -> dict[str, Any]:
    written: dict[str, Any] = {
        "steps": list_steps(served, leg, options.geometries) if options.steps else [],
        "summary": summarise_names(served, leg) if options.steps else "",
        **_totals(leg.total_s, leg.total_m),
    }
    if options.annotations:
        written["annotation"] = _annotate(leg, options.annotations)
    return written


def _annotate(leg: DrivenRoute, wanted: Sequence[str]) -> dict[str, Any]:
    speed = np.divide(leg.length_m, leg.time_s, out=np.zeros_like(leg.length_m), where=leg.time_s > 0)
    values: dict[str, Any] = {
        "duration": np.round(leg.time_s, 1),
        "distance": np.round(leg.length_m, 1),
        "weight": np.round(leg.time_s, 1),
        "speed": np.round(speed, 1),
        "datasources": np.zeros(len(leg.time_s), dtype=np.int64),
        "nodes": leg.nodes[leg.nodes >= 0],
    }
    annotation = {name: values[name].tolist() for name in wanted}
    if "datasources" in wanted:
        annotation["metadata"] = {"datasource_names": ["wayaround"]}
    return annotation


def _totals(time_s: float, length_m: float) -> dict[str, float]:
    seconds = round(time_s, 1)
    return {"weight": seconds, "duration": seconds, "distance": round(length_m, 1)}


def _straight_m(places: SnappedPoints, from_input: bool) -> FloatArray:
    """Geodesic metres between all places."""
    lon, lat = (places.lon, places.lat) if from_input else (places.road_lon, places.road_lat)
    count = len(lon)
    one, other = np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
    straight: FloatArray = WGS84.inv(lon[one], lat[one], lon[other], lat[other])[2]
    return straight.reshape(count, count)


def _say_closures(served: ServedRoads, under: UnderClosures) -> dict[str, Any]:
    """What became of the closures; OSRM's clients pass over a key that they do not know."""
    if not under.matched:
        return {}
    beside: dict[int, str | None] = {}
    narrow = [each for each in under.in_force if isinstance(each.closure.target, RoadPoint | LinkIds)]
    if narrow:
        weights = under.roads.weights
        is_open = np.minimum(weights.forward_ds, weights.backward_ds) < UNREACHABLE
        beside = {id(each): warn_of_open_beside(served.network, each, is_open) for each in narrow}
    return {
        "closures": [
            {
                "id": each.closure.id,
                "links_closed": len(each.links),
                "in_force": any(each is one for one in under.in_force),
                "warnings": [*each.warnings, *filter(None, [beside.get(id(each))])],
            }
            for each in under.matched
        ]
    }
