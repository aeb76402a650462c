"""The words before or after a verb of saying that name who speaks."""

import re

from wayaround.claims.vocabulary import words

_TOKEN = re.compile(r"[^\s,;:()\"“”«»—–\x01]{1,60}|[,;:()\"“”«»—–\x01]")
_TITLES = words("mr mrs ms dr prof gen col maj capt lt sgt st rev hon pres gov sen rep sheikh sir dame lord lady")
_JOINERS = words("al el de da di du del van von der den bin ibn bint abu ben la le of the and & for's y")
_ARTICLES = words("the a an one another some two three four several many most its his her their our my local other")
_PRONOUNS = words("he she they i we it you who nobody everyone everybody one someone somebody")
_ADVERBS = words(
    "also then later once again recently reportedly has had have repeatedly further earlier still even just "
    "only previously always "
    "simply publicly already officially both would could might will may can must should do did does all"
)
_BREAKS = words(
    "but while because although though since after before when where if that which and as so yet or than whereas"
)
_FINITE = words("is was are were will would has had have can could may might must should does did takes took adds goes")
_STARTERS = words(
    "on in at last this yesterday today earlier meanwhile however moreover indeed still also later but and so yet then"
)
_WEEKDAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december"
)
_ROLES = words(
    "spokesman spokeswoman spokesperson driver official officials reporter reader user haulier trucker resident"
)
_HOUSES = words("agency newspaper paper magazine channel radio broadcaster station website company group union")
_CONTRACTED = re.compile(r"(?<=[a-zA-Z])['’](?:d|ve|ll)$")
_NOT_SPEAKERS = words("it that this there which what these those all nothing something reply")


def speaker_before(sentence: str, verb_at: int) -> str | None:
    """Who stands before a verb of saying.

    Parameters
    ----------
    sentence : str
        The sentence.
    verb_at : int
        Where the verb begins.

    Returns
    -------
    str or None
        As written, without what describes the person.

    Examples
    --------
    >>> speaker_before("Tom Hill, a driver from Homs, said it is 155 km.", 30)
    'Tom Hill'
    >>> speaker_before("The transport ministry also said so.", 28)
    'The transport ministry'
    """
    tokens = _TOKEN.findall(sentence[max(0, verb_at - 240) : verb_at])
    while tokens and tokens[-1].lower() in _ADVERBS:
        tokens.pop()
    if not tokens:
        return None
    if tokens[-1] in (",", ")", "—", "–"):
        tokens = _before_apposition(tokens)
    words: list[str] = []
    while tokens and len(words) < 14:
        token = tokens.pop()
        if token in ',;:()"“”«»—–\x01':
            break
        if token.lower() in _BREAKS and token.lower() != "and":
            break
        if token.lower() in _FINITE and words:
            break
        words.insert(0, token)
    return _name(words, at_start=not tokens)


def speaker_after(sentence: str, position: int, *, closing: bool = False) -> str | None:
    """Who stands after a verb of saying, or after "according to".

    Parameters
    ----------
    sentence : str
        The sentence.
    position : int
        Where the words before end.
    closing : bool, default False
        Only a name after which the clause ends, as in ", said Tom Hill.", not one that begins what is said.

    Returns
    -------
    str or None

    Examples
    --------
    >>> speaker_after("According to the transport ministry, it is 155 km.", 12)
    'the transport ministry'
    """
    tokens = _TOKEN.findall(sentence[position : position + 240])
    words: list[str] = []
    ended = True
    for place, token in enumerate(tokens):
        bare = token.rstrip(".!?")
        lowered = bare.lower()
        if token in ',;:()"“”«»—–\x01':
            break
        if lowered in ("on", "in", "at", "who", "during", "from", "last", "yesterday", "to", "with") and words:
            break
        if (lowered in _BREAKS and lowered != "and") or lowered in _FINITE:
            ended = not closing or lowered in _BREAKS
            break
        if lowered == "and" and not (place + 1 < len(tokens) and tokens[place + 1][:1].isupper()):
            break
        words.append(token if lowered in _TITLES else bare)
        if place + 1 < len(tokens) and lowered == "of" and tokens[place + 1][:1].isdigit():
            words.pop()
            break
        if bare != token and lowered not in _TITLES and len(bare) > 1:
            break
        if len(words) > 9:
            ended = False
            break
    if closing and not ended:
        return None
    if not words or (words[0][:1].islower() and words[0].lower() not in _ARTICLES | _PRONOUNS and not _has_name(words)):
        return (
            None if closing or not words or not words[0].isalpha() or len(words) > 4 else _name(words, at_start=False)
        )
    return _name(words, at_start=False)


