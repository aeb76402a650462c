"""Addresses of databases and the engines behind them: what the ledger and the service's store have in common."""

from typing import Any

import sqlalchemy as sa

from wayaround.errors import PackageMissing

_DRIVERS = {"psycopg": "psycopg[binary]"}


def read_address(text: str) -> sa.URL | None:
    """The address of a file, which is one of SQLite, or of a server of PostgreSQL; None for any other.

    Examples
    --------
    >>> str(read_address("notes.sqlite")), read_address("mysql://host/name") is None
    ('sqlite:///notes.sqlite', True)
    """
    try:
        address = sa.make_url(text) if "://" in text else sa.URL.create("sqlite", database=text)
        backend = address.get_backend_name()
    except sa.exc.ArgumentError:
        return None
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and address.database in (None, "", ":memory:")):
        return None
    return address


def make_engine(address: sa.URL, **options: Any) -> sa.Engine:
    """SQLAlchemy's engine for an address; of SQLite, one that begins a transaction when it is told to.

    Parameters
    ----------
    address : sqlalchemy.URL
        As `read_address` gives it.
    **options
        Of `sqlalchemy.create_engine`.

    Raises
    ------
    PackageMissing
        The driver that the address names is not installed.
    sqlalchemy.exc.ArgumentError
        It names none that there is.
    """
    try:
        engine = sa.create_engine(address, **options)
    except ImportError as error:
        driver = error.name or address.get_driver_name()
        hint = _DRIVERS.get(driver, driver)
        raise PackageMissing(f"{driver} is not installed; `pip install '{hint}'` brings it.", ids=[driver]) from error
    if address.get_backend_name() == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _leave_transactions_alone(connection: Any, _record: Any) -> None:
            # The driver would begin one only at the first insert: too late for two that make the tables at once.
            connection.isolation_level = None

    return engine


def say_cause(error: sa.exc.SQLAlchemyError) -> str:
    """What a database found wrong, in one line."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
