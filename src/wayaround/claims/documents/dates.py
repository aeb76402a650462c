"""Days as people write them in bylines, headers of comments and sentences."""

import datetime
import re
from dataclasses import dataclass

_MONTH_NAMES = (
    "january jan janvier januar jänner enero janeiro gennaio",
    "february feb février fevrier februar febrero fevereiro febbraio",
    "march mar mars märz marzo março",
    "april apr avril abril aprile",
    "may mai mayo maio maggio",
    "june jun juin juni junio junho giugno",
    "july jul juillet juli julio julho luglio",
    "august aug août aout agosto",
    "september sept sep septembre septiembre setembro settembre",
    "october oct octobre oktober octubre outubro ottobre",
    "november nov novembre noviembre novembro",
    "december dec décembre decembre dezember diciembre dezembro dicembre",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_MONTHS |= {"août": 8}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY_ABOVE = re.compile(
    r"\b(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\b\.?,?[ ]{1,2}$", re.IGNORECASE
)
_YEAR = r"(?:,?[ ]{1,2}(?P<year>(?:19|20)\d\d)\b)?"
_CLOCK = (
    r"(?:T|,?[ ]{0,2}(?:(?:at|um|à|-|–|·|\||@)[ ]{1,2})?)\d{1,2}(?:[:.h]\d{2}){1,2}(?:\.\d{1,6})?"
    r"(?:[ ]?[ap]\.?m\b\.?)?(?:Z|[ ]?(?:UTC|GMT|[CEMP][ESD]?[ST]?T|[+-]\d\d:?\d\d)\b)?"
    r"|,?[ ]{0,2}(?:at[ ])?\d{1,2}[ ]?[ap]\.?m\b\.?"
)
_DIGITS = re.compile(r"\d{1,9}")
_YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d-])")
_DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ ]{1,2}(?:of |de )?" + _MONTH + "(?: de)?" + _YEAR, re.IGNORECASE
)
_DAY_AND_YEAR = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![:.]\d)" + _YEAR, re.IGNORECASE)
_MONTH_ABOVE = re.compile(r"\b" + _MONTH + r"[ ]{1,2}$", re.IGNORECASE)
_NUMBERS = re.compile(r"(?P<day>\d{1,2})(?P<mark>[./-])(?P<number>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)(?![\d/])")
_TIME_AFTER = re.compile(_CLOCK, re.IGNORECASE)
_AGO = re.compile(
    r"\b(?:(?:\d{1,4}|an?|one|a few)[ ]?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?"
    r"|mo|months?|y|yrs?|years?)(?:[ ]ago\b|(?![\w ]))|yesterday\b|just now\b|today\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day and the characters that tell it.

    Parameters
    ----------
    start, end : int
        Characters of the text searched, with the time of day where it follows.
    day : datetime.date, optional
        None where the words leave it open: "03/04/2018", "2 hours ago", "5 March" without a year to go by.
    """

    start: int
    end: int
    day: datetime.date | None


def find_day(text: str, *, near: datetime.date | None = None, ago: bool = False) -> WrittenDay | None:
    """Find the first day that a short text names.

    Parameters
    ----------
    text : str
        A line or a sentence; only its first 400 characters are read.
    near : datetime.date, optional
        Of a day without a year, the year is taken that brings it nearest to this.
    ago : bool, default False
        Whether "2 hours ago" counts as naming a day (which stays open).

    Returns
    -------
    WrittenDay or None

    Examples
    --------
    >>> find_day("Posted on Monday, March 5, 2018 at 10:15 am").day
    datetime.date(2018, 3, 5)
    >>> find_day("03/04/2018").day is None
    True
    """
    text = text[:400]
    for digits in _DIGITS.finditer(text):
        found = _day_at(text, digits.start(), digits.end(), near)
        if found is not None:
            return found
    relative = _AGO.search(text) if ago else None
    return WrittenDay(relative.start(), relative.end(), None) if relative else None


def _day_at(text: str, start: int, end: int, near: datetime.date | None) -> WrittenDay | None:
    """The day whose first number stands there."""
    if end - start not in (1, 2, 4) or (
        start and text[start - 1] in ".,/-:" and start > 1 and text[start - 2].isdigit()
    ):
        return None
    if end - start == 4:
        match = _YEAR_FIRST.match(text, start)
        return _written(text, start, match, near) if match else None
    match = _DAY_MONTH.match(text, start) or _NUMBERS.match(text, start)
    if match is not None:
        return _written(text, start, match, near)
    above = max(0, start - 14)
    month = _MONTH_ABOVE.search(text[above:start]) if start > 3 and text[start - 1] == " " else None
    match = _DAY_AND_YEAR.match(text, start) if month else None
    return _written(text, above + month.start(), match, near, month=month["month"]) if month and match else None


def _written(
    text: str, start: int, match: re.Match[str], near: datetime.date | None, *, month: str | None = None
) -> WrittenDay:
    weekday = _WEEKDAY_ABOVE.search(text[max(0, start - 14) : start])
    clock = _TIME_AFTER.match(text, match.end())
    parts = match.groupdict()
    if month is not None:
        parts["month"] = month
    begin = start - len(weekday.group()) if weekday else start
    return WrittenDay(begin, clock.end() if clock else match.end(), _day_of(parts, near))


def read_day(stamp: str) -> datetime.date | None:
    """The day of a stamp that a program wrote: "2018-03-05T10:15:00+02:00", or as people write it.

    Examples
    --------
    >>> read_day("2018-03-05T10:15:00Z")
    datetime.date(2018, 3, 5)
    """
    compact = re.match(r"(?P<year>(?:19|20)\d\d)(?P<number>\d\d)(?P<day>\d\d)(?:T|$)", stamp)
    if compact:
        return _day_of(compact.groupdict(), None)
    found = find_day(stamp)
    return found.day if found else None


def weekday_before(name: str, published: datetime.date) -> datetime.date:
    """The last day of that name that is not after the day of publication.

    Examples
    --------
    >>> weekday_before("Monday", datetime.date(2018, 3, 7))
    datetime.date(2018, 3, 5)
    """
    return published - datetime.timedelta(days=(published.weekday() - WEEKDAYS[name.lower()]) % 7)


def _day_of(parts: dict[str, str | None], near: datetime.date | None) -> datetime.date | None:
    day = int(parts["day"] or 0)
    if parts.get("month"):
        month = _MONTHS[(parts["month"] or "").lower()]
    else:
        month = int(parts["number"] or 0)
        slashed = parts.get("mark") in ("/", "-")
        if slashed and month > 12 >= day:
            day, month = month, day
        elif slashed and day <= 12 and day != month:
            return None
    if parts.get("year"):
        return _valid_day(int(parts["year"] or 0), month, day)
    if near is None:
        return None
    nearest = [found for year in (near.year - 1, near.year, near.year + 1) if (found := _valid_day(year, month, day))]
    return min(nearest, key=lambda found: abs((found - near).days), default=None)


def _valid_day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