def _before_apposition(tokens: list[str]) -> list[str]:
    close = tokens[-1]
    inner = tokens[:-1]
    opening = {")": "(", ",": ",", "—": "—", "–": "–"}[close]
    for place in range(len(inner) - 1, max(-1, len(inner) - 22), -1):
        if inner[place] == opening:
            described = [word for word in inner[place + 1 :] if word.isalpha()]
            outside = inner[max(0, place - 4) : place]
            if (
                outside
                and len(described) > 1
                and all(word[0].isupper() for word in described)
                and outside[-1][:1].islower()
            ):
                return inner[place + 1 :]  # "the spokesman, Karim Haddad,"
            return inner[:place]
        if inner[place] in '"“”«»\x01;':
            break
    return inner


def _has_name(words: list[str]) -> bool:
    return any(word[:1].isupper() for word in words)


def _name(words: list[str], *, at_start: bool) -> str | None:
    while words and words[0].lower().rstrip(",") in _STARTERS | _WEEKDAYS | {"and", "but"}:
        words = words[1:]
    while words and words[-1].lower() in _WEEKDAYS | _ADVERBS | {"and", "on"}:
        words = words[:-1]
    if not words:
        return None
    words[0] = words[0].removeprefix("@")
    words[-1] = _CONTRACTED.sub("", words[-1])
    lowered = [word.lower().strip(".") for word in words]
    if len(words) == 1:
        if lowered[0] in _NOT_SPEAKERS or words[0].isdigit():
            return None
        if lowered[0] in _PRONOUNS:
            return words[0] if lowered[0] in ("he", "she", "they", "i", "we") else None
        return words[0] if any(character.isalpha() for character in words[0]) else None
    if lowered[0] in ("i", "we", "he", "she", "they", "you", "it"):
        return None
    if lowered[-1] in ("he", "she", "they", "i", "we"):
        return words[-1]
    if lowered[-1] in _NOT_SPEAKERS | {"you"}:
        return None
    if lowered[0] in _ROLES and all(word[:1].isupper() for word in words[1:]):
        words, lowered = words[1:], lowered[1:]
    person = next((place for place, word in enumerate(lowered) if word in ("of", "from", "at", "with", "for")), 0)
    if person > 1 and all(word[:1].isupper() for word in words[:person]) and lowered[0] not in _ARTICLES | {"ministry"}:
        return " ".join(words[:person])  # "Tom Hill of the union", but "the mayor of Homs"
    tail: list[str] = []
    for word in reversed(words):
        plain = word.strip(".'’")
        capital = plain[:1].isupper() or (plain[:1].isalpha() and plain[:1].lower() == plain[:1].upper())
        if (
            capital
            or (tail and plain.lower() in _JOINERS - {"the", "and", "of"})
            or plain.lower().startswith(("al-", "el-"))
        ):
            tail.insert(0, word)
        else:
            break
    while tail and tail[0].lower().strip(".") in _JOINERS - {"al", "el", "abu", "bin", "ibn", "the"}:
        tail.pop(0)
    rest = words[: len(words) - len(tail)]
    if tail and not rest:
        return " ".join(tail)
    if tail and rest and rest[-1].lower() in _HOUSES and rest[0].lower() in _ARTICLES:
        return " ".join(words)
    if tail and rest and rest[-1].lower() not in {"of", "in", "from", "for", "at", "the", "a", "an", "and", "to"}:
        return " ".join(tail)
    if tail and [word.lower() for word in rest] == ["the"]:
        return " ".join(words)
    if (rest and rest[0].lower() in _ARTICLES) or words[0][:1].isupper() or len(words) <= 4:
        return " ".join(words)
    for place in range(len(words) - 1, -1, -1):
        if words[place].lower() in _ARTICLES:
            return " ".join(words[place:])
    return None
