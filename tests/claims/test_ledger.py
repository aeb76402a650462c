"""The ledger: what goes in comes out, nothing is changed or lost, broken lines are refused."""

import datetime
import json
import multiprocessing
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayaround.claims.claim import Attribution, Block, Claim, Document, Mention, Quantity, Statement
from wayaround.claims.finding import Case, Evidence, Finding, Tolerance
from wayaround.claims.keeping.ledger_line import read_line, write_line
from wayaround.claims.ledger import export_ledger, import_ledger, read_ledger, record_findings
from wayaround.errors import FileUnreadable, PackageMissing

NOON = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
WAY = Evidence("Aville to Dtown", 99.0, 1.3, ("Post",), ("AA", "BB"), ("zone",), ((30.0, 10.0), (30.9, 10.0)))


@pytest.fixture
def url(database: str) -> str:
    """An empty ledger."""
    return database.removeprefix("sqlite:///")


def thread(*values_km: float, corrects: bool = False) -> tuple[Document, list[Statement], list[Finding]]:
    """An article that states a value, and comments that answer it with others."""
    text, blocks, statements, findings = "", [], [], []
    for row, km in enumerate(values_km):
        start, said = len(text), f"From Aville to Dtown it is {km:g} km."
        text += f"{said}\n"
        kind = "comment" if row else "article"
        author = f"Reader {row}" if row else "A. Writer"
        blocks.append(Block(kind, start, len(text), author, datetime.date(2026, 7, 1), 0 if row else None))
        at = start + said.index(f"{km:g}")
        slots = {
            "origin": Mention("Aville", start + 5, start + 11),
            "destination": Mention("Dtown", start + 15, start + 20),
        }
        claim = Claim("route", "distance", Quantity(at, start + len(said) - 1, "distance", km, km, 0.5), slots=slots)
        statement = Statement(
            row, start, start + len(said), said, Attribution(author), (claim,), corrects=corrects and row > 0
        )
        statements.append(statement)
        findings.append(
            Finding(
                statement,
                claim,
                "supported" if km == 99 else "contradicted",
                "The fastest way has 99 km.",
                99.0,
                Tolerance(0.5, 0.0, 1.98),
                (Case("with every crossing open", 99.0, km == 99),),
                (
                    Evidence(
                        "Aville to Dtown", 99.0, 1.3, ("Post",), ("AA", "BB"), ("zone",), ((30.0, 10.0), (30.9, 10.0))
                    ),
                ),
                ("Speeds are those of a lorry.",),
            )
        )
    return Document(text, tuple(blocks), "thread.txt", "The Paper"), statements, findings


def record(url: str, *values_km: float, digest: str = "d1", corrects: bool = False) -> int:
    return record_findings(url, *thread(*values_km, corrects=corrects), network_digest=digest, recorded_at=NOON)


def test_a_line_holds_what_was_said_and_what_the_roads_say(url: str) -> None:
    assert record(url, 99) == 1
    (line,) = read_ledger(url)
    document, (statement,), (finding,) = thread(99)
    assert (line.source, line.outlet, line.author, line.speaker) == (
        "thread.txt",
        "The Paper",
        "A. Writer",
        "A. Writer",
    )
    assert document.text[line.start : line.end] == line.text == statement.text
    assert (line.quantity, line.slots, line.relation) == (finding.claim.quantity, finding.claim.slots, "route")
    assert (line.verdict, line.computed, line.tolerance) == ("supported", 99.0, finding.tolerance)
    assert (line.evidence, line.cases, line.assumptions) == (finding.evidence, finding.cases, finding.assumptions)
    assert (line.network_digest, line.recorded_at, line.published) == ("d1", NOON, datetime.date(2026, 7, 1))


def test_the_same_check_adds_nothing_and_a_newer_network_adds_a_line(url: str) -> None:
    assert record(url, 99, 120) == 2
    assert record(url, 99, 120) == 0
    assert record(url, 99, 120, digest="d2") == 2
    lines = list(read_ledger(url))
    assert [line.network_digest for line in lines] == ["d1", "d1", "d2", "d2"]
    assert len({line.said_id for line in lines}) == 2


def test_a_statement_without_claims_and_a_claim_without_finding_are_kept(url: str) -> None:
    document, (statement,), _ = thread(99)
    politics = Statement(0, 0, 4, "From", Attribution("The minister", ("A. Writer",)), judgements=("minor",))
    assert record_findings(url, document, [statement, politics], [], network_digest="d1") == 2
    lines = list(read_ledger(url))
    assert [(line.verdict, line.network_digest) for line in lines] == [(None, None)] * 2
    assert (lines[1].quantity, lines[1].through, lines[1].judgements) == (None, ("A. Writer",), ("minor",))


