"""The store opened: on SQLite and on PostgreSQL, by migrations that make what the tables say."""

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from wayaround.errors import PackageMissing, SettingInvalid, StoreDamaged, StoreUnreachable
from wayaround.service.store.database import Store, open_store
from wayaround.service.store.tables import METADATA, SCENARIOS

ROW = {"name": "a", "version": 1, "title": "A", "changed_ms": 1}


def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_what_is_opened_again_is_as_it_was(database: str) -> None:
    first = open_store(database)
    with first.writing() as connection:
        connection.execute(sa.insert(SCENARIOS).values(**ROW))
    first.close()
    again = open_store(database)
    with again.reading() as connection:
        assert connection.execute(sa.select(SCENARIOS)).one()._mapping == ROW
    again.close()


def test_many_may_open_an_empty_store_at_once(database: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: open_store(database), range(6)))
    for each in stores:
        with each.reading() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
        each.close()


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        connection.execute(sa.insert(SCENARIOS), [ROW, ROW | {"name": "b", "title": None}])
    with store.reading() as connection:
        assert connection.execute(sa.select(SCENARIOS)).all() == []


def test_a_later_version_is_not_touched(database: str) -> None:
    store = open_store(database)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num='9999'"))
    store.close()
    with pytest.raises(StoreDamaged, match="later version"):
        open_store(database)


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "postgresql+nobody://a/b", "a://"])
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(SettingInvalid):
        open_store(url)


def test_a_driver_that_misses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PackageMissing, match=r"psycopg\[binary\]"):
        open_store("postgresql+psycopg://127.0.0.1:1/a")


def test_nobody_there_is_said_without_the_password() -> None:
    with pytest.raises(StoreUnreachable, match="does not answer") as told:
        open_store("postgresql+psycopg://me:secret@127.0.0.1:1/a")
    assert "secret" not in told.value.message


def test_what_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but somebody's notes" * 100)
    before = file.read_bytes()
    with pytest.raises(StoreDamaged, match="not a database"):
        open_store(str(file))
    assert file.read_bytes() == before


def test_a_file_that_somebody_locks_is_waited_for_and_then_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wayaround.service.store.database._WAIT_S", 0.2)
    store = open_store(str(tmp_path / "store.sqlite"))
    holder = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnreachable, match="locked"), store.writing():
        pass
    holder.execute("ROLLBACK")
    with store.writing() as connection:
        connection.execute(sa.insert(SCENARIOS).values(**ROW))
    holder.close()
    store.close()
