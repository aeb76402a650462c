"""Things that a text points at, such as "the zone" and "the closure of Nasib", and roads with a number."""

from collections.abc import Sequence

from wayaround.claims.vocabulary import words
from wayaround.claims.wording.items import Token
from wayaround.claims.wording.lexicon import (
    CLOSURE_NOUNS,
    DEFINITE_WORDS,
    FIRST_WORDS,
    FUNCTION_WORDS,
    INDEFINITE_WORDS,
    LINKS,
    ROAD_NOUNS,
    ROAD_WORDS_BEFORE_NUMBER,
    SHUT_WORDS,
    SHUTTING_WORDS,
    SPEECH_VERBS,
    STRUCTURE_NOUNS,
    THING_NOUNS,
    TRIP_NOUNS,
    ZONE_NOUNS,
)
from wayaround.claims.wording.names import bare_end, begins_sentence, name_end, pair_cut, word_at

_OF_A_PLACE = words("post base crossing camp checkpoint airport harbour station pass gate terminal outpost")


_SETTLEMENTS = words(
    "centre center outskirts edge city town village port municipality suburb district province governorate"
)


_MODIFIERS_AT_MOST = 5


_ROUND = words("via around surrounding round surrounds encircles encircling rings")


_UNITS = words("km kms kilometre kilometres kilometer kilometers mile miles metres meters mi nm radius")


_NO_CENTRES = words(
    """one ones two usual previous start beginning original same other first next last end north south east west clock
    whole corner world area country region block night day outside inside back front left right top bottom"""
)


def road_end(tokens: Sequence[Token], at: int) -> int:
    """Where the number of a road ends that begins at a token ("M20", "Highway 12"); 0 if none does."""
    token = tokens[at]
    if token.low in ROAD_WORDS_BEFORE_NUMBER and token.low != "us":
        after = at + 2 if word_at(tokens, at + 1) == "." else at + 1
        number = word_at(tokens, after)
        return after + 1 if number[:1].isdigit() and len(number) <= 4 and number[-1:].isalnum() else 0
    letters = token.text.rstrip("0123456789").rstrip("-")
    digits = token.text[len(letters) :].lstrip("-")
    if (
        digits
        and 1 <= len(letters) <= 3
        and len(digits) <= 4
        and letters.isalpha()
        and letters.isupper()
        and letters != "J"
    ):
        return at + 1
    if token.text in ("US", "SR", "CR") and word_at(tokens, at + 1).isdigit() and len(word_at(tokens, at + 1)) <= 3:
        return at + 2
    return 0


def thing_spans(tokens: Sequence[Token], at: int, first: int) -> tuple[list[tuple[int, int]], int]:
    """A thing such as "the border post" or "the closure of Nasib", from its article on."""
    head = first
    limit = min(len(tokens), first + _MODIFIERS_AT_MOST)
    while head < limit and tokens[head].low.removesuffix("'s") not in THING_NOUNS:
        low = tokens[head].low
        if (low in FUNCTION_WORDS and low != "only") or not low[0].isalnum() or low in SPEECH_VERBS:
            return _centre(tokens, at, first, head)
        if low in TRIP_NOUNS or pair_cut(tokens, head, head + 1):
            return [], at + 1
        head += 1
    if head >= limit:
        return _centre(tokens, at, first, head)
    while head + 1 < len(tokens) and tokens[head + 1].low in THING_NOUNS and not tokens[head].low.endswith("'s"):
        head += 1
    if word_at(tokens, head + 1) in _BEHIND_NO_THING:
        return [], at + 1
    noun = tokens[head].low.removesuffix("'s")
    modifiers = {token.low for token in tokens[first : head + 1]}
    if tokens[at].low in INDEFINITE_WORDS and not modifiers & (CLOSURE_NOUNS | SHUT_WORDS | ZONE_NOUNS):
        return [], at + 1
    if noun in ROAD_NOUNS and modifiers & _UNTELLING:
        return [], at + 1
    plain_road = noun in ROAD_NOUNS and head == first and noun != "bypass"
    if plain_road and noun in _FAST_ROADS and word_at(tokens, at - 1) in _ALONG:
        plain_road = False
    if plain_road and not (
        _is_said_shut(tokens, head + 1) or _is_shutting(tokens, at) or _is_set_against(tokens, at, head)
    ):
        return [], at + 1
    if head + 1 < len(tokens) and tokens[head + 1].low in TRIP_NOUNS and noun not in STRUCTURE_NOUNS:
        return [], at + 1
    if word_at(tokens, head + 1) == "of":
        if noun in _SETTLEMENTS and (end := name_end(tokens, head + 2) if head + 2 < len(tokens) else 0):
            return [(tokens[head + 2].start, bare_end(tokens[end - 1]))], end
        if (modifiers & CLOSURE_NOUNS or noun == "capital" or noun in _OF_A_PLACE) and (
            end := _complement_end(tokens, head + 2)
        ):
            return [(tokens[at].start, bare_end(tokens[end - 1]))], end
    return [(tokens[at].start, bare_end(tokens[head]))], head + 1


