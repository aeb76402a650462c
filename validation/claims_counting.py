"""Count what was read against what was labelled: matches, precision, recall and their intervals."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

Z_95 = 1.959964
VERDICTS = ("supported", "contradicted", "depends", "not checkable")
SAME_VALUE = 0.005
"""Share by which two values may differ and still be the same: miles are written with few digits."""

Label = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity that a reader found.

    Parameters
    ----------
    start, end : int
        Characters of the sentence.
    measure : str
        "distance", "duration", "radius" or "diameter".
    low, high : float
        Kilometres or hours.
    bound : str
        "exactly", "at least" or "at most".
    """

    start: int
    end: int
    measure: str
    low: float
    high: float
    bound: str = "exactly"


@dataclass(frozen=True, slots=True)
class Count:
    """How many were right.

    Parameters
    ----------
    right : int
        Read as labelled.
    read : int
        Read at all: `right` and what should not have been read, or was read wrongly.
    labelled : int
        What there was to read.
    """

    right: int = 0
    read: int = 0
    labelled: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.right + other.right, self.read + other.read, self.labelled + other.labelled)


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score.

    Parameters
    ----------
    right, total : int
        Successes of trials.

    Returns
    -------
    tuple of float
        From 0 to 1; the whole of it without a trial.

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(95, 100)]
    [0.888, 0.978]
    """
    if not total:
        return 0.0, 1.0
    share, z2 = right / total, Z_95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_text(right: int, total: int) -> str:
    """A share with its counts and interval, as the tables have it.

    Examples
    --------
    >>> share_text(19, 20)
    '0.950 (19/20; 0.764-0.991)'
    """
    if not total:
        return "- (0/0)"
    low, high = wilson_interval(right, total)
    return f"{right / total:.3f} ({right}/{total}; {low:.3f}-{high:.3f})"


def precision_text(count: Count) -> str:
    """How much of what was read is right."""
    return share_text(count.right, count.read)


def recall_text(count: Count) -> str:
    """How much of what was labelled was read rightly."""
    return share_text(count.right, count.labelled)


def same_value(one: float, other: float) -> bool:
    """Whether two values are the same but for digits that were not written."""
    return abs(one - other) <= SAME_VALUE * max(abs(one), abs(other), 1e-9)


def same_quantity(label: Label, reading: Reading) -> bool:
    """Whether a reading has a label's place, measure, values and bound."""
    return (
        overlap(label, reading)
        and label["measure"] == reading.measure
        and label["bound"] == reading.bound
        and same_value(label["low"], reading.low)
        and same_value(label["high"], reading.high)
    )


def same_amount(label: Label, reading: Reading) -> bool:
    """Whether a reading has a label's place and a value of its range: all that readers without ranges can give."""
    slack = SAME_VALUE * label["high"]
    long = label["measure"] != "duration"
    return (
        overlap(label, reading)
        and long == (reading.measure != "duration")
        and label["low"] - slack <= reading.low <= reading.high <= label["high"] + slack
    )


def overlap(label: Label, reading: Reading) -> bool:
    """Whether label and reading share a character."""
    return bool(reading.start < label["start"] + len(label["text"]) and label["start"] < reading.end)


def count_matches(
    labels: Sequence[Label], readings: Sequence[Reading], same: Callable[[Label, Reading], bool]
) -> tuple[Count, list[Label], list[Reading]]:
    """Match each label with one reading at most; an optional label is neither right nor wrong.

    Returns
    -------
    Count, list of labels, list of readings
        The count, what was missed, and what was read wrongly.
    """
    left = list(readings)
    missed = []
    right = labelled = 0
    for label in labels:
        if label.get("optional"):
            continue
        labelled += 1
        found = next((reading for reading in left if same(label, reading)), None)
        if found is None:
            missed.append(label)
        else:
            right += 1
            left.remove(found)
    optional = [label for label in labels if label.get("optional")]
    wrong = [reading for reading in left if not any(overlap(label, reading) for label in optional)]
    return Count(right, right + len(wrong), labelled), missed, wrong


