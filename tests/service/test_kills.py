"""Whatever is killed under load: no answer is wrong, nothing that was acknowledged is lost, every job ends once.

`WAYAROUND_DEEP=1` makes it go on for minutes.
"""

import http.client
import itertools
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from postgres import Postgres
from processes import Service, kill, run_service

ROUNDS = 12 if os.environ.get("WAYAROUND_DEEP") else 2
ZONES = [[{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": km}}] for km in (1, 30, 55, 150)]
ROUTES = ["36.292,33.513;44.366,33.315", "35.93,31.95;44.366,33.315", "13.4,52.5;2.35,48.85"]
SCENARIO: dict[str, Any] = {
    "title": "x",
    "date": "2018-02-08",
    "closures": ZONES[2],
    "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]},
}
JOBS: list[tuple[str, dict[str, Any]]] = [
    ("assess", SCENARIO | {"trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"], ["Amman, JO", "Baghdad, IQ"]]}}),
    ("rank", {"cities": 4, "unit": "crossing", "within": {"circle": {"lat": 33.5, "lon": 38, "radius_km": 300}}}),
    ("claims", {"text": "The detour from Damascus to Baghdad is just 15 km.", "scenario": SCENARIO}),
]
FINAL = {"done", "failed", "cancelled", "interrupted"}


def ask(service: Service, method: str, path: str, body: object = None, **heads: str) -> tuple[int, Any]:
    """Status and answer; 0 where the connection broke, which is no answer at all."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=40)
    sent = None if body is None else json.dumps(body)
    try:
        connection.request(method, path, sent, {"content-type": "application/json", **heads})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()


def insist(service: Service, method: str, path: str) -> Any:
    """The answer, however often it must be asked for."""
    for _ in range(300):
        status, answer = ask(service, method, path)
        if status == 200:
            return answer
        assert status in (0, 429, 503), (path, status, answer)
        time.sleep(0.1)
    raise AssertionError(f"no answer to {path}")


def result_of(service: Service, job: str) -> Any:
    answer = insist(service, "GET", f"/api/v1/jobs/{job}/result")
    return {key: value for key, value in answer.items() if key not in ("seconds", "timings")}


class Load:
    """Threads that ask on and on, and remember what they were promised."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.statuses: Counter[int] = Counter()
        self.faults: list[Any] = []
        self.kept: list[tuple[str, int, str]] = []
        self.jobs: list[tuple[str, int]] = []
        self.unanswered_jobs = 0
        self._over = threading.Event()
        shut = [""] + [f"?closures={quote(json.dumps(zone))}" for zone in ZONES]
        asks = [f"/route/v1/driving/{places}{closures}" for places in ROUTES for closures in shut]
        self._routes = {path: insist(service, "GET", path) for path in asks}
        self._results = [self._compute(number) for number in range(len(JOBS))]

    def _compute(self, number: int) -> Any:
        work, body = JOBS[number]
        _, begun = ask(self.service, "POST", f"/api/v1/{work}", body)
        job = begun["job"]["id"]
        self.jobs.append((job, number))
        assert self._wait_for(job)["state"] == "done"
        return result_of(self.service, job)

    def _wait_for(self, job: str) -> Any:
        for _ in range(1200):
            now = insist(self.service, "GET", f"/api/v1/jobs/{job}")
            if now["state"] in FINAL:
                return now
            time.sleep(0.1)
        raise AssertionError(now)

    @contextmanager
    def running(self) -> Iterator[None]:
        tasks = [self._travel, self._travel, self._write, self._write, self._work]
        threads = [threading.Thread(target=self._repeat, args=(task, n)) for n, task in enumerate(tasks)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _repeat(self, task: Callable[[int, random.Random, int], None], number: int) -> None:
        chance = random.Random(number)
        try:
            for turn in itertools.count():
                if self._over.is_set():
                    return
                task(number, chance, turn)
        except Exception as error:
            self.faults.append(repr(error))

    def _ask(self, method: str, path: str, body: object = None, **heads: str) -> tuple[int, Any]:
        status, answer = ask(self.service, method, path, body, **heads)
        self.statuses[status] += 1
        if status >= 500 and (status, answer["code"]) != (503, "StoreUnreachable"):
            self.faults.append((path, status, answer))
        if status == 0:
            time.sleep(0.05)
        return status, answer

    def _travel(self, _number: int, chance: random.Random, _turn: int) -> None:
        path = chance.choice(list(self._routes))
        status, answer = self._ask("GET", path)
        if status == 200 and answer != self._routes[path]:
            self.faults.append((path, answer["routes"][0]["distance"]))
        elif status not in (0, 200, 429):
            self.faults.append((path, status))

    def _write(self, number: int, _chance: random.Random, turn: int) -> None:
        name = f"kill-{number}-{turn}"
        title = f"{name} 1"
        status, answer = self._ask("POST", "/api/v1/scenarios", {"name": name, "scenario": SCENARIO | {"title": title}})
        if status != 201:
            return
        self.kept.append((name, answer["version"], title))
        for change in range(2, 6):
            known = self.kept[-1][1]
            title = f"{name} {change}"
            status, answer = self._ask(
                "PUT",
                f"/api/v1/scenarios/{name}",
                {"scenario": SCENARIO | {"title": title}},
                **{"if-match": f'"{known}"'},
            )
            if status == 200:
                self.kept.append((name, answer["version"], title))
                if answer["version"] != known + 1:
                    self.faults.append((name, known, answer["version"]))

    def _work(self, _number: int, chance: random.Random, _turn: int) -> None:
        which = chance.choices(range(len(JOBS)), [4, 1, 2])[0]
        work, body = JOBS[which]
        status, answer = self._ask("POST", f"/api/v1/{work}", body)
        if status == 202:
            self.jobs.append((answer["job"]["id"], which))
        self.unanswered_jobs += status == 0
        time.sleep(1)

    def check(self) -> None:
        """Hold what is there against what was promised."""
        assert self.faults == []
        assert self.statuses[200] > 20
        for name, version, title in self.kept:
            there = insist(self.service, "GET", f"/api/v1/scenarios/{name}?version={version}")
            assert there["scenario"] == SCENARIO | {"title": title}
        for name in {name for name, _, _ in self.kept}:
            listed = insist(self.service, "GET", f"/api/v1/scenarios/{name}/versions")["versions"]
            versions = [each["version"] for each in listed]
            assert versions == list(range(len(versions), 0, -1))
        for job, which in self.jobs:
            ended = self._wait_for(job)
            assert ended["state"] in ("done", "interrupted"), ended
            if ended["state"] == "done":
                assert result_of(self.service, job) == self._results[which]
        said = Counter(line["job"] for line in self.service.events("job ended"))
        assert set(said.values()) <= {1}  # kept once, whoever computed it
        untold = set(said) - {job for job, _ in self.jobs}  # stored by one that was killed before it said so
        assert len(untold) <= self.unanswered_jobs


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Service]:
    limits = {"MAX_PAIRS": "1", "MAX_JOBS": "1000", "SILENT_S": "4", "SHUTDOWN_S": "5"}
    flags = ("--workers", "2", "--database", database)
    with run_service(tmp_path, *flags, **{f"WAYAROUND_{name}": value for name, value in limits.items()}) as service:
        yield service


