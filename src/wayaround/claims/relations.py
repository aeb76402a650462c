"""What a quantity is said to measure, and between which places."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from wayaround.claims.claim import Claim, Mention, Quantity
from wayaround.claims.cues import (
    ADDING_BEFORE,
    ADDING_VERBS,
    AWAY,
    DETOUR_NOUNS,
    DIFFERENCE_NOUNS,
    DIRECTIONS,
    EXTRA,
    FLYING,
    GROWING,
    HEDGES,
    LONGER,
    MOVING_VERBS,
    NO_WAY_AFTER,
    NO_WAY_ANYWHERE,
    NO_WAY_NOUNS,
    NO_WAY_VERBS,
    PHRASE_ENDS,
    ROAD_CUES,
    SAVING_BEFORE,
    SHORTER,
    SHRINKING,
    SOFT_NO_WAY_VERBS,
    STRAIGHT,
    TRAVEL_CUES,
)
from wayaround.claims.frames import Filler, cast, contrasts, kind_of
from wayaround.claims.items import lay_out
from wayaround.claims.lexicon import ROAD_NOUNS, THING_NOUNS, TRIP_NOUNS, ZONE_NOUNS, words
from wayaround.claims.scenes import Group, Scene, Sentence, lay_scenes, noun_after
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
    sentence = Sentence(items, tuple(cast(items)), tuple(quantities), contrasts(items))
    scenes = list(lay_scenes(sentence))
    readings: list[Reading] = []
    for groups, scene, swapped in scenes:
        if len(groups) == 2:
            readings.append(Reading("comparison", swapped=swapped))
        else:
            readings.append(_read(scene, quantities[groups[0][0]], readings[-1] if readings else None))
    filled = [fill(reading, scene, mentions) for reading, (_, scene, _) in zip(readings, scenes, strict=True)]
    shared = share([(reading, one.slots) for reading, one in zip(readings, filled, strict=True)])
    claims: list[Claim] = []
    for (groups, _, _), reading, one, slots in zip(scenes, readings, filled, shared, strict=True):
        claims.extend(_claims(groups, reading, slots, one.ordered, quantities))
    return sorted(claims, key=lambda claim: claim.quantity.start)


def _claims(
    groups: list[Group], reading: Reading, slots: Slots, ordered: bool, quantities: Sequence[Quantity]
) -> Iterator[Claim]:
    if len(groups) == 2:
        for one, two in zip(*groups, strict=True):
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


# What the quantity measures


def _read(scene: Scene, quantity: Quantity, previous: Reading | None) -> Reading:
    noun = noun_after(scene)
    if scene.hedged(1) == ["not"]:
        return Reading(None)
    if previous is not None and previous.relation is not None and _corrects(scene):
        return replace(previous, onward=False)
    if previous is not None and previous.relation == "route" and _continues(scene):
        return Reading("route")
    for frame in (_within, _zone, _longer, _nothing, _apart, _route):
        reading = frame(scene, quantity, noun)
        if reading is not None:
            if reading.away and previous is not None and previous.away and reading.relation == "apart":
                return replace(reading, relation=previous.relation)  # "30 km by road from X and 50 km from Y"
            return reading
    return Reading(None)


_GIVING_AGAIN = HEDGES | words("it is it's but rather more like only just , . – that's actually") | {"—", ";", "!", "?"}


_NEVER_LISTED = (
    NO_WAY_NOUNS
    | NO_WAY_VERBS
    | SOFT_NO_WAY_VERBS
    | NO_WAY_AFTER
    | ZONE_NOUNS
    | STRAIGHT
    | FLYING
    | words("rail train not zone")
)


def _corrects(scene: Scene) -> bool:
    """Whether a scene does nothing but give the value again: "not 55 km from X, it is 16 km"."""
    items = scene.items[scene.low : scene.high]
    said = {item.low for item in items if item.kind == "word"}
    return (
        scene.low > 0 and not scene.fillers and said <= _GIVING_AGAIN and bool(said & {"it", "it's", "but", "rather"})
    )


def _continues(scene: Scene) -> bool:
    """Whether another measure of the same way follows, with no word of its own: "410 km in seven hours"."""
    before = [item.low for item in scene.items[max(scene.low, scene.first - 4) : scene.first]]
    if scene.low and before and before[0] in ("or", "and", "to") and len(before) <= 3 and set(before[1:]) <= HEDGES:
        return not scene.fillers and not (set(scene.after(2)) & (LONGER | SHORTER | NO_WAY_NOUNS | NO_WAY_AFTER))
    listed = scene.high - scene.low <= 6 and scene.items[scene.low].low in (",", ";", "(")
    if listed and not scene.fillers and not scene.words() & (_NEVER_LISTED | LONGER | SHORTER):
        return True
    return (
        scene.low > 0
        and bool(before)
        and before[-1] == "in"
        and not scene.fillers
        and not (set(scene.after(2)) & (LONGER | SHORTER | NO_WAY_NOUNS))
    )


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
            if at and scene.items[at - 1].low in ("around", "round", "avoiding", "bypassing", "past", "outside"):
                break
            return Reading("zone")
        if item.kind == "word" and item.low not in _ZONE_LINKS:
            break
    moves = bool(scene.words() & (MOVING_VERBS - {"road", "way"}))
    if after and after[0] in ("around", "round", "surrounding") and "<m>" in after and not moves:
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
        if word in ("further", "another") or (word.startswith("put") and "on" not in after[:1]):
            continue
        if word in ADDING_BEFORE:
            return 1
        if word in SAVING_BEFORE:
            return -1
    nearest_first = _until_mark(before)
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


def _longer(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
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
    if difference or contrasted or between_roads:
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


def _nothing(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    after, before, hedged = scene.after(3), scene.before(5), scene.hedged(5)
    straight_on = quantity.measure == "duration" and after[:1] == ["straight"]
    if noun in NO_WAY_NOUNS or straight_on or (after and after[0] in NO_WAY_AFTER) or hedged[:1] == ["every"]:
        return Reading(None)
    both_ends = {"from", "to"} <= {filler.role for filler in scene.fillers}
    if noun in TRIP_NOUNS or noun in ROAD_NOUNS:
        of_a_road = noun in ("section", "stretch", "leg") and "of" in scene.after(4) and not both_ends
        return Reading(None) if of_a_road else None
    if not noun and not both_ends and _modifies_other(scene):
        return Reading(None)
    part = after[:1] == ["of"] and (after[1:2] == ["the"] or scene.items[scene.last + 2].low.startswith("the "))
    if before[:2] == ["which", "of"]:
        return Reading(None)
    if before[:2] == ["by", "separated"]:
        return Reading("route")
    if part or (after[:1] == ["of"] and not both_ends and set(after) & (ROAD_NOUNS | {"<m>"})):
        return Reading(None)
    near = _until_mark(before)
    near = near[: near.index("<m>")] if "<m>" in near else near
    if set(near) & NO_WAY_VERBS or (before[:1] == ["of"] and set(near) & NO_WAY_NOUNS):
        return Reading(None)
    if scene.words() & FLYING:
        return Reading(None)
    if both_ends:
        return None
    if set(near) & (NO_WAY_NOUNS | SOFT_NO_WAY_VERBS) and not set(after) & {"from", "to"}:
        return Reading(None)
    if scene.words() & NO_WAY_ANYWHERE:
        return Reading(None)
    if after[:1] == ["long"] and not scene.words() & (TRIP_NOUNS | ROAD_NOUNS):
        return Reading(None)
    if before[:1] == ["for"] and not set(before) & (MOVING_VERBS | TRIP_NOUNS):
        return Reading(None)
    if quantity.measure == "duration":
        if hedged[:1] in (["after"], ["in"]) and not scene.words() & TRAVEL_CUES:
            return Reading(None)
    return None


def _modifies_other(scene: Scene) -> bool:
    """Whether the quantity only describes a thing: "a 40-foot container"."""
    after = scene.after(1)
    return "-" in scene.items[scene.last].low and bool(after) and after[0][0].isalpha() and after[0] not in PHRASE_ENDS


def _until_mark(nearest: Sequence[str]) -> list[str]:
    found = []
    for word in nearest:
        if word in (",", ";", ":", "<q>", "and", "but"):
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
    if after[:3] == ["out", "of", "town"]:
        return Reading("apart", away=True)
    if not away and after[:1] != ["away"] and after[:3] != ["from", "each", "other"]:
        return None
    if any(f.role == "to" for f in scene.fillers) and any(f.role == "from" for f in scene.fillers):
        return None
    return Reading("route" if by_road else "apart", away=away)


def _by_road(scene: Scene) -> bool:
    near = _until_mark(scene.after(5)) + scene.before(3)
    lows = [item.low for item in scene.items[scene.low : scene.high]]
    return bool(ROAD_CUES & set(near)) or any(pair in _BY_ROAD for pair in pairwise(lows))


_BY_ROAD = {("by", "road"), ("by", "car"), ("by", "truck"), ("by", "lorry"), ("by", "bus"), ("on", "wheels"),
            ("road", "distance"), ("driving", "distance"), ("on", "tarmac"), ("on", "asphalt")}  # fmt: skip


_BESIDE = words("off outside inside beyond past before behind")


def _stands_away(scene: Scene) -> bool:
    """Whether "from X", "east of X" or "off X" follows the quantity."""
    after = scene.after(9)
    at = 0
    while at < len(after) and at < 5 and (after[at] in AWAY or after[at] in _BEFORE_FROM):
        at += 1
    skipped = after[:at]
    if at < len(after) and after[at] in ("from", "of") and "<m>" in after[at + 1 : at + 4]:
        return after[at] == "from" or bool(set(skipped) & (DIRECTIONS | {"short", "outside", "inside", "ahead"}))
    return bool(skipped) and skipped[-1] in _BESIDE and after[at : at + 1] == ["<m>"]


_BEFORE_FROM = words(
    """by road car drive to the due or so driving further farther - a trip journey ride distance bus truck lorry train van
    taxi coach boat foot down up along highway motorway line straight ' walk"""
)


def _route(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    placed = any(filler.role in ("from", "to", "via") for filler in scene.fillers)
    onward = bool({"another", "further", "then"} & set(scene.hedged(4)) or {"further", "on"} & set(scene.after(2)))
    onward = onward and bool(scene.low) and not any(filler.role == "from" for filler in scene.fillers)
    placed = placed or any(pair in _BY_ROAD for pair in pairwise([i.low for i in scene.items[scene.low : scene.high]]))
    if placed or noun in TRIP_NOUNS or noun in ROAD_NOUNS or scene.words() & TRAVEL_CUES:
        return Reading("route", onward=onward)
    return None
