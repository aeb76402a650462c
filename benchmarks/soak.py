"""Does the service's memory stay flat? `python benchmarks/soak.py [--minutes 10]`: full mixed load, sampled, judged.

Starts `wayaround serve` over a store of its own, asks it everything that it answers from several connections at once,
and reads every five seconds what each of its processes holds. Whether that grows is judged over the second half of the
run, by the median of all slopes (Theil and Sen) of anonymous memory: what was mapped from files is the network's, and
comes and goes as the system likes.
"""

import argparse
import http.client
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from scipy.stats import theilslopes

EVERY_S = 5
COUNTRIES = ("SY", "IQ", "JO", "TR", "DE", "FR", "PL", "KE", "UG", "IN", "BR", "US")
PAIRS = (("Damascus, SY", "Baghdad, IQ"), ("Amman, JO", "Baghdad, IQ"), ("Berlin, DE", "Paris, FR"))
TEXT = "The detour from Damascus to Baghdad is just 15 km. From Amman to Baghdad it takes two days longer."
COLUMNS = ("Rss", "Pss", "Anonymous")
FLAT_MB_PER_MIN = 3.0

PLACES: list[str] = []
"""The world's 2,000 largest cities that have a road, from west to east, so that neighbours have ways."""

_Task = Callable[["Client", random.Random], None]


@dataclass(slots=True)
class Client:
    """One connection, and what it was answered."""

    port: int
    statuses: Counter[str]
    connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask, and read the answer whole."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        sent = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, sent, {"content-type": "application/json"})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.statuses[f"{path.split('/')[1]} {type(error).__name__}"] += 1
            self.connection = None
            return None
        kind = path.partition("?")[0].split("/")
        self.statuses[f"{kind[3] if kind[1] == 'api' else kind[1]} {answer.status}"] += 1
        small = len(content) < 100_000 and answer.headers.get_content_type() == "application/json"
        return json.loads(content) if small else None


