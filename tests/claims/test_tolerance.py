"""How far a claim may be from what was computed."""

import re
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.claims.claim import Bound, Quantity
from wayaround.claims.finding import Tolerance
from wayaround.claims.roads.tolerance import (
    FAST_KMH,
    NO_DOUBT,
    SLOW_KMH,
    Doubt,
    Uncertainty,
    agrees,
    doubt_length,
    hedge_share,
    tolerate,
    uncertainty_of,
)

VALIDATION = Path(__file__).parents[2] / "docs" / "validation.md"
OTHER_WAYS = {"C10", "C20", "C21", "C24"}
"""Cases in which the network takes another way than the printed one, or the printed ends are doubtful."""


def km(low: float, rounding: float, *, high: float | None = None, hedge: str | None = None, bound: Bound = "exactly"):
    return Quantity(0, 6, "distance", low, low if high is None else high, rounding, hedge, bound)


def printed_over_computed(*columns: int) -> list[tuple[str, float]]:
    """What the validation's table holds: case, and printed value as a multiple of the computed one."""
    found = []
    for line in VALIDATION.read_text(encoding="utf-8").splitlines():
        if case := re.match(r"\| ([CHB]\d\d):", line):
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            for column in columns:
                if pair := re.match(r"\**([\d.]+) / ([\d.]+)", cells[column]):
                    found.append((case[1], float(pair[1]) / float(pair[2])))
    return found


@pytest.fixture
def known(world: wa.RoadNetwork) -> Uncertainty:
    return uncertainty_of(world, wa.load_profile("truck"))


def test_the_uncertainty_of_lengths_is_what_the_validation_measured(known: Uncertainty) -> None:
    lengths = [ratio - 1 for case, ratio in printed_over_computed(2, 3) if case not in OTHER_WAYS]
    longer = [each for each in lengths if each > 0]  # the one length that is not lies on a join over water
    assert (len(lengths), len(longer)) == (13, 12)
    assert statistics.mean(longer) == pytest.approx(known.km_above, abs=0.005)
    assert all(-known.spread <= each <= known.km_above + known.spread + 0.001 for each in lengths)


def test_the_uncertainty_of_times_is_what_the_validation_measured() -> None:
    speeds_kmh = [wa.load_profile("car").speed_kmh / ratio for _, ratio in printed_over_computed(5)]
    assert len(speeds_kmh) == 7
    assert sum(SLOW_KMH <= each <= FAST_KMH for each in speeds_kmh) == 5


def test_a_text_may_mean_a_car(world: wa.RoadNetwork) -> None:
    truck, car = wa.load_profile("truck"), wa.load_profile("car")
    assert car.speed_kmh == FAST_KMH
    assert truck.speed_kmh / (1 - uncertainty_of(world, truck).h_below) == pytest.approx(car.speed_kmh)


def test_a_difference_is_uncertain_only_over_what_the_ways_do_not_share(known: Uncertainty) -> None:
    whole = doubt_length(known, "distance", 172.0, 793.0, 965.0)
    parts = doubt_length(known, "distance", 172.0, 300.0, 472.0)
    assert parts.above < whole.above
    assert doubt_length(known, "distance", 0.0, 0.0, 0.0) == NO_DOUBT


@pytest.mark.parametrize(
    ("hedge", "share"),
    [
        (None, 0),
        ("just", 0),
        ("only", 0),
        ("about", 0.1),
        ("~", 0.1),
        ("or so", 0.1),
        ("just about", 0.1),
        ("some", 0.1),
    ],
)
def test_hedges(hedge: str | None, share: float) -> None:
    assert hedge_share(hedge) == share


def test_the_largest_of_the_three_is_used() -> None:
    assert tolerate(km(150, 5, hedge="about"), 172.0, Doubt(40.0, 8.0)) == Tolerance(5, 15.0, 8.0)
    assert tolerate(km(150, 5, hedge="about"), 172.0, Doubt(40.0, 8.0)).used == 15.0


@pytest.mark.parametrize(
    ("claimed", "computed", "agree"),
    [
        (km(155, 0.5), 155.4, True),
        (km(155, 0.5), 156.0, False),
        (km(150, 5, high=160), 156.0, True),
        (km(1000, 50), 960.0, True),
        (km(1000, 50), 707.0, False),
        (km(150, 5, bound="at least"), 900.0, True),
        (km(150, 5, bound="at least"), 144.0, False),
        (km(150, 5, bound="at most"), 10.0, True),
        (km(150, 5, bound="at most"), 156.0, False),
        (km(150, 5, hedge="about"), 164.0, True),
        (Quantity(0, 6, "duration", 48.0, 48.0, 12.0), 20.0, True),
        (Quantity(0, 6, "duration", 48.0, 48.0, 12.0), 3.0, False),
        (Quantity(0, 6, "duration", 12.0, 12.0, 6.0), 4.5, True),
        (Quantity(0, 6, "duration", 12.0, 12.0, 0.5), 4.5, False),
    ],
)
def test_agreement(claimed: Quantity, computed: float, agree: bool) -> None:
    assert agrees(claimed, computed, tolerate(claimed, computed, NO_DOUBT)) is agree


@given(
    claimed=st.floats(1, 1000),
    computed=st.floats(1, 1000),
    above=st.floats(0, 100),
    more=st.floats(0, 100),
)
def test_more_uncertainty_never_contradicts_what_was_supported(
    claimed: float, computed: float, above: float, more: float
) -> None:
    less, much = Doubt(above, above), Doubt(above + more, above + more)
    quantity = km(claimed, 0.5)
    if agrees(quantity, computed, tolerate(quantity, computed, less)):
        assert agrees(quantity, computed, tolerate(quantity, computed, much))
