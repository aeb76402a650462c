"""Quick requests of OSRM's services, answered where they arrive: to find their way to an answer takes as long again."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

from wayaround.service.gate import SECURITY_HEADERS, Gate, Refusal, first_of_each, request_id_of
from wayaround.service.osrm_api import SUMMARIES, Answerer, path_of

__all__ = ["AtOnce", "AtOnceAnswerer", "is_quick"]

SHORT = 120
"""So few letters hold some coordinates at most."""

QUICK = frozenset({"steps", "overview", "geometries", "annotations", "generate_hints", "radiuses"})
"""Options that take next to no time."""

_ELSEWHERE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"x-forwarded-for", b"x-forwarded-proto"})
"""Headers that make a request the application's: it has a body, or comes from a proxy that speaks for somebody."""

_PATTERNS = {name: path_of(name) for name in SUMMARIES}
_LINES = {status: f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() for status in (200, 400, 503)}
_HEADERS = "".join(
    f"{name}: {value}\r\n" for name, value in {"content-type": "application/json", **SECURITY_HEADERS}.items()
).encode()

AtOnceAnswerer = Callable[
    [bytes, list[tuple[bytes, bytes]], Iterable[tuple[bytes, bytes]], tuple[str, int] | None], bytes | None
]
"""Takes a target, its headers, those that every answer has, and who asks; gives the answer's bytes, or None."""


class AtOnce:
    """Answers GET requests that take so little that to hand them to a task or a thread would take as long.

    Parameters
    ----------
    answer : callable
        What `make_osrm_answerer` gave.
    gate : Gate
        Lets requests in, and notes what became of them.
    """

    def __init__(self, answer: Answerer, gate: Gate) -> None:
        self._answer = answer
        self._gate = gate

    def __call__(
        self,
        target: bytes,
        headers: list[tuple[bytes, bytes]],
        default_headers: Iterable[tuple[bytes, bytes]],
        client: tuple[str, int] | None,
    ) -> bytes | None:
        """The whole answer to a request, or None for one that is the application's, which tells what is wrong with it.

        Parameters
        ----------
        target : bytes
            Path and query.
        headers : list of (name, value)
            Of the request, names in small letters.
        default_headers : iterable of (name, value)
            What the server adds to each answer.
        client : (host, port), optional
            Who asks.
        """
        begun = time.perf_counter()
        path, _, query = target.partition(b"?")
        service, _, rest = path[1:].partition(b"/v1/")
        profile, _, place = rest.partition(b"/")
        pattern = _PATTERNS.get(service.decode("latin-1"))
        if pattern is None or not profile or not place or b"%" in path or b"#" in target or not target.isascii():
            return None
        coordinates, asked = place.decode(), query.decode()
        by_name = first_of_each(headers)
        if not is_quick(coordinates, asked) or not _ELSEWHERE.isdisjoint(by_name):
            return None
        if isinstance(self._gate.admit(path.decode(), len(path) + len(query), by_name), Refusal):
            return None
        try:
            status, body = self._answer(service.decode(), coordinates, asked)
        except Exception:  # the application meets it too, and says it
            return None
        request_id = request_id_of(by_name)
        self._gate.note(
            "GET", pattern, "", client[0] if client else None, request_id, status, time.perf_counter() - begun
        )
        head = b"".join([b"%b: %b\r\n" % header for header in default_headers])
        return b"%b%bcontent-length: %d\r\n%bx-request-id: %b\r\n\r\n%b" % (
            _LINES[status],
            head,
            len(body),
            _HEADERS,
            request_id.encode(),
            body,
        )


def is_quick(coordinates: str, query: str) -> bool:
    """Whether a request takes so little that to hand it to a thread would take as long.

    Examples
    --------
    >>> is_quick("36.292,33.513;44.366,33.315", "overview=full"), is_quick("0,0;1,1", "alternatives=3")
    (True, False)
    """
    asked = query.split("&") if query else []
    return len(coordinates) <= SHORT and all(option.partition("=")[0] in QUICK for option in asked)
