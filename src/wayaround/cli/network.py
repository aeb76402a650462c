"""``wayaround network``."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayaround.cli.areas import REGION_FORMS, read_region
from wayaround.cli.progress import show_progress
from wayaround.demand.countries import require_country
from wayaround.impact.score import cities_inside, score_network
from wayaround.network.build import build_network
from wayaround.network.catalogue import CATALOGUE, open_network
from wayaround.network.describe import describe_network
from wayaround.network.describe_import import describe_import
from wayaround.network.exchange.frames import export_network
from wayaround.network.exchange.sources import build_from_sources
from wayaround.network.extracts import SOURCE, fetch_extracts
from wayaround.network.gaps import find_gaps
from wayaround.network.profiles import load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.network.store import check_target, replace_network
from wayaround.network.validate import validate_network
from wayaround.reports.geojson import write_geojson
from wayaround.reports.network import print_gaps, print_validation, summarise_gaps, summarise_validation

network_app = typer.Typer(help="Build networks and look at them.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[
    str, typer.Argument(help="Name in the catalogue, a stored network's folder, or an OpenStreetMap file.")
]
Vehicle = Annotated[str, typer.Option(help="Vehicle: what it may not drive does not count as road.")]
Top = Annotated[int, typer.Option(min=1, help="How many to show of each kind.")]
GeoJsonOut = Annotated[Path | None, typer.Option(metavar="FILE.geojson", help="Write all of them there as GeoJSON.")]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the network; a network in it is replaced.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

HOW_NEAR = "How near the two dead ends lie; 0.1 on a network with attributes and 3 on one without, if left out."
CITIES_LOOKED_AT = 10_000


@network_app.command("list")
def list_networks() -> None:
    """List the networks that have a name."""
    for name in CATALOGUE:
        typer.echo(name)


@network_app.command()
def build(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE...", help="OpenStreetMap files as one map, a GMNS folder, or a file of lines."),
    ],
    out: Out,
    layer: Annotated[str | None, typer.Option(help="Lines: layer of the file.")] = None,
    length_column: Annotated[str | None, typer.Option(help="Lines: lengths in metres.")] = None,
    oneway_column: Annotated[str | None, typer.Option(help="Lines: yes, no or -1.")] = None,
    speed_column: Annotated[str | None, typer.Option(help="Lines: speed limits in km/h.")] = None,
    class_column: Annotated[str | None, typer.Option(help="Lines: classes of roads.")] = None,
    name_column: Annotated[str | None, typer.Option(help="Lines: names of roads.")] = None,
    node_at_crossings: Annotated[bool, typer.Option(help="Lines: part them where they cross or touch.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build a network out of OpenStreetMap files, a GMNS folder, or lines in GeoPackage, GeoJSON or GeoParquet."""
    check_target(out)
    columns = {
        "length_column": length_column,
        "oneway_column": oneway_column,
        "speed_column": speed_column,
        "class_column": class_column,
        "name_column": name_column,
        "node_at_crossings": node_at_crossings,
    }
    with show_progress() as progress:
        name = out.absolute().name
        roads = build_from_sources(sources, name=name, layer=layer, columns=columns, progress=progress)
        progress("writing", 0, 1)
        replace_network(roads, out)
    _tell_built(roads, out, as_json)


@network_app.command()
def fetch(
    wanted: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Name or id of an extract, a file of polygons, or the address of a file."),
    ],
    out: Out,
    source: Annotated[str, typer.Option(help="Whose extracts.")] = SOURCE,
    as_json: AsJson = False,
) -> None:
    """Fetch an extract of OpenStreetMap and build a network out of it; its file stays in the cache."""
    check_target(out)
    with show_progress() as progress:
        extracts, files = fetch_extracts(wanted, source=source, progress=progress)
        for extract, file in zip(extracts, files, strict=True):
            if not file.is_checked:
                typer.echo(f"{extract.url} has no digest beside it, so its file was not checked.", err=True)
        roads = build_network([file.path for file in files], name=out.absolute().name, progress=progress)
        progress("writing", 0, 1)
        replace_network(roads, out)
    _tell_built(roads, out, as_json)


@network_app.command()
def export(
    network: Name,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Ending in .gpkg, or a folder ending in .parquet or .gmns.")
    ],
) -> None:
    """Write a network as a GeoPackage, as GeoParquet files or as GMNS tables."""
    export_network(_open(network), out)
    typer.echo(f"{out} written.")


