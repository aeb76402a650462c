"""The folder of a run: what it is about, and the parts that are done. Whatever is in it is whole."""

import datetime
import errno
import fcntl
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wayaround.blocks.block import Block, Done
from wayaround.errors import FileUnreadable, RunRefused

FORMAT = 1
MANIFEST, LOCK, PARTS = "manifest.json", "lock", "parts"
_COST = b"wayaround"
_NAME = re.compile(r"(\d+)-(\d+)\.parquet")
LONGEST_SAID = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """What a part cost.

    Parameters
    ----------
    wall_s, core_s : float
        How long it took, and for how long cores worked on it.
    where : str
        The machine.
    """

    wall_s: float
    core_s: float
    where: str


class RunFolder:
    """A folder that one run holds; made by `hold_folder`."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self._manifest = manifest

    def say(self, **entries: Any) -> None:
        """Put entries into the manifest."""
        self._manifest |= entries
        text = json.dumps(self._manifest, ensure_ascii=False, indent=1)
        write_whole(self.path / MANIFEST, text.encode())

    def parts(self, stage: str) -> dict[int, int]:
        """Items that are done, as first and until; a file that is no part is done again."""
        done: dict[int, int] = {}
        for path in sorted(self._parts(stage).glob("*.parquet")):
            name = _NAME.fullmatch(path.name)
            try:
                rows = pq.read_metadata(path).num_rows
            except (OSError, pa.ArrowInvalid):
                rows = -1
            if name is None or rows != int(name[2]) - int(name[1]):
                path.unlink(missing_ok=True)
            else:
                done[int(name[1])] = int(name[2])
        return done

    def keep(self, done: Done) -> None:
        """Write a part."""
        cost = json.dumps({"wall_s": round(done.wall_s, 4), "core_s": round(done.core_s, 4), "where": done.where})
        table = done.table.replace_schema_metadata({_COST: cost.encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        path = self._part(done.block)
        write_whole(path, sink.getvalue())

    def read(self, block: Block) -> pa.Table:
        """Read a part."""
        path = self._part(block)
        try:
            return pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise FileUnreadable(
                f'the part "{path}" was there and is unreadable now; the same command makes it again.', ids=[str(path)]
            ) from error

    def cost(self, block: Block) -> Cost:
        """What a part cost."""
        return _cost(self._part(block))

    def costs(self) -> list[tuple[str, Cost]]:
        """What all parts cost, by their names."""
        paths = sorted((self.path / PARTS).glob("*/*.parquet"))
        return [(f"{path.parent.name}/{path.name}", _cost(path)) for path in paths]

    def _parts(self, stage: str) -> Path:
        return self.path / PARTS / stage.replace(" ", "-")

    def _part(self, block: Block) -> Path:
        return self._parts(block.stage) / f"{block.first:010}-{block.until:010}.parquet"


@contextmanager
def hold_folder(path: Path, *, kind: str, inputs: Mapping[str, str]) -> Iterator[RunFolder]:
    """Hold a folder for a run, or go on with the run in it.

    Parameters
    ----------
    path : Path
        Is made, or is empty, or holds a run of the same kind and inputs.
    kind : str
        What is done.
    inputs : mapping of str to str
        All that the result rests on, by names that a sentence may use.

    Raises
    ------
    RunRefused
        Another process holds it, or it holds a run with other inputs; the sentence names the difference.
    FileUnreadable
        It cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        strange = not (path / MANIFEST).exists() and any(each.name != LOCK for each in path.iterdir())
        if strange:
            raise RunRefused(f'"{path}" holds other files and no run; name a new folder.', ids=[str(path)])
        lock = (path / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise FileUnreadable(f'cannot write to "{path}": {error.strerror or error}.', ids=[str(path)]) from error
    with lock:
        try:
            # The system lets go of it when the process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            who = (path / LOCK).read_text(encoding="utf-8").strip() or "another process"
            raise RunRefused(f'"{path}" is held by {who}; let it end, or name another folder.', ids=[who]) from error
        with _said_by_name(path / LOCK):
            lock.truncate(0)
            lock.write(f"process {os.getpid()} on {platform.node()}")
            lock.flush()
        known = _read_manifest(path)
        about = {
            "format": FORMAT,
            "kind": kind,
            "inputs": {"wayaround": importlib.metadata.version("wayaround"), **inputs},
        }
        if known is not None:
            _refuse_difference(path, known, about)
        begun = {} if known is None else {"begun": known.get("begun"), "resumed": int(known.get("resumed", 0)) + 1}
        folder = RunFolder(
            path,
            {
                **about,
                "versions": {name: importlib.metadata.version(name) for name in ("numpy", "numba", "pyarrow")}
                | {"python": platform.python_version()},
                "begun": now(),
                **begun,
            },
        )
        folder.say(state="running")
        yield folder


def now() -> str:
    """The time, as the manifest says it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def write_whole(path: Path, content: "bytes | pa.Buffer") -> None:
    """Write a file that is there whole or not at all, also after a loss of power.

    Raises
    ------
    FileUnreadable
        The disk is full, or the folder cannot be written; nothing of the file is left.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with _said_by_name(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            directory = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
    except FileUnreadable:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


@contextmanager
def _said_by_name(path: Path) -> Iterator[None]:
    """Say which file cannot be written, and that the disk is full where it is."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FileUnreadable(
                f'the disk of "{path.parent}" is full; what is done is kept, so make room and give the command again.',
                ids=[str(path)],
            ) from error
        raise FileUnreadable(f'cannot write "{path}": {error.strerror or error}.', ids=[str(path)]) from error


def _cost(path: Path) -> Cost:
    return Cost(**json.loads(pq.read_schema(path).metadata[_COST]))


def _read_manifest(path: Path) -> dict[str, Any] | None:
    try:
        text = (path / MANIFEST).read_text(encoding="utf-8")
        known = json.loads(text)
        _ = known["format"], known["kind"], dict(known["inputs"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunRefused(
            f'the {MANIFEST} of "{path}" is no manifest of a run; name a new folder.', ids=[str(path)]
        ) from error
    return dict(known)


def _refuse_difference(path: Path, known: dict[str, Any], about: dict[str, Any]) -> None:
    there, here = ({"format": each["format"], "kind": each["kind"], **each["inputs"]} for each in (known, about))
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    if names:
        said = "; ".join(_say_difference(name, there.get(name), here.get(name)) for name in names[:3])
        more = f"; and {len(names) - 3} more" if len(names) > 3 else ""
        raise RunRefused(f'"{path}" holds a run with other inputs: {said}{more}. Name another folder.', ids=names)


def _say_difference(name: str, there: str | None, here: str | None) -> str:
    if any(len(str(each)) > LONGEST_SAID for each in (there, here)):
        return f"{name} is not the same"
    return f"{name} is {there or 'not given'} there and {here or 'not given'} here"
