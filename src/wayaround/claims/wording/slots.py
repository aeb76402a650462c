"""Which mention fills which slot of a claim."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wayaround.claims.claim import SLOTS, Mention, Relation
from wayaround.claims.mentions import named_part
from wayaround.claims.vocabulary import words
from wayaround.claims.wording.cues import DIFFERENCE_NOUNS
from wayaround.claims.wording.frames import Filler, kind_of
from wayaround.claims.wording.scenes import Scene
from wayaround.claims.wording.shut import closure_of

Slots = dict[str, Mention]

_COPULAS = words(
    """is are was were lies lie lay sits sit stands stand located situated being which that lying sitting some only"""
)
_TRAVEL_PAIR = ("route", "difference", "detour", "comparison", "apart")


@dataclass(frozen=True, slots=True)
class Filled:
    """Slots of a claim.

    Parameters
    ----------
    slots : dict of str to Mention
        What the sentence tells.
    ordered : bool
        Of a difference: `via_other` is said to be the longer way.
    """

    slots: Slots = field(default_factory=dict)
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a scene before its slots are filled.

    Parameters
    ----------
    relation : Relation, optional
        What the quantity measures.
    direction : {-1, 0, 1}
        Whether the way spoken of is shorter or longer than the other.
    away : bool
        The quantity stands before "from X" or "east of X".
    onward : bool
        The leg begins where the one before it ends: "then another 240 km to X".
    denied : bool
        The text says that it is not so much.
    again : bool
        The quantity is another value of what was spoken of just before.
    swapped : bool
        Of a comparison: the second value of the text is the first way.
    """

    relation: Relation | None
    direction: int = 0
    away: bool = False
    onward: bool = False
    denied: bool = False
    again: bool = False
    swapped: bool = False


def fill(reading: Reading, scene: Scene, mentions: Sequence[Mention]) -> Filled:
    """Fill the slots of a relation from the mentions of a scene.

    Parameters
    ----------
    reading : Reading
        The relation and what belongs to it.
    scene : Scene
        The quantity among its words.
    mentions : sequence of Mention
        All mentions of the sentence.

    Returns
    -------
    Filled
        Only slots of the relation; what the text does not tell stays out.
    """
    chosen: dict[str, Filler | None] = {}
    ordered = False
    match reading.relation:
        case None:
            return Filled()
        case "zone":
            return Filled(_zone(scene, mentions))
        case "within":
            chosen = _within(scene)
        case "apart":
            chosen = _apart(scene, reading)
        case "route":
            chosen = _route(scene, reading)
        case "detour":
            chosen = _ends(scene) | {"closure": closure_of(scene)}
        case "comparison":
            chosen = _ends(scene) | _compared_ways(scene, reading)
        case "difference":
            chosen, ordered = _difference(scene, reading)
    slots = {slot: mentions[filler.mention] for slot, filler in chosen.items() if filler is not None}
    if len({id(mention) for mention in slots.values()}) < len(slots):
        slots = _without_doubles(slots)
    return Filled({slot: slots[slot] for slot in SLOTS[reading.relation] if slot in slots}, ordered)


def _without_doubles(slots: Slots) -> Slots:
    seen: set[tuple[int, int]] = set()
    kept = {}
    for slot, mention in slots.items():
        if (mention.start, mention.end) not in seen:
            kept[slot] = mention
            seen.add((mention.start, mention.end))
    return kept


def _kind(scene: Scene, filler: Filler) -> str:
    return kind_of(scene.items[filler.at].low)


def _nearest(scene: Scene, fillers: Sequence[Filler]) -> Filler | None:
    return min(fillers, key=lambda f: min(abs(f.at - scene.first), abs(f.at - scene.last)), default=None)


def _ends(scene: Scene) -> dict[str, Filler | None]:
    places = [f for f in scene.fillers if _kind(scene, f) in ("name", "thing")]
    origin = _nearest(scene, [f for f in places if f.role == "from"])
    destination = _nearest(scene, [f for f in places if f.role == "to"])
    if origin is not None and destination is None:
        subject = next((f for f in reversed(places) if f.role == "bare" and f.at < origin.at), None)
        told = next((f for f in places if f.role == "bare" and origin.at < f.at < scene.first), None)
        if subject is None and told is not None and scene.items[told.at + 1].low in _COPULAS:
            destination = told  # "From Mendoza, Santiago is 365 km"
        if subject is not None:
            between = {item.low for item in scene.items[subject.at + 1 : origin.at]}
            if between & _REACHED or between == {"from"}:
                destination = subject
            elif between & _COPULAS or scene.items[subject.at + 1].low == ",":
                origin, destination = subject, origin  # "Oran is 410 km from Algiers" is told from Oran
    return {"origin": origin, "destination": destination}


