"""A network out of whatever a path holds: OpenStreetMap files, a GMNS folder, a file of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wayaround.errors import FileUnreadable, RoadsInvalid
from wayaround.network.build import Progress, build_network
from wayaround.network.exchange.gmns_reader import network_from_gmns
from wayaround.network.exchange.lines import network_from_geodataframe
from wayaround.network.osm_file import FORMATS, is_osm_path
from wayaround.network.road_network import Crossing, RoadNetwork

if TYPE_CHECKING:
    import geopandas as gpd

LINE_FORMATS = (".gpkg", ".geojson", ".json", ".parquet", ".shp")
"""Endings of files of lines."""

_LINKS, _CROSSINGS = "links", "crossings"
"""Layers, or files of a folder, in which an export keeps these."""


def build_from_sources(
    sources: Sequence[Path],
    *,
    name: str,
    layer: str | None = None,
    columns: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> RoadNetwork:
    """Build a network out of paths.

    Parameters
    ----------
    sources : sequence of Path
        OpenStreetMap files, which are read as one map; or one GMNS folder; or one file of lines or export.
    name : str
        What the network is called.
    layer : str, optional
        Layer of a file of lines; without it that of an export, or the only one.
    columns : mapping, optional
        Options of `network_from_geodataframe` by name, for lines.
    progress : callable, optional
        Told the stage of a build, and how much of it is done.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    FileUnreadable
        A path that is none of these, or cannot be read.
    RoadsInvalid
        Roads that make no network.
    """
    chosen = {key: value for key, value in (columns or {}).items() if value}
    is_lines = len(sources) == 1 and (sources[0].suffix in LINE_FORMATS)
    if not is_lines and (layer or chosen):
        option = "layer" if layer else next(iter(chosen))
        raise RoadsInvalid(f'--{option.replace("_", "-")} is for lines, and "{sources[0]}" holds none.')
    if is_lines:
        roads = network_from_geodataframe(read_lines(sources[0], layer=layer), name=name, **chosen)
        crossings = None if layer or chosen else _read_crossings(sources[0], roads)
        return roads if crossings is None else replace(roads, named_crossings=crossings)
    if len(sources) == 1 and sources[0].is_dir():
        return network_from_gmns(sources[0], name=name)
    strange = [path for path in sources if not is_osm_path(path)]
    if strange:
        alone = " alone" if len(sources) > 1 else ""
        raise FileUnreadable(
            f'"{strange[0]}" is no source of roads{alone}: OpenStreetMap files end in {", ".join(FORMATS)}, files of '
            f"lines in {', '.join(LINE_FORMATS)}, and GMNS is a folder.",
            ids=[str(strange[0])],
        )
    return build_network(sources, name=name, progress=progress)


def read_lines(path: Path, *, layer: str | None = None) -> "gpd.GeoDataFrame":
    """Read a file of lines, or the links of an export, with what it says of its source in ``attrs``.

    Raises
    ------
    FileUnreadable
        It is missing or damaged, or it has several layers and none is named.
    """
    import geopandas as gpd
    import pyogrio

    try:
        if path.suffix == ".parquet":
            return gpd.read_parquet(path / f"{layer or _LINKS}.parquet" if path.is_dir() else path)
        layers = [str(each) for each in pyogrio.list_layers(path)[:, 0]]
        chosen = layer or (_LINKS if _LINKS in layers else layers[0])
        if chosen not in layers or (not layer and len(layers) > 1 and _LINKS not in layers):
            wrong = f'has no layer "{layer}"' if layer else "has several layers"
            raise FileUnreadable(f'"{path}" {wrong}; name one of {", ".join(layers)}.', ids=[str(path)])
        lines = gpd.read_file(path, layer=chosen, engine="pyogrio")
        lines.attrs.update(pyogrio.read_info(path, layer=chosen).get("layer_metadata") or {})
        return lines
    except FileUnreadable:
        raise
    except (OSError, ValueError, RuntimeError, IndexError) as error:
        raise FileUnreadable(
            f'cannot read lines from "{path}": {str(error).strip().rstrip(".") or type(error).__name__}.',
            ids=[str(path)],
        ) from error


def _read_crossings(path: Path, roads: RoadNetwork) -> tuple[Crossing, ...] | None:
    """Crossings of an export; None for other files."""
    import pyogrio

    is_export = path.is_dir() if path.suffix == ".parquet" else _CROSSINGS in pyogrio.list_layers(path)[:, 0].tolist()
    if not is_export:
        return None
    table = read_lines(path, layer=_CROSSINGS)
    if not {"id", "name", "countries", "links", "variants"} <= set(table.columns):
        return None
    try:
        return tuple(
            Crossing(
                id=row.id,
                name=row.name,
                countries=(row.countries[:2], row.countries[3:]),
                links=tuple(int(link) for link in roads.check_links(list(map(int, row.links.split(","))))),
                variants=tuple(row.variants.split("; ")) if row.variants else (),
            )
            for row in table.itertuples(index=False)
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise FileUnreadable(f'the crossings of "{path}" cannot be read ({error}).', ids=[str(path)]) from error
