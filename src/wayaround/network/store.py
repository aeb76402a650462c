"""A network as a folder: one `.npy` file a column, opened by memory map, and a header that lists them."""

import json
import secrets
import shutil
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wayaround.cache import publish_folder
from wayaround.errors import FileUnreadable, NetworkNotFound, StoreDamaged
from wayaround.network.attributes import LinkAttributes
from wayaround.network.grid import SegmentGrid
from wayaround.network.import_report import ImportReport, SourceFile
from wayaround.network.road_network import Crossing, Join, Override, RoadNetwork
from wayaround.network.turns import TurnRestrictions
from wayaround.routing.hierarchy import Hierarchy

SCHEMA_VERSION = 4
HEADER = "network.json"
_HIERARCHY, _GRID, _ATTRIBUTES, _TURNS = "hierarchy_", "grid_", "attributes_", "turns_"


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


def check_target(folder: Path) -> None:
    """Refuse a folder that `replace_network` would not replace.

    Raises
    ------
    FileUnreadable
        There is something that is neither a stored network nor an empty folder.
    """
    try:
        free = not folder.exists() or (folder / HEADER).is_file() or not (folder.is_dir() and any(folder.iterdir()))
        taken = not free or (folder.exists() and not folder.is_dir())
    except OSError as error:
        raise FileUnreadable(f'cannot look at "{folder}": {error.strerror}.', ids=[str(folder)]) from error
    if taken:
        raise FileUnreadable(
            f'"{folder}" is there already and is no stored network; name a new folder.', ids=[str(folder)]
        )


def replace_network(network: RoadNetwork, folder: Path) -> None:
    """Store a network in place of the one in a folder, which stays as it is until the new one is complete.

    Parameters
    ----------
    network : RoadNetwork
        The network.
    folder : Path
        Is made, or holds a stored network, or is empty.

    Raises
    ------
    FileUnreadable
        The folder holds something else, or cannot be written.
    """
    folder = folder.absolute()
    check_target(folder)
    name = f".{folder.name}.{secrets.token_hex(6)}"
    ready, old = folder.parent / f"{name}.new.part", folder.parent / f"{name}.old.part"
    try:
        try:
            write_network(network, ready)
        except FileUnreadable as error:
            raise FileUnreadable(error.message.replace(str(ready), f'"{folder}"'), ids=[str(folder)]) from error
        try:
            if folder.exists():
                folder.rename(old)
            ready.rename(folder)
        except OSError as error:
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise FileUnreadable(f'cannot replace "{folder}": {error.strerror}.', ids=[str(folder)]) from error
    finally:
        shutil.rmtree(ready, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


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
        hierarchy, grid, attributes, turns = (
            _take(columns, prefix) for prefix in (_HIERARCHY, _GRID, _ATTRIBUTES, _TURNS)
        )
        return RoadNetwork(
            **header["about"],
            **columns,
            hierarchy=Hierarchy.from_arrays(hierarchy),
            grid=SegmentGrid(**header["grid"], **grid),
            attributes=LinkAttributes(**attributes) if attributes else None,
            turns=TurnRestrictions(**turns) if turns else None,
            imported=_import_report(header["imported"]),
            countries=tuple(header["countries"]),
            joins=tuple(Join(**join) for join in header["joins"]),
            overrides=tuple(Override(**override) for override in header.get("overrides", ())),
            named_crossings=tuple(_crossing(entry) for entry in header["named_crossings"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(f"the stored network is incomplete ({error}); {again}") from error


def _write_columns(network: RoadNetwork, folder: Path) -> None:
    arrays = {_HIERARCHY + name: array for name, array in network.hierarchy.hierarchy_arrays().items()}
    arrays |= _columns(network) | {_GRID + name: column for name, column in _columns(network.grid).items()}
    for prefix, table in ((_ATTRIBUTES, network.attributes), (_TURNS, network.turns)):
        if table is not None:
            arrays |= {prefix + name: column for name, column in _columns(table).items()}
    for name, array in arrays.items():
        _save(array, folder / f"{name}.npy")
    header = {
        "schema_version": SCHEMA_VERSION,
        "about": {name: value for name, value in _entries(network).items() if isinstance(value, str)},
        "grid": {name: value for name, value in _entries(network.grid).items() if isinstance(value, int | float)},
        "columns": {name: [array.dtype.str, *array.shape] for name, array in arrays.items()},
        "imported": None if network.imported is None else asdict(network.imported),
        "countries": network.countries,
        "joins": [asdict(join) for join in network.joins],
        "overrides": [asdict(override) for override in network.overrides],
        "named_crossings": [asdict(crossing) for crossing in network.named_crossings],
    }
    (folder / HEADER).write_text(json.dumps(header, ensure_ascii=False, indent=1), encoding="utf-8")


def _save(array: npt.NDArray[Any], path: Path) -> None:
    """What `np.save` does, but a full disk is said by its name."""
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(np.ascontiguousarray(array).data)


def _entries(table: Any) -> dict[str, Any]:
    return {field.name: getattr(table, field.name) for field in fields(table)}


def _columns(table: Any) -> dict[str, npt.NDArray[Any]]:
    """The arrays among the fields of a dataclass."""
    return {name: value for name, value in _entries(table).items() if isinstance(value, np.ndarray)}


def _take(columns: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Take the columns of an inner table out of all columns."""
    return {name.removeprefix(prefix): columns.pop(name) for name in list(columns) if name.startswith(prefix)}


def _map_column(folder: Path, name: str, shape: list[Any]) -> npt.NDArray[Any]:
    column: npt.NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    column = column.view(np.ndarray)  # the same mapping, without what np.memmap adds to each slice
    if [column.dtype.str, *column.shape] != shape:
        raise ValueError(f"column {name} is not of the size that the header says")
    return column


def _import_report(entry: dict[str, Any] | None) -> ImportReport | None:
    if entry is None:
        return None
    lists = {name: tuple(entry[name]) for name in ("borders_drawn", "borders_broken")}
    return ImportReport(**entry | lists | {"files": tuple(SourceFile(**file) for file in entry["files"])})


def _crossing(entry: dict[str, Any]) -> Crossing:
    one, other = entry["countries"]
    return Crossing(
        id=entry["id"],
        name=entry["name"],
        countries=(one, other),
        links=tuple(entry["links"]),
        variants=tuple(entry["variants"]),
    )
