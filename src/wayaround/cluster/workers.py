"""Ray as workers: each block is a task of Ray on one core; what a task needs lies once on each node."""

import itertools
import pickle
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wayaround.blocks.block import Block, Done, Ended, Failed, Task, Work, do_block, say_error
from wayaround.errors import ClusterUnreachable

WAIT_S = 1.0
"""Progress is told as often as this even where no block ends."""

NO_CORES_S = 60.0
"""A cluster without a core for so long is given up."""

LOOK_AGAIN_S = 2.0
"""How long the number of cores is taken to stay as it is."""

_serials = itertools.count()
_opened: dict[str, Work] = {}
"""In a process of Ray: the last task, ready; the arrays in it are the node's own copy."""


@dataclass(frozen=True, slots=True)
class _Sent:
    task: Task
    reference: Any
    serial: str
    size: int


class RayWorkers:
    """The cores of a Ray cluster; made by `wayaround.cluster.connect`.

    Leave by `with` or `close`: what was started for `local` ends then.
    """

    least_s, most_s = 1.0, 60.0

    def __init__(self, start: Callable[[int], Any]) -> None:
        self._start = start
        self._ray: Any = None
        self._do: Any = None
        self._sent: _Sent | None = None
        self._reached: set[str] = set()
        self._flying: dict[Any, Block] = {}
        self._cores, self._looked, self._had_cores = 0, 0.0, 0.0
        self._moved = 0

    def __enter__(self) -> "RayWorkers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster, and end it where it was started here."""
        ray, self._ray = self._ray, None
        if ray is not None:
            self._sent = None
            self._flying.clear()
            ray.shutdown()

    def ready(self, task_bytes: int = 0) -> None:
        """Start or join the cluster, if that is not done yet.

        Parameters
        ----------
        task_bytes : int
            How much is about to be put into its object store.

        Raises
        ------
        ClusterUnreachable, ClusterUnfit
            As for `connect`.
        """
        if self._ray is None:
            self._ray = self._start(task_bytes)
            self._do = self._ray.remote(num_cpus=1, max_retries=0)(_do)

    def use(self, task: Task) -> None:
        """Put a task into the object store, from which each node fetches it once."""
        if self._sent is not None and self._sent.task is task:
            return
        size = _size(task)
        self.ready(size)
        self._sent = None  # lets go of the one before
        self._sent = _Sent(task, self._ray.put(task), f"{time.time_ns()}-{next(_serials)}", size)
        self._moved += size
        self._reached = {self._ray.get_runtime_context().get_node_id()}

    def count(self) -> int:
        """Cores of the nodes that are alive."""
        if time.monotonic() - self._looked > LOOK_AGAIN_S:
            nodes = self._ray.nodes()
            self._cores = int(sum(each["Resources"].get("CPU", 0) for each in nodes if each["Alive"]))
            self._looked = time.monotonic()
            self._had_cores = self._looked if self._cores or not self._had_cores else self._had_cores
            if self._looked - self._had_cores > NO_CORES_S:
                raise ClusterUnreachable(
                    f"the cluster has had no core for {NO_CORES_S:.0f} s; what is done is kept, "
                    "so give the command again when it has some."
                )
        return self._cores

    def submit(self, block: Block, items: Any) -> None:
        """Hand a block to Ray, under its own name."""
        assert self._sent is not None
        do = self._do.options(name=str(block))
        self._flying[do.remote([self._sent.reference], self._sent.serial, block, items)] = block

    def wait(self) -> Iterable[Ended]:
        """Blocks that have ended; none after a second."""
        if not self._flying:  # no core is left
            time.sleep(WAIT_S)
            return []
        ended, _ = self._ray.wait(list(self._flying), num_returns=1, timeout=WAIT_S)
        return [self._take(reference) for reference in ended]

    def cancel(self) -> None:
        """End what is under way."""
        for reference in self._flying if self._ray is not None else ():
            self._ray.cancel(reference, force=True)
        self._flying.clear()

    def moved_bytes(self) -> int:
        """Tasks, once for each node that they went to, and tables that came back; not what Ray says to itself."""
        return self._moved

    def _take(self, reference: Any) -> Ended:
        block = self._flying.pop(reference)
        errors = self._ray.exceptions
        try:
            ended: Ended = self._ray.get(reference)
        except errors.RayTaskError as error:  # of Ray's own making: ours come back as an answer
            return Failed(block, say_error(error.cause or error))
        except (errors.NodeDiedError, errors.ObjectLostError) as error:
            self._looked = 0.0
            return Failed(block, f"its machine was lost ({type(error).__name__})", blameless=True)
        except errors.RayError as error:
            self._looked = 0.0
            return Failed(block, f"its process ended ({type(error).__name__})")
        if isinstance(ended, Done):
            self._moved += ended.table.nbytes
            if ended.where not in self._reached and self._sent is not None:
                self._reached.add(ended.where)
                self._moved += self._sent.size
        return ended


def _do(where_task_is: list[Any], serial: str, block: Block, items: Any) -> Ended:
    """Do a block in a process of Ray; the task is opened for its first one."""
    import ray

    if serial not in _opened:
        _opened.clear()
        try:
            _opened[serial] = ray.get(where_task_is[0]).open()
        except Exception as error:
            return Failed(block, say_error(error), error)
    return do_block(_opened[serial], block, items, ray.get_runtime_context().get_node_id())


def _size(task: Task) -> int:
    """Bytes of a task; its arrays are counted, not copied."""
    arrays: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(task, protocol=5, buffer_callback=arrays.append)
    return len(rest) + sum(each.raw().nbytes for each in arrays)
