"""One cache for the whole run, so that the first test builds what the others open."""

import os
import secrets
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgres import Postgres, find_postgres, start_postgres

import wayaround as wa

settings.register_profile("wayaround", deadline=None, print_blob=True)
settings.load_profile("wayaround")

# Looking for doctests in this file would import it a second time, as a module of the same name as other folders' own.
collect_ignore = ["conftest.py"]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests out of the user's own cache; all workers share one."""
    os.environ.setdefault("WAYAROUND_CACHE", str(Path(config.rootpath) / "build" / "test-cache"))


@pytest.fixture(scope="session")
def world() -> wa.RoadNetwork:
    """The world's highways."""
    return wa.open_network("world-highways")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Debian's PostgreSQL, running; where there is none, what needs it is skipped, but never in CI."""
    programs = find_postgres()
    if programs is None:
        said = "NOT TESTED on PostgreSQL, which is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("WAYAROUND_CI"):
            pytest.fail(said)
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    with start_postgres(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind that a store may live in."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.sqlite"
        return
    import sqlalchemy as sa

    server: Postgres = request.getfixturevalue("postgres")
    schema = f"test_{secrets.token_hex(6)}"
    engine = sa.create_engine(server.url, pool_pre_ping=True)  # a test may have killed the server
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    options = {"options": f"-csearch_path={schema}"}
    yield sa.make_url(server.url).update_query_dict(options).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()
