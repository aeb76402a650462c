"""OSRM, multi-level Dijkstra: our graph as OpenStreetMap data, our times as a segment speed file.

The speeds are such that OSRM's length of each link over its speed is our time, in tenths of a second like ours. No
part of the graph counts as too small to snap to (by default those of less than a thousand nodes do), so that a terminal
on an island stays there as it does with us.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import osrm
from exchange import SHUT, PeerCase, Sheet, case_from_command_line, check_close, time_children, time_process, time_runs
from osm_file import write_pbf

TOLERANCE = 0.001
PAIRS = 200
_MICRO = 1e6


def run_osrm(*arguments: str) -> None:
    """Run a command of OSRM, quietly."""
    command = [sys.executable, "-m", "osrm", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"osrm {arguments[0]} failed: {(done.stderr or done.stdout)[-500:]}")


def spread_nodes(case: PeerCase) -> np.ndarray:
    """Latitudes with one end moved, by a foot or some, of each link that takes time between two ends in one place.

    A speed needs a length. A link of no time may stay without: a terminal at a node, for one.
    """
    lon, lat = (np.rint(degrees * _MICRO) / _MICRO for degrees in (case.lon, case.lat))
    flat = (lon[case.tail] == lon[case.head]) & (lat[case.tail] == lat[case.head]) & (case.before_ds > 0)
    end = np.unique(case.head[flat])
    lat[end] += np.arange(1, len(end) + 1) * 3 / _MICRO
    return lat


def lengths_m(case: PeerCase) -> np.ndarray:
    """Length of each link as OSRM has it: planes that touch the ellipsoid every 0.05 degrees (Mapbox's cheap ruler)."""
    lon, lat = (np.rint(degrees * _MICRO) / _MICRO for degrees in (case.lon, case.lat))
    middle = np.abs(lat[case.tail] + lat[case.head]) / 2
    # A middle on the border of two planes belongs to the one nearer to the equator.
    cosine = np.cos(np.radians((np.floor(middle / 0.05 - 1e-7) + 0.5) * 0.05))
    flattening = 1 / 298.257223563
    squared = flattening * (2 - flattening)
    w2 = 1 / (1 - squared * (1 - cosine * cosine))
    per_degree = np.radians(1) * 6378137.0
    east = (lon[case.head] - lon[case.tail] + 180) % 360 - 180
    north = lat[case.head] - lat[case.tail]
    return np.hypot(east * per_degree * np.sqrt(w2) * cosine, north * per_degree * np.sqrt(w2) * w2 * (1 - squared))


def lay_out(case: PeerCase) -> Path:
    """Extract the graph into osrm/network.osrm of its folder; ends of links without length are moved apart."""
    folder = case.folder / "osrm"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(osrm.__file__).parent / "share" / "profiles", folder)
    profile, file = folder / "as_ours.lua", folder / "network.osm.pbf"
    shutil.copy(Path(__file__).with_name("osrm_profile.lua"), profile)
    case.lat = spread_nodes(case)
    write_pbf(case, file, tags={"highway": "primary", "maxspeed": "75"})
    run_osrm("extract", str(file), "-p", str(profile), "--small-component-size", "1")
    return folder / "network.osrm"


def write_speeds(case: PeerCase, time_ds: np.ndarray, path: Path) -> None:
    """Speeds by segment and direction in km/h; 0 shuts. Segments without length keep the profile's."""
    metres = lengths_m(case)
    usable = metres > 0
    kmh = np.where(time_ds >= SHUT, 0.0, metres / np.maximum(time_ds, 1) * 36.0)
    rows = [
        f"{one},{other},{speed:.6f}\n{other},{one},{speed:.6f}\n"
        for one, other, speed in zip(
            (case.tail[usable] + 1).tolist(), (case.head[usable] + 1).tolist(), kmh[usable].tolist(), strict=True
        )
    ]
    path.write_text("".join(rows))


@contextmanager
def serve(base: Path, places: int) -> Iterator[tuple[http.client.HTTPConnection, Callable[[], float]]]:
    """A server of ours on this machine: a connection to it and its processor time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "osrm", "routed", "--algorithm", "mld", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--threads", "2", "--max-table-size", str(places), "--keepalive-timeout", "600", str(base)]
    with base.with_suffix(".log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            for _ in range(600):
                if server.poll() is not None:
                    raise SystemExit(f"osrm routed ended: {base.with_suffix('.log').read_text()[-500:]}")
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            pid = server_pid(server.pid)
            yield http.client.HTTPConnection("127.0.0.1", port, timeout=900), lambda: time_process(pid)
        finally:
            if server.poll() is None:
                # Not only the process that was started: the server, its child, would live on.
                for one in {server_pid(server.pid), server.pid}:
                    os.kill(one, signal.SIGTERM)


def server_pid(pid: int) -> int:
    """The server itself: `python -m osrm` may have it as a child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return server_pid(int(children[0])) if children else pid


