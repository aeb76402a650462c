"""``wayaround check``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wayaround.assess import load_scenario_profile, open_scenario_network
from wayaround.claims.check import check_claims
from wayaround.claims.claimreview import claim_reviews, write_claim_reviews
from wayaround.claims.document import read_document
from wayaround.claims.ledger import record_findings
from wayaround.claims.read import read_claims
from wayaround.claims.scenario_claims import known_names
from wayaround.cli.days import read_day
from wayaround.cli.progress import show_progress
from wayaround.closures.reading import read_closures
from wayaround.network.catalogue import open_network
from wayaround.network.profiles import load_profile
from wayaround.reports.findings import print_findings, summarise_check
from wayaround.scenario import read_scenario

NETWORK = "world-highways"


def check(
    text_file: Annotated[Path, typer.Argument(metavar="TEXT_FILE", help="Text or web page with what was said.")],
    scenario: Annotated[
        Path | None, typer.Option(help="Scenario file (TOML): its network, names and closures.")
    ] = None,
    network: Annotated[
        str | None, typer.Option(help="Name in the catalogue, or a stored network's folder, instead of the scenario's.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Vehicle instead of the scenario's.")] = None,
    date: Annotated[str | None, typer.Option(help="Day instead of the scenario's, as YYYY-MM-DD.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    claimreview: Annotated[Path | None, typer.Option(help="File for schema.org ClaimReview (JSON-LD).")] = None,
    ledger: Annotated[
        str | None, typer.Option(metavar="URL", help="Ledger to add to: an SQLite file, or a PostgreSQL address.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report page and its ClaimReview.")] = None,
    url: Annotated[str, typer.Option(help="Address at which the report page will stand, for ClaimReview.")] = "",
) -> None:
    """Check what a text says about ways against the roads."""
    document = read_document(text_file)
    day = None if date is None else read_day(date)
    entry = None if scenario is None else read_scenario(scenario)
    if profile is not None:
        load_profile(profile)
    if entry is not None:
        entry = entry.instead(profile=profile, date=day)
    with show_progress() as progress:
        if network is not None or entry is None:
            roads = open_network(network or NETWORK, progress=progress)
        else:
            roads = open_scenario_network(entry, progress=progress)
        vehicle = load_profile(profile or "truck") if entry is None else load_scenario_profile(entry)
        statements = read_claims(document, names=known_names(roads, entry))
        findings = check_claims(statements, roads, entry, profile=vehicle, date=day, progress=progress)
        if claimreview is not None:
            write_claim_reviews(claimreview, claim_reviews(document, findings, url=url))
        if ledger is not None:
            record_findings(ledger, document, statements, findings, network_digest=roads.digest)
        if out is not None:
            from wayaround.reports.claims import write_claims_report  # Matplotlib: a second that only this needs

            progress("writing the report", 0, 1)
            closures = () if entry is None else read_closures(entry)
            write_claims_report(out, document, statements, findings, roads, closures=closures, url=url)
    if as_json:
        summary = summarise_check(
            document,
            statements,
            findings,
            roads,
            scenario=None if entry is None else entry.title,
            profile=vehicle.name,
        )
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False))
        return
    title = f"Claims of {text_file.name}"
    print_findings(statements, findings, Console(), document=document, title=title)
    if out is not None:
        typer.echo(f"\nReport: {out / 'report.html'}")
