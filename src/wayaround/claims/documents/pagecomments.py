"""The comments that one pass over a web page found: who wrote them, and which answers which."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from wayaround.claims.documents.dates import find_day
from wayaround.claims.documents.threads import is_control, is_name

_SAYS = re.compile(
    r"(?:\bsays|\bsaid|\bwrote|\bwrites|\bcommented|\bposted(?: by)?|\breplied)?\s{0,3}:?\s*$", re.IGNORECASE
)
_QUOTED = re.compile(
    r"(?:originally posted by |quote from:? )?(?P<other>[^\n:,.!?()]{1,60}?)(?: wrote| said| posted| says)?(?::|$)",
    re.IGNORECASE,
)
_WRITTEN_TO = re.compile(
    r"^\s*\(?(?:in reply to|replying to|in response to|reply to|replied "
    r"to)\s+@?(?P<other>[^\n:,.!?()]{1,60}?)\)?\s*(?::|\n|$)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class FoundComment:
    """A comment of a page; `answers` is the place of another one in the same list."""

    text: str
    author: str | None
    published: datetime.date | None
    answers: int | None
    addressee: str | None


@dataclass(slots=True)
class OpenComment:
    """A comment whose end has not been reached."""

    element: Any
    parent: "OpenComment | None"
    listed: bool
    keys: tuple[str, ...]
    parent_key: str | None
    depth: int | None
    loose: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    authors: list[tuple[int, list[str]]] = field(default_factory=list)
    day: datetime.date | None = None
    day_words: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    same_as: "OpenComment | None" = None
    container: bool = False


def link_comments(found: list[OpenComment]) -> list[FoundComment]:
    """The comments that show words, each with the place of the one it answers.

    Parameters
    ----------
    found : list of OpenComment
        In the order of the page.

    Returns
    -------
    list of FoundComment
    """
    linked: list[FoundComment] = []
    _merge_wrappers(found)
    kept = [opened for opened in found if not opened.container and opened.same_as is None]
    comments = [_as_comment(opened) for opened in kept]
    shown = [
        place
        for place, comment in enumerate(comments)
        if comment.text and (comment.author or not is_control(comment.text))
    ]
    places = {id(kept[place]): number for number, place in enumerate(shown)}
    keyed = {key: places.get(id(_meant(opened))) for opened in found for key in opened.keys}
    keyed |= {key.split("-")[-1]: number for key, number in list(keyed.items()) if key.split("-")[-1] not in keyed}
    depths: list[tuple[int, int]] = []
    said: dict[str, int] = {}
    for place in shown:
        opened, comment = kept[place], comments[place]
        number = places[id(opened)]
        by_key = keyed.get(opened.parent_key) if opened.parent_key else None
        above = opened.parent
        while above is not None and id(_meant(above)) not in places:
            above = above.parent
        meant = _meant(above) if above is not None else None
        comment.answers = by_key if by_key is not None and by_key != number else None
        if comment.answers is None and meant is not None and meant is not opened:
            comment.answers = places[id(meant)]
        if opened.depth is not None:
            while depths and depths[-1][0] >= opened.depth:
                depths.pop()
            if comment.answers is None and depths and opened.parent is None:
                comment.answers = depths[-1][1]
            depths.append((opened.depth, number))
        for line in tidy(opened.quoted).split("\n")[:8]:
            if comment.answers is None and said.get(line[:60], number) != number:
                comment.answers = said[line[:60]]
        said.update((line[:60], number) for line in comment.text.split("\n")[:40] if len(line) > 8)
        linked.append(comment)
    return linked


def _merge_wrappers(found: list[OpenComment]) -> None:
    """An element around a comment and its replies is that comment; one around several is a list."""
    within: dict[int, list[OpenComment]] = {}
    for opened in found:
        if opened.parent is not None:
            within.setdefault(id(opened.parent), []).append(opened)
    for opened in reversed(found):
        if opened.authors or "".join(opened.loose).strip() or "".join(opened.body).strip():
            continue
        inner = within.get(id(opened), [])
        direct = [child for child in inner if not child.listed]
        if len(direct) == 1 and inner[0] is direct[0]:
            opened.same_as = direct[0]
            direct[0].depth = direct[0].depth if direct[0].depth is not None else opened.depth
            direct[0].parent_key = direct[0].parent_key or opened.parent_key
            direct[0].parent = opened.parent
        else:
            opened.container = True


def _meant(opened: OpenComment) -> OpenComment:
    while opened.same_as is not None:
        opened = opened.same_as
    return opened


def _as_comment(opened: OpenComment) -> FoundComment:
    author = None
    for _, words in sorted(opened.authors, key=lambda entry: entry[0]):
        name = " ".join("".join(words).split()).strip(" ,·|:")
        name = _SAYS.sub("", name).strip(" ,·|:").removeprefix("By ").removeprefix("by ").removeprefix("@")
        if name and len(name) <= 80 and name.lower() not in ("anonymous user", "reply", "author"):
            author = name
            break
    text = tidy(opened.body) or tidy(opened.loose)
    addressee = " ".join("".join(opened.to).split())
    written = _WRITTEN_TO.match(addressee + "\n") or _WRITTEN_TO.match(tidy(opened.loose)[:200])
    if written:
        addressee = written["other"]
        text = text[written.end() :].strip() if text.startswith(written.group().strip()) else text
    addressee = addressee.removeprefix("@").strip(" :,")
    day = opened.day
    for told in (opened.day_words, *(words for _, words in opened.authors)):
        found = find_day(" ".join("".join(told).split())) if day is None else None
        day = found.day if found else day
    quoted = _QUOTED.match(tidy(opened.quoted)[:200])
    if quoted and not addressee:
        addressee = quoted["other"]
    return FoundComment(text, author, day, None, addressee if addressee and is_name(addressee) else None)


def tidy(parts: list[str]) -> str:
    """Pieces of text as lines without needless white space."""
    lines = re.sub(r"[^\S\n]+", " ", "".join(parts)).split("\n")
    kept: list[str] = []
    for line in lines:
        line = line.strip()
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
