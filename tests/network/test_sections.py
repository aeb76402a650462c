"""What runs beside a link, against Shapely walking both."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely

import wayaround as wa
from wayaround.network.sections import LONGEST_KM, SECTION_KM, find_beside, find_sections
from wayaround.network.snap import KM_PER_DEG

BRINK_KM = 0.01  # on the plane of either link: lengths differ by so much at most


def strip(*lines: list[tuple[float, float]]) -> wa.RoadNetwork:
    """Links at the equator, given by their ends in metres east and north."""
    ends = np.array(lines) / (1000 * KM_PER_DEG)
    length_m = np.array([shapely.LineString(line).length for line in lines])
    lon, lat = ends[:, :, 0].T.ravel(), ends[:, :, 1].T.ravel()
    count = len(lines)

    def links_near_box(west: float, south: float, east: float, north: float) -> np.ndarray:
        boxes = shapely.box(*np.vstack([ends.min(axis=1).T, ends.max(axis=1).T]))
        return np.flatnonzero(shapely.intersects(boxes, shapely.box(west, south, east, north)))

    return SimpleNamespace(  # type: ignore[return-value]
        links=count,
        link_tail=np.arange(count),
        link_head=np.arange(count) + count,
        node_lon=lon,
        node_lat=lat,
        link_length_m=length_m,
        links_near_box=links_near_box,
    )


def beside_by_walking(network: wa.RoadNetwork, one: int, other: int) -> bool | None:
    """Whether one link runs beside another; None on the brink, where the plane decides."""
    if max(network.link_length_m[[one, other]]) > 1000 * LONGEST_KM:
        return False
    lines = []
    lat = float(network.node_lat[network.link_tail[one]])
    for line in network.lines([one, other]):
        lines.append(shapely.transform(line, lambda xy: xy * [KM_PER_DEG * np.cos(np.radians(lat)), KM_PER_DEG]))
    ends = [[shapely.Point(end) for end in line.coords] for line in lines]
    if min(line.length for line in lines) == 0:
        return False
    far = [max(a.distance(lines[1]) for a in ends[0]), max(b.distance(lines[0]) for b in ends[1])]
    way = [np.subtract(*reversed(line.coords)) for line in lines]
    angle = np.degrees(np.arccos(np.clip(abs(way[0] @ way[1]) / lines[0].length / lines[1].length, 0, 1)))
    common_km = []
    for (line, to), across in zip(((lines[0], lines[1]), (lines[1], lines[0])), reversed(way), strict=True):
        # Seen from the other line, where between its ends do the points of this one lie?
        points = shapely.get_coordinates(line.segmentize(line.length / 2000))
        along = (points - np.array(to.coords[0])) @ across / to.length
        inside = (along > 0) & (along < to.length)
        common_km.append(float(np.ptp(along[inside])) if inside.any() else 0.0)
    if abs(min(far) - SECTION_KM) < BRINK_KM or abs(angle - 45) < 1 or 0 < min(common_km) < BRINK_KM:
        return None
    return bool(min(far) < SECTION_KM and angle < 45 and min(common_km) > 0)


@pytest.mark.parametrize("count", [15, 60])
def test_sections_are_what_walking_finds(world: wa.RoadNetwork, count: int) -> None:
    links = np.random.default_rng(count).choice(world.links, size=count, replace=False)
    first, member = find_sections(world, links)
    checked = 0
    for row, link in enumerate(links.tolist()):
        found = set(member[first[row] : first[row + 1]].tolist())
        assert link in found
        lon, lat = (
            column[[world.link_tail[link], world.link_head[link]]] for column in (world.node_lon, world.node_lat)
        )
        near = world.links_near_box(lon.min() - 0.05, lat.min() - 0.05, lon.max() + 0.05, lat.max() + 0.05)
        for other in near[near != link].tolist():
            expected = beside_by_walking(world, link, other)
            checked += expected is not None
            assert expected in (None, other in found), (link, other)
    assert checked > 10 * count


def test_a_link_that_follows_is_not_beside() -> None:
    network = strip([(0, 0), (1000, 0)], [(1000, 0), (1200, 0)], [(0, 90), (1000, 90)], [(1000, 0), (1200, 60)])
    first, member = find_sections(network, np.array([0, 1]))
    assert first.tolist() == [0, 2, 4]
    assert member.tolist() == [0, 2, 1, 3]


def test_the_stretch_beside_is_measured() -> None:
    network = strip([(0, 0), (1000, 0)], [(600, 120), (-200, 120)], [(0, 250), (1000, 250)], [(0, 400), (1000, 400)])
    beside = find_beside(network, np.array([0]), np.array([0.4]), np.array([0.8]))
    assert beside.row.tolist() == [0, 0]
    assert beside.link.tolist() == [1, 2]
    assert beside.start == pytest.approx([0.0, 0.4])
    assert beside.end == pytest.approx([0.25, 0.8])
    assert beside.along_start == pytest.approx([0.4, 0.4])
    assert beside.along_end == pytest.approx([0.6, 0.8])
    assert beside.gap_m == pytest.approx([120, 250])
