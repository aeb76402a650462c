"""Words that loosen a quantity, or make a bound of it."""

from wayaround.claims.amounts.numbers import NUMBER_WORDS
from wayaround.claims.amounts.tokens import HYPHENS, Tokens
from wayaround.claims.claim import Bound

_BEFORE: dict[Bound, str] = {
    "exactly": "about|approximatively|aprox|+ / -|plus or minus|plus minus|"
    "around|roughly|approximately|approx|approx .|some|nearly|almost|close to|near|nearing|"
    "circa|ca|ca .|c .|~|≈|±|just|just about|only|only about|only some|merely|a mere|mere|"
    "exactly|precisely|an estimated|estimated|estimated at|maybe|perhaps|barely|hardly|scarcely|"
    "in the region of|in the order of|on the order of|somewhere around|something like|more or less|"
    "roughly about|give or take|a good|a full|a whole|another|an extra|an additional|in all|"
    "round about|roundabout|not much more than|an average of|averaging",
    "at least": "more than|over|just over|a little over|slightly over|well over|at least|at the very least|"
    "at the least|upwards of|upward of|no less than|not less than|no fewer than|not fewer than|"
    "nothing less than|in excess of|exceeding|exceeds|exceed|longer than|greater than|farther than|"
    "further than|a minimum of|minimum|min|min .|minimum of|>|≥|> =|as little as|little more than|"
    "slightly more than|a little more than|much more than|far more than|well above|above|better than|"
    "easily|not under|never under|never less than|not below|no shorter than|not shorter than|exceeded|"
    "a bit over|a bit more than|a shade over|no closer than|no nearer than|not closer than|"
    "hardly more than|barely more than|scarcely more than|beyond|at minimum|at a minimum|minimally|"
    "minimal|a little above|just above|more then|slightly above",
    "at most": "up to|upto|at most|at the most|at the very most|less than|fewer than|shorter than|under|"
    "just under|well under|a little under|slightly under|below|within|no more than|not more than|"
    "as much as|as many as|not even|no longer than|not longer than|no further than|no farther than|"
    "a maximum of|maximum|maximum of|max|max .|<|≤|< =|just less than|slightly less than|"
    "a little less than|little less than|much less than|far less than|nothing more than|never more than|"
    "not over|not exceeding|not exceed|t exceed|never exceeds|never exceed|short of|just short of|"
    "shy of|just shy of|a bit under|a bit less than|a shade under|just below|well below|maximally|"
    "maximal|at maximum|at a maximum|closer than|nearer than|to within|less then|not above|up until",
}
_AFTER: dict[Bound, str] = {
    "exactly": "or so|or thereabouts|or thereabout|give or take|more or less|roughly|approximately|approx|"
    "exactly|precisely|only",
    "at least": "or more|or longer|or further|or over|and more|at least|at the very least|at the least|plus|+|"
    "minimum|min|at minimum|at a minimum|minimal|minimally",
    "at most": "or less|or under|or fewer|at most|at the most|at the very most|maximum|max|tops|tops .|"
    "at maximum|maximal|maximally",
}
_INNER: dict[Bound, str] = {
    "exactly": "or so|odd|- odd|ish|- ish|something|- something",
    "at least": "or more|plus|- plus|+|and more|( or more )|( + )",
    "at most": "or less|or fewer",
}
_NO_HEDGE = {"another", "an extra", "an additional", "a whole", "a full", "in all", "near"}


def _phrases(joined: str) -> set[tuple[str, ...]]:
    return {tuple(phrase.split()) for phrase in joined.split("|")}


def _table(phrases: dict[Bound, str]) -> dict[tuple[str, ...], Bound]:
    return {words: bound for bound, joined in phrases.items() for words in _phrases(joined)}


