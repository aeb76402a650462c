"""What sampled closures cost: the samples and what follows from them."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wayaround.demand.trips import Trips
from wayaround.hazard.draw import Hazard
from wayaround.hazard.estimate import Estimate, bound_chance
from wayaround.hazard.footprint import Footprint
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.units import FloatArray, Int64Array

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class HazardResult:
    """Samples of a hazard, and estimates with intervals that hold whenever sampling stops.

    Parameters
    ----------
    network, trips, profile, day, closures
        The roads, who travels, the vehicle, the day, and the closures in force throughout.
    hazard : Hazard
        What is lost and how.
    footprints : tuple of Footprint
        The polygons; empty where there are none.
    without_road : tuple of str
        Polygons that meet no road.
    said : str
        How roads are lost, in words.
    seed : int
        Of all random numbers.
    confidence, half_width : float
        Asked: confidence of the intervals, and the share of a mean that half its interval should not exceed.
    most : int
        Asked: samples at most.
    settled : bool
        Whether the intervals became as small as asked.
    roads_lost, cut_off_pairs, longer_pairs : (samples,) ndarray of int64
        Of each sample.
    cut_off_weight, extra_weighted_h : (samples,) ndarray of float64
        Of each sample, as in `Ranking`.
    extra, cut_off : Estimate
        Mean of extra weighted hours and of weight cut off.
    place_hits : (places,) ndarray of int64
        In how many samples each place was cut off: of its journeys, by weight, more than half had no way left.
    place_lost_share : (places,) ndarray of float64
        Mean share by weight of its journeys that have no way left.
    """

    network: RoadNetwork
    trips: Trips
    profile: Profile
    day: datetime.date
    closures: tuple[str, ...]
    hazard: Hazard
    footprints: tuple[Footprint, ...]
    without_road: tuple[str, ...]
    said: str
    seed: int
    confidence: float
    half_width: float
    most: int
    settled: bool
    roads_lost: Int64Array
    cut_off_pairs: Int64Array
    longer_pairs: Int64Array
    cut_off_weight: FloatArray
    extra_weighted_h: FloatArray
    extra: Estimate
    cut_off: Estimate
    place_hits: Int64Array
    place_lost_share: FloatArray

    def __len__(self) -> int:
        return len(self.roads_lost)

    @property
    def pairs(self) -> int:
        """Journeys in all."""
        return int(np.count_nonzero(self.trips.counted))

    @property
    def weighting(self) -> str:
        """Where their weights come from."""
        return self.trips.weighting

    @property
    def any_cut_off(self) -> Estimate:
        """Chance that any journey is left without a way."""
        return self._chance(int(np.count_nonzero(self.cut_off_pairs)))

    @property
    def any_loss(self) -> Estimate:
        """Chance that any journey is longer or left without a way."""
        return self._chance(int(np.count_nonzero(self.cut_off_pairs + self.longer_pairs)))

    def exceedance(self, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Chance that a sampled figure is above each of its own values, with bounds at each by itself.

        Parameters
        ----------
        values : (n,) ndarray of float64
            `extra_weighted_h` or `cut_off_weight`, sorted.

        Returns
        -------
        chance, low, high : (n,) ndarray of float64
        """
        above = len(values) - np.searchsorted(values, values, side="right")
        return above / len(values), *bound_chance(above, len(values), confidence=self.confidence)

    def samples(self) -> "pd.DataFrame":
        """The samples in their order.

        Returns
        -------
        pandas.DataFrame
            Columns sample, roads_lost, cut_off_weight, cut_off_pairs, extra_weighted_h and longer_pairs.
        """
        import pandas as pd

        names = ("roads_lost", "cut_off_weight", "cut_off_pairs", "extra_weighted_h", "longer_pairs")
        return pd.DataFrame({"sample": np.arange(len(self)), **{name: getattr(self, name) for name in names}})

    def places(self) -> "pd.DataFrame":
        """The places by their chance to be cut off, the greatest first.

        Returns
        -------
        pandas.DataFrame
            Columns place, lat, lon, cut_off_samples, chance, low, high and lost_share.
        """
        import pandas as pd

        low, high = bound_chance(self.place_hits, len(self), confidence=self.confidence)
        table = pd.DataFrame(
            {
                "place": [place.name for place in self.trips.places],
                "lat": [place.lat for place in self.trips.places],
                "lon": [place.lon for place in self.trips.places],
                "cut_off_samples": self.place_hits,
                "chance": self.place_hits / len(self),
                "low": low,
                "high": high,
                "lost_share": self.place_lost_share,
            }
        )
        order = np.lexsort((np.arange(len(table)), -self.place_lost_share, -self.place_hits))
        return table.iloc[order].reset_index(drop=True)

    def _chance(self, hits: int) -> Estimate:
        low, high = bound_chance(hits, len(self), confidence=self.confidence)
        return Estimate(hits / len(self), float(low[0]), float(high[0]))
