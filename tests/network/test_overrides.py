"""Overrides: what each column does, what is refused, and SciPy's word on the changed network."""

from pathlib import Path

import numpy as np
import pytest
from hand_made import Link, make_network
from osm_files import ROAD, build
from scipy_judge import ScipyJudge
from shaped_networks import draw_shaped_network

import wayaround as wa
from wayaround.closures.effects import apply_closures
from wayaround.errors import FileUnreadable, OverridesInvalid
from wayaround.network.attributes import LinkFlag, Mode
from wayaround.network.profiles import drive_times
from wayaround.network.snap import SnappedPoints, snap_point
from wayaround.network.store import read_network, write_network
from wayaround.routing.metric import HierarchyEngine
from wayaround.units import UNREACHABLE

TRUCK = wa.load_profile("truck")
LINE = [Link(0, 1, 1000), Link(1, 2, 1000), Link(2, 3, 1000)]


def fix(network: wa.RoadNetwork, folder: Path, text: str) -> wa.RoadNetwork:
    path = folder / "fixes.csv"
    path.write_text(text, encoding="utf-8")
    return wa.apply_overrides(network, path)


def without_attributes() -> wa.RoadNetwork:
    return draw_shaped_network(3)


def test_length_speed_and_access_of_links_with_attributes(tmp_path: Path) -> None:
    network = make_network(LINE)
    before = drive_times(network, TRUCK)
    fixed = fix(
        network, tmp_path, "link,length_m,speed_kmh,access,source\n0,3000,36,,bridge survey\n1,,,forward,police\n"
    )
    after = drive_times(fixed, TRUCK)
    assert fixed.link_length_m.tolist() == [3000, 1000, 1000]
    assert after.forward_ds.tolist() == [3000, before.forward_ds[1], before.forward_ds[2]]
    assert after.backward_ds.tolist() == [3000, UNREACHABLE, before.backward_ds[2]]
    assert network.link_length_m.tolist() == [1000] * 3
    assert fixed.digest != network.digest
    assert [str(each) for each in fixed.overrides] == [
        "link 0: 3,000 m, 36 km/h (bridge survey)",
        "link 1: forward only (police)",
    ]


def test_open_beats_tags_and_a_speed_beats_the_class(tmp_path: Path) -> None:
    private = Link(0, 1, forward=Mode(0), backward=Mode(0), flags=LinkFlag.PRIVATE_HGV)
    slow = Link(1, 2, 3600, road_class="track")
    heavy = Link(2, 3, 3600, maxweight_t=3.5)
    fixed = fix(
        make_network([private, slow, heavy]),
        tmp_path,
        "link,speed_kmh,access,source\n0,,open,owner\n1,36,,convoy\n2,36,open,convoy\n",
    )
    time_ds = drive_times(fixed, TRUCK).forward_ds
    assert time_ds[0] == drive_times(make_network(LINE), TRUCK).forward_ds[0]
    assert time_ds[1] == 3600
    assert time_ds[2] == UNREACHABLE  # what the bridge bears is no question of access


def test_no_speed_beyond_the_vehicles_own(tmp_path: Path) -> None:
    fixed = fix(make_network(LINE), tmp_path, "link,speed_kmh,source\n0,300,a\n")
    assert drive_times(fixed, TRUCK).forward_ds[0] == round(36_000 / TRUCK.max_speed_kmh)


def test_links_without_attributes(tmp_path: Path) -> None:
    network = without_attributes()
    before = drive_times(network, TRUCK)
    text = "link,speed_kmh,access,exists,source\n2,36,,,a\n3,,backward,,a\n4,,,no,a\n5,,open,,a\n"
    after = drive_times(fix(network, tmp_path, text), TRUCK)
    assert after.forward_ds[2] == after.backward_ds[2] == network.link_length_m[2]
    assert (after.forward_ds[3], after.backward_ds[3]) == (UNREACHABLE, before.backward_ds[3])
    assert after.forward_ds[4] == after.backward_ds[4] == UNREACHABLE
    others = np.setdiff1d(np.arange(network.links), [2, 3, 4])
    assert after.forward_ds[others].tolist() == before.forward_ds[others].tolist()


