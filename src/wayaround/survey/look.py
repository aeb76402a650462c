"""One network: opened or built, validated, ranked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from wayaround.blocks.block import Work
from wayaround.blocks.run import begin_run
from wayaround.demand.countries import require_country
from wayaround.demand.places import cities
from wayaround.demand.trips import Trips, pair_places
from wayaround.errors import ScenarioError, WayaroundError
from wayaround.impact.criticality import lose_each_alone
from wayaround.impact.lost_groups import LossTask, choose_links, prepare_tables
from wayaround.impact.score import NEAR_ROAD_KM, cities_inside
from wayaround.impact.setting import settle
from wayaround.network.catalogue import open_network
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.validate import Validation, validate_network
from wayaround.survey.entries import Wanted
from wayaround.units import UNREACHABLE

CITIES_LOOKED_AT = 10_000
RANKED, FAILED = "ranked", "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a network.

    Parameters
    ----------
    name, network, countries
        As wanted; countries as codes.
    state : {"ranked", "failed"}
        Whether it came to the end.
    reason : str
        Why it failed; empty otherwise.
    digest : str
        Of the network.
    nodes, links : int
        Of the network; links of the countries alone where some are named.
    km : float
        Of those links.
    cities, cities_far, pairs : int
        Cities between which journeys go, those left out because no road is near, and journeys.
    connected : float
        Share of the journeys that have a way.
    findings : str
        What validation found, by check, where it found anything.
    rows : int
        Roads that journeys would miss.
    worst, worst_near : str
        The road that costs most alone, and a town near it.
    worst_cut_off_weight, worst_extra_weighted_h : float
        What losing it costs, in journeys of a mean weight of 1.
    worst_cut_off_pairs : int
        Journeys that it leaves without a way.
    seconds : float
        How long all this took; the only part that is not the same each time.
    """

    name: str
    network: str
    countries: str
    state: str
    reason: str
    digest: str = ""
    nodes: int = 0
    links: int = 0
    km: float = 0.0
    cities: int = 0
    cities_far: int = 0
    pairs: int = 0
    connected: float = 0.0
    findings: str = ""
    rows: int = 0
    worst: str = ""
    worst_near: str = ""
    worst_cut_off_weight: float = 0.0
    worst_extra_weighted_h: float = 0.0
    worst_cut_off_pairs: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LookTask:
    """Look at networks; one that fails is a row that says why."""

    def open(self) -> Work:
        """Make ready to keep what several entries of one network share."""
        shared: dict[tuple[str, str], tuple[RoadNetwork, Validation]] = {}

        def work(items: Sequence[Wanted]) -> pa.Table:
            rows = [look_at(wanted, shared) for wanted in items]
            return pa.table({entry.name: [getattr(row, entry.name) for row in rows] for entry in fields(Row)})

        return work


def look_at(wanted: Wanted, shared: dict[tuple[str, str], tuple[RoadNetwork, Validation]]) -> Row:
    """Open or build a network, validate it and rank its roads.

    Parameters
    ----------
    wanted : Wanted
        Which, and how.
    shared : dict
        What an earlier entry found of the same network and vehicle; only the last one is kept.

    Returns
    -------
    Row
        Also where that fails, which is no error.
    """
    begun = time.perf_counter()
    failed = Row(wanted.name, wanted.network, " ".join(wanted.countries or ()), FAILED, "")
    try:
        row = _look_at(wanted, failed, shared)
    except WayaroundError as error:
        row = replace(failed, reason=error.message)
    return replace(row, seconds=round(time.perf_counter() - begun, 3))


def _look_at(wanted: Wanted, begun: Row, shared: dict[tuple[str, str], tuple[RoadNetwork, Validation]]) -> Row:
    profile = load_profile(wanted.profile)
    codes = None if wanted.countries is None else [require_country(each) for each in wanted.countries]
    key = (wanted.network, wanted.profile)
    if key not in shared:
        shared.clear()
        network = open_network(wanted.network)
        shared[key] = (
            network,
            validate_network(network, profile, cities=cities_inside(network, most=CITIES_LOOKED_AT)[0]),
        )
    network, found = shared[key]
    links = choose_links(network, countries=codes)
    trips, far = _pair_cities(network, codes, wanted.cities, profile)
    setting = settle(network, trips, closures=(), profile=profile, date=None, party=None)
    task = LossTask(prepare_tables(setting))
    with begin_run("ranking", {}) as run:
        ranking = lose_each_alone(run, setting, task, wanted.unit, links)
    worst: dict[str, Any] = {}
    if len(ranking):
        first = ranking.table(1).iloc[0]
        worst = {
            "worst": str(first["name"]),
            "worst_near": str(first["near"]),
            "worst_cut_off_weight": float(first["cut_off_weight"]),
            "worst_extra_weighted_h": float(first["extra_weighted_h"]),
            "worst_cut_off_pairs": int(first["cut_off_pairs"]),
        }
    travels = task.tables.trips > 0
    return replace(
        begun,
        countries=" ".join(codes or ()),
        state=RANKED,
        digest=network.digest,
        nodes=network.nodes,
        links=len(links),
        km=float(np.asarray(network.link_length_m, dtype=np.int64)[links].sum()) / 1000,
        cities=len(trips.places),
        cities_far=far,
        pairs=len(trips),
        connected=float((task.tables.way[travels] < UNREACHABLE).mean()) if travels.any() else 0.0,
        findings=_say_findings(network, found, codes),
        rows=len(ranking),
        **worst,
    )


def _pair_cities(network: RoadNetwork, codes: Sequence[str] | None, count: int, profile: Profile) -> tuple[Trips, int]:
    """All pairs of the largest cities near a road, and how many had none near."""
    chosen = cities_inside(network, most=count)[0] if codes is None else cities(codes, 1, most=count)
    trips = pair_places(network, chosen, profile=profile)
    near = [place for place, km in zip(trips.places, trips.snapped.snap_km.tolist(), strict=True) if km <= NEAR_ROAD_KM]
    if len(near) < 2:
        raise ScenarioError(
            f"{len(near)} of its {len(chosen)} largest cities lie within {NEAR_ROAD_KM:g} km of a road; "
            "two are needed for a journey."
        )
    return (trips if len(near) == len(trips.places) else pair_places(network, near, profile=profile)), len(
        chosen
    ) - len(near)


def _say_findings(network: RoadNetwork, found: Validation, codes: Sequence[str] | None) -> str:
    """How many findings each check has, in the countries alone where some are named."""
    own = None if codes is None else {network.countries.index(code) for code in codes}
    said = []
    for check in found.checks:
        if own is None:
            count = check.count
        else:
            count = sum(any(int(network.link_country[link]) in own for link in each.links) for each in check.findings)
        if count:
            said.append(f"{check.name} {count:,}")
    return ", ".join(said)


def read_row(said: dict[str, Any]) -> Row:
    """A row out of what `asdict` made of it."""
    return Row(**{entry.name: said[entry.name] for entry in fields(Row)})
