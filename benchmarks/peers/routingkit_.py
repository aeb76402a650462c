"""RoutingKit's customisable contraction hierarchy, through `routingkit-cch`."""

import time
from importlib.metadata import version

import numpy as np
from exchange import SHUT, Sheet, case_from_command_line, check_equal, time_runs
from routingkit_cch import CCH, CCHMetric, CCHMetricPartialUpdater, CCHOneToMany, CCHQuery, compute_order_inertial

NO_WAY = 2**31 - 1
"""RoutingKit's `inf_weight`."""
PAIRS = 1000


def main() -> None:
    """Measure what RoutingKit can do."""
    case, sheet = case_from_command_line(), Sheet("RoutingKit", version("routingkit-cch"))
    tail = np.concatenate([case.tail, case.head]).tolist()
    head = np.concatenate([case.head, case.tail]).tolist()
    before = np.tile(np.minimum(case.before_ds, NO_WAY), 2).tolist()
    start = time.perf_counter()
    order = compute_order_inertial(case.nodes, tail, head, case.lat.tolist(), case.lon.tolist())
    sheet.set_up("order", time.perf_counter() - start)
    start = time.perf_counter()
    cch = CCH(order, tail, head, False)
    sheet.set_up("contraction", time.perf_counter() - start)
    metric = CCHMetric(cch, before)
    customise = time_runs(lambda: metric.reset(before), case.runs)

    terminals = case.terminal.tolist()
    answer: list[list[int | None]] = []

    def fill() -> None:
        search = CCHOneToMany(metric, terminals)
        answer[:] = [search.distances_from(origin) for origin in terminals]

    def times() -> np.ndarray:
        return np.array([[SHUT if one is None else one for one in row] for row in answer])

    seconds = time_runs(fill, case.runs, warm=False)
    checked = check_equal(times(), np.asarray(case.our_times("before")))
    sheet.add("customise", customise, checked=f"by the matrix: {checked}", note="one core; both directions")
    sheet.add("matrix", seconds, checked=checked, note="one core; one search for each origin")

    pairs = case.pairs(PAIRS)
    nodes = case.terminal[pairs].tolist()
    ours = np.asarray(case.our_times("before"))[pairs[:, 0], pairs[:, 1]]
    found: list[int] = []

    def search_pairs() -> None:
        query = CCHQuery(metric)  # must not live on: it locks the metric
        found[:] = [query.run(origin, destination).distance for origin, destination in nodes]

    def search_paths() -> None:
        query = CCHQuery(metric)
        for origin, destination in nodes:
            _ = query.run(origin, destination).arc_path

    seconds = time_runs(search_pairs, case.runs).each(PAIRS)
    checked = check_equal(np.array(found), ours)
    sheet.add("pair_search", seconds, checked=checked, note=f"mean of {PAIRS:,} pairs, called from Python")
    seconds = time_runs(search_paths, case.runs).each(PAIRS)
    sheet.add("path", seconds, checked=checked, note=f"search and path, mean of {PAIRS:,}, called from Python")

    changed = np.flatnonzero(case.before_ds != case.after_ds)
    arcs = np.concatenate([changed, changed + len(case.tail)])
    close = dict(zip(arcs.tolist(), np.tile(np.minimum(case.after_ds[changed], NO_WAY), 2).tolist(), strict=True))
    reopen = dict(zip(arcs.tolist(), np.tile(case.before_ds[changed], 2).tolist(), strict=True))
    updater = CCHMetricPartialUpdater(cch)

    def close_zone() -> None:
        updater.apply(metric, close)
        fill()

    zone = time_runs(close_zone, case.runs, warm=False, restore=lambda: updater.apply(metric, reopen))
    checked = check_equal(times(), np.asarray(case.our_times("after")))
    sheet.add("zone", zone, checked=checked, note="partial customisation, then all pairs again")

    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 updates and matrices of seconds each: weeks")
    sheet.cannot("sum_10000", "totals_10000", reason="minutes by proportion, and every row becomes a Python list")
    sheet.cannot("totals_48000", reason="over an hour by proportion")


if __name__ == "__main__":
    main()
