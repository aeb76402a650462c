"""Each rule of driving, by one link and a sum done by hand."""

import dataclasses
import math
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from hand_made import NO_FLAG, NOT_SAID, Link, make_network
from hypothesis import given
from hypothesis import strategies as st

import wayaround as wa
from wayaround.errors import ProfileKeyUnknown, ProfileNotFound
from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkFlag, Mode
from wayaround.network.profiles import Profile, describe_profile, drive_times
from wayaround.reports.summary import list_assumptions
from wayaround.routing.terminals import LinkWeights
from wayaround.scenario_profile import ProfileOverride
from wayaround.units import UNREACHABLE

PLAIN = Profile(
    name="plain",
    mode="car",
    speed_kmh=50,
    weight_t=3,
    height_m=2,
    hazmat=False,
    max_speed_kmh=100,
    limit_share=0.8,
    limit_headroom=1.5,
    toll_booth_s=20,
    border_control_s=3600,
    gate_s=30,
    ferry_boarding_s=600,
    destination_only_factor=5,
    private_factor=10,
    speed_kmh_by_class={name: 60.0 for name in ROAD_CLASSES if name != "barrier"} | {"track": 0, "ferry": 10},
    max_kmh_by_surface={"gravel": 30},
)
MINUTE_DS = 600  # a kilometre at 60 km/h


def times(*links: Link, profile: Profile = PLAIN) -> list[tuple[int, int]]:
    weights = drive_times(make_network(links), profile)
    return list(zip(weights.forward_ds.tolist(), weights.backward_ds.tolist(), strict=True))


def time_of(link: Link, profile: Profile = PLAIN) -> int:
    ((forward, backward),) = times(link, profile=profile)
    assert forward == backward
    return forward


@pytest.mark.parametrize(
    ("link", "ds"),
    [
        (Link(), 600),  # 1 km at 60 km/h
        (Link(length_m=1), 1),  # 0.06 s
        (Link(forward_kmh=50, backward_kmh=50), 900),  # at 40 km/h
        (Link(forward_kmh=100, backward_kmh=100), 450),  # at 80 km/h, above the class
        (Link(forward_kmh=120, backward_kmh=120), 400),  # at 60 x 1.5 km/h, not 96
        (Link(forward_kmh=math.inf, backward_kmh=math.inf), 400),
        (Link(surface="gravel"), 1200),  # at 30 km/h
        (Link(surface="asphalt"), 600),
        (Link(surface="gravel", forward_kmh=20, backward_kmh=20), 2250),  # at 16 km/h
        (Link(road_class="track"), UNREACHABLE),
        (Link(maxweight_t=3), 600),
        (Link(maxweight_t=2.9), UNREACHABLE),
        (Link(maxheight_m=2), 600),
        (Link(maxheight_m=1.9), UNREACHABLE),
        (Link(flags=LinkFlag.HAZMAT_NO), 600),
        (Link(flags=LinkFlag.TOLL | LinkFlag.BRIDGE), 600),
        (Link(forward=Mode.HGV, backward=Mode.HGV), UNREACHABLE),
        (Link(road_class="barrier", length_m=0, flags=LinkFlag.TOLL_BOOTH), 200),
        (Link(road_class="barrier", length_m=0, flags=LinkFlag.BORDER_CONTROL), 36_000),
        (Link(road_class="barrier", length_m=0, flags=LinkFlag.GATE), 300),
        (Link(road_class="barrier", length_m=0, flags=LinkFlag.GATE | LinkFlag.TOLL_BOOTH), 500),
        (Link(road_class="barrier", length_m=0), 0),
        (Link(road_class="barrier", length_m=0, forward=Mode(0), backward=Mode(0)), UNREACHABLE),
        (Link(flags=LinkFlag.GATE), 600),  # no barrier of its own
    ],
)
def test_one_link(link: Link, ds: int) -> None:
    assert time_of(link) == ds


def test_the_vehicle_has_a_maximum_of_its_own() -> None:
    fast = dataclasses.replace(PLAIN, max_speed_kmh=50)
    assert time_of(Link(), fast) == 720
    assert time_of(Link(forward_kmh=math.inf, backward_kmh=math.inf), fast) == 720


