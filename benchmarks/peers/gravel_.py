"""gravel: contraction hierarchy and fragility of road networks."""

import time
from importlib.metadata import version

import gravel
import numpy as np
from exchange import SHUT, Sheet, case_from_command_line, check_equal, time_runs

SIZE = 250
"""Rows and columns that are measured."""
PAIRS = 200


def main() -> None:
    """Measure what gravel can do."""
    case, sheet = case_from_command_line(), Sheet("gravel", version("gravel-fragility"))
    tail = np.concatenate([case.tail, case.head]).astype(np.uint32)
    head = np.concatenate([case.head, case.tail]).astype(np.uint32)
    coordinates = np.column_stack([case.lat, case.lon])
    graph = gravel.Graph.from_coo(case.nodes, tail, head, np.tile(case.before_ds, 2).astype(np.float64), coordinates)
    start = time.perf_counter()
    hierarchy = gravel.build_ch(graph)
    build_s = time.perf_counter() - start
    sheet.set_up("hierarchy, weights included", build_s)
    query = gravel.CHQuery(hierarchy)
    chosen = np.sort(np.random.default_rng(1).choice(len(case.terminal), SIZE, replace=False))
    nodes = case.terminal[chosen].tolist()
    answer: list[np.ndarray] = []

    def fill() -> None:
        answer[:] = [query.distance_matrix(nodes, nodes)]

    seconds = time_runs(fill, case.runs, warm=False)
    ours = np.asarray(case.our_times("before"))
    theirs = np.where(answer[0] < SHUT, answer[0], SHUT).astype(np.int64)
    checked = check_equal(theirs, ours[np.ix_(chosen, chosen)])
    share = (SIZE / len(case.terminal)) ** 2
    sheet.add("matrix", seconds, checked=checked, share=share, note=f"{SIZE} x {SIZE}, the rest by proportion")

    pairs = case.pairs(PAIRS)
    ends = case.terminal[pairs].tolist()
    found: list[float] = []

    def search() -> None:
        found[:] = [query.distance(origin, destination) for origin, destination in ends]

    seconds = time_runs(search, case.runs).each(PAIRS)
    checked = check_equal(np.array(found), ours[pairs[:, 0], pairs[:, 1]])
    sheet.add("pair_search", seconds, checked=checked, note=f"mean of {PAIRS}, called from Python")
    seconds = time_runs(lambda: [query.route(origin, destination).path for origin, destination in ends], case.runs)
    sheet.add("path", seconds.each(PAIRS), checked=checked, note=f"nodes, mean of {PAIRS}")
    again = f"its hierarchy holds the weights; building it again took {build_s:.0f} s"
    sheet.cannot("customise", reason=again)
    sheet.cannot("zone", reason=f"{again}, then a matrix; its queries with blocked links take one pair at a time")
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot(
        "n_minus_1", reason="its fragilities are detours of a link's own ends or along one route, not of all pairs"
    )
    sheet.cannot("sum_10000", "totals_10000", reason="an hour by proportion")
    sheet.cannot("totals_48000", reason="a day by proportion")


if __name__ == "__main__":
    main()
