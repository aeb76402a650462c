"""The result of an assessment: what every table, map and report is made of."""

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from wayaround.closures.match import MatchedClosure
from wayaround.demand.trips import Trips
from wayaround.impact.access import Access
from wayaround.impact.burden import Burden
from wayaround.impact.costs import Costs
from wayaround.impact.detours import STATUSES, Journey
from wayaround.impact.equity import Equity
from wayaround.impact.route_choice import RouteChoice
from wayaround.impact.traffic import Traffic
from wayaround.impact.turning import Turning
from wayaround.network.profiles import Profile
from wayaround.network.road_network import Crossing, Join, RoadNetwork
from wayaround.routing.terminals import Skim
from wayaround.units import Int64Array, hours, kilometres

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from wayaround.impact.uncertainty import Uncertainty
    from wayaround.reports.widget.explorer import ImpactExplorer


BURDEN_BY = ("country", "origin", "destination", "roads")
BURDEN_COLUMNS = (
    *("by", "country", "extra_weighted_h", "cut_off_weight", "extra_weighted_km", "people"),
    *("extra_h_per_head", "median_h", "p90_h"),
)


@dataclass(frozen=True, slots=True)
class ClosureReport:
    """What became of one closure.

    Parameters
    ----------
    matched : MatchedClosure
        The closure and its links.
    links_closed : int
        Links shut, slowed or delayed.
    km_closed : float
        Their length in kilometres; of a link that only passes through, all of it.
    in_force : bool
        Whether it applies after.
    verified_shut : bool or None
        Whether a walk along every open road found no way into the zone; None where there is nothing to verify.
    warnings : tuple of str
        What a reader should know.
    """

    matched: MatchedClosure
    links_closed: int
    km_closed: float
    in_force: bool
    verified_shut: bool | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrossingReport:
    """A crossing and how many pairs pass it before and after.

    `state` is that after: open, shut, delayed, slowed, or partly open where its links differ.
    """

    crossing: Crossing
    state: str
    pairs_before: int
    pairs_after: int


