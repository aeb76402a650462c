"""All that the result of a sweep rests on, by names that a sentence may use."""

import datetime
import hashlib
import json
from collections.abc import Sequence

from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario
from wayaround.sweep.axes import Axis
from wayaround.sweep.values import say_value

_NOT_USED = ("title", "network", "variants", "claims")
"""Keys of a scenario that a sweep does not look at; the network is told by its digest."""


def state_inputs(
    scenario: Scenario, network: RoadNetwork, axes: Sequence[Axis], *, paired: bool, refine: bool, today: datetime.date
) -> dict[str, str]:
    """Name what a sweep rests on: roads, keys of the scenario, the files that it names, and what is varied.

    Returns
    -------
    dict
        Texts; two sweeps with the same ones have the same result.
    """
    said = json.loads(scenario.model_dump_json(by_alias=True, exclude_none=True, exclude=set(_NOT_USED)))
    keys = {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for name, value in said.items()
    }
    files = {f"file {name}": _digest(scenario, name) for name in _named_files(scenario)}
    varied = {f"vary {axis.key}": "; ".join(map(say_value, axis.values)) for axis in axes}
    return {
        "network": network.digest,
        "date": (scenario.date or today).isoformat(),
        **{name: value for name, value in keys.items() if name != "date"},
        **files,
        **varied,
        "paired": "yes" if paired else "no",
        "where ways change": "yes" if refine else "no",
    }


def _named_files(scenario: Scenario) -> list[str]:
    names = [each.geojson for each in scenario.closures] + [scenario.trips.file]
    return sorted({name for name in names if name is not None})


def _digest(scenario: Scenario, name: str) -> str:
    try:
        return hashlib.sha256((scenario.folder / name).read_bytes()).hexdigest()
    except OSError:
        return "unreadable"  # whoever needs it says so in its own words