def main() -> None:
    """Soak a service, print the samples and the judgement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--connections", type=int, default=6)
    parser.add_argument("--only", choices=sorted(TASKS), help="one kind of request alone, to find what grows")
    chosen = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        command = [sys.executable, "-c", "from wayaround.cli import main; main()", "serve", "--port", str(port)]
        command += ["--workers", str(chosen.workers), "--database", f"{folder}/store.sqlite"]
        process = subprocess.Popen(command, stderr=log, env=os.environ | {"WAYAROUND_WAITING": "1000"})
        try:
            _wait_until_ready(process, port)
            PLACES.extend(_find_places(port))
            statuses, samples = _soak(process.pid, port, chosen)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)
    print("\nanswers: " + ", ".join(f"{name}: {count:,}" for name, count in sorted(statuses.items())))
    for pid, rows in samples.items():
        _judge(pid, np.array(rows))


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            raise SystemExit("the service did not start")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


def _find_places(port: int) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/api/v1/cities")
    listed = json.loads(connection.getresponse().read())
    return [f"{lon:.4f},{lat:.4f}" for lon, lat in sorted(zip(listed["lon"], listed["lat"], strict=True))]


def _soak(first: int, port: int, chosen: argparse.Namespace) -> tuple[Counter[str], dict[int, list[list[float]]]]:
    over = threading.Event()
    statuses: Counter[str] = Counter()
    names = [chosen.only] if chosen.only else list(TASKS)
    weights = [TASKS[name][0] for name in names]

    def load(number: int) -> None:
        chance = random.Random(number)
        client = Client(port, statuses)
        while not over.is_set():
            TASKS[chance.choices(names, weights)[0]][1](client, chance)

    threads = [threading.Thread(target=load, args=(number,)) for number in range(chosen.connections)]
    for thread in threads:
        thread.start()
    samples: dict[int, list[list[float]]] = {}
    begun = time.monotonic()
    print(f"{'min':>5} {'process':>8} " + " ".join(f"{name + ' MB':>12}" for name in COLUMNS))
    try:
        for turn in itertools.count():
            minutes = (time.monotonic() - begun) / 60
            for pid in _processes(first):
                held = _held_mb(pid)
                if held is None:
                    continue
                samples.setdefault(pid, []).append([minutes, *held])
                if turn % 6 == 0:
                    print(f"{minutes:5.1f} {pid:8} " + " ".join(f"{mb:12,.0f}" for mb in held), flush=True)
            if minutes > chosen.minutes:
                return statuses, samples
            time.sleep(EVERY_S)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    raise AssertionError


def _processes(first: int) -> list[int]:
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(first)]
    listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return [first, *(int(line.split()[0]) for line in listed.splitlines() if "spawn_main" in line)]


def _held_mb(pid: int) -> list[float] | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
    return [sizes[name] for name in COLUMNS]


def _judge(pid: int, rows: np.ndarray[Any, Any]) -> None:
    late = rows[rows[:, 0] >= rows[-1, 0] / 2]
    if len(late) < 10:
        print(f"process {pid}: too few samples to judge")
        return
    for column, name in enumerate(COLUMNS, start=1):
        slope, _, low, high = theilslopes(late[:, column], late[:, 0], alpha=0.95)
        print(
            f"process {pid}, {name}: {rows[0, column]:,.0f} MB at first, {np.median(late[:, column]):,.0f} MB at the "
            f"median of the second half (at most {rows[:, column].max():,.0f}), {slope:+.2f} MB a minute "
            f"[{low:+.2f} .. {high:+.2f}]"
            + ("" if name != "Anonymous" else ": flat" if low <= 0 or slope <= FLAT_MB_PER_MIN else ": GROWS")
        )


def _zone(chance: random.Random) -> dict[str, Any]:
    lat, lon = chance.choice([(33.5, 38.6), (50.0, 10.0), (1.0, 34.0), (25.0, 78.0), (40.0, -95.0)])
    return {
        "allow_empty": True,
        "circle": {
            "lat": round(lat + chance.uniform(-1, 1), 4),
            "lon": round(lon + chance.uniform(-1, 1), 4),
            "radius_km": round(chance.uniform(1, 150), 1),
        },
    }


def _places(chance: random.Random, count: int) -> str:
    first = 0 if count > 500 else chance.randrange(len(PLACES) - 500)
    return ";".join(chance.choices(PLACES if count > 500 else PLACES[first : first + 500], k=count))


def _route(client: Client, chance: random.Random) -> None:
    more = {"alternatives": chance.choice(["false", "2"]), "steps": chance.choice(["false", "true"])}
    client.ask("GET", f"/route/v1/driving/{_places(chance, chance.choice([2, 2, 2, 5]))}?{urlencode(more)}")


def _closed_route(client: Client, chance: random.Random) -> None:
    closures = quote(json.dumps([_zone(chance) for _ in range(chance.randint(1, 3))]))
    client.ask("GET", f"/route/v1/driving/{_places(chance, 2)}?overview=full&closures={closures}")


def _table(client: Client, chance: random.Random) -> None:
    closures = quote(json.dumps([_zone(chance)])) if chance.random() < 0.5 else ""
    count = chance.choice([10, 50, 100, 200, 500])
    client.ask("GET", f"/table/v1/driving/{_places(chance, count)}?closures={closures}")


def _large_table(client: Client, chance: random.Random) -> None:
    client.ask("GET", f"/table/v1/driving/{_places(chance, 2000)}?annotations=duration,distance")


def _nearest(client: Client, chance: random.Random) -> None:
    client.ask("GET", f"/nearest/v1/driving/{_places(chance, 1)}?number={chance.randint(1, 20)}")


def _live(client: Client, chance: random.Random) -> None:
    countries = [] if chance.random() < 0.5 else sorted(chance.sample(COUNTRIES, chance.randint(1, 3)))
    asked = {"countries": countries, "most": chance.choice([50, 200, 1000, 2000]), "pair": chance.choice(PAIRS)}
    for _ in range(10):
        client.ask("POST", "/api/v1/live", asked | {"closures": [_zone(chance)]})


def _tiles(client: Client, chance: random.Random) -> None:
    zoom = chance.randint(0, 9)
    for _ in range(10):
        x, y = (chance.randrange(2**zoom) for _ in "xy")
        client.ask("GET", f"/api/v1/tiles/world-highways/{zoom}/{x}/{y}.mvt")


def _scenario(chance: random.Random) -> dict[str, Any]:
    return {"title": f"soak {chance.random()}", "closures": [_zone(chance)], "trips": {"pairs": list(PAIRS)}}


def _assess(client: Client, chance: random.Random) -> None:
    trips = {"cities": {"countries": chance.sample(COUNTRIES, 2), "min_population": 300_000}}
    asked = _scenario(chance) | ({"trips": trips} if chance.random() < 0.3 else {})
    client.ask("POST", f"/api/v1/assess?format={chance.choice(['json', 'geojson', 'parquet'])}", asked)


def _stored(client: Client, chance: random.Random) -> None:
    name = f"soak-{chance.randrange(200)}"
    client.ask("POST", "/api/v1/scenarios", {"name": name, "scenario": _scenario(chance)})
    client.ask("PUT", f"/api/v1/scenarios/{name}", {"scenario": _scenario(chance)})
    client.ask("GET", f"/route/v1/driving/{_places(chance, 2)}?closures={name}")


def _job(client: Client, chance: random.Random) -> None:
    work, asked = chance.choice(
        [
            ("rank", {"cities": 20, "unit": "crossing", "countries": chance.sample(COUNTRIES, 2)}),
            ("claims", {"text": TEXT * chance.randint(1, 5), "scenario": _scenario(chance)}),
        ]
    )
    begun = client.ask("POST", f"/api/v1/{work}", asked)
    if begun is None or "job" not in begun:
        time.sleep(1)
        return
    at = f"/api/v1/jobs/{begun['job']['id']}"
    for _ in range(200):
        now = client.ask("GET", at)
        if now is None or now.get("state") not in ("queued", "running"):
            break
        time.sleep(0.5)
    client.ask("GET", f"{at}/result?format=geojson")
    client.ask("DELETE", at)


TASKS: dict[str, tuple[int, _Task]] = {
    "route": (20, _route),
    "closed-route": (15, _closed_route),
    "table": (8, _table),
    "large-table": (1, _large_table),
    "nearest": (10, _nearest),
    "live": (6, _live),
    "tiles": (5, _tiles),
    "assess": (4, _assess),
    "stored": (4, _stored),
    "job": (3, _job),
}
"""How often each kind of request is drawn, and what it asks."""


if __name__ == "__main__":
    main()
