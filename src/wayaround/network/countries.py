"""In which country a point lies: by the borders that the map itself draws, elsewhere by those of the package."""

import functools
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from wayaround.network.osm_columns import OsmRoads
from wayaround.units import FloatArray

Int16Array = npt.NDArray[np.int16]

MARGIN_DEG = 0.05
"""How far the frame reaches beyond the outermost points."""

NEAR_DEG = 1.0
"""How far around the frame the package's areas are looked at, so that the nearest is among them."""

CLEAR_SHARE = 0.75
"""A piece of land between borders that has no name of its own is a country's if this share of it is."""

_TOUCHES_DEG = 1e-7


@functools.cache
def load_country_areas() -> tuple[tuple[str, ...], npt.NDArray[np.object_]]:
    """Codes and areas of all countries, a row for each separate part (Natural Earth 1:10 million).

    Returns
    -------
    codes : tuple of str
        ISO 3166 alpha-2; a country of several parts has several rows.
    areas : (parts,) ndarray of shapely polygons
        In degrees, as they are drawn: a few cross themselves.
    """
    table = pq.read_table(io.BytesIO((files("wayaround.data") / "country_areas.parquet").read_bytes()))
    step, origin = (json.loads(table.schema.metadata[key]) for key in (b"step", b"origin"))
    part, ring, x, y = (table.column(name).to_numpy() for name in ("part", "ring", "x", "y"))
    vertices = np.column_stack([x * step[0] + origin[0], y * step[1] + origin[1]])
    rings = shapely.linearrings(vertices, indices=ring)
    part_of_ring = part[np.flatnonzero(np.diff(ring, prepend=-1))]
    first = np.flatnonzero(np.diff(part, prepend=-1))
    names = table.column("country").combine_chunks().dictionary_decode().to_numpy(zero_copy_only=False)
    return tuple(names[first]), np.asarray(shapely.polygons(rings, indices=part_of_ring), dtype=object)


@dataclass(frozen=True, slots=True)
class Borders:
    """Borders of countries as a map draws them.

    Parameters
    ----------
    lines : tuple of shapely lines
        All of them, whole or not.
    whole : dict of str to shapely geometry
        Areas of countries by ISO 3166 code, as far as their border closes.
    broken : tuple of str
        Countries of whose border the map holds some, but nothing that closes.
    """

    lines: tuple[BaseGeometry, ...] = ()
    whole: Mapping[str, BaseGeometry] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def read_borders(roads: OsmRoads) -> Borders:
    """Borders out of the relations of countries and of their ways."""
    lines = _border_lines(roads)
    outer: dict[str, list[BaseGeometry]] = {}
    inner: dict[str, list[BaseGeometry]] = {}
    for code, members in roads.countries:
        for way, role in members:
            if way in lines:
                (inner if role == "inner" else outer).setdefault(code, []).append(lines[way])
    whole, broken = {}, []
    for code in sorted(outer):
        area = _enclosed(outer[code]).difference(_enclosed(inner.get(code, [])))
        if area.is_empty:
            broken.append(code)
        else:
            whole[code] = area
    drawn = [line for parts in (*outer.values(), *inner.values()) for line in parts]
    return Borders(tuple(drawn), whole, tuple(broken))


