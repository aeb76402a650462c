"""Why a verdict is what it is, in one sentence that names the numbers."""

from collections.abc import Sequence

from wayaround.claims.claim import Claim, Quantity
from wayaround.claims.finding import Tolerance, Verdict
from wayaround.claims.roads.measured import Measured, claimed_difference, say, say_quantity
from wayaround.claims.roads.tolerance import FAST_KMH, NO_DOUBT, SLOW_KMH, Doubt, agrees, counts_days, tolerate

STANDING_KMH = 25.0
"""Whoever averages less than this over a whole way stood in a queue; the roads cannot tell."""

RACING_KMH = 130.0
"""Nobody averages more than this over a whole way by much."""


def say_why(claim: Claim, verdict: Verdict, main: Measured, answered: Sequence[Measured]) -> str:
    """The reason of a verdict.

    Parameters
    ----------
    claim : Claim
        What was said.
    verdict : str
        What became of it.
    main : Measured
        What was computed under the main assumption.
    answered : sequence of Measured
        The same and all others under which there is an answer.
    """
    if verdict == "depends":
        reason = _say_on_what(claim, answered)
    elif verdict == "not checkable":
        reason = _say_lost(claim, main)
    else:
        reason = f"{_say_against(claim, main)} {main.assumption}"
        others = dict.fromkeys(
            f"; {said} {each.assumption}"
            for each in answered
            if (said := _say_computed(claim, each)) != _say_computed(claim, main)
        )
        reason += "".join(others)
    remarks = [main.remark] if main.remark else []
    remarks += _say_speeds(claim, main)
    if claim.measure == "duration" and counts_days(claim.quantity):
        remarks.append("a day is read as 8 to 24 hours of driving")
    return "; ".join([reason, *remarks]) + "."


def _say_on_what(claim: Claim, answered: Sequence[Measured]) -> str:
    sides = [
        f"{word} {' and '.join(f'{each.assumption} ({_say_computed(claim, each)})' for each in some)}"
        for word, some in (
            ("Supported", [each for each in answered if each.agrees(claim)]),
            ("contradicted", [each for each in answered if not each.agrees(claim)]),
        )
    ]
    return f"{sides[0]}, {sides[1]}"


def _say_lost(claim: Claim, main: Measured) -> str:
    doubt = max(main.doubt.above, main.doubt.below)
    return (
        f"Computed {_say_computed(claim, main)} {main.assumption}, uncertain by {say(doubt, claim.measure)}: "
        f"the network cannot tell this from nothing, nor from {say_quantity(claim.quantity)}"
    )


def _say_against(claim: Claim, main: Measured) -> str:
    """Each value claimed against what was computed, and whether they agree."""
    assert main.computed is not None
    parts = [_say_one(claim.quantity, main.computed, main.doubt)]
    if claim.other is not None and main.other is not None and main.difference is not None:
        parts.append(_say_one(claim.other, main.other, main.other_doubt))
        apart = claimed_difference(claim.quantity, claim.other)
        parts.append(f"the difference of {_say_one(apart, main.difference, main.difference_doubt)}")
    return ", ".join(parts)


def _say_one(quantity: Quantity, computed: float, doubt: Doubt) -> str:
    """One value claimed against one computed.

    Examples
    --------
    >>> _say_one(Quantity(0, 6, "distance", 155.0, 155.0, 0.5, "just"), 172.0, Doubt(98.0, 72.0))
    '155 km claimed, 172 km computed (17 km apart, within the 72 km of the network)'
    >>> _say_one(Quantity(0, 6, "distance", 400.0, 400.0, 50.0), 172.0, Doubt(98.0, 72.0))
    '400 km claimed, 172 km computed (228 km apart, not within the 98 km of the network)'
    """
    tolerance = tolerate(quantity, computed, doubt)
    measure = quantity.measure
    said = f"{say_quantity(quantity)} claimed, {say(computed, measure)} computed"
    if agrees(quantity, computed, tolerate(quantity, computed, NO_DOUBT)):
        return f"{said} (which agree)"
    off = quantity.low - computed if computed < quantity.low else computed - quantity.high
    widest = max(("network", "hedge", "digits"), key=lambda kind: _part(tolerance, kind))
    word = "within" if agrees(quantity, computed, tolerance) else "not within"
    return f"{said} ({say(off, measure)} apart, {word} the {say(tolerance.used, measure)} of the {widest})"


def _part(tolerance: Tolerance, kind: str) -> float:
    return {"network": tolerance.network, "hedge": tolerance.hedge, "digits": tolerance.rounding}[kind]


def _say_computed(claim: Claim, measured: Measured) -> str:
    assert measured.computed is not None
    first = say(measured.computed, claim.measure)
    return first if measured.other is None else f"{first} against {say(measured.other, claim.measure)}"


def _say_speeds(claim: Claim, main: Measured) -> list[str]:
    """The average speeds that claimed durations of whole ways imply on the ways computed."""
    if claim.measure != "duration" or claim.relation not in ("route", "comparison"):
        return []
    speeds = [
        (evidence.km or 0.0) / ((quantity.low + quantity.high) / 2)
        for quantity, evidence in zip((claim.quantity, claim.other), main.evidence, strict=False)
        if quantity is not None and quantity.high > 0 and evidence.km
    ]
    if not speeds:
        return []
    said = " and ".join(f"{speed:.0f} km/h" for speed in speeds)
    return [f"on these ways that is {said} on average, {_judge(min(speeds), max(speeds))}"]


def _judge(slowest_kmh: float, fastest_kmh: float) -> str:
    """Whether average speeds are plausible.

    Examples
    --------
    >>> _judge(71.0, 76.0), _judge(50.0, 50.0), _judge(70.0, 110.0), _judge(464.0, 464.0)
    ('plausible', 'plausible only with waits and rests', 'plausible for a fast car only', 'not plausible')
    """
    if slowest_kmh < STANDING_KMH or fastest_kmh > RACING_KMH:
        return "not plausible"
    if slowest_kmh < SLOW_KMH:
        return "plausible only with waits and rests"
    return "plausible" if fastest_kmh <= FAST_KMH else "plausible for a fast car only"
