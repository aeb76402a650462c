"""What tags say of links: each combination of tags is read once, and its row serves all ways that bear it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wayaround.network.attributes import ROAD_CLASSES, LinkAttributes, LinkFlag, Mode
from wayaround.network.osm_columns import OsmRoads
from wayaround.network.tags import (
    access_by_mode,
    barrier_access,
    classify_road,
    classify_surface,
    describe_conditional,
    find_max_height_m,
    find_max_weight_t,
    load_implicit_speeds,
    maxspeed_by_direction,
    parse_duration,
    parse_lanes,
    read_flags,
)
from wayaround.network.topology import RawLinks
from wayaround.units import BoolArray, FloatArray

BARRIER = ROAD_CLASSES.index("barrier")
_NOT_SAID = float("nan")

_COLUMNS: dict[str, npt.DTypeLike] = {
    "road_class": np.int8,
    "surface": np.int8,
    "lanes": np.int8,
    "maxspeed_forward_kmh": np.float32,
    "maxspeed_backward_kmh": np.float32,
    "access_forward": np.uint8,
    "access_backward": np.uint8,
    "flags": np.uint32,
    "duration_s": np.float32,
    "maxweight_t": np.float32,
    "maxheight_m": np.float32,
    "conditional": np.int32,
}


def find_obstacles(barrier_tags: Sequence[Mapping[str, str]]) -> tuple[BoolArray, BoolArray]:
    """Which barriers anybody has to stop for, and which of them stop somebody for good."""
    access = [barrier_access(tags) for tags in barrier_tags]
    everybody = Mode.CAR | Mode.HGV
    obstacle = np.array([modes is not None for modes in access], dtype=np.bool_)
    return obstacle, np.array([modes is not None and modes != everybody for modes in access], dtype=np.bool_)


def describe_links(
    roads: OsmRoads,
    links: RawLinks,
    barrier_tags: Sequence[Mapping[str, str]],
    length_m: FloatArray,
    strings: dict[str, int],
) -> LinkAttributes:
    """Attributes of all links, without the table of strings.

    Parameters
    ----------
    roads : OsmRoads
        The map.
    links : RawLinks
        Its links.
    barrier_tags : sequence of mapping
        Tags of the barriers that `links.barrier` counts.
    length_m : (links,) ndarray of float64
        Lengths in metres. The duration of a ferry is that of its whole way, and is shared among its links by length.
    strings : dict of str to int
        Table of strings, to which those of barriers and conditions are added.

    Returns
    -------
    LinkAttributes
    """
    rows = [_describe_way(tags, strings) for tags in roads.tag_sets]
    rows += [_describe_barrier(tags, strings) for tags in barrier_tags]
    names = [(strings.setdefault(tags.get("name", ""), len(strings))) for tags in barrier_tags]
    refs = [(strings.setdefault(tags.get("ref", ""), len(strings))) for tags in barrier_tags]
    is_road = links.way >= 0
    way = np.where(is_road, links.way, 0)
    barrier = np.where(is_road, 0, links.barrier)
    row = np.where(is_road, roads.roads.tag_set[way], len(roads.tag_sets) + barrier)
    columns: dict[str, Any] = {
        name: np.array([each[number] for each in rows], dtype=kind)[row]
        for number, (name, kind) in enumerate(_COLUMNS.items())
    }
    of_way = np.bincount(way[is_road], weights=length_m[is_road], minlength=len(roads.roads))
    share = np.where(is_road & (of_way[way] > 0), length_m / np.where(of_way[way] > 0, of_way[way], 1.0), 1.0)
    columns["duration_s"] = (columns["duration_s"] * share).astype(np.float32)
    texts: dict[str, Any] = {
        name: np.where(is_road, by_way[way], np.array([*by_barrier, 0], dtype=np.int32)[barrier]).astype(np.int32)
        for name, by_way, by_barrier in (("name", roads.roads.name, names), ("ref", roads.roads.ref, refs))
    }
    return LinkAttributes(
        osm_way=np.where(is_road, roads.roads.id[way], 0),
        **columns,
        **texts,
        string_utf8=np.zeros(0, dtype=np.uint8),
        string_first=np.zeros(1, dtype=np.int64),
    )


def _describe_way(tags: Mapping[str, str], strings: dict[str, int]) -> tuple[float, ...]:
    forward_kmh, backward_kmh = maxspeed_by_direction(tags, load_implicit_speeds())
    access = access_by_mode(tags)
    flags = read_flags(tags)
    return (
        classify_road(tags),
        classify_surface(tags),
        parse_lanes(tags.get("lanes", "")),
        forward_kmh,
        backward_kmh,
        access.forward,
        access.backward,
        flags,
        parse_duration(tags.get("duration", "")) if LinkFlag.FERRY in flags else _NOT_SAID,
        find_max_weight_t(tags),
        find_max_height_m(tags),
        _text(describe_conditional(tags), strings),
    )


def _describe_barrier(tags: Mapping[str, str], strings: dict[str, int]) -> tuple[float, ...]:
    access = barrier_access(tags) or Mode(0)
    return (
        BARRIER,
        0,
        0,
        _NOT_SAID,
        _NOT_SAID,
        access,
        access,
        read_flags(tags),
        _NOT_SAID,
        find_max_weight_t(tags),
        find_max_height_m(tags),
        _text(describe_conditional(tags), strings),
    )


def _text(text: str, strings: dict[str, int]) -> int:
    return strings.setdefault(text, len(strings))
