"""``wayaround run``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.assess import assess_scenario
from wayaround.claims.claim import Statement
from wayaround.claims.finding import Finding
from wayaround.claims.scenario_claims import check_scenario_claims
from wayaround.cli.days import read_day
from wayaround.cli.progress import show_progress
from wayaround.compare.run import assess_variants
from wayaround.errors import WayaroundError
from wayaround.impact.using import FORMS, measure_use, read_road
from wayaround.network.profiles import load_profile
from wayaround.reports.compare import print_cases
from wayaround.reports.findings import print_findings
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact
from wayaround.scenario import read_scenario


def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    out: Annotated[Path | None, typer.Option(help="Folder for table, routes, map and report.")] = None,
    using: Annotated[list[str] | None, typer.Option(help=f"Who uses this: {FORMS}; repeatable.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    profile: Annotated[str | None, typer.Option(help="Vehicle instead of the scenario's.")] = None,
    date: Annotated[str | None, typer.Option(help="Day instead of the scenario's, as YYYY-MM-DD.")] = None,
) -> None:
    """Measure what the closures of a scenario cost its journeys."""
    with _naming("--using"):
        for road in using or ():
            read_road(road)
    entry = read_scenario(scenario)
    if profile is not None:
        load_profile(profile)  # a wrong one is the command's mistake, not the file's
    entry = entry.instead(profile=profile, date=None if date is None else read_day(date))
    with show_progress() as progress:
        try:
            impact = assess_scenario(entry, progress=progress)
        except WayaroundError as error:
            if str(scenario) in error.message:
                raise
            raise type(error)(f"{scenario}: {error.message}", ids=error.ids) from error
        with _naming("--using"):
            uses = measure_use(impact, using or ())
        variants = assess_variants(entry, network=impact.network, progress=progress) if entry.variants else None
        statements: list[Statement] = []
        findings: list[Finding] = []
        if entry.claims:
            statements, findings = check_scenario_claims(
                entry, impact.network, profile=impact.profile, progress=progress
            )
        if out is not None:
            from wayaround.reports.files import write_results  # Matplotlib: a second that only this needs

            progress("drawing map and report", 0, 1)
            write_results(impact, out, uses=uses, findings=findings, variants=variants)
    if as_json:
        summary = summarise(impact, uses=uses, findings=findings, variants=variants)
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False))
        return
    console = Console()
    print_impact(impact, console, uses=uses)
    if variants is not None:
        console.print("[bold]Vehicles and parties[/bold]")
        print_cases(variants, console)
    if entry.claims:
        print_findings(statements, findings, console, title="Claims of the scenario")
    if out is not None:
        typer.echo(f"\nMap: {out / 'map.png'}   Report: {out / 'report.html'}")


@contextmanager
def _naming(option: str) -> Iterator[None]:
    """Say which option an error is about."""
    try:
        yield
    except WayaroundError as error:
        raise type(error)(f"{option}: {error.message}", ids=error.ids) from error
