"""Distances and durations that a text states, read by one grammar without guessing."""

from dataclasses import replace

from wayaround.claims.amounts import Amount, read_amount, spread, stands_alone
from wayaround.claims.claim import Bound, Measure, Quantity
from wayaround.claims.hedges import read_hedge_after, read_hedge_before
from wayaround.claims.lookalikes import is_label, is_lookalike
from wayaround.claims.numbers import NUMBER_WORDS, read_number
from wayaround.claims.tokens import HYPHENS, Tokens, cut_stretches, cut_tokens, cut_words
from wayaround.claims.unit_words import UNITS

_VERSUS: dict[str, tuple[tuple[str, ...], ...]] = {
    "vs": (("vs", "."), ("vs",)),
    "v": (("v", "."),),
    "versus": (("versus",),),
    "against": (("against",),),
    "instead": (("instead", "of"),),
    "rather": (("rather", "than"),),
    ",": ((",", "not"), (",", "instead", "of"), (",", "against"), (",", "versus"), (",", "compared", "with")),
    "not": (("not",),),
    "compared": (("compared", "to"), ("compared", "with")),
    "as": (("as", "opposed", "to"), ("as", "against")),
}
"""Words that set one value against another, by the first of them."""
_GROWS = {
    "rose", "rise", "rises", "risen", "grew", "grow", "grows", "grown", "increase", "increases", "increased", "went", "go",
    "goes", "going", "gone", "jump", "jumps", "jumped", "up", "stretch", "stretched", "stretches", "lengthen", "lengthens",
    "lengthened", "climb", "climbs", "climbed", "doubled", "trip", "fell", "falls", "drop", "drops", "dropped", "down", "cut",
    "cuts", "rising", "growing", "increasing", "lengthening",
}  # fmt: skip
_ROUND_WORDS: dict[str, Measure] = {
    "radius": "radius",
    "radii": "radius",
    "diameter": "diameter",
    "diametre": "diameter",
}
_SAME_VALUE = 0.08
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
    units = iter([i for i, word in enumerate(tokens.words) if word in UNITS])
    unit_at = next(units, None)
    for i, word in enumerate(tokens.words):
        if i < free_from or not (word[:1].isdecimal() or word in NUMBER_WORDS):
            continue
        while unit_at is not None and unit_at < i:
            unit_at = next(units, None)
        if unit_at is None:
            break
        if unit_at > i + _LONGEST_NUMBER:
            continue
        amounts, end = _read_amounts(tokens, i)
        if not amounts:
            continue
        if is_lookalike(tokens, amounts[0].first, amounts[-1].end, amounts[-1].unit):
            free_from = end
            continue
        for amount in amounts:
            found.append(_quantity(tokens, amount, free_from, offset))
            free_from = max(free_from, amount.end)
        free_from = max(end, free_from)
    return found


def _read_amounts(tokens: Tokens, i: int) -> tuple[list[Amount], int]:
    """What begins at token `i`: one amount, or two that share a unit; and the first token after them."""
    amount = read_amount(tokens, i)
    if amount is None:
        return _read_shared_unit(tokens, i)
    ranged = _read_range(tokens, amount)
    if ranged:
        amount = ranged
    elif tokens.words[amount.end] == "or" and tokens.words[amount.end + 1] == "two" and amount.low == amount.unit.size:
        amount = replace(amount, end=amount.end + 2, high=2 * amount.unit.size)
    else:
        second = _read_value_after(tokens, amount)
        if second:
            return [amount, second], second.end
    amount = _with_conversion(tokens, amount)
    return [amount], amount.end


def _read_range(tokens: Tokens, amount: Amount) -> Amount | None:
    """A second amount with its own unit that closes a range: "150 km to 160 km", "45 minutes to an hour"."""
    at = amount.end
    word = tokens.words[at]
    between = tokens.words[amount.first - 1] == "between"
    if not (word in HYPHENS or word == "to" or (word == "and" and between)) or not tokens.near(at):
        return None
    if word == "to" and tokens.words[amount.first - 1] == "from" and _grows(tokens, amount.first - 1):
        return None
    upper = read_amount(tokens, at + 1)
    if upper is None or upper.unit.measure != amount.unit.measure or not amount.low < upper.low <= 20 * amount.low:
        return None
    return replace(upper, first=amount.first, low=amount.low, half_step=max(amount.half_step, upper.half_step))


