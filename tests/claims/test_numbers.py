"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.amounts.numbers import half_step_of, read_number, read_numeral
from wayaround.claims.amounts.tokens import cut_tokens


@pytest.mark.parametrize(
    ("numeral", "value", "half_step", "grouped"),
    [
        ("155", 155, 0.5, None),
        ("150", 150, 5, None),
        ("10.4", 10.4, 0.05, None),
        ("10,4", 10.4, 0.05, None),
        ("10.0", 10, 0.05, None),
        ("1,200", 1200, 50, None),
        ("1.200", 1.2, 0.0005, 1200),
        ("0.125", 0.125, 0.0005, None),
        ("55.125", 55.125, 0.0005, None),
        ("1,234,567", 1234567, 0.5, None),
        ("1.234,5", 1234.5, 0.05, None),
        ("1,234.5", 1234.5, 0.05, None),
        ("1'200", 1200, 50, None),
        ("١٥٥", 155, 0.5, None),
        ("١٥٥٫٥", 155.5, 0.05, None),
    ],
)
def test_digits_are_read_with_either_sign(numeral: str, value: float, half_step: float, grouped: float | None) -> None:
    assert read_numeral(numeral) == (pytest.approx(value), pytest.approx(half_step), grouped)


@pytest.mark.parametrize(
    "numeral", ["1,2.3,4", "5'6", "1234567890", "1.2.3", "12,34,56.7", "1" * 5000, "1,2," + "3" * 5000]
)
def test_what_is_no_number_is_none(numeral: str) -> None:
    assert read_numeral(numeral) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("fifty-five", 55),
        ("fifty five", 55),
        ("a hundred and fifty", 150),
        ("one hundred fifty", 150),
        ("two thousand and twelve", 2012),
        ("three hundred thousand", 300_000),
        ("twelve hundred", 1200),
        ("two and a half", 2.5),
        ("two and three quarters", 2.75),
        ("a dozen", 12),
        ("a couple of", 2),
        ("nineteen", 19),
    ],
)
def test_numbers_in_words(words: str, value: float) -> None:
    tokens = cut_tokens(words)
    number = read_number(tokens, 0)
    assert number is not None
    assert number.value == value
    assert number.end == len(tokens.spans)


@given(st.integers(0, 10**9))
def test_the_half_step_is_half_a_power_of_ten_that_divides_the_number_or_a_twentieth(whole: int) -> None:
    half_step = half_step_of(whole)
    if half_step not in (0.5, whole / 20):
        assert whole % (2 * half_step) == 0
        assert whole % (20 * half_step) != 0
    assert 0.5 <= half_step <= max(0.5, whole / 20)