@dataclass(frozen=True, slots=True)
class JoinReport:
    """A join that routes use, and how many pairs do before and after."""

    join: Join
    pairs_before: int
    pairs_after: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Before and after of all journeys, with the assumptions.

    Parameters
    ----------
    title : str
        Headline of the scenario.
    network : RoadNetwork
        The network used, without its joins where the scenario says so.
    profile : Profile
        The vehicle.
    day : datetime.date
        The day for which closures are in force.
    party : str or None
        Whom closures were read for.
    closures : tuple of ClosureReport
        All closures of the scenario.
    crossings : tuple of CrossingReport
        Crossings that are used, closed, or named between the countries concerned.
    joins : tuple of JoinReport
        Joins that routes use.
    trips : Trips
        The pairs.
    before, after : Skim
        Times and lengths of all pairs; after, a pair inside a zone has none.
    status : (p,) ndarray of int8
        Row of `STATUSES`.
    journeys : tuple of Journey
        Named pairs and the worst hundred others, with routes.
    burdens : tuple of Burden
        Who bears it.
    choice : RouteChoice
        Ways and shares of the pairs that a model of route choice is applied to.
    traffic : Traffic
        What drives each link before and after, under that model.
    costs : Costs or None
        Money, where the vehicle has rates; routes are then the cheapest.
    equity : Equity or None
        How unevenly the burden falls.
    turnings : tuple of Turning
        What a change of 5 % would overturn of the headline's journeys.
    access : Access or None
        Who reaches the facilities that the scenario asks for.
    uncertainty : Uncertainty or None
        How sure the figures are.
    seconds : dict
        Time of each stage.
    """

    title: str
    network: RoadNetwork
    profile: Profile
    day: datetime.date
    party: str | None
    closures: tuple[ClosureReport, ...]
    crossings: tuple[CrossingReport, ...]
    joins: tuple[JoinReport, ...]
    trips: Trips
    before: Skim
    after: Skim
    status: npt.NDArray[np.int8]
    journeys: tuple[Journey, ...]
    burdens: tuple[Burden, ...]
    choice: RouteChoice
    traffic: Traffic
    costs: Costs | None = None
    equity: Equity | None = None
    turnings: tuple[Turning, ...] = ()
    access: Access | None = None
    uncertainty: "Uncertainty | None" = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def routed(self) -> tuple[Int64Array, Int64Array]:
        """What was routed by, before and after: units of money where there are rates, else deciseconds."""
        if self.costs is not None:
            return self.costs.before, self.costs.after
        return self.before.time_ds, self.after.time_ds

    @property
    def pairs(self) -> "pd.DataFrame":
        """All pairs as a table.

        Returns
        -------
        pandas.DataFrame
            Columns origin, destination, weight, before_km, after_km, extra_km, before_h, after_h, extra_h, status,
            named; NaN where there is no way. Where the vehicle has rates, also before_cost, after_cost and extra_cost.
        """
        return self._table(slice(None))

    def journeys_using(self, road: str) -> "pd.DataFrame":
        """Journeys that use a link, a section or a crossing before or after, the heaviest first.

        Parameters
        ----------
        road : str
            ``link:ID``, ``section:ID`` (the link and what runs within 300 m beside it) or ``crossing:NAME``.

        Returns
        -------
        pandas.DataFrame
            The columns of `pairs`, and used_before and used_after (bool).

        Raises
        ------
        ScenarioError
            A text of another form.
        LinkNotFound, CrossingNotFound
            The network has no such link or crossing.

        Examples
        --------
        >>> import wayaround as wa
        >>> network = wa.open_network("world-highways")
        >>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
        >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
        >>> impact = wa.assess(network, closures=[wa.Closure(zone, id="tanf-zone")], trips=trips)
        >>> impact.journeys_using("crossing:Nasib-Jaber")[["used_before", "used_after"]].values.tolist()
        [[False, True]]
        """
        from wayaround.impact.using import measure_use

        (use,) = measure_use(self, [road])
        rows = use.rows(self.trips)
        return self._table(rows).assign(used_before=use.before[rows], used_after=use.after[rows])

    def _table(self, rows: Int64Array | slice) -> "pd.DataFrame":
        import pandas as pd  # half a second that only tables need

        names = np.array([place.name for place in self.trips.places], dtype=object)
        before_km, after_km = kilometres(self.before.length_m[rows]), kilometres(self.after.length_m[rows])
        before_h, after_h = hours(self.before.time_ds[rows]), hours(self.after.time_ds[rows])
        money = {}
        if self.costs is not None:
            before_cost, after_cost = (self.costs.money(units[rows]) for units in (self.costs.before, self.costs.after))
            money = {"before_cost": before_cost, "after_cost": after_cost, "extra_cost": after_cost - before_cost}
        return pd.DataFrame(
            {
                "origin": names[self.trips.origin[rows]],
                "destination": names[self.trips.destination[rows]],
                "weight": self.trips.weight[rows] / self.trips.quanta,
                "before_km": before_km,
                "after_km": after_km,
                "extra_km": after_km - before_km,
                "before_h": before_h,
                "after_h": after_h,
                "extra_h": after_h - before_h,
                **money,
                "status": np.array(STATUSES, dtype=object)[self.status[rows]],
                "named": self.trips.named[rows],
            }
        )

    def burden(self, by: str = "country") -> "pd.DataFrame":
        """Burden by country.

        Parameters
        ----------
        by : {"country", "origin", "destination", "roads"}
            One of the three accounts, or with "country" all of them.

        Returns
        -------
        pandas.DataFrame
            Columns by, country, extra_weighted_h, cut_off_weight, extra_weighted_km, people, extra_h_per_head,
            median_h, p90_h, and extra_weighted_cost where the vehicle has rates.

        Raises
        ------
        ValueError
            Another word.
        """
        import pandas as pd

        if by not in BURDEN_BY:
            raise ValueError(f'there is no burden by "{by}"; choose from {", ".join(BURDEN_BY)}.')
        table = pd.DataFrame(
            [[getattr(row, name) for name in BURDEN_COLUMNS] for row in self.burdens], columns=list(BURDEN_COLUMNS)
        )
        if self.costs is not None:
            per_one = float(self.costs.scale.per_one)
            table["extra_weighted_cost"] = [(row.extra_weighted_units or 0.0) / per_one for row in self.burdens]
        return table if by == "country" else table[table["by"] == by].reset_index(drop=True)

    def count(self, status: int) -> int:
        """Number of counted pairs of a status."""
        return int(np.count_nonzero((self.status == status) & self.trips.counted))

    def plot(self) -> "Figure":
        """Map of the closures and of the routes before and after, as a Matplotlib figure."""
        from wayaround.reports.maps import draw_map

        return draw_map(self)

    def explore(self) -> "ImpactExplorer":
        """Map and tables to move about in, as a widget of a notebook.

        Returns
        -------
        ImpactExplorer
            Its `selected` holds the rows of `pairs` whose routes are drawn; setting it draws others.

        Raises
        ------
        PackageMissing
            The extra `notebook` is not installed.
        """
        from wayaround.reports.widget.open import open_explorer

        return open_explorer(self)
