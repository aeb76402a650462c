"""The lines above comments, in the forms that pages and people write them."""

import datetime

import pytest

from wayaround.claims.document import parse_document
from wayaround.claims.documents.threads import is_name, read_header

DAY = datetime.date(2018, 3, 5)


@pytest.mark.parametrize(
    ("line", "author", "published", "answers"),
    [
        ("Anna Berg on 5 March 2018 at 10:15", "Anna Berg", DAY, None),
        ("1. Anna says:", "Anna", None, None),
        ("@roadfan · 5 March 2018", "roadfan", DAY, None),
        ("@roadfan · 3d", "roadfan", None, None),
        ("Posted by Anna Berg on March 5, 2018", "Anna Berg", DAY, None),
        ("roadfan (5 March 2018, 10:15): it is 5 km", "roadfan", DAY, None),
        ("[2018-03-05 10:15] roadfan: hello", "roadfan", DAY, None),
        ("On 5 March 2018, Anna wrote:", "Anna", DAY, None),
        ("Anna Berg, Vienna, 5 March 2018", "Anna Berg", DAY, None),
        ("Tom on Monday, March 5th, 2018 at 10:15 p.m.", "Tom", DAY, None),
        ("Tom replied to Anna Berg", "Tom", None, "Anna Berg"),
        ("Tom replied to Anna Berg on 5 March 2018 at 09:40:", "Tom", DAY, "Anna Berg"),
        ("Tom (2018-03-05 11:00), in reply to Anna:", "Tom", DAY, "Anna"),
        ("Tom ▸ Anna Berg • 2 days ago", "Tom", None, "Anna Berg"),
        ("In reply to Anna:", None, None, "Anna"),
        ("**Tom Hill**: it is 5 km", "Tom Hill", None, None),
        ("Reply from Mia:", "Mia", None, None),
    ],
)
def test_headers(line: str, author: str | None, published: datetime.date | None, answers: str | None) -> None:
    header = read_header(line)
    assert header is not None
    assert (header.author, header.published, header.answers) == (author, published, answers)


@pytest.mark.parametrize(
    "line",
    [
        "The road was shut on 5 March 2018.",
        "Distances: 155 km",
        "Roth said on Monday that it is 155 km: true",
        "It is 155 km from here to the river and nobody drives it, or so they say, in the winter months of the year "
        "when snow lies on both passes and the ferry: the only other way: is shut on 5 March 2018",
    ],
)
def test_sentences_are_no_headers(line: str) -> None:
    assert read_header(line) is None


@pytest.mark.parametrize("words", ["Exactly", "Thanks", "The road was shut", "Edit", "12", "so what", "a (b)"])
def test_words_that_name_nobody(words: str) -> None:
    assert not is_name(words)


def test_letters_are_signed_below() -> None:
    document = parse_document(
        "Letters\n\nThe way round is 35 km.\n\nAnna Berg\nVienna\n\nIt is not.\n\nTom Hill\nGraz\n"
    )
    assert [(block.author, document.text[block.start : block.end]) for block in document.blocks] == [
        ("Anna Berg", "The way round is 35 km."),
        ("Tom Hill", "It is not."),
    ]


def test_a_table_of_distances_is_no_thread() -> None:
    document = parse_document("The bridge is shut. From the town:\n\nNorthport: 35 km\nSouthport: 30 km\n")
    assert [(block.kind, block.author) for block in document.blocks] == [("article", None)]