def _centre(tokens: Sequence[Token], at: int, first: int, head: int) -> tuple[list[tuple[int, int]], int]:
    """Any thing in "around the crater" and "within 5 km of the stadium", although no list has the word."""
    before = word_at(tokens, at - 1)
    measured = before in ("of", "from", "to") and any(word_at(tokens, at - back) in _UNITS for back in (2, 3, 4))
    subject = _is_place_subject(tokens, at, first, head)
    if not subject and (tokens[at].low != "the" or not (before in _ROUND or measured)):
        return [], at + 1
    noun = tokens[first].low if first < len(tokens) else ""
    if before == "to" and word_at(tokens, head) in ("from", "between", "of"):
        return [], at + 1
    if (
        not 1 <= head - first <= 2
        or not noun.replace("-", "").isalpha()
        or not tokens[first].text.islower()
        or noun in _NO_CENTRES
        or noun in TRIP_NOUNS
    ):
        return [], at + 1
    return [(tokens[at].start, bare_end(tokens[head - 1]))], head


def _is_place_subject(tokens: Sequence[Token], at: int, first: int, head: int) -> bool:
    """Whether "the wreck" begins a sentence that tells where it lies."""
    if not begins_sentence(tokens, at) or not 1 <= head - first <= 2 or word_at(tokens, head) not in _LYING:
        return False
    noun = tokens[head - 1].low
    return noun.isalpha() and noun not in FIRST_WORDS and noun not in TRIP_NOUNS and not noun.endswith("s")


_LYING = words("is lies lay sits stands stood was")


_FAST_ROADS = words("motorway expressway freeway autobahn autopista autoroute turnpike")
_ALONG = words("on by via over using along through than")
_BEHIND_NO_THING = words(
    """agency authority authorities department ministry office fund union company operator crew crews workers map signs
    network users toll tolls traffic conditions safety surface side police officials administration service"""
)


def _is_said_shut(tokens: Sequence[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].low in LINKS:
        at += 1
    return word_at(tokens, at) in SHUT_WORDS


def _is_set_against(tokens: Sequence[Token], at: int, head: int) -> bool:
    """Whether "than" or "versus" stands before "the motorway", and no words that tell which motorway behind."""
    if word_at(tokens, at - 1) not in ("than", "versus", "vs", "against", "over", "via") and (
        word_at(tokens, head + 1) not in ("cuts", "saves", "shortens", "shaves", "adds")
    ):
        return False
    return tokens[head].low not in ("route", "way", "path") and word_at(tokens, head + 1) not in _TELLING_WHICH


_UNTELLING = words("shortest quickest fastest longest usual best entire main legal actual total only normal")


_TELLING_WHICH = words("via through over along from by to between past across that which")


def _is_shutting(tokens: Sequence[Token], at: int) -> bool:
    before = word_at(tokens, at - 1)
    return before in SHUTTING_WORDS or (before == "of" and word_at(tokens, at - 2) in CLOSURE_NOUNS)


def _complement_end(tokens: Sequence[Token], at: int) -> int:
    """Where the thing or name ends that stands after "of"."""
    if at >= len(tokens):
        return 0
    if end := road_end(tokens, at):
        return end
    if tokens[at].low in DEFINITE_WORDS:
        spans, following = thing_spans(tokens, at, at + 1)
        if spans:
            return following
        inner = at + 1
        if inner < len(tokens) and (end := road_end(tokens, inner) or name_end(tokens, inner)):
            return end + 1 if word_at(tokens, end) in THING_NOUNS else end
        return at + 2 if word_at(tokens, at + 1) in ROAD_NOUNS else 0
    end = name_end(tokens, at)
    if end:
        return end + 1 if word_at(tokens, end) in THING_NOUNS else end
    return 0
