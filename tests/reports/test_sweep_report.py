"""A sweep in words and as small maps."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import PathPatch

import wayaround as wa
from wayaround.reports.sweep import say_flip, summarise_sweep
from wayaround.reports.sweep_files import MOST_MAPS, draw_sweep
from wayaround.scenario import check_scenario

ENDS = {"$a$": {"lat": 33.513, "lon": 36.292}, "Baghdad": {"lat": 33.315, "lon": 44.366}}
CONTENT = {
    "title": "A [zone] of $x$",
    "aliases": ENDS,
    "closures": [
        {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}},
        {"id": "nasib", "crossing": "Nasib-Jaber", "wait_h": 1},
    ],
    "trips": {"pairs": [["$a$", "Baghdad"]]},
}
SCENARIO = check_scenario(CONTENT, path=Path("sweep.toml"))


def sweep_of(world: wa.RoadNetwork, *axes: str) -> wa.Sweep:
    return wa.sweep_scenario(SCENARIO, list(axes), network=world)


def zones_drawn(figure: object) -> list[int]:
    return [sum(isinstance(patch, PathPatch) for patch in axes.patches) for axes in figure.axes]  # type: ignore[attr-defined]


def test_a_map_each_with_its_value_and_curves_below(world: wa.RoadNetwork) -> None:
    sweep = sweep_of(world, "closures.zone.radius_km=20:95:25")
    figure = draw_sweep(sweep)
    maps, curves = figure.axes[:4], figure.axes[4:]
    assert [axes.texts[0].get_text() for axes in maps] == ["20 km", "45 km", "70 km", "95 km"]
    assert {text.get_text() for text in maps[0].texts} >= {"$a$", "Baghdad"}
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in maps}) == 1, "one view"
    assert zones_drawn(figure)[:4] == [1, 1, 1, 1]
    assert [axes.get_title(loc="left") for axes in curves] == ["hours after", "extra weighted hours"]
    assert curves[1].lines[0].get_ydata().tolist() == sweep.extra_weighted_h.tolist()
    boxes = [axes.get_position() for axes in figure.axes]
    assert not any(one.overlaps(other) for row, one in enumerate(boxes) for other in boxes[:row])
    assert all(box.x0 > 0 and box.x1 < 1 and box.y0 > 0 and box.y1 < 1 for box in boxes)


@pytest.mark.parametrize("points", [1, 2, 5, 7, 30])
def test_no_more_than_twelve_maps_evenly_chosen(world: wa.RoadNetwork, points: int) -> None:
    figure = draw_sweep(sweep_of(world, f"closures.zone.radius_km=1:{points}:1"))
    said = [axes.texts[0].get_text() for axes in figure.axes if axes.texts]
    assert len(said) == min(points, MOST_MAPS)
    assert (said[0], said[-1]) == ("1 km", f"{points} km")


def test_a_title_of_two_lines_has_its_room(world: wa.RoadNetwork) -> None:
    scenario = SCENARIO.model_copy(update={"title": "many words " * 12})
    figure = draw_sweep(wa.sweep_scenario(scenario, ["closures.zone.radius_km=20,40"], network=world))
    renderer = figure.canvas.get_renderer()
    lowest = min(text.get_window_extent(renderer).y0 for text in figure.texts[:2])
    assert all(text.get_window_extent(renderer).y1 < lowest for text in figure.axes[0].texts)


def test_sets_of_closures_are_drawn_as_they_apply(world: wa.RoadNetwork) -> None:
    figure = draw_sweep(sweep_of(world, "closures=zone,nasib|zone|none"))
    assert zones_drawn(figure) == [1, 1, 0]
    assert [axes.texts[0].get_text() for axes in figure.axes] == ["zone + nasib", "zone", "none"]


def test_choices_are_said_with_their_ways(world: wa.RoadNetwork) -> None:
    sweep = sweep_of(world, "closures=zone|nasib|none")
    (flip,) = sweep.flips
    assert list(say_flip(sweep, flip)) == [
        "$a$ to Baghdad, closures: 929 km by Nasib-Jaber, Karameh-Trebil at zone, "
        "793 km by al-Tanf-al-Walid at nasib; none."
    ]


def test_no_way_is_said_and_is_null(world: wa.RoadNetwork) -> None:
    sweep = sweep_of(world, "closures.zone.lat=33.5085,33.513", "closures.zone.lon=38.62,36.292")
    summary = summarise_sweep(sweep)
    inside = [point["journeys"][0] for point in summary["points"] if point["journeys"][0]["status"] == "inside_zone"]
    assert len(inside) == 2
    assert {journey["after_km"] for journey in inside} == {None}
    way = summary["journeys"][0]["ways"][inside[0]["way"]]
    assert way == {"km": None, "crossings": [], "why_none": "inside_zone"}
    assert np.isnan(sweep.table()["after_km"]).sum() == 2


def test_without_named_journeys_there_are_totals(world: wa.RoadNetwork) -> None:
    trips = {"cities": {"countries": ["SY", "JO"], "min_population": 500_000}}
    scenario = check_scenario(CONTENT | {"trips": trips}, path=Path("cities.toml"))
    sweep = wa.sweep_scenario(scenario, ["closures.zone.radius_km=20,150"], network=world)
    table = sweep.table()
    assert "origin" not in table
    assert table["pairs_longer"].tolist() == sweep.counts[:, 1].tolist()
    assert summarise_sweep(sweep)["flips"] == []
    assert draw_sweep(sweep).axes[2].get_title(loc="left") == "extra weighted hours"
