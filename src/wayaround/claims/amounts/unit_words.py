"""Words for units of length and time, in English and as they slip into English threads from elsewhere."""

from dataclasses import dataclass
from typing import Literal

from wayaround.claims.amounts.tokens import HYPHENS, Tokens


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of length or time.

    Parameters
    ----------
    measure : {"distance", "duration"}
        What it measures.
    size : float
        Kilometres, or hours.
    after_digits_only : bool
        Too short, or too much of a word of its own, to follow a number in words.
    """

    measure: Literal["distance", "duration"]
    size: float
    after_digits_only: bool = False


KM = Unit("distance", 1.0)
MILE = Unit("distance", 1.609344)
NAUTICAL_MILE = Unit("distance", 1.852)
METRE = Unit("distance", 0.001)
YARD = Unit("distance", 0.0009144)
FOOT = Unit("distance", 0.0003048)
HOUR = Unit("duration", 1.0)
MINUTE = Unit("duration", 1 / 60)
DAY = Unit("duration", 24.0)
WEEK = Unit("duration", 168.0)
_SHORT_MILE = Unit("distance", 1.609344, after_digits_only=True)
_SHORT_HOUR = Unit("duration", 1.0, after_digits_only=True)

_WORDS: dict[Unit, str] = {
    KM: "km kms kilometre kilometres kilometer kilometers klick klicks kilometern kilomètre kilomètres kilómetro"
    " kilómetros kilometros kilometro quilômetro quilômetros quilómetros chilometro chilometri kilometrów kilometrů"
    " км километр километра километров كم كلم كيلومتر كيلومترا كيلومترات",
    MILE: "mile miles",
    NAUTICAL_MILE: "nmi",
    METRE: "metre metres meter meters",
    YARD: "yard yards",
    FOOT: "foot feet",
    HOUR: "hour hours hr hrs heure heures stunde stunden час часа часов ساعة ساعات",
    MINUTE: "minute minutes min mins minuten minutos minuti минут минуты دقيقة دقائق",
    DAY: "day days",
    WEEK: "week weeks",
    _SHORT_MILE: "mi",
    _SHORT_HOUR: "h std hora horas ora ore uur uren ч",
}
UNITS: dict[str, Unit] = {word: unit for unit, words in _WORDS.items() for word in words.split()}
"""Each word and the unit that it means."""

_BETWEEN = {
    "more", "extra", "additional", "further", "full", "whole", "long", "solid", "straight", "road", "driving",
    "statute", "air", "clear", "good", "hard", "other",
}  # fmt: skip
"""Words that may stand between a number and its unit without changing it."""


def read_unit(tokens: Tokens, i: int, *, after_digits: bool) -> tuple[Unit, int] | None:
    """Unit that begins at token `i`, and the first token after it.

    A hyphen before it is part of it. A bare "m" is no unit, and neither is a unit squared.

    Examples
    --------
    >>> from wayaround.claims.amounts.tokens import cut_tokens
    >>> read_unit(cut_tokens("-kilometre"), 0, after_digits=True)[0].size
    1.0
    >>> read_unit(cut_tokens("km2"), 0, after_digits=True) is None
    True
    """
    if not tokens.near(i) and i > 0:
        return None
    while tokens.words[i] == "*" and tokens.glued(i):  # "**155** km", as forums mark what is bold
        i += 1
    if tokens.words[i] in HYPHENS and tokens.words[i + 1] and (tokens.glued(i + 1) or i == 0):
        i += 1
    if tokens.words[i] in _BETWEEN and tokens.near(i + 1):
        i += 1
        if tokens.words[i] in HYPHENS and tokens.glued(i):
            i += 1
    word = tokens.words[i]
    unit, end = UNITS.get(word), i + 1
    if word in {"nautical", "sea"} and tokens.words[i + 1] in {"mile", "miles"}:
        unit, end = NAUTICAL_MILE, i + 2
    if unit is None or (unit.after_digits_only and not after_digits):
        return None
    if tokens.glued(end) and (tokens.words[end] in {"²", "³", "^", "_"} or tokens.words[end] in {"2", "3"}):
        return None
    if word == "h" and not tokens.glued(i) and tokens.text[tokens.spans[i][0]] == "H":
        return None  # henry, hydrogen, a shelf mark
    if tokens.words[end] in {"squared", "square", "cubed", "²", "³"}:
        return None
    return unit, end