def locate_countries(
    lon: FloatArray, lat: FloatArray, borders: Borders | None = None
) -> tuple[Int16Array, tuple[str, ...]]:
    """Country of each point.

    The map's own borders part the land into pieces. A piece inside a whole border is that country's. Any other piece
    is the country's that holds most of it by the areas of the package, if that is clear; if not, it is at least not the
    one's on the other side of the border. Elsewhere each point goes by those areas, and off all coasts by the nearest.

    Parameters
    ----------
    lon, lat : (n,) ndarray of float64
        Degrees.
    borders : Borders, optional
        What the map draws.

    Returns
    -------
    row : (n,) ndarray of int16
        Row in `codes`.
    codes : tuple of str
        ISO 3166 alpha-2, those that occur, in alphabetical order.
    """
    if len(lon) == 0:
        return np.zeros(0, dtype=np.int16), ()
    borders = borders or Borders()
    frame = shapely.box(lon.min() - MARGIN_DEG, lat.min() - MARGIN_DEG, lon.max() + MARGIN_DEG, lat.max() + MARGIN_DEG)
    codes, areas = _areas_near(frame, borders.whole)
    known = tuple(sorted({*codes, *borders.whole}))
    places = _Places(lon, lat)
    pieces, drawn = _pieces(borders, frame)
    for piece, code in zip(pieces, _name_pieces(pieces, drawn, borders.whole, codes, areas), strict=True):
        if code is not None:
            places.fill(piece, known.index(code))
    for code, area in zip(codes, areas, strict=True):
        places.fill(area, known.index(code))
    outside = np.flatnonzero(places.row < 0)
    if len(outside):
        shapes, names = [*areas, *borders.whole.values()], [*codes, *borders.whole]
        at = shapely.points(places.lon[outside], places.lat[outside])
        point, shape = shapely.STRtree(shapes).query_nearest(at)
        nearest = np.full(len(outside), len(shapes))
        np.minimum.at(nearest, point, shape)
        places.row[outside] = np.array([known.index(name) for name in names], dtype=np.int16)[nearest]
    occurring, row = np.unique(places.in_order(), return_inverse=True)
    return row.astype(np.int16), tuple(known[each] for each in occurring.tolist())


class _Places:
    """Points without a country yet, from west to east."""

    def __init__(self, lon: FloatArray, lat: FloatArray) -> None:
        self._order = np.argsort(lon, kind="stable")
        self.lon, self.lat = lon[self._order], lat[self._order]
        self.row = np.full(len(lon), -1, dtype=np.int16)

    def fill(self, area: BaseGeometry, row: int) -> None:
        """Give a country to the points in an area that have none."""
        west, south, east, north = area.bounds
        first, end = np.searchsorted(self.lon, west), np.searchsorted(self.lon, east, side="right")
        lat, found = self.lat[first:end], self.row[first:end]
        open_ = np.flatnonzero((found < 0) & (lat >= south) & (lat <= north))
        if len(open_):
            shapely.prepare(area)
            found[open_[shapely.intersects_xy(area, self.lon[first:end][open_], lat[open_])]] = row

    def in_order(self) -> Int16Array:
        """Their countries in the order in which they were given."""
        row = np.empty_like(self.row)
        row[self._order] = self.row
        return row


def _areas_near(
    frame: BaseGeometry, whole: Mapping[str, BaseGeometry]
) -> tuple[tuple[str, ...], npt.NDArray[np.object_]]:
    """The package's areas around a frame, but of countries that the map holds whole; far from all land, all of them."""
    codes, bounds = _area_bounds()
    other = ~np.isin(codes, list(whole))
    west, south, east, north = frame.bounds
    near = other & (bounds[:, 0] <= east + NEAR_DEG) & (bounds[:, 2] >= west - NEAR_DEG)
    near &= (bounds[:, 1] <= north + NEAR_DEG) & (bounds[:, 3] >= south - NEAR_DEG)
    rows = np.flatnonzero(near if near.any() or whole else other)
    valid = np.empty(len(rows), dtype=object)
    valid[:] = [_valid_area(row) for row in rows.tolist()]
    return tuple(codes[rows].tolist()), valid


@functools.cache
def _area_bounds() -> tuple[npt.NDArray[np.str_], FloatArray]:
    """Codes and boxes of the package's areas."""
    codes, areas = load_country_areas()
    return np.array(codes), shapely.bounds(areas)


@functools.cache
def _valid_area(row: int) -> BaseGeometry:
    """One of the package's areas, without the places where it crosses itself."""
    valid: BaseGeometry = shapely.make_valid(load_country_areas()[1][row])
    return valid


def _pieces(borders: Borders, frame: shapely.Polygon) -> tuple[list[BaseGeometry], BaseGeometry]:
    """What the borders cut a frame into, and the borders as they are drawn.

    A border that ends loose, as it does at the end of a map, runs straight on to the next border or to the frame.
    """
    drawn = shapely.line_merge(shapely.union_all(list(borders.lines)))
    if drawn.is_empty:
        return [], drawn
    rays = [ray for line in shapely.get_parts(drawn) for ray in _run_on(line, drawn, frame)]
    edges = shapely.union_all([drawn, *rays, frame.exterior])
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    return [part for part in parts if part.intersects(frame)], drawn


