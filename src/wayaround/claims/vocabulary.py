"""How lists of words are written down in this room."""


def words(listed: str) -> frozenset[str]:
    """The words of a text that lists them, parted by blanks.

    Examples
    --------
    >>> sorted(words("said says said"))
    ['said', 'says']
    """
    return frozenset(listed.split())
