"""How the C library keeps memory that was given back, so that a service that runs for weeks does not swell."""

import ctypes

__all__ = ["keep_memory_flat"]

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Numbers of glibc's `mallopt`."""

LARGE_BYTES = 1 << 20
ARENAS = 2


def keep_memory_flat() -> bool:
    """Have large arrays given back to the system as soon as they are freed; whether the C library can be told so.

    Threads that compute tables of some tens of megabytes, each from a heap of its own, otherwise leave all those heaps
    full of holes. Only glibc needs to be told; it must be before threads begin.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or Windows
        return False
    return bool(mallopt(_M_ARENA_MAX, ARENAS)) and bool(mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES))
