"""The tables of the ledger in SQLite or PostgreSQL: lines are added, never changed and never taken away."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from wayaround.claims.keeping.ledger_line import LedgerLine, hash_evidence, read_content, read_evidence, write_content
from wayaround.databases import make_engine, read_address, say_cause
from wayaround.errors import FileUnreadable

BATCH = 200
_LOCK = 0x77617961
"""Number of the PostgreSQL lock of writers: two that add the same lines in another order would lock each other out."""

_WAIT_S = 60

metadata = sa.MetaData()
LINES = sa.Table(
    "ledger_lines",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("said_id", sa.String(64), nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("text_hash", sa.String(64), nullable=False, index=True),
    sa.Column("speaker", sa.Text),
    sa.Column("network_digest", sa.Text),
    sa.Column("verdict", sa.String(16)),
    sa.Column("recorded_at", sa.String(40), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
LINKS = sa.Table(
    "ledger_links",
    metadata,
    sa.Column("line_hash", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("said_id", sa.String(64), primary_key=True, index=True),
)
EVIDENCE = sa.Table(
    "ledger_evidence",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
)
_KEYS = {
    LINES: ("hash",),
    LINKS: ("line_hash", "kind", "said_id"),
    EVIDENCE: ("hash",),
}


@contextmanager
def open_ledger(url: str, *, write: bool) -> Iterator[sa.Connection]:
    """One transaction on a ledger; for writing, it is made where it does not exist.

    Raises
    ------
    FileUnreadable
        It cannot be reached, is no ledger, or there is none to read.
    PackageMissing
        The driver of a PostgreSQL address is not installed.
    """
    address = _address(url)
    shown = address.render_as_string(hide_password=True) if address.host else address.database or url
    is_file = address.get_backend_name() == "sqlite"
    if is_file and not write and not Path(address.database or "").is_file():
        raise FileUnreadable(f'there is no ledger at "{shown}"; record findings first.', ids=[shown])
    engine = _engine(address, write=write)
    try:
        with engine.begin() as connection:
            if write:
                if not is_file:
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                _make_tables(connection)
            elif not sa.inspect(connection).has_table(LINES.name):
                raise FileUnreadable(f'"{shown}" holds no ledger; record findings first.', ids=[shown])
            yield connection
    except sa.exc.SQLAlchemyError as error:
        done = "written" if write else "read"
        raise FileUnreadable(f'the ledger "{shown}" cannot be {done}: {say_cause(error)}.') from error
    finally:
        engine.dispose()


def add_lines(connection: sa.Connection, lines: Iterable[LedgerLine]) -> int:
    """Add lines that are not there yet; how many that were."""
    added = 0
    rest = iter(lines)
    known: set[str] = set()
    while batch := list(islice(rest, BATCH)):
        evidence = dict(hash_evidence(each) for line in batch for each in line.evidence)
        fresh = [{"hash": name, "content": content} for name, content in evidence.items() if name not in known]
        known.update(evidence)
        _insert(connection, EVIDENCE, fresh)
        added += _insert(connection, LINES, [_row(line) for line in {line.hash: line for line in batch}.values()])
        links = {
            (line.hash, kind, target)
            for line in batch
            for kind, targets in (("disputes", line.disputes), ("corrects", line.corrects))
            for target in targets
        }
        _insert(connection, LINKS, [dict(zip(_KEYS[LINKS], link, strict=True)) for link in sorted(links)])
    return added


def stored_lines(connection: sa.Connection, *, source: str | None) -> Iterator[LedgerLine]:
    """Lines in the order in which they were added."""
    query = sa.select(LINES.c.id, LINES.c.content).order_by(LINES.c.id).limit(BATCH)
    if source is not None:
        query = query.where(LINES.c.source == _storable(source))
    last = 0
    while batch := connection.execute(query.where(LINES.c.id > last)).all():
        contents = [json.loads(content) for _, content in batch]
        names = sorted({name for content in contents for name in content["evidence"]})
        evidence: dict[str, str] = {}
        for first in range(0, len(names), BATCH):
            wanted = sa.select(EVIDENCE.c.hash, EVIDENCE.c.content)
            rows = connection.execute(wanted.where(EVIDENCE.c.hash.in_(names[first : first + BATCH])))
            evidence.update((row.hash, row.content) for row in rows)
        read = {name: read_evidence(content) for name, content in evidence.items()}
        for content in contents:
            yield read_content(content, read)
        last = batch[-1].id


def _row(line: LedgerLine) -> dict[str, str | None]:
    return {
        "hash": line.hash,
        "said_id": line.said_id,
        "source": _storable(line.source),
        "text_hash": line.text_hash,
        "speaker": None if line.speaker is None else _storable(line.speaker),
        "network_digest": None if line.network_digest is None else _storable(line.network_digest),
        "verdict": line.verdict,
        "recorded_at": line.recorded_at.isoformat(),
        "content": write_content(line),
    }


def _storable(text: str) -> str:
    """A text without what databases refuse; the content beside it has every letter."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, str | None]]) -> int:
    """Add the rows whose key is not there yet; how many that were."""
    if not rows:
        return 0
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = table.c[_KEYS[table][0]]
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=_KEYS[table]).returning(key)
    return len(connection.execute(statement, rows).all())


def _address(url: str) -> sa.URL:
    address = read_address(url)
    if address is None:
        raise FileUnreadable(
            "the address of the ledger is none that can be used; give a file, or postgresql+psycopg://user@host/name."
        )
    return address


def _engine(address: sa.URL, *, write: bool) -> sa.Engine:
    try:
        if address.get_backend_name() == "postgresql":
            # a reader asks several times, and must see the same lines each time
            level = "READ COMMITTED" if write else "REPEATABLE READ"
            return make_engine(address, poolclass=sa.NullPool, isolation_level=level)
        engine = make_engine(address, poolclass=sa.NullPool, connect_args={"timeout": _WAIT_S})
    except sa.exc.ArgumentError as error:
        raise FileUnreadable(f"the address of the ledger names no driver that there is: {error}.") from error

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _make_tables(connection: sa.Connection) -> None:
    """Make the tables, and the triggers that refuse to change or remove a line."""
    if sa.inspect(connection).has_table(LINES.name):
        return
    metadata.create_all(connection)
    for table, keys in _KEYS.items():
        for statement in _triggers(connection.dialect.name, table.name, keys):
            connection.exec_driver_sql(statement)


def _triggers(dialect: str, table: str, keys: tuple[str, ...]) -> Iterator[str]:
    refusal = "the ledger is append-only"
    if dialect == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    # INSERT OR REPLACE removes a row without asking the trigger above
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    yield (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid OR ({same})) BEGIN SELECT RAISE(IGNORE); END"
    )
