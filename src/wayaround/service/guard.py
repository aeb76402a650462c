"""What every request passes: its id, its size, its token; and every answer: its headers, its line in the log."""

import math
import re
import secrets
import time
from collections.abc import MutableMapping
from logging import INFO
from typing import Any, NamedTuple

import orjson
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wayaround.service.callers import LOCAL, Pace, find_caller
from wayaround.service.error_status import describe_error
from wayaround.service.logs import LOGGER
from wayaround.service.measures import Measures
from wayaround.service.settings import Settings, is_loopback

__all__ = ["SECURITY_HEADERS", "Guard"]

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_SECURITY_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""What is answered without a token: it says nothing but that the service is there."""

PAGE = "/assets/"
"""The page is open too: it is the same everywhere, and asks for the token."""

GONE = 499
"""What is noted where whoever asked hung up before the request was read; nobody is sent it."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Refusal(NamedTuple):
    """Why a request is not let in."""

    status: int
    content: dict[str, Any]
    retry_after_s: int | None = None


class _TooLarge(Exception):
    """A body that goes on past its limit."""


class Guard:
    """Middleware around the whole application.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.
    settings : Settings
        Limits and tokens.
    measures : Measures
        What is counted.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, measures: Measures) -> None:
        self._app = app
        self._settings = settings
        self._measures = measures
        self._known = settings.tokens
        self._pace = Pace(settings.max_requests_per_s)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        headers = Headers(scope=scope)
        wanted = headers.get("x-request-id", "")
        request_id = wanted if _REQUEST_ID.match(wanted) else secrets.token_hex(8)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name for name, _ in message["headers"]}
                own = [pair for pair in _SECURITY_HEADERS if pair[0] not in given]
                own.append((b"x-request-id", request_id.encode()))
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        self._measures.running.inc()
        try:
            refusal = self._refuse(scope, headers)
            if refusal is not None:
                await _answer_json(answer, refusal)
            else:
                await self._app(scope, _limited(receive, self._settings.max_body_bytes), answer)
        except _TooLarge:
            if status == 0:
                await _answer_json(answer, self._too_large())
        except ClientDisconnect:
            status = status or GONE
        except Exception:
            LOGGER.exception("fault", extra={"fields": {"request_id": request_id}})
            if status == 0:
                fault = describe_error("Fault", f"a fault of ours; the log tells more under {request_id}")
                await _answer_json(answer, _Refusal(500, fault))
        finally:
            self._measures.running.dec()
            self._note(scope, request_id, status, time.perf_counter() - begun)

    def _refuse(self, scope: Scope, headers: Headers) -> _Refusal | None:
        """Why a request is not let in."""
        if not self._known and not is_loopback(_name_of(headers.get("host", ""))):
            # Else a page that a browser on this machine shows could ask by a name of its own that leads here.
            return _Refusal(
                421, describe_error("HostRefused", "without a token this answers to 127.0.0.1 and localhost alone.")
            )
        most = self._settings.max_url_bytes
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > most:
            return _Refusal(
                414, describe_error("RequestTooLarge", f"path and query are longer than {most:,} bytes; post it.")
            )
        length = headers.get("content-length", "")
        if length.isdigit() and (len(length) > 18 or int(length) > self._settings.max_body_bytes):
            return self._too_large()
        return self._refuse_caller(scope, headers)

    def _refuse_caller(self, scope: Scope, headers: Headers) -> _Refusal | None:
        """Why whoever asks is not let in; who is, is noted for what answers."""
        scope["caller"] = LOCAL
        if not self._known or scope["path"] in OPEN_PATHS or _is_page(scope["path"]):
            return None
        caller = find_caller(headers.get("authorization", ""), self._known)
        if caller is None:
            return _Refusal(401, describe_error("Unauthorized", "send a token as Authorization: Bearer TOKEN."))
        scope["caller"] = caller
        wait_s = self._pace.wait_s(caller.owner)
        if wait_s == 0:
            return None
        most = self._settings.max_requests_per_s
        content = describe_error("TooManyRequests", f"more than {most} requests a second; ask again in a moment.")
        return _Refusal(429, content, math.ceil(wait_s))

    def _too_large(self) -> _Refusal:
        most = self._settings.max_body_bytes
        return _Refusal(413, describe_error("RequestTooLarge", f"the body is larger than {most:,} bytes."))

    def _note(self, scope: MutableMapping[str, Any], request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "")  # the pattern: its values would be a series each
        method = scope["method"] if scope["method"] in _METHODS else "other"
        known = self._counted.get((method, route, status))
        if known is None:
            counters = self._measures.requests.labels(method, route, str(status)), self._measures.seconds.labels(route)
            known = self._counted[method, route, status] = counters
        known[0].inc()
        known[1].observe(seconds)
        client = scope.get("client")
        fields = {
            "request_id": request_id,
            "method": method,
            "route": route or scope["path"][:200],  # coordinates say where somebody travels
            "status": status,
            "ms": round(seconds * 1000, 2),
            "client": client[0] if client else None,
        }
        if LOGGER.isEnabledFor(INFO):  # by hand, since `info` first looks for the line that calls it
            LOGGER.handle(LOGGER.makeRecord(LOGGER.name, INFO, "", 0, "request", (), None, extra={"fields": fields}))


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    return host.partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_page(path: str) -> bool:
    return path == "/" or path.startswith(PAGE)


def _limited(receive: Receive, most_bytes: int) -> Receive:
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        if message["type"] == "http.request":
            read += len(message.get("body", b""))
            if read > most_bytes:
                raise _TooLarge
        return message

    return receive_some


async def _answer_json(send: Send, refusal: _Refusal) -> None:
    body = orjson.dumps(refusal.content)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.retry_after_s is not None:
        headers.append((b"retry-after", str(refusal.retry_after_s).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
