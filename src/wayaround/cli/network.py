"""``wayaround network``."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.cli.progress import show_progress
from wayaround.network.catalogue import CATALOGUE, open_network
from wayaround.network.describe import describe_network
from wayaround.network.road_network import RoadNetwork

network_app = typer.Typer(help="Look at networks.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="Name in the catalogue, or a stored network's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@network_app.command("list")
def list_networks() -> None:
    """List the networks that have a name."""
    for name in CATALOGUE:
        typer.echo(name)


@network_app.command()
def info(network: Name, as_json: AsJson = False) -> None:
    """Say what a network holds and where it comes from."""
    roads = _open(network)
    entry = {
        "name": roads.name,
        "digest": roads.digest,
        "source": roads.source,
        "licence": roads.licence,
        "attribution": roads.attribution,
        **asdict(describe_network(roads)),
    }
    if as_json:
        typer.echo(json.dumps(entry, ensure_ascii=False, indent=1))
        return
    table = Table(show_header=False, box=None)
    table.add_column()
    table.add_column(overflow="fold")
    for key, value in entry.items():
        shown = f"{value:,.0f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
        table.add_row(key.replace("_", " "), escape(shown))
    Console().print(table)


@network_app.command()
def crossings(network: Name, as_json: AsJson = False) -> None:
    """List the border crossings; those without a name of their own go by an id."""
    roads = _open(network)
    rows = [
        {
            "id": crossing.id,
            "name": crossing.name,
            "countries": list(crossing.countries),
            "variants": list(crossing.variants),
            "links": list(crossing.links),
            **_position(roads, crossing.links[0]),
        }
        for crossing in roads.crossings
    ]
    if as_json:
        typer.echo(json.dumps({"network": roads.name, "crossings": rows}, ensure_ascii=False, indent=1))
        return
    table = Table("id", "countries", "lat", "lon", "also called")
    for row, crossing in zip(rows, roads.crossings, strict=True):
        place = f"{row['lat']:.3f}", f"{row['lon']:.3f}"
        table.add_row(crossing.name, "-".join(crossing.countries), *place, escape(", ".join(crossing.variants)))
    Console().print(table)
    typer.echo("Borders are simplified to 1:10 million, so some of the unnamed crossings are none.")


def _open(network: str) -> RoadNetwork:
    with show_progress() as progress:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        return open_network(network)


def _position(roads: RoadNetwork, link: int) -> dict[str, float]:
    ends = [int(roads.link_tail[link]), int(roads.link_head[link])]
    return {
        "lat": round(float(roads.node_lat[ends].mean()), 4),
        "lon": round(float(roads.node_lon[ends].mean()), 4),
    }
