"""``wayaround compare``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.cli.progress import show_progress
from wayaround.compare.run import compare_scenarios
from wayaround.reports.compare import print_comparison
from wayaround.reports.compare_summary import summarise_comparison
from wayaround.scenario import read_scenario


def compare(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files (TOML), 2 to 12; the first is the measure.")],
    out: Annotated[Path | None, typer.Option(help="Folder for table, summary and maps.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Put the same journeys under several scenarios side by side."""
    entries = [read_scenario(path) for path in scenarios]
    with show_progress() as progress:
        result = compare_scenarios(entries, progress=progress)
        if out is not None:
            from wayaround.reports.compare_files import write_comparison  # Matplotlib: a second that only this needs

            progress("drawing maps", 0, 1)
            write_comparison(result, out)
    if as_json:
        typer.echo(json.dumps(summarise_comparison(result), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_comparison(result, Console(emoji=False))
    if out is not None:
        typer.echo(f"\nTable: {out / 'compare.parquet'}   Maps: {out / 'compare.png'}")
