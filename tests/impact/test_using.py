"""Who uses a road, against the routes of all pairs listed one by one."""

from collections.abc import Iterator

import numpy as np
import pytest
import shapely

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.errors import CrossingNotFound, LinkNotFound, ScenarioError
from wayaround.impact.detours import INSIDE_ZONE, route_line
from wayaround.impact.using import measure_use
from wayaround.network.profiles import drive_times
from wayaround.network.sections import find_sections
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.terminals import Route

ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")
AT_DAMASCUS = wa.Closure(wa.Zone.circle(lat=33.51, lon=36.29, radius_km=3), id="damascus")


@pytest.fixture(scope="module")
def assessed(world: wa.RoadNetwork) -> wa.Impact:
    """Towns of three countries, some inside a zone, and places on the very links of crossings."""
    crossing = world.find_crossing("Nasib-Jaber")
    (line,) = world.lines([crossing.links[0]])
    on_it = [line.interpolate(share, normalized=True) for share in (0.2, 0.45, 0.55, 0.9)]
    towns = ["Amman, JO", "Aleppo, SY", "Baghdad, IQ", "33.513,36.292", "32.62,36.10", "32.34,36.24"]
    places = [*(f"{point.y:.6f},{point.x:.6f}" for point in on_it), *towns]
    pairs = [[one, other] for one in places for other in places if one != other]
    trips = wa.named_trips(world, pairs)
    assert np.isin(trips.snapped.link[:4], crossing.links).all()
    queue = wa.Closure(wa.CrossingName("Ramtha"), id="queue", wait_h=9, baseline=True)
    return wa.assess(world, closures=[ZONE, AT_DAMASCUS, queue], trips=trips)


def routes(impact: wa.Impact) -> Iterator[tuple[Route | None, Route | None]]:
    """The route of every pair, before and after."""
    matched = [report.matched for report in impact.closures]
    queries = []
    for closures in ([each for each in matched if each.closure.baseline], matched):
        roads = apply_closures(drive_times(impact.network, impact.profile), closures)
        engine = HierarchyEngine(impact.network.hierarchy)
        queries.append(engine.customise(roads.weights).query(roads.terminals(impact.trips.snapped)))
    for pair, ends in enumerate(zip(impact.trips.origin.tolist(), impact.trips.destination.tolist(), strict=True)):
        before, after = (query.route(*ends) for query in queries)
        yield before, None if impact.status[pair] == INSIDE_ZONE else after


def test_links_and_sections_are_used_by_whose_route_holds_them(assessed: wa.Impact) -> None:
    listed = list(routes(assessed))
    often = np.concatenate([route.links for pair in listed for route in pair if route is not None])
    links = np.unique(often)[:: len(np.unique(often)) // 12].tolist()
    for use in measure_use(assessed, [f"{kind}:{link}" for kind in ("link", "section") for link in links]):
        kind, link = use.said.split(":")
        own = find_sections(assessed.network, np.array([int(link)]))[1] if kind == "section" else [int(link)]
        assert set(use.links) == set(np.asarray(own).tolist())
        for state, used in enumerate((use.before, use.after)):
            expected = [pair[state] is not None and bool(np.isin(pair[state].links, own).any()) for pair in listed]
            assert used.tolist() == expected
        assert use.before.any() or use.after.any()


@pytest.mark.parametrize("name", ["Nasib-Jaber", "Daraa-Ramtha", "al-Tanf", "Karameh-Trebil", "al-Bukamal-al-Qaim"])
def test_a_crossing_is_used_by_whose_line_passes_its_post(assessed: wa.Impact, name: str) -> None:
    network, trips = assessed.network, assessed.trips
    posts = shapely.line_interpolate_point(network.lines(network.find_crossing(name).links), 0.5, normalized=True)
    (use,) = measure_use(assessed, [f"crossing:{name}"])
    for state, used in enumerate((use.before, use.after)):
        expected = []
        for pair, ways in enumerate(routes(assessed)):
            route = ways[state]
            line = None if route is None else route_line(network, trips, pair, route)
            expected.append(line is not None and float(shapely.distance(line, posts).min()) < 1e-9)
        assert used.tolist() == expected
    report = next((each for each in assessed.crossings if each.crossing == network.find_crossing(name)), None)
    counted = (0, 0) if report is None else (report.pairs_before, report.pairs_after)
    assert (use.before.sum(), use.after.sum()) == counted


def test_all_pairs_of_towns_agree_with_the_crossings(world: wa.RoadNetwork) -> None:
    trips = wa.city_trips(world, countries=["SY", "JO", "IQ"], min_population=150_000)
    impact = wa.assess(world, closures=[ZONE], trips=trips)
    named = [report for report in impact.crossings if report.crossing.variants]
    uses = measure_use(impact, [f"crossing:{report.crossing.id}" for report in named])
    assert [(use.before.sum(), use.after.sum()) for use in uses] == [(r.pairs_before, r.pairs_after) for r in named]
    for use in uses:
        assert use.weight_before == pytest.approx(impact.pairs["weight"][use.before].sum())
        assert use.weight_after == pytest.approx(impact.pairs["weight"][use.after].sum())


def test_the_table_lists_the_heaviest_first(world: wa.RoadNetwork) -> None:
    trips = wa.city_trips(world, countries=["SY", "JO"], min_population=200_000)
    impact = wa.assess(world, closures=[ZONE], trips=trips)
    table = impact.journeys_using("crossing:Ramtha")
    assert 0 < len(table) < len(trips)
    assert table["weight"].is_monotonic_decreasing
    assert (table["used_before"] | table["used_after"]).all()
    whole = impact.pairs.merge(table[["origin", "destination"]])
    assert sorted(whole["before_km"]) == sorted(table["before_km"])


@pytest.mark.parametrize(
    ("road", "error", "said"),
    [
        ("crossing:Nasb-Jaber", CrossingNotFound, "Nasib-Jaber"),
        ("link:99999999", LinkNotFound, "no link 99999999"),
        ("section:99999999", LinkNotFound, "no link 99999999"),
        ("link:one", ScenarioError, "the forms are link:ID"),
        ("crossing:", ScenarioError, "the forms are link:ID"),
        ("Nasib", ScenarioError, "the forms are link:ID"),
    ],
)
def test_what_is_no_road_is_said(assessed: wa.Impact, road: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        assessed.journeys_using(road)
