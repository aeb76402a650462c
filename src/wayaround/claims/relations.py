"""What a quantity is said to measure, and between which places."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from wayaround.claims.claim import Claim, Mention, Quantity
from wayaround.claims.cues import (
    ADDING_BEFORE,
    AWAY,
    DETOUR_NOUNS,
    DIFFERENCE_NOUNS,
    DIRECTIONS,
    HEDGES,
    LONGER,
    NO_WAY_AFTER,
    NO_WAY_NOUNS,
    NO_WAY_VERBS,
    ROAD_CUES,
    SAVING_BEFORE,
    SHORTER,
    STRAIGHT,
    TRAVEL_CUES,
    Scene,
    noun_after,
)
from wayaround.claims.frames import BEFORE_CONTRASTS, Filler, cast, contrasts, cut_between, kind_of
from wayaround.claims.items import Item, lay_out
from wayaround.claims.lexicon import ROAD_NOUNS, TRIP_NOUNS, ZONE_NOUNS, words
from wayaround.claims.slots import Reading, Slots, closure_of, fill, share


def find_claims(
    text: str, quantities: Sequence[Quantity], mentions: Sequence[Mention], *, offset: int = 0
) -> list[Claim]:
    """Tell what each quantity of a sentence measures, and between which places.

    Parameters
    ----------
    text : str
        A sentence.
    quantities, mentions : sequence
        What was found in it, in the order of the text, with characters of the document.
    offset : int
        Place of the sentence in its document.

    Returns
    -------
    list of Claim
        In the order of the quantities; the relation is None where the text does not tell. A quantity belongs to one
        claim at most.

    Examples
    --------
    >>> from wayaround.claims.mentions import find_mentions
    >>> text = "From Damascus to Baghdad via al-Tanf it is 793 km."
    >>> length = Quantity(43, 49, "distance", 793, 793, 0.5)
    >>> [claim] = find_claims(text, [length], find_mentions(text))
    >>> claim.relation, {slot: mention.text for slot, mention in claim.slots.items()}
    ('route', {'origin': 'Damascus', 'destination': 'Baghdad', 'via': 'al-Tanf'})
    """
    if not quantities:
        return []
    items = tuple(lay_out(text, quantities, mentions, offset))
    fillers = tuple(cast(items))
    readings = [
        (groups, scene, reading)
        for groups, scene in _scenes(items, fillers, quantities)
        for reading in (_read(groups, scene, quantities),)
    ]
    filled = [fill(reading, scene, mentions) for _, scene, reading in readings]
    shared = share([(reading.relation, one.slots) for (_, _, reading), one in zip(readings, filled, strict=True)])
    claims: list[Claim] = []
    for (groups, _, reading), one, slots in zip(readings, filled, shared, strict=True):
        claims.extend(_claims(groups, reading, slots, one.ordered, quantities))
    return sorted(claims, key=lambda claim: claim.quantity.start)


Group = list[int]


def _family(quantity: Quantity) -> str:
    return "duration" if quantity.measure == "duration" else "distance"


def _claims(
    groups: list[Group], reading: Reading, slots: Slots, ordered: bool, quantities: Sequence[Quantity]
) -> Iterator[Claim]:
    if len(groups) == 2:
        for one, two in zip(*groups, strict=False):
            first, second = quantities[one], quantities[two]
            if reading.swapped:
                first, second = second, first
            yield Claim("comparison", _measure(first), first, second, dict(slots))
        return
    for place in groups[0]:
        quantity = quantities[place]
        if reading.relation == "within" and quantity.bound == "exactly":
            quantity = replace(quantity, bound="at most")
        yield Claim(reading.relation, _measure(quantity), quantity, None, dict(slots), ordered)


def _measure(quantity: Quantity) -> Literal["distance", "duration"]:
    return "duration" if quantity.measure == "duration" else "distance"


# Which words belong to which quantity

_TOGETHER = HEDGES | words("or and , ( ) / — – - & + a an in")
_BEFORE_WORDS = words("""used normally usually before previously formerly once ordinarily typically was took""")
_AFTER_WORDS = words("now today after currently nowadays since afterwards takes becomes")
_CHANGES = words(
    """rise rises rose risen grow grows grew grown go goes went gone increase increases increased lengthen lengthens
    lengthened jump jumps jumped stretch stretches stretched double doubles doubled extend extends extended climb
    climbs climbed turn turns turned change changes changed fall falls fell drop drops dropped shorten shortens
    shortened cut cuts reduces reduced becomes became become swell swells swelled going growing rising increasing"""
)


def _scenes(
    items: tuple[Item, ...], fillers: tuple[Filler, ...], quantities: Sequence[Quantity]
) -> Iterator[tuple[list[Group], Scene]]:
    """Each quantity, two of different measure that go together, or two that are compared, with their words."""
    at_of = {item.place: at for at, item in enumerate(items) if item.kind == "quantity"}
    order = sorted(at_of, key=lambda place: at_of[place])
    groups: list[Group] = []
    for place in order:
        if groups and _go_together(items, at_of[groups[-1][-1]], at_of[place], quantities):
            groups[-1].append(place)
        else:
            groups.append([place])
    cuts = [0]
    for left, right in pairwise(groups):
        cuts.append(cut_between(items, at_of[left[-1]], at_of[right[0]]))
    cuts.append(len(items))
    n = 0
    while n < len(groups):
        paired = n + 1 < len(groups) and _are_compared(
            items, groups[n], groups[n + 1], at_of, cuts[n : n + 3], quantities
        )
        size = 2 if paired else 1
        low, high = cuts[n], cuts[n + size]
        own = tuple(filler for filler in fillers if low <= filler.at < high)
        last = groups[n + size - 1][-1]
        yield groups[n : n + size], Scene(items, low, high, at_of[groups[n][0]], at_of[last], own, fillers)
        n += size


def _go_together(items: Sequence[Item], first: int, second: int, quantities: Sequence[Quantity]) -> bool:
    one, two = quantities[items[first].place], quantities[items[second].place]
    between = items[first + 1 : second]
    return (
        _family(one) != _family(two)
        and len(between) <= 6
        and all(item.kind == "word" and item.low in _TOGETHER for item in between)
    )


def _are_compared(
    items: Sequence[Item],
    left: Group,
    right: Group,
    at_of: dict[int, int],
    cuts: Sequence[int],
    quantities: Sequence[Quantity],
) -> bool:
    if [_family(quantities[n]) for n in left] != [_family(quantities[n]) for n in right]:
        return False
    first, second = at_of[left[-1]], at_of[right[0]]
    between = [item.low for item in items[first + 1 : second]]
    if between and (between[0] in LONGER or between[0] in SHORTER or between[0] in DETOUR_NOUNS):
        return False
    marks = contrasts(items)
    if any(first < at < second and word != "than" for at, word in marks.items()):
        return True
    leading = [
        at for at, word in marks.items() if cuts[0] <= at < at_of[left[0]] and word not in ("than", "up", "down")
    ]
    if leading and "," in between and at_of[left[0]] - leading[0] <= 8:
        return True
    before = [item.low for item in items[max(0, at_of[left[0]] - 3) : at_of[left[0]]]]
    if (
        "from" in before
        and "to" in between[-3:]
        and len(between) <= 8
        and not any(i.kind == "mention" for i in items[first:second])
    ):
        return bool({item.low for item in items} & _CHANGES)
    if any(word in ("becomes", "became", "into", "turned") for word in between) and len(between) <= 6:
        return True
    one = {item.low for item in items[cuts[0] : cuts[1]]}
    two = {item.low for item in items[cuts[1] : cuts[2]]}
    strong_before, strong_after = _BEFORE_WORDS - {"was", "took"}, _AFTER_WORDS - {"takes", "becomes", "since"}
    return bool(
        (one & _BEFORE_WORDS and two & strong_after)
        or (two & strong_before and one & _AFTER_WORDS)
        or (one & strong_after and two & _BEFORE_WORDS)
        or (one & strong_before and two & _AFTER_WORDS)
    )


# What the quantity measures


def _read(groups: list[Group], scene: Scene, quantities: Sequence[Quantity]) -> Reading:
    if len(groups) == 2:
        return _comparison(groups, scene, quantities)
    quantity = quantities[groups[0][0]]
    noun = noun_after(scene)
    for frame in (_within, _zone, _longer, _nothing, _apart, _route):
        reading = frame(scene, quantity, noun)
        if reading is not None:
            return reading
    return Reading(None)


def _comparison(groups: list[Group], scene: Scene, quantities: Sequence[Quantity]) -> Reading:
    items = scene.items
    second = next(
        at
        for at in range(scene.first, scene.last + 1)
        if items[at].place == groups[1][0] and items[at].kind == "quantity"
    )
    first_end = next(
        at for at in range(scene.first, second) if items[at].place == groups[0][-1] and items[at].kind == "quantity"
    )
    cut = cut_between(items, first_end, second)
    between = [word for at, word in contrasts(items).items() if first_end < at < second]
    one = {item.low for item in items[scene.low : cut]}
    two = {item.low for item in items[cut : scene.high]}
    swapped = bool(between) and between[0] in BEFORE_CONTRASTS
    if not swapped and two & (_BEFORE_WORDS - {"was", "took"}) and not one & (_BEFORE_WORDS - {"was", "took"}):
        swapped = True
    return Reading("comparison", second=cut, swapped=swapped)


def _within(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    before = scene.before(2)
    if not before or before[0] not in ("within", "inside", "closer", "nearer"):
        return None
    after = scene.after(4)
    if noun in ZONE_NOUNS and noun != "radius":
        return Reading("zone")
    by_road = quantity.measure == "duration" or noun in TRIP_NOUNS or bool(ROAD_CUES & set(after[:3]))
    if by_road:
        return Reading("route", away=True) if {"of", "from", "to"} & set(after) and "<m>" in after else None
    if before[0] in ("closer", "nearer") and not {"of", "from", "to"} & set(after[:2]):
        return None
    return Reading("within")


_ZONE_LINKS = (
    HEDGES
    | ZONE_NOUNS
    | words(
        """of is was be with the extends extending extend reaches reaching stretching stretches measures measuring covers
    covering spans spanning radius out to for which that has having set at <m> around surrounding wide drawn
    declared , ( its it whose runs running"""
    )
)


def _zone(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    if quantity.measure in ("radius", "diameter"):
        return Reading("within" if {"within", "inside"} & set(scene.before(3)) else "zone")
    if quantity.measure == "duration":
        return None
    if noun in ZONE_NOUNS:
        return Reading("zone")
    after = scene.after(4)
    if after and (after[0] in LONGER or after[0] in SHORTER or "from" in after[:3]):
        return None
    for at in range(scene.first - 1, max(scene.low - 1, scene.first - 10), -1):
        item = scene.items[at]
        parts = item.low.split()
        if parts and parts[-1] in ZONE_NOUNS:
            return Reading("zone")
        if item.kind == "word" and item.low not in _ZONE_LINKS:
            break
    if after and after[0] in ("around", "round", "surrounding") and "<m>" in after:
        target = next((f for f in scene.fillers if f.at > scene.last), None)
        if target is not None and target.role == "around" and not closure_like(scene, target):
            return Reading("zone")
    if after[:2] in (["in", "every"], ["in", "all"], ["on", "all"]):
        return Reading("zone")
    return None


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
    for word in _phrase(hedged):
        if word in ("further", "another"):
            continue
        if word in ADDING_BEFORE:
            return 1
        if word in SAVING_BEFORE:
            return -1
    if before[:1] == ["by"]:
        verbs = set(before)
        if verbs & {"longer", "lengthens", "lengthened", "lengthen", "lengthening", "increases", "increased", "increase",
                    "extends", "extended", "extend", "prolongs", "prolonged", "prolong", "exceeds"}:  # fmt: skip
            return 1
        if verbs & (SAVING_BEFORE | SHORTER | {"reduces", "reduced", "reduce"}):
            return -1
    return None


def _phrase(hedged: Sequence[str]) -> Iterator[str]:
    for word in hedged:
        if word in ("<q>", ",", ";", ".", "(", "is", "are", "was", "were", "takes", "from", "to", "of", "in", "for"):
            return
        yield word


def _longer(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    direction = _direction(scene, noun)
    before = scene.before(8)
    reached = before[: before.index("<q>")] if "<q>" in before else before
    difference = noun in DIFFERENCE_NOUNS or bool(DIFFERENCE_NOUNS & set(reached))
    detour = noun in DETOUR_NOUNS or any(word in DETOUR_NOUNS for word in reached) or _out_of_the_way(scene)
    contrasted = any(filler.side and filler.role == "via" for filler in scene.fillers)
    vias = [filler for filler in scene.fillers if filler.role == "via"]
    plain = len(vias) > 1 and contrasted and not _is_length(scene)
    if direction is None and not difference and not detour and not plain:
        return None
    if difference or contrasted:
        return Reading("difference", direction or 0)
    if closure_of(scene) is not None or detour:
        return Reading("detour", direction or 0)
    subject = [
        f
        for f in scene.fillers
        if f.role == "bare" and f.at < scene.first and kind_of(scene.items[f.at].low) in ("name", "road")
    ]
    if vias or subject:
        return Reading("difference", direction or 0)
    return Reading("detour", direction or 0)


def _is_length(scene: Scene) -> bool:
    return bool({"takes", "take", "took", "long"} & (set(scene.after(2)) | set(scene.before(3))))


def _out_of_the_way(scene: Scene) -> bool:
    after = scene.after(4)
    return after[:2] == ["out", "of"] and after[-1:] == ["way"]


def _nothing(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    after, before, hedged = scene.after(3), scene.before(5), scene.hedged(5)
    if noun in NO_WAY_NOUNS or (after and after[0] in NO_WAY_AFTER):
        return Reading(None)
    if hedged[:1] == ["every"]:
        return Reading(None)
    if noun in TRIP_NOUNS or noun in ROAD_NOUNS:
        return None
    near = _until_mention(before)
    if set(near) & NO_WAY_NOUNS and not set(after) & {"from", "to"}:
        return Reading(None)
    if set(near) & NO_WAY_VERBS:
        return Reading(None)
    if quantity.measure == "duration":
        if before[:1] == ["for"] and not set(before) & {"drive", "drove", "driving", "travel", "travelled", "go"}:
            return Reading(None)
        if hedged[:1] in (["after"], ["in"]) and not scene.words() & TRAVEL_CUES:
            return Reading(None)
    return None


def _until_mention(nearest: Sequence[str]) -> list[str]:
    found = []
    for word in nearest:
        if word in (",", ";", "<q>", "and", "but"):
            break
        found.append(word)
    return found


def _apart(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    around, after = scene.words(), scene.after(6)
    straight = bool(around & STRAIGHT or "apart" in around)
    for one, two in (("straight", "line"), ("air", "line"), ("direct", "line"), ("by", "air"), ("aerial", "distance")):
        straight = straight or (one in around and two in around)
    by_road = quantity.measure == "duration" or noun in TRIP_NOUNS | ROAD_NOUNS or _by_road(scene)
    away = _stands_away(scene)
    if straight and not (by_road and "apart" in around):
        return Reading("apart", away=away)
    if straight:
        return Reading("route")
    if not away and after[:1] != ["away"]:
        return None
    if any(f.role == "to" for f in scene.fillers) and any(f.role == "from" for f in scene.fillers):
        return None
    return Reading("route" if by_road else "apart", away=away)


def _by_road(scene: Scene) -> bool:
    near = scene.after(5) + scene.before(3)
    return bool(ROAD_CUES & set(near))


def _stands_away(scene: Scene) -> bool:
    """Whether "from X", "east of X" or "off X" follows the quantity."""
    after = scene.after(9)
    at = 0
    while at < len(after) and at < 5 and (after[at] in AWAY or after[at] in _BEFORE_FROM):
        at += 1
    skipped = after[:at]
    if at < len(after) and after[at] in ("from", "of") and "<m>" in after[at + 1 : at + 4]:
        if after[at] == "of" and not set(skipped) & (DIRECTIONS | {"short", "outside", "inside", "ahead"}):
            return False
        return True
    return bool(skipped) and skipped[-1] in ("off", "outside", "inside", "beyond") and after[at : at + 1] == ["<m>"]


_BEFORE_FROM = words("""by road car drive to the due or so driving further farther - a trip journey ride distance""")


def _route(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    placed = any(filler.role in ("from", "to", "via") for filler in scene.fillers)
    if noun in TRIP_NOUNS or noun in ROAD_NOUNS:
        return Reading("route")
    if placed or scene.words() & TRAVEL_CUES:
        return Reading("route")
    return None
