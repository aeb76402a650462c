"""Words of a text that may fill a slot: names of places and roads, and things such as "the zone" and "the capital"."""

from collections.abc import Sequence
from functools import lru_cache

from wayaround.claims.claim import Mention
from wayaround.claims.items import CLOSED_DASHES, SENTENCE_OPENERS, Token, tokenise
from wayaround.claims.lexicon import (
    ARTICLES_OF_NAMES,
    CLOSURE_NOUNS,
    COUNTRIES,
    DEFINITE_WORDS,
    FIRST_WORDS,
    FUNCTION_WORDS,
    INDEFINITE_WORDS,
    JOINING_PARTICLES,
    LINKS,
    LOWER_ARTICLES,
    NOT_PLACES,
    ORGANISATION_ENDS,
    PLACE_NOUNS,
    REGIONS,
    ROAD_NOUNS,
    ROAD_WORDS_BEFORE_NUMBER,
    SHUT_WORDS,
    SHUTTING_WORDS,
    SPEECH_VERBS,
    STRUCTURE_NOUNS,
    THING_NOUNS,
    TITLES_OF_PERSONS,
    TRIP_NOUNS,
    ZONE_NOUNS,
    words,
)

_HEADS_BEFORE_CAPITAL = words(
    """new north south east west northern southern great big long little old upper lower central port fort lake mount
    grand half bear saint st mt ft castle black white red green blue"""
)
_ABBREVIATIONS = words("st ste mt ft pt sta sto")
_HEADS_OF = words("isle isles gulf bay port cape strait straits city town lake ras")
_OF_A_PLACE = words("post base crossing camp checkpoint airport harbour station pass gate terminal outpost")
_SETTLEMENTS = words(
    "centre center outskirts edge city town village port municipality suburb district province governorate"
)
_QUIET_SPEECH = words("adds added put puts answers reports states notes")
_EXISTENCE = words("is are was were will would has have had isn't aren't wasn't exists exist being")
_MODIFIERS_AT_MOST = 5
_BEFORE_ONE_PLACE = words(
    "from to via through in at near of and into towards toward around by reach reaching until or near"
)
_FIRST_HALVES = words(
    """saint st ste san santa port fort new al el ust tel abu deir bad kara jalal north south east west mont sao são bin
    guinea wilkes winston clermont castrop garmisch addis upper lower big grand"""
)
_AFTER_FIRST_NAME = words(
    """is was are were lies lie sits stands remains can will would to and or via from has had by may at in on between
    , – - — : ? ( / → > & through adds does takes took becomes comes may should might for with near itself also
    versus vs against instead then now road roads highway border crossing saves costs"""
)
_ROUND = words("around surrounding round surrounds encircles encircling rings")
_UNITS = words("km kms kilometre kilometres kilometer kilometers mile miles metres meters mi nm radius")
_NOUNS_OF_NAMES = words("airport pass bridge tunnel junction harbour harbor crossing checkpoint dam valley island port")
_NO_TOKEN = Token(".", ".", -1, -1)
_PLURAL_ENDS = ("ments", "ings", "ions", "ers", "ists", "ants", "ors")
_NAMES_IN_S = words("algiers tangiers angers poitiers yonkers amiens louviers villiers béziers beziers thiers flers")
_NAMES_IN_ING = words("beijing nanjing peking reading darjeeling kuching chongqing xining straubing erding freising")
_NO_CENTRES = words(
    """one ones two usual previous start beginning original same other first next last end north south east west clock whole corner
    world area country region block night day outside inside back front left right top bottom"""
)


