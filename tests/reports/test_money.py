"""Money in sentences, tables, the report and JSON; nothing of it where the vehicle has no rates."""

import io
import json
from decimal import Decimal

import pytest
from rich.console import Console

import wayaround as wa
from wayaround.reports.document import render_report
from wayaround.reports.headline import headline
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact

PAIRS = [["33.513,36.292", "33.315,44.366"]]
LORRY = wa.override_profile(
    wa.load_profile("truck"), {"currency": "USD", "per_hour": Decimal(30), "per_km": Decimal("0.5")}
)
ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")


@pytest.fixture(scope="module")
def impact(world: wa.RoadNetwork) -> wa.Impact:
    toll = wa.Charge.at(wa.CrossingName("Nasib-Jaber"), id="transit", per_passage=Decimal("12.5"), owner="<b>them</b>")
    wait = wa.Closure(wa.CrossingName("Nasib-Jaber"), id="queue", open_hours=((360, 1080),))
    others = [wa.Closure(wa.CrossingName(name), id=name) for name in ("Daraa-Ramtha", "al-Bukamal-al-Qaim")]
    trips = wa.named_trips(world, PAIRS)
    return wa.assess(world, closures=[ZONE, wait, *others], trips=trips, charges=[toll], profile=LORRY)


def printed(impact: wa.Impact) -> str:
    console = Console(width=150, file=io.StringIO())
    print_impact(impact, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_headline_says_what_it_costs_more(impact: wa.Impact) -> None:
    # 793.08 km and 10.57 h before; 928.73 km, 12.38 h, 3 h of waiting and the toll after
    before, after = 793.082 * (0.5 + 30 / 75), 928.73 * (0.5 + 30 / 75) + 90 + 12.5
    said = f"USD {before:,.0f} before, USD {after:,.0f} after, USD {after - before:,.0f} "
    assert said in headline(impact)
    assert headline(impact).endswith("dearer")


def test_json_tables_and_report_agree(impact: wa.Impact) -> None:
    summary = json.loads(json.dumps(summarise(impact), allow_nan=False))
    (journey,) = summary["journeys"]
    assert journey["components_after"]["waiting"] == 90
    assert journey["components_after"]["by_toll"] == [{"id": "transit", "owner": "<b>them</b>", "cost": 12.5}]
    assert journey["after_wait_h"] == 3
    assert summary["toll_income"] == [{"owner": "<b>them</b>", "before": 0, "after": 12.5, "change": 12.5}]
    assert summary["burden"][0]["extra_weighted_cost"] == pytest.approx(journey["extra_cost"])
    assert any("c x c / 48" in said and "queue 3.00 h" in said for said in summary["assumptions"])
    text, page = printed(impact), render_report(impact, map_png=b"", flows_png=b"")
    assert "Costs in USD" in text
    assert "<b>them</b>" in text
    assert "What it costs, in USD" in page
    assert "The cheapest route counts" in page
    assert "&lt;b&gt;them&lt;/b&gt;" in page
    assert "<b>them</b>" not in page
    assert impact.pairs["extra_cost"].item() == pytest.approx(journey["extra_cost"])


def test_without_rates_nothing_speaks_of_money(world: wa.RoadNetwork) -> None:
    plain = wa.assess(world, closures=[ZONE], trips=wa.named_trips(world, PAIRS))
    summary = summarise(plain)
    assert summary["currency"] is None
    assert summary["rates"] is None
    assert summary["journeys"][0]["before_cost"] is None
    assert "dearer" not in headline(plain)
    assert "Costs" not in printed(plain)
    assert "What it costs" not in render_report(plain, map_png=b"", flows_png=b"")


def test_who_uses_a_crossing_follows_the_money(impact: wa.Impact) -> None:
    assert impact.journeys_using("crossing:Nasib-Jaber")[["used_before", "used_after"]].values.tolist() == [
        [False, True]
    ]
