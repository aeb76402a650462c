"""What is measured of wayaround itself."""

import subprocess
import sys
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import numpy as np
from case import CITIES, Case
from peers.exchange import Runs, Sheet, time_children, time_runs
from search import search_pairs, search_tables

from wayaround.routing import totals
from wayaround.routing.kernels import labels as label_kernels
from wayaround.routing.metric import HierarchyMetric, customise_hierarchy
from wayaround.routing.overlay import Overlays
from wayaround.routing.query import HierarchyQuery, unpack_weights
from wayaround.units import UNREACHABLE

PAIRS = 1_000_000
FRESH = Path(__file__).with_name("fresh.py")


class OurJobs:
    """Our runs, one method a job; the sheet and the two matrices are what is kept.

    Parameters
    ----------
    case : Case
        What is measured.
    runs : int
        How often.
    """

    def __init__(self, case: Case, runs: int) -> None:
        self.case, self.runs = case, runs
        self.sheet = Sheet("wayaround", version("wayaround"), shown=False)
        self.metric = customise_hierarchy(case.hierarchy, case.weights)
        self.query = self.metric.query(case.terminals)
        self.before = self.query.packed_matrix()
        self.after = self.close_links().query(case.closed[1]).packed_matrix()

    def close_links(self) -> HierarchyMetric:
        """The metric with the zone's links shut."""
        links, weights = self.case.closed_links, self.case.closed[0]
        return self.metric.changed(links, forward_ds=weights.forward_ds[links], backward_ds=weights.backward_ds[links])

    def measure(self, folder: Path) -> None:
        """All jobs that take seconds; `folder` is for what other processes need."""
        self.matrices()
        self.pairs()
        self.fresh_process(folder)
        self.totals(CITIES, "totals_2000")
        self.sum_once(10_000, "sum_10000")
        self.totals(10_000, "totals_10000")

    def matrices(self) -> None:
        """Customisation and matrices, before and after the zone."""
        case, sheet = self.case, self.sheet
        seconds = time_runs(lambda: customise_hierarchy(case.hierarchy, case.weights), self.runs)
        by_matrix = "by the matrix, which every peer is held against"
        sheet.add("customise", seconds, checked=by_matrix)
        out = np.empty_like(self.before)
        seconds = time_runs(lambda: self.metric.query(case.terminals).packed_matrix(out), self.runs)
        sheet.add("matrix", seconds, checked=by_matrix, note="into memory that is there; time and metres packed")
        sheet.add_parts("matrix", {"labels": time_runs(lambda: self.metric.query(case.terminals), self.runs)})
        _ = case.closed

        def close() -> None:
            self.query.follow(self.close_links(), case.closed[1]).packed_matrix(out, before=self.before)

        seconds = time_runs(close, self.runs)
        whole = customise_hierarchy(case.hierarchy, case.closed[0]).query(case.closed[1]).packed_matrix()
        if not np.array_equal(out, whole):
            raise SystemExit("the matrix after closing differs from that of a fresh customisation")
        closed = self.query.follow(self.close_links(), case.closed[1])
        assert closed.stale is not None
        note = f"{len(case.closed_links)} links; {np.count_nonzero(closed.stale[0]):,} labels and their pairs made anew"
        sheet.add("zone", seconds, checked="equal to a fresh customisation", note=note)
        parts = {
            "metric, by partial customisation of a copy": time_runs(self.close_links, self.runs),
            "labels": time_runs(lambda: self.query.follow(closed.metric, case.closed[1]), self.runs),
            "copy of the matrix": time_runs(lambda: np.copyto(out, self.before), self.runs),
        }
        sheet.add_parts("zone", parts)
        overlays = Overlays(self.metric)

        def close_on_loan() -> None:
            links, weights = case.closed_links, case.closed[0]
            shut = weights.forward_ds[links], weights.backward_ds[links]
            with overlays.changed(links, forward_ds=shut[0], backward_ds=shut[1]) as metric:
                self.query.follow(metric, case.closed[1]).packed_matrix(out, before=self.before)

        seconds = time_runs(close_on_loan, self.runs)
        if not np.array_equal(out, whole):
            raise SystemExit("the matrix of a change on loan differs from that of a fresh customisation")
        sheet.add("zone_loan", seconds, checked="as above", note="the changed metric borrowed instead of copied")

        def from_circle() -> None:
            weights, terminals = case.match_zone()
            links = np.flatnonzero(weights.forward_ds != case.weights.forward_ds)
            shut = weights.forward_ds[links]
            closed = self.metric.changed(links, forward_ds=shut, backward_ds=weights.backward_ds[links])
            self.query.follow(closed, terminals).packed_matrix(out, before=self.before)

        sheet.add("zone_match", time_runs(from_circle, self.runs), checked="as above")

    def pairs(self) -> None:
        """Single pairs."""
        query, sheet = self.query, self.sheet
        labels = query.labels
        rng = np.random.default_rng(2)
        drawn = rng.integers(0, len(self.case.places), (4 * PAIRS, 2))
        origin, destination = drawn[self.before[drawn[:, 0], drawn[:, 1]] < UNREACHABLE][:PAIRS].T.copy()
        ours = self.before[origin, destination]
        start, stop = labels.place[origin], labels.place[destination]
        way = self.meet_pairs(query, origin, destination)
        seconds = time_runs(lambda: self.meet_pairs(query, origin, destination), self.runs).each(PAIRS)
        near = self.case.terminals.link[origin] == self.case.terminals.link[destination]
        if not np.array_equal(way[~near], ours[~near]):
            raise SystemExit("single pairs differ from the matrix")
        sheet.add("pair", seconds, checked="equal to the matrix", note=f"mean of {PAIRS:,} that have a way, one core")
        few = [(origin[k : k + 1], destination[k : k + 1]) for k in range(1000)]
        seconds = time_runs(lambda: [query.skim(*pair) for pair in few], self.runs)
        sheet.add("pair_python", seconds.each(1000), checked="tested", note="`Query.skim`, mean of 1,000")

        some = slice(0, 10_000)
        searched = np.empty(10_000, dtype=np.int64)
        seconds = time_runs(lambda: search_pairs(start[some], stop[some], *search_tables(query), searched), self.runs)
        if not np.array_equal(searched[~near[some]], ours[some][~near[some]]):
            raise SystemExit("pairs without labels differ from the matrix")
        note = "both searches up the elimination tree, compiled, mean of 10,000, one core"
        searching = seconds.each(10_000)
        sheet.add("pair_search", searching, checked="equal to the matrix", note=note)

        joined = np.column_stack([origin, destination])[:1000].tolist()
        seconds = time_runs(lambda: [query.route(*pair) for pair in joined], self.runs)
        exact = sum(self.check_path(*pair) for pair in joined)
        checked = f"lengths of {exact:,} of them added up link by link equal to the matrix"
        note = f"links of the whole route by `Query.route`, mean of {len(joined):,} pairs"
        sheet.add("path", seconds.each(len(joined)), checked=checked, note=note)
        sheet.add_parts("path", {"both searches": searching})

    @staticmethod
    def meet_pairs(query: HierarchyQuery, origin: np.ndarray, destination: np.ndarray) -> np.ndarray:
        """Packed times of many pairs, by labels alone, in compiled code."""
        labels = query.labels
        way, peak = np.empty(len(origin), dtype=np.int64), np.empty(len(origin), dtype=np.int32)
        ends = labels.place[origin], labels.place[destination]
        label_kernels.meet_pairs(*ends, query.least_common, labels.first, labels.up, labels.down, way, peak)
        return way

    def check_path(self, origin: int, destination: int) -> bool:
        """Whether a path begins and ends on the links of its terminals and so can be added up; stop if it is wrong."""
        terminals, route = self.case.terminals, self.query.route(origin, destination)
        ends = [terminals.link[origin], terminals.link[destination]]
        if route is None or len(route.links) < 2 or list(route.links[[0, -1]]) != ends:
            return False  # a leg of no length is left out
        first = terminals.head_m if route.forward[0] else terminals.tail_m
        last = terminals.tail_m if route.forward[-1] else terminals.head_m
        metres = first[origin] + self.metric.length_m[route.links[1:-1]].sum() + last[destination]
        if metres != unpack_weights(self.before[origin, destination])[1]:
            raise SystemExit(f"the path from {origin} to {destination} has {metres} m")
        return True

    def fresh_process(self, folder: Path) -> None:
        """Opening, and memory, each in a process of its own; `folder` takes the terminals."""
        seconds = time_runs(lambda: run_fresh("pair"), self.runs, clock=time_children)
        self.sheet.add("open", seconds, checked="tested", note="whole process, Python's start and imports included")
        snapped = self.case.snapped
        np.savez(folder / "terminals.npz", **{field.name: getattr(snapped, field.name) for field in fields(snapped)})
        megabytes = Runs([run_fresh("labels", str(folder)) for _ in range(self.runs)], [])
        note = "most memory of the process: Python, libraries and the mapped pages that it read included; no gazetteer"
        self.sheet.add("memory", megabytes, checked="", note=note)

    def totals(self, count: int, key: str, runs: int | None = None) -> None:
        """All pairs of many places, before and after, added up."""
        seconds, held = self.time_totals(count, runs or self.runs, warm=runs is None)
        pairs, longer, cut_off = held
        if count == CITIES and held != self.count_pairs():
            raise SystemExit(f"totals {held} are not those of the matrices {self.count_pairs()}")
        note = f"{pairs:,} pairs with a way, {longer:,} longer, {cut_off:,} cut off; labels of both included"
        self.sheet.add(key, seconds, checked="those of 2,000 cities against the matrices", note=note)

    def time_totals(self, count: int, runs: int, *, warm: bool = True) -> tuple[Runs, list[int]]:
        """Add up all pairs of so many places, before and after; pairs with a way, made longer and cut off."""
        case = self.case.larger_cities(count)
        country, countries = case.country
        closed, one = self.close_links(), np.ones(count, dtype=np.int64)
        held: list[int] = []

        def total() -> None:
            before, after = self.metric.query(case.terminals), closed.query(case.closed[1])
            sums = totals.compare_totals(
                before, after, origin_weight=one, destination_weight=one, group=country, groups=countries
            )
            held[:] = [int(sums.pairs.sum()), int(sums.longer_pairs.sum()), int(sums.cut_off_pairs.sum())]

        _ = case.closed
        return time_runs(total, runs, warm=warm), held

    def sum_once(self, count: int, key: str) -> None:
        """All pairs of many places without the zone, added up."""
        case, one = self.case.larger_cities(count), np.ones(count, dtype=np.int64)
        country, countries = case.country
        weights = {"origin_weight": one, "destination_weight": one, "group": country, "groups": countries}
        held: list[int] = []

        def total() -> None:
            sums = totals.sum_totals(self.metric.query(case.terminals), **weights)
            held[:] = [int(sums.pairs.sum()), int(sums.weighted_ds.sum())]

        seconds = time_runs(total, self.runs)
        query = self.metric.query(case.terminals)
        twice = totals.compare_totals(query, query, **weights)
        if held != [int(twice.pairs.sum()), int(twice.weighted_ds.sum())]:
            raise SystemExit(f"the sums {held} are not those of before and after")
        note = f"{held[0]:,} pairs with a way; labels included"
        self.sheet.add(key, seconds, checked="number and time of pairs equal to those of before and after", note=note)

    def count_pairs(self) -> list[int]:
        """Pairs with a way, made longer and cut off, from the two matrices."""
        apart = ~np.eye(len(self.before), dtype=bool)
        before, after = self.before[apart], self.after[apart]
        had, has = before < UNREACHABLE, after < UNREACHABLE
        return [int(each.sum()) for each in (had, had & has & (after > before), had & ~has)]

    def lose_links(self) -> None:
        """Exact N-1, with twenty links tried by hand."""
        from wayaround.routing.chains import lose_each_link
        from wayaround.routing.losses import prepare_losses

        count = len(self.case.places)
        trips = np.ones((count, count), dtype=np.int64) - np.eye(count, dtype=np.int64)
        losses = []

        def lose() -> None:
            losses[:] = [lose_each_link(prepare_losses(self.query, trips))]

        seconds = time_runs(lose, self.runs, warm=False)
        pairs = losses[0].longer_pairs + losses[0].cut_off_pairs
        for link in np.random.default_rng(4).choice(np.flatnonzero(pairs), 20, replace=False):
            shut = self.metric.changed([link], forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)
            changed = shut.query(self.case.terminals).packed_matrix() != self.before
            if int(changed.sum()) != pairs[link]:
                raise SystemExit(f"losing link {link} changes {changed.sum()} pairs, not {pairs[link]}")
        note = f"{np.count_nonzero(pairs):,} of {len(pairs):,} links change a pair; inverted lists included"
        self.sheet.add("n_minus_1", seconds, checked="20 links by closing each and comparing all pairs", note=note)


def run_fresh(*what: str) -> float:
    """What `fresh.py` prints, from a process of its own."""
    command = [sys.executable, str(FRESH), *what]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
