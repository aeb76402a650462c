"""Vector tiles, read back by GDAL."""

import gzip
from pathlib import Path

import geopandas
import pytest
from starlette.testclient import TestClient

import wayaround as wa
from wayaround.service.tiles import write_tile

TILE_DEG = 360 / 2**9


def read(tile: bytes, layer: str, folder: Path) -> geopandas.GeoDataFrame:
    path = folder / "tile.mvt"
    path.write_bytes(tile)
    return geopandas.read_file(path, layer=layer)


def test_roads_near_al_tanf_lie_where_they_are(world: wa.RoadNetwork, tmp_path: Path) -> None:
    links = read(write_tile(world, 9, 311, 205), "roads", tmp_path)
    assert len(links) > 5
    ids = links["mvt_id"].astype(int)
    assert (ids < world.links).all()
    # A tile alone knows neither its place nor its size: GDAL gives units of the tile, y upwards.
    west = 311 * TILE_DEG - 180
    tail_lon = world.node_lon[world.link_tail[ids]]
    within = (tail_lon > west) & (tail_lon < west + TILE_DEG)
    assert within.any()
    for line, lon in zip(links.geometry[within], tail_lon[within], strict=True):
        drawn = [x for part in getattr(line, "geoms", [line]) for x, _ in part.coords]
        expected = (lon - west) / TILE_DEG * 4096
        assert min(abs(x - expected) for x in drawn) <= 1


def test_far_out_the_roads_are_few_and_one_thing(world: wa.RoadNetwork, tmp_path: Path) -> None:
    tile = write_tile(world, 0, 0, 0)
    assert len(gzip.compress(tile)) < 150_000
    assert len(read(tile, "roads", tmp_path)) == 1
    assert {"DE", "BR", "JO"} <= set(read(tile, "land", tmp_path)["country"])
    assert len(read(tile, "borders", tmp_path)) > 100


def test_each_country_is_named_once(world: wa.RoadNetwork, tmp_path: Path) -> None:
    names = [
        name
        for x in range(4)
        for y in range(4)
        if (tile := write_tile(world, 2, x, y))
        for name in (read(tile, "countries", tmp_path)["name"] if b"countries" in tile else [])
    ]
    assert len(names) == len(set(names)) > 200
    assert {"Syria", "Jordan", "Iraq"} <= set(names)


def test_cities_are_named(world: wa.RoadNetwork, tmp_path: Path) -> None:
    cities = read(write_tile(world, 5, 19, 12), "cities", tmp_path)
    assert {"Baghdad", "Damascus"} <= set(cities["name"])
    assert cities["people"].min() >= 100_000


@pytest.mark.parametrize("path", ["other/0/0/0", "world-highways/0/1/0", "world-highways/3/0/8"])
def test_a_tile_that_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/tiles/{path}.mvt")
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")


def test_a_tile_may_be_kept(client: TestClient, world: wa.RoadNetwork) -> None:
    first, second = (client.get("/api/v1/tiles/world-highways/9/311/205.mvt") for _ in range(2))
    assert first.status_code == 200
    assert first.headers["content-encoding"] == "gzip"
    assert first.content == second.content == write_tile(world, 9, 311, 205)
    assert client.get("/api/v1/tiles/world-highways/15/0/0.mvt").status_code == 422
