"""The store opened: one transaction at a time, tables brought up to date, faults of the database in one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from wayaround.databases import make_engine, read_address, say_cause
from wayaround.errors import SettingInvalid, StoreDamaged, StoreUnreachable

__all__ = ["Store", "open_store"]

_WAIT_S = 20
_LOCK = 0x77617962
"""Number of the PostgreSQL lock of processes that bring the tables up to date."""


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """A database with its tables.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Its connections.
    shown : str
        Its address without a password.
    failed : callable
        Told of each fault.
    """

    engine: sa.Engine
    shown: str
    failed: Callable[[], object] = lambda: None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One transaction that changes nothing.

        Raises
        ------
        StoreUnreachable
            The database does not answer, or not in time.
        StoreDamaged
            The file is none, or is damaged.
        """
        with self._begin(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that is kept whole, or not at all.

        Raises
        ------
        StoreUnreachable, StoreDamaged
            As for `reading`.
        """
        with self._begin(writes=True) as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _begin(self, *, writes: bool) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect().execution_options(writes=writes) as connection, connection.begin():
                yield connection
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            self.failed()
            raise StoreUnreachable(
                f'the store "{self.shown}" does not answer: {say_cause(error)}; ask again in a moment.'
            ) from error
        except sa.exc.DatabaseError as error:
            if type(error) is not sa.exc.DatabaseError:  # what is derived of it is a fault of ours
                raise
            self.failed()
            raise StoreDamaged(f'the store "{self.shown}" cannot be read: {say_cause(error)}.') from error


def open_store(url: str, *, now: bool = True, failed: Callable[[], object] = lambda: None) -> Store:
    """Open a store, making it or bringing its tables up to date where that is needed.

    Parameters
    ----------
    url : str
        A file, which becomes an SQLite database; ``postgresql+psycopg://user@host/name``; or nothing, which is
        service.sqlite in the user's data folder.
    now : bool
        Whether it must answer now. Else it is opened all the same, and its tables are taken to be up to date: a
        process that begins while the database is away serves what needs none.
    failed : callable
        Told of each fault from now on.

    Raises
    ------
    SettingInvalid
        The address is none, or of another database.
    PackageMissing
        The driver that it names is not installed.
    StoreUnreachable
        Nothing answers there.
    StoreDamaged
        A later version of wayaround wrote it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = open_store(f"{folder}/service.sqlite")
    ...     with store.reading() as connection:
    ...         tables = sorted(sa.inspect(connection).get_table_names())
    ...     store.close()
    >>> tables
    ['alembic_version', 'jobs', 'results', 'scenario_versions', 'scenarios']
    """
    address = _read_address(url)
    store = Store(_make_engine(address), address.render_as_string(hide_password=True), failed)
    try:
        with store.writing() as connection:
            _bring_up_to_date(connection, store.shown)
    except BaseException as error:
        if now or not isinstance(error, StoreUnreachable):
            store.close()
            raise
    return store


def _read_address(url: str) -> sa.URL:
    address = read_address(url or str(platformdirs.user_data_path("wayaround") / "service.sqlite"))
    if address is None:
        raise SettingInvalid(
            "WAYAROUND_DATABASE or its flag: this is no address of a store; give a file, sqlite:///FILE, or "
            "postgresql+psycopg://user@host/name.",
            ids=["database"],
        )
    return address


def _make_engine(address: sa.URL) -> sa.Engine:
    try:
        if address.get_backend_name() == "postgresql":
            return make_engine(address, pool_pre_ping=True, pool_timeout=_WAIT_S)
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = make_engine(address, connect_args={"timeout": _WAIT_S}, pool_timeout=_WAIT_S)
    except sa.exc.ArgumentError as error:
        raise SettingInvalid(f"the address of the store names no driver that there is: {error}.") from error
    except OSError as error:
        raise StoreUnreachable(f'cannot make the folder of "{address.database}": {error.strerror}.') from error

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer waits for its turn at once: one that first reads and then writes could not be let wait.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _bring_up_to_date(connection: sa.Connection, shown: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreDamaged(
            f'the store "{shown}" was written by a later version of wayaround; install that one, or name another store.'
        ) from error
