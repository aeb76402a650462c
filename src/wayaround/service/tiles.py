"""Vector tiles of roads, countries and cities, made when they are asked for and kept for the next who asks."""

import gzip
import io
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
import pyarrow.parquet as pq
import shapely
from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import Response

from wayaround.demand.countries import country_name
from wayaround.demand.gazetteer import open_gazetteer
from wayaround.network.countries import load_country_areas
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import links_of_segments, segment_ends
from wayaround.service.schemas import ErrorAnswer
from wayaround.service.served import ServedRoads
from wayaround.service.vector_tile import (
    EXTENT,
    Feature,
    line_commands,
    point_command,
    ring_commands,
    segment_commands,
    write_layer,
)
from wayaround.service.work import Workshop
from wayaround.units import FloatArray, Int64Array

__all__ = ["list_tile_services", "write_tile"]

DEEPEST = 14
"""The page draws deeper views from these tiles."""

LINKS_FROM = 8
"""From this zoom on each link is a thing of its own, which can be clicked."""

BUFFER = 64  # tile units beyond each side, so that lines do not end at the seam
KEPT_BYTES = 64_000_000
_MOST_CITIES = 60
_LEAST_PEOPLE = (5_000_000, 5_000_000, 3_000_000, 1_500_000, 700_000, 250_000, 100_000, 40_000, 15_000, 5_000, 1_000)
_STEEPEST_LAT = 85.0511


def list_tile_services(served: Callable[[], ServedRoads], workshop: Workshop) -> APIRouter:
    """The address of the tiles."""
    router = APIRouter(prefix="/api/v1", tags=["page"])
    kept: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()
    lock = threading.Lock()

    def make(z: int, x: int, y: int) -> bytes:
        with lock:
            if (z, x, y) in kept:
                kept.move_to_end((z, x, y))
                return kept[z, x, y]
        tile = gzip.compress(write_tile(served().network, z, x, y), 4, mtime=0)
        with lock:
            kept[z, x, y] = tile
            while sum(map(len, kept.values())) > KEPT_BYTES:
                kept.popitem(last=False)
        return tile

    @router.get(
        "/tiles/{network}/{z}/{x}/{y}.mvt",
        summary="Roads, countries and cities as a Mapbox vector tile",
        response_model=None,
        responses={
            200: {"content": {"application/vnd.mapbox-vector-tile": {}}},
            401: {"model": ErrorAnswer},
            404: {"model": ErrorAnswer},
            422: {"model": ErrorAnswer},
            429: {"model": ErrorAnswer},
        },
    )
    async def tile(
        network: str,
        z: Annotated[int, Path(ge=0, le=DEEPEST)],
        x: Annotated[int, Path(ge=0)],
        y: Annotated[int, Path(ge=0)],
    ) -> Response:
        if network != served().network.name or max(x, y) >= 1 << z:
            raise HTTPException(404, "there is no such tile")
        return Response(
            await workshop.compute(lambda: make(z, x, y)),
            media_type="application/vnd.mapbox-vector-tile",
            headers={"content-encoding": "gzip", "cache-control": "private, max-age=3600"},
        )

    return router


def write_tile(network: RoadNetwork, z: int, x: int, y: int) -> bytes:
    """One tile, in the web's Mercator projection.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    z, x, y : int
        Zoom, column from the west and row from the north.

    Returns
    -------
    bytes
        Layers `land`, `borders`, `roads`, `countries` and `cities`; empty ones are left out.
    """
    return b"".join(
        (
            write_layer("land", _land(z, x, y)),
            write_layer("borders", _borders(z, x, y)),
            write_layer("roads", _roads(network, z, x, y)),
            write_layer("countries", _countries(z, x, y)),
            write_layer("cities", _cities(z, x, y)),
        )
    )


