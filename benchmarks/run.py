"""Measure wayaround and its peers in one run: `make bench`, or `python benchmarks/run.py --help`."""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from case import open_case
from growth import measure_growth, measure_long_growth
from imports import measure_world
from machine import describe_machine
from our_jobs import OurJobs
from peers.exchange import peak_mb, say
from run_peers import HERE, PEERS, ROOT, run_peer, set_up
from split_graph import write_peer_case
from stages import FULL, FULL_GROWTH, GROWTH, IMPORT, OURS, SET_UP, Stages
from table import write_page

from wayaround.routing.query import unpack_weights

WORK = ROOT / "build" / "bench"
RESULTS = HERE / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, check, write `benchmarks/results.json` and `docs/benchmarks.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="48,000 towns, N-1 and imports too: half an hour more")
    parser.add_argument("--runs", type=int, default=5, help="repetitions of each job; the median counts (default 5)")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), help="default: all")
    parser.add_argument("--no-setup", action="store_true", help="do not install peers in build/bench-env")
    parser.add_argument("--no-growth", action="store_true", help="leave the curves of growth out")
    parser.add_argument("--keep", action="store_true", help="keep what results.json has of all that is left out")
    parser.add_argument("--out", type=Path, help="folder for both files, to try things out; kept figures still come "
                        "from benchmarks/results.json")  # fmt: skip
    chosen = parser.parse_args()

    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    files = (RESULTS, PAGE) if chosen.out is None else (chosen.out / RESULTS.name, chosen.out / PAGE.name)
    stages = Stages(name_stages(chosen), known.get("stages_s", {}))
    stages.announce()
    results: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "runs": chosen.runs,
        "machine": describe_machine(),
        "growth": {},
        "tools": {},
    }
    with stages.stage(OURS):
        ours = start_ours(results, chosen.runs)
        ours.measure(WORK)
    if not chosen.no_growth:
        with stages.stage(GROWTH):
            results["growth"] |= measure_growth(ours)
    if chosen.full:
        with stages.stage(FULL):
            ours.totals(48_000, "totals_48000", runs=chosen.runs)
            ours.lose_links()
    if chosen.full and not chosen.no_growth:
        with stages.stage(FULL_GROWTH):
            results["growth"] |= measure_long_growth(ours)
    ours.sheet.content["peak_mb"] = peak_mb()
    results["tools"][OURS] = ours.sheet.content
    if SET_UP in stages.names:
        with stages.stage(SET_UP):
            set_up()
    if chosen.full:
        with stages.stage(IMPORT):
            results["imports"] = measure_world()
    for name in chosen.peers:
        with stages.stage(name):
            results["tools"][name] = run_peer(name, WORK)
        # Written after each: a run that is stopped leaves the tools that it came to.
        results["stages_s"] = {**known.get("stages_s", {}), **stages.seconds}
        write(add_kept(results, known if chosen.keep else {}), *files)
    results["stages_s"] = {**known.get("stages_s", {}), **stages.seconds}
    write(add_kept(results, known if chosen.keep else {}), *files)
    say(f"{sum(stages.seconds.values()) / 60:.0f} minutes; wrote {files[0]} and {files[1]}")


def name_stages(chosen: argparse.Namespace) -> list[str]:
    """Stages of a run, in order."""
    growth = not chosen.no_growth
    with_own = not chosen.no_setup and any(PEERS[name][1] for name in chosen.peers)
    wanted = {OURS: True, GROWTH: growth, FULL: chosen.full, FULL_GROWTH: growth and chosen.full, SET_UP: with_own}
    wanted[IMPORT] = chosen.full
    return [*(name for name, is_wanted in wanted.items() if is_wanted), *chosen.peers]


def start_ours(results: dict[str, Any], runs: int) -> OurJobs:
    """Open the case, describe it in the results, and write it down for the peers with our answers."""
    case = open_case()
    network = case.network
    results["network"] = {
        "name": network.name,
        "digest": network.digest,
        "nodes": network.nodes,
        "links": network.links,
        "arcs": case.hierarchy.arcs,
    }
    ours = OurJobs(case, runs)
    results["pairs_with_a_way"] = ours.count_pairs()[0]
    times = [unpack_weights(matrix)[0] for matrix in (ours.before, ours.after)]
    write_peer_case(case, WORK, runs=runs, before=times[0], after=times[1])
    return ours


def add_kept(results: dict[str, Any], earlier: dict[str, Any]) -> dict[str, Any]:
    """Results with what an earlier run has and this one has not, named in `kept`.

    Examples
    --------
    >>> new = {"tools": {"wayaround": {"jobs": {"matrix": 1}}}, "growth": {}}
    >>> old = {"tools": {"wayaround": {"jobs": {"matrix": 2, "zone": 3}}, "SciPy": {}}, "growth": {"nodes": []}}
    >>> both = add_kept(new, old)
    >>> both["kept"], both["tools"]["wayaround"]["jobs"]
    (['zone', 'growth by nodes', 'SciPy'], {'zone': 3, 'matrix': 1})
    """
    tools, old_tools = results["tools"], earlier.get("tools", {})
    jobs = {
        name: entry
        for name, entry in old_tools.get(OURS, {}).get("jobs", {}).items()
        if name not in tools[OURS]["jobs"]
    }
    growth = {name: rows for name, rows in earlier.get("growth", {}).items() if name not in results["growth"]}
    others = {name: tool for name, tool in old_tools.items() if name not in tools}
    own = {**tools[OURS], "jobs": {**jobs, **tools[OURS]["jobs"]}}
    imports = {key: earlier[key] for key in ("imports",) if key in earlier and key not in results}
    order = [OURS, *PEERS]
    merged = {**others, **tools, OURS: own}
    return {
        **results,
        **imports,
        "kept": [*jobs, *(f"growth by {name}" for name in growth), *imports, *others],
        "growth": {**growth, **results["growth"]},
        "tools": {name: merged[name] for name in sorted(merged, key=order.index)},
    }


def write(results: dict[str, Any], figures: Path, page: Path) -> None:
    """Write both files, neither of them ever half."""
    for path, fill in (
        (figures, lambda target: target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")),
        (page, lambda target: write_page(results, target)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        fill(part)
        part.replace(path)


if __name__ == "__main__":
    main()
