"""What tags say arrives in the columns of the links; the rules themselves are tested in tests/network/tags."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from osm_files import build, grid_nodes

from wayaround.network.attributes import ROAD_CLASSES, SURFACES, LinkAttributes, LinkFlag, Mode
from wayaround.network.osm_attributes import _describe_barrier, _describe_way
from wayaround.network.osm_tables import is_relevant

SQUARE = grid_nodes(3, 2)
BOTH = int(Mode.CAR | Mode.HGV)


def attributes_of(tmp_path: Path, tags: Mapping[str, str]) -> LinkAttributes:
    links = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2], tags)}).attributes
    assert links is not None
    return links


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"highway": "motorway_link"}, "road_class", ROAD_CLASSES.index("motorway_link")),
        ({"surface": "gravel"}, "surface", SURFACES.index("gravel")),
        ({"tracktype": "grade4"}, "surface", SURFACES.index("ground")),
        ({"lanes": "3"}, "lanes", 3),
        ({"maxspeed": "80"}, "maxspeed_forward_kmh", 80),
        ({"maxspeed": "30 mph"}, "maxspeed_backward_kmh", np.float32(30 * 1.609344)),
        ({"maxspeed:backward": "60"}, "maxspeed_backward_kmh", 60),
        ({"maxspeed": "none"}, "maxspeed_forward_kmh", np.inf),
        ({"source:maxspeed": "RO:urban"}, "maxspeed_forward_kmh", 50),
        ({"zone:maxspeed": "DE:30"}, "maxspeed_forward_kmh", 30),
        ({"maxspeed:lanes": "50|30"}, "maxspeed_forward_kmh", 50),
        ({"oneway": "yes"}, "access_backward", 0),
        ({"oneway": "-1"}, "access_forward", 0),
        ({"oneway": "-1"}, "access_backward", BOTH),
        ({"junction": "circular"}, "access_backward", 0),
        ({"oneway:motor_vehicle": "no", "oneway": "yes"}, "access_backward", BOTH),
        ({"hgv": "no"}, "access_forward", int(Mode.CAR)),
        ({"motorcar": "no"}, "access_forward", int(Mode.HGV)),
        ({"vehicle:backward": "no"}, "access_backward", 0),
        ({"motor_vehicle": "no"}, "access_forward", 0),
        ({"impassable": "yes"}, "access_forward", 0),
        ({"smoothness": "impassable"}, "access_forward", 0),
        ({"service": "emergency_access"}, "access_forward", 0),
        ({"toll": "yes"}, "flags", int(LinkFlag.TOLL | LinkFlag.TOLL_HGV)),
        ({"toll:hgv": "yes"}, "flags", int(LinkFlag.TOLL_HGV)),
        ({"bridge": "viaduct"}, "flags", int(LinkFlag.BRIDGE)),
        ({"tunnel": "yes"}, "flags", int(LinkFlag.TUNNEL)),
        ({"hazmat": "no"}, "flags", int(LinkFlag.HAZMAT_NO)),
        ({"access": "destination"}, "flags", int(LinkFlag.DESTINATION_ONLY | LinkFlag.DESTINATION_ONLY_HGV)),
        ({"access": "private"}, "flags", int(LinkFlag.PRIVATE | LinkFlag.PRIVATE_HGV)),
        ({"oneway": "reversible"}, "flags", int(LinkFlag.REVERSIBLE)),
        ({"maxweight": "7500 kg"}, "maxweight_t", 7.5),
        ({"maxheight:physical": "3.9"}, "maxheight_m", np.float32(3.9)),
    ],
)
def test_a_tag_arrives(tmp_path: Path, tags: Mapping[str, str], column: str, value: float) -> None:
    links = attributes_of(tmp_path, {"highway": "residential", "addr:street": "Nowhere", **tags})
    assert getattr(links, column).tolist() == [pytest.approx(value)]


def test_what_is_not_said_is_told_from_what_is(tmp_path: Path) -> None:
    links = attributes_of(tmp_path, {"highway": "primary"})
    for column in ("maxspeed_forward_kmh", "maxspeed_backward_kmh", "duration_s", "maxweight_t", "maxheight_m"):
        assert np.isnan(getattr(links, column)).all()
    for column in ("surface", "lanes", "flags", "name", "ref", "conditional"):
        assert not getattr(links, column).any()


def test_names_refs_and_conditions_are_texts(tmp_path: Path) -> None:
    tags = {"highway": "primary", "name": "شارع بغداد", "ref": "M2", "hgv:conditional": "no @ (22:00-06:00)"}
    links = attributes_of(tmp_path, tags)
    assert links.text(int(links.name[0])) == "شارع بغداد"
    assert links.text(int(links.ref[0])) == "M2"
    assert links.text(int(links.conditional[0])) == "hgv:conditional=no @ (22:00-06:00)"
    assert links.has(LinkFlag.CONDITIONAL)[0]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "service", "area": "yes"},
        {"route": "bus"},
        {"railway": "rail"},
    ],
)
def test_what_is_no_road_is_left_out(tmp_path: Path, tags: Mapping[str, str]) -> None:
    network = build(tmp_path, nodes=SQUARE, ways={7: ([1, 2], tags), 8: ([2, 3], {"highway": "primary"})})
    assert network.attributes is not None
    assert network.attributes.osm_way.tolist() == [8]


class Watched(dict[str, str]):
    """Tags that write down which keys anybody asks for."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        super().__init__(tags)
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)  # type: ignore[arg-type]

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "primary"},
        {"highway": "track", "hgv": "no", "motorcar": "yes"},
        {"route": "ferry", "duration": "10", "foot": "yes"},
        {"barrier": "gate", "access": "private"},
        {"barrier": "bollard", "maxwidth": "2"},
        {"highway": "service", "access": "strange", "maxspeed": "signals", "surface": "strange", "toll": "strange"},
    ],
)
def test_every_key_that_the_rules_ask_for_is_kept_by_the_reader(tags: Mapping[str, str]) -> None:
    for describe in (_describe_way, _describe_barrier):
        watched = Watched(tags)
        describe(watched, {"": 0})
        assert {key for key in watched.asked if not is_relevant(key)} == set()
