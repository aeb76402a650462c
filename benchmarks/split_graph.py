"""The same graph for tools that know nodes only: links cut at the terminals, so that each is a node of its own.

The pieces of a cut link take our legs, so that all distances stay exactly equal. Of parallel links the faster one
is kept, and self-loops go: both help the peers and change no time.
"""

from pathlib import Path

import numpy as np
from case import Case

from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE, Int64Array


def write_peer_case(case: Case, folder: Path, *, runs: int, before: Int64Array, after: Int64Array) -> None:
    """Write the graph and our answers.

    Parameters
    ----------
    case : Case
        What is measured.
    folder : Path
        Where to; it is made.
    runs : int
        How often a peer repeats a job.
    before, after : (n, n) ndarray of int64
        Our times in deciseconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = case.network
    after_weights, after_terminals = case.closed
    tail, head, before_ds = split_links(network.link_tail, network.link_head, case.weights, case.terminals)
    _, _, after_ds = split_links(network.link_tail, network.link_head, after_weights, after_terminals)
    kept = fastest_of_parallel(tail, head, before_ds)
    if not np.array_equal(kept, fastest_of_parallel(tail, head, after_ds)):
        kept = np.union1d(kept, fastest_of_parallel(tail, head, after_ds))
    np.savez(
        folder / "graph.npz",
        tail=tail[kept],
        head=head[kept],
        before_ds=before_ds[kept],
        after_ds=after_ds[kept],
        lon=np.concatenate([network.node_lon, case.snapped.road_lon]),
        lat=np.concatenate([network.node_lat, case.snapped.road_lat]),
        terminal=network.nodes + np.arange(len(case.places)),
        runs=runs,
    )
    np.save(folder / "before_ds.npy", before)
    np.save(folder / "after_ds.npy", after)


def split_links(
    link_tail: np.ndarray, link_head: np.ndarray, weights: LinkWeights, terminals: Terminals
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Links with each terminal as a node after all others.

    Parameters
    ----------
    link_tail, link_head : (links,) ndarray of int
        Ends of the links.
    weights : LinkWeights
        Alike in both directions.
    terminals : Terminals
        Points inside links.

    Returns
    -------
    tail, head, time_ds : (k,) ndarray of int64
        Uncut links first, then the pieces.

    Examples
    --------
    >>> weights = LinkWeights(np.array([100]), np.array([100]), np.array([1000]))
    >>> half = np.array([50])
    >>> middle = Terminals(np.array([0]), np.array([0.5]), half, half, half, half, half * 10, half * 10)
    >>> split_links(np.array([0]), np.array([1]), weights, middle)
    (array([0, 2]), array([2, 1]), array([50, 50]))
    """
    if not np.array_equal(weights.forward_ds, weights.backward_ds):
        raise SystemExit("the benchmark's graph is alike in both directions; this one is not")
    nodes = int(max(link_tail.max(), link_head.max())) + 1
    order = np.lexsort([terminals.position, terminals.link])
    link = terminals.link[order]
    is_first = np.append(True, link[1:] != link[:-1])
    is_last = np.append(is_first[1:], True)
    inner = np.flatnonzero(~is_last)
    uncut = np.ones(len(link_tail), dtype=bool)
    uncut[link] = False
    uncut &= np.asarray(link_tail) != np.asarray(link_head)
    between, _ = terminals.direct(order[inner], order[inner + 1])
    node = nodes + order
    parts = (
        (link_tail[uncut], link_head[uncut], weights.forward_ds[uncut]),
        (link_tail[link[is_first]], node[is_first], terminals.to_tail_ds[order[is_first]]),
        (node[inner], node[inner + 1], between),
        (node[is_last], link_head[link[is_last]], terminals.to_head_ds[order[is_last]]),
    )
    tail, head, time_ds = (np.concatenate([part[column] for part in parts]).astype(np.int64) for column in range(3))
    return tail, head, np.minimum(time_ds, UNREACHABLE)


def fastest_of_parallel(tail: Int64Array, head: Int64Array, time_ds: Int64Array) -> Int64Array:
    """Rows of the fastest link between each two nodes, in order.

    Examples
    --------
    >>> fastest_of_parallel(np.array([0, 1, 2]), np.array([1, 0, 1]), np.array([5, 4, 9]))
    array([1, 2])
    """
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort([time_ds, high, low])
    new = np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0))
    return np.sort(order[new])
