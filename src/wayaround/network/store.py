"""A network as a folder: one `.npy` file a column, opened by memory map, and a header that lists them."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wayaround.cache import publish_folder
from wayaround.errors import NetworkNotFound, StoreDamaged
from wayaround.network.road_network import Crossing, Join, RoadNetwork
from wayaround.routing.hierarchy import Hierarchy

SCHEMA_VERSION = 2
HEADER = "network.json"
_HIERARCHY = "hierarchy_"


def write_network(network: RoadNetwork, folder: Path) -> None:
    """Store a network; the folder appears whole or not at all.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    folder : Path
        Must not exist; where another process writes the same one, the first to finish wins.
    """
    publish_folder(lambda draft: _write_columns(network, draft), folder)


def read_network(folder: Path) -> RoadNetwork:
    """Open a stored network by memory map.

    Parameters
    ----------
    folder : Path
        A folder that `write_network` made.

    Raises
    ------
    NetworkNotFound
        There is no header in the folder.
    StoreDamaged
        The header or a column is unreadable or of the wrong size, or another version wrote it.
    """
    again = f'remove the folder "{folder}" and build the network again.'
    try:
        header = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        version = header["schema_version"]
    except FileNotFoundError as error:
        raise NetworkNotFound(f'"{folder}" is no stored network: it has no {HEADER}.', ids=[str(folder)]) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"the stored network's {HEADER} is unreadable; {again}") from error
    if version != SCHEMA_VERSION:
        raise StoreDamaged(
            f"the stored network has schema version {version}, this wayaround reads {SCHEMA_VERSION}; {again}"
        )
    try:
        columns: dict[str, Any] = {name: _map_column(folder, name, shape) for name, shape in header["columns"].items()}
        inner = {name: columns.pop(name) for name in list(columns) if name.startswith(_HIERARCHY)}
        return RoadNetwork(
            **header["about"],
            **columns,
            hierarchy=Hierarchy.from_arrays({name.removeprefix(_HIERARCHY): inner[name] for name in inner}),
            countries=tuple(header["countries"]),
            joins=tuple(Join(**join) for join in header["joins"]),
            named_crossings=tuple(_crossing(entry) for entry in header["named_crossings"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(f"the stored network is incomplete ({error}); {again}") from error


def _write_columns(network: RoadNetwork, folder: Path) -> None:
    arrays = {_HIERARCHY + name: array for name, array in network.hierarchy.hierarchy_arrays().items()}
    about = {}
    for field in fields(network):
        value = getattr(network, field.name)
        if isinstance(value, np.ndarray):
            arrays[field.name] = value
        elif isinstance(value, str):
            about[field.name] = value
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    header = {
        "schema_version": SCHEMA_VERSION,
        "about": about,
        "columns": {name: [array.dtype.str, *array.shape] for name, array in arrays.items()},
        "countries": network.countries,
        "joins": [asdict(join) for join in network.joins],
        "named_crossings": [asdict(crossing) for crossing in network.named_crossings],
    }
    (folder / HEADER).write_text(json.dumps(header, ensure_ascii=False, indent=1), encoding="utf-8")


def _map_column(folder: Path, name: str, shape: list[Any]) -> npt.NDArray[Any]:
    column: npt.NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if [column.dtype.str, *column.shape] != shape:
        raise ValueError(f"column {name} is not of the size that the header says")
    return column


def _crossing(entry: dict[str, Any]) -> Crossing:
    one, other = entry["countries"]
    return Crossing(
        id=entry["id"],
        name=entry["name"],
        countries=(one, other),
        links=tuple(entry["links"]),
        variants=tuple(entry["variants"]),
    )
