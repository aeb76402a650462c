"""The grid must find the link that looking at every link finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.network.snap import MAX_SNAP_KM, link_grid, nearest_on_links, snap_point


def nearest_of_all(world: wa.RoadNetwork, lat: float, lon: float) -> tuple[int, float]:
    base = np.arange(world.links - len(world.joins))
    _, distance_km = nearest_on_links(world, base, lat, lon)
    best = int(np.argmin(distance_km))
    return best, float(distance_km[best])


@pytest.mark.parametrize("seed", range(40))
def test_the_grid_finds_the_nearest_link(world: wa.RoadNetwork, seed: int) -> None:
    random = np.random.default_rng(seed)
    node = random.integers(world.nodes)
    lat = float(world.node_lat[node] + random.normal(0, 0.1))
    lon = float(world.node_lon[node] + random.normal(0, 0.1))
    link, distance_km = nearest_of_all(world, lat, lon)
    point = snap_point(world, lat, lon)
    if point is None:
        assert distance_km > MAX_SNAP_KM * 0.99
    else:
        assert point.link == link
        assert point.snap_km == pytest.approx(distance_km, rel=0.01, abs=0.001)


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_any_position_snaps_or_is_off_the_network(world: wa.RoadNetwork, lat: float, lon: float) -> None:
    point = snap_point(world, lat, lon)
    assert point is None or (0 <= point.fraction <= 1 and point.snap_km <= MAX_SNAP_KM)


def test_a_position_on_a_node_snaps_to_it(world: wa.RoadNetwork) -> None:
    point = snap_point(world, float(world.node_lat[0]), float(world.node_lon[0]))
    assert point is not None
    assert point.snap_km == 0
    assert 0 in (world.link_tail[point.link], world.link_head[point.link])


@given(
    st.lists(
        st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=8
    ),
    st.floats(0, 1),
)
def test_every_point_of_a_link_lies_in_a_cell_that_lists_it(
    links: list[tuple[float, float, float, float]], fraction: float
) -> None:
    lon, lat, east, north = np.array(links).T
    first, cell_link = link_grid(lon, lat, lon + east, lat + north)
    column = np.floor((lon + fraction * east + 180) / 0.25).astype(int)
    row = np.floor((lat + fraction * north + 90) / 0.25).astype(int)
    for link, cell in enumerate(row * 1440 + column):
        assert link in cell_link[first[cell] : first[cell + 1]]
