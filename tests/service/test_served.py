"""The open network, with closures on loan and without kinds of roads."""

import json
from collections.abc import Iterator

import pytest
from hand_made import Link, make_network
from starlette.testclient import TestClient

from wayaround.closures.closure import Closure, LinkIds
from wayaround.network.attributes import LinkFlag
from wayaround.service.app import create_app
from wayaround.service.served import prepare_roads
from wayaround.service.settings import read_settings

NETWORK = make_network(
    [
        Link(0, 1),
        Link(1, 2, road_class="motorway"),
        Link(1, 2, 3000, flags=LinkFlag.TOLL_HGV),
        Link(1, 2, 9000, flags=LinkFlag.TOLL),
        Link(2, 3),
    ]
)


@pytest.fixture(scope="module")
def small() -> Iterator[TestClient]:
    with TestClient(create_app(read_settings(), network=NETWORK), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    ("exclude", "metres", "with_closure"),
    [
        (None, 2000, 4000),
        ("ferry", 2000, 4000),
        ("toll", 2000, 10_000),
        ("motorway", 4000, 4000),
        ("motorway,toll", 10_000, 10_000),
    ],
)
def test_kinds_of_roads_can_be_excluded(small: TestClient, exclude: str | None, metres: int, with_closure: int) -> None:
    options = {"exclude": exclude} if exclude else {}
    answer = small.get("/route/v1/driving/0.005,0;0.025,0", params=options).json()
    assert answer["routes"][0]["distance"] == metres
    closed = small.get("/route/v1/driving/0.005,0;0.025,0", params=options | {"closures": '[{"links": [1]}]'}).json()
    assert closed["routes"][0]["distance"] == with_closure


@pytest.mark.parametrize("exclude", ["tunnel", "toll,tunnel", "motorway,"])
def test_an_unknown_kind_is_an_invalid_value(small: TestClient, exclude: str) -> None:
    answer = small.get("/route/v1/driving/0.005,0;0.025,0", params={"exclude": exclude})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidValue")


def test_an_open_road_beside_is_warned_of(small: TestClient) -> None:
    closures = json.dumps([{"links": [1]}])
    answer = small.get("/route/v1/driving/0.005,0;0.025,0", params={"closures": closures}).json()
    assert "stay open" in " ".join(answer["closures"][0]["warnings"])


def test_closures_are_lifted_when_the_loan_ends() -> None:
    served = prepare_roads(NETWORK, "truck")
    up = served.open_roads.metric.up.copy()
    for closure in (Closure(LinkIds((0, 1))), Closure(LinkIds((1,)), wait_h=1)):
        with served.under([closure]) as under:
            assert (under.metric.up != up).any()
        assert (served.open_roads.metric.up == up).all()
    with served.under([]) as under:
        assert under is served.open_roads
