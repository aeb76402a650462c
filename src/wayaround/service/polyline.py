"""Lines as text, in Google's encoded polyline algorithm format."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wayaround.routing.kernels.lines import write_letters
from wayaround.units import FloatArray

__all__ = ["decode_polyline", "encode_polyline", "encode_polylines"]

_MOST_CHUNKS = 7  # of five bits: what 180 degrees in millionths, doubled for the sign, needs


def encode_polyline(points: FloatArray, *, digits: int = 5) -> str:
    """Write a line as text.

    Parameters
    ----------
    points : (n, 2) ndarray of float64
        Longitude and latitude in degrees.
    digits : int
        Decimals that are kept.

    Examples
    --------
    >>> import numpy as np
    >>> encode_polyline(np.array([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]]))
    '_p~iF~ps|U_ulLnnqC_mqNvxq`@'
    """
    return encode_polylines(points, [0, len(points) - 1], digits=digits)[0]


def encode_polylines(points: FloatArray, cuts: Sequence[int], *, digits: int = 5) -> list[str]:
    """Write the pieces of a line, each from one of the cuts to the next, both of which are in it.

    Examples
    --------
    >>> import numpy as np
    >>> encode_polylines(np.array([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]]), [0, 1, 2])
    ['_p~iF~ps|U_ulLnnqC', '_flwFn`faV_mqNvxq`@']
    """
    letters, ends = write_letters(points, np.array(cuts), 10.0**digits)
    text = letters.tobytes().decode("ascii")
    return [text[first:last] for first, last in pairwise([0, *ends.tolist()])]


def decode_polyline(text: str, *, digits: int = 5) -> list[tuple[float, float]]:
    """Read a line as longitude and latitude.

    Raises
    ------
    ValueError
        It is no such text.

    Examples
    --------
    >>> decode_polyline("_p~iF~ps|U_ulLnnqC")
    [(-120.2, 38.5), (-120.95, 40.7)]
    """
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        chunk = ord(letter) - 63
        if not 0 <= chunk < 64 or shift > 5 * _MOST_CHUNKS:
            raise ValueError("no encoded polyline")
        value |= (chunk & 31) << shift
        shift += 5
        if chunk < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(numbers) % 2 or not numbers:
        raise ValueError("an encoded polyline that ends too soon")
    points, lat, lon = [], 0, 0
    for step_lat, step_lon in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + step_lat, lon + step_lon
        points.append((lon / 10**digits, lat / 10**digits))
    return points
