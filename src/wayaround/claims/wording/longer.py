"""Quantities that tell how much longer one way is than another, or what a closure adds."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from wayaround.claims.claim import Quantity
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.cues import (
    ADDING_BEFORE,
    ADDING_VERBS,
    AWAY,
    DETOUR_NOUNS,
    DIFFERENCE_NOUNS,
    EXTRA,
    GROWING,
    LONGER,
    NO_WAY_ANYWHERE,
    SAVING_BEFORE,
    SHORTER,
    SHRINKING,
    TRAVEL_CUES,
)
from wayaround.claims.wording.frames import Filler, kind_of
from wayaround.claims.wording.lexicon import THING_NOUNS, TRIP_NOUNS
from wayaround.claims.wording.scenes import Scene, until_mark
from wayaround.claims.wording.shut import closure_of
from wayaround.claims.wording.slots import Reading


def closure_like(scene: Scene, filler: Filler) -> bool:
    """Whether a mention names what is shut."""
    return kind_of(scene.items[filler.at].low) in ("closure", "zone")


_NOT_FURTHER = AWAY | words("on along up down to apart into")


def _direction(scene: Scene, noun: str) -> int | None:
    """1 where the quantity is said to come on top, -1 where it is saved, None where neither."""
    after, hedged, before = scene.after(5), scene.hedged(5), scene.before(9)
    if after and after[0] in LONGER | SHORTER:
        if after[0] in ("further", "farther") and after[1:2] and after[1] in _NOT_FURTHER:
            return None
        return 1 if after[0] in LONGER else -1
    if len(after) > 1 and after[0] in ("the", "a", "of", "-", "in") and after[1] in LONGER | SHORTER:
        return 1 if after[1] in LONGER else -1
    if after[:3] == ["on", "top", "of"] or after[:2] == ["on", "top"]:
        return 1
    if after[:1] == ["off"] and set(after) & (TRIP_NOUNS | {"<m>"}):
        return -1 if set(before) & SAVING_BEFORE else None
    if {"extra", "additional", "more"} & set(scene.items[scene.last].low.split()):
        return 1
    for word in _phrase(hedged):
        if word in ("further", "another") or (word.startswith("put") and "on" not in after[:1]):
            continue
        if word in ADDING_BEFORE:
            return 1
        if word in SAVING_BEFORE:
            return -1
    nearest_first = until_mark(before)
    for noun_word, extra in pairwise(nearest_first):
        if extra in EXTRA and (
            noun_word in TRIP_NOUNS or noun_word in ("time", "way", "driving", "kilometres", "miles")
        ):
            return 1
    if _costs(scene) or scene.hedged(1) in (["plus"], ["+"]):
        return 1
    if before[:1] == ["by"]:
        verbs = set(before)
        travels = bool(scene.words() & TRAVEL_CUES or scene.fillers)
        if verbs & {"extended", "extend", "extends"} and not scene.words() & TRIP_NOUNS:
            return None
        if verbs & GROWING and travels:
            return 1
        if verbs & (SAVING_BEFORE | SHORTER | SHRINKING) and travels:
            return -1
    return None


def _costs(scene: Scene) -> bool:
    """Whether a closure is the subject of "adds" or "costs", however far before the quantity."""
    for filler in scene.fillers:
        if filler.role == "bare" and filler.at < scene.first and closure_like(scene, filler):
            between = [item.low for item in scene.items[filler.at + 1 : scene.first]]
            if between and between[0] in ADDING_VERBS and "," not in between and not TRIP_NOUNS & set(between[1:]):
                return True
    return False


def _phrase(hedged: Sequence[str]) -> Iterator[str]:
    for word in hedged:
        if word in ("<q>", ",", ";", ".", "(", "is", "are", "was", "were", "takes", "from", "to", "of", "in", "for"):
            return
        yield word


def read_longer(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    """A difference or a detour; None where the quantity is neither."""
    if scene.words() & NO_WAY_ANYWHERE:
        return None
    direction = _direction(scene, noun)
    before = scene.before(8)
    reached = before[: before.index("<q>")] if "<q>" in before else before
    difference = noun in DIFFERENCE_NOUNS or bool(DIFFERENCE_NOUNS & set(reached))
    detour = noun in DETOUR_NOUNS or any(word in DETOUR_NOUNS for word in reached) or _out_of_the_way(scene)
    contrasted = any(filler.side and filler.role == "via" for filler in scene.fillers)
    vias = [filler for filler in scene.fillers if filler.role == "via"]
    plain = len(vias) > 1 and contrasted and not _is_length(scene)
    ends = [f for f in scene.fillers if f.role in ("from", "to") and kind_of(scene.items[f.at].low) == "road"]
    between_roads = len(ends) == 2
    if direction is None and not difference and not detour and not plain and not between_roads:
        return None
    if difference or contrasted or direction == -1 or between_roads:
        return Reading("difference", direction or 0)
    if closure_of(scene) is not None or detour:
        return Reading("detour", direction or 0)
    subject = any(_is_way_subject(scene, filler) for filler in scene.fillers)
    if vias or subject or direction == -1:
        return Reading("difference", direction or 0)
    return Reading("detour", direction or 0)


def _is_way_subject(scene: Scene, filler: Filler) -> bool:
    """Whether a mention is the way that is longer: "al-Qaim is 155 km longer", "the coast road adds 20 km"."""
    if filler.role != "bare" or filler.at > scene.first:
        return False
    kind = kind_of(scene.items[filler.at].low)
    following = scene.items[filler.at + 1].low if filler.at + 1 < len(scene.items) else ""
    known = kind == "name" or (kind == "thing" and scene.items[filler.at].low.split()[-1] in THING_NOUNS)
    if kind == "road":
        return following in _LINKING_WAYS or following in _BEHIND_ROADS
    return known and following in _LINKING_WAYS


_BEHIND_ROADS = words("from to via through between along over past , of in at")


_LINKING_WAYS = words(
    "is was are would means takes costs saves will adds may might makes comes works turns cuts shortens"
) | {"'s"}


def _is_length(scene: Scene) -> bool:
    return bool({"takes", "take", "took", "long"} & (set(scene.after(2)) | set(scene.before(3))))


def _out_of_the_way(scene: Scene) -> bool:
    after = scene.after(4)
    return after[:2] == ["out", "of"] and after[-1:] == ["way"]
