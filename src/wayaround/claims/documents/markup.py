"""What a web page says of itself in schema.org markup (JSON-LD)."""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from wayaround.claims.documents.dates import read_day

_ARTICLES = re.compile(
    r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|DiscussionForumPosting|SocialMediaPosting|Question|WebPage)"
)
_COMMENTS = frozenset(("Comment", "UserComments", "Answer"))


@dataclass(frozen=True, slots=True)
class MarkedComment:
    """A comment as the markup tells it; `parent` is a key of another one."""

    key: str
    text: str
    author: str | None
    published: datetime.date | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class Markup:
    """What the markup tells; all of it may be missing."""

    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    published: datetime.date | None = None
    body: str | None = None
    address: str | None = None
    comments: tuple[MarkedComment, ...] = field(default=())


def read_markup(scripts: list[str]) -> Markup:
    """Read the JSON-LD blocks of a page.

    Parameters
    ----------
    scripts : list of str
        What stands in its script elements of type application/ld+json; what is no JSON is passed over.

    Returns
    -------
    Markup

    Examples
    --------
    >>> read_markup(['{"@type": "NewsArticle", "author": {"name": "Anna Berg"}, "datePublished": "2018-03-05"}']).author
    'Anna Berg'
    """
    article: dict[str, object] = {}
    comments: list[MarkedComment] = []
    for script in scripts:
        try:
            # Some pages wrap it in an HTML comment, or leave raw line breaks within strings.
            stored = json.loads(script.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
        except (ValueError, RecursionError):
            continue
        for node, parent in _nodes(stored):
            types = _types(node)
            if types & _COMMENTS:
                comments.append(_comment(node, parent, len(comments)))
            elif any(_ARTICLES.fullmatch(kind) for kind in types) and (
                "articleBody" in node or "articleBody" not in article
            ):
                article = {**article, **node} if "WebPage" not in types else {**node, **article}
    return Markup(
        title=_words(article.get("headline") or article.get("name")),
        author=_named(article.get("author") or article.get("creator")),
        outlet=_named(article.get("publisher") or article.get("sourceOrganization")),
        published=_day(article),
        body=_words(article.get("articleBody") or article.get("text")),
        address=_words(article.get("url")) or _identity(article.get("mainEntityOfPage")),
        comments=tuple(comment for comment in comments if comment.text),
    )


def _nodes(stored: object) -> Iterator[tuple[dict[str, object], str | None]]:
    """All objects in the order of the text, each with the key of the comment in which it stands."""
    waiting: list[tuple[object, str | None]] = [(stored, None)]
    count = 0
    while waiting:
        found, parent = waiting.pop()
        if isinstance(found, list):
            waiting.extend((entry, parent) for entry in reversed(found))
        elif isinstance(found, dict):
            if not _types(found) & _COMMENTS:
                yield found, parent
                within = parent
            else:
                within = _identity(found) or f"comment {count}"
                found = {**found, "@id": within}
                count += 1
                yield found, parent
            waiting.extend(
                (entry, within)
                for key, entry in reversed(found.items())
                if isinstance(entry, (dict, list)) and key not in ("parentItem", "author", "publisher", "isPartOf")
            )


def _types(node: dict[str, object]) -> set[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return {name.rsplit("/", 1)[-1].removeprefix("schema:") for name in kinds if isinstance(name, str)}


def _comment(node: dict[str, object], parent: str | None, place: int) -> MarkedComment:
    return MarkedComment(
        key=_identity(node) or f"comment {place}",
        text=_words(node.get("text") or node.get("commentText") or node.get("description")) or "",
        author=_named(node.get("author") or node.get("creator")),
        published=_day(node),
        parent=_identity(node.get("parentItem")) or parent,
    )


def _identity(node: object) -> str | None:
    if isinstance(node, str):
        return node.strip() or None
    if isinstance(node, dict):
        for key in ("@id", "url", "identifier"):
            if isinstance(node.get(key), str):
                return str(node[key]).strip() or None
    return None


def _named(node: object) -> str | None:
    entries = node if isinstance(node, list) else [node]
    names = []
    for entry in entries[:8]:
        name = _words(entry.get("name") if isinstance(entry, dict) else entry)
        if name and len(name) <= 120 and not name.startswith(("http:", "https:")):
            names.append(name)
    return " and ".join(names) or None


def _words(node: object) -> str | None:
    if isinstance(node, list) and node:
        node = node[0]
    return node.strip() or None if isinstance(node, str) else None


def _day(node: dict[str, object]) -> datetime.date | None:
    for key in ("datePublished", "dateCreated", "uploadDate", "commentTime"):
        stamp = node.get(key)
        if isinstance(stamp, str) and (day := read_day(stamp)) is not None:
            return day
    return None
