"""``wayaround route``."""

import json
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from wayaround.assess import assess
from wayaround.cli.areas import CLOSING_FORMS, read_closing
from wayaround.cli.progress import show_progress
from wayaround.demand.trips import named_trips
from wayaround.errors import ScenarioError
from wayaround.network.catalogue import open_network
from wayaround.reports.alternatives import print_alternatives, summarise_alternatives, summarise_routes
from wayaround.reports.summary import summarise
from wayaround.reports.tables import print_impact
from wayaround.routes import find_alternatives

if TYPE_CHECKING:
    import geopandas as gpd


def route(
    network: Annotated[str, typer.Argument(help="Name in the catalogue, or a stored network's folder.")],
    origin: Annotated[str, typer.Argument(metavar="FROM", help='Place, such as "Damascus, SY" or 33.51,36.29.')],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Place.")],
    via: Annotated[list[str] | None, typer.Option(help="Place to pass, in this order; repeatable.")] = None,
    close: Annotated[list[str] | None, typer.Option(help=f"What is shut: {CLOSING_FORMS}; repeatable.")] = None,
    alternatives: Annotated[
        int | None, typer.Option(metavar="K", help="Up to so many sensible alternatives, before and after.")
    ] = None,
    profile: Annotated[str, typer.Option(help="Vehicle.")] = "truck",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Find one route, and what closures cost it."""
    if alternatives is not None and via:
        raise ScenarioError("--alternatives is for two places; leave out --via, or ask for each leg alone.")
    if alternatives is not None and alternatives < 1:
        raise ScenarioError(f"--alternatives {alternatives} asks for none; ask for 1 or more.")
    closures = [read_closing(text, number) for number, text in enumerate(close or (), start=1)]
    stops = [origin, *(via or ()), destination]
    with show_progress() as progress:
        roads = open_network(network, progress=progress)
        trips = named_trips(roads, list(pairwise(stops)), profile=profile)
        title = " - ".join(stops)
        impact = assess(roads, closures=closures, trips=trips, profile=profile, title=title, progress=progress)
        ways: dict[str, gpd.GeoDataFrame] = {}
        if alternatives is not None:
            progress("looking for alternatives", 0, 1)
            for state, shut in (("before", ()), ("after", closures)):
                ways[state] = find_alternatives(
                    roads, origin, destination, count=alternatives, closures=shut, profile=profile
                )
    legs = impact.pairs
    total = {name: float(legs[name].sum(skipna=False)) for name in ("before_km", "after_km", "before_h", "after_h")}
    if as_json:
        whole = {name: None if math.isnan(value) else round(value, 6) for name, value in total.items()}
        summary = summarise(impact) | {"total": whole, "routes": summarise_routes(impact)}
        if ways:
            summary["alternatives"] = {state: summarise_alternatives(found) for state, found in ways.items()}
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False))
        return
    console = Console()
    print_impact(impact, console)
    for state, found in ways.items():
        print_alternatives(found, f"Alternatives {state}", console)
    if via and not math.isnan(total["after_km"]):
        typer.echo(f"By way of all stops: {total['before_km']:,.0f} km before, {total['after_km']:,.0f} km after.")
