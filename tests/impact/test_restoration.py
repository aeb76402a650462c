"""The order of reopening against SciPy, set by set, and against every order there is."""

from itertools import permutations

import numpy as np
import pytest
from small_networks import (
    TRUCK,
    loss_between,
    make_network,
    make_trips,
    random_case,
    random_units,
    ways_under,
)

import wayaround as wa
from wayaround.errors import LinkNotFound, ScenarioError
from wayaround.impact import restoration
from wayaround.impact.restoration import Course

Loss = tuple[int, int, int, int, int]


def losses_by_scipy(
    network: wa.RoadNetwork, trips: wa.Trips, staying: list[wa.Closure], units: list[wa.Closure]
) -> dict[frozenset[int], Loss]:
    """What is lost under every set of closed units."""
    before = ways_under(network, trips, staying)
    losses = {}
    for number in range(1 << len(units)):
        closed = frozenset(unit for unit in range(len(units)) if number >> unit & 1)
        after = ways_under(network, trips, [*staying, *(units[unit] for unit in closed)])
        losses[closed] = loss_between(before, after, trips.weight)
    return losses


def rank_of(loss: Loss) -> tuple[int, int]:
    return loss[0], loss[2]


def sets_along(order: tuple[int, ...]) -> list[frozenset[int]]:
    return [frozenset(order[step:]) for step in range(len(order) + 1)]


def summed(losses: dict[frozenset[int], Loss], order: tuple[int, ...]) -> tuple[int, int]:
    steps = [rank_of(losses[closed]) for closed in sets_along(order)[1:]]
    return sum(weight for weight, _ in steps), sum(ds for _, ds in steps)


def order_by_force(losses: dict[frozenset[int], Loss], units: int) -> tuple[int, ...]:
    """At each step, whatever leaves least."""
    closed, order = set(range(units)), []
    while closed:
        order.append(min(sorted(closed), key=lambda unit: rank_of(losses[frozenset(closed - {unit})])))
        closed.remove(order[-1])
    return tuple(order)


def assert_course_is(course: Course, losses: dict[frozenset[int], Loss], quanta: float) -> None:
    along = [losses[closed] for closed in sets_along(course.order)]
    assert course.cut_off_weight.tolist() == [loss[0] / quanta for loss in along]
    assert course.cut_off_pairs.tolist() == [loss[1] for loss in along]
    assert course.extra_weighted_h.tolist() == [loss[2] / 36_000 / quanta for loss in along]
    assert course.extra_weighted_km.tolist() == [loss[3] / 1000 / quanta for loss in along]
    assert course.longer_pairs.tolist() == [loss[4] for loss in along]


