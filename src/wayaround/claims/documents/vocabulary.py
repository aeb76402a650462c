"""How lists of words are written down in this room."""


def words_of(listed: str) -> frozenset[str]:
    """The words of a text that lists them.

    Examples
    --------
    >>> sorted(words_of("said says"))
    ['said', 'says']
    """
    return frozenset(listed.split())