def _run_on(line: BaseGeometry, drawn: BaseGeometry, frame: shapely.Polygon) -> Iterator[BaseGeometry]:
    points = shapely.get_coordinates(line)
    west, south, east, north = frame.union(drawn.envelope).bounds
    reach = 2 * (east - west + north - south)
    for end, before in ((points[0], points[1]), (points[-1], points[-2])):
        length = float(np.hypot(*(end - before)))
        around = shapely.Point(end).buffer(_TOUCHES_DEG)
        if length == 0 or shapely.get_num_geometries(shapely.intersection(drawn, around)) > 1:
            continue
        ray = shapely.LineString([end, end + (end - before) / length * reach])
        hits = shapely.get_coordinates(shapely.intersection(ray, drawn.difference(around)))
        if len(hits):
            nearest = hits[np.argmin(np.hypot(*(hits - end).T))]
            ray = shapely.LineString([end, nearest + (nearest - end) * 1e-9])
        yield ray


def _name_pieces(
    pieces: Sequence[BaseGeometry],
    drawn: BaseGeometry,
    whole: Mapping[str, BaseGeometry],
    codes: Sequence[str],
    areas: npt.NDArray[np.object_],
) -> list[str | None]:
    """The country of each piece of land, or None where it is not clear.

    Where it is not clear from the package's areas, it is at least not the country with which it shares most border.
    """
    tree = shapely.STRtree(areas)
    shares = [_shares(piece, codes, tree) for piece in pieces]
    names: list[str | None] = []
    for piece, share in zip(pieces, shares, strict=True):
        inside = piece.representative_point()
        most = max(share, key=lambda code: share[code], default=None)
        clear = most is not None and share[most] >= CLEAR_SHARE
        names.append(next((code for code, area in whole.items() if area.contains(inside)), most if clear else None))
    for row in [row for row, name in enumerate(names) if name is None]:
        edge = pieces[row].boundary.intersection(drawn)
        across: dict[str, float] = {}
        for piece, name in zip(pieces, names, strict=True):
            common = shapely.intersection(edge, piece.boundary).length if name is not None else 0.0
            if name is not None and common > _TOUCHES_DEG:
                across[name] = across.get(name, 0.0) + common
        longest = max(across, key=lambda code: across[code], default=None)
        left = {code: share for code, share in shares[row].items() if code != longest}
        if longest is not None and left:
            names[row] = max(left, key=lambda code: left[code])
    return names


def _shares(piece: BaseGeometry, codes: Sequence[str], tree: shapely.STRtree) -> dict[str, float]:
    """What share of the land in a piece each country has by the package's areas."""
    share: dict[str, float] = {}
    near = np.sort(tree.query(piece))
    for row, size in zip(near.tolist(), shapely.area(shapely.intersection(tree.geometries[near], piece)), strict=True):
        if size > 0:
            share[codes[row]] = share.get(codes[row], 0.0) + float(size)
    total = sum(share.values())
    return {code: size / total for code, size in share.items()}


def _border_lines(roads: OsmRoads) -> dict[int, BaseGeometry]:
    """Border ways as lines, by id; a node that no file has is passed over."""
    borders = roads.borders
    row = roads.find_nodes(borders.node)
    lines: dict[int, BaseGeometry] = {}
    for number, way in enumerate(borders.id.tolist()):
        nodes = row[borders.first[number] : borders.first[number + 1]]
        nodes = nodes[nodes >= 0]
        if len(nodes) > 1:
            lines[way] = shapely.LineString(np.column_stack([roads.lon_e7[nodes], roads.lat_e7[nodes]]) / 1e7)
    return lines


def _enclosed(lines: list[BaseGeometry]) -> BaseGeometry:
    """What lines enclose."""
    if not lines:
        return shapely.Polygon()
    merged = shapely.union_all(lines)
    return shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.get_parts(merged))))