@pytest.mark.parametrize("seed", range(30))
def test_both_orders_equal_brute_force(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    network, trips = random_case(random)
    count = int(random.integers(1, 7))
    units = random_units(random, network, count)
    staying = [
        wa.Closure(wa.LinkIds((int(random.integers(network.links)),)), id="queue", wait_h=0.01),
        wa.Closure(wa.LinkIds((int(random.integers(network.links)),)), id="slow", speed_factor=0.5),
    ]
    losses = losses_by_scipy(network, trips, staying, units)

    plan = wa.plan_restoration(network, trips, closures=[*staying, *units], profile=TRUCK)
    assert plan.closures == ("queue", "slow")
    assert plan.names == tuple(unit.id for unit in units)
    assert plan.greedy.order == order_by_force(losses, count)
    assert plan.best is not None
    every = list(permutations(range(count)))
    least = min(summed(losses, order) for order in every)
    assert plan.best.order == next(order for order in every if summed(losses, order) == least)
    for course in (plan.greedy, plan.best):
        assert_course_is(course, losses, trips.quanta)
    more = [ours - best for ours, best in zip(summed(losses, plan.greedy.order), least, strict=True)]
    assert plan.greedy_extra_weight == more[0] / trips.quanta
    assert plan.greedy_extra_h == more[1] / 36_000 / trips.quanta

    monkeypatch.setattr(restoration, "MOST_UNITS_FOR_BEST", count - 1)
    larger = wa.plan_restoration(network, trips, closures=[*staying, *units], profile=TRUCK)
    assert larger.greedy.order == plan.greedy.order
    assert_course_is(larger.greedy, losses, trips.quanta)
    assert (larger.best, larger.greedy_extra_weight, larger.greedy_extra_h) == (None, None, None)
    assert f"{count} units" in larger.why_no_best


@pytest.mark.parametrize("seed", range(8))
def test_a_delay_is_a_unit_where_it_is_listed(seed: int) -> None:
    """And what is shut but not listed stays shut."""
    random = np.random.default_rng(100 + seed)
    network, trips = random_case(random)
    queue = wa.Closure(wa.Zone.circle(lat=1, lon=1, radius_km=50), id="queue", wait_h=0.01, allow_empty=True)
    slow = wa.Closure(wa.Zone.circle(lat=1, lon=1, radius_km=60), id="slow", speed_factor=0.3, allow_empty=True)
    shut, stays = random_units(random, network, 2)
    units = [queue, slow, shut]
    losses = losses_by_scipy(network, trips, [stays], units)
    listed = [unit.id for unit in units]
    plan = wa.plan_restoration(network, trips, closures=[queue, slow, shut, stays], units=listed, profile=TRUCK)
    assert plan.closures == (stays.id,)
    assert plan.greedy.order == order_by_force(losses, 3)
    assert_course_is(plan.greedy, losses, trips.quanta)


@pytest.mark.parametrize("seed", range(8))
def test_a_list_of_links(seed: int) -> None:
    random = np.random.default_rng(200 + seed)
    network, trips = random_case(random)
    links = np.sort(random.choice(network.links, size=4, replace=False))
    stays = random_units(random, network, 1)
    units = [wa.Closure(wa.LinkIds((link,)), id=f"link {link}") for link in links.tolist()]
    losses = losses_by_scipy(network, trips, stays, units)
    plan = wa.plan_restoration(network, trips, closures=stays, links=links, profile=TRUCK)
    assert plan.closures == (stays[0].id,)
    assert plan.names == tuple(unit.id for unit in units)
    assert plan.link.tolist() == links.tolist()
    assert plan.greedy.order == order_by_force(losses, 4)
    assert_course_is(plan.greedy, losses, trips.quanta)


def two_bridges() -> tuple[wa.RoadNetwork, wa.Trips]:
    """A short way over two bridges, one behind the other, a long way round, and a third bridge elsewhere.

    ::

        0 --0-- 1 ==1== 2 ==2== 3 --3-- 4      0 to 4 also by 5 (link 4 and 5, 900 m)
        4 ==6== 6                              6 is also reached by link 7 (60 m longer)
    """
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 4), (4, 6), (4, 6), (6, 7)]
    lon = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.2, 0.5, 0.6])
    lat = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0])
    network = make_network(ends, [100, 100, 100, 100, 500, 500, 100, 160, 100], lon=lon, lat=lat)
    trips = make_trips(network, [(0, 0.5), (3, 0.5), (8, 0.5)], [(0, 1, 1000), (1, 2, 1000)])
    return network, trips


def test_two_bridges_in_a_row_fool_the_greedy_order() -> None:
    """Each is worth nothing without the other, so the greedy order takes the third and smaller one first.

    From the middle of link 0 to the middle of link 3 it is 300 m over both bridges instead of 50 + 1000 + 50 m: 384
    deciseconds at 75 km/h. The third saves 60 m, 29 deciseconds.
    """
    network, trips = two_bridges()
    plan = wa.plan_restoration(network, trips, links=[1, 2, 6], profile=TRUCK)
    long_ds, short_ds = 24 + 240 + 240 + 24, 24 + 48 + 48 + 24
    behind_ds = 77 - 48
    assert plan.best is not None
    assert plan.greedy.order == (2, 0, 1)
    assert plan.best.order == (0, 1, 2)
    detour_ds = long_ds - short_ds
    lost_ds = np.rint(plan.greedy.extra_weighted_h * 36_000).astype(int).tolist()
    assert lost_ds == [detour_ds + behind_ds, detour_ds, detour_ds, 0]
    lost_ds = np.rint(plan.best.extra_weighted_h * 36_000).astype(int).tolist()
    assert lost_ds == [detour_ds + behind_ds, detour_ds + behind_ds, behind_ds, 0]
    assert plan.greedy_extra_weight == 0
    assert plan.greedy_extra_h is not None
    assert round(plan.greedy_extra_h * 36_000) == 2 * detour_ds - (detour_ds + 2 * behind_ds)


