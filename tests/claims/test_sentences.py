"""Where sentences end, and where a full stop ends none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.sentences import split_sentences


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Haddad drove 10.5 km.", "Then he turned back."],
        ["It took approx. 3 hours on Hwy. 12 in the U.S. last year.", "It was far."],
        ["The rest is 5 km. long.", "It is flat."],
        ["It is 5 km.", "We walked."],
        ["No.", "It is far."],
        ["Road No. 5 is shut.", "No. 6 is open."],
        ["J. R. Smith agreed... and left.", "Why?"],
        ['"It is far," she said.', '"Go!"', "He went."],
        ["«It is far.»", "(It is not.)", "Well…"],
        ["كم المسافة؟", "بعيدة۔", "نعم."],
        ["从这里到那里有五公里。", "是的。"],
        ["It leaves at 5 p.m. daily.", "Be there."],
    ],
)
def test_sentences_are_split(sentences: list[str]) -> None:
    joint = "" if sentences[0].endswith("。") else " "
    assert parts(joint.join(sentences)) == sentences


def test_a_wrapped_line_goes_on_and_an_empty_line_ends() -> None:
    assert parts("The way round is so long that\nnobody drives it.\n\nA heading\n\nMore text") == [
        "The way round is so long that\nnobody drives it.",
        "A heading",
        "More text",
    ]


def test_lists_are_split_by_line() -> None:
    assert parts("Ways:\n- by the bridge 35 km\n- by the ferry 20 km") == [
        "Ways:",
        "- by the bridge 35 km",
        "- by the ferry 20 km",
    ]


@given(st.text(alphabet=st.sampled_from('aB 1.!?…\n"”。؟(-'), max_size=120))
def test_every_character_that_shows_is_in_exactly_one_sentence(text: str) -> None:
    end = 0
    for start, stop in split_sentences(text):
        assert not text[end:start].strip()
        assert start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize("piece", ["a. ", ".", "\n", "a\n", '."', "a.b", " ", "U.S. "])
def test_time_is_linear(piece: str) -> None:
    begun = time.perf_counter()
    split_sentences(piece * 300_000)
    assert time.perf_counter() - begun < 10
