"""Small OpenStreetMap files, written object by object, and where the real ones lie."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from wayaround.network.build import build_network
from wayaround.network.road_network import RoadNetwork

Tags = Mapping[str, str]
ROAD = {"highway": "residential"}
CHECKOUT = Path(__file__).resolve().parents[2]


def write_osm(
    path: Path,
    *,
    nodes: Mapping[int, Sequence[object]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    relations: Mapping[int, tuple[Sequence[tuple[str, int, str]], Tags]] | None = None,
) -> Path:
    """Write a file of nodes (latitude, longitude and perhaps tags), ways and relations."""
    lines = ['<osm version="0.6" generator="a test">']
    for node, (lat, lon, *tags) in nodes.items():
        inner = "".join(map(_tags, tags))
        lines.append(f'<node id="{node}" version="1" lat="{lat}" lon="{lon}">{inner}</node>')
    for way, (refs, tags) in ways.items():
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{way}" version="1">{inner}{_tags(tags)}</way>')
    for relation, (members, tags) in (relations or {}).items():
        names = {"n": "node", "w": "way", "r": "relation"}
        inner = "".join(f'<member type="{names[kind]}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{relation}" version="1">{inner}{_tags(tags)}</relation>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def build(
    folder: Path,
    *,
    nodes: Mapping[int, Sequence[object]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    relations: Mapping[int, tuple[Sequence[tuple[str, int, str]], Tags]] | None = None,
) -> RoadNetwork:
    """The network of such a file."""
    return build_network([write_osm(folder / "drawn.osm", nodes=nodes, ways=ways, relations=relations)], name="drawn")


def grid_nodes(columns: int, rows: int, *, step_deg: float = 0.001) -> dict[int, tuple[float, float]]:
    """Nodes in a square, a thousandth of a degree apart: number 10 x row + column + 1, from 50 N, 10 E."""
    return {
        10 * row + column + 1: (round(50 + row * step_deg, 7), round(10 + column * step_deg, 7))
        for row in range(rows)
        for column in range(columns)
    }


def links_by_ends(network: RoadNetwork) -> dict[tuple[tuple[float, float], tuple[float, float]], list[int]]:
    """Links by the latitude and longitude of both ends."""
    found: dict[tuple[tuple[float, float], tuple[float, float]], list[int]] = {}
    for link, ends in enumerate(zip(network.link_tail.tolist(), network.link_head.tolist(), strict=True)):
        tail, head = ((round(float(network.node_lat[end]), 7), round(float(network.node_lon[end]), 7)) for end in ends)
        found.setdefault((tail, head), []).append(link)
    return found


def real_file(name: str) -> Path:
    """A real extract, if it is there: fetched by scripts/fetch_test_maps.sh, or beside the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    fetched = Path(os.environ.get("WAYAROUND_TEST_MAPS", cache / "wayaround-test-maps"))
    places = [fetched, CHECKOUT.parent / "shared" / "osm"]
    for place in places:
        if (place / name).is_file():
            return place / name
    pytest.skip(f"{name} is not there; scripts/fetch_test_maps.sh fetches what can be fetched")


def _tags(tags: object) -> str:
    assert isinstance(tags, Mapping)
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
