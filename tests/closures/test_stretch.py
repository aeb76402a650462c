"""Lines against a zone's edge: edge by edge the same as at once, and both as GEOS has them."""

import numpy as np
import pytest
import shapely

from wayaround.closures import stretch
from wayaround.closures.stretch import find_meeting, stretch_inside
from wayaround.closures.zone import Zone


def draw_star(random: np.random.Generator, corners: int) -> Zone:
    """A star around the origin, now and then with a hole."""
    angle = np.sort(random.random(corners)) * 2 * np.pi
    reach = random.uniform(1, 3, corners)
    ring = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    area = shapely.Polygon(ring)
    if random.random() < 0.5:
        area = area.difference(shapely.Point(0, 0).buffer(0.5, quad_segs=4))
    return Zone.of([shapely.make_valid(area)], label="star")


def draw_lines(random: np.random.Generator, count: int) -> np.ndarray:
    begin = random.uniform(-4, 4, (count, 2))
    return np.array(
        [
            shapely.LineString(start + np.cumsum(random.normal(0, 0.8, (int(random.integers(2, 6)), 2)), axis=0))
            for start in begin
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_edge_by_edge_is_the_same_as_at_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    zone, lines = draw_star(random, int(random.integers(3, 60))), draw_lines(random, 200)
    at_once = find_meeting(zone, lines)
    assert at_once.tolist() == shapely.intersects(zone.area, lines).tolist()
    lines_met = lines[at_once]
    start, end = stretch_inside(zone, lines_met)
    monkeypatch.setattr(stretch, "MOST_VERTICES", 0)
    monkeypatch.setattr(stretch, "PIECES_AT_ONCE", 7)
    assert find_meeting(zone, lines).tolist() == at_once.tolist()
    one_by_one = stretch_inside(zone, lines_met)
    np.testing.assert_allclose(one_by_one, (start, end), rtol=0, atol=1e-9)


def test_a_line_through_a_comb_is_inside_from_the_first_tooth_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretch, "MOST_VERTICES", 0)
    teeth = [(x, 2 if n % 2 else 1) for n, x in enumerate(np.linspace(0, 10, 21))]
    comb = Zone.polygon([(0, 0), *teeth, (10, 0)][::-1])
    start, end = stretch_inside(comb, np.array([shapely.LineString([(-10, 1.5), (20, 1.5)])]))
    assert (round(float(start[0]) * 30, 9), round(float(end[0]) * 30, 9)) == (10.25, 19.75)
