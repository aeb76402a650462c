"""Numbers as people write them: digits with either decimal sign, words, fractions, and how exact they are."""

import re
from dataclasses import dataclass
from itertools import pairwise

from wayaround.claims.amounts.tokens import HYPHENS, Tokens

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = {word: value for value, word in enumerate(_SMALL)}
_TENS = {word: 10 * value for value, word in enumerate(_ROUND, start=2)} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000}
_FRACTION_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_FRACTION_HALF_STEP = {0.5: 0.25, 0.25: 0.125, 0.75: 0.125}
_OPENERS = {"a", "an", "couple", "dozen", "half", "quarter"}
_AFTER_SHORT_THOUSAND = {"km", "kms", "miles", "kilometres", "kilometers"}
_AFTER_BARE_HALF = {"hour", "hours", "hrs", "day", "days", "mile", "miles"}
_MOST_DIGITS = 9
_MOST_THOUSANDS_KM = 20_000  # half the way round the Earth
_SEPARATORS = re.compile(r"[.,٫٬'’]")

NUMBER_WORDS = frozenset(_ONES | _TENS | _SCALES | _FRACTION_SIGNS) | _OPENERS
"""Words at which a number may begin."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how exactly it is stated.

    Parameters
    ----------
    value : float
        What it says.
    half_step : float
        Half a unit of its last digit that means something.
    end : int
        First token after it.
    is_digits : bool
        Written in digits.
    hedge : str, optional
        "a couple of", which is number and hedge in one.
    is_article : bool
        Nothing but "a" or "an".
    grouped : float, optional
        Its value if its point parts thousands: 1200 for "1.200".
    """

    value: float
    half_step: float
    end: int
    is_digits: bool
    hedge: str | None = None
    is_article: bool = False
    grouped: float | None = None


def half_step_of(whole: int) -> float:
    """Half a unit of the last digit that is not a trailing zero, but no more than a twentieth of a round number.

    Who says "10 hours" has not rounded to tens of hours.

    Examples
    --------
    >>> half_step_of(155), half_step_of(150), half_step_of(50), half_step_of(10), half_step_of(0)
    (0.5, 5.0, 2.5, 0.5, 0.5)
    """
    step = 1
    while whole and whole % (10 * step) == 0:
        step *= 10
    return max(0.5, min(step / 2, whole / 20))


def read_number(tokens: Tokens, i: int) -> Number | None:
    """The number that begins at token `i`, or None.

    A point before three digits is kept both ways, since only the unit tells; a comma before three digits parts
    thousands. A number that hangs on letters ("M2") or on a currency ("$5") is none.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> read_number(cut_tokens("a hundred and fifty kilometres"), 0).value
    150
    >>> read_number(cut_tokens("1,234.5 km"), 0).half_step
    0.05
    """
    word = tokens.words[i]
    if word[:1].isdecimal():
        return _read_digits(tokens, i)
    if word in _FRACTION_SIGNS:
        return _number_of_fraction(_FRACTION_SIGNS[word], i + 1, is_digits=True)
    if word in NUMBER_WORDS:
        return _read_words(tokens, i)
    return None


def read_numeral(numeral: str) -> tuple[float, float, float | None] | None:
    """Value, half step and the value with points as thousands, of digits and separators.

    Examples
    --------
    >>> read_numeral("10,4"), read_numeral("1.200")
    ((10.4, 0.05, None), (1.2, 0.0005, 1200.0))
    """
    if numeral.isdecimal():
        if len(numeral) > _MOST_DIGITS:
            return None
        whole = int(numeral)
        return float(whole), half_step_of(whole), None
    groups = _SEPARATORS.split(numeral)
    if sum(map(len, groups)) > _MOST_DIGITS or any(len(group) > _MOST_DIGITS for group in groups):
        return None
    signs = [sign.replace("٫", ".").replace("٬", ",").replace("’", "'") for sign in _SEPARATORS.findall(numeral)]
    by_thousands = len(groups[0]) <= 3 and int(groups[0]) > 0 and all(len(group) == 3 for group in groups[1:])
    same = len(set(signs)) == 1
    if same and by_thousands and (len(signs) > 1 or signs[0] in {",", "'"}):
        whole = int("".join(groups))
        return float(whole), half_step_of(whole), None
    decimal = signs[-1]
    if decimal == "'" or (len(signs) > 1 and (decimal in signs[:-1] or any(a != b for a, b in pairwise(signs[:-1])))):
        return None
    if any(len(group) != 3 for group in groups[1:-1]):
        return None
    value = float("".join(groups[:-1]) + "." + groups[-1])
    grouped = float("".join(groups)) if same and by_thousands else None
    if grouped is not None and grouped > _MOST_THOUSANDS_KM:
        grouped = None
    return value, 0.5 * 10.0 ** -len(groups[-1]), grouped


