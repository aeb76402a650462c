"""Words that judge a way, and words by which a sentence corrects another."""

from collections.abc import Sequence

from wayaround.claims.vocabulary import words
from wayaround.claims.wording.items import Token, tokenise

_JUDGING = words(
    """minor major trivial negligible insignificant huge enormous massive tiny marginal substantial considerable serious
    severe terrible horrible ridiculous absurd reasonable acceptable unacceptable manageable unmanageable bearable
    unbearable annoying tolerable intolerable painful harmless outrageous modest slight dramatic drastic crippling
    disastrous catastrophic laughable irrelevant gigantic colossal immense inconvenient inconvenience nuisance hassle
    nightmare peanuts pathetic exaggerated overblown unimportant moderate hefty whopping staggering"""
)
_JUDGED = words(
    """inconvenience inconveniences detour nuisance problem difference matter issue delay annoyance burden disruption
    impact hardship thing distance diversion change obstacle setback trip drive cost price hassle effect"""
)
_PHRASES = tuple(
    phrase.split()
    for phrase in (
        "not a big deal", "no big deal", "a big deal", "not such a big deal", "not worth mentioning", "piece of cake",
        "drop in the ocean", "no problem", "not a problem", "the end of the world", "nothing to speak of", "a breeze",
        "next to nothing", "a stone's throw", "not that bad", "not so bad", "not too bad", "no joke", "big difference",
        "small price", "little more than", "hardly worth", "a long way", "not far", "small detour", "big detour",
    )
)  # fmt: skip
_PHRASES_BY_FIRST: dict[str, list[list[str]]] = {}
for _phrase in sorted(_PHRASES, key=len, reverse=True):
    _PHRASES_BY_FIRST.setdefault(_phrase[0], []).append(_phrase)
JUDGING_SIGNS = _JUDGING | {max(filter(str.isalpha, phrase), key=len) for phrase in _PHRASES}
"""Without one of these words a sentence judges nothing."""
_TURNING = (
    ("anything", "but"), ("far", "from"), ("nothing", "but"), ("more", "than"), ("less", "than"), ("not", "a"),
    ("not", "exactly"), ("no", "mere"), ("hardly", "a"), ("not", "just", "a"),
)  # fmt: skip
_TURNING_WORDS = words("not no hardly very quite rather pretty really truly so too extremely isn't ain't never barely")


def find_judgements(text: str) -> tuple[str, ...]:
    """Words that judge instead of measure.

    Parameters
    ----------
    text : str
        A sentence.

    Returns
    -------
    tuple of str
        As written, with the words that turn them round: "anything but minor".

    Examples
    --------
    >>> find_judgements("That is anything but minor, and no big deal for nobody.")
    ('anything but minor', 'no big deal')
    """
    return judgements_among(text, tokenise(text))


def judgements_among(text: str, tokens: Sequence[Token]) -> tuple[str, ...]:
    """`find_judgements` for words that are cut already."""
    found: list[str] = []
    at = 0
    while at < len(tokens):
        start, end = at, _phrase_end(tokens, at)
        if not end and tokens[at].low in _JUDGING:
            start, end = _turned(tokens, at), at + 1
            if end < len(tokens) and tokens[end].low in _JUDGED:
                end += 1
        if end:
            found.append(text[tokens[start].start : tokens[end - 1].end])
        at = max(end, at + 1)
    return tuple(found)


def _phrase_end(tokens: Sequence[Token], at: int) -> int:
    for phrase in _PHRASES_BY_FIRST.get(tokens[at].low, ()):
        if [token.low for token in tokens[at : at + len(phrase)]] == phrase:
            return at + len(phrase)
    return 0


def _turned(tokens: Sequence[Token], at: int) -> int:
    for turning in _TURNING:
        start = at - len(turning)
        if start >= 0 and tuple(token.low for token in tokens[start:at]) == turning:
            return start
    return at - 1 if at and tokens[at - 1].low in _TURNING_WORDS else at


