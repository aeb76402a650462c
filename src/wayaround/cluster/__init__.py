"""Work in blocks over a Ray cluster; nothing below knows that there is one."""

from wayaround.cluster.start import connect
from wayaround.cluster.workers import RayWorkers

__all__ = ["RayWorkers", "connect"]
