"""Yes-or-no properties and conditions, by the wiki's pages of each key."""

import pytest

from wayaround.network.attributes import LinkFlag
from wayaround.network.tags import describe_conditional, read_flags

ROAD = {"highway": "primary"}
NONE = LinkFlag(0)


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({}, NONE),
        ({"toll": "yes"}, LinkFlag.TOLL | LinkFlag.TOLL_HGV),
        ({"toll": "no"}, NONE),
        ({"toll:hgv": "yes"}, LinkFlag.TOLL_HGV),
        ({"toll:N3": "yes"}, LinkFlag.TOLL_HGV),
        ({"toll": "hgv"}, LinkFlag.TOLL_HGV),
        ({"toll": "yes", "toll:hgv": "no"}, LinkFlag.TOLL),
        ({"toll": "yes", "toll:motorcar": "no"}, LinkFlag.TOLL_HGV),
        ({"bridge": "yes"}, LinkFlag.BRIDGE),
        ({"bridge": "viaduct"}, LinkFlag.BRIDGE),
        ({"bridge": "no"}, NONE),
        ({"tunnel": "yes"}, LinkFlag.TUNNEL),
        ({"tunnel": "building_passage"}, NONE),
        ({"junction": "roundabout"}, LinkFlag.ROUNDABOUT),
        ({"hazmat": "no"}, LinkFlag.HAZMAT_NO),
        ({"hazmat": "designated"}, NONE),
        ({"oneway": "reversible"}, LinkFlag.REVERSIBLE),
        ({"oneway": "alternating"}, LinkFlag.REVERSIBLE),
        ({"access": "destination"}, LinkFlag.DESTINATION_ONLY | LinkFlag.DESTINATION_ONLY_HGV),
        ({"hgv": "destination"}, LinkFlag.DESTINATION_ONLY_HGV),
        ({"access": "private", "hgv": "no"}, LinkFlag.PRIVATE),
        ({"access:conditional": "no @ (22:00-06:00)"}, LinkFlag.CONDITIONAL),
        ({"bicycle:conditional": "no @ (22:00-06:00)"}, NONE),
    ],
)
def test_flags_of_a_road(tags: dict[str, str], flags: LinkFlag) -> None:
    assert read_flags(ROAD | tags) == flags


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({"barrier": "border_control"}, LinkFlag.BORDER_CONTROL),
        ({"barrier": "toll_booth"}, LinkFlag.TOLL_BOOTH),
        ({"barrier": "gate"}, LinkFlag.GATE),
        ({"barrier": "lift_gate", "access": "private"}, LinkFlag.GATE | LinkFlag.PRIVATE | LinkFlag.PRIVATE_HGV),
        ({"barrier": "bollard"}, NONE),
    ],
)
def test_flags_of_a_barrier(tags: dict[str, str], flags: LinkFlag) -> None:
    assert read_flags(tags) == flags


def test_a_ferry_is_flagged() -> None:
    assert read_flags({"route": "ferry"}) == LinkFlag.FERRY
    assert read_flags({"route": "shuttle_train", "railway": "rail"}) == LinkFlag.FERRY
    assert read_flags({"highway": "service", "route": "ferry"}) == NONE


def test_conditions_that_concern_drivers_are_recorded() -> None:
    tags = {
        "maxspeed:conditional": "30 @ (Mo-Fr 07:00-17:00)",
        "access:backward:conditional": "no @ (winter)",
        "parking:both:restriction:conditional": "no_parking @ (Su)",
        "maxspeed": "50",
    }
    text = "access:backward:conditional=no @ (winter); maxspeed:conditional=30 @ (Mo-Fr 07:00-17:00)"
    assert describe_conditional(tags) == text
    assert describe_conditional({"maxspeed": "50"}) == ""