def _read_digits(tokens: Tokens, i: int) -> Number | None:
    before = tokens.words[i - 1]
    if tokens.glued(i) and (before[:1].isalpha() or before in {"_", "°", ":"}):
        return None
    if before == "/" and not tokens.is_letters(i - 2):
        return None
    if before in {"$", "€", "£", "¥", "₪", "₺", "#", "№"}:
        return None
    read = read_numeral(tokens.words[i])
    if read is None:
        return None
    value, half_step, grouped = read
    if before == "." and tokens.glued(i) and not tokens.glued(i - 1) and tokens.words[i].isdecimal():
        step = 10.0 ** -len(tokens.words[i])  # ".5 km"
        return Number(value * step, step / 2, i + 1, True)
    end = i + 1
    if tokens.words[i].isdecimal():
        end = _end_of_spaced_thousands(tokens, i)
        if end > i + 1:
            whole = int("".join(tokens.words[i:end]))
            return Number(whole, half_step_of(whole), end, True)
    after = tokens.words[end]
    if tokens.glued(end) and after == "/" and tokens.is_digits(end + 1):
        fraction = _plain_fraction(tokens, i)
        return _number_of_fraction(fraction, _past_article(tokens, i + 3), is_digits=True) if fraction else None
    if after in _FRACTION_SIGNS:
        return _number_of_fraction(value + _FRACTION_SIGNS[after], end + 1, is_digits=True)
    hyphen = after in HYPHENS
    fraction = _plain_fraction(tokens, end + hyphen) if hyphen or after[:1].isdecimal() else None
    if fraction and tokens.near(end):
        return _number_of_fraction(value + fraction, end + hyphen + 3, is_digits=True)
    short = after == "k" and tokens.glued(end) and tokens.words[end + 1] in _AFTER_SHORT_THOUSAND
    if after in {"hundred", "thousand"} or short:
        scale = _SCALES.get(after, 1000)
        return Number(value * scale, half_step * scale, end + 1, True)
    if after in {"million", "billion", "%", "°", "º"}:
        return None
    tail = read_and_fraction(tokens, end)
    if tail:
        return _number_of_fraction(value + tail[0], tail[1], is_digits=True)
    return Number(value, half_step, end, True, grouped=grouped)


def _end_of_spaced_thousands(tokens: Tokens, i: int) -> int:
    """First token after "1 200"; i + 1 where no group follows."""
    end = i + 1
    if len(tokens.words[i]) > 2 or tokens.words[i][0] == "0" or (tokens.is_digits(i - 1) and tokens.near(i)):
        return end  # three digits before three more are rather two numbers than 155 200 kilometres
    group = tokens.words[end]
    is_group = len(group) == 3 and group.isdecimal() and tokens.spans[end][0] - tokens.spans[i][1] == 1
    return end + is_group


def _plain_fraction(tokens: Tokens, i: int) -> float | None:
    """Value of "1/2" at `i`; None for "24/7"."""
    if tokens.words[i + 1] != "/" or not tokens.glued(i + 1) or not tokens.glued(i + 2):
        return None
    upper, lower = tokens.words[i], tokens.words[i + 2]
    if upper in {"1", "2", "3"} and lower in {"2", "3", "4"} and int(upper) < int(lower):
        return int(upper) / int(lower)
    return None


def _number_of_fraction(value: float, end: int, *, is_digits: bool) -> Number:
    return Number(value, _FRACTION_HALF_STEP.get(value % 1, 1 / 6), end, is_digits)


