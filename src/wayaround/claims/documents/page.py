"""Tell article and comments apart in a web page, with who wrote them."""

import datetime
from collections.abc import Callable
from typing import Any

from wayaround.claims.claim import Block, Document
from wayaround.claims.documents.dates import read_day
from wayaround.claims.documents.markup import Markup, read_markup
from wayaround.claims.documents.pagecomments import FoundComment
from wayaround.claims.documents.pagewalk import PageWalk, walk_page
from wayaround.claims.documents.plain import head_of, read_thread
from wayaround.claims.documents.replies import Thread
from wayaround.claims.documents.threads import Header, is_comments_heading
from wayaround.errors import PackageMissing, TextUnreadable

# trafilatura copies the tree several times; beyond this it takes longer than it helps.
_MOST_ELEMENTS = 15_000
_MOST_ELEMENTS_READ = 400_000
_CONTROLS = {code: " " for code in range(32) if code not in (9, 10, 13)}


def parse_page(source_text: str, *, source: str = "") -> Document:
    """Tell who wrote which part of a web page.

    Parameters
    ----------
    source_text : str
        The source of the page.
    source : str
        Name of the file; the address that the page gives for itself goes before.

    Returns
    -------
    Document
        Its text is title, article and comments as the page shows them, each after an empty line.

    Raises
    ------
    TextUnreadable
        The page shows no words, or nests deeper than any page for readers does.
    PackageMissing
        lxml or trafilatura is not installed.

    Examples
    --------
    >>> page = "<html><h1>The way</h1><p>It is 793 km.</p><div class=comment><b class=author>Tom</b><p>No.</p></div>"
    >>> [(block.kind, block.author) for block in parse_page(page).blocks]
    [('title', None), ('article', None), ('comment', 'Tom')]
    """
    tree = _parse(source_text, source)
    walk = walk_page(tree)
    markup = read_markup(walk.scripts)
    title = markup.title or walk.first("headline", "h1", "og:title", "twitter:title", "title")
    author = markup.author or _person(walk.first("author", "meta:author", "article:author", "byline"))
    stamps = (walk.first("datePublished", "article:published_time", "date"), walk.first("time"))
    published = markup.published or next((day for stamp in stamps if stamp and (day := read_day(stamp))), None)
    outlet = markup.outlet or walk.first("publisher", "og:site_name", "application-name")
    article = _article(tree, walk, markup, title)
    shown = head_of(f"{title}\n\n{article}" if title else article)
    if shown.lines > bool(title) and (shown.author or shown.published):
        # The lines under the title tell what no markup did.
        article = article[shown.ends_at - (len(title) + 2 if title else 0) :].strip()
        author, published, outlet = author or shown.author, published or shown.published, outlet or shown.outlet
    thread = walk.thread_text.strip()
    comments = _comments(walk, markup)
    if not comments and not thread:
        article, thread = _cut_at_heading(article)
    composed = _Composed()
    if title:
        composed.add("title", title, author, published)
    if article:
        composed.add("article", article, author, published)
    text, blocks = _with_comments(composed, comments)
    if not comments and thread:
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{thread}" if text else thread
        blocks = [*blocks, *read_thread(text, start, blocks)]
    if not blocks:
        raise TextUnreadable(f"{source or 'The page'} shows no words; save the page as it is displayed.", ids=(source,))
    address = walk.first("canonical", "og:url") or markup.address
    return Document(text, tuple(blocks), source=address or source, outlet=outlet, title=title)


