"""Whatever a file holds, it becomes a network or one sentence. `make fuzz` runs a hundred thousand of these.

WAYAROUND_FUZZ says how many inputs each test takes.
"""

import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osm_files import real_file

from wayaround.errors import FileUnreadable, WayaroundError
from wayaround.network.build import build_network
from wayaround.network.describe_import import describe_import
from wayaround.network.road_network import RoadNetwork
from wayaround.network.turns import list_turns

many = settings(
    max_examples=int(os.environ.get("WAYAROUND_FUZZ", "60")), suppress_health_check=list(HealthCheck), database=None
)

KEYS = [
    *("highway", "route", "area", "junction", "oneway", "access", "motor_vehicle", "hgv", "maxspeed", "lanes"),
    *("maxspeed:forward", "surface", "bridge", "toll", "duration", "maxweight", "maxheight", "hgv:conditional"),
    *("name", "name:en", "ref", "barrier", "locked", "place", "government", "type", "restriction"),
    *("restriction:hgv", "except", "admin_level", "boundary", "ISO3166-1:alpha2"),
]
VALUES = [
    *("motorway", "primary", "residential", "service", "track", "footway", "ferry", "yes", "no", "-1", "private"),
    *("destination", "50", "30;50", "none", "RO:urban", "gate", "bollard", "border_control", "toll_booth", "town"),
    *("village", "customs", "restriction", "boundary", "no_left_turn", "only_straight_on", "hgv", "2", "LI"),
    *("administrative", "00:30", "3.5", "12'6\"", "gravel", "roundabout"),
]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
TAGS = st.dictionaries(st.sampled_from(KEYS), st.one_of(st.sampled_from(VALUES), TEXT), max_size=5)
ROADS = st.fixed_dictionaries({"highway": st.sampled_from(["primary", "residential", "service", "track"])})
IDS = st.integers(1, 12)
DEGREES = st.one_of(
    st.floats(46.9, 47.3).map(lambda value: f"{value:.6f}"),
    st.floats(9.4, 9.7).map(lambda value: f"{value:.7f}"),
    st.sampled_from(["47.1", "9.5", "0", "90", "-90", "180", "-180", "91", "1e3", "", "x", "47.10000001"]),
)
NODES = st.dictionaries(IDS, st.tuples(st.tuples(DEGREES, DEGREES), TAGS), max_size=12)
PLACES = st.tuples(st.floats(46.9, 47.3), st.floats(9.4, 9.7)).map(lambda at: tuple(map(str, at)))
NODES_ON_LAND = st.dictionaries(IDS, st.tuples(PLACES, TAGS), min_size=6)
WAYS = st.dictionaries(IDS, st.tuples(st.lists(IDS, max_size=8), st.one_of(ROADS, TAGS)), max_size=8)
ROLES = st.sampled_from(["from", "via", "to", "outer", "inner", ""])
MEMBERS = st.lists(st.tuples(st.sampled_from(["node", "way", "relation"]), IDS, ROLES), max_size=5)
BANS = st.sampled_from(["no_left_turn", "only_right_turn", "no_u_turn"])
TURNS = st.fixed_dictionaries({"type": st.just("restriction"), "restriction": BANS})
BORDERS = st.just({"type": "boundary", "admin_level": "2", "ISO3166-1:alpha2": "AT"})
RELATIONS = st.dictionaries(IDS, st.tuples(MEMBERS, st.one_of(TURNS, BORDERS, TAGS)), max_size=4)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4)
Objects = Mapping[int, tuple[Any, Mapping[str, str]]]


