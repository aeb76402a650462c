"""Who may drive where, by the hierarchy of the wiki's Key:access and Key:barrier."""

import pytest

from wayaround.network.attributes import Mode
from wayaround.network.tags import access_by_mode, barrier_access

NOBODY, CAR, HGV, ALL = Mode(0), Mode.CAR, Mode.HGV, Mode.CAR | Mode.HGV
ROAD = {"highway": "residential"}


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({}, ALL, ALL),
        ({"oneway": "yes"}, ALL, NOBODY),
        ({"oneway": "-1"}, NOBODY, ALL),
        ({"access": "no"}, NOBODY, NOBODY),
        ({"access": "no", "motor_vehicle": "yes"}, ALL, ALL),
        ({"vehicle": "no", "motorcar": "yes"}, CAR, CAR),
        ({"motor_vehicle": "no", "hgv": "designated"}, HGV, HGV),
        ({"hgv": "no"}, CAR, CAR),
        ({"goods": "no"}, CAR, CAR),
        ({"goods": "no", "hgv": "yes"}, ALL, ALL),
        ({"motor_vehicle": "no", "goods": "yes"}, NOBODY, NOBODY),
        ({"access": "agricultural"}, NOBODY, NOBODY),
        ({"motor_vehicle": "agricultural;forestry"}, NOBODY, NOBODY),
        ({"motor_vehicle": "agricultural;destination"}, ALL, ALL),
        ({"access": "emergency"}, NOBODY, NOBODY),
        ({"access": "no", "bus": "yes"}, NOBODY, NOBODY),
        ({"motor_vehicle:backward": "no"}, ALL, NOBODY),
        ({"motor_vehicle": "no", "motor_vehicle:forward": "yes"}, ALL, NOBODY),
        ({"hgv:backward": "no"}, ALL, CAR),
        ({"oneway": "yes", "hgv": "no"}, CAR, NOBODY),
        ({"oneway": "yes", "motorcar:backward": "yes"}, ALL, NOBODY),
        ({"access": "whoever"}, ALL, ALL),
        ({"motorcar": "whoever", "vehicle": "no"}, NOBODY, NOBODY),
        ({"smoothness": "impassable"}, NOBODY, NOBODY),
        ({"service": "emergency_access"}, NOBODY, NOBODY),
        ({"service": "emergency_access", "motor_vehicle": "yes"}, ALL, ALL),
        ({"service": "driveway"}, ALL, ALL),
    ],
)
def test_who_may_drive_on_a_road(tags: dict[str, str], forward: Mode, backward: Mode) -> None:
    assert access_by_mode(ROAD | tags)[:2] == (forward, backward)


@pytest.mark.parametrize(
    ("tags", "destination_only", "private"),
    [
        ({}, NOBODY, NOBODY),
        ({"access": "destination"}, ALL, NOBODY),
        ({"access": "customers"}, ALL, NOBODY),
        ({"motor_vehicle": "delivery"}, ALL, NOBODY),
        ({"hgv": "destination"}, HGV, NOBODY),
        ({"hgv": "delivery", "motor_vehicle": "private"}, HGV, CAR),
        ({"access": "private"}, NOBODY, ALL),
        ({"access": "private", "motorcar": "yes"}, NOBODY, HGV),
        ({"access": "permit"}, NOBODY, ALL),
        ({"motor_vehicle": "private;destination"}, ALL, NOBODY),
        ({"motor_vehicle:backward": "destination"}, ALL, NOBODY),
        ({"access": "no"}, NOBODY, NOBODY),
        ({"motor_vehicle:backward": "private", "oneway": "yes"}, NOBODY, NOBODY),
    ],
)
def test_who_may_only_begin_or_end_there(tags: dict[str, str], destination_only: Mode, private: Mode) -> None:
    assert access_by_mode(ROAD | tags)[2:] == (destination_only, private)


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({}, ALL),
        ({"motor_vehicle": "yes", "foot": "yes"}, ALL),
        ({"foot": "yes", "bicycle": "yes"}, NOBODY),
        ({"foot": "yes", "motorcar": "yes"}, CAR),
        ({"motor_vehicle": "no"}, NOBODY),
    ],
)
def test_who_may_board_a_ferry(tags: dict[str, str], modes: Mode) -> None:
    assert access_by_mode({"route": "ferry"} | tags)[:2] == (modes, modes)


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({}, None),
        ({"barrier": "no"}, None),
        ({"barrier": "cattle_grid"}, None),
        ({"barrier": "kerb"}, None),
        ({"barrier": "entrance"}, None),
        ({"barrier": "gate"}, ALL),
        ({"barrier": "gate", "locked": "yes"}, NOBODY),
        ({"barrier": "gate", "locked": "yes", "access": "private"}, ALL),
        ({"barrier": "gate", "access": "no"}, NOBODY),
        ({"barrier": "lift_gate", "motorcar": "no"}, HGV),
        ({"barrier": "swing_gate", "hgv": "no"}, CAR),
        ({"barrier": "border_control"}, ALL),
        ({"barrier": "toll_booth"}, ALL),
        ({"barrier": "height_restrictor", "maxheight": "2"}, ALL),
        ({"barrier": "bollard"}, NOBODY),
        ({"barrier": "bollard", "motor_vehicle": "permissive"}, ALL),
        ({"barrier": "block"}, NOBODY),
        ({"barrier": "jersey_barrier"}, NOBODY),
        ({"barrier": "wall"}, NOBODY),
        ({"barrier": "bus_trap"}, HGV),
        ({"barrier": "whatever"}, NOBODY),
        ({"barrier": "yes"}, NOBODY),
    ],
)
def test_who_passes_a_barrier(tags: dict[str, str], modes: Mode | None) -> None:
    assert barrier_access(tags) == modes
