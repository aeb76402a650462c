"""What every number rests on."""

import datetime
from collections.abc import Sequence

from wayaround.impact.score import score_network
from wayaround.network.profiles import Profile, list_overridden
from wayaround.network.road_network import RoadNetwork

RATES_LEFT_ASIDE = "Ways are the fastest here, not the cheapest: the vehicle's rates, tolls and risks are left aside."

OVERRIDES_LISTED = 10
"""A sentence names so many; JSON and the report hold all."""


def state_assumptions(
    network: RoadNetwork,
    profile: Profile,
    day: datetime.date | str,
    party: str | None,
    *said: str,
    costs: Sequence[str] = (),
) -> tuple[str, ...]:
    """State what numbers rest on, one sentence each.

    Parameters
    ----------
    network, profile, day, party
        The roads, the vehicle, and for when (a day, or words for several) and whom closures were read.
    *said : str
        Sentences about the question itself, which go in between.
    costs : sequence of str
        Sentences about money and waits; without one, routes that leave the rates of the vehicle aside say so.
    """
    sentences = [
        f"Network {network.name}, digest {network.digest[:12]}: {network.nodes:,} nodes, "
        f"{network.links - len(network.joins):,} links and {len(network.joins)} joins.",
        f"How far the network can be trusted: {score_network(network, profile)}.",
        *say_overrides(network),
        *_how_links_are_driven(network, profile),
        f"Closures in force on {day}" + (f" for {party}." if party else "."),
        *costs,
        *(say_rates_left_aside(profile) if not costs else ()),
        *said,
        "Places stand at the nearest road within 20 km; the way to it is reported and not added.",
    ]
    if network.name == "world-highways":
        sentences.append(
            "Lengths are near chords (1 to 6 % short on flat land, 12 to 21 % in mountains); there is no surface, "
            "class or ferry; borders are simplified, so some unnamed crossings are none."
        )
    return tuple(sentences)


def say_overrides(network: RoadNetwork) -> tuple[str, ...]:
    """What field knowledge changed, in one sentence; none if nothing did."""
    if not network.overrides:
        return ()
    listed = "; ".join(map(str, network.overrides[:OVERRIDES_LISTED]))
    more = len(network.overrides) - OVERRIDES_LISTED
    files = ", ".join(dict.fromkeys(each.file for each in network.overrides))
    return (f"Overrides of {files}: {listed}" + (f"; and {more:,} more." if more > 0 else "."),)


def say_rates_left_aside(profile: Profile) -> tuple[str, ...]:
    """That routes go by time although the vehicle has rates, in one sentence; none where it has none."""
    return () if profile.rates is None else (RATES_LEFT_ASIDE,)


def _how_links_are_driven(network: RoadNetwork, profile: Profile) -> tuple[str, ...]:
    if network.attributes is None:
        driven = f"Every link is driven at {profile.speed_kmh:g} km/h (profile {profile.name}), both ways."
    else:
        driven = f"Links are driven by road class, limit and surface (profile {profile.name}); turns cost nothing."
    changed = ", ".join(f"{key} = {value}" for key, value in list_overridden(profile))
    return (driven, f"Values of the profile that the scenario overrides: {changed}.") if changed else (driven,)
