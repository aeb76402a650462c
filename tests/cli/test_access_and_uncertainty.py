"""`[access]` and `uncertainty` in a scenario: what is wrong is one sentence, what is right is in every output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wayaround.assess import assess_scenario
from wayaround.errors import WayaroundError
from wayaround.scenario import read_scenario

SCENARIO = """\
title = "Two crossings shut"
{top}
[[closures]]
crossing = "Nasib-Jaber"
id = "nasib"
[[closures]]
crossing = "Daraa-Ramtha"
id = "ramtha"
[trips]
pairs = [["33.513,36.292", "31.95,35.93"]]
{more}
"""
PEOPLE = 'people = { countries = ["SY"], min_population = 50000 }'


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from wayaround.cli import main; main()", "run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | {}, check=False)


@pytest.mark.parametrize(
    ("top", "more", "words"),
    [
        ("", f'[access]\nfacilities = ["Nowhereville, SY"]\n{PEOPLE}', "access.facilities"),
        ("", '[access]\nfacilities = ["Amman, JO"]', "needs people"),
        ("", f'[access]\nfacilities = ["Amman, JO"]\nwithin_h = [2, 1]\n{PEOPLE}', "have to ascend"),
        ("", f'[access]\nfacilities = ["0, -30"]\n{PEOPLE}', "no facility has a road"),
        ("", f"[access]\n{PEOPLE}", "either facilities or file"),
        ("", f'[access]\nfile = "gone.csv"\n{PEOPLE}', "cannot read the facilities"),
        ("", f'[access]\nfacilites = ["Amman, JO"]\n{PEOPLE}', 'the nearest is "facilities"'),
        ("", '[access]\nfacilities = ["Amman, JO"]\npeople = { min_population = 90000000 }', "has 90,000,000 people"),
        (
            "",
            '[access]\nfacilities = ["Amman, JO"]\npeople = { min_population = 1000 }',
            "the nearest min_population is",
        ),
        ("uncertainty = { speed = -0.1 }", "", "uncertainty.speed"),
        ("uncertainty = { sped = 0.1 }", "", 'the nearest is "speed"'),
        ("uncertainty = { samples = 3 }", "", "uncertainty.samples"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(tmp_path: Path, top: str, more: str, words: str) -> None:
    path = tmp_path / "shut.toml"
    path.write_text(SCENARIO.format(top=top, more=more), encoding="utf-8")
    with pytest.raises(WayaroundError) as caught:
        assess_scenario(read_scenario(path))
    assert str(path) in caught.value.message
    assert words in caught.value.message


def test_an_unknown_facility_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    more = f'[access]\nfacilities = ["Nowhereville, SY"]\n{PEOPLE}'
    path.write_text(SCENARIO.format(top="", more=more), encoding="utf-8")
    done = run(path)
    assert done.returncode == 2
    assert "access.facilities" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("name,lat\nx,1", "columns name, lat, lon"),
        ("name,lat,lon\nx,one,2", "row 1: lat and lon"),
        ("name,lat,lon\nx,95,2", "row 1: lat and lon"),
        ("name,lat,lon\n,31,36", "row 1: a facility needs a name"),
    ],
)
def test_a_file_of_facilities_that_does_not_read(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "shut.toml"
    (tmp_path / "own.csv").write_text(rows, encoding="utf-8")
    path.write_text(SCENARIO.format(top="", more=f'[access]\nfile = "own.csv"\n{PEOPLE}'), encoding="utf-8")
    with pytest.raises(WayaroundError, match=words):
        assess_scenario(read_scenario(path))


def test_access_and_intervals_are_in_json_table_and_report(tmp_path: Path) -> None:
    path = tmp_path / "shut.toml"
    rows = "name,lat,lon,kind\nAmman <b>,31.95,35.93,hospital\nHoms,34.73,36.71,hospital\nLatakia,35.52,35.79,port\n"
    (tmp_path / "own.csv").write_text(rows + "At sea,0,-30,port\n", encoding="utf-8")
    more = f'[access]\nfile = "own.csv"\n{PEOPLE}'
    top = "uncertainty = { speed = 0.1, samples = 20 }"
    path.write_text(SCENARIO.format(top=top, more=more), encoding="utf-8")
    done = run(path, "--json", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    access = summary["access"]
    assert [kind["kind"] for kind in access["kinds"]] == ["hospital", "port"]
    hospital = access["kinds"][0]
    assert [row["h"] for row in hospital["within"]] == [1, 2, 4, 8]
    assert all(row["people_before"] - row["people_after"] == row["loses"] for row in hospital["within"])
    assert sum(row["people"] for row in hospital["by_country"]) == hospital["people"] == access["people"]
    daraa = next(row for row in hospital["changed"] if row["place"].startswith("Dar"))
    assert (daraa["nearest_before"], daraa["nearest_after"]) == ("Amman <b>", "Homs")
    assert access["warnings"] == ["Facilities left out of access, no road within 20 km: 1 (At sea)."]
    (journey,) = summary["uncertainty"]["journeys"]
    assert journey["extra_h"]["low"] < journey["extra_h"]["point"] < journey["extra_h"]["high"]
    assert summary["equity"]["journeys"]["worst_tenth_share"] == pytest.approx(0.1)
    assert {row["by"] for row in summary["burden"]} == {"origin", "destination", "roads"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Amman &lt;b&gt;" in page
    assert "Amman <b>" not in page
    assert "<h2>How sure the figures are</h2>" in page
    told = " ".join(run(path).stdout.split())
    assert "People who reach the nearest hospital" in told
    assert "At sea" in told
