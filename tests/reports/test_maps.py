"""The map, by what must be true of the picture: size, colours, labels apart, a scale that holds."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

import wayaround as wa
from wayaround.network.grid import build_grid
from wayaround.network.road_network import Crossing, RoadNetwork
from wayaround.network.snap import WGS84
from wayaround.reports.basemap import fit_view, round_length_km
from wayaround.reports.maps import AFTER, BEFORE, draw_map, render_map, write_map
from wayaround.routing.hierarchy import build_hierarchy

# A road from A by B and C to D, a longer way round by E and F, and a border between C and D:
#
#         E-----F
#        /       \
#   A---B---------C---|---D
LON = np.array([30.0, 30.3, 30.6, 30.9, 30.35, 30.55])
LAT = np.array([10.0, 10.0, 10.0, 10.0, 10.2, 10.2])
TAIL, HEAD = np.array([0, 1, 2, 1, 4, 5]), np.array([1, 2, 3, 4, 5, 2])
LENGTH_M = np.array([33_000, 33_000, 33_000, 24_000, 22_000, 24_000])


def small_country(lon: float = 0.0) -> RoadNetwork:
    """The network above, moved to the east."""
    at = LON + lon
    return RoadNetwork(
        name="small",
        digest="0" * 64,
        source="drawn for a test",
        licence="CC0",
        attribution="(c) nobody",
        node_lon=at,
        node_lat=LAT,
        node_country=np.array([0, 0, 0, 1, 0, 0], dtype=np.int16),
        link_tail=TAIL.astype(np.int32),
        link_head=HEAD.astype(np.int32),
        link_length_m=LENGTH_M.astype(np.int32),
        link_country=np.zeros(6, dtype=np.int16),
        countries=("SD", "SS"),
        joins=(),
        named_crossings=(Crossing("gate", "The Gate", ("SD", "SS"), (2,)),),
        shape_first=np.zeros(len(TAIL) + 1, dtype=np.int32),
        shape_lon=np.zeros(0),
        shape_lat=np.zeros(0),
        grid=build_grid(at[TAIL], LAT[TAIL], at[HEAD], LAT[HEAD]),
        hierarchy=build_hierarchy(len(at), TAIL, HEAD, lon=at, lat=LAT),
    )


def assess_small(
    *closures: wa.Closure, names: tuple[str, str] = ("Aville", "Dtown"), title: str = "A test", lon: float = 0.0
) -> wa.Impact:
    """The journey from A to D under closures."""
    places = {names[0]: wa.Place(names[0], 10.0, 30.0 + lon), names[1]: wa.Place(names[1], 10.0, 30.9 + lon)}
    network = small_country(lon)
    trips = wa.named_trips(network, [names], aliases=places)
    return wa.assess(network, closures=closures, trips=trips, title=title)


SHUT_MIDDLE = wa.Closure(wa.Zone.circle(lat=10, lon=30.45, radius_km=5), id="middle")
SHUT_BORDER = wa.Closure(wa.CrossingName("The Gate"), id="border")
SHUT_AROUND_D = wa.Closure(wa.Zone.circle(lat=10, lon=30.9, radius_km=9), id="around D")
FAR_AWAY = wa.Closure(wa.Zone.circle(lat=10.2, lon=30.45, radius_km=1), id="elsewhere")


def label_boxes(figure: Figure) -> dict[str, Bbox]:
    """Labels on a map and the pixels that they cover."""
    texts = figure.axes[0].findobj(lambda artist: isinstance(artist, Annotation) and artist.get_gid() == "label")
    return {text.get_text(): text.get_window_extent() for text in texts}


def count_pixels(png: bytes, color: str) -> int:
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    pixels = np.rint(imread(io.BytesIO(png), format="png")[..., :3] * 255)
    return int((pixels == wanted).all(axis=2).sum())


def check_labels(figure: Figure) -> dict[str, Bbox]:
    boxes = label_boxes(figure)
    assert boxes
    listed = list(boxes.values())
    sheet = figure.axes[0].bbox
    for row, box in enumerate(listed):
        assert sheet.x0 <= box.x0
        assert sheet.y0 <= box.y0
        assert box.x1 <= sheet.x1
        assert box.y1 <= sheet.y1
        assert not any(box.overlaps(other) for other in listed[row + 1 :])
    return boxes


def test_a_detour_shows_both_routes(tmp_path: Path) -> None:
    impact = assess_small(SHUT_MIDDLE)
    write_map(impact, tmp_path / "map.png")
    png = (tmp_path / "map.png").read_bytes()
    assert imread(io.BytesIO(png), format="png").shape[:2] == (1100, 1600)
    assert count_pixels(png, BEFORE) > 2000
    assert count_pixels(png, AFTER) > 500
    assert png == render_map(impact)
    labels = check_labels(draw_map(impact))
    assert {"Aville", "Dtown", "The Gate"} <= set(labels)


def test_both_routes_are_seen_where_they_run_on_one_road() -> None:
    png = render_map(assess_small(FAR_AWAY))
    assert count_pixels(png, BEFORE) > 2000
    assert count_pixels(png, AFTER) > 500


@pytest.mark.parametrize(
    ("closure", "words"),
    [(SHUT_BORDER, "No way left after"), (SHUT_AROUND_D, "Begins or ends inside what is shut")],
)
def test_a_journey_that_is_stopped_has_no_second_route(closure: wa.Closure, words: str) -> None:
    impact = assess_small(closure)
    png = render_map(impact)
    assert count_pixels(png, BEFORE) > 2000
    assert count_pixels(png, AFTER) == 0
    legend = draw_map(impact).legends[0]
    assert words in [text.get_text() for text in legend.get_texts()]


def test_a_journey_without_a_way_before_either() -> None:
    closed = wa.Closure(wa.CrossingName("The Gate"), id="border", baseline=True)
    png = render_map(assess_small(closed))
    assert count_pixels(png, BEFORE) == count_pixels(png, AFTER) == 0


@pytest.mark.parametrize(
    "closure",
    [
        wa.Closure(wa.RoadPoint(10.0, 30.45), id="point"),
        wa.Closure(wa.LinkIds((1, 3)), id="links"),
        wa.Closure(wa.CrossingName("The Gate"), id="queue", wait_h=6),
        wa.Closure(SHUT_MIDDLE.target, id="slow", speed_factor=0.5),
        wa.Closure(wa.Zone.circle(lat=10, lon=32.5, radius_km=200), id="all of it"),
        wa.Closure(wa.Zone.circle(lat=-40, lon=120, radius_km=9), id="at sea", allow_empty=True),
    ],
    ids=lambda closure: closure.id,
)
def test_every_kind_of_closure_is_drawn(closure: wa.Closure) -> None:
    figure = draw_map(assess_small(closure))
    check_labels(figure)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert any(closure.id in words for words in legend) == (closure.id != "at sea")


def test_title_legend_and_scale_leave_the_map_free() -> None:
    figure = draw_map(assess_small(SHUT_MIDDLE, title="A title that is too long for one line " * 9))
    sheet = figure.axes[0].bbox
    assert sheet.height > 600
    assert figure.legends[0].get_window_extent().y1 < sheet.y0
    for text in figure.texts:
        box = text.get_window_extent()
        assert box.y0 >= sheet.y1 or box.y1 <= sheet.y0
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1


def test_the_scale_bar_is_true() -> None:
    figure = draw_map(assess_small(SHUT_MIDDLE))
    bars = [artist.get_window_extent() for artist in figure.artists if isinstance(artist, Rectangle)]
    left, right = min(bar.x0 for bar in bars), max(bar.x1 for bar in bars)
    said_km = next(float(text.get_text().split()[0]) for text in figure.texts if text.get_text().endswith(" km"))
    axes = figure.axes[0]
    x, y = axes.transData.inverted().transform([(left, 500), (right, 500)]).T
    middle = float(np.mean(axes.get_ylim()))
    lon = x / np.cos(np.radians(middle))
    assert WGS84.inv(lon[0], middle, lon[1], middle)[2] / 1000 == pytest.approx(said_km, rel=0.01)
    assert y[0] == y[1]


def test_texts_of_users_are_drawn_as_they_are() -> None:
    names = (r"$\frac{$ <b> & \N{", "دمشق 北京 \u202e\x00\n")
    closure = wa.Closure(SHUT_MIDDLE.target, id="_$x^{$")
    figure = draw_map(assess_small(closure, names=names, title="$\\alpha$ _ 100 % \u202e"))
    figure.canvas.draw()
    assert r"$\frac{$ <b> & \N{" in check_labels(figure)


def test_no_label_is_drawn_over_another_in_a_crowd(world: wa.RoadNetwork) -> None:
    places = {
        f"Place {row} of a crowd": wa.Place(
            f"Place {row} of a crowd", 33.3 + 0.012 * (row // 4), 44.3 + 0.015 * (row % 4)
        )
        for row in range(12)
    }
    names = list(places)
    trips = wa.named_trips(world, zip(names[:6], names[6:], strict=True), aliases=places)
    points = [wa.Closure(wa.RoadPoint(33.3 + 0.01 * row, 44.3 + 0.01 * row), id=f"{row}") for row in range(5)]
    check_labels(draw_map(wa.assess(world, closures=points, trips=trips)))


@settings(max_examples=8)
@given(
    names=st.tuples(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300)).filter(
        lambda pair: pair[0] != pair[1]
    )
)
def test_labels_stay_apart_whatever_the_names(names: tuple[str, str]) -> None:
    check_labels(draw_map(assess_small(SHUT_MIDDLE, names=names)))


def test_without_named_journeys_the_worst_are_drawn_each_way_once() -> None:
    network = small_country()
    rows = [wa.Place(f"P{row}", LAT[row], LON[row]) for row in range(6)]
    named = wa.named_trips(
        network,
        [(one.name, other.name) for one in rows for other in rows if one != other],
        aliases={place.name: place for place in rows},
    )
    trips = replace(named, named=np.zeros(len(named), dtype=bool))
    figure = draw_map(wa.assess(network, closures=[SHUT_MIDDLE], trips=trips))
    check_labels(figure)
    assert "Before" in [text.get_text() for text in figure.legends[0].get_texts()]
    quiet = draw_map(wa.assess(network, closures=[], trips=trips))
    assert "Before" not in [text.get_text() for text in quiet.legends[0].get_texts()]


def test_maps_are_drawn_in_threads_and_without_pyplot() -> None:
    impacts = [assess_small(closure) for closure in (SHUT_MIDDLE, SHUT_BORDER, FAR_AWAY, SHUT_AROUND_D)]
    alone = [render_map(impact) for impact in impacts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_map, impacts)) == alone
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_a_closure_across_the_antimeridian_stays_in_one_piece() -> None:
    closure = wa.Closure(wa.Zone.circle(lat=10, lon=179.9, radius_km=40), id="date line", allow_empty=True)
    impact = assess_small(closure, lon=149.0)
    figure = draw_map(impact)
    check_labels(figure)
    west, east = figure.axes[0].get_xlim()
    assert east - west < 4


def test_a_view_across_the_antimeridian() -> None:
    view = fit_view([179.0, -178.0], [-10.0, -12.0], aspect=1.5)
    assert view.lon == pytest.approx(-179.5)
    assert np.ptp(view.x([179.0, -178.0])) == pytest.approx(3 * view.stretch)
    line = view.line([179.0, -178.0], [-10.0, -12.0])
    assert np.ptp(line[:, 0]) == pytest.approx(3 * view.stretch)


@given(
    points=st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=8),
    aspect=st.floats(0.5, 3),
)
def test_a_view_holds_all_its_points(points: list[tuple[float, float]], aspect: float) -> None:
    lon, lat = np.array(points).T
    view = fit_view(lon, lat, aspect=aspect)
    assert (np.abs(view.x(lon)) <= view.half_width + 1e-6).all()
    assert (np.abs(lat - view.lat) <= view.half_height).all()
    assert view.half_width == pytest.approx(view.half_height * aspect)


@given(st.floats(1e-3, 2e4))
def test_a_round_length_fits_and_is_not_much_too_short(at_most_km: float) -> None:
    assert 0.4 * at_most_km <= round_length_km(at_most_km) <= at_most_km * (1 + 1e-9)
