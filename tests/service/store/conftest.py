"""An empty store of each kind."""

from collections.abc import Iterator

import pytest

from wayaround.service.store.database import Store, open_store


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database)
    yield opened
    opened.close()
