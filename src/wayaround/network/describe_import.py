"""Figures about an imported network: what the map says of its roads, and what became of the files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from wayaround.network.attributes import ROAD_CLASSES, LinkAttributes, LinkFlag
from wayaround.network.parts import MODES, SMALL_PART_LINKS, part_sizes
from wayaround.network.road_network import RoadNetwork
from wayaround.units import BoolArray, Int32Array


@dataclass(frozen=True, slots=True)
class PartFigures:
    """Strongly connected parts of one mode.

    Parameters
    ----------
    parts, small_parts : int
        All of them, and those of fewer than 100 links but the largest: on them no place is put.
    links_drivable, links_in_largest, links_in_small_parts, links_without_way_back : int
        Links that the mode may drive; of these, those in the largest part, in small ones, and between parts.
    """

    parts: int
    small_parts: int
    links_drivable: int
    links_in_largest: int
    links_in_small_parts: int
    links_without_way_back: int


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """What `network info` tells of an imported network besides `NetworkFigures`.

    Parameters
    ----------
    sources : tuple of mapping
        Name, digest, size and date of each file.
    km_by_class : mapping of str to float
        Kilometres by class of road; of both carriageways where each is a way of its own.
    km_toll, km_bridge, km_tunnel, km_ferry : float
        Kilometres.
    share_known : mapping of str to float
        Share of the kilometres of road of which the map says maximum speed, surface, lanes, name.
    barriers : mapping of str to int
        Links that are gates, toll booths, border posts and others.
    turns : mapping
        Restrictions kept, those of them that bind some vehicles only or at times only, and those left aside by reason.
    parts : mapping of str to PartFigures
        By mode.
    met : mapping of str to int
        What else the import met, see `ImportReport` and `TopologyCounts`; `nodes_at_one_place` are nodes that lie
        exactly where another does without a barrier between: the map does not join them.
    borders_drawn, borders_broken : tuple of str
        Countries whose borders are the map's own, and those of which it has a part only.
    """

    sources: tuple[Mapping[str, Any], ...]
    km_by_class: Mapping[str, float]
    km_toll: float
    km_bridge: float
    km_tunnel: float
    km_ferry: float
    share_known: Mapping[str, float]
    barriers: Mapping[str, int]
    turns: Mapping[str, Any]
    parts: Mapping[str, PartFigures]
    met: Mapping[str, int]
    borders_drawn: tuple[str, ...]
    borders_broken: tuple[str, ...]


def describe_import(network: RoadNetwork) -> ImportFigures | None:
    """Count what an imported network holds; None for any other."""
    links, report, turns = network.attributes, network.imported, network.turns
    if links is None or report is None or turns is None or network.link_part is None:
        return None
    km = np.asarray(network.link_length_m, dtype=np.float64) / 1000
    by_class = np.bincount(links.road_class, weights=km, minlength=len(ROAD_CLASSES))
    is_barrier = links.road_class == ROAD_CLASSES.index("barrier")
    is_road = ~is_barrier & ~links.has(LinkFlag.FERRY)
    known = {
        "maxspeed": ~np.isnan(links.maxspeed_forward_kmh) | ~np.isnan(links.maxspeed_backward_kmh),
        "surface": links.surface > 0,
        "lanes": links.lanes > 0,
        "name or ref": (links.name > 0) | (links.ref > 0),
    }
    road_km = float(km[is_road].sum())
    is_always = turns.conditional == 0
    some_only = is_always & (turns.except_modes > 0)
    return ImportFigures(
        sources=tuple(asdict(file) for file in report.files),
        km_by_class={name: _km(by_class[row]) for row, name in enumerate(ROAD_CLASSES) if by_class[row] > 0},
        km_toll=_km(km[links.has(LinkFlag.TOLL | LinkFlag.TOLL_HGV)].sum()),
        km_bridge=_km(km[links.has(LinkFlag.BRIDGE)].sum()),
        km_tunnel=_km(km[links.has(LinkFlag.TUNNEL)].sum()),
        km_ferry=_km(km[links.has(LinkFlag.FERRY)].sum()),
        share_known={
            name: round(float(km[is_road & said].sum()) / road_km, 4) if road_km else 0.0
            for name, said in known.items()
        },
        barriers=_count_barriers(links),
        turns={
            "kept": report.turns_kept,
            "for_some_vehicles_only": len(np.unique(turns.osm_relation[some_only])),
            "at_times_only": len(np.unique(turns.osm_relation[~is_always])),
            "left_aside": dict(report.turns_skipped),
        },
        parts={
            str(mode.name).lower(): _count_parts(
                np.asarray(row), ((links.access_forward | links.access_backward) & np.uint8(mode)) > 0
            )
            for mode, row in zip(MODES, network.link_part, strict=True)
        },
        met={"ways": report.ways, **report.counts, "nodes_at_one_place": _count_twins(network)},
        borders_drawn=report.borders_drawn,
        borders_broken=report.borders_broken,
    )


def _count_barriers(links: LinkAttributes) -> dict[str, int]:
    is_barrier = links.road_class == ROAD_CLASSES.index("barrier")
    kinds = {"gates": LinkFlag.GATE, "toll_booths": LinkFlag.TOLL_BOOTH, "border_posts": LinkFlag.BORDER_CONTROL}
    count = {name: int(np.count_nonzero(is_barrier & links.has(flag))) for name, flag in kinds.items()}
    return count | {"others": int(np.count_nonzero(is_barrier)) - sum(count.values())}


def _count_parts(link_part: Int32Array, drivable: BoolArray) -> PartFigures:
    """Figures of one mode; see `find_strong_parts` for the numbers of the parts."""
    sizes = part_sizes(link_part)
    small = sizes[1:][sizes[1:] < SMALL_PART_LINKS]
    return PartFigures(
        parts=len(sizes),
        small_parts=len(small),
        links_drivable=int(np.count_nonzero(drivable)),
        links_in_largest=int(sizes[0]) if len(sizes) else 0,
        links_in_small_parts=int(small.sum()),
        links_without_way_back=int(np.count_nonzero(drivable & (link_part < 0))),
    )


def _count_twins(network: RoadNetwork) -> int:
    """Nodes that lie where another does, but are not parted from it by a barrier."""
    assert network.attributes is not None
    lon_e7, lat_e7 = (np.rint(axis * 1e7).astype(np.int64) for axis in (network.node_lon, network.node_lat))
    _, place, count = np.unique((lon_e7 << 32) + lat_e7, return_inverse=True, return_counts=True)
    is_barrier = network.attributes.road_class == ROAD_CLASSES.index("barrier")
    parted = np.zeros(network.nodes, dtype=bool)
    parted[network.link_tail[is_barrier]] = parted[network.link_head[is_barrier]] = True
    return int(np.count_nonzero((count[place] > 1) & ~parted))


def _km(value: float) -> float:
    return round(float(value), 3)
