"""Work in blocks over Ray: speed-up from one to two cores, what a block costs, and nodes that are killed meanwhile.

    python benchmarks/cluster.py [--cities N] [--rounds N] [--kill-every S] [--no-page]

The work is exact N-1 of every link of the world's highways over all pairs of the largest cities. One core and two take
turns, so that whatever else the machine does hits both alike. Then three nodes of Ray's own test cluster do the same,
of which one is killed, and another comes, every few seconds. Writes build/cluster.json and the figures of
docs/cluster.md.
"""

import argparse
import datetime
import hashlib
import json
import multiprocessing
import os
import statistics
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before the engine counts cores: one process, one core

from cluster_paper import measure_constants, paper

import wayaround as wa
from wayaround.blocks.block import Workers
from wayaround.blocks.run import Tally, begin_run
from wayaround.demand.trips import largest_city_trips
from wayaround.impact.lost_groups import Groups, LossTask, group_links, prepare_tables
from wayaround.impact.setting import settle

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cluster.md"
NODES, STORE_BYTES = 3, 700 << 20


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3, help="runs with one core and with two, in turn")
    parser.add_argument("--repeat", type=int, default=4, help="so often all links are lost in one run, to last longer")
    parser.add_argument("--kill-every", type=float, default=10.0, help="seconds between two losses of a node")
    parser.add_argument("--no-page", action="store_true", help="leave docs/cluster.md as it is")
    asked = parser.parse_args()
    task, groups = prepare(asked.cities, asked.repeat)
    results: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "cities": asked.cities,
        "groups": len(groups),
        "kill_every_s": asked.kill_every,
        "rounds": [],
    }
    digests = set()
    for _ in range(asked.rounds):
        row = {}
        for cores in (1, 2):
            with wa.cluster.connect("local", cores=cores) as workers:
                warm(workers, task)
                row[str(cores)], digest = measure(workers, task, groups)
                digests.add(digest)
            say(f"{cores} cores: {row[str(cores)]}")
        results["rounds"].append(row)
    results["here"], digest = measure(None, task, groups)
    digests.add(digest)
    results["killed"], digest = lose_nodes(task, groups, asked.kill_every)
    digests.add(digest)
    results["same_bits"] = len(digests) == 1
    known = measure_constants()
    results["constants"] = asdict(known)
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "cluster.json").write_text(json.dumps(results, indent=1))
    if not asked.no_page:
        text = PAGE.read_text(encoding="utf-8")
        for name, written in (("figures", figures(results)), ("paper", paper(known))):
            begin, end = f"<!-- {name}: make bench-cluster -->\n", f"<!-- end of {name} -->\n"
            text = text.partition(begin)[0] + begin + written + end + text.partition(end)[2]
        PAGE.write_text(text, encoding="utf-8")
    print(figures(results), paper(known), sep="\n")


def prepare(cities: int, repeat: int) -> tuple[LossTask, Groups]:
    """The work, each link as often as asked."""
    network = wa.open_network("world-highways")
    trips = largest_city_trips(network, cities)
    setting = settle(network, trips, closures=(), profile="truck", date=None, party=None)
    task = LossTask(prepare_tables(setting))
    _, first, link = group_links(network, task.tables, "link", np.arange(network.links))
    size = np.tile(np.diff(first), repeat)
    return task, Groups(np.concatenate([[0], np.cumsum(size)]), np.tile(link, repeat))


def warm(workers: Workers, task: LossTask) -> None:
    """Start the processes and send them the task, which is not what is measured here."""
    nothing = Groups(np.zeros(65, dtype=np.int64), np.zeros(0, dtype=np.int64))
    with begin_run("warming up", {}, workers=workers) as run:
        for _ in run.spread("warming up", task, nothing):
            pass


def measure(workers: Workers | None, task: LossTask, groups: Groups) -> tuple[dict[str, float], str]:
    """Time of all groups, and a digest of what came out."""
    with begin_run("bench", {}, workers=workers) as run:
        tables = [table for _, table in run.spread("closing each in turn", task, groups)]
    return _row(run.tally), _digest(tables)


