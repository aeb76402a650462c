"""``wayaround survey``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.cli.progress import show_progress
from wayaround.cli.workers import ClusterOption, open_workers
from wayaround.reports.survey import print_survey, summarise_survey, write_survey
from wayaround.survey.run import survey_networks


def survey(
    networks: Annotated[Path, typer.Argument(metavar="LIST", help="List of networks (TOML).")],
    cluster: ClusterOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the table; what is finished in it is not done again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Build or open, validate and rank many networks, and put all into one table."""
    with show_progress() as progress, open_workers(cluster) as workers:
        result = survey_networks(networks, folder=out, workers=workers, progress=progress)
        if out is not None:
            write_survey(result, out)
    if as_json:
        typer.echo(json.dumps(summarise_survey(result), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_survey(result, Console(emoji=False))
    if out is not None:
        typer.echo(f"\nTable: {out / 'survey.parquet'}")
