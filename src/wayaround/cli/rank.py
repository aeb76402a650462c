"""``wayaround rank``."""

import datetime
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.assess import load_entry_profile
from wayaround.cli.progress import show_progress
from wayaround.closures.closure import Closure, read_closures
from wayaround.demand.trips import largest_city_trips, read_trips
from wayaround.errors import ScenarioError
from wayaround.impact.criticality import rank_links, rank_reopenings
from wayaround.impact.lost_groups import MOST_PLACES
from wayaround.network.catalogue import open_network
from wayaround.network.profiles import load_profile
from wayaround.reports.ranking import print_ranking, summarise_ranking
from wayaround.scenario import read_scenario


class Unit(StrEnum):
    """What is lost at a time."""

    link = "link"
    section = "section"
    crossing = "crossing"


def rank(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file; its closures are in force throughout.")
    ] = None,
    network: Annotated[str | None, typer.Option(help="Instead of a scenario: a network, with --cities.")] = None,
    cities: Annotated[int | None, typer.Option(min=2, help="All pairs of so many largest cities.")] = None,
    unit: Annotated[Unit, typer.Option(help="What is lost at a time.")] = Unit.link,
    reopen: Annotated[bool, typer.Option("--reopen", help="Rank closures by what reopening gives back.")] = False,
    country: Annotated[list[str] | None, typer.Option(help="Only roads of this country; repeatable.")] = None,
    link: Annotated[list[int] | None, typer.Option(help="Only this link; repeatable.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
    out: Annotated[Path | None, typer.Option(help="Folder for ranking.parquet (GeoParquet) and ranking.png.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Rank roads by what losing each costs all journeys together, exactly."""
    if (scenario is None) == (network is None) or (network is None) != (cities is None):
        raise ScenarioError("rank takes a scenario file, or --network together with --cities.")
    if cities is not None and cities > MOST_PLACES:
        raise ScenarioError(f"--cities {cities} is too many: ranking holds matrices of at most {MOST_PLACES:,} places.")
    closures: tuple[Closure, ...] = ()
    profile, date, party = load_profile("truck"), None, None
    with show_progress() as progress:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        if scenario is not None:
            entry = read_scenario(scenario)
            roads = open_network(entry.network, relative_to=entry.folder)
            roads = roads if entry.joins else roads.without_joins()
            closures, trips = read_closures(entry), read_trips(entry, roads)
            profile, date, party = load_entry_profile(entry.profile), entry.date, entry.party
        else:
            assert network is not None
            assert cities is not None
            roads = open_network(network)
            trips = largest_city_trips(roads, cities)
        if reopen:
            if not closures:
                raise ScenarioError("--reopen needs a scenario with closures.")
            ranking = rank_reopenings(roads, trips, closures=closures, profile=profile, date=date, party=party)
        else:
            if out is not None:
                _make_folder(out)
            ranking = rank_links(
                roads,
                trips,
                unit=unit.value,
                closures=closures,
                profile=profile,
                date=date or datetime.date.today(),
                party=party,
                countries=country,
                links=link,
                checkpoint=None if out is None else out / "ranking.checkpoint.npz",
                progress=progress,
            )
        if out is not None:
            progress("writing table and map", 0, 1)
            from wayaround.reports.ranking_files import write_ranking  # Matplotlib: a second that only this needs

            write_ranking(ranking, out)
    if as_json:
        typer.echo(json.dumps(summarise_ranking(ranking, top), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_ranking(ranking, top, Console())
    if out is not None:
        typer.echo(f"\nTable: {out / 'ranking.parquet'}   Map: {out / 'ranking.png'}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f'cannot make the folder "{folder}": {error.strerror}.', ids=[str(folder)]) from error
