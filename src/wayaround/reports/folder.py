"""A folder of results that is filled as a whole."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from wayaround.errors import FileUnreadable


def fill_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Have files written beside a folder's own and move them in when all are complete.

    Parameters
    ----------
    folder : Path
        Is made if it does not exist; other files in it stay, and a fault leaves what was there.
    write : callable
        Writes all files into the folder that it is given.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        try:
            write(draft)
            for path in sorted(draft.iterdir()):
                if (folder / path.name).is_dir():
                    raise FileUnreadable(f'cannot write "{folder / path.name}": there is a folder of that name.')
            for path in sorted(draft.iterdir()):
                path.replace(folder / path.name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if isinstance(error, FileUnreadable):
            raise
        raise FileUnreadable(f'cannot write to "{folder}": {error.strerror or error}.', ids=[str(folder)]) from error
