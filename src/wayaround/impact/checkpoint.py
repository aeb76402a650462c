"""What a long run keeps of its work, so that the same command goes on from it."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from wayaround.units import Int64Array


def read_checkpoint(path: Path | None, key: str, result: Int64Array) -> int:
    """Fill in what a checkpoint of the same work holds, and say how many columns that is; 0 where there is none."""
    if path is None or not path.is_file():
        return 0
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["key"]) != key or kept["result"].shape != result.shape:
                return 0
            result[:] = kept["result"]
            return int(kept["done"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return 0  # half a file is no checkpoint


def write_checkpoint(path: Path, key: str, result: Int64Array, done: int) -> None:
    """Keep the columns done so far; the file is replaced whole."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        np.savez(file, key=np.array(key), result=result, done=np.array(done))
    draft.replace(path)
