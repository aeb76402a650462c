"""The claims that a scenario file makes, read and checked like those of any text."""

from collections.abc import Callable
from dataclasses import replace

from wayaround.claims.check import check_claims
from wayaround.claims.claim import Statement
from wayaround.claims.finding import Finding
from wayaround.claims.read import read_claims
from wayaround.network.profiles import Profile
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario

Progress = Callable[[str, int, int], None]


def check_scenario_claims(
    scenario: Scenario, network: RoadNetwork, *, profile: Profile | str, progress: Progress | None = None
) -> tuple[list[Statement], list[Finding]]:
    """Read and check the `[[claims]]` of a scenario.

    Parameters
    ----------
    scenario : Scenario
        As `read_scenario` gives it.
    network : RoadNetwork
        Its roads.
    profile : Profile or str
        Its vehicle.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    statements : list of Statement
        All that the entries say, in their order; of each the block is the row of its entry.
    findings : list of Finding
        One for each quantity among them.
    """
    names = known_names(network, scenario)
    statements = [
        replace(statement, block=row)
        for row, entry in enumerate(scenario.claims)
        for statement in read_claims(entry.text, names=names)
    ]
    return statements, check_claims(statements, network, scenario, profile=profile, progress=progress)


def known_names(network: RoadNetwork, scenario: Scenario | None) -> tuple[str, ...]:
    """Names that a text may use without a capital or another sign of being one: aliases and crossings."""
    aliases = () if scenario is None else scenario.aliases
    spellings = [spelling for each in network.named_crossings for spelling in (each.name, *each.variants)]
    return tuple(dict.fromkeys([*aliases, *spellings]))
