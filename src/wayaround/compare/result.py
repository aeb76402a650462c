"""The result of a comparison: cases, the journeys that all of them have, and whether their totals can be compared."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from wayaround.closures.match import MatchedClosure
from wayaround.impact.burden import countries_of_places
from wayaround.impact.detours import STATUSES
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.sweep.measure import Measured
from wayaround.units import DECISECONDS_PER_HOUR, hours, kilometres

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    *("case", "title", "origin", "destination", "status", "before_km", "after_km", "before_h", "after_h"),
    *("crossings_after", "against_first_km", "against_first_h"),
)
Ends = tuple[str, str]
"""Names of the origin and of the destination of a journey."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One scenario, measured.

    Parameters
    ----------
    name : str
        What tells it from the other cases.
    title : str
        Headline of the scenario.
    network, profile, day, party
        Roads, vehicle, and for when and whom closures were read.
    in_force : tuple of MatchedClosure
        Closures in force.
    measured : Measured
        What its journeys do.
    rows : dict
        Row of each named journey among those of `measured`.
    crossings : tuple of (tuple of str, tuple of str)
        Of each of these rows the crossings before and after.
    """

    name: str
    title: str
    network: RoadNetwork
    profile: Profile
    day: date
    party: str | None
    in_force: tuple[MatchedClosure, ...]
    measured: Measured
    rows: dict[Ends, int]
    crossings: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def fare(self, ends: Ends) -> tuple[float, float, float, float]:
        """Km before and after and hours before and after of a journey; NaN where there is no way."""
        row, measured = self.rows[ends], self.measured
        km = [float(kilometres(skim.length_m[row])) for skim in (measured.before, measured.after)]
        h = [float(hours(skim.time_ds[row])) for skim in (measured.before, measured.after)]
        return km[0], km[1], h[0], h[1]

    def burden(self) -> dict[str, tuple[float, float]]:
        """Extra weighted hours and weight cut off, by the country from which the counted pairs start."""
        trips, (extra_ds, lost) = self.measured.trips, self.measured.of_place
        home = countries_of_places(self.network, trips)
        total: dict[str, tuple[int, int]] = {}
        for row in np.unique(trips.origin[trips.counted]).tolist():
            so_far = total.get(home[row], (0, 0))
            total[home[row]] = so_far[0] + int(extra_ds[row]), so_far[1] + int(lost[row])
        return {
            country: (ds / DECISECONDS_PER_HOUR / trips.quanta, gone / trips.quanta)
            for country, (ds, gone) in sorted(total.items())
        }

    def status(self, ends: Ends) -> str:
        """Status of a journey, one of `STATUSES`."""
        return STATUSES[int(self.measured.status[self.rows[ends]])]

    def crossings_of(self, ends: Ends) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Crossings of a journey before and after."""
        return self.crossings[self.rows[ends]]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Cases side by side; differences are against the first.

    Parameters
    ----------
    cases : tuple of Case
        Two or more.
    journeys : tuple of (str, str)
        Named journeys that all cases have, in the order of the first.
    left_out : dict
        Named journeys that some cases lack: names of the cases that have them.
    totals_alike : bool
        Whether all cases count the same pairs, so that their totals can be compared.
    remarks : tuple of str
        What makes cases unlike besides closures, in sentences.
    seconds : dict
        Time of each stage.
    """

    cases: tuple[Case, ...]
    journeys: tuple[Ends, ...]
    left_out: dict[Ends, tuple[str, ...]]
    totals_alike: bool
    remarks: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.cases)

    def table(self) -> "pd.DataFrame":
        """All cases as a table, one row for each journey in each case.

        Returns
        -------
        pandas.DataFrame
            Columns case, title, origin, destination, status, before_km, after_km, before_h, after_h, crossings_after,
            against_first_km and against_first_h: after here less after in the first case. NaN where there is no way.
        """
        import pandas as pd  # half a second that only tables need

        rows = []
        for case in self.cases:
            for ends in self.journeys:
                before_km, after_km, before_h, after_h = case.fare(ends)
                _, first_km, _, first_h = self.cases[0].fare(ends)
                rows.append(
                    {
                        "case": case.name,
                        "title": case.title,
                        "origin": ends[0],
                        "destination": ends[1],
                        "status": case.status(ends),
                        "before_km": before_km,
                        "after_km": after_km,
                        "before_h": before_h,
                        "after_h": after_h,
                        "crossings_after": ", ".join(case.crossings_of(ends)[1]),
                        "against_first_km": after_km - first_km,
                        "against_first_h": after_h - first_h,
                    }
                )
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def differ(self, ends: Ends) -> bool:
        """Whether a journey does not fare alike in all cases."""
        fares = [(case.fare(ends)[1::2], case.status(ends), case.crossings_of(ends)[1]) for case in self.cases]
        return any(
            status != fares[0][1] or names != fares[0][2] or not np.array_equal(fare, fares[0][0], equal_nan=True)
            for fare, status, names in fares
        )
