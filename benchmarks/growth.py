"""How time and memory grow with terminals, with links closed and with nodes."""

import time
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from case import Case
from our_jobs import OurJobs
from peers.exchange import Runs, say, time_runs

from wayaround.routing.chains import lose_each_link
from wayaround.routing.hierarchy import Hierarchy, build_hierarchy
from wayaround.routing.losses import prepare_losses
from wayaround.routing.metric import customise_hierarchy
from wayaround.routing.query import HierarchyQuery
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE, Int64Array

TERMINALS = (500, 1000, 2000, 4000, 8000)
LINKS = (1, 10, 100, 1000, 10_000, 100_000)
PARTS = (8, 4, 2, 1)
TOTALS_TERMINALS = (6000, 12_000, 24_000)
LOSS_TERMINALS = (250, 500, 1000)
PART_TERMINALS, PART_LOSS_TERMINALS = 2000, 1000
LONG_RUNS = 3
"""Most runs of N-1 for a curve; the job itself has as many as the others."""
PAIRS, ROUTES = 100_000, 1000
CENTRE = (33.5085, 38.62)


def measure_growth(ours: OurJobs) -> dict[str, list[dict[str, Any]]]:
    """Curves for `results.json` that take a minute: medians of as many runs as the jobs have."""
    return {
        "terminals": [grow_terminals(ours, count) for count in TERMINALS],
        "links closed": [grow_links(ours, count) for count in LINKS],
        "nodes": [grow_nodes(ours, part) for part in PARTS],
    }


def measure_long_growth(ours: OurJobs) -> dict[str, list[dict[str, Any]]]:
    """Curves of what takes longer; each ends in the job itself, which is measured already."""
    jobs = ours.sheet.content["jobs"]
    totals = [grow_totals(ours, count) for count in TOTALS_TERMINALS]
    losses = [grow_losses(ours, count) for count in LOSS_TERMINALS]
    return {
        "terminals, totals": [*totals, {"terminals": 48_000, "totals_s": jobs["totals_48000"]["median_s"]}],
        "terminals, N-1": [*losses, {"terminals": 2000, "n_minus_1_s": jobs["n_minus_1"]["median_s"]}],
        "nodes, N-1": [grow_part_losses(ours, part) for part in PARTS],
    }


def grow_totals(ours: OurJobs, count: int) -> dict[str, Any]:
    """All pairs of more cities, before and after the zone, added up."""
    return _row("terminals", count, totals=ours.time_totals(count, ours.runs)[0])


def grow_losses(ours: OurJobs, count: int) -> dict[str, Any]:
    """Exact N-1 of every link over all pairs of fewer cities."""
    query = ours.metric.query(ours.case.larger_cities(count).terminals)
    return _row("terminals", count, n_minus_1=time_losses(query, count, min(ours.runs, LONG_RUNS)))


def time_losses(query: HierarchyQuery, count: int, runs: int) -> Runs:
    """Exact N-1 of every link over all pairs of so many terminals."""
    trips = np.ones((count, count), dtype=np.int64) - np.eye(count, dtype=np.int64)
    return time_runs(lambda: lose_each_link(prepare_losses(query, trips)), runs, warm=False)


def grow_terminals(ours: OurJobs, count: int) -> dict[str, Any]:
    """Labels and matrix of more cities."""
    case = ours.case.larger_cities(count)
    out = np.empty((count, count), dtype=np.int64)
    labels = time_runs(lambda: ours.metric.query(case.terminals), ours.runs)
    both = time_runs(lambda: ours.metric.query(case.terminals).packed_matrix(out), ours.runs)
    return _row("terminals", count, labels=labels, labels_and_matrix=both)


def grow_links(ours: OurJobs, count: int) -> dict[str, Any]:
    """Close more links, those nearest to the zone's centre, and redo all pairs."""
    case = ours.case
    links = nearest_links(case)[:count]
    out = np.empty_like(ours.before)

    def close() -> Any:
        return ours.metric.changed(links, forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)

    metric = time_runs(close, ours.runs)
    both = time_runs(lambda: close().query(case.terminals).packed_matrix(out), ours.runs)
    return _row("links closed", count, metric=metric, metric_and_matrix=both)


@dataclass(frozen=True, slots=True)
class Part:
    """The nodes nearest to the zone's centre, ordered and contracted for themselves."""

    nodes: int
    weights: LinkWeights
    hierarchy: Hierarchy
    build_s: float

    def random_terminals(self, count: int) -> Terminals:
        """Middles of random links."""
        return middles(self.weights, np.random.default_rng(5).choice(len(self.weights.length_m), count, replace=False))


