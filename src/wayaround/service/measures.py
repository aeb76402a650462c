"""What the service counts, for Prometheus: of all its processes together, whichever answers."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE", "SHARED", "Measures"]

CONTENT_TYPE = CONTENT_TYPE_LATEST
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which several processes know the folder where each keeps what it counts; read when they begin."""

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
_JOB_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_LIVE_FILE = re.compile(r"gauge_live\w*_(\d+)\.db\Z")


class Measures:
    """Counters of one application; each has a registry of its own, so that several may live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "wayaround_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "wayaround_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.running = Gauge(
            "wayaround_requests_running",
            "Requests being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.links = Gauge(
            "wayaround_network_links",
            "Links served.",
            ["network", "profile"],
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        self.ended = Counter("wayaround_jobs_ended", "Jobs that ended.", ["kind", "state"], registry=self.registry)
        self.job_seconds = Histogram(
            "wayaround_job_seconds",
            "Time to compute a job, once begun.",
            ["kind"],
            buckets=_JOB_SECONDS,
            registry=self.registry,
        )
        self.store_failures = Counter(
            "wayaround_store_failures", "Times that the store did not answer, or was damaged.", registry=self.registry
        )

    def write(self, jobs: Mapping[str, int] | None = None) -> bytes:
        """All of it in the text format.

        Parameters
        ----------
        jobs : mapping, optional
            How many jobs of the store are in each state that is not final; None where it does not answer.
        """
        folder = os.environ.get(SHARED)
        if folder is None:
            written = generate_latest(self.registry)
        else:
            _forget_the_dead(Path(folder))
            together = CollectorRegistry()
            multiprocess.MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]
            written = generate_latest(together)
        if jobs is None:
            return written
        stored = CollectorRegistry()
        stored.register(_Jobs(jobs))
        return written + generate_latest(stored)


class _Jobs(Collector):
    """What the store knows, which is the same whoever asks it."""

    def __init__(self, jobs: Mapping[str, int]) -> None:
        self._jobs = jobs

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("wayaround_jobs", "Jobs that wait or run.", labels=["state"])
        for state in ("queued", "running"):
            family.add_metric([state], self._jobs.get(state, 0))
        yield family


def _forget_the_dead(folder: Path) -> None:
    """Leave out what processes that are gone had in hand; what they had counted stays counted."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE_FILE.search(file.name)
        if found is None:
            continue
        try:
            os.kill(int(found[1]), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)  # several processes may do this at once