def test_a_reply_with_another_value_disputes(url: str) -> None:
    record(url, 99, 120, 99.4)
    first, other, alike = read_ledger(url)
    assert (first.disputes, other.disputes, alike.disputes) == ((), (first.said_id,), ())


def test_a_reply_that_says_so_corrects(url: str) -> None:
    record(url, 99, 120, corrects=True)
    first, other = read_ledger(url)
    assert (other.corrects, other.disputes) == ((first.said_id,), ())


def test_lines_of_one_source(url: str) -> None:
    document, statements, findings = thread(99)
    record(url, 99)
    record_findings(url, replace(document, source="b.txt"), statements, findings, network_digest="d1")
    assert [line.source for line in read_ledger(url, source="b.txt")] == ["b.txt"]
    assert len(list(read_ledger(url))) == 2


@pytest.mark.parametrize(
    ("table", "column"), [("ledger_lines", "verdict"), ("ledger_links", "kind"), ("ledger_evidence", "content")]
)
def test_the_database_refuses_to_change_or_remove_a_line(url: str, table: str, column: str) -> None:
    import sqlalchemy as sa

    record(url, 99, 120)
    before = list(read_ledger(url))
    changes = [f"UPDATE {table} SET {column}='x'", f"DELETE FROM {table}"]
    engine = sa.create_engine(url if "://" in url else f"sqlite:///{url}")
    if engine.dialect.name == "postgresql":
        changes.append(f"TRUNCATE {table}")
    for change in changes:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(change)
    engine.dispose()
    assert list(read_ledger(url)) == before


def test_sqlite_keeps_a_line_that_somebody_would_replace(tmp_path: Path) -> None:
    file = str(tmp_path / "ledger.sqlite")
    record(file, 99)
    before = list(read_ledger(file))
    with sqlite3.connect(file) as connection:
        columns = "id, hash, said_id, source, text_hash, recorded_at, content"
        for one, other in (("id", "'h'"), ("99", "hash")):
            connection.execute(
                f"INSERT OR REPLACE INTO ledger_lines ({columns}) "
                f"SELECT {one}, {other}, 's', 's', 't', 'r', '{{}}' FROM ledger_lines"
            )
    connection.close()
    assert list(read_ledger(file)) == before


def test_json_lines_out_and_in(url: str, tmp_path: Path) -> None:
    record(url, 99, 120)
    copy, file, again = (str(tmp_path / name) for name in ("copy.sqlite", "ledger.jsonl", "again.jsonl"))
    assert export_ledger(url, file) == 2
    assert import_ledger(copy, file) == 2
    assert import_ledger(copy, file) == 0
    assert import_ledger(url, file) == 0
    assert list(read_ledger(copy)) == list(read_ledger(url))
    export_ledger(copy, again)
    assert Path(file).read_bytes() == Path(again).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl") == [
        "again.jsonl",
        "ledger.jsonl",
    ]


def _with(line: str, **changes: object) -> str:
    return json.dumps({**json.loads(line), **changes})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda line: line[:-9], "line 3"),
        (lambda line: "[]", "line 3"),
        (lambda line: _with(line, verdict="contradicted"), "changed"),
        (lambda line: _with(line, verdict="perhaps"), "verdict"),
        (lambda line: _with(line, remark="more"), "remark"),
        (lambda line: line.replace('"computed":99', '"computed":NaN'), "line 3"),
        (lambda line: line.replace("+00:00", ""), "time zone"),
        (lambda line: "[" * 100_000, "line 3"),
        (lambda line: "\udcff", "line 3"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_imported(url: str, tmp_path: Path, spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    source, file = str(tmp_path / "source.sqlite"), tmp_path / "ledger.jsonl"
    record(source, 99, 120)
    export_ledger(source, file)
    lines = file.read_text().splitlines()
    content = "\n".join([lines[0], "", spoil(lines[0]), lines[1]])
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(FileUnreadable, match=said) as caught:
        import_ledger(url, file)
    assert caught.value.ids[1] == "3"
    record(url, 50)
    assert len(list(read_ledger(url))) == 1


LETTERS = st.text(st.characters(codec=None, categories=None), max_size=8)


@given(LETTERS, LETTERS, st.floats(0, 1e9), st.one_of(st.none(), LETTERS))
@settings(max_examples=60)
def test_every_letter_and_number_comes_back(said: str, source: str, value: float, speaker: str | None) -> None:
    document, (statement,), (finding,) = thread(99)
    statement = replace(statement, text=said, attribution=Attribution(speaker, (said,)))
    finding = replace(finding, statement=statement, computed=value, reason=said)
    from wayaround.claims.keeping.ledger_line import ledger_lines

    (line,) = ledger_lines(
        replace(document, source=source), [statement], [finding], network_digest="d", recorded_at=NOON, version="1"
    )
    assert read_line(write_line(line)) == line
    assert write_line(line).isascii()


def test_hostile_letters_pass_through_the_database(url: str) -> None:
    document, (statement,), (finding,) = thread(99)
    name = "a\0b\udcff'; DROP TABLE ledger_lines; --\u202e"
    statement = replace(statement, text=name, attribution=Attribution(name))
    document, finding = replace(document, source=name), replace(finding, statement=statement)
    record_findings(url, document, [statement], [finding], network_digest=name)
    (line,) = read_ledger(url, source=name)
    assert (line.text, line.speaker, line.source, line.network_digest) == (name, name, name, name)


def _record_many(url: str, writer: int) -> None:
    for row in range(10):
        record(url, 100 + 50 * writer + row, 99)


def _record_in_threads(url: str, writers: tuple[int, ...]) -> None:
    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(_record_many, [url] * len(writers), writers))


def test_writers_at_once_lose_nothing(url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_record_in_threads, args=(url, writers)) for writers in ((0, 1), (2, 3))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len({line.hash for line in read_ledger(url)}) == 4 * 10 * 2


def test_writers_of_the_same_lines_in_another_order_add_each_once(url: str) -> None:
    document, statements, findings = thread(*range(100, 1000))

    def write(order: int) -> int:
        return record_findings(
            url, document, statements[::order], findings[::order], network_digest="d", recorded_at=NOON
        )

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, (1, -1, 1, -1))) == 900
    assert len(list(read_ledger(url))) == 900