def ask(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Body of an answer."""
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
    except http.client.RemoteDisconnected:  # the server hangs up after some hundred requests
        connection.close()
        connection.request("GET", path)
        answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"OSRM answers {answer.status}: {body[:300]!r}")
    return body


def read_table(body: bytes) -> np.ndarray:
    """Times of a table in deciseconds, infinite where there is no way."""
    rows = json.loads(body)["durations"]
    return np.array([[np.inf if one is None else 10.0 * one for one in row] for row in rows])


def check_routes(bodies: list[bytes], ours: np.ndarray) -> str:
    """Hold the times of single routes against ours."""
    return check_close(np.array([10 * json.loads(body)["routes"][0]["duration"] for body in bodies]), ours, TOLERANCE)


def main() -> None:
    """Measure what OSRM can do."""
    case, sheet = case_from_command_line(), Sheet("OSRM", version("osrm-bindings"))
    start = time.perf_counter()
    base = lay_out(case)
    sheet.set_up("extract, and write its file", time.perf_counter() - start)
    speeds = {"before": base.with_name("before.csv"), "after": base.with_name("after.csv")}
    write_speeds(case, case.before_ds, speeds["before"])
    write_speeds(case, case.after_ds, speeds["after"])
    start = time.perf_counter()
    run_osrm("partition", str(base))
    sheet.set_up("partition", time.perf_counter() - start)

    def customise(name: str) -> None:
        run_osrm("customize", str(base), "--segment-speed-file", str(speeds[name]))

    node = case.terminal
    place = [f"{case.lon[one]:.6f},{case.lat[one]:.6f}" for one in node]
    table = f"/table/v1/driving/{';'.join(place)}?annotations=duration"
    customised = time_runs(lambda: customise("before"), case.runs, warm=False, clock=time_children)
    with serve(base, len(node)) as (connection, clock):
        body = [b""]

        def fill() -> None:
            body[0] = ask(connection, table)

        seconds = time_runs(fill, case.runs, warm=False, clock=clock)
        ours = np.asarray(case.our_times("before"))
        checked = check_close(read_table(body[0]), ours, TOLERANCE)
        note = "the command with the speed file of all links, which it reads and applies"
        sheet.add("customise", customised, checked=f"by the matrix: {checked}", note=note)
        note = (
            "HTTP on this machine, JSON not parsed; two threads served; pairs that differ are nearly all of two "
            "terminals through which a second link runs, where OSRM sets out"
        )
        sheet.add("matrix", seconds, checked=checked, note=note)
        pairs = case.pairs(PAIRS)
        bodies: list[bytes] = []
        for job, wanted in (("pair_search", "overview=false"), ("path", "overview=false&annotations=nodes")):
            paths = [f"/route/v1/driving/{place[one]};{place[other]}?{wanted}" for one, other in pairs.tolist()]

            def ask_each(paths: list[str] = paths) -> None:
                bodies[:] = [ask(connection, path) for path in paths]

            seconds = time_runs(ask_each, case.runs, clock=clock)
            checked = check_routes(bodies, ours[pairs[:, 0], pairs[:, 1]])
            sheet.add(job, seconds.each(PAIRS), checked=checked, note=f"HTTP on this machine, mean of {PAIRS}")
    customised = time_runs(lambda: customise("after"), case.runs, warm=False, clock=time_children)
    with serve(base, len(node)) as (connection, clock):
        seconds = time_runs(fill, case.runs, warm=False, clock=clock)
        checked = check_close(read_table(body[0]), np.asarray(case.our_times("after")), TOLERANCE)
    sheet.add(
        "zone", customised + seconds, checked=checked, note="customise and table; loading by the server not counted"
    )
    sheet.cannot("pair", reason="has no labels")
    sheet.cannot("n_minus_1", reason="822,383 customisations and tables of half a minute: months")
    sheet.cannot("sum_10000", "totals_10000", reason="minutes by proportion, held whole as JSON")
    sheet.cannot("totals_48000", reason="hours by proportion, held whole as JSON")


if __name__ == "__main__":
    main()
