"""What looks like a distance or a duration and is none: speeds, rates, areas, posts, ages, times of day."""

from wayaround.claims.tokens import HYPHENS, Tokens
from wayaround.claims.unit_words import UNITS, Unit

_TIMES = {
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "month",
    "year",
    "minute",
    "min",
    "second",
    "sec",
    "s",
    "d",
}
_PER_BEFORE = {"per", "every", "each", "/"}
_POSTS = {"marker", "markers", "post", "posts", "mark", "stone", "stones", "peg", "sign"}
_ROADS = {
    "highway", "hwy", "route", "rte", "road", "motorway", "interstate", "exit", "junction", "freeway", "autobahn", "m", "e",
    "a", "no", "nr", "number", "km", "kilometre", "kilometer", "mile", "flight", "page", "chapter", "point", "january",
    "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}  # fmt: skip
_LAST = {"last", "past", "previous", "next", "coming", "preceding", "recent"}
_DRIVES = {"drive", "ride", "trip", "journey", "detour", "haul", "crossing", "delay", "route"}


def is_label(tokens: Tokens, i: int) -> bool:
    """Whether the number at token `i` names something: "Highway 5", "April 5"."""
    before = tokens.words[i - 1]
    if before == "." and tokens.words[i - 2] in _ROADS:
        return True
    return before in _ROADS - {"a", "road", "may", "march", "route"} or (
        before in {"route", "may", "march", "road"} and _is_title(tokens, i - 1)
    )


def is_lookalike(tokens: Tokens, first: int, end: int, unit: Unit) -> bool:
    """Whether the amount on the tokens from `first` to before `end` is something else.

    Examples
    --------
    >>> from wayaround.claims.tokens import cut_tokens
    >>> from wayaround.claims.unit_words import KM
    >>> is_lookalike(cut_tokens("at 80 km/h"), 1, 3, KM), is_lookalike(cut_tokens("for 80 km"), 1, 3, KM)
    (True, False)
    """
    before = tokens.words[first - 1] if tokens.near(first) else ""
    after = tokens.words[end] if tokens.near(end) else ""
    if before in _PER_BEFORE or _follows_fuel(tokens, first):
        return True
    if _is_rate(tokens, end):
        return True
    at = end + (after in HYPHENS)
    if tokens.words[at] in _POSTS or (
        before in {"km", "kilometre", "kilometer", "mile"} and not _has_number(tokens, first - 2)
    ):
        return True
    if unit.measure == "duration":
        return _is_other_time(tokens, first, end, at)
    if tokens.words[at] in {"high", "tall", "up", "asl"} or (
        after == "above" and tokens.words[end + 1] in {"sea", "the", "ground"}
    ):
        return tokens.words[at] != "up"
    if before == "of" and tokens.words[first - 2] in {
        "speed",
        "speeds",
        "altitude",
        "elevation",
        "height",
        "limit",
        "depth",
    }:
        return True
    if before in {"limit", "altitude", "elevation", "square", "sq"}:
        return True
    crossed = after in {"x", "×"} or (after == "by" and tokens.is_digits(end + 1))
    return (
        crossed
        or before in {"x", "×"}
        or (before == "by" and tokens.words[first - 2] in UNITS and tokens.is_digits(first - 3))
    )


def _is_rate(tokens: Tokens, end: int) -> bool:
    """Whether "per", "/", "an hour", "each day" follows."""
    at = end + (tokens.words[end] == "." and tokens.glued(end))
    while tokens.words[at] in HYPHENS and tokens.glued(at + 1):
        at += 1
    word = tokens.words[at]
    if not tokens.near(at):
        return False
    if word in {"per", "hourly", "daily", "weekly"}:
        return True
    following = at + 1 + (tokens.words[at + 1] in HYPHENS)
    if word in {"a", "an", "each", "every"} and tokens.words[following] in _TIMES | {
        "gallon",
        "litre",
        "liter",
        "tank",
    }:
        return True
    if word in {"/", "⁄", "∕", "p"}:
        return (tokens.is_letters(at + 1) and UNITS.get(tokens.words[at + 1], None) is None) or tokens.words[
            at + 1
        ] in _TIMES
    return (
        word == "to"
        and tokens.words[at + 1] in {"the", "a"}
        and tokens.words[at + 2] in {"gallon", "litre", "liter", "tank"}
    )


def _is_other_time(tokens: Tokens, first: int, end: int, at: int) -> bool:
    after = tokens.words[end]
    if tokens.words[at] in {"old", "ago", "olds"} or (after in {"ago", "old", "earlier"} and after != "earlier"):
        return True
    if tokens.words[end] in {"/", "a"} and tokens.is_digits(end + 1):
        return True
    before, two_before = tokens.words[first - 1], tokens.words[first - 2]
    if before in _LAST and two_before in {"the", "these", "past", "last"} and tokens.words[first - 3] in {
        "in", "over", "during", "within", "for", "of",
    }:  # fmt: skip
        return True
    if before in _LAST and two_before in {"in", "over", "during", "within", "for"}:
        return True
    round_the_clock = tokens.words[first] == "24" and tokens.words[end - 1] in {"hour", "hr", "h"}
    return round_the_clock and tokens.words[at] not in _DRIVES | {"long"}


def _follows_fuel(tokens: Tokens, first: int) -> bool:
    """Whether "litres to", "litres for", "cents for" stands before."""
    return tokens.words[first - 1] in {"to", "for", "on", "over"} and tokens.words[first - 2] in {
        "litres", "liters", "litre", "liter", "l", "gallons", "gallon", "dollars", "euros", "cents",
    }  # fmt: skip


def _has_number(tokens: Tokens, i: int) -> bool:
    return tokens.is_digits(i)


def _is_title(tokens: Tokens, i: int) -> bool:
    return tokens.text[tokens.spans[i][0]].isupper()
