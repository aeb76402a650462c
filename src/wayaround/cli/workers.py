"""``--cluster``: whom the blocks of a long run are given to."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wayaround.blocks.block import Workers
from wayaround.cluster.start import connect

ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster", help="Spread the work over Ray: local starts it here, HOST:PORT joins the cluster of that head."
    ),
]
RUN_FOLDER = "run"
"""Folder in that of --out which keeps what is done."""


class _OnStderr(logging.Handler):
    """A line for each record, above a progress bar where there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        print(record.getMessage(), file=sys.stderr)


@contextmanager
def open_workers(address: str | None) -> Iterator[Workers | None]:
    """Give the workers at an address, and say on stderr what fails and what the run took; None where none is named."""
    if address is None:
        yield None
        return
    log, handler = logging.getLogger("wayaround.blocks"), _OnStderr()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        with connect(address) as workers:
            yield workers
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def run_folder(out: Path | None, address: str | None) -> Path | None:
    """Where a run over a cluster keeps what is done; None without a cluster, or without a folder for results."""
    return None if out is None or address is None else out / RUN_FOLDER