def plain_words(words: str | None) -> str:
    """Words without case, article and marks at the ends, so that "the zone" is "Zone".

    Examples
    --------
    >>> plain_words('The zone"'), plain_words("al-Tanf")
    ('zone', 'al-tanf')
    """
    kept = (words or "").casefold().strip(" \t\n\"'“”‘’«».,;:!?@()")
    first, _, rest = kept.partition(" ")
    return rest.strip() if rest and first in ("the", "a", "an") else kept


def same_claim(label: Label, claim: Label) -> bool:
    """Whether a claim has a label's relation, values and every slot, and no slot more."""
    if any(label[key] != claim[key] for key in ("relation", "measure", "ordered")):
        return False
    keys = ("low", "high", "other_low", "other_high")
    if any((key in label) != (key in claim) or not same_value(label.get(key, 0), claim.get(key, 0)) for key in keys):
        return False
    if sorted(label["inherited"]) != sorted(claim["inherited"]):
        return False
    want = {slot: plain_words(words) for slot, words in label["slots"].items()}
    turned = _exchange(want, "origin", "destination") if label.get("either_way") else want
    return any(way in (want, turned) for way in _ways_to_say(claim))


def _ways_to_say(claim: Label) -> Iterable[dict[str, str]]:
    """The slots of a claim, and again with those exchanged whose order says nothing."""
    slots = {slot: plain_words(words) for slot, words in claim["slots"].items()}
    yield slots
    if claim["relation"] == "apart":
        yield _exchange(slots, "origin", "destination")
    if claim["relation"] == "difference" and not claim["ordered"]:
        yield _exchange(slots, "via", "via_other")


def _exchange(slots: Mapping[str, str], one: str, other: str) -> dict[str, str]:
    turned = {one: other, other: one}
    return {turned.get(slot, slot): words for slot, words in slots.items()}


def count_claims(labels: Sequence[Label], claims: Sequence[Label]) -> tuple[Count, list[Label], list[Label]]:
    """Match claims that tell a relation; what has none is nothing to read.

    Returns
    -------
    Count, list of labels, list of claims
        The count, what was missed, and what was read wrongly.
    """
    wanted = [label for label in labels if label["relation"]]
    left = [claim for claim in claims if claim["relation"]]
    read = len(left)
    missed = []
    for label in wanted:
        found = next((claim for claim in left if same_claim(label, claim)), None)
        if found is None:
            missed.append(label)
        else:
            left.remove(found)
    return Count(len(wanted) - len(missed), read, len(wanted)), missed, left


def same_speaker(label: Label, attribution: Label) -> bool:
    """Whether speaker, chain and day are all as labelled."""
    return (
        plain_words(label["speaker"]) == plain_words(attribution["speaker"])
        and [plain_words(name) for name in label["through"]] == [plain_words(name) for name in attribution["through"]]
        and label["said_on"] == attribution["said_on"]
    )


def verdict_lines(pairs: Counter[tuple[str, str]]) -> Iterator[str]:
    """The table of verdicts: precision and recall of each, and what was answered instead."""
    yield "| verdict | precision | recall | answered instead |"
    yield "|---|---|---|---|"
    for verdict in VERDICTS:
        right = pairs[verdict, verdict]
        read = sum(number for (_, given), number in pairs.items() if given == verdict)
        labelled = sum(number for (want, _), number in pairs.items() if want == verdict)
        instead = [f"{number} {given}" for (want, given), number in sorted(pairs.items()) if want == verdict != given]
        shares = f"{share_text(right, read)} | {share_text(right, labelled)}"
        yield f"| {verdict} | {shares} | {', '.join(instead) or 'nothing'} |"
    plain = ("supported", "contradicted")
    given = sum(number for (_, answer), number in pairs.items() if answer in plain)
    wrong = sum(number for (want, answer), number in pairs.items() if answer in plain and want != answer)
    yield ""
    yield f'Of the verdicts "supported" and "contradicted" that were given, wrong: {share_text(wrong, given)}.'
