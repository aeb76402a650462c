"""NetworKit: Dijkstra from many origins at once, on a graph that can lose links."""

from importlib.metadata import version

import networkit
import numpy as np
from exchange import SHUT, Sheet, case_from_command_line, check_equal, time_runs

ROWS = 50
"""Origins that are measured; five runs of all 2,000 would take over ten minutes."""
PAIRS = 20


def main() -> None:
    """Measure what NetworKit can do."""
    case, sheet = case_from_command_line(), Sheet("NetworKit", version("networkit"))
    is_open = case.before_ds < SHUT
    ends = case.tail[is_open].astype(np.uint64), case.head[is_open].astype(np.uint64)
    graph = networkit.GraphFromCoo((case.before_ds[is_open].astype(np.float64), ends), n=case.nodes, weighted=True)
    rows = np.sort(np.random.default_rng(1).choice(len(case.terminal), ROWS, replace=False))
    share, terminals = ROWS / len(case.terminal), case.terminal.tolist()
    answer: list[np.ndarray] = []

    def fill() -> None:
        search = networkit.distance.SPSP(graph, case.terminal[rows].tolist())
        search.setTargets(terminals)
        search.run()
        answer[:] = [np.array(search.getDistances(asarray=True))]

    def check(name: str) -> str:
        # The largest double stands for no way.
        times = np.where(answer[0] < SHUT, answer[0], SHUT).astype(np.int64)
        return check_equal(times, np.asarray(case.our_times(name))[rows])

    note = f"{ROWS} origins, the rest by proportion; two threads"
    seconds = time_runs(fill, case.runs, warm=False)
    sheet.add("matrix", seconds, checked=check("before"), share=share, note=note)

    closed = np.flatnonzero(case.before_ds != case.after_ds)
    links = list(zip(case.tail[closed].tolist(), case.head[closed].tolist(), strict=True))

    def close_zone() -> None:
        for link in links:
            graph.removeEdge(*link)
        fill()

    def reopen() -> None:
        for link, time_ds in zip(links, case.before_ds[closed].tolist(), strict=True):
            graph.addEdge(*link, w=time_ds)

    seconds = time_runs(close_zone, case.runs, warm=False, restore=reopen)
    sheet.add("zone", seconds, checked=check("after"), share=share, note=f"{len(links)} links taken out; {note}")

    pairs = case.pairs(PAIRS)
    found: list[float] = []

    def search_pairs(path: bool) -> None:
        found.clear()
        for origin, destination in case.terminal[pairs].tolist():
            # Without predecessors, which only the path needs, version 11.2 crashes here.
            search = networkit.distance.BidirectionalDijkstra(graph, origin, destination, True)
            search.run()
            found.append(search.getDistance())
            if path:
                _ = search.getPath()

    ours = np.asarray(case.our_times("before"))[pairs[:, 0], pairs[:, 1]]
    for job, path in (("pair_search", False), ("path", True)):
        seconds = time_runs(lambda path=path: search_pairs(path), case.runs).each(PAIRS)
        note = f"Dijkstra from both ends, mean of {PAIRS}"
        sheet.add(job, seconds, checked=check_equal(np.array(found), ours), note=note)
    sheet.cannot("customise", reason="has no preprocessing: weights are used as they are")
    sheet.cannot("pair", reason="its labels (pruned landmarks) are for graphs without weights")
    sheet.cannot("n_minus_1", reason="822,383 matrices of minutes each: years")
    sheet.cannot("sum_10000", "totals_10000", reason="half an hour by proportion")
    sheet.cannot("totals_48000", reason="hours by proportion")


if __name__ == "__main__":
    main()
