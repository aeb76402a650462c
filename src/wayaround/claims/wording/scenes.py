"""A quantity with the words that belong to it: where one scene of a sentence ends and which two are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wayaround.claims.claim import Quantity
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.cues import (
    DETOUR_NOUNS,
    DIFFERENCE_NOUNS,
    HEDGES,
    LONGER,
    NO_WAY_NOUNS,
    PHRASE_ENDS,
    SHORTER,
)
from wayaround.claims.wording.frames import BEFORE_CONTRASTS, Filler, cut_between, kind_of
from wayaround.claims.wording.items import Item
from wayaround.claims.wording.lexicon import ROAD_NOUNS, TRIP_NOUNS, ZONE_NOUNS

Group = list[int]
"""Quantities of different measure that go together: "155 km or two hours"."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A quantity, or two that go together, with the words that belong to it.

    Parameters
    ----------
    items : tuple of Item
        The whole sentence.
    low, high : int
        Items from and up to which the words belong to it.
    first, last : int
        Items of its first and last quantity.
    fillers : tuple of Filler
        Mentions among its words.
    everywhere : tuple of Filler
        Mentions of the whole sentence.
    second : int, optional
        Of a comparison: the first item that belongs to the second value.
    """

    items: tuple[Item, ...]
    low: int
    high: int
    first: int
    last: int
    fillers: tuple[Filler, ...]
    everywhere: tuple[Filler, ...]
    second: int | None = None

    def after(self, count: int) -> list[str]:
        """The next words; a mention counts as "<m>"."""
        return [_word(item) for item in self.items[self.last + 1 : min(self.high, self.last + 1 + count)]]

    def before(self, count: int) -> list[str]:
        """The words before, the nearest first, without hedges right before the quantity."""
        at = self.first - 1
        while at >= self.low and self.items[at].kind == "word" and self.items[at].low in HEDGES:
            at -= 1
        return [_word(item) for item in reversed(self.items[max(self.low, at + 1 - count) : at + 1])]

    def hedged(self, count: int) -> list[str]:
        """The words before, the nearest first, with the hedges."""
        return [_word(item) for item in reversed(self.items[max(self.low, self.first - count) : self.first])]

    def words(self) -> set[str]:
        """Every word that belongs to it, and those of mentions."""
        found: set[str] = set()
        for item in self.items[self.low : self.high]:
            if item.kind == "word":
                found.add(item.low)
            elif item.kind == "mention":
                found.update(item.low.split())
        return found


def _word(item: Item) -> str:
    return {"word": item.low, "mention": "<m>", "quantity": "<q>"}[item.kind]


def until_mark(nearest: Sequence[str]) -> list[str]:
    """The words up to the first that parts clauses.

    Parameters
    ----------
    nearest : sequence of str
        As `Scene.before` and `Scene.after` give them.

    Returns
    -------
    list of str
        Those beside the quantity.
    """
    found = []
    for word in nearest:
        if word in (",", ";", ":", "<q>", "and", "but"):
            break
        found.append(word)
    return found


_MEASURED_NOUNS = DETOUR_NOUNS | DIFFERENCE_NOUNS | ZONE_NOUNS | NO_WAY_NOUNS | TRIP_NOUNS | ROAD_NOUNS


def noun_after(scene: Scene) -> str:
    """The noun that the quantity measures, as "detour" in "a 155-km southern detour"; empty if none is plain."""
    for at in range(scene.last + 1, min(scene.high, scene.last + 5)):
        item = scene.items[at]
        if item.kind == "mention":
            # "the 55-km zone" holds its quantity
            return item.low.split()[-1] if item.start <= scene.items[scene.first].start else ""
        if item.kind != "word" or (not item.low[0].isalnum() and item.low != "-"):
            return ""
        if item.low in _MEASURED_NOUNS:
            following = scene.items[at + 1].low if at + 1 < scene.high else ""
            return following if following in _MEASURED_NOUNS else item.low
        if item.low in PHRASE_ENDS or item.low in LONGER or item.low in SHORTER:
            return ""
    return ""


_TOGETHER = HEDGES | words("for the or and , ( ) / — – - & + a an in")
_BEFORE_WORDS = words(
    "normal usual typical used normally usually ordinarily previously formerly before once typically was took earlier"
)
_HABIT = _BEFORE_WORDS - {"was", "took", "once", "earlier"}
_AFTER_WORDS = words("now today after currently nowadays afterwards")
_CHANGES = words(
    """rise rises rose risen grow grows grew grown go goes went gone increase increases increased lengthen lengthens
    lengthened jump jumps jumped stretch stretches stretched double doubles doubled extend extends extended climb climbs
    climbed turn turns turned change changes changed fall falls fell drop drops dropped shorten shortens shortened cut
    cuts reduces reduced becomes became become swell swells swelled going growing rising increasing falling dropping
    slashed slashes shrink shrinks shrank shrunk brought brings lifted pushed up down balloons ballooned"""
)
_TURNS = words("becomes became become into turned")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence laid out for reading.

    Parameters
    ----------
    items : tuple of Item
        Words, mentions and quantities.
    fillers : tuple of Filler
        Mentions and their parts.
    quantities : tuple of Quantity
        In the order of the text.
    marks : dict of int to str
        Words of contrast by the item where they end.
    """

    items: tuple[Item, ...]
    fillers: tuple[Filler, ...]
    quantities: tuple[Quantity, ...]
    marks: dict[int, str]

    def families(self, group: Group) -> list[str]:
        """The measures of a group, all lengths alike."""
        return ["duration" if self.quantities[n].measure == "duration" else "distance" for n in group]

    def low_words(self, start: int, end: int) -> set[str]:
        """The words of a stretch of items."""
        return {item.low for item in self.items[start:end]}

    def names_way(self, start: int, end: int) -> bool:
        """Whether a stretch of items says by which way."""
        return any(
            filler.role == "via" or (filler.role == "bare" and kind_of(self.items[filler.at].low) == "road")
            for filler in self.fillers
            if start <= filler.at < end
        )

    def parts(self, start: int, end: int) -> set[str]:
        """The parts that mentions of a stretch of items play."""
        return {filler.role for filler in self.fillers if start <= filler.at < end}


