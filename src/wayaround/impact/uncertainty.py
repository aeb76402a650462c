"""How sure the figures are: the same journeys on roads whose speeds, waits and lengths are drawn anew.

A sample draws one factor on the speeds and one on the lengths of all links of a class in a country, and one on the
waits of each closure. Errors of single links would average out over a long way; what is wrong with a map or a profile
is wrong for a whole class of roads at once. Before and after are measured on the same draw, so the difference is not
blurred by what both share.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wayaround.closures.charges import MatchedCharge
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import MatchedClosure
from wayaround.demand.trips import Trips
from wayaround.impact.costs import open_priced_states, open_states
from wayaround.impact.detours import LONGER, UNCHANGED
from wayaround.impact.result import Impact
from wayaround.network.profiles import drive_times
from wayaround.network.rates import MOST_DECIMALS
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.engine import make_engine
from wayaround.routing.terminals import LinkWeights, Skim
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, FloatArray, Int64Array

LOW, HIGH = 0.05, 0.95
MOST_JOURNEYS = 20
MOST_PAIRS = 250_000
"""Totals of more pairs than these are not sampled."""

SPEED, LENGTH, WAIT = range(3)
"""Streams of the random numbers of a sample."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How wrong the inputs may be: each factor is ``exp(share * z)`` with `z` standard normal, so its median is 1.

    Parameters
    ----------
    speed, wait, length : float
        Standard deviation of the logarithm of a factor: with 0.1 two thirds of the draws lie within about 10 %.
    samples : int
        How many draws.
    seed : int
        The same seed gives the same draws.
    """

    speed: float = 0.0
    wait: float = 0.0
    length: float = 0.0
    samples: int = 100
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and the 5 % and 95 % quantiles of its samples.

    Quantiles lie between two samples where the share does, linearly.
    """

    point: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class JourneyInterval:
    """How sure one named journey is; a figure is None where a way is missing, before or after.

    Parameters
    ----------
    pair : int
        Row of the trips.
    extra_km, extra_h, extra_cost : Interval or None
        After less before; `extra_cost` also None where the vehicle has no rates.
    longer_share : float or None
        Share of the samples in which the way after takes longer, or costs more, than that before.
    """

    pair: int
    extra_km: Interval | None
    extra_h: Interval | None
    extra_cost: Interval | None
    longer_share: float | None


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Intervals of the headline figures.

    Parameters
    ----------
    model : ErrorModel
        What was drawn.
    journeys : tuple of JourneyInterval
        Up to twenty named journeys.
    extra_weighted_h, extra_weighted_km, extra_weighted_cost : Interval or None
        Of all counted pairs that keep a way; None where there are more than 250,000 pairs, and costs without rates.
    """

    model: ErrorModel
    journeys: tuple[JourneyInterval, ...]
    extra_weighted_h: Interval | None
    extra_weighted_km: Interval | None
    extra_weighted_cost: Interval | None


def measure_uncertainty(
    impact: Impact, model: ErrorModel, *, progress: Progress | None = None, order: Sequence[int] | None = None
) -> Uncertainty:
    """Sample speeds, waits and lengths, and measure the journeys of an assessment on each draw.

    Parameters
    ----------
    impact : Impact
        The point of the intervals.
    model : ErrorModel
        How wrong the inputs may be.
    progress : callable, optional
        Told how far the work is.
    order : sequence of int, optional
        Order in which the samples are measured; it changes nothing.

    Returns
    -------
    Uncertainty

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    >>> impact = wa.assess(network, closures=[wa.Closure(zone)], trips=trips)
    >>> sure = measure_uncertainty(impact, ErrorModel(samples=20)).journeys[0].extra_km
    >>> sure.low == sure.point == sure.high
    True
    """
    named = np.flatnonzero(impact.trips.named)[:MOST_JOURNEYS]
    counted = np.flatnonzero(impact.trips.counted)
    totals = len(counted) <= MOST_PAIRS
    rows = np.union1d(named, counted) if totals else named
    trips = replace(
        impact.trips,
        origin=impact.trips.origin[rows],
        destination=impact.trips.destination[rows],
        weight=impact.trips.weight[rows],
        counted=impact.trips.counted[rows],
        named=impact.trips.named[rows],
    )
    status = impact.status[rows]
    base = drive_times(impact.network, impact.profile)
    group, groups = group_links(impact.network)
    matched = [report.matched for report in impact.closures if report.in_force]
    charges = [] if impact.costs is None else [each for each, reason in impact.costs.charges if reason is None]
    chosen = np.searchsorted(rows, named)
    stays = (status == UNCHANGED) | (status == LONGER)
    drawn = np.zeros((model.samples, len(named), 4))
    summed = np.zeros((model.samples, 3))
    for done, sample in enumerate(range(model.samples) if order is None else order):
        if progress is not None:
            progress("sampling speeds, waits and lengths", done, model.samples)
        weights = draw_weights(base, group, groups, model, sample)
        extra, longer = _extra(impact, trips, weights, draw_waits(matched, model, sample), charges)
        drawn[sample, :, :3], drawn[sample, :, 3] = extra[chosen], longer[chosen]
        kept = trips.counted & stays
        summed[sample] = _weigh(extra[kept], trips.weight[kept]) / trips.quanta
    point = _point(impact, rows)
    whole = _weigh(point[trips.counted & stays], trips.weight[trips.counted & stays]) / trips.quanta
    priced = impact.costs is not None
    sums = [_interval(whole[row], summed[:, row]) if totals and (row < 2 or priced) else None for row in range(3)]
    return Uncertainty(
        model=model,
        journeys=tuple(
            _journey(int(pair), stays[chosen[row]], point[chosen[row]], drawn[:, row], priced)
            for row, pair in enumerate(named.tolist())
        ),
        extra_weighted_km=sums[0],
        extra_weighted_h=sums[1],
        extra_weighted_cost=sums[2],
    )


def group_links(network: RoadNetwork) -> tuple[Int64Array, int]:
    """Country and class of each link as one number, and how many such numbers there are."""
    country = np.asarray(network.link_country, dtype=np.int64)
    classes = 1
    if network.attributes is not None:
        road_class = np.asarray(network.attributes.road_class, dtype=np.int64)
        classes = 1 << 8
        country = country * classes + (road_class & 0xFF)
    return country, len(network.countries) * classes


def draw_weights(base: LinkWeights, group: Int64Array, groups: int, model: ErrorModel, sample: int) -> LinkWeights:
    """Weights of one sample: a slower class of roads takes longer, and so does one that is longer than mapped."""
    length = np.exp(model.length * _normal(model, sample, LENGTH, groups))[group]
    time = length * np.exp(-model.speed * _normal(model, sample, SPEED, groups))[group]
    forward_ds = _scale(base.forward_ds, time)
    backward_ds = forward_ds if base.backward_ds is base.forward_ds else _scale(base.backward_ds, time)
    return replace(base, forward_ds=forward_ds, backward_ds=backward_ds, length_m=_scale(base.length_m, length))


def draw_waits(matched: Sequence[MatchedClosure], model: ErrorModel, sample: int) -> list[MatchedClosure]:
    """Closures of one sample, each with all its waits longer or shorter by one factor of its own."""
    return [
        replace(
            each,
            wait_factor=float(
                np.exp(model.wait * _normal(model, sample, WAIT, 1, zlib.crc32(each.closure.id.encode()))[0])
            ),
        )
        for each in matched
    ]


def _normal(model: ErrorModel, sample: int, stream: int, count: int, key: int = 0) -> FloatArray:
    """Numbers that depend on seed, sample and what they are for alone, not on what was drawn before."""
    drawn: FloatArray = np.random.default_rng([model.seed, sample, stream, key]).standard_normal(count)
    return drawn


def _scale(value: Int64Array, factor: FloatArray) -> Int64Array:
    return np.where(value >= UNREACHABLE, UNREACHABLE, np.rint(value * factor).astype(np.int64))


def _extra(
    impact: Impact,
    trips: Trips,
    weights: LinkWeights,
    matched: Sequence[MatchedClosure],
    charges: Sequence[MatchedCharge],
) -> tuple[FloatArray, BoolArray]:
    """Extra km, hours and cost of the pairs in one sample, and whether what was routed by grew."""
    roads = (
        apply_closures(weights, [each for each in matched if each.closure.baseline]),
        apply_closures(weights, matched),
    )
    engine = make_engine(impact.network.hierarchy)
    rates = impact.profile.rates
    states = (
        open_states(engine, roads, trips)
        if rates is None
        else open_priced_states(engine, roads, trips, rates=rates, charges=charges, finest=_decimals(impact))
    )
    skims = [state.query.skim(trips.origin, trips.destination) for state in states]
    measured = [state.measure(trips, skim) for state, skim in zip(states, skims, strict=True)]
    routed = skims[1].time_ds - skims[0].time_ds
    priced = states[0].priced
    cost = np.zeros(len(trips)) if priced is None else routed / float(priced.scale.per_one)
    longer: BoolArray = routed > 0
    return np.column_stack([*_km_and_h(measured[0], measured[1]), cost]), longer


def _decimals(impact: Impact) -> int:
    """Decimals that fitted the engine without errors: no draw need be tried with more."""
    return MOST_DECIMALS if impact.costs is None else impact.costs.scale.decimals


def _point(impact: Impact, rows: Int64Array) -> FloatArray:
    """The same of the assessment itself."""
    before, after = (Skim(skim.time_ds[rows], skim.length_m[rows]) for skim in (impact.before, impact.after))
    cost = np.zeros(len(rows))
    if impact.costs is not None:
        cost = (impact.costs.after[rows] - impact.costs.before[rows]) / float(impact.costs.scale.per_one)
    return np.column_stack([*_km_and_h(before, after), cost])


def _km_and_h(before: Skim, after: Skim) -> tuple[FloatArray, FloatArray]:
    return (after.length_m - before.length_m) / 1000, (after.time_ds - before.time_ds) / DECISECONDS_PER_HOUR


def _weigh(extra: FloatArray, weight: Int64Array) -> FloatArray:
    total: FloatArray = (extra * weight[:, None]).sum(axis=0)
    return total


def _interval(point: float, samples: FloatArray) -> Interval:
    low, high = np.quantile(samples, [LOW, HIGH])
    return Interval(float(point), float(low), float(high))


def _journey(pair: int, stays: bool, point: FloatArray, drawn: FloatArray, priced: bool) -> JourneyInterval:
    if not stays:
        return JourneyInterval(pair, None, None, None, None)
    km, h, cost = (_interval(point[row], drawn[:, row]) for row in range(3))
    return JourneyInterval(pair, km, h, cost if priced else None, float(drawn[:, 3].mean()))
