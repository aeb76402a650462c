"""Derive the areas of countries, by which imported roads are told to lie in one.

Source, unpacked into one folder by `make data`: the npm package world-atlas 2.0.2 (Natural Earth 1:10 million, public
domain), whose vertices lie on a grid of a few hundred metres; they are kept as the integers that they are. Areas across
the 180th meridian are split there.
"""

import argparse
import json
from pathlib import Path

import natural_earth
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from wayaround.network.digest import table_digest

NOTE = {"licence": "public domain", "source": "Natural Earth 1:10m by the npm package world-atlas 2.0.2"}


def derive_areas(sources: Path) -> pa.Table:
    """One row for each vertex; `part` and `ring` are counted over all countries, the first ring of a part is outer."""
    step, origin = natural_earth.country_grid(sources)
    codes, parts, rings, vertices = [], [], [], []
    part = ring = 0
    for code, areas in natural_earth.read_rings(sources):
        for area in areas:
            for line in area:
                whole = np.rint((line - origin) / step).astype(np.int32)
                if np.abs(whole * step + origin - line).max() > 1e-9:
                    raise ValueError(f"a vertex of {code} is not on the grid")
                codes += [code] * len(line)
                parts.append(np.full(len(line), part, dtype=np.int32))
                rings.append(np.full(len(line), ring, dtype=np.int32))
                vertices.append(whole)
                ring += 1
            part += 1
    x, y = np.concatenate(vertices).T
    table = pa.table(
        {
            "country": pa.array(codes).dictionary_encode(),
            "part": np.concatenate(parts),
            "ring": np.concatenate(rings),
            "x": x,
            "y": y,
        }
    )
    return table.replace_schema_metadata(
        NOTE | {"step": json.dumps(step.tolist()), "origin": json.dumps(origin.tolist())}
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    table = derive_areas(arguments.sources)
    pq.write_table(
        table,
        arguments.out / "country_areas.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=["country"],
        column_encoding=dict.fromkeys(["part", "ring", "x", "y"], "DELTA_BINARY_PACKED"),
        row_group_size=len(table),
    )
    sidecar = NOTE | {"digests": {"country_areas": table_digest(table)}}
    (arguments.out / "country_areas.json").write_text(json.dumps(sidecar, indent=2) + "\n")


if __name__ == "__main__":
    main()
