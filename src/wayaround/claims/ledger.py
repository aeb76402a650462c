"""The ledger: every statement that was checked, with its evidence and verdict; lines are only ever added."""

import datetime
import os
import secrets
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from wayaround.claims.claim import Document, Statement
from wayaround.claims.finding import Finding
from wayaround.claims.keeping.ledger_line import LedgerLine, ledger_lines, read_line, write_line
from wayaround.errors import FileUnreadable, PackageMissing


def record_findings(
    url: str,
    document: Document,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    *,
    network_digest: str,
    recorded_at: datetime.datetime | None = None,
) -> int:
    """Keep what a document says, and what the roads say to it.

    The same check again adds nothing: a line is new if anything in it is, other than the time and the version of
    wayaround. A check against another network, or with another result, adds a line and leaves the earlier one.
    All lines of a call are kept, or none; any number of processes may record at once.

    Parameters
    ----------
    url : str
        A file, which becomes an SQLite database, or ``postgresql+psycopg://user@host/name``.
    document, statements, findings
        As read and checked.
    network_digest : str
        `RoadNetwork.digest` of the roads.
    recorded_at : datetime.datetime, optional
        Now, if left out.

    Returns
    -------
    int
        How many lines were added.

    Raises
    ------
    PackageMissing
        SQLAlchemy, or the driver that the address names, is not installed.
    FileUnreadable
        The ledger cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from wayaround.claims.claim import Attribution, Block
    >>> document = Document("Talks go on.", (Block("article", 0, 12, "A. Writer"),), "talks.txt")
    >>> said = [Statement(0, 0, 12, "Talks go on.", Attribution("A. Writer"))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/ledger.sqlite"
    ...     first = record_findings(file, document, said, [], network_digest="")
    ...     again = record_findings(file, document, said, [], network_digest="")
    ...     first, again, [line.speaker for line in read_ledger(file)]
    (1, 0, ['A. Writer'])
    """
    store = _store()
    when = (recorded_at or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    lines = ledger_lines(
        document,
        statements,
        findings,
        network_digest=network_digest,
        recorded_at=when,
        version=version("wayaround"),
    )
    with store.open_ledger(url, write=True) as connection:
        added: int = store.add_lines(connection, lines)
    return added


def read_ledger(url: str, *, source: str | None = None) -> Iterator[LedgerLine]:
    """Read the lines of a ledger, in the order in which they were added.

    Parameters
    ----------
    url : str
        As for `record_findings`.
    source : str, optional
        Only those of one document.

    Yields
    ------
    LedgerLine

    Raises
    ------
    PackageMissing, FileUnreadable
        As for `record_findings`; also where there is no ledger.
    """
    store = _store()
    with store.open_ledger(url, write=False) as connection:
        yield from store.stored_lines(connection, source=source)


def export_ledger(url: str, path: Path | str) -> int:
    """Write a ledger as JSON Lines, everything inside; the file appears once it is complete.

    Parameters
    ----------
    url : str
        As for `record_findings`.
    path : path
        Is replaced.

    Returns
    -------
    int
        How many lines.

    Raises
    ------
    PackageMissing, FileUnreadable
        As for `read_ledger`; also where the file cannot be written.
    """
    target = Path(path)
    draft = target.parent / f".{target.name}.{secrets.token_hex(6)}.part"
    count = 0
    try:
        with draft.open("w", encoding="ascii", newline="\n") as file:
            for line in read_ledger(url):
                file.write(f"{write_line(line)}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except FileUnreadable:
        raise
    except OSError as error:
        raise FileUnreadable(f'cannot write "{target}": {error.strerror or error}.', ids=[str(target)]) from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def import_ledger(url: str, path: Path | str) -> int:
    """Add the lines of a file that `export_ledger` wrote, each as it was kept then.

    Parameters
    ----------
    url : str
        As for `record_findings`.
    path : path
        JSON Lines.

    Returns
    -------
    int
        How many lines were added; those that are there already are not.

    Raises
    ------
    FileUnreadable
        A line is broken, or was changed; nothing is added then. Or file or ledger cannot be used.
    PackageMissing
        As for `record_findings`.
    """
    store = _store()
    with store.open_ledger(url, write=True) as connection:
        added: int = store.add_lines(connection, _lines_of(Path(path)))
    return added


def _lines_of(path: Path) -> Iterator[LedgerLine]:
    try:
        with path.open("rb") as file:
            for number, written in enumerate(file, start=1):
                if written.strip():
                    try:
                        line = read_line(written)
                    except ValueError as error:
                        raise FileUnreadable(
                            f'line {number} of "{path}" is no line of a ledger ({error}); nothing was imported.',
                            ids=[str(path), str(number)],
                        ) from error
                    yield line
    except OSError as error:
        if isinstance(error, FileUnreadable):
            raise
        raise FileUnreadable(f'cannot read "{path}": {error.strerror or error}.', ids=[str(path)]) from error


def _store() -> ModuleType:
    try:
        from wayaround.claims.keeping import ledger_store
    except ImportError as error:
        raise PackageMissing(
            "sqlalchemy is not installed; `pip install 'wayaround[claims]'` brings it.", ids=["sqlalchemy"]
        ) from error
    return ledger_store
