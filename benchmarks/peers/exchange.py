"""What the benchmark hands to a peer and what the peer hands back. Needs NumPy only: each peer has its own Python.

A peer gets a folder with the graph, the terminals as nodes of it, and our answers. It prints one JSON object: by job
either seconds of each run with a sentence on how its answers were checked, or the reason why it cannot do the job. It
prints it again, on a line of its own, whenever there is more, so that a peer that crashes leaves what it had measured.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SHUT = 1 << 61
"""Time of a link that is closed, and of a pair without a way."""


class PeerCase:
    """The graph of a folder that `benchmarks/split_graph.py` wrote; every link runs both ways.

    Parameters
    ----------
    folder : Path
        The folder.

    Attributes
    ----------
    tail, head : (links,) ndarray of int64
        Ends; no two links join the same two nodes.
    before_ds, after_ds : (links,) ndarray of int64
        Times without and with the zone, in deciseconds.
    lon, lat : (nodes,) ndarray of float64
        Degrees.
    terminal : (n,) ndarray of int64
        Node of each terminal.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        arrays = np.load(folder / "graph.npz")
        self.tail, self.head = arrays["tail"], arrays["head"]
        self.before_ds, self.after_ds = arrays["before_ds"], arrays["after_ds"]
        self.lon, self.lat, self.terminal = arrays["lon"], arrays["lat"], arrays["terminal"]
        self.nodes = len(self.lon)
        self.runs = int(arrays["runs"])

    def our_times(self, name: str) -> np.ndarray:
        """Our times of all pairs, `before` or `after`, in deciseconds; `SHUT` where no way is left."""
        return np.load(self.folder / f"{name}_ds.npy", mmap_mode="r")

    def pairs(self, count: int) -> np.ndarray:
        """Random pairs of different terminals that have a way, as (count, 2) rows of terminals."""
        rng = np.random.default_rng(3)
        drawn = rng.integers(0, len(self.terminal), (4 * count, 2))
        ours = self.our_times("before")
        usable = (drawn[:, 0] != drawn[:, 1]) & (ours[drawn[:, 0], drawn[:, 1]] < SHUT)
        return drawn[usable][:count]


@dataclass(frozen=True, slots=True)
class Runs:
    """Seconds of each run: on the wall, and of processors, which other work on the machine does not add to."""

    wall_s: list[float]
    cpu_s: list[float]

    def each(self, count: int) -> "Runs":
        """The same for one of so many things done in each run."""
        return Runs([one / count for one in self.wall_s], [one / count for one in self.cpu_s])

    def __add__(self, other: "Runs") -> "Runs":
        """Runs of one thing and then another."""
        wall = [one + two for one, two in zip(self.wall_s, other.wall_s, strict=True)]
        return Runs(wall, [one + two for one, two in zip(self.cpu_s, other.cpu_s, strict=True)])


class Sheet:
    """Results of one tool by job.

    Parameters
    ----------
    tool, version : str
        Its name and version.
    shown : bool
        Whether to print all as JSON whenever there is more.
    """

    def __init__(self, tool: str, version: str, *, shown: bool = True) -> None:
        self.shown = shown
        self.content: dict[str, Any] = {"tool": tool, "version": version, "jobs": {}, "setup_s": {}}

    def add(self, job: str, runs: Runs, *, checked: str, share: float = 1.0, note: str = "") -> None:
        """Write down the runs of a job.

        Parameters
        ----------
        job : str
            Key of `benchmarks/jobs.py`.
        runs : Runs
            Its runs.
        checked : str
            How the answers were held against ours.
        share : float
            Which share of the job was done, where all of it takes too long.
        note : str
            What a reader must know.
        """
        self.content["jobs"][job] = {
            "median_s": statistics.median(runs.wall_s),
            "median_cpu_s": statistics.median(runs.cpu_s) if runs.cpu_s else None,
            "runs_s": runs.wall_s,
            "share": share,
            "checked": checked,
            "note": note,
        }
        say(f"{self.content['tool']}: {job} {statistics.median(runs.wall_s):.3g}, {checked}")
        self.show()

    def add_parts(self, job: str, parts: dict[str, Runs]) -> None:
        """Write down what parts of a job take alone."""
        self.content["jobs"][job]["parts_s"] = {name: statistics.median(runs.wall_s) for name, runs in parts.items()}

    def cannot(self, *jobs: str, reason: str) -> None:
        """Write down why jobs are not done."""
        for job in jobs:
            self.content["jobs"][job] = {"reason": reason}
        self.show()

    def set_up(self, step: str, seconds: float) -> None:
        """Write down work that is done once for a network and counts in no job."""
        self.content["setup_s"][step] = seconds
        say(f"{self.content['tool']}: set-up, {step} {seconds:.3g} s")
        self.show()

    def show(self) -> None:
        """Print all results so far as a line of JSON, if that is wanted."""
        self.content["peak_mb"] = peak_mb()
        if not self.shown:
            return
        # A library may have left a line of its own open.
        print(f"\n{json.dumps(self.content)}", flush=True)


