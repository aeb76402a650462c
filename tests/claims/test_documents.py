"""A file becomes a document whose blocks say who wrote them, or a clear error."""

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.claim import Document
from wayaround.claims.document import parse_document, read_document
from wayaround.errors import FileUnreadable, TextUnreadable

THREAD = """The valley road is shut

By Anna Berg in Northport | The Valley Gazette | 5 March 2018

NORTHPORT (Wire Agency) — A 20-kilometre zone was drawn around the bridge on Monday.

The way round is longer.

Comments (5)

1. roadfan says:
March 6, 2018 at 10:15 am

The way round is just 35 km.

2. Tom Hill on 6 March 2018 at 11:00
> The way round is just 35 km.
Not so. It is 2.4 hours vs. 3.1 hours.

   Mia replied to Tom Hill:
   Nothing minor.
   Reply · 3 likes

roadfan
7 March 2018
@Mia fair enough.

Karl wrote:
roadfan, you say 35 km, but where?
"""


def shown(document: Document) -> list[tuple[str | None, str, int | None]]:
    return [(block.author, document.text[block.start : block.end], block.answers) for block in document.blocks]


def test_article_and_comments_are_told_apart() -> None:
    document = parse_document(THREAD)
    assert (document.title, document.outlet) == ("The valley road is shut", "The Valley Gazette")
    assert [block.kind for block in document.blocks] == ["title", "article", *["comment"] * 5]
    assert shown(document)[1:] == [
        (
            "Anna Berg",
            "A 20-kilometre zone was drawn around the bridge on Monday.\n\nThe way round is longer.",
            None,
        ),
        ("roadfan", "The way round is just 35 km.", None),
        ("Tom Hill", "Not so. It is 2.4 hours vs. 3.1 hours.", 2),
        ("Mia", "Nothing minor.", 3),
        ("roadfan", "@Mia fair enough.", 4),
        ("Karl", "roadfan, you say 35 km, but where?", 5),
    ]
    assert [block.published and block.published.day for block in document.blocks] == [5, 5, 6, 6, None, 7, None]


def test_nobody_is_invented() -> None:
    document = parse_document("Is it far?\n\nIt is 35 km by the old road.\n\nThe Long Way Round\n\nIt takes an hour.")
    assert {block.author for block in document.blocks} == {None}
    assert {block.published for block in document.blocks} == {None}


def test_comments_without_names_have_unknown_authors() -> None:
    document = parse_document("It is 35 km.\n\nComments\n\nNo, it is 40 km.\n\nNeither of you is right.")
    assert shown(document) == [
        (None, "It is 35 km.", None),
        (None, "No, it is 40 km.", None),
        (None, "Neither of you is right.", None),
    ]


def test_a_day_is_not_guessed_where_day_and_month_may_be_swapped() -> None:
    open_day = parse_document("Anna on 03/04/2018:\nIt is 35 km.").blocks[0]
    told_day = parse_document("Anna on 23/04/2018:\nIt is 35 km.").blocks[0]
    assert (open_day.author, open_day.published) == ("Anna", None)
    assert told_day.published == datetime.date(2018, 4, 23)


def test_depth_of_replies_is_read_from_indentation() -> None:
    document = parse_document(
        "Comments\n\nAnna says:\nIt is 35 km.\n\n  Tom says:\n  It is 40 km.\n\n    Mia says:\n    Prove it.\n\n"
        "  Karl says:\n  Who cares.\n\nLea says:\nI do."
    )
    assert [block.answers for block in document.blocks] == [None, 0, 1, 0, None]


def test_quoted_words_are_not_counted_again() -> None:
    document = parse_document("Anna says:\nIt is 35 km.\n\nTom says:\nI read:\n> It is 35 km.\nThat is wrong.")
    assert shown(document) == [
        ("Anna", "It is 35 km.", None),
        ("Tom", "I read:", None),
        ("Tom", "That is wrong.", 0),
    ]


def test_names_before_a_colon_open_a_chat() -> None:
    document = parse_document("Anna: it is 35 km to the ferry\nTom: no, 40 km I think\nAnna: you are right")
    assert [block.author for block in document.blocks] == ["Anna", "Tom", "Anna"]


def test_scripts_of_the_world_stay_as_they_are() -> None:
    document = parse_document("Comments\n\nليلى says:\nالمسافة 35 km فقط؟\n\nДмитрий says:\n不, 40 km。")
    assert shown(document) == [("ليلى", "المسافة 35 km فقط؟", None), ("Дмитрий", "不, 40 km。", None)]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (bytes(range(256)) * 20, "UTF-8|binary"),
        (b"\x00\x01\x02" * 50, "binary"),
        (b"%PDF-1.7\n%abc", "a PDF"),
        ("Straße".encode("latin-1"), "UTF-8"),
        (b"\xff\xfe\x00", "UTF-8|binary"),
        (b"<html><script>only()</script></html>", "shows no words"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(tmp_path: Path, stored: bytes, told: str) -> None:
    path = tmp_path / "thread.txt"
    path.write_bytes(stored)
    with pytest.raises(TextUnreadable, match=told):
        read_document(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no file"):
        read_document(tmp_path / "missing.txt")
    with pytest.raises(FileUnreadable, match="folder"):
        read_document(tmp_path)


def test_a_file_of_more_than_64_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as large:
        large.truncate(65 * 2**20)
    with pytest.raises(FileUnreadable, match="64 MB"):
        read_document(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_declare_themselves_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "thread.txt"
    path.write_bytes("Zoë says:\nÜber 35 km.".encode(encoding))
    assert shown(read_document(path)) == [("Zoë", "Über 35 km.", None)]


@given(st.text(alphabet=st.sampled_from('aA @:>.,\n\t1-()\u0635"“”[]'), min_size=1, max_size=200))
def test_blocks_lie_within_the_text_in_order(text: str) -> None:
    try:
        document = parse_document(text, as_html=False)
    except TextUnreadable:
        assert not text.strip()
        return
    end = 0
    for place, block in enumerate(document.blocks):
        assert end <= block.start < block.end <= len(text)
        assert document.text[block.start : block.end].strip()
        assert block.answers is None or 0 <= block.answers < len(document.blocks)
        assert block.answers != place
        end = block.end


def test_ten_times_the_comments_take_about_ten_times_as_long() -> None:
    def seconds(count: int) -> float:
        text = "".join(
            f"Name{n} on 5 March 2018 at 10:15\n@Name{n - 1} it is 35 km.\n> old\nNo.\n\n" for n in range(count)
        )
        begun = time.perf_counter()
        assert len(parse_document(text).blocks) == 2 * count
        return time.perf_counter() - begun

    seconds(200)
    assert seconds(10_000) < 40 * seconds(1_000) + 1


@pytest.mark.parametrize(
    "text",
    [
        "a\n" * 300_000,
        "A: b\n" * 100_000,
        "> " * 300_000,
        '"“' * 300_000,
        "Comments\n" + "-\n" * 200_000,
        "1. " * 300_000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    begun = time.perf_counter()
    parse_document(text)
    assert time.perf_counter() - begun < 20
