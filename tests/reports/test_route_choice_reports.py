"""Route choice and traffic in JSON, tables, files and the flow map, on the lorry's journey of the example."""

import io
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console
from test_maps import SHUT_BORDER, SHUT_MIDDLE, assess_small, check_labels, count_pixels

import wayaround as wa
from wayaround.reports.document import render_report
from wayaround.reports.files import write_results
from wayaround.reports.flow_map import draw_flow_map, render_flow_map, say_traffic
from wayaround.reports.flows import flow_features
from wayaround.reports.maps import AFTER, BEFORE
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact

SHOWN = ["al-Tanf-al-Walid", "Nasib-Jaber", "Karameh-Trebil", "al-Bukamal-al-Qaim"]


@pytest.fixture(scope="module")
def impact() -> wa.Impact:
    scenario = wa.read_scenario(Path(__file__).parents[2] / "examples" / "al-tanf-freight.toml")
    assert scenario.route_choice is not None
    return wa.assess_scenario(scenario)


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_the_summary_says_who_chose_what(impact: wa.Impact) -> None:
    summary = json.loads(json.dumps(summarise(impact), allow_nan=False))
    choice = summary["route_choice"]
    assert (choice["model"], choice["unit"]) == ("path-size-logit", "USD")
    assert choice["assigned"] == {
        **{"by_model": 2, "named": 2, "worst": 0, "largest": 0, "all_or_nothing": 0},
        **{"weight_share_by_model": 1.0, "most": 50},
    }
    assert "frozen" in choice["demand"]
    for journey, cheapest in zip(choice["journeys"], summary["journeys"], strict=True):
        assert journey["logsum_change"] == pytest.approx(journey["logsum_after"] - journey["logsum_before"], abs=1e-5)
        assert journey["logsum_change"] > 0
        for state in ("before", "after"):
            states = [way[state] for way in journey["ways"] if way[state] is not None]
            assert sum(each["share"] for each in states) == pytest.approx(1)
            assert sum(each["weight"] for each in states) == pytest.approx(journey["weight"])
            assert min(each["cost"] for each in states) == pytest.approx(cheapest[f"{state}_cost"])
    # Without its one way by al-Tanf, the crossing's traffic is gone, and the others' has come.
    crossings = {each["name"]: each for each in choice["crossings"]}
    assert crossings["al-Tanf-al-Walid"]["weight_after"] == 0
    assert crossings["Nasib-Jaber"]["weight_after"] > 1 > crossings["al-Bukamal-al-Qaim"]["weight_after"] > 0.5
    # Sixty a passage at Nasib-Jaber: by crossing, by link and by owner it is the same money.
    income = {each["owner"]: each for each in summary["toll_income"]}["transit through Jordan"]
    assert income["after"] == pytest.approx(60 * crossings["Nasib-Jaber"]["weight_after"])
    assert crossings["Nasib-Jaber"]["toll_after"] == income["after"]
    assert [each["after"] for each in choice["toll_links"] if each["crossing"] == "Nasib-Jaber"] == [income["after"]]
    assert {each["kind"] for each in choice["corridors"]} == {"toll", "road"}


def test_tables_and_report_name_ways_corridors_and_the_frozen_demand(impact: wa.Impact) -> None:
    console = Console(width=150, file=io.StringIO())
    print_impact(impact, console)
    assert isinstance(console.file, io.StringIO)
    text, page = console.file.getvalue(), render_report(impact, map_png=b"", flows_png=b"")
    for said in ("logsum", "by al-Bukamal-al-Qaim", "shut", "toll motorway", "road by al-Tanf-al-Walid"):
        assert said in text
    for said in ("Ways and shares (path-size-logit)", "What choosing costs, in USD", "Demand is frozen", "Ben-Akiva"):
        assert said in page


def test_files_hold_every_link_with_traffic(impact: wa.Impact, tmp_path: Path) -> None:
    write_results(impact, tmp_path / "out")
    table = gpd.read_parquet(tmp_path / "out" / "flows.parquet")
    assert sorted(table["link"]) == impact.traffic.links.tolist()
    assert (table["before"] == table["forward_before"] + table["backward_before"]).all()
    assert table["change"].to_numpy() == pytest.approx((table["after"] - table["before"]).to_numpy())
    assert table["change"].abs().is_monotonic_decreasing
    geojson = json.loads((tmp_path / "out" / "flows.geojson").read_text())
    assert [each["properties"]["link"] for each in geojson["features"]] == table["link"].tolist()
    assert table.loc[table["crossing"] == "al-Tanf-al-Walid", "after"].tolist() == [0.0]
    assert pd.notna(table["geometry"]).all()


def test_the_flow_map_shows_who_loses_and_who_wins(impact: wa.Impact) -> None:
    png = render_flow_map(impact)
    assert count_pixels(png, BEFORE) > 5000
    assert count_pixels(png, AFTER) > 5000
    assert png == render_flow_map(impact)
    figure = draw_flow_map(impact)
    labels = check_labels(figure)
    assert {"Damascus, SY", "Baghdad, IQ"} <= set(labels)
    assert all(any(label.startswith(name) for label in labels) for name in SHOWN)
    assert {"Traffic lost", "Traffic won", "Traffic that stays", "Weight 2"} <= set(words_of(figure))
    assert "al-Tanf-al-Walid loses all 1.999;" in say_traffic(impact)


def test_all_or_nothing_has_a_flow_map_too() -> None:
    impact = assess_small(SHUT_MIDDLE)
    assert "each journey on its fastest way" in say_traffic(impact)
    png = render_flow_map(impact)
    assert count_pixels(png, BEFORE) > 2000
    assert count_pixels(png, AFTER) > 2000
    assert flow_features(impact)["change"].tolist() == pytest.approx([-1, 1, 1, 1, 0, 0])
    choice = summarise(impact)["route_choice"]
    assert (choice["model"], choice["theta"], choice["journeys"]) == ("all-or-nothing", None, [])
    assert choice["assigned"]["all_or_nothing"] == 1


def test_what_is_cut_off_is_lost_and_what_nobody_drives_is_drawn_as_nothing() -> None:
    cut = assess_small(SHUT_BORDER)
    assert set(words_of(draw_flow_map(cut))) >= {"Traffic lost", "Shut"}
    assert count_pixels(render_flow_map(cut), AFTER) == 0
    shut_before = wa.Closure(wa.CrossingName("The Gate"), id="border", baseline=True)
    nothing = assess_small(shut_before)
    assert len(nothing.traffic.links) == 0
    assert not {"Traffic lost", "Traffic won"} & set(words_of(draw_flow_map(nothing)))
