"""Quick requests of OSRM's services, answered where they arrive: to find their way to an answer takes as long again."""

import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from wayaround.service.gate import SECURITY_HEADERS, Gate, Refusal, first_of_each, request_id_of
from wayaround.service.osrm_api import SUMMARIES, Answerer, path_of

__all__ = ["QuickAnswerer", "is_quick", "make_quick_answerer"]

FEW_COORDINATES, SHORT = 2, 120
"""So many, in so many letters, are quick; between more of them a line with steps takes tens of milliseconds."""

QUICK = frozenset({"steps", "overview", "geometries", "annotations", "generate_hints", "radiuses"})
"""Options that change little in that."""

_ELSEWHERE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"x-forwarded-for", b"x-forwarded-proto"})
"""Headers that make a request the application's: it has a body, or comes from a proxy that speaks for somebody."""

_PATTERNS = {name: path_of(name) for name in SUMMARIES}
_LINES = {status: f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() for status in (200, 400, 503)}
_HEADERS = "".join(
    f"{name}: {value}\r\n" for name, value in {"content-type": "application/json", **SECURITY_HEADERS}.items()
).encode()

Headers = Sequence[tuple[bytes, bytes]]
Client = tuple[str, int] | None
QuickAnswerer = Callable[[bytes, Headers, Headers, Client], bytes | None]
"""Takes a target, its headers, those that every answer has, and who asks; gives all bytes of the answer, or None."""


def make_quick_answerer(answer: Answerer, gate: Gate) -> QuickAnswerer:
    """Prepare what answers GET requests that take so little that to hand them to a task or a thread takes as long.

    It gives None for whatever is the application's, which tells what is wrong with it.

    Parameters
    ----------
    answer : callable
        What `make_osrm_answerer` gave.
    gate : Gate
        Lets requests in, and notes what became of them.
    """

    def answer_quickly(target: bytes, headers: Headers, default_headers: Headers, client: Client) -> bytes | None:
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
        if isinstance(gate.admit(path.decode(), len(path) + len(query), by_name), Refusal):
            return None
        try:
            status, body = answer(service.decode(), coordinates, asked)
        except Exception:  # the application meets it too, and says it
            return None
        request_id = request_id_of(by_name)
        gate.note("GET", pattern, "", client[0] if client else None, request_id, status, time.perf_counter() - begun)
        head = b"".join([b"%b: %b\r\n" % header for header in default_headers])
        return b"%b%bcontent-length: %d\r\n%bx-request-id: %b\r\n\r\n%b" % (
            _LINES[status],
            head,
            len(body),
            _HEADERS,
            request_id.encode(),
            body,
        )

    return answer_quickly


def is_quick(coordinates: str, query: str) -> bool:
    """Whether a request takes so little that to hand it to a thread would take as long.

    Examples
    --------
    >>> is_quick("36.292,33.513;44.366,33.315", "overview=full"), is_quick("0,0;1,1", "alternatives=3")
    (True, False)
    """
    few = coordinates.count(";") < FEW_COORDINATES and not coordinates.startswith("polyline")
    asked = query.split("&") if query else []
    return few and len(coordinates) <= SHORT and all(option.partition("=")[0] in QUICK for option in asked)
