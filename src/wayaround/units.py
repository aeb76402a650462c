"""The engine's integers: metres and deciseconds, and the one value that means "no way".

A decisecond is a tenth of a second. At 130 km/h a vehicle covers 3.6 m in one, so rounding a link's time to
it stays below the rounding of its length.
"""

import numpy as np
import numpy.typing as npt

UNREACHABLE = 1 << 61
"""Time, or length, of a way that does not exist. Two of them still add up inside an int64."""

DECISECONDS_PER_HOUR = 36_000

EARTH_RADIUS_KM = 6371.0
"""Of a sphere as large as the Earth: for distances that need no better."""

EVERY_VEHICLE = 255
"""Bits of all vehicles."""

Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
UInt8Array = npt.NDArray[np.uint8]


def travel_time_ds(length_m: npt.ArrayLike, speed_kmh: float | FloatArray) -> Int64Array:
    """Time to drive lengths at a speed, rounded to deciseconds.

    Parameters
    ----------
    length_m : array_like of int
        Lengths in metres.
    speed_kmh : float or ndarray of float
        Speed in kilometres per hour, above zero; one for all, or one each.

    Returns
    -------
    ndarray of int64
        Times in deciseconds, of the shape of `length_m`.

    Examples
    --------
    >>> travel_time_ds([1000, 75_000], 75.0)
    array([  480, 36000])
    """
    return np.rint(np.asarray(length_m) * (DECISECONDS_PER_HOUR / 1000.0 / speed_kmh)).astype(np.int64)


def hours(time_ds: npt.ArrayLike) -> FloatArray:
    """Deciseconds as hours; NaN where there is no way.

    Examples
    --------
    >>> hours([36_000, UNREACHABLE])
    array([ 1., nan])
    """
    value = np.asarray(time_ds, dtype=np.int64)
    return np.where(value >= UNREACHABLE, np.nan, value / DECISECONDS_PER_HOUR)


def kilometres(length_m: npt.ArrayLike) -> FloatArray:
    """Metres as kilometres; NaN where there is no way.

    Examples
    --------
    >>> kilometres([1500, UNREACHABLE])
    array([1.5, nan])
    """
    value = np.asarray(length_m, dtype=np.int64)
    return np.where(value >= UNREACHABLE, np.nan, value / 1000.0)