def time_runs(
    call: Callable[[], object],
    runs: int,
    *,
    warm: bool = True,
    clock: Callable[[], float] = time.process_time,
    restore: Callable[[], object] = int,
) -> Runs:
    """Time several calls, after one that is not counted if `warm`.

    Parameters
    ----------
    call : callable
        What is timed.
    runs : int
        How often.
    warm : bool
        Whether to call it once more, before.
    clock : callable
        Processor seconds so far of those who do the work.
    restore : callable
        Called after each run, untimed.
    """
    if warm:
        call()
        restore()
    wall, cpu = [], []
    for _ in range(runs):
        start, start_cpu = time.perf_counter(), clock()
        call()
        wall.append(time.perf_counter() - start)
        cpu.append(clock() - start_cpu)
        restore()
    return Runs(wall, cpu)


def time_children() -> float:
    """Processor seconds of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def time_process(pid: int) -> float:
    """Processor seconds of a running process."""
    columns = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(columns[11]) + int(columns[12])) / os.sysconf("SC_CLK_TCK")


def check_equal(theirs: np.ndarray, ours: np.ndarray) -> str:
    """Say that all times are equal as integers, or stop: a wrong answer does not count."""
    wrong = int(np.count_nonzero(theirs != ours))
    if wrong:
        where = tuple(int(index[0]) for index in np.nonzero(theirs != ours))
        raise SystemExit(f"{wrong} of {ours.size} times differ from ours, first at {where}: {theirs[where]}")
    return f"all {ours.size:,} times equal to ours"


def check_close(theirs: np.ndarray, ours: np.ndarray, tolerance: float) -> str:
    """Say how near times are that a peer rounds otherwise; stop where they differ.

    Parameters
    ----------
    theirs : ndarray of float64
        Deciseconds; not finite where the peer has no way.
    ours : ndarray of int64
        Deciseconds; `SHUT` where there is no way.
    tolerance : float
        Share of our time that theirs may differ by; a second always may.

    Raises
    ------
    SystemExit
        If one pair in a thousand differs by more, or has a way in one of the two only.

    Examples
    --------
    >>> check_close(np.array([1000.0, 3000.2, np.inf]), np.array([1001, 3000, SHUT]), 0.001)
    '3 pairs: 100 % agree on whether there is a way; of 2 with one, 100 % within 0.1 %, 100 % within 1 s'
    """
    has_way = np.isfinite(theirs)
    both = has_way & (ours < SHUT)
    alike = float(np.mean(has_way == (ours < SHUT)))
    apart = np.abs(theirs[both] - ours[both])
    near, within_second = (np.mean(apart <= limit) for limit in (np.maximum(tolerance * ours[both], 10), 10))
    said = (
        f"{ours.size:,} pairs: {_percent(alike)} agree on whether there is a way; of {both.sum():,} with one, "
        f"{_percent(near)} within {100 * tolerance:g} %, {_percent(within_second)} within 1 s"
    )
    if not both.any() or min(alike, near) < 0.999:
        raise SystemExit(f"these times are not ours: {said}")
    return said


def _percent(share: float) -> str:
    """A share that says 100 % only if it is all.

    Examples
    --------
    >>> _percent(1.0), _percent(0.99999), _percent(0.5)
    ('100 %', '99.99 %', '50 %')
    """
    return f"{np.floor(share * 10_000) / 100:g} %"


def peak_mb() -> float:
    """Most memory this process has held, in MB."""
    # Not ru_maxrss: a process inherits that of the one that started it.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, file=sys.stderr, flush=True)


def case_from_command_line() -> PeerCase:
    """The case in the folder that the command names."""
    return PeerCase(Path(sys.argv[1]))
