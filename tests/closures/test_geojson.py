"""GeoJSON as other programs write it."""

import json
from pathlib import Path

import pytest

from wayaround.closures.geojson import read_zone
from wayaround.errors import FileUnreadable, GeometryInvalid

SQUARE = {"type": "Polygon", "coordinates": [[[38, 33], [39, 33], [39, 34], [38, 34], [38, 33]]]}
OTHER = {"type": "MultiPolygon", "coordinates": [[[[40, 33, 7], [41, 33, 7], [41, 34, 7], [40, 33, 7]]]]}


def write(tmp_path: Path, content: object, *, encoding: str = "utf-8") -> Path:
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps(content), encoding=encoding)
    return path


def test_collections_inside_collections_are_read(tmp_path: Path) -> None:
    inner = {"type": "GeometryCollection", "geometries": [SQUARE]}
    zone = read_zone(write(tmp_path, {"type": "GeometryCollection", "geometries": [inner, OTHER]}))
    assert zone.area.area == pytest.approx(1.5)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read_zone(write(tmp_path, SQUARE, encoding="utf-8-sig")).area.area == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("EPSG:4326", True),
        ("EPSG:32637", False),
        ("EPSG:43260", False),
    ],
)
def test_coordinates_of_another_system_are_refused(tmp_path: Path, name: str, known: bool) -> None:
    path = write(tmp_path, {**SQUARE, "crs": {"type": "name", "properties": {"name": name}}})
    if known:
        assert read_zone(path).area.area == pytest.approx(1)
    else:
        with pytest.raises(FileUnreadable, match="crs is not WGS 84"):
            read_zone(path)


@pytest.mark.parametrize("content", [None, [], {}, 1, {"features": []}])
def test_what_is_no_geojson_is_said(tmp_path: Path, content: object) -> None:
    with pytest.raises(FileUnreadable, match='"type" is missing'):
        read_zone(write(tmp_path, content))


def test_a_ring_around_the_wrong_side_of_the_globe_is_refused(tmp_path: Path) -> None:
    ring = [[179, 65], [-179, 65], [-179, 67], [179, 67], [179, 65]]
    with pytest.raises(GeometryInvalid, match="358 degrees of longitude"):
        read_zone(write(tmp_path, {"type": "Polygon", "coordinates": [ring]}))
