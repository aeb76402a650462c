"""A text in pieces: what is marked in it, by which claim, and what is too long to be shown."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wayaround.claims.claim import Block, Document, Statement
from wayaround.claims.finding import Finding, Verdict

SHOWN_LETTERS = 200_000
"""Of a longer text only what stands around statements is shown."""

AROUND = 300
_KEPT = "\n\t\u00ad\u200c\u200d\u200e\u200f"
"""Letters without a shape of their own that writing needs, and that reorder nothing beyond their neighbours."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is shown in one way.

    Parameters
    ----------
    text : str
        What is shown; of what is left out, how much.
    said : bool
        Part of a statement.
    claim : int, optional
        Number of the claim that it marks.
    verdict : str, optional
        Of that claim.
    numbers : tuple of (int, str)
        Claims whose number follows the text, with their verdicts.
    left_out : bool
        Stands for text that is not shown.
    """

    text: str
    said: bool = False
    claim: int | None = None
    verdict: Verdict | None = None
    numbers: tuple[tuple[int, Verdict], ...] = ()
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    claim: int
    verdict: Verdict
    numbered: bool


def mark_blocks(
    document: Document, statements: Sequence[Statement], findings: Sequence[Finding]
) -> list[tuple[int, Block, list[Piece]]]:
    """The blocks of a document in pieces; each claim's quantities are marked, where two overlap the earlier one.

    Of a text of more than `SHOWN_LETTERS` letters only the surroundings of statements are kept, and blocks without
    any are left out.

    Returns
    -------
    list of (int, Block, list of Piece)
        Number of each block that is shown, counted from 1.
    """
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    marks: dict[int, list[_Mark]] = defaultdict(list)
    for statement in statements:
        spans[statement.block].append((statement.start, statement.end))
    for number, finding in enumerate(findings, start=1):
        row, claim = finding.statement.block, finding.claim
        spans[row].append((finding.statement.start, finding.statement.end))
        quantities = [claim.quantity, *([] if claim.other is None else [claim.other])]
        for at, quantity in enumerate(quantities):
            marks[row].append(_Mark(quantity.start, quantity.end, number, finding.verdict, numbered=at == 0))
    long = len(document.text) > SHOWN_LETTERS
    shown = []
    for row, block in enumerate(document.blocks):
        if long and not spans[row]:
            continue
        pieces = list(_cut(document.text, block, spans[row], marks[row]))
        shown.append((row + 1, block, list(_shorten_gaps(pieces)) if long else pieces))
    return shown


def showable(text: str) -> str:
    r"""A text of the same length in which nothing acts: control letters and marks that reorder become U+FFFD.

    Examples
    --------
    >>> ascii(showable("a\x00b\u202ec\u00a0d\ne"))
    "'a\\ufffdb\\ufffdc d\\ne'"
    """
    return text.translate(_SHOWABLE)


class _Showable(dict[int, str]):
    """What each letter becomes, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter.isprintable() or letter in _KEPT:
            shown = letter
        else:
            shown = " " if unicodedata.category(letter) in ("Zs", "Zl", "Zp") or letter.isspace() else "\ufffd"
        self[code] = shown
        return shown


_SHOWABLE = _Showable()


def _cut(text: str, block: Block, spans: Iterable[tuple[int, int]], marks: list[_Mark]) -> Iterator[Piece]:
    said = iter(_merge(spans))
    start, end = next(said, (block.end, block.end))
    at = block.start

    def plain(until: int) -> Iterator[Piece]:
        """What is not marked, in and between statements."""
        nonlocal at, start, end
        while at < until:
            while end <= at and start < block.end:
                start, end = next(said, (block.end, block.end))
            inside = start <= at < end
            stop = min(until, end if inside else max(start, at + 1))
            yield Piece(showable(text[at:stop]), said=inside)
            at = stop

    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        yield from plain(min(max(mark.start, at), block.end))
        stop = min(max(mark.end, at), block.end)
        numbers = ((mark.claim, mark.verdict),) if mark.numbered else ()
        yield Piece(showable(text[at:stop]), True, mark.claim, mark.verdict, numbers)
        at = stop
    yield from plain(block.end)


def _merge(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
        else:
            if last is not None:
                yield last
            last = start, end
    if last is not None:
        yield last


def _shorten_gaps(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for row, piece in enumerate(pieces):
        before, after = (AROUND if 0 <= near < len(pieces) else 0 for near in (row - 1, row + 1))
        hidden = len(piece.text) - before - after
        if piece.claim is not None or hidden <= AROUND:
            yield piece
            continue
        if before:
            yield Piece(piece.text[:before], said=piece.said)
        yield Piece(f"{hidden:,} letters left out", left_out=True)
        if after:
            yield Piece(piece.text[-after:], said=piece.said)
