"""What looks like a distance or a duration and is none: speeds, rates, areas, posts, ages, times of day."""

from wayaround.claims.amounts.tokens import HYPHENS, Tokens
from wayaround.claims.amounts.unit_words import UNITS, Unit

_TIMES = {
    "h", "hr", "hrs", "hour", "hours", "day", "days", "week", "month", "year", "minute", "min", "second", "sec",
    "s", "d", "night",
}  # fmt: skip
_MONTHS = {
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec",
}  # fmt: skip
_NAMED_BY_NUMBER = {
    "highway", "hwy", "rte", "motorway", "interstate", "exit", "junction", "freeway", "autobahn", "m", "e", "no",
    "nr", "number", "km", "kilometre", "kilometer", "mile", "flight", "page", "chapter", "point", "gate", "day",
    "week", "line",
}  # fmt: skip
_NAMED_IF_CAPITAL = {"route", "road", "may", "march", "phase", "section", "zone"}
_POSTS = {"marker", "markers", "post", "posts", "mark", "stone", "stones", "peg", "sign"}
_FUELS = {"gallon", "gallons", "litre", "litres", "liter", "liters", "l", "tank", "charge"}
_PAID = _FUELS | {"dollar", "dollars", "euro", "euros", "cent", "cents", "pounds"}
_OPENS = {"open", "opens", "opened", "opening", "closed", "closes", "office", "business", "visiting", "curfew", "daily"}
_LAST = {"last", "past", "previous", "next", "coming", "preceding"}
_DRIVES = {"drive", "ride", "trip", "journey", "detour", "haul", "crossing", "delay", "route", "long", "drives", "way"}


def is_label(tokens: Tokens, i: int) -> bool:
    """Whether the number at token `i` names something: "Highway 5", "April 5"."""
    at = i - 1
    if tokens.words[at] == "." and tokens.glued(at):
        at -= 1
    before = tokens.words[at]
    if before in _NAMED_IF_CAPITAL:
        return tokens.text[tokens.spans[at][0]].isupper()
    return before in _NAMED_BY_NUMBER or before in _MONTHS


def is_lookalike(tokens: Tokens, first: int, end: int, unit: Unit) -> bool:
    """Whether the amount on the tokens from `first` to before `end` is something else.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> from wayaround.claims.amounts.unit_words import KM
    >>> is_lookalike(cut_tokens("at 80 km/h"), 1, 3, KM), is_lookalike(cut_tokens("for 80 km"), 1, 3, KM)
    (True, False)
    """
    if _is_counted_by(tokens, first) or _is_rate(tokens, end, unit) or _is_post(tokens, first, end):
        return True
    if unit.measure == "duration":
        return _is_other_time(tokens, first, end)
    return _is_other_length(tokens, first, end)


def _is_counted_by(tokens: Tokens, first: int) -> bool:
    """Whether "per", "every", "l/" or "litres to" stands before."""
    if not tokens.near(first):
        return False
    before, two_before = tokens.words[first - 1], tokens.words[first - 2]
    if before == "/":
        return two_before not in UNITS
    if before == "±":
        return two_before in UNITS
    return before in {"per", "every", "each"} or (before in {"to", "for", "on", "over"} and two_before in _PAID)


def _is_rate(tokens: Tokens, end: int, unit: Unit) -> bool:
    """Whether "per", "/", "an hour", "each day", "to the gallon" follows."""
    at = end + (tokens.words[end] == "." and tokens.glued(end))
    if tokens.words[at] in HYPHENS and tokens.glued(at + 1):
        at += 1
    if not tokens.near(at):
        return False
    word = tokens.words[at]
    counted = tokens.words[at + 1 + (tokens.words[at + 1] in HYPHENS)]
    if word in {"per", "hourly", "daily", "weekly"}:
        return True
    of_other_measure = counted in UNITS and UNITS[counted].measure != unit.measure
    if word in {"a", "an", "each", "every"}:
        return counted in _TIMES or counted in _FUELS or of_other_measure
    if word in {"/", "⁄", "∕", "p"}:
        glued = tokens.glued(at) and counted[:1].isalpha() and counted not in UNITS
        return counted in _TIMES or counted in _FUELS or of_other_measure or glued
    if word in {"in", "the"} and counted in {"hour", "hours", "minute", "second"}:  # "70 km in hour", "70 km the hour"
        return unit.measure == "distance"
    return word == "to" and counted in {"the", "a"} and tokens.words[at + 2] in _FUELS