def test_dangerous_goods_keep_out() -> None:
    assert time_of(Link(flags=LinkFlag.HAZMAT_NO), dataclasses.replace(PLAIN, hazmat=True)) == UNREACHABLE


def test_a_lorry_has_access_rules_of_its_own() -> None:
    lorry = dataclasses.replace(PLAIN, mode="hgv")
    assert time_of(Link(forward=Mode.CAR, backward=Mode.CAR), lorry) == UNREACHABLE
    assert time_of(Link(forward=Mode.HGV, backward=Mode.HGV), lorry) == 600


def test_limits_and_directions_differ() -> None:
    assert times(Link(forward_kmh=50), Link(backward=Mode(0))) == [(900, 600), (600, UNREACHABLE)]


def ferry(**other: object) -> Link:
    return Link(road_class="ferry", flags=LinkFlag.FERRY, **other)  # type: ignore[arg-type]


def test_a_ferry_takes_its_time_and_a_boarding() -> None:
    road, crossing, road_beyond = Link(tail=0, head=1), ferry(tail=1, head=2, duration_s=1200), Link(tail=2, head=3)
    assert times(road, crossing, road_beyond)[1] == (18_000, 18_000)  # 20 + 10 minutes


def test_a_ferry_without_a_duration_goes_by_its_class() -> None:
    road, crossing, road_beyond = Link(tail=0, head=1), ferry(tail=1, head=2), Link(tail=2, head=3)
    # 6 + 10 minutes; a limit or a surface does not concern it
    assert times(road, crossing, road_beyond)[1] == (9600, 9600)
    slow = ferry(tail=1, head=2, forward_kmh=5, backward_kmh=5, surface="gravel")
    assert times(road, slow, road_beyond)[1] == (9600, 9600)


def test_a_ferry_in_two_links_is_boarded_once() -> None:
    links = (Link(tail=0, head=1), ferry(tail=1, head=2, duration_s=600), ferry(tail=2, head=3, duration_s=600))
    found = times(*links, Link(tail=3, head=4))
    assert [forward for forward, _ in found] == [600, 9000, 9000, 600]  # 10 + 5 minutes each


def test_a_vehicle_without_a_speed_on_ferries_does_not_board() -> None:
    by_class = {**PLAIN.speed_kmh_by_class, "ferry": 0}
    ashore = dataclasses.replace(PLAIN, speed_kmh_by_class=by_class)
    assert time_of(ferry(duration_s=600), ashore) == UNREACHABLE


# A main road 0-1, and beside it a way over node 2.
DESTINATION, PRIVATE = LinkFlag.DESTINATION_ONLY, LinkFlag.PRIVATE


def detour(*flags: LinkFlag) -> tuple[Link, Link, Link]:
    first, second = flags
    return Link(tail=0, head=1), Link(tail=0, head=2, flags=first), Link(tail=2, head=1, flags=second)


@pytest.mark.parametrize(
    ("flags", "minutes"),
    [
        ((LinkFlag(0), LinkFlag(0)), (1, 1)),
        ((DESTINATION, DESTINATION), (5, 5)),
        ((PRIVATE, PRIVATE), (10, 10)),
        ((PRIVATE, DESTINATION), (10, 5)),
        ((DESTINATION | PRIVATE, DESTINATION), (10, 5)),
        ((LinkFlag.DESTINATION_ONLY_HGV, LinkFlag.PRIVATE_HGV), (1, 1)),
        ((DESTINATION, LinkFlag(0)), (5, 1)),
    ],
)
def test_a_way_through_that_is_none_costs_a_multiple(
    flags: tuple[LinkFlag, LinkFlag], minutes: tuple[int, int]
) -> None:
    main, *by_way = times(*detour(*flags))
    assert main == (MINUTE_DS, MINUTE_DS)
    assert [forward for forward, _ in by_way] == [each * MINUTE_DS for each in minutes]


def test_a_dead_end_is_no_way_through() -> None:
    main, yard, beyond = Link(tail=0, head=1), Link(tail=1, head=2, flags=PRIVATE), Link(tail=2, head=3, flags=PRIVATE)
    assert times(main, yard, beyond) == [(MINUTE_DS, MINUTE_DS)] * 3


