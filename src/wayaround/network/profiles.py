"""Vehicles: how fast each drives where the network does not say."""

import difflib
import tomllib
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from wayaround.errors import ProfileNotFound
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.terminals import LinkWeights
from wayaround.units import travel_time_ds


@dataclass(frozen=True, slots=True)
class Profile:
    """A vehicle.

    Parameters
    ----------
    name : str
        Name in the package, or that of the profile overridden.
    speed_kmh : float
        Speed on a link without a speed of its own, in km/h.
    """

    name: str
    speed_kmh: float


def load_profile(name: str) -> Profile:
    """Profile by name.

    Raises
    ------
    ProfileNotFound
        Naming the nearest one.

    Examples
    --------
    >>> load_profile("truck")
    Profile(name='truck', speed_kmh=75.0)
    """
    known = {entry.name.removesuffix(".toml"): entry for entry in (files("wayaround.data") / "profiles").iterdir()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise ProfileNotFound(f'no profile is called "{name}"; the nearest is "{near}".', ids=[name])
    return Profile(name=name, **tomllib.loads(known[name].read_text(encoding="utf-8")))


def drive_times(network: RoadNetwork, profile: Profile) -> LinkWeights:
    """Weights of a network without closures: each link at the profile's speed, both ways.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    profile : Profile
        The vehicle.

    Returns
    -------
    LinkWeights
        Deciseconds and metres.
    """
    time_ds = travel_time_ds(network.link_length_m, profile.speed_kmh)
    return LinkWeights(time_ds, time_ds, np.asarray(network.link_length_m, dtype=np.int64))
