"""Two values in one breath: ranges, comparisons, and the same value told again in another unit."""

from dataclasses import replace

from wayaround.claims.amounts.lookalikes import is_label
from wayaround.claims.amounts.numbers import read_number
from wayaround.claims.amounts.one_amount import Amount, read_amount, spread, stands_alone
from wayaround.claims.amounts.tokens import HYPHENS, Tokens

_AGAINST = (
    "vs .|vs|v .|v|versus|against|instead of|rather than|not|compared to|compared with|as opposed to|as against|up from"
    "|down from|becomes|become|became|→|- >|= >|where it was|where it used to be|where it had been"
)
_VERSUS: dict[str, list[tuple[str, ...]]] = {}
for _phrase in _AGAINST.split("|"):
    for _mark in ("", ",", "("):
        _words = (*_mark.split(), *_phrase.split())
        _VERSUS.setdefault(_words[0], []).append(_words)
"""Words that set one value against another, by the first of them."""
_GROWS = {
    "rose", "rise", "rises", "risen", "grew", "grow", "grows", "grown", "increase", "increases", "increased",
    "went", "go", "goes", "going", "gone", "jump", "jumps", "jumped", "up", "stretch", "stretched", "stretches",
    "lengthen", "lengthens", "lengthened", "climb", "climbs", "climbed", "doubled", "trip", "fell", "falls", "drop",
    "drops", "dropped", "down", "cut", "cuts", "rising", "growing", "increasing", "lengthening",
}  # fmt: skip
_CHANGES = {
    "increase", "increases", "increased", "extend", "extends", "extended", "raise", "raises", "raised", "lengthen",
    "lengthens", "lengthened", "prolong", "prolongs", "prolonged", "rises", "rose", "jumps", "jumped", "grows",
    "grew", "shorten", "shortens", "shortened", "reduce", "reduces", "reduced", "cuts", "brings", "brought",
    "dropped", "doubles", "doubled", "pushes", "pushed", "changes", "changed", "growing", "rising",
}  # fmt: skip
_FARTHEST_CHANGE = 14
_USUAL = {"the", "usual", "normal", "previous", "former", "original", "expected", "old", "current", "today", "'", "s"}
_LEANING = {"about", "around", "roughly", "approximately", "some", "nearly", "almost", "only", "just", "~", "≈"}
_JOINS = {",", "and", "but", "or", "vs", "versus", "against", ";", "then", "not"}
_ALONG = {"via", "through", "by", "on", "over", "along"}
_SAME_VALUE = 0.08
_FARTHEST_PARALLEL = 16


def read_amounts(tokens: Tokens, i: int) -> tuple[list[Amount], int]:
    """What begins at token `i`: one amount, or two that share a unit; and the first token after them.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> [amount.low for amount in read_amounts(cut_tokens("10.4 vs. 13.1 hours"), 0)[0]]
    [10.4, 13.1]
    """
    amount = read_amount(tokens, i)
    if amount is None:
        amounts, end = _read_shared_unit(tokens, i)
        if len(amounts) == 1:
            amounts = [_with_conversion(tokens, amounts[0])]
            end = amounts[0].end
        return amounts, end
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
    opener = opener_of(tokens, amount.first)
    between = tokens.words[opener] == "between"
    if not (word in HYPHENS or word == "to" or (word == "and" and between)) or not tokens.near(at):
        return None
    if word == "to" and tokens.words[opener] == "from" and _grows(tokens, opener):
        return None
    upper = read_amount(tokens, _past_leaning(tokens, at + 1))
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
        second = read_amount(tokens, _past_usual(tokens, at + length))
        return ([spread(second, number, i, number.end), second], second.end) if second else ([], i)
    if word in HYPHENS and tokens.glued(at) and tokens.words[at + 1] in {"to", "or", "and"}:  # "10- to 12-hour"
        at, word = at + 1, tokens.words[at + 1]
    if word == "," and tokens.words[at + 1] in {"maybe", "perhaps", "possibly"}:
        at, word = at + 1, "or"
    before = tokens.words[opener_of(tokens, i)]
    joined = word in HYPHENS or word in {"to", "or", "and", "~"} or (word == "but" and before == "not")
    if not joined:
        return [], i
    if word not in HYPHENS and tokens.words[at + 1] in HYPHENS and tokens.glued(at + 1):  # "6-to-7-hour"
        at += 1
    second = read_amount(tokens, _past_leaning(tokens, at + 1))
    if second is None or not tokens.near(at + 1):
        return [], i
    first = spread(second, number, i, number.end)
    if _are_times_of_day(tokens, i, second):
        return [], second.end
    if word == "but":
        return [first, second], second.end
    if word == "and" and before != "between":
        is_year = number.is_digits and 1900 <= number.value < 2100
        return ([], i) if is_year else ([first, second], second.end)
    if word == "to" and before == "from" and _grows(tokens, opener_of(tokens, i)):
        return [first, second], second.end
    backwards = first.low >= second.low
    if backwards and (before == "between" or (before == "from" and number.value > 12 and second.is_digits)):
        return [], second.end  # "between 22 and 6 hours": times of day
    if backwards and before == "from":
        return [first, second], second.end
    if backwards:
        return ([first, second], second.end) if word == "or" else ([], i)
    first = _with_scale_of(first, second)
    ranged = replace(second, first=i, low=first.low, half_step=max(first.half_step, second.half_step))
    return [ranged], ranged.end


