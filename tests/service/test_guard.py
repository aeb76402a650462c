"""What every request passes, and what every answer carries."""

import hashlib
import json
import logging
from collections.abc import Iterator

import pytest
from hand_made import Link, make_network
from starlette.testclient import TestClient

from wayaround.service.app import create_app
from wayaround.service.gate import SECURITY_HEADERS
from wayaround.service.logs import LOGGER, JsonFormatter
from wayaround.service.settings import read_settings

TOKEN = "a-long-random-token"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[TestClient]:
    network = make_network([Link(0, 1), Link(1, 2)])
    settings = read_settings(
        token_hashes=(hashlib.sha256(TOKEN.encode()).hexdigest(),), max_body_bytes=100, max_url_bytes=1000
    )
    with TestClient(create_app(settings, network=network)) as client:
        yield client


def test_a_token_is_asked_for(guarded: TestClient) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        answer = guarded.get("/api/v1/networks", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "Unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert guarded.get("/api/v1/networks", headers=BEARER).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/docs", "/openapi.json", "/route/v1/driving/0,0;0.01,0", "/nothing"])
def test_nothing_but_health_is_open(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).status_code == 401
    assert guarded.get("/healthz").status_code == guarded.get("/readyz").status_code == 200


def test_sizes_are_limited(guarded: TestClient) -> None:
    answer = guarded.post("/api/v1/assess", content=b"x" * 101, headers=BEARER | {"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "RequestTooLarge")
    streamed = guarded.post(
        "/api/v1/assess", content=iter([b"x" * 60] * 2), headers=BEARER | {"content-type": "application/json"}
    )
    assert (streamed.status_code, streamed.json()["code"]) == (413, "RequestTooLarge")
    answer = guarded.get("/route/v1/driving/0,0;0.01,0", params={"closures": "x" * 1000}, headers=BEARER)
    assert answer.status_code == 414


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:8080", 200),
        ("example.org", 421),
        ("127.0.0.1.example.org", 421),
    ],
)
def test_without_a_token_it_answers_to_loopback_names_alone(host: str, status: int) -> None:
    app = create_app(read_settings(), network=make_network([Link(0, 1)]))
    with TestClient(app) as client:
        assert client.get("/api/v1/networks", headers={"host": host}).status_code == status


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/networks", "/nothing"])
def test_every_answer_carries_the_headers(guarded: TestClient, path: str) -> None:
    headers = guarded.get(path).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_request_keeps_its_id(guarded: TestClient) -> None:
    assert guarded.get("/healthz", headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"
    for strange in ("a b", "x" * 65, 'x"y', ""):
        given = guarded.get("/healthz", headers={"x-request-id": strange}).headers["x-request-id"]
        assert given != strange
        assert len(given) == 16


def test_the_log_has_a_line_a_request_and_no_coordinates(guarded: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    LOGGER.propagate = True
    with caplog.at_level(logging.INFO, logger=LOGGER.name):
        guarded.get("/route/v1/driving/0.001,0;0.019,0", headers=BEARER | {"x-request-id": "seen"})
    (record,) = [each for each in caplog.records if each.getMessage() == "request"]
    line = json.loads(JsonFormatter().format(record))
    assert (line["request_id"], line["status"], line["route"]) == (
        "seen",
        200,
        "/route/v1/{profile}/{coordinates:path}",
    )
    assert "0.019" not in json.dumps(line)


def test_a_fault_of_ours_shows_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(read_settings(), network=make_network([Link(0, 1)]))

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("a secret")

    with (
        TestClient(app, base_url="http://localhost:8080") as client,
        caplog.at_level(logging.ERROR, logger=LOGGER.name),
    ):
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["code"] == "Fault"
    assert answer.headers["x-request-id"] in answer.json()["message"]
    assert "secret" not in answer.text
    assert "secret" in JsonFormatter().format(caplog.records[-1])
