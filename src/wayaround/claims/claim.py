"""The words of this room: documents, quantities, statements and claims, each with its place in the text."""

import datetime
from dataclasses import dataclass, field
from typing import Literal

Measure = Literal["distance", "duration", "radius", "diameter"]
Bound = Literal["exactly", "at least", "at most"]
Relation = Literal["route", "difference", "detour", "zone", "within", "apart", "comparison"]
SLOTS: dict[Relation, tuple[str, ...]] = {
    "route": ("origin", "destination", "via"),
    "difference": ("origin", "destination", "via", "via_other"),
    "detour": ("origin", "destination", "closure"),
    "zone": ("place",),
    "within": ("origin", "place"),
    "apart": ("origin", "destination"),
    "comparison": ("origin", "destination", "via", "via_other"),
}
"""The slots that each relation has; any of them may stay empty."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document by one hand.

    Parameters
    ----------
    kind : {"title", "article", "comment"}
        What it is.
    start, end : int
        Characters of the document's text, without the header that tells who wrote.
    author : str, optional
        As the page tells; None if it does not.
    published : datetime.date, optional
        As the page tells.
    answers : int, optional
        Which block it answers, by its place in the document.
    """

    kind: Literal["title", "article", "comment"]
    start: int
    end: int
    author: str | None = None
    published: datetime.date | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text and who wrote which part of it.

    Parameters
    ----------
    text : str
        All spans count characters of this.
    blocks : tuple of Block
        In the order of the text; they do not overlap.
    source : str
        Name of the file, or the address that a page gives for itself.
    outlet, title : str, optional
        As the page tells.
    """

    text: str = field(repr=False)
    blocks: tuple[Block, ...]
    source: str = ""
    outlet: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A distance or a duration that a text states.

    Parameters
    ----------
    start, end : int
        Characters of number and unit, without the hedge: "155 km", "55-kilometre", "2h 45m", "10 to 12 hours".
    measure : {"distance", "duration", "radius", "diameter"}
        What it is.
    low, high : float
        Kilometres, or hours for a duration; twice the same for one value.
    rounding : float
        Half a unit of the last stated digit, in the same unit: 0.5 for "155 km", 5 for "150 km", 0.05 for "10.4 hours";
        of a round number no more than a twentieth: 2.5 for "50 km".
    hedge : str, optional
        As written, in lower case: "just", "about", "more than", "up to".
    bound : {"exactly", "at least", "at most"}
        "at least" for "more than 150 km", "at most" for "up to 150 km".
    """

    start: int
    end: int
    measure: Measure
    low: float
    high: float
    rounding: float
    hedge: str | None = None
    bound: Bound = "exactly"


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the text that fill a slot.

    Parameters
    ----------
    text : str
        As written: "al-Tanf", "the zone".
    start, end : int
        Characters of the document.
    inherited : bool
        Taken from the comment that this one answers, or from an earlier sentence.
    """

    text: str
    start: int
    end: int
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantity and what it is said to measure.

    Parameters
    ----------
    relation : str, optional
        None where the text does not tell.
    measure : {"distance", "duration"}
        Which of the two is claimed.
    quantity : Quantity
        What is claimed; of a comparison the value for `via`, or before.
    other : Quantity, optional
        Of a comparison the value for `via_other`, or after.
    slots : dict of str to Mention
        What is known of `SLOTS[relation]`.
    ordered : bool
        Of a difference: the text says that the way by `via_other` is the longer one.
    """

    relation: Relation | None
    measure: Literal["distance", "duration"]
    quantity: Quantity
    other: Quantity | None = None
    slots: dict[str, Mention] = field(default_factory=dict)
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something.

    Parameters
    ----------
    speaker : str, optional
        Who said it first; None if the text does not tell.
    through : tuple of str
        Who passed it on, in order; the author of the block comes last.
    said_on : datetime.date, optional
        The day; of a weekday the one before the day of publication.
    """

    speaker: str | None = None
    through: tuple[str, ...] = ()
    said_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one person says in one sentence.

    Parameters
    ----------
    block : int
        In which block of the document.
    start, end : int
        Characters of the document.
    text : str
        What stands there.
    attribution : Attribution
        Who says it.
    claims : tuple of Claim
        Its quantities; without any, the roads have nothing to say about it.
    judgements : tuple of str
        Words that judge ("minor"), which get no verdict.
    corrects : bool
        It says of itself that it corrects another.
    """

    block: int
    start: int
    end: int
    text: str
    attribution: Attribution
    claims: tuple[Claim, ...] = ()
    judgements: tuple[str, ...] = ()
    corrects: bool = False