def _roads(network: RoadNetwork, z: int, x: int, y: int) -> Iterator[Feature]:
    """Segments on a grid that is coarser the further away one looks; those that coincide there once."""
    segments = network.grid.segments_in_box(*_box(z, x, y))
    joins = network.first_segment[network.links - len(network.joins)]
    segments = np.concatenate([segments, np.arange(joins, network.first_segment[-1])])  # the grid has no joins
    tail_lon, tail_lat, head_lon, head_lat = segment_ends(network, segments)
    whole = np.abs(tail_lon - head_lon) <= 180
    ends = np.column_stack([*_project(tail_lon, tail_lat, z, x, y), *_project(head_lon, head_lat, z, x, y)])
    row = np.flatnonzero(whole)
    row, ends = _clip(row, ends[row])
    step = 8 if z <= 2 else 4 if z < LINKS_FROM else 1  # half a pixel of a tile drawn at 512
    cell = np.rint(ends / step).astype(np.int64)
    apart = (cell[:, :2] != cell[:, 2:]).any(axis=1)
    row, cell = row[apart], cell[apart]
    if z < LINKS_FROM:
        swapped = (cell[:, 0] > cell[:, 2]) | ((cell[:, 0] == cell[:, 2]) & (cell[:, 1] > cell[:, 3]))
        cell[swapped] = cell[swapped][:, [2, 3, 0, 1]]
        packed = np.unique(((cell + 2 * BUFFER) << np.array([39, 26, 13, 0])).sum(axis=1))  # one number sorts faster
        cell = ((packed[:, None] >> np.array([39, 26, 13, 0])) & 8191) - 2 * BUFFER
        if len(cell):
            yield Feature(2, segment_commands(cell * step, np.zeros(len(cell), dtype=np.int64))[0])
        return
    links = links_of_segments(network, segments[row])
    order = np.argsort(links, kind="stable")
    ids, feature = np.unique(links[order], return_inverse=True)
    commands, first = segment_commands(cell[order] * step, feature.astype(np.int64))
    for number, link in enumerate(ids.tolist()):
        yield Feature(2, commands[first[number] : first[number + 1]], id=link)


def _land(z: int, x: int, y: int) -> Iterator[Feature]:
    codes, areas = _areas(min(z, 8))
    west, south, east, north = _box(z, x, y)
    near = _areas_tree(min(z, 8)).query(shapely.box(west, south, east, north))
    for number in np.sort(near).tolist():
        clipped = shapely.clip_by_rect(areas[number], west, south, east, north)
        for part in shapely.get_parts(clipped):
            if part.geom_type != "Polygon" or part.is_empty:
                continue
            rings = []
            for inner, ring in enumerate((part.exterior, *part.interiors)):
                points = _on_grid(shapely.get_coordinates(ring), z, x, y)
                if len(points) < 3:
                    if inner == 0:
                        break
                    continue
                clockwise = _twice_area(points) > 0  # as it is seen, y growing downwards
                rings.append(points if clockwise == (inner == 0) else points[::-1])
            if rings:
                yield Feature(3, ring_commands(rings), properties={"country": codes[number]})


def _borders(z: int, x: int, y: int) -> Iterator[Feature]:
    west, south, east, north = _box(z, x, y)
    lines, tree = _border_lines()
    for number in np.sort(tree.query(shapely.box(west, south, east, north))).tolist():
        clipped = shapely.clip_by_rect(lines[number], west, south, east, north)
        for part in shapely.get_parts(clipped):
            if part.geom_type != "LineString":
                continue
            points = _on_grid(shapely.get_coordinates(part), z, x, y, closed=False)
            if len(points) > 1:
                yield Feature(2, line_commands(points))


def _countries(z: int, x: int, y: int) -> Iterator[Feature]:
    """The name of each country, inside its largest part."""
    west, south, east, north = _box(z, x, y, buffer=0)
    for name, lon, lat, size in _country_labels():
        if west <= lon < east and south < lat <= north:
            right, down = _project(np.array([lon]), np.array([lat]), z, x, y)
            yield Feature(1, point_command(round(right[0]), round(down[0])), properties={"name": name, "size": size})


def _cities(z: int, x: int, y: int) -> Iterator[Feature]:
    places = open_gazetteer()
    lon, lat = places.lon_e5 / 1e5, places.lat_e5 / 1e5
    west, south, east, north = _box(z, x, y, buffer=0)
    inside = (lon >= west) & (lon < east) & (lat > south) & (lat <= north)
    inside &= places.population >= (_LEAST_PEOPLE[z] if z < len(_LEAST_PEOPLE) else 1)
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((rows, -places.population[rows].astype(np.int64)))][:_MOST_CITIES]
    at = np.rint(np.column_stack(_project(lon[rows], lat[rows], z, x, y))).astype(np.int64)
    for row, (right, down) in zip(rows.tolist(), at.tolist(), strict=True):
        yield Feature(
            1,
            point_command(right, down),
            properties={"name": places.name(row), "people": int(places.population[row])},
        )


