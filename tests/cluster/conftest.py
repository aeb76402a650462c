"""What the processes of Ray need to import the tasks of the tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def tasks_can_be_imported() -> None:
    """Ray's processes inherit this."""
    paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
