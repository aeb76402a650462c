"""One value with its unit: "155 km", "2 h 45 min", "half an hour", "an hour and a half"."""

from dataclasses import dataclass, replace

from wayaround.claims.amounts.hedges import read_hedge_within
from wayaround.claims.amounts.numbers import (
    NUMBER_WORDS,
    Number,
    half_step_of,
    read_and_fraction,
    read_number,
)
from wayaround.claims.amounts.tokens import HYPHENS, Tokens
from wayaround.claims.amounts.unit_words import (
    DAY,
    FOOT,
    HOUR,
    METRE,
    MILE,
    MINUTE,
    UNITS,
    WEEK,
    YARD,
    Unit,
    read_unit,
)
from wayaround.claims.claim import Bound

_CLOCK_WORDS = {"at", "by", "until", "till", "before", "after", "since", "from", "around"}
_TAKES = {
    "takes", "makes", "make", "made", "by", "take", "took", "taking", "adds", "add", "added", "adding", "needs",
    "need", "needed", "costs", "cost", "lose", "loses", "lost", "lasts", "lasted", "about", "almost", "nearly",
    "over", "than", "least", "most", "within", "only", "just", "half", "is", "was", "means", "saves", "save",
    "requires", "to", "around", "roughly", "another", "even",
}  # fmt: skip
_COUNTED_PER = {
    "$", "€", "£", "%", "times", "once", "twice", "cents", "cent", "dollar", "euro", "pound", "litre", "liter",
    "gallon", "many", "half",
}  # fmt: skip
_TRAVELS = {
    "departs", "depart", "departing", "departure", "leaves", "leave", "leaving", "arrives", "arrive", "arriving",
    "arrival", "opens", "closes", "dep", "arr",
}  # fmt: skip
_LONGER = {"longer", "more", "extra", "drive", "journey", "trip", "ride", "travel", "detour", "delay", "long"}
_FUNCTION_WORDS = {
    "from", "to", "on", "by", "via", "for", "with", "in", "at", "if", "of", "the", "when", "and", "or", "instead",
    "against", "vs", "versus", "longer", "more", "extra", "each", "one", "through", "over", "using", "without",
    "while", "but", "as", "around", "along", "now", "today", "before", "after", "because", "round", "either",
    "otherwise", "it", "that", "is", "was", "normally", "usually", "under", "this", "which", "than", "compared",
    "rather", "not", "respectively",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """A value or a range with its unit, before it is known whether it says what it seems to say.

    Parameters
    ----------
    first, end : int
        Its tokens; `end` is the first after it.
    unit : Unit
        The last one in it.
    low, high, half_step : float
        In the unit's own measure, kilometres or hours.
    hedge, bound
        Of a hedge inside it: "150-odd km".
    is_digits : bool
        Written in digits.
    """

    first: int
    end: int
    unit: Unit
    low: float
    high: float
    half_step: float
    hedge: str | None = None
    bound: Bound = "exactly"
    is_digits: bool = True


def read_amount(tokens: Tokens, i: int) -> Amount | None:
    """The value with its unit that begins at token `i`, or None.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> read_amount(cut_tokens("2h 45m"), 0).low
    2.75
    """
    if tokens.words[i + 1] == ":" and tokens.is_digits(i):
        return _read_clock(tokens, i)
    if tokens.words[i] in {"hour", "mile"}:
        return _read_bare_unit(tokens, i)
    number = read_number(tokens, i)
    if number is None:
        return None
    hedge, bound, at = read_hedge_within(tokens, number.end)
    if number.is_article or not hedge:
        hedge, bound, at = number.hedge, "exactly", number.end
    if tokens.words[at] == "(" and tokens.words[at + 1]:  # "ten (10) hours", as contracts have it
        again = read_number(tokens, at + 1)
        if again and again.value == number.value and tokens.words[again.end] == ")":
            at = again.end + 1
    found = read_unit(tokens, at, after_digits=number.is_digits)
    if found is None:
        return None
    unit, end = found
    is_one = number.is_article or (tokens.words[i] == "one" and number.value == 1 and unit == DAY)
    if is_one and not _article_counts(tokens, i, unit, end):
        return None
    if unit.size == HOUR.size and unit.measure == "duration" and _is_clock_time(tokens, i, number, end):
        return None
    amount = _amount(i, end, unit, number)
    if hedge:
        amount = replace(amount, hedge=hedge, bound=bound)
    return _with_smaller_units(tokens, amount)


def spread(amount: Amount, number: Number, first: int, end: int) -> Amount:
    """The same unit over another number: the 10.4 of "10.4 vs. 13.1 hours"."""
    return _amount(first, end, amount.unit, number)


def stands_alone(tokens: Tokens, end: int) -> bool:
    """Whether what follows leaves a number without a unit: no noun, no sign that makes another thing of it."""
    word = tokens.words[end]
    if not word or not tokens.near(end):
        return True
    if word[0].isalpha():
        return word in _FUNCTION_WORDS and not (tokens.glued(end))
    if word in HYPHENS or word == ":":
        return not tokens.glued(end) or (word != ":" and tokens.is_digits(end + 1))
    return word in {".", ",", ";", "!", "?", ")", "]", '"', "”", "’", "…"}


def _amount(first: int, end: int, unit: Unit, number: Number) -> Amount:
    value, half_step = number.value, number.half_step
    if number.grouped is not None and unit.measure == "distance":
        value, half_step = number.grouped, half_step_of(int(number.grouped))
    size = unit.size
    return Amount(first, end, unit, value * size, value * size, half_step * size, is_digits=number.is_digits)


def _read_clock(tokens: Tokens, i: int) -> Amount | None:
    """Of "2:45 hours"."""
    if not tokens.glued(i + 1) or not tokens.glued(i + 2):
        return None
    hours, minutes = tokens.words[i], tokens.words[i + 2]
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) <= 3 and int(minutes) < 60):
        return None
    if tokens.words[i - 1] in _CLOCK_WORDS or (tokens.glued(i) and tokens.words[i - 1] not in {"(", "~"}):
        return None
    follows = tokens.words[i - 1] in {"to", "and", *HYPHENS} and ":" in tokens.words[max(0, i - 5) : i]
    if follows and int(hours) >= 12:
        return None  # "06:00 to 18:00 hrs"
    found = read_unit(tokens, i + 3, after_digits=True)
    if found is None or found[0].size != 1 or found[0].measure != "duration":
        return None
    value = int(hours) + int(minutes) / 60
    return Amount(i, found[1], HOUR, value, value, half_step_of(int(minutes)) / 60)


