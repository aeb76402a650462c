"""Many networks in one table: what fails is a row as well, and what is finished is not done again."""

import json
import shutil
from pathlib import Path

import pytest
from osm_files import real_file, write_osm

import wayaround as wa
from wayaround.errors import FileUnreadable, NetworkNotFound, ScenarioError
from wayaround.survey import look, run
from wayaround.survey.entries import read_network_list


def write_list(folder: Path, text: str) -> Path:
    path = folder / "list.toml"
    path.write_text(text)
    return path


def entry(network: str, *more: str) -> str:
    return "\n".join(["[[networks]]", f'network = "{network}"', *more, ""])


LEBANON = entry("world-highways", 'countries = ["Lebanon"]', "cities = 6")
SMALL = entry("small.osm", "cities = 6")


def small_map(folder: Path) -> None:
    """One road, and so one link, from Tripoli by Beirut to Sidon and Tyre."""
    towns = {1: (34.4367, 35.8497), 2: (33.8889, 35.4944), 3: (33.5606, 35.3758), 4: (33.2733, 35.1939)}
    write_osm(folder / "small.osm", nodes=towns, ways={1: ([1, 2, 3, 4], {"highway": "primary"})})


def sea_map(folder: Path) -> None:
    write_osm(folder / "sea.osm", nodes={1: (0, 0), 2: (0.1, 0.1)}, ways={1: ([1, 2], {"highway": "primary"})})


def test_a_country_is_ranked_as_rank_links_does(tmp_path: Path, world: wa.RoadNetwork) -> None:
    survey = wa.survey_networks(write_list(tmp_path, LEBANON))
    (row,) = survey.rows
    trips = look._pair_cities(world, ["LB"], 6, wa.load_profile("truck"))[0]
    ranking = wa.rank_links(world, trips, countries=["LB"])
    assert (row.name, row.countries, row.state, row.reason) == ("world-highways Lebanon", "LB", "ranked", "")
    assert (row.worst, row.rows, row.cities, row.pairs) == (ranking.names[0], len(ranking), 6, 30)
    assert row.worst_cut_off_weight == ranking.cut_off_weight[0]
    assert row.worst_extra_weighted_h == ranking.extra_weighted_h[0]
    in_lebanon = world.link_country == world.countries.index("LB")
    assert row.links == int(in_lebanon.sum())
    assert row.digest == world.digest


def test_one_that_fails_does_not_stop_the_rest(tmp_path: Path) -> None:
    small_map(tmp_path)
    sea_map(tmp_path)
    (tmp_path / "damaged.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader nothing more")
    text = entry("damaged.osm.pbf") + entry("nowhere") + entry("small.osm", 'countries = ["Narnia"]')
    text += entry("sea.osm") + entry("small.osm", 'profile = "sledge"', 'name = "S"')
    survey = wa.survey_networks(write_list(tmp_path, text + SMALL))
    assert [row.state for row in survey.rows] == ["failed"] * 5 + ["ranked"]
    for row, said in zip(
        survey.rows, ("damaged.osm.pbf", 'no network "', "Narnia", "two are needed", "sledge"), strict=False
    ):
        assert said in row.reason
    assert len(survey.failed) == 5


def test_real_maps_are_built_validated_and_ranked(tmp_path: Path) -> None:
    for name in ("monaco", "Helsinki"):
        shutil.copy(real_file(f"{name}.osm.pbf"), tmp_path)
    text = 'cities = 10\nprofile = "car"\n' + entry("monaco.osm.pbf") + entry("Helsinki.osm.pbf")
    monaco, helsinki = wa.survey_networks(write_list(tmp_path, text)).rows
    assert (monaco.name, monaco.state, monaco.cities) == ("monaco", "ranked", 10)
    assert (helsinki.name, helsinki.state) == ("Helsinki", "ranked")
    assert monaco.links > 1000
    assert "islands" in monaco.findings
    assert monaco.worst_near == "Monaco, MC"


