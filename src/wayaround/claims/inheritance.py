"""What a claim takes over from the sentences before it and from the comment that it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wayaround.claims.claim import SLOTS, Claim, Mention
from wayaround.claims.wording.frames import cast, kind_of
from wayaround.claims.wording.items import lay_out

_WITH_ENDS = ("route", "difference", "detour", "comparison", "apart")
_WITH_WAYS = ("difference", "comparison")
_POINTING = ("here", "there")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sentence speaks of, for those that follow or answer it.

    Parameters
    ----------
    origin, destination : Mention, optional
        Ends of the way it speaks of.
    ways : tuple of Mention
        The alternatives, in the order of the text.
    closure : Mention, optional
        What is shut.
    place : Mention, optional
        The centre of a zone.
    said : tuple of Claim
        Its claims, for an answer such as "more like 150 km" that only gives another value.
    """

    origin: Mention | None = None
    destination: Mention | None = None
    ways: tuple[Mention, ...] = ()
    closure: Mention | None = None
    place: Mention | None = None
    said: tuple[Claim, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take over."""
        return not (self.origin or self.destination or self.ways or self.closure or self.place or self.said)


def find_ground(text: str, mentions: Sequence[Mention], claims: Sequence[Claim], *, offset: int = 0) -> Ground:
    """Tell what a sentence speaks of.

    Parameters
    ----------
    text : str
        The sentence.
    mentions : sequence of Mention
        What was found in it, with characters of the document.
    claims : sequence of Claim
        Its claims, if it has any.
    offset : int
        Place of the sentence in its document.

    Returns
    -------
    Ground
        Empty where it speaks of no way, closure or zone.

    Examples
    --------
    >>> from wayaround.claims.mentions import find_mentions
    >>> text = "The zone cuts the road from Damascus to Baghdad."
    >>> ground = find_ground(text, find_mentions(text), [])
    >>> ground.origin.text, ground.destination.text, ground.closure.text
    ('Damascus', 'Baghdad', 'The zone')
    """
    origin = destination = closure = place = None
    ways: list[Mention] = []
    for claim in claims:
        slots = claim.slots
        if origin is None and destination is None and claim.relation != "apart":
            origin, destination = slots.get("origin"), slots.get("destination")
        ways.extend(slots[slot] for slot in ("via", "via_other") if slot in slots)
        closure = closure or slots.get("closure")
        if claim.relation == "zone":
            place = place or slots.get("place")
    zone_spoken = False
    for filler in cast(lay_out(text, (), mentions, offset)):
        mention = mentions[filler.mention]
        kind = kind_of(mention.text.lower())
        if kind in ("closure", "zone"):
            closure = closure or mention
            zone_spoken = zone_spoken or kind == "zone"
        elif filler.role == "via":
            ways.append(mention)
        elif filler.role == "around" and zone_spoken:
            place = place or mention
        elif kind in ("name", "thing") and mention.text.lower() not in _POINTING and not claims:
            if filler.role == "from" and origin is None:
                origin = mention
            elif filler.role == "to" and destination is None:
                destination = mention
    said = tuple(claim for claim in claims if claim.relation is not None)
    return Ground(origin, destination, _distinct(ways), closure, place, said)


def _distinct(ways: Iterable[Mention]) -> tuple[Mention, ...]:
    found: dict[str, Mention] = {}
    for way in ways:
        found.setdefault(_key(way), way)
    return tuple(found.values())


def _key(mention: Mention) -> str:
    return mention.text.lower().removeprefix("the ").partition(",")[0]


def inherit_slots(
    claim: Claim, grounds: Sequence[Ground], *, near: int = 0, strangers: Sequence[Mention] = ()
) -> Claim:
    """Fill empty slots of a claim from what was said before.

    Parameters
    ----------
    claim : Claim
        As its own sentence tells.
    grounds : sequence of Ground
        The nearest first: earlier sentences of its block, the comment that it answers, the article.
    near : int
        How many of them, from the first, stand in the claim's own block.
    strangers : sequence of Mention
        Names in its sentence that fill no slot: a claim that speaks of another place inherits no ends.

    Returns
    -------
    Claim
        What was taken over is marked as inherited; what the claim says itself is never replaced, and one slot is
        never filled with what another one holds.

    Examples
    --------
    >>> from wayaround.claims.claim import Quantity
    >>> reply = Claim("comparison", "duration", Quantity(0, 10, "duration", 10.4, 10.4, 0.05))
    >>> asked = Ground(ways=(Mention("al-Tanf", 40, 47), Mention("al-Qaim", 55, 62)))
    >>> {slot: (mention.text, mention.inherited) for slot, mention in inherit_slots(reply, [asked]).slots.items()}
    {'via': ('al-Tanf', True), 'via_other': ('al-Qaim', True)}
    """
    if claim.relation is None or not lacks_slots(claim):
        return claim
    slots = dict(claim.slots)
    for place, ground in enumerate(grounds):
        if claim.relation in _WITH_ENDS:
            known = {_key(m) for m in (ground.origin, ground.destination, ground.place, *ground.ways) if m}
            if all(_key(stranger) in known for stranger in strangers):
                _take_ends(slots, ground, near=place < near, both_only=claim.relation == "apart")
        if claim.relation in _WITH_WAYS:
            _take_ways(slots, ground)
        if claim.relation == "detour" and "closure" not in slots and ground.closure:
            _take(slots, "closure", ground.closure)
        if claim.relation in ("zone", "within") and "place" not in slots and ground.place:
            _take(slots, "place", ground.place)
    if len(slots) == len(claim.slots):
        return claim
    return replace(claim, slots={slot: slots[slot] for slot in SLOTS[claim.relation] if slot in slots})


def lacks_slots(claim: Claim) -> bool:
    """Whether a claim has an empty slot that it could inherit.

    Parameters
    ----------
    claim : Claim
        As its own sentence tells.

    Returns
    -------
    bool
        A way by none of the alternatives lacks nothing; a zone lacks its centre.
    """
    slots = claim.slots
    if claim.relation in _WITH_ENDS and not ("origin" in slots and "destination" in slots):
        return True
    if claim.relation in _WITH_WAYS and not ("via" in slots and "via_other" in slots):
        return True
    return (claim.relation == "detour" and "closure" not in slots) or (
        claim.relation in ("zone", "within") and "place" not in slots
    )


def adopt_relation(claim: Claim, grounds: Sequence[Ground]) -> Claim:
    """Give a bare value the meaning of the claim that it answers, as in "No way, it's 155 km at most".

    Parameters
    ----------
    claim : Claim
        Without a relation.
    grounds : sequence of Ground
        The nearest first.

    Returns
    -------
    Claim
        With relation and slots of the nearest claim of the same measure, all of them marked as inherited.
    """
    for ground in grounds:
        for answered in ground.said:
            if answered.measure == claim.measure and answered.relation != "comparison":
                slots = {slot: replace(mention, inherited=True) for slot, mention in answered.slots.items()}
                return replace(claim, relation=answered.relation, slots=slots, ordered=answered.ordered)
    return claim


def _take(slots: dict[str, Mention], slot: str, mention: Mention) -> None:
    if all(_key(mention) != _key(held) for held in slots.values()):
        slots[slot] = replace(mention, inherited=True)


def _take_ends(slots: dict[str, Mention], ground: Ground, *, near: bool, both_only: bool) -> None:
    if not (ground.origin and ground.destination):
        return
    held = {slot: slots[slot] for slot in ("origin", "destination") if slot in slots}
    if len(held) == 2 or (held and both_only):
        return
    if not held:
        used = {_key(mention) for mention in slots.values()}
        if _key(ground.origin) not in used and _key(ground.destination) not in used:
            _take(slots, "origin", ground.origin)
            _take(slots, "destination", ground.destination)
        return
    ((slot, mention),) = held.items()
    same, other = (ground.origin, ground.destination) if slot == "origin" else (ground.destination, ground.origin)
    empty = "destination" if slot == "origin" else "origin"
    if (
        _key(mention) == _key(same)
        or mention.text.lower() in _POINTING
        or (near and slot == "destination" and not mention.inherited)
    ):
        _take(slots, empty, other)


def _take_ways(slots: dict[str, Mention], ground: Ground) -> None:
    held = [slots[slot] for slot in ("via", "via_other") if slot in slots]
    if len(held) == 2:
        return
    if not held:
        if len(ground.ways) >= 2:
            _take(slots, "via", ground.ways[0])
            _take(slots, "via_other", ground.ways[1])
        return
    empty = "via_other" if "via" in slots else "via"
    others = [way for way in ground.ways if _key(way) != _key(held[0])]
    if len(others) == 1:
        _take(slots, empty, others[0])