class _Composed:
    """A text that grows block by block."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def append(self, words: str) -> tuple[int, int]:
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(words)
        self._length += len(words)
        return start, self._length

    def add(self, kind: Any, words: str, author: str | None, published: datetime.date | None) -> None:
        self.blocks.append(Block(kind, *self.append(words), author, published))

    def text(self) -> str:
        return "".join(self._parts)


def _parse(source_text: str, source: str) -> Any:
    try:
        import lxml.etree
        import lxml.html
    except ImportError:
        raise _missing("lxml") from None
    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    shown = source_text.translate(_CONTROLS)
    # A declaration of another encoding would be believed; the text is decoded already.
    try:
        tree = lxml.html.document_fromstring(shown.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        raise TextUnreadable(
            f"{source or 'The page'} is no web page that can be read; save it again.", ids=(source,)
        ) from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise TextUnreadable(
            f"{source or 'The page'} nests more than 2,000 elements in each other, which no page for readers does; "
            "give its text instead.",
            ids=(source,),
        )
    elements = sum(1 for _ in tree.iter())
    if elements > _MOST_ELEMENTS_READ:
        raise TextUnreadable(
            f"{source or 'The page'} has {elements:,} elements, and no page for readers has more than "
            f"{_MOST_ELEMENTS_READ:,}; give its text instead.",
            ids=(source,),
        )
    return tree


def _missing(package: str) -> PackageMissing:
    return PackageMissing(
        f"Web pages need the package {package}, which is not installed; run: pip install 'wayaround[claims]'.",
        ids=(package,),
    )


def _person(name: str | None) -> str | None:
    if name is None:
        return None
    name = name.removeprefix("By ").removeprefix("by ").strip(" ,|·")
    return name if len(name) <= 120 and not name.startswith("http") else None


def _article(tree: Any, walk: PageWalk, markup: Markup, title: str | None) -> str:
    try:
        import trafilatura
    except ImportError:
        raise _missing("trafilatura") from None
    found: str | None = None
    if walk.elements <= _MOST_ELEMENTS:
        extract: Callable[..., str | None] = trafilatura.extract
        try:
            for element in walk.thread_elements:
                element.drop_tree()
            found = extract(
                tree, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False, fast=True
            )
        except Exception:
            found = None
    words = _paragraphs_of(walk.article, found) if found else markup.body or walk.article
    if markup.body and len(markup.body) > 1.5 * len(words):
        words = markup.body
    words = words.strip()
    if title and words.startswith(title):
        words = words[len(title) :].strip()
    return words


def _paragraphs_of(shown: str, found: str) -> str:
    """The paragraphs as the page shows them, from the first to the last that trafilatura takes for the article.

    It joins and drops some of them, and a sentence must not run on into the next heading.
    """
    flat = " ".join(found.split())
    paragraphs = shown.split("\n\n")
    places = []
    reached = 0
    for place, paragraph in enumerate(paragraphs):
        key = " ".join(paragraph.split())[:80]
        at = flat.find(key, reached, reached + 20_000) if len(key) > 3 else -1
        if at >= 0:
            places.append(place)
            reached = at + len(key)
    if not places:
        return found
    return "\n\n".join(paragraphs[places[0] : places[-1] + 1])


def _cut_at_heading(article: str) -> tuple[str, str]:
    """The article, and what stands under a heading of comments in it."""
    paragraphs = article.split("\n\n")
    for place, paragraph in enumerate(paragraphs[:-1]):
        if len(paragraph) < 60 and is_comments_heading(paragraph):
            return "\n\n".join(paragraphs[:place]), "\n\n".join(paragraphs[place + 1 :])
    return article, ""


def _comments(walk: PageWalk, markup: Markup) -> list[FoundComment]:
    """The comments that the page shows, completed from its markup; those of the markup if it shows none."""
    if not walk.comments:
        places = {comment.key: place for place, comment in enumerate(markup.comments)}
        return [
            FoundComment(comment.text, comment.author, comment.published, places.get(comment.parent or ""), None)
            for comment in markup.comments
        ]
    marked = {_key(comment.text): comment for comment in markup.comments}
    shown = {_key(comment.text): place for place, comment in enumerate(walk.comments)}
    texts = {comment.key: _key(comment.text) for comment in markup.comments}
    completed = []
    for comment in walk.comments:
        told = marked.get(_key(comment.text))
        if told is not None:
            parent = shown.get(texts.get(told.parent or "", "\x00"))
            comment = FoundComment(
                comment.text,
                told.author or comment.author,
                told.published or comment.published,
                comment.answers if parent is None else parent,
                comment.addressee,
            )
        completed.append(comment)
    return completed


def _with_comments(composed: _Composed, comments: list[FoundComment]) -> tuple[str, list[Block]]:
    spans = [composed.append(comment.text) for comment in comments]
    text = composed.text()
    thread = Thread(text, composed.blocks)
    first = len(composed.blocks)
    for comment, (start, end) in zip(comments, spans, strict=True):
        thread.open(Header(comment.author, comment.published, comment.addressee, 0, "page", sure=True), 0)
        thread.add(start, end)
    blocks = [
        Block("comment", block.start, block.end, block.author, block.published, block.answers)
        if block.answers is not None or comment.answers is None
        else Block("comment", block.start, block.end, block.author, block.published, first + comment.answers)
        for block, comment in zip(thread.blocks(), comments, strict=True)
    ]
    return text, [*composed.blocks, *blocks]


def _key(words: str) -> str:
    return " ".join(words[:400].split())[:120].casefold()
