"""One pass over the tree of a web page: what it shows, what it says of itself, and its comments."""

import re
from dataclasses import dataclass, field
from typing import Any

from wayaround.claims.documents.dates import read_day
from wayaround.claims.documents.pagecomments import FoundComment, OpenComment, link_comments, tidy
from wayaround.claims.vocabulary import words

_DROPPED = words(
    "script style noscript template button form nav svg textarea select option iframe object embed canvas audio "
    "video math dialog"
)
_PARAGRAPHS = words(
    "p div li ul ol dl dt dd section article main header footer aside blockquote figure figcaption h1 h2 h3 h4 "
    "h5 h6 table tr pre address details"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_ONE = words(
    "add no new leave write view show has post hide load more submit count toggle link form reply-form disable"
)
_ONE = re.compile(
    r"(?:[a-z]{1,12}[-_]{1,2})?(?:comment|cmt|reply)(?:[-_]{1,2}(?:item|entry|node|single|wrapper|wrap|block"
    r"|card|row|unit|outer|inner|container|root|\d{1,12}|depth[-_]?\d{1,2}))?"
)
_ONE_ID = re.compile(r"(?:li-|div-|article-)?(?:comment|cmt|reply|c)[-_]?(?:id[-_]?)?\d{1,20}", re.IGNORECASE)
_POST_ID = re.compile(r"(?:post|p|msg|message)[-_]?\d{1,20}", re.IGNORECASE)
_LIST = re.compile(
    r"(?:[a-z]{1,12}[-_]{1,2})?(?:comments?[-_]{0,2}(?:list|section|area|thread|threads|container|wrapper|wrap"
    r"|stream|feed|body|block|holder)?|commentlist|disqus_thread|responses|discussion)"
)
_REPLIES = re.compile(
    r"(?:[a-z]{1,12}[-_]{1,2})?(?:children|replies|responses|sub-?comments|nested"
    r"|child-comments)(?:[-_]{1,2}\w{1,12})?"
)
_AUTHOR = re.compile(
    r"(?:comment|cmt|user|post|c)?[-_]{0,2}(?:author|authorname|author-name|username|user-name|user|commenter"
    r"|poster|nick|nickname|fn|name|display-name|byline|login|handle|screen-name)"
)
_AUTHOR_SURE = re.compile(
    r"fn|name|username|user-name|author-name|authorname|display-name|nickname|nick|handle|screen-name"
)
_DAY = re.compile(
    r"(?:comment|cmt|post|c)?[-_]{0,2}(?:date|time|timestamp|datetime|date-time|published|posted|permalink-time"
    r"|when|ago|age)"
)
_BODY = re.compile(r"(?:comment|cmt|post|reply|c)?[-_]{0,2}(?:content|text|message|msg|copy|richtext)")
_LABEL = re.compile(
    r"says|(?:comment|reply|post)?[-_]{0,2}(?:actions?|controls?|toolbar|buttons?|votes?|score|likes?|points?"
    r"|share|report|permalink|avatar|badge|edit|edit-link|reply-link|reply-button|number|footer-links|links)"
)
_QUOTE = re.compile(r"(?:bb|comment)?[-_]{0,2}quote(?:d|-text|block)?")
_TO = re.compile(r"(?:in-?reply-?to|reply-?to|replying-?to|parent-?link|parent|mention-parent|addressee)")
_MARGIN = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,4})")
_DEPTH_CLASS = re.compile(r"(?:depth|level|indent)[-_]?(\d{1,2})")


@dataclass(slots=True)
class PageWalk:
    """What one pass over a page found."""

    scripts: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    comments: list[FoundComment] = field(default_factory=list)
    thread_elements: list[Any] = field(default_factory=list)
    thread_text: str = ""
    article: str = ""
    elements: int = 0

    def first(self, *names: str) -> str | None:
        """The first of these that the page tells."""
        return next((self.told[name] for name in names if self.told.get(name)), None)


def walk_page(tree: Any) -> PageWalk:
    """Read a page in one pass, in linear time however deep it nests.

    Parameters
    ----------
    tree : lxml.html.HtmlElement
        The page.

    Returns
    -------
    PageWalk

    Examples
    --------
    >>> import lxml.html
    >>> walk = walk_page(lxml.html.fromstring("<ul class=comments><li><b class=author>Tom</b> It is 155 km.</ul>"))
    >>> [(comment.author, comment.text) for comment in walk.comments]
    [('Tom', 'It is 155 km.')]
    """
    return _Walker().walk(tree)


@dataclass(slots=True)
class _State:
    """What an element hands down to those within."""

    role: str
    sink: list[str] | None
    comment: OpenComment | None
    in_list: bool
    listed: bool