def test_a_dead_end_may_have_streets_within() -> None:
    streets = [Link(tail=tail, head=head, flags=DESTINATION) for tail, head in ((1, 2), (2, 3), (3, 1), (1, 2), (3, 3))]
    assert times(Link(tail=0, head=1), *streets) == [(MINUTE_DS, MINUTE_DS)] * 6


def test_roads_that_the_vehicle_cannot_use_make_no_mouth() -> None:
    track = Link(tail=2, head=3, road_class="track")
    assert times(Link(tail=0, head=1), Link(tail=1, head=2, flags=PRIVATE), track)[1] == (MINUTE_DS, MINUTE_DS)


def test_a_factor_of_zero_shuts_ways_through_and_leaves_dead_ends() -> None:
    strict = dataclasses.replace(PLAIN, private_factor=0)
    dead_end = Link(tail=1, head=3, flags=PRIVATE)
    found = times(*detour(PRIVATE, DESTINATION), dead_end, profile=strict)
    assert [forward for forward, _ in found] == [MINUTE_DS, UNREACHABLE, 5 * MINUTE_DS, MINUTE_DS]


def test_a_private_gate_costs_a_multiple_of_its_stop() -> None:
    gate = Link(tail=1, head=2, road_class="barrier", length_m=0, flags=LinkFlag.GATE | PRIVATE)
    assert times(Link(tail=0, head=1), gate, Link(tail=2, head=3))[1] == (3000, 3000)


def distances(links: list[Link], weights: LinkWeights) -> np.ndarray:
    """Time from each node to each, by relaxing every link until nothing changes."""
    nodes = 1 + max(max(link.tail, link.head) for link in links)
    time = np.full((nodes, nodes), UNREACHABLE)
    np.fill_diagonal(time, 0)
    for _ in range(nodes):
        for row, link in enumerate(links):
            for start, end, ds in (
                (link.tail, link.head, weights.forward_ds[row]),
                (link.head, link.tail, weights.backward_ds[row]),
            ):
                time[:, end] = np.minimum(time[:, end], np.minimum(time[:, start] + ds, UNREACHABLE))
    return time


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 500), st.sampled_from([PRIVATE, NO_FLAG])),
        min_size=1,
        max_size=14,
    )
)
def test_areas_left_open_are_no_way_through_and_the_others_are(drawn: list[tuple[int, int, int, LinkFlag]]) -> None:
    links = [Link(tail=tail, head=head, length_m=metres, flags=flags) for tail, head, metres, flags in drawn]
    strict = drive_times(make_network(links), dataclasses.replace(PLAIN, private_factor=0))
    without = [dataclasses.replace(link, forward=Mode(0), backward=Mode(0)) if link.flags else link for link in links]
    public = sorted({node for link in links if not link.flags for node in (link.tail, link.head)})
    # Where through traffic goes, it goes as if no private road were there.
    between_public = np.ix_(public, public)
    alone = drive_times(make_network(without), PLAIN)
    assert (distances(links, strict)[between_public] == distances(without, alone)[between_public]).all()
    # And a private link is shut only if somebody could come in by one public node and leave by another.
    for row in np.flatnonzero(strict.forward_ds >= UNREACHABLE).tolist():
        assert len(mouths_of(links, row, set(public))) > 1


def mouths_of(links: list[Link], start: int, public: set[int]) -> set[int]:
    """Public nodes that a private link reaches over private links without passing a public node."""
    seen, ahead, mouths = {start}, [start], set()
    while ahead:
        here = links[ahead.pop()]
        for node in (here.tail, here.head):
            if node in public:
                mouths.add(node)
                continue
            near = {row for row, link in enumerate(links) if link.flags and node in (link.tail, link.head)} - seen
            seen |= near
            ahead += near
    return mouths


