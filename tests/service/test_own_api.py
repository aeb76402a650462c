"""wayaround's own API."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import wayaround as wa
from wayaround.service.app import create_app
from wayaround.service.settings import read_settings

PAIRS = {"pairs": [["Damascus, SY", "Baghdad, IQ"]]}
ZONE = {"id": "tanf-zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}
SAID = "The detour from Damascus to Baghdad is just 155 km."
SCENARIO = {
    "title": "Al-Tanf closed",
    "date": "2018-02-08",
    "closures": [ZONE],
    "trips": PAIRS,
    "claims": [{"text": SAID}],
}
TOML = """
title = "Al-Tanf closed"
date = 2018-02-08
[[closures]]
id = "tanf-zone"
circle = { lat = 33.5085, lon = 38.62, radius_km = 55 }
[[claims]]
text = "The detour from Damascus to Baghdad is just 155 km."
[trips]
pairs = [["Damascus, SY", "Baghdad, IQ"]]
"""


def test_networks_say_what_is_served(client: TestClient) -> None:
    (entry,) = client.get("/api/v1/networks").json()["networks"]
    assert (entry["name"], entry["profile"], entry["nodes"], entry["links"]) == (
        "world-highways",
        "truck",
        560_282,
        822_234,
    )


def test_crossings_are_named(client: TestClient) -> None:
    crossings = client.get("/api/v1/crossings").json()["crossings"]
    assert "Nasib-Jaber" in [each["name"] for each in crossings]
    iraqi = client.get("/api/v1/crossings", params={"country": "iq"}).json()["crossings"]
    assert 0 < len(iraqi) < len(crossings)
    assert all("IQ" in each["countries"] for each in iraqi)
    unknown = client.get("/api/v1/crossings", params={"country": "QQ"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "PlaceNotFound")
    every = client.get("/api/v1/crossings", params={"named": "false", "country": "IQ"}).json()["crossings"]
    assert len(every) > len(iraqi)


def test_assess_answers_what_run_prints(client: TestClient, tmp_path: Path) -> None:
    answer = client.post("/api/v1/assess", json=SCENARIO)
    assert answer.status_code == 200
    (tmp_path / "scenario.toml").write_text(TOML)
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", "run", "--json"]
    printed = json.loads(subprocess.check_output([*command, str(tmp_path / "scenario.toml")]))
    given = answer.json()
    assert given.pop("seconds").keys() == printed.pop("seconds").keys()
    assert given == printed
    assert given["claims"]
    assert round(given["journeys"][0]["after_km"]) == 936  # between the cities' own points


@pytest.mark.parametrize(
    ("change", "status", "code", "said"),
    [
        ({"closures": [{"geojson": "/etc/hostname"}]}, 403, "RequestRefused", "may not name files"),
        ({"trips": {"file": "/etc/hostname"}}, 403, "RequestRefused", "trips.file"),
        ({"overrides": "/etc/hostname"}, 403, "RequestRefused", "overrides"),
        ({"uncertainty": {"speed": 0.1}}, 403, "RequestRefused", "uncertainty"),
        ({"access": {"file": "/etc/hostname"}}, 403, "RequestRefused", "access.file"),
        ({"variants": [{"profile": "car"}]}, 403, "RequestRefused", "variants"),
        ({"network": "/etc"}, 403, "RequestRefused", "world-highways"),
        ({"network": "../../etc/hostname.osm.pbf"}, 403, "RequestRefused", "world-highways"),
        ({"joins": False}, 403, "RequestRefused", "joins"),
        ({"profile": "../../truck"}, 422, "ProfileNotFound", "truck"),
        ({"profile": {"base": "truck", "speed_kmh": 0}}, 422, "ScenarioError", "speed_kmh"),
        ({"closures": [{"crossing": "Nasib-Jabr"}]}, 422, "CrossingNotFound", "Nasib-Jaber"),
        ({"closures": [{"wzdx": "/etc/hostname"}]}, 403, "RequestRefused", "may not name files"),
        ({"trips": {"pairs": [["Damascus, SY", "Nowhere at all"]]}}, 422, "PlaceNotFound", "Nowhere"),
        ({"trips": {"cities": {"min_population": 1000}}}, 413, "RequestTooLarge", "pairs"),
        ({"date": "2018-02-30"}, 422, "ScenarioError", "date"),
        ({"claims": [{"text": "x"}] * 101}, 413, "RequestTooLarge", "claims"),
        ({"claims": [{"text": 7}]}, 422, "ScenarioError", "claims"),
        ({"title": None}, 422, "ScenarioError", "title"),
        ({"closures": [{"polygon": [[0, 0]] * 10_001}]}, 413, "RequestTooLarge", "vertices"),
    ],
)
def test_a_scenario_that_may_not_be_is_refused(
    client: TestClient, change: dict[str, Any], status: int, code: str, said: str
) -> None:
    answer = client.post("/api/v1/assess", json=SCENARIO | change)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code
    assert said in answer.json()["message"]


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"7", b'"x"', b"\xff", b'{"title": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_scenario_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/v1/assess", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "ScenarioError")


def test_a_deep_scenario_is_refused(client: TestClient) -> None:
    deep = b'{"title": "x", "trips": {}, "closures": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    answer = client.post("/api/v1/assess", content=deep, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_a_scenario_is_json(client: TestClient) -> None:
    answer = client.post("/api/v1/assess", content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "NotJson")


def test_every_other_address_answers_in_the_same_shape(client: TestClient) -> None:
    answer = client.get("/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")
    answer = client.get("/api/v1/assess")
    assert (answer.status_code, answer.json()["code"]) == (405, "MethodNotAllowed")
    answer = client.get("/api/v1/crossings", params={"named": "perhaps"})
    assert (answer.status_code, answer.json()["code"]) == (422, "RequestInvalid")


def test_health_readiness_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    text = client.get("/metrics").text
    assert 'wayaround_network_links{network="world-highways",profile="truck"} 822383.0' in text
    assert 'wayaround_requests_total{method="GET",route="/healthz",status="200"}' in text


def test_it_is_not_ready_before_the_network_is_open(world: wa.RoadNetwork) -> None:
    unopened = TestClient(
        create_app(read_settings(), network=world), base_url="http://127.0.0.1"
    )  # not entered, so never started
    assert unopened.get("/healthz").status_code == 200
    answer = unopened.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "NotReady")


def test_the_page_of_the_api_needs_no_script(client: TestClient) -> None:
    page = client.get("/docs")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page.text