class _Walker:
    def __init__(self) -> None:
        self._page = PageWalk()
        self._found: list[OpenComment] = []
        self._article: list[str] = []
        self._thread: list[str] = []
        self._captured: dict[str, list[str]] = {}

    def walk(self, tree: Any) -> PageWalk:
        from lxml.etree import iterwalk

        stack = [_State("article", self._article, None, False, False)]
        events = iterwalk(tree, events=("start", "end"))
        for event, element in events:
            tag = element.tag
            if not isinstance(tag, str):
                continue
            if event == "start":
                self._page.elements += 1
                state = self._enter(element, tag, stack[-1])
                if state is None:
                    events.skip_subtree()
                    state = _State("drop", None, stack[-1].comment, stack[-1].in_list, stack[-1].listed)
                elif state.sink is not None:
                    if tag in _PARAGRAPHS:
                        state.sink.append("\n\n")
                    elif tag == "br":
                        state.sink.append("\n")
                    if element.text:
                        state.sink.append(_flat(element.text, tag))
                stack.append(state)
            else:
                left = stack.pop()
                sink = stack[-1].sink
                if left.sink is not None and tag in _PARAGRAPHS:
                    left.sink.append("\n\n")
                if sink is not None and element.tail:
                    sink.append(_flat(element.tail, ""))
        return self._finish()

    def _enter(self, element: Any, tag: str, above: _State) -> _State | None:
        get = element.get
        if tag in ("script", "meta", "link", "title", "style", "head"):
            self._self_description(element, tag)
            return above if tag == "head" else None
        classes = _classes(get("class"))
        identity = get("id") or ""
        if tag in _DROPPED or get("hidden") is not None or get("aria-hidden") == "true":
            return None
        comment = above.comment
        if self._is_comment(element, tag, classes, identity, above):
            return self._enter_comment(element, tag, classes, identity, above)
        in_list = above.in_list or _is_list(classes, identity)
        listed = above.listed or tag in ("ul", "ol") or any(_REPLIES.fullmatch(name) for name in classes)
        if comment is None:
            return self._enter_article(element, tag, classes, above, in_list)
        role, sink = above.role, above.sink
        if role == "body":
            if tag in ("blockquote", "q") or any(_QUOTE.fullmatch(name) for name in classes):
                return _State("quote", comment.quoted, comment, in_list, listed) if tag != "q" else above
            return _State(role, sink, comment, in_list, listed)
        prop = get("itemprop") or ""
        if prop in ("text", "commentText") or any(_BODY.fullmatch(name) for name in classes):
            return _State("body", comment.body, comment, in_list, listed)
        if tag == "blockquote" or any(_QUOTE.fullmatch(name) for name in classes):
            return _State("quote", comment.quoted, comment, in_list, listed)
        if any(_TO.fullmatch(name) for name in classes):
            comment.parent_key = comment.parent_key or (get("href") or "").partition("#")[2] or None
            return _State("to", comment.to, comment, in_list, listed)
        if any(_LABEL.fullmatch(name) for name in classes) and role != "author":
            return _State("label", None, comment, in_list, listed)
        if role == "loose" and tag == "a" and (get("href") or "").startswith("#") and _is_addressing(comment.loose):
            comment.parent_key = comment.parent_key or (get("href") or "")[1:]
        if (
            tag == "time"
            or prop in ("datePublished", "dateCreated", "commentTime")
            or any(_DAY.fullmatch(name) for name in classes)
        ):
            stamp = get("datetime") or get("content") or get("data-time") or get("title")
            comment.day = comment.day or (read_day(stamp) if stamp else None)
            return _State("day", comment.day_words, comment, in_list, listed)
        if role in ("loose", "author"):
            sure = prop in ("author", "creator", "name") or any(_AUTHOR_SURE.fullmatch(name) for name in classes)
            if any(name == "says" for name in classes):
                return _State("label", None, comment, in_list, listed)
            if sure or tag == "cite" or any(_AUTHOR.fullmatch(name) for name in classes) or (get("rel") == "author"):
                words: list[str] = []
                comment.authors.append((0 if prop == "name" else 1 if sure else 2, words))
                return _State("author", words, comment, in_list, listed)
        return _State(role, sink, comment, in_list, listed)

    def _enter_article(self, element: Any, tag: str, classes: list[str], above: _State, in_list: bool) -> _State:
        prop = element.get("itemprop") or ""
        if in_list:
            if not above.in_list:
                self._page.thread_elements.append(element)
            return _State("thread", self._thread, None, True, False)
        for name, wanted in (
            ("headline", prop in ("headline",)),
            ("author", prop == "author" or element.get("rel") == "author"),
            ("publisher", prop == "publisher"),
            ("h1", tag == "h1"),
            ("byline", any(_AUTHOR.fullmatch(given) for given in classes)),
            ("datePublished", prop in ("datePublished", "dateCreated")),
            ("time", tag == "time"),
        ):
            if wanted and name not in self._captured:
                stamp = element.get("datetime") or element.get("content")
                if name in ("datePublished", "time") and stamp:
                    self._page.told.setdefault(name, stamp)
                    continue
                self._captured[name] = []
                return _State("captured", self._captured[name], None, False, False)
        if above.role == "captured":
            return above
        return _State("article", self._article, None, False, False)

    def _is_comment(self, element: Any, tag: str, classes: list[str], identity: str, above: _State) -> bool:
        if above.role in ("body", "quote", "author", "label", "day", "to") or tag in (
            "body",
            "html",
            "a",
            "span",
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "b",
            "ol",
            "ul",
            "time",
            "input",
        ):
            return False
        kind = (element.get("itemtype") or "").rsplit("/", 1)[-1]
        if kind in ("Comment", "UserComments", "Answer"):
            return True
        if _ONE_ID.fullmatch(identity) or any(_is_one(name) for name in classes):
            return True
        if above.in_list and above.comment is None and tag == "article":
            return True
        parent = element.getparent()
        if tag == "li" and above.in_list and parent is not None:
            names = _classes(parent.get("class"))
            return (
                _is_list(names, parent.get("id") or "")
                or any(_REPLIES.fullmatch(name) for name in names)
                or (above.comment is not None and above.comment.element.tag == "li" and above.role == "loose")
            )
        return bool(_POST_ID.fullmatch(identity)) and "post" in classes and above.comment is None and tag != "article"

    def _enter_comment(self, element: Any, tag: str, classes: list[str], identity: str, above: _State) -> _State:
        get = element.get
        depth = next((int(match[1]) for name in classes if (match := _DEPTH_CLASS.fullmatch(name))), None)
        for name in ("data-depth", "data-level", "aria-level", "data-indent"):
            if depth is None and (get(name) or "").isdecimal() and len(get(name)) < 5:
                depth = int(get(name))
        margin = _MARGIN.search((get("style") or "")[:200])
        if depth is None and margin:
            depth = int(margin[1])
        parent_key = next(
            (
                get(name)
                for name in (
                    "data-parent-id",
                    "data-parent",
                    "data-parent-comment",
                    "data-reply-to",
                    "data-in-reply-to",
                    "data-parentid",
                )
                if get(name)
            ),
            None,
        )
        keys = tuple(key for key in (identity, get("data-id"), get("data-comment-id"), get("name")) if key)
        opened = OpenComment(
            element, above.comment, above.listed, keys, parent_key.lstrip("#") if parent_key else None, depth
        )
        self._found.append(opened)
        if above.comment is None and not above.in_list:
            self._page.thread_elements.append(element)
        return _State("loose", opened.loose, opened, above.in_list, False)

    def _self_description(self, element: Any, tag: str) -> None:
        told = self._page.told
        if tag == "script":
            if "ld+json" in (element.get("type") or "") and element.text:
                self._page.scripts.append(element.text)
        elif tag == "title":
            told.setdefault("title", " ".join((element.text or "").split()))
        elif tag == "link" and element.get("rel") == "canonical":
            told.setdefault("canonical", element.get("href") or "")
        elif tag == "meta":
            name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip()
            content = (element.get("content") or "").strip()
            if name.lower() == "author":
                name = "meta:author"
            if name and content and len(content) < 1000:
                told.setdefault(name, content)

    def _finish(self) -> PageWalk:
        page = self._page
        for name, pieces in self._captured.items():
            page.told.setdefault(name, " ".join("".join(pieces).split()))
        page.article = tidy(self._article)
        page.thread_text = tidy(self._thread)
        page.comments.extend(link_comments(self._found))
        return page


def _is_addressing(loose: list[str]) -> bool:
    return "".join(loose[-3:]).rstrip().lower().endswith(("reply to", "replying to", "response to", "replied to"))


def _is_one(name: str) -> bool:
    return _ONE.fullmatch(name) is not None and name.split("-")[0] not in _NOT_ONE


def _is_list(classes: list[str], identity: str) -> bool:
    return any(_LIST.fullmatch(name) is not None and name != "comment" for name in (*classes, identity.lower()) if name)


def _classes(given: str | None) -> list[str]:
    return [_CAMEL.sub("-", name).lower() for name in given.split()[:12]] if given else []


def _flat(words: str, tag: str) -> str:
    return words if tag == "pre" else re.sub(r"[ \t\r\n\f]+", " ", words)
