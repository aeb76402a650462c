"""The folder in which several processes keep what they count, gone when the first of them is, however that ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

__all__ = ["PREFIX", "counts_folder"]

PREFIX = "wayaround-counts-"
"""How the folders' names begin, in the system's folder for what is temporary."""


@contextmanager
def counts_folder() -> Iterator[Path]:
    """Make a folder, and remove it and what earlier processes of this user have left when they were killed.

    A folder is locked as long as the process that made it lives; the system lets go of the lock however it ends.

    Examples
    --------
    >>> with counts_folder() as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_unless_held(left)
    folder, held = _make()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _make() -> tuple[Path, int]:
    """A folder and its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):  # another process took it for one that was left, before it was locked
            held = os.open(folder, os.O_RDONLY)
            flock(held, LOCK_EX)
            if folder.exists():
                return folder, held
            os.close(held)


def _remove_unless_held(folder: Path) -> None:
    try:
        found = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # no folder, not to be read by us, or gone
        return
    try:
        if os.fstat(found).st_uid == os.getuid():
            flock(found, LOCK_EX | LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(found)