_REACHED = words("reached reach reachable accessed served supplied")


def _ways(scene: Scene, side: int) -> list[Filler]:
    return [f for f in scene.fillers if f.role == "via" and f.side == side]


def _subject(scene: Scene, kinds: Sequence[str]) -> Filler | None:
    """The last mention before the quantity that stands without a preposition."""
    bare = [f for f in scene.fillers if f.role == "bare" and f.at < scene.first and _kind(scene, f) in kinds]
    return bare[-1] if bare else None


def _route(scene: Scene, reading: Reading) -> dict[str, Filler | None]:
    chosen = _ends(scene)
    if reading.away:
        chosen = _apart(scene, reading)
    elif chosen["origin"] is None and chosen["destination"] is None:
        if _says_away(scene):
            chosen["destination"] = _subject(scene, ("name", "thing"))
        else:
            chosen = _two_subjects(scene)
    vias = [f for f in scene.fillers if f.role == "via"]
    chosen["via"] = _nearest(scene, vias) or _subject(scene, ("road",)) or _road_beside(scene)
    return chosen


def _two_subjects(scene: Scene) -> dict[str, Filler | None]:
    """Both ends in "X and Y lie 30 km from each other by road"."""
    bare = [
        f for f in scene.fillers if f.role == "bare" and f.at < scene.first and _kind(scene, f) in ("name", "thing")
    ]
    if len(bare) == 2 and scene.items[bare[0].at + 1].low == "and" and bare[1].at == bare[0].at + 2:
        return {"origin": bare[0], "destination": bare[1]}
    return {"origin": None, "destination": None}


def _says_away(scene: Scene) -> bool:
    return "away" in scene.after(2)


def _road_beside(scene: Scene) -> Filler | None:
    roads = [f for f in scene.fillers if _kind(scene, f) == "road" and f.role == "of"]
    return roads[0] if roads else None


def _difference(scene: Scene, reading: Reading) -> tuple[dict[str, Filler | None], bool]:
    chosen = _ends(scene)
    spoken, other = _ways(scene, 0), _ways(scene, 1)
    roads = [f for f in scene.fillers if f.role in ("from", "to") and _kind(scene, f) == "road"]
    if len(roads) == 2:
        return chosen | {"via": roads[0], "via_other": roads[1]}, False
    if not other and not spoken and chosen["origin"] and chosen["destination"] and _differ(scene, chosen["origin"]):
        return {"via": chosen["origin"], "via_other": chosen["destination"]}, False
    beaten = _beaten(scene)
    if not other and len(beaten) == 2:
        spoken, other = beaten[:1], beaten[1:]
    if not spoken and (subject := _subject(scene, ("name", "road", "thing"))) and subject.side == 0:
        spoken = [subject]
    if not spoken and (road := _road_beside(scene)) and road.side == 0:
        spoken = [road]
    if not other and len(spoken) > 1:
        spoken, other = spoken[:1], spoken[1:2]
    first = spoken[0] if spoken else None
    second = other[0] if other else None
    if reading.direction > 0:
        first, second = second, first
    return chosen | {"via": first, "via_other": second}, reading.direction != 0 and bool(first or second)


def _beaten(scene: Scene) -> list[Filler]:
    """Both ways in "the coast road beats the pass by 20 km"."""
    bare = [f for f in scene.fillers if f.role == "bare" and f.at < scene.first]
    if len(bare) >= 2 and any(item.low in ("beats", "beat") for item in scene.items[bare[-2].at : bare[-1].at]):
        return bare[-2:]
    return []


def _differ(scene: Scene, first: Filler) -> bool:
    """Whether "the difference between X and Y" speaks of two ways and not of two ends."""
    before = scene.items[first.at - 1].low if first.at else ""
    return before == "between" and bool(scene.words() & DIFFERENCE_NOUNS)


def _compared_ways(scene: Scene, reading: Reading) -> dict[str, Filler | None]:
    vias = [f for f in scene.fillers if f.role == "via"]
    subjects = [f for f in scene.fillers if f.role == "bare" and _kind(scene, f) == "road"]
    assert scene.second is not None
    ways = vias or subjects
    first = [f for f in ways if f.at < scene.second]
    second = [f for f in ways if f.at >= scene.second]
    if not second and len(first) > 1:
        first, second = first[:1], first[1:2]
    if not first and len(second) > 1:
        first, second = second[:1], second[1:2]
    one, two = (first[-1] if first else None), (second[0] if second else None)
    if reading.swapped:
        one, two = two, one
    return {"via": one, "via_other": two}