def _read_value_after(tokens: Tokens, amount: Amount) -> Amount | None:
    """The 13.1 of "10.4 hours vs. 13.1"."""
    at = amount.end
    length = _versus_length(tokens, at)
    grows = tokens.words[at] == "to" and tokens.words[amount.first - 1] == "from"
    if not (length or grows) or not tokens.near(at):
        return None
    first = _past_usual(tokens, at + (length or 1))
    number = read_number(tokens, first)
    if number is None or number.is_article or not stands_alone(tokens, number.end):
        return None
    return spread(amount, number, first, number.end)


def _with_scale_of(first: Amount, second: Amount) -> Amount:
    """The 2 of "2 to 3,000 km" and of "two or three hundred kilometres" as people mean it."""
    for scale in (1000, 100):
        count = second.low / second.unit.size / scale
        if count == int(count) and 0 < first.low * scale < second.low:
            return replace(first, low=first.low * scale, high=first.high * scale, half_step=first.half_step * scale)
    return first


def _are_times_of_day(tokens: Tokens, i: int, second: Amount) -> bool:
    """Whether "0600 to 1800 hrs" tells when, not how long."""
    earlier, later = tokens.words[i], tokens.words[second.first]
    by_clock = all(len(digits) == 4 and digits.isdecimal() for digits in (earlier, later))
    return by_clock and second.unit.size == 1 and second.unit.measure == "duration" and int(later) <= 2400


def _versus_length(tokens: Tokens, i: int) -> int:
    """How many tokens the words that set one value against another take at `i`; 0 if there are none."""
    return next((len(words) for words in _VERSUS.get(tokens.words[i], ()) if tokens.phrase(i, words)), 0)


def _grows(tokens: Tokens, i: int) -> bool:
    """Whether one of the words before `i` tells of a change: "rises from 5 to 7 hours"."""
    near = any(tokens.words[k] in _GROWS for k in range(max(0, i - 3), i))
    return near or any(tokens.words[k] in _CHANGES for k in range(max(0, i - _FARTHEST_CHANGE), i))


def _with_conversion(tokens: Tokens, amount: Amount) -> Amount:
    """Take in the same distance told again in another unit: "150 km (93 miles)"."""
    end, closing = amount.end, ""
    while tokens.words[end] in {"(", "[", "/", "=", ",", "or", ";"}:
        sign = tokens.words[end]
        at = end + 1 + (sign == "," and tokens.words[end + 1] == "or")
        at = _past_leaning(tokens, at)
        again = read_amount(tokens, at)
        if again is None:
            shared, _ = _read_shared_unit(tokens, at)
            again = shared[0] if len(shared) == 1 else None
        if again is None or again.unit == amount.unit or again.unit.measure != amount.unit.measure:
            break
        if abs(again.low - amount.low) > _SAME_VALUE * amount.low + amount.half_step + again.half_step:
            break
        end, closing = again.end, {"(": ")", "[": "]"}.get(sign, closing)
        if closing and tokens.words[end] == closing:
            end, closing = end + 1, ""
    return amount if end == amount.end else replace(amount, end=end)


def opener_of(tokens: Tokens, first: int) -> int:
    """Token before `first` and before words such as "about"."""
    at = first - 1
    while tokens.words[at] in _LEANING:
        at -= 1
    return at


def _past_usual(tokens: Tokens, at: int) -> int:
    """First token after "the usual", "about"."""
    while tokens.words[at] in _USUAL or tokens.words[at] in _LEANING:
        at += 1
    return at


def _past_leaning(tokens: Tokens, at: int) -> int:
    while tokens.words[at] in _LEANING:
        at += 1
    return at


def read_parallel(tokens: Tokens, last: Amount, i: int) -> tuple[list[Amount], int]:
    """A number that leans on the amount before it: the 7 of "5 hours via Homs, 7 via Palmyra".

    The words after both must be alike, or nothing is read.
    """
    if i - last.end > _FARTHEST_PARALLEL or tokens.words[opener_of(tokens, i)] not in _JOINS or not tokens.near(i):
        return [], i
    if any(word in {".", "!", "?"} for word in tokens.words[last.end : i]):
        return [], i
    number = read_number(tokens, i)
    if number is None or number.is_article or number.hedge or not tokens.near(number.end):
        return [], i
    after, after_last = tokens.words[number.end], tokens.words[last.end]
    alike = after in _ALONG and after_last in _ALONG
    alike = alike or (after in {"in", "if", "with", "without", "when"} and after == after_last)
    alike = alike or (tokens.phrase(number.end, ("the", "other")) and after_last in {"one", "the", "this"})
    alike = alike or (tokens.phrase(number.end, ("both", "ways")) and after_last in {"one", "each"})
    alike = alike or ({after, after_last} == {"with", "without"})
    return ([spread(last, number, i, number.end)], number.end) if alike else ([], i)
