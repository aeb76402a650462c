"""Jobs over HTTP: begun, followed, cancelled, read; and work that is answered at once."""

import json
import time
from io import BytesIO
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from starlette.testclient import TestClient

import wayaround as wa
from wayaround.reports.ranking import summarise_ranking
from wayaround.service.app import create_app
from wayaround.service.settings import read_settings

ZONE = {"id": "tanf-zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}
SCENARIO: dict[str, Any] = {
    "title": "Al-Tanf closed",
    "date": "2018-02-08",
    "closures": [ZONE],
    "trips": {"pairs": [["Damascus, SY", "Baghdad, IQ"]]},
}
CITIES = SCENARIO | {"trips": {"cities": {"countries": ["SY", "JO", "IQ"], "min_population": 300_000}}}
TEXT = "The detour from Damascus to Baghdad is just 15 km. Nobody measured it."


def begin(client: TestClient, work: str, body: dict[str, Any]) -> str:
    answer = client.post(f"/api/v1/{work}", json=body)
    assert answer.status_code == 202, answer.text
    job = answer.json()["job"]
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    return str(job["id"])


def follow(client: TestClient, job: str) -> list[dict[str, Any]]:
    with client.stream("GET", f"/api/v1/jobs/{job}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_a_ranking_is_followed_and_read_in_every_format(client: TestClient, world: wa.RoadNetwork) -> None:
    job = begin(client, "rank", {"scenario": CITIES, "unit": "crossing", "top": 5})
    told = follow(client, job)
    assert told[-1]["state"] == "done"
    assert told[-1]["formats"] == ["geojson", "json", "parquet"]
    assert client.get(f"/api/v1/jobs/{job}").json() == told[-1]
    trips = wa.city_trips(world, countries=["SY", "JO", "IQ"], min_population=300_000)
    closures = [wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="tanf-zone")]
    day = pd.Timestamp("2018-02-08").date()
    ranking = wa.rank_links(world, trips, unit="crossing", closures=closures, date=day)
    at = f"/api/v1/jobs/{job}/result"
    assert client.get(at).json() == json.loads(json.dumps(summarise_ranking(ranking, 5)))
    features = client.get(at, params={"format": "geojson"}).json()["features"]
    assert [each["properties"]["name"] for each in features] == list(ranking.names[:5])
    table = gpd.read_parquet(BytesIO(client.get(at, params={"format": "parquet"}).content))
    assert table["extra_weighted_h"].tolist() == ranking.table()["extra_weighted_h"].tolist()
    assert client.get(at, params={"format": "png"}).json()["code"] == "ResultNotThere"


def test_a_ranking_of_cities_within_an_area(client: TestClient) -> None:
    area = {"circle": {"lat": 33.5, "lon": 36.3, "radius_km": 60}}
    job = begin(client, "rank", {"cities": 60, "within": area, "countries": ["SY"]})
    assert follow(client, job)[-1]["state"] == "done"
    answer = client.get(f"/api/v1/jobs/{job}/result").json()
    assert all(abs(row["lat"] - 33.5) < 2 for row in answer["ranking"])


def test_a_sweep_is_what_the_scenario_gives_at_each_point(client: TestClient) -> None:
    job = begin(client, "sweep", {"scenario": SCENARIO, "vary": ["closures.tanf-zone.radius_km=55:95:40"]})
    assert follow(client, job)[-1]["formats"] == ["geojson", "json", "parquet"]
    at = f"/api/v1/jobs/{job}/result"
    table = pd.read_parquet(BytesIO(client.get(at, params={"format": "parquet"}).content))
    for radius_km, after_km in zip((55, 95), table["after_km"], strict=True):
        zone = ZONE | {"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": radius_km}}
        alone = client.post("/api/v1/assess", json=SCENARIO | {"closures": [zone]}).json()
        assert alone["journeys"][0]["after_km"] == after_km
    assert len(client.get(at).json()["points"]) == 2
    ways = client.get(at, params={"format": "geojson"}).json()["features"]
    assert {each["properties"]["km"] for each in ways} >= set(table["after_km"])


def test_a_text_is_held_against_the_roads(client: TestClient) -> None:
    job = begin(client, "claims", {"text": TEXT, "scenario": SCENARIO})
    assert follow(client, job)[-1]["state"] == "done"
    answer = client.get(f"/api/v1/jobs/{job}/result").json()
    assert [each["verdict"] for each in answer["claims"]] == ["contradicted"]
    ways = client.get(f"/api/v1/jobs/{job}/result", params={"format": "geojson"}).json()["features"]
    assert {each["properties"]["verdict"] for each in ways} == {"contradicted"}
    assert all(len(each["geometry"]["coordinates"]) > 1 for each in ways)
    refused = client.get(f"/api/v1/jobs/{job}/result", params={"format": "parquet"})
    assert (refused.status_code, refused.json()["code"]) == (409, "ResultNotThere")


def test_small_scenarios_are_assessed_at_once_in_every_format(client: TestClient) -> None:
    table = pd.read_parquet(BytesIO(client.post("/api/v1/assess?format=parquet", json=SCENARIO).content))
    answer = client.post("/api/v1/assess", json=SCENARIO).json()
    assert table["after_km"].tolist() == [answer["journeys"][0]["after_km"]]
    features = client.post("/api/v1/assess?format=geojson", json=SCENARIO).json()["features"]
    assert [each["properties"]["kind"] for each in features] == ["route", "route", "closure"]
    refused = client.post("/api/v1/assess?format=xml", json=SCENARIO)
    assert (refused.status_code, refused.json()["message"]) == (
        422,
        'format: there is no answer as "xml", but as json or geojson or parquet.',
    )


