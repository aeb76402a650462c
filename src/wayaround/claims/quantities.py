"""Distances and durations that a text states, read by one grammar without guessing."""

from wayaround.claims.amounts.hedges import read_hedge_after, read_hedge_before
from wayaround.claims.amounts.lookalikes import is_lookalike
from wayaround.claims.amounts.numbers import NUMBER_WORDS
from wayaround.claims.amounts.one_amount import Amount
from wayaround.claims.amounts.pairs import read_amounts, read_parallel
from wayaround.claims.amounts.tokens import HYPHENS, Tokens, cut_stretches, cut_tokens, cut_words
from wayaround.claims.amounts.unit_words import UNITS
from wayaround.claims.claim import Bound, Measure, Quantity

_ROUND_WORDS: dict[str, Measure] = {
    "radius": "radius",
    "radii": "radius",
    "diameter": "diameter",
    "diametre": "diameter",
}
_OPENERS = NUMBER_WORDS | {"hour", "mile"}
_LONGEST_NUMBER = 24  # tokens from its first to its unit


def find_quantities(text: str, *, offset: int = 0) -> list[Quantity]:
    """Distances and durations of a text, in its order, without overlap.

    Parameters
    ----------
    text : str
        A sentence or a whole document, in any script.
    offset : int
        Added to every span: where the text begins in its document.

    Returns
    -------
    list of Quantity
        Kilometres and hours.

    Notes
    -----
    Nothing is guessed from the rest of the text, so a sentence reads the same wherever it stands. "1.200 km" is 1,200
    kilometres and "55.125 km" is 55 and an eighth: a point before three digits parts thousands where the whole is no
    more than half the way round the Earth, and never of hours. A comma before three digits always parts thousands,
    before one or two it is a decimal sign. "10 or 12 hours" is a range; "10 and 12 hours", "10 vs. 12 hours" and
    "rises from 10 to 12 hours" are two values. "150 km" is rounded to ten. A day has 24 hours.

    Examples
    --------
    >>> [(q.low, q.hedge) for q in find_quantities("The way round is just 155 km longer, 10.4 hours vs. 13.1.")]
    [(155.0, 'just'), (10.4, None), (13.1, None)]
    """
    found: list[Quantity] = []
    for start, stretch in cut_stretches(text):
        if not UNITS.keys().isdisjoint(cut_words(stretch)):
            found += _find_in_tokens(cut_tokens(stretch), offset + start)
    return found


def _find_in_tokens(tokens: Tokens, offset: int) -> list[Quantity]:
    found: list[Quantity] = []
    free_from = 0
    last: Amount | None = None
    amounts: list[Amount]
    units = iter([i for i, word in enumerate(tokens.words) if word in UNITS])
    unit_at = next(units, None)
    for i in [i for i, word in enumerate(tokens.words) if word in _OPENERS or word[:1].isdecimal()]:
        if i < free_from:
            continue
        while unit_at is not None and unit_at < i:
            unit_at = next(units, None)
        amounts, end = [], i
        if unit_at is not None and unit_at <= i + _LONGEST_NUMBER:
            amounts, end = read_amounts(tokens, i)
        if not amounts and last:
            amounts, end = read_parallel(tokens, last, i)
        if not amounts:
            free_from = end if end > i else free_from
            continue
        if is_lookalike(tokens, amounts[0].first, amounts[-1].end, amounts[-1].unit):
            free_from = end
            continue
        for amount in amounts:
            found.append(_quantity(tokens, amount, free_from, offset))
            free_from = max(free_from, amount.end)
        free_from, last = max(end, free_from), amounts[-1]
    return found


def _quantity(tokens: Tokens, amount: Amount, free_from: int, offset: int) -> Quantity:
    first = amount.first
    hedge, bound, hedge_first = read_hedge_before(tokens, first)
    if amount.high > amount.low and tokens.words[hedge_first - 1] in {"between", "from"}:
        outer, outer_bound, hedge_first = read_hedge_before(tokens, hedge_first - 1)
        hedge, bound = _join_hedges((outer, outer_bound), (hedge, bound))
    if hedge_first < free_from:
        hedge, bound, hedge_first = None, "exactly", first
    later, later_bound, after = read_hedge_after(tokens, amount.end)
    hedge, bound = _join_hedges((hedge, bound), (amount.hedge, amount.bound), (later, later_bound))
    measure = _measure(tokens, hedge_first, after, amount)
    if measure in {"radius", "diameter"} and hedge is None:
        within = _within_round(tokens, hedge_first)
        hedge, bound = ("within", "at most") if within else (hedge, bound)
    elif measure == "duration" and hedge is None and _within_a(tokens, hedge_first):
        hedge, bound = "within", "at most"
    start, end = tokens.spans[first][0], tokens.spans[amount.end - 1][1]
    return Quantity(start + offset, end + offset, measure, amount.low, amount.high, amount.half_step, hedge, bound)


def _join_hedges(*hedges: tuple[str | None, Bound]) -> tuple[str | None, Bound]:
    """The first hedge that makes a bound, otherwise the first."""
    said = [(words, bound) for words, bound in hedges if words]
    for words, bound in said:
        if bound != "exactly":
            return words, bound
    return said[0] if said else (None, "exactly")


def _measure(tokens: Tokens, first: int, end: int, amount: Amount) -> Measure:
    if amount.unit.measure == "duration":
        return "duration"
    at = end + (tokens.words[end] in HYPHENS)
    if tokens.words[at] in {"in", "of"} and tokens.words[at + 1] in _ROUND_WORDS:
        at += 1
    if tokens.words[at] in _ROUND_WORDS and tokens.near(at):
        return _ROUND_WORDS[tokens.words[at]]
    at = first - 1
    while tokens.words[at] in {"a", "an", "the", "about", "some"}:
        at -= 1
    if tokens.words[at] in {"of", ":", "=", "(", "with"}:
        at -= 1
    elif tokens.words[at] in {"is", "was", "measures", "being", "to", "at", "are", "reaches", "has", "be"}:
        for k in range(at - 1, max(-1, at - 9), -1):
            word = tokens.words[k]
            if word in {".", ";", "!", "?", ","}:
                break
            if word in _ROUND_WORDS:
                return _ROUND_WORDS[word]
        return "distance"
    return _ROUND_WORDS.get(tokens.words[at], "distance")


def _within_round(tokens: Tokens, first: int) -> bool:
    """Whether "within a" stands before "55 km radius", or "within a radius of" before "55 km"."""
    at = first - 1
    if tokens.words[at] == "of" and tokens.words[at - 1] in _ROUND_WORDS:
        at -= 2
    return _within_a(tokens, at + 1)


def _within_a(tokens: Tokens, first: int) -> bool:
    return tokens.words[first - 1] in {"a", "an"} and tokens.words[first - 2] == "within"
