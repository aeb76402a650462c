"""Words of a text that may fill a slot: names of places and roads, and things such as "the zone" and "the capital"."""

from collections.abc import Sequence

from wayaround.claims.claim import Mention
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.items import Token, tokenise
from wayaround.claims.wording.lexicon import (
    CLOSURE_NOUNS,
    DEFINITE_WORDS,
    INDEFINITE_WORDS,
    LOWER_ARTICLES,
    ORGANISATION_ENDS,
    ROAD_WORDS_BEFORE_NUMBER,
    SPEECH_VERBS,
    THING_NOUNS,
    TITLES_OF_PERSONS,
)
from wayaround.claims.wording.names import (
    BEFORE_ONE_PLACE,
    bare_end,
    is_capital,
    known_end,
    known_names,
    name_end,
    pair_cut,
    small_name_end,
    with_country,
    word_at,
)
from wayaround.claims.wording.things import road_end, thing_spans

_QUIET_SPEECH = words("adds added put puts answers reports states notes")


_EXISTENCE = words("is are was were will would has have had isn't aren't wasn't exists exist being")


_NOUNS_OF_NAMES = words("airport pass bridge tunnel junction harbour harbor crossing checkpoint dam valley island port")


_OPENERS = (
    DEFINITE_WORDS | INDEFINITE_WORDS | CLOSURE_NOUNS | ROAD_WORDS_BEFORE_NUMBER | LOWER_ARTICLES | {"here", "there"}
)
"""Words in small letters at which a mention may begin."""


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
    >>> [m.text for m in find_mentions("From Deir ez-Zor to Homs, Syria, the zone adds 50 km, Ali Hamad said.")]
    ['Deir ez-Zor', 'Homs, Syria', 'the zone']
    """
    tokens = tokenise(text)
    known = known_names(tuple(names))
    mentions: list[Mention] = []
    at = 0
    small = not any(token.text[0].isupper() and token.low != "i" for token in tokens[1:])
    while at < len(tokens):
        token = tokens[at]
        if not (small or known) and token.text.isalpha() and token.text.islower() and token.low not in _OPENERS:
            at += 1
            continue
        spans, following = _spans_at(tokens, at, known)
        if not spans and small and (end := small_name_end(tokens, at)):
            spans, following = [(tokens[at].start, bare_end(tokens[end - 1]))], end
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
    if known and (end := known_end(tokens, at, known)):
        end = with_country(tokens, at, end)
        return [(token.start, tokens[end - 1].end)], end
    if token.low in ("here", "there"):
        placed = word_at(tokens, at - 1) in BEFORE_ONE_PLACE or word_at(tokens, at - 1) == "between"
        expletive = token.low == "there" and word_at(tokens, at + 1) in _EXISTENCE
        return ([] if expletive or not placed else [(token.start, token.end)]), at + 1
    if end := road_end(tokens, at):
        return [(token.start, tokens[end - 1].end)], end
    joins_clause = token.low == "that" and at + 1 < len(tokens) and is_capital(tokens[at + 1])
    if (token.low in DEFINITE_WORDS or token.low in INDEFINITE_WORDS) and not joins_clause:
        return thing_spans(tokens, at, at + 1)
    if token.low in CLOSURE_NOUNS and word_at(tokens, at + 1) in ("of", "at", "on", "near"):
        return thing_spans(tokens, at, at)
    end = name_end(tokens, at)
    if not end:
        return [], at + 1
    if _is_person_or_organisation(tokens, at, end):
        return [], end
    if tokens[end - 1].low.endswith("'s") and word_at(tokens, end) in CLOSURE_NOUNS:
        return [(token.start, tokens[end].end)], end + 1
    if cut := pair_cut(tokens, at, end):
        return [(token.start, cut), (cut + 1, bare_end(tokens[end - 1]))], end
    if word_at(tokens, end) in _NOUNS_OF_NAMES and not tokens[end - 1].low.endswith("'s"):
        is_verb = word_at(tokens, end) == "crossing" and word_at(tokens, end + 1) in ("the", "a", "into", "to")
        if not is_verb and word_at(tokens, end + 1) not in THING_NOUNS:
            end += 1
    end = with_country(tokens, at, end)
    return [(token.start, bare_end(tokens[end - 1]))], end


def _is_person_or_organisation(tokens: Sequence[Token], at: int, end: int) -> bool:
    lows = [token.low for token in tokens[at:end]]
    if lows[-1].removesuffix("'s") in ORGANISATION_ENDS or lows[0] in ORGANISATION_ENDS:
        return True
    if lows[0] in TITLES_OF_PERSONS and len(lows) > 1:
        return True
    before = word_at(tokens, at - 1)
    if before == ".":
        before = word_at(tokens, at - 2)
    if before in TITLES_OF_PERSONS or before == "@":
        return True
    after = word_at(tokens, end)
    if after in SPEECH_VERBS and after not in _QUIET_SPEECH:
        return True
    if before in SPEECH_VERBS and before not in _QUIET_SPEECH and after not in ("to", "via", "–", "—", "-", "is"):
        return True
    return before == "to" and word_at(tokens, at - 2) == "according"


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
        if end := name_end(tokens, at):
            start, stop = tokens[at].start - 2, bare_end(tokens[end - 1]) - 2
            return Mention(mention.text[start:stop], mention.start + start, mention.start + stop, mention.inherited)
    return None
