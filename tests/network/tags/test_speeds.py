"""Speed limits, by the examples of the wiki and by the laws of a few countries."""

import csv
import math
import statistics
from importlib.resources import files

import pytest

from wayaround.network.tags import load_implicit_speeds, maxspeed_by_direction, parse_maxspeed

LIMITS = load_implicit_speeds()


def same(one: float, other: float) -> bool:
    return one == pytest.approx(other, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("60", 60),
        ("50 mph", 80.4672),
        ("50mph", 80.4672),
        ("10 knots", 18.52),
        ("60 km/h", 60),
        ("5.5", 5.5),
        ("none", math.inf),
        ("walk", 7),
        ("50;30", 30),
        ("30; 50", 30),
        ("50|30", 50),
        ("|none|80", math.inf),
        ("100|signals", 100),
        ("signals", math.nan),
        ("variable", math.nan),
        ("0", math.nan),
        ("999", math.nan),
        ("-50", math.nan),
        ("fast", math.nan),
        ("", math.nan),
        ("|", math.nan),
        ("٥٠", math.nan),
        ("DE:zone30", 30),
        ("DE:zone:30", 30),
        ("DE:30", 30),
        ("GB:zone20", 32.18688),
        ("DE:walk", 7),
        ("DE:bicycle_road", 30),
        ("DE:zone", math.nan),
        ("RO:urban", math.nan),
    ],
)
def test_values_without_a_table(value: str, kmh: float) -> None:
    assert same(parse_maxspeed(value), kmh)


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("RO:urban", 50),  # OUG 195/2002, art. 49
        ("RU:urban", 60),  # traffic rules 10.2
        ("ru:living_street", 20),  # traffic rules 17.1
        ("DE:rural", 100),  # StVO § 3
        ("DE:motorway", math.inf),
        ("DE:living_street", 7),
        ("FR:motorway", 130),  # code de la route R413-2
        ("FR:rural", 80),
        ("CH:rural", 80),  # VRV art. 4a
        ("CH:motorway", 120),
        ("AT:trunk", 100),
        ("GB:nsl_single", 60 * 1.609344),  # Highway Code rule 124
        ("GB:nsl_dual", 70 * 1.609344),
        ("UK:motorway", 70 * 1.609344),
        ("BE-VLG:rural", 70),
        ("BE-WAL:rural", 90),
        ("BE:motorway", 120),
        ("DE-BY:urban", 50),
        ("LI:motorway", 80),
        ("QQ:urban", 50),
        ("QQ:rural", 90),
        ("RO:unknown", math.nan),
        ("RO:", math.nan),
        ("implicit", math.nan),
    ],
)
def test_what_a_place_implies(value: str, kmh: float) -> None:
    assert same(parse_maxspeed(value, LIMITS), kmh)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, math.nan, math.nan),
        ({"maxspeed": "50"}, 50, 50),
        ({"maxspeed": "80", "maxspeed:forward": "60"}, 60, 80),
        ({"maxspeed:backward": "60"}, math.nan, 60),
        ({"maxspeed": "signals", "maxspeed:backward": "none"}, math.nan, math.inf),
        ({"maxspeed:lanes": "100|80"}, 100, 100),
        ({"maxspeed": "70", "maxspeed:lanes": "100|80"}, 70, 70),
        ({"maxspeed": "70", "maxspeed:lanes:backward": "100|80"}, 70, 100),
        ({"maxspeed": "RO:urban"}, 50, 50),
        ({"source:maxspeed": "RO:urban"}, 50, 50),
        ({"maxspeed:type": "FR:rural"}, 80, 80),
        ({"zone:maxspeed": "DE:30"}, 30, 30),
        ({"maxspeed": "70", "source:maxspeed": "RO:urban"}, 70, 70),
        ({"maxspeed:type": "sign", "source:maxspeed": "DE:rural"}, 100, 100),
        ({"source:maxspeed": "2015"}, math.nan, math.nan),
        ({"source:maxspeed": "survey"}, math.nan, math.nan),
        ({"maxspeed:hgv": "60"}, math.nan, math.nan),
    ],
)
def test_limits_by_direction(tags: dict[str, str], forward: float, backward: float) -> None:
    found = maxspeed_by_direction(tags)
    assert same(found[0], forward)
    assert same(found[1], backward)


def test_a_table_of_ones_own_replaces_the_shipped_one() -> None:
    assert maxspeed_by_direction({"maxspeed": "RO:urban"}, {"RO:urban": 40.0}) == (40, 40)


def test_the_row_for_unknown_countries_is_the_median_of_the_others() -> None:
    text = (files("wayaround.data") / "speed_limits.csv").read_text(encoding="utf-8")
    default, *rows = csv.DictReader(text.splitlines())
    assert default.pop("code") == ""
    for context, value in default.items():
        stated = [parse_maxspeed(row[context]) for row in rows if row[context] not in ("", "none", "walk")]
        assert float(value) == statistics.median(stated)


def test_every_limit_of_the_table_can_be_driven() -> None:
    assert len(LIMITS) > 500
    assert all(5 <= limit <= 140 or limit == math.inf for limit in LIMITS.values())
