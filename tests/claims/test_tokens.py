"""A text cut into words."""

from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.amounts.tokens import cut_stretches, cut_tokens


@given(st.text())
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    tokens = cut_tokens(text)
    at = 0
    for word, (start, end) in zip(tokens.words, tokens.spans, strict=False):
        assert at <= start < end
        assert text[start:end].lower() == word or text.lower() != text
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()


@given(st.lists(st.sampled_from(["a", " ", ". ", "\n\n", "B", "! ", "word " * 50]), max_size=200).map("".join))
def test_stretches_are_the_whole_text(text: str) -> None:
    parts = list(cut_stretches(text))
    assert "".join(part for _, part in parts) == text
    assert all(text.startswith(part, start) for start, part in parts)
    assert all(len(part) <= 20_500 for _, part in parts)


def test_a_text_without_any_gap_is_cut_too() -> None:
    assert [len(part) for _, part in cut_stretches("x" * 45_000)] == [20_000, 20_000, 5_000]
