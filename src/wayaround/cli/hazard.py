"""``wayaround hazard``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.cache import discard_folder
from wayaround.cli.areas import REGION_FORMS, read_region
from wayaround.cli.given import Unit, check_given, read_given
from wayaround.cli.progress import show_progress
from wayaround.cli.workers import RUN_FOLDER, ClusterOption, open_workers
from wayaround.errors import ScenarioError
from wayaround.hazard.sample import sample_hazard
from wayaround.reports.hazard import print_hazard, summarise_hazard


def hazard(
    scenario: Annotated[
        Path | None, typer.Argument(help="Scenario file; its closures are in force throughout.")
    ] = None,
    network: Annotated[str | None, typer.Option(help="Instead of a scenario: a network, with --cities.")] = None,
    cities: Annotated[int | None, typer.Option(min=2, help="All pairs of so many largest cities.")] = None,
    footprint: Annotated[
        Path | None,
        typer.Option(
            help="GeoJSON of polygons with the properties probability (of the event), damage (of each road inside) "
            "and event."
        ),
    ] = None,
    chance: Annotated[float | None, typer.Option(help="Instead: chance of each road to be lost, by itself.")] = None,
    at_a_time: Annotated[int | None, typer.Option(help="Instead: exactly so many roads are lost at a time.")] = None,
    unit: Annotated[Unit, typer.Option(help="What a road is.")] = Unit.link,
    country: Annotated[list[str] | None, typer.Option(help="Only roads of this country; repeatable.")] = None,
    within: Annotated[str | None, typer.Option(help=f"Only roads that meet an area: {REGION_FORMS}.")] = None,
    link: Annotated[list[int] | None, typer.Option(help="Only this link; repeatable.")] = None,
    samples: Annotated[int, typer.Option(help="Samples at most.")] = 10_000,
    half_width: Annotated[
        float, typer.Option(help="Stop when half the intervals are no more than this share of their means.")
    ] = 0.05,
    confidence: Annotated[float, typer.Option(help="Confidence of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="The same seed gives the same samples, bit for bit.")] = 0,
    top: Annotated[int, typer.Option(min=1, help="Places to show.")] = 20,
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for samples, places, summary and a picture.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Draw closures by chance, and estimate what they cost all journeys and each place."""
    check_given("hazard", scenario, network, cities)
    if sum(each is not None for each in (footprint, chance, at_a_time)) != 1:
        raise ScenarioError("give one of --footprint, --chance and --at-a-time.")
    region = None if within is None else read_region(within)
    folder = None if out is None else out / RUN_FOLDER
    with show_progress() as progress, open_workers(cluster) as workers:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        given = read_given(scenario, network, cities)
        result = sample_hazard(
            **given._asdict(),
            footprint=footprint,
            chance=chance,
            at_a_time=at_a_time,
            unit=unit.value,
            samples=samples,
            half_width=half_width,
            confidence=confidence,
            seed=seed,
            countries=country,
            within=region,
            links=link,
            workers=workers,
            folder=folder,
            progress=progress,
        )
        if out is not None:
            from wayaround.reports.hazard_files import write_hazard  # Matplotlib: a second that only this needs

            progress("writing tables and picture", 0, 1)
            write_hazard(result, out)
            if folder is not None and cluster is None:
                discard_folder(folder)  # over a cluster it stays, as the record of who did what
    if as_json:
        typer.echo(json.dumps(summarise_hazard(result, top), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_hazard(result, top, Console(emoji=False))
    if out is not None:
        typer.echo(f"\nSamples: {out / 'samples.parquet'}   Picture: {out / 'hazard.png'}")
