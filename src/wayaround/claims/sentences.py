"""Where sentences begin and end."""

import re

from wayaround.claims.vocabulary import words

_ENDS = re.compile(r"[.!?…؟۔。！？｡।]|\n[ \t\r]*\n|\n")
_WIDE = frozenset("。！？｡")
_ALWAYS = frozenset("!?؟۔।")
_CLOSERS = frozenset("\"'”’»)]}›」』")
_OPENERS = frozenset("\"'“‘«([{‹「『-–—*•>@#¿¡")
# No sentence ends after these, whatever follows.
_NEVER_LAST = words(
    "dr mr mrs ms mx prof st sr gen col maj capt lt sgt rev hon pres gov sen rep hwy rte rt no nos nr art fig "
    "vs cf eg ie "
    "e.g i.e approx ca circa viz incl excl est al ft mt sta jct int intl dept min.of bros messrs brig cmdr cpl supt "
    "pt vol pp ed eds trans resp tel"
)
# After these a sentence may end: it does when a word with a capital follows.
_MAYBE_LAST = words(
    "km kms mi m hr hrs h min mins sec kph mph jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu "
    "fri sat sun "
    "a.m p.m am pm u.s u.k u.n e.u u.a.e inc ltd co corp jr etc ave blvd rd sq b.c a.d yd yds nm nmi u.s.a d.c ph.d"
)
_HEAD = re.compile(r"[ \t\r\f\v\u00a0]*")
_LONGEST_WORD = 24


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences, in linear time.

    A full stop ends none after an abbreviation or an initial, nor within a number; an empty line always ends one,
    a single line break does where the line before it is short or the next one starts a list or a speech.

    Parameters
    ----------
    text : str
        Any text; a block of a document.

    Returns
    -------
    list of (int, int)
        First character and the one after the last, without white space around.

    Examples
    --------
    >>> text = "Dr. Haddad drove 10.5 km. Then he turned back."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Dr. Haddad drove 10.5 km.', 'Then he turned back.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    line_start = 0
    resume = 0
    for match in _ENDS.finditer(text):
        if match.start() < resume:
            continue
        mark = match.group()
        if mark[0] == "\n":
            if len(mark) > 1 or _line_ends_sentence(text, line_start, match.start(), match.end()):
                _keep(text, start, match.start(), spans)
                start = match.end()
            line_start = match.end()
            continue
        end = _past_marks(text, match.end())
        resume = end
        if _is_end(text, match.start(), end):
            _keep(text, start, end, spans)
            start = end
    _keep(text, start, len(text), spans)
    return spans


def _past_marks(text: str, position: int) -> int:
    while position < len(text) and (text[position] in _CLOSERS or text[position] in ".!?…؟۔。！？"):
        position += 1
    return position


def _is_end(text: str, mark_at: int, end: int) -> bool:
    mark = text[mark_at]
    if mark in _WIDE or end == len(text):
        return True
    gap = _HEAD.match(text, end)
    next_at = gap.end() if gap else end
    if next_at == len(text) or text[next_at] == "\n":
        return next_at == len(text) or not _is_abbreviation(text, mark_at) or text[next_at : next_at + 2] == "\n\n"
    if next_at == end:
        # Without a space the mark belongs to a number, an address or a name; a quotation that just closed may end.
        return False
    following = text[next_at]
    after_opener = next_at
    while after_opener < len(text) - 1 and text[after_opener] in _OPENERS and after_opener < next_at + 4:
        after_opener += 1
    starts_small = text[after_opener].islower()
    closed = text[end - 1] in _CLOSERS
    if mark in _ALWAYS:
        return not (starts_small and closed)
    if mark == "…" or text[mark_at : mark_at + 2] == "..":
        return not starts_small
    if starts_small and following not in "@#":
        return False
    return closed or not _is_abbreviation(text, mark_at, followed_by=text[after_opener])


def _is_abbreviation(text: str, dot_at: int, *, followed_by: str = "") -> bool:
    if text[dot_at] != ".":
        return False
    word_at = dot_at
    while (
        word_at > 0 and dot_at - word_at < _LONGEST_WORD and (text[word_at - 1].isalnum() or text[word_at - 1] == ".")
    ):
        word_at -= 1
    word = text[word_at:dot_at]
    lowered = word.lower()
    if lowered in _NEVER_LAST:
        # "No." alone is an answer; before a number it counts something.
        return (
            lowered not in ("no", "nos", "est", "al", "int", "art", "ed", "sta")
            or not followed_by
            or _counts(lowered, followed_by)
        )
    if len(word) == 1 and word.isalpha() and word.isupper():
        return word != "I" or (word_at >= 2 and text[word_at - 2] == ".")
    if lowered in _MAYBE_LAST:
        return bool(followed_by) and not (followed_by.isupper() or followed_by in _OPENERS or not followed_by.isascii())
    return False


def _counts(lowered: str, followed_by: str) -> bool:
    return followed_by.isdigit() if lowered in ("no", "nos", "art", "sta") else True


def _line_ends_sentence(text: str, line_start: int, line_end: int, next_start: int) -> bool:
    gap = _HEAD.match(text, next_start)
    next_at = gap.end() if gap else next_start
    if next_at >= len(text):
        return True
    following = text[next_at]
    if following in "-–—*•>@":
        return True
    if line_end - line_start > 60:
        return False
    last = text[line_start:line_end].rstrip()[-1:]
    return bool(last) and last not in ",;(-–—" and (following.isupper() or following in '"“«') and last in ":.!?…"


def _keep(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
