"""A survey of networks as a table, as JSON and as Parquet."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.reports.folder import fill_folder
from wayaround.survey.look import RANKED
from wayaround.survey.run import Survey


def summarise_survey(survey: Survey) -> dict[str, Any]:
    """All rows, ready for `json.dumps`."""
    return {
        "networks": len(survey),
        "ranked": len(survey) - len(survey.failed),
        "failed": len(survey.failed),
        "kept": survey.kept,
        "rows": [asdict(row) for row in survey.rows],
    }


def write_survey(survey: Survey, folder: Path) -> None:
    """Write survey.parquet and summary.json.

    Raises
    ------
    FileUnreadable
        The folder cannot be written.
    """

    def write(draft: Path) -> None:
        survey.table().to_parquet(draft / "survey.parquet", index=False)
        summary = json.dumps(summarise_survey(survey), ensure_ascii=False, indent=1, allow_nan=False)
        (draft / "summary.json").write_text(summary + "\n", encoding="utf-8")

    fill_folder(folder, write)


def print_survey(survey: Survey, console: Console) -> None:
    """Print the networks that were ranked as a table, and below it those that failed."""
    table = Table(title="Networks, and the road that each can least afford to lose", title_justify="left")
    table.add_column("network", overflow="fold")
    for name in ("links", "cities", "connected"):
        table.add_column(name, justify="right")
    table.add_column("worst", overflow="fold")
    for name in ("weight\ncut off", "extra\nhours", "s"):
        table.add_column(name, justify="right")
    for row in survey.rows:
        if row.state == RANKED:
            near = f", near {row.worst_near}" if row.worst_near else ""
            table.add_row(
                escape(row.name),
                f"{row.links:,}",
                f"{row.cities:,}",
                f"{100 * row.connected:.1f} %",
                escape(f"{row.worst}{near}" if row.worst else "none is missed"),
                f"{row.worst_cut_off_weight:,.1f}",
                f"{row.worst_extra_weighted_h:,.1f}",
                f"{row.seconds:,.1f}",
            )
    if len(survey.failed) < len(survey):
        console.print(table)
    for row in survey.failed:
        console.print(escape(f"{row.name} failed: {row.reason}"), highlight=False)
    kept = f" {survey.kept:,} were finished before and not looked at again." if survey.kept else ""
    console.print(
        f"{len(survey):,} networks, {len(survey.failed):,} failed.{kept} Weight cut off and hours are weighted, with a "
        "mean weight of 1 a journey, between the largest cities near a road. Connected: share of the journeys that "
        "have a way.",
        highlight=False,
    )