def test_processes_are_killed(service: Service) -> None:
    wait_until_ready(service, 2)
    load = Load(service)
    with load.running():
        for turn in range(ROUNDS):
            time.sleep(1)
            ready = len(service.events("ready"))
            victims = service.workers()[: 1 + turn % 2]  # one, then all
            for each in victims:
                kill(each)
            wait_until_ready(service, ready + len(victims))
        time.sleep(1)
        service.kill()
        service.start()
        time.sleep(1)
    load.check()
    assert service.stop() == 0


def wait_until_ready(service: Service, times: int) -> None:
    """Wait until processes have opened the network so often."""
    for _ in range(1200):
        if len(service.events("ready")) >= times:
            return
        time.sleep(0.1)
    raise AssertionError("no new process within two minutes")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_is_killed(service: Service, postgres: Postgres) -> None:
    wait_until_ready(service, 2)
    load = Load(service)
    with load.running():
        for _ in range(ROUNDS):
            time.sleep(1)
            postgres.kill()
            try:
                status, answer = ask(service, "GET", "/api/v1/scenarios")
                assert (status, answer["code"]) == (503, "StoreUnreachable")
                assert ask(service, "GET", f"/route/v1/driving/{ROUTES[0]}")[0] == 200
                ready = len(service.events("ready"))
                kill(service.workers()[0])
                wait_until_ready(service, ready + 1)  # with no store
            finally:
                postgres.start()
        time.sleep(2)
    assert load.statuses[503] > 0
    load.check()
