"""What each place of an assessment bears on average over its journeys, those from it and those to it."""

from dataclasses import dataclass

import numpy as np

from wayaround.closures.effects import apply_closures
from wayaround.impact.detours import CUT_OFF, LONGER, UNCHANGED
from wayaround.impact.result import Impact
from wayaround.network.profiles import drive_times
from wayaround.units import DECISECONDS_PER_HOUR, BoolArray, FloatArray, Int64Array

__all__ = ["PlaceLosses", "measure_place_losses"]


@dataclass(frozen=True, slots=True)
class PlaceLosses:
    """What places bear, one row a place of the trips.

    Parameters
    ----------
    extra_h : (n,) ndarray of float64
        Hours by which the journeys from and to a place take longer on average, by weight, among those that still
        have a way; NaN where none has.
    lost : (n,) ndarray of float64
        Share by weight of its journeys that have no way left; NaN where it had none.
    inside : (n,) ndarray of bool
        Places in what is shut; the journeys from and to them are in no other number.
    journeys : (n,) ndarray of int64
        Counted pairs that begin or end at the place.
    """

    extra_h: FloatArray
    lost: FloatArray
    inside: BoolArray
    journeys: Int64Array


def measure_place_losses(impact: Impact) -> PlaceLosses:
    """Measure what each place bears.

    Parameters
    ----------
    impact : Impact
        The result of an assessment; pairs that are not counted stay out.

    Returns
    -------
    PlaceLosses
        Equal to what the service says of the same cities.

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    >>> impact = wa.assess(network, closures=[wa.Closure(zone, id="tanf-zone")], trips=trips)
    >>> measure_place_losses(impact).extra_h.round(2).tolist()
    [1.81, 1.81]
    """
    trips, status, count = impact.trips, impact.status, len(impact.trips.places)
    weight = np.where(trips.counted, trips.weight, 0)
    stays = (status == UNCHANGED) | (status == LONGER)
    extra_ds = np.where(stays, impact.after.time_ds - impact.before.time_ds, 0)

    def of_places(amount: Int64Array) -> Int64Array:
        total = np.zeros(count, dtype=np.int64)
        for end in (trips.origin, trips.destination):
            np.add.at(total, end, amount)
        return total

    driven = of_places(np.where(stays, weight, 0))
    gone = of_places(np.where(status == CUT_OFF, weight, 0))
    with np.errstate(invalid="ignore"):  # 0 / 0 is a place without such a journey
        extra_h = of_places(weight * extra_ds) / driven / DECISECONDS_PER_HOUR
        lost = gone / (driven + gone)
    in_force = [report.matched for report in impact.closures if report.in_force]
    roads = apply_closures(drive_times(impact.network, impact.profile), in_force)
    return PlaceLosses(extra_h, lost, roads.inside(trips.snapped), of_places(trips.counted.astype(np.int64)))