@network_app.command()
def info(network: Name, profile: Vehicle = "truck", as_json: AsJson = False) -> None:
    """Say what a network holds, where it comes from, and how far it can be trusted."""
    vehicle = load_profile(profile)
    roads = _open(network)
    entry = _describe(roads)
    score = score_network(roads, vehicle)
    entry["score"] = {"profile": vehicle.name, "said": str(score), **asdict(score)}
    if as_json:
        typer.echo(json.dumps(entry, ensure_ascii=False, indent=1))
        return
    table = Table(show_header=False, box=None)
    table.add_column()
    table.add_column(overflow="fold")
    for key, value in _flatten(entry | {"score": f"{score} (profile {vehicle.name})"}):
        table.add_row(key.replace("_", " "), escape(value))
    Console().print(table)


@network_app.command()
def validate(
    network: Name,
    profile: Vehicle = "truck",
    top: Top = 5,
    out: GeoJsonOut = None,
    as_json: AsJson = False,
) -> None:
    """Say what looks wrong in a network, and how much it matters."""
    vehicle = load_profile(profile)
    roads = _open(network)
    with show_progress() as progress:
        progress("looking for what is likely wrong", 0, 1)
        found = validate_network(roads, vehicle, cities=cities_inside(roads, most=CITIES_LOOKED_AT)[0])
        if out is not None:
            write_geojson(found.table(), out)
    if as_json:
        typer.echo(json.dumps(summarise_validation(found, top), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_validation(found, top, Console())


@network_app.command()
def gaps(
    network: Name,
    radius_km: Annotated[float | None, typer.Option(min=0.001, max=100, help=HOW_NEAR)] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only where one end lies there; repeatable.")] = None,
    within: Annotated[str | None, typer.Option(help=f"Only where one end lies in an area: {REGION_FORMS}.")] = None,
    profile: Vehicle = "truck",
    top: Top = 20,
    out: GeoJsonOut = None,
    as_json: AsJson = False,
) -> None:
    """List dead ends near each other that no way joins, or only a long way round."""
    vehicle = load_profile(profile)
    area = None if within is None else read_region(within)
    codes = None if country is None else [require_country(name) for name in country]
    roads = _open(network)
    among = np.ones(roads.nodes, dtype=np.bool_)
    if codes is not None:
        among &= np.isin(np.array(roads.countries)[roads.node_country], codes)
    if area is not None:
        among &= area.covers(np.asarray(roads.node_lat), np.asarray(roads.node_lon))
    with show_progress() as progress:
        progress("looking for gaps", 0, 1)
        found = find_gaps(roads, vehicle, radius_km=radius_km, among=among)
        if out is not None:
            write_geojson(found.table(), out)
    if as_json:
        typer.echo(json.dumps(summarise_gaps(found, top), ensure_ascii=False, indent=1, allow_nan=False))
        return
    print_gaps(found, top, Console())


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
    if roads.imported is None or not roads.imported.borders_drawn:
        typer.echo("Borders are simplified to 1:10 million, so some of the unnamed crossings are none.")


def _tell_built(roads: RoadNetwork, out: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"folder": str(out), **_describe(roads)}, ensure_ascii=False, indent=1))
        return
    km = float(roads.link_length_m.sum(dtype=np.int64)) / 1000
    typer.echo(
        f"{out}: {roads.nodes:,} nodes, {roads.links:,} links, {km:,.0f} km. `wayaround network info` says more."
    )


def _describe(roads: RoadNetwork) -> dict[str, Any]:
    imported = describe_import(roads)
    return {
        "name": roads.name,
        "digest": roads.digest,
        "source": roads.source,
        "licence": roads.licence,
        "attribution": roads.attribution,
        **asdict(describe_network(roads)),
        **({} if imported is None else asdict(imported)),
        **({} if imported or not roads.imported else {"met": dict(roads.imported.counts)}),
    }


def _flatten(entry: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Rows to print: one for each value, under the keys that lead to it."""
    if isinstance(entry, dict):
        for name, value in entry.items():
            yield from _flatten(value, f"{key}: {name}" if key else str(name))
    elif isinstance(entry, list | tuple) and any(isinstance(value, dict) for value in entry):
        for value in entry:
            yield from _flatten(value, key)
    elif isinstance(entry, list | tuple):
        yield key, ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in entry)
    elif isinstance(entry, float):
        yield key, f"{entry:.1%}" if key.startswith("share") else f"{entry:,.0f}" if entry >= 100 else f"{entry:,.1f}"
    else:
        yield key, f"{entry:,}" if isinstance(entry, int) else str(entry)


def _open(network: str) -> RoadNetwork:
    with show_progress() as progress:
        progress("opening the network (the first time takes some seconds)", 0, 1)
        return open_network(network, progress=progress)


def _position(roads: RoadNetwork, link: int) -> dict[str, float]:
    ends = [int(roads.link_tail[link]), int(roads.link_head[link])]
    return {
        "lat": round(float(roads.node_lat[ends].mean()), 4),
        "lon": round(float(roads.node_lon[ends].mean()), 4),
    }
