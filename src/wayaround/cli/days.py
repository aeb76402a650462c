"""Days as the command line says them."""

import datetime

from wayaround.errors import ScenarioError


def read_day(text: str, *, option: str = "--date") -> datetime.date:
    """A day of the command line.

    Raises
    ------
    ScenarioError
        It is none; the sentence names the option.

    Examples
    --------
    >>> read_day("2018-02-08")
    datetime.date(2018, 2, 8)
    """
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ScenarioError(f'{option} "{text}" is no day; write it as 2018-02-08.', ids=[text]) from error
