"""Who asks: by which token, in which role, and how often."""

import hashlib
import hmac
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from wayaround.errors import RoleTooLow

__all__ = ["LOCAL", "Caller", "Pace", "Role", "caller_of", "find_caller", "require_writer"]

Role = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Parameters
    ----------
    owner : str
        What jobs are kept under: the beginning of the token's hash.
    role : {"read", "write"}
        Who may only read may have everything computed at once, and nothing kept.
    """

    owner: str
    role: Role


LOCAL = Caller("local", "write")
"""Whoever asks a service that listens on loopback alone and knows no token."""


def find_caller(authorization: str, known: Sequence[tuple[Role, str]]) -> Caller | None:
    """Who sends this Authorization header; None where no token fits.

    Parameters
    ----------
    authorization : str
        ``Bearer TOKEN``.
    known : sequence of (role, SHA-256 in hexadecimal)
        Tokens.

    Examples
    --------
    >>> digest = hashlib.sha256(b"secret").hexdigest()
    >>> find_caller("Bearer secret", [("read", digest)])
    Caller(owner='2bb80d537b1da3e3', role='read')
    >>> find_caller("Bearer other", [("read", digest)]) is None
    True
    """
    kind, _, token = authorization.partition(" ")
    digest = hashlib.sha256(token.strip().encode("utf-8", "replace")).hexdigest()
    # all of them, so that the time taken tells nothing
    fits = [role for role, each in known if hmac.compare_digest(digest.encode(), each.encode())]
    if kind.lower() != "bearer" or not fits:
        return None
    return Caller(digest[:16], "write" if "write" in fits else "read")


def caller_of(request: Request) -> Caller:
    """Who sent a request that the guard let in."""
    caller: Caller = request.scope["caller"]
    return caller


def require_writer(request: Request) -> Caller:
    """Who sent a request that keeps or begins something.

    Raises
    ------
    RoleTooLow
        Its token may only read.
    """
    caller = caller_of(request)
    if caller.role != "write":
        raise RoleTooLow("this token may only read; ask with one that may write.", ids=["token"])
    return caller


class Pace:
    """Counts requests of each caller: so many a second on average, twice as many at once.

    Parameters
    ----------
    per_second : float
        How many.

    Examples
    --------
    >>> pace = Pace(1)
    >>> [pace.wait_s("a", at_s=0.0) for _ in range(3)], pace.wait_s("b", at_s=0.0), pace.wait_s("a", at_s=1.0)
    ([0.0, 0.0, 1.0], 0.0, 0.0)
    """

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_s(self, owner: str, *, at_s: float | None = None) -> float:
        """Seconds to wait before the next request of an owner; 0 lets this one in."""
        now_s = time.monotonic() if at_s is None else at_s
        with self._lock:
            left, last_s = self._left.get(owner, (2 * self._rate, now_s))
            left = min(2 * self._rate, left + (now_s - last_s) * self._rate)
            if left < 1:
                self._left[owner] = left, now_s
                return (1 - left) / self._rate
            self._left[owner] = left - 1, now_s
            return 0.0
