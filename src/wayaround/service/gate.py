"""Who is let in, and what is noted of each request, whichever way it is answered."""

import math
import re
import secrets
from collections.abc import Iterable, Mapping
from logging import INFO
from typing import Any, NamedTuple

from prometheus_client import Counter, Histogram

from wayaround.service.callers import LOCAL, Caller, Pace, find_caller
from wayaround.service.error_status import describe_error
from wayaround.service.logs import LOGGER
from wayaround.service.measures import Measures
from wayaround.service.settings import Settings, is_loopback

__all__ = ["SECURITY_HEADERS", "Gate", "Refusal", "first_of_each", "request_id_of"]

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""What is answered without a token: it says nothing but that the service is there."""

PAGE = "/assets/"
"""The page is open too: it is the same everywhere, and asks for the token."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}\Z")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Refusal(NamedTuple):
    """Why a request is not let in."""

    status: int
    content: dict[str, Any]
    retry_after_s: int | None = None


def first_of_each(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers of a request by name, in small letters; of one that is there twice the first counts."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found.setdefault(name, value)
    return found


class Gate:
    """Lets requests in by their host, size, token and pace, and counts and logs what became of them.

    Parameters
    ----------
    settings : Settings
        Limits and tokens.
    measures : Measures
        What is counted.
    """

    def __init__(self, settings: Settings, measures: Measures) -> None:
        self._settings = settings
        self._measures = measures
        self._known = settings.tokens
        self._pace = Pace(settings.max_requests_per_s)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def admit(self, path: str, url_bytes: int, headers: Mapping[bytes, bytes]) -> Caller | Refusal:
        """Who asks, or why it is not let in.

        Parameters
        ----------
        path : str
            Without the query.
        url_bytes : int
            Size of path and query.
        headers : mapping
            By name, in small letters.
        """
        if not self._known and not is_loopback(_name_of(headers.get(b"host", b"").decode("latin-1"))):
            # Else a page that a browser on this machine shows could ask by a name of its own that leads here.
            return Refusal(
                421, describe_error("HostRefused", "without a token this answers to 127.0.0.1 and localhost alone.")
            )
        most = self._settings.max_url_bytes
        if url_bytes > most:
            return Refusal(
                414, describe_error("RequestTooLarge", f"path and query are longer than {most:,} bytes; post it.")
            )
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > 18 or int(length) > self._settings.max_body_bytes):
            return self.too_large()
        if not self._known or path in OPEN_PATHS or _is_page(path):
            return LOCAL
        caller = find_caller(headers.get(b"authorization", b"").decode("latin-1"), self._known)
        if caller is None:
            return Refusal(401, describe_error("Unauthorized", "send a token as Authorization: Bearer TOKEN."))
        wait_s = self._pace.wait_s(caller.owner)
        if wait_s == 0:
            return caller
        most = self._settings.max_requests_per_s
        content = describe_error("TooManyRequests", f"more than {most} requests a second; ask again in a moment.")
        return Refusal(429, content, math.ceil(wait_s))

    def too_large(self) -> Refusal:
        """What is said to a body beyond the limit."""
        most = self._settings.max_body_bytes
        return Refusal(413, describe_error("RequestTooLarge", f"the body is larger than {most:,} bytes."))

    def note(
        self, method: str, route: str, path: str, client: str | None, request_id: str, status: int, seconds: float
    ) -> None:
        """Count and log a request that was answered; `route` is the pattern of its path, or empty."""
        method = method if method in _METHODS else "other"
        known = self._counted.get((method, route, status))
        if known is None:  # by the pattern: its values would be a series each
            counters = self._measures.requests.labels(method, route, str(status)), self._measures.seconds.labels(route)
            known = self._counted[method, route, status] = counters
        known[0].inc()
        known[1].observe(seconds)
        if LOGGER.isEnabledFor(INFO):  # by hand, since `info` first looks for the line that calls it
            fields = {
                "request_id": request_id,
                "method": method,
                "route": route or path[:200],  # coordinates say where somebody travels
                "status": status,
                "ms": round(seconds * 1000, 2),
                "client": client,
            }
            extra = {"fields": fields, "may_wait": True}
            LOGGER.handle(LOGGER.makeRecord(LOGGER.name, INFO, "", 0, "request", (), None, extra=extra))


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """What the caller calls its request, where that is short and plain; else a name for it."""
    wanted = headers.get(b"x-request-id", b"")
    return wanted.decode() if _REQUEST_ID.match(wanted) else secrets.token_hex(8)


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    return host.partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_page(path: str) -> bool:
    return path == "/" or path.startswith(PAGE)
