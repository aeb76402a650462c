"""The main path of a comparison: each scenario measured once, journeys matched by name."""

import datetime
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wayaround.assess import Progress, load_scenario_profile, open_scenario_network
from wayaround.closures.match import match_closure
from wayaround.closures.reading import read_entry
from wayaround.compare.result import Case, Comparison, Ends
from wayaround.errors import ScenarioError, WayaroundError
from wayaround.impact.detours import crossings_of_route
from wayaround.network.road_network import RoadNetwork
from wayaround.network.snap import WGS84
from wayaround.scenario import Scenario
from wayaround.sweep.measure import Measurer
from wayaround.sweep.points import Point

MOST_CASES, MOST_JOURNEYS = 12, 1000
MOST_NAMED_IN_SENTENCE = 3


def compare_scenarios(scenarios: Sequence[Scenario], *, progress: Progress | None = None) -> Comparison:
    """Measure several scenarios and put the journeys that all of them name side by side.

    Every number is what `assess_scenario` gives for the scenario alone. Scenarios of one network and the same trips
    share all that closures do not change.

    Parameters
    ----------
    scenarios : sequence of Scenario
        Two to twelve; differences are against the first.
    progress : callable, optional
        Told how far the work is; what it raises ends the comparison.

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        Fewer than two scenarios or over twelve, or no journey and no totals that all of them share.
    WayaroundError
        What `assess_scenario` raises.

    Examples
    --------
    >>> import wayaround as wa
    >>> from pathlib import Path
    >>> from wayaround.scenario import check_scenario
    >>> content = {"title": "Open", "trips": {"pairs": [["33.513,36.292", "33.315,44.366"]]}}
    >>> zone = {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}}
    >>> open_roads = check_scenario(content, path=Path("open.toml"))
    >>> shut = check_scenario({**content, "title": "Shut", "closures": [zone]}, path=Path("shut.toml"))
    >>> table = wa.compare_scenarios([open_roads, shut]).table()
    >>> table[["case", "after_km", "against_first_km"]].round().values.tolist()
    [['open', 793.0, 0.0], ['shut', 929.0, 136.0]]
    """
    if not 2 <= len(scenarios) <= MOST_CASES:
        raise ScenarioError(f"a comparison has 2 to {MOST_CASES} scenarios, not {len(scenarios)}.")
    return _compare(_name_cases(scenarios), scenarios, {}, progress)


def assess_variants(
    scenario: Scenario, *, network: RoadNetwork | None = None, progress: Progress | None = None
) -> Comparison:
    """Measure a scenario for its own vehicle and party and for each of its `variants`, side by side.

    Parameters
    ----------
    scenario : Scenario
        With `variants`; its own vehicle and party are the first case.
    network : RoadNetwork, optional
        The scenario's network, where it is open already.
    progress : callable, optional
        Told how far the work is; what it raises ends the comparison.

    Returns
    -------
    Comparison
        Its cases are called by what they vary, such as "car" or "truck, humanitarian".

    Raises
    ------
    ScenarioError
        The scenario has no variants.
    WayaroundError
        What `assess_scenario` raises.

    Examples
    --------
    >>> import wayaround as wa
    >>> from pathlib import Path
    >>> from wayaround.scenario import check_scenario
    >>> zone = {"circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}, "except_for": ["humanitarian"]}
    >>> trips = {"pairs": [["33.513,36.292", "33.315,44.366"]]}
    >>> content = {"title": "A zone", "closures": [zone], "trips": trips, "variants": [{"party": "humanitarian"}]}
    >>> compared = wa.assess_variants(check_scenario(content, path=Path("zone.toml")))
    >>> compared.table()[["case", "after_km"]].round().values.tolist()
    [['truck', 929.0], ['truck, humanitarian', 793.0]]
    """
    if not scenario.variants:
        raise ScenarioError(f"{scenario.where()}: there are no variants to compare; add [[variants]] with a party.")
    for row in range(len(scenario.variants)):
        load_scenario_profile(scenario.variant(row), at=("variants", row, "profile"))
    scenarios = [scenario, *(scenario.variant(row) for row in range(len(scenario.variants)))]
    networks = {} if network is None else {_roads_key(scenario): network}
    return _compare([_say_variant(each) for each in scenarios], scenarios, networks, progress)


def _say_variant(scenario: Scenario) -> str:
    """Vehicle and party, such as "truck (weight_t = 60), humanitarian"."""
    entry = scenario.profile
    own = {} if isinstance(entry, str) else entry.values()
    plain = {key: f"{value:g}" if isinstance(value, float) else str(value) for key, value in own.items()}
    said = ", ".join(key if isinstance(own[key], dict) else f"{key} = {value}" for key, value in plain.items())
    vehicle = entry if isinstance(entry, str) else f"{entry.base} ({said})" if said else entry.base
    return f"{vehicle}, {scenario.party}" if scenario.party else vehicle


