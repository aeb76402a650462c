"""``wayaround run``."""

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.assess import assess_scenario
from wayaround.cli.progress import show_progress
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact
from wayaround.scenario import read_scenario


def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    out: Annotated[Path | None, typer.Option(help="Folder for table, routes, map and report.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    profile: Annotated[str | None, typer.Option(help="Vehicle instead of the scenario's.")] = None,
    date: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day instead of the scenario's.")
    ] = None,
) -> None:
    """Measure what the closures of a scenario cost its journeys."""
    entry = read_scenario(scenario)
    entry = entry.instead(profile=profile, date=date.date() if date else None)
    with show_progress() as progress:
        impact = assess_scenario(entry, progress=progress)
        if out is not None:
            from wayaround.reports.files import write_results  # Matplotlib: a second that only this needs

            progress("drawing map and report", 0, 1)
            write_results(impact, out)
    if as_json:
        typer.echo(json.dumps(summarise(impact), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_impact(impact, Console())
    if out is not None:
        typer.echo(f"\nMap: {out / 'map.png'}   Report: {out / 'report.html'}")
