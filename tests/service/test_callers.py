"""Tokens with roles, each with a pace of its own and jobs of its own."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made import Link, make_network
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from wayaround.service.app import create_app
from wayaround.service.callers import Pace
from wayaround.service.settings import read_settings

SCENARIO = {"title": "A link shut", "closures": [{"links": [0]}], "trips": {"pairs": [["0,0", "0,0.01"]]}}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = read_settings(
        token_hashes=f"read:{digest('reader')}, write:{digest('writer')}, {digest('other')}",
        database=str(tmp_path_factory.mktemp("callers") / "store.sqlite"),
        max_requests_per_s=1000,
        jobs=0,
    )
    with TestClient(create_app(settings, network=make_network([Link(0, 1), Link(1, 2)]))) as client:
        yield client


def test_who_only_reads_keeps_and_begins_nothing(client: TestClient) -> None:
    body = {"name": "a", "scenario": SCENARIO}
    refused = client.post("/api/v1/scenarios", json=body, headers=bearer("reader"))
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleTooLow")
    assert client.post("/api/v1/scenarios", json=body, headers=bearer("writer")).status_code == 201
    assert client.get("/api/v1/scenarios/a", headers=bearer("reader")).status_code == 200
    for ask in (
        lambda headers: client.put("/api/v1/scenarios/a", json={"scenario": SCENARIO}, headers=headers),
        lambda headers: client.delete("/api/v1/scenarios/a", headers=headers),
        lambda headers: client.post("/api/v1/rank", json={"cities": 5}, headers=headers),
        lambda headers: client.post("/api/v1/claims", json={"text": "x"}, headers=headers),
        lambda headers: client.delete(f"/api/v1/jobs/{'0' * 32}", headers=headers),
    ):
        assert ask(bearer("reader")).status_code == 403
    assert client.get("/api/v1/scenarios/a/versions", headers=bearer("reader")).json()["versions"][0]["version"] == 1
    assert client.get("/api/v1/jobs", headers=bearer("reader")).json() == {"jobs": []}


def test_a_job_is_seen_by_its_own_token_alone(client: TestClient) -> None:
    job = client.post("/api/v1/claims", json={"text": "x"}, headers=bearer("writer")).json()["job"]["id"]
    assert client.get(f"/api/v1/jobs/{job}", headers=bearer("writer")).status_code == 200
    for path in (job, f"{job}/events", f"{job}/result"):
        assert client.get(f"/api/v1/jobs/{path}", headers=bearer("other")).status_code == 404
    assert client.delete(f"/api/v1/jobs/{job}", headers=bearer("other")).status_code == 404
    assert client.get("/api/v1/jobs", headers=bearer("other")).json() == {"jobs": []}


def test_the_page_is_open_and_what_it_asks_is_not(client: TestClient) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/assets/none.js").status_code == 404
    assert client.get("/api/v1/networks").status_code == 401
    assert client.get("/assets/../api/v1/networks").status_code == 401


def test_who_asks_too_often_is_told_to_wait(tmp_path: Path) -> None:
    settings = read_settings(
        token_hashes=(digest("a"), digest("b")), max_requests_per_s=2, database=str(tmp_path / "store.sqlite"), jobs=0
    )
    with TestClient(create_app(settings, network=make_network([Link(0, 1)]))) as client:
        answers = [client.get("/metrics", headers=bearer("a")) for _ in range(30)]
        refused = [each for each in answers if each.status_code == 429]
        assert refused
        assert refused[0].json()["code"] == "TooManyRequests"
        assert int(refused[0].headers["retry-after"]) == 1
        assert client.get("/metrics", headers=bearer("b")).status_code == 200
        assert client.get("/healthz").status_code == 200


@given(st.integers(1, 50), st.lists(st.floats(0, 2), max_size=200))
def test_no_more_are_let_in_than_the_pace_allows(per_second: int, waits_s: list[float]) -> None:
    pace, now_s, let_in = Pace(per_second), 0.0, 0
    for wait_s in waits_s:
        now_s += wait_s
        let_in += pace.wait_s("me", at_s=now_s) == 0
        assert let_in <= per_second * (now_s + 2) + 1e-6


@given(st.integers(1, 50))
def test_who_waits_as_told_is_let_in(per_second: int) -> None:
    pace, now_s = Pace(per_second), 0.0
    for _ in range(5 * per_second):
        wait_s = pace.wait_s("me", at_s=now_s)
        if wait_s:
            now_s += wait_s + 1e-9
            assert pace.wait_s("me", at_s=now_s) == 0
