"""What the widget of a notebook holds, against the result; and the example notebook run."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from test_maps import SHUT_BORDER, assess_small

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.errors import PackageMissing
from wayaround.impact.city_losses import measure_city_losses, prepare_city_journeys
from wayaround.impact.place_losses import measure_place_losses
from wayaround.network.profiles import drive_times, load_profile
from wayaround.reports.maps import frame_impact
from wayaround.reports.widget.ground import describe_ground, pack_lines
from wayaround.reports.widget.layers import describe_layers
from wayaround.routing.metric import HierarchyEngine

NOTEBOOK = Path(__file__).parents[2] / "examples" / "al-tanf.ipynb"
ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="tanf-zone")
DAMASCUS = wa.Closure(wa.Zone.circle(lat=33.513, lon=36.292, radius_km=12), id="around a city")

needs_anywidget = pytest.mark.skipif(
    importlib.util.find_spec("anywidget") is None,
    reason="SKIPPED: anywidget is not installed (pip install -e '.[dev]')",
)


@pytest.fixture(scope="module")
def impact(world: wa.RoadNetwork) -> wa.Impact:
    trips = wa.city_trips(world, countries=["SY", "IQ", "JO"], min_population=200_000)
    closures = [ZONE, DAMASCUS, wa.Closure(wa.CrossingName("Nasib-Jaber"), id="nasib", wait_h=6)]
    return wa.assess(world, closures=closures, trips=trips, title="Three closures")


def lines_of(packed: dict[str, bytes]) -> list[np.ndarray]:
    points = np.frombuffer(packed["points"], dtype="<f4").reshape(-1, 2)
    return np.split(points, np.frombuffer(packed["first"], dtype="<i4")[1:-1])


def test_places_bear_what_the_service_says_of_the_same_cities(world: wa.RoadNetwork, impact: wa.Impact) -> None:
    base = drive_times(world, load_profile("truck"))
    metric = HierarchyEngine(world.hierarchy).customise(base)
    open_roads = metric.query(apply_closures(base, []).terminals(impact.trips.snapped))
    journeys = prepare_city_journeys(impact.trips.places, impact.trips.snapped, open_roads)
    roads = apply_closures(base, [match_closure(world, report.matched.closure) for report in impact.closures])
    links = np.array(sorted(roads.effects), dtype=np.int64)
    forward_ds, backward_ds = roads.times(links)
    changed = metric.changed(links, forward_ds=forward_ds, backward_ds=backward_ds)
    inside = roads.inside(impact.trips.snapped)
    said = measure_city_losses(journeys, changed, roads.terminals(impact.trips.snapped), inside)
    losses = measure_place_losses(impact)
    assert losses.inside.tolist() == said.inside.tolist()
    assert 0 < losses.inside.sum() < len(losses.inside)
    outside = ~losses.inside
    assert losses.extra_h[outside] == pytest.approx(said.extra_h[outside], rel=1e-4, abs=1e-6)
    assert losses.lost[outside] == pytest.approx(said.lost[outside], rel=1e-4)
    assert set(losses.journeys.tolist()) == {2 * (len(impact.trips.places) - 1)}


def test_places_without_a_way_left_have_no_hours(world: wa.RoadNetwork) -> None:
    trips = wa.named_trips(world, [["Damascus, SY", "Amman, JO"], ["Baghdad, IQ", "Mosul, IQ"]])
    losses = measure_place_losses(wa.assess(world, closures=[DAMASCUS], trips=trips))
    assert losses.inside.tolist() == [True, False, False, False]
    assert np.isnan(losses.extra_h).tolist() == [True, True, False, False]
    assert losses.extra_h[2:].tolist() == losses.lost[2:].tolist() == [0.0, 0.0]


def test_a_journey_that_lost_its_only_way_has_a_share_and_no_hours() -> None:
    cut_off = assess_small(SHUT_BORDER)
    losses = measure_place_losses(cut_off)
    assert losses.lost.tolist() == [1.0, 1.0]
    assert np.isnan(losses.extra_h).all()
    layers = describe_layers(cut_off, middle_lon=30.0)
    assert layers["places"]["extra_h"] == layers["journeys"]["after_km"] * 2 == [None, None]
    assert [len(line) for line in lines_of(layers["after"])] == [0]
    assert layers["journeys"]["status"] == ["cut_off"]


def test_layers_hold_the_figures_of_the_pairs(impact: wa.Impact) -> None:
    layers, pairs = describe_layers(impact, middle_lon=40.0), impact.pairs
    journeys = layers["journeys"]
    assert len(journeys["pair"]) == len(impact.journeys) == 100
    rows = pairs.iloc[journeys["pair"]]
    names = layers["places"]["name"]
    assert [names[row] for row in journeys["origin"]] == rows["origin"].tolist()
    assert [names[row] for row in journeys["destination"]] == rows["destination"].tolist()
    for column in ("before_km", "after_km", "extra_km", "before_h", "after_h", "extra_h"):
        assert journeys[column] == [None if np.isnan(figure) else figure for figure in rows[column]]
    assert journeys["status"] == rows["status"].tolist()
    assert layers["about"]["pairs"] == len(pairs)
    counted = pairs["status"].value_counts()
    assert {name: layers["about"][name] for name in counted.index} == counted.to_dict()
    assert all(len(column) == len(impact.trips.places) for column in layers["places"].values())
    assert [
        (name, before, after)
        for name, before, after in zip(
            *(layers["crossings"][key] for key in ("name", "pairs_before", "pairs_after")), strict=True
        )
    ] == [(report.crossing.name, report.pairs_before, report.pairs_after) for report in impact.crossings]
    assert layers["closures"]["effect"] == ["shut", "shut", "6 h wait"]


def test_lines_are_those_of_the_closures_and_the_routes(impact: wa.Impact) -> None:
    layers = describe_layers(impact, middle_lon=40.0)
    before, after = lines_of(layers["before"]), lines_of(layers["after"])
    assert len(before) == len(after) == len(impact.journeys)
    road = impact.trips.snapped
    for journey, line in zip(impact.journeys, before, strict=True):
        ends = [int(row[journey.pair]) for row in (impact.trips.origin, impact.trips.destination)]
        assert line[[0, -1]] == pytest.approx(np.column_stack([road.road_lon[ends], road.road_lat[ends]]), abs=1e-5)
    assert [len(line) > 0 for line in after] == [journey.after is not None for journey in impact.journeys]
    assert layers["area_of"] == [0, 1]
    ring = lines_of(layers["areas"])[0]
    assert ring[:, 1].max() == pytest.approx(33.5085 + 55 / 110.9, abs=0.01)
    assert layers["stretch_of"] == [2] * len(lines_of(layers["stretches"]))
    assert layers["stretch_of"]


def test_lines_stay_in_one_piece_across_the_antimeridian() -> None:
    from wayaround.reports.widget.layers import _near

    line = _near(np.array([[179.5, -17.0], [-179.5, -16.5]]), 178.0)
    assert line.tolist() == [[179.5, -17.0], [180.5, -16.5]]
    assert _near(line, -178.0).tolist() == [[-180.5, -17.0], [-179.5, -16.5]]


def test_the_ground_is_finer_where_less_of_it_is_seen(world: wa.RoadNetwork) -> None:
    wide, near = (describe_ground(world, box) for box in ((30.0, 25.0, 50.0, 40.0), (38.0, 33.0, 39.0, 34.0)))
    for ground, step in ((wide, 20 / 1200), (near, 1 / 1200)):
        west, south, east, north = ground["box"]
        roads = np.concatenate(lines_of(ground["roads"]))
        offset = (roads - np.array([(west + east) / 2, 0])) / step
        assert np.abs(offset - np.rint(offset)).max() < 0.02, "ends lie on a grid as fine as the box"
        assert all(west <= lon <= east and south <= lat <= north for _, lon, lat in ground["cities"])
    assert [name for name, _, _ in wide["cities"]][:2] == ["Cairo", "Baghdad"], "the largest first"
    pacific = describe_ground(world, (177.0, -19.0, 183.0, -15.0))
    at = np.concatenate(lines_of(pacific["borders"]))[:, 0]
    assert at.max() > 180, "what lies past the antimeridian lies beside the rest"


def test_lines_that_are_none() -> None:
    assert lines_of(pack_lines([]))[0].shape == (0, 2)


@needs_anywidget
def test_the_widget_draws_what_is_selected_and_the_ground_of_its_view(impact: wa.Impact) -> None:
    widget = impact.explore()
    listed = [journey.pair for journey in impact.journeys]
    assert widget.selected
    assert set(widget.selected) <= set(listed)
    widget.selected = [listed[3], -1, len(impact.pairs) + 1]
    assert widget.selected == [listed[3]], "a pair without a listed route is not drawn"
    view = frame_impact(impact, aspect=1.5)
    assert tuple(widget.frame) == pytest.approx(view.box)
    assert widget.ground["box"] == widget.frame == widget.view
    widget.view = [38.0, 33.0, 39.0, 34.0]
    assert widget.ground["box"] == [38.0, 33.0, 39.0, 34.0]


@needs_anywidget
@pytest.mark.parametrize(
    "view", [[], [1.0, 2.0], [10.0, 5.0, 9.0, 6.0], [0.0, 0.0, float("nan"), 1.0], [0.0, 0.0, 1e9, 1.0]]
)
def test_a_view_that_is_none_is_refused(impact: wa.Impact, view: list[float]) -> None:
    import traitlets

    widget = impact.explore()
    with pytest.raises(traitlets.TraitError):
        widget.view = view
    assert widget.view == widget.frame


@needs_anywidget
def test_the_widget_asks_nothing_of_another_host(impact: wa.Impact) -> None:
    widget = impact.explore()
    assert "export default" in widget._esm
    for text in (widget._esm, widget._css):
        assert "http" not in text
        assert "import " not in text
        assert "innerHTML" not in text, "names are text, whatever they hold"


def test_without_the_package_a_sentence_says_what_to_install(
    impact: wa.Impact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "wayaround.reports.widget.explorer", raising=False)
    with pytest.raises(PackageMissing, match=r"anywidget is not installed; pip install 'wayaround\[notebook\]'\."):
        impact.explore()


def test_the_example_notebook_runs() -> None:
    if importlib.util.find_spec("nbclient") is None or importlib.util.find_spec("ipykernel") is None:
        pytest.skip("SKIPPED: nbclient or ipykernel is not installed (pip install -e '.[dev]')")
    import nbclient
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells), "outputs are not committed"
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    (shown,) = cells[1].outputs
    model = shown["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]
    state = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"][model]["state"]
    assert "Damascus, SY" in state["layers"]["places"]["name"]
    assert state["selected"] == state["layers"]["journeys"]["pair"][:1]
    assert "Baghdad" in cells[2].outputs[0]["data"]["text/plain"]