_CORRECTING = tuple(
    phrase.split()
    for phrase in (
        "correction", "erratum", "corrigendum", "i meant", "i mean to say", "meant to write", "meant to say",
        "should read", "should have read", "should have been", "should have said", "should say", "should be spelled",
        "is spelled", "is spelt", "it's spelled", "it's spelt", "is misspelled", "was misspelled", "spelling is",
        "i stand corrected", "stands corrected", "typo", "my mistake", "my bad", "i misread", "i mistyped",
        "i miscalculated", "i was wrong", "i got it wrong", "to correct", "let me correct", "correcting",
        "we regret the error", "an earlier version", "a previous version", "wrongly stated", "misstated",
        "correct name is", "correct figure is", "correct number is", "correct spelling", "is actually called",
        "is called", "not pronounced", "has been corrected", "was corrected", "have corrected", "name is wrong",
    )
)  # fmt: skip
_CORRECTING_BY_FIRST: dict[str, list[list[str]]] = {}
for _phrase in _CORRECTING:
    _CORRECTING_BY_FIRST.setdefault(_phrase[0], []).append(_phrase)
CORRECTING_SIGNS = frozenset(max(filter(str.isalpha, phrase), key=len) for phrase in _CORRECTING) | {"not"}
"""Without one of these words a sentence corrects nothing."""
_CLAUSES = 7


def is_correction(text: str) -> bool:
    """Whether a sentence says of itself that it corrects another.

    Parameters
    ----------
    text : str
        A sentence.

    Returns
    -------
    bool
        For "Correction:", "I meant", "should read", "is spelled", "it is X, not Y", "not X but Y".

    Examples
    --------
    >>> is_correction("It is al-Tanf, not al-Tamf."), is_correction("The zone is not small.")
    (True, False)
    """
    return correction_among(tokenise(text))


def correction_among(tokens: Sequence[Token]) -> bool:
    """`is_correction` for words that are cut already."""
    for at, token in enumerate(tokens):
        for phrase in _CORRECTING_BY_FIRST.get(token.low, ()):
            met = [other.low for other in tokens[at : at + len(phrase)]] == phrase
            # "is called" corrects only where one name is set against another
            if met and (phrase != ["is", "called"] or any(other.low == "not" for other in tokens)):
                return True
        if token.low == "not" and _sets_right(tokens, at):
            return True
    return False


def _sets_right(tokens: Sequence[Token], at: int) -> bool:
    after = at + 1
    while after < len(tokens) and tokens[after].low in ("the", "a", "via", "about", "at"):
        after += 1
    if after >= len(tokens) or not (
        tokens[after].text[0].isdigit() or tokens[after].text[0].isupper() or "-" in tokens[after].text
    ):
        return False
    but = any(token.low == "but" for token in tokens[after : after + _CLAUSES])
    return but or (at > 0 and tokens[at - 1].low in (",", "–", "—", "-", "and"))


_GIVING = words(
    "it's its that's thats is make makes try rather like closer nearer actually no nope only just say most tops max was"
)
_BARE_WORDS_AT_MOST = 16
_NOT_OF_WAYS = words(
    """queue wait waited waiting delay delays closed shut blocked stuck lasted hours-long ago war tunnel bridge convoy
    speed wide deep high tall old sleep slept meeting"""
)


def is_bare_value(text: str) -> bool:
    """Whether a sentence does little else than give a value, as "No way, it's 155 km at most" does.

    Parameters
    ----------
    text : str
        A sentence.

    Returns
    -------
    bool
        What the value measures must then be known from what it answers.

    Examples
    --------
    >>> is_bare_value("More like 150 km."), is_bare_value("We waited 3 hours and it was hot.")
    (True, False)
    """
    lows = {token.low for token in tokenise(text)}
    return len(lows) <= _BARE_WORDS_AT_MOST and bool(lows & _GIVING) and not lows & _NOT_OF_WAYS
