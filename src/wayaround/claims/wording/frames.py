"""How words of a sentence stand to each other: the part each mention plays, and which words go with which quantity."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from wayaround.claims.vocabulary import words
from wayaround.claims.wording.items import Item
from wayaround.claims.wording.lexicon import (
    CLOSURE_NOUNS,
    DEFINITE_WORDS,
    PEOPLE_NOUNS,
    ROAD_NOUNS,
    ROAD_WORDS_BEFORE_NUMBER,
    SHUT_WORDS,
    THING_NOUNS,
    ZONE_NOUNS,
)

Role = Literal["from", "to", "via", "around", "cause", "of", "bare"]

_FROM = words("from leaving departing left leave leaves departed quit")
_TO = words("to into towards toward reach reaches reaching reached until till")
_VIA = words(
    """via through thru over using along across past cross crosses crossed crossing taking take takes took by on use
    uses following down up thro"""
)
_ROAD_ONLY = words("by on up down following")
_AROUND = words(
    """avoiding avoid avoids round around bypassing bypass bypasses skirting skirt circumventing circumvent surrounding
    encircling skirts"""
)
_OF = words("""of at in near off outside inside beyond behind with before after for about beside within""")
_CAUSE_ENDS = {"of": words("because"), "to": words("due thanks owing")}
_NO_DESTINATION = words(
    """close next near according similar relative key attached damage parallel closest nearest nearer closer compared
    said belongs tied linked"""
)
_SKIPPED = words("the either both nearby downtown central a an its going")
_LEAVING = words("""leave leaves left leaving bound heads heading headed head depart departs set sets road""")
_ARRIVING = words("arrive arrives arrived arriving end ends ended ending arrival")
_PASSIVES = words("run held made shut taken given said put cut hit built seen drawn known written shown driven")
_PARTING = words(
    """separates separate separated separating parts divides links link linking linked connects connect connecting
    connected joins join"""
)
_SHUT_BETWEEN = words("closed shut blocked closes shuts severed cut blocks closure")
_FREIGHT = words(
    """goods containers supplies cargo aid fuel trucks lorries traffic vehicles convoys freight grain deliveries
    passengers loads"""
)
_SURROUNDING = words("surrounds surround rings encircles encloses covers")
_DASHES = words("–—-‐‑/→>") | {"/", "→", "–", "—", "-", ">"}

VERSUS = words("versus vs v against")
_TWO_WORD_CONTRASTS = {
    "instead": frozenset(("of",)),
    "rather": frozenset(("than",)),
    "compared": frozenset(("with", "to")),
    "opposed": frozenset(("to",)),
    "relative": frozenset(("to",)),
    "up": frozenset(("from",)),
    "down": frozenset(("from",)),
    "unlike": frozenset(),
}
BEFORE_CONTRASTS = words("instead rather up down")
"""After these words stands what was before, or the way not taken."""


Kind = Literal["closure", "zone", "road", "thing", "name"]


@lru_cache(maxsize=4096)
def kind_of(low: str) -> Kind:
    """Tell what sort of thing a mention is by its words.

    Parameters
    ----------
    low : str
        The mention in lower case.

    Returns
    -------
    {"closure", "zone", "road", "thing", "name"}
        "thing" for a bridge, a base or a border post.

    Examples
    --------
    >>> [kind_of(words) for words in ("the closure of nasib", "the 55-km zone", "the coast road", "m20", "homs")]
    ['closure', 'zone', 'road', 'road', 'name']
    """
    parts = low.replace("'s", "").split()
    if any(word in CLOSURE_NOUNS or word.rpartition("-")[2] in SHUT_WORDS for word in parts):
        return "closure"
    if any(word in ZONE_NOUNS or word.endswith("zone") for word in parts):
        return "zone"
    if parts and (parts[-1] in ROAD_NOUNS or parts[0] in ROAD_WORDS_BEFORE_NUMBER or _is_road_number(parts[-1])):
        return "road"
    if parts and (parts[-1] in THING_NOUNS or parts[0] in DEFINITE_WORDS or parts[0] in ("here", "there")):
        return "thing"
    return "name"


def _is_road_number(word: str) -> bool:
    letters = word.rstrip("0123456789").rstrip("-")
    return len(letters) <= 3 and letters.isalpha() and word[-1:].isdigit()


@dataclass(frozen=True, slots=True)
class Filler:
    """A mention and the part it plays.

    Parameters
    ----------
    mention : int
        Which mention.
    at : int
        Which item of the sentence.
    role : Role
        By the words before it.
    side : int
        1 when it stands after a word of contrast such as "versus" or "than".
    """

    mention: int
    at: int
    role: Role
    side: int = 0


def contrasts(items: Sequence[Item]) -> dict[int, str]:
    """Words of contrast by the item where they end.

    Parameters
    ----------
    items : sequence of Item
        The sentence.

    Returns
    -------
    dict of int to str
        The first word of each: "versus", "instead", "than".
    """
    found = {}
    for at, item in enumerate(items):
        if item.kind != "word":
            continue
        following = items[at + 1].low if at + 1 < len(items) else ""
        if item.low in VERSUS or (item.low == "than" and not (at and items[at - 1].low in ("rather", "more", "less"))):
            found[at] = item.low
        elif item.low in _TWO_WORD_CONTRASTS and following in _TWO_WORD_CONTRASTS[item.low]:
            found[at + 1] = item.low
    return found


def cast(items: Sequence[Item]) -> list[Filler]:
    """Tell the part that each mention of a sentence plays.

    Parameters
    ----------
    items : sequence of Item
        The sentence.

    Returns
    -------
    list of Filler
        In the order of the text.
    """
    fillers: list[Filler] = []
    contrast_at = contrasts(items)
    last_contrast = -1
    between: Literal["no", "first", "second"] = "no"
    for at, item in enumerate(items):
        if at in contrast_at:
            last_contrast = at
        if item.kind == "word" and item.low == "between":
            between = "no" if _is_shut_between(items, at) else "first"
        if item.low == "," and last_contrast >= 0 and fillers and fillers[-1].at > last_contrast:
            last_contrast = -1
        if item.kind == "word" and item.low in (";", "."):
            last_contrast = -1
            between = "no"
        if item.kind != "mention":
            continue
        role, paired = _role(items, at, fillers, between)
        side = 1 if last_contrast >= 0 else 0
        if between == "first" and role == "from":
            between = "second"
        elif between == "second" and role == "to":
            between = "no"
        if role == "via" and _stands_before_way(items, at, fillers):
            fillers[-1] = replace(fillers[-1], role="to")  # "Tarragona via Lleida is 40 km more"
        if paired and fillers:
            fillers[-1] = replace(fillers[-1], role="from")
        if role == "around" and last_contrast >= 0:
            role = "via"  # "longer than going round the bay"
        close = last_contrast >= 0 and _directly_after(items, at, last_contrast)
        if close and (role == "bare" or (role in ("of", "to", "from") and at - last_contrast <= 2)):
            role = "via"
            if fillers and fillers[-1].role == "bare" and fillers[-1].side == 0 and not _has_via(fillers):
                fillers[-1] = replace(fillers[-1], role="via")
        fillers.append(Filler(item.place, at, role, side))
    return fillers


def _stands_before_way(items: Sequence[Item], at: int, fillers: Sequence[Filler]) -> bool:
    if not fillers or fillers[-1].role != "bare" or fillers[-1].at != at - 2 or items[at - 1].low != "via":
        return False
    return kind_of(items[at - 2].low) == "name"


def _is_shut_between(items: Sequence[Item], at: int) -> bool:
    """Whether "between" tells where a road is shut: "A9 closed between Ulm and Kempten"."""
    return at > 0 and items[at - 1].low in _SHUT_BETWEEN


def _is_parted(items: Sequence[Item], at: int) -> bool:
    """Whether "separates" or "links" stands before a mention, so that "from" leads to the other end."""
    return at > 0 and items[at - 1].low in _PARTING


def _has_via(fillers: Sequence[Filler]) -> bool:
    return any(filler.role == "via" for filler in fillers)


def _directly_after(items: Sequence[Item], at: int, contrast: int) -> bool:
    return at - contrast <= 5 and all(
        item.kind == "word" and item.low not in (",", ";", "is", "are") for item in items[contrast + 1 : at]
    )


def _role(items: Sequence[Item], at: int, fillers: Sequence[Filler], between: str) -> tuple[Role, bool]:
    """The part of one mention; and whether it makes the one before it an origin."""
    before = at - 1
    while before >= 0 and items[before].kind == "word" and items[before].low in _SKIPPED:
        before -= 1
    if before < 0:
        return "bare", False
    item = items[before]
    earlier = items[before - 1].low if before else ""
    joined = bool(fillers) and before >= 1 and fillers[-1].at == before - 1
    if item.kind == "mention":
        names = kind_of(item.low) == kind_of(items[at].low) == "name"
        return ("to", True) if names and before == at - 1 else ("bare", False)
    if item.kind == "quantity":
        return "bare", False
    low = item.low
    if low in _DASHES:
        return ("to", True) if joined and fillers[-1].role in ("bare", "of", "from", "via") else ("bare", False)
    if low in ("and", "&") and between == "second":
        return "to", False
    if low in ("and", "with") and joined and _is_parted(items, fillers[-1].at):
        return "to", False
    if low == "for" and earlier in _FREIGHT and kind_of(items[at].low) == "name":
        return "to", False
    if low == "in" and (earlier == "you're" or (earlier == "are" and before >= 2 and items[before - 2].low == "you")):
        return "to", False
    if low in _SURROUNDING:
        return "around", False
    if low == "after" and kind_of(items[at].low) == "name":
        return "from", False
    if low in ("and", "or", "&") and joined:
        return fillers[-1].role, False
    if low == "," and joined and kind_of(items[at].low) == kind_of(items[before - 1].low):
        following = items[at + 1].low if at + 1 < len(items) else "."
        return (fillers[-1].role if following in (",", "and", "or", ".", "&") else "bare"), False
    if low == "between":
        return ("from" if between == "first" else "of"), False
    if low in _FROM:
        return ("to" if fillers and _is_parted(items, fillers[-1].at) else "from"), False
    if low in _TO:
        if low == "to" and earlier in _CAUSE_ENDS["to"]:
            return "cause", False
        if low == "to" and (earlier in _NO_DESTINATION):
            return "of", False
        behind = before - 2 if earlier == "," and before >= 2 and "," in items[before - 2].low else before - 1
        paired = bool(fillers) and fillers[-1].at == behind and fillers[-1].role in ("bare", "of", "cause")
        return "to", paired and kind_of(items[behind].low) in ("name", "thing")
    if low == "of" and earlier not in PEOPLE_NOUNS:
        if earlier in _CAUSE_ENDS["of"]:
            return "cause", False
        if earlier == "way" and before >= 2 and items[before - 2].low == "by":
            return "via", False
        if earlier in ("instead", "ahead"):
            return "bare", False
        if earlier == "out":
            return "from", False
        return "of", False
    if low == "for" and earlier in _LEAVING:
        return "to", False
    kind = kind_of(items[at].low)
    if low in ("in", "at") and earlier in _ARRIVING:
        return "to", False
    if low in ("of", "in") and earlier in PEOPLE_NOUNS and kind == "name":
        return "from", False
    if low == "by" and kind == "name":
        return ("of" if earlier.endswith("ed") or earlier in _PASSIVES else "via"), False
    if low in _PARTING:
        return "from", False
    if low == "by" and kind in ("closure", "zone"):
        return "cause", False
    if low in _ROAD_ONLY and kind != "road":
        return "of", False
    if low in _AROUND:
        return "around", False
    if low in _VIA:
        return "via", False
    if low in _OF:
        return "of", False
    if low in ("with", "without", "since"):
        return "cause", False
    return "bare", False


_BOUNDARY_STRENGTH = {
    ";": 6, "?": 6, "!": 6, ".": 6, ":": 5, "while": 5, "whereas": 5, "but": 5, "though": 5, "although": 5,
    "—": 4, "–": 3,
    "versus": 5, "vs": 5, "against": 5, "instead": 5, "rather": 5, "compared": 5, "than": 4, "opposed": 5,
    "and": 3, "or": 3, ",": 2, "(": 3, ")": 1, "then": 2, "plus": 3, "yet": 4, "so": 3, "if": 2, "when": 2, "which": 2,
    "not": 1,
}  # fmt: skip


def cut_between(items: Sequence[Item], first: int, second: int) -> int:
    """Where the words of one quantity end and those of the next begin.

    Parameters
    ----------
    items : sequence of Item
        The sentence.
    first, second : int
        The items of the two quantities.

    Returns
    -------
    int
        The first item that belongs to the second.
    """
    best, strength = first + 1, 0
    for at in range(first + 1, second):
        item = items[at]
        if item.kind != "word":
            continue
        here = _BOUNDARY_STRENGTH.get(item.low, 0)
        if (item.low in ("and", "or", ",") or item.low in _DASHES) and _joins_mentions(items, at):
            here = 1
        if here >= strength and here:
            best, strength = at, here
    if strength <= 1:
        # no word parts the two: what stands between in the way of "from A to B" goes with the first
        last_mention = max((at for at in range(first + 1, second) if items[at].kind == "mention"), default=first)
        return last_mention + 1
    return best


def _joins_mentions(items: Sequence[Item], at: int) -> bool:
    return items[at - 1].kind == "mention" and at + 1 < len(items) and items[at + 1].kind == "mention"
