"""Names of places: those that are known, those with capitals, and those that only their place in a sentence tells."""

from collections.abc import Sequence
from functools import lru_cache

from wayaround.claims.vocabulary import words
from wayaround.claims.wording.items import CLOSED_DASHES, SENTENCE_OPENERS, Token, tokenise
from wayaround.claims.wording.lexicon import (
    ARTICLES_OF_NAMES,
    COUNTRIES,
    FIRST_WORDS,
    FUNCTION_WORDS,
    JOINING_PARTICLES,
    LOWER_ARTICLES,
    NOT_PLACES,
    PLACE_NOUNS,
    REGIONS,
    ROAD_NOUNS,
    SPEECH_VERBS,
    THING_NOUNS,
    TRIP_NOUNS,
)

_HEADS_BEFORE_CAPITAL = words(
    """new north south east west northern southern great big long little old upper lower central port fort lake mount
    grand half bear saint st mt ft castle black white red green blue"""
)


_ABBREVIATIONS = words("st ste mt ft pt sta sto")


_HEADS_OF = words("isle isles gulf bay port cape strait straits city town lake ras")


BEFORE_ONE_PLACE = words(
    "from to via through in at near of and into towards toward around by reach reaching until or near"
)


_FIRST_HALVES = words(
    """saint st ste san santa port fort new al el ust tel abu deir bad kara jalal north south east west mont sao são
    bin guinea wilkes winston clermont castrop garmisch addis upper lower big grand"""
)


_AFTER_FIRST_NAME = words(
    """is was lies lie sits stands remains can will would to and or via from has had by may at in on between
    , – - — : ? ( / → > & through adds does takes took becomes comes may should might for with near itself also
    versus vs against instead then now road roads highway border crossing saves costs"""
)


_NO_TOKEN = Token(".", ".", -1, -1)


_PLURAL_ENDS = ("ments", "ings", "ions", "ers", "ists", "ants", "ors")


_NAMES_IN_S = words("algiers tangiers angers poitiers yonkers amiens louviers villiers béziers beziers thiers flers")


_NAMES_IN_ING = words("beijing nanjing peking reading darjeeling kuching chongqing xining straubing erding freising")


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The word at a place in lower case; empty beyond the ends."""
    return tokens[at].low if 0 <= at < len(tokens) else ""


def bare_end(token: Token) -> int:
    """Where a word ends without "'s"."""
    return token.end - 2 if token.low.endswith("'s") and len(token.low) > 2 else token.end


@lru_cache(maxsize=64)
def known_names(names: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Known names by their first word, the longest first; "al-Tanf" is known as "al Tanf" too."""
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        for variant in (name, name.partition(",")[0]):
            parts = tuple(part for token in tokenise(variant) for part in _parts(token.low))
            if parts and any(part[0].isalpha() for part in parts):
                by_first.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in by_first.items()}


def _parts(word: str) -> list[str]:
    for dash in CLOSED_DASHES:
        word = word.replace(dash, " ")
    return word.split()


def known_end(tokens: Sequence[Token], at: int, known: dict[str, tuple[tuple[str, ...], ...]]) -> int:
    """Where a known name ends that begins at a token; 0 if none does."""
    first = _parts(tokens[at].low.removesuffix("'s"))
    if not first or first[0] not in known:
        return 0
    for name in known[first[0]]:
        seen: list[str] = []
        end = at
        while end < len(tokens) and len(seen) < len(name):
            seen.extend(_parts(tokens[end].low.removesuffix("'s")))
            end += 1
        if tuple(seen) == name:
            return end
    return 0


def is_capital(token: Token) -> bool:
    """Whether a word is written as names are: "Homs", "al-Tanf", "d'Ivoire"."""
    text = token.text
    if text[0].isupper():
        return True
    head, dash, rest = text.partition("-")
    if dash and rest[:1].isupper() and head in ARTICLES_OF_NAMES:
        return True
    return len(text) > 3 and text[:2].lower() in ("l'", "d'", "l’", "d’") and text[2].isupper()