def test_a_result_on_such_a_network_says_how_it_is_driven() -> None:
    links = [Link(tail=row, head=row + 1, length_m=1110) for row in range(4)]
    trips = wa.named_trips(make_network(links), [["0,0.001", "0,0.039"]])
    heavy = wa.override_profile(PLAIN, {"weight_t": 40.0, "hazmat": True})
    impact = wa.assess(make_network(links), closures=[], trips=trips, profile=heavy)
    assumptions = list_assumptions(impact)
    assert any("by road class, limit and surface (profile plain)" in sentence for sentence in assumptions)
    assert any("overrides: weight_t = 40, hazmat = true." in sentence for sentence in assumptions)
    assert describe_profile(heavy, impact.network).startswith("plain, by road class, limit and surface; overridden:")


@pytest.mark.parametrize(("name", "kmh"), [("truck", 75), ("car", 95)])
def test_without_attributes_every_link_has_one_speed(world: wa.RoadNetwork, name: str, kmh: int) -> None:
    weights = drive_times(world, wa.load_profile(name))
    length_m = np.asarray(world.link_length_m)
    expected = [round(metres * 36 / kmh) for metres in length_m[:1000].tolist()]
    assert weights.forward_ds[:1000].tolist() == expected
    assert weights.backward_ds is weights.forward_ds
    assert (weights.length_m == length_m).all()
    assert isinstance(weights, LinkWeights)


@pytest.mark.parametrize("name", ["car", "truck"])
def test_the_shipped_profiles_are_what_a_scenario_could_write(name: str) -> None:
    content = tomllib.loads((files("wayaround.data") / "profiles" / f"{name}.toml").read_text(encoding="utf-8"))
    rates = {"currency", "per_hour", "per_km", "per_wait_hour", "risk_factor"}  # which no vehicle has by itself
    assert set(content) == set(ProfileOverride.model_fields) - {"base"} - rates
    assert set(content) == {each.name for each in dataclasses.fields(Profile)} - {"name", "overridden"} - rates
    ProfileOverride.model_validate({"base": name, **content})
    assert set(content["speed_kmh_by_class"]) == set(ROAD_CLASSES) - {"barrier"}
    assert set(content["max_kmh_by_surface"]) <= set(SURFACES) - {""}
    assert wa.load_profile(name).overridden == {}


def test_a_lorry_is_never_faster_than_a_car() -> None:
    car, truck = wa.load_profile("car"), wa.load_profile("truck")
    for name, kmh in truck.speed_kmh_by_class.items():
        assert kmh <= car.speed_kmh_by_class[name]


def test_overriding_keeps_the_rest_and_says_what_it_changed() -> None:
    truck = wa.load_profile("truck")
    own = wa.override_profile(truck, {"weight_t": 12.0, "max_kmh_by_surface": {"gravel": 20.0, "salt": 60.0}})
    assert (own.weight_t, own.height_m) == (12, truck.height_m)
    assert own.max_kmh_by_surface == {**truck.max_kmh_by_surface, "gravel": 20, "salt": 60}
    assert own.overridden == {"weight_t": 12, "max_kmh_by_surface.gravel": 20, "max_kmh_by_surface.salt": 60}
    again = wa.override_profile(own, {"weight_t": 7.5})
    assert again.overridden == own.overridden | {"weight_t": 7.5}
    assert truck.overridden == {}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"wieght_t": 12}, 'no value of a profile is called "wieght_t"; the nearest is "weight_t"'),
        ({"name": "mine"}, 'no value of a profile is called "name"'),
        ({"speed_kmh_by_class": {"primry": 60}}, 'no class of road is called "primry"; the nearest is "primary"'),
        ({"speed_kmh_by_class": {"barrier": 60}}, 'no class of road is called "barrier"'),
        ({"max_kmh_by_surface": {"gravl": 60}}, 'no surface is called "gravl"; the nearest is "gravel"'),
        ({"max_kmh_by_surface": {"": 60}}, "no surface"),
    ],
)
def test_unknown_values_are_said(values: dict[str, object], said: str) -> None:
    with pytest.raises(ProfileKeyUnknown, match=said):
        wa.override_profile(PLAIN, values)


def test_unknown_profiles_are_said() -> None:
    with pytest.raises(ProfileNotFound, match='nearest is "truck"'):
        wa.load_profile("trck")


def test_nan_is_no_limit() -> None:
    assert time_of(Link(maxweight_t=NOT_SAID, maxheight_m=NOT_SAID)) == MINUTE_DS
