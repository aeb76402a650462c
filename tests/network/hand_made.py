"""Small networks with attributes, written link by link."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np

from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkAttributes, LinkFlag, Mode, pack_strings
from wayaround.network.grid import build_grid
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.hierarchy import build_hierarchy_from_order

EVERYBODY = Mode.CAR | Mode.HGV
NO_FLAG = LinkFlag(0)
NOT_SAID = float("nan")


@dataclass(frozen=True)
class Link:
    """A link of one kilometre of primary road that everybody may drive both ways, unless it says otherwise."""

    tail: int = 0
    head: int = 1
    length_m: int = 1000
    _: KW_ONLY
    road_class: str = "primary"
    surface: str = ""
    forward_kmh: float = NOT_SAID
    backward_kmh: float = NOT_SAID
    forward: Mode = EVERYBODY
    backward: Mode = EVERYBODY
    flags: LinkFlag = NO_FLAG
    duration_s: float = NOT_SAID
    maxweight_t: float = NOT_SAID
    maxheight_m: float = NOT_SAID


def make_network(links: Sequence[Link]) -> RoadNetwork:
    """A network of these links; its nodes lie on a line, a hundredth of a degree apart."""
    tail = np.array([link.tail for link in links], dtype=np.int32)
    head = np.array([link.head for link in links], dtype=np.int32)
    nodes = int(max(tail.max(), head.max())) + 1
    no_rows = np.zeros(len(links), dtype=np.int32)
    utf8, first = pack_strings([""])
    lon, lat = np.arange(nodes) / 100, np.zeros(nodes)
    attributes = LinkAttributes(
        osm_way=np.arange(len(links), dtype=np.int64),
        road_class=np.array([ROAD_CLASSES.index(link.road_class) for link in links], dtype=np.int8),
        surface=np.array([SURFACES.index(link.surface) for link in links], dtype=np.int8),
        lanes=np.zeros(len(links), dtype=np.int8),
        maxspeed_forward_kmh=np.array([link.forward_kmh for link in links], dtype=np.float32),
        maxspeed_backward_kmh=np.array([link.backward_kmh for link in links], dtype=np.float32),
        access_forward=np.array([link.forward for link in links], dtype=np.uint8),
        access_backward=np.array([link.backward for link in links], dtype=np.uint8),
        flags=np.array([link.flags for link in links], dtype=np.uint32),
        duration_s=np.array([link.duration_s for link in links], dtype=np.float32),
        maxweight_t=np.array([link.maxweight_t for link in links], dtype=np.float32),
        maxheight_m=np.array([link.maxheight_m for link in links], dtype=np.float32),
        name=no_rows,
        ref=no_rows,
        conditional=no_rows,
        string_utf8=utf8,
        string_first=first,
    )
    return RoadNetwork(
        name="hand-made",
        digest="0" * 64,
        source="",
        licence="",
        attribution="",
        node_lon=lon,
        node_lat=lat,
        node_country=np.zeros(nodes, dtype=np.int16),
        link_tail=tail,
        link_head=head,
        link_length_m=np.array([link.length_m for link in links], dtype=np.int32),
        link_country=np.zeros(len(links), dtype=np.int16),
        countries=("XX",),
        joins=(),
        named_crossings=(),
        shape_first=np.zeros(len(links) + 1, dtype=np.int32),
        shape_lon=np.zeros(0),
        shape_lat=np.zeros(0),
        grid=build_grid(lon[tail], lat[tail], lon[head], lat[head]),
        hierarchy=build_hierarchy_from_order(np.arange(nodes), tail, head),
        attributes=attributes,
    )
