"""What a ranking or a plan is about: roads, journeys, vehicle, day, and the closures of that day."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wayaround.closures.closure import Closure
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.demand.trips import Trips
from wayaround.impact.queries import open_query
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.query import HierarchyQuery

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that is given before anything is closed or reopened.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    trips : Trips
        Who travels; of these the counted ones.
    profile : Profile
        The vehicle.
    day : datetime.date
        The day for which closures are in force.
    in_force : tuple of MatchedClosure
        The closures of that day for the party concerned, in the order in which they were given.
    """

    network: RoadNetwork
    trips: Trips
    profile: Profile
    day: datetime.date
    in_force: tuple[MatchedClosure, ...]

    def query(self, in_force: Sequence[MatchedClosure]) -> HierarchyQuery:
        """Ways between all places under some closures."""
        return open_query(self.network, self.profile, in_force, self.trips.snapped)[1]


def settle(
    network: RoadNetwork,
    trips: Trips,
    *,
    closures: Sequence[Closure],
    profile: Profile | str,
    date: datetime.date | None,
    party: str | None,
) -> Setting:
    """Load the vehicle, take today where no day is given, and match the closures; parameters as for `assess`."""
    day = date or datetime.date.today()
    matched = [match_closure(network, closure) for closure in closures]
    return Setting(
        network=network,
        trips=trips,
        profile=load_profile(profile) if isinstance(profile, str) else profile,
        day=day,
        in_force=tuple(each for each in matched if each.closure.reason_not_in_force(day, party) is None),
    )


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
