"""OSRM's HTTP API v5: parameters, shapes, codes; and closures."""

import json
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from starlette.testclient import TestClient

from wayaround.service.polyline import decode_polyline, encode_polyline

DAMASCUS, BAGHDAD, AMMAN = "36.292,33.513", "44.366,33.315", "35.93,31.95"
PAIR = f"{DAMASCUS};{BAGHDAD}"
ZONE = {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}


def ask(client: TestClient, service: str, coordinates: str = PAIR, **options: str) -> dict[str, Any]:
    answer = client.get(f"/{service}/v1/driving/{coordinates}", params=options)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    assert content["code"] == "Ok"
    return content


def refuse(client: TestClient, path: str, **options: str) -> tuple[str, str]:
    answer = client.get(path, params=options)
    assert answer.status_code == 400, answer.text
    content = answer.json()
    assert {"code", "message"} <= set(content) <= {"code", "message", "ids"}
    return content["code"], content["message"]


@pytest.mark.parametrize(
    ("closures", "km"),
    [
        ([], 793),
        ([ZONE], 929),
        ([ZONE, {"crossing": "Nasib-Jaber"}], 945),
        ([ZONE, {"crossing": "Nasib-Jaber"}, {"crossing": "Daraa-Ramtha"}, {"crossing": "Karameh-Trebil"}], 965),
        ([{"crossing": "al-Tanf-al-Walid"}], 929),
        ([{"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}, "wait_h": 1}], 793),
        ([{**ZONE, "from": "2016-06-01", "until": "2017-06-01"}], 793),
    ],
)
def test_closures_change_a_route(client: TestClient, closures: list[Any], km: int) -> None:
    route = ask(client, "route", closures=json.dumps(closures))["routes"][0]
    assert route["distance"] / 1000 == pytest.approx(km, abs=1)
    table = ask(client, "table", annotations="duration,distance", closures=json.dumps(closures))
    assert table["distances"][0][1] == route["distance"]
    assert table["durations"][0][1] == route["duration"]


def test_the_next_request_knows_nothing_of_the_closures_before(client: TestClient) -> None:
    before = ask(client, "route")
    ask(client, "route", closures=json.dumps([ZONE]))
    assert ask(client, "route") == before


def test_what_became_of_closures_is_said(client: TestClient) -> None:
    (closure,) = ask(client, "route", closures=json.dumps([ZONE]))["closures"]
    assert (closure["id"], closure["links_closed"], closure["in_force"]) == ("zone", 20, True)
    (closure,) = ask(client, "route", closures=json.dumps([{**ZONE, "until": "2017-06-01"}]))["closures"]
    assert closure["in_force"] is False


def test_a_route_has_the_shape_of_osrm(client: TestClient) -> None:
    answer = ask(client, "route", f"{DAMASCUS};{AMMAN};{BAGHDAD}", steps="true", annotations="true", overview="full")
    (route,) = answer["routes"]
    assert set(route) == {"geometry", "legs", "distance", "duration", "weight", "weight_name"}
    assert [len(route["legs"]), len(answer["waypoints"])] == [2, 3]
    assert route["distance"] == pytest.approx(sum(leg["distance"] for leg in route["legs"]), abs=0.2)
    for leg in route["legs"]:
        assert leg["steps"][0]["maneuver"]["type"] == "depart"
        assert leg["steps"][-1]["maneuver"]["type"] == "arrive"
        for name in ("distance", "duration", "weight"):
            assert sum(step[name] for step in leg["steps"]) == pytest.approx(leg[name], abs=0.1 * len(leg["steps"]))
            assert sum(leg["annotation"][name]) == pytest.approx(leg[name], abs=0.1 * len(leg["annotation"][name]))
        line = [point for step in leg["steps"][:-1] for point in decode_polyline(step["geometry"])]
        assert len(line) == len(leg["annotation"]["distance"]) + len(leg["steps"]) - 1
    for waypoint in answer["waypoints"]:
        assert set(waypoint) == {"hint", "distance", "name", "location"}


@pytest.mark.parametrize("geometries", ["polyline", "polyline6", "geojson"])
def test_all_geometries_say_the_same_line(client: TestClient, geometries: str) -> None:
    whole = ask(client, "route", overview="full", geometries=geometries)["routes"][0]["geometry"]
    if geometries != "geojson":
        whole = {"coordinates": decode_polyline(whole, digits=6 if geometries == "polyline6" else 5)}
    line = whole["coordinates"]
    assert line[0] == pytest.approx([36.292, 33.514], abs=1e-4)
    assert line[-1] == pytest.approx([44.366, 33.315], abs=1e-4)
    assert len(line) > 60


def test_an_overview_is_simplified_whole_or_absent(client: TestClient) -> None:
    points = {
        overview: len(
            ask(client, "route", overview=overview, geometries="geojson")["routes"][0]["geometry"]["coordinates"]
        )
        for overview in ("simplified", "full")
    }
    assert 2 < points["simplified"] < points["full"]
    assert "geometry" not in ask(client, "route", overview="false")["routes"][0]


def test_alternatives_are_other_routes(client: TestClient) -> None:
    routes = ask(client, "route", alternatives="2", closures=json.dumps([ZONE]))["routes"]
    assert len(routes) > 1
    assert routes[0]["duration"] < routes[1]["duration"] <= 1.25 * routes[0]["duration"]


def test_legs_end_at_waypoints_alone(client: TestClient) -> None:
    three = f"{DAMASCUS};{AMMAN};{BAGHDAD}"
    asked = {"steps": "true", "annotations": "true"}
    whole, parts = ask(client, "route", three, waypoints="0;2", **asked), ask(client, "route", three, **asked)
    (leg,) = whole["routes"][0]["legs"]
    assert leg["distance"] == parts["routes"][0]["distance"]
    assert len(leg["annotation"]["distance"]) == sum(
        len(part["annotation"]["distance"]) for part in parts["routes"][0]["legs"]
    )
    assert whole["waypoints"] == [parts["waypoints"][0], parts["waypoints"][2]]


def test_a_table_takes_sources_and_destinations(client: TestClient) -> None:
    three = f"{DAMASCUS};{AMMAN};{BAGHDAD}"
    whole = ask(client, "table", three, annotations="duration,distance")
    part = ask(client, "table", three, annotations="duration", sources="2;0", destinations="1")
    assert part["durations"] == [[whole["durations"][2][1]], [whole["durations"][0][1]]]
    assert "distances" not in part
    assert [place["location"] for place in part["sources"]] == [whole["sources"][row]["location"] for row in (2, 0)]
    assert ask(client, "table", three)["durations"] == whole["durations"]
    double = ask(client, "table", three, scale_factor="2")["durations"]
    assert double[0][2] == pytest.approx(2 * whole["durations"][0][2])


def test_a_table_is_empty_where_there_is_no_way(client: TestClient) -> None:
    island = f"{DAMASCUS};33.33,35.17"  # Nicosia
    assert ask(client, "table", island)["durations"] == [[0.0, None], [None, 0.0]]
    filled = ask(client, "table", island, fallback_speed="10", annotations="duration,distance")
    assert filled["fallback_speed_cells"] == [[0, 1], [1, 0]]
    assert filled["durations"][0][1] == pytest.approx(filled["distances"][0][1] / 10, abs=0.1)
    inside = json.dumps([{"circle": {"lat": 33.513, "lon": 36.292, "radius_km": 5}}])
    assert ask(client, "table", closures=inside)["durations"] == [[None, None], [None, 0.0]]


def test_nearest_lists_roads_by_distance(client: TestClient) -> None:
    near = ask(client, "nearest", DAMASCUS, number="5")["waypoints"]
    assert len(near) == 5
    distances = [waypoint["distance"] for waypoint in near]
    assert distances == pytest.approx(sorted(distances), rel=1e-3)
    assert all(len(waypoint["nodes"]) == 2 for waypoint in near)
    (crosswise,) = ask(client, "nearest", DAMASCUS, bearings="0,20")["waypoints"]
    assert crosswise["distance"] > near[0]["distance"]


def test_a_hint_says_where_a_point_was(client: TestClient) -> None:
    first = ask(client, "route")
    hints = ";".join(waypoint["hint"] for waypoint in first["waypoints"])
    assert ask(client, "route", hints=hints) == first
    assert ask(client, "route", hints=f"{'A' * 44};") == first, "a hint of another map is passed over"
    assert "hint" not in ask(client, "route", generate_hints="false")["waypoints"][0]


def test_totals_are_the_same_whether_or_not_the_line_is_asked_for(client: TestClient) -> None:
    through = f"{DAMASCUS};{AMMAN};{BAGHDAD};{BAGHDAD}"
    for options in ({}, {"waypoints": "0;3"}, {"closures": json.dumps([ZONE])}):
        drawn, told = (ask(client, "route", through, overview=overview, **options) for overview in ("full", "false"))
        for route in drawn["routes"]:
            del route["geometry"]
        assert drawn == told


def test_coordinates_may_be_a_polyline(client: TestClient) -> None:
    points = np.array([[float(part) for part in pair.split(",")] for pair in PAIR.split(";")])
    for name, digits in (("polyline", 5), ("polyline6", 6)):
        text = quote(encode_polyline(points, digits=digits), safe="")
        assert ask(client, "route", f"{name}({text})") == ask(client, "route")


@pytest.mark.parametrize(
    ("path", "options", "code"),
    [
        ("/route/v1/driving/1", {}, "InvalidQuery"),
        ("/route/v1/driving/a,b;c,d", {}, "InvalidQuery"),
        ("/route/v1/driving/nan,1;2,2", {}, "InvalidQuery"),
        ("/route/v1/driving/181,0;0,0", {}, "InvalidValue"),
        (f"/route/v1/driving/{DAMASCUS}", {}, "InvalidOptions"),
        (f"/route/v1/driving/{PAIR}", {"geometries": "wkt"}, "InvalidQuery"),
        (f"/route/v1/driving/{PAIR}", {"nonsense": "1"}, "InvalidQuery"),
        (f"/route/v1/driving/{PAIR}", {"radiuses": "1"}, "InvalidOptions"),
        (f"/route/v1/driving/{PAIR}", {"radiuses": "1;1"}, "NoSegment"),
        (f"/route/v1/driving/{PAIR}", {"bearings": "400,10;"}, "InvalidOptions"),
        (f"/route/v1/driving/{PAIR}", {"exclude": "toll"}, "InvalidValue"),
        (f"/route/v1/driving/{PAIR}", {"alternatives": "99"}, "TooBig"),
        (f"/route/v1/driving/{PAIR}", {"waypoints": "1"}, "InvalidOptions"),
        (f"/table/v1/driving/{PAIR}", {"sources": "2"}, "InvalidOptions"),
        (f"/table/v1/driving/{PAIR}", {"scale_factor": "0"}, "InvalidOptions"),
        (f"/nearest/v1/driving/{DAMASCUS}", {"number": "0"}, "InvalidOptions"),
        (f"/nearest/v1/driving/{PAIR}", {}, "TooBig"),
        ("/nearest/v1/driving/-30,0", {}, "NoSegment"),
        (f"/route/v1/driving/{DAMASCUS};33.33,35.17", {}, "NoRoute"),
        (f"/route/v1/driving/{';'.join([DAMASCUS] * 501)}", {}, "TooBig"),
        (f"/route/v2/driving/{PAIR}", {}, "InvalidVersion"),
        (f"/walk/v1/driving/{PAIR}", {}, "InvalidService"),
        (f"/trip/v1/driving/{PAIR}", {}, "NotImplemented"),
        (f"/route/v1/driving/{PAIR}.flatbuffers", {}, "NotImplemented"),
    ],
)
def test_errors_have_the_codes_of_osrm(client: TestClient, path: str, options: dict[str, str], code: str) -> None:
    assert refuse(client, path, **options)[0] == code


@pytest.mark.parametrize(
    ("closures", "said"),
    [
        ("[", "no JSON"),
        ("7", "JSON list"),
        ('[{"circle": {"lat": 99, "lon": 0, "radius_km": 1}}]', "closures.1.circle.lat"),
        ('[{"crossing": "Nasib-Jabr"}]', "Nasib-Jaber"),
        ('[{"cros": "Nasib-Jaber"}]', "no such key"),
        ('[{"geojson": "/etc/hostname"}]', "may not name files"),
        ('[{"circle": {"lat": 0, "lon": -30, "radius_km": 5}}]', "meets no road"),
        ('[{"polygon": [[0, 0], [1, 1], [0, 1], [1, 0]]}]', "no plain area"),
        ('[{"links": [99999999]}]', "99999999"),
        (json.dumps([{"crossing": "x"}] * 101), "101 closures"),
        ('[{"circle": {"lat": 33.513, "lon": 36.292, "radius_km": 5}}]', "coordinate 0 lies in what is shut"),
    ],
)
def test_a_closure_that_cannot_be_is_said(client: TestClient, closures: str, said: str) -> None:
    code, message = refuse(client, f"/route/v1/driving/{PAIR}", closures=closures)
    assert code == ("NoRoute" if "shut" in said else "InvalidValue")
    assert said in message