def find_mentions(text: str, *, offset: int = 0, names: Sequence[str] = ()) -> list[Mention]:
    """Find the words that may fill a slot of a claim.

    Parameters
    ----------
    text : str
        A sentence.
    offset : int
        Place of the sentence in its document; the spans count from there.
    names : sequence of str
        Names that are known, such as the aliases of a scenario and crossings; found in any case.

    Returns
    -------
    list of Mention
        In the order of the text; they do not overlap.

    Examples
    --------
    >>> [m.text for m in find_mentions("From Deir ez-Zor to Homs, Syria, the zone adds 50 km, Ali Hamad said on Monday.")]
    ['Deir ez-Zor', 'Homs, Syria', 'the zone']
    """
    tokens = tokenise(text)
    known = _known_names(tuple(names))
    mentions: list[Mention] = []
    at = 0
    small = not any(token.text[0].isupper() and token.low != "i" for token in tokens[1:])
    while at < len(tokens):
        spans, following = _spans_at(tokens, at, known)
        if not spans and small and (end := _small_name_end(tokens, at)):
            spans, following = [(tokens[at].start, _bare_end(tokens[end - 1]))], end
        mentions.extend(Mention(text[a:b], a + offset, b + offset) for a, b in spans)
        at = max(following, at + 1)
    return mentions


def _spans_at(
    tokens: Sequence[Token], at: int, known: dict[str, tuple[tuple[str, ...], ...]]
) -> tuple[list[tuple[int, int]], int]:
    """Spans of the mentions that begin at a token, and where to go on."""
    token = tokens[at]
    if not (token.low[0].isalnum()):
        return [], at + 1
    if known and (end := _known_end(tokens, at, known)):
        end = _with_country(tokens, at, end)
        return [(token.start, tokens[end - 1].end)], end
    if token.low in ("here", "there"):
        placed = _low(tokens, at - 1) in _BEFORE_ONE_PLACE or _low(tokens, at - 1) == "between"
        expletive = token.low == "there" and _low(tokens, at + 1) in _EXISTENCE
        return ([] if expletive or not placed else [(token.start, token.end)]), at + 1
    if end := _road_end(tokens, at):
        return [(token.start, tokens[end - 1].end)], end
    joins_clause = token.low == "that" and at + 1 < len(tokens) and _is_capital(tokens[at + 1])
    if (token.low in DEFINITE_WORDS or token.low in INDEFINITE_WORDS) and not joins_clause:
        return _thing(tokens, at, at + 1)
    if token.low in CLOSURE_NOUNS and _low(tokens, at + 1) in ("of", "at", "on", "near"):
        return _thing(tokens, at, at)
    end = _name_end(tokens, at)
    if not end:
        return [], at + 1
    if _is_person_or_organisation(tokens, at, end):
        return [], end
    if tokens[end - 1].low.endswith("'s") and _low(tokens, end) in CLOSURE_NOUNS:
        return [(token.start, tokens[end].end)], end + 1
    if cut := _pair_cut(tokens, at, end):
        return [(token.start, cut), (cut + 1, _bare_end(tokens[end - 1]))], end
    if _low(tokens, end) in _NOUNS_OF_NAMES and not tokens[end - 1].low.endswith("'s"):
        is_verb = _low(tokens, end) == "crossing" and _low(tokens, end + 1) in ("the", "a", "into", "to")
        if not is_verb and _low(tokens, end + 1) not in THING_NOUNS:
            end += 1
    end = _with_country(tokens, at, end)
    return [(token.start, _bare_end(tokens[end - 1]))], end


def _low(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].low if 0 <= at < len(tokens) else ""


def _bare_end(token: Token) -> int:
    return token.end - 2 if token.low.endswith("'s") and len(token.low) > 2 else token.end


# Names that are known


