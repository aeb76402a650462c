"""A server on loopback that knows ranges, and whatever can go wrong."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """What a server holds and how it behaves; `asked` lists the path and the range of every request."""

    files: dict[str, bytes] = field(default_factory=dict)
    tag: str | None = '"v1"'
    says_length: bool = True
    knows_ranges: bool = True
    stops_after: list[int] = field(default_factory=list)
    """Bytes that the next answers bring before the connection breaks."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def put(self, path: str, content: bytes, *, digest: str | None = "right") -> str:
        self.files[path] = content
        if digest:
            known = hashlib.md5(content).hexdigest() if digest == "right" else digest
            self.files[f"{path}.md5"] = f"{known}  {path.rpartition('/')[2]}\n".encode()
        return f"{self.url}{path}"

    def asked_for(self, path: str) -> list[str]:
        return [ranged for asked, ranged in self.asked if asked == path]


@contextmanager
def serve() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ranged = self.headers.get("Range", "")
            site.asked.append((self.path, ranged))
            content = site.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            start, same = 0, self.headers.get("If-Range") in (None, site.tag)
            if ranged and site.knows_ranges and same:
                start = int(ranged.removeprefix("bytes=").rstrip("-"))
                if start >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            else:
                self.send_response(200)
            if site.tag:
                self.send_header("ETag", site.tag)
            if site.says_length:
                self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            is_digest = self.path.endswith(".md5")
            end = start + site.stops_after.pop(0) if site.stops_after and not is_digest else len(content)
            self.wfile.write(content[start:end])

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
