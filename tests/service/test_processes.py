"""The service as several processes: counted together, stopped in good order while somebody follows a job."""

import http.client
import json
import re
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from processes import Service, kill, run_service

from wayaround.service.callers import LOCAL
from wayaround.service.store.database import open_store
from wayaround.service.store.jobs import read_job

WORK = {"cities": 40, "unit": "crossing", "countries": ["SY", "IQ", "JO", "TR"], "top": 5}


def send(service: Service, work: str, body: dict[str, Any]) -> str:
    request = Request(f"{service.url}/api/v1/{work}", json.dumps(body).encode(), {"content-type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["job"]["id"])


def state_of(service: Service, job: str) -> str:
    with urlopen(f"{service.url}/api/v1/jobs/{job}", timeout=60) as answer:
        return str(json.load(answer)["state"])


def counted(service: Service, name: str) -> float:
    """A measure as it is told by whichever process answers."""
    with urlopen(f"{service.url}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])


def test_processes_count_together(tmp_path: Path) -> None:
    health = 'wayaround_requests_total{method="GET",route="/healthz",status="200"}'
    with run_service(tmp_path, "--workers", "2", "--database", f"{tmp_path}/store.sqlite") as service:
        while len(service.events("ready")) < 2:
            time.sleep(0.1)
        for _ in range(30):
            urlopen(f"{service.url}/healthz", timeout=60).close()
        assert [counted(service, health) for _ in range(20)] == [30.0] * 20
        job = send(service, "claims", {"text": "The detour from Damascus to Baghdad is just 15 km."})
        while state_of(service, job) != "done":
            time.sleep(0.1)
        while not counted(service, 'wayaround_jobs_ended_total{kind="claims",state="done"}'):
            time.sleep(0.1)
        assert counted(service, 'wayaround_job_seconds_count{kind="claims"}') == 1
        assert counted(service, 'wayaround_jobs{state="running"}') == 0
        while counted(service, "wayaround_requests_running") != 1:  # the one that asks; one before may still be ending
            time.sleep(0.05)
        kill(service.workers()[0])
        while len(service.events("ready")) < 3:
            time.sleep(0.1)
        assert [counted(service, health) for _ in range(10)] == [30.0] * 10  # what the dead one counted, too
        assert counted(service, 'wayaround_network_links{network="world-highways",profile="truck"}') == 822383
        assert service.stop() == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_it_stops_while_a_job_is_followed_and_does_it_later(tmp_path: Path, workers: int) -> None:
    store = f"{tmp_path}/store.sqlite"
    with run_service(tmp_path, "--workers", str(workers), "--database", store) as service:
        job = send(service, "rank", WORK)
        told: list[bytes] = []
        begins: list[float] = []
        ends: list[float] = []

        def follow() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=120)
            connection.request("GET", f"/api/v1/jobs/{job}/events")
            answer = connection.getresponse()
            begins.append(time.monotonic())
            told.extend(iter(answer.readline, b""))  # raises where the stream breaks off
            ends.append(time.monotonic())

        followers = [threading.Thread(target=follow) for _ in range(4)]
        for each in followers:
            each.start()
        while state_of(service, job) == "queued" or len(begins) < 4:  # who is not let in yet is turned away
            time.sleep(0.02)
        assert service.stop() in (0, -15)
        for each in followers:
            each.join(30)
        assert len(ends) == 4
        assert b"event: job\n" in told
        opened = open_store(store)
        assert read_job(opened, job, LOCAL.owner).state == "queued"
        opened.close()
        service.start()
        while state_of(service, job) not in ("done", "failed", "interrupted"):
            time.sleep(0.2)
        assert state_of(service, job) == "done"
        assert service.stop() in (0, -15)
