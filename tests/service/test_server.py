"""The service as its clients meet it: over a socket, with OSRM's own clients, fuzzed, started and stopped."""

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import routingpy
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import Served
from processes import SERVE

from wayaround.service.app import create_app
from wayaround.service.settings import read_settings

DAMASCUS, BAGHDAD, AMMAN = [36.292, 33.513], [44.366, 33.315], [35.93, 31.95]
ZONE = json.dumps([{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}])
SCENARIO: dict[str, Any] = {
    "title": "Al-Tanf closed",
    "closures": json.loads(ZONE),
    "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]},
}


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


def ask_json(live: Served, method: str, path: str, body: object = None) -> Any:
    sent = None if body is None else json.dumps(body).encode()
    request = Request(f"{live.url}/api/v1{path}", sent, {"content-type": "application/json"}, method=method)
    with urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


@pytest.fixture(scope="session")
def ended(live: Served) -> str:
    """A job that is done."""
    job = ask_json(live, "POST", "/claims", {"text": "The detour from Damascus to Baghdad is just 15 km."})["job"]["id"]
    while ask_json(live, "GET", f"/jobs/{job}")["state"] != "done":
        time.sleep(0.05)
    return str(job)


def hold(case: schemathesis.Case, live: Served) -> int:
    """Ask, and hold the answer against what every answer keeps to; what was begun is cancelled, so that it ends."""
    answer = case.call(base_url=live.url)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert {"code", "message"} <= set(answer.json()) <= {"code", "message", "ids"}
    if answer.status_code == 202 and case.method == "POST":
        ask_json(live, "DELETE", f"/jobs/{answer.json()['job']['id']}")
    return answer.status_code


API = schemathesis.openapi.from_dict(create_app(read_settings()).openapi())


@API.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_no_answer_is_a_fault(case: schemathesis.Case, live: Served) -> None:
    hold(case, live)


@API.include(path_regex=r"/(scenarios|jobs)/\{name\}").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_of_what_is_there_no_answer_is_a_fault(
    case: schemathesis.Case, live: Served, ended: str
) -> None:
    if "/scenarios/" in case.path:
        case.path_parameters["name"] = "fuzzed"
        with suppress(HTTPError):  # it is there already
            ask_json(live, "POST", "/scenarios", {"name": "fuzzed", "scenario": SCENARIO})
    else:
        if case.method == "DELETE":
            ended = ask_json(live, "POST", "/claims", {"text": "x"})["job"]["id"]
        case.path_parameters["name"] = ended
    assert hold(case, live) != 404 or "version" in (case.query or {})  # so it was reached


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/rank", {"cities": 3}),
        ("/rank", {"scenario": SCENARIO, "unit": "section"}),
        ("/claims", {"text": "x", "scenario": SCENARIO}),
    ],
)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoilt=st.data())
def test_work_with_one_part_spoilt_is_begun_or_refused(
    path: str, body: dict[str, Any], live: Served, spoilt: st.DataObject
) -> None:
    spoilt_body = json.loads(json.dumps(body))
    within = spoilt_body
    while isinstance(within, dict | list) and within:
        key = spoilt.draw(st.sampled_from(sorted(within) if isinstance(within, dict) else range(len(within))))
        if not isinstance(within[key], dict | list) or spoilt.draw(st.booleans()):
            within[key] = spoilt.draw(
                st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()) | st.floats()
            )
            break
        within = within[key]
    connection = http.client.HTTPConnection(live.url.removeprefix("http://"), timeout=60)
    connection.request("POST", f"/api/v1{path}", json.dumps(spoilt_body), {"content-type": "application/json"})
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    assert answer.status in (202, 403, 404, 409, 413, 422), content
    if answer.status == 202:
        ask_json(live, "DELETE", f"/jobs/{content['job']['id']}")


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


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path, workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [*SERVE, "--port", str(port), "--workers", workers, "--database", f"{tmp_path}/store.sqlite"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 2
    assert run.stderr == (
        f"wayaround: cannot listen at 127.0.0.1, port {port} (Address already in use); choose another with --host and "
        "--port.\n"
    )


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
