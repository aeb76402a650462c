"""The network that is shipped."""

import json
from importlib.resources import files

import numpy as np
import pyarrow.parquet as pq
import pytest

import wayaround as wa
from wayaround.errors import CrossingNotFound, LinkNotFound
from wayaround.network.describe import describe_network
from wayaround.network.digest import table_digest
from wayaround.network.snap import WGS84


@pytest.mark.parametrize("table", ["nodes", "links", "boundaries"])
def test_shipped_tables_have_the_listed_digests(table: str) -> None:
    folder = files("wayaround.data")
    listed = json.loads((folder / "world_highways.json").read_text())["digests"][table]
    name = f"{table}.parquet" if table == "boundaries" else f"world_highways_{table}.parquet"
    with (folder / name).open("rb") as file:
        assert table_digest(pq.read_table(file)) == listed


def test_figures(world: wa.RoadNetwork) -> None:
    figures = describe_network(world)
    assert (figures.nodes, figures.links) == (560_282, 822_234)
    assert figures.joins == len(world.joins)
    bare = describe_network(world.without_joins())
    assert bare.components > figures.components
    assert bare.joins == 0


def test_each_join_is_as_long_as_its_gap_or_longer(world: wa.RoadNetwork) -> None:
    for join in world.joins:
        tail, head = world.link_tail[join.link], world.link_head[join.link]
        gap_m = WGS84.inv(world.node_lon[tail], world.node_lat[tail], world.node_lon[head], world.node_lat[head])[2]
        assert 0.99 * gap_m - 20 <= world.link_length_m[join.link] <= 1.6 * gap_m + 500, join.name
        assert join.kind in ("bridge", "tunnel", "border", "road")
        assert join.status in ("confirmed", "assumed")
        assert len(join.reason) > 10


def test_border_links_have_ends_in_two_countries(world: wa.RoadNetwork) -> None:
    country = np.asarray(world.node_country)
    across = country[world.link_tail] != country[world.link_head]
    assert across.sum() == len(world.border_links)
    assert {link for crossing in world.crossings for link in crossing.links} >= set(world.border_links.tolist())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Nasib-Jaber", "Nasib-Jaber"),
        ("nasib jaber", "Nasib-Jaber"),
        ("al-Tanf", "al-Tanf-al-Walid"),
        ("At Tanf", "al-Tanf-al-Walid"),
        ("Trebil", "Karameh-Trebil"),
        ("نصيب", "Nasib-Jaber"),
        ("Rabia", "Rabia-al-Yarubiyah"),
        ("Al-Bukamal–al-Qaim", "al-Bukamal-al-Qaim"),
    ],
)
def test_crossings_are_found_by_their_names(world: wa.RoadNetwork, name: str, found: str) -> None:
    assert world.find_crossing(name).name == found


def test_every_way_between_two_of_the_three_countries_uses_a_named_or_listed_crossing(world: wa.RoadNetwork) -> None:
    listed = {link for crossing in world.crossings for link in crossing.links}
    ends = [np.asarray(world.node_country)[column] for column in (world.link_tail, world.link_head)]
    codes = [world.countries.index(code) for code in ("SY", "IQ", "JO")]
    between = np.flatnonzero((ends[0] != ends[1]) & np.isin(ends[0], codes) & np.isin(ends[1], codes))
    assert len(between) >= 7
    assert listed.issuperset(between.tolist())


def test_unknown_crossings_and_links_are_named(world: wa.RoadNetwork) -> None:
    with pytest.raises(CrossingNotFound, match="Nasib-Jaber"):
        world.find_crossing("Nassib Jabr")
    with pytest.raises(LinkNotFound, match="9999999"):
        world.check_links([1, 9_999_999])