_WITH_ARTICLE = _phrases(
    "about|just|only|merely|nearly|almost|roughly|approximately|more than|less than|at least"
    "|at most|up to|not even|no more than|no less than|easily|barely|hardly"
)
_BEFORE_TABLE, _AFTER_TABLE, _INNER_TABLE = _table(_BEFORE), _table(_AFTER), _table(_INNER)
_LAST_WORDS = {words[-1] for words in _BEFORE_TABLE}
_AFTER_FIRST, _INNER_FIRST = {words[0] for words in _AFTER_TABLE}, {words[0] for words in _INNER_TABLE}
_LONGEST = max(map(len, _BEFORE_TABLE))
_LONGEST_AFTER = max(map(len, _AFTER_TABLE))
_MOST_IN_A_ROW = 3


def read_hedge_before(tokens: Tokens, i: int) -> tuple[str | None, Bound, int]:
    """Hedge that ends before token `i`, the bound it makes and its first token.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> read_hedge_before(cut_tokens("it is no more than 155 km"), 5)
    ('no more than', 'at most', 2)
    """
    bound: Bound = "exactly"
    first, last, named = i, i, False
    for _ in range(_MOST_IN_A_ROW):
        stop = first
        if first == i and tokens.words[i - 1] in {"a", "an"} and tokens.near(i):
            stop = i - 1
        words = _longest_before(tokens, stop)
        if words is None or (stop < i == first and words not in _WITH_ARTICLE):
            break
        if words == (">",) and tokens.words[stop - 2] in {*HYPHENS, "="}:
            break  # an arrow
        phrase = " ".join(words)
        if phrase not in _NO_HEDGE:
            if not named:
                last, named = stop, True
            if bound == "exactly":
                bound = _BEFORE_TABLE[words]
        elif not named:
            last = stop - len(words)
        first = stop - len(words)
    if not named:
        return None, "exactly", i
    start, end = tokens.spans[first][0], tokens.spans[last - 1][1]
    return " ".join(tokens.text[start:end].lower().split()), bound, first


def _longest_before(tokens: Tokens, i: int) -> tuple[str, ...] | None:
    if tokens.words[i - 1] not in _LAST_WORDS or not tokens.near(i):
        return None
    for length in range(min(_LONGEST, i), 0, -1):
        words = tuple(tokens.words[i - length : i])
        if words in _BEFORE_TABLE and all(tokens.near(k) for k in range(i - length + 1, i)):
            return words
    return None


def read_hedge_within(tokens: Tokens, i: int) -> tuple[str | None, Bound, int]:
    """Hedge between number and unit: "150-odd km", "155+ km", "ten or more hours"; with the token after it."""
    if tokens.words[i] not in _INNER_FIRST:
        return None, "exactly", i
    for length in range(4, 0, -1):
        words = tuple(tokens.words[i : i + length])
        if len(words) == length and words in _INNER_TABLE and tokens.near(i):
            return " ".join(word for word in words if word not in HYPHENS), _INNER_TABLE[words], i + length
    return None, "exactly", i


def read_hedge_after(tokens: Tokens, i: int) -> tuple[str | None, Bound, int]:
    """Hedge that begins at token `i`: "or so", "or more", "at the very least"; with the token after it.

    One that stands before another number ("10 hours, at least 155 km") belongs there.
    """
    skipped = tokens.words[i] == "," or (tokens.words[i] in HYPHENS and tokens.glued(i))
    at = i + skipped
    if tokens.words[at] not in _AFTER_FIRST:
        return None, "exactly", i
    for length in range(_LONGEST_AFTER, 0, -1):
        words = tuple(tokens.words[at : at + length])
        if len(words) != length or words not in _AFTER_TABLE or not tokens.near(at):
            continue
        end = at + length
        opens_next = words in _BEFORE_TABLE and tokens.words[end] in NUMBER_WORDS and skipped
        if words[0] not in {"or", "and", "+", "plus"} and (tokens.is_digits(end) or opens_next):
            continue
        if words == ("only",) and tokens.words[end][:1].isalnum():  # "155 km only if": of the condition
            continue
        return " ".join(words), _AFTER_TABLE[words], end
    return None, "exactly", i
