"""What every request passes: its id, its size, its token; and every answer: its headers, its line in the log."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import MutableMapping
from logging import INFO
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


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
        self._hashes = [each.encode() for each in settings.token_hashes]

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
                await _answer_json(answer, *refusal)
            else:
                await self._app(scope, _limited(receive, self._settings.max_body_bytes), answer)
        except _TooLarge:
            if status == 0:
                await _answer_json(answer, *self._too_large())
        except Exception:
            LOGGER.exception("fault", extra={"fields": {"request_id": request_id}})
            if status == 0:
                fault = describe_error("Fault", f"a fault of ours; the log tells more under {request_id}")
                await _answer_json(answer, 500, fault)
        finally:
            self._measures.running.dec()
            self._note(scope, request_id, status, time.perf_counter() - begun)

    def _refuse(self, scope: Scope, headers: Headers) -> tuple[int, dict[str, Any]] | None:
        """Why a request is not let in."""
        if not self._hashes and not is_loopback(_name_of(headers.get("host", ""))):
            # Else a page that a browser on this machine shows could ask by a name of its own that leads here.
            return 421, describe_error("HostRefused", "without a token this answers to 127.0.0.1 and localhost alone.")
        most = self._settings.max_url_bytes
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > most:
            return 414, describe_error("RequestTooLarge", f"path and query are longer than {most:,} bytes; post it.")
        length = headers.get("content-length", "")
        if length.isdigit() and (len(length) > 18 or int(length) > self._settings.max_body_bytes):
            return self._too_large()
        if self._hashes and scope["path"] not in OPEN_PATHS and not self._knows(headers.get("authorization", "")):
            return 401, describe_error("Unauthorized", "send a token as Authorization: Bearer TOKEN.")
        return None

    def _knows(self, authorization: str) -> bool:
        kind, _, token = authorization.partition(" ")
        digest = hashlib.sha256(token.strip().encode("utf-8", "replace")).hexdigest().encode()
        known = [hmac.compare_digest(digest, each) for each in self._hashes]  # all, so that time tells nothing
        return kind.lower() == "bearer" and any(known)

    def _too_large(self) -> tuple[int, dict[str, Any]]:
        most = self._settings.max_body_bytes
        return 413, describe_error("RequestTooLarge", f"the body is larger than {most:,} bytes.")

    def _note(self, scope: MutableMapping[str, Any], request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "")  # the pattern: its values would be a series each
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._measures.requests.labels(method, route, str(status)).inc()
        self._measures.seconds.labels(route).observe(seconds)
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


async def _answer_json(send: Send, status: int, content: dict[str, Any]) -> None:
    body = orjson.dumps(content)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
