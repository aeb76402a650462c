"""GMNS read: tables of nodes and links, whoever wrote them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError

from wayaround.errors import FileUnreadable, RoadsInvalid
from wayaround.network.assemble import Origin
from wayaround.network.exchange.columns import EVERYBODY, numbers_of, texts_of
from wayaround.network.exchange.gmns import CLOSED, LINK, OWN_COLUMNS
from wayaround.network.exchange.lines import (
    check_columns,
    check_coordinates,
    classify_words,
    network_of_lines,
    origin_of,
)
from wayaround.network.exchange.noding import KnownNodes, Lines, measure_lines
from wayaround.network.exchange.pairing import RowPairs, pair_rows
from wayaround.network.road_network import RoadNetwork
from wayaround.units import BoolArray, FloatArray, Int64Array

METRES_OF_UNIT = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("mi", "mile", "miles"), 1609.344),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
}
_KMH_OF_UNIT = {
    **dict.fromkeys(("km/h", "kmh", "kph", "kmph", "km_per_hour"), 1.0),
    **dict.fromkeys(("mph", "mi/h", "mile_per_hour", "miles_per_hour"), 1.609344),
    **dict.fromkeys(("m/s", "mps"), 3.6),
}
_FITS = (0.8, 1.25)
"""Between these the lengths of a table without config.csv have to lie, as shares of the drawn ones."""

_MODES_OF_USE = {
    **dict.fromkeys(("car", "auto", "autos", "sov", "hov", "hov2", "hov3", "drive", "passenger", "taxi"), "car"),
    **dict.fromkeys(("hgv", "truck", "trucks", "lorry", "freight", "trk", "heavy_truck"), "hgv"),
    **dict.fromkeys(("all", "motor", "motor_vehicle", "vehicle", "general", "c"), EVERYBODY),
}
_OTHER_USES = frozenset(
    {
        *("walk", "ped", "pedestrian", "pedestrians", "foot", "bike", "bicycle", "bikes", "cycle", "w", "b"),
        *("transit", "bus", "rail", "railway", "tram", "subway", "metro", "train", "ferry_passenger"),
        *("parking", "shoulder", "none"),
    }
)


def network_from_gmns(folder: str | Path, *, name: str | None = None) -> RoadNetwork:
    r"""Build a network out of the tables of a GMNS folder.

    Two directed rows of the same course in opposite directions are one link. `free_speed` counts as the speed limit,
    `facility_type` as the class. Rows that neither cars nor lorries use are left out.

    Parameters
    ----------
    folder : str or Path
        With link.csv and node.csv; config.csv and geometry.csv are read where they are there. Without config.csv
        coordinates are longitude and latitude, and the unit of length is the one that fits the drawn lines.
    name : str, optional
        What the network is called; if left out, like the folder.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    FileUnreadable
        A table that is missing or no CSV.
    RoadsInvalid
        A field that is missing, a node that nobody has, a unit or a geometry that cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     node = Path(folder, "node.csv").write_text("node_id,x_coord,y_coord\nA,35.9,31.9\nB,36.0,31.9\n")
    ...     rows = "1,A,B,true,9.5,motorway\n2,B,A,true,9.5,motorway\n"
    ...     header = "link_id,from_node_id,to_node_id,directed,length,facility_type\n"
    ...     link = Path(folder, "link.csv").write_text(header + rows)
    ...     network = network_from_gmns(folder, name="Amman")
    >>> network.links, network.link_length_m.tolist()
    (1, [9500])
    """
    folder = Path(folder)
    nodes, links = (_read_table(folder / f"{table}.csv") for table in ("node", "link"))
    config = _read_config(folder / "config.csv")
    check_columns(nodes, ["node_id", "x_coord", "y_coord"])
    check_columns(links, ["link_id", "from_node_id", "to_node_id"])
    lon, lat = _read_places(nodes, config)
    access, known = _read_access(links)
    links, access = links[known].reset_index(drop=True), access[known]
    start, end = _read_ends(links, nodes)
    course = _read_courses(links, folder, config, (lon, lat), (start, end))
    length_m = _read_lengths(links, config, measure_lines(course))
    pairs = _pair_rows(links, start, end, length_m, course)
    row = np.where(pairs.along >= 0, pairs.along, pairs.against)
    turned = pairs.along < 0
    tail, head = np.where(turned, end[row], start[row]), np.where(turned, start[row], end[row])
    used, node = np.unique(np.concatenate([tail, head]), return_inverse=True)
    is_ours = LINK in links.columns
    country = texts_of(nodes["country"])[used] if is_ours and "country" in nodes.columns else None
    source = {**config, "source": config.get("source") or f"GMNS folder {folder.absolute().name}"}
    return network_of_lines(
        np.where(turned, shapely.reverse(course[row]), course[row]),
        Origin(name=name or config.get("dataset_name") or folder.absolute().name, **origin_of(source)),
        length_m=length_m[row],
        nodes=KnownNodes(lon=lon[used], lat=lat[used], tail=node[: len(row)], head=node[len(row) :], country=country),
        country=texts_of(links["country"])[row] if is_ours and "country" in links.columns else None,
        described=_describe(links, access, config, pairs, row),
        counts={"rows_for_others": int(np.count_nonzero(~known))},
    )


def _read_table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=["", "NaN"])
    except FileNotFoundError as error:
        raise FileUnreadable(f'"{path.parent}" is no GMNS folder: it has no {path.name}.', ids=[str(path)]) from error
    except (OSError, ValueError) as error:
        raise FileUnreadable(f'cannot read "{path}": {str(error).strip().rstrip(".")}.', ids=[str(path)]) from error


def _read_config(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    table = _read_table(path)
    return {str(key): str(value) for key, value in table.iloc[0].items() if not pd.isna(value)} if len(table) else {}


def _transform(config: Mapping[str, str], x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    try:
        return Transformer.from_crs(config.get("crs", "EPSG:4326"), "EPSG:4326", always_xy=True).transform(x, y)
    except CRSError as error:
        raise RoadsInvalid(f'config.csv names the coordinate system "{config["crs"]}", which nobody knows.') from error


def _read_places(nodes: pd.DataFrame, config: Mapping[str, str]) -> tuple[FloatArray, FloatArray]:
    x, y = (numbers_of(nodes[axis], what=f"the field {axis} of node.csv") for axis in ("x_coord", "y_coord"))
    lon, lat = _transform(config, x, y)
    check_coordinates(lon, lat, "row of node.csv")
    return lon, lat


def _read_ends(links: pd.DataFrame, nodes: pd.DataFrame) -> tuple[Int64Array, Int64Array]:
    ids = texts_of(nodes["node_id"])
    index: pd.Index[str] = pd.Index(ids)
    if not index.is_unique:
        twice = str(index[index.duplicated()][0])
        raise RoadsInvalid(f'node.csv has the node "{twice}" twice.', ids=[twice])
    ends = []
    for field in ("from_node_id", "to_node_id"):
        wanted = texts_of(links[field])
        found = index.get_indexer(pd.Index(wanted))
        if (found < 0).any():
            missing = str(wanted[found < 0][0])
            raise RoadsInvalid(f'link.csv names the node "{missing}", which node.csv does not have.', ids=[missing])
        ends.append(found.astype(np.int64))
    return ends[0], ends[1]


def _read_courses(
    links: pd.DataFrame,
    folder: Path,
    config: Mapping[str, str],
    places: tuple[FloatArray, FloatArray],
    ends: tuple[Int64Array, Int64Array],
) -> Lines:
    """Course of each row from its first to its last node; straight where none is given."""
    lon, lat = places
    texts = texts_of(links["geometry"]) if "geometry" in links.columns else np.full(len(links), "", dtype=object)
    if "geometry_id" in links.columns and (folder / "geometry.csv").is_file():
        table = _read_table(folder / "geometry.csv")
        check_columns(table, ["geometry_id", "geometry"])
        known = dict(zip(texts_of(table["geometry_id"]), texts_of(table["geometry"]), strict=True))
        shared = np.array([known.get(each, "") for each in texts_of(links["geometry_id"])], dtype=object)
        texts = np.where(texts == "", shared, texts)
    course = shapely.from_wkt([text or None for text in texts.tolist()], on_invalid="ignore")
    strange = np.flatnonzero((texts != "") & (shapely.get_type_id(course) != 1))
    if len(strange):
        raise RoadsInvalid(
            f'the geometry of link "{links["link_id"].iloc[strange[0]]}" in link.csv is no LINESTRING.',
            ids=[str(links["link_id"].iloc[strange[0]])],
        )
    drawn = np.flatnonzero(~shapely.is_missing(course) & ~shapely.is_empty(course))
    turned = np.zeros(len(links), dtype=np.bool_)
    if "dir_flag" in links.columns:
        turned = texts_of(links["dir_flag"]) == "-1"
    course = np.where(turned, shapely.reverse(course), course)
    points, of_row = shapely.get_coordinates(course[drawn], return_index=True)
    x, y = _transform(config, points[:, 0], points[:, 1])
    inner = np.ones(len(points), dtype=np.bool_)
    first = np.searchsorted(of_row, np.arange(len(drawn)))
    inner[first] = inner[np.append(first, len(points))[1:] - 1] = False
    row = np.concatenate([np.arange(len(links)), drawn[of_row[inner]], np.arange(len(links))])
    order = np.argsort(row, kind="stable")
    all_lon = np.concatenate([lon[ends[0]], x[inner], lon[ends[1]]])[order]
    all_lat = np.concatenate([lat[ends[0]], y[inner], lat[ends[1]]])[order]
    check_coordinates(all_lon, all_lat, "point of link.csv")
    whole = np.empty(len(links), dtype=object)
    if len(links):
        whole[:] = shapely.linestrings(np.column_stack([all_lon, all_lat]), indices=row[order])
    return whole


def _read_lengths(links: pd.DataFrame, config: Mapping[str, str], drawn_m: FloatArray) -> FloatArray:
    if "length" not in links.columns:
        return np.full(len(links), np.nan)
    length = numbers_of(links["length"], what="the field length of link.csv")
    if (length < 0).any():
        raise RoadsInvalid("link.csv has a length below zero.")
    unit = config.get("long_length", "").strip().lower()
    if unit:
        if unit not in METRES_OF_UNIT:
            raise RoadsInvalid(f'config.csv says long_length "{unit}"; known are {", ".join(METRES_OF_UNIT)}.')
        return length * METRES_OF_UNIT[unit]
    measurable = (drawn_m > 0) & (length > 0)
    if not measurable.any():
        return np.full(len(links), np.nan)
    ratio = float(np.median(length[measurable] / drawn_m[measurable]))
    fits = [metres for metres in set(METRES_OF_UNIT.values()) if _FITS[0] <= ratio * metres <= _FITS[1]]
    if not fits:
        raise RoadsInvalid("no unit of length fits link.csv; say it in config.csv, as long_length.")
    return length * fits[0]


def _speed_factor(config: Mapping[str, str]) -> float:
    """What a number in `free_speed` is in km/h; without a word, miles an hour where lengths are in miles or feet."""
    unit = config.get("speed", "").strip().lower()
    if unit and unit not in _KMH_OF_UNIT:
        raise RoadsInvalid(f'config.csv says speed "{unit}"; known are {", ".join(_KMH_OF_UNIT)}.')
    imperial = config.get("long_length", "").strip().lower() in ("mi", "mile", "miles", "ft", "foot", "feet")
    return _KMH_OF_UNIT[unit] if unit else _KMH_OF_UNIT["mph"] if imperial else 1.0


def _read_access(links: pd.DataFrame) -> tuple[npt.NDArray[np.object_], BoolArray]:
    """Who may use each row, in words; and which rows a car or a lorry uses, or would if it were open."""
    if "allowed_uses" not in links.columns:
        return np.full(len(links), EVERYBODY, dtype=object), np.ones(len(links), dtype=np.bool_)
    row, found = pd.factorize(texts_of(links["allowed_uses"]))
    access, known = [], []
    for text in found.tolist():
        uses = {use.strip().lower() for use in text.replace(";", ",").split(",")} - {""}
        modes = {mode for use in uses for mode in _MODES_OF_USE.get(use, "").split(",")} - {""}
        is_strange = bool(uses - set(_MODES_OF_USE) - _OTHER_USES - {CLOSED})
        everybody = not modes and (not uses or is_strange)
        access.append(EVERYBODY if everybody else ",".join(sorted(modes)))
        known.append(everybody or bool(modes) or CLOSED in uses)
    return np.array(access, dtype=object)[row], np.array(known, dtype=np.bool_)[row]


def _pair_rows(
    links: pd.DataFrame, start: Int64Array, end: Int64Array, length_m: FloatArray, course: Lines
) -> RowPairs:
    if LINK in links.columns:
        return _pair_by_link(links)
    directed = np.ones(len(links), dtype=np.bool_)
    if "directed" in links.columns:
        directed = ~np.isin(np.char.lower(texts_of(links["directed"]).astype(str)), ("false", "0", "f", "no"))
    return pair_rows(start, end, length_m=length_m, course=course, both_ways=~directed)


def _pair_by_link(links: pd.DataFrame) -> RowPairs:
    """Rows that we wrote, by the number of their link."""
    link = numbers_of(links[LINK], what=f"the field {LINK} of link.csv").astype(np.int64)
    turned = texts_of(links["dir_flag"]) == "-1" if "dir_flag" in links.columns else np.zeros(len(links), np.bool_)
    _, number = np.unique(link, return_inverse=True)
    found = []
    for wanted in (~turned, turned):
        rows = np.full(int(number.max(initial=-1)) + 1, -1)
        rows[number[wanted]] = np.flatnonzero(wanted)
        found.append(rows)
    return RowPairs(found[0], found[1])


def _describe(
    links: pd.DataFrame, access: npt.NDArray[Any], config: Mapping[str, str], pairs: RowPairs, row: Int64Array
) -> pd.DataFrame | None:
    """Columns as `read_attribute_columns` takes them; None where the rows tell of nothing but two-way links."""
    told = {"facility_type", "free_speed", "lanes", "allowed_uses", "name"} & set(links.columns)
    two_way = (pairs.along >= 0) & (pairs.against >= 0)
    if not told and two_way.all():
        return None

    def by_direction(values: npt.NDArray[Any], otherwise: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        return (
            np.where(pairs.along >= 0, values[pairs.along], otherwise),
            np.where(pairs.against >= 0, values[pairs.against], otherwise),
        )

    speed_kmh = np.full(len(links), np.nan)
    if "free_speed" in links.columns:
        speed_kmh = numbers_of(links["free_speed"], what="the field free_speed of link.csv") * _speed_factor(config)
        speed_kmh[speed_kmh <= 0] = np.nan
    if "no_limit" in links.columns:
        speed_kmh[texts_of(links["no_limit"]) == "True"] = np.inf
    words = links["facility_type"] if "facility_type" in links.columns else pd.Series([""] * len(links))
    lanes = np.zeros(len(links))
    if "lanes" in links.columns:
        lanes = np.nan_to_num(numbers_of(links["lanes"], what="the field lanes of link.csv"))
    forward, backward = by_direction(access, "")
    forward_kmh, backward_kmh = by_direction(speed_kmh, speed_kmh[row])
    along, against = by_direction(lanes, 0)
    return pd.DataFrame(
        {
            "road_class": classify_words(words, speed_kmh)[row],
            "maxspeed_forward_kmh": forward_kmh,
            "maxspeed_backward_kmh": backward_kmh,
            "access_forward": forward,
            "access_backward": backward,
            "lanes": np.where(pairs.along == pairs.against, along, along + against),
            "name": texts_of(links["name"])[row] if "name" in links.columns else "",
            **{name: links[name].to_numpy()[row] for name in OWN_COLUMNS if name in links.columns},
        }
    )