def test_a_link_by_two_coordinates_in_either_order(tmp_path: Path) -> None:
    header = "lat_a,lon_a,lat_b,lon_b,length_m,source\n"
    for row in ("0,0.0101,0,0.0201,700,a\n", "0.0001,0.02,0,0.01,700,a\n"):
        assert fix(make_network(LINE), tmp_path, header + row).link_length_m.tolist() == [1000, 700, 1000]


def test_nobody_stands_on_what_does_not_exist(tmp_path: Path) -> None:
    network = make_network([Link(0, 1), Link(1, 2)])
    point = snap_point(fix(network, tmp_path, "link,exists,source\n0,no,a\n"), 0.0, 0.005)
    assert point is not None
    assert (point.link, point.lon) == (1, 0.01)


@pytest.mark.parametrize("seed", range(10))
def test_added_and_changed_links_route_as_scipy_says(seed: int, tmp_path: Path) -> None:
    network = draw_shaped_network(seed, nodes=12, links=14)
    joined = {(int(a), int(b)) for a, b in zip(network.link_tail, network.link_head, strict=True)}
    pairs = [(a, b) for a in range(12) for b in range(a) if not {(a, b), (b, a)} & joined]
    random = np.random.default_rng(seed)
    new = [pairs[row] for row in random.choice(len(pairs), 3, replace=False)]
    lon, lat = network.node_lon.tolist(), network.node_lat.tolist()
    rows = [
        f"{lat[a]},{lon[a]},{lat[b]},{lon[b]},{500 + 100 * number},,{('', 'forward', 'backward')[number]},yes,a"
        for number, (a, b) in enumerate(new)
    ]
    header = "lat_a,lon_a,lat_b,lon_b,length_m,speed_kmh,access,exists,source"
    fixed = fix(network, tmp_path, "\n".join([header, *rows]))
    assert fixed.link_tail.tolist()[-3:] == [a for a, _ in new]
    assert fixed.link_head.tolist()[-3:] == [b for _, b in new]
    assert fixed.link_length_m.tolist()[-3:] == [500, 600, 700]
    weights = drive_times(fixed, TRUCK)
    assert [weights.backward_ds[-2], weights.forward_ds[-1]] == [UNREACHABLE] * 2
    link = np.arange(network.links, dtype=np.int64)
    half = np.full(len(link), 0.5)
    zero = np.zeros(len(link))
    terminals = apply_closures(weights, []).terminals(SnappedPoints(zero, zero, link, half, zero, zero, zero))
    query = HierarchyEngine(fixed.hierarchy).customise(weights).query(terminals)
    judge = ScipyJudge(fixed.nodes, fixed.link_tail, fixed.link_head, weights, terminals)
    expected = judge.skim(link)
    skim = query.matrix()
    assert (skim.time_ds == expected[0]).all()
    assert (skim.length_m == expected[1]).all()


def test_an_added_link_is_as_long_as_the_straight_line(tmp_path: Path) -> None:
    text = "lat_a,lon_a,lat_b,lon_b,exists,source\n0,0,0,0.03,yes,a\n"
    fixed = fix(make_network(LINE), tmp_path, text)
    assert fixed.link_length_m.tolist()[3:] == [3340]  # 0.03 degrees of the equator
    assert drive_times(fixed, TRUCK).forward_ds[3] < UNREACHABLE
    assert len(fixed.lines([3])[0].coords) == 2


