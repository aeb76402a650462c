"""``wayaround rank``."""

import datetime
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console

from wayaround.assess import load_scenario_profile, open_scenario_network
from wayaround.cli.areas import REGION_FORMS, read_region
from wayaround.cli.progress import show_progress
from wayaround.closures.closure import Closure
from wayaround.closures.reading import read_closures
from wayaround.demand.trips import Trips, largest_city_trips, read_trips
from wayaround.errors import ScenarioError
from wayaround.impact.criticality import rank_links, rank_reopenings
from wayaround.impact.joint_losses import JointRanking, rank_link_pairs
from wayaround.impact.lost_groups import MOST_PLACES
from wayaround.impact.ranking import Ranking
from wayaround.impact.restoration import Restoration, plan_restoration
from wayaround.network.catalogue import open_network
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.reports.ranking import (
    print_joint_ranking,
    print_ranking,
    summarise_joint_ranking,
    summarise_ranking,
)
from wayaround.reports.restoration import print_restoration, summarise_restoration
from wayaround.scenario import read_scenario


class Unit(StrEnum):
    """What is lost at a time."""

    link = "link"
    section = "section"
    crossing = "crossing"


class _Given(NamedTuple):
    """What all rankings begin with, named as their parameters are."""

    network: RoadNetwork
    trips: Trips
    closures: tuple[Closure, ...]
    profile: Profile
    date: datetime.date
    party: str | None


def rank(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file; its closures are in force throughout.")
    ] = None,
    network: Annotated[str | None, typer.Option(help="Instead of a scenario: a network, with --cities.")] = None,
    cities: Annotated[int | None, typer.Option(min=2, help="All pairs of so many largest cities.")] = None,
    unit: Annotated[Unit | None, typer.Option(help="What is lost at a time; link if left out.")] = None,
    pairs: Annotated[int | None, typer.Option(help="Lose two at once: every two of so many of the first rows.")] = None,
    reopen: Annotated[bool, typer.Option("--reopen", help="Rank closures by what reopening gives back.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Find in what order to reopen all that is shut.")] = False,
    country: Annotated[list[str] | None, typer.Option(help="Only roads of this country; repeatable.")] = None,
    within: Annotated[str | None, typer.Option(help=f"Only roads that meet an area: {REGION_FORMS}.")] = None,
    link: Annotated[list[int] | None, typer.Option(help="Only this link; repeatable.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Rows to show; of --restore all are shown.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Folder for tables (GeoParquet) and a picture.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Rank roads by what losing each costs all journeys together, exactly."""
    if (scenario is None) == (network is None) or (network is None) != (cities is None):
        raise ScenarioError("rank takes a scenario file, or --network together with --cities.")
    if cities is not None and cities > MOST_PLACES:
        raise ScenarioError(f"--cities {cities} is too many: ranking holds matrices of at most {MOST_PLACES:,} places.")
    if pairs is not None and pairs < 2:
        raise ScenarioError(f"--pairs {pairs} makes no pair; ask for two rows or more.")
    narrowed = {"--unit": unit, "--pairs": pairs, "--country": country, "--within": within, "--link": link}
    asked = [name for name, value in narrowed.items() if value is not None]
    back = [name for name, wanted in (("--restore", restore), ("--reopen", reopen)) if wanted]
    if back and len(back) + len(asked) > 1:
        raise ScenarioError(f"{back[0]} does not go with {', '.join([*back[1:], *asked])}: it is about closures.")
    region = None if within is None else read_region(within)
    result: Ranking | JointRanking | Restoration
    with show_progress() as progress:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        given = _read_given(scenario, network, cities)
        if back and not given.closures:
            raise ScenarioError(f"{back[0]} needs a scenario with closures.")
        if out is not None:
            _make_folder(out)
        if restore:
            result = plan_restoration(**given._asdict(), progress=progress)
        elif reopen:
            result = rank_reopenings(**given._asdict())
        else:
            options: dict[str, Any] = {
                **given._asdict(),
                "unit": (unit or Unit.link).value,
                "countries": country,
                "within": region,
                "links": link,
                "checkpoint": None if out is None else out / "ranking.checkpoint.npz",
                "progress": progress,
            }
            result = rank_links(**options) if pairs is None else rank_link_pairs(**options, among=pairs)
        if out is not None:
            progress("writing tables and picture", 0, 1)
            _write(result, out)
    if as_json:
        typer.echo(json.dumps(_summarise(result, top), ensure_ascii=False, indent=1, allow_nan=False))
        return
    _print(result, top, Console())
    if out is not None:
        names = ("restoration", "restoration") if restore else ("ranking" if pairs is None else "pairs", "ranking")
        typer.echo(f"\nTable: {out / names[0]}.parquet   Picture: {out / names[1]}.png")


def _read_given(scenario: Path | None, network: str | None, cities: int | None) -> _Given:
    """Open the network, and read the rest from the scenario where there is one."""
    today = datetime.date.today()
    if scenario is None:
        assert network is not None
        assert cities is not None
        roads = open_network(network)
        return _Given(roads, largest_city_trips(roads, cities), (), load_profile("truck"), today, None)
    entry = read_scenario(scenario)
    roads = open_scenario_network(entry)
    profile = load_scenario_profile(entry)
    closures, trips = read_closures(entry), read_trips(entry, roads, profile=profile)
    return _Given(roads, trips, closures, profile, entry.date or today, entry.party)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f'cannot make the folder "{folder}": {error.strerror}.', ids=[str(folder)]) from error


def _write(result: Ranking | JointRanking | Restoration, out: Path) -> None:
    # Matplotlib: a second that only this needs.
    from wayaround.reports.ranking_files import write_joint_ranking, write_ranking
    from wayaround.reports.restoration_files import write_restoration

    if isinstance(result, Restoration):
        write_restoration(result, out)
    elif isinstance(result, JointRanking):
        write_joint_ranking(result, out)
    else:
        write_ranking(result, out)


def _summarise(result: Ranking | JointRanking | Restoration, top: int) -> dict[str, Any]:
    if isinstance(result, Restoration):
        return summarise_restoration(result)
    if isinstance(result, JointRanking):
        return summarise_joint_ranking(result, top)
    return summarise_ranking(result, top)


def _print(result: Ranking | JointRanking | Restoration, top: int, console: Console) -> None:
    if isinstance(result, Restoration):
        print_restoration(result, console)
    elif isinstance(result, JointRanking):
        print_joint_ranking(result, top, console)
    else:
        print_ranking(result, top, console)
