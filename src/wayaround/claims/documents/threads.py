"""Who speaks in plain text: the lines above comments, and what may be a name."""

import datetime
import re
from dataclasses import dataclass, replace

from wayaround.claims.documents.dates import find_day
from wayaround.claims.vocabulary import words

LONGEST_HEADER = 160
_PARTICLES = words("al el de da di du del van von der den bin ibn bint abu ben la le y e und and zu ter ten dos das")
_NEVER_NAMES = words(
    "edit update updated correction corrected note ps p.s tl;dr tldr source sources example warning disclaimer "
    "question answer "
    "comments comment replies reply responses discussion share like report flag quote quoted yes no thanks "
    "thank exactly agreed "
    "true false indeed also however but and so well ok okay hello hi dear sorry right wrong distance route time "
    "map link "
    "total summary conclusion background contact photo image caption advertisement related more read tags "
    "topics by from to "
    "on at in the a an this that these those it he she they we i you there here what when where why who how if then "
    "monday tuesday wednesday thursday friday saturday sunday today yesterday published posted"
)
_OUTLET_WORDS = words(
    "times post news gazette herald tribune journal daily press agency review magazine courier observer "
    "chronicle weekly "
    "online radio tv television blog mail guardian standard telegraph bulletin monitor newspaper wire gazeta zeitung "
    "broadcasting newsroom dispatch examiner inquirer echo independent ledger register reuters afp bbc cnn dpa "
    "tass sana"
)
_DECORATION = re.compile(r"[\s↳└╰├│→»▸▶◆■●•*#|—–>-]{0,40}")
_NUMBER = re.compile(r"(?:\(?#?\d{1,6}[.)\]:]|#\d{1,6}\b|\[\d{1,6}\])[ \t]{1,4}")
_VERB = (
    r"(?:says|said|wrote|writes|commented|comments|posted|posts|replied|replies|answered|answers|responded"
    r"|added|asked|asks)"
)
_SPOKE = re.compile(
    r"(?P<name>[^:;!?\"<>\x00]{1,60}?)[ ]{1,3}(?P<verb>" + _VERB + r")"
    r"(?:[ ]{1,3}(?:to[ ]{1,3}(?P<other>@?[^:;!?\"<>\x00]{1,60}?)))?"
    r"(?:,?[ ]{0,3}(?:on|at|,|·|\(|\||-|–)?[ ]{0,3}\x00\)?)?[ ]{0,3}(?P<end>:|…|\.\.\.|$)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:(?:comment(?:ed)?|reply|replied|posted|written|submitted|asked|answered)[ ]{1,3})?(?:by[ ]{1,3}|from[ "
    r"]{1,3})?"
    r"(?P<name>@?[^:;!?\"<>\x00()\[\]|·•,]{1,60}?)(?P<place>,[^:;!?\"<>\x00()\[\]|·•]{1,40}?)?"
    r"[ ]{0,3}(?P<join>[,|·•(\[–—-]|\bon\b|\bat\b|\bposted\b(?: on)?|[ ]|:)[ ]{0,3}\x00[ ]{0,3}[)\]]?[ "
    r"]{0,3}(?P<end>:|[.,|·•–—-]?$)",
    re.IGNORECASE,
)
_DATE_FIRST = re.compile(
    r"[\[(]?(?:on[ ])?\x00[\])]?[ ]{0,3}[,|·•–—:-]?[ ]{0,3}(?:by[ ]{1,3})?(?P<name>@?[^:;!?\"<>\x00()\[\]"
    r"|·•,]{1,60}?)"
    r"[ ]{0,3}(?P<verb>" + _VERB + r")?(?P<end>:|$)",
    re.IGNORECASE,
)
_TO_OTHER = re.compile(
    r"(?P<name>[^:;!?\"<>\x00]{1,60}?)[ ]{1,3}(?:replied|replies|replying|responded|responds|in reply|in "
    r"response|reply|answering|→|▸|>)"
    r"[ ]{1,3}(?:to[ ]{1,3})?(?P<other>@?[^:;!?\"<>\x00,·•|(]{1,60}?)(?:[ ]{0,3}(?:on|at|,|·|•|\||\(|-|–)?[ "
    r"]{0,3}\x00\)?)?[ ]{0,3}(?P<end>:|$)",
    re.IGNORECASE,
)
_IN_REPLY = re.compile(
    r"\(?(?:in (?:reply|response|answer) to|replying to|reply to|replied to|responding to|re:|response to"
    r"|answering|↩|↪)[ ]{0,3}"
    r"(?P<other>@?[^:;!?\"<>\x00]{1,60}?)(?:'s comment|’s comment)?(?:[ ]{0,3}(?:on|,|·|\()?[ ]{0,3}\x00)?[ "
    r"]{0,3}\)?[ ]{0,3}[:.]?$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:\(?\d{1,6}\)?[ ]{1,3})?(?:(?:reader|readers'|user|all|view|show|latest|top|recent)[ ]{1,3})?"
    r"(?:comments?|responses?|replies|discussion|letters?|opinions?|kommentare|commentaires|comentarios|تعليقات"
    r"|التعليقات|комментарии)"
    r"(?:[ ]{1,3}section| on this article| from readers| by readers)?(?:[ ]{0,3}[(\[:·-][ ]{0,3}\d{0,6}[ "
    r"]{0,3}[)\]]?)?:?",
    re.IGNORECASE,
)
_CONTROLS = re.compile(
    r"(?:(?:reply|like|dislike|share|report|flag|quote|permalink|link|edit|delete|respond|recommend|upvote"
    r"|downvote|translate|follow"
    r"|\d{1,6}[ ]?(?:likes?|replies|reply|points?|votes?|upvotes?|thumbs up|recommends?)|\d{1,4}[ ]?(?:h|d|w|m|min))"
    r"[ ]{0,3}[·|•,/-]?[ ]{0,3}){1,8}",
    re.IGNORECASE,
)
_FORMS = (("addressee", _IN_REPLY), ("reply", _TO_OTHER), ("spoke", _SPOKE), ("dated", _DATED), ("first", _DATE_FIRST))
_SAYING = words(
    "says said wrote writes commented comments posted posts replied replies replying answered answers answering "
    "responded responds "
    "responding added asked asks reply response re → ▸ > ↩ ↪"
)
_MAY_BE_DAY = re.compile(r"\d|yesterday|today|just now|day ago|hour ago", re.IGNORECASE)
# "Posted on 5 March" names nobody.
_DAY_WORDS = words("posted published updated submitted comment reply on")
_ENDS_SENTENCE = frozenset('.!?…。"”')
_NO_NAME = re.compile(r"[(){}<>/=+▸→•·|\\\[\]\x00]")
_REPLY_TAIL = re.compile(
    r"[ ,(–—-]{1,4}(?:in reply|in response|replying|reply|responding)[ ]to[ ]"
    r"(?P<other>@?[^:;!?\"<>\x00(),]{1,60})\)?[ ]?:?$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\s{0,8}(?:\*\*(?P<bold>[^*\n:]{1,60})(?:\*\*[ ]{0,2}:|:[ ]{0,2}\*\*)"
    r"|(?:comment|reply|answer|response|posted|written)[ ]{1,2}(?:by|from)[ ]{1,2}(?P<by>[^:\n\d]{1,60}):)[ ]{0,4}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"@?[^\W_][\w.-]{1,29}")


@dataclass(frozen=True, slots=True)
class Header:
    """What the line above a comment tells.

    Parameters
    ----------
    author : str, optional
        None where only a day or an addressee stands there.
    published : datetime.date, optional
        The day.
    answers : str, optional
        The name of whom it answers.
    body_at : int
        Where, in the line, the comment itself begins; the length of the line if it begins below.
    form : {"spoke", "dated", "reply", "addressee"}
        How the line is built.
    sure : bool
        Whether it can be nothing else; if not, it counts only among comments.
    """

    author: str | None
    published: datetime.date | None
    answers: str | None
    body_at: int
    form: str
    sure: bool


def is_comments_heading(line: str) -> bool:
    """Whether a line opens the comments: "Comments (12)", "3 responses".

    Examples
    --------
    >>> is_comments_heading("Comments (12)"), is_comments_heading("Comments are closed today")
    (True, False)
    """
    stripped = line.strip(" \t\r=-–—#*_~")
    return len(stripped) < 60 and _HEADING.fullmatch(stripped) is not None


def is_control(line: str) -> bool:
    """Whether a line is only what a page puts under each comment: "Reply", "12 likes", "Reply · Share"."""
    stripped = line.strip()
    return len(stripped) < 80 and _CONTROLS.fullmatch(stripped) is not None


def is_speech(line: str) -> bool:
    """Whether a line is a name, a colon and what that person says: "Anna: it is far".

    Examples
    --------
    >>> is_speech("Anna: it is far"), is_speech("Total: 35 km")
    (True, False)
    """
    name, colon, said = line.partition(":")
    return bool(colon) and said[:1] == " " and not said.lstrip()[:1].isdigit() and is_name(name, strict=True)


def is_name(words: str, *, strict: bool = False) -> bool:
    """Whether words may be somebody's name or handle.

    Parameters
    ----------
    words : str
        As written.
    strict : bool, default False
        Only capitals, scripts without case, and handles that no word looks like.

    Examples
    --------
    >>> is_name("Anna van der Berg"), is_name("road_user77"), is_name("The road was shut")
    (True, True, False)
    """
    words = words.strip()
    tokens = words.split()
    if not tokens or len(tokens) > 5 or len(words) > 60 or words[-1] in ",;!?" or _NO_NAME.search(words):
        return False
    if words.lower().strip(".") in _NEVER_NAMES or tokens[0].lower() in _NEVER_NAMES - {"by", "a"}:
        return False
    if len(tokens) == 1:
        if not _HANDLE.fullmatch(tokens[0].rstrip(".")):
            return False
        plain_word = tokens[0].isalpha() and tokens[0].islower()
        return not (strict and plain_word) and not tokens[0].isdigit()
    for token in tokens:
        letters = token.strip("@.'’\"()-_")
        if not letters:
            return False
        if (
            letters[0].islower()
            and letters.lower() not in _PARTICLES
            and not letters.startswith(("al-", "el-", "d'", "d’"))
        ):
            return False
        if letters[0].isdigit() and (token is tokens[0] or len(letters) > 4):
            return False
    return any(character.isalpha() for character in words)


def is_outlet(words: str) -> bool:
    """Whether a name is that of a paper, an agency or a channel rather than of a person.

    Examples
    --------
    >>> is_outlet("The Valley Gazette"), is_outlet("Anna Berg")
    (True, False)
    """
    tokens = [token.strip(".,()'\"").lower() for token in words.split()]
    if not 1 <= len(tokens) <= 6 or not words[:1].isupper() or words.rstrip()[-1] in ".!?:;":
        return False
    return any(token in _OUTLET_WORDS for token in tokens) or words.lower().endswith((".com", ".org", ".net", ".news"))


def read_header(line: str, *, near: datetime.date | None = None) -> Header | None:
    """Read the line above a comment.

    Parameters
    ----------
    line : str
        One line; of a long one only the first characters are looked at.
    near : datetime.date, optional
        The day of the article, for days that are written without a year.

    Returns
    -------
    Header or None
        None if it is none.

    Examples
    --------
    >>> read_header("1. Anna Berg says:").author
    'Anna Berg'
    >>> header = read_header("Tom replied to Anna Berg on 5 March 2018:")
    >>> header.author, header.answers, header.published
    ('Tom', 'Anna Berg', datetime.date(2018, 3, 5))
    """
    head = line[:LONGEST_HEADER]
    whole = len(line) <= LONGEST_HEADER
    if ":" not in head and (not whole or (line[-1:] in _ENDS_SENTENCE and not line.endswith("m."))):
        return None
    named = _NAMED.match(head)
    if named is not None and is_name(author := (named["bold"] or named["by"]).strip()):
        return Header(author, None, None, min(named.end(), len(line)), "named", sure=True)
    spoken = not _SAYING.isdisjoint(head.lower().replace(":", " ").replace("(", " ").split())
    if not spoken and _MAY_BE_DAY.search(head) is None:
        return None
    decoration = _DECORATION.match(head)
    at = decoration.end() if decoration else 0
    number = _NUMBER.match(head, at)
    at = number.end() if number else at
    rest = head[at:].rstrip()
    tail = _REPLY_TAIL.search(rest) if whole and spoken else None
    if tail is not None and is_name(other := _clean(tail["other"])):
        header = read_header(rest[: tail.start()].rstrip() + ":", near=near)
        if header is not None and header.author is not None:
            return replace(header, answers=other, body_at=len(line), sure=True)
    written = find_day(rest, near=near, ago=whole)
    if written is None and not spoken:
        return None
    marked = rest if written is None else rest[: written.start] + "\x00" + rest[written.end :]
    shift = 0 if written is None else written.end - written.start - 1
    day = written.day if written else None
    for form, pattern in _FORMS:
        if (form in ("dated", "first") and written is None) or (form in ("addressee", "reply", "spoke") and not spoken):
            continue
        match = pattern.match(marked)
        if match is None:
            continue
        parts = match.groupdict()
        in_date = written is not None and match.end() > written.start
        after = at + match.end() + (shift if in_date else 0)
        if parts.get("end", ":") != ":" and (match.end() < len(marked) or not whole):
            continue
        if form == "addressee":
            other = _clean(parts["other"] or "")
            if whole and is_name(other):
                return Header(None, day, other, len(line), "addressee", sure=True)
            continue
        author = _clean(parts["name"] or "")
        if not is_name(author) or (parts.get("verb") and author.lower() in _PARTICLES):
            continue
        other = _clean(parts.get("other") or "")
        if parts.get("other") and not is_name(other):
            continue
        trailing = line[after:].strip() if after < len(line) else ""
        sure = bool(
            in_date
            or number
            or other
            or (parts.get("verb") or "").lower() in ("says", "wrote", "writes", "commented", "replied")
        )
        if form == "reply" and ">" in marked[: match.end()]:
            sure = False
        if form in ("dated", "first"):
            sure = (in_date and parts["end"] == ":") or (
                in_date and not trailing and parts.get("join", "") not in (",", " ", ":")
            )
            if author.lower() in _DAY_WORDS:
                continue
        return Header(author, day if in_date else None, other or None, after if trailing else len(line), form, sure)
    return None


def _clean(name: str) -> str:
    name = name.strip().strip('*_~[]"“”').strip()
    for prefix in ("comment by ", "posted by ", "by ", "user "):
        if name.lower().startswith(prefix):
            name = name[len(prefix) :]
    return name.removeprefix("@").rstrip(",:·|- ").strip()
