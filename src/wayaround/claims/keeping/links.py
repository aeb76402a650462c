"""Which statement disputes or corrects which: replies with another value, and corrections, by what they answer."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wayaround.claims.claim import Claim, Document, Mention, Quantity, Statement
from wayaround.claims.finding import Finding

Place = tuple[int, int | None]
"""Row of a statement, and of a claim in it; None for a statement without claims."""

Subject = tuple[str, str, tuple[tuple[str, str], ...]]
"""Relation, measure and filled slots of a claim."""

_WORD = re.compile(r"\w+")
_ARTICLE = -1
"""Stands for all blocks that are no comments; no block has that number."""

_TELLING_LETTERS = 4
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Links:
    """Targets of each statement's claims.

    Parameters
    ----------
    disputes, corrects : dict
        From the place of a claim to those it gives another value for, or corrects.
    """

    disputes: dict[Place, list[Place]] = field(default_factory=dict)
    corrects: dict[Place, list[Place]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a block says, to be found by those who answer it: of each subject, kind and word the last ones."""

    rows: list[int] = field(default_factory=list)
    subjects: dict[Subject, Place] = field(default_factory=dict)
    kinds: dict[tuple[str, str], Place] = field(default_factory=dict)
    words: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=_REMEMBERED)))


def link_statements(document: Document, statements: Sequence[Statement], findings: Sequence[Finding] = ()) -> Links:
    """Link replies to what they dispute or correct in the block that they answer.

    A comment that answers no other is taken to answer the article. A claim disputes the last claim there on the same
    subject (relation, measure and filled slots, at least one) if no value fits both, each widened by its rounding and
    the tolerance of its hedge. A statement that says that it corrects is linked to the claim it gives another value
    for, else to the last claim of the same kind, else to the statement with which it shares most words, else to the
    only one. Linear in the statements.

    Parameters
    ----------
    document : Document
        Its blocks say who answers whom.
    statements : sequence of Statement
        Of that document.
    findings : sequence of Finding
        Tell how far a hedge widens a value.

    Returns
    -------
    Links

    Examples
    --------
    >>> from wayaround.claims.claim import Attribution, Block
    >>> def say(block, start, km):
    ...     quantity = Quantity(start, start + 6, "distance", km, km, 0.5)
    ...     claim = Claim("zone", "distance", quantity, slots={"place": Mention("the base", 0, 8)})
    ...     return Statement(block, start, start + 20, "…", Attribution(), (claim,))
    >>> blocks = Block("comment", 0, 20), Block("comment", 20, 40, answers=0)
    >>> link_statements(Document("…", blocks), [say(0, 0, 55), say(1, 20, 50)]).disputes
    {(1, 0): [(0, 0)]}
    """
    answered = {block.answers for block in document.blocks if block.answers is not None and block.answers >= 0}
    hedges = {
        (finding.claim.quantity.start, finding.claim.quantity.end): finding.tolerance.hedge
        for finding in findings
        if finding.tolerance is not None
    }
    said: dict[int, _Said] = defaultdict(_Said)
    for row, statement in enumerate(statements):
        if statement.block in answered:
            _remember(said[statement.block], row, statement)
        if document.blocks[statement.block].kind != "comment":
            _remember(said[_ARTICLE], row, statement)
    links = Links()
    for row, statement in enumerate(statements):
        block = document.blocks[statement.block]
        answers = _ARTICLE if block.answers is None and block.kind == "comment" else block.answers
        if answers is None or answers == statement.block or answers not in said:
            continue
        targets = _disputed(said[answers], row, statement, statements, hedges)
        if not statement.corrects:
            links.disputes.update(targets)
            continue
        corrected = targets or _corrected(said[answers], row, statement, statements)
        links.corrects.update(corrected)
    return links


def _remember(said: _Said, row: int, statement: Statement) -> None:
    said.rows.append(row)
    for at, claim in enumerate(statement.claims):
        if claim.relation is not None:
            said.kinds[claim.relation, claim.measure] = row, at
            subject = _subject(claim)
            if subject is not None:
                said.subjects[subject] = row, at
    for word in _telling_words(statement.text):
        said.words[word].append(row)


def _disputed(
    said: _Said,
    row: int,
    statement: Statement,
    statements: Sequence[Statement],
    hedges: dict[tuple[int, int], float],
) -> dict[Place, list[Place]]:
    targets: dict[Place, list[Place]] = {}
    for at, claim in enumerate(statement.claims):
        subject = _subject(claim)
        target = None if subject is None else said.subjects.get(subject)
        if target is not None and target[1] is not None:
            other = statements[target[0]].claims[target[1]]
            if _is_another_value(claim, other, hedges):
                targets[row, at] = [target]
    return targets


def _corrected(
    said: _Said, row: int, statement: Statement, statements: Sequence[Statement]
) -> dict[Place, list[Place]]:
    own: Place = (row, 0 if statement.claims else None)
    for at, claim in enumerate(statement.claims):
        target = None if claim.relation is None else said.kinds.get((claim.relation, claim.measure))
        if target is not None and _subject(claim) not in said.subjects:
            return {(row, at): [target]}
    shared: dict[int, int] = defaultdict(int)
    for word in _telling_words(statement.text):
        for candidate in said.words.get(word, ()):
            shared[candidate] += 1
    if shared:
        best = max(shared, key=lambda candidate: (shared[candidate], candidate))
    elif len(said.rows) == 1:
        best = said.rows[0]
    else:
        return {}
    return {own: [(best, 0 if statements[best].claims else None)]}


def _subject(claim: Claim) -> Subject | None:
    """What a claim measures; None where the text does not tell."""
    if claim.relation is None or not claim.slots:
        return None
    slots = {name: _plain(mention) for name, mention in claim.slots.items()}
    either_way = [("origin", "destination")] if claim.relation == "apart" else []
    if claim.relation == "difference" and not claim.ordered:
        either_way.append(("via", "via_other"))
    for one, other in either_way:
        if one in slots and other in slots:
            slots[one], slots[other] = sorted((slots[one], slots[other]))
    return claim.relation, claim.measure, tuple(sorted(slots.items()))


def _plain(mention: Mention) -> str:
    words = _WORD.findall(mention.text.casefold())
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _telling_words(text: str) -> Iterable[str]:
    return dict.fromkeys(word for word in _WORD.findall(text.casefold()) if len(word) >= _TELLING_LETTERS)


def _is_another_value(one: Claim, other: Claim, hedges: dict[tuple[int, int], float]) -> bool:
    pairs = [(one.quantity, other.quantity)]
    if one.other is not None and other.other is not None:
        pairs.append((one.other, other.other))
    return any(not _may_be_same(*pair, hedges) for pair in pairs)


def _may_be_same(one: Quantity, other: Quantity, hedges: dict[tuple[int, int], float]) -> bool:
    (low, high), (other_low, other_high) = (_reach(quantity, hedges) for quantity in (one, other))
    return low <= other_high and other_low <= high


def _reach(quantity: Quantity, hedges: dict[tuple[int, int], float]) -> tuple[float, float]:
    """Between which values a quantity may lie; a diameter as the radius that it means."""
    wide = max(quantity.rounding, hedges.get((quantity.start, quantity.end), 0.0))
    low = 0.0 if quantity.bound == "at most" else quantity.low - wide
    high = float("inf") if quantity.bound == "at least" else quantity.high + wide
    half = 0.5 if quantity.measure == "diameter" else 1.0
    return low * half, high * half
