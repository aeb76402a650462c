"""Which links a closure concerns."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import wayaround as wa
from wayaround.closures.closure import LinkIds, RoadPoint
from wayaround.closures.left_open import count_open_points_inside
from wayaround.closures.match import match_closure
from wayaround.errors import ClosureShutsNothing, GeometryInvalid, LinkNotFound, ScenarioError
from wayaround.network.snap import WGS84


def haversine_km(lat: float, lon: float, lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    p, q = np.radians(lat), np.radians(lats)
    half = np.sin((q - p) / 2) ** 2 + np.cos(p) * np.cos(q) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


@settings(max_examples=25)
@given(lat=st.floats(30, 36), lon=st.floats(34, 46), radius_km=st.floats(5, 120))
def test_a_circle_shuts_what_walking_every_link_finds(
    world: wa.RoadNetwork, lat: float, lon: float, radius_km: float
) -> None:
    near = world.links_near_box(lon - 3, lat - 3, lon + 3, lat + 3)
    steps = np.linspace(0, 1, 401)
    tail, head = world.link_tail[near], world.link_head[near]
    lons = world.node_lon[tail][:, None] + steps * (world.node_lon[head] - world.node_lon[tail])[:, None]
    lats = world.node_lat[tail][:, None] + steps * (world.node_lat[head] - world.node_lat[tail])[:, None]
    nearest_km = haversine_km(lat, lon, lats, lons).min(axis=1)
    surely, perhaps = nearest_km < radius_km * 0.99 - 0.3, nearest_km < radius_km * 1.01 + 0.3
    closure = wa.Closure(wa.Zone.circle(lat=lat, lon=lon, radius_km=radius_km), allow_empty=True)
    found = set(match_closure(world, closure).links.tolist())
    assert found >= set(near[surely].tolist())
    assert found <= set(near[perhaps].tolist())


def test_a_link_that_only_passes_through_is_shut(world: wa.RoadNetwork) -> None:
    long = int(np.argmax(world.link_length_m))
    middle = shapely.line_interpolate_point(world.lines([long])[0], 0.5, normalized=True)
    matched = match_closure(world, wa.Closure(wa.Zone.circle(lat=middle.y, lon=middle.x, radius_km=1)))
    assert long in matched.links
    row = matched.links.tolist().index(long)
    assert 0.4 < matched.start[row] < 0.5 < matched.end[row] < 0.6


def test_a_zone_that_meets_no_road_says_how_far_the_nearest_is(world: wa.RoadNetwork) -> None:
    zone = wa.Zone.circle(lat=0, lon=-30, radius_km=10)
    with pytest.raises(ClosureShutsNothing, match=r"is [0-9]+\.[0-9] km from its edge"):
        match_closure(world, wa.Closure(zone, id="sea"))
    assert match_closure(world, wa.Closure(zone, allow_empty=True)).links.size == 0


def test_the_distance_named_for_an_empty_zone_is_true(world: wa.RoadNetwork) -> None:
    zone = wa.Zone.circle(lat=33.1, lon=38.0, radius_km=5)
    with pytest.raises(ClosureShutsNothing) as caught:
        match_closure(world, wa.Closure(zone))
    said_km = float(str(caught.value).split("is ")[1].split(" km")[0])
    wider = wa.Zone.circle(lat=33.1, lon=38.0, radius_km=5 + said_km + 0.2)
    narrower = wa.Zone.circle(lat=33.1, lon=38.0, radius_km=5 + said_km - 0.2)
    assert match_closure(world, wa.Closure(wider)).links.size > 0
    assert match_closure(world, wa.Closure(narrower, allow_empty=True)).links.size == 0


def test_a_point_snaps_and_says_how_far(world: wa.RoadNetwork) -> None:
    matched = match_closure(world, wa.Closure(wa.RoadPoint(lat=33.43, lon=38.88), id="post"))
    assert matched.links.tolist() == [world.find_crossing("al-Tanf").links[0]]
    assert "km away" in matched.warnings[0]
    with pytest.raises(ClosureShutsNothing, match="20 km"):
        match_closure(world, wa.Closure(wa.RoadPoint(lat=0, lon=-30)))


def test_the_seal_is_checked_and_can_fail(world: wa.RoadNetwork) -> None:
    zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    matched = match_closure(world, wa.Closure(zone))
    every = np.ones(world.links, dtype=bool)
    shut = every.copy()
    shut[matched.links] = False
    assert count_open_points_inside(world, matched, forward_open=shut, backward_open=shut) == 0
    shut[matched.links[0]] = True
    assert count_open_points_inside(world, matched, forward_open=shut, backward_open=shut) > 0


@given(lat=st.floats(-80, 80), lon=st.floats(-180, 180), radius_km=st.floats(0.1, 500))
def test_a_circle_is_as_large_as_it_says(lat: float, lon: float, radius_km: float) -> None:
    area = wa.Zone.circle(lat=lat, lon=lon, radius_km=radius_km).area
    assert area.is_valid
    west, _, east, _ = area.bounds
    assert west >= -180
    assert east <= 180
    rim = shapely.get_coordinates(area)
    inland = np.abs(np.abs(rim[:, 0]) - 180) > 1e-6
    distance_m = WGS84.inv(np.full(inland.sum(), lon), np.full(inland.sum(), lat), *rim[inland].T)[2]
    assert distance_m == pytest.approx(radius_km * 1000, rel=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: wa.Zone.circle(lat=91, lon=0, radius_km=1), "latitude 91"),
        (lambda: wa.Zone.circle(lat=0, lon=181, radius_km=1), "longitude 181"),
        (lambda: wa.Zone.circle(lat=0, lon=0, radius_km=-1), "radius_km is -1"),
        (lambda: wa.Zone.circle(lat=0, lon=0, radius_km=float("nan")), "radius_km is nan"),
        (lambda: wa.Zone.circle(lat=89.9, lon=0, radius_km=50), "over a pole"),
        (lambda: wa.Zone.polygon([[0, 0], [1, 1]]), "three or more"),
        (lambda: wa.Zone.polygon([[0, 0], [1, 1], [0, 1], [1, 0]]), "Self-intersection"),
        (lambda: wa.Zone.polygon([[0, 0], [1, 1], [2, 2]]), "polygon"),
        (lambda: wa.Zone.polygon([[0, 0], [1, 100], [2, 2]]), "latitude 100"),
    ],
)
def test_what_is_no_area_is_refused(make: object, message: str) -> None:
    with pytest.raises(GeometryInvalid, match=message):
        make()  # type: ignore[operator]


def test_the_road_named_for_an_empty_zone_across_the_antimeridian_is_near(world: wa.RoadNetwork) -> None:
    zone = wa.Zone.circle(lat=-16.8, lon=179.99, radius_km=30)
    with pytest.raises(ClosureShutsNothing) as caught:
        match_closure(world, wa.Closure(zone))
    said_km = float(str(caught.value).split("is ")[1].split(" km")[0])
    nearest_km = haversine_km(-16.8, 179.99, world.node_lat, world.node_lon).min()
    assert said_km <= nearest_km


def test_a_point_far_from_any_road_says_how_far(world: wa.RoadNetwork) -> None:
    with pytest.raises(ClosureShutsNothing, match=r"is [0-9]+\.[0-9] km away") as caught:
        match_closure(world, wa.Closure(RoadPoint(lat=0, lon=-30), id="sea"))
    said_km = float(str(caught.value).split("is ")[1].split(" km")[0])
    nearest_km = haversine_km(0, -30, world.node_lat, world.node_lon).min()
    assert 20 < said_km <= nearest_km * 1.01


def test_a_link_id_beyond_all_integers_is_unknown(world: wa.RoadNetwork) -> None:
    with pytest.raises(LinkNotFound, match="so many digits"):
        match_closure(world, wa.Closure(LinkIds((10**30,))))


TWO_WAYS = wa.RoadPoint(lat=33.525, lon=36.319)
"""On the ring road of Damascus, where each carriageway is a link."""


def warnings_of(world: wa.RoadNetwork, *closures: wa.Closure) -> list[list[str]]:
    trips = wa.named_trips(world, [["33.513,36.292", "33.315,44.366"]])
    impact = wa.assess(world, closures=closures, trips=trips)
    return [[each for each in report.warnings if "beside" in each] for report in impact.closures]


def test_a_point_on_one_carriageway_warns_while_the_other_is_open(world: wa.RoadNetwork) -> None:
    point = wa.Closure(TWO_WAYS, id="point")
    (link,) = match_closure(world, point).links.tolist()
    ((said,),) = warnings_of(world, point)
    found = re.fullmatch(r"link (\d+) beside it, (\d+) m away, stays open; close it too, or say section = true", said)
    assert found is not None
    other, gap_m = map(int, found.groups())
    scale = [np.cos(np.radians(33.5)) * 111.195, 111.195]
    one, across = (shapely.transform(line, lambda xy: xy * scale) for line in world.lines([link, other]))
    assert one.distance(across) * 1000 <= gap_m + 10 <= one.hausdorff_distance(across) * 1000 + 20
    # Shut by another closure it is no way past, slowed it is.
    assert warnings_of(world, point, wa.Closure(wa.LinkIds((other,)), id="other"))[0] == []
    assert warnings_of(world, point, wa.Closure(wa.LinkIds((other,)), speed_factor=0.5))[0] == [said]
    assert warnings_of(world, point, wa.Closure(wa.Zone.circle(lat=33.525, lon=36.319, radius_km=1)))[0] == []
    # Links warn alike; a queue at the point shuts nothing, so nothing leads past.
    ((by_id,),) = warnings_of(world, wa.Closure(wa.LinkIds((link,))))
    assert by_id.startswith(f"link {other} beside it, ")
    assert warnings_of(world, wa.Closure(wa.LinkIds((link, other)))) == [[]]
    assert warnings_of(world, replace(point, wait_h=1.0)) == [[]]
    assert warnings_of(world, replace(point, until_date=date(2000, 1, 1))) == [[]]


def test_section_takes_the_other_carriageway_along(world: wa.RoadNetwork) -> None:
    alone = match_closure(world, wa.Closure(TWO_WAYS))
    both = match_closure(world, wa.Closure(TWO_WAYS, section=True))
    ((said,),) = warnings_of(world, wa.Closure(TWO_WAYS))
    assert set(both.links.tolist()) == {*alone.links.tolist(), int(said.split()[1])}
    assert (both.start < both.end).all()
    row = both.links.tolist().index(int(alone.links[0]))
    assert (both.start[row], both.end[row]) == (alone.start[0], alone.end[0])
    links = match_closure(world, wa.Closure(wa.LinkIds(tuple(alone.links.tolist())), section=True))
    assert links.links.tolist() == both.links.tolist()
    other = said[: said.index(" beside")]
    assert warnings_of(world, wa.Closure(TWO_WAYS, section=True)) == [[f"with what runs beside it: {other}"]]


def test_a_road_alone_says_so(world: wa.RoadNetwork) -> None:
    desert = wa.RoadPoint(lat=33.582, lon=37.651)
    assert warnings_of(world, wa.Closure(desert)) == [[]]
    assert warnings_of(world, wa.Closure(desert, section=True)) == [["no link runs beside it"]]


def test_a_zone_has_no_section() -> None:
    with pytest.raises(ScenarioError, match="a line or links"):
        wa.Closure(wa.Zone.circle(lat=0, lon=0, radius_km=1), section=True)
