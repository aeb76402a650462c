"""``wayaround rank``."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from wayaround.cache import discard_folder
from wayaround.cli.areas import REGION_FORMS, read_region
from wayaround.cli.given import Unit, check_given, read_given
from wayaround.cli.progress import show_progress
from wayaround.cli.workers import RUN_FOLDER, ClusterOption, open_workers
from wayaround.errors import RunIncomplete, ScenarioError
from wayaround.impact.criticality import rank_links, rank_reopenings
from wayaround.impact.joint_losses import JointRanking, check_among, rank_link_pairs
from wayaround.impact.ranking import Ranking
from wayaround.impact.restoration import Restoration, plan_restoration
from wayaround.reports.ranking import (
    print_joint_ranking,
    print_ranking,
    summarise_joint_ranking,
    summarise_ranking,
)
from wayaround.reports.restoration import print_restoration, summarise_restoration


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
    cluster: ClusterOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for tables (GeoParquet) and a picture.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Rank roads by what losing each costs all journeys together, exactly."""
    check_given("rank", scenario, network, cities)
    if pairs is not None:
        check_among(pairs)
    narrowed = {"--unit": unit, "--pairs": pairs, "--country": country, "--within": within, "--link": link}
    asked = [name for name, value in narrowed.items() if value is not None]
    back = [name for name, wanted in (("--restore", restore), ("--reopen", reopen)) if wanted]
    if back and len(back) + len(asked) > 1:
        raise ScenarioError(f"{back[0]} does not go with {', '.join([*back[1:], *asked])}: it is about closures.")
    region = None if within is None else read_region(within)
    result: Ranking | JointRanking | Restoration
    incomplete: RunIncomplete | None = None
    if back and cluster is not None:
        raise ScenarioError(f"{back[0]} does not go with --cluster: it is quick, and done here.")
    folder = None if out is None else out / RUN_FOLDER
    with show_progress() as progress, open_workers(cluster) as workers:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        given = read_given(scenario, network, cities)
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
                "workers": workers,
                "folder": folder,
                "progress": progress,
            }
            try:
                result = rank_links(**options) if pairs is None else rank_link_pairs(**options, among=pairs)
            except RunIncomplete as error:
                if pairs is not None or not isinstance(error.result, Ranking):
                    raise
                incomplete, result = error, error.result  # said at the end, after what there is
        if out is not None:
            progress("writing tables and picture", 0, 1)
            _write(result, out)
            if folder is not None and cluster is None and incomplete is None:
                discard_folder(folder)  # over a cluster it stays, as the record of who did what
    if as_json:
        typer.echo(json.dumps(_summarise(result, top), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(result, top, Console())
    if out is not None and not as_json:
        name = "restoration" if restore else "ranking" if pairs is None else "pairs"
        typer.echo(f"\nTable: {out / name}.parquet   Picture: {out / name}.png")
    if incomplete is not None:
        raise incomplete


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
