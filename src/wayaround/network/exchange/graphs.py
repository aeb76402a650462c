"""A network as a graph of NetworkX or igraph, which are imported only when they are asked for."""

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from wayaround.errors import PackageMissing
from wayaround.network.exchange.columns import attribute_columns
from wayaround.network.profiles import Profile, drive_times, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.units import DECISECONDS_PER_HOUR, UNREACHABLE

if TYPE_CHECKING:
    import igraph
    import networkx

_OSMNX_NAMES = {"osm_way": "osmid", "road_class": "highway"}


def to_networkx(network: RoadNetwork, *, profile: Profile | str | None = None) -> "networkx.MultiDiGraph":
    """Give a network as a directed multigraph of NetworkX, with the attribute names of OSMnx.

    Parameters
    ----------
    network : RoadNetwork
        The network. Its turn restrictions are not in the graph.
    profile : Profile or str, optional
        A vehicle: only what it may drive is in the graph, and each edge has its `travel_time` in seconds. Without one,
        all that cars or lorries may drive.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes have `x`, `y` and `country`. An edge is one direction of a link: `link`, `reversed` (against the link),
        `oneway`, `length` in metres, `geometry`, `country`, and what is known of the link: `highway`, `maxspeed` in
        km/h, `vehicles` that may drive there, `name`, `ref`, `lanes`, `surface`, `flags`, `osmid`.

    Raises
    ------
    PackageMissing
        NetworkX is not installed.
    """
    networkx = _load("networkx", "pip install 'wayaround[graphs]'")
    graph = networkx.MultiDiGraph(**_about(network))
    country = _countries(network)
    graph.add_nodes_from(
        (node, {"x": lon, "y": lat, "country": code})
        for node, (lon, lat, code) in enumerate(
            zip(network.node_lon.tolist(), network.node_lat.tolist(), country, strict=True)
        )
    )
    arcs = _list_arcs(network, profile)
    columns = {name: column.tolist() for name, column in arcs.items() if name not in ("start", "end")}
    rows = zip(*columns.values(), strict=True)
    graph.add_edges_from(
        (start, end, dict(zip(columns, row, strict=True)))
        for start, end, row in zip(arcs["start"].tolist(), arcs["end"].tolist(), rows, strict=True)
    )
    return graph


def to_igraph(network: RoadNetwork, *, profile: Profile | str | None = None) -> "igraph.Graph":
    """Give a network as a directed graph of igraph; igraph is not part of wayaround, as its licence is the GPL.

    Parameters
    ----------
    network, profile
        As for `to_networkx`.

    Returns
    -------
    igraph.Graph
        With the attributes of `to_networkx`; vertices have the numbers of the nodes.

    Raises
    ------
    PackageMissing
        igraph is not installed.
    """
    igraph = _load("igraph", "pip install igraph")
    arcs = _list_arcs(network, profile)
    graph = igraph.Graph(
        n=network.nodes,
        edges=np.column_stack([arcs["start"], arcs["end"]]).tolist(),
        directed=True,
        graph_attrs=_about(network),
        vertex_attrs={"x": network.node_lon.tolist(), "y": network.node_lat.tolist(), "country": _countries(network)},
        edge_attrs={name: column.tolist() for name, column in arcs.items() if name not in ("start", "end")},
    )
    return graph


def _load(package: str, hint: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise PackageMissing(f"{package} is not installed; `{hint}` brings it.", ids=[package]) from error


def _about(network: RoadNetwork) -> dict[str, str]:
    names = ("name", "source", "licence", "attribution")
    return {"crs": "EPSG:4326", **{name: getattr(network, name) for name in names}}


def _countries(network: RoadNetwork) -> list[str]:
    codes: list[str] = np.array(network.countries, dtype=object)[network.node_country].tolist()
    return codes


def _list_arcs(network: RoadNetwork, profile: Profile | str | None) -> pd.DataFrame:
    """A row an arc that may be driven: first all along their links, then all against them."""
    links = network.attributes
    times = None
    if profile is not None:
        times = drive_times(network, load_profile(profile) if isinstance(profile, str) else profile)
        opened = [np.asarray(each) < UNREACHABLE for each in (times.forward_ds, times.backward_ds)]
    elif links is not None:
        opened = [np.asarray(each) > 0 for each in (links.access_forward, links.access_backward)]
    else:
        opened = [np.ones(network.links, dtype=np.bool_)] * 2
    link = np.concatenate([np.flatnonzero(each) for each in opened])
    against = np.repeat([False, True], [int(each.sum()) for each in opened])
    tail, head = np.asarray(network.link_tail)[link], np.asarray(network.link_head)[link]
    lines = network.lines(link)
    arcs: dict[str, Any] = {
        "start": np.where(against, head, tail),
        "end": np.where(against, tail, head),
        "link": link,
        "reversed": against,
        "oneway": ~(opened[0] & opened[1])[link],
        "length": np.asarray(network.link_length_m)[link],
        "country": np.array(network.countries, dtype=object)[network.link_country[link]],
        "geometry": np.where(against, shapely.reverse(lines), lines),
    }
    if times is not None:
        seconds = [np.asarray(each) * 3600 / DECISECONDS_PER_HOUR for each in (times.forward_ds, times.backward_ds)]
        arcs["travel_time"] = np.where(against, seconds[1][link], seconds[0][link])
    if links is not None:
        known = attribute_columns(links)
        limits = [known.pop(f"maxspeed_{way}_kmh")[link] for way in ("forward", "backward")]
        uses = [known.pop(f"access_{way}")[link] for way in ("forward", "backward")]
        arcs["maxspeed"] = np.where(against, limits[1], limits[0])
        arcs["vehicles"] = np.where(against, uses[1], uses[0])
        arcs |= {_OSMNX_NAMES.get(name, name): column[link] for name, column in known.items()}
    return pd.DataFrame(arcs)
