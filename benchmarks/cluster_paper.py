"""What exact N-1 would take on a country and on the planet: constants that are measured here, sizes that are not.

    python benchmarks/cluster_paper.py

Used by `benchmarks/cluster.py`, which writes its table into docs/cluster.md.
"""

import json
import os
import pickle
import statistics
import time
from dataclasses import asdict, dataclass
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import wayaround as wa
from wayaround.demand.trips import largest_city_trips
from wayaround.impact.lost_groups import LossTask, prepare_tables
from wayaround.impact.setting import settle
from wayaround.routing.chains import chains_to_close
from wayaround.routing.losses import lose_groups

CITIES = (500, 1000, 2000)
MONEY_A_CORE_HOUR = 0.05
CORES = 1000
CORES_A_NODE = 64


@dataclass(frozen=True)
class Constants:
    """Measured on the world's highways, one core.

    `chain_s` for each chain that is lost, `passage_s` for each journey that has to leave one, `pair_prepare_s` and
    `link_prepare_s` to prepare, serially; bytes that each node holds, and each core beside.
    """

    chain_s: float
    passage_s: float
    pair_prepare_s: float
    link_prepare_s: float
    pair_bytes: float
    link_bytes: float
    core_link_bytes: float
    chains_of_a_way: float
    share_of_links: float


@dataclass(frozen=True)
class Case:
    """A network that is not here: its links and terminals, the share of pairs with a way, and the chains of a way."""

    name: str
    links: float
    terminals: float
    connected: float
    chains_of_a_way: float


CASES = (
    Case("a large country", 10e6, 5_000, 1.0, 3_000),
    Case("the planet", 300e6, 50_000, 0.5, 10_000),
)


def measure_constants() -> Constants:
    """Lose every chain over all pairs of more and more cities; the rest is a least-squares fit."""
    network = wa.open_network("world-highways")
    rows: list[dict[str, float]] = [_measure(network, count) for count in CITIES]
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    chain_s, passage_s = _fit(column["chains"], column["passages"], column["lose_s"])
    link_prepare, pair_prepare = _fit(np.full(len(rows), network.links), column["pairs"], column["prepare_s"])
    link_bytes, pair_bytes = _fit(np.full(len(rows), network.links), column["pairs"], column["bytes"])
    return Constants(
        chain_s=chain_s,
        passage_s=passage_s,
        pair_prepare_s=pair_prepare,
        link_prepare_s=link_prepare,
        pair_bytes=pair_bytes,
        link_bytes=link_bytes,
        core_link_bytes=statistics.median(column["core_bytes"]) / network.links,
        chains_of_a_way=float(column["passages"][-1] / column["ways"][-1]),
        share_of_links=float(column["chains"][-1] / network.links),
    )


def _measure(network: wa.RoadNetwork, count: int) -> dict[str, float]:
    setting = settle(network, largest_city_trips(network, count), closures=(), profile="truck", date=None, party=None)
    begun = time.process_time()
    tables = prepare_tables(setting)
    prepared = time.process_time()
    chains, _ = chains_to_close(tables)
    grouped = time.process_time()
    losses = lose_groups(tables, np.arange(len(chains) + 1), chains)
    lost = time.process_time()
    arrays: list[pickle.PickleBuffer] = []
    pickle.dumps(LossTask(tables), protocol=5, buffer_callback=arrays.append)
    return {
        "pairs": float(count) ** 2,
        "ways": float((tables.trips > 0).sum()),
        "chains": float(len(chains)),
        "passages": float((losses.longer_pairs + losses.cut_off_pairs).sum()),
        "prepare_s": grouped - begun,
        "lose_s": lost - grouped,
        "bytes": float(sum(each.raw().nbytes for each in arrays)),
        "core_bytes": float(tables.weight.nbytes + tables.entry.nbytes),
        "tables_s": prepared - begun,
    }


def _fit(one: Any, other: Any, total: Any) -> tuple[float, float]:
    """What each of two counts costs; none costs less than nothing."""
    found, *_ = np.linalg.lstsq(np.column_stack([one, other]), total, rcond=None)
    if found.min() >= 0:
        return float(found[0]), float(found[1])
    return (0.0, float(total.sum() / other.sum())) if found[0] < 0 else (float(total.sum() / one.sum()), 0.0)


def estimate(case: Case, known: Constants) -> dict[str, float]:
    """Time, memory and money of a case."""
    pairs = case.terminals**2
    lose_s = known.chain_s * known.share_of_links * case.links
    lose_s += known.passage_s * pairs * case.connected * case.chains_of_a_way
    prepare_s = known.pair_prepare_s * pairs + known.link_prepare_s * case.links
    node = known.pair_bytes * pairs + known.link_bytes * case.links
    core_hours = (lose_s + prepare_s) / 3600
    return {
        "core_hours": core_hours,
        "prepare_h": prepare_s / 3600,
        "wall_h": (prepare_s + lose_s / CORES) / 3600,
        "node_gb": (node + CORES_A_NODE * known.core_link_bytes * case.links) / 1e9,
        "task_gb": node / 1e9,
        "money": core_hours * MONEY_A_CORE_HOUR,
    }


def paper(known: Constants) -> str:
    """Constants and estimates as Markdown."""
    lines = [
        f"Estimates, by constants of {', '.join(f'{count:,}' for count in CITIES)} cities, processor time of one core: "
        f"{known.chain_s * 1e6:.1f} us a chain lost, {known.passage_s * 1e9:.1f} ns a journey that has to leave it; to "
        f"prepare {known.link_prepare_s * 1e6:.2f} us a link and {known.pair_prepare_s * 1e9:.0f} ns a pair; "
        f"{known.link_bytes:.0f} bytes a link and {known.pair_bytes:.0f} a pair on each node, and "
        f"{known.core_link_bytes:.0f} bytes a link on each core. There, a way has {known.chains_of_a_way:,.0f} chains, "
        f"and {known.share_of_links:.0%} of the links are a chain that somebody uses.",
        "",
        f"| estimate | core-hours | of these serial | on {CORES:,} cores | task on each node | with "
        f"{CORES_A_NODE} cores a node | money at {MONEY_A_CORE_HOUR:g} a core-hour |",
        "|---|---|---|---|---|---|---|",
    ]
    for case in CASES:
        row = estimate(case, known)
        lines.append(
            f"| {case.name}: {case.links / 1e6:,.0f} M links, {case.terminals:,.0f} terminals, {case.connected:.0%} of "
            f"pairs with a way of {case.chains_of_a_way:,.0f} chains | {row['core_hours']:,.1f} | "
            f"{row['prepare_h']:,.2f} h | {row['wall_h']:,.2f} h | "
            f"{row['task_gb']:,.1f} GB | {row['node_gb']:,.1f} GB | {row['money']:,.2f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    constants = measure_constants()
    print(json.dumps(asdict(constants), indent=1))
    print(paper(constants))
