"""What every request passes: its id, its size, its token; and every answer: its headers, its line in the log."""

import time

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wayaround.service.error_status import describe_error
from wayaround.service.gate import SECURITY_HEADERS, Gate, Refusal, first_of_each, request_id_of
from wayaround.service.logs import LOGGER
from wayaround.service.measures import Measures
from wayaround.service.settings import Settings

__all__ = ["Guard"]

_SECURITY_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
GONE = 499
"""What is noted where whoever asked hung up before the request was read; nobody is sent it."""


class _TooLarge(Exception):
    """A body that goes on past its limit."""


class Guard:
    """Middleware around the whole application.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.
    gate : Gate
        Lets requests in, and notes what became of them.
    settings : Settings
        Limits.
    measures : Measures
        Where those that run are counted.
    """

    def __init__(self, app: ASGIApp, *, gate: Gate, settings: Settings, measures: Measures) -> None:
        self._app = app
        self._gate = gate
        self._settings = settings
        self._running = measures.running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        headers = first_of_each(scope["headers"])
        request_id = request_id_of(headers)
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

        self._running.inc()
        try:
            url_bytes = len(scope.get("raw_path") or b"") + len(scope["query_string"])
            admitted = self._gate.admit(scope["path"], url_bytes, headers)
            if isinstance(admitted, Refusal):
                await _answer_json(answer, admitted)
            else:
                scope["caller"] = admitted
                await self._app(scope, _limited(receive, self._settings.max_body_bytes), answer)
        except _TooLarge:
            if status == 0:
                await _answer_json(answer, self._gate.too_large())
        except ClientDisconnect:
            status = status or GONE
        except Exception:
            LOGGER.exception("fault", extra={"fields": {"request_id": request_id}})
            if status == 0:
                fault = describe_error("Fault", f"a fault of ours; the log tells more under {request_id}")
                await _answer_json(answer, Refusal(500, fault))
        finally:
            self._running.dec()
            route, client = getattr(scope.get("route"), "path", ""), scope.get("client")
            self._gate.note(
                scope["method"],
                route,
                scope["path"],
                client[0] if client else None,
                request_id,
                status,
                time.perf_counter() - begun,
            )


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


async def _answer_json(send: Send, refusal: Refusal) -> None:
    body = orjson.dumps(refusal.content)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.retry_after_s is not None:
        headers.append((b"retry-after", str(refusal.retry_after_s).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
