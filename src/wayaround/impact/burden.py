"""Who bears it: by country of origin, of destination, and of the roads driven."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wayaround.demand.trips import Trips
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER, UNCHANGED
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Flows, LinkWeights, Skim, Terminals
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, Int64Array

METRES_PER_KM = 1000
TENTHS = (5, 9)


@dataclass(frozen=True, slots=True)
class Burden:
    """What one country bears.

    Parameters
    ----------
    by : str
        "origin" or "destination" of the journeys, or "roads": where the hours are driven.
    country : str
        ISO 3166 alpha-2 code.
    extra_weighted_h : float
        Extra hours times weight, over the pairs that still have a way. By roads this may be negative: traffic that
        left the country's roads.
    cut_off_weight : float or None
        Weight of the pairs that lost their way, those inside the zone included; None by roads.
    extra_weighted_units : float or None
        Extra cost times weight in units of money; None where the vehicle has no rates.
    extra_weighted_km : float
        Extra kilometres times weight. By roads: kilometres driven there after, less those before.
    people : int
        People of the country's places at which counted pairs begin, or end; 0 by roads, or where no number is known.
    median_h, p90_h : float or None
        Extra hours that half, and nine tenths, of the weight do not exceed, of the pairs that still have a way; None
        by roads, or where no weight is left.
    """

    by: str
    country: str
    extra_weighted_h: float
    cut_off_weight: float | None
    extra_weighted_units: float | None = None
    extra_weighted_km: float = 0.0
    people: int = 0
    median_h: float | None = None
    p90_h: float | None = None

    @property
    def extra_h_per_head(self) -> float | None:
        """Extra weighted hours for each of the people; None where nobody is known."""
        return self.extra_weighted_h / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One measure of one state of the roads: of links, of legs, and of pairs."""

    weights: LinkWeights
    terminals: Terminals
    skim: Skim


@dataclass(frozen=True, slots=True)
class Driven:
    """One state of the roads in time, in money where the vehicle has rates, and what drives."""

    time: Weighed
    money: Weighed | None
    flows: Flows


def measure_burden(
    network: RoadNetwork, trips: Trips, before: Driven, after: Driven, status: npt.NDArray[np.int8]
) -> tuple[Burden, ...]:
    """Burden of the counted pairs, largest first within each `by`.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    trips : Trips
        The pairs; those not counted stay out.
    before, after : Driven
        The two states; their flows hold the weights of exactly those counted pairs that have a way in both.
    status : (p,) ndarray of int8
        Row of `STATUSES` of each pair.
    """
    stays = trips.counted & ((status == UNCHANGED) | (status == LONGER))
    lost = trips.counted & ((status == CUT_OFF) | (status == INSIDE_ZONE))
    gone = _by_home(network, trips, np.where(lost, trips.weight, 0))
    extra_ds = _extra(network, trips, (before.time, after.time), (before.flows, after.flows), stays)
    extra_units = (
        None
        if before.money is None or after.money is None
        else _extra(network, trips, (before.money, after.money), (before.flows, after.flows), stays)
    )
    metres = (_in_metres(before.time), _in_metres(after.time))
    extra_m = _extra(network, trips, metres, (before.flows, after.flows), stays)
    people = _people_by_home(network, trips)
    middle = _quantiles_by_home(network, trips, after.time.skim.time_ds - before.time.skim.time_ds, stays)
    rows = [
        Burden(
            by,
            country,
            extra_ds.get((by, country), 0) / DECISECONDS_PER_HOUR / trips.quanta,
            None if by == "roads" else gone[by, country] / trips.quanta,
            None if extra_units is None else extra_units.get((by, country), 0) / trips.quanta,
            extra_m.get((by, country), 0) / METRES_PER_KM / trips.quanta,
            people.get((by, country), 0),
            *middle.get((by, country), (None, None)),
        )
        for by, country in dict.fromkeys((*extra_ds, *extra_m))
    ]
    return tuple(sorted(rows, key=lambda row: (row.by, -row.extra_weighted_h, row.country)))


def _extra(
    network: RoadNetwork,
    trips: Trips,
    measures: tuple[Weighed, Weighed],
    flows: tuple[Flows, Flows],
    stays: BoolArray,
) -> dict[tuple[str, str], int]:
    """Extra of one measure times weight, by account and country."""
    extra = _by_home(
        network, trips, np.where(stays, measures[1].skim.time_ds - measures[0].skim.time_ds, 0) * trips.weight
    )
    one, other = (
        _driven_by_country(network, trips, measure, flow, stays) for measure, flow in zip(measures, flows, strict=True)
    )
    for row, change in enumerate((other - one).tolist()):
        if change or one[row]:
            extra["roads", network.countries[row]] = change
    return extra


