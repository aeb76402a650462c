"""Measure wayaround and its peers in one run: `make bench`, or `python benchmarks/run.py --help`."""

import argparse
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from case import open_case
from growth import measure_growth
from machine import describe_machine
from our_jobs import OurJobs
from peers.exchange import peak_mb, say
from split_graph import write_peer_case
from table import write_page

from wayaround.routing.query import unpack_weights

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / "build" / "bench"
RESULTS = HERE / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
OWN_PYTHON = ROOT / "build" / "bench-env" / "bin" / "python"
PEERS = {
    "SciPy": ("scipy_", False),
    "RoutingKit": ("routingkit_", False),
    "OSRM": ("osrm_", True),
    "gravel": ("gravel_", True),
}


def main() -> None:
    """Measure, check, write `benchmarks/results.json` and `docs/benchmarks.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the 48,000 towns and exact N-1 too: minutes more")
    parser.add_argument("--runs", type=int, default=5, help="repetitions of each job; the median counts (default 5)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), help="default: all")
    parser.add_argument("--no-setup", action="store_true", help="do not install peers in build/bench-env")
    parser.add_argument("--keep", action="store_true", help="keep what results.json has of jobs and peers left out")
    chosen = parser.parse_args()

    results: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "runs": chosen.runs,
        "machine": describe_machine(),
        "tools": {},
    }
    earlier = json.loads(RESULTS.read_text()) if chosen.keep and RESULTS.is_file() else {"tools": {}}
    case = open_case()
    network = case.network
    results["network"] = {
        "name": network.name,
        "digest": network.digest,
        "nodes": network.nodes,
        "links": network.links,
        "arcs": case.hierarchy.arcs,
    }
    ours = OurJobs(case, chosen.runs)
    results["pairs_with_a_way"] = ours.count_pairs()[0]
    times = [unpack_weights(matrix)[0] for matrix in (ours.before, ours.after)]
    write_peer_case(case, WORK, runs=chosen.runs, before=times[0], after=times[1])
    ours.measure(WORK)
    results["growth"] = measure_growth(ours)
    if chosen.full:
        ours.totals(48_000, "totals_48000", runs=chosen.runs)
        ours.lose_links()
    kept = earlier["tools"].get("wayaround", {"jobs": {}})["jobs"]
    results["kept"] = sorted(kept.keys() - ours.sheet.content["jobs"].keys())
    ours.sheet.content["jobs"] = {**kept, **ours.sheet.content["jobs"]}
    ours.sheet.content["peak_mb"] = peak_mb()
    results["tools"]["wayaround"] = ours.sheet.content
    write(results)
    if not chosen.no_setup and any(PEERS[name][1] for name in chosen.peers):
        subprocess.run([str(HERE / "setup_peers.sh")], check=False)
    for name in PEERS:
        if name in chosen.peers:
            results["tools"][name] = run_peer(name)
        elif name in earlier["tools"]:
            results["tools"][name] = earlier["tools"][name]
            results["kept"].append(name)
        write(results)
    say(f"wrote {RESULTS.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


def write(results: dict[str, Any]) -> None:
    """Write what there is so far: a run that is stopped leaves the tools that it came to."""
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_page(results, PAGE)


def run_peer(name: str) -> dict[str, Any]:
    """Run a peer in a process of its own; what it printed, or the reason why there is nothing."""
    module, own = PEERS[name]
    python = OWN_PYTHON if own else Path(sys.executable)
    if not python.is_file():
        return {"tool": name, "version": "", "jobs": {}, "reason": "not installed: no Python 3.12, or no registry"}
    say(f"{name} ...")
    environment = {**os.environ, "PYTHONNOUSERSITE": "1"}
    command = [str(python), str(HERE / "peers" / f"{module}.py"), str(WORK)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if done.returncode:
        say(f"{name} failed")
        return {"tool": name, "version": "", "jobs": {}, "reason": "it failed, or an answer differed; see the terminal"}
    content: dict[str, Any] = json.loads(done.stdout)
    return content


if __name__ == "__main__":
    main()