@lru_cache(maxsize=64)
def _known_names(names: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
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


def _known_end(tokens: Sequence[Token], at: int, known: dict[str, tuple[tuple[str, ...], ...]]) -> int:
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


# Names by their capitals


def _is_capital(token: Token) -> bool:
    text = token.text
    if text[0].isupper():
        return True
    head, dash, rest = text.partition("-")
    if dash and rest[:1].isupper() and head in ARTICLES_OF_NAMES:
        return True
    return len(text) > 3 and text[:2].lower() in ("l'", "d'", "l’", "d’") and text[2].isupper()


def _begins_sentence(tokens: Sequence[Token], at: int) -> bool:
    if at == 0:
        return True
    before = tokens[at - 1].low
    if before == ".":
        return _low(tokens, at - 2) not in _ABBREVIATIONS
    return before in "!?:…" or before in SENTENCE_OPENERS


def _name_end(tokens: Sequence[Token], at: int) -> int:
    """Where the name ends that begins at a token; 0 if none does."""
    token = tokens[at]
    if token.text in LOWER_ARTICLES:
        return _extended(tokens, at + 2) if at + 1 < len(tokens) and tokens[at + 1].text[0].isupper() else 0
    if not _is_capital(token) or token.text[0].isdigit():
        return 0
    following = tokens[at + 1] if at + 1 < len(tokens) else _NO_TOKEN
    capital_follows = _is_capital(following) and following.low not in FUNCTION_WORDS
    first = _begins_sentence(tokens, at)
    if token.low in FUNCTION_WORDS:
        may_be_article = token.low in ("at", "as", "an") and capital_follows and not first
        return _extended(tokens, at + 2) if may_be_article else 0
    if token.low.removesuffix("'s") in NOT_PLACES or token.low.partition("-")[0] in NOT_PLACES:
        is_head = token.low in _HEADS_BEFORE_CAPITAL and capital_follows and following.low not in NOT_PLACES
        return _extended(tokens, at + 1) if is_head else 0
    if token.low in FIRST_WORDS or token.low in THING_NOUNS or token.low in TRIP_NOUNS:
        is_head = (not first or token.low in _HEADS_BEFORE_CAPITAL or token.low in PLACE_NOUNS) and capital_follows
        is_of = token.low in _HEADS_OF and _low(tokens, at + 1) == "of"
        alone = not first and token.low in FIRST_WORDS and _low(tokens, at - 1) in _BEFORE_ONE_PLACE
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
    return following.low in _AFTER_FIRST_NAME or following.text[0].isdigit() or _is_capital(following)


def _extended(tokens: Sequence[Token], end: int) -> int:
    """Take in what belongs to a name after its first word."""
    while end < len(tokens):
        last, token = tokens[end - 1], tokens[end]
        if last.low.endswith("'s"):
            break
        if token.text == "." and last.low in _ABBREVIATIONS and end + 1 < len(tokens) and _is_capital(tokens[end + 1]):
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
        _is_capital(token)
        and not token.text[0].isdigit()
        and token.low not in FUNCTION_WORDS
        and (token.low not in NOT_PLACES or token.low in _HEADS_BEFORE_CAPITAL)
    )


def _with_country(tokens: Sequence[Token], at: int, end: int) -> int:
    """Take in ", Syria" or ", WY" after a name that is no country itself."""
    if _low(tokens, end) != "," or end + 1 >= len(tokens):
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


def _is_person_or_organisation(tokens: Sequence[Token], at: int, end: int) -> bool:
    lows = [token.low for token in tokens[at:end]]
    if lows[-1].removesuffix("'s") in ORGANISATION_ENDS or lows[0] in ORGANISATION_ENDS:
        return True
    if lows[0] in TITLES_OF_PERSONS and len(lows) > 1:
        return True
    before = _low(tokens, at - 1)
    if before == ".":
        before = _low(tokens, at - 2)
    if before in TITLES_OF_PERSONS or before == "@":
        return True
    after = _low(tokens, end)
    if after in SPEECH_VERBS and after not in _QUIET_SPEECH:
        return True
    if before in SPEECH_VERBS and before not in _QUIET_SPEECH:
        return True
    return before == "to" and _low(tokens, at - 2) == "according"


