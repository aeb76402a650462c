"""Ranking against closing each road by `assess` and comparing every pair."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

import wayaround as wa
from wayaround.errors import LinkNotFound, RunIncomplete, RunRefused, ScenarioError
from wayaround.impact import lost_groups
from wayaround.network.sections import find_sections
from wayaround.routing.losses import Losses, LossTables

ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")


@pytest.fixture(scope="module")
def towns(world: wa.RoadNetwork) -> wa.Trips:
    return wa.city_trips(world, countries=["SY", "JO", "IQ"], min_population=300_000)


def loss_by_assess(world: wa.RoadNetwork, trips: wa.Trips, links: np.ndarray) -> tuple[float, float]:
    """Weight cut off and extra weighted hours of closing links, one assessment before and after.

    The towns stand on links of their own; those links are left out by the callers, since `assess` shuts them in.
    """
    impact = wa.assess(world, closures=[wa.Closure(wa.LinkIds(tuple(links.tolist())))], trips=trips)
    pairs = impact.pairs
    cut = pairs["status"].isin(["cut_off", "inside_zone"])
    return float(pairs["weight"][cut].sum()), float((pairs["extra_h"] * pairs["weight"])[~cut].sum())


@pytest.mark.parametrize("unit", ["link", "section", "crossing"])
def test_losses_are_those_of_closing_it(world: wa.RoadNetwork, towns: wa.Trips, unit: str) -> None:
    ranking = wa.rank_links(world, towns, unit=unit)  # type: ignore[arg-type]
    homes = set(towns.snapped.link.tolist())
    rows = [row for row in range(len(ranking)) if not homes & set(ranking.links_of(row).tolist())]
    random = np.random.default_rng(5)
    for row in [*rows[:3], *random.choice(rows[3:], size=min(5, len(rows) - 3), replace=False).tolist()]:
        own = ranking.links_of(row)
        closed = (
            own[:1] if unit == "link" and "link " in ranking.names[row] else own
        )  # any link of a chain closes the chain
        cut_off, extra_h = loss_by_assess(world, towns, closed)
        assert ranking.cut_off_weight[row] == pytest.approx(cut_off, abs=1e-6)
        assert ranking.extra_weighted_h[row] == pytest.approx(extra_h, abs=1e-6)


def test_every_used_link_stands_in_exactly_one_row(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    ranking = wa.rank_links(world, towns)
    chains = [ranking.links_of(row) for row, name in enumerate(ranking.names) if "link" in name]
    assert len(np.unique(np.concatenate(chains))) == sum(map(len, chains))
    order = list(zip(-ranking.cut_off_weight, -ranking.extra_weighted_h, strict=True))
    assert order == sorted(order)


def test_named_crossings_are_ranked_beside_the_links(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    ranking, crossings = wa.rank_links(world, towns), wa.rank_links(world, towns, unit="crossing")
    for crossing in world.named_crossings:
        if crossing.name not in crossings.names:
            continue  # no journey misses it
        alone = crossings.names.index(crossing.name)
        rows = [row for row, name in enumerate(ranking.names) if crossing.name in name]
        if len(crossing.links) > 1:
            rows = [row for row in rows if ranking.names[row] == crossing.name]
        assert len(rows) == 1
        assert set(crossing.links) <= set(ranking.links_of(rows[0]).tolist())
        assert ranking.extra_weighted_h[rows[0]] == crossings.extra_weighted_h[alone]
        assert ranking.cut_off_weight[rows[0]] == crossings.cut_off_weight[alone]


def test_a_region_and_a_list_of_links(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    everything = wa.rank_links(world, towns)
    jordan = wa.rank_links(world, towns, countries=["JO"])
    assert 0 < len(jordan) < len(everything)
    assert {world.countries[row] for row in np.asarray(world.link_country)[jordan.link]} == {"JO"}
    link = int(everything.links_of(0)[0])
    one = wa.rank_links(world, towns, links=[link])
    assert one.link.tolist() == [link]
    assert one.cut_off_weight[0] == everything.cut_off_weight[0]
    with pytest.raises(LinkNotFound):
        wa.rank_links(world, towns, links=[10**8])
    with pytest.raises(ScenarioError, match="XX"):
        wa.rank_links(world, towns, countries=["XX"])


def test_only_roads_that_meet_an_area(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    everything = wa.rank_links(world, towns)
    area = wa.Zone.circle(lat=32.5, lon=36.0, radius_km=40)
    meets = set(everything.link[shapely.intersects(area.area, world.lines(everything.link))].tolist())
    ranking = wa.rank_links(world, towns, within=area)
    assert set(ranking.link.tolist()) == meets
    jordan = wa.rank_links(world, towns, within=area, countries=["JO"])
    assert 0 < len(jordan) < len(ranking)
    with pytest.raises(ScenarioError, match="meets no road; the nearest"):
        wa.rank_links(world, towns, within=wa.Zone.circle(lat=0, lon=-30, radius_km=10))


def test_an_interrupted_run_goes_on_where_it_was(world: wa.RoadNetwork, towns: wa.Trips, tmp_path: Path) -> None:
    whole = wa.rank_links(world, towns)
    folder = tmp_path / "run"

    def stop_later(stage: str, done: int, total: int) -> None:
        if stage == "closing each in turn" and done > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wa.rank_links(world, towns, folder=folder, progress=stop_later)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("parts/*/*.parquet")}
    assert before
    again = wa.rank_links(world, towns, folder=folder)
    assert before.items() <= {path: path.stat().st_mtime_ns for path in folder.glob("parts/*/*.parquet")}.items()
    assert again.names == whole.names
    assert np.array_equal(again.extra_weighted_h, whole.extra_weighted_h)


def test_other_inputs_do_not_go_on_with_a_run(world: wa.RoadNetwork, towns: wa.Trips, tmp_path: Path) -> None:
    wa.rank_links(world, towns, unit="crossing", folder=tmp_path)
    with pytest.raises(RunRefused, match="unit is crossing there and section here"):
        wa.rank_links(world, towns, unit="section", folder=tmp_path)


def test_reopening_gives_back_what_closing_took(world: wa.RoadNetwork, towns: wa.Trips) -> None:
    gates = [wa.Closure(wa.CrossingName(name), id=name) for name in ("Nasib", "Ramtha", "Trebil")]
    ranking = wa.rank_reopenings(world, towns, closures=[ZONE, *gates])
    for row, name in enumerate(ranking.names):
        rest = [replace(each, baseline=True) for each in (ZONE, *gates) if each.id != name]
        lifted = next(each for each in (ZONE, *gates) if each.id == name)
        impact = wa.assess(world, closures=[*rest, lifted], trips=towns)
        extra = impact.pairs.query("status == 'longer'")
        assert ranking.extra_weighted_h[row] == pytest.approx(float((extra["extra_h"] * extra["weight"]).sum()))
        assert ranking.longer_pairs[row] == len(extra)


def test_both_carriageways_make_one_section(world: wa.RoadNetwork) -> None:
    random = np.random.default_rng(3)
    links = random.choice(world.links, size=400, replace=False)
    first, member = find_sections(world, links)
    back_first, back = find_sections(world, member)
    beside = {(link, each) for link, own in _rows(links, first, member) for each in own}
    beside_back = {(link, each) for link, own in _rows(member, back_first, back) for each in own}
    assert {(link, link) for link in links.tolist()} <= beside
    assert {(other, one) for one, other in beside} <= beside_back
    assert len(member) > len(links) + 50


def _rows(links: np.ndarray, first: np.ndarray, member: np.ndarray) -> list[tuple[int, list[int]]]:
    return [(link, member[first[row] : first[row + 1]].tolist()) for row, link in enumerate(links.tolist())]


def test_a_road_that_fails_is_named_and_all_others_are_ranked(
    world: wa.RoadNetwork, towns: wa.Trips, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = wa.rank_links(world, towns, unit="crossing")
    bad = int(whole.links_of(1)[0])
    lose = lost_groups.lose_groups

    def fail(tables: LossTables, first: np.ndarray, link: np.ndarray) -> Losses:
        if bad in link:
            raise MemoryError("no room")
        return lose(tables, first, link)

    monkeypatch.setattr(lost_groups, "lose_groups", fail)
    with pytest.raises(RunIncomplete, match=rf"MemoryError: no room.*Not ranked: {whole.names[1]}\.$") as caught:
        wa.rank_links(world, towns, unit="crossing")
    rest = caught.value.result
    assert isinstance(rest, wa.Ranking)
    assert rest.names == (whole.names[0], *whole.names[2:])
    assert rest.extra_weighted_h.tolist() == np.delete(whole.extra_weighted_h, 1).tolist()
