"""How far a claim may be from what was computed: stated digits, hedges, and what is uncertain about the network."""

import math
from dataclasses import dataclass
from typing import Literal

from wayaround.claims.claim import Quantity
from wayaround.claims.finding import Tolerance
from wayaround.claims.vocabulary import words
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork

ABOUT_SHARE = 0.10
"""What "about", "around", "nearly" and their like widen a value by, as a share of it."""

COUPLE_SHARE = 0.25
"""What "a couple of" widens a value by."""

APPROXIMATE = words(
    "about around roughly approximately approx some nearly almost close circa ca ~ so give take order say "
    "near virtually practically"
)
ENDS_KM, ENDS_LEAST_KM, ENDS_SHARE = 10.0, 1.0, 0.03
"""How far the points from which a text counts may lie from the gazetteer's, both ends together; see `doubt_ends`."""

DAY_H = 24.0
DRIVEN_A_DAY_H = 8.0
"""Whoever counts a drive in days drives at least so many hours on each."""

EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What is known of a network's errors, as shares of what it computes.

    Parameters
    ----------
    km_above, h_above : float
        How much longer roads may be throughout: as a share of a length, or of the difference of two.
    km_below, h_below : float
        How much shorter.
    spread : float
        What one road's error differs from another's: as a share of what two ways do not have in common.
    measured_by : str
        Where the figures are from.
    """

    km_above: float
    km_below: float
    h_above: float
    h_below: float
    spread: float
    measured_by: str


SLOW_KMH, FAST_KMH = 59.0, 95.0
"""Between these lie five of the seven average speeds of printed delays, if the ways are as long as computed.

