"""The API's description as a page without scripts, so that it opens offline under the strictest policy."""

import base64
import hashlib
from typing import Any

from jinja2 import Environment

__all__ = ["PAGE_POLICY", "write_docs_page"]

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:0 .2em}table{border-collapse:collapse}"
    "td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}:root{color-scheme:light dark}"
)
PAGE_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)
"""The page may show its own style and nothing else."""

_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ api.info.title }}</title><style>{{ style | safe }}</style>
<h1>{{ api.info.title }} {{ api.info.version }}</h1>
<p>{{ api.info.description }} For programs: <a href="openapi.json">openapi.json</a>.</p>
{% for path, methods in api.paths.items() %}{% for method, operation in methods.items() %}
<h2><code>{{ method | upper }} {{ path }}</code></h2>
<p>{{ operation.summary }}. {{ operation.description }}</p>
{% if operation.parameters %}<table><tr><th>parameter<th>in<th>meaning
{% for each in operation.parameters %}<tr><td><code>{{ each.name }}</code><td>{{ each.in }}<td>{{ each.description }}
{% endfor %}</table>{% endif %}
<p>Statuses: {{ operation.responses | join(", ") }}.</p>
{% endfor %}{% endfor %}
</html>
"""
)


def write_docs_page(api: dict[str, Any]) -> str:
    """Write the page out of an OpenAPI description."""
    return _PAGE.render(api=api, style=_STYLE)
