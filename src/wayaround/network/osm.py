"""OpenStreetMap files as one map: roads, barriers, turn restrictions, and what borders and crossings are found by.

Each file is read twice: ways, relations and tagged nodes first, then the places of the nodes that the ways name. The
order of a file and the split of a map into files do not matter. Filters run in C++, so that only what is of use
becomes a Python object, and no object outlives its turn.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from wayaround.network.attributes import ROAD_CLASSES
from wayaround.network.osm_columns import OsmRoads
from wayaround.network.osm_file import inspect_file, read_objects
from wayaround.network.osm_tables import POST_TAGS, NodesRead, TablesRead, place_areas

Progress = Callable[[str, int, int], None]

_ROADS = [("highway", name) for name in ROAD_CLASSES if name not in ("ferry", "barrier")]
_FERRIES = [("route", "ferry"), ("route", "shuttle_train")]
_BORDERS = [("admin_level", "2")]
_TURN_KEYS = [
    f"restriction{mode}{when}"
    for mode in ("", ":motorcar", ":hgv", ":goods", ":motor_vehicle", ":vehicle", ":access")
    for when in ("", ":conditional")
]


def read_osm(paths: Sequence[Path], *, progress: Progress | None = None) -> OsmRoads:
    """Read files of OpenStreetMap data as one map.

    An object that several files or versions have counts once: the highest version, of equal ones the first.

    Parameters
    ----------
    paths : sequence of Path
        Files that end in .osm.pbf, .osm, .osm.gz or .osm.bz2.
    progress : callable, optional
        Told what is done and how many of how many bytes have been read.

    Returns
    -------
    OsmRoads

    Raises
    ------
    FileUnreadable
        A file is missing, damaged, no OpenStreetMap data or a history, or it puts a road off the globe.
    """
    files = tuple(inspect_file(path) for path in paths)
    total = 2 * sum(file.bytes for file in files)
    done = 0
    tables = TablesRead()
    for file in files:
        tell = _teller(progress, "reading roads", done, total)
        for entity in read_objects(file.path, osmium.osm.OBJECT, _wanted(), tell):
            tables.take(entity)
        done += file.bytes
    roads, borders = tables.roads.freeze(), tables.borders.freeze()
    loose = np.array(tables.area_posts, dtype=np.int64)
    node = np.unique(np.concatenate([roads.node, borders.node, loose]))
    places = NodesRead(node)
    for file in files:
        places.read(file, _teller(progress, "reading nodes", done, total))
        done += file.bytes
    lon_e7, lat_e7 = places.freeze()
    barriers = dict(sorted(tables.barriers.items()))
    return OsmRoads(
        files=files,
        roads=roads,
        tag_sets=tuple(tables.tag_sets.values()),
        strings=tuple(tables.strings),
        node=node,
        lon_e7=lon_e7,
        lat_e7=lat_e7,
        barrier_node=np.fromiter(barriers, np.int64, len(barriers)),
        barrier_tags=tuple(tags for _, tags in barriers.values()),
        turns=tuple(turn for _, (_, turn) in sorted(tables.turns.items()) if turn is not None),
        turns_for_others=sum(turn is None for _, turn in tables.turns.values()),
        posts=(*tables.posts, *place_areas(tables, node, lon_e7, lat_e7)),
        towns=tuple(tables.towns),
        borders=borders,
        countries=tuple((code, members) for _, (_, code, members) in sorted(tables.countries.items())),
    )


def _wanted() -> list[Any]:
    filters = [
        osmium.filter.KeyFilter("barrier", "place", "government", "amenity"),
        osmium.filter.TagFilter(*_ROADS, *_FERRIES, *_BORDERS, *POST_TAGS),
        osmium.filter.KeyFilter(*_TURN_KEYS, "admin_level"),
    ]
    for each, kind in zip(filters, (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION), strict=True):
        each.enable_for(kind)
    return filters


def _teller(progress: Progress | None, stage: str, done: int, total: int) -> Callable[[int], None]:
    if progress is None:
        return lambda read: None
    return lambda read: progress(stage, done + read, total)
