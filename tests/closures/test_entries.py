"""A toll by passage on a class of road: paid where the class is entered, once."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from hand_made import Link, make_network
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.closures.charges import Charge, MatchedCharge, match_charges
from wayaround.closures.closure import RoadClass
from wayaround.closures.costs import PricedRoads
from wayaround.closures.effects import apply_closures
from wayaround.network.attributes import Mode
from wayaround.network.profiles import drive_times, override_profile
from wayaround.network.rates import Scale

NOBODY = Mode(0)
TOLL = Charge.at(RoadClass("motorway"), id="vignette", per_passage=Decimal(7))
LORRY = override_profile(wa.load_profile("truck"), {"currency": "USD", "per_km": Decimal(1)})

MOTORWAY = [
    Link(0, 1),
    Link(1, 2, road_class="motorway_link", backward=NOBODY),
    Link(2, 3, road_class="motorway", backward=NOBODY),
    Link(3, 4, road_class="motorway", backward=NOBODY),
    Link(4, 5, road_class="motorway", backward=NOBODY),
    Link(5, 6, road_class="motorway_link", backward=NOBODY),
    Link(3, 7, road_class="motorway_link", backward=NOBODY),
    Link(7, 4, road_class="motorway_link", backward=NOBODY),
    Link(6, 8),
]
"""A motorway with a slip road on, one off, and a place to leave it and come back."""


def match(network: wa.RoadNetwork) -> MatchedCharge:
    return match_charges(network, [TOLL], LORRY)[0]


def count_payments(network: wa.RoadNetwork, charge: MatchedCharge, walk: Sequence[tuple[int, bool]]) -> int:
    """How often the toll is paid along links, each with whether it is driven forward."""
    rates = LORRY.rates
    assert rates is not None
    roads = PricedRoads(apply_closures(drive_times(network, LORRY), []), rates, Scale(0), [charge])
    paid = 0
    for link, forward in walk:
        units, _ = roads.stretch(np.array([link]), np.zeros(1), np.ones(1), forward=forward)
        paid += int(units[0, 0])
    assert paid % 7 == 0
    return paid // 7


def test_the_class_is_paid_once_and_again_after_leaving_it() -> None:
    network = make_network(MOTORWAY)
    charge = match(network)
    assert count_payments(network, charge, [(link, True) for link in (0, 1, 2, 3, 4, 5, 8)]) == 1
    assert count_payments(network, charge, [(link, True) for link in (0, 1, 2, 6, 7, 4, 5)]) == 2
    assert count_payments(network, charge, [(link, True) for link in (2, 3, 4, 5)]) == 0
    assert charge.matched.warnings == ("paid at 2 junctions, where the class is entered from another road",)


def test_who_crosses_on_the_level_is_counted_in_a_warning() -> None:
    network = make_network([Link(0, 1), Link(1, 2), Link(1, 3, road_class="motorway")])
    charge = match(network)
    assert count_payments(network, charge, [(0, True), (1, True)]) == 1
    assert "at 1 of them who crosses or passes the class" in charge.matched.warnings[1]


def test_a_class_that_is_not_there_costs_nobody() -> None:
    charge = match(make_network([Link(0, 1)]))
    assert len(charge.matched.links) == 0


def test_a_journey_pays_what_the_scenario_says() -> None:
    network = make_network(MOTORWAY)
    trips = wa.named_trips(network, [["0,0.002", "0,0.068"]])
    impact = wa.assess(network, closures=[], trips=trips, charges=[TOLL], profile=LORRY)
    plain = wa.assess(network, closures=[], trips=trips, profile=LORRY)
    assert impact.costs is not None
    assert plain.costs is not None
    assert impact.costs.money(impact.costs.before)[0] - plain.costs.money(plain.costs.before)[0] == 7


@given(seed=st.integers(0, 10**6))
def test_payments_are_the_arrivals_by_other_roads(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = 8
    ends = random.integers(0, nodes, (20, 2))
    links = [
        Link(
            int(tail),
            int(head),
            road_class=str(random.choice(["motorway", "primary"])),
            backward=NOBODY if random.random() < 0.5 else Link().backward,
        )
        for tail, head in ends
        if tail != head
    ]
    links.append(Link(nodes - 2, nodes - 1))
    network = make_network(links)
    charge = match(network)
    begins = {link.tail for link in links if link.road_class == "motorway"} | {
        link.head for link in links if link.road_class == "motorway" and link.backward != NOBODY
    }
    at, walk, expected = int(random.integers(nodes)), [], 0
    for _ in range(30):
        ways = [
            (row, forward, to)
            for row, link in enumerate(links)
            for forward, start, to in ((True, link.tail, link.head), (False, link.head, link.tail))
            if start == at and (forward or link.backward != NOBODY)
        ]
        if not ways:
            break
        row, forward, at = ways[int(random.integers(len(ways)))]
        walk.append((row, forward))
        expected += links[row].road_class != "motorway" and at in begins
    assert count_payments(network, charge, walk) == expected
