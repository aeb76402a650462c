"""Areas of countries as they are drawn: what lies across the 180th meridian comes in pieces on both sides of it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

FloatArray = npt.NDArray[np.float64]
Part = list[FloatArray]

STEP, ORIGIN = np.array([0.25, 0.125]), np.array([-180.0, -90.0])


def load_script() -> ModuleType:
    """`scripts/natural_earth.py`, which is in no package."""
    path = Path(__file__).parent.parent / "scripts" / "natural_earth.py"
    spec = importlib.util.spec_from_file_location("natural_earth", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


natural_earth = load_script()


def ring(*vertices: tuple[float, float]) -> FloatArray:
    """A closed ring, with longitudes as the map writes them: from -180 to 180."""
    closed = np.array([*vertices, vertices[0]], dtype=np.float64)
    closed[:, 0] = (closed[:, 0] + 180) % 360 - 180
    return closed


def box(west: float, south: float, east: float, north: float) -> FloatArray:
    return ring((west, south), (east, south), (east, north), (west, north))


def split(part: Part) -> list[Part]:
    pieces: list[Part] = natural_earth.split_at_180(part, STEP, ORIGIN)
    return pieces


def areas(pieces: list[Part]) -> list[shapely.Polygon]:
    return sorted((shapely.Polygon(outer, holes) for outer, *holes in pieces), key=lambda area: area.bounds[0])


def test_an_island_across_the_line_becomes_two_that_end_there() -> None:
    west, east = areas(split([box(170, -10, 190, 10)]))
    assert west.bounds == (-180, -10, -170, 10)
    assert east.bounds == (170, -10, 180, 10)
    assert west.area == east.area == 200


@pytest.mark.parametrize("outer", [box(170, -10, 190, 10), ring((-170, -10), (-170, 10), (-190, 10), (-190, -10))])
@pytest.mark.parametrize(
    ("lake", "area_west", "area_east"),
    [(box(172, -5, 174, 5), 200, 180), (box(-174, -5, -172, 5), 180, 200), (box(178, -5, 184, 5), 160, 180)],
    ids=["on the eastern edge of the map", "on the western", "across"],
)
def test_a_lake_is_left_out_on_its_own_side(
    outer: FloatArray, lake: FloatArray, area_west: float, area_east: float
) -> None:
    west, east = areas(split([outer, lake]))
    assert (west.area, east.area) == (area_west, area_east)


def test_land_that_ends_at_the_line_stays_one_piece_whichever_sign_the_line_has() -> None:
    signed = np.array([[170, 0], [-180, 0], [180, 5], [-180, 10], [170, 10], [170, 0]], dtype=np.float64)
    (area,) = areas(split([signed]))
    assert area.bounds == (170, 0, 180, 10)
    assert area.area == 100


def test_a_bay_at_the_line_parts_the_land_beyond_it() -> None:
    pieces = areas(split([ring((170, 0), (190, 0), (190, 4), (175, 5), (190, 6), (190, 10), (170, 10))]))
    assert [area.bounds[::2] for area in pieces] == [(-180, -170), (-180, -170), (170, 180)]
    assert all(area.is_valid for area in pieces)


@pytest.mark.parametrize(
    "part",
    [
        [box(-180, 0, -170, 10), box(-178, 2, -176, 4)],
        [ring((-170, 0), (0, 0), (170, 0), (170, 10), (0, 10), (-170, 10))],
        [ring(*((lon, -70.0 + lon % 7) for lon in range(-180, 180, 20)))],
    ],
    ids=["beside the line", "nearly all around", "around the pole"],
)
def test_what_does_not_cross_the_line_stays_as_it_is(part: Part) -> None:
    (piece,) = split(part)
    assert len(piece) == len(part)
    for line, before in zip(piece, part, strict=True):
        assert np.array_equal(line, before)


def test_where_the_line_cuts_a_coast_the_new_vertex_is_on_the_grid() -> None:
    pieces = split([ring((179.5, 0), (180.25, 1), (179.5, 2))])
    vertices = np.concatenate([line for piece in pieces for line in piece])
    assert len(pieces) == 2
    assert np.array_equal(vertices, np.rint((vertices - ORIGIN) / STEP) * STEP + ORIGIN)
    assert set(vertices[np.abs(vertices[:, 0]) == 180, 1].tolist()) == {0.625, 1.375}  # 2/3 and 4/3, rounded


def test_a_coast_that_crosses_itself_loses_none_of_its_land() -> None:
    twisted = ring((170, 0), (190, 10), (190, 0), (170, 10))
    west, east = areas(split([twisted]))
    assert west.is_valid
    assert east.is_valid
    assert (west.area, east.area) == (50, 50)


def test_pieces_too_small_for_the_grid_are_left_out() -> None:
    assert split([ring((179.95, 0), (180.05, 0), (180.0, 0.02))]) == []


@given(
    lon=st.floats(-180, 180),
    reach=st.lists(st.integers(1, 80), min_size=3, max_size=12),
    at=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)
def test_a_point_is_in_a_piece_if_it_is_in_the_land_wherever_that_lies(
    lon: float, reach: list[int], at: tuple[float, float]
) -> None:
    angle = 2 * np.pi * np.arange(len(reach)) / len(reach)
    east = np.rint((lon + np.array(reach) * np.cos(angle)) * 4) / 4
    north = np.rint(np.array(reach) / 2 * np.sin(angle) * 8) / 8
    land = shapely.Polygon(np.column_stack([east, north]))
    point = shapely.Point(lon + 80 * at[0], 40 * at[1])
    far_from_coast = point.distance(land.exterior) > STEP.max()
    pieces = areas(split([ring(*zip(east.tolist(), north.tolist(), strict=True))]))
    folded = shapely.Point((point.x + 180) % 360 - 180, point.y)
    if far_from_coast:
        assert any(piece.covers(folded) for piece in pieces) == land.contains(point)
    assert sum(piece.area for piece in pieces) == pytest.approx(land.area, rel=0.01, abs=10)
