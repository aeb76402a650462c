"""Measure every join of the world highway network again.

For each row of `joins.csv`: the straight gap, the way round without joins, their ratio, whether both ends are
dead ends, the countries of the two ends, and a warning where the row breaks the rule of `docs/joins.md`.
"""

import math

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

import wayaround as wa
from wayaround.network.snap import WGS84

CUT_RATIO, CUT_EXTRA_KM = 3.0, 5.0
LENGTH_TOLERANCE = 0.01
LINE = "{:<50}{:<11}{:>8}{:>11}{:>8}  {:<11}{:<9}{}"


def find_faults(length_km: float, gap_km: float, around_km: float) -> list[str]:
    """Say which rules of the review a row breaks."""
    faults = []
    if abs(length_km - gap_km) > LENGTH_TOLERANCE * gap_km + 0.02:
        faults.append("length is not the chord")
    if around_km < CUT_RATIO * gap_km or around_km < gap_km + CUT_EXTRA_KM:
        faults.append("hardly cut")
    return faults


def review_joins(network: wa.RoadNetwork) -> int:
    """Print one line a join and return how many carry a fault."""
    bare = network.without_joins()
    ends = np.concatenate([bare.link_tail, bare.link_head]), np.concatenate([bare.link_head, bare.link_tail])
    km = np.tile(np.asarray(bare.link_length_m) / 1000, 2)
    graph = sp.csr_matrix((km, ends), shape=(bare.nodes, bare.nodes))
    degree = np.bincount(ends[0], minlength=bare.nodes)
    faulty = 0
    print(LINE.format("name", "status", "gap km", "around km", "ratio", "dead ends", "country", "faults"))
    for join in network.joins:
        one, other = int(network.link_tail[join.link]), int(network.link_head[join.link])
        position = network.node_lon[one], network.node_lat[one], network.node_lon[other], network.node_lat[other]
        gap_km = WGS84.inv(*position)[2] / 1000
        around_km = float(dijkstra(graph, indices=one)[other])
        faults = find_faults(float(network.link_length_m[join.link]) / 1000, gap_km, around_km)
        faulty += bool(faults)
        dead_ends = "/".join("yes" if degree[node] == 1 else "no" for node in (one, other))
        countries = "/".join(dict.fromkeys(network.countries[network.node_country[node]] for node in (one, other)))
        around, ratio = (
            (f"{around_km:.1f}", f"{around_km / gap_km:.1f}") if math.isfinite(around_km) else ("no way", "-")
        )
        figures = (f"{gap_km:.3f}", around, ratio, dead_ends, countries)
        print(LINE.format(join.name[:49], join.status, *figures, ", ".join(faults)).rstrip())
    print(f"{len(network.joins)} joins, {faulty} with a fault")
    return faulty


if __name__ == "__main__":
    review_joins(wa.open_network("world-highways"))