def test_a_fault_half_way_keeps_nothing(url: str) -> None:
    document, statements, findings = thread(*range(100, 1300))
    broken = replace(findings[-1], computed=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        record_findings(url, document, statements, [*findings[:-1], broken], network_digest="d")
    record(url, 99)
    assert len(list(read_ledger(url))) == 1


def test_ledgers_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="there is no ledger"):
        list(read_ledger(str(tmp_path / "none.sqlite")))
    noise = tmp_path / "noise"
    noise.write_bytes(b"not a database " * 100)
    with pytest.raises(FileUnreadable, match="not a database"):
        list(read_ledger(str(noise)))
    with pytest.raises(FileUnreadable, match="not a database"):
        record(str(noise), 99)
    with pytest.raises(FileUnreadable, match="unable to open"):
        record(str(tmp_path / "no" / "folder.sqlite"), 99)
    for address in ("mysql://localhost/a", "://", "gopher://x", "", ":memory:", "sqlite://"):
        with pytest.raises(FileUnreadable, match="none that can be used"):
            record(address, 99)
    empty = tmp_path / "empty.sqlite"
    sqlite3.connect(empty).close()
    empty.touch()
    with pytest.raises(FileUnreadable, match="holds no ledger"):
        list(read_ledger(str(empty)))
    with pytest.raises(FileUnreadable, match="cannot read"):
        import_ledger(str(tmp_path / "a.sqlite"), tmp_path / "missing.jsonl")
    record(str(tmp_path / "b.sqlite"), 99)
    with pytest.raises(FileUnreadable, match="cannot write"):
        export_ledger(str(tmp_path / "b.sqlite"), tmp_path / "no" / "folder.jsonl")


def test_a_package_that_misses_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PackageMissing, match=r"psycopg is not installed; `pip install 'psycopg\[binary\]'`"):
        record("postgresql+psycopg://127.0.0.1:1/a", 99)
    with pytest.raises(FileUnreadable, match="no driver"):
        record("postgresql+nobody://127.0.0.1:1/a", 99)
    import wayaround.claims

    monkeypatch.delitem(sys.modules, "wayaround.claims.keeping.ledger_store")
    monkeypatch.delattr(wayaround.claims.keeping, "ledger_store")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(PackageMissing, match=r"pip install 'wayaround\[claims\]'"):
        record(str(tmp_path / "ledger.sqlite"), 99)


def test_an_address_is_told_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(FileUnreadable, match="reader") as caught:
        record("postgresql+psycopg://reader:secret@127.0.0.1:1/a", 99)
    assert "secret" not in str(caught.value)


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    document, statements, (finding,) = thread(99)
    case = Case("open", np.float32(99), np.bool_(True))  # type: ignore[arg-type]
    finding = replace(finding, computed=np.float64(99), cases=(case,))
    file = str(tmp_path / "ledger.sqlite")
    record_findings(file, document, statements, [finding], network_digest="d")
    (line,) = read_ledger(file)
    assert (line.computed, line.cases) == (99.0, (Case("open", 99.0, True),))
    assert read_line(write_line(line)) == line
