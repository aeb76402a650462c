"""What stands above an article: title, who wrote it, for whom, and when."""

import datetime
import re
from dataclasses import dataclass

from wayaround.claims.documents.dates import find_day
from wayaround.claims.documents.threads import is_comments_heading, is_name, is_outlet, is_speech, read_header

_KEY = re.compile(
    r"(?P<key>by|author|written by|reported by|reporter|source|outlet|publisher|published by|published in"
    r"|published on|published|date|posted on|posted by|posted"
    r"|updated|last updated|title|headline)(?P<mark>:|[ ])[ \t]{0,4}(?P<value>\S.{0,150})",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[ ]{0,2}[|·•][ ]{0,2}|[ ]{1,2}[—–-][ ]{1,2}|,[ ]{1,2}|[ ]{1,2}(?:for|on|@)[ ]{1,2}(?=[\x00A-Z])"
)
_IN_PLACE = re.compile(r"[ ](?:in|from|at)[ ][^,|]{1,60}$")
_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^\n()—–:;.!?]{1,60}?)(?:[ ]{0,2}\((?P<outlet>[^\n()]{2,40})\))?[ ]{0,2}(?:—|–|--|[ ]-"
    r"|:)[ ]{0,2}(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above an article.

    Parameters
    ----------
    lines, ends_at : int
        How many lines it takes, and up to which character.
    title : tuple of (int, int), optional
        Characters of the title.
    author, outlet : str, optional
        As told.
    published : datetime.date, optional
        As told.
    """

    lines: int = 0
    ends_at: int = 0
    title: tuple[int, int] | None = None
    author: str | None = None
    outlet: str | None = None
    published: datetime.date | None = None


def read_masthead(text: str, lines: list[tuple[int, int, int]]) -> Masthead:
    r"""Read the first lines of a text.

    Parameters
    ----------
    text : str
        The text.
    lines : list of (int, int, int)
        Start, end and empty lines above of the first lines that are not blank.

    Returns
    -------
    Masthead

    Examples
    --------
    >>> text = "The long way\n\nBy Anna Berg, The Valley Gazette, 5 March 2018\n\nA road was shut."
    >>> masthead = read_masthead(text, [(0, 12, 1), (14, 60, 1), (62, 78, 1)])
    >>> masthead.author, masthead.outlet, masthead.published
    ('Anna Berg', 'The Valley Gazette', datetime.date(2018, 3, 5))
    """
    title: tuple[int, int] | None = None
    told: dict[str, str] = {}
    day: datetime.date | None = None
    used = 0
    for place, (start, end, _) in enumerate(lines[:10]):
        words = text[start:end] if end - start <= 240 else ""
        stripped = words.strip("#*=_ \t")
        if not stripped or is_comments_heading(words):
            break
        last = place + 1 == len(lines)
        found = _read_credit(stripped, titled=title is not None or bool(told)) if len(words) <= 160 else None
        if found is not None and found.get("title"):
            at = text.index(found["title"], start)
            title = (at, at + len(found["title"]))
        elif found is not None:
            written = find_day(stripped)
            day = day or (written.day if written else None)
            told = {**found, **told}
        elif title is None and not last and "author" not in told and _is_title(text, stripped, lines, place):
            if place == 0 and is_outlet(stripped) and _second_is_title(text, lines):
                told.setdefault("outlet", stripped)
                used = place + 1
                continue
            at = text.index(stripped, start)
            title = (at, at + len(stripped))
        elif title is not None and "author" not in told and not last and _lone_name(text, lines, place, stripped):
            told["author"] = stripped
        else:
            break
        used = place + 1
    return Masthead(used, lines[used - 1][1] if used else 0, title, told.get("author"), told.get("outlet"), day)


def skip_dateline(
    text: str, start: int, end: int, published: datetime.date | None
) -> tuple[int, str | None, datetime.date | None]:
    """Pass over "HOMS, March 5 (Wire Agency) —": where the article begins, who sent it, and when.

    Examples
    --------
    >>> skip_dateline("HOMS, 5 March 2018 (Wire Agency) - A road was shut for three days.", 0, 66, None)
    (35, 'Wire Agency', datetime.date(2018, 3, 5))
    """
    match = _DATELINE.match(text, start, min(end, start + 140))
    if match is None or end - match.end() < 20:
        return start, None, None
    place = match["place"].split(",")[0].strip()
    written = find_day(match["place"], near=published)
    capitals = place.isupper() and len(place) > 2
    if not (capitals or ((match["outlet"] or written) and is_name(place))):
        return start, None, None
    after = text[match.end() : match.end() + 12].split(" ")[0]
    if len(after) > 2 and after.isupper() and match["outlet"] is None:
        return start, None, None
    outlet = match["outlet"] if match["outlet"] and find_day(match["outlet"]) is None else None
    return match.end(), outlet, written.day if written else None


def _is_title(text: str, words: str, lines: list[tuple[int, int, int]], place: int) -> bool:
    following = lines[place + 1]
    if len(words) > 200 or words[-1] in ".!;,:…。" or words[0] in ">@":
        return False
    below = text[following[0] : min(following[1], following[0] + 80)]
    if read_header(words) is not None or (is_speech(words) and is_speech(below)):
        return False
    return following[2] > 0 or following[1] - following[0] < 160


def _second_is_title(text: str, lines: list[tuple[int, int, int]]) -> bool:
    start, end, _ = lines[1]
    words = text[start:end].strip("#*=_ \t")
    return (
        len(lines) > 2 and bool(words) and _read_credit(words, titled=True) is None and _is_title(text, words, lines, 1)
    )


def _lone_name(text: str, lines: list[tuple[int, int, int]], place: int, words: str) -> bool:
    start, end, _ = lines[place + 1]
    below = text[start:end]
    if not is_name(words, strict=True) or len(words.split()) < 2 or len(below) > 120:
        return False
    written = find_day(below)
    return (written is not None and len(below) < written.end - written.start + 24) or is_outlet(below)


def _read_credit(words: str, *, titled: bool) -> dict[str, str] | None:
    """What a line tells of author, outlet and title; None if it is no such line."""
    match = _KEY.fullmatch(words)
    key = match["key"].lower() if match else ""
    if (
        match
        and match["mark"] == " "
        and key
        not in (
            "by",
            "written by",
            "published",
            "posted",
            "updated",
            "last updated",
            "posted on",
            "published on",
            "posted by",
            "reported by",
            "published by",
            "published in",
        )
    ):
        match, key = None, ""
    value = match["value"].strip() if match else words
    if key in ("title", "headline"):
        return {"title": value}
    written = find_day(value, ago=True)
    if (
        key in ("published", "date", "posted", "updated", "last updated", "posted on", "published on")
        and written is None
    ):
        return None
    marked = value if written is None else value[: written.start] + "\x00" + value[written.end :]
    parts = [part.strip() for part in _SEPARATOR.split(marked)]
    told: dict[str, str] = {}
    for part in parts:
        part = part.replace("\x00", "").strip(" ()")
        by = part.lower().startswith("by ")
        part = part[3:].strip() if by else part
        for start in ("published on", "published", "posted on", "posted", "updated", "on"):
            if part.lower() == start:
                part = ""
        if not part:
            continue
        name = _IN_PLACE.sub("", part)
        if key in ("source", "outlet", "publisher", "published by", "published in") or (is_outlet(part) and not by):
            told.setdefault("outlet", part)
        elif (
            is_name(name, strict=key not in ("by", "author", "written by", "posted by", "reporter"))
            and "author" not in told
            and (
                key in ("by", "author", "written by", "reporter", "posted by", "reported by")
                or by
                or (written is not None and titled)
            )
        ):
            told["author"] = name
        elif (key == "by" and "author" not in told) or (
            not by and not key and not ("author" in told and is_name(part, strict=True))
        ):
            return None
    if not told and written is None:
        return None
    return told
