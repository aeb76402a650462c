"""Stored scenarios over HTTP."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

ZONE = {"id": "tanf-zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}
SCENARIO = {"title": "Al-Tanf closed", "closures": [ZONE], "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]}}
ROUTE = "/route/v1/driving/36.292,33.513;44.366,33.315"
AT = "/api/v1/scenarios"


@pytest.fixture
def stored(client: TestClient) -> Any:
    client.delete(f"{AT}/al-tanf")
    answer = client.post(AT, json={"name": "al-tanf", "scenario": SCENARIO, "page": {"zoom": 5}})
    assert answer.status_code == 201
    return answer


def test_a_scenario_is_stored_read_changed_and_removed(client: TestClient, stored: Any) -> None:
    assert (stored.headers["location"], stored.headers["etag"]) == (f"{AT}/al-tanf", '"1"')
    read = client.get(f"{AT}/al-tanf").json()
    assert (read["scenario"], read["page"], read["version"], read["title"]) == (
        SCENARIO,
        {"zoom": 5},
        1,
        "Al-Tanf closed",
    )
    changed = client.put(f"{AT}/al-tanf", json={"scenario": SCENARIO | {"title": "Wider"}}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.json()["version"], changed.headers["etag"]) == (200, 2, '"2"')
    late = client.put(f"{AT}/al-tanf", json={"scenario": SCENARIO}, headers={"if-match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "VersionChanged")
    assert client.get(f"{AT}/al-tanf", params={"version": 1}).json()["title"] == "Al-Tanf closed"
    assert [each["title"] for each in client.get(f"{AT}/al-tanf/versions").json()["versions"]] == [
        "Wider",
        "Al-Tanf closed",
    ]
    assert {"name": "al-tanf", "title": "Wider"}.items() <= client.get(AT).json()["scenarios"][0].items()
    assert client.delete(f"{AT}/al-tanf").status_code == 204
    for answer in (client.get(f"{AT}/al-tanf"), client.get(f"{AT}/al-tanf/versions"), client.delete(f"{AT}/al-tanf")):
        assert (answer.status_code, answer.json()["code"]) == (404, "ScenarioNotFound")


def test_a_name_is_taken_once(client: TestClient, stored: Any) -> None:
    again = client.post(AT, json={"name": "al-tanf", "scenario": SCENARIO})
    assert (again.status_code, again.json()["code"]) == (409, "NameTaken")


def test_routes_and_tables_take_its_closures_by_name(client: TestClient, stored: Any) -> None:
    def km(closures: str) -> int:
        answer = client.get(ROUTE, params={"closures": closures}).json()
        return int(answer["routes"][0]["distance"] // 1000)

    assert (km("al-tanf"), km(json.dumps([ZONE]))) == (928, 928)
    client.put(f"{AT}/al-tanf", json={"scenario": SCENARIO | {"closures": []}})
    assert (km("al-tanf"), km("al-tanf@1")) == (793, 928)
    table = client.get("/table/v1/driving/36.292,33.513;44.366,33.315?annotations=distance&closures=al-tanf@1").json()
    assert int(table["distances"][0][1] // 1000) == 928
    for name in ("al-tanf@9", "nothing-of-that-name"):
        refused = client.get(ROUTE, params={"closures": name})
        assert (refused.status_code, refused.json()["code"]) == (400, "InvalidValue")
        assert "no stored scenario" in refused.json()["message"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"name": "Al-Tanf", "scenario": SCENARIO}, 422, "name"),
        ({"name": "../a", "scenario": SCENARIO}, 422, "name"),
        ({"name": "a" * 65, "scenario": SCENARIO}, 422, "name"),
        ({"name": "a"}, 422, "scenario"),
        ({"name": "a", "scenario": SCENARIO, "more": 1}, 422, "more"),
        ({"name": "a", "scenario": {}}, 422, "title"),
        ({"name": "a", "scenario": SCENARIO | {"closures": [{"geojson": "/etc/hostname"}]}}, 403, "files"),
        ({"name": "a", "scenario": SCENARIO, "page": {"x": "y" * 20_000}}, 413, "page"),
        ([], 422, "object"),
    ],
)
def test_what_may_not_be_stored_is_refused(client: TestClient, body: object, status: int, said: str) -> None:
    answer = client.post(AT, json=body)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["message"]
    assert client.get(f"{AT}/a").status_code == 404


@pytest.mark.parametrize("etag", ["x", '"-1"', '"1", "2"', '"99999999999"', "١"])
def test_an_etag_that_is_none_is_said(client: TestClient, stored: Any, etag: str) -> None:
    answer = client.put(f"{AT}/al-tanf", json={"scenario": SCENARIO}, headers={"if-match": etag.encode()})
    assert (answer.status_code, answer.json()["code"]) == (422, "ScenarioError")
