"""Lines as OSRM answers them."""

import numpy as np
import pytest
import shapely

from wayaround.service.osrm_geometry import simplify_line, write_line


@pytest.mark.parametrize("seed", range(50))
def test_a_simplified_line_is_that_of_shapely(seed: int) -> None:
    random = np.random.default_rng(seed)
    line = np.cumsum(random.normal(0, 0.1, (int(random.integers(2, 400)), 2)), axis=0)
    if seed % 5 == 0:
        line = np.concatenate([line, line[:1]])
    tolerance = np.ptp(line, axis=0).max() / 1000
    expected = shapely.simplify(shapely.linestrings(line), tolerance, preserve_topology=False)
    assert np.array_equal(simplify_line(line), shapely.get_coordinates(expected))


def test_a_line_between_two_points_stays() -> None:
    line = np.array([[36.292, 33.513]] * 2)
    assert np.array_equal(simplify_line(line), line)
    assert write_line(line, "geojson") == {"type": "LineString", "coordinates": line.tolist()}
