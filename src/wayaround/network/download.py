"""A file from the web: goes on where it stopped, checked against the digest beside it, whole or not there."""

import errno
import hashlib
import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wayaround.errors import DownloadFailed

Progress = Callable[[str, int, int], None]

TIMEOUT_S = 60
TRIES_WITHOUT_A_BYTE = 3
"""A connection that breaks is taken up again at once; after so many in a row that brought nothing, no more."""

_CHUNK = 1 << 16
_AGENT = {"User-Agent": "wayaround"}


def download_file(url: str, target: Path, *, progress: Progress | None = None) -> bool:
    """Fetch a file over HTTP, and check it against the MD5 digest that lies beside it as ``URL.md5``.

    What has come is kept in ``NAME.part`` until it is all there. A later call goes on from there if the server knows
    ranges (RFC 9110, Range and If-Range) and the file is still the same; else it begins anew.

    Parameters
    ----------
    url : str
        Of http or https.
    target : Path
        Where the file comes to lie. One that is there already, and has the digest, is not fetched again.
    progress : callable, optional
        Told how many of how many bytes have come; a total of 0 is one that the server does not say.

    Returns
    -------
    bool
        Whether there was a digest to check against.

    Raises
    ------
    DownloadFailed
        No such server or file, a connection that keeps breaking, another digest, a disk that is full.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise DownloadFailed(f'"{url}" is no address of the web; it has to begin with http:// or https://.', ids=[url])
    part = target.with_name(f"{target.name}.part")
    digest = _read_digest(f"{url}.md5")
    try:
        if digest and target.is_file() and _digest_of(target) == digest:
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, part, progress or _silent)
        if digest and (found := _digest_of(part)) != digest:
            _discard(part)
            raise DownloadFailed(
                f"{url} came with the MD5 digest {found} instead of {digest}; what came was removed, fetch it again.",
                ids=[url],
            )
        part.replace(target)
        _mark_of(part).unlink(missing_ok=True)
    except DownloadFailed:
        raise
    except OSError as error:
        kept = f'; what came is kept as "{part}", run again to go on' if part.exists() else ""
        raise DownloadFailed(f'cannot write "{part}": {error.strerror or error}{kept}.', ids=[str(part)]) from error
    return digest is not None


def _fetch(url: str, part: Path, tell: Progress) -> None:
    """Fill the part, taking up connections that break."""
    idle = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        total, reason = _take_up(url, part, before, tell)
        size = part.stat().st_size if part.exists() else 0
        if total is not None and size == total:
            return
        if total is None and not reason:  # the server does not say how long the file is, and closed in good order
            return
        idle = 0 if size > before else idle + 1
        if idle == TRIES_WITHOUT_A_BYTE:
            of_total = "" if total is None else f" of {total:,}"
            kept = f'what came is kept as "{part}", run again to go on' if size else "nothing came"
            raise DownloadFailed(f"{url} stopped at {size:,}{of_total} bytes ({reason}); {kept}.", ids=[url])


def _take_up(url: str, part: Path, size: int, tell: Progress) -> tuple[int | None, str]:
    """Fetch from a place on; the whole length if it is known, and why it stopped short if it did."""
    mark = _mark_of(part)
    headers = dict(_AGENT)
    version = mark.read_text(encoding="utf-8") if size and mark.is_file() else ""
    if version:
        headers |= {"Range": f"bytes={size}-", "If-Range": version}
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and size:
            total = _total_of_range(error.headers)
            if total != size:
                _discard(part)
            return total, "the file is no longer the same"
        raise DownloadFailed(f"{url}: the server answers {error.code} {error.reason}.", ids=[url]) from error
    except (OSError, http.client.HTTPException) as error:
        return None, _reason(error, url)
    with response:
        goes_on = response.status == http.HTTPStatus.PARTIAL_CONTENT
        total = _total_of_range(response.headers) if goes_on else _length(response.headers)
        mark.write_text(_version(response.headers), encoding="utf-8")
        with part.open("ab" if goes_on else "wb") as file:
            done = size if goes_on else 0
            tell("downloading", done, total or 0)
            while True:
                try:
                    chunk = response.read(_CHUNK)
                except (OSError, http.client.HTTPException) as error:
                    return total, _reason(error, url)
                if not chunk:
                    break
                file.write(chunk)
                done += len(chunk)
                tell("downloading", done, total or 0)
    return total, "" if total is None or done >= total else "the connection was closed"


def _reason(error: Exception, url: str) -> str:
    """Why a connection failed, in words; none to the server at all is an error at once."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    host = urlsplit(url).netloc
    if isinstance(cause, socket.gaierror):
        raise DownloadFailed(
            f'no server is called "{host}", or there is no connection to the web.', ids=[url]
        ) from error
    if isinstance(cause, OSError) and cause.errno in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH):
        raise DownloadFailed(f"{host} takes no connection: {cause.strerror}.", ids=[url]) from error
    return str(getattr(cause, "strerror", None) or cause) or type(cause).__name__


def _read_digest(url: str) -> str | None:
    """The digest that a server publishes beside a file, or None where there is none."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=_AGENT), timeout=TIMEOUT_S) as response:
            words = response.read(_CHUNK).decode("ascii", "replace").split()
    except urllib.error.HTTPError:
        return None
    except (OSError, http.client.HTTPException) as error:
        raise DownloadFailed(f"cannot fetch {url}: {_reason(error, url)}.", ids=[url]) from error
    digest = words[0].lower() if words else ""
    return digest if len(digest) == 32 and set(digest) <= set("0123456789abcdef") else None


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _version(headers: Any) -> str:
    """What tells one version of a file from another: a strong ETag, else the time of its last change."""
    tag = headers.get("ETag", "")
    return str(tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", ""))


def _length(headers: Any) -> int | None:
    text = headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def _total_of_range(headers: Any) -> int | None:
    """Length of the whole file out of ``Content-Range: bytes 5-9/10``."""
    text = headers.get("Content-Range", "").rpartition("/")[2]
    return int(text) if text.isdigit() else None


def _mark_of(part: Path) -> Path:
    """File that says which version of the file the part is of."""
    return part.with_name(f"{part.name}.version")


def _discard(part: Path) -> None:
    for path in (part, _mark_of(part)):
        path.unlink(missing_ok=True)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
