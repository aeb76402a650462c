"""The report and its sentences: nothing loaded, nothing executed that a user wrote, every case in words."""

import base64
import datetime
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_maps import FAR_AWAY, SHUT_AROUND_D, SHUT_BORDER, SHUT_MIDDLE, assess_small, small_country

import wayaround as wa
from wayaround.reports.document import render_report, write_report
from wayaround.reports.headline import headline, pairs_sentence, printable

PNG = b"\x89PNG\r\n\x1a\n not drawn"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"


class Page(HTMLParser):
    """Elements, attributes and texts of a report."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.inside: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts.setdefault(self.inside[-1], []).append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def sentences_of(*closures: wa.Closure) -> str:
    return headline(assess_small(*closures))


def test_headlines_of_a_named_journey() -> None:
    assert sentences_of(SHUT_MIDDLE) == ("Aville to Dtown: 99 km before, 136 km after; 37 km (37 %) and 30 min longer")
    assert sentences_of(FAR_AWAY) == (
        "Aville to Dtown: 99.0 km and 1 h 19 min before and after; the closures change nothing"
    )
    assert sentences_of(SHUT_BORDER) == "Aville to Dtown: 99.0 km and 1 h 19 min before, no way left after"
    assert sentences_of(SHUT_AROUND_D) == (
        "Aville to Dtown: 99.0 km and 1 h 19 min before; it begins or ends inside what is shut"
    )
    assert sentences_of(replace(SHUT_BORDER, baseline=True)) == "Aville to Dtown: no way, before or after"


def test_a_headline_of_a_wait_names_no_kilometres_more() -> None:
    assert sentences_of(replace(SHUT_BORDER, wait_h=6)) == "Aville to Dtown: 99.0 km before and after; 6 h longer"


def test_a_headline_of_a_shorter_but_slower_way() -> None:
    slow = replace(assess_small(SHUT_MIDDLE), before=assess_small(SHUT_MIDDLE).after)
    after = replace(slow.before, length_m=slow.before.length_m - 36_000, time_ds=slow.before.time_ds + 36_000)
    assert headline(replace(slow, after=after)).endswith(
        "136 km before, 100 km after; 36 km (26 %) shorter but 1 h longer"
    )


def test_the_headline_tells_the_worst_of_several_named_journeys() -> None:
    places = {name: wa.Place(name, 10.0, lon) for name, lon in (("A", 30.0), ("B", 30.3), ("D", 30.9))}
    network = small_country()
    trips = wa.named_trips(network, [("A", "B"), ("A", "D"), ("B", "D")], aliases=places)
    point = wa.Closure(wa.RoadPoint(10.0, 30.2), id="near B")
    sentence = headline(wa.assess(network, closures=[point], trips=trips))
    assert sentence == ("A to B: 33.0 km and 26 min before, no way left after (the worst of 3 named journeys)")


def all_pairs() -> wa.Trips:
    network = small_country()
    places = {f"P{row}": wa.Place(f"P{row}", network.node_lat[row], network.node_lon[row]) for row in range(4)}
    pairs = [(one, other) for one in places for other in places if one != other]
    trips = wa.named_trips(network, pairs, aliases=places)
    return replace(trips, named=np.zeros(len(trips), dtype=bool))


def test_headlines_of_pairs_that_nobody_named() -> None:
    network, trips = small_country(), all_pairs()
    detour = headline(wa.assess(network, closures=[SHUT_MIDDLE], trips=trips))
    assert detour.startswith(
        "8 of 12 pairs get longer, none begins or ends inside what is shut, none is cut off; the worst: P"
    )
    inside = headline(wa.assess(network, closures=[SHUT_AROUND_D], trips=trips))
    assert inside == "None of 12 pairs gets longer, 6 begin or end inside what is shut, none is cut off"
    assert headline(wa.assess(network, closures=[], trips=trips)) == "None of 12 pairs is affected"
    cut = headline(wa.assess(network, closures=[SHUT_BORDER], trips=trips))
    assert ", 6 are cut off; the worst: P" in cut
    baseline = wa.assess(network, closures=[replace(SHUT_BORDER, baseline=True)], trips=trips)
    assert pairs_sentence(baseline) == "None of 12 pairs is affected; 6 have no way, before or after"


def test_names_from_right_to_left_are_isolated() -> None:
    impact = assess_small(SHUT_MIDDLE, names=("دمشق", "بغداد"))
    assert headline(impact).startswith("\u2068دمشق\u2069 to \u2068بغداد\u2069: 99 km before")


@given(st.text())
def test_printable_text_is_one_line_without_marks_of_direction(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


def test_the_report_holds_everything_and_loads_nothing(tmp_path: Path) -> None:
    impact = assess_small(SHUT_MIDDLE, title="A detour")
    write_report(impact, tmp_path / "report.html", map_png=PNG, flows_png=PNG)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    loads = [
        (tag, name, value)
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "href", "data", "action", "poster", "background", "style")
    ]
    picture = base64.b64encode(PNG).decode()
    assert loads == [("img", "src", f"data:image/png;base64,{picture}")] * 2
    assert not {"link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    assert "url(" not in html
    assert "@import" not in html
    assert "Aville to Dtown: 99 km before, 136 km after" in html
    for shown in ("A detour", "middle", "small", "0" * 64, "© nobody", "CC0", "GeoNames", "Natural Earth", "truck"):
        assert shown in html


def test_the_policy_allows_the_style_and_the_script_inside_alone() -> None:
    page = Page(render_report(assess_small(SHUT_MIDDLE), map_png=PNG, flows_png=PNG))
    policy = next(each["content"] for each in page.named("meta") if "http-equiv" in each)
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        assert len(page.named(tag)) == 1
        content = "".join(page.texts[tag])
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def check_nothing_executes(html: str) -> None:
    page = Page(html)
    assert len(page.named("script")) == 1
    assert len(page.named("img")) == 2
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_what_users_write_stays_text() -> None:
    closure = wa.Closure(
        SHUT_MIDDLE.target, id=HOSTILE, except_for=(HOSTILE,), only_for=("\u202e" + HOSTILE,), allow_empty=True
    )
    impact = replace(
        assess_small(closure, names=(HOSTILE, "\u202eبغداد"), title="\u202e" + HOSTILE), party="\u202e" + HOSTILE
    )
    html = render_report(impact, map_png=PNG, flows_png=PNG)
    check_nothing_executes(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html


@settings(max_examples=20)
@given(title=st.text(), names=st.tuples(st.text(min_size=1), st.text(min_size=1)).filter(lambda two: two[0] != two[1]))
def test_no_text_breaks_the_report(title: str, names: tuple[str, str]) -> None:
    impact = assess_small(SHUT_MIDDLE, names=names, title=title)
    check_nothing_executes(render_report(impact, map_png=PNG, flows_png=PNG))


@pytest.mark.parametrize(
    ("closure", "words"),
    [
        (SHUT_MIDDLE, "longer"),
        (SHUT_BORDER, "cut off"),
        (SHUT_AROUND_D, "ends inside the closure"),
        (FAR_AWAY, "unchanged"),
        (replace(SHUT_BORDER, baseline=True), "no way before either"),
    ],
)
def test_the_table_of_journeys_says_how_each_fares(closure: wa.Closure, words: str) -> None:
    page = Page(render_report(assess_small(closure), map_png=PNG, flows_png=PNG))
    assert words in page.texts["bdi"]


def test_tables_sort_by_values_and_by_buttons() -> None:
    page = Page(render_report(assess_small(SHUT_MIDDLE), map_png=PNG, flows_png=PNG))
    assert len(page.named("button")) >= 19
    assert {each["type"] for each in page.named("button")} == {"button"}
    numbers = [each for each in page.named("td") if each.get("class") == "number" and "data-value" in each]
    assert numbers
    for each in numbers:
        float(each["data-value"])


def test_a_zone_that_lets_something_pass_is_shown_as_such() -> None:
    impact = assess_small(SHUT_MIDDLE)
    leaky = replace(impact, closures=(replace(impact.closures[0], verified_shut=False),))
    assert "NO: an open road leads in" in render_report(leaky, map_png=PNG, flows_png=PNG)
    assert "NO: an open road leads in" not in render_report(impact, map_png=PNG, flows_png=PNG)


def test_a_closure_that_is_not_in_force_says_why() -> None:
    later = replace(SHUT_MIDDLE, from_date=datetime.date(9999, 1, 1))
    html = render_report(assess_small(later), map_png=PNG, flows_png=PNG)
    assert "not in force: begins on 9999-01-01" in html


def test_crossings_without_a_name_are_folded_away(world: wa.RoadNetwork) -> None:
    zone = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")
    trips = wa.named_trips(world, [("33.513,36.292", "33.315,44.366"), ("36.2,37.16", "36.9,38.35")])
    impact = wa.assess(world, closures=[zone], trips=trips)
    html = render_report(impact, map_png=PNG, flows_png=PNG)
    named, folded = html.split("<details>") if "<details>" in html else (html, "")
    for report in impact.crossings:
        quiet = report.crossing.name == report.crossing.id and report.pairs_before == report.pairs_after
        assert report.crossing.name in (folded if quiet else named)
    assert re.search(r"Al-Tanf road gap.*assumed", html)
