"""A network out of any table of lines."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from wayaround.errors import RoadsInvalid
from wayaround.network.assemble import Origin, assemble_network
from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.exchange.columns import EVERYBODY, NEEDED, numbers_of, read_attribute_columns, texts_of
from wayaround.network.exchange.noding import KnownNodes, Lines, locate_links, node_lines
from wayaround.network.import_report import ImportReport
from wayaround.network.road_network import RoadNetwork
from wayaround.network.tags import drive_directions, parse_maxspeed
from wayaround.units import BoolArray, FloatArray, Int64Array

if TYPE_CHECKING:
    import geopandas as gpd

CLASS_OF_WORD = {
    "freeway": "motorway",
    "interstate": "motorway",
    "expressway": "trunk",
    "highway": "trunk",
    "principal_arterial": "primary",
    "major_arterial": "primary",
    "arterial": "primary",
    "minor_arterial": "secondary",
    "major_collector": "tertiary",
    "collector": "tertiary",
    "minor_collector": "unclassified",
    "local": "residential",
    "local_road": "residential",
    "local_street": "residential",
    "street": "residential",
    "ramp": "motorway_link",
    "connector": "service",
    "centroid_connector": "service",
}
"""Classes of transport planning, by the class of OpenStreetMap that comes nearest."""

_LEAST_KMH_OF_CLASS = ((90.0, "trunk"), (70.0, "primary"), (50.0, "secondary"), (30.0, "tertiary"))
_LONGEST_M = 2**31 - 1


def network_from_geodataframe(
    lines: "gpd.GeoDataFrame",
    *,
    name: str = "lines",
    length_column: str | None = None,
    node_columns: tuple[str, str] | None = None,
    oneway_column: str | None = None,
    speed_column: str | None = None,
    class_column: str | None = None,
    name_column: str | None = None,
    node_at_crossings: bool = False,
) -> RoadNetwork:
    """Build a network out of a table of lines.

    Lines meet where their ends agree to 1e-7 degrees, about a centimetre, and nowhere else unless `node_at_crossings`
    says so. A table that `to_geodataframes` made, or that was read from a file of `wayaround network export`, is
    known by its columns and read whole.

    Parameters
    ----------
    lines : geopandas.GeoDataFrame
        Lines in any coordinate system; a row of several lines counts as several.
    name : str
        What the network is called.
    length_column : str, optional
        Lengths in metres; a missing one, or all without this column, is measured on the ellipsoid.
    node_columns : (str, str), optional
        Ids of the nodes at the first and at the last point; lines then meet where these are the same.
    oneway_column : str, optional
        True, yes or 1 along the line, -1 against it, false, no, 0 or nothing both ways; other spellings of
        OpenStreetMap's `oneway` are understood.
    speed_column : str, optional
        Speed limits in km/h; texts are read as OpenStreetMap's `maxspeed`.
    class_column : str, optional
        Values of OpenStreetMap's `highway`, or the words of `CLASS_OF_WORD`. A road of another class, or of none,
        gets one that fits its speed, and is unclassified without one.
    name_column : str, optional
        Names of the roads.
    node_at_crossings : bool
        Part lines where they cross or touch. Bridges and tunnels then join the roads beneath and above them.

    Returns
    -------
    RoadNetwork
        Without any column that tells of one-way roads, speeds, classes or names, every link may be driven both ways
        at the one speed of a vehicle.

    Raises
    ------
    RoadsInvalid
        A column that is not there, no coordinate system, something else than lines, a length that is none.

    Examples
    --------
    >>> import geopandas as gpd
    >>> roads = gpd.GeoDataFrame(
    ...     {"metres": [900.0, 1200.0]},
    ...     geometry=gpd.GeoSeries.from_wkt(["LINESTRING (0 0, 0.01 0)", "LINESTRING (0.01 0, 0.02 0)"]),
    ...     crs="EPSG:4326",
    ... )
    >>> network = network_from_geodataframe(roads, length_column="metres")
    >>> network.nodes, network.link_length_m.tolist()
    (3, [900, 1200])
    """
    chosen = [length_column, *(node_columns or ()), oneway_column, speed_column, class_column, name_column]
    is_ours = not any(chosen) and not node_at_crossings and set(lines.columns) >= NEEDED
    if is_ours:
        length_column, node_columns = "length_m", ("tail", "head")
    check_columns(lines, [column for column in (*chosen, length_column, *(node_columns or ())) if column])
    if node_columns and node_at_crossings:
        raise RoadsInvalid("lines that say their nodes cannot be noded at crossings as well; leave one of the two.")
    drawn, row = _read_lines(lines, several=node_columns is None)
    table = lines.iloc[row].reset_index(drop=True)
    length_m = _read_lengths(table, length_column)
    if length_column and len(np.unique(row)) < len(row):
        length_m = np.where(np.bincount(row)[row] > 1, np.nan, length_m)
    nodes = _read_nodes(table, drawn, node_columns, has_countries=is_ours) if node_columns else None
    described = None
    if is_ours and "road_class" in lines.columns:
        described = pd.DataFrame(table.drop(columns=table.geometry.name))
    elif not is_ours and any((oneway_column, speed_column, class_column, name_column)):
        described = _describe(table, oneway_column, speed_column, class_column, name_column)
    origin = Origin(name=name, **origin_of(lines.attrs))
    return network_of_lines(
        drawn,
        origin,
        length_m=length_m,
        nodes=nodes,
        described=described,
        country=texts_of(table["country"]) if is_ours and "country" in lines.columns else None,
        at_crossings=node_at_crossings,
    )


def network_of_lines(
    lines: Lines,
    origin: Origin,
    *,
    length_m: FloatArray,
    nodes: KnownNodes | None,
    described: pd.DataFrame | None,
    country: npt.NDArray[np.object_] | None = None,
    at_crossings: bool = False,
    counts: Mapping[str, int] | None = None,
) -> RoadNetwork:
    """What every source of lines comes to: nodes and links, attributes, countries, the network.

    Parameters
    ----------
    lines : (n,) ndarray of shapely lines
        In longitude and latitude.
    origin : Origin
        Name, source and terms.
    length_m, nodes, at_crossings
        As for `node_lines`.
    described : pandas.DataFrame or None
        What is known of each line, as `read_attribute_columns` takes it.
    country : (n,) ndarray of str, optional
        Codes of countries.
    counts : mapping of str to int, optional
        What else was met, for the report of the import.
    """
    noded = node_lines(lines, length_m=length_m, nodes=nodes, at_crossings=at_crossings)
    if not len(noded.row):
        raise RoadsInvalid(f"there is no road in {origin.source or origin.name}.")
    attributes = None if described is None else read_attribute_columns(described.iloc[noded.row])
    report = ImportReport(
        files=(),
        ways=len(lines),
        counts={**noded.counts, **(counts or {})},
        turns_kept=0,
        turns_skipped={},
        borders_drawn=(),
        borders_broken=(),
    )
    countries = locate_links(
        noded.drawn,
        node_country=None if nodes is None else nodes.country,
        link_country=None if country is None else country[noded.row],
    )
    roads = assemble_network(noded.drawn, origin, countries, attributes=attributes)
    # An imported network has a name for each of its crossings: here every border link, by an id of its own.
    return replace(roads, imported=report, named_crossings=roads.crossings)


def origin_of(said: Mapping[Any, Any]) -> dict[str, str]:
    """Source and terms as an export notes them down; elsewhere nothing is known of them."""
    known = {key: str(said[key]) for key in ("source", "licence", "attribution") if said.get(key)}
    return {"source": "lines given by the user", "licence": "not stated", "attribution": "", **known}


def check_columns(table: pd.DataFrame, columns: list[str]) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    RoadsInvalid
        Naming it and those that are there.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        there = ", ".join(map(str, table.columns))
        raise RoadsInvalid(f'there is no column "{missing[0]}"; the columns are {there}.', ids=missing)


def check_coordinates(lon: FloatArray, lat: FloatArray, what: str) -> None:
    """Refuse places off the globe.

    Raises
    ------
    RoadsInvalid
        Naming the first row.
    """
    off = np.flatnonzero(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))
    if len(off):
        raise RoadsInvalid(
            f"{what} {off[0]} lies at {lon[off[0]]:g}, {lat[off[0]]:g}, which is no longitude and latitude; "
            "say the coordinate system that the numbers are in.",
            ids=[str(off[0])],
        )


def classify_words(words: pd.Series, speed_kmh: FloatArray) -> npt.NDArray[np.object_]:
    """Road classes of words as `class_column` holds them, and by speed where they say none."""
    plain = np.char.lower(texts_of(words).astype(str))
    plain = np.char.replace(np.char.replace(plain, " ", "_"), "-", "_")
    found, row = np.unique(plain, return_inverse=True)
    known = set(ROAD_CLASSES)
    named = np.array([word if word in known else CLASS_OF_WORD.get(word, "") for word in found.tolist()], dtype=object)
    by_speed = np.full(len(plain), "unclassified", dtype=object)
    for least_kmh, road_class in reversed(_LEAST_KMH_OF_CLASS):
        by_speed[speed_kmh >= least_kmh] = road_class
    return np.where(named[row] == "", by_speed, named[row])


def _read_lines(lines: "gpd.GeoDataFrame", *, several: bool) -> tuple[Lines, Int64Array]:
    """Lines in longitude and latitude, and the row of each."""
    if getattr(lines, "crs", None) is None:
        raise RoadsInvalid("the lines have no coordinate system; set one, for instance with set_crs.")
    geometry = lines.geometry.to_crs("EPSG:4326").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(geometry) & ~shapely.is_empty(geometry))
    kind = shapely.get_type_id(geometry[there])
    strange = np.flatnonzero((kind != 1) & (kind != 5))
    if len(strange):
        first = int(there[strange[0]])
        raise RoadsInvalid(
            f"row {first} is a {geometry[first].geom_type}; a network is built from lines alone.", ids=[str(first)]
        )
    joined = shapely.force_2d(geometry[there])
    joined = np.where(kind == 5, shapely.line_merge(joined), joined)
    parts, at = shapely.get_parts(joined, return_index=True)
    row = there[at]
    if not several and len(np.unique(row)) < len(row):
        twice = int(row[np.flatnonzero(np.diff(row) == 0)[0]])
        raise RoadsInvalid(f"row {twice} is several lines, of which the columns of nodes say two ends only.")
    ends = shapely.get_coordinates(parts)
    check_coordinates(ends[:, 0], ends[:, 1], "point")
    return parts, row.astype(np.int64)


def _read_lengths(table: pd.DataFrame, column: str | None) -> FloatArray:
    if column is None:
        return np.full(len(table), np.nan)
    length_m = numbers_of(table[column], what=f'the column "{column}"')
    strange = np.flatnonzero((length_m < 0) | (length_m > _LONGEST_M))
    if len(strange):
        raise RoadsInvalid(
            f'the column "{column}" holds {length_m[strange[0]]:g} in row {strange[0]}, which is no length in metres.',
            ids=[str(strange[0])],
        )
    return length_m


def _read_nodes(table: pd.DataFrame, lines: Lines, columns: tuple[str, str], *, has_countries: bool) -> KnownNodes:
    ends = pd.concat([table[column] for column in columns], ignore_index=True)
    if ends.isna().any():
        raise RoadsInvalid(f'the columns "{columns[0]}" and "{columns[1]}" do not name a node for every line.')
    node = np.asarray(pd.factorize(ends, sort=True)[0], dtype=np.int64)
    _, first = np.unique(node, return_index=True)
    place = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, index)) for index in (0, -1)])[first]
    country = None
    if has_countries and {"tail_country", "head_country"} <= set(table.columns):
        country = np.concatenate([texts_of(table[f"{end}_country"]) for end in ("tail", "head")])[first]
    tail, head = node[: len(table)], node[len(table) :]
    return KnownNodes(lon=place[:, 0], lat=place[:, 1], tail=tail, head=head, country=country)


def _describe(
    table: pd.DataFrame, oneway: str | None, speed: str | None, road_class: str | None, name: str | None
) -> pd.DataFrame:
    """Columns as `read_attribute_columns` takes them."""
    speed_kmh = np.full(len(table), np.nan)
    if speed:
        row, found = pd.factorize(texts_of(table[speed]))
        speed_kmh = np.array([parse_maxspeed(text) for text in found.tolist()])[row]
    words = table[road_class] if road_class else pd.Series([""] * len(table))
    forward, backward = _directions(table[oneway]) if oneway else (np.ones(len(table), bool), np.ones(len(table), bool))
    return pd.DataFrame(
        {
            "road_class": classify_words(words, speed_kmh),
            "maxspeed_forward_kmh": speed_kmh,
            "maxspeed_backward_kmh": speed_kmh,
            "access_forward": np.where(forward, EVERYBODY, ""),
            "access_backward": np.where(backward, EVERYBODY, ""),
            "name": texts_of(table[name]) if name else "",
        }
    )


def _directions(column: pd.Series) -> tuple[BoolArray, BoolArray]:
    """Whether lines may be driven along and against their course."""
    row, found = pd.factorize(texts_of(column))
    both = np.array([drive_directions({"oneway": text.lower()}) for text in found.tolist()], dtype=np.bool_)
    return both.reshape(-1, 2)[row, 0], both.reshape(-1, 2)[row, 1]