def _pair_cut(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where a hyphen parts two names, as in "the Damascus-Baghdad highway"; 0 if none does.

    After "from" or "in" stands one place, whose name has a hyphen.
    """
    token = tokens[end - 1]
    after, before = _low(tokens, end), _low(tokens, start - 1)
    sure = after in ROAD_NOUNS or after in TRIP_NOUNS
    if not sure and before in _BEFORE_ONE_PLACE:
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


# Names without capitals, in a sentence that has none


def _small_name_end(tokens: Sequence[Token], at: int) -> int:
    """Where a name ends that only its place tells: "from homs to damascus", "via tanf"."""
    end = _small_words(tokens, at)
    if not end:
        return 0
    before = _low(tokens, at - 1)
    if before == "via":
        return end
    if before in ("from", "between"):
        other = _small_words(tokens, end + 1) if _low(tokens, end) in ("to", "and", "till", "until") else 0
        return end if other else 0
    if before in ("to", "and", "till", "until") and at > 1:
        start = at - 2
        while start > 0 and at - start <= 4 and _low(tokens, start - 1) not in ("from", "between"):
            start -= 1
        opened = _low(tokens, start - 1) in ("from", "between") or start == 0
        return end if opened and _small_words(tokens, start) == at - 1 and (start or _is_told(tokens, end)) else 0
    if at == 0 and _low(tokens, end) == "to":
        other = _small_words(tokens, end + 1)
        return end if other and _is_told(tokens, other) else 0
    return 0


def _is_told(tokens: Sequence[Token], end: int) -> bool:
    following = _low(tokens, end)
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


# Roads with a number, and things


def _road_end(tokens: Sequence[Token], at: int) -> int:
    token = tokens[at]
    if token.low in ROAD_WORDS_BEFORE_NUMBER and token.low != "us":
        after = at + 2 if _low(tokens, at + 1) == "." else at + 1
        number = _low(tokens, after)
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
    if token.text in ("US", "SR", "CR") and _low(tokens, at + 1).isdigit() and len(_low(tokens, at + 1)) <= 3:
        return at + 2
    return 0


def _thing(tokens: Sequence[Token], at: int, first: int) -> tuple[list[tuple[int, int]], int]:
    """A thing such as "the border post" or "the closure of Nasib", from its article on."""
    head = first
    limit = min(len(tokens), first + _MODIFIERS_AT_MOST)
    while head < limit and tokens[head].low.removesuffix("'s") not in THING_NOUNS:
        low = tokens[head].low
        if (low in FUNCTION_WORDS and low != "only") or not low[0].isalnum() or low in SPEECH_VERBS:
            return _centre(tokens, at, first, head)
        if low in TRIP_NOUNS or _pair_cut(tokens, head, head + 1):
            return [], at + 1
        head += 1
    if head >= limit:
        return _centre(tokens, at, first, head)
    while head + 1 < len(tokens) and tokens[head + 1].low in THING_NOUNS and not tokens[head].low.endswith("'s"):
        head += 1
    noun = tokens[head].low.removesuffix("'s")
    modifiers = {token.low for token in tokens[first : head + 1]}
    if tokens[at].low in INDEFINITE_WORDS and not modifiers & (CLOSURE_NOUNS | SHUT_WORDS | ZONE_NOUNS):
        return [], at + 1
    if noun in ROAD_NOUNS and modifiers & _UNTELLING:
        return [], at + 1
    plain_road = noun in ROAD_NOUNS and head == first
    if plain_road and not (
        _is_said_shut(tokens, head + 1) or _is_shutting(tokens, at) or _is_set_against(tokens, at, head)
    ):
        return [], at + 1
    if head + 1 < len(tokens) and tokens[head + 1].low in TRIP_NOUNS and noun not in STRUCTURE_NOUNS:
        return [], at + 1
    if _low(tokens, head + 1) == "of":
        if noun in _SETTLEMENTS and (end := _name_end(tokens, head + 2) if head + 2 < len(tokens) else 0):
            return [(tokens[head + 2].start, _bare_end(tokens[end - 1]))], end
        if (modifiers & CLOSURE_NOUNS or noun == "capital" or noun in _OF_A_PLACE) and (
            end := _complement_end(tokens, head + 2)
        ):
            return [(tokens[at].start, _bare_end(tokens[end - 1]))], end
    return [(tokens[at].start, _bare_end(tokens[head]))], head + 1


def _centre(tokens: Sequence[Token], at: int, first: int, head: int) -> tuple[list[tuple[int, int]], int]:
    """Any thing in "around the crater" and "within 5 km of the stadium", although no list has the word."""
    before = _low(tokens, at - 1)
    measured = before in ("of", "from", "to") and any(_low(tokens, at - back) in _UNITS for back in (2, 3, 4))
    subject = _is_place_subject(tokens, at, first, head)
    if not subject and (tokens[at].low != "the" or not (before in _ROUND or measured)):
        return [], at + 1
    noun = tokens[first].low if first < len(tokens) else ""
    if before == "to" and _low(tokens, head) in ("from", "between", "of"):
        return [], at + 1
    if not 1 <= head - first <= 2 or not noun[:1].isalpha() or noun in _NO_CENTRES or noun in TRIP_NOUNS:
        return [], at + 1
    return [(tokens[at].start, _bare_end(tokens[head - 1]))], head


def _is_place_subject(tokens: Sequence[Token], at: int, first: int, head: int) -> bool:
    """Whether "the wreck" begins a sentence that tells where it lies."""
    if not _begins_sentence(tokens, at) or not 1 <= head - first <= 2 or _low(tokens, head) not in _LYING:
        return False
    noun = tokens[head - 1].low
    return noun.isalpha() and noun not in FIRST_WORDS and noun not in TRIP_NOUNS and not noun.endswith("s")


_LYING = words("is lies lay sits stands stood was")


def _is_said_shut(tokens: Sequence[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].low in LINKS:
        at += 1
    return _low(tokens, at) in SHUT_WORDS


def _is_set_against(tokens: Sequence[Token], at: int, head: int) -> bool:
    """Whether "than" or "versus" stands before "the motorway", and no words that tell which motorway behind."""
    if _low(tokens, at - 1) not in ("than", "versus", "vs", "against", "over", "via") and (
        _low(tokens, head + 1) not in ("cuts", "saves", "shortens", "shaves", "adds")
    ):
        return False
    return tokens[head].low not in ("route", "way", "path") and _low(tokens, head + 1) not in _TELLING_WHICH


_UNTELLING = words("shortest quickest fastest longest usual best entire main legal actual total only normal")
_TELLING_WHICH = words("via through over along from by to between past across that which")


def _is_shutting(tokens: Sequence[Token], at: int) -> bool:
    before = _low(tokens, at - 1)
    return before in SHUTTING_WORDS or (before == "of" and _low(tokens, at - 2) in CLOSURE_NOUNS)


def _complement_end(tokens: Sequence[Token], at: int) -> int:
    """Where the thing or name ends that stands after "of"."""
    if at >= len(tokens):
        return 0
    if end := _road_end(tokens, at):
        return end
    if tokens[at].low in DEFINITE_WORDS:
        spans, following = _thing(tokens, at, at + 1)
        if spans:
            return following
        inner = at + 1
        if inner < len(tokens) and (end := _road_end(tokens, inner) or _name_end(tokens, inner)):
            return end + 1 if _low(tokens, end) in THING_NOUNS else end
        return at + 2 if _low(tokens, at + 1) in ROAD_NOUNS else 0
    end = _name_end(tokens, at)
    if end:
        return end + 1 if _low(tokens, end) in THING_NOUNS else end
    return 0


def named_part(mention: Mention) -> Mention | None:
    """The name inside a mention such as "the al-Tanf zone".

    Parameters
    ----------
    mention : Mention
        Words of the text.

    Returns
    -------
    Mention or None
        None if it holds no name.

    Examples
    --------
    >>> named_part(Mention("the 55-km al-Tanf zone", 10, 32)).text
    'al-Tanf'
    """
    tokens = tokenise("- " + mention.text)  # no sentence begins with the mention
    for at in range(1, len(tokens)):
        if end := _name_end(tokens, at):
            start, stop = tokens[at].start - 2, _bare_end(tokens[end - 1]) - 2
            return Mention(mention.text[start:stop], mention.start + start, mention.start + stop, mention.inherited)
    return None