def begins_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word has its capital perhaps only because a sentence begins."""
    if at == 0:
        return True
    before = tokens[at - 1].low
    if before == ".":
        return word_at(tokens, at - 2) not in _ABBREVIATIONS
    return before in "!?:…" or before in SENTENCE_OPENERS


def name_end(tokens: Sequence[Token], at: int) -> int:
    """Where the name ends that begins at a token; 0 if none does."""
    token = tokens[at]
    if token.text in LOWER_ARTICLES:
        return _extended(tokens, at + 2) if at + 1 < len(tokens) and tokens[at + 1].text[0].isupper() else 0
    if not is_capital(token) or token.text[0].isdigit():
        return 0
    following = tokens[at + 1] if at + 1 < len(tokens) else _NO_TOKEN
    capital_follows = is_capital(following) and following.low not in FUNCTION_WORDS
    first = begins_sentence(tokens, at)
    if token.low in FUNCTION_WORDS:
        may_be_article = token.low in ("at", "as", "an") and capital_follows and not first
        return _extended(tokens, at + 2) if may_be_article else 0
    if token.low.removesuffix("'s") in NOT_PLACES or token.low.partition("-")[0] in NOT_PLACES:
        is_head = token.low in _HEADS_BEFORE_CAPITAL and capital_follows and following.low not in NOT_PLACES
        return _extended(tokens, at + 1) if is_head else 0
    if token.low in FIRST_WORDS or token.low in THING_NOUNS or token.low in TRIP_NOUNS:
        is_head = (not first or token.low in _HEADS_BEFORE_CAPITAL or token.low in PLACE_NOUNS) and capital_follows
        is_of = token.low in _HEADS_OF and word_at(tokens, at + 1) == "of"
        alone = (
            not first
            and token.low in FIRST_WORDS
            and (word_at(tokens, at - 1) in BEFORE_ONE_PLACE or word_at(tokens, at - 1) in ("–", "—", "→"))
        )
        if not (is_head or is_of or alone) or (is_head and first and following.low in FIRST_WORDS | THING_NOUNS):
            return 0
    if first and (token.low in SPEECH_VERBS or ("-" in token.low and token.low.split("-")[0].isdigit())):
        return 0
    end = _extended(tokens, at + 1)
    if first and end == at + 1 and following.text != "." and not _may_be_first_name(token, following):
        return 0
    is_acronym = end == at + 1 and token.text.isupper() and len(token.text) <= 5
    if is_acronym and token.low not in COUNTRIES and any(other.text.islower() for other in tokens[:12]):
        return 0
    if end == at + 1 and len(token.text) == 1:
        return 0
    return end


def _may_be_first_name(token: Token, following: Token) -> bool:
    """Whether a single word that begins a sentence may be a name, by the word after it."""
    if token.low.endswith("'s") or "-" in token.text:
        return True
    if token.low.endswith("ing") and token.low not in _NAMES_IN_ING and following.low not in ("to", "–", "—", "-", "→"):
        return False
    if token.low.endswith(_PLURAL_ENDS) and token.low not in _NAMES_IN_S:
        return False
    if token.low.endswith("ed") and following.low not in ("is", "lies", "to", "via", ","):
        return False
    return following.low in _AFTER_FIRST_NAME or following.text[0].isdigit() or is_capital(following)


def _extended(tokens: Sequence[Token], end: int) -> int:
    """Take in what belongs to a name after its first word."""
    while end < len(tokens):
        last, token = tokens[end - 1], tokens[end]
        if last.low.endswith("'s"):
            break
        if token.text == "." and last.low in _ABBREVIATIONS and end + 1 < len(tokens) and is_capital(tokens[end + 1]):
            end += 2
        elif _joins_name(token):
            end += 1
        elif token.text in JOINING_PARTICLES and token.text != "of":
            after = end + 1
            if after < len(tokens) and tokens[after].text in JOINING_PARTICLES and tokens[after].text != "of":
                after += 1
            if after < len(tokens) and _joins_name(tokens[after]):
                end = after + 1
            else:
                break
        elif token.text == "of" and last.low in _HEADS_OF and end + 1 < len(tokens) and _joins_name(tokens[end + 1]):
            end += 2
        else:
            break
    return end


def _joins_name(token: Token) -> bool:
    return (
        is_capital(token)
        and not token.text[0].isdigit()
        and token.low not in FUNCTION_WORDS
        and (token.low not in NOT_PLACES or token.low in _HEADS_BEFORE_CAPITAL)
    )


def with_country(tokens: Sequence[Token], at: int, end: int) -> int:
    """Take in ", Syria" or ", WY" after a name that is no country itself."""
    if word_at(tokens, end) != "," or end + 1 >= len(tokens):
        return end
    if " ".join(token.low for token in tokens[at:end]) in COUNTRIES:
        return end
    for length in (3, 2, 1):
        after = tokens[end + 1 : end + 1 + length]
        if len(after) < length or not after[0].text[0].isupper():
            continue
        joined = " ".join(token.low for token in after).removesuffix("'s")
        short = len(joined) == 2
        if (joined in COUNTRIES or joined in REGIONS) and (not short or after[0].text.isupper()):
            return end + 1 + length
    return end


def pair_cut(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where a hyphen parts two names, as in "the Damascus-Baghdad highway"; 0 if none does.

    After "from" or "in" stands one place, whose name has a hyphen.
    """
    token = tokens[end - 1]
    after, before = word_at(tokens, end), word_at(tokens, start - 1)
    sure = after in ROAD_NOUNS or after in TRIP_NOUNS
    if not sure and before in BEFORE_ONE_PLACE:
        return 0
    for position, sign in enumerate(token.text):
        if sign in CLOSED_DASHES and token.text[position + 1 : position + 2].isupper():
            left, right = token.text[:position].replace("-", " ").split(), token.text[position + 1 :]
            if not left or left[-1].lower() in ARTICLES_OF_NAMES or not left[-1][0].isupper():
                continue
            alone = token.text.count(sign) == 1 and start == end - 1
            if sure or (left[-1].lower() not in _FIRST_HALVES and left[-1] != right and alone and len(right) > 2):
                return token.start + position
    return 0


