"""Whatever a mapper typed: nothing raises, and every answer lies in its range."""

import math

from hypothesis import given
from hypothesis import strategies as st

from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkFlag, Mode
from wayaround.network.tags import (
    access_by_mode,
    barrier_access,
    classify_road,
    classify_surface,
    describe_conditional,
    drive_directions,
    find_max_height_m,
    find_max_weight_t,
    load_implicit_speeds,
    maxspeed_by_direction,
    parse_duration,
    parse_height_m,
    parse_lanes,
    parse_maxspeed,
    parse_restriction,
    parse_weight_t,
    read_flags,
)

KEYS = (
    *("highway", "route", "area", "oneway", "oneway:vehicle", "junction", "surface", "tracktype", "lanes", "service"),
    *("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods", "motor_vehicle:forward", "hgv:backward"),
    *("maxspeed", "maxspeed:forward", "maxspeed:lanes:backward", "source:maxspeed", "zone:maxspeed", "maxspeed:type"),
    *("barrier", "locked", "toll", "toll:hgv", "bridge", "tunnel", "hazmat", "maxspeed:conditional", "smoothness"),
    *("restriction", "restriction:hgv", "restriction:conditional", "except", "type", "day_on"),
    *("maxweight", "maxweightrating:hgv", "maxheight", "maxheight:physical", "foot"),
)
WORDS = (
    *("yes", "no", "-1", "reversible", "motorway", "ferry", "gate", "private", "destination", "agricultural;forestry"),
    *("50", "30 mph", "none", "walk", "RO:urban", "DE:zone:30", "50|30", "50;;", "3.5 t", "12'6\"", "01:30", "PT1H"),
    *("no_left_turn", "only_straight_on @ (Mo)", "motorcar;hgv", "restriction:hgv", "grade3", "asphalt;gravel"),
)
VALUE = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=30),
    st.text(alphabet="0123456789.,:;|-'\" tkgmPTDHMSRO@²٣", max_size=20),
)
TAGS = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=12)), VALUE, max_size=8)
MODES = {Mode(0), Mode.CAR, Mode.HGV, Mode.CAR | Mode.HGV}
EVERY_FLAG = LinkFlag(sum(LinkFlag))


def is_limit(kmh: float) -> bool:
    return math.isnan(kmh) or kmh == math.inf or 1 <= kmh <= 300


@given(VALUE)
def test_any_value_gives_a_number_in_range_or_nan(value: str) -> None:
    assert is_limit(parse_maxspeed(value, load_implicit_speeds()))
    assert math.isnan(parse_duration(value)) or 0 < parse_duration(value) <= 30 * 86_400
    assert math.isnan(parse_weight_t(value)) or 0 < parse_weight_t(value) <= 1000
    assert math.isnan(parse_height_m(value)) or 0 < parse_height_m(value) <= 100
    assert 0 <= parse_lanes(value) <= 100


@given(TAGS)
def test_any_tags_give_answers_in_range(tags: dict[str, str]) -> None:
    assert -1 <= classify_road(tags) < len(ROAD_CLASSES)
    assert 0 <= classify_surface(tags) < len(SURFACES)
    assert all(is_limit(limit) for limit in maxspeed_by_direction(tags))
    assert any(drive_directions(tags))
    assert set(access_by_mode(tags)) <= MODES
    assert barrier_access(tags) in {None, *MODES}
    assert read_flags(tags) in EVERY_FLAG
    assert all(math.isnan(limit) or limit > 0 for limit in (find_max_height_m(tags), find_max_weight_t(tags)))
    assert isinstance(describe_conditional(tags), str)


@given(TAGS)
def test_who_is_restricted_may_drive_and_nobody_drives_against_a_one_way(tags: dict[str, str]) -> None:
    access = access_by_mode(tags)
    directions = drive_directions(tags)
    assert access.destination_only | access.private in access.forward | access.backward
    assert directions[0] or not access.forward
    assert directions[1] or not access.backward


@given(TAGS)
def test_any_relation_is_a_list_of_rules_or_none(tags: dict[str, str]) -> None:
    rules = parse_restriction(tags)
    assert rules is None or rules
    for rule in rules or []:
        assert rule.kind in ("no", "only")
        assert rule.except_modes in MODES
        assert bool(rule.conditional) == (rule.except_modes == Mode.CAR | Mode.HGV)
