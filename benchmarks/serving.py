"""`wayaround serve` against `osrm-routed` under load: routes and tables of one network with the same times.

    python benchmarks/serving.py [--rounds N] [--seconds S] [--new] [--no-page]

The world's highways with the truck's times go to OSRM as `benchmarks/peers/osrm_.py` says; its files stay in
build/serving/ until `--new`. Both servers answer the same random requests over kept connections from the same load tool
(`benchmarks/load.py`), in turn, so that whatever else the machine does hits all alike. Writes build/serving.json and
docs/serving-benchmark.md.
"""

import argparse
import datetime
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
from load import Load, put_load
from machine import describe_machine
from peers.exchange import say, time_process
from run_peers import HERE, OWN_PYTHON, ROOT, set_up
from serving_page import write_page
from split_graph import fastest_of_parallel

import wayaround as wa
from wayaround.demand.places import cities
from wayaround.network.profiles import drive_times, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints, snap_points
from wayaround.service.served import prepare_roads
from wayaround.units import UNREACHABLE

WORK = ROOT / "build" / "serving"
PROFILE = "truck"
CONNECTIONS = (1, 2, 4, 8)
PAIRS = 3000
TABLE = 500
KINDS = {"near": (0.0, 150.0), "region": (300.0, 1000.0), "far": (0.0, float("inf"))}
"""Kilometres in a straight line between two towns, about."""
QUERIES = {"overview=false": "?overview=false", "overview": "", "overview and steps": "?steps=true"}
CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    name: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Processor seconds of all its processes so far."""
        return sum(map(time_process, list_family(self.pid)))

    def memory_mb(self) -> float:
        """Memory of all its processes, what they share counted once."""
        return (
            sum(
                int(line.split()[1])
                for pid in list_family(self.pid)
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                if line.startswith("Pss:")
            )
            / 1000
        )


def list_family(pid: int) -> list[int]:
    """A process and all that came out of it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in list_family(int(child)))]