def small_name_end(tokens: Sequence[Token], at: int) -> int:
    """Where a name ends that only its place tells: "from homs to damascus", "via tanf"."""
    end = _small_words(tokens, at)
    if not end:
        return 0
    before = word_at(tokens, at - 1)
    if before == "via":
        return end
    if before in ("from", "between"):
        other = _small_words(tokens, end + 1) if word_at(tokens, end) in ("to", "and", "till", "until") else 0
        return end if other else 0
    if before in ("to", "and", "till", "until") and at > 1:
        start = at - 2
        while start > 0 and at - start <= 4 and word_at(tokens, start - 1) not in ("from", "between"):
            start -= 1
        opened = word_at(tokens, start - 1) in ("from", "between") or start == 0
        return end if opened and _small_words(tokens, start) == at - 1 and (start or _is_told(tokens, end)) else 0
    if at == 0 and word_at(tokens, end) == "to":
        other = _small_words(tokens, end + 1)
        return end if other and _is_told(tokens, other) else 0
    return 0


def _is_told(tokens: Sequence[Token], end: int) -> bool:
    following = word_at(tokens, end)
    return following in _AFTER_SMALL_NAMES or following[:1].isdigit() or following == ""


_AFTER_SMALL_NAMES = words("is takes took was via through , : = - – in by ? about around roughly like")


_SMALL_HEADS = words("al el deir tel abu san santa new saint st los las la puerto port el- ain ras umm bab")


def _small_words(tokens: Sequence[Token], at: int) -> int:
    end = at
    while end < len(tokens) and tokens[end].low in _SMALL_HEADS:
        end += 1
    if end >= len(tokens):
        return 0
    low = tokens[end].low
    plain = low[0].isalpha() and len(low) > 2
    return end + 1 if plain and low not in FIRST_WORDS and low not in THING_NOUNS and low not in TRIP_NOUNS else 0