def cut_part(case: Case, part: int) -> Part:
    """One in so many nodes of the network, and the links between them."""
    network = case.network
    count = network.nodes // part
    kept = np.sort(np.argsort(_distance(network.node_lat, network.node_lon), kind="stable")[:count])
    new = np.full(network.nodes, -1)
    new[kept] = np.arange(count)
    tail, head = new[network.link_tail], new[network.link_head]
    links = np.flatnonzero((tail >= 0) & (head >= 0))
    start = time.perf_counter()
    hierarchy = build_hierarchy(count, tail[links], head[links], lon=network.node_lon[kept], lat=network.node_lat[kept])
    build_s = time.perf_counter() - start
    time_ds = case.weights.forward_ds[links]
    return Part(count, LinkWeights(time_ds, time_ds, case.weights.length_m[links]), hierarchy, build_s)


def grow_nodes(ours: OurJobs, part: int) -> dict[str, Any]:
    """Customisation, matrix, pair, path and memory of a part of the network."""
    piece = cut_part(ours.case, part)
    hierarchy, terminals = piece.hierarchy, piece.random_terminals(PART_TERMINALS)
    customise = time_runs(lambda: customise_hierarchy(hierarchy, piece.weights), ours.runs)
    metric = customise_hierarchy(hierarchy, piece.weights)
    out = np.empty((PART_TERMINALS, PART_TERMINALS), dtype=np.int64)
    matrix = time_runs(lambda: metric.query(terminals).packed_matrix(out), ours.runs)
    query = metric.query(terminals)
    held_mb = array_mb(hierarchy, metric, query)
    drawn = np.random.default_rng(6).integers(0, PART_TERMINALS, (4 * PAIRS, 2))
    origin, destination = drawn[(out[tuple(drawn.T)] < UNREACHABLE) & (drawn[:, 0] != drawn[:, 1])][:PAIRS].T.copy()
    pair = time_runs(lambda: ours.meet_pairs(query, origin, destination), ours.runs).each(len(origin))
    joined = np.column_stack([origin, destination])[:ROUTES].tolist()
    path = time_runs(lambda: [query.route(*ends) for ends in joined], ours.runs).each(len(joined))
    row = _row("nodes", piece.nodes, customise=customise, labels_and_matrix=matrix, pair=pair, path=path)
    size = {"links": len(piece.weights.length_m), "arcs": hierarchy.arcs, "levels": hierarchy.levels}
    return {**row, "memory_mb": held_mb, **size, "build_s": piece.build_s}


def grow_part_losses(ours: OurJobs, part: int) -> dict[str, Any]:
    """Exact N-1 of every link of a part of the network."""
    piece = cut_part(ours.case, part)
    query = customise_hierarchy(piece.hierarchy, piece.weights).query(piece.random_terminals(PART_LOSS_TERMINALS))
    runs = time_losses(query, PART_LOSS_TERMINALS, min(ours.runs, LONG_RUNS))
    return {**_row("nodes", piece.nodes, n_minus_1=runs), "links": len(piece.weights.length_m)}


def array_mb(*holders: object) -> float:
    """Megabytes of all arrays that some objects hold, each array once.

    Examples
    --------
    >>> kept = np.zeros(500_000)
    >>> array_mb({"once": kept, "again": [kept[:10], kept]})
    4.0
    """
    arrays: dict[int, np.ndarray] = {}
    seen: set[int] = set()

    def visit(one: object) -> None:
        if id(one) in seen:
            return
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            while isinstance(one.base, np.ndarray):
                one = one.base
            arrays[id(one)] = one
        elif isinstance(one, dict):
            for held in one.values():
                visit(held)
        elif isinstance(one, list | tuple):
            for held in one:
                visit(held)
        elif is_dataclass(one) or hasattr(one, "__dict__"):
            names = {field.name for field in fields(one)} if is_dataclass(one) else set()
            for name in names | set(getattr(one, "__dict__", {})):
                visit(getattr(one, name))

    visit(list(holders))
    return sum(array.nbytes for array in arrays.values()) / 1e6


def nearest_links(case: Case) -> Int64Array:
    """Links by the distance of their tail from the zone's centre."""
    tail = case.network.link_tail
    return np.argsort(_distance(case.network.node_lat[tail], case.network.node_lon[tail]), kind="stable")


def middles(weights: LinkWeights, link: Int64Array) -> Terminals:
    """Terminals in the middle of links."""
    near_ds, near_m = weights.forward_ds[link] // 2, weights.length_m[link] // 2
    far_ds, far_m = weights.forward_ds[link] - near_ds, weights.length_m[link] - near_m
    return Terminals(link, np.full(len(link), 0.5), near_ds, far_ds, near_ds, far_ds, near_m, far_m)


def _distance(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Something that grows with the distance from the centre."""
    north, centre = np.radians(lat), np.radians(CENTRE[0])
    return -np.sin(north) * np.sin(centre) - np.cos(north) * np.cos(centre) * np.cos(np.radians(lon - CENTRE[1]))


def _row(what: str, count: int, **times: Runs) -> dict[str, Any]:
    medians = {f"{name}_s": float(np.median(runs.wall_s)) for name, runs in times.items()}
    say(f"growth: {count:,} {what} {medians}")
    return {what: count, **medians}
