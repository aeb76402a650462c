"""``wayaround timeline``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.cli.days import read_day
from wayaround.cli.progress import show_progress
from wayaround.cli.workers import ClusterOption, open_workers, run_folder
from wayaround.reports.timeline import print_timeline, summarise_timeline
from wayaround.scenario import read_scenario
from wayaround.timeline.run import assess_timeline


def timeline(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    first: Annotated[
        str | None, typer.Option("--from", help="First day, as YYYY-MM-DD; else the day before the first change.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--until", help="Last day, as YYYY-MM-DD; else the day of the last change.")
    ] = None,
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for table, summary and chart.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Assess a scenario on every day on which a closure begins or has ended."""
    begin = None if first is None else read_day(first, option="--from")
    end = None if last is None else read_day(last, option="--until")
    entry = read_scenario(scenario)
    with show_progress() as progress, open_workers(cluster) as workers:
        folder = run_folder(out, cluster)
        result = assess_timeline(entry, first=begin, last=end, workers=workers, folder=folder, progress=progress)
        if out is not None:
            from wayaround.reports.timeline_files import write_timeline  # Matplotlib: a second that only this needs

            progress("drawing the chart", 0, 1)
            write_timeline(result, out)
    if as_json:
        typer.echo(json.dumps(summarise_timeline(result), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_timeline(result, Console(emoji=False))
    if out is not None:
        typer.echo(f"\nTable: {out / 'timeline.parquet'}   Chart: {out / 'timeline.png'}")
