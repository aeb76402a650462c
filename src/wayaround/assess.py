"""The main path: scenario, closures, weights, journeys before and after, impact."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from wayaround.closures.charges import Charge, match_charges, read_charges
from wayaround.closures.closure import Closure
from wayaround.closures.effects import apply_closures
from wayaround.closures.match import match_closure
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import Trips, read_trips
from wayaround.errors import ProfileKeyUnknown, ProfileNotFound, ScenarioError
from wayaround.impact.asked import answer_what_is_asked
from wayaround.impact.burden import measure_burden
from wayaround.impact.choice_model import ChoiceModel, read_choice
from wayaround.impact.costs import drive_both, open_priced_states, open_states, report_costs
from wayaround.impact.detours import INSIDE_ZONE, classify_pairs, list_journeys
from wayaround.impact.equity import measure_equity
from wayaround.impact.load import load_links
from wayaround.impact.result import Impact
from wayaround.impact.route_choice import choose_routes, load_ways
from wayaround.impact.summary import report_closures, report_crossings, report_joins
from wayaround.impact.traffic import measure_traffic
from wayaround.impact.turning import find_turnings
from wayaround.network.catalogue import open_network
from wayaround.network.overrides import apply_overrides
from wayaround.network.profiles import Profile, drive_times, load_profile, override_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.engine import make_engine
from wayaround.scenario import Scenario
from wayaround.units import UNREACHABLE

CHEAPEST = ChoiceModel()

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""


def assess_scenario(
    scenario: Scenario, *, network: RoadNetwork | None = None, progress: Progress | None = None
) -> Impact:
    """Run a scenario file that `read_scenario` has read; `network` is its own, where it is open already."""
    tell = progress or _silent
    if network is None:
        tell("opening the network (the first time takes some seconds)", 0, 1)
        network = open_scenario_network(scenario, progress=progress)
    closures = read_closures(scenario)
    tell("finding places (the first time takes some seconds)", 0, 1)
    profile = load_scenario_profile(scenario)
    trips = read_trips(scenario, network, profile=profile)
    impact = assess(
        network,
        closures=closures,
        trips=trips,
        charges=read_charges(scenario),
        profile=profile,
        date=scenario.date,
        party=scenario.party,
        title=scenario.title,
        choice=read_choice(scenario.route_choice),
        progress=progress,
    )
    return answer_what_is_asked(scenario, impact, progress=progress)


def assess(
    network: RoadNetwork,
    *,
    closures: Sequence[Closure],
    trips: Trips,
    charges: Sequence[Charge] = (),
    profile: Profile | str = "truck",
    date: datetime.date | None = None,
    party: str | None = None,
    title: str = "",
    choice: ChoiceModel = CHEAPEST,
    progress: Progress | None = None,
) -> Impact:
    """Measure what closures cost journeys.

    Before, only closures with ``baseline=True`` apply; after, all that are in force on the day for the party. With a
    profile that has rates, routes are the cheapest rather than the fastest.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    closures : sequence of Closure
        What shuts, slows or delays.
    trips : Trips
        Who travels.
    charges : sequence of Charge
        Tolls and risks, for a profile with rates.
    profile : Profile or str
        The vehicle.
    date : datetime.date, optional
        The day; today if left out.
    party : str, optional
        Whom `except_for` and `only_for` are read for.
    title : str
        Headline for tables and maps.
    choice : ChoiceModel
        How journeys choose among their ways; all take the cheapest if left out. Tolls and traffic follow it, the
        journeys' own figures and the burden are those of the cheapest way under every model.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    Impact

    Examples
    --------
    >>> import wayaround as wa
    >>> network = wa.open_network("world-highways")
    >>> zone = wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55)
    >>> trips = wa.named_trips(network, [["33.513,36.292", "33.315,44.366"]])
    >>> impact = wa.assess(network, closures=[wa.Closure(zone, id="tanf-zone")], trips=trips)
    >>> impact.pairs[["before_km", "after_km"]].round().astype(int).values.tolist()
    [[793, 929]]
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    choice.check(profile.rates)
    day = date or datetime.date.today()
    seconds: dict[str, float] = {}
    tell = progress or _silent
    tell("matching closures", 0, 1)
    with _timed(seconds, "match"):
        matched = [match_closure(network, closure) for closure in closures]
        in_force = [each for each in matched if each.closure.reason_not_in_force(day, party) is None]
        priced = [
            (each, each.charge.reason_not_in_force(day, party, profile.name))
            for each in match_charges(network, charges, profile)
        ]
        base = drive_times(network, profile)
        roads_before = apply_closures(base, [each for each in in_force if each.closure.baseline])
        roads_after = apply_closures(base, in_force)
        inside = roads_after.inside(trips.snapped)
    tell("preparing the engine (the first time takes up to a minute)", 0, 1)
    with _timed(seconds, "prepare"):
        engine, roads, rates = make_engine(network.hierarchy), (roads_before, roads_after), profile.rates
        applied = [each for each, reason in priced if reason is None]
        before, after = (
            open_states(engine, roads, trips)
            if rates is None
            else open_priced_states(engine, roads, trips, rates=rates, charges=applied)
        )
    with _timed(seconds, "routes"):
        skim_before = before.query.skim(trips.origin, trips.destination)
        skim_after = after.query.skim(trips.origin, trips.destination, before=skim_before)
        status = classify_pairs(trips, skim_before, skim_after, inside)
        skims = skim_before, skim_after.without(status == INSIDE_ZONE)
        measured = before.measure(trips, skims[0]), after.measure(trips, skims[1])
    tell("measuring the impact", 0, 1)
    with _timed(seconds, "impact"):
        driven = drive_both(trips, (before, after), skims, measured)
        counts = [
            state.query.flows(trips.origin, trips.destination, (skim.time_ds < UNREACHABLE).astype(np.int64))
            for state, skim in zip((before, after), skims, strict=True)
        ]
        journeys = list_journeys(network, trips, before.query, after.query, skims, status)
        burdens = measure_burden(network, trips, *driven, status)
        chosen = choose_routes(
            network,
            trips,
            (before, after),
            skims,
            status,
            model=choice,
            rates=rates,
            listed=[journey.pair for journey in journeys],
            tell=tell,
        )
        weight = [np.where(trips.counted & (skim.time_ds < UNREACHABLE), trips.weight, 0) for skim in skims]
        none_lost = np.array_equal(weight[0], weight[1])  # then all is driven that both states drive
        loads = tuple(
            load_links(
                state.query,
                trips,
                own,
                load_ways(chosen, after=state is after),
                known=of_state.flows if none_lost else None,
            )
            for state, own, of_state in zip((before, after), weight, driven, strict=True)
        )
        costs = report_costs(trips, (before, after), skims, journeys, tuple(priced), (loads[0], loads[1]))
        traffic = measure_traffic(network, trips, (loads[0], loads[1]), applied)
        turnings = find_turnings(network, trips, (before, after), journeys, status)
    return Impact(
        title=title,
        network=network,
        profile=profile,
        day=day,
        party=party,
        closures=report_closures(network, matched, roads_after.weights, day, party),
        crossings=report_crossings(network, trips, in_force, *counts),
        joins=report_joins(network, *counts),
        trips=trips,
        before=measured[0],
        after=measured[1],
        status=status,
        journeys=journeys,
        burdens=burdens,
        costs=costs,
        choice=chosen,
        traffic=traffic,
        turnings=turnings,
        equity=measure_equity(trips, skims[0].time_ds, skims[1].time_ds, status),
        seconds=seconds,
    )


