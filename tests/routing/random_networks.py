"""Networks that no road agency would build, for racing the engines: every oddity at once, weights full of ties."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE

EIGHTHS = 8


@dataclass(frozen=True)
class Case:
    nodes: int
    tail: np.ndarray
    head: np.ndarray
    weights: LinkWeights
    order: np.ndarray
    terminals: Terminals


@st.composite
def link_times(draw: st.DrawFn, links: int, *, symmetric: bool) -> tuple[np.ndarray, np.ndarray]:
    """Times by direction: nothing, little (ties), much, or shut."""
    time = st.one_of(st.integers(0, 4), st.integers(0, 500), st.just(UNREACHABLE))
    forward = draw(st.lists(time, min_size=links, max_size=links))
    backward = forward if symmetric else draw(st.lists(time, min_size=links, max_size=links))
    return np.array(forward, dtype=np.int64), np.array(backward, dtype=np.int64)


@st.composite
def cases(
    draw: st.DrawFn, *, max_nodes: int = 12, max_links: int = 28, max_terminals: int = 9, metres_by_way: bool = False
) -> Case:
    """A multigraph with parallel links, self-loops and parts, in any order of contraction, with terminals.

    With `metres_by_way` the second measure differs by direction, as time does beside money.
    """
    nodes = draw(st.integers(1, max_nodes))
    links = draw(st.integers(1, max_links))
    end = st.integers(0, nodes - 1)
    tail = np.array(draw(st.lists(end, min_size=links, max_size=links)))
    head = np.array(draw(st.lists(end, min_size=links, max_size=links)))
    forward, backward = draw(link_times(links, symmetric=draw(st.booleans())))
    metre = st.integers(0, 3) if draw(st.booleans()) else st.integers(0, 90)
    length_m = np.array(draw(st.lists(metre, min_size=links, max_size=links)), dtype=np.int64)
    back_m = None
    if metres_by_way:
        back_m = np.array(draw(st.lists(metre, min_size=links, max_size=links)), dtype=np.int64)
    weights = LinkWeights(forward, backward, length_m, back_m=back_m)
    order = np.array(draw(st.permutations(range(nodes))))
    count = draw(st.integers(1, max_terminals))
    link = np.array(draw(st.lists(st.integers(0, links - 1), min_size=count, max_size=count)))
    eighth = np.array(draw(st.lists(st.integers(0, EIGHTHS), min_size=count, max_size=count)))
    shut = np.array(draw(st.lists(st.integers(0, 40), min_size=4 * count, max_size=4 * count)))
    terminals = terminals_inside(weights, link, eighth, shut=shut.reshape(4, count) < 4)
    return Case(nodes, tail, head, weights, order, terminals)


def terminals_inside(
    weights: LinkWeights, link: np.ndarray, eighth: np.ndarray, *, shut: np.ndarray | None = None
) -> Terminals:
    """Terminals at eighths of their links; legs take their part of the link's time, and some are `shut`."""
    forward, backward = weights.forward_ds[link], weights.backward_ds[link]
    ahead, behind = _part(forward, eighth), _part(backward, eighth)
    tail_m = weights.length_m[link] * eighth // EIGHTHS
    legs = np.stack(
        [
            behind,
            np.where(forward >= UNREACHABLE, UNREACHABLE, forward - ahead),
            ahead,
            np.where(backward >= UNREACHABLE, UNREACHABLE, backward - behind),
        ]
    )
    if shut is not None:
        legs[shut] = UNREACHABLE
    head_m = weights.length_m[link] - tail_m
    if weights.back_m is None:
        return Terminals(link, eighth / EIGHTHS, *legs, tail_m, head_m)
    back_tail_m = weights.back_m[link] * eighth // EIGHTHS
    back_head_m = weights.back_m[link] - back_tail_m
    return Terminals(link, eighth / EIGHTHS, *legs, back_tail_m, head_m, tail_m, back_head_m)


def _part(time_ds: np.ndarray, eighth: np.ndarray) -> np.ndarray:
    return np.where(time_ds >= UNREACHABLE, UNREACHABLE, np.minimum(time_ds, 1 << 40) * eighth // EIGHTHS)


def all_pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Every ordered pair, the diagonal included."""
    return np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
