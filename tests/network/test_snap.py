"""The grid must find the link that looking at every link finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shaped_networks import draw_shaped_network

import wayaround as wa
from wayaround.network.grid import build_grid
from wayaround.network.snap import MAX_SNAP_KM, list_near_points, nearest_on_links, snap_point, snap_points


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
    st.sampled_from([None, 0.25, 3.0]),
)
def test_every_point_of_a_segment_lies_in_a_cell_that_lists_it(
    segments: list[tuple[float, float, float, float]], fraction: float, cell_deg: float | None
) -> None:
    lon, lat, east, north = np.array(segments).T
    grid = build_grid(lon, lat, lon + east, lat + north, cell_deg=cell_deg)
    for number, at in enumerate(zip(lon + fraction * east, lat + fraction * north, strict=True)):
        x, y = map(float, at)
        assert number in grid.segments_in_box(x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6)


@given(st.floats(0, 2), st.floats(0, 1))
def test_a_box_across_the_antimeridian_finds_both_sides(reach: float, lat: float) -> None:
    grid = build_grid(np.array([179.5, -180.0]), np.zeros(2), np.array([180.0, -179.5]), np.zeros(2))
    assert grid.segments_in_box(179.9, -lat, 180.1 + reach, lat).tolist() == [0, 1]
    assert grid.segments_in_box(-180.1 - reach, -lat, -179.9, lat).tolist() == [0, 1]


def test_only_links_that_are_among_the_chosen_are_snapped_to(world: wa.RoadNetwork) -> None:
    nearest = snap_point(world, 33.5, 36.3)
    assert nearest is not None
    others = np.ones(world.links, dtype=bool)
    others[nearest.link] = False
    second = snap_point(world, 33.5, 36.3, among=others)
    assert second is not None
    assert second.link != nearest.link
    assert second.snap_km >= nearest.snap_km
    assert snap_point(world, 33.5, 36.3, among=np.zeros(world.links, dtype=bool)) is None


@pytest.mark.parametrize("seed", range(5))
def test_many_points_snap_as_each_does(world: wa.RoadNetwork, seed: int) -> None:
    random = np.random.default_rng(seed)
    node = random.integers(world.nodes, size=200)
    lat = np.clip(np.asarray(world.node_lat)[node] + random.normal(0, 0.1, 200), -90, 90)
    lon = (np.asarray(world.node_lon)[node] + random.normal(0, 0.1, 200) + 180) % 360 - 180
    lat[:4], lon[:4] = [90, -90, 0, -16.8], [0, 0, 180, 180]
    among = random.random(world.links) < 0.7
    for some in (None, among):
        for one, y, x in zip(snap_points(world, lat, lon, among=some), lat, lon, strict=True):
            assert one == snap_point(world, float(y), float(x), among=some)


@pytest.mark.parametrize("seed", range(10))
def test_many_points_snap_as_each_does_where_links_bend(seed: int) -> None:
    network, random = draw_shaped_network(seed), np.random.default_rng(seed)
    node = random.integers(network.nodes, size=200)
    lat, lon = (np.asarray(axis)[node] + random.normal(0, 0.02, 200) for axis in (network.node_lat, network.node_lon))
    among = random.random(network.links) < 0.7
    for some in (None, among):
        for one, y, x in zip(snap_points(network, lat, lon, among=some), lat, lon, strict=True):
            assert one == snap_point(network, float(y), float(x), among=some)


def test_no_points_snap_to_nothing(world: wa.RoadNetwork) -> None:
    assert snap_points(world, np.zeros(0), np.zeros(0)) == []


@pytest.mark.parametrize("seed", range(5))
def test_near_points_come_by_distance(world: wa.RoadNetwork, seed: int) -> None:
    node = np.random.default_rng(seed).integers(world.nodes)
    lat, lon = float(world.node_lat[node]) + 0.01, float(world.node_lon[node])
    near = list(list_near_points(world, lat, lon))
    _, distance_km = nearest_on_links(world, np.arange(world.links - len(world.joins)), lat, lon)
    assert len({point.link for point, _ in near}) == len(near) == np.count_nonzero(distance_km <= MAX_SNAP_KM)
    assert [point.link for point, _ in near[:1]] == [int(np.argmin(distance_km))]
    distances = [point.snap_km for point, _ in near]
    assert distances == pytest.approx(sorted(distances), rel=0.02, abs=0.001)
