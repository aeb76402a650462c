"""The service over the world's highways: in this process, and listening on loopback."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from loopback import Served
from starlette.testclient import TestClient

import wayaround as wa
from wayaround.service.app import create_app
from wayaround.service.http_heads import BoundedHeads
from wayaround.service.settings import read_settings


@pytest.fixture(scope="session", autouse=True)
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for stores, so that no test touches the user's own; whoever names none gets one in it."""
    folder = tmp_path_factory.mktemp("stores")
    os.environ["WAYAROUND_DATABASE"] = str(folder / "service.sqlite")
    return folder


@pytest.fixture(scope="session")
def client(world: wa.RoadNetwork) -> Iterator[TestClient]:
    with TestClient(create_app(read_settings(), network=world), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="session")
def live(world: wa.RoadNetwork) -> Iterator[Served]:
    config = uvicorn.Config(
        create_app(read_settings(), network=world), port=0, http=BoundedHeads, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive()
