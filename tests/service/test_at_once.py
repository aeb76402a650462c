"""Quick requests, answered where they arrive: with what a thread answers, and by the same rules."""

import hashlib
import json
import socket
from typing import Any

import pytest
from loopback import Served
from starlette.testclient import TestClient

from wayaround.errors import NetworkNotFound
from wayaround.service.at_once import QuickAnswerer, is_quick, make_quick_answerer
from wayaround.service.gate import Gate
from wayaround.service.measures import Measures
from wayaround.service.settings import read_settings

DAMASCUS, BAGHDAD = "36.292,33.513", "44.366,33.315"
PAIR = f"{DAMASCUS};{BAGHDAD}"
HOST = b"Host: 127.0.0.1"


def ask_raw(live: Served, *requests: bytes, answers: int | None = None) -> list[tuple[bytes, dict[str, str], bytes]]:
    """Status line, headers and body of what comes back over one connection to requests that are sent together."""
    found = []
    host, port = live.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection, connection.makefile("rb") as reading:
        connection.sendall(b"".join(requests))
        for _ in range(len(requests) if answers is None else answers):
            line = reading.readline().strip()
            headers = {}
            while (header := reading.readline().strip()) != b"":
                name, _, value = header.decode().partition(": ")
                headers[name] = value
            found.append((line, headers, reading.read(int(headers["content-length"]))))
    return found


def get(path: str, *headers: bytes) -> bytes:
    return b"\r\n".join([f"GET {path} HTTP/1.1".encode(), *(headers or (HOST,)), b"", b""])


@pytest.mark.parametrize("service", ["route", "table", "nearest"])
@pytest.mark.parametrize("coordinates", [DAMASCUS, PAIR, "nonsense", f"{DAMASCUS};-30,0"])
def test_what_is_answered_on_the_spot_is_what_a_thread_answers(live: Served, service: str, coordinates: str) -> None:
    path = f"/{service}/v1/driving/{coordinates}"
    assert (is_quick(coordinates, ""), is_quick(coordinates, "skip_waypoints=false")) == (True, False)
    (quick,), (other,) = ask_raw(live, get(path)), ask_raw(live, get(f"{path}?skip_waypoints=false"))
    assert (quick[0], quick[2]) == (other[0], other[2])
    named = {"x-request-id", "date"}
    assert {name: value for name, value in quick[1].items() if name not in named} == {
        name: value for name, value in other[1].items() if name not in named
    }
    assert quick[1].keys() == other[1].keys()


@pytest.mark.parametrize("coordinates", [f"{PAIR};0,0", "polyline(_p~iF~ps|U_ulLnnqC)", f"{DAMASCUS},{'0' * 120}"])
def test_much_is_not_quick(coordinates: str) -> None:
    assert not is_quick(coordinates, "")


def test_many_that_arrive_together_are_answered_in_order(live: Served) -> None:
    asked = [f"{DAMASCUS};{lon},33.3" for lon in range(36, 46)]
    answers = ask_raw(live, *[get(f"/route/v1/driving/{each}") for each in asked])
    alone = [ask_raw(live, get(f"/route/v1/driving/{each}"))[0][2] for each in asked]
    assert [body for _, _, body in answers] == alone


def test_quick_and_slow_take_turns_on_one_connection(live: Served) -> None:
    quick, slow = get(f"/route/v1/driving/{PAIR}"), get(f"/table/v1/driving/{PAIR}?scale_factor=2")
    kinds = [
        json.loads(body).keys() & {"routes", "durations"} for _, _, body in ask_raw(live, slow, quick, slow, quick)
    ]
    assert kinds == [{"durations"}, {"routes"}] * 2


def test_it_is_counted_and_named_as_any_other(live: Served) -> None:
    def counted() -> float:
        ((_, _, body),) = ask_raw(live, get("/metrics"))
        wanted = 'wayaround_requests_total{method="GET",route="/nearest/v1/{profile}/{coordinates:path}",status="200"} '
        return sum(float(line.removeprefix(wanted)) for line in body.decode().splitlines() if line.startswith(wanted))

    before = counted()
    ((_, headers, _),) = ask_raw(live, get(f"/nearest/v1/driving/{DAMASCUS}", HOST, b"X-Request-Id: mine-1"))
    assert headers["x-request-id"] == "mine-1"
    assert counted() == before + 1


@pytest.mark.parametrize(
    ("request_sent", "line"),
    [
        (get(f"/route/v1/driving/{PAIR}", b"Host: elsewhere.example"), b"HTTP/1.1 421 Misdirected Request"),
        (get(f"/route/v1/driving/{PAIR}", HOST, b"Connection: close"), b"HTTP/1.1 200 OK"),
        (get(f"/route/v1/driving/{PAIR}", HOST, b"X-Forwarded-For: 192.0.2.7"), b"HTTP/1.1 200 OK"),
        (get(f"/route/v1/driving/{PAIR}", HOST, b"Content-Length: 2") + b"{}", b"HTTP/1.1 200 OK"),
        (get(f"/route/v1/driving/{PAIR}", HOST, b"Content-Length: 99999999"), b"HTTP/1.1 413 Content Too Large"),
        (get(f"/route/v1/driving/{PAIR.replace(',', '%2C')}"), b"HTTP/1.1 200 OK"),
        (
            f"HEAD /route/v1/driving/{PAIR} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(),
            b"HTTP/1.1 405 Method Not Allowed",
        ),
    ],
)
def test_whatever_is_unusual_goes_the_long_way(live: Served, request_sent: bytes, line: bytes) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection, connection.makefile("rb") as reading:
        connection.sendall(request_sent)
        said = reading.readline().strip()
    assert said.split()[:2] == line.split()[:2]


def answer_with(answer: Any, **settings: Any) -> QuickAnswerer:
    return make_quick_answerer(answer, Gate(read_settings(**settings), Measures()))


def test_a_token_is_asked_for_and_its_pace_kept() -> None:
    digest = hashlib.sha256(b"secret").hexdigest()
    at_once = answer_with(lambda *_: (200, b"{}"), token_hashes=digest, max_requests_per_s=1)
    token = [(b"authorization", b"Bearer secret")]
    target = f"/route/v1/driving/{PAIR}".encode()
    assert at_once(target, [], [], None) is None
    assert at_once(target, [(b"authorization", b"Bearer other")], [], None) is None
    answers = [at_once(target, token, [(b"date", b"today")], ("192.0.2.1", 1)) for _ in range(3)]
    assert [answer is None for answer in answers] == [False, False, True]
    assert answers[0] is not None
    assert answers[0].startswith(b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 2\r\n")
    assert answers[0].endswith(b"\r\n\r\n{}")


def test_a_fault_is_left_to_the_application_to_tell() -> None:
    def fail(*_: str) -> tuple[int, bytes]:
        raise NetworkNotFound("gone")

    assert answer_with(fail)(f"/route/v1/driving/{PAIR}".encode(), [(b"host", b"localhost")], [], None) is None


def test_without_the_server_the_application_answers_all(client: TestClient, live: Served) -> None:
    path = f"/route/v1/driving/{PAIR}"
    assert client.get(path).content == ask_raw(live, get(path))[0][2]