def _compare(
    names: Sequence[str],
    scenarios: Sequence[Scenario],
    networks: dict[Any, RoadNetwork],
    progress: Progress | None,
) -> Comparison:
    tell = progress or _silent
    today = datetime.date.today()
    measurers: dict[Any, Measurer] = {}
    seconds = {"open": 0.0, "assess": 0.0}
    cases = []
    for done, (name, scenario) in enumerate(zip(names, scenarios, strict=True)):
        tell("assessing", done, len(scenarios))
        begun = time.perf_counter()
        roads = _roads_key(scenario)
        if roads not in networks:
            networks[roads] = open_scenario_network(scenario, progress=progress)
        seconds["open"] += time.perf_counter() - begun
        begun = time.perf_counter()
        shared = (*roads, scenario.trips.model_dump_json(), repr(sorted(scenario.aliases.items())))
        if shared not in measurers:
            measurers[shared] = Measurer(networks[roads], today=today, most_followed=MOST_JOURNEYS)
        try:
            cases.append(_measure(name, scenario, networks[roads], measurers[shared], today))
        except WayaroundError as error:
            if str(scenario.where()) in error.message:
                raise
            raise type(error)(f"{scenario.where()}: {error.message}", ids=error.ids) from error
        seconds["assess"] += time.perf_counter() - begun
    have = {ends: tuple(case.name for case in cases if ends in case.rows) for case in cases for ends in case.rows}
    journeys = tuple(ends for ends, names_of in have.items() if len(names_of) == len(cases))
    left_out = {ends: names_of for ends, names_of in have.items() if len(names_of) < len(cases)}
    alike = len({_counted_key(scenario) for scenario in scenarios}) == 1
    if not journeys and not alike:
        raise ScenarioError(
            "the scenarios have no named journey in common, and other pairs are counted in each; "
            "give them a pair of the same names, or the same cities."
        )
    remarks = tuple(_remark(cases, journeys, alike=alike))
    rounded = {stage: round(value, 3) for stage, value in seconds.items()}
    return Comparison(tuple(cases), journeys, left_out, alike, remarks, rounded)


def _measure(name: str, scenario: Scenario, network: RoadNetwork, measurer: Measurer, today: datetime.date) -> Case:
    rows = range(len(scenario.closures))
    measured = measurer.measure(Point((), scenario, tuple(rows)))
    day, trips = scenario.date or today, measured.trips
    followed = np.flatnonzero(trips.named)[:MOST_JOURNEYS].tolist()
    own: dict[Ends, int] = {}
    for row, pair in enumerate(followed):
        own.setdefault((trips.places[trips.origin[pair]].name, trips.places[trips.destination[pair]].name), row)
    crossings = tuple(
        (
            crossings_of_route(network, trips, pair, measured.routes_before[row]),
            crossings_of_route(network, trips, pair, measured.routes_after[row]),
        )
        for row, pair in enumerate(followed)
    )
    closures = [match_closure(network, each) for row in rows for each in read_entry(scenario, row)]
    return Case(
        name=name,
        title=scenario.title,
        network=network,
        profile=load_scenario_profile(scenario),
        day=day,
        party=scenario.party,
        in_force=tuple(each for each in closures if each.closure.reason_not_in_force(day, scenario.party) is None),
        measured=measured,
        rows=own,
        crossings=crossings,
    )


def _remark(cases: Sequence[Case], journeys: Sequence[Ends], *, alike: bool) -> list[str]:
    """Say in what cases are unlike."""
    first, said = cases[0], []
    for words, values in (
        ("networks", [f"{case.network.name} {case.network.digest[:12]}" for case in cases]),
        ("vehicles", [case.profile.name + ("*" if case.profile.overridden else "") for case in cases]),
        ("days", [str(case.day) for case in cases]),
        ("parties", [case.party or "none" for case in cases]),
    ):
        if len(set(values)) > 1:
            each = ", ".join(f"{case.name} {value}" for case, value in zip(cases, values, strict=True))
            said.append(f"The {words} differ: {each}.")
    if not alike:
        said.append("Totals are not compared: the scenarios do not count the same pairs.")
    elif len({int(np.count_nonzero(case.measured.trips.counted)) for case in cases}) > 1:
        said.append("Of the pairs that are counted, not all have roads in every case, so totals are of unlike pairs.")
    moved = {}
    for case in cases[1:]:
        for ends in journeys:
            for end, name in enumerate(ends):
                metres = WGS84.inv(*_point(first, ends, end), *_point(case, ends, end))[2]
                if metres >= 1:
                    moved[name, case.name] = metres / 1000
    for (name, of), km in list(moved.items())[:MOST_NAMED_IN_SENTENCE]:
        said.append(f"{name} of {of} lies {km:,.1f} km from that of {first.name}.")
    if len(moved) > MOST_NAMED_IN_SENTENCE:
        said.append(f"So do {len(moved) - MOST_NAMED_IN_SENTENCE:,} more places of one name.")
    return said


def _point(case: Case, ends: Ends, end: int) -> tuple[float, float]:
    trips = case.measured.trips
    pair = int(np.flatnonzero(trips.named)[case.rows[ends]])
    place = trips.places[(trips.origin, trips.destination)[end][pair]]
    return place.lon, place.lat


def _roads_key(scenario: Scenario) -> tuple[Any, ...]:
    return str(scenario.folder.resolve()), scenario.network, scenario.joins, scenario.overrides


def _counted_key(scenario: Scenario) -> tuple[Any, ...]:
    """What decides which pairs are counted, and with what weight."""
    trips = scenario.trips
    file = None if trips.file is None else str((scenario.folder / trips.file).resolve())
    cities = None if trips.cities is None else trips.cities.model_dump_json()
    return cities, file, None if cities else tuple(map(tuple, trips.pairs))


def _name_cases(scenarios: Sequence[Scenario]) -> list[str]:
    """Names of their files, numbered where two are alike."""
    stems = [Path(scenario.where()).stem for scenario in scenarios]
    return [stem if stems.count(stem) == 1 else f"{stem} ({row})" for row, stem in enumerate(stems, start=1)]


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