def prepare_osrm(network: RoadNetwork, *, new: bool) -> Path:
    """Files for `osrm-routed`, made unless they are there."""
    base = WORK / "osrm" / "network.osrm"
    done = WORK / "digest"
    if not new and done.is_file() and done.read_text() == network.digest:
        return base
    done.unlink(missing_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    weights = drive_times(network, load_profile(PROFILE))
    if not np.array_equal(weights.forward_ds, weights.backward_ds):
        raise SystemExit("OSRM is told one time a link; this network has two")
    tail, head = (np.asarray(end, dtype=np.int64) for end in (network.link_tail, network.link_head))
    kept = fastest_of_parallel(tail, head, weights.forward_ds)
    kept = kept[tail[kept] != head[kept]]
    time_ds = weights.forward_ds[kept]
    np.savez(
        WORK / "graph.npz",
        tail=tail[kept],
        head=head[kept],
        before_ds=time_ds,
        after_ds=time_ds,
        lon=network.node_lon,
        lat=network.node_lat,
        terminal=np.zeros(0, dtype=np.int64),
        runs=1,
    )
    set_up()
    subprocess.run([str(OWN_PYTHON), str(HERE / "peers" / "osrm_serving.py"), str(WORK)], check=True)
    done.write_text(network.digest)
    return base


def draw_pairs(network: RoadNetwork) -> dict[str, list[str]]:
    """Random pairs of towns that have a way, as OSRM's coordinates, near to each other and far apart."""
    rng = np.random.default_rng(6)
    towns = cities(None, 5000)
    towns = [towns[row] for row in rng.permutation(len(towns))[: 2 * PAIRS].tolist()]
    found = snap_points(network, np.array([town.lat for town in towns]), np.array([town.lon for town in towns]))
    towns = [town for town, point in zip(towns, found, strict=True) if point is not None]
    points = SnappedPoints.of([(town.lat, town.lon) for town in towns], [point for point in found if point is not None])
    roads = prepare_roads(network, PROFILE).open_roads
    query = roads.metric.query(roads.roads.terminals(points))
    lon, lat = (np.array([getattr(town, axis) for town in towns]) for axis in ("lon", "lat"))
    pairs = {}
    for name, (least_km, most_km) in KINDS.items():
        one, other = rng.integers(0, len(towns), (2, 4000 * PAIRS if most_km < 2000 else 8 * PAIRS))
        east_deg = (lon[one] - lon[other] + 180) % 360 - 180
        km = 111.2 * np.hypot(east_deg * np.cos(np.radians(lat[one])), lat[one] - lat[other])
        rows = np.flatnonzero((km >= least_km) & (km <= most_km) & (one != other))[: 8 * PAIRS]
        one, other = one[rows], other[rows]
        rows = np.flatnonzero(query.skim(one, other).time_ds < UNREACHABLE)[:PAIRS]
        pairs[name] = [
            f"{write_place(towns[a])};{write_place(towns[b])}" for a, b in zip(one[rows], other[rows], strict=True)
        ]
        say(f"{name}: {len(rows)} pairs")
    pairs["table"] = [";".join(write_place(town) for town in towns[:TABLE])]
    return pairs


def write_place(town: Any) -> str:
    """A town as OSRM reads it."""
    return f"{town.lon:.5f},{town.lat:.5f}"


@contextmanager
def start(name: str, command: list[str], port: int, ready: str) -> Iterator[Server]:
    """A server of ours, until it is no longer needed."""
    log = WORK / f"{name.replace(' ', '-')}.log"
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT) as process:
        try:
            for _ in range(1200):
                if process.poll() is not None:
                    raise SystemExit(f"{name} ended: {log.read_text()[-500:]}")
                try:
                    urlopen(f"http://127.0.0.1:{port}{ready}", timeout=10).close()
                    break
                except OSError as error:
                    if hasattr(error, "code"):  # it answers, if only with an error
                        break
                    time.sleep(0.1)
            yield Server(name, port, process.pid)
        finally:
            for pid in reversed(list_family(process.pid) if process.poll() is None else []):
                os.kill(pid, signal.SIGTERM)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def start_all(base: Path) -> Iterator[list[Server]]:
    """OSRM with a thread a core, and ours with one worker and with one a core."""
    with ExitStack() as stack:
        servers = []
        port = free_port()
        binary = next(OWN_PYTHON.parents[1].glob("lib/python*/site-packages/osrm/bin/osrm-routed"))
        command = [str(binary), "--algorithm", "mld", "--ip", "127.0.0.1", "--port", str(port)]
        command += ["--threads", str(CORES), "--max-table-size", str(TABLE), str(base)]
        servers.append(stack.enter_context(start("osrm-routed", command, port, "/")))
        for workers in sorted({1, CORES}):
            port = free_port()
            command = [sys.executable, "-c", "from wayaround.cli import main; main()", "serve"]
            command += ["--port", str(port), "--workers", str(workers), "--profile", PROFILE]
            command += ["--database", str(WORK / f"{workers}.sqlite")]
            name = f"wayaround, {workers} worker{'s' * (workers > 1)}"
            servers.append(stack.enter_context(start(name, command, port, "/readyz")))
        yield servers


def compare(pairs: list[str], servers: list[Server]) -> dict[str, Any]:
    """How alike the durations are, over all pairs and over those that both take to the same points of the road."""
    theirs, ours = (
        [
            json.loads(body)
            for body in put_load(server.port, route_paths(pairs, "overview=false"), connections=1, keep=True).bodies
        ]
        for server in servers[:2]
    )
    counted = {"pairs": len(pairs), "other_code": 0, "within_1_s": 0, "same_points": 0, "same_points_within_1_s": 0}
    for one, other in zip(theirs, ours, strict=True):
        if one["code"] != other["code"]:
            counted["other_code"] += 1
            continue
        durations = [answer["routes"][0]["duration"] for answer in (one, other)]
        close = abs(durations[0] - durations[1]) <= max(1.0, 1e-4 * durations[0])
        places = [np.array([point["location"] for point in answer["waypoints"]]) for answer in (one, other)]
        same = bool(np.abs(places[0] - places[1]).max() <= 2e-5)
        counted["within_1_s"] += close
        counted["same_points"] += same
        counted["same_points_within_1_s"] += same and close
    return counted


