"""The judge itself, against all simple paths of small networks."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wayaround.routing.reference import ReferenceEngine
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

NODES = 5


@st.composite
def networks(draw: st.DrawFn) -> tuple[ReferenceEngine, LinkWeights]:
    count = draw(st.integers(1, 8))
    end = st.integers(0, NODES - 1)
    tail = np.array(draw(st.lists(end, min_size=count, max_size=count)))
    head = np.array(draw(st.lists(end, min_size=count, max_size=count)))
    time = st.one_of(st.integers(0, 6), st.just(UNREACHABLE))
    forward = np.array(draw(st.lists(time, min_size=count, max_size=count)), dtype=np.int64)
    backward = np.array(draw(st.lists(time, min_size=count, max_size=count)), dtype=np.int64)
    length = np.array(draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), dtype=np.int64)
    return ReferenceEngine(NODES, tail, head), LinkWeights(forward, backward, length)


def at_nodes(engine: ReferenceEngine, weights: LinkWeights) -> Terminals:
    """A terminal at the tail of every link."""
    link = np.arange(len(engine.tail))
    zero = np.zeros(len(link), dtype=np.int64)
    return Terminals(
        link=link,
        position=zero.astype(float),
        to_tail_ds=zero,
        to_head_ds=weights.forward_ds,
        from_tail_ds=zero,
        from_head_ds=weights.backward_ds,
        tail_m=zero,
        head_m=weights.length_m,
    )


def best_by_enumeration(engine: ReferenceEngine, weights: LinkWeights, start: int, goal: int) -> tuple[int, int]:
    """Least (time, metres) over all orders of visiting nodes."""
    arcs: dict[tuple[int, int], tuple[int, int]] = {}
    for tail, head, forward, backward, metres in zip(
        engine.tail, engine.head, weights.forward_ds, weights.backward_ds, weights.length_m, strict=True
    ):
        for one, other, time in ((tail, head, forward), (head, tail, backward)):
            if time < UNREACHABLE:
                key = (int(one), int(other))
                arcs[key] = min(arcs.get(key, (UNREACHABLE, UNREACHABLE)), (int(time), int(metres)))
    best = (0, 0) if start == goal else (UNREACHABLE, UNREACHABLE)
    between = [node for node in range(NODES) if node not in (start, goal)]
    for size in range(len(between) + 1):
        for order in itertools.permutations(between, size):
            path = [start, *order, goal]
            steps = [arcs.get(step) for step in itertools.pairwise(path)]
            if all(step is not None for step in steps):
                best = min(best, (sum(s[0] for s in steps if s), sum(s[1] for s in steps if s)))
    return best


@settings(max_examples=150)
@given(networks())
def test_times_and_metres_are_the_least_of_all_paths(case: tuple[ReferenceEngine, LinkWeights]) -> None:
    engine, weights = case
    terminals = at_nodes(engine, weights)
    query = engine.customise(weights).query(terminals)
    for one, other in itertools.product(range(len(terminals)), repeat=2):
        start, goal = int(engine.tail[one]), int(engine.tail[other])
        skim = query.skim(np.array([one]), np.array([other]))
        found = (int(skim.time_ds[0]), int(skim.length_m[0]))
        assert found == best_by_enumeration(engine, weights, start, goal)
        route = query.route(one, other)
        if found[0] == UNREACHABLE:
            assert route is None
        else:
            assert route is not None
            ways = np.where(route.forward, weights.forward_ds[route.links], weights.backward_ds[route.links])
            assert ways.sum() == found[0]
            assert weights.length_m[route.links].sum() == found[1]


@settings(max_examples=60)
@given(networks(), st.integers(1, 1000))
def test_flow_times_weight_is_weight_times_time(case: tuple[ReferenceEngine, LinkWeights], weight: int) -> None:
    engine, weights = case
    terminals = at_nodes(engine, weights)
    query = engine.customise(weights).query(terminals)
    pairs = np.array(list(itertools.product(range(len(terminals)), repeat=2)))
    origin, destination = pairs.T
    each = np.full(len(pairs), weight, dtype=np.int64)
    flows = query.flows(origin, destination, each)
    skim = query.skim(origin, destination)
    open_ = skim.time_ds < UNREACHABLE
    driven = 0
    for flow, time in (
        (flows.forward, weights.forward_ds),
        (flows.backward, weights.backward_ds),
        (flows.to_tail, terminals.to_tail_ds),
        (flows.to_head, terminals.to_head_ds),
        (flows.from_tail, terminals.from_tail_ds),
        (flows.from_head, terminals.from_head_ds),
    ):
        driven += int((flow[flow > 0] * time[flow > 0]).sum())
    driven += int((each * skim.time_ds)[flows.direct & open_].sum())
    assert driven == int((each[open_] * skim.time_ds[open_]).sum())
