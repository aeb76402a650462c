"""``wayaround sweep``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.cli.progress import show_progress
from wayaround.cli.workers import ClusterOption, open_workers, run_folder
from wayaround.reports.sweep import print_sweep, summarise_sweep
from wayaround.scenario import read_scenario
from wayaround.sweep.run import sweep_scenario


def sweep(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    vary: Annotated[
        list[str],
        typer.Option(
            help="What to vary, KEY=start:stop:step or KEY=a,b,c; repeatable. KEY is closures.ID.KEY, closures, "
            "profile, profile.KEY, date or party.",
        ),
    ],
    paired: Annotated[
        bool, typer.Option("--paired", help="Take first values together, then second, not each with each.")
    ] = False,
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for table, summary and maps.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Assess a scenario at many values, and find where the ways of its journeys change."""
    entry = read_scenario(scenario)
    with show_progress() as progress, open_workers(cluster) as workers:
        folder = run_folder(out, cluster)
        result = sweep_scenario(entry, vary, paired=paired, workers=workers, folder=folder, progress=progress)
        if out is not None:
            from wayaround.reports.sweep_files import write_sweep  # Matplotlib: a second that only this needs

            progress("drawing maps", 0, 1)
            write_sweep(result, out)
    if as_json:
        typer.echo(json.dumps(summarise_sweep(result), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_sweep(result, Console(emoji=False))
    if out is not None:
        typer.echo(f"\nTable: {out / 'sweep.parquet'}   Maps: {out / 'sweep.png'}")
