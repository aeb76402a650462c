"""What commands over all journeys begin with: a scenario, or a network with its largest cities."""

import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from wayaround.assess import load_scenario_profile, open_scenario_network
from wayaround.closures.closure import Closure
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import Trips, largest_city_trips, read_trips
from wayaround.errors import ScenarioError
from wayaround.impact.lost_groups import MOST_PLACES
from wayaround.network.catalogue import open_network
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import read_scenario


class Unit(StrEnum):
    """What is lost at a time."""

    link = "link"
    section = "section"
    crossing = "crossing"


class Given(NamedTuple):
    """What is given, named as the parameters of the functions that take it."""

    network: RoadNetwork
    trips: Trips
    closures: tuple[Closure, ...]
    profile: Profile
    date: datetime.date
    party: str | None


def check_given(command: str, scenario: Path | None, network: str | None, cities: int | None) -> None:
    """Refuse what is neither a scenario nor a network with cities, before anything is opened.

    Raises
    ------
    ScenarioError
        Both or neither, or more cities than can be held.
    """
    if (scenario is None) == (network is None) or (network is None) != (cities is None):
        raise ScenarioError(f"{command} takes a scenario file, or --network together with --cities.")
    if cities is not None and cities > MOST_PLACES:
        raise ScenarioError(f"--cities {cities} is too many: ranking holds matrices of at most {MOST_PLACES:,} places.")


def read_given(scenario: Path | None, network: str | None, cities: int | None) -> Given:
    """Open the network, and read the rest from the scenario where there is one."""
    today = datetime.date.today()
    if scenario is None:
        assert network is not None
        assert cities is not None
        roads = open_network(network)
        return Given(roads, largest_city_trips(roads, cities), (), load_profile("truck"), today, None)
    entry = read_scenario(scenario)
    roads = open_scenario_network(entry)
    profile = load_scenario_profile(entry)
    closures, trips = read_closures(entry), read_trips(entry, roads, profile=profile)
    return Given(roads, trips, closures, profile, entry.date or today, entry.party)
