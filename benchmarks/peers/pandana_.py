"""pandana: contraction hierarchies for accessibility studies."""

import time
import warnings
from importlib.metadata import version

import numpy as np
import pandana
import pandas as pd
from exchange import SHUT, Sheet, case_from_command_line, check_equal, time_runs

SIZE = 500
"""Rows and columns that are measured."""
PAIRS = 1000
UNIT = 0.25
"""pandana's weight of a decisecond: it keeps thousandths of a weight as whole numbers of 32 bits."""
NO_WAY = 4294967.29


def main() -> None:
    """Measure what pandana can do."""
    case, sheet = case_from_command_line(), Sheet("pandana", version("pandana"))
    # It names every pair without a way in a warning.
    warnings.simplefilter("ignore")
    is_open = case.before_ds < SHUT
    start = time.perf_counter()
    network = pandana.Network(
        pd.Series(case.lon),
        pd.Series(case.lat),
        pd.Series(case.tail[is_open]),
        pd.Series(case.head[is_open]),
        pd.DataFrame({"time": case.before_ds[is_open] * UNIT}),
    )
    build_s = time.perf_counter() - start
    sheet.set_up("network, hierarchy and weights included", build_s)
    chosen = np.sort(np.random.default_rng(1).choice(len(case.terminal), SIZE, replace=False))
    nodes, ours = case.terminal[chosen], np.asarray(case.our_times("before"))
    origin, destination = np.repeat(nodes, SIZE), np.tile(nodes, SIZE)
    answer: list[np.ndarray] = []

    def fill(origin: np.ndarray, destination: np.ndarray) -> None:
        answer[:] = [np.asarray(network.shortest_path_lengths(origin, destination))]

    def times() -> np.ndarray:
        return np.where(answer[0] < NO_WAY, np.rint(answer[0] / UNIT), SHUT).astype(np.int64)

    seconds = time_runs(lambda: fill(origin, destination), case.runs, warm=False)
    checked = check_equal(times().reshape(SIZE, SIZE), ours[np.ix_(chosen, chosen)])
    share = (SIZE / len(case.terminal)) ** 2
    note = f"{SIZE} x {SIZE} as a list of pairs, the rest by proportion; two threads"
    sheet.add("matrix", seconds, checked=checked, share=share, note=note)

    pairs = case.pairs(PAIRS)
    ends = case.terminal[pairs].T
    note = f"mean of {PAIRS:,} in one call, two threads"
    seconds = time_runs(lambda: fill(*ends), case.runs).each(PAIRS)
    checked = check_equal(times(), ours[pairs[:, 0], pairs[:, 1]])
    sheet.add("pair_search", seconds, checked=checked, note=note)
    seconds = time_runs(lambda: network.shortest_paths(*ends), case.runs).each(PAIRS)
    sheet.add("path", seconds, checked=checked, note=f"nodes; {note}")
    again = f"its hierarchy holds the weights; building it again took {build_s:.0f} s"
    sheet.cannot("customise", reason=again)
    sheet.cannot("zone", reason=f"cannot close a link of a network that is there; {again}, then a matrix")
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 networks and matrices of minutes each: years")
    sheet.cannot("sum_10000", "totals_10000", reason="an hour by proportion")
    sheet.cannot("totals_48000", reason="a day by proportion")


if __name__ == "__main__":
    main()
