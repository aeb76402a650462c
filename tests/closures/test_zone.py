"""Boxes in degrees."""

import numpy as np
import pytest

import wayaround as wa
from wayaround.errors import GeometryInvalid


@pytest.mark.parametrize(
    ("west", "east", "inside", "outside"),
    [
        (10, 20, [10.0, 15.0, 20.0], [9.9, 20.1, -15.0]),
        (177, -178, [178.0, 180.0, -180.0, -179.0], [0.0, 176.0, -177.0]),
        (-170, 170, [-170.0, 0.0, 5.0, 170.0], [171.0, -171.0, 180.0]),
        (170, -180, [175.0, 180.0], [-179.0]),
        (180, -170, [-180.0, -175.0], [179.0]),
    ],
)
def test_a_box_holds_what_lies_between_its_sides(
    west: float, east: float, inside: list[float], outside: list[float]
) -> None:
    box = wa.Zone.box(west=west, south=-10, east=east, north=10)
    assert box.covers(np.zeros(len(inside)), np.array(inside)).all()
    assert not box.covers(np.zeros(len(outside)), np.array(outside)).any()
    assert not box.covers(np.array([-10.1, 10.1]), np.array(inside[:1] * 2)).any()


@pytest.mark.parametrize("sides", [(10, 5, 20, 5), (10, 5, 20, 4), (10, 4, 10, 5), (-181, 0, 1, 1), (0, 0, 1, 91)])
def test_a_box_without_extent_or_off_the_globe_is_refused(sides: tuple[float, float, float, float]) -> None:
    west, south, east, north = sides
    with pytest.raises(GeometryInvalid):
        wa.Zone.box(west=west, south=south, east=east, north=north)


def test_a_box_that_is_no_number_is_refused() -> None:
    with pytest.raises(GeometryInvalid):
        wa.Zone.box(west=float("nan"), south=0, east=1, north=1)
