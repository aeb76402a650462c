"""Who bears it: by country of origin, of destination, and of the roads driven."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wayaround.demand.trips import Trips
from wayaround.impact.detours import CUT_OFF, INSIDE_ZONE, LONGER, UNCHANGED
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import Flows, LinkWeights, Skim, Terminals
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE, BoolArray, Int64Array


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
    """

    by: str
    country: str
    extra_weighted_h: float
    cut_off_weight: float | None


@dataclass(frozen=True, slots=True)
class Driven:
    """Everything that is known of one state of the roads: weights, legs, skim and flows."""

    weights: LinkWeights
    terminals: Terminals
    skim: Skim
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
    extra_ds = np.where(stays, after.skim.time_ds - before.skim.time_ds, 0) * trips.weight
    home = countries_of_places(network, trips)
    rows = []
    for by, place in (("origin", trips.origin), ("destination", trips.destination)):
        extra_of_place, lost_of_place = np.zeros((2, len(trips.places)), dtype=np.int64)
        np.add.at(extra_of_place, place, extra_ds)
        np.add.at(lost_of_place, place[lost], trips.weight[lost])
        hours: Counter[str] = Counter()
        gone: Counter[str] = Counter()
        for row in np.unique(place[trips.counted]).tolist():
            hours[home[row]] += int(extra_of_place[row])
            gone[home[row]] += int(lost_of_place[row])
        rows += [
            Burden(by, country, total / DECISECONDS_PER_HOUR / trips.quanta, gone[country] / trips.quanta)
            for country, total in hours.items()
        ]
    driven_before = _driven_by_country(network, trips, before, stays)
    driven_after = _driven_by_country(network, trips, after, stays)
    rows += [
        Burden("roads", network.countries[row], int(change) / DECISECONDS_PER_HOUR / trips.quanta, None)
        for row, change in enumerate((driven_after - driven_before).tolist())
        if change or driven_before[row]
    ]
    return tuple(sorted(rows, key=lambda row: (row.by, -row.extra_weighted_h, row.country)))


def _driven_by_country(network: RoadNetwork, trips: Trips, driven: Driven, stays: BoolArray) -> Int64Array:
    """Deciseconds times weight on the roads of each country; adds up to the sum over the pairs, exactly."""
    flows, weights, legs = driven.flows, driven.weights, driven.terminals
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
