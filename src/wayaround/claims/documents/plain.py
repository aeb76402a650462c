"""Tell article and comments apart in plain text, with who wrote them."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from wayaround.claims.claim import Block, Document
from wayaround.claims.documents.dates import find_day
from wayaround.claims.documents.masthead import Masthead, read_masthead, skip_dateline
from wayaround.claims.documents.replies import Thread
from wayaround.claims.documents.threads import (
    LONGEST_HEADER,
    Header,
    is_comments_heading,
    is_control,
    is_name,
    read_header,
)

_LINE = re.compile(r"\S[^\n]*")
_RULE = re.compile(r"[-=_*~#—–·• ]{3,200}")
_INLINE = re.compile(
    r"(?P<name>@?[^:;!?\"<>()\[\]|]{1,40}?):[ \t]{1,4}(?=\S)|<(?P<handle>[^<>\s]{1,30})>[ \t]{1,4}(?=\S)"
)


class Line(NamedTuple):
    """A line that is not blank.

    Parameters
    ----------
    start, end : int
        Its first and past its last character that is no white space.
    indent : int
        Characters before it; a tab counts as four.
    blanks : int
        Empty lines above it.
    """

    start: int
    end: int
    indent: int
    blanks: int


def parse_plain(text: str, *, source: str = "") -> Document:
    r"""Tell who wrote which part of a plain text.

    Parameters
    ----------
    text : str
        Anything; the spans of the result count its characters.
    source : str
        Name of the file.

    Returns
    -------
    Document
        Without a name above it, a block has no author.

    Examples
    --------
    >>> document = parse_plain("Anna says:\nIt is 155 km.\n\nTom says:\n@Anna No, 160 km.")
    >>> [(block.author, block.answers) for block in document.blocks]
    [('Anna', None), ('Tom', 0)]
    """
    lines = list(_lines(text))
    masthead = head_of(text)
    zone, headed = _comments_at(text, lines, masthead)
    blocks: list[Block] = []
    if masthead.title is not None:
        blocks.append(Block("title", *masthead.title, author=masthead.author, published=masthead.published))
    article = [line for line in lines[masthead.lines : zone] if not _RULE.fullmatch(text, line.start, line.end)]
    if article:
        start, outlet, published = skip_dateline(text, article[0].start, article[-1].end, masthead.published)
        masthead = replace(masthead, outlet=masthead.outlet or outlet, published=masthead.published or published)
        blocks.append(Block("article", start, article[-1].end, author=masthead.author, published=masthead.published))
    if zone < len(lines):
        blocks += read_comments(text, lines[zone + headed :], blocks)
    title = text[slice(*masthead.title)] if masthead.title else None
    return Document(text, tuple(blocks), source=source, outlet=masthead.outlet, title=title)


def read_comments(text: str, lines: list[Line], before: list[Block]) -> list[Block]:
    """Read the lines of a thread as blocks; `before` are those above it, which a comment may answer."""
    near = next((block.published for block in before if block.published), None)
    thread = Thread(text, before)
    headers = [_header(text, lines, place, near) for place in range(len(lines))]
    named = any(header is not None and header.sure for header in headers)
    inline = not named
    passed_over = -1
    for place, line in enumerate(lines):
        if place == passed_over:
            continue
        words = text[line.start : min(line.end, line.start + LONGEST_HEADER)]
        if words.startswith(">") and not words.startswith(">>>"):
            thread.quote(line.start, line.end)
            continue
        short = line.end - line.start <= LONGEST_HEADER
        if short and _RULE.fullmatch(words):
            thread.part()
            continue
        if short and (is_control(words) or (line.blanks and is_comments_heading(words))):
            continue
        header = headers[place]
        if header is None and inline:
            header = _inline_header(words, line)
        if header is not None and header.form == "addressee":
            thread.address(header.answers or "", header.published)
            continue
        if not named and not thread.has_header and (signed := _signature(text, lines, place)) is not None:
            thread.sign(signed)
            passed_over = place + 1
            continue
        if header is not None and _opens(header, text, lines, place, thread):
            thread.open(header, line.indent)
            if line.start + header.body_at < line.end:
                body = text[line.start + header.body_at : line.end]
                thread.add(line.end - len(body.lstrip()), line.end)
            continue
        if header is not None and header.form == "spoke" and header.sure and header.body_at >= line.end - line.start:
            thread.address(header.author or "", None)
            continue
        if thread.awaits_day and (day := _only_day(words, near)) is not None:
            thread.date(day[0])
            continue
        if not named and line.blanks and not thread.has_header:
            thread.part()
        thread.add(line.start, line.end)
    return thread.blocks()


def head_of(text: str) -> Masthead:
    """What stands above the article in a text."""
    lines = [line for line, _ in zip(_lines(text), range(16), strict=False)]
    return read_masthead(text, [(line.start, line.end, line.blanks) for line in lines])


def read_thread(text: str, start: int, before: list[Block]) -> list[Block]:
    """Read what stands behind a place of a text as comments."""
    return read_comments(text, list(_lines(text, start)), before)


def _lines(text: str, begin: int = 0) -> Iterator[Line]:
    if "\n" not in text:
        text = text.replace("\r", "\n")
    end = begin
    for match in _LINE.finditer(text, begin):
        start = match.start()
        line_start = text.rfind("\n", end, start) + 1 or end
        blanks = max(0, text.count("\n", end, start) - 1) if end > begin else 1
        yield Line(
            start,
            start + len(match.group().rstrip()),
            start - line_start + 3 * text.count("\t", line_start, start),
            blanks,
        )
        end = match.end()


def _header(text: str, lines: list[Line], place: int, near: datetime.date | None) -> Header | None:
    line = lines[place]
    words = text[line.start : min(line.end, line.start + LONGEST_HEADER + 1)]
    if words.startswith(">"):
        return None
    header = read_header(words, near=near)
    if header is not None:
        return header if header.sure or line.blanks else None
    follows = lines[place + 1] if place + 1 < len(lines) else None
    if not line.blanks or follows is None or len(words) > 60:
        return None
    bare = words.strip("*_#@-–—|↳└>• \t").split(",")[0].strip()
    if not is_name(bare) or (words[-1] in ".!?" and words[-3:-2] != " "):
        return None
    below = text[follows.start : min(follows.end, follows.start + LONGEST_HEADER)]
    dated = _only_day(below, near) is not None
    # Set apart by an empty line, a name is a name only above a day.
    return Header(bare, None, None, len(words), "bare", sure=dated) if dated or not follows.blanks else None


def _opens(header: Header, text: str, lines: list[Line], place: int, thread: Thread) -> bool:
    # "Anna wrote:" above quoted lines is no new comment where its writer has already been named.
    follows = text[lines[place + 1].start] if place + 1 < len(lines) else ""
    if follows != ">" or header.form != "spoke" or not thread.has_header:
        return True
    return not thread.is_fresh and not thread.knows(header.author or "", lines[place + 1].start, lines[place + 1].end)


def _signature(text: str, lines: list[Line], place: int) -> str | None:
    """A name and a town below a letter, with nothing after them."""
    line = lines[place]
    name = text[line.start : min(line.end, line.start + 60)].lstrip("-–— ")
    if place + 1 >= len(lines) or lines[place + 1].blanks or not is_name(name, strict=True):
        return None
    town = text[lines[place + 1].start : lines[place + 1].end]
    ends = place + 2 == len(lines) or lines[place + 2].blanks > 0
    return name if ends and len(town) < 40 and town[-1] not in ".!?:" and is_name(town, strict=True) else None


def _inline_header(words: str, line: Line) -> Header | None:
    match = _INLINE.match(words)
    if match is None:
        return None
    name = (match["name"] or match["handle"] or "").strip().removeprefix("@")
    if not is_name(name, strict=True) or words[match.end()].isdigit():
        return None
    return Header(name, None, None, match.end(), "inline", sure=False)


def _only_day(words: str, near: datetime.date | None) -> tuple[datetime.date | None] | None:
    found = find_day(words, near=near, ago=True)
    if found is None or len(words) > 80:
        return None
    rest = (words[: found.start] + words[found.end :]).lower()
    for word in ("posted", "published", "on", "at", "edited"):
        rest = rest.replace(word, "", 1)
    return (found.day,) if not rest.strip(" ,.·|•:()-–—\t") else None


def _comments_at(text: str, lines: list[Line], masthead: Masthead) -> tuple[int, int]:
    """Where the comments begin, and how many lines of heading stand there."""
    first: int | None = None
    count = 0
    for place in range(masthead.lines, len(lines)):
        line = lines[place]
        if line.end - line.start < 60 and is_comments_heading(text[line.start : line.end]) and place + 1 < len(lines):
            return place, 1
        if not line.blanks:
            continue
        header = read_header(text[line.start : min(line.end, line.start + LONGEST_HEADER + 1)], near=masthead.published)
        if header is None or not header.sure or header.form == "addressee" or place + 1 == len(lines):
            continue
        count += 1
        first = place if first is None else first
        if count > 1 or header.form != "spoke" or place == masthead.lines:
            break
    if first is not None and (
        count > 1 or first == masthead.lines or (count == 1 and _dated(text, lines[first], masthead))
    ):
        return first, 0
    if masthead.title is None and masthead.lines < len(lines):
        opening = [
            _inline_header(text[line.start : line.start + 80], line)
            for line in lines[masthead.lines : masthead.lines + 40]
        ]
        if opening[0] is not None and sum(header is not None for header in opening) > 1:
            return masthead.lines, 0
    return len(lines), 0


def _dated(text: str, line: Line, masthead: Masthead) -> bool:
    header = read_header(text[line.start : line.end], near=masthead.published)
    return header is not None and header.form != "spoke"
