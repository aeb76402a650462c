"""scgraph: its contraction hierarchy, on a part of the network."""

import time
from importlib.metadata import version

import numpy as np
from exchange import SHUT, PeerCase, Sheet, case_from_command_line, check_equal, time_runs
from scgraph import Graph
from scipy import sparse

NODES = 150_000
"""Most nodes of the part: the hierarchy of the whole network took over ten minutes."""
SIZE = 40
"""Rows and columns that are measured."""
PAIRS = 200


def largest_part(case: PeerCase, most: int) -> np.ndarray:
    """Whether each node is in the largest connected part of at most so many nodes: no way leaves it."""
    is_open = case.before_ds < SHUT
    ends = case.tail[is_open], case.head[is_open]
    joined = sparse.coo_array((np.ones(len(ends[0])), ends), shape=(case.nodes, case.nodes))
    _, part = sparse.csgraph.connected_components(joined, directed=False)
    size = np.bincount(part)
    return part == np.argmax(np.where(size <= most, size, 0))


def main() -> None:
    """Measure what scgraph can do."""
    case, sheet = case_from_command_line(), Sheet("scgraph", version("scgraph"))
    inside = largest_part(case, NODES)
    row = np.cumsum(inside) - 1
    graph: list[dict[int, int]] = [{} for _ in range(np.count_nonzero(inside))]
    for link in np.flatnonzero(inside[case.tail] & (case.before_ds < SHUT)).tolist():
        tail, head, time_ds = int(row[case.tail[link]]), int(row[case.head[link]]), int(case.before_ds[link])
        graph[tail][head] = graph[head][tail] = time_ds
    start = time.perf_counter()
    network = Graph(graph)
    network.create_contraction_hierarchy()
    build_s = time.perf_counter() - start
    sheet.set_up(f"hierarchy of {len(graph):,} nodes, weights included", build_s)

    within = np.flatnonzero(inside[case.terminal])
    rng = np.random.default_rng(1)
    chosen = np.sort(rng.choice(within, SIZE, replace=False))
    part = f"in the largest connected part of under {NODES:,} nodes, {len(graph):,} of {case.nodes:,}, one core"
    for job, drawn, note in (
        ("matrix", np.stack(np.meshgrid(chosen, chosen, indexing="ij"), axis=-1).reshape(-1, 2), "pair by pair"),
        ("pair_search", rng.choice(within, (PAIRS, 2)), "called from Python"),
        ("path", rng.choice(within, (PAIRS, 2)), "nodes; called from Python"),
    ):
        ends = row[case.terminal[drawn]].tolist()
        found: list[float] = []

        def search(ends: list[list[int]] = ends, found: list[float] = found, path: bool = job == "path") -> None:
            found[:] = [network.contraction_hierarchy(*pair, length_only=not path)["length"] for pair in ends]

        seconds = time_runs(search, case.runs)
        checked = check_equal(np.array(found), np.asarray(case.our_times("before"))[drawn[:, 0], drawn[:, 1]])
        if job == "matrix":
            share = (SIZE / len(case.terminal)) ** 2
            sheet.add(
                job,
                seconds,
                checked=checked,
                share=share,
                note=f"{SIZE} x {SIZE} {note}, the rest by proportion; {part}",
            )
        else:
            sheet.add(job, seconds.each(PAIRS), checked=checked, note=f"mean of {PAIRS}, {note}; {part}")
    again = f"its hierarchy holds the weights; building that of {len(graph):,} nodes again took {build_s:.0f} s"
    sheet.cannot("customise", reason=again)
    sheet.cannot("zone", reason=f"cannot close a link of a hierarchy that is there; {again}")
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 hierarchies of minutes each: years")
    sheet.cannot("sum_10000", "totals_10000", reason="a day by proportion")
    sheet.cannot("totals_48000", reason="weeks by proportion")


if __name__ == "__main__":
    main()