def _is_post(tokens: Tokens, first: int, end: int) -> bool:
    """Whether "the 12-mile marker" or "km 45" names a place on a road."""
    after = end + (tokens.words[end] in HYPHENS)
    if tokens.words[after] in _POSTS and tokens.near(after):
        return True
    if _is_name(tokens, end):
        return True
    unit_first = tokens.words[first - 1] in {"km", "kilometre", "kilometer", "mile"} and tokens.near(first)
    return unit_first and not tokens.is_digits(first - 2)


def _is_name(tokens: Tokens, end: int) -> bool:
    """Whether it is part of a name, as in "Seven Mile Bridge"."""
    if tokens.words[end - 1] != "mile" or not tokens.is_letters(end) or not tokens.near(end):
        return False
    return tokens.text[tokens.spans[end - 1][0]].isupper() and tokens.text[tokens.spans[end][0]].isupper()


def _is_other_length(tokens: Tokens, first: int, end: int) -> bool:
    """Whether it is a height, a speed said without its hours, or one side of an area."""
    before, two_before = tokens.words[first - 1], tokens.words[first - 2]
    after = tokens.words[end + (tokens.words[end] in HYPHENS)]
    if after in {"high", "tall", "asl", "sq"} or (
        after == "above" and tokens.words[end + 1] in {"sea", "ground", "the"}
    ):
        return True
    if before == "of" and two_before in {"speed", "speeds", "altitude", "elevation", "height", "limit", "depth"}:
        return True
    if before in {"limit", "altitude", "elevation", "square", "sq", "x", "×"} and tokens.near(first):
        return True
    if after in {"x", "×"} or (after == "by" and tokens.is_digits(end + 1) and tokens.words[end + 2] in UNITS):
        return True
    return before == "by" and two_before in UNITS and tokens.is_digits(first - 3)


def _is_other_time(tokens: Tokens, first: int, end: int) -> bool:
    """Whether it is an age, a time since, or opening hours."""
    after = tokens.words[end + (tokens.words[end] in HYPHENS)]
    if after in {"old", "olds", "ago", "since"} and tokens.near(end):
        return True
    if tokens.phrase(end, ("of", "arc")) or tokens.phrase(end, ("of", "latitude")) or after in {"clock", "format"}:
        return True
    if after in {"ahead", "behind"} or tokens.phrase(end, ("time", "difference")):
        return True
    if tokens.words[first - 1] in {"+", *HYPHENS} and tokens.words[first - 2] in {"utc", "gmt"}:
        return True
    if _is_opening(tokens, first, end):
        return True
    if tokens.words[end] == "/" and tokens.is_digits(end + 1) and tokens.words[end + 2] not in UNITS:
        return True
    before, two_before = tokens.words[first - 1], tokens.words[first - 2]
    at = first - 3 if two_before in {"the", "these"} else first - 2
    if before in _LAST and tokens.words[at] in {"in", "over", "during", "within", "for"}:
        return True
    in_figures = tokens.words[first] == "24" and tokens.words[end - 1] in {"hour", "hr", "h"}
    return in_figures and after not in _DRIVES


def _is_opening(tokens: Tokens, first: int, end: int) -> bool:
    """Whether "8 to 17 hours" tells when something is open."""
    if tokens.words[first - 1] == "for" or not any(tokens.words[k] in _OPENS for k in range(max(0, first - 5), first)):
        return False
    numbers = [word for word in tokens.words[first:end] if word.isdecimal()]
    return len(numbers) > 1 and 12 <= int(numbers[-1][:9]) <= 24