def test_the_digest_follows_the_content_and_not_the_spelling(tmp_path: Path) -> None:
    network = make_network(LINE)
    one = fix(network, tmp_path, "link,length_m,source\n0,500,a\n")
    same = fix(network, tmp_path, "\ufeffsource,link,length_m\n\n a ,0,500.0\n")
    other = fix(network, tmp_path, "link,length_m,source\n0,501,a\n")
    assert one.digest == same.digest != other.digest


def test_two_rows_may_say_different_things_of_one_link(tmp_path: Path) -> None:
    fixed = fix(make_network(LINE), tmp_path, "link,length_m,speed_kmh,source\n0,500,,a\n0,,36,b\n")
    assert drive_times(fixed, TRUCK).forward_ds[0] == 500


def test_a_stored_network_keeps_them(tmp_path: Path) -> None:
    fixed = fix(make_network(LINE), tmp_path, "link,speed_kmh,access,source\n0,36,,a\n1,,shut,b\n")
    write_network(fixed, tmp_path / "stored")
    stored = read_network(tmp_path / "stored")
    assert stored.overrides == fixed.overrides
    assert drive_times(stored, TRUCK).forward_ds.tolist() == drive_times(fixed, TRUCK).forward_ds.tolist()


def test_the_example_of_the_docs_applies(world: wa.RoadNetwork, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "network.md").read_text(encoding="utf-8")
    fixed = fix(world, tmp_path, page.split("```csv\n")[1].split("```")[0])
    assert [each.line for each in fixed.overrides] == [2, 3, 4, 5]
    assert fixed.overrides[3].link == world.links
    assert fixed.overrides[3].length_m == 181
    posted = world.find_crossing("al-Tanf-al-Walid").links
    assert fixed.overrides[1].link in posted
    assert fixed.link_length_m[posted[0]] == 7400


def test_a_link_is_added_where_turns_are_banned(tmp_path: Path) -> None:
    """Three sides of a square; from the north side nobody may turn into the east side."""
    network = build(
        tmp_path,
        nodes={1: (50.001, 10.0), 2: (50.001, 10.001), 3: (50.0, 10.001), 4: (50.0, 10.0)},
        ways={10: ([1, 2], ROAD), 11: ([2, 3], ROAD), 12: ([3, 4], ROAD)},
        relations={
            1: (
                [("w", 10, "from"), ("n", 2, "via"), ("w", 11, "to")],
                {"type": "restriction", "restriction": "no_right_turn"},
            )
        },
    )
    assert network.hierarchy.has_copies
    ends = ["50.001,10.0005", "50.0,10.0005"]
    before = wa.travel_matrix(network, ends).km
    assert np.isnan(before.iloc[0, 1])
    header = "lat_a,lon_a,lat_b,lon_b,length_m,exists,access,source\n"
    fixed = fix(network, tmp_path, header + "50.001,10,50,10,100,yes,forward,a\n")
    after = wa.travel_matrix(fixed, ends).km
    assert after.iloc[0, 1] == 0.172  # the west side's 100 m and two halves of 72 m
    assert after.iloc[1, 0] == before.iloc[1, 0] == 0.183


