"""Bent links: Shapely, link by link, is the judge."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from shaped_networks import draw_shaped_network

import wayaround as wa
from wayaround.closures.left_open import count_open_points_inside
from wayaround.closures.match import match_closure
from wayaround.impact.detours import route_line
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import cut_links, points_on_links, segment_ends, segments_of_links
from wayaround.network.snap import KM_PER_DEG, nearest_on_links, snap_point
from wayaround.network.store import read_network, write_network
from wayaround.routing.terminals import Route

SEEDS = range(12)


def line_of(network: RoadNetwork, link: int) -> np.ndarray:
    """Points of a link, one after the other."""
    first, end = network.shape_first[link : link + 2].tolist()
    tail, head = network.link_tail[link], network.link_head[link]
    inner = [(network.shape_lon[k], network.shape_lat[k]) for k in range(first, end)]
    return np.array(
        [
            (network.node_lon[tail], network.node_lat[tail]),
            *inner,
            (network.node_lon[head], network.node_lat[head]),
        ]
    )


def flat_line(network: RoadNetwork, link: int) -> tuple[shapely.LineString, float]:
    """The line on a plane whose degrees of longitude are shortened, and by how much."""
    line = line_of(network, link)
    stretch = np.cos(np.radians((line[0, 1] + line[-1, 1]) / 2))
    return shapely.LineString(line * [stretch, 1.0]), float(stretch)


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_and_segments_are_those_of_the_points(seed: int) -> None:
    network = draw_shaped_network(seed)
    links = np.random.default_rng(seed).permutation(network.links)
    drawn = [line_of(network, link) for link in links.tolist()]
    for line, points in zip(network.lines(links), drawn, strict=True):
        assert np.array_equal(shapely.get_coordinates(line), points)
    row, segment = segments_of_links(network, links)
    assert np.array_equal(np.unique(segment), np.arange(network.first_segment[-1]))
    pieces = [np.hstack([line[:-1], line[1:]]) for line in drawn]
    assert np.array_equal(np.column_stack(segment_ends(network, segment)), np.concatenate(pieces))
    assert row.tolist() == [number for number, piece in enumerate(pieces) for _ in piece]


@pytest.mark.parametrize("seed", SEEDS)
def test_points_at_fractions_are_those_that_shapely_finds(seed: int) -> None:
    network = draw_shaped_network(seed)
    random = np.random.default_rng(seed)
    links = random.integers(network.links, size=60)
    fraction = random.choice([0.0, 1.0, 0.5, *random.uniform(0, 1, 5)], 60)
    for link, share, found in zip(links.tolist(), fraction, points_on_links(network, links, fraction), strict=True):
        line, stretch = flat_line(network, link)
        expected = line.interpolate(share, normalized=True)
        assert found == pytest.approx([expected.x / stretch, expected.y], abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cut_stretch_is_that_of_shapely(seed: int) -> None:
    network = draw_shaped_network(seed)
    start, end = np.sort(np.random.default_rng(seed).uniform(0, 1, (network.links, 2)), axis=1).T
    for link, cut in enumerate(cut_links(network, np.arange(network.links), start, end)):
        line, stretch = flat_line(network, link)
        expected = shapely.ops.substring(line, start[link], end[link], normalized=True)
        assert shapely.LineString(cut * [stretch, 1.0]).hausdorff_distance(expected) < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_are_those_of_the_lines(seed: int) -> None:
    network = draw_shaped_network(seed)
    random = np.random.default_rng(seed)
    bounds = shapely.bounds(network.lines(np.arange(network.links)))
    for _ in range(30):
        west, south = random.uniform(8.9, 9.2), random.uniform(54.9, 55.2)
        east, north = west + random.uniform(0, 0.1), south + random.uniform(0, 0.1)
        meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        assert network.links_near_box(west, south, east, north).tolist() == np.flatnonzero(meets).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_snaps_to_the_nearest_point_of_all_lines(seed: int) -> None:
    network = draw_shaped_network(seed)
    random = np.random.default_rng(seed)
    for lat, lon in zip(random.uniform(54.9, 55.3, 25), random.uniform(8.8, 9.4, 25), strict=True):
        plane = np.array([np.cos(np.radians(lat)), 1.0])
        lines = [shapely.LineString(line_of(network, link) * plane) for link in range(network.links)]
        away_km = shapely.distance(shapely.Point(lon * plane[0], lat), lines) * KM_PER_DEG
        fraction, distance_km = nearest_on_links(network, np.arange(network.links), lat, lon)
        assert distance_km == pytest.approx(away_km)
        point = snap_point(network, lat, lon)
        assert point is not None
        assert distance_km[point.link] == distance_km.min()
        assert point.fraction == fraction[point.link]
        assert shapely.distance(shapely.Point(np.array([point.lon, point.lat]) * plane), lines[point.link]) < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_circle_concerns_the_stretch_that_walking_finds(seed: int) -> None:
    network = draw_shaped_network(seed)
    zone = wa.Zone.circle(lat=55.1, lon=9.1, radius_km=3 + seed / 4)
    matched = match_closure(network, wa.Closure(zone, allow_empty=True))
    walked: dict[int, list[float]] = {}
    for link in range(network.links):
        line, stretch = flat_line(network, link)
        for share in np.linspace(0, 1, 2001):
            at = line.interpolate(share, normalized=True)
            if zone.area.contains(shapely.Point(at.x / stretch, at.y)):
                walked.setdefault(link, []).append(share)
    assert set(walked) <= set(matched.links.tolist())
    for link, start, end in zip(matched.links.tolist(), matched.start, matched.end, strict=True):
        if link not in walked:  # met between two steps of the walk
            assert end - start < 0.01
        elif network.link_tail[link] != network.link_head[link]:
            assert (start, end) == pytest.approx((min(walked[link]), max(walked[link])), abs=0.002)
    every = np.ones(network.links, dtype=bool)
    assert (count_open_points_inside(network, matched, forward_open=every, backward_open=every) or 0) > 0
    every[matched.links] = False
    assert count_open_points_inside(network, matched, forward_open=every, backward_open=every) == 0


def test_a_route_is_drawn_through_its_shape_points() -> None:
    network = draw_shaped_network(3)
    link = int(np.argmax(np.diff(network.shape_first)))
    near = [wa.Place(name, *points_on_links(network, [link], at)[0][::-1]) for name, at in (("A", 0.1), ("B", 0.9))]
    trips = wa.named_trips(network, [("A", "B"), ("B", "A")], aliases={place.name: place for place in near})
    assert trips.snapped.link.tolist() == [link, link]
    for pair, forward in ((0, True), (1, False)):
        drawn = route_line(network, trips, pair, Route(np.array([link]), np.array([forward]), 0, 0))
        expected, stretch = flat_line(network, link)
        kept = shapely.ops.substring(expected, 0.1, 0.9, normalized=True)
        flat = shapely.LineString(np.asarray(drawn.coords) * [stretch, 1.0])
        assert flat.hausdorff_distance(kept) < 1e-9
        assert flat.coords[0] == pytest.approx(kept.coords[0 if forward else -1])


def test_a_network_with_shapes_reads_back_as_written(tmp_path: Path) -> None:
    network = draw_shaped_network(1)
    folder = tmp_path / "drawn"
    write_network(network, folder)
    again = read_network(folder)
    assert (again.grid.cell_deg, again.grid.columns) == (network.grid.cell_deg, network.grid.columns)
    assert [line.wkb for line in again.lines(range(network.links))] == [
        line.wkb for line in network.lines(range(network.links))
    ]
