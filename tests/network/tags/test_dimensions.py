"""Limits of weight and height, by the units of the wiki."""

import math

import pytest

from wayaround.network.tags import find_max_height_m, find_max_weight_t, parse_height_m, parse_weight_t


@pytest.mark.parametrize(
    ("value", "tonnes"),
    [
        ("3.5", 3.5),
        ("3,5", 3.5),
        ("7.5 t", 7.5),
        ("7.5t", 7.5),
        ("3500 kg", 3.5),
        ("6600 lbs", 2.99371),
        ("10 st", 9.0718474),
        ("10 lt", 10.160469),
        ("100 cwt", 5.0802345),
        ("12;7.5", 7.5),
        ("none", math.nan),
        ("unsigned", math.nan),
        ("0", math.nan),
        ("20000", math.nan),
        ("5 elephants", math.nan),
        ("", math.nan),
    ],
)
def test_weights(value: str, tonnes: float) -> None:
    assert parse_weight_t(value) == pytest.approx(tonnes, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "metres"),
    [
        ("3", 3),
        ("3.8", 3.8),
        ("3.8 m", 3.8),
        ("6'7\"", 2.0066),
        ("13'1\"", 3.9878),
        ("12'", 3.6576),
        ("14 ft", 4.2672),
        ("12 ft 6 in", 3.81),
        ("380 cm", 3.8),
        ("4.2;3.9", 3.9),
        ("default", math.nan),
        ("below_default", math.nan),
        ("none", math.nan),
        ("0", math.nan),
        ("1000", math.nan),
        ("", math.nan),
    ],
)
def test_heights(value: str, metres: float) -> None:
    assert parse_height_m(value) == pytest.approx(metres, nan_ok=True)


def test_the_least_limit_counts() -> None:
    assert find_max_weight_t({"maxweight": "unsigned", "maxweight:hgv": "18", "maxweightrating": "7.5"}) == 7.5
    assert math.isnan(find_max_weight_t({"maxweight": "none"}))
    assert find_max_height_m({"maxheight": "4", "maxheight:physical": "4.3"}) == 4
    assert math.isnan(find_max_height_m({}))
