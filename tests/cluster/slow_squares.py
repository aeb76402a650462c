"""A task that machines can be taken away from: importable by the processes of Ray."""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wayaround.blocks.block import Work


@dataclass(frozen=True, eq=False)
class SlowSquare:
    """Squares, each in its time, with an array that all processes of a machine share.

    Of the items in `kills` the process is killed: once, where there is a folder to remember it in, and always without.
    """

    array: npt.NDArray[np.int64]
    each_s: float = 0.0
    kills: tuple[int, ...] = ()
    once: Path | None = None

    def open(self) -> Work:
        return self.work

    def work(self, items: Sequence[int]) -> pa.Table:
        for each in items:
            time.sleep(self.each_s)
            if each in self.kills and not self._killed_before(each):
                os.kill(os.getpid(), signal.SIGKILL)
        base: Any = self.array.base
        return pa.table(
            {
                "square": self.array[list(items)] ** 2,
                "shared": [not self.array.flags.writeable and base is not None] * len(items),
            }
        )

    def _killed_before(self, item: int) -> bool:
        if self.once is None:
            return False
        try:
            (self.once / str(item)).touch(exist_ok=False)
        except FileExistsError:
            return True
        return False
