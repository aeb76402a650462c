"""Lines on roads: which links, which way, how well; and closures of one way."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from feeds import event, feed, scenario, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from osm_files import real_file

import wayaround as wa
from wayaround.assess import assess_scenario
from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadLine, RoadPoint
from wayaround.closures.lines import lead_deg, match_line
from wayaround.closures.match import match_closure
from wayaround.errors import ClosureShutsNothing, CrossingNotFound, ScenarioError
from wayaround.network.build import build_network
from wayaround.network.shapes import points_on_links
from wayaround.reports.summary import summarise
from wayaround.timeline.run import assess_timeline

DAMASCUS, BAGHDAD = "33.513,36.292", "33.315,44.366"
TANF = RoadPoint(lat=33.5085, lon=38.62)


@pytest.fixture(scope="module")
def desert(world: wa.RoadNetwork) -> tuple[int, list[list[float]]]:
    """A link of the road from Damascus to Baghdad, and a line along its middle that leads east."""
    (link,) = match_closure(world, Closure(TANF)).links.tolist()
    line = points_on_links(world, [link] * 5, np.linspace(0.3, 0.7, 5))
    return link, line[np.argsort(line[:, 0])].tolist()


@pytest.fixture(scope="module")
def streets() -> wa.RoadNetwork:
    return build_network([real_file("liechtenstein.osm.pbf")], name="liechtenstein")


def test_a_line_along_a_link_finds_it_and_its_way(world: wa.RoadNetwork) -> None:
    draw = np.random.default_rng(7)
    wide = np.flatnonzero(np.asarray(world.link_length_m) > 3000)
    found = 0
    for link in draw.choice(wide, 60).tolist():
        line = points_on_links(world, [link] * 6, np.linspace(0.2, 0.8, 6)) + draw.normal(0, 2e-4, (6, 2))
        there, back = match_line(world, line), match_line(world, line[::-1])
        assert not isinstance(there, str)
        assert not isinstance(back, str)
        assert there.links.tolist() == back.links.tolist()
        assert (there.along != back.along).all()
        if there.links.tolist() == [link]:
            found += 1
            assert there.along.tolist() == [True]
            assert there.start[0] == pytest.approx(0.2, abs=0.05)
            assert there.end[0] == pytest.approx(0.8, abs=0.05)
    assert found >= 50  # two carriageways lie nearer together than the noise


def test_lines_on_streets_find_their_links(streets: wa.RoadNetwork) -> None:
    assert streets.attributes is not None
    draw = np.random.default_rng(11)
    access = streets.attributes.access_forward
    long = np.flatnonzero((np.asarray(streets.link_length_m) > 120) & (access != 0))
    found = 0
    chosen = draw.choice(long, 40).tolist()
    for link in chosen:
        line = points_on_links(streets, [link] * 12, np.linspace(0.1, 0.9, 12)) + draw.normal(0, 2e-5, (12, 2))
        match = match_line(streets, line, one_way=True)
        found += not isinstance(match, str) and link in match.links.tolist()
    assert found >= 36  # roads of a town lie above one another


def test_two_points_follow_the_bends_between_them(streets: wa.RoadNetwork) -> None:
    assert streets.attributes is not None
    draw = np.random.default_rng(13)
    long = np.flatnonzero((np.asarray(streets.link_length_m) > 120) & (streets.attributes.access_forward != 0))
    matches = {
        link: match_line(streets, points_on_links(streets, [link] * 2, [0.2, 0.8]), joined=False, one_way=True)
        for link in draw.choice(long, 40).tolist()
    }
    understood = {link: match for link, match in matches.items() if not isinstance(match, str)}
    assert len(understood) >= 30
    assert sum(link in match.links.tolist() for link, match in understood.items()) >= 0.9 * len(understood)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([[-30.0, 40.0], [-30.1, 40.0]], "no road lies along it"),
        ([[44.0, 33.0], [44.0, 33.0]], "no length"),
    ],
)
def test_what_lies_nowhere_is_said(world: wa.RoadNetwork, points: list[list[float]], why: str) -> None:
    match = match_line(world, np.array(points))
    assert isinstance(match, str)
    assert why in match
    line = RoadLine(tuple((lon, lat) for lon, lat in points))
    with pytest.raises(ClosureShutsNothing, match="matches no road"):
        match_closure(world, Closure(line))
    empty = match_closure(world, Closure(line, allow_empty=True))
    assert (empty.links.tolist(), empty.score) == ([], 0.0)
    assert empty.warnings[0].startswith("unmatched: ")


def test_a_feed_shuts_one_way_and_leaves_the_other(
    tmp_path: Path, world: wa.RoadNetwork, desert: tuple[int, list[list[float]]]
) -> None:
    link, line = desert
    write(tmp_path, feed(event(line=line), event(id="detour", line=line, event_type="detour")))
    impact = assess_scenario(
        scenario(tmp_path, pairs=[(DAMASCUS, BAGHDAD), (BAGHDAD, DAMASCUS)], date="2024-06-15"), network=world
    )
    extra = impact.pairs["extra_km"].to_numpy()
    assert extra[0] > 50
    assert extra[1] == 0
    works, detour = summarise(impact)["closures"]
    assert (works["id"], works["links_closed"], works["in_force"]) == ("works/work", 1, True)
    assert works["match_score"] > 0.9
    assert works["event"]["vehicle_impact"] == "all-lanes-closed"
    assert (detour["effect"], detour["in_force"], detour["links_closed"]) == ("none", False, 0)
    assert "not in force: a detour, which closes nothing" in detour["warnings"]
    assert impact.closures[0].matched.links.tolist() == [link]


def test_a_limit_slows_to_its_speed(
    tmp_path: Path, world: wa.RoadNetwork, desert: tuple[int, list[list[float]]]
) -> None:
    link, line = desert
    write(tmp_path, feed(event(line=line, vehicle_impact="all-lanes-open", reduced_speed_limit_kph=25)))
    impact = assess_scenario(scenario(tmp_path, pairs=[(DAMASCUS, BAGHDAD)], date="2024-06-15"), network=world)
    matched = impact.closures[0].matched
    stretch_km = float(world.link_length_m[link]) * float(matched.end[0] - matched.start[0]) / 1000
    speed_kmh = 75  # of a truck, on roads of which only the length is known
    assert stretch_km > 0.5
    assert impact.pairs["extra_h"][0] == pytest.approx(stretch_km / 25 - stretch_km / speed_kmh, abs=1e-3)


def test_days_of_events_are_days_of_a_timeline(
    tmp_path: Path, world: wa.RoadNetwork, desert: tuple[int, list[list[float]]]
) -> None:
    _, line = desert
    other = event(
        id="later", line=line[::-1], start_date="2024-08-01T00:00:00+03:00", end_date="2024-08-11T00:00:00+03:00"
    )
    write(tmp_path, feed(event(line=line), other))
    timeline = assess_timeline(scenario(tmp_path, pairs=[(DAMASCUS, BAGHDAD), (BAGHDAD, DAMASCUS)]), network=world)
    spans = [(str(span.first), [timeline.closures[row].id for row in span.in_force]) for span in timeline.spans]
    assert spans == [
        ("2024-05-31", []),
        ("2024-06-01", ["works/work"]),
        ("2024-07-01", []),
        ("2024-08-01", ["works/later"]),
        ("2024-08-11", []),
    ]
    table = timeline.table()
    longer = table["after_km"].to_numpy().reshape(5, 2) > table["before_km"].to_numpy().reshape(5, 2)
    assert longer.tolist() == [[False, False], [True, False], [False, False], [False, True], [False, False]]


def test_a_day_of_a_timeline_is_that_day_alone(
    tmp_path: Path, world: wa.RoadNetwork, desert: tuple[int, list[list[float]]]
) -> None:
    _, line = desert
    write(tmp_path, feed(event(line=line, vehicle_impact="some-lanes-closed")))
    whole = scenario(tmp_path, pairs=[(DAMASCUS, BAGHDAD)])
    on_day = whole.instead(date=datetime.date(2024, 6, 1))
    alone = assess_scenario(on_day, network=world).pairs["after_h"][0]
    assert assess_timeline(whole, network=world).table()["after_h"].tolist()[1] == pytest.approx(alone, abs=1e-9)


def test_direction_shuts_one_way_of_links(world: wa.RoadNetwork, desert: tuple[int, list[list[float]]]) -> None:
    link, _ = desert
    trips = wa.named_trips(world, [[DAMASCUS, BAGHDAD], [BAGHDAD, DAMASCUS]])
    for direction, shut in (("eastbound", [True, False]), ("westbound", [False, True])):
        closure = Closure(LinkIds((link,)), direction=direction)
        extra = wa.assess(world, closures=[closure], trips=trips).pairs["extra_km"]
        assert [value > 0 for value in extra] == shut
    both = [Closure(LinkIds((link,)), id=way, direction=way) for way in ("forward", "backward")]
    split = wa.assess(world, closures=both, trips=trips).pairs["after_km"].tolist()
    assert split == wa.assess(world, closures=[Closure(LinkIds((link,)))], trips=trips).pairs["after_km"].tolist()


def test_direction_across_concerns_neither_way(world: wa.RoadNetwork) -> None:
    links = np.arange(2000)
    lead = lead_deg(world, links, np.zeros(2000), np.ones(2000))
    east = int(links[np.abs(lead - 90) < 3][0])
    matched = match_closure(world, Closure(LinkIds((east,)), direction="northbound"))
    assert not matched.concerns(0, forward=True)
    assert not matched.concerns(0, forward=False)
    assert "lead across" in matched.warnings[0] or "leads across" in matched.warnings[0]


def test_a_crossing_is_shut_from_one_country(world: wa.RoadNetwork) -> None:
    one, other = (
        match_closure(world, Closure(CrossingName("Nasib-Jaber"), direction=way)) for way in ("from SY", "from JO")
    )
    assert one.ways is not None
    assert other.ways is not None
    assert (one.ways[0] == other.ways[1]).all()
    assert (one.ways[0] != one.ways[1]).all()
    with pytest.raises(CrossingNotFound, match='no direction can be "from IQ"'):
        match_closure(world, Closure(CrossingName("Nasib-Jaber"), direction="from IQ"))
    with pytest.raises(ScenarioError, match="goes with a crossing only"):
        Closure(TANF, direction="from SY")
    with pytest.raises(ScenarioError, match="a direction is forward"):
        Closure(TANF, direction="up")


DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(points=st.lists(DEGREES, min_size=2, max_size=4), joined=st.booleans())
@example(points=[(179.9, 65.0), (-179.9, 65.1)], joined=True)
@example(points=[(0.0, 90.0), (180.0, 90.0)], joined=True)
@example(points=[(44.4, 33.3), (44.5, 33.4)], joined=False)
@settings(max_examples=60)
def test_lines_anywhere_match_or_say_why(
    world: wa.RoadNetwork, points: list[tuple[float, float]], joined: bool
) -> None:
    match = match_line(world, np.array(points), joined=joined, one_way=True)
    if isinstance(match, str):
        assert match
        assert "\n" not in match
    else:
        assert 0.4 <= match.score <= 1
        assert ((match.start >= 0) & (match.start <= match.end) & (match.end <= 1)).all()