The faster is that of the profile `car`: a text rarely tells what it drives.
"""

_LENGTHS = (
    "twelve printed lengths of ways that the network takes as printed are 5 to 23 % longer than computed, 15 % on "
    "average; five of seven printed delays mean 59 to 95 km/h (docs/validation.md)"
)


def uncertainty_of(network: RoadNetwork, profile: Profile) -> Uncertainty:
    """What is known of a network's errors for a vehicle.

    Where every link has one speed, real averages lie between `SLOW_KMH` and `FAST_KMH`. Where speeds are by class and
    limit, times were compared with another router's.

    Parameters
    ----------
    network : RoadNetwork
        The roads: the shipped ones, imported ones, or others, which nobody has measured.
    profile : Profile
        The vehicle.

    Examples
    --------
    >>> from wayaround.network.catalogue import open_network
    >>> from wayaround.network.profiles import load_profile
    >>> known = uncertainty_of(open_network("world-highways"), load_profile("truck"))
    >>> known.km_above, known.spread, round(known.h_above, 2)
    (0.15, 0.08, 0.27)
    """
    if network.attributes is None:
        h_above = max(0.0, profile.speed_kmh / SLOW_KMH - 1)
        h_below = max(0.0, 1 - profile.speed_kmh / FAST_KMH)
    else:
        h_above, h_below = 0.20, 0.10
    if network.name == "world-highways":
        return Uncertainty(0.15, 0.0, h_above, h_below, 0.08, _LENGTHS)
    if network.imported is None:
        return Uncertainty(0.05, 0.05, h_above, h_below, 0.05, "nobody has measured this network's errors")
    return Uncertainty(
        0.0,
        0.0,
        h_above,
        h_below,
        0.03,
        "between the same points four lengths of five are within 1 % of another router's, and times are a tenth lower, "
        "since turns cost nothing (docs/network.md)",
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """How much more and how much less than computed it may be in truth, in kilometres or hours."""

    above: float = 0.0
    below: float = 0.0


NO_DOUBT = Doubt()


def doubt_ends(km: float) -> float:
    """What it may matter from where in a town one counts, in kilometres: more where towns are far apart.

    The gazetteer's point for Baghdad adds 9 km to each way from the west, that for Damascus next to nothing; whoever
    counts from village to village knows from where.

    Examples
    --------
    >>> doubt_ends(0.0), doubt_ends(20.0), doubt_ends(800.0)
    (1.0, 1.6, 10.0)
    """
    return min(ENDS_KM, ENDS_LEAST_KM + ENDS_SHARE * km)


def doubt_length(
    uncertainty: Uncertainty,
    measure: Literal["distance", "duration"],
    value: float,
    *unshared: float,
    ends: float = 0.0,
) -> Doubt:
    """How uncertain the length or time of a way is, or the difference of two ways between the same ends.

    What all roads have in common (chords for bends, one speed for all) counts for the value itself: for a difference
    only the difference. What differs from road to road counts for the parts that the two ways do not share, and adds
    up as independent errors do.

    Parameters
    ----------
    uncertainty : Uncertainty
        What is known of the network.
    measure : {"distance", "duration"}
        Kilometres or hours.
    value : float
        What was computed.
    *unshared : float
        Of one way its length or time; of two the parts not shared.
    ends : float
        What the ends may add; nothing for a difference, which they do not change.

    Examples
    --------
    >>> known = Uncertainty(km_above=0.15, km_below=0.0, h_above=0.3, h_below=0.1, spread=0.08, measured_by="")
    >>> doubt_length(known, "distance", 800.0, 800.0, ends=5.0)
    Doubt(above=189.0, below=69.0)
    >>> doubt_length(known, "distance", 100.0, 300.0, 400.0)
    Doubt(above=55.0, below=40.0)
    """
    in_km = measure == "distance"
    above = uncertainty.km_above if in_km else uncertainty.h_above
    below = uncertainty.km_below if in_km else uncertainty.h_below
    spread = uncertainty.spread * math.hypot(*unshared) + ends
    return Doubt(above=above * abs(value) + spread, below=below * abs(value) + spread)


def hedge_share(hedge: str | None) -> float:
    """What a hedge widens a value by, as a share of it.

    Examples
    --------
    >>> hedge_share("about"), hedge_share("just"), hedge_share("just about"), hedge_share("a couple of")
    (0.1, 0.0, 0.1, 0.25)
    """
    if hedge is None:
        return 0.0
    words = hedge.casefold().replace("~", " ~ ").replace("-", " ").replace(".", " ").split()
    if "couple" in words:
        return COUPLE_SHARE
    return ABOUT_SHARE if APPROXIMATE.intersection(words) else 0.0


def tolerate(quantity: Quantity, computed: float, doubt: Doubt) -> Tolerance:
    """The three tolerances of a claim; the network's is that on the side on which the claim lies.

    Examples
    --------
    >>> said = Quantity(0, 6, "distance", 155.0, 155.0, 0.5, hedge="just")
    >>> tolerate(said, 172.0, Doubt(above=98.0, below=72.0))
    Tolerance(rounding=0.5, hedge=0.0, network=72.0)
    """
    more = (quantity.low + quantity.high) / 2 > computed
    return Tolerance(
        rounding=quantity.rounding,
        hedge=hedge_share(quantity.hedge) * quantity.high,
        network=doubt.above if more else doubt.below,
    )


def agrees(quantity: Quantity, computed: float, tolerance: Tolerance) -> bool:
    """Whether what was computed is what was claimed.

    Examples
    --------
    >>> exact = Tolerance(rounding=5.0, hedge=0.0, network=0.0)
    >>> said = Quantity(0, 6, "distance", 150.0, 150.0, 5.0)
    >>> agrees(said, 145.0, exact), agrees(said, 154.9, exact), agrees(said, 155.0, exact)
    (True, True, False)
    >>> agrees(Quantity(0, 6, "distance", 150.0, 150.0, 5.0, "more than", "at least"), 900.0, exact)
    True
    """
    low, high = quantity.low, quantity.high
    if counts_days(quantity):
        low = low / DAY_H * DRIVEN_A_DAY_H
    # A value halfway to the next stated one is rounded up to that.
    rounds_to_it = computed < high + tolerance.rounding - EPSILON
    below = computed <= high + max(tolerance.hedge, tolerance.network) + EPSILON or rounds_to_it
    above = computed >= low - tolerance.used - EPSILON
    return (quantity.bound == "at most" or above) and (quantity.bound == "at least" or below)


def counts_days(quantity: Quantity) -> bool:
    """Whether a duration was stated in days, or in half days."""
    return quantity.measure == "duration" and quantity.rounding >= DAY_H / 4 and quantity.low % (DAY_H / 2) == 0