def lose_nodes(task: LossTask, groups: Groups, every_s: float) -> tuple[dict[str, float], str]:
    """The same over several nodes, of which one is killed every so many seconds, and another takes its place."""
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    killer = fresh.Process(target=keep_killing, args=(theirs, every_s))
    killer.start()
    try:
        with wa.cluster.connect(ours.recv()) as workers, begin_run("bench", {}, workers=workers) as run:
            ours.send("begin")
            tables = [table for _, table in run.spread("closing each in turn", task, groups)]
            ours.send("end")
            killed = ours.recv()
    finally:
        ours.close()
        killer.join(60)
    return {**_row(run.tally), "killed": killed}, _digest(tables)


def keep_killing(pipe: Connection, every_s: float) -> None:
    """In a process of its own: a cluster of which a node is killed, and another added, until somebody says so."""
    from ray.cluster_utils import Cluster

    sized = {"num_cpus": 1, "object_store_memory": STORE_BYTES}
    cluster = Cluster(initialize_head=True, head_node_args={**sized, "num_cpus": 0})
    killed = 0
    try:
        nodes = [cluster.add_node(**sized) for _ in range(NODES)]
        cluster.wait_for_nodes()
        pipe.send(cluster.address)
        pipe.recv()
        while not pipe.poll(every_s):
            cluster.remove_node(nodes.pop(0), allow_graceful=False)
            killed += 1
            nodes.append(cluster.add_node(**sized, wait=False))
        pipe.send(killed)
        pipe.poll(60)
    except (EOFError, OSError):
        pass  # whoever measured has gone
    finally:
        cluster.shutdown()


def _row(tally: Tally) -> dict[str, float]:
    return {
        "wall_s": round(tally.wall_s, 3),
        "core_s": round(tally.core_s, 3),
        "block_s": round(tally.block_s, 3),
        "blocks": tally.blocks,
        "failures": tally.failures,
        "moved_mb": round(tally.moved_bytes / 1e6, 1),
    }


def _digest(tables: list[Any]) -> str:
    total = hashlib.sha256()
    for name in tables[0].column_names:
        total.update(np.concatenate([table[name].to_numpy() for table in tables]).tobytes())
    return total.hexdigest()


def figures(results: dict[str, Any]) -> str:
    """What the page says."""
    one, two = ([row[cores] for row in results["rounds"]] for cores in ("1", "2"))
    speed_up = statistics.median(a["wall_s"] / b["wall_s"] for a, b in zip(one, two, strict=True))
    same_work = statistics.median(a["core_s"] / b["core_s"] for a, b in zip(one, two, strict=True))
    idle = statistics.median((row["wall_s"] - row["block_s"]) / row["wall_s"] for row in one)
    each_ms = statistics.median(1000 * (row["wall_s"] - row["block_s"]) / row["blocks"] for row in one)
    against_here = statistics.median(row["wall_s"] for row in one) / results["here"]["wall_s"]
    killed, machine = results["killed"], results["machine"]
    lines = [
        f"{results['date']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GiB; load when "
        f"it started: {machine['load_at_start'][0]:g}. {results['groups']:,} links of the world's highways lost each "
        f"alone, over all pairs of {results['cities']:,} cities; medians of {len(one)} rounds.",
        "",
        "| figure | measured | to reach |",
        "|---|---|---|",
        f"| speed-up from one core to two, per core | {speed_up / 2:.2f} | 0.85 |",
        f"| processor time of the work on one core over that on two | {same_work:.2f} | |",
        f"| time of one core that goes into no block | {idle:.1%}, {each_ms:.0f} ms a block | 2 % |",
        f"| one core over Ray against this process with one thread | {against_here:.2f} times the time | |",
        f"| {NODES} nodes, one killed every {results['kill_every_s']:g} s: killed, blocks lost with them | "
        f"{killed['killed']}, {killed['failures']} | at most one for each core killed |",
        f"| the same bits in all runs | {'yes' if results['same_bits'] else 'NO'} | yes |",
    ]
    return "\n".join(lines) + "\n"


def say(text: str) -> None:
    """What is going on."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
