"""The engine opened under closures, for what is asked beside the main path."""

from collections.abc import Sequence

from wayaround.closures.effects import ClosedRoads, apply_closures
from wayaround.closures.match import MatchedClosure
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import SnappedPoints
from wayaround.routing.metric import HierarchyEngine
from wayaround.routing.query import HierarchyQuery


def open_query(
    network: RoadNetwork, profile: Profile, in_force: Sequence[MatchedClosure], places: SnappedPoints
) -> tuple[ClosedRoads, HierarchyQuery]:
    """Weigh the roads and label the places.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    profile : Profile
        The vehicle.
    in_force : sequence of MatchedClosure
        The closures that apply.
    places : SnappedPoints
        Where journeys begin and end.

    Returns
    -------
    roads : ClosedRoads
        The weights.
    query : HierarchyQuery
        Answers for the places, by their rows.
    """
    roads = apply_closures(drive_times(network, profile), in_force)
    return roads, HierarchyEngine(network.hierarchy).customise(roads.weights).query(roads.terminals(places))