def read_and_fraction(tokens: Tokens, i: int) -> tuple[float, int] | None:
    """Value and end of "and a half", "and three quarters"."""
    if tokens.words[i] in HYPHENS and tokens.words[i + 1] == "and":
        i += 1
    if tokens.words[i] not in {"and", "&"}:
        return None
    i += 1 + (tokens.words[i + 1] in HYPHENS)
    if tokens.words[i] == "half" and tokens.words[i + 1 + (tokens.words[i + 1] in HYPHENS)] in _AFTER_BARE_HALF:
        return 0.5, i + 1
    count = {"a": 1, "one": 1, "three": 3}.get(tokens.words[i])
    i += 1 + (tokens.words[i + 1] in HYPHENS)
    if count == 1 and tokens.words[i] == "half":
        return 0.5, i + 1
    if count and tokens.words[i] in {"quarter", "quarters"}:
        return count / 4, i + 1
    return None


def _read_words(tokens: Tokens, i: int) -> Number | None:
    start = i
    if tokens.words[i] in {"a", "an"}:
        following = tokens.words[i + 1]
        if following in {"couple", "half", "quarter", "dozen", "hundred", "thousand"} and tokens.near(i + 1):
            i += 1
        else:
            return Number(1, 0.5, i + 1, False, is_article=True)
    word = tokens.words[i]
    if word == "couple":
        end = i + 1 + (tokens.words[i + 1] == "of")
        scale = {"hundred": 100, "thousand": 1000, "dozen": 12}.get(tokens.words[end], 1)
        hedge = " ".join(tokens.words[start:end])
        return Number(2 * scale, 0.5 * scale, end + (scale > 1), False, hedge=hedge)
    part = _read_part_of_one(tokens, i)
    if part:
        return part
    if word in {"half", "quarter"}:
        return None
    return _read_whole(tokens, i, opened=i > start)


def _read_part_of_one(tokens: Tokens, i: int) -> Number | None:
    """Of "half an", "half-", "quarter of an", "three quarters of an"."""
    count, value = 1, 0.0
    counted = tokens.words[i + 1 + (tokens.words[i + 1] in HYPHENS)]
    if tokens.words[i] in {"one", "three"} and counted in {"quarter", "quarters", "half"}:
        count = 3 if tokens.words[i] == "three" else 1
        i += 1 + (tokens.words[i + 1] in HYPHENS)
    if tokens.words[i] == "half":
        value = 0.5
    elif tokens.words[i] in {"quarter", "quarters"}:
        value = count / 4
    else:
        return None
    end = _past_article(tokens, i + 1)
    if tokens.words[end] == "dozen":
        return Number(12 * value, 6 * value, end + 1, False)
    return _number_of_fraction(value, end, is_digits=False)


def _past_article(tokens: Tokens, i: int) -> int:
    """First token after "of a", "-a-" or "an"."""
    i += tokens.words[i] == "of" or (tokens.words[i] in HYPHENS and tokens.words[i + 1] in {"a", "an"})
    return i + (tokens.words[i] in {"a", "an"})


def _read_whole(tokens: Tokens, i: int, *, opened: bool) -> Number | None:
    """Of "fifty-five", "two hundred and ten", "twelve hundred", "two dozen", each with "and a half" after it."""
    hundreds = tokens.words[i] in _SCALES and tokens.words[i - 1] not in {"several", "few", "many", "of"}
    total, current, end, dozens = 0, 1 if opened or hundreds else 0, i, False
    last = "scale" if current else ""
    while True:
        at = end
        if end > i and tokens.words[at] in HYPHENS:
            at += 1
        if end > i and tokens.words[at] == "and" and last == "scale":
            at += 1 + (tokens.words[at + 1] in HYPHENS)
        if end > i and not tokens.near(at):
            break
        word = tokens.words[at]
        if word in _ONES and (last in {"", "scale"} or (last == "tens" and 0 < _ONES[word] < 10)):
            current, last = current + _ONES[word], "ones"
        elif word in _TENS and last in {"", "scale"}:
            current, last = current + _TENS[word], "tens"
        elif word == "hundred" and 0 < current < 100:
            current, last = current * 100, "scale"
        elif word == "thousand" and 0 < current < 1000 and total == 0:
            total, current, last = current * 1000, 0, "scale"
        elif word == "dozen" and 0 < current < 20 and total == 0:
            current, end, dozens = current * 12, at + 1, True
            break
        else:
            break
        end = at + 1
    whole = total + current
    if end == i or tokens.words[end] in {"million", "billion"}:
        return None
    if dozens:
        return Number(whole, 6, end + (tokens.words[end] == "of"), False)
    tail = read_and_fraction(tokens, end)
    if tail:
        return _number_of_fraction(whole + tail[0], tail[1], is_digits=False)
    return Number(whole, half_step_of(whole), end, False)
