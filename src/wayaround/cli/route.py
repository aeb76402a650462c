"""``wayaround route``."""

import json
import math
from itertools import pairwise
from typing import Annotated

import typer
from rich.console import Console

from wayaround.assess import assess
from wayaround.cli.areas import CLOSING_FORMS, read_closing
from wayaround.cli.progress import show_progress
from wayaround.demand.trips import named_trips
from wayaround.network.catalogue import open_network
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact


def route(
    network: Annotated[str, typer.Argument(help="Name in the catalogue, or a stored network's folder.")],
    origin: Annotated[str, typer.Argument(metavar="FROM", help='Place, such as "Damascus, SY" or 33.51,36.29.')],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Place.")],
    via: Annotated[list[str] | None, typer.Option(help="Place to pass, in this order; repeatable.")] = None,
    close: Annotated[list[str] | None, typer.Option(help=f"What is shut: {CLOSING_FORMS}; repeatable.")] = None,
    profile: Annotated[str, typer.Option(help="Vehicle.")] = "truck",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Find one route, and what closures cost it."""
    closures = [read_closing(text, number) for number, text in enumerate(close or (), start=1)]
    stops = [origin, *(via or ()), destination]
    with show_progress() as progress:
        roads = open_network(network)
        trips = named_trips(roads, list(pairwise(stops)))
        title = " - ".join(stops)
        impact = assess(roads, closures=closures, trips=trips, profile=profile, title=title, progress=progress)
    legs = impact.pairs
    total = {name: float(legs[name].sum(skipna=False)) for name in ("before_km", "after_km", "before_h", "after_h")}
    if as_json:
        whole = {name: None if math.isnan(value) else round(value, 6) for name, value in total.items()}
        typer.echo(json.dumps(summarise(impact) | {"total": whole}, ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_impact(impact, Console())
    if via and not math.isnan(total["after_km"]):
        typer.echo(f"By way of all stops: {total['before_km']:,.0f} km before, {total['after_km']:,.0f} km after.")