def _in_metres(driven: Weighed) -> Weighed:
    """Kilometres of the same roads and pairs in the place of their hours."""
    weights, legs, length_m = driven.weights, driven.terminals, driven.skim.length_m
    return Weighed(
        replace(weights, forward_ds=weights.length_m, backward_ds=weights.length_m),
        replace(
            legs,
            to_tail_ds=legs.tail_m,
            to_head_ds=legs.head_m,
            from_tail_ds=legs.tail_m,
            from_head_ds=legs.head_m,
        ),
        Skim(length_m, length_m),
    )


def _people_by_home(network: RoadNetwork, trips: Trips) -> dict[tuple[str, str], int]:
    """People of the places of the counted pairs by country, each place once."""
    home = countries_of_places(network, trips)
    total: Counter[tuple[str, str]] = Counter()
    for by, ends in (("origin", trips.origin), ("destination", trips.destination)):
        rows = np.unique(ends[trips.counted]).tolist()
        for place, country in {trips.places[row]: home[row] for row in rows}.items():
            total[by, country] += place.population
    return dict(total)


def _quantiles_by_home(
    network: RoadNetwork, trips: Trips, extra_ds: Int64Array, stays: BoolArray
) -> dict[tuple[str, str], tuple[float, ...]]:
    """Extra hours that so many `TENTHS` of the weight does not exceed, by account and country."""
    home = np.array(countries_of_places(network, trips))
    codes, home_code = np.unique(home, return_inverse=True)
    found = {}
    hit = np.flatnonzero(stays & (extra_ds != 0))
    hit = hit[np.argsort(extra_ds[hit], kind="stable")]
    for by, ends in (("origin", trips.origin), ("destination", trips.destination)):
        code = home_code[ends[hit]]
        order = hit[np.argsort(code, kind="stable")]
        first = np.searchsorted(np.sort(code), np.arange(len(codes) + 1))
        all_weight = np.zeros(len(codes), dtype=np.int64)
        np.add.at(all_weight, home_code[ends[stays]], trips.weight[stays])
        for row, country in enumerate(codes.tolist()):
            own = order[first[row] : first[row + 1]]
            still = int(all_weight[row]) - int(trips.weight[own].sum())
            at = int(np.searchsorted(extra_ds[own], 0))
            value, weight = np.insert(extra_ds[own], at, 0), np.insert(trips.weight[own], at, still)
            if all_weight[row]:
                upto = np.cumsum(weight)
                rows = [np.searchsorted(10 * upto, tenths * int(all_weight[row])) for tenths in TENTHS]
                found[by, country] = tuple(float(value[each]) / DECISECONDS_PER_HOUR for each in rows)
    return found


def _by_home(network: RoadNetwork, trips: Trips, value: Int64Array) -> dict[tuple[str, str], int]:
    """Sums by country of origin and of destination of the counted pairs."""
    home = countries_of_places(network, trips)
    total: Counter[tuple[str, str]] = Counter()
    for by, place in (("origin", trips.origin), ("destination", trips.destination)):
        of_place = np.zeros(len(trips.places), dtype=np.int64)
        np.add.at(of_place, place, value)
        for row in np.unique(place[trips.counted]).tolist():
            total[by, home[row]] += int(of_place[row])
    return dict(total)


def _driven_by_country(
    network: RoadNetwork, trips: Trips, driven: Weighed, flows: Flows, stays: BoolArray
) -> Int64Array:
    """A measure times weight on the roads of each country; adds up to the sum over the pairs' routes, exactly."""
    weights, legs = driven.weights, driven.terminals
    total = np.zeros(len(network.countries), dtype=np.int64)

    def add(flow: Int64Array, time_ds: Int64Array, link: Int64Array | slice) -> None:
        used = flow > 0
        np.add.at(total, np.asarray(network.link_country[link])[used], flow[used] * time_ds[used])

    add(flows.forward, weights.forward_ds, slice(None))
    add(flows.backward, weights.backward_ds, slice(None))
    add(flows.to_tail, legs.to_tail_ds, trips.snapped.link)
    add(flows.to_head, legs.to_head_ds, trips.snapped.link)
    add(flows.from_tail, legs.from_tail_ds, trips.snapped.link)
    add(flows.from_head, legs.from_head_ds, trips.snapped.link)
    short = np.flatnonzero(flows.direct & stays & (driven.skim.time_ds < UNREACHABLE))
    add(trips.weight[short], driven.skim.time_ds[short], trips.snapped.link[trips.origin[short]])
    return total


def countries_of_places(network: RoadNetwork, trips: Trips) -> Sequence[str]:
    """Country of each place: its own, or that of the road it snaps to."""
    roads = network.link_country[trips.snapped.link].tolist()
    return [place.country or network.countries[road] for place, road in zip(trips.places, roads, strict=True)]