def _box(z: int, x: int, y: int, *, buffer: int = BUFFER) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile in degrees."""
    side = 1 << z
    beyond = buffer / EXTENT
    north, south = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side)))) for row in (y - beyond, y + 1 + beyond)
    )
    west, east = (360 * column / side - 180 for column in (x - beyond, x + 1 + beyond))
    return west, max(south, -90.0), east, min(north, 90.0)


def _project(lon: FloatArray, lat: FloatArray, z: int, x: int, y: int) -> tuple[FloatArray, FloatArray]:
    """Tile units of positions in degrees."""
    side = 1 << z
    sine = np.sin(np.radians(np.clip(lat, -_STEEPEST_LAT, _STEEPEST_LAT)))
    right = ((lon + 180) / 360 * side - x) * EXTENT
    down = ((0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side - y) * EXTENT
    return right, down


def _clip(row: Int64Array, ends: FloatArray) -> tuple[Int64Array, FloatArray]:
    """The parts of segments that lie on the tile and its seam (Liang and Barsky)."""
    start, reach = ends[:, :2], ends[:, 2:] - ends[:, :2]
    enter, leave = np.zeros(len(ends)), np.ones(len(ends))
    for axis in (0, 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = (np.array([[-BUFFER], [EXTENT + BUFFER]]) - start[:, axis]) / reach[:, axis]
        still = reach[:, axis] == 0
        within = (start[:, axis] >= -BUFFER) & (start[:, axis] <= EXTENT + BUFFER)
        low, high = np.minimum(*bounds), np.maximum(*bounds)
        low, high = np.where(still, np.where(within, 0.0, 2.0), low), np.where(still, 1.0, high)
        enter, leave = np.maximum(enter, low), np.minimum(leave, high)
    kept = enter <= leave
    start, reach = start[kept], reach[kept]
    clipped = np.column_stack([start + enter[kept, None] * reach, start + leave[kept, None] * reach])
    return row[kept], clipped


def _on_grid(degrees: FloatArray, z: int, x: int, y: int, *, closed: bool = True) -> Int64Array:
    """Points of a line or ring in tile units, without those that fall on the one before, nor the closing one."""
    step = 4 if z < 6 else 2
    points = np.rint(np.column_stack(_project(degrees[:, 0], degrees[:, 1], z, x, y)) / step).astype(np.int64) * step
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    points = points[new]
    return points[:-1] if closed and len(points) > 1 and (points[0] == points[-1]).all() else points


def _twice_area(points: Int64Array) -> int:
    ahead = np.roll(points, -1, axis=0)
    return int((points[:, 0] * ahead[:, 1] - ahead[:, 0] * points[:, 1]).sum())


@cache
def _areas(z: int) -> tuple[tuple[str, ...], "np.ndarray[tuple[int], np.dtype[np.object_]]"]:
    """Countries with as many vertices as a zoom can show."""
    codes, areas = _sound_areas()
    return codes, np.asarray(
        shapely.simplify(areas, 0.5 * 360 / (1 << z) / 1024, preserve_topology=False), dtype=object
    )


@cache
def _sound_areas() -> tuple[tuple[str, ...], "np.ndarray[tuple[int], np.dtype[np.object_]]"]:
    codes, areas = load_country_areas()
    return codes, np.asarray(shapely.make_valid(areas), dtype=object)


@cache
def _areas_tree(z: int) -> shapely.STRtree:
    return shapely.STRtree(_areas(z)[1])


@cache
def _country_labels() -> tuple[tuple[str, float, float, int], ...]:
    """Name, longitude and latitude of a point inside, and size in square degrees of each country, the largest first."""
    codes, areas = _sound_areas()
    size = shapely.area(areas)
    largest: dict[str, int] = {}
    for row in np.argsort(-size, kind="stable").tolist():
        largest.setdefault(codes[row], row)
    points = shapely.point_on_surface(areas[list(largest.values())])
    return tuple(
        (country_name(code), float(point.x), float(point.y), int(size[row]))
        for (code, row), point in zip(largest.items(), points, strict=True)
    )


@cache
def _border_lines() -> tuple["np.ndarray[tuple[int], np.dtype[np.object_]]", shapely.STRtree]:
    """Coasts and borders (Natural Earth 1:10 million)."""
    table = pq.read_table(io.BytesIO((files("wayaround.data") / "boundaries.parquet").read_bytes()))
    line, lon, lat = (table[name].to_numpy() for name in ("line", "lon_e3", "lat_e3"))
    apart = np.concatenate([[False], (np.diff(line) != 0) | (np.abs(np.diff(lon)) > 180_000)])
    number = np.cumsum(apart)
    size = np.bincount(number)
    long_enough = size[number] > 1
    renumbered = np.unique(number[long_enough], return_inverse=True)[1]
    points = np.column_stack([lon, lat])[long_enough] / 1000.0
    lines = np.asarray(shapely.linestrings(points, indices=renumbered), dtype=object)
    return lines, shapely.STRtree(lines)
