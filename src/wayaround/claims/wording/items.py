"""Words and signs of a text with their places, and the spans that mentions and quantities cover as single items."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from wayaround.claims.claim import Mention, Quantity

_TOKEN = re.compile(r"[\w\u0300-\u036f]+(?:[-'’ʼ‘`‐‑][\w\u0300-\u036f]+)*|[^\w\s]")
CLOSED_DASHES = "-‐‑"
SENTENCE_OPENERS = frozenset("\"'“”‘’«»„*•>#|")


class Token(NamedTuple):
    """A word or a sign.

    Parameters
    ----------
    text, low : str
        As written, and in lower case with plain apostrophes.
    start, end : int
        Characters of the text it was cut from.
    """

    text: str
    low: str
    start: int
    end: int


@lru_cache(maxsize=8)
def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a text into words and signs.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of Token
        Hyphens and apostrophes inside a word do not cut it.

    Examples
    --------
    >>> [token.text for token in tokenise("From al-Tanf, 155 km.")]
    ['From', 'al-Tanf', ',', '155', 'km', '.']
    """
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        low = word.lower()
        if "’" in low:
            low = low.replace("’", "'")
        start = match.start()
        found.append(Token(word, low, start, start + len(word)))
    return tuple(found)


class Item(NamedTuple):
    """A word, a sign, a mention or a quantity in the order of a sentence.

    Parameters
    ----------
    kind : {"word", "mention", "quantity"}
        What it is; a sign is a word.
    low : str
        In lower case, as written.
    start, end : int
        Characters of the sentence.
    place : int
        Which mention or which quantity; -1 for a word.
    """

    kind: str
    low: str
    start: int
    end: int
    place: int = -1


def lay_out(text: str, quantities: Sequence[Quantity], mentions: Sequence[Mention], offset: int) -> list[Item]:
    """Put words, mentions and quantities of a sentence into one row.

    A mention that holds a quantity ("the 55-km zone") follows it.

    Parameters
    ----------
    text : str
        The sentence.
    quantities, mentions : sequence
        In the order of the text, with characters that count from ``-offset``.
    offset : int
        Place of the sentence in its document.

    Returns
    -------
    list of Item
        With characters of the sentence.
    """
    items = []
    quantity_spans = [(q.start - offset, q.end - offset, n) for n, q in enumerate(quantities)]
    mention_spans = [(m.start - offset, m.end - offset, n) for n, m in enumerate(mentions)]
    next_quantity = next_mention = 0
    covered = 0
    for token in tokenise(text):
        while next_mention < len(mention_spans) and mention_spans[next_mention][1] <= token.start:
            items.append(_span_item("mention", text, mention_spans[next_mention]))
            next_mention += 1
        if next_quantity < len(quantity_spans) and quantity_spans[next_quantity][0] < token.end:
            span = quantity_spans[next_quantity]
            if covered < token.start and token.start < span[0]:
                items.append(Item("word", token.low[: span[0] - token.start], token.start, span[0]))
            items.append(_span_item("quantity", text, span))
            covered = span[1]
            next_quantity += 1
        if token.start < covered:
            if token.end > covered:  # "155-kilometre-long": what follows the unit is a word of its own
                rest = token.low[covered - token.start :].lstrip(CLOSED_DASHES)
                if rest:
                    items.append(Item("word", rest, token.end - len(rest), token.end))
            continue
        if next_mention < len(mention_spans) and mention_spans[next_mention][0] <= token.start:
            continue
        items.append(Item("word", token.low, token.start, token.end))
    items.extend(_span_item("quantity", text, span) for span in quantity_spans[next_quantity:])
    items.extend(_span_item("mention", text, span) for span in mention_spans[next_mention:])
    return items


def _span_item(kind: str, text: str, span: tuple[int, int, int]) -> Item:
    start, end, place = span
    return Item(kind, text[start:end].lower().replace("’", "'"), start, end, place)
