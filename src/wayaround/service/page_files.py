"""The page, as it was built; read once, so that no path of a request reaches the file system."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

__all__ = ["PAGE_POLICY", "list_page_services"]

PAGE_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; "
    "style-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'"
)
"""Nothing from anywhere else, and no script or style that is written into the page."""

_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
}
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>wayaround</title>
<h1>wayaround</h1><p>The page is not built: run <code>make serve</code> where Node 20 or newer is installed.
The API is here all the same: <a href="docs">docs</a>.</p></html>"""


def list_page_services() -> APIRouter:
    """The page under /, and what it loads under /assets."""
    router = APIRouter(include_in_schema=False)
    folder = files("wayaround.service") / "static"
    built = _read(folder) if folder.is_dir() else {}

    @router.get("/")
    async def page() -> Response:
        if "index.html" not in built:
            return HTMLResponse(_NOT_BUILT, headers={"content-security-policy": "default-src 'none'"})
        return _answer("index.html", built["index.html"], "no-cache")

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        if f"assets/{name}" not in built:
            raise HTTPException(404, "there is no such file")
        lasts = "no-cache" if name.endswith(".txt") else "public, max-age=31536000, immutable"
        return _answer(name, built[f"assets/{name}"], lasts)

    return router


def _read(folder: Traversable, under: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= _read(each, f"{under}{each.name}/")
        elif each.name.rpartition(".")[2] in _TYPES:
            found[under + each.name] = each.read_bytes()
    return found


def _answer(name: str, content: bytes, cache: str) -> Response:
    headers = {"content-security-policy": PAGE_POLICY, "cache-control": cache}
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)
