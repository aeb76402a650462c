"""The service as its clients meet it: over a socket, with OSRM's own clients, fuzzed, started and stopped."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import routingpy
import schemathesis
from hypothesis import HealthCheck, settings
from loopback import Served

from wayaround.service.app import create_app
from wayaround.service.settings import read_settings

DAMASCUS, BAGHDAD, AMMAN = [36.292, 33.513], [44.366, 33.315], [35.93, 31.95]
ZONE = json.dumps([{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}])
SERVE = [sys.executable, "-c", "from wayaround.cli import main; main()", "serve"]


def test_routingpy_finds_routes(live: Served) -> None:
    osrm = routingpy.OSRM(base_url=live.url)
    before = osrm.directions([DAMASCUS, BAGHDAD])
    after = osrm.directions([DAMASCUS, BAGHDAD], closures=ZONE, geometries="geojson", steps=True, annotations=True)
    assert [way.distance // 1000 for way in (before, after)] == [793, 928]
    assert before.geometry[0] == pytest.approx(DAMASCUS, abs=0.01)
    assert after.geometry[-1] == pytest.approx(BAGHDAD, abs=0.01)
    ways = osrm.directions([DAMASCUS, BAGHDAD], alternatives=2, closures=ZONE, overview="full")
    assert len(ways) > 1


def test_routingpy_finds_tables(live: Served) -> None:
    osrm = routingpy.OSRM(base_url=live.url)
    table = osrm.matrix([DAMASCUS, BAGHDAD, AMMAN], sources=[0], destinations=[1, 2])
    assert [metres // 1000 for metres in table.distances[0]] == [793, 191]
    closed = osrm.matrix([DAMASCUS, BAGHDAD, AMMAN], sources=[0], destinations=[1, 2], closures=ZONE)
    assert [metres // 1000 for metres in closed.distances[0]] == [928, 191]
    assert closed.durations[0][0] > table.durations[0][0]


def test_requests_at_once_do_not_meet_each_others_closures(live: Served) -> None:
    def ask(radius_km: float | None) -> float:
        shut = [] if radius_km is None else [{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": radius_km}}]
        query = urlencode({"closures": json.dumps(shut)})
        with urlopen(f"{live.url}/route/v1/driving/36.292,33.513;44.366,33.315?{query}") as answer:
            distance: float = json.load(answer)["routes"][0]["distance"]
            return distance

    asked = [None, 55, 1, 150, None, 30] * 10
    alone = {radius_km: ask(radius_km) for radius_km in dict.fromkeys(asked)}
    assert len(set(alone.values())) > 1
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, asked)) == [alone[radius_km] for radius_km in asked]


@pytest.mark.parametrize("head", [b"GET /healthz?", b"GET /healthz HTTP/1.1\r\nX-Long: "])
def test_a_head_without_an_end_is_hung_up_on(live: Served, head: bytes) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection, pytest.raises(ConnectionError):
        connection.sendall(head + b"x" * 20_000_000)
    with urlopen(f"{live.url}/healthz") as answer:
        assert answer.status == 200


def test_routingpy_is_told_what_is_wrong(live: Served) -> None:
    osrm = routingpy.OSRM(base_url=live.url)
    with pytest.raises(routingpy.exceptions.RouterApiError, match="NoSegment"):
        osrm.directions([DAMASCUS, [-30.0, 0.0]])


@schemathesis.openapi.from_dict(create_app(read_settings()).openapi()).parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_no_answer_is_a_fault(case: schemathesis.Case, live: Served) -> None:
    answer = case.call(base_url=live.url)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert {"code", "message"} <= set(answer.json()) <= {"code", "message", "ids"}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_starts_answers_and_stops(tmp_path: Path, workers: str) -> None:
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([*SERVE, "--port", "0", "--workers", workers], stderr=log)
    try:
        url = ""
        while not url:
            assert process.poll() is None, (tmp_path / "log").read_text()
            lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines(keepends=False)]
            said = [line["event"] for line in lines if "running on" in line["event"]]
            url = said[0].split()[3] if said else ""
        assert url.startswith("http://127.0.0.1:")
        while (tmp_path / "log").read_text().count('"ready"') < int(workers):
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
        with urlopen(f"{url}/readyz") as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    finally:
        process.kill()
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert events.count("stopped") == int(workers)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--host", "0.0.0.0"], "no token is set"),
        (["--port", "70000"], "WAYAROUND_PORT"),
        (["--network", "nowhere"], "world-highways"),
        (["--profile", "trukc"], "truck"),
    ],
)
def test_serve_says_what_is_wrong(flags: list[str], said: str) -> None:
    done = subprocess.run([*SERVE, *flags], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_opens_what_other_machines_reach() -> None:
    environment = os.environ | {"WAYAROUND_TOKEN_HASHES": hashlib.sha256(b"token").hexdigest()}
    done = subprocess.run(
        [*SERVE, "--host", "0.0.0.0", "--profile", "trukc"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, "no token is set" in done.stderr) == (2, False)


def test_the_documentation_prints_what_it_says(live: Served, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    code, printed = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", text, re.DOTALL)[0]
    exec(code.replace("http://127.0.0.1:8080", live.url), {})
    assert capsys.readouterr().out == printed
