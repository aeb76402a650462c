"""What the page asks while a zone is dragged."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

PAIR = ["33.513,36.292", "33.315,44.366"]
COUNTRIES = ["SY", "IQ", "JO"]


def zone(radius_km: float = 55, **more: Any) -> dict[str, Any]:
    return {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": radius_km}, **more}


def ask(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/live", json={"countries": COUNTRIES, "most": 200, "pair": PAIR, **asked})
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_a_zone_and_then_crossings_are_shut(client: TestClient) -> None:
    after = []
    for shut in ([], ["Nasib-Jaber"], ["Nasib-Jaber", "Daraa-Ramtha", "Karameh-Trebil"]):
        closures = [zone(), *({"id": name, "crossing": name} for name in shut)]
        answer = ask(client, closures=closures)
        assert round(answer["pair"]["before"]["km"]) == 793
        after.append(round(answer["pair"]["after"]["km"]))
    assert after == [929, 944, 965]


def test_cities_are_those_of_the_list(client: TestClient) -> None:
    cities = client.get("/api/v1/cities", params={"countries": COUNTRIES, "most": 200}).json()
    answer = ask(client, closures=[zone()])
    assert len(cities["name"]) == len(answer["extra_s"]) == len(answer["lost_percent"])
    extra = dict(zip(cities["name"], answer["extra_s"], strict=True))
    assert extra["Damascus, SY"] > extra["Aleppo, SY"]
    assert answer["pairs"]["longer"] > 0
    assert max(ask(client)["extra_s"]) == 0


def test_a_zone_counts_on_its_days(client: TestClient) -> None:
    closures = [zone(**{"from": "2016-06-01"})]
    assert ask(client, closures=closures, day="2016-05-31")["pairs"]["longer"] == 0
    answer = ask(client, closures=closures, day="2016-06-01")
    assert answer["pairs"]["longer"] > 0
    assert answer["closures"][0]["why_not_in_force"] is None


def test_a_journey_that_begins_in_the_zone(client: TestClient) -> None:
    around_damascus = {"id": "zone", "circle": {"lat": 33.513, "lon": 36.292, "radius_km": 5}}
    answer = ask(client, closures=[around_damascus])
    assert answer["pair"]["after"] is None
    assert answer["pair"]["inside"] == [True, False]
    assert answer["inside"]


def test_a_zone_over_the_sea_shuts_nothing(client: TestClient) -> None:
    at_sea = {"id": "zone", "circle": {"lat": 33.9, "lon": 30.0, "radius_km": 20}, "allow_empty": True}
    answer = ask(client, closures=[at_sea])
    assert answer["closures"][0]["links"] == 0
    assert answer["pairs"]["longer"] == 0


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"closures": [{"id": "zone", "circle": {"lat": 99, "lon": 0, "radius_km": 5}}]}, 422),
        ({"closures": [{"id": "x", "crossing": "Nowhere"}]}, 422),
        ({"closures": [{"id": "x", "geojson": "/etc/passwd"}]}, 403),
        ({"closures": [{"id": "x", "links": [10**30]}]}, 422),
        ({"closures": [{"id": "\ud800", "links": [1]}]}, 422),
        ({"pair": ["\ud800", "Baghdad, IQ"]}, 422),
        ({"countries": ["\ud800"]}, 422),
        ({"countries": ["Atlantis"]}, 422),
        ({"pair": ["Nowhere at all, SY", "Baghdad, IQ"]}, 422),
        ({"most": 2001}, 422),
        ({"day": "tomorrow"}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_cannot_be_answered_is_told(client: TestClient, asked: dict[str, Any], status: int) -> None:
    body = json.dumps({"countries": COUNTRIES, "most": 50, **asked})
    answer = client.post("/api/v1/live", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert {"code", "message"} <= set(answer.json())
