"""Roads by what losing each costs: the result of a ranking."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from wayaround.demand.places import say_where
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.units import Int64Array

if TYPE_CHECKING:
    import geopandas as gpd

Unit = Literal["link", "section", "crossing", "closure"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Roads by what losing each costs, the dearest first: weight cut off, then extra weighted hours.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    unit : str
        What is lost at a time: links in series ("link"), parallel carriageways ("section"), a crossing, or, for what
        reopening gives back, a closure.
    profile, day, closures
        The vehicle, the day, and the closures in force throughout.
    names : tuple of str
        Name of each row.
    first, link : (rows + 1,) and (members,) ndarray of int64
        Links of each row, in compressed rows.
    cut_off_weight, extra_weighted_h, extra_weighted_km : (rows,) ndarray of float64
        Weight of the journeys left without a way; extra hours and kilometres times weight of those that keep one.
    cut_off_pairs, longer_pairs : (rows,) ndarray of int64
        Numbers of journeys.
    pairs : int
        Journeys in all.
    weighting : str
        Where the weights come from.
    """

    network: RoadNetwork
    unit: Unit
    profile: Profile
    day: datetime.date
    closures: tuple[str, ...]
    names: tuple[str, ...]
    first: Int64Array
    link: Int64Array
    cut_off_weight: npt.NDArray[np.float64]
    extra_weighted_h: npt.NDArray[np.float64]
    extra_weighted_km: npt.NDArray[np.float64]
    cut_off_pairs: Int64Array
    longer_pairs: Int64Array
    pairs: int
    weighting: str

    def __len__(self) -> int:
        return len(self.names)

    def links_of(self, row: int) -> Int64Array:
        """Links of a row."""
        return self.link[self.first[row] : self.first[row + 1]]

    def table(self, top: int | None = None) -> "gpd.GeoDataFrame":
        """The rows with their roads as geometry.

        Parameters
        ----------
        top : int, optional
            Only so many rows.

        Returns
        -------
        geopandas.GeoDataFrame
            Columns rank, name, near (a town), country, links, km, cut_off_weight, cut_off_pairs, extra_weighted_h,
            extra_weighted_km, longer_pairs and geometry in longitude and latitude.
        """
        import geopandas as gpd  # half a second that only tables need
        import shapely

        rows = range(len(self) if top is None else min(top, len(self)))
        links = [self.links_of(row) for row in rows]
        country = self.network.link_country
        length_m = np.asarray(self.network.link_length_m)
        lines = [shapely.MultiLineString(list(self.network.lines(own))) for own in links]
        middle = shapely.point_on_surface(np.array(lines, dtype=object))
        return gpd.GeoDataFrame(
            {
                "rank": [row + 1 for row in rows],
                "name": [self.names[row] for row in rows],
                "near": say_where(shapely.get_y(middle), shapely.get_x(middle)),
                "country": ["-".join(sorted({self.network.countries[each] for each in country[own]})) for own in links],
                "links": [own.tolist() for own in links],
                "km": [float(length_m[own].sum()) / 1000 for own in links],
                "cut_off_weight": self.cut_off_weight[: len(rows)],
                "cut_off_pairs": self.cut_off_pairs[: len(rows)],
                "extra_weighted_h": self.extra_weighted_h[: len(rows)],
                "extra_weighted_km": self.extra_weighted_km[: len(rows)],
                "longer_pairs": self.longer_pairs[: len(rows)],
            },
            geometry=lines,
            crs="EPSG:4326",
        )