def write_xml(nodes: Objects, ways: Objects, relations: Objects) -> bytes:
    def tagged(tags: Mapping[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

    parts = ['<osm version="0.6">']
    for node, ((lat, lon), tags) in nodes.items():
        parts.append(f'<node id="{node}" lat="{lat}" lon="{lon}">{tagged(tags)}</node>')
    for way, (refs, tags) in ways.items():
        parts.append(f'<way id="{way}">' + "".join(f'<nd ref="{ref}"/>' for ref in refs) + f"{tagged(tags)}</way>")
    for relation, (members, tags) in relations.items():
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        parts.append(f'<relation id="{relation}">{inner}{tagged(tags)}</relation>')
    return "".join([*parts, "</osm>"]).encode()


def try_to_build(content: bytes, ending: str) -> RoadNetwork | None:
    """The network of some bytes, if they are one; anything but a sentence fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fuzz{ending}"
        path.write_bytes(content)
        try:
            network = build_network([path], name="fuzz")
        except WayaroundError as error:
            if "\n" in str(error) or str(path) not in str(error):
                raise AssertionError(f"no sentence about the file: {error!r}") from error
            return None
    check(network)
    return network


def check(network: RoadNetwork) -> None:
    """What holds for every network."""
    links = network.attributes
    assert links is not None
    assert network.turns is not None
    assert network.links > 0
    assert not (network.link_tail == network.link_head).any()
    assert (network.link_length_m >= 0).all()
    assert len(links.osm_way) == network.links == network.hierarchy.links
    assert np.unique(np.concatenate([network.link_tail, network.link_head])).size == network.nodes
    assert (np.abs(network.node_lon) <= 180).all()
    assert (np.abs(network.node_lat) <= 90).all()
    for _, arcs in list_turns(network.turns, network.link_tail, network.link_head):
        ends = [network.link_head[link] if ahead else network.link_tail[link] for link, ahead in arcs]
        starts = [network.link_tail[link] if ahead else network.link_head[link] for link, ahead in arcs]
        assert ends[:-1] == starts[1:]
    names = [crossing.name for crossing in network.crossings]
    assert len(set(names)) == len(names)
    for crossing in network.crossings:
        assert network.find_crossing(crossing.id) == crossing
    assert describe_import(network) is not None


@many
@given(st.binary(max_size=200), st.sampled_from([".osm", ".osm.pbf", ".osm.gz", ".osm.bz2"]))
def test_any_bytes(content: bytes, ending: str) -> None:
    assert try_to_build(content, ending) is None


@many
@given(NODES, WAYS, RELATIONS)
def test_any_objects(nodes: Objects, ways: Objects, relations: Objects) -> None:
    try_to_build(write_xml(nodes, ways, relations), ".osm")


@many
@given(NODES_ON_LAND, WAYS, RELATIONS)
def test_any_roads_on_land(nodes: Objects, ways: Objects, relations: Objects) -> None:
    try_to_build(write_xml(nodes, ways, relations), ".osm")


@many
@given(CHANGES, st.one_of(st.just(1.0), st.floats(0, 1)))
def test_a_real_map_with_bytes_changed(changes: list[tuple[float, bytes]], cut: float) -> None:
    content = bytearray(read_piece())
    for at, patch in changes:
        start = int(at * (len(content) - 1))
        content[start : start + len(patch)] = patch
    try_to_build(bytes(content[: int(cut * len(content))]), ".osm.pbf")


@cache
def read_piece() -> bytes:
    """The middle of Helsinki, a real map, without compression: what is changed in it is not caught by a checksum."""
    whole = str(real_file("Helsinki.osm.pbf"))
    kept: dict[str, set[int]] = {"n": set(), "w": set(), "r": set()}
    for entity in osmium.FileProcessor(whole):
        if entity.is_way() and "highway" in entity.tags and len(kept["w"]) < 120:
            kept["w"].add(entity.id)
            kept["n"].update(node.ref for node in entity.nodes)
        elif entity.is_relation() and "restriction" in entity.tags:
            kept["r"].add(entity.id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.osm.pbf"
        with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none")) as writer:
            for entity in osmium.FileProcessor(whole):
                if entity.id in kept[entity.type_str()]:
                    writer.add(entity)
        return path.read_bytes()


def test_the_real_map_unchanged_is_a_network() -> None:
    assert try_to_build(read_piece(), ".osm.pbf") is not None


# What fuzzing found:


def test_tags_that_are_no_text_name_the_object(tmp_path: Path) -> None:
    (tmp_path / "piece.osm.pbf").write_bytes(read_piece().replace(b"surface", b"surfac\xb0"))
    with pytest.raises(FileUnreadable, match=r"a tag of (node|way|relation) \d+ is not UTF-8"):
        build_network([tmp_path / "piece.osm.pbf"], name="fuzz")


def test_a_map_with_barriers_and_without_roads() -> None:
    gate = {1: (("47", "9.5"), {"barrier": "gate"})}
    assert try_to_build(write_xml(gate, {1: (["1", "1"], {"admin_level": "2"})}, {}), ".osm") is None
    assert try_to_build(write_xml(gate, {}, {}), ".osm") is None