def _read_shared_unit(tokens: Tokens, i: int) -> tuple[list[Amount], int]:
    """Of "10 to 12 hours" a range, of "10.4 vs. 13.1 hours" two values."""
    number = read_number(tokens, i)
    if number is None or number.is_article or number.hedge or is_label(tokens, i):
        return [], i
    at, word = number.end, tokens.words[number.end]
    if not tokens.near(at):
        return [], i
    length = _versus_length(tokens, at)
    if length:
        second = read_amount(tokens, at + length)
        return ([spread(second, number, i, number.end), second], second.end) if second else ([], i)
    joined = word in HYPHENS or word in {"to", "or", "and", "~"}
    if not joined:
        return [], i
    second = read_amount(tokens, at + 1)
    if second is None or not tokens.near(at + 1):
        return [], i
    first = spread(second, number, i, number.end)
    before = tokens.words[i - 1]
    if word == "and" and before != "between":
        return [first, second], second.end
    if word == "to" and before == "from" and _grows(tokens, i - 1):
        return [first, second], second.end
    if first.low >= second.low:
        return ([first, second], second.end) if word == "or" else ([], i)
    ranged = replace(second, first=i, low=first.low, half_step=max(first.half_step, second.half_step))
    ranged = _with_conversion(tokens, ranged)
    return [ranged], ranged.end


def _read_value_after(tokens: Tokens, amount: Amount) -> Amount | None:
    """The 13.1 of "10.4 hours vs. 13.1"."""
    at = amount.end
    length = _versus_length(tokens, at)
    grows = tokens.words[at] == "to" and tokens.words[amount.first - 1] == "from"
    if not (length or grows) or not tokens.near(at):
        return None
    first = at + (length or 1)
    while tokens.words[first] in {"about", "around", "roughly", "nearly", "almost", "only", "just", "~"}:
        first += 1
    number = read_number(tokens, first)
    if number is None or number.is_article or not stands_alone(tokens, number.end):
        return None
    return spread(amount, number, first, number.end)


def _versus_length(tokens: Tokens, i: int) -> int:
    """How many tokens the words that set one value against another take at `i`; 0 if there are none."""
    return next((len(words) for words in _VERSUS.get(tokens.words[i], ()) if tokens.phrase(i, words)), 0)


def _grows(tokens: Tokens, i: int) -> bool:
    """Whether one of the words before `i` tells of a change: "rises from 5 to 7 hours"."""
    return any(tokens.words[k] in _GROWS for k in range(max(0, i - 3), i))


def _with_conversion(tokens: Tokens, amount: Amount) -> Amount:
    """Take in the same distance told again in another unit: "150 km (93 miles)"."""
    at, bracket = amount.end, tokens.words[amount.end]
    if bracket in {"(", "[", "/", ",", "or"}:
        at += 1
        if bracket == "," and tokens.words[at] == "or":
            at += 1
    else:
        return amount
    while tokens.words[at] in {
        "about",
        "around",
        "roughly",
        "approximately",
        "some",
        "nearly",
        "almost",
        "~",
        "or",
        "≈",
    }:
        at += 1
    again = read_amount(tokens, at)
    if again is None:
        shared, _ = _read_shared_unit(tokens, at)
        again = shared[0] if len(shared) == 1 else None
    if again is None or again.unit == amount.unit or again.unit.measure != amount.unit.measure:
        return amount
    if abs(again.low - amount.low) > _SAME_VALUE * amount.low + amount.half_step + again.half_step:
        return amount
    end = again.end
    if bracket in {"(", "["} and tokens.words[end] in {")", "]"}:
        end += 1
    return replace(amount, end=end)


def _quantity(tokens: Tokens, amount: Amount, free_from: int, offset: int) -> Quantity:
    first = amount.first
    opener = tokens.words[first - 1]
    lead = first
    if amount.high > amount.low and opener in {"between", "from"}:
        lead = first - 1
    hedge, bound, hedge_first = read_hedge_before(tokens, lead)
    if hedge_first < free_from:
        hedge, bound, hedge_first = None, "exactly", lead
    later, later_bound, after = read_hedge_after(tokens, amount.end)
    hedge, bound = _join_hedges((hedge, bound), (amount.hedge, amount.bound), (later, later_bound))
    measure = _measure(tokens, hedge_first, after, amount)
    if measure in {"radius", "diameter"} and hedge is None:
        within = _within_round(tokens, hedge_first)
        hedge, bound = ("within", "at most") if within else (hedge, bound)
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
    return tokens.words[at] in {"a", "an"} and tokens.words[at - 1] == "within"
