"""A plan of reopenings in words and as a picture."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

import wayaround as wa
from wayaround.impact.restoration import Course
from wayaround.reports.restoration import say_best, summarise_restoration
from wayaround.reports.restoration_files import draw_restoration


@pytest.fixture(scope="module")
def plan(world: wa.RoadNetwork) -> wa.Restoration:
    trips = wa.named_trips(world, [["33.513,36.292", "33.315,44.366"]])
    names = {"Nasib-Jaber": "$nasib$", "Daraa-Ramtha": "ramtha", "al-Tanf-al-Walid": "tanf"}
    shut = [wa.Closure(wa.CrossingName(name), id=short) for name, short in names.items()]
    return wa.plan_restoration(world, trips, closures=shut)


def turned(plan: wa.Restoration) -> wa.Restoration:
    """As if the best order were the other way round."""
    lost = np.arange(4.0)[::-1]
    best = Course(plan.greedy.order[::-1], lost, lost, lost, lost.astype(np.int64), lost.astype(np.int64))
    return replace(plan, best=best, greedy_extra_weight=1.0, greedy_extra_h=2.5)


def steps_of(figure: Figure) -> list[list[list[float]]]:
    """Figures of the lines of each panel, the lowest panel first."""
    return [
        [patch.get_data().values.tolist() for patch in axes.patches if isinstance(patch, StepPatch)]
        for axes in figure.axes
    ]


def test_the_picture_shows_what_is_still_lost(plan: wa.Restoration) -> None:
    figure = draw_restoration(plan)
    assert steps_of(figure) == [[plan.greedy.extra_weighted_h.tolist()]]
    said = [text.get_text() for text in figure.axes[0].texts]
    assert said == [plan.names[unit] for unit in plan.greedy.order]


def test_the_best_order_is_drawn_where_it_is_another_one(plan: wa.Restoration) -> None:
    figure = draw_restoration(turned(plan))
    assert steps_of(figure) == [[plan.greedy.extra_weighted_h.tolist(), [3.0, 2.0, 1.0, 0.0]]]
    said = [text.get_text() for text in figure.axes[0].texts]
    assert said[3:] == said[2::-1]


def test_weight_cut_off_has_a_panel_of_its_own(plan: wa.Restoration) -> None:
    cut = np.array([2.0, 1.0, 0.0, 0.0])
    figure = draw_restoration(replace(plan, greedy=replace(plan.greedy, cut_off_weight=cut)))
    assert steps_of(figure) == [[plan.greedy.extra_weighted_h.tolist()], [cut.tolist()]]


def test_the_comparison_is_said(plan: wa.Restoration) -> None:
    assert say_best(plan).endswith("of all 6 orders none does better.")
    assert "by 1.0 weight cut off and 2.5 weighted hours" in say_best(turned(plan))
    unknown = replace(plan, best=None, why_no_best="too many.", greedy_extra_weight=None, greedy_extra_h=None)
    assert say_best(unknown).endswith("is open: too many.")
    summary = summarise_restoration(unknown)
    assert (summary["best"], summary["why_no_best"]) == (None, "too many.")
