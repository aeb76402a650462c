"""Turn restrictions, by the wiki's Relation:restriction."""

import pytest

from wayaround.network.attributes import Mode
from wayaround.network.tags import parse_restriction

NOBODY, CAR, HGV, ALL = Mode(0), Mode.CAR, Mode.HGV, Mode.CAR | Mode.HGV


@pytest.mark.parametrize(
    ("tags", "kind", "except_modes"),
    [
        *(({"restriction": f"no_{turn}"}, "no", NOBODY) for turn in ("left_turn", "u_turn", "straight_on", "entry")),
        *(({"restriction": f"only_{turn}"}, "only", NOBODY) for turn in ("left_turn", "right_turn", "straight_on")),
        ({"restriction": "no_left_turn", "except": "bicycle;psv"}, "no", NOBODY),
        ({"restriction": "no_left_turn", "except": "motorcar"}, "no", CAR),
        ({"restriction": "no_left_turn", "except": "hgv; bus"}, "no", HGV),
        ({"restriction:hgv": "no_right_turn"}, "no", CAR),
        ({"restriction:motorcar": "only_straight_on"}, "only", HGV),
        ({"restriction:motor_vehicle": "no_u_turn"}, "no", NOBODY),
        ({"type": "restriction:hgv", "restriction": "no_left_turn"}, "no", CAR),
        ({"restriction": "no_left_turn;no_u_turn"}, "no", NOBODY),
    ],
)
def test_a_restriction_binds(tags: dict[str, str], kind: str, except_modes: Mode) -> None:
    rules = parse_restriction({"type": "restriction"} | tags)
    assert rules is not None
    (rule,) = rules
    assert (rule.kind, rule.except_modes, rule.conditional) == (kind, except_modes, "")


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"restriction": "give_way"},
        {"restriction": "no_parking"},
        {"restriction:bicycle": "no_left_turn"},
        {"restriction:bus": "only_straight_on"},
        {"type": "restriction:bus", "restriction": "no_left_turn"},
        {"restriction": "no_left_turn", "except": "motor_vehicle"},
        {"restriction": "no_left_turn", "except": "motorcar;hgv"},
        {"restriction:hgv": "no_left_turn", "except": "hgv"},
    ],
)
def test_what_binds_neither_cars_nor_lorries_is_none(tags: dict[str, str]) -> None:
    assert parse_restriction({"type": "restriction"} | tags) is None


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ({"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"}, "no_left_turn @ (Mo-Fr 07:00-09:00)"),
        ({"restriction:hgv:conditional": "no_u_turn @ (weight>12)"}, "no_u_turn @ (weight>12)"),
        ({"restriction": "no_left_turn", "hour_on": "7", "hour_off": "9"}, "hour_on=7; hour_off=9"),
    ],
)
def test_a_rule_with_a_condition_is_recorded_and_binds_nobody(tags: dict[str, str], text: str) -> None:
    rules = parse_restriction(tags)
    assert rules is not None
    assert [(rule.kind, rule.except_modes, rule.conditional) for rule in rules] == [("no", ALL, text)]


def test_one_relation_may_hold_two_rules() -> None:
    rules = parse_restriction({"restriction": "no_u_turn", "restriction:hgv": "only_straight_on"})
    assert rules is not None
    assert [(rule.kind, rule.except_modes) for rule in rules] == [("no", NOBODY), ("only", CAR)]
