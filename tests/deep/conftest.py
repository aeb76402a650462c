"""Tests of nightly size: collected only where `WAYAROUND_DEEP` is set, as `make test-deep` does."""

import os

import numpy as np
import pytest

if not os.environ.get("WAYAROUND_DEEP"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def seed() -> int:
    """A new seed for each test, printed with a failure; `WAYAROUND_SEED` repeats one."""
    given = os.environ.get("WAYAROUND_SEED")
    number = int(given) if given else int(np.random.SeedSequence().generate_state(1)[0])
    print(f"WAYAROUND_SEED={number}")
    return number