def _zone(scene: Scene, mentions: Sequence[Mention]) -> Slots:
    around = [f for f in scene.everywhere if f.role == "around" and _kind(scene, f) != "zone"]
    near = [f for f in around if f.at > scene.first] or around
    if near:
        return {"place": mentions[near[0].mention]}
    following = [
        f
        for f in scene.fillers
        if f.at > scene.first and f.role in ("of", "from") and _kind(scene, f) in ("name", "thing")
    ]
    if following and _close_behind(scene, following[0]):
        return {"place": mentions[following[0].mention]}
    for filler in scene.everywhere:
        if _kind(scene, filler) == "zone" and (part := named_part(mentions[filler.mention])):
            return {"place": part}
    previous = [f for f in scene.fillers if f.at < scene.first and _kind(scene, f) in ("name", "thing")]
    beside = [f for f in previous if f.role == "of" or f.at == scene.first - 1 or f.at + 2 == scene.first]
    if not beside:
        # "al-Tanf sits inside a zone with a radius of 55 km"
        beside = [f for f in previous if f.role == "bare" and _kind(scene, f) == "name" and _copula_between(scene, f)]
    return {"place": mentions[beside[-1].mention]} if beside else {}


def _close_behind(scene: Scene, filler: Filler) -> bool:
    return filler.at - scene.last <= 6


def _within(scene: Scene) -> dict[str, Filler | None]:
    after = [f for f in scene.fillers if f.at > scene.last and f.role in ("of", "from", "to", "around")]
    subject = _subject(scene, ("name", "thing", "zone"))
    if subject is not None and not _copula_between(scene, subject):
        subject = None
    return {"origin": subject, "place": after[0] if after else None}


def _copula_between(scene: Scene, subject: Filler) -> bool:
    between = [item.low for item in scene.items[subject.at + 1 : scene.first]]
    return not between or between[0] == "," or any(word in _COPULAS or word.startswith("pass") for word in between)


def _after_away(scene: Scene) -> Filler | None:
    after = [f for f in scene.fillers if f.at > scene.last]
    return after[0] if after else None


def _apart(scene: Scene, reading: Reading) -> dict[str, Filler | None]:
    chosen = _ends(scene)
    if chosen["origin"] and chosen["destination"]:
        return chosen
    if reading.away and not chosen["destination"]:
        target = _after_away(scene)
        subject = _subject(scene, ("name", "thing", "zone"))
        if subject is None:
            earlier = [f for f in scene.fillers if f.at < scene.first and f.role in ("bare", "of")]
            subject = earlier[-1] if earlier else None
        if subject is None and scene.low:
            bare = [f for f in scene.everywhere if f.role == "bare" and f.at < scene.low]
            subject = bare[0] if bare else None
        if subject is None and target is not None:
            later = [f for f in scene.fillers if f.at > target.at and f.role == "bare"]
            subject = later[0] if later else None
        return {"origin": subject, "destination": target}
    bare = [f for f in scene.fillers if f.role in ("bare", "of")]
    if chosen["origin"] is None and chosen["destination"] is None and len(bare) >= 2:
        return {"origin": bare[0], "destination": bare[1]}
    if bare and chosen["origin"] is None:
        chosen["origin"] = bare[0]
    elif bare and chosen["destination"] is None:
        chosen["destination"] = bare[0]
    return chosen


def share(readings: Sequence[tuple[Reading, Slots]]) -> list[Slots]:
    """Give the claims of a sentence the ends of the way that one of them names for all.

    Parameters
    ----------
    readings : sequence of (Reading, slots)
        In the order of the text.

    Returns
    -------
    list of dict
        With the ends filled in: "Damascus to Homs is 160 km, to Aleppo 350 km".
    """
    shared: list[Slots] = []
    for at, (reading, slots) in enumerate(readings):
        relation = reading.relation
        if reading.again and at:
            shared.append(shared[at - 1])
            continue
        if relation not in _TRAVEL_PAIR or ("origin" in slots and "destination" in slots):
            shared.append(slots)
            continue
        pair: Slots = {}
        if relation == "apart" and slots:
            shared.append(slots)
            continue
        nearest = [*reversed(shared[:at]), *(later for _, later in readings[at + 1 :])]
        for candidate in nearest:
            if "origin" in candidate and "destination" in candidate and "place" not in candidate:
                pair = {"origin": candidate["origin"], "destination": candidate["destination"]}
                break
        if reading.onward and at and "destination" in shared[at - 1]:
            pair = {"origin": shared[at - 1]["destination"]}
        if not pair and not ("origin" in slots or "destination" in slots):
            for candidate in nearest:
                pair = {slot: candidate[slot] for slot in ("origin", "destination") if slot in candidate}
                if pair:
                    break
        merged = pair | slots
        if "origin" in merged and "destination" in merged and merged["origin"] == merged["destination"]:
            merged = slots
        shared.append({slot: merged[slot] for slot in SLOTS[relation] if slot in merged})
    return shared