def open_scenario_network(scenario: Scenario, *, progress: Progress | None = None) -> RoadNetwork:
    """The roads that a scenario means: with or without joins, and as its overrides have them."""
    network = open_network(scenario.network, relative_to=scenario.folder, progress=progress)
    network = network if scenario.joins else network.without_joins()
    return network if scenario.overrides is None else apply_overrides(network, scenario.folder / scenario.overrides)


def load_scenario_profile(scenario: Scenario, *, at: tuple[str | int, ...] = ("profile",)) -> Profile:
    """The vehicle that a scenario's `profile` means; `at` is where the file says it.

    Raises
    ------
    ProfileNotFound, ProfileKeyUnknown
        The sentence names file, line, key and the nearest valid choice.
    """
    entry = scenario.profile
    by_name = isinstance(entry, str)
    try:
        base = load_profile(entry if isinstance(entry, str) else entry.base)
        profile = base if isinstance(entry, str) else override_profile(base, entry.values())
        _ = profile.rates  # rates without a currency are the file's mistake, so the sentence names the file
        return profile
    except ScenarioError as error:
        raise ScenarioError(f"{scenario.where('profile')}: {error.message}", ids=error.ids) from error
    except ProfileNotFound as error:
        where = scenario.where(*at) if by_name else scenario.where(*at, "base")
        raise ProfileNotFound(f"{where}: {error.message}", ids=error.ids) from error
    except ProfileKeyUnknown as error:
        raise ProfileKeyUnknown(f"{scenario.where(*at, *error.ids)}: {error.message}", ids=error.ids) from error


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - start, 3)
