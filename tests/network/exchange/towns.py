"""Small towns as tables of lines, drawn at random, and what two networks have in common."""

from dataclasses import fields
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import wayaround as wa
from wayaround.network.profiles import drive_times, load_profile

COLUMNS = {
    "length_column": "metres",
    "oneway_column": "oneway",
    "speed_column": "limit",
    "class_column": "highway",
    "name_column": "street",
}
WEST, SOUTH, STEP = 36.2, 33.5, 0.01


def draw_town(seed: int, *, side: int = 6) -> gpd.GeoDataFrame:
    """A grid of bent streets in Damascus, some one-way, some parallel, with lengths of their own."""
    random = np.random.default_rng(seed)
    corners = np.arange(side * side).reshape(side, side)
    ends = [*pairwise_all(corners), *pairwise_all(corners.T)]
    ends += [ends[at] for at in random.integers(len(ends), size=3)]
    lines = []
    for start, end in ends:
        tail, head = (np.array([WEST + STEP * (each % side), SOUTH + STEP * (each // side)]) for each in (start, end))
        middle = (tail + head) / 2 + random.uniform(-0.3, 0.3, 2) * STEP
        lines.append(shapely.LineString([tail, middle, head]))
    count = len(lines)
    return gpd.GeoDataFrame(
        {
            "start": [start for start, _ in ends],
            "end": [end for _, end in ends],
            "metres": random.integers(900, 3000, count),
            "oneway": random.choice(["no", "no", "no", "yes", "-1"], count),
            "limit": random.choice([np.nan, 30.0, 50.0, 80.0], count),
            "highway": random.choice(["primary", "secondary", "residential"], count),
            "street": [f"شارع {number % 7}" for number in range(count)],
        },
        geometry=lines,
        crs="EPSG:4326",
    )


def pairwise_all(rows: np.ndarray) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for row in rows for start, end in pairwise(row)]


def build_town(seed: int) -> wa.RoadNetwork:
    return wa.network_from_geodataframe(draw_town(seed), name="town", **COLUMNS)


def build_plain_town(seed: int) -> wa.RoadNetwork:
    """A town of which nothing is known but lengths."""
    return wa.network_from_geodataframe(draw_town(seed), name="town", length_column="metres")


def assert_same_roads(one: wa.RoadNetwork, other: wa.RoadNetwork) -> None:
    """Same nodes, links, lengths, shapes, countries, attributes, times, and routes between ten places."""
    columns = ("node_lon", "node_lat", "link_tail", "link_head", "link_length_m", "shape_first", "shape_lon")
    for name in (*columns, "shape_lat", "node_country", "link_country"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.countries == other.countries
    assert (one.attributes is None) == (other.attributes is None)
    if one.attributes is not None and other.attributes is not None:
        for field in fields(one.attributes):
            if not field.name.startswith("string_"):
                ours, theirs = (_values(each, field.name) for each in (one, other))
                assert pd.Series(ours).equals(pd.Series(theirs)), field.name
    for profile in ("car", "truck"):
        times = [drive_times(each, load_profile(profile)) for each in (one, other)]
        assert np.array_equal(times[0].forward_ds, times[1].forward_ds)
        assert np.array_equal(times[0].backward_ds, times[1].backward_ds)
    places = [f"{one.node_lat[node]},{one.node_lon[node]}" for node in range(0, one.nodes, max(1, one.nodes // 10))]
    ways = [wa.travel_matrix(each, places, places, profile="car") for each in (one, other)]
    assert ways[0].h.equals(ways[1].h)
    assert ways[0].km.equals(ways[1].km)


def _values(network: wa.RoadNetwork, name: str) -> list[object]:
    column = getattr(network.attributes, name).tolist()
    if name in ("name", "ref", "conditional"):
        assert network.attributes is not None
        return [network.attributes.text(row) for row in column]
    return column
