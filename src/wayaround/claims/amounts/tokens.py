"""A text cut into words, numbers and signs, in one pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HYPHENS = frozenset("-‐‑‒–—−")
"""Every sign that people type for a hyphen, a dash or a minus."""

_TOKEN = re.compile(r"\d+(?:[.,٫٬'’]\d+)*|[^\W\d_]+|[^\w\s]|_|\w")
_CUT = re.compile(r"\n\n|[.!?]\n|[!?] |[.] (?=[A-Z])")
_STRETCH = 500
_LONGEST_STRETCH = 20_000
_WIDEST_GAP = 12
_BEYOND = [""] * 24


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words of a text in lower case, and where each stands.

    Parameters
    ----------
    text : str
        What was cut.
    words : list of str
        A run of letters, a number with its separators, or one sign; after the last, some that are empty, so that
        a reader may look a few words ahead, or with negative places behind, without asking where the text ends.
    spans : list of (int, int)
        Characters of `text`.
    """

    text: str
    words: list[str]
    spans: list[tuple[int, int]]

    def glued(self, i: int) -> bool:
        """Whether nothing stands between the word at `i` and the one before."""
        return 0 < i < len(self.spans) and self.spans[i][0] == self.spans[i - 1][1]

    def near(self, i: int) -> bool:
        """Whether the word at `i` follows the one before in the same paragraph."""
        if not 0 < i < len(self.spans):
            return False
        end, start = self.spans[i - 1][1], self.spans[i][0]
        if start - end <= 1:
            return True
        return start - end <= _WIDEST_GAP and self.text.count("\n", end, start) < 2

    def is_digits(self, i: int) -> bool:
        """Whether a number in digits stands at `i`."""
        return self.words[i][:1].isdecimal()

    def is_letters(self, i: int) -> bool:
        """Whether a run of letters stands at `i`."""
        return self.words[i][:1].isalpha()

    def phrase(self, i: int, words: tuple[str, ...]) -> bool:
        """Whether just these words stand at `i`, without a paragraph's end between."""
        return tuple(self.words[i : i + len(words)]) == words and all(self.near(i + k) for k in range(1, len(words)))


def cut_tokens(text: str) -> Tokens:
    """Words, numbers and signs of a text, in time linear in its length.

    Examples
    --------
    >>> cut_tokens("Just 155km (1,200 more)").words[:7]
    ['just', '155', 'km', '(', '1,200', 'more', ')']
    """
    spans = [match.span() for match in _TOKEN.finditer(text)]
    words = cut_words(text)
    if len(words) != len(spans):  # a letter whose lower case is longer, such as the Turkish dotted capital
        words = [text[start:end].lower() for start, end in spans]
    return Tokens(text, words + _BEYOND, spans)


def cut_words(text: str) -> list[str]:
    """The words of `cut_tokens` without their places; faster, where only their presence counts."""
    return _TOKEN.findall(text.lower())


def cut_stretches(text: str) -> Iterator[tuple[int, str]]:
    """Split a long text at ends of sentences, so that memory does not grow with it.

    Examples
    --------
    >>> [start for start, _ in cut_stretches("One. Two.")]
    [0]
    """
    start = 0
    while len(text) - start > _STRETCH:
        found = _CUT.search(text, start + _STRETCH, start + _LONGEST_STRETCH)
        if found:
            end = found.end()
        elif len(text) - start <= _LONGEST_STRETCH:
            break
        else:
            space = text.rfind(" ", start + _STRETCH, start + _LONGEST_STRETCH)
            end = space if space > 0 else start + _LONGEST_STRETCH
        yield start, text[start:end]
        start = end
    yield start, text[start:]
