"""The score: by hand on two links, and kept between runs."""

import json
from pathlib import Path

import pytest
from hand_made import Link, make_network

import wayaround as wa
from wayaround.impact import score
from wayaround.network.attributes import Mode

TRUCK = wa.load_profile("truck")
PLACES = [wa.Place("A", 0.0, 0.005), wa.Place("B", 0.0, 0.015), wa.Place("far", 0.1, 0.0)]


def test_pairs_km_and_limits_by_hand() -> None:
    network = make_network([Link(0, 1, 3000, forward_kmh=50), Link(1, 2, 1000, backward=Mode(0))])
    found = score.compute_score(network, TRUCK, PLACES, 1000)
    assert (found.cities, found.cities_far) == (2, 1)  # the third is 11 km from the road
    assert (found.pairs, found.pairs_connected) == (2, 1)  # there is no way back
    assert (found.km, found.km_apart, found.limit_known_share) == (4.0, 1.0, 0.75)
    assert str(found) == (
        "50.0 % of city pairs connected (2 cities from 1,000 people on), "
        "25.0 % of km outside the largest connected part, speed limit known on 75 % of km"
    )


def test_a_score_is_computed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path))
    network = make_network([Link()])
    monkeypatch.setattr(score, "cities_inside", lambda network: ([], 1000))
    first = score.score_network(network, TRUCK)
    monkeypatch.setattr(score, "compute_score", lambda *given: pytest.fail("computed again"))
    assert score.score_network(network, TRUCK) == first
    assert str(first) == "0.0 % of km outside the largest connected part, speed limit known on 0 % of km"
    (kept,) = (tmp_path / "scores").iterdir()
    assert json.loads(kept.read_text())["km"] == 1.0


def test_a_damaged_score_is_computed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYAROUND_CACHE", str(tmp_path))
    monkeypatch.setattr(score, "cities_inside", lambda network: ([], 1000))
    network = make_network([Link()])
    first = score.score_network(network, TRUCK)
    next((tmp_path / "scores").iterdir()).write_text("{")
    assert score.score_network(network, TRUCK) == first
