"""What a quantity is said to measure, and between which places."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from wayaround.claims.claim import Claim, Mention, Quantity
from wayaround.claims.wording.frames import cast, contrasts
from wayaround.claims.wording.items import lay_out
from wayaround.claims.wording.meanings import read_meaning
from wayaround.claims.wording.scenes import Group, Sentence, lay_scenes
from wayaround.claims.wording.slots import Reading, Slots, fill, share


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
            readings.append(read_meaning(scene, quantities[groups[0][0]], readings[-1] if readings else None))
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
        if reading.denied:  # "it is not 55 km": nobody claims that it is
            yield Claim(None, _measure(quantity), quantity)
            continue
        if reading.relation == "within" and quantity.bound == "exactly":
            quantity = replace(quantity, bound="at most")
        yield Claim(reading.relation, _measure(quantity), quantity, None, dict(slots), ordered)


def _measure(quantity: Quantity) -> Literal["distance", "duration"]:
    return "duration" if quantity.measure == "duration" else "distance"
