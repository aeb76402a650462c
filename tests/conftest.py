"""One cache for the whole run, so that the first test builds what the others open."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

import wayaround as wa

settings.register_profile("wayaround", deadline=None, print_blob=True)
settings.load_profile("wayaround")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests out of the user's own cache; all workers share one."""
    os.environ.setdefault("WAYAROUND_CACHE", str(Path(config.rootpath) / "build" / "test-cache"))


@pytest.fixture(scope="session")
def world() -> wa.RoadNetwork:
    """The world's highways."""
    return wa.open_network("world-highways")
