"""What two spellings of one name from another script share: its consonants, without the article.

Latin spellings of Arabic names differ in their vowels, in doubled letters, in the article and in how a letter is
written that Latin lacks: "al-Tanf" and "At Tanf", "Al Qa'im" and "al-Qaim", "Nasib" and "Naseeb". The skeleton is
for comparing a name with a few names, never with all places of the world.
"""

import difflib
from itertools import pairwise

from wayaround.claims.vocabulary import words
from wayaround.demand.place_names import name_key

ARTICLES = words("al el ul ad adh an ar as ash at ath az the")
"""The article and what it becomes before some letters."""

LEAST_LIKENESS = 0.6
"""Two names with one skeleton are one name if so much of their letters agree besides; "Kerem" is not "Karama"."""

_PAIRS = (
    ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("sh", "s"), ("ph", "f"), ("ck", "k"), ("tch", "c"),
    ("ch", "c"), ("dj", "j"), ("q", "k"),
)  # fmt: skip
_VOWELS = frozenset("aeiou")
_WEAK = frozenset("aeiouwyh")


def bare_key(name: str) -> str:
    """Key of a name without its article.

    Examples
    --------
    >>> bare_key("At Tanf"), bare_key("al-Tanf"), bare_key("Altanf")
    ('tanf', 'tanf', 'altanf')
    """
    words = name_key(name).split()
    kept = [word for word in words if word not in ARTICLES]
    return " ".join(kept or words)


def skeleton(name: str) -> str:
    """Consonants of a name, the first letter kept if it is a vowel.

    Examples
    --------
    >>> skeleton("Al Qa'im") == skeleton("al-Qaim"), skeleton("Nasib") == skeleton("Naseeb")
    (True, True)
    >>> skeleton("Trebil"), skeleton("Turaibil"), skeleton("Amman")
    ('trbl', 'trbl', 'amn')
    """
    words = []
    for word in bare_key(name).split():
        for pair, letter in _PAIRS:
            word = word.replace(pair, letter)
        first = "a" if word[0] in _VOWELS else word[0]
        kept = [first]
        kept += [sign for before, sign in pairwise(word) if sign not in _WEAK and sign != before]
        words.append("".join(kept))
    return " ".join(words)


def are_variants(one: str, other: str) -> bool:
    """Whether two names are likely two spellings of one.

    Examples
    --------
    >>> are_variants("al-Tanf", "At Tanf"), are_variants("Nasib", "Naseeb"), are_variants("Karama", "Kerem")
    (True, True, False)
    """
    shared = skeleton(one)
    if len(shared.replace(" ", "")) < 2 or shared != skeleton(other):
        return False
    keys = bare_key(one)[:80], bare_key(other)[:80]
    return difflib.SequenceMatcher(None, *keys, autojunk=False).ratio() >= LEAST_LIKENESS
