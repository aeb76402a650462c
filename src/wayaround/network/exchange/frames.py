"""A network as tables with geometry, and files of them."""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from wayaround.cache import publish_folder
from wayaround.errors import FileUnreadable
from wayaround.network.exchange.columns import attribute_columns
from wayaround.network.exchange.gmns import write_gmns
from wayaround.network.road_network import RoadNetwork
from wayaround.network.shapes import points_on_links

if TYPE_CHECKING:
    import geopandas as gpd


class NetworkFrames(NamedTuple):
    """A network as three tables in EPSG:4326; `attrs` of each says name, source, licence and attribution.

    Parameters
    ----------
    links : geopandas.GeoDataFrame
        A line a link, tail to head: `link`, `tail`, `head`, `length_m`, `country` and those of its
        ends, and all of `LinkAttributes` where
        the network has them; classes, surfaces, access and flags as words.
    nodes : geopandas.GeoDataFrame
        A point a node: `node`, `country`.
    crossings : geopandas.GeoDataFrame
        A point a crossing, the middle of its first link: `id`, `name`, `countries`, `links`, `variants`.
    """

    links: "gpd.GeoDataFrame"
    nodes: "gpd.GeoDataFrame"
    crossings: "gpd.GeoDataFrame"


def to_geodataframes(network: RoadNetwork) -> NetworkFrames:
    """Give the links, nodes and crossings of a network as tables with geometry.

    Parameters
    ----------
    network : RoadNetwork
        The network. Its turn restrictions are in none of the tables.

    Returns
    -------
    NetworkFrames

    Examples
    --------
    >>> import geopandas as gpd
    >>> from wayaround.network.exchange.lines import network_from_geodataframe
    >>> road = gpd.GeoSeries.from_wkt(["LINESTRING (38.8 33.4, 38.9 33.4)"], crs="EPSG:4326")
    >>> links, nodes, crossings = to_geodataframes(network_from_geodataframe(gpd.GeoDataFrame(geometry=road)))
    >>> links[["tail", "head", "length_m", "tail_country", "head_country"]].values.tolist()
    [[0, 1, 9303, 'SY', 'IQ']]
    >>> crossings[["id", "countries"]].values.tolist()
    [['IQ-SY-0', 'IQ-SY']]
    """
    import geopandas as gpd

    every = np.arange(network.links)
    country = np.array(network.countries, dtype=object)
    links = gpd.GeoDataFrame(
        {
            "link": every,
            "tail": np.asarray(network.link_tail),
            "head": np.asarray(network.link_head),
            "length_m": np.asarray(network.link_length_m),
            "country": country[network.link_country],
            "tail_country": country[network.node_country][network.link_tail],
            "head_country": country[network.node_country][network.link_head],
            **({} if network.attributes is None else attribute_columns(network.attributes)),
        },
        geometry=network.lines(every),
        crs="EPSG:4326",
    )
    nodes = gpd.GeoDataFrame(
        {"node": np.arange(network.nodes), "country": country[network.node_country]},
        geometry=shapely.points(network.node_lon, network.node_lat),
        crs="EPSG:4326",
    )
    posts = network.crossings
    crossings = gpd.GeoDataFrame(
        {
            "id": np.array([post.id for post in posts], dtype=object),
            "name": np.array([post.name for post in posts], dtype=object),
            "countries": np.array(["-".join(post.countries) for post in posts], dtype=object),
            "links": np.array([",".join(map(str, post.links)) for post in posts], dtype=object),
            "variants": np.array(["; ".join(post.variants) for post in posts], dtype=object),
        },
        geometry=shapely.points(points_on_links(network, [post.links[0] for post in posts], 0.5)),
        crs="EPSG:4326",
    )
    frames = NetworkFrames(links, nodes, crossings)
    for frame in frames:
        frame.attrs.update(_about(network))
    return frames


def export_network(network: RoadNetwork, out: Path) -> None:
    """Write a network in a format of others, chosen by the ending of its name; it appears whole or not at all.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    out : Path
        Ending in .gpkg: a GeoPackage with the layers links, nodes and crossings. In .parquet: a folder with the
        GeoParquet files links.parquet, nodes.parquet and crossings.parquet. In .gmns: a folder of GMNS tables.

    Raises
    ------
    FileUnreadable
        Another ending, something that is there already, or a place that cannot be written to.
    """
    writers: dict[str, Callable[[RoadNetwork, Path], None]] = {
        ".gpkg": _write_geopackage,
        ".parquet": lambda each, folder: publish_folder(lambda draft: _write_geoparquet(each, draft), folder),
        ".gmns": lambda each, folder: publish_folder(lambda draft: write_gmns(each, draft), folder),
    }
    if out.suffix not in writers:
        raise FileUnreadable(
            f'"{out}" does not tell the format: name a file that ends in .gpkg, or a folder that ends in .parquet or '
            ".gmns.",
            ids=[str(out)],
        )
    if out.exists():
        raise FileUnreadable(f'"{out}" is there already; name a new one.', ids=[str(out)])
    writers[out.suffix](network, out)


def _write_geoparquet(network: RoadNetwork, folder: Path) -> None:
    for name, frame in to_geodataframes(network)._asdict().items():
        frame.to_parquet(folder / f"{name}.parquet")


def _write_geopackage(network: RoadNetwork, out: Path) -> None:
    # SQLite needs a folder of its own for what it writes beside the file.
    draft = out.parent / f".{out.name}.{secrets.token_hex(6)}.part"
    try:
        draft.mkdir(parents=True)
        for name, frame in to_geodataframes(network)._asdict().items():
            frame.to_file(draft / out.name, layer=name, driver="GPKG", engine="pyogrio", layer_metadata=frame.attrs)
        (draft / out.name).rename(out)
    except (OSError, RuntimeError) as error:
        raise FileUnreadable(f'cannot write "{out}": {error}.', ids=[str(out)]) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _about(network: RoadNetwork) -> dict[Any, Any]:
    return {name: getattr(network, name) for name in ("name", "source", "licence", "attribution", "digest")}
