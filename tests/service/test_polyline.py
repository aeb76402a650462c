"""Encoded polylines there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.service.polyline import decode_polyline, encode_polyline

POINTS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=30)


@given(points=POINTS, digits=st.sampled_from([5, 6]))
def test_a_line_comes_back_as_it_was(points: list[tuple[float, float]], digits: int) -> None:
    found = decode_polyline(encode_polyline(np.array(points), digits=digits), digits=digits)
    assert np.array(found) == pytest.approx(np.array(points), abs=0.51 * 10**-digits)


@given(text=st.text(max_size=30))
def test_any_text_reads_or_is_refused(text: str) -> None:
    try:
        found = decode_polyline(text)
    except ValueError:
        return
    assert found