def route_paths(pairs: list[str], query: str) -> list[str]:
    """Addresses of the pairs' routes."""
    return [f"/route/v1/driving/{pair}{QUERIES[query]}" for pair in pairs]


def measure_run(server: Server, paths: list[str], **how: Any) -> dict[str, float]:
    """One run: requests a second, milliseconds, and how many processors the server and the load tool took."""
    before = server.cpu_s()
    load: Load = put_load(server.port, paths, **how)
    used = server.cpu_s() - before
    if load.refused:
        raise SystemExit(f"{server.name} refused {load.refused} of {len(load.taken_s)} requests")
    taken = np.array(load.taken_s) * 1000
    return {
        "requests_a_second": len(taken) / load.wall_s,
        "p50_ms": float(np.percentile(taken, 50)),
        "p99_ms": float(np.percentile(taken, 99)),
        "cpu_ms_a_request": used / len(taken) * 1000,
        "processors": used / load.wall_s,
        "processors_of_the_load_tool": load.own_cpu_s / load.wall_s,
        "hung_up": load.hung_up,
    }


def measure(servers: list[Server], pairs: dict[str, list[str]], rounds: int, seconds: float) -> list[dict[str, Any]]:
    """All runs, server after server within each round; medians over the rounds."""
    jobs: list[tuple[str, str, int, list[str], dict[str, Any]]] = [
        (kind, query, connections, route_paths(pairs[kind], query), {"seconds": seconds})
        for kind in KINDS
        for query in QUERIES
        for connections in CONNECTIONS
    ]
    table = f"/table/v1/driving/{pairs['table'][0]}?annotations=duration,distance"
    jobs.append(("table", f"{TABLE} x {TABLE}", 1, [table], {}))
    for server in servers:  # what is read or compiled at first does not count
        for _, _, connections, paths, how in jobs:
            if connections in (1, CONNECTIONS[-1]):
                put_load(server.port, paths, connections=connections, **how)
    runs: dict[tuple[int, str], list[dict[str, float]]] = {}
    for turn in range(rounds):
        say(f"round {turn + 1} of {rounds}")
        for row, (_, _, connections, paths, how) in enumerate(jobs):
            for server in servers[turn % len(servers) :] + servers[: turn % len(servers)]:
                run = measure_run(server, paths, connections=connections, start=turn * 997, **how)
                runs.setdefault((row, server.name), []).append(run)
    return [
        {
            "kind": kind,
            "query": query,
            "connections": connections,
            "server": server.name,
            **{key: statistics.median(run[key] for run in runs[row, server.name]) for key in runs[row, server.name][0]},
            "runs": runs[row, server.name],
        }
        for row, (kind, query, connections, _, _) in enumerate(jobs)
        for server in servers
    ]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each job; 5 if left out")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a run; 1.5 if left out")
    parser.add_argument("--new", action="store_true", help="make OSRM's files anew")
    parser.add_argument("--no-page", action="store_true", help="leave docs/serving-benchmark.md as it is")
    asked = parser.parse_args()
    network = wa.open_network("world-highways")
    base = prepare_osrm(network, new=asked.new)
    results: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "versions": {"wayaround": version("wayaround"), "osrm-bindings": _version_of_osrm()},
        "network": {"name": network.name, "links": network.links, "profile": PROFILE},
        "rounds": asked.rounds,
        "seconds": asked.seconds,
    }
    pairs = draw_pairs(network)
    with start_all(base) as servers:
        results["compared"] = {kind: compare(pairs[kind], servers) for kind in KINDS}
        say(json.dumps(results["compared"]))
        results["jobs"] = measure(servers, pairs, asked.rounds, asked.seconds)
        results["memory_mb"] = {server.name: round(server.memory_mb()) for server in servers}
    (ROOT / "build" / "serving.json").write_text(json.dumps(results, indent=1) + "\n")
    if not asked.no_page:
        write_page(results, ROOT / "docs" / "serving-benchmark.md")


def _version_of_osrm() -> str:
    code = "from importlib.metadata import version; print(version('osrm-bindings'))"
    return subprocess.run([str(OWN_PYTHON), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