BAD = {
    "link,speed,source\n": 'line 1, speed: there is no such column; the nearest is "speed_kmh"',
    "link,speed_kmh\n0,3\n": "line 1, source: the column is missing",
    "link,speed_kmh,source\n0,3,\n": "line 2, source: every override needs a source",
    "link,speed_kmh,source\n\n0,fast,a\n": 'line 3, speed_kmh: "fast" is not a number from 1 to 300',
    "link,speed_kmh,source\n0,nan,a\n": 'line 2, speed_kmh: "nan" is not a number',
    "link,length_m,source\n0,0,a\n": 'line 2, length_m: "0" is not a number from 1 to 10,000,000',
    "link,length_m,source\n0.5,9,a\n": 'line 2, link: "0.5" is not a whole number',
    "link,length_m,source\n3,9,a\n": "line 2, link: hand-made has no link 3; its links are 0 to 2",
    "link,length_m,source\n,9,a\n": "line 2, link: the row needs a link, or all of lat_a, lon_a, lat_b, lon_b",
    "link,lat_a,length_m,source\n1,0,9,a\n": "line 2, link: a row has a link or two coordinates, not both",
    "lat_a,lon_a,lat_b,length_m,source\n0,0,0,9,a\n": "line 2, lon_b: the row needs",
    "lat_a,lon_a,lat_b,lon_b,length_m,source\n91,0,0,0,9,a\n": 'line 2, lat_a: "91" is not a number from -90 to 90',
    "lat_a,lon_a,lat_b,lon_b,length_m,source\n0,0,0,0.5,9,a\n": "line 2, lat_b: no node within 200 m of 0, 0.5",
    "lat_a,lon_a,lat_b,lon_b,length_m,source\n0,0,0,0.0001,9,a\n": "line 2, lat_b: both coordinates lie at the same",
    "lat_a,lon_a,lat_b,lon_b,length_m,source\n0,0,0,0.02,9,a\n": "no link joins nodes 0 and 2; exists = yes adds",
    "lat_a,lon_a,lat_b,lon_b,exists,source\n0,0,0,0.01,yes,a\n": "line 2, exists: link 0 joins the two already",
    "link,exists,source\n0,yes,a\n": "line 2, exists: link 0 exists already",
    "link,exists,source\n0,maybe,a\n": 'line 2, exists: "maybe" is none of no, yes',
    "link,access,source\n0,closed,a\n": 'line 2, access: "closed" is none of open, shut, forward, backward',
    "link,exists,length_m,source\n0,no,5,a\n": "line 2, length_m: a link that does not exist has none",
    "link,exists,source\n0,,a\n": "line 2, length_m: the row says nothing",
    "link,length_m,source\n0,5,a\n0,6,b\n": "line 3, length_m: line 2 speaks of link 0 already",
    "link,length_m,exists,source\n0,5,,a\n0,,no,b\n": "line 3, exists: line 2 speaks of link 0 already",
    "lat_a,lon_a,lat_b,lon_b,exists,source\n0,0,0,0.02,yes,a\n0,0.02,0,0,yes,a\n": "line 3, exists: an earlier row",
    "link,length_m,source\n0,5,a,b\n": "line 2, source: the row has more cells",
}


@pytest.mark.parametrize(("text", "said"), BAD.items())
def test_a_bad_row_is_one_sentence_with_file_line_and_column(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(OverridesInvalid) as caught:
        fix(make_network(LINE), tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / "fixes.csv") in str(caught.value)


def test_parallel_links_have_to_be_named_by_id(tmp_path: Path) -> None:
    text = "lat_a,lon_a,lat_b,lon_b,length_m,source\n0,0,0,0.01,9,a\n"
    with pytest.raises(OverridesInvalid, match="2 links join the two: name one of 0, 3 by the column link"):
        fix(make_network([*LINE, Link(1, 0)]), tmp_path, text)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="cannot read the overrides"):
        wa.apply_overrides(make_network(LINE), tmp_path / "none.csv")
    (tmp_path / "noise.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileUnreadable, match="not UTF-8"):
        wa.apply_overrides(make_network(LINE), tmp_path / "noise.csv")
    assert fix(make_network(LINE), tmp_path, "link,length_m,source\n").digest == "0" * 64


def test_joins_are_left_out_before_and_not_after(world: wa.RoadNetwork, tmp_path: Path) -> None:
    fixed = fix(world, tmp_path, "link,access,source\n12,shut,a\n")
    with pytest.raises(OverridesInvalid, match="leave out the joins first"):
        fixed.without_joins()
    assert fix(world.without_joins(), tmp_path, "link,access,source\n12,shut,a\n").overrides[0].link == 12
    with pytest.raises(OverridesInvalid, match="has overrides already"):
        fix(fixed, tmp_path, "link,access,source\n12,shut,a\n")
