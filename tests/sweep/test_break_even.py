"""The toll at which a way is given up, against every way there is."""

from decimal import Decimal
from pathlib import Path

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from small_networks import make_network
from test_costs import LORRY, all_ways

import wayaround as wa
from wayaround.closures.closure import Closure, LinkIds
from wayaround.scenario import check_scenario

RATES = {"base": "truck", "currency": "USD", "per_hour": 35.5, "per_km": 0.9, "per_wait_hour": 20}


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
@example(seed=1)
def test_a_toll_breaks_even_where_the_best_way_round_costs_the_same(seed: int) -> None:
    random = np.random.default_rng(seed)
    nodes = 6
    ring = [(node, (node + 1) % nodes) for node in range(nodes)]
    chords = [(a, b) for a in range(nodes) for b in range(a + 2, nodes) if (a, b) != (0, nodes - 1)]
    ends = [*ring, *(chords[row] for row in random.choice(len(chords), 4, replace=False))]
    network = make_network(
        ends,
        random.integers(8_000, 40_000, len(ends)).tolist(),
        lon=random.uniform(0, 2, nodes),
        lat=random.uniform(0, 2, nodes),
    )
    tail, head = np.array(ends[:1] + ends[3:4]).T
    lat, lon = ((of[tail] + of[head]) / 2 for of in (network.node_lat, network.node_lon))
    pair = [f"{one:.6f},{other:.6f}" for one, other in zip(lat, lon, strict=True)]
    trips = wa.named_trips(network, [pair])
    taken = wa.assess(network, closures=[], trips=trips, profile=LORRY).journeys[0].before
    assert taken is not None
    inner = [link for link in taken.links.tolist() if link not in trips.snapped.link]
    assume(inner)
    tolled = inner[len(inner) // 2]

    shut = wa.assess(network, closures=[Closure(LinkIds((tolled,)))], trips=trips, profile=LORRY)
    assert shut.costs is not None
    through, round_it = (
        min((way[0] for way in all_ways(network, trips, roads, 0)), default=None) for roads in shut.costs.roads
    )
    assume(through is not None and round_it is not None and round_it > through)
    assert through is not None
    assert round_it is not None
    breaks_even = Decimal(round_it - through) / Decimal(int(shut.costs.scale.per_one))

    top = int(2 * breaks_even) + 4
    content = {
        "title": "A toll that grows",
        "profile": RATES,
        "tolls": [{"id": "gate", "links": [tolled], "per_passage": 0}],
        "trips": {"pairs": [pair]},
    }
    scenario = check_scenario(content, path=Path("toll.toml"), dates_as_text=True)
    sweep = wa.sweep_scenario(scenario, [f"tolls.gate.per_passage=0:{top}:{top / 4:g}"], network=network)
    one, other = sweep.flips[0].stretches
    low, high = one.values[-1], other.values[0]
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert low <= breaks_even <= high
    assert high - low <= Decimal(top) / 100