def test_a_link_in_two_units_opens_with_the_second() -> None:
    network, trips = two_bridges()
    shut = [wa.Closure(wa.LinkIds(ids), id=str(ids)) for ids in ((1, 2), (2,))]
    plan = wa.plan_restoration(network, trips, closures=shut, profile=TRUCK)
    assert plan.greedy.longer_pairs.tolist() == [1, 1, 0]
    assert plan.table()["links"].tolist() == [[1, 2], [2]]


def test_what_is_lost_is_what_assess_finds(world: wa.RoadNetwork) -> None:
    """Along the whole order, on the roads of the world; some towns lie inside the zone, so that they have no way."""
    trips = wa.city_trips(world, countries=["SY", "JO", "IQ"], min_population=100_000)
    zones = {"damascus": (33.5, 36.3, 20), "tanf": (33.5085, 38.62, 55)}
    shut = [
        wa.Closure(wa.Zone.circle(lat=lat, lon=lon, radius_km=radius), id=name)
        for name, (lat, lon, radius) in zones.items()
    ]
    shut += [wa.Closure(wa.CrossingName(name), id=name) for name in ("Nasib", "Ramtha", "Trebil")]
    plan = wa.plan_restoration(world, trips, closures=shut)
    assert plan.greedy.cut_off_weight[0] > 0
    for step in range(len(plan) + 1):
        closed = [shut[unit] for unit in plan.greedy.order[step:]]
        impact = wa.assess(world, closures=closed, trips=trips)
        burden = impact.burden("origin")
        assert plan.greedy.cut_off_weight[step] == pytest.approx(burden["cut_off_weight"].sum(), abs=1e-6)
        assert plan.greedy.extra_weighted_h[step] == pytest.approx(burden["extra_weighted_h"].sum(), abs=1e-6)
        gone = impact.pairs["status"].isin(["cut_off", "inside_zone"])
        assert plan.greedy.cut_off_pairs[step] == gone.sum()


def test_totals_and_table() -> None:
    network, trips = two_bridges()
    plan = wa.plan_restoration(network, trips, links=[1, 6], profile=TRUCK)
    assert plan.pairs == 2
    assert plan.none_closed.pairs == plan.all_closed.pairs == 2
    assert plan.none_closed.weight == plan.all_closed.weight == 2.0
    assert plan.all_closed.weighted_h - plan.none_closed.weighted_h == pytest.approx(plan.greedy.extra_weighted_h[0])
    assert plan.all_closed.weighted_km - plan.none_closed.weighted_km == pytest.approx(0.8 + 0.06)
    table = plan.table()
    assert table["step"].tolist() == [1, 2]
    assert table["name"].tolist() == ["link 1", "link 6"]
    assert table["best_step"].tolist() == [1, 2]
    assert table["km"].tolist() == [0.1, 0.1]
    assert table["extra_weighted_h"].tolist() == plan.greedy.extra_weighted_h[1:].tolist()


def test_what_cannot_be_planned_is_said() -> None:
    network, trips = two_bridges()
    queue = wa.Closure(wa.LinkIds((1,)), id="queue", wait_h=1)
    with pytest.raises(ScenarioError, match="nothing to reopen"):
        wa.plan_restoration(network, trips, closures=[])
    with pytest.raises(ScenarioError, match="nothing to reopen"):
        wa.plan_restoration(network, trips, closures=[queue])
    with pytest.raises(ScenarioError, match='the nearest is "queue"'):
        wa.plan_restoration(network, trips, closures=[queue], units=["quoue"])
    with pytest.raises(LinkNotFound):
        wa.plan_restoration(network, trips, links=[99])


@pytest.mark.parametrize(
    ("most", "stage"), [(10, "measuring every set of units"), (2, "measuring each candidate at each step")]
)
def test_progress_ends_where_it_said(most: int, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network, trips = two_bridges()
    monkeypatch.setattr(restoration, "MOST_UNITS_FOR_BEST", most)
    told: list[tuple[str, int, int]] = []
    wa.plan_restoration(network, trips, links=[1, 2, 6], progress=lambda *one: told.append(one))
    steps = [(done, total) for name, done, total in told if name == stage]
    assert [done for done, _ in steps] == list(range(steps[0][1]))
