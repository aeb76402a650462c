"""Which words may fill a slot, and which may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.claim import Mention
from wayaround.claims.mentions import find_mentions, named_part

FOUND = [
    ("He drove from Deir ez-Zor to At Tanf.", ["Deir ez-Zor", "At Tanf"]),
    ("The road to Puerto la Cruz and Rio de Janeiro", ["Puerto la Cruz", "Rio de Janeiro"]),
    ("near St. Gallen, Al Qa'im and Köln", ["St. Gallen", "Al Qa'im", "Köln"]),
    ("from Homs, Syria, to Jackson, WY", ["Homs, Syria", "Jackson, WY"]),
    ("Syria, Iraq and Jordan", ["Syria", "Iraq", "Jordan"]),
    ("the Damascus-Baghdad highway", ["Damascus", "Baghdad"]),
    ("via Baden-Baden", ["Baden-Baden"]),
    ("to Frankfurt am Main and Dar es Salaam", ["Frankfurt am Main", "Dar es Salaam"]),
    ("the closure of the Peace Bridge", ["the closure of the Peace Bridge"]),
    ("the 55-km zone and the border post", ["the 55-km zone", "the border post"]),
    ("via the M20, Highway 12 and Hwy. 12", ["M20", "Highway 12", "Hwy. 12"]),
    ("from here to the capital", ["here", "the capital"]),
    ("Going via Tel Aviv", ["Tel Aviv"]),
    ("Beijing is far", ["Beijing"]),
    ("the city of Homs", ["Homs"]),
    ("a landslide at Sion", ["a landslide", "Sion"]),
    ("Nasib's closure", ["Nasib's closure"]),
    ("from homs to tel aviv is 400 km", ["homs", "tel aviv"]),
]
NOT_FOUND = [
    "Ali Hamad said so.",
    "according to John Smith",
    "Dr. Weber and President Miller",
    "on Monday in March",
    "the Ministry of Transport",
    "Reuters and NATO",
    "There is hope.",
    "Trucks wait.",
    "Driving is slow.",
    "However, nobody came.",
    "the road",
    "",
]


@pytest.mark.parametrize(("text", "expected"), FOUND, ids=[text for text, _ in FOUND])
def test_names_and_things(text: str, expected: list[str]) -> None:
    assert [mention.text for mention in find_mentions(text)] == expected


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_is_no_place(text: str) -> None:
    assert find_mentions(text) == []


def test_known_names_come_first() -> None:
    names = ("Three Rivers Post", "Damascus, SY")
    assert [m.text for m in find_mentions("from three rivers post to DAMASCUS", names=names)] == [
        "three rivers post",
        "DAMASCUS",
    ]


def test_the_name_inside_a_thing() -> None:
    assert named_part(Mention("the al-Tanf zone", 5, 21)) == Mention("al-Tanf", 9, 16)
    assert named_part(Mention("the zone", 5, 13)) is None


@given(st.text(max_size=300), st.integers(0, 10_000))
def test_spans_are_those_of_the_text(text: str, offset: int) -> None:
    for mention in find_mentions(text, offset=offset, names=("al-Tanf", "x")):
        assert text[mention.start - offset : mention.end - offset] == mention.text
