"""Where derived files are kept between runs, and how a folder of them appears whole or not at all."""

import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from wayaround.errors import FileUnreadable, WayaroundError

_ABANDONED_AFTER_S = 24 * 3600


def cache_folder() -> Path:
    """Folder for what can be derived again: `WAYAROUND_CACHE` if it is set, else the user's cache folder.

    Returns
    -------
    pathlib.Path
        It need not exist yet.

    Examples
    --------
    >>> cache_folder().is_absolute()
    True
    """
    chosen = os.environ.get("WAYAROUND_CACHE")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_cache_path("wayaround")


def publish_folder(build: Callable[[Path], None], target: Path) -> None:
    """Build a folder under another name and give it its own only when it is complete.

    A reader sees the whole folder or none. Of several processes that build at once the first one wins; the
    others discard their copies, so `build` must give the same result in all of them. An existing `target`
    is left as it is, unless it is an empty folder.

    Parameters
    ----------
    build : callable
        Fills the empty folder that it is given.
    target : pathlib.Path
        Name of the finished folder. Its parents are made.

    Raises
    ------
    FileUnreadable
        If a folder cannot be written there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     publish_folder(lambda folder: (folder / "a").touch(), Path(parent) / "b" / "c")
    ...     [str(path.relative_to(parent)) for path in sorted(Path(parent).rglob("*"))]
    ['b', 'b/c', 'b/c/a']
    """
    unfinished = target.parent / f".{target.name}.{secrets.token_hex(6)}.part"
    try:
        unfinished.mkdir(parents=True)
        _remove_abandoned(target)
        build(unfinished)
        try:
            unfinished.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    except WayaroundError:
        raise
    except OSError as error:
        in_cache = cache_folder() in target.absolute().parents
        hint = "; the environment variable WAYAROUND_CACHE names another folder for the cache" if in_cache else ""
        raise FileUnreadable(
            f"cannot write the folder {target} ({error.strerror or error}){hint}", ids=[str(target)]
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def discard_folder(target: Path) -> None:
    """Remove a published folder at once, as seen by other processes; none there is no error.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     publish_folder(lambda folder: None, Path(parent) / "a")
    ...     discard_folder(Path(parent) / "a")
    ...     list(Path(parent).iterdir())
    []
    """
    doomed = target.parent / f".{target.name}.{secrets.token_hex(6)}.part"
    try:
        target.rename(doomed)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileUnreadable(
            f"cannot remove the damaged folder {target} ({error.strerror or error}); remove it by hand",
            ids=[str(target)],
        ) from error
    shutil.rmtree(doomed, ignore_errors=True)


def _remove_abandoned(target: Path) -> None:
    """Remove what processes that were killed left unfinished more than a day ago."""
    for folder in target.parent.glob(f".{target.name}.*.part"):
        try:
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER_S:
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:  # its own process, or another one, was quicker
            continue
