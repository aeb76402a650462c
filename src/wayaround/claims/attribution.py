"""Who says a sentence: quote verbs, "according to", passives, speech marks, pronouns, the author of the block."""

import datetime
import re
from dataclasses import dataclass

from wayaround.claims.claim import Attribution, Block, Document
from wayaround.claims.documents.dates import WEEKDAYS, find_day, weekday_before
from wayaround.claims.documents.speakers import speaker_after, speaker_before
from wayaround.claims.documents.threads import is_name, is_outlet
from wayaround.claims.vocabulary import words

_LOOK_BACK = 1500
_LONGEST_SENTENCE = 4000
_VERBS = words(
    "said says say told tells wrote writes claimed claims claim added adds reported reports stated states noted "
    "notes explained explains "
    "argued argues insisted insists estimated estimates announced announces confirmed confirms warned warns "
    "replied replies answered "
    "commented recalled recalls tweeted posted suggested suggests maintained maintains acknowledged admitted "
    "admits denied denies "
    "declared declares remarked complained asserted asserts mentioned mentions reckons reckoned thinks believes "
    "calculated calculates "
    "quoted observed concluded quipped cautioned conceded testified reiterated countered objected responded "
    "blamed accused urged demanded condemned criticised criticized declined rejected welcomed report estimate put puts "
    "gave gives give"
)
_SAYING = frozenset((*_VERBS, "pointed out", "points out"))
_WORD = re.compile(r"[^\W\d_]+(?:[ ]out\b)?")
# These are also things that roads, maps and reckonings do, or nouns; they need "that", a mark or a person beside them.
_LOOSE = words(
    "added adds reports claims claim states notes estimates posted maintains maintained suggests suggested "
    "quoted confirms "
    "calculated calculates mentions observed concluded denied denies recalled recalls answers posts"
)
_NO_SAYING = words("to be is was were are been being having that so as not let's lets")
# "put the trip at nine hours", "gave the length as 145 km", "report that": only so do these tell what somebody says.
_PLACED = {
    "put": " at ",
    "puts": " at ",
    "gave": " as ",
    "estimate": " at ",
    "gives": " as ",
    "give": " as ",
    "report": " that ",
}
_DETERMINERS = words("my his her our your their its the these those some any no such two three several many a an of by")
_ACCORDING = re.compile(r"\baccording to\b|\b(?:in the words of|as per|citing|quoting|cited by)\b", re.IGNORECASE)
_SOURCE_WORDS = ("according to", "words of", "as per", "citing", "quoting", "cited by")
_PASSIVE = re.compile(
    r"\b(?:(?:was|were|is|are|been|as|being)\s(?:\w{1,14}\s)?)?(?:reported|quoted|cited|stated|announced"
    r"|confirmed|claimed|estimated|published|released|told|put out)"
    r"(?:\s(?:on|last|this)\s\w{3,10})?\sby\b",
    re.IGNORECASE,
)
_IMPERSONAL = re.compile(
    r"\b(?:it (?:is|was|has been) (?:\w{1,12} )?(?:said|reported|claimed|estimated|believed|thought|announced"
    r"|stated)|(?:is|are|was|were) (?:\w{1,12} )?(?:said|reported|claimed"
    r"|estimated|believed|thought|rumou?red) to\b|reportedly|allegedly|supposedly|rumou?r has it)",
    re.IGNORECASE,
)
_IMPERSONAL_WORDS = ("it is", "it was", "it has", "to be", " to ", "reportedly", "allegedly", "supposedly", "has it")
_PRONOUN = re.compile(r"(?:he|she|they)", re.IGNORECASE)
_SECOND = re.compile(
    r"\byou(?:'ve| have|,)? (?:just |also |\w{1,10}ly )?(?:say|said|wrote|write|claim|claimed|stated|state"
    r"|mention|mentioned|told us)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?P<last>last |on |this |earlier on |late on |early on )?(?P<weekday>"
    + "|".join(name for name in WEEKDAYS if len(name) > 5)
    + r")\b|\b(?P<yesterday>yesterday)\b|\b(?P<today>today)\b",
    re.IGNORECASE,
)
_OPEN = "“«„「『"
_CLOSE = "”»“」』"
_TRAILS = re.compile(r"[^,;:\x01]{0,60}[.!?]?\s*$")
_OUTLETS = words("agency newspaper paper magazine channel radio broadcaster station website daily journal weekly")
_LEAD = re.compile(r"(?P<name>[^\W\d_][^:;,.!?\"“«\n]{1,40}):[ ]{1,2}[\"“«]")
_MAY_BE_DAY = re.compile(
    r"\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:19|20)\d\d|day\b|(?:march|april|may|june|july"
    r"|august|ber|ary) \d"
)
_MARK = re.compile('["“«„「『”»」』]')
_COMPLEMENT = re.compile(
    r"\s{0,3}(?:that\b|[,:“\"«]|on\b|in a\b|in an\b|to\b|at\b|yesterday\b|it\b|the\b|there\b|late\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A speaker found in the words, and where the words about that end."""

    name: str
    at: int
    to: str | None = None


def attribute_sentence(document: Document, block_index: int, start: int, end: int) -> Attribution:
    r"""Tell who says a sentence.

    Parameters
    ----------
    document : Document
        The text and its blocks.
    block_index : int
        The block in which the sentence stands.
    start, end : int
        Characters of the sentence.

    Returns
    -------
    Attribution
        The first speaker, everybody through whom it came, and the day it was said. Where the words name nobody
        it is the author of the block; where that is unknown too, nobody.

    Examples
    --------
    >>> from wayaround.claims.document import parse_document
    >>> document = parse_document("By Anna Berg\n\nTom Hill said it is 155 km, according to the Valley Gazette.")
    >>> attribution = attribute_sentence(document, 0, 14, 75)
    >>> attribution.speaker, attribution.through
    ('Tom Hill', ('the Valley Gazette', 'Anna Berg'))
    """
    block = document.blocks[block_index]
    end = min(end, start + _LONGEST_SENTENCE)
    sentence = document.text[start:end]
    # Title and article stand first; a comment without a day is held against theirs.
    published = block.published or next((other.published for other in document.blocks[:2] if other.published), None)
    masked = _mask_speech(sentence)
    author = block.author
    told = _speakers(masked, sentence)
    if told is None:
        lowered = masked.lower()
        if "you" in lowered and _SECOND.search(masked):
            speaker = document.blocks[block.answers].author if block.answers is not None else None
            return Attribution(speaker, _chain(speaker, (), author), None)
        around = _speaker_around(document.text, block, start)
        if around is not None:
            return Attribution(around[0], _chain(around[0], (), author), _said_on(around[1], published))
        if any(word in lowered for word in _IMPERSONAL_WORDS) and _IMPERSONAL.search(masked):
            return Attribution(None, _chain(None, (), author), None)
        return Attribution(author, (), block.published)
    first = told[0]
    if _PRONOUN.fullmatch(first):
        resolved = _last_named(document.text, block, start)
        return Attribution(resolved, _chain(resolved, tuple(told[1:]), author), _said_on(masked, published))
    if first.lower() in ("i", "we"):
        return Attribution(author, (), _said_on(masked, published) or block.published)
    return Attribution(first, _chain(first, tuple(told[1:]), author), _said_on(masked, published))


def _chain(speaker: str | None, through: tuple[str, ...], author: str | None) -> tuple[str, ...]:
    passed: list[str] = []
    for name in (*through, *((author,) if author else ())):
        if name not in passed and name != speaker and not _PRONOUN.fullmatch(name):
            passed.append(name)
    return tuple(passed)


def _speakers(masked: str, sentence: str) -> list[str] | None:
    """Who said it, then those who passed it on; None if the words name nobody."""
    speakers: list[str] = []
    passed: list[str] = []
    cited: list[str] = []
    outer: list[str] = []
    lowered = masked.lower()
    for match in _ACCORDING.finditer(masked) if any(word in lowered for word in _SOURCE_WORDS) else ():
        name = speaker_after(sentence, match.end())
        if name and match.group().lower() in ("citing", "quoting"):
            cited.append(name)
        elif name:
            passed.insert(0, name)
        if len(passed) + len(cited) > 4:
            break
    for match in _PASSIVE.finditer(masked) if " by " in lowered else ():
        name = speaker_after(sentence, match.end())
        if name and not re.fullmatch(r"(?:road|car|truck|bus|air)", name, re.IGNORECASE):
            passed.insert(0, name)
        if len(passed) > 4:
            break
    tried = 0
    says = len(lowered) == len(masked) and not _SAYING.isdisjoint(_WORD.findall(lowered))
    for match in _WORD.finditer(lowered) if says else ():
        if match.group() not in _SAYING:
            continue
        tried += 1
        if tried > 24:
            break
        found = _at_verb(match, masked, sentence)
        if found is None:
            continue
        if found.name not in speakers and found.name not in passed and found.name not in outer:
            # "A said it is far, B reported": a clause at the end is around all that stands before it.
            trails = (
                bool(speakers) and "," in masked[: match.start()] and _TRAILS.match(masked, match.end()) is not None
            )
            (outer if trails else speakers).append(found.name)
        if found.to and found.to not in passed:
            passed.insert(0, found.to)
    # "A said that B had said": whoever stands deepest spoke first.
    ordered = [*cited, *reversed(speakers), *passed, *outer]
    if not ordered and (lead := _LEAD.match(sentence)) is not None and is_name(lead["name"], strict=True):
        return [lead["name"]]
    return ordered or None


def _at_verb(match: re.Match[str], masked: str, sentence: str) -> _Told | None:
    verb = match.group().lower()
    before = masked[max(0, match.start() - 200) : match.start()]
    stripped = before.rstrip()
    last_word = stripped.rsplit(None, 1)[-1].lower() if stripped else ""
    following = masked[match.end() : match.end() + 12]
    if (
        last_word in _NO_SAYING
        or (verb in _LOOSE and last_word in _DETERMINERS)
        or stripped.endswith("-")
        or following.startswith((" than done", "-"))
    ):
        return None
    if last_word.endswith(("n't", "n’t")) or last_word == "never" or stripped.lower().startswith("neither "):
        return None
    if verb == "say" and following.startswith(","):
        return None  # "from here to, say, the river"
    if verb in _PLACED and _PLACED[verb] not in masked[match.end() : match.end() + 90]:
        return None
    loose = verb in _LOOSE
    complement = _COMPLEMENT.match(masked, match.end())
    quoted = stripped.endswith((",", '"', "”", "»", "\x01", "?", "!", "—", "–"))
    if (quoted or not stripped) and verb not in ("told", "tells"):
        after = speaker_after(sentence, match.end(), closing=True)
        if after and (stripped or "\x01" in masked):
            return _Told(after, match.start())
    if (
        loose
        and not quoted
        and not (complement and complement.group().strip().lower() in ("that", ",", ":", '"', "“", "«"))
    ):
        pronoun = re.search(r"\b(?:he|she|they)(?: also| then)?$", stripped, re.IGNORECASE)
        if not pronoun or re.match(
            r"\s{1,3}(?:about |some |another |an extra |up to )?[\d]", masked[match.end() : match.end() + 30]
        ):
            return None
    name = speaker_before(sentence, match.start())
    if name is None:
        return None
    to = None
    if verb in ("told", "tells"):
        hearer = speaker_after(sentence, match.end())
        # A paper or an agency that was told something is how we know; a friend is not.
        heard_by = {word.strip(".,").lower() for word in sentence[match.end() : match.end() + 40].split()[:3]}
        to = hearer if hearer and (is_outlet(hearer[:1].upper() + hearer[1:]) or heard_by & _OUTLETS) else None
    return _Told(name, match.start(), to)


def _mask_speech(sentence: str) -> str:
    """The sentence with what stands in speech marks blanked: those words are said, they say nobody."""
    if _MARK.search(sentence) is None:
        return sentence
    parts: list[str] = []
    opened: int | None = None
    kept = 0
    for match in _MARK.finditer(sentence):
        place, mark = match.start(), match.group()
        if opened is None and mark in _OPEN + '"':
            parts.append(sentence[kept:place])
            opened = place
        elif opened is not None and mark in _CLOSE + '"':
            parts.append("\x01" * (place + 1 - opened))
            opened, kept = None, place + 1
    parts.append("\x01" * (len(sentence) - opened) if opened is not None else sentence[kept:])
    return "".join(parts)


def _speaker_around(text: str, block: Block, start: int) -> tuple[str, str] | None:
    """Of words in speech marks that run over several sentences, or stand alone: who is named beside them."""
    floor = max(block.start, start - _LOOK_BACK)
    paragraph = text.rfind("\n\n", floor, start)
    before = text[paragraph + 2 if paragraph >= 0 else floor : start]
    opened = _open_quote(before)
    starts_quoted = text[start] in _OPEN + '"'
    if opened is None and not starts_quoted:
        return None
    ahead = text[start : min(block.end, start + _LOOK_BACK)].partition("\n\n")[0]
    shift = 1 if starts_quoted and opened is None else 0
    closing = next((match.start() for match in _MARK.finditer(ahead, shift) if match.group() in _CLOSE + '"'), None)
    if closing is not None:
        clause = "\x01" + re.split(r"[.!?\n\"“«]", ahead[closing + 1 :], maxsplit=1)[0]
        told = _speakers(clause, clause)
        if told and not _PRONOUN.fullmatch(told[0]):
            return told[0], clause
        if told:
            named = _last_named(text, block, start)
            return (named, clause) if named else None
    lead = before[:opened] if opened is not None else before
    last_clause = re.split(r"(?<=[.!?])\s", lead[-400:])[-1]
    told = _speakers(_mask_speech(last_clause), last_clause)
    if told and not _PRONOUN.fullmatch(told[0]):
        return told[0], last_clause
    named = _last_named(text, block, start)
    return (named, "") if named else None


def _open_quote(before: str) -> int | None:
    opened: int | None = None
    for match in _MARK.finditer(before):
        if opened is None and match.group() in _OPEN + '"':
            opened = match.start()
        elif opened is not None and match.group() in _CLOSE + '"':
            opened = None
    return opened


def _last_named(text: str, block: Block, start: int) -> str | None:
    """The last speaker that the same block names above, if it names one close by."""
    before = text[max(block.start, start - _LOOK_BACK) : start]
    for clause in reversed(re.split(r"(?<=[.!?”\"»])\s", before)[-8:]):
        told = _speakers(_mask_speech(clause), clause)
        named = [name for name in told or () if not _PRONOUN.fullmatch(name) and name.lower() not in ("i", "we", "you")]
        if named:
            return named[0]
    return None


def _said_on(words: str, published: datetime.date | None) -> datetime.date | None:
    lowered = words.lower()
    if _MAY_BE_DAY.search(lowered) is None:
        return None
    for verb in _WORD.finditer(lowered):
        if verb.group() not in _SAYING:
            continue
        around = words[max(0, verb.start() - 60) : verb.end() + 80]
        written = find_day(around, near=published)
        if written is not None and written.day is not None:
            return written.day
        match = _WHEN.search(around)
        if match is None or published is None:
            continue
        if match["yesterday"]:
            return published - datetime.timedelta(days=1)
        if match["today"]:
            return published
        day = weekday_before(match["weekday"], published)
        before = day == published and (match["last"] or "").lower().startswith("last")
        return day - datetime.timedelta(days=7) if before else day
    return None