def test_a_stored_scenario_is_assessed_by_its_name(client: TestClient) -> None:
    client.post("/api/v1/scenarios", json={"name": "to-assess", "scenario": SCENARIO})
    by_name = client.post("/api/v1/assess", json={"stored": "to-assess"}).json()
    sent = client.post("/api/v1/assess", json=SCENARIO).json()
    assert by_name | {"seconds": 0} == sent | {"seconds": 0}
    assert client.post("/api/v1/assess", json={"stored": "no-such"}).status_code == 404


@pytest.fixture(scope="module")
def narrow(world: wa.RoadNetwork, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service that takes few pairs at once, and whose jobs nobody computes."""
    database = str(tmp_path_factory.mktemp("narrow") / "store.sqlite")
    settings = read_settings(max_pairs=10, max_job_pairs=2_000_000, jobs=0, max_jobs=2, database=database)
    with TestClient(create_app(settings, network=world), base_url="http://127.0.0.1") as client:
        yield client


def test_a_large_scenario_becomes_a_job(client: TestClient, narrow: TestClient) -> None:
    answer = narrow.post("/api/v1/assess", json=CITIES)
    assert (answer.status_code, answer.json()["job"]["state"]) == (202, "queued")
    job = answer.json()["job"]["id"]
    waits = narrow.get(f"/api/v1/jobs/{job}/result")
    assert (waits.status_code, waits.json()["message"]) == (409, 'the job is "queued", so there is no result.')
    assert narrow.delete(f"/api/v1/jobs/{job}").status_code == 202
    assert narrow.get(f"/api/v1/jobs/{job}").json()["state"] == "cancelled"
    assert narrow.delete(f"/api/v1/jobs/{job}").status_code == 204
    assert narrow.get(f"/api/v1/jobs/{job}").status_code == 404
    refused = narrow.post("/api/v1/assess", json=SCENARIO | {"trips": {"cities": {"min_population": 1000}}})
    assert (refused.status_code, refused.json()["code"]) == (413, "RequestTooLarge")


def test_only_so_many_jobs_wait(narrow: TestClient) -> None:
    jobs = [begin(narrow, "claims", {"text": "x"}) for _ in range(2)]
    refused = narrow.post("/api/v1/claims", json={"text": "x"})
    assert (refused.status_code, refused.json()["code"]) == (429, "TooManyJobs")
    for job in jobs:
        narrow.delete(f"/api/v1/jobs/{job}")


def test_a_job_that_runs_is_cancelled(client: TestClient) -> None:
    job = begin(client, "rank", {"cities": 2000})
    while client.get(f"/api/v1/jobs/{job}").json()["state"] == "queued":
        time.sleep(0.05)
    assert client.delete(f"/api/v1/jobs/{job}").status_code == 202
    assert follow(client, job)[-1]["state"] == "cancelled"


def test_a_job_says_what_is_wrong_with_its_scenario(client: TestClient) -> None:
    nowhere = SCENARIO | {"trips": {"pairs": [["Damascus, SY", "Nowhere at all"]]}}
    job = begin(client, "rank", {"scenario": nowhere})
    ended = follow(client, job)[-1]
    assert (ended["state"], ended["error"]["code"]) == ("failed", "PlaceNotFound")
    assert "Nowhere" in ended["error"]["message"]


@pytest.mark.parametrize(
    ("work", "body", "status", "said"),
    [
        ("rank", {}, 422, 'one of "scenario", "stored" and "cities"'),
        ("rank", {"cities": 5, "stored": "a"}, 422, 'one of "scenario", "stored" and "cities"'),
        ("rank", {"cities": 1}, 422, "cities"),
        ("rank", {"cities": 5.5}, 422, "cities"),
        ("rank", {"cities": 100_000}, 422, "cities"),
        ("rank", {"cities": 5, "unit": "road"}, 422, "unit"),
        ("rank", {"cities": 5, "within": {"geojson": "/etc/hostname"}}, 422, "circle"),
        ("rank", {"cities": 5, "within": {"circle": {"lat": 99, "lon": 0, "radius_km": 1}}}, 422, "lat"),
        ("rank", {"stored": "../a"}, 404, "names no stored scenario"),
        ("rank", {"scenario": {"title": "x"}}, 422, "trips"),
        ("sweep", {"scenario": SCENARIO}, 422, "vary"),
        ("sweep", {"vary": ["date=2018-01-01:2018-01-09:1"]}, 422, 'give "scenario" or "stored"'),
        ("sweep", {"scenario": SCENARIO, "vary": []}, 422, "vary"),
        ("sweep", {"scenario": SCENARIO, "vary": ["closures.tanf.radius_km=5:9:1"]}, 422, "tanf-zone"),
        ("sweep", {"scenario": SCENARIO, "vary": ["closures.tanf-zone.radius_km=1:2000:1"]}, 413, "2,000 points"),
        ("claims", {}, 422, "text"),
        ("claims", {"text": ""}, 422, "text"),
        ("claims", {"text": "x", "scenario": SCENARIO, "stored": "a"}, 422, "either"),
        ("claims", {"text": "x", "stored": "a@b"}, 404, "names no stored scenario"),
    ],
)
def test_work_that_cannot_be_is_refused_at_once(
    client: TestClient, work: str, body: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post(f"/api/v1/{work}", json=body)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["message"]


def test_there_is_no_job_of_another_name(client: TestClient) -> None:
    for name, status in (("0" * 32, 404), ("../../etc", 404), ("x", 422)):
        assert client.get(f"/api/v1/jobs/{name}").status_code == status
    assert client.get(f"/api/v1/jobs/{'0' * 32}/events").status_code == 404
    assert client.delete(f"/api/v1/jobs/{'0' * 32}").status_code == 404