def lay_scenes(sentence: Sentence) -> Iterator[tuple[list[Group], Scene, bool]]:
    """Cut a sentence into quantities with the words that belong to each.

    Parameters
    ----------
    sentence : Sentence
        The sentence.

    Yields
    ------
    groups : list of Group
        One, or two that are compared.
    scene : Scene
        Their words.
    swapped : bool
        Of two that are compared: the second of the text is the first way, or what was before.
    """
    at_of = {item.place: at for at, item in enumerate(sentence.items) if item.kind == "quantity"}
    groups: list[Group] = []
    for place in sorted(at_of, key=lambda place: at_of[place]):
        if groups and _go_together(sentence, groups[-1][-1], place, at_of):
            groups[-1].append(place)
        else:
            groups.append([place])
    cuts = [
        0,
        *(cut_between(sentence.items, at_of[left[-1]], at_of[right[0]]) for left, right in pairwise(groups)),
        len(sentence.items),
    ]
    n = 0
    while n < len(groups):
        swapped = None
        if n + 1 < len(groups):
            swapped = _comparison(sentence, groups[n], groups[n + 1], at_of, cuts[n : n + 3])
        size = 1 if swapped is None else 2
        low, high = cuts[n], cuts[n + size]
        own = tuple(f for f in sentence.fillers if low <= f.at < high and not _holds(sentence.items, f.at))
        first, last = at_of[groups[n][0]], at_of[groups[n + size - 1][-1]]
        second = cuts[n + 1] if size == 2 else None
        yield (
            groups[n : n + size],
            Scene(sentence.items, low, high, first, last, own, sentence.fillers, second),
            bool(swapped),
        )
        n += size


def _holds(items: Sequence[Item], at: int) -> bool:
    """Whether a mention holds the quantity before it, as "the 55-km zone" does."""
    return at > 0 and items[at - 1].kind == "quantity" and items[at].start < items[at - 1].end


def _go_together(sentence: Sentence, first: int, second: int, at_of: dict[int, int]) -> bool:
    between = sentence.items[at_of[first] + 1 : at_of[second]]
    return (
        sentence.families([first]) != sentence.families([second])
        and len(between) <= 6
        and all(item.kind == "word" and item.low in _TOGETHER for item in between)
    )


def _comparison(
    sentence: Sentence, left: Group, right: Group, at_of: dict[int, int], cuts: Sequence[int]
) -> bool | None:
    """None where two groups are not compared; else whether the second is the first way."""
    if sentence.families(left) != sentence.families(right):
        return None
    items = sentence.items
    start, first, second = at_of[left[0]], at_of[left[-1]], at_of[right[0]]
    between = [item.low for item in items[first + 1 : second]]
    after = items[at_of[right[-1]] + 1].low if at_of[right[-1]] + 1 < len(items) else ""
    if (between and between[0] in _ON_TOP) or after in _ON_TOP:
        return None
    ways = sentence.names_way(cuts[0], cuts[1]) and sentence.names_way(cuts[1], cuts[2])
    one, two = sentence.low_words(cuts[0], cuts[1]), sentence.low_words(cuts[1], cuts[2])
    marks = [word for at, word in sentence.marks.items() if first < at < second and word != "than"]
    if marks:
        if marks[0] in BEFORE_CONTRASTS or (two & _HABIT and not one & _HABIT):
            return True
        # of two ways without a name the shorter is the one before, whatever the order of the text
        return not ways and not one & _HABIT and sentence.quantities[right[0]].low < sentence.quantities[left[0]].low
    leading = [
        at for at, word in sentence.marks.items() if cuts[0] <= at < start and word not in ("than", "up", "down")
    ]
    if leading and "," in between and start - leading[0] <= 8:
        return False
    before = [item.low for item in items[max(0, start - 3) : start]]
    bare = len(between) <= 8 and not any(item.kind == "mention" for item in items[first:second])
    if bare and sentence.low_words(0, len(items)) & _CHANGES:
        if "from" in before and "to" in between[-3:]:
            return False
        if "to" in before and "from" in between[-3:]:
            return True
    if len(between) <= 8 and _TURNS & set(between):
        return False
    own_ends = {"from", "to"} & sentence.parts(cuts[1], cuts[2])
    if own_ends and {"from", "to"} & sentence.parts(cuts[0], cuts[1]):
        return None
    if ways:
        return False
    if bool(one & _HABIT) != bool(two & _HABIT):
        return bool(two & _HABIT)
    if one & _BEFORE_WORDS and two & _AFTER_WORDS:
        return False
    return True if one & _AFTER_WORDS and two & _BEFORE_WORDS else None


_ON_TOP = LONGER | SHORTER | DETOUR_NOUNS | DIFFERENCE_NOUNS | ZONE_NOUNS
