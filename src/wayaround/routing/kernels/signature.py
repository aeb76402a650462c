"""How a kernel is compiled, and the types of its arguments."""

from collections.abc import Callable
from typing import Any

from numba import njit, types

from wayaround.units import UNREACHABLE

CLOSED = UNREACHABLE
"""Weight of what cannot be driven, packed or not."""


def _array(element: Any, dimensions: int, *, written: bool) -> Any:
    return types.Array(element, dimensions, "C", readonly=not written)


i32, i64, b1, f64 = types.int32, types.int64, types.boolean, types.float64
# r: only read, w: written; a doubled letter has two dimensions.
rf = _array(types.float64, 1, written=False)
ru8, wu8 = _array(types.uint8, 1, written=False), _array(types.uint8, 1, written=True)
rb, wb = _array(types.boolean, 1, written=False), _array(types.boolean, 1, written=True)
r32, w32 = _array(types.int32, 1, written=False), _array(types.int32, 1, written=True)
r64, w64 = _array(types.int64, 1, written=False), _array(types.int64, 1, written=True)
rrf = _array(types.float64, 2, written=False)
rr8 = _array(types.int8, 2, written=False)
rr16, ww16 = _array(types.int16, 2, written=False), _array(types.int16, 2, written=True)
rr32, ww32 = _array(types.int32, 2, written=False), _array(types.int32, 2, written=True)
rr64, ww64 = _array(types.int64, 2, written=False), _array(types.int64, 2, written=True)


def kernel(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile for one signature at import, or take it from the cache."""
    compiled: Callable[[Callable[..., Any]], Any] = njit(signature, cache=True, nogil=True)
    return compiled


def several(*element: Any) -> Any:
    """Type of several results."""
    return types.Tuple(element)  # type: ignore[no-untyped-call]  # Numba has no annotations here


def nothing(*argument: Any) -> Any:
    """Signature of a kernel that only writes to its arguments."""
    return types.void(*argument)
