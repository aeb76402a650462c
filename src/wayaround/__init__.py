"""wayaround measures what a road closure costs, journey by journey.

Examples
--------
>>> import wayaround as wa
>>> network = wa.open_network("world-highways")
>>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
>>> trips = wa.named_trips(network, [["Damascus, SY", "Baghdad, IQ"]])
>>> impact = wa.assess(network, closures=[wa.Closure(zone, id="tanf-zone")], trips=trips)
>>> impact.pairs["status"].tolist()
['longer']
"""

from wayaround import cluster as cluster
from wayaround.assess import assess, assess_scenario
from wayaround.claims.check import check_claims
from wayaround.claims.read import read_claims
from wayaround.closures.charges import Charge
from wayaround.closures.closure import Closure, CrossingName, LinkIds, RoadPoint
from wayaround.closures.zone import Zone
from wayaround.compare.result import Comparison
from wayaround.compare.run import assess_variants, compare_scenarios
from wayaround.demand.places import Place, find_place
from wayaround.demand.trips import Trips, city_trips, file_trips, named_trips
from wayaround.errors import WayaroundError
from wayaround.hazard.result import HazardResult
from wayaround.hazard.sample import sample_hazard
from wayaround.impact.choice_model import ChoiceModel
from wayaround.impact.criticality import rank_links, rank_reopenings
from wayaround.impact.joint_losses import JointRanking, rank_link_pairs
from wayaround.impact.ranking import Ranking
from wayaround.impact.restoration import Restoration, plan_restoration
from wayaround.impact.result import Impact
from wayaround.network.catalogue import open_network
from wayaround.network.exchange.frames import NetworkFrames, export_network, to_geodataframes
from wayaround.network.exchange.gmns_reader import network_from_gmns
from wayaround.network.exchange.graphs import to_igraph, to_networkx
from wayaround.network.exchange.lines import network_from_geodataframe
from wayaround.network.exchange.osmnx_graph import network_from_osmnx
from wayaround.network.overrides import apply_overrides
from wayaround.network.profiles import Profile, load_profile, override_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.store import write_network
from wayaround.routes import TravelMatrix, find_alternatives, travel_matrix
from wayaround.scenario import Scenario, read_scenario
from wayaround.survey.run import Survey, survey_networks
from wayaround.sweep.result import Sweep
from wayaround.sweep.run import sweep_scenario
from wayaround.timeline.result import Timeline
from wayaround.timeline.run import assess_timeline

__version__ = "0.1.0"

__all__ = [
    "Charge",
    "ChoiceModel",
    "Closure",
    "Comparison",
    "CrossingName",
    "HazardResult",
    "Impact",
    "JointRanking",
    "LinkIds",
    "NetworkFrames",
    "Place",
    "Profile",
    "Ranking",
    "Restoration",
    "RoadNetwork",
    "RoadPoint",
    "Scenario",
    "Survey",
    "Sweep",
    "Timeline",
    "TravelMatrix",
    "Trips",
    "WayaroundError",
    "Zone",
    "apply_overrides",
    "assess",
    "assess_scenario",
    "assess_timeline",
    "assess_variants",
    "check_claims",
    "city_trips",
    "compare_scenarios",
    "export_network",
    "file_trips",
    "find_alternatives",
    "find_place",
    "load_profile",
    "named_trips",
    "network_from_geodataframe",
    "network_from_gmns",
    "network_from_osmnx",
    "open_network",
    "override_profile",
    "plan_restoration",
    "rank_link_pairs",
    "rank_links",
    "rank_reopenings",
    "read_claims",
    "read_scenario",
    "sample_hazard",
    "survey_networks",
    "sweep_scenario",
    "to_geodataframes",
    "to_igraph",
    "to_networkx",
    "travel_matrix",
    "write_network",
]