def _read_bare_unit(tokens: Tokens, i: int) -> Amount | None:
    """Of "hour-long" and "hour and a half", which say one without a number."""
    if tokens.words[i - 1] in {"rush", "happy"}:
        return None
    unit = UNITS[tokens.words[i]]
    if tokens.words[i + 1] in HYPHENS and tokens.words[i + 2] == "long" and tokens.glued(i + 2):
        return Amount(i, i + 1, unit, unit.size, unit.size, 0.5 * unit.size)
    fraction = read_and_fraction(tokens, i + 1)
    if fraction is None:
        return None
    value = (1 + fraction[0]) * unit.size
    return Amount(i, fraction[1], unit, value, value, fraction[0] / 2 * unit.size)


def _is_clock_time(tokens: Tokens, i: int, number: Number, end: int) -> bool:
    """Whether "1500 hours", "0900 hrs", "at 10h" or "at 10h30" is a time of day."""
    if not number.is_digits:
        return False
    digits, before = tokens.words[i], tokens.words[i - 1]
    if len(digits) == 4 and digits.isdecimal() and int(digits) < 2400 and int(digits) % 100 < 60:
        return digits[0] == "0" or before in _CLOCK_WORDS
    if not digits.isdecimal() or number.value > 24:
        return False
    if tokens.words[end - 1] == "h":
        return before in _CLOCK_WORDS - {"from", "around", "after"} or before in _TRAVELS
    return before in {"until", "till"} or (before == "at" and number.value > 12)


