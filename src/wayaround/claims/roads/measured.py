"""What was computed for a claim under one assumption, and how it is put in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayaround.claims.claim import Claim, Measure, Quantity
from wayaround.claims.finding import Evidence
from wayaround.claims.roads.tolerance import (
    NO_DOUBT,
    Doubt,
    Uncertainty,
    agrees,
    doubt_length,
    hedge_share,
    tolerate,
)
from wayaround.claims.roads.ways import Way
from wayaround.closures.closure import Closure
from wayaround.demand.countries import country_name


class Undecided(Exception):
    """A claim cannot be checked; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was computed under one assumption.

    Parameters
    ----------
    assumption : str
        "with tanf-zone in force".
    computed : float, optional
        Kilometres or hours; None where no way is left.
    doubt : Doubt
        How uncertain the network makes it.
    evidence : tuple of Evidence
        From what.
    other, other_doubt
        Of a comparison the second value.
    difference, difference_doubt
        Of a comparison the second value less the first.
    remark : str
        What a reader should know besides.
    is_limit : bool
        The value is itself a limit, so that "at most 50" is said of no less than 50.
    """

    assumption: str
    computed: float | None
    doubt: Doubt = NO_DOUBT
    evidence: tuple[Evidence, ...] = ()
    other: float | None = None
    other_doubt: Doubt = NO_DOUBT
    difference: float | None = None
    difference_doubt: Doubt = NO_DOUBT
    remark: str = ""
    is_limit: bool = False

    def agrees(self, claim: Claim) -> bool:
        """Whether it is what was claimed."""
        if self.computed is None:
            return False
        quantity = replace(claim.quantity, bound="exactly") if self.is_limit else claim.quantity
        if not _agrees(quantity, self.computed, self.doubt):
            return False
        if claim.relation != "comparison" or claim.other is None:
            return True
        if self.other is None or self.difference is None or not _agrees(claim.other, self.other, self.other_doubt):
            return False
        return _agrees(claimed_difference(claim.quantity, claim.other), self.difference, self.difference_doubt)


def claimed_difference(first: Quantity, second: Quantity) -> Quantity:
    """The difference that two quantities imply; either may be off by its rounding or its hedge.

    Examples
    --------
    >>> ten, thirteen = (Quantity(0, 1, "duration", each, each, 0.05) for each in (10.4, 13.1))
    >>> round(claimed_difference(ten, thirteen).low, 3), claimed_difference(ten, thirteen).rounding
    (2.7, 0.1)
    """
    bound = second.bound if first.bound == "exactly" else "exactly"
    return Quantity(
        start=first.start,
        end=second.end,
        measure=first.measure,
        low=second.low - first.high,
        high=second.high - first.low,
        rounding=sum(max(each.rounding, hedge_share(each.hedge) * each.high) for each in (first, second)),
        bound=bound,
    )


def _agrees(quantity: Quantity, computed: float, doubt: Doubt) -> bool:
    return agrees(quantity, computed, tolerate(quantity, computed, doubt))


def value_of(way: Way, measure: Measure) -> float:
    """Hours or kilometres of a way."""
    return way.h if measure == "duration" else way.km


def doubt_difference(
    uncertainty: Uncertainty, claim: Claim, one: Way, other: Way, unshared_km: tuple[float, float]
) -> Doubt:
    """How uncertain the difference of two ways is."""
    unshared = [
        km if claim.measure == "distance" else km / way.km * way.h
        for km, way in zip(unshared_km, (one, other), strict=True)
        if way.km > 0
    ]
    difference = value_of(other, claim.measure) - value_of(one, claim.measure)
    return doubt_length(uncertainty, claim.measure, difference, *unshared)


def evidence_of(label: str, way: Way | None, closures: Sequence[Closure]) -> Evidence:
    """A way as evidence."""
    shut = tuple(sorted(each.id for each in closures))
    if way is None:
        return Evidence(label, None, None, closures=shut)
    countries = tuple(map(country_name, way.countries))
    return Evidence(label, way.km, way.h, way.crossings, countries, shut, way.line)


def say(value: float, measure: Measure) -> str:
    """A value for a sentence.

    Examples
    --------
    >>> say(171.6, "distance"), say(2.68, "duration"), say(3.24, "distance")
    ('172 km', '2.7 h', '3.2 km')
    >>> say(0.33, "duration")
    '20 min'
    """
    if measure == "duration":
        return f"{value:,.1f} h" if abs(value) >= 1 else f"{60 * value:.0f} min"
    return f"{value:,.1f} km" if 0 < abs(value) < 10 else f"{value:,.0f} km"


def say_quantity(quantity: Quantity) -> str:
    """What was claimed, for a sentence.

    Examples
    --------
    >>> say_quantity(Quantity(0, 1, "distance", 150.0, 160.0, 5.0, None, "exactly"))
    '150 to 160 km'
    >>> say_quantity(Quantity(0, 1, "distance", 150.0, 150.0, 5.0, "more than", "at least"))
    'at least 150 km'
    >>> say_quantity(Quantity(0, 1, "duration", 0.5, 0.5, 0.25))
    '30 min'
    """
    low, high, unit = quantity.low, quantity.high, "km"
    if quantity.measure == "duration":
        unit = "h" if high >= 1 else "min"
        low, high = (low, high) if high >= 1 else (60 * low, 60 * high)
    numbers = [f"{value:.4g}" if value < 10_000 else f"{value:,.0f}" for value in (low, high)]
    said = " to ".join(dict.fromkeys(numbers))
    return f"{said} {unit}" if quantity.bound == "exactly" else f"{quantity.bound} {said} {unit}"
