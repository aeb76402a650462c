"""What a single quantity measures, one frame after the other."""

from dataclasses import replace
from itertools import pairwise

from wayaround.claims.claim import Quantity
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.cues import (
    AWAY,
    DIRECTIONS,
    FLYING,
    HEDGES,
    LONGER,
    MOVING_VERBS,
    NO_WAY_AFTER,
    NO_WAY_ANYWHERE,
    NO_WAY_NOUNS,
    NO_WAY_VERBS,
    PHRASE_ENDS,
    ROAD_CUES,
    SHORTER,
    SOFT_NO_WAY_VERBS,
    STRAIGHT,
    TRAVEL_CUES,
    WAITING_NOUNS,
    WEAK_TRAVEL_CUES,
)
from wayaround.claims.wording.frames import Filler
from wayaround.claims.wording.lexicon import ROAD_NOUNS, TRIP_NOUNS, ZONE_NOUNS
from wayaround.claims.wording.longer import closure_like, read_longer
from wayaround.claims.wording.scenes import Scene, noun_after, until_mark
from wayaround.claims.wording.slots import Reading


def read_meaning(scene: Scene, quantity: Quantity, previous: Reading | None) -> Reading:
    """Tell what a quantity measures; `previous` is what was read before it in the sentence."""
    noun = noun_after(scene)
    if previous is not None and previous.relation is not None and _corrects(scene):
        return replace(previous, onward=False, again=True, denied=_is_denied(scene))
    return replace(_framed(scene, quantity, noun, previous), denied=_is_denied(scene))


def _is_denied(scene: Scene) -> bool:
    return bool(_DENYING & set(scene.hedged(1)))


_DENYING = words("not isn't aren't wasn't weren't never")


def _framed(scene: Scene, quantity: Quantity, noun: str, previous: Reading | None) -> Reading:
    if previous is not None and previous.relation in ("route", "apart") and _continues(scene):
        return Reading("route")
    for frame in (_within, _zone, read_longer, _nothing, _apart, _route):
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
    | words("air line straight direct rail train not")
)


def _corrects(scene: Scene) -> bool:
    """Whether a scene does nothing but give the value again: "not 55 km from X, it is 16 km"."""
    items = scene.items[scene.low : scene.high]
    said = {item.low for item in items if item.kind == "word"}
    return (
        scene.low > 0 and not scene.fillers and said <= _GIVING_AGAIN and bool(said & {"it", "it's", "but", "rather"})
    )


_NEEDING = HEDGES | words("need needs needed take takes took")


def _continues(scene: Scene) -> bool:
    """Whether another measure of the same way follows, with no word of its own: "410 km in seven hours"."""
    before = [item.low for item in scene.items[max(scene.low, scene.first - 4) : scene.first]]
    if scene.low and before and before[0] in ("or", "and", "to") and len(before) <= 3 and set(before[1:]) <= _NEEDING:
        return not scene.fillers and not (set(scene.after(2)) & (LONGER | SHORTER | NO_WAY_NOUNS | NO_WAY_AFTER))
    listed = scene.high - scene.low <= 8 and scene.items[scene.low].low in (",", ";", "(")
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
    if quantity.measure == "duration" and not any(filler.role in ("from", "to", "via") for filler in scene.fillers):
        return Reading("route" if {"of", "from"} & set(after[:4]) and "<m>" in after else None)
    if by_road:
        return Reading("route", away=True) if {"of", "from", "to"} & set(after) and "<m>" in after else None
    if before[0] in ("closer", "nearer") and not {"of", "from", "to"} & set(after[:2]):
        return None
    return Reading("within")


_ZONE_LINKS = (
    HEDGES
    | ZONE_NOUNS
    | words(
        """of is was be with the extends extending extend reaches reaching stretching stretches measures measuring
    covers
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
    near = until_mark(before)
    near = near[: near.index("<m>")] if "<m>" in near else near
    if set(near) & NO_WAY_VERBS or (before[:1] == ["of"] and set(near) & NO_WAY_NOUNS):
        return Reading(None)
    if scene.words() & FLYING:
        return Reading(None)
    if both_ends:
        return None
    if set(near) & (WAITING_NOUNS | SOFT_NO_WAY_VERBS) and not set(after) & {"from", "to"}:
        return Reading(None)
    if scene.words() & NO_WAY_ANYWHERE:
        return Reading(None)
    if after[:1] == ["long"] and not scene.words() & (TRIP_NOUNS | ROAD_NOUNS):
        return Reading(None)
    if before[:1] == ["for"] and not set(before) & ((MOVING_VERBS - {"road", "way"}) | TRIP_NOUNS):
        return Reading(None)
    deadline = quantity.measure == "duration" and hedged[:1] in (["after"], ["in"])
    if deadline and not scene.words() & TRAVEL_CUES:
        return Reading(None)
    return None


def _modifies_other(scene: Scene) -> bool:
    """Whether the quantity only describes a thing: "a 40-foot container"."""
    after = scene.after(1)
    return "-" in scene.items[scene.last].low and bool(after) and after[0][0].isalpha() and after[0] not in PHRASE_ENDS


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
    near = until_mark(scene.after(5)) + scene.before(3)
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
    """by road car drive to the due or so driving further farther - a trip journey ride distance bus truck
    lorry train van taxi coach boat foot down up along highway motorway line straight ' walk"""
)


def _route(scene: Scene, quantity: Quantity, noun: str) -> Reading | None:
    lows = [item.low for item in scene.items[scene.low : scene.high]]
    pairs = set(pairwise(lows))
    placed = any(filler.role in ("from", "to") or _says_through(scene, filler) for filler in scene.fillers)
    onward = bool({"another", "further", "then"} & set(scene.hedged(4)) or {"further", "on"} & set(scene.after(2)))
    onward = onward and bool(scene.low) and not any(filler.role == "from" for filler in scene.fillers)
    travels = noun in TRIP_NOUNS or noun in ROAD_NOUNS or bool(pairs & _BY_ROAD) or _travels(scene.words())
    elsewhere = any(filler.role in ("from", "to") for filler in scene.everywhere) or len(scene.everywhere) > 1
    if placed or travels or (elsewhere and scene.words() & (TRAVEL_CUES - WEAK_TRAVEL_CUES)):
        return Reading("route", onward=onward)
    return None


def _says_through(scene: Scene, filler: Filler) -> bool:
    before = {item.low for item in scene.items[max(0, filler.at - 2) : filler.at]}
    return filler.role == "via" and bool(before & _THROUGH)


def _travels(near: set[str]) -> bool:
    """Whether words tell of a way although no place stands beside the quantity."""
    if near & _OTHER_WAYS:
        return False
    moves = near & _MOVES
    return (
        bool(near & _TRIPS)
        or bool(moves and near & _MOVERS)
        or ("long" in near and bool(near & ROAD_NOUNS - WEAK_TRAVEL_CUES))
    )


_THROUGH = words("via through thru using taking over way")
_TRIPS = words(
    """drive driving drove driven trip trips journey journeys distance route routes haul travel travelling way detour
    commute by-road mileage via trek itinerary reach reached get"""
)
_MOVES = words("take takes took taking need needs needed cover covers covered do does did go goes went make makes made")
_MOVERS = words(
    """it us me you we they them trucks truck lorry lorries truckers hauliers drivers driver bus buses car cars convoy
    convoys traffic motorists commuters ambulances ambulance vehicles minibuses route road highway motorway"""
)
_OTHER_WAYS = words("ferry train trains hike customs wave rail boat ship inspection river stream contract fuel")