def _article_counts(tokens: Tokens, i: int, unit: Unit, end: int) -> bool:
    """Whether "an hour" or "a mile" means one of it, not "per" and not a turn of phrase."""
    before = tokens.words[i - 1]
    if not before or not tokens.near(i):
        before = ""
    if before in HYPHENS and tokens.glued(i):
        return False
    if before[:1].isdecimal() or before in UNITS or before in _COUNTED_PER:
        return False
    two_before = tokens.words[i - 2]
    counted = two_before[:1].isdecimal() or two_before in {"many", "of", "few"} or two_before in NUMBER_WORDS
    if counted and before[:1].isalpha() and before not in _TAKES and before not in _FUNCTION_WORDS:
        return False  # "200 trucks an hour", "2 lari a kilometre"
    if before == "by" and unit == MILE:
        return False
    if unit in {YARD, FOOT} or (unit is METRE and tokens.words[end] not in _LONGER):
        return False
    if unit in {DAY, WEEK, MINUTE}:
        at = end
        while tokens.words[at] in {"'", "’", "s"} or tokens.words[at] in HYPHENS:
            at += 1
        counts = tokens.words[at] in _LONGER or tokens.phrase(at, ("or", "two")) or tokens.phrase(at, ("and", "a"))
        return counts or before in _TAKES
    return True


def _with_smaller_units(tokens: Tokens, amount: Amount) -> Amount:
    """Take in what follows: "45m", "and forty-five minutes", "and a half", a bare "20" after "1 hr"."""
    while True:
        end, unit = amount.end, amount.unit
        fraction = read_and_fraction(tokens, end)
        if tokens.phrase(end, ("and", "half")) and not tokens.is_letters(end + 2):  # "10 hours and half."
            fraction = 0.5, end + 2
        if fraction and tokens.near(end) and unit.size in {1.0, 24.0, 168.0, 1.609344}:
            value, end = fraction
            if UNITS.get(tokens.words[end]) or tokens.words[end] in {"of", "a", "an"}:
                return amount
            low = amount.low + value * unit.size
            return replace(amount, end=end, low=low, high=low, half_step=(0.25 if value == 0.5 else 0.125) * unit.size)
        at = end
        if tokens.words[at] == "." and tokens.glued(at):
            at += 1
        if tokens.words[at] in {"and", ",", "&"}:
            at += 1
            if tokens.words[at] == "and":
                at += 1
        if tokens.words[at] in HYPHENS and tokens.glued(at) and tokens.glued(at + 1):
            at += 1
        if not tokens.near(at) or not tokens.near(end):
            return amount
        following = _read_smaller(tokens, at, amount, joined=at > end)
        if following is None:
            return amount
        low = amount.low + following.low
        amount = replace(following, first=amount.first, low=low, high=low, hedge=amount.hedge, bound=amount.bound)


def _read_smaller(tokens: Tokens, i: int, amount: Amount, *, joined: bool) -> Amount | None:
    after_letters = tokens.is_digits(i) and tokens.glued(i)
    number = _digits_after_letters(tokens, i) if after_letters else read_number(tokens, i)
    if number is None or number.is_article or number.hedge:
        return None
    found = read_unit(tokens, number.end, after_digits=number.is_digits)
    if found:
        unit, end = found
        smaller = unit.measure == amount.unit.measure and unit.size < amount.unit.size
        fits = number.value * unit.size < amount.unit.size
        return _amount(i, end, unit, number) if smaller and fits else None
    plain = number.value == int(number.value) < 60 and number.half_step >= 0.5
    if amount.unit.size != 1 or amount.unit.measure != "duration" or not plain:
        return None
    if tokens.words[i + 1] in {"m", "'", "′", "’"} and tokens.near(i + 1):
        return _amount(i, i + 2, MINUTE, number)
    following = tokens.words[number.end]
    ends_here = not following[:1].isalnum() if joined else stands_alone(tokens, number.end)
    if ends_here and stands_alone(tokens, number.end) and (len(tokens.words[i]) == 2 or not number.is_digits):
        return _amount(i, number.end, MINUTE, number)
    return None


def _digits_after_letters(tokens: Tokens, i: int) -> Number | None:
    word = tokens.words[i]
    if not word.isdecimal() or len(word) > 4:
        return None
    return Number(int(word), half_step_of(int(word)), i + 1, True)
