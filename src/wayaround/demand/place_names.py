"""When two spellings are one name.

The key of a name is what is left of it after everything that people write differently: case, accents, the
hyphen of an article, apostrophes for letters that Latin script lacks. "Al-Hasakah", "al Hasakah" and
"Al Ḩasakah" have the key "al hasakah". Letters of other scripts stay what they are.
"""

import re
import unicodedata

_LETTERS = {
    # Latin letters that Unicode does not take apart, as GeoNames writes them in ASCII
    **dict(zip("øłđðħŧıɓɗƙɛɔŋəɣ", "olddhtibdkeonag", strict=True)),
    **{"æ": "ae", "œ": "oe", "þ": "th"},
    # Arabic and Persian letters that writers exchange, and the stroke that only lengthens a word
    **{"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ە": "ه", "ـ": ""},
}
_DROPPED = "'’‘‛`´ʹʺʻʼʽʾʿˈ′″\"“”„.·"
_SPACES = re.compile(r" *\n *| {2,}")


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        category = unicodedata.category(letter)
        # Classes 1 to 9 are not accents: they are parts of letters in Indic scripts and of Japanese kana.
        if letter in _DROPPED or category == "Cf" or unicodedata.combining(letter) > 9:
            folded = ""
        elif category[0] in "PSZC":
            folded = " "
        else:
            folded = _LETTERS.get(letter, letter)
        self[code] = folded
        return folded


_FOLDING = _Folding({ord("\n"): "\n"})


def name_keys(lines: str) -> list[str]:
    r"""Keys of many names at once, several times as fast as one by one.

    Parameters
    ----------
    lines : str
        Names separated by newlines.

    Returns
    -------
    list of str
        As many keys as there are lines. The key of a name without any letter is empty.

    Examples
    --------
    >>> name_keys("Al-Hasakah\nÑuñoa\n?!")
    ['al hasakah', 'nunoa', '']
    """
    if not lines.isascii():
        # The acute accent that stands alone is typed for an apostrophe; taken apart it would be a space.
        lines = unicodedata.normalize("NFKD", lines.replace("´", "'"))
        lines = unicodedata.normalize("NFKD", lines.casefold())
    folded = lines.casefold().translate(_FOLDING)
    spaced = _SPACES.sub(lambda gap: "\n" if "\n" in gap[0] else " ", folded)
    return spaced.strip(" ").split("\n")


def name_key(name: str) -> str:
    """Key of a name: equal for two spellings of the same name.

    Parameters
    ----------
    name : str
        A name in any script.

    Returns
    -------
    str
        Lower case, without accents, apostrophes and full stops; other punctuation is a space. Empty if the
        name has no letter and no digit.

    Examples
    --------
    >>> {name_key(name) for name in ("Al-Hasakah", "al Hasakah", "Al Ḩasakah", " AL–HASAKAH ")}
    {'al hasakah'}
    >>> name_key("Münster"), name_key("Washington, D.C."), name_key("N’Djamena")
    ('munster', 'washington dc', 'ndjamena')
    >>> name_key("دِمَشْق") == name_key("دمشق")
    True
    """
    return name_keys(name.replace("\n", " "))[0]
