"""Small networks of bent links, drawn at random."""

import numpy as np

from wayaround.network.grid import build_grid
from wayaround.network.road_network import RoadNetwork
from wayaround.routing.hierarchy import build_hierarchy


def draw_shaped_network(seed: int, *, nodes: int = 12, links: int = 20, lat: float = 55.0) -> RoadNetwork:
    """Nodes within 0.2 degrees; links with up to six shape points, some closed, some of two equal points."""
    random = np.random.default_rng(seed)
    lon, lats = 9 + random.uniform(0, 0.2, nodes), lat + random.uniform(0, 0.2, nodes)
    tail, head = random.integers(nodes, size=(2, links))
    count = random.integers(0, 7, links)
    count[tail == head] = np.maximum(count[tail == head], 2)
    first = np.concatenate([[0], np.cumsum(count)])
    of_link = np.repeat(np.arange(links), count)
    share = (np.arange(len(of_link)) - first[of_link] + 1) / (count[of_link] + 1)
    shape = [
        ends[tail[of_link]] + share * (ends[head[of_link]] - ends[tail[of_link]]) + random.normal(0, 0.01, len(of_link))
        for ends in (lon, lats)
    ]
    points = [
        np.vstack(
            [
                [lon[tail[link]], lats[tail[link]]],
                np.column_stack([axis[first[link] : first[link + 1]] for axis in shape]),
                [lon[head[link]], lats[head[link]]],
            ]
        )
        for link in range(links)
    ]
    starts, ends = (np.concatenate([line[cut] for line in points]) for cut in (slice(None, -1), slice(1, None)))
    return RoadNetwork(
        name="drawn",
        digest=f"{seed:064d}",
        source="drawn for a test",
        licence="CC0",
        attribution="(c) nobody",
        node_lon=lon,
        node_lat=lats,
        node_country=np.zeros(nodes, dtype=np.int16),
        link_tail=tail.astype(np.int32),
        link_head=head.astype(np.int32),
        link_length_m=random.integers(100, 20_000, links).astype(np.int32),
        link_country=np.zeros(links, dtype=np.int16),
        countries=("DK",),
        joins=(),
        named_crossings=(),
        shape_first=first.astype(np.int32),
        shape_lon=shape[0],
        shape_lat=shape[1],
        grid=build_grid(*starts.T, *ends.T),
        hierarchy=build_hierarchy(nodes, tail, head, lon=lon, lat=lats),
    )
