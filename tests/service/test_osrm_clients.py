"""OSRM's own clients, from PyPI and from npm, work by changing the address; `routingpy` stands in test_server.py."""

import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import osrm
import pytest
from loopback import Served
from osrm.utils import OsrmException

NPM = Path(__file__).with_name("npm")
DAMASCUS, BAGHDAD, AMMAN = (36.292, 33.513), (44.366, 33.315), (35.93, 31.95)


def test_the_client_of_pypi_finds_routes_tables_and_roads(live: Served) -> None:
    with osrm.OsrmClient(base_url=live.url) as client:
        answer = client.route([DAMASCUS, AMMAN, BAGHDAD], steps=True, annotations=True, geometries="geojson")
        (route,) = answer.routes
        assert [leg.steps[0].maneuver.type for leg in route.legs] == ["depart"] * 2
        assert [leg.steps[-1].maneuver.type for leg in route.legs] == ["arrive"] * 2
        assert sum(leg.distance for leg in route.legs) == pytest.approx(route.distance, abs=0.1)
        assert sum(route.legs[0].annotation.duration) == pytest.approx(route.legs[0].duration, abs=2)
        assert route.geometry["coordinates"][-1] == pytest.approx(BAGHDAD, abs=0.01)
        table = client.table([DAMASCUS, BAGHDAD, AMMAN], sources=["0"], destinations=["1", "2"])
        assert table.durations[0][1] == route.legs[0].duration
        assert len(client.nearest(DAMASCUS, number=3).waypoints) == 3
        with pytest.raises(OsrmException, match="NoSegment"):
            client.route([DAMASCUS, (-30.0, 0.0)])


@pytest.fixture(scope="module")
def from_npm(live: Served) -> dict[str, Any]:
    """What the clients of npm found; `make test` and `make test-service` install them."""
    if shutil.which("node") is None or not (NPM / "node_modules").is_dir():
        said = "OSRM's clients of npm are NOT tested: Node, or tests/service/npm/node_modules, is missing"
        if os.environ.get("WAYAROUND_CI"):
            pytest.fail(said)
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    done = subprocess.run(["node", NPM / "ask.mjs", live.url], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_osrm_rest_client_finds_routes_tables_and_roads(from_npm: dict[str, Any]) -> None:
    found = from_npm["rest"]
    assert found["km"] == pytest.approx(793, abs=1)
    assert found["points"] == found["pieces"] + 1
    assert found["nearest"] == 3
    assert found["refused"] == "Error: Bad Request"
    assert len(found["durations"]) == 1
    assert found["durations"][0][0] == from_npm["routingjs"]["durations"][0][1]


def test_osrm_text_instructions_tells_the_steps(from_npm: dict[str, Any]) -> None:
    said = from_npm["rest"]["said"]
    assert said[0].startswith("Head ")
    assert said[-1] == "You have arrived at your destination"
    assert all(said)


def test_routingjs_finds_routes_and_tables(from_npm: dict[str, Any]) -> None:
    found = from_npm["routingjs"]
    assert found["legs"] == 2
    assert found["km"] == [pytest.approx(1040, abs=1)]
