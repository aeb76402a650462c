"""OSRM, multi-level Dijkstra: our graph as OpenStreetMap data, our times as a segment speed file.

The speeds are such that OSRM's length of each link over its speed is our time. It rounds to a tenth of a second like
us, but link by link after its own merging, so its times are compared within a tolerance.
"""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import osmium
import osrm
from exchange import SHUT, PeerCase, Sheet, case_from_command_line, say, time_children, time_process, time_runs

TOLERANCE = 0.005
PAIRS = 200
_MICRO = 1e6


def run_osrm(*arguments: str) -> None:
    """Run a command of OSRM, quietly."""
    command = [sys.executable, "-m", "osrm", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"osrm {arguments[0]} failed: {(done.stderr or done.stdout)[-500:]}")


def write_pbf(case: PeerCase, path: Path) -> None:
    """The graph as nodes and two-node ways; nodes and ways are numbered from 1."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in enumerate(zip(case.lon.tolist(), case.lat.tolist(), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place))
        tags = {"highway": "primary", "maxspeed": "75"}
        for way, ends in enumerate(zip((case.tail + 1).tolist(), (case.head + 1).tolist(), strict=True), start=1):
            writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=ends, tags=tags))


def lengths_m(case: PeerCase) -> np.ndarray:
    """Length of each link as OSRM has it: a plane that touches near the link (Mapbox's cheap ruler)."""
    lon, lat = (np.rint(degrees * _MICRO) / _MICRO for degrees in (case.lon, case.lat))
    middle = (lat[case.tail] + lat[case.head]) / 2
    cosine = np.cos(np.radians(np.floor(np.abs(middle) / 0.05) * 0.05))
    flattening = 1 / 298.257223563
    squared = flattening * (2 - flattening)
    w2 = 1 / (1 - squared * (1 - cosine * cosine))
    per_degree = np.radians(1) * 6378137.0
    east = (lon[case.head] - lon[case.tail] + 180) % 360 - 180
    north = lat[case.head] - lat[case.tail]
    return np.hypot(east * per_degree * np.sqrt(w2) * cosine, north * per_degree * np.sqrt(w2) * w2 * (1 - squared))


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
            server.terminate()


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


def check_table(body: bytes, ours: np.ndarray) -> str:
    """Share of times within the tolerance; stop where most differ."""
    rows = json.loads(body)["durations"]
    theirs = np.array([[np.nan if one is None else 10.0 * one for one in row] for row in rows])
    both = np.isfinite(theirs) & (ours < SHUT)
    alike = np.abs(theirs[both] - ours[both]) <= np.maximum(TOLERANCE * ours[both], 20)
    exact = np.count_nonzero(np.abs(theirs[both] - ours[both]) <= 10) / both.sum()
    same_way = np.mean(np.isfinite(theirs) == (ours < SHUT))
    say(f"OSRM: within 1 s {exact:.4f}, within tolerance {alike.mean():.6f}, reachable alike {same_way:.6f}")
    if alike.mean() < 0.99 or same_way < 0.98:
        raise SystemExit(f"OSRM's times are not ours: {alike.mean():.4f} alike, {same_way:.4f} reachable alike")
    return (
        f"{100 * alike.mean():.2f} % of times within {100 * TOLERANCE:g} %, {100 * exact:.1f} % within 1 s; "
        f"{100 * same_way:.2f} % agree on whether there is a way"
    )


def main() -> None:
    """Measure what OSRM can do."""
    case, sheet = case_from_command_line(), Sheet("OSRM", version("osrm-bindings"))
    folder = case.folder / "osrm"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(osrm.__file__).parent / "share" / "profiles", folder)
    profile, base = folder / "as_ours.lua", folder / "network.osrm"
    shutil.copy(Path(__file__).with_name("osrm_profile.lua"), profile)
    write_pbf(case, folder / "network.osm.pbf")
    speeds = {"before": folder / "before.csv", "after": folder / "after.csv"}
    write_speeds(case, case.before_ds, speeds["before"])
    write_speeds(case, case.after_ds, speeds["after"])
    for step, arguments in (
        ("extract", (str(folder / "network.osm.pbf"), "-p", str(profile))),
        ("partition", (str(base),)),
    ):
        start = time.perf_counter()
        run_osrm(step, *arguments)
        sheet.set_up(step, time.perf_counter() - start)

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
        checked = check_table(body[0], np.asarray(case.our_times("before")))
        note = "the command with the speed file of all links, which it reads and applies"
        sheet.add("customise", customised, checked=f"by the matrix: {checked}", note=note)
        sheet.add("matrix", seconds, checked=checked, note="HTTP on this machine, JSON not parsed; two threads served")
        pairs = case.pairs(PAIRS).tolist()
        for job, wanted in (("pair_search", "overview=false"), ("path", "overview=false&annotations=nodes")):
            paths = [f"/route/v1/driving/{place[one]};{place[other]}?{wanted}" for one, other in pairs]
            seconds = time_runs(lambda paths=paths: [ask(connection, path) for path in paths], case.runs, clock=clock)
            note = f"HTTP on this machine, mean of {PAIRS}"
            sheet.add(job, seconds.each(PAIRS), checked="the table only, not each route", note=note)
    customised = time_runs(lambda: customise("after"), case.runs, warm=False, clock=time_children)
    with serve(base, len(node)) as (connection, clock):
        seconds = time_runs(fill, case.runs, warm=False, clock=clock)
        checked = check_table(body[0], np.asarray(case.our_times("after")))
    sheet.add(
        "zone", customised + seconds, checked=checked, note="customise and table; loading by the server not counted"
    )
    sheet.cannot("pair", "has no labels")
    sheet.cannot("n_minus_1", "822,383 customisations and tables of half a minute: months")
    sheet.cannot("totals_10000", "minutes by proportion, held whole as JSON")
    sheet.cannot("totals_48000", "hours by proportion, held whole as JSON")
    sheet.finish()


if __name__ == "__main__":
    main()