def test_what_is_finished_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_map(tmp_path)
    out = tmp_path / "out"
    text = SMALL + entry("nowhere")
    first = wa.survey_networks(write_list(tmp_path, text), folder=out)
    looked: list[str] = []

    def look_at(wanted, shared):  # type: ignore[no-untyped-def]
        looked.append(wanted.name)
        return original(wanted, shared)

    original = look.look_at
    monkeypatch.setattr(look, "look_at", look_at)
    again = wa.survey_networks(write_list(tmp_path, text), folder=out)
    assert (looked, again.kept) == (["nowhere"], 1)  # what failed is tried again
    assert again.rows[0] == first.rows[0]
    looked.clear()
    wa.survey_networks(write_list(tmp_path, text.replace("= 6", "= 7")), folder=out)
    assert looked == ["small", "nowhere"]
    kept = next((out / "networks").glob("small*.json"))
    kept.write_text("{half")
    looked.clear()
    assert wa.survey_networks(write_list(tmp_path, text), folder=out).kept <= 1
    assert looked[-1] == "nowhere"


def test_an_interrupted_survey_keeps_what_was_finished(tmp_path: Path) -> None:
    small_map(tmp_path)
    text = SMALL + entry("small.osm", 'countries = ["LB"]', "cities = 4")

    def stop(stage: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wa.survey_networks(write_list(tmp_path, text), folder=tmp_path / "out", progress=stop)
    assert wa.survey_networks(write_list(tmp_path, text), folder=tmp_path / "out").kept == 1


def test_a_fault_of_ours_is_a_row_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_map(tmp_path)
    original = look.look_at

    def look_at(wanted, shared):  # type: ignore[no-untyped-def]
        if wanted.countries == ("LB",):
            raise RuntimeError("ours")
        return original(wanted, shared)

    monkeypatch.setattr(look, "look_at", look_at)
    text = entry("small.osm", 'countries = ["LB"]') + SMALL
    survey = wa.survey_networks(write_list(tmp_path, text))
    assert [row.state for row in survey.rows] == ["failed", "ranked"]
    assert "RuntimeError: ours" in survey.rows[0].reason


def test_every_country_of_a_network(tmp_path: Path, world: wa.RoadNetwork) -> None:
    listed = read_network_list(write_list(tmp_path, 'every_country_of = "world-highways"\ncities = 3\n'))
    assert {each.name for each in listed} == {code for code in world.countries if code.isalpha() and code != "ZZ"}
    assert {each.cities for each in listed} == {3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lists no network"),
        ("cities = 1\n" + SMALL, "cities: input should be greater than or equal to 2"),
        (SMALL + "citys = 3\n", 'no such key; the nearest is "cities"'),
        ("every = 3\n", 'the nearest is "every_country_of"'),
        ("[[networks]]\n", "network: the key is missing"),
        (SMALL + SMALL, "two networks are called"),
        ('unit = "road"\n' + SMALL, "unit"),
        (entry("x", "countries = []"), "countries"),
    ],
)
def test_lists_that_cannot_be(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_network_list(write_list(tmp_path, text))


def test_lists_that_do_not_read(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="list of networks"):
        read_network_list(tmp_path / "none.toml")
    with pytest.raises(FileUnreadable, match="no TOML"):
        read_network_list(write_list(tmp_path, "[["))
    with pytest.raises(NetworkNotFound):
        read_network_list(write_list(tmp_path, 'every_country_of = "world"\n'))


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    small_map(tmp_path)
    (tmp_path / "out").write_text("")
    with pytest.raises(FileUnreadable):
        run.survey_networks(write_list(tmp_path, SMALL), folder=tmp_path / "out")


def test_rows_are_kept_as_json(tmp_path: Path) -> None:
    small_map(tmp_path)
    wa.survey_networks(write_list(tmp_path, SMALL), folder=tmp_path)
    (kept,) = (tmp_path / "networks").iterdir()
    said = json.loads(kept.read_text())
    assert (said["name"], said["state"], said["links"], said["countries"]) == ("small", "ranked", 1, "")
