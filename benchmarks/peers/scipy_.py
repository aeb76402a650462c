"""SciPy: Dijkstra from each origin, the reference that everybody has."""

import numpy as np
import scipy
import scipy.sparse as sp
from exchange import SHUT, PeerCase, Sheet, case_from_command_line, check_equal, time_runs
from scipy.sparse import csgraph

ROWS = 50
"""Origins that are measured; five runs of all 2,000 would take over ten minutes."""


def make_graph(case: PeerCase, time_ds: np.ndarray) -> sp.csr_array:
    """Links both ways as a sparse matrix; SciPy takes an explicit zero for a link of no length, as it should be."""
    is_open = time_ds < SHUT
    tail, head, time = case.tail[is_open], case.head[is_open], time_ds[is_open].astype(np.float64)
    source, target = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.lexsort([target, source])
    first = np.searchsorted(source[order], np.arange(case.nodes + 1))
    return sp.csr_array((np.tile(time, 2)[order], target[order], first), shape=(case.nodes, case.nodes))


def main() -> None:
    """Measure what SciPy can do."""
    case, sheet = case_from_command_line(), Sheet("SciPy", scipy.__version__)
    rows = np.sort(np.random.default_rng(1).choice(len(case.terminal), ROWS, replace=False))
    share = ROWS / len(case.terminal)
    for job, name, time_ds in (("matrix", "before", case.before_ds), ("zone", "after", case.after_ds)):
        answer: list[np.ndarray] = []

        def fill(time_ds: np.ndarray = time_ds, answer: list[np.ndarray] = answer) -> None:
            graph = make_graph(case, time_ds)
            answer[:] = [csgraph.dijkstra(graph, indices=case.terminal[row])[case.terminal] for row in rows]

        seconds = time_runs(fill, case.runs, warm=False)
        times = np.where(np.isfinite(answer), answer, SHUT).astype(np.int64)
        checked = check_equal(times, np.asarray(case.our_times(name))[rows])
        sheet.add(job, seconds, checked=checked, share=share, note=f"{ROWS} origins, the rest by proportion")
    graph = make_graph(case, case.before_ds)
    (origin, destination), *_ = case.pairs(1)
    found: list[float] = []

    def one_pair() -> None:
        distance, _ = csgraph.dijkstra(graph, indices=case.terminal[origin], return_predecessors=True)
        found[:] = [distance[case.terminal[destination]]]

    seconds = time_runs(one_pair, case.runs)
    checked = check_equal(np.array(found), np.asarray(case.our_times("before"))[origin, destination].reshape(1))
    sheet.add("pair_search", seconds, checked=checked, note="always the whole tree of one origin")
    sheet.add("path", seconds, checked=checked, note="the tree holds the path; walking back is not counted")
    sheet.cannot("customise", reason="has no preprocessing: weights are used as they are")
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 matrices of minutes each: years")
    sheet.cannot("sum_10000", "totals_10000", reason="half an hour by proportion")
    sheet.cannot("totals_48000", reason="hours by proportion")


if __name__ == "__main__":
    main()
