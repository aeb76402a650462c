"""`route`: the way as links and a line, and its alternatives."""

import json
import subprocess
import sys

import pytest

import wayaround as wa

PAIR = ("world-highways", "33.513,36.292", "33.315,44.366")
ZONE = ("--close", "circle:33.5085,38.62,55")


def route(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", "route", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_route_is_given_as_links_and_a_line(world: wa.RoadNetwork) -> None:
    done = route(*PAIR, *ZONE, "--alternatives", "3", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    (way,) = summary["routes"]
    assert (way["origin"], way["destination"]) == PAIR[1:]
    assert way["before"]["countries"] == ["SY", "IQ"]
    assert way["after"]["crossings"] == summary["journeys"][0]["crossings_after"]
    for state in ("before", "after"):
        line = way[state]["line"]
        assert line["type"] == "LineString"
        assert line["coordinates"][0] == pytest.approx([36.292, 33.513], abs=0.02)
        assert line["coordinates"][-1] == pytest.approx([44.366, 33.315], abs=0.02)
        assert len(line["coordinates"]) == len(way[state]["links"]) + 1 == len(way[state]["forward"]) + 1
        km = sum(int(world.link_length_m[link]) for link in way[state]["links"]) / 1000
        assert summary["journeys"][0][f"{state}_km"] <= km
    found = summary["alternatives"]
    assert [len(found[state]) for state in ("before", "after")] == [1, 2]
    fastest, other = found["after"]
    assert set(fastest) == {
        *("km", "h", "extra_km", "extra_h", "shared_with_fastest"),
        *("crossings", "countries", "links", "forward", "line"),
    }
    assert fastest["links"] == way["after"]["links"]
    assert fastest["line"] == way["after"]["line"]
    assert (fastest["extra_km"], fastest["shared_with_fastest"]) == (0, 1)
    assert other["extra_km"] == pytest.approx(other["km"] - fastest["km"], abs=1e-6)
    assert 0 < other["shared_with_fastest"] < 0.8
    assert other["crossings"] == ["al-Bukamal-al-Qaim"]


def test_the_table_lists_the_alternatives() -> None:
    done = route(*PAIR, *ZONE, "--alternatives", "2")
    before, after = done.stdout.split("Alternatives before")[1].split("Alternatives after")
    assert "No other way" in before
    for said in ("fastest", "929", "12 h 23 min", "in common", "%", "Nasib"):
        assert said in after


def test_without_alternatives_none_are_sought() -> None:
    assert "alternatives" not in json.loads(route(*PAIR, "--json").stdout)
    shut_in = route(*PAIR, "--close", "circle:33.513,36.292,5", "--alternatives", "1")
    assert "Alternatives after: no way is left." in shut_in.stdout


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--alternatives", "3", "--via", "Amman, JO"), "leave out --via"),
        (("--alternatives", "0"), "ask for 1 or more"),
        (("--alternatives", "-2"), "ask for 1 or more"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(more: tuple[str, ...], said: str) -> None:
    done = route(*PAIR, *more)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_a_closed_point_beside_an_open_carriageway_is_told() -> None:
    done = route(*PAIR, "--close", "point:33.525,36.319", "--json")
    (closure,) = json.loads(done.stdout)["closures"]
    assert any("beside it" in warning and "stays open" in warning for warning in closure["warnings"])
    assert "stays open" in " ".join(route(*PAIR, "--close", "point:33.525,36.319").stdout.split())
