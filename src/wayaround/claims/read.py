"""The whole reading of a text: who says which quantity of what."""

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache

from wayaround.claims.amounts.tokens import cut_words
from wayaround.claims.amounts.unit_words import UNITS
from wayaround.claims.attribution import attribute_sentence
from wayaround.claims.claim import Block, Claim, Document, Mention, Quantity, Statement
from wayaround.claims.document import parse_document
from wayaround.claims.inheritance import Ground, adopt_relation, find_ground, inherit_slots, lacks_slots
from wayaround.claims.mentions import find_mentions
from wayaround.claims.quantities import find_quantities
from wayaround.claims.relations import find_claims
from wayaround.claims.sentences import split_sentences
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.frames import kind_of
from wayaround.claims.wording.lexicon import SPEECH_VERBS
from wayaround.claims.wording.remarks import (
    CORRECTING_SIGNS,
    JUDGING_SIGNS,
    find_judgements,
    is_bare_value,
    is_correction,
)

_SENTENCES_BACK = 6
_SENTENCES_OF_BLOCK = 40
_ANSWERS_BACK = 4
_BLOCKS_OF_ARTICLE = 8
_LONGEST_SENTENCE = 2_000
_LONGEST_HEDGE = 20
_MOST_QUANTITIES = 24
"""A sentence with more of them is a table, and no words tell what each of them measures."""
_SPEECH = SPEECH_VERBS | words(
    """according accuse accused accuses blame blamed blames denied denies declared declares complained complains called
    calls objected objects criticised criticized urged urges demanded demands condemned condemns praised promised"""
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as read by itself; characters count from its own start."""

    claims: tuple[Claim, ...] = ()
    strangers: tuple[Mention, ...] = ()
    elliptical: bool = False
    begins_with_value: bool = False
    spoken: bool = False
    judgements: tuple[str, ...] = ()
    corrects: bool = False


def read_claims(text_or_document: str | Document, *, names: Sequence[str] = ()) -> list[Statement]:
    """Read what a text says about ways: quantities, what they measure, and who says so.

    Parameters
    ----------
    text_or_document : str or Document
        Plain text, the source of a web page, or a document that was read.
    names : sequence of str
        Names that are known, such as the aliases of a scenario.

    Returns
    -------
    list of Statement
        In the order of the text: each sentence with a quantity, each that is attributed to somebody by a verb of
        speech, each that judges or corrects.

    Raises
    ------
    TextUnreadable
        The text is empty.

    Examples
    --------
    >>> [statement] = read_claims("From Damascus to Baghdad via al-Tanf it is 793 km.")
    >>> statement.claims[0].relation, statement.claims[0].slots["via"].text
    ('route', 'al-Tanf')
    """
    document = parse_document(text_or_document) if isinstance(text_or_document, str) else text_or_document
    reader = _Reader(document, tuple(names))
    with _without_collector():
        return [statement for place in range(len(document.blocks)) for statement in reader.read_block(place)]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing that is read points in a circle, and looking for circles again and again takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_Spoken = Ground | tuple[int, int, tuple[Claim, ...]]
"""What a sentence speaks of, or its span while nobody has asked."""


@dataclass(slots=True)
class _Reader:
    """Keeps what each block speaks of for the blocks that answer it."""

    document: Document
    names: tuple[str, ...]
    spoken: dict[int, list[_Spoken]] = field(default_factory=dict)

    def read_block(self, place: int) -> Iterator[Statement]:
        """Statements of one block; the blocks above it were read before."""
        kept: list[_Spoken] = []
        self.spoken[place] = kept
        above: list[Ground] | None = None
        asked = False
        recent: deque[_Spoken] = deque(maxlen=_SENTENCES_BACK)
        for start, end in _sentences(self.document.text, self.document.blocks[place]):
            text = self.document.text[start:end]
            sentence = _read_sentence(text, self.names)
            spoken: _Spoken = (start, end, ())
            claims = sentence.claims
            if claims:
                claims = tuple(_moved(claim, start) for claim in claims)
                bare = sentence.elliptical and claims[0].relation in (None, "route") and not claims[0].slots
                answers = asked and claims[0].relation is None and sentence.begins_with_value
                if bare or answers or any(claim.relation and lacks_slots(claim) for claim in claims):
                    if above is None:
                        above = list(self._grounds_above(place))
                    near = self._resolve(recent)
                    if bare:
                        claims = (adopt_relation(claims[0], [*above, *near]),)
                    if answers and near and near[0].origin and near[0].destination:  # "From X to Y? Six hours."
                        claims = (replace(claims[0], relation="route"), *claims[1:])
                    strangers = [_shifted(mention, start) for mention in sentence.strangers]
                    claims = tuple(
                        inherit_slots(claim, [*near, *above], near=len(near), strangers=strangers) for claim in claims
                    )
                spoken = (start, end, claims)
            recent.append(spoken)
            asked = not claims and text.endswith("?")
            if len(kept) < _SENTENCES_OF_BLOCK:
                kept.append(spoken)
            if claims or sentence.judgements or sentence.corrects or sentence.spoken:
                statement = self._statement(place, start, end, claims, sentence)
                if statement is not None:
                    yield statement

    def _statement(
        self, place: int, start: int, end: int, claims: tuple[Claim, ...], sentence: _Sentence
    ) -> Statement | None:
        attribution = attribute_sentence(self.document, place, start, end)
        if not (claims or sentence.judgements or sentence.corrects) and (
            attribution.speaker is None or attribution.speaker == self.document.blocks[place].author
        ):
            return None
        text = self.document.text[start:end]
        return Statement(place, start, end, text, attribution, claims, sentence.judgements, sentence.corrects)

    def _resolve(self, recent: deque[_Spoken]) -> list[Ground]:
        """What the last sentences speak of, the latest first."""
        for at, spoken in enumerate(recent):
            recent[at] = self._ground(spoken)
        return [ground for ground in map(self._ground, reversed(recent)) if not ground.is_empty]

    def _ground(self, spoken: _Spoken) -> Ground:
        if isinstance(spoken, Ground):
            return spoken
        start, end, claims = spoken
        ground = _moved_ground(_read_ground(self.document.text[start:end], self.names), start)
        if not claims:
            return ground
        told = find_ground("", (), claims)
        return Ground(
            told.origin or ground.origin,
            told.destination or ground.destination,
            told.ways or ground.ways,
            told.closure or ground.closure,
            told.place or ground.place,
            told.said,
        )

    def _grounds_above(self, place: int) -> Iterator[Ground]:
        """What the answered comments speak of, the nearest first, then the article and its title."""
        answered = self.document.blocks[place].answers
        seen = {place}
        for _ in range(_ANSWERS_BACK):
            if answered is None or answered in seen or answered not in self.spoken:
                break
            seen.add(answered)
            yield from self._grounds_of(answered)
            answered = self.document.blocks[answered].answers
        if self.document.blocks[place].kind == "comment":
            for other, block in enumerate(self.document.blocks[:_BLOCKS_OF_ARTICLE]):
                if block.kind != "comment" and other not in seen and other in self.spoken:
                    yield from self._grounds_of(other)

    def _grounds_of(self, place: int) -> list[Ground]:
        grounds = [ground for ground in map(self._ground, self.spoken[place]) if not ground.is_empty]
        self.spoken[place] = list(grounds)
        return grounds


def _sentences(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Sentences of a block; one without an end is read in pieces, so that no text takes longer than its length."""
    for start, end in split_sentences(text[block.start : block.end]):
        start, end = start + block.start, end + block.start
        while end - start > _LONGEST_SENTENCE:
            blank = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
            cut = blank if blank > 0 else start + _LONGEST_SENTENCE
            yield start, cut
            start = cut
        yield start, end


@lru_cache(maxsize=4096)
def _read_sentence(text: str, names: tuple[str, ...]) -> _Sentence:
    """Read a sentence by itself; comments quote each other, so many are read once."""
    present = frozenset(cut_words(text))
    quantities = [] if UNITS.keys().isdisjoint(present) else find_quantities(text)
    judgements = () if JUDGING_SIGNS.isdisjoint(present) else find_judgements(text)
    corrects = not CORRECTING_SIGNS.isdisjoint(present) and is_correction(text)
    spoken = not _SPEECH.isdisjoint(present)
    if not quantities:
        return _Sentence(spoken=spoken, judgements=judgements, corrects=corrects)
    if len(quantities) > _MOST_QUANTITIES:
        unread = tuple(Claim(None, "duration" if q.measure == "duration" else "distance", q) for q in quantities)
        return _Sentence(unread, judgements=judgements, corrects=corrects)
    mentions = find_mentions(text, names=names)
    claims = tuple(find_claims(text, quantities, mentions))
    filling = {(m.start, m.end) for claim in claims for m in claim.slots.values()}
    strangers = tuple(
        mention
        for mention in mentions
        if (mention.start, mention.end) not in filling and kind_of(mention.text.lower()) == "name"
    )
    named = any(kind_of(mention.text.lower()) == "name" for mention in mentions)
    elliptical = len(claims) == 1 and not named and is_bare_value(text)
    begins = quantities[0].start <= _LONGEST_HEDGE and not named
    return _Sentence(claims, strangers, elliptical, begins, spoken, judgements, corrects)


@lru_cache(maxsize=4096)
def _read_ground(text: str, names: tuple[str, ...]) -> Ground:
    return find_ground(text, find_mentions(text, names=names), ())


def _shifted(mention: Mention, by: int) -> Mention:
    return Mention(mention.text, mention.start + by, mention.end + by, mention.inherited)


def _moved(claim: Claim, by: int) -> Claim:
    other = claim.other and _moved_quantity(claim.other, by)
    slots = {slot: _shifted(mention, by) for slot, mention in claim.slots.items()}
    return Claim(claim.relation, claim.measure, _moved_quantity(claim.quantity, by), other, slots, claim.ordered)


def _moved_quantity(quantity: Quantity, by: int) -> Quantity:
    return Quantity(
        quantity.start + by,
        quantity.end + by,
        quantity.measure,
        quantity.low,
        quantity.high,
        quantity.rounding,
        quantity.hedge,
        quantity.bound,
    )


def _moved_ground(ground: Ground, by: int) -> Ground:
    return Ground(
        ground.origin and _shifted(ground.origin, by),
        ground.destination and _shifted(ground.destination, by),
        tuple(_shifted(way, by) for way in ground.ways),
        ground.closure and _shifted(ground.closure, by),
        ground.place and _shifted(ground.place, by),
    )
