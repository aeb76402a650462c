"""How time grows with terminals, with links closed and with nodes."""

import time
from typing import Any

import numpy as np
from case import Case
from our_jobs import OurJobs
from peers.exchange import Runs, say, time_runs

from wayaround.routing.hierarchy import build_hierarchy
from wayaround.routing.metric import customise_hierarchy
from wayaround.routing.terminals import LinkWeights, Terminals
from wayaround.units import UNREACHABLE, Int64Array

TERMINALS = (500, 1000, 2000, 4000, 8000)
LINKS = (1, 10, 100, 1000, 10_000, 100_000)
PARTS = (8, 4, 2, 1)
CENTRE = (33.5085, 38.62)


def measure_growth(ours: OurJobs) -> dict[str, list[dict[str, Any]]]:
    """Curves for `results.json`: medians of as many runs as the jobs have."""
    return {
        "terminals": [grow_terminals(ours, count) for count in TERMINALS],
        "links closed": [grow_links(ours, count) for count in LINKS],
        "nodes": [grow_nodes(ours, part) for part in PARTS],
    }


def grow_terminals(ours: OurJobs, count: int) -> dict[str, Any]:
    """Labels and matrix of more cities."""
    case = ours.case.larger_cities(count)
    out = np.empty((count, count), dtype=np.int64)
    labels = time_runs(lambda: ours.metric.query(case.terminals), ours.runs)
    both = time_runs(lambda: ours.metric.query(case.terminals).packed_matrix(out), ours.runs)
    return _row("terminals", count, labels_s=labels, labels_and_matrix_s=both)


def grow_links(ours: OurJobs, count: int) -> dict[str, Any]:
    """Close more links, those nearest to the zone's centre, and redo all pairs."""
    case = ours.case
    links = nearest_links(case)[:count]
    out = np.empty_like(ours.before)

    def close() -> Any:
        return ours.metric.changed(links, forward_ds=UNREACHABLE, backward_ds=UNREACHABLE)

    metric = time_runs(close, ours.runs)
    both = time_runs(lambda: close().query(case.terminals).packed_matrix(out), ours.runs)
    return _row("links closed", count, metric_s=metric, metric_and_matrix_s=both)


def grow_nodes(ours: OurJobs, part: int) -> dict[str, Any]:
    """The part of the network nearest to the zone, with a hierarchy and 2,000 random terminals of its own."""
    case, network = ours.case, ours.case.network
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
    weights = LinkWeights(time_ds, time_ds, case.weights.length_m[links])
    terminals = middles(weights, np.random.default_rng(5).choice(len(links), 2000, replace=False))
    customise = time_runs(lambda: customise_hierarchy(hierarchy, weights), ours.runs)
    metric = customise_hierarchy(hierarchy, weights)
    out = np.empty_like(ours.before)
    matrix = time_runs(lambda: metric.query(terminals).packed_matrix(out), ours.runs)
    row = _row("nodes", count, customise_s=customise, labels_and_matrix_s=matrix)
    return {**row, "links": len(links), "arcs": hierarchy.arcs, "levels": hierarchy.levels, "build_s": build_s}


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


def _row(what: str, count: int, **seconds: Runs) -> dict[str, Any]:
    medians = {name: float(np.median(runs.wall_s)) for name, runs in seconds.items()}
    say(f"growth: {count:,} {what} {medians}")
    return {what: count, **medians}
