"""The command line: parse, call, present."""

import io
import sys

import typer
from rich.console import Console
from rich.markup import escape

from wayaround.cli.check import check
from wayaround.cli.compare import compare
from wayaround.cli.hazard import hazard
from wayaround.cli.network import network_app
from wayaround.cli.rank import rank
from wayaround.cli.route import route
from wayaround.cli.run import run
from wayaround.cli.serve import serve
from wayaround.cli.survey import survey
from wayaround.cli.sweep import sweep
from wayaround.cli.timeline import timeline
from wayaround.errors import RunIncomplete, WayaroundError

app = typer.Typer(
    name="wayaround",
    help="Measure what a road closure costs, journey by journey.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(run)
app.command()(route)
app.command()(rank)
app.command()(hazard)
app.command()(sweep)
app.command()(survey)
app.command()(timeline)
app.command()(compare)
app.command()(check)
app.command()(serve)
app.add_typer(network_app, name="network")


def main() -> None:
    """Entry point: 0 done, 2 bad input (one sentence on stderr), 1 a fault of ours (with its traceback)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows a question mark for it
            stream.reconfigure(errors="replace")
    try:
        app()
    except WayaroundError as error:
        console = Console(stderr=True, soft_wrap=True, emoji=False)  # a range 5:100:5 is none
        console.print(f"[bold red]wayaround:[/bold red] {escape(error.message)}", highlight=False)
        sys.exit(1 if isinstance(error, RunIncomplete) else 2)
